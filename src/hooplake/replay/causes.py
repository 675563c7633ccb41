"""Why a replayed cell differs from the official one: exactly one cause per difference, tested in a fixed order.

| cause | test |
|---|---|
| ``box_partial`` | the official box is not final |
| ``rounding`` | college minutes differ by one: its source rounds in its own way |
| ``lineup`` | minutes or plus-minus, where a team-mate's differ the other way, or both differ within the team |
| ``heave`` | the difference is missed heaves of that player, which count for nobody since 2025-26 |
| ``placeholder_play`` | the game holds a row that a live feed fills in later, in a stat of shooting |
| ``late_insert`` | the difference is exactly a play inserted after the game-end row |
| ``duplicate_row`` | a play id occurs twice, and the replay has more |
| ``unmapped_type`` | the replay has less, and a play of a type that no table knows names the player |
| ``revision`` | a player's differences cancel over two stats of one occasion: a miss that became a turnover, say |
| ``attribution`` | the differences of that stat cancel inside the team; of a line score, over the periods |
| ``missing_play`` | the replay has less, and so has its team; or points of the team are unattributed or missing |
| ``surplus_play`` | the replay has more, and so has its team |
| ``double_technical`` | technical fouls, where a double technical carries one team only |
| ``foul_kind`` | technical or flagrant fouls that the rows do not tell apart |
| ``unexplained`` | none of the above |

A team's total has the cause of its players' differences, where these have one cause and make the difference up.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from hooplake.games.model import STATS
from hooplake.replay.events import FIRST, SECOND
from hooplake.replay.inputs import CODE

_SHOOTING = frozenset({"points", "fgm", "fga", "fg3m", "fg3a", "ast", "blk"})
# one occasion read two ways: a miss or a turnover, a rebound at either end
_OCCASIONS = (frozenset({"fga", "tov"}), frozenset({"oreb", "dreb"}))


@dataclass(slots=True)
class Cell:
    """A differing cell; columns of ``gold.box_score_differences``."""

    game_id: str
    game_date: date
    scope: str
    entity_id: str
    team_id: str | None
    player: str | None
    stat: str
    generated: int
    actual: int
    cause: str = "unexplained"

    @property
    def difference(self) -> int:
        """Generated less actual."""
        return self.generated - self.actual


@dataclass(frozen=True, slots=True)
class GameFacts:
    """What the causes look at, beside the cells.

    Attributes:
        events: event code of each play.
        players: first and second player id of each play.
        sequences: sequence number of each play.
        play_ids: id of each play.
        unattributed: points without a scoring play, per team.
        college: minutes are those of a college box.
    """

    box_status: str
    events: list[int]
    players: list[tuple[Any, ...]]
    sequences: list[int | None]
    play_ids: list[str | None]
    unattributed: dict[str, int]
    college: bool


def find_causes(facts: GameFacts, cells: list[Cell]) -> None:
    """Give each cell its cause, in place."""
    causes = _Causes(facts, cells)
    for cell in cells:
        if cell.scope != "team":
            cell.cause = causes.of(cell)
    for cell in cells:
        if cell.scope == "team":
            cell.cause = causes.of_team(cell)


class _Causes:
    """The causes of one game."""

    def __init__(self, facts: GameFacts, cells: list[Cell]) -> None:
        self.facts, self.cells = facts, cells
        self.present = set(facts.events)
        self.net: dict[tuple[str, str | None, str], int] = defaultdict(int)
        self.differ: dict[tuple[str, str], int] = {}
        for cell in cells:
            self.net[cell.scope, cell.team_id, cell.stat if cell.scope == "player" else ""] += cell.difference
            if cell.scope == "player":
                self.differ[cell.entity_id, cell.stat] = cell.difference
        self.short = {cell.team_id for cell in cells if cell.scope == "final_score" and cell.difference}
        self.late = _late_changes(facts)
        named = [play_id for play_id in facts.play_ids if play_id is not None]
        self.doubled = len(set(named)) < len(named)

    def of(self, cell: Cell) -> str:
        """Cause of the difference of a player or a score."""
        facts, difference, stat = self.facts, cell.difference, cell.stat
        if facts.box_status == "partial":
            return "box_partial"
        if cell.scope != "player":
            if cell.scope == "period_score" and self.net["period_score", cell.team_id, ""] == 0:
                return "attribution"
            unattributed = facts.unattributed.get(cell.team_id or "", 0)
            return "missing_play" if difference < 0 or unattributed else "surplus_play"
        if stat in ("minutes", "plus_minus"):
            return self._of_lineup(cell)
        if CODE["missed_heave"] in self.present and self._is_heave(cell):
            return "heave"
        if CODE["placeholder"] in self.present and stat in _SHOOTING:
            return "placeholder_play"
        if self.late.get((cell.entity_id, stat)) == difference:
            return "late_insert"
        if self.doubled and difference > 0:
            return "duplicate_row"
        if difference < 0 and CODE["unmapped"] in self.present and cell.entity_id in self._players_of("unmapped"):
            return "unmapped_type"
        if self._is_revision(cell):
            return "revision"
        total = self.net["player", cell.team_id, stat]
        if total == 0 or (total < 0) != (difference < 0):
            return "attribution"
        return "missing_play" if difference < 0 else "surplus_play"

    def of_team(self, cell: Cell) -> str:
        """Cause of the difference of a team's total, when those of the players are known."""
        if self.facts.box_status == "partial":
            return "box_partial"
        own = [c for c in self.cells if c.scope == "player" and (c.team_id, c.stat) == (cell.entity_id, cell.stat)]
        causes = {c.cause for c in own}
        if len(causes) == 1 and sum(c.difference for c in own) == cell.difference:
            return causes.pop()
        if cell.stat in ("technical_fouls", "flagrant_fouls"):
            double = cell.stat == "technical_fouls" and CODE["double_technical"] in self.present
            return "double_technical" if double else "foul_kind"
        return "missing_play" if cell.difference < 0 else "surplus_play"

    def _of_lineup(self, cell: Cell) -> str:
        """Minutes and plus-minus: who was on court, or whose points are missing."""
        if cell.stat == "minutes" and self.facts.college and abs(cell.difference) == 1:
            return "rounding"
        apart = {
            stat: [c.difference for c in self.cells if (c.scope, c.team_id, c.stat) == ("player", cell.team_id, stat)]
            for stat in ("minutes", "plus_minus")
        }
        other = apart["plus_minus" if cell.stat == "minutes" else "minutes"]
        if other or min(apart[cell.stat]) < 0 < max(apart[cell.stat]):
            return "lineup"
        missing = cell.stat == "plus_minus" and (self.short or any(self.facts.unattributed.values()))
        return "missing_play" if missing else "unexplained"

    def _is_heave(self, cell: Cell) -> bool:
        """The replay is short of exactly the missed heaves of a player, and of nothing that he made."""
        if cell.stat not in ("fga", "fg3a") or (cell.entity_id, "fgm") in self.differ:
            return False
        return self._players_of("missed_heave")[cell.entity_id] == -cell.difference

    def _is_revision(self, cell: Cell) -> bool:
        own = {stat: n for (player, stat), n in self.differ.items() if player == cell.entity_id}
        own = {stat: n for stat, n in own.items() if stat in STATS}
        return frozenset(own) in _OCCASIONS and sum(own.values()) == 0

    def _players_of(self, event: str) -> Counter[str]:
        """How often each player is the first of an event."""
        code, facts = CODE[event], self.facts
        return Counter(p[0] for e, p in zip(facts.events, facts.players, strict=True) if e == code)


def _late_changes(facts: GameFacts) -> dict[tuple[str, str], int]:
    """Stat changes of plays whose sequence number lies behind that of the game-end row."""
    ends = [
        number
        for number, event in zip(facts.sequences, facts.events, strict=True)
        if event == CODE["game_end"] and number is not None
    ]
    changes: dict[tuple[str, str], int] = defaultdict(int)
    if not ends:
        return changes
    for number, event, players in zip(facts.sequences, facts.events, facts.players, strict=True):
        if number is None or number <= ends[-1]:
            continue
        for player, table in zip(players, (FIRST, SECOND), strict=True):
            for stat in np.flatnonzero(table[event]):
                if player is not None:
                    changes[player, STATS[stat]] += int(table[event, stat])
    return changes
