"""Why a replayed cell differs from the official one: exactly one cause per difference, tested in a fixed order.

| cause | test |
|---|---|
| ``box_partial`` | the official box is not final |
| ``heave`` | the difference is a missed heave of that player, which counts for nobody since 2025-26 |
| ``placeholder_play`` | the game holds a row that a live feed fills in later, in a stat of shooting |
| ``late_insert`` | the difference is exactly a play inserted after the game-end row |
| ``duplicate_row`` | a play id occurs twice, and the replay has more |
| ``missing_play`` | the replay has less and its team total is short too, or its team's points are unattributed |
| ``attribution`` | the differences of that stat cancel inside the team |
| ``revision`` | plays of one player were reclassified: his differences cancel over two stats of one occasion |
| ``surplus_play`` | the replay has more, and its team total is high too |
| ``rounding`` | minutes differ by one where the source rounds in its own way (college) |
| ``double_technical`` | a double technical carries one team only |
| ``foul_kind`` | technical or flagrant fouls that the rows do not tell apart |
| ``lineup`` | minutes or plus-minus where a five is not known throughout |
| ``unmapped_type`` | the game holds plays of a type that no table knows |
| ``unexplained`` | none of the above |
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from hooplake.games.model import STATS
from hooplake.replay.events import FIRST, SECOND
from hooplake.replay.inputs import CODE

_SHOOTING = frozenset({"points", "fgm", "fga", "fg3m", "fg3a", "ast", "blk"})
# one occasion read two ways: a miss or a turnover, a two or a three, a steal or none
_OCCASIONS = (frozenset({"fga", "tov"}), frozenset({"fga", "fg3a"}), frozenset({"oreb", "dreb"}), frozenset({"tov"}))


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
        lineups_complete: every five of the game is known.
    """

    box_status: str
    events: list[int]
    players: list[tuple[Any, ...]]
    sequences: list[int | None]
    play_ids: list[str | None]
    unattributed: dict[str, int]
    lineups_complete: bool


def find_causes(facts: GameFacts, cells: list[Cell]) -> None:
    """Give each cell its cause, in place."""
    net: dict[tuple[str | None, str], int] = defaultdict(int)
    of_player: dict[str, dict[str, int]] = defaultdict(dict)
    for cell in cells:
        if cell.scope == "player":
            net[cell.team_id, cell.stat] += cell.difference
            of_player[cell.entity_id][cell.stat] = cell.difference
    late = _late_changes(facts)
    revised = _revised(cells)
    present = set(facts.events)
    doubled = len({p for p in facts.play_ids if p is not None}) < sum(p is not None for p in facts.play_ids)
    for cell in cells:
        cell.cause = _cause(cell, facts, net, late, revised, present, doubled)


def _cause(
    cell: Cell,
    facts: GameFacts,
    net: dict[tuple[str | None, str], int],
    late: dict[tuple[str, str], int],
    revised: set[tuple[str, str]],
    present: set[int],
    doubled: bool,
) -> str:
    difference = cell.difference
    if facts.box_status == "partial":
        return "box_partial"
    if cell.scope in ("period_score", "final_score"):
        if any(facts.unattributed.values()):
            return "missing_play"
        return "missing_play" if difference < 0 else "surplus_play"
    if cell.stat in ("minutes", "plus_minus"):
        return "rounding" if cell.stat == "minutes" and abs(difference) == 1 else "lineup"
    if cell.scope == "player" and cell.stat in ("fga", "fg3a") and difference < 0 and CODE["missed_heave"] in present:
        heaves = [p[0] for e, p in zip(facts.events, facts.players, strict=True) if e == CODE["missed_heave"]]
        if cell.entity_id in heaves:
            return "heave"
    if CODE["placeholder"] in present and cell.stat in _SHOOTING:
        return "placeholder_play"
    if late.get((cell.entity_id, cell.stat)) == difference:
        return "late_insert"
    if doubled and difference > 0:
        return "duplicate_row"
    if (cell.entity_id, cell.stat) in revised:
        return "revision"
    if cell.scope == "player":
        total = net[cell.team_id, cell.stat]
        if total == 0:
            return "attribution"
        if (total < 0) == (difference < 0):
            return "missing_play" if difference < 0 else "surplus_play"
        return "attribution"
    if cell.stat in STATS or cell.stat in ("team_turnovers", "total_turnovers"):
        return "missing_play" if difference < 0 else "surplus_play"
    if cell.stat in ("technical_fouls", "flagrant_fouls"):
        return "double_technical" if CODE["double_technical"] in present else "foul_kind"
    return "unmapped_type" if CODE["unmapped"] in present else "unexplained"


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


def _revised(cells: list[Cell]) -> set[tuple[str, str]]:
    """Cells of players whose miss or turnover was read as the other, with what hangs on it in the team."""
    by_player: dict[str, list[Cell]] = defaultdict(list)
    for cell in cells:
        if cell.scope == "player":
            by_player[cell.entity_id].append(cell)
    found: set[tuple[str, str]] = set()
    for own in by_player.values():
        stats = frozenset(cell.stat for cell in own)
        if len(own) == 2 and stats in _OCCASIONS and sum(cell.difference for cell in own) == 0:
            found |= {(cell.entity_id, cell.stat) for cell in own}
    return found
