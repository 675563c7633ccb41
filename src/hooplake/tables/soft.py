"""Inputs that a date can do without: lines, player props and injury reports.

No gate waits for them. But a date on which most games lack what the games of its season usually have is worse than the
others, and says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from hooplake.tables.coverage import Cell, Range

if TYPE_CHECKING:
    import pyarrow as pa

ENOUGH = 0.8
"""Share of the games of a date that must have what they usually have."""

SOFT: Mapping[str, Mapping[str, str]] = {
    "gold.upcoming_team_game_context": {"lines": "game_spread"},
    "gold.upcoming_player_game_context": {"props": "current_points_line", "injuries": "player_status"},
}
"""Per table what is told of games if it was taken in, with a column that is known then."""


class _Day(NamedTuple):
    league: str
    source: str
    season: int
    day: date
    games: int
    told: int


def mark_soft(ask: Callable[[str], pa.Table], cells: Sequence[Cell], chosen: Range) -> None:
    """Mark the complete dates on which fewer than four games of five have an input that they usually have.

    Args:
        ask: answers questions over the lake.
        cells: the grid.
        chosen: the range that it is of; what is usual is seen in whole seasons.
    """
    whole = replace(chosen, first=None, last=None, days=(), tables=()).where()
    for table, inputs in SOFT.items():
        own = {(c.league, c.source, c.season, c.day): c for c in cells if c.table == table and c.gap is None}
        for name, column in inputs.items() if own else ():
            rows = ask(
                f"select league, source, season, game_date, count(distinct game_id), "
                f"count(distinct case when {column} is not null then game_id end) from {table} where {whole} group by all"
            )
            for found in _below([_Day(*row.values()) for row in rows.to_pylist()]):
                cell = own.get((found.league, found.source, found.season, found.day))
                if cell is not None:
                    text = f"{name} of {found.told} of {found.games} games"
                    cell.soft = f"{cell.soft}, {text}" if cell.soft else text


def _below(days: Iterable[_Day]) -> list[_Day]:
    """The dates that have too little, in seasons that usually have enough."""
    seasons: dict[tuple[str, str, int], list[_Day]] = {}
    for day in days:
        seasons.setdefault(day[:3], []).append(day)
    return [
        day
        for own in seasons.values()
        if median(one.told / one.games for one in own) >= ENOUGH
        for day in own
        if day.told < ENOUGH * day.games
    ]
