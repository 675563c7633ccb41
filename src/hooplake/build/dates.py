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
    places: dict[int, int | None] = {}
    found: dict[str, list[tuple[str, bytes, int]]] = {}
    days: dict[str, Day] = {}
    for unit, row in node.units.items():
        date, standing, _, digests, recipe, _ = row
        if not date:
            continue
        digest = b""
        if standing == _OK:
            if recipe not in places:
                places[recipe] = state.place(recipe, table)
            start = places[recipe]
            digest = EMPTY_DIGEST if start is None else digests[start : start + DIGEST_BYTES]
        if not by_date:
            found.setdefault(date, []).append((unit, digest, standing))
        elif standing == _OK:  # the one unit of its date
            days[date] = (
                _ROWLESS if digest == EMPTY_DIGEST else Day(_hash(b"%s\x1f0\x1f%s" % (unit.encode(), digest)), _SOUND)
            )
        else:
            days[date] = Day(b"", UnitState.PENDING if standing == UnitState.PENDING else UnitState.BLOCKED)
    for date, units in found.items():
        days[date] = _day(units)
    return days


_OK = int(UnitState.OK)
_SOUND = UnitState.OK
_ROWLESS = Day(EMPTY_DIGEST, _SOUND)


def _hash(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=DIGEST_BYTES).digest()


def _day(units: list[tuple[str, bytes, int]]) -> Day:
    """The rows of the games of a date."""
    units.sort()
    if any(state == UnitState.PENDING for _, _, state in units):
        return Day(b"", UnitState.PENDING)
    parts = [
        b"%s\x1f%d\x1f%s" % (unit.encode(), state, digest)
        for unit, digest, state in units
        if digest != EMPTY_DIGEST or state != _OK
    ]
    return Day(_hash(b"".join(parts)), _SOUND) if parts else _ROWLESS


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
    if source.reach == "same":
        for date in dates:
            digest, state = source.days.get(date, _ROWLESS)
            parts[date].append((source.table, digest.hex()))
            _note(date, state, source, found)
        return
    name = f"{source.table} ({source.reach})"
    prefix = hashlib.blake2b(digest_size=16)
    standing = _SOUND
    part = (name, prefix.hexdigest())
    for date in dates:
        day = source.days.get(date, _ROWLESS)
        if source.reach != "upto":
            parts[date].append(part)
            _note(date, standing, source, found)
        if day.digest != EMPTY_DIGEST:
            prefix.update(f"{date}\x1f".encode() + day.digest)
            part = (name, prefix.hexdigest())
        if day.state is not _SOUND:
            standing = _worse(standing, day.state)
        if source.reach == "upto":
            parts[date].append(part)
            _note(date, standing, source, found)


def _note(date: str, state: UnitState, source: Source, found: DateInputs) -> None:
    if state is _SOUND:
        return
    if state == UnitState.PENDING:
        found.pending.add(date)
    elif state == UnitState.BLOCKED:
        found.blocked.setdefault(date, source.table)


def _worse(first: UnitState, second: UnitState) -> UnitState:
    return max(first, second, key=(UnitState.OK, UnitState.PENDING, UnitState.BLOCKED).index)
