"""A document on its way: what the source will say of a game before it is put into one of its forms."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Any, Final, NamedTuple

from hooplake.simulate.rules import Rules
from hooplake.simulate.schedule import Fixture
from hooplake.simulate.truth import STATS, Truth

Play = dict[str, Any]
NO_EVENT: Final = -1
# The cells of a replayed line behind the 15 counting stats.
TENTHS: Final = len(STATS)
PLUS_MINUS: Final = len(STATS) + 1


class Change(NamedTuple):
    """What a trap makes of a cell of the truth.

    Attributes:
        player: place of the player.
        cell: 0 to 14 a counting stat, 15 tenths of a second on court, 16 plus-minus.
        amount: what a replay of the rows has more; None when it cannot tell the cell.
        cause: the cause of the difference to the box.
        loses: whether the truth of the cell is lost.
    """

    player: int
    cell: int
    amount: int | None
    cause: str
    loses: bool


@dataclass(slots=True)
class BoxRow:
    """One player's row of the box.

    Attributes:
        player: his place in :attr:`Truth.players`.
        stats: the 15 counting stats; empty for one who did not play.
        minutes: as shown.
        plus_minus: points.
        hidden: counted in the totals, but without a row in the document.
    """

    player: int
    starter: bool
    played: bool
    stats: list[int]
    minutes: str
    plus_minus: int
    reason: str
    ejected: bool
    on_court: bool
    hidden: bool = False


@dataclass(slots=True)
class Draft:
    """Everything a document says, in a form that traps can change.

    Attributes:
        status: ``final``, ``in_progress``, ``scheduled``, ``postponed``, ``canceled`` or ``forfeit``.
        era: the dialect.
        names: display names by place.
        plays: rows as in ``plays[]`` of a summary; None where the document has no such key.
        sources: for each row the number of the event that it shows, or -1.
        box: rows of the home and the away box; None where the document has none.
        score: as the header shows it, home and away.
        line_score: points per period as the header shows them.
        team_turnovers, technicals, flagrants, team_rebounds: as the team box shows them.
        changes: what traps did to the cells of the truth.
        sprung: traps that found a place.
        is_shell: the box says nothing.
        random: for what is not part of the game itself: wall clocks, sequence numbers, odds.
    """

    rules: Rules
    fixture: Fixture
    truth: Truth
    kind: str
    status: str
    era: str
    columns: str
    random: Random
    names: list[str]
    last_event: int
    plays: list[Play] | None = None
    sources: list[int] = field(default_factory=list)
    box: tuple[list[BoxRow], list[BoxRow]] | None = None
    score: tuple[int, int] | None = None
    line_score: tuple[list[int], list[int]] = field(default_factory=lambda: ([], []))
    team_turnovers: list[int] = field(default_factory=lambda: [0, 0])
    technicals: list[int] = field(default_factory=lambda: [0, 0])
    flagrants: list[int] = field(default_factory=lambda: [0, 0])
    team_rebounds: list[int] = field(default_factory=lambda: [0, 0])

    changes: list[Change] = field(default_factory=list)
    sprung: set[str] = field(default_factory=set)
    is_shell: bool = False

    def lose(self, player: int, stat: int, amount: int, cause: str) -> None:
        """A stat that the rows no longer tell: a replay has so many less."""
        self.changes.append(Change(player, stat, -amount, cause, True))

    def gain(self, player: int, stat: int, amount: int, cause: str) -> None:
        """A stat that the rows tell and the box does not have."""
        self.changes.append(Change(player, stat, amount, cause, True))

    def forget(self, player: int, cell: int, cause: str) -> None:
        """A cell that the rows no longer tell at all."""
        self.changes.append(Change(player, cell, None, cause, True))

    def forget_all(self, player: int, cause: str) -> None:
        """Every cell of a player."""
        for cell in range(PLUS_MINUS + 1):
            self.forget(player, cell, cause)

    def blame(self, player: int, stat: int, cause: str) -> None:
        """A cell in which the box is other than the truth, which the rows still tell."""
        self.changes.append(Change(player, stat, 0, cause, False))

    def person(self, player: int) -> tuple[str, str]:
        """Id and name of a player (by place) or a coach (-2 home, -3 away)."""
        if player == -2:
            return self.fixture.home.coach_id, self.fixture.home.coach
        if player == -3:
            return self.fixture.away.coach_id, self.fixture.away.coach
        return self.truth.players[player].id, self.names[player]
