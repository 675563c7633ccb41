"""Whether what is stored can be true: columns that are suddenly NULL, constant or filled with one value, or NULL for no reason.

A contract judges a row by itself; here a date is judged by the dates before it. A join that broke, a clock text that was
read as nothing, a default where a value was not known: each leaves rows that are there, keep every range, and tell
nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from hooplake.lake.parquet import read_partition
from hooplake.tables.rehash import partitions_of

if TYPE_CHECKING:
    from hooplake.lake.store import Store
    from hooplake.lake.table import TableSpec

BEFORE_DATES = 30
"""A date is judged by so many dates before it,"""
LEAST_DATES = 5
"""of which there must be so many with enough rows."""
LEAST_ROWS = 50
"""Rows of a date from which on it is judged by others, if it has half as many as those usually have: what belongs to a
team is the same for all its players, so a date of one game has few different values."""
BREAK_DAYS, AFTER_BREAK_DAYS = 5, 7
"""Dates so many days after a break of so many days are not judged: nobody is tired, or played within a week."""
NULLS, USUAL_NULLS = 0.30, 0.05
"""A column is suddenly NULL above the first share where it usually is below the second."""
FILLED, USUAL_FILLED = 0.50, 0.10
"""One value is suddenly everywhere above the first share where the most frequent one usually is below the second."""
DISTINCT = 20
"""Different values of a season from which on a column can be found constant or filled: counts often are."""
UNEXPLAINED = 0.50
"""Share of the rows of a date that may be NULL in a column without a reason for its group."""
OF_THE_SOURCE = (
    "NO_SOURCE",
    "NOT_COLLECTED",
    "NO_PLAYS",
    "NO_COORDINATES",
    "INCOMPLETE_SHOTS",
    "NO_LINEUPS",
    "NOT_DERIVED",
)
"""Reasons of a NULL that lie in what a source tells of a game: they may hold on one date and not on another."""
LOOSE = ("forward", "lines", "props", "injuries", "public")
"""Groups of columns that may be NULL on a date: they end with the schedule, or with what a bookmaker offers."""

_UNJUDGED = ("quality_score", "quality_tier", "is_bootstrap", "missing", "data_hash", "hash_version")
Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]


class Finding(NamedTuple):
    """What cannot be true of a date of a table.

    Attributes:
        day: the date.
        column: the column, or ``features[i]``.
        kind: ``NULL``, ``CONSTANT``, ``FILLED`` or ``UNEXPLAINED``.
        detail: figures for a person.
    """

    day: date
    column: str
    kind: str
    detail: str

    def __str__(self) -> str:
        return f"{self.kind} {self.column}: {self.detail}"


def contaminated(
    store: Store, specs: Iterable[TableSpec], *, leagues: Sequence[str] = (), seasons: Sequence[int] = ()
) -> dict[tuple[str, str, str], str]:
    """What cannot be true of stored tables by date: (table, partition, date) -> what, in one line.

    Args:
        store: the lake.
        specs: the tables, which have a row hash and the unit ``game_date``.
        leagues: only these.
        seasons: only these.
    """
    found: dict[tuple[str, str, str], list[str]] = {}
    for spec in specs:
        for partition, _ in partitions_of(store, spec):
            if (leagues and partition["league"] not in leagues) or (seasons and partition["season"] not in seasons):
                continue
            for finding in findings_of(spec, read_partition(store, spec, partition)):
                found.setdefault((spec.name, str(partition), finding.day.isoformat()), []).append(str(finding))
    return {where: "; ".join(texts[:3]) for where, texts in found.items()}


def findings_of(spec: TableSpec, rows: pa.Table) -> list[Finding]:
    """What cannot be true of the rows of one partition of a table by date.

    Args:
        spec: the table.
        rows: in the order of the key, which begins with the date.
    """
    if "is_dnp" in rows.column_names:
        rows = rows.filter(pc.invert(rows.column("is_dnp")))  # who did not play has no measures, on any date
    if not len(rows):
        return []
    days = rows.column(spec.unit).combine_chunks()
    codes = np.asarray(days.dictionary_encode().indices)
    starts = np.flatnonzero(np.concatenate(([True], codes[1:] != codes[:-1])))
    dates = days.take(pa.array(starts)).to_pylist()
    sizes = np.diff(np.append(starts, len(rows)))
    behind = _behind(rows, starts, sizes)
    judged = [at for at in _judged(dates) if not behind[at]]
    found: list[Finding] = []
    excuses = _excuses(spec, rows)
    for name, group, values in _columns(spec, rows):
        lacking = np.isnan(values) & ~excuses[group] if group in excuses else np.isnan(values)
        found += _judge(name, values, lacking, starts, sizes, dates, judged)
    return sorted([*found, *_unexplained(spec, rows, starts, sizes, dates)])


def _judged(dates: Sequence[date]) -> list[int]:
    """The dates that can be compared with those before them."""
    resumed = [day for before, day in pairwise(dates) if (day - before).days >= BREAK_DAYS]
    return [at for at, day in enumerate(dates) if not any(0 <= (day - r).days < AFTER_BREAK_DAYS for r in resumed)]


def _behind(rows: pa.Table, starts: Places, sizes: Places) -> npt.NDArray[np.bool_]:
    """Dates on which most windows end days before: the games since were not taken in, and a value may well be NULL."""
    if "window_last_date" not in rows.column_names or rows.column("window_last_date").null_count == len(rows):
        return np.zeros(len(starts), np.bool_)
    ends = _doubles(rows.column("window_last_date").cast(pa.int32()))
    days = _doubles(rows.column("game_date").cast(pa.int32()))
    late = ~(days - ends < BREAK_DAYS)  # a window without games is NaN
    found: npt.NDArray[np.bool_] = 2 * np.add.reduceat(late, starts) > sizes
    return found


def _columns(spec: TableSpec, rows: pa.Table) -> Iterable[tuple[str, str, Floats]]:
    """The columns that are measures, with their groups, as doubles with NaN where NULL; features one by one."""
    for column in spec.columns.values():
        if column.name in (*spec.key, *spec.partition, *_UNJUDGED) or column.group in LOOSE:
            continue
        kind = column.type.kind
        if kind == "decimal" or kind.startswith(("int", "float")):
            yield column.name, column.group, _doubles(rows.column(column.name))
        elif kind == "list" and column.type.item is not None and column.type.item.kind == "decimal":
            for name, values in _items(column.name, rows.column(column.name).combine_chunks()):
                yield name, column.group, values


def _excuses(spec: TableSpec, rows: pa.Table) -> dict[str, npt.NDArray[np.bool_]]:
    """Per group of columns the rows whose source does not tell them."""
    texts = pc.binary_join(rows.column("missing").combine_chunks(), ",").fill_null("")
    reasons = "|".join(OF_THE_SOURCE)
    groups = {column.group for column in spec.columns.values() if column.group}
    return {group: np.asarray(pc.match_substring_regex(texts, f"(^|,){group}:({reasons})(,|$)")) for group in groups}


def _items(name: str, lists: pa.Array) -> Iterable[tuple[str, Floats]]:
    """The elements of lists by their place; where lists have several lengths, those that all of them have."""
    offsets = np.asarray(lists.offsets)
    values = _doubles(lists.values)
    for place in range(int(np.diff(offsets).min())):
        yield f"{name}[{place}]", values[offsets[:-1] + place]


def _doubles(values: pa.ChunkedArray | pa.Array) -> Floats:
    filled: Floats = np.asarray(values.cast(pa.float64()).fill_null(np.nan))
    return filled


def _judge(
    name: str,
    values: Floats,
    lacking: npt.NDArray[np.bool_],
    starts: Places,
    sizes: Places,
    dates: Sequence[date],
    judged: Sequence[int],
) -> Iterable[Finding]:
    known = np.add.reduceat(~np.isnan(values), starts)
    nulls = np.add.reduceat(lacking, starts) / sizes
    for at in _above(nulls, NULLS, sizes, judged):
        usual = _usual(nulls, sizes, at)
        if usual is not None and usual < USUAL_NULLS:
            yield Finding(
                dates[at], name, "NULL", f"{100 * nulls[at]:.0f} % of {sizes[at]} rows, usually {100 * usual:.0f} %"
            )
    if len(np.unique(values[~np.isnan(values)])) < DISTINCT:
        return
    top = _most_frequent(values, starts)
    shares = np.divide(top, known, out=np.zeros(len(top)), where=known > 0)
    for at in _above(shares, FILLED, known, judged):
        usual = _usual(shares, known, at)
        if usual is not None and usual < USUAL_FILLED:
            kind = "CONSTANT" if top[at] == known[at] else "FILLED"
            text = f"one value in {100 * shares[at]:.0f} % of {known[at]} rows, usually in {100 * usual:.0f} %"
            yield Finding(dates[at], name, kind, text)


def _above(shares: Floats, bound: float, rows: Places, judged: Sequence[int]) -> list[int]:
    return [at for at in judged if shares[at] > bound and rows[at] >= LEAST_ROWS]


def _usual(shares: Floats, rows: Places, at: int) -> float | None:
    """The median share of the dates before one, of those with enough rows; None if they are too few or much bigger."""
    before = np.flatnonzero(rows[:at] >= LEAST_ROWS)[-BEFORE_DATES:]
    if len(before) < LEAST_DATES or 2 * rows[at] < np.median(rows[before]):
        return None
    return float(np.median(shares[before]))


def _most_frequent(values: Floats, starts: Places) -> Places:
    """Per date how often its most frequent known value occurs."""
    codes = np.zeros(len(values), np.int64)
    codes[starts[1:]] = 1
    codes = np.cumsum(codes)
    order = np.lexsort((values, codes))
    ordered, owner = values[order], codes[order]
    new = np.concatenate(([True], (ordered[1:] != ordered[:-1]) | (owner[1:] != owner[:-1])))  # each NaN is one
    begins = np.flatnonzero(new)
    lengths = np.diff(np.append(begins, len(values)))
    lengths[np.isnan(ordered[begins])] = 0
    top = np.zeros(len(starts), np.int64)
    np.maximum.at(top, owner[begins], lengths)
    return top


def _unexplained(
    spec: TableSpec, rows: pa.Table, starts: Places, sizes: Places, dates: Sequence[date]
) -> Iterable[Finding]:
    """Columns with a group that are NULL in rows that give no reason for the group."""
    groups: dict[str, list[str]] = {}
    for column in spec.columns.values():
        if column.group and rows.column(column.name).null_count:
            groups.setdefault(column.group, []).append(column.name)
    if not groups:
        return
    texts = pc.binary_join(rows.column("missing").combine_chunks(), ",").fill_null("")
    for group, names in groups.items():
        excused = np.asarray(pc.match_substring_regex(texts, f"(^|,){group}:"))
        for name in names:
            bare = np.add.reduceat(np.asarray(rows.column(name).is_null()) & ~excused, starts)
            for at in _above(bare / sizes, UNEXPLAINED, sizes, range(len(dates))):
                yield Finding(
                    dates[at], name, "UNEXPLAINED", f"{bare[at]} of {sizes[at]} rows are NULL and do not say why"
                )


def by_table(found: Mapping[tuple[str, str, str], str]) -> dict[str, list[str]]:
    """The findings as lines of their tables."""
    lines: dict[str, list[str]] = {}
    for (table, partition, day), text in sorted(found.items()):
        lines.setdefault(table, []).append(f"{partition}, {day}: {text}")
    return lines
