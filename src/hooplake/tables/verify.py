"""Whether stored rows of the analytics tables are what their queries make, and know nothing of what came later.

Two questions are put to a sample of dates. *Rebuilt*: are the rows those that the query makes of that date alone, out of
what is stored now? It must be so whatever the order in which dates were built, corrected and built again. *Look-ahead*:
are they the same where the query is shown nothing of the games of that date and after it? Only of tables that stand
before a game; players known from the box alone are outside, for nobody could know of them.

Rows are compared by their keys and row hashes. Nothing is written.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from hooplake.build.dates import RANGES
from hooplake.build.inputs import NodeInputs, table_inputs
from hooplake.build.sql import EARLIER, run_query
from hooplake.build.state import UnitState
from hooplake.build.step import Step, Task
from hooplake.errors import ConfigError
from hooplake.lake.parquet import read_partition
from hooplake.lake.partition import Partition
from hooplake.lake.store import Store
from hooplake.lake.table import Registry, TableSpec

if TYPE_CHECKING:
    from hooplake.build.plan import Plan

REBUILT, LOOK_AHEAD = "rebuilt", "look-ahead"
CONTEXTS, BOX_ALONE = "gold.upcoming_player_game_context", "BOX"
"""Where a player is expected from, and what that says of one whom only the box of the game itself showed."""
_SHOWN = 5


@dataclass(slots=True)
class Verified:
    """What was found of one table.

    Attributes:
        table: which.
        question: ``rebuilt`` or ``look-ahead``.
        dates: how many dates were asked about.
        asked: which, as partition and date.
        rows: stored rows of these dates.
        equal: of them those that came out the same.
        outside: rows of players known from the box alone, left out of the second question.
        due: dates of the sample that wait for a build, and were not asked about.
        differing: the first rows that differ, as date and key.
    """

    table: str
    question: str
    dates: int = 0
    asked: list[str] = field(default_factory=list)
    rows: int = 0
    equal: int = 0
    outside: int = 0
    due: int = 0
    differing: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether every row came out the same."""
        return not self.differing


@dataclass(frozen=True, slots=True)
class _Asked:
    """One partition of one table, and the dates of the sample."""

    step: Step
    spec: TableSpec
    partition: Partition
    inputs: NodeInputs
    days: tuple[str, ...]
    due: int


def verify(
    plan: Plan,
    store: Store,
    registry: Registry,
    tables: Sequence[str],
    *,
    sample: int,
    seed: int = 0,
    on_total: Callable[[int], None] = lambda count: None,
    on_date: Callable[[], None] = lambda: None,
) -> list[Verified]:
    """Put both questions to a sample of dates.

    Args:
        plan: a plan that covers the tables; its selection says which leagues, seasons and dates are looked at.
        store: the lake.
        registry: the table specs.
        tables: tables whose query makes rows by date with a row hash.
        sample: at most so many dates of each table and partition.
        seed: another number takes other dates.
        on_total: told how many dates will be asked about, over all questions.
        on_date: told after each.

    Returns:
        Per table what was found, one for each question that it can be asked.
    """
    asked = [each for name in tables for each in _sampled(plan, registry, name, sample, seed)]
    on_total(sum(len(each.days) * (1 + stands_before(each.step)) for each in asked))
    found: dict[tuple[str, str], Verified] = {}
    for name in tables:
        found[name, REBUILT] = Verified(name, REBUILT)
        if stands_before(plan.graph.producer[name]):
            found[name, LOOK_AHEAD] = Verified(name, LOOK_AHEAD)
    for each in asked:
        for question in (REBUILT, LOOK_AHEAD):
            report = found.get((each.spec.name, question))
            if report is None:
                continue
            report.due += each.due
            for day in each.days:
                _compare(report, each, day, store, registry)
                on_date()
    return list(found.values())


def stands_before(step: Step) -> bool:
    """Whether the rows of a table stand before the games of their date: they are made of earlier dates."""
    return any(reach in RANGES for reach in step.reach.values())


