"""What the units of a step by date are made of: per input the dates of a partition that it reaches.

A step whose unit is a date reads tables that are tracked by game or by date. Each input has a *reach*, which says how
far from a date D it is read:

    same      rows of D
    before    rows of the dates before D, in the same partition
    upto      both
    season    the whole partition, later dates included (a schedule)
    history   as before, and the whole of the other partitions that `Step.reads` names (earlier seasons)

A date is made of one hash per input: of the digests of the dates in reach. The hashes of growing ranges are carried
along from date to date, so planning a season costs as much as there are dates, not their square.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

from hooplake.build.state import DIGEST_BYTES, EMPTY_DIGEST, Node, State, UnitState
from hooplake.build.step import UnitInput
from hooplake.errors import ConfigError

if TYPE_CHECKING:
    from hooplake.build.graph import Graph
    from hooplake.build.step import Step

Reach = Literal["same", "before", "upto", "season", "history"]
REACHES: tuple[str, ...] = get_args(Reach)
RANGES = ("before", "upto", "history")
"""Reaches whose hash covers every date from the first of the partition on."""


class Day(NamedTuple):
    """The rows of one table on one date: their hash, and how they stand."""

    digest: bytes
    state: UnitState


class Source(NamedTuple):
    """One input table of one partition, date by date.

    Attributes:
        table: the table.
        reach: how far it is read.
        days: by date.
    """

    table: str
    reach: str
    days: Mapping[str, Day]


def check_reach(step: Step, graph: Graph) -> None:
    """Check that a step's reach is that of its inputs, and one of those there are.

    Raises:
        ConfigError: naming the step and what is wrong.
    """
    for table, reach in step.reach.items():
        if table not in step.inputs:
            raise ConfigError(f"step {step.name}: it declares a reach for {table}, which it does not read")
        if reach not in REACHES:
            raise ConfigError(f"step {step.name}: reach {reach!r} of {table} is none of {', '.join(REACHES)}")
    if step.reach and not graph.by_date(step):
        raise ConfigError(f"step {step.name} declares a reach, but its unit is no date")


def days_of(node: Node, table: str, state: State, *, by_date: bool) -> dict[str, Day]:
    """The rows of one partition of a table, by date.

    A game that failed leaves a mark in the hash of its date and does not hold up the other games; a date that failed
    holds up what reaches it.

    Args:
        node: the partition in the ledger.
        table: the table.
        state: for the digests.
        by_date: whether the units of the node are dates.
    """
    found: dict[str, list[tuple[str, bytes, int]]] = {}
    places: dict[int, int | None] = {}
    for unit, row in node.units.items():
        if not row.date:
            continue
        digest = b""
        if row.state == UnitState.OK:
            if row.recipe not in places:
                places[row.recipe] = state.place(row.recipe, table)
            start = places[row.recipe]
            digest = EMPTY_DIGEST if start is None else row.digests[start : start + DIGEST_BYTES]
        found.setdefault(row.date, []).append((unit, digest, int(row.state)))
    return {date: _day(units, by_date=by_date) for date, units in found.items()}


_ROWLESS = Day(EMPTY_DIGEST, UnitState.OK)
_ALL_OK = {int(UnitState.OK)}


def _day(units: list[tuple[str, bytes, int]], *, by_date: bool) -> Day:
    if len(units) > 1:
        units.sort()
    states = {state for _, _, state in units}
    if states != _ALL_OK:
        if UnitState.PENDING in states:
            return Day(b"", UnitState.PENDING)
        if by_date:
            return Day(b"", UnitState.BLOCKED)
    parts = [
        f"{unit}\x1f{state}\x1f".encode() + digest
        for unit, digest, state in units
        if digest != EMPTY_DIGEST or state != UnitState.OK
    ]
    return Day(hashlib.blake2b(b"".join(parts), digest_size=16).digest(), UnitState.OK) if parts else _ROWLESS


class DateInputs(NamedTuple):
    """What the dates of a partition are made of, which of them wait, and which cannot be built."""

    units: dict[str, UnitInput]
    pending: set[str]
    blocked: dict[str, str]


def date_inputs(
    sources: Sequence[Source], common: Sequence[tuple[str, str]], *, dates: Iterable[str] = (), waits: bool = False
) -> DateInputs:
    """What every date is made of.

    Args:
        sources: the inputs that are tracked by game or date.
        common: parts that all dates share.
        dates: dates that there are beside those of the sources.
        waits: whether one of those is being rebuilt in the same plan.
    """
    dates = sorted({*dates, *(date for source in sources for date in source.days)})
    parts: dict[str, list[tuple[str, str]]] = {date: list(common) for date in dates}
    found = DateInputs({}, set(dates) if waits else set(), {})
    for source in sources:
        _add(source, dates, parts, found)
    found.units.update({date: UnitInput(date, tuple(parts[date])) for date in dates})
    found.pending.difference_update(found.blocked)
    return found


def _add(source: Source, dates: Sequence[str], parts: Mapping[str, list[tuple[str, str]]], found: DateInputs) -> None:
    name = source.table if source.reach == "same" else f"{source.table} ({source.reach})"
    prefix = hashlib.blake2b(digest_size=16)
    standing = UnitState.OK
    for date in dates:
        day = source.days.get(date, Day(EMPTY_DIGEST, UnitState.OK))
        if source.reach == "same":
            digest, state = day
        elif source.reach == "upto":
            _extend(prefix, date, day)
            standing = _worse(standing, day.state)
            digest, state = prefix.digest(), standing
        else:
            digest, state = prefix.digest(), standing
            _extend(prefix, date, day)
            standing = _worse(standing, day.state)
        parts[date].append((name, digest.hex()))
        if state == UnitState.PENDING:
            found.pending.add(date)
        elif state == UnitState.BLOCKED:
            found.blocked.setdefault(date, source.table)


def _extend(prefix: hashlib.blake2b, date: str, day: Day) -> None:
    if day.digest != EMPTY_DIGEST:
        prefix.update(f"{date}\x1f".encode() + day.digest)


def _worse(first: UnitState, second: UnitState) -> UnitState:
    return max(first, second, key=(UnitState.OK, UnitState.PENDING, UnitState.BLOCKED).index)
