"""What a season of a table shows that no row and no date does.

Features that too many rows lack, columns that are empty for no reason, and windows that reach much further back than they
usually do.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from hooplake.lake.table import TableSpec

FIRST_DAYS = 30
"""Days of a season that are not judged: windows are short, and players have no history."""
LEAST_ROWS = 1_000
"""A season of fewer rows after those days is a sample, in which most opponents have no history."""
REQUIRED = (0, 1, 2, 3, 4, 5, 7, 13, 14, 15, 16, 17, 22, 23, 24, 31, 32)
"""Places of the features that models need (`meta.ml_features` has their names)."""
REQUIRED_BUDGET = 0.05
"""Share of the rows of a season that may lack one of them."""
ABSENT = (
    "NO_SOURCE", "NOT_DERIVED", "NOT_COLLECTED", "AFTER_TIPOFF_ONLY", "NO_PLAYS", "NO_COORDINATES", "INCOMPLETE_SHOTS",
    "NO_LINEUPS", "NO_LOCATION", "UNKNOWN_VENUE", "NO_BIRTHDATE", "NO_OFFICIALS", "NO_BROADCAST", "SCHEDULE_NOT_VERSIONED",
    "UPSTREAM_NULL",
)  # fmt: skip
"""Reasons for which a column may be empty over a whole season; history is short in its first weeks only."""
NO_HISTORY = ("SHORT_HISTORY", "FIRST_GAME", "LEAGUE_SAMPLE_SMALL")
"""Reasons for which nobody could know a feature: leagues with many short careers may have more of them."""
SAMPLE = 0.5
"""If more than this share of the rows has no season's average for want of games, some games were taken in and no season."""
WIDE = 3.0
"""A window is stale if it spans more than so many times the days that windows of as many games usually span."""
_AVERAGE = 2  # points a game over the season
_SHOWN = 3

Bools = npt.NDArray[np.bool_]


class SeasonFinding(NamedTuple):
    """What cannot be true of a season of a table.

    Attributes:
        column: the column, or ``features[i]``.
        kind: ``NULL_BUDGET`` or ``EMPTY``.
        detail: figures for a person.
        breaks: whether it must not be; else it is worth knowing.
    """

    column: str
    kind: str
    detail: str
    breaks: bool = True

    def __str__(self) -> str:
        return f"{self.kind} {self.column}: {self.detail}"


class StaleWindow(NamedTuple):
    """Windows of one date that span much more than usual.

    Attributes:
        day: the date.
        rows: how many.
        games: games in the widest of them.
        first: its first game.
        days: what it spans.
        usual: what windows of as many games span, the median of the season.
    """

    day: date
    rows: int
    games: int
    first: date
    days: int
    usual: float

    def __str__(self) -> str:
        many = "a window reaches" if self.rows == 1 else f"{self.rows} windows reach"
        return (
            f"{many} far back: {self.days} days for {self.games} games since {self.first}, usually {self.usual:g} days"
        )


def season_findings(spec: TableSpec, rows: pa.Table, opening: date) -> list[SeasonFinding]:
    """What cannot be true of the rows of one season.

    Args:
        spec: the table, which has a row hash and the unit ``game_date``.
        rows: of one partition.
        opening: date of the season's first game that counts.
    """
    rows = rows.filter(pc.greater_equal(rows.column("game_date"), pa.scalar(opening + timedelta(days=FIRST_DAYS))))
    if len(rows) < LEAST_ROWS:
        return []
    told = rows
    if "window_games_found" in rows.column_names and rows.column("window_games_found").null_count < len(rows):
        told = rows.filter(pc.greater(rows.column("window_games_found"), 0))  # of the others nothing can be told
    found = [*_lacking_features(rows), *(_empty_columns(spec, told) if len(told) >= LEAST_ROWS else ())]
    return [finding._replace(breaks=False) for finding in found] if _is_sample(rows) else found


def null_shares(spec: TableSpec, rows: pa.Table) -> dict[str, float]:
    """Per column that belongs to a group of facts, and per required feature, the share of rows in which it is NULL."""
    found = {
        column.name: rows.column(column.name).null_count / len(rows)
        for column in spec.columns.values()
        if column.group and len(rows)
    }
    if "features" in rows.column_names and len(rows):
        found |= {f"features[{place}]": float(lacking.mean()) for place, lacking, _ in _features(rows, REQUIRED)}
    return found