def _sampled(plan: Plan, registry: Registry, table: str, sample: int, seed: int) -> Iterator[_Asked]:
    """The partitions of a table, each with some of its dates that have rows; a sample depends on its seed alone."""
    step = plan.graph.producer[table]
    due = {item.partition: item.verdict.run.keys() for item in plan.items if item.step.name == step.name}
    for partition, node in sorted(plan.view.nodes(step).items()):
        if not plan.selection.includes(partition):
            continue
        inputs = table_inputs(step, partition, plan.view)
        built = sorted(
            unit
            for unit, row in node.units.items()
            if row.state == UnitState.OK and unit in inputs.units and unit in plan.selection.dates
        )
        drawn = random.Random(f"{seed} {table} {partition}").sample(built, min(sample, len(built)))
        waiting = {*due.get(partition, ()), *inputs.pending, *inputs.blocked}
        ready = tuple(sorted(day for day in drawn if day not in waiting))
        if drawn:
            yield _Asked(step, registry[table], partition, inputs, ready, len(drawn) - len(ready))


def _compare(report: Verified, asked: _Asked, day: str, store: Store, registry: Registry) -> None:
    """One question about one date."""
    spec, partition = asked.spec, asked.partition
    key = [name for name in spec.key if name != spec.unit]
    stored = _hashes(read_partition(store, spec, partition, columns=[*spec.key, "data_hash"], units=_units(day)), key)
    task = Task(
        store, registry, partition, {day: asked.inputs.units[day]}, asked.inputs.tables, (spec.name,),
        asked.step.parameters, asked.step.unit,
    )  # fmt: skip
    compute = asked.step.compute
    if report.question == LOOK_AHEAD:
        compute = _blind(asked.step)
    made = _hashes(compute(task).tables[spec.name], key)
    report.dates += 1
    report.asked.append(f"{partition} {day}")
    if report.question == LOOK_AHEAD and "player_id" in key:
        place = key.index("player_id")
        unknowable = _box_alone(store, registry[CONTEXTS], partition, day)
        outside = {row for row in stored if row[place] in unknowable}
        report.outside += len(outside)
        stored, made = (
            {row: value for row, value in rows.items() if row[place] not in unknowable} for rows in (stored, made)
        )
    report.rows += len(stored)
    report.equal += sum(made.get(row) == value for row, value in stored.items())
    for row in sorted({*stored, *made}, key=repr):
        if stored.get(row) != made.get(row) and len(report.differing) < _SHOWN:
            lacks = " (not stored)" if row not in stored else " (not made)" if row not in made else ""
            report.differing.append(f"{partition} {day} {' '.join(map(str, row))}{lacks}")


def _blind(step: Step) -> Callable[[Task], Any]:
    """The query of a step, shown nothing of the date or after it of inputs that tell of games."""
    if not isinstance(step.compute, partial) or step.compute.func is not run_query:
        raise ConfigError(f"{step.name} is not made by a query: what it would make without later games cannot be told")
    given: Mapping[str, str] = step.compute.keywords["reach"]
    reach = {table: EARLIER if how in RANGES else how for table, how in given.items()}
    return partial(run_query, **{**step.compute.keywords, "reach": reach})


def _hashes(rows: pa.Table, key: Sequence[str]) -> dict[tuple[Any, ...], str | None]:
    """The row hashes by key."""
    return dict(
        zip(
            zip(*(rows.column(name).to_pylist() for name in key), strict=True),
            rows.column("data_hash").to_pylist(),
            strict=True,
        )
    )


def _units(day: str) -> list[date]:
    return [date.fromisoformat(day)]


def _box_alone(store: Store, contexts: TableSpec, partition: Partition, day: str) -> set[Any]:
    """Players of a date whom only the box of their game showed."""
    columns = ["game_date", "player_id", "driver_source"]
    rows = read_partition(store, contexts, partition, columns=columns, units=_units(day))
    return set(rows.filter(pc.equal(rows.column("driver_source"), BOX_ALONE)).column("player_id").to_pylist())
