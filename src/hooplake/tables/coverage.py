"""What of the ten analytics tables is there, what is missing, and why: read from the stored rows, never from claims.

The view ``meta.backfill_grid`` says per table and date how many rows are due and how many are there. To it come the
failures that the ledger remembers and what a plan would run again.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from hooplake.errors import UnknownTable

if TYPE_CHECKING:
    import pyarrow as pa

    from hooplake.build.ledger import UnitFailure
    from hooplake.tables.windows import Hole

ANALYTICS = (
    "gold.team_offense_game_summary",
    "gold.team_defense_game_summary",
    "gold.player_game_summary",
    "gold.upcoming_team_game_context",
    "gold.upcoming_player_game_context",
)
"""First stage (phase 3): games that were played, and what is known before a game."""

PRECOMPUTE = (
    "gold.team_defense_zone_analysis",
    "gold.player_shot_zone_analysis",
    "gold.player_daily_cache",
    "gold.player_composite_factors",
    "gold.ml_feature_store",
)
"""Second stage (phase 4): what models read."""

UNKNOWN = "UNKNOWN"
"""Class of dates of which no schedule tells: nothing is known to be due, and nobody knows that nothing is."""

STRUCTURAL = ("OFF_DAY", "EXHIBITION", "NOT_FINAL", "NOT_COLLECTED", "BOOTSTRAP", "INSUFFICIENT_HISTORY")
"""Classes of dates on which nothing is due."""

WINDOW_GAMES = {
    "gold.upcoming_team_game_context": 10,
    "gold.upcoming_player_game_context": 10,
    "gold.team_defense_zone_analysis": 15,
    "gold.player_shot_zone_analysis": 20,
    "gold.player_daily_cache": 10,
    "gold.player_composite_factors": 20,
    "gold.ml_feature_store": 20,
}
"""Games of the widest window of a table, those of what it reads included; averages of a season are not meant."""

Ask = Callable[[str], "pa.Table"]
"""Answers a question in SQL over the lake."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """Which part of the grid is looked at; everything by default.

    Attributes:
        leagues: only these.
        seasons: only these.
        first: from this date on.
        last: up to this date.
        days: only these dates.
        tables: only these, as ``gold.name``.
    """

    leagues: tuple[str, ...] = ()
    seasons: tuple[int, ...] = ()
    first: date | None = None
    last: date | None = None
    days: tuple[date, ...] = ()
    tables: tuple[str, ...] = ()

    def where(self) -> str:
        """The condition in SQL."""
        parts = []
        if self.leagues:
            parts.append(f"league in ({', '.join(_quoted(name) for name in self.leagues)})")
        if self.seasons:
            parts.append(f"season in ({', '.join(str(int(season)) for season in self.seasons)})")
        if self.first:
            parts.append(f"game_date >= date '{self.first.isoformat()}'")
        if self.last:
            parts.append(f"game_date <= date '{self.last.isoformat()}'")
        if self.days:
            days = ", ".join(f"date '{day.isoformat()}'" for day in self.days)
            parts.append(f"game_date in ({days})")
        if self.tables:
            parts.append(f"table_name in ({', '.join(_quoted(name.removeprefix('gold.')) for name in self.tables)})")
        return " and ".join(parts) or "true"


@dataclass(slots=True)
class Cell:
    """One table on one date.

    Attributes:
        league, source, season, day, table: which.
        phase: 3 or 4.
        expected, present, hashed, distinct: numbers of rows.
        gap: class of the gap, or None where every row is there.
        day_class: what the date is, such as GAME or OFF_DAY.
        detail: such as the text of an error.
        soft: what most games of the date lack that games of the season usually have, such as lines; else empty.
        blocked: whether it waits for something else: what it is made of failed or falls short.
        running: whether a run is building it.
        cause: the date whose games must be taken in to close the gap; None where building closes it.
        until: the last such date, if there may be several.
    """

    league: str
    source: str
    season: int
    day: date
    table: str
    phase: int
    expected: int
    present: int
    hashed: int
    distinct: int
    gap: str | None
    day_class: str = "GAME"
    detail: str = ""
    soft: str = ""
    blocked: bool = False
    running: bool = False
    cause: date | None = None
    until: date | None = None

    @property
    def actionable(self) -> bool:
        """Whether something is due and not there."""
        return self.gap is not None and self.gap not in (*STRUCTURAL, UNKNOWN)


def tables_named(names: Sequence[str]) -> tuple[str, ...]:
    """The full names of tables of the ten, given with or without ``gold.``.

    Raises:
        UnknownTable: for a name that is none of them.
    """
    known = {name.removeprefix("gold."): name for name in (*ANALYTICS, *PRECOMPUTE)}
    found = []
    for name in names:
        short = name.removeprefix("gold.")
        if short not in known:
            raise UnknownTable(f"no analytics table {name!r}: there are {', '.join(known)}")
        found.append(known[short])
    return tuple(found)


def read_grid(ask: Ask, chosen: Range) -> list[Cell]:
    """Every table on every scheduled date of a range, from the stored rows."""
    rows = ask(
        f"select * from meta.backfill_grid where {chosen.where()} order by league, source, game_date, phase, table_name"
    )
    return [
        Cell(
            row["league"], row["source"], row["season"], row["game_date"], f"gold.{row['table_name']}", row["phase"] or 0,
            row["expected_rows"], row["present_rows"], row["hashed_rows"], row["distinct_hashes"], row["gap_class"],
            row["day_class"],
        )
        for row in rows.to_pylist()
    ]  # fmt: skip


def mark(
    cells: Iterable[Cell],
    failures: Iterable[UnitFailure],
    stale: Mapping[tuple[str, str, str], str],
    contaminated: Mapping[tuple[str, str, str], str] | None = None,
    holes: Mapping[tuple[str, str, int, date], Hole] | None = None,
) -> None:
    """Put to the cells what is known of them beside the numbers of rows; the first class that holds is theirs.

    Args:
        cells: the grid.
        failures: units that stand failed or blocked.
        stale: (table, partition, date) -> why it would run, of all that would.
        contaminated: (table, partition, date) -> what cannot be true of its rows.
        holes: (league, source, season, date) -> the game that is missing before it.
    """
    failed = {(item.step, item.partition, item.unit): item for item in failures}
    for cell in cells:
        where = (cell.table, f"league={cell.league}/source={cell.source}/season={cell.season}", cell.day.isoformat())
        hole = (holes or {}).get((cell.league, cell.source, cell.season, cell.day))
        item = failed.get(where)
        if item is not None and not item.blocked:
            cell.gap, cell.detail = "FAILED", f"{item.reason}: {item.error}"
        elif where in (contaminated or {}):
            cell.gap, cell.detail = "CONTAMINATED", (contaminated or {})[where]
        elif where in stale and cell.gap is None:
            cell.gap, cell.detail = "STALE", stale[where]
        elif cell.gap in ("MISSING", "PARTIAL") and where not in stale:
            # it was built, of documents that do not have it: to build it again would change nothing
            cell.detail, cell.cause = "what was taken in of the day lacks it", cell.day
        elif cell.gap is None and hole is not None and hole.games_since < WINDOW_GAMES.get(cell.table, 0):
            cell.gap, cell.detail, cell.cause = "STALE_WINDOW", f"a game of {hole.day} is missing", hole.day
        if item is not None and item.blocked:
            cell.gap, cell.detail, cell.cause, cell.blocked = cell.gap or "STALE", item.error, None, True


def percent(part: int, whole: int) -> float | None:
    """A share in percent, cut off after two digits, so that 99.996 is never 100; None of nothing."""
    return math.floor(10_000 * part / whole) / 100 if whole else None


def repair(cell: Cell) -> str:
    """The command that closes a gap."""
    if cell.gap == UNKNOWN:
        return "hooplake ingest schedule FILE"
    if cell.cause is not None:
        if cell.source == "official":
            return f"hooplake ingest official --season {cell.season}"
        first, last = cell.cause.isoformat(), (cell.until or cell.cause).isoformat()
        return f"hooplake ingest {cell.source} --league {cell.league} --from {first} --to {last} --build"
    day = cell.day.isoformat()
    command = (
        f"hooplake backfill --table {cell.table.removeprefix('gold.')} --league {cell.league} --from {day} --to {day}"
    )
    return f"{command} --force" if cell.gap == "CONTAMINATED" else command


def cascade(cell: Cell, cells: Sequence[Cell], readers: Mapping[str, Sequence[str]]) -> int:
    """How many nodes of the season a gap can reach: its date and those after it of every table made from it.

    Args:
        cell: the gap.
        cells: the grid.
        readers: per table those made from it, directly or not.
    """
    reached = {cell.table, *readers.get(cell.table, ())}
    same = (cell.league, cell.source, cell.season)
    return sum(
        (other.league, other.source, other.season) == same and other.table in reached and other.day >= cell.day
        for other in cells
        if other.expected
    )


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