def stale_windows(rows: pa.Table) -> list[StaleWindow]:
    """The dates with windows of more than three times the usual span.

    Args:
        rows: of one partition, with the facts of their windows. How much windows of n games usually span is the median
            over those of the partition.
    """
    if "window_first_date" not in rows.column_names:
        return []
    rows = rows.filter(pc.is_valid(rows.column("window_first_date")))
    if not len(rows):
        return []
    first, last = (np.asarray(rows.column(f"window_{end}_date").cast(pa.int32())) for end in ("first", "last"))
    games, days = np.asarray(rows.column("window_games_found")), rows.column("game_date").to_pylist()
    spans = last - first + 1
    usual = np.zeros(len(spans))
    for number in np.unique(games):
        same = games == number
        usual[same] = np.median(spans[same])
    widest: dict[date, int] = {}
    counts: dict[date, int] = {}
    for at in np.flatnonzero(spans > WIDE * usual):
        day = days[at]
        counts[day] = counts.get(day, 0) + 1
        if day not in widest or spans[at] > spans[widest[day]]:
            widest[day] = int(at)
    return [
        StaleWindow(
            day, counts[day], int(games[at]), date(1970, 1, 1) + timedelta(days=int(first[at])), int(spans[at]),
            float(usual[at]),
        )
        for day, at in sorted(widest.items())
    ]  # fmt: skip


def _is_sample(rows: pa.Table) -> bool:
    if "features" not in rows.column_names:
        return False
    ((_, lacking, reasons),) = _features(rows, (_AVERAGE,))
    return float((lacking & _is_in(reasons, NO_HISTORY)).mean()) > SAMPLE


def _lacking_features(rows: pa.Table) -> Iterable[SeasonFinding]:
    """Required features that more rows lack than may; rows of a league whose sources cannot tell it do not count.

    Where the rest stays below the budget without players who have no history yet, it is no fault of the table.
    """
    if "features" not in rows.column_names:
        return
    for place, lacking, reasons in _features(rows, REQUIRED):
        applicable = ~(lacking & _is_in(reasons, ("NO_SOURCE", "NOT_DERIVED")))
        if not applicable.any():
            continue
        share = float(lacking[applicable].mean())
        if share > REQUIRED_BUDGET:
            unknown = lacking & ~_is_in(reasons, NO_HISTORY)
            detail = f"NULL in {100 * share:.1f} % of {applicable.sum():,} rows, {100 * REQUIRED_BUDGET:g} % may be"
            breaks = float(unknown[applicable].mean()) > REQUIRED_BUDGET
            yield SeasonFinding(f"features[{place}]", "NULL_BUDGET", f"{detail} ({_most(reasons, lacking)})", breaks)


def _empty_columns(spec: TableSpec, rows: pa.Table) -> Iterable[SeasonFinding]:
    """Columns that no row has, and that are not excused by a reason that holds for a season."""
    if "missing" in rows.column_names:
        texts = pc.binary_join(rows.column("missing").combine_chunks(), ",").fill_null("")
        for column in spec.columns.values():
            if column.group and rows.column(column.name).null_count == len(rows):
                excused = pc.match_substring_regex(texts, f"(^|,){column.group}:({'|'.join(ABSENT)})(,|$)")
                if not pc.any(excused).as_py():
                    early = pc.match_substring_regex(texts, f"(^|,){column.group}:({'|'.join(NO_HISTORY)})(,|$)")
                    detail = f"NULL in all {len(rows):,} rows, none with a reason that holds for a season"
                    yield SeasonFinding(column.name, "EMPTY", detail, not pc.any(early).as_py())
    if "features" in rows.column_names:
        for place, lacking, reasons in _features(rows):
            if lacking.all() and not _is_in(reasons, ABSENT).any():
                detail = f"NULL in all {len(rows):,} rows ({_most(reasons, lacking)})"
                yield SeasonFinding(f"features[{place}]", "EMPTY", detail, not _is_in(reasons, NO_HISTORY).any())


def _features(rows: pa.Table, places: Iterable[int] | None = None) -> Iterable[tuple[int, Bools, pa.Array]]:
    """Per feature, by its place: which rows lack it, and why. Rows with fewer features are left out of those beyond."""
    lists = rows.column("features").combine_chunks()
    why = rows.column("feature_missing").combine_chunks()
    offsets, reason_offsets = np.asarray(lists.offsets), np.asarray(why.offsets)
    lengths = np.diff(offsets)
    null = np.asarray(lists.values.is_null())
    for place in range(int(lengths.max())) if places is None else places:
        long = lengths > place
        yield place, null[offsets[:-1][long] + place], why.values.take(pa.array(reason_offsets[:-1][long] + place))


def _is_in(reasons: pa.Array, names: tuple[str, ...]) -> Bools:
    found: Bools = np.asarray(pc.is_in(reasons, pa.array(names)))
    return found


def _most(reasons: pa.Array, lacking: Bools) -> str:
    """The most frequent reasons of rows, with how many rows have them."""
    counts: list[dict[str, Any]] = pc.value_counts(reasons.filter(pa.array(lacking)).fill_null("no reason")).to_pylist()
    counts.sort(key=lambda one: (-one["counts"], one["values"]))
    return ", ".join(f"{one['counts']:,} {one['values']}" for one in counts[:_SHOWN])
