"""What the units of a step over tables are made of: the digests of other steps' units and partitions.

A table whose step works by the same unit gives each unit the digest of its own rows; any other table gives every unit
of the partition the content hash of the whole partitions that are read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from hooplake.build.dates import Source, date_inputs
from hooplake.build.state import DIGEST_BYTES, State, UnitRow, UnitState
from hooplake.build.step import WHOLE, Discovered, Step, UnitInput
from hooplake.build.view import ABSENT, PENDING, Shelf, View
from hooplake.lake.partition import Partition

BROKEN = "failed"
"""The hash of a part whose unit failed."""


@dataclass(slots=True)
class NodeInputs:
    """What the units of one output partition are made of, now.

    Attributes:
        units: by name.
        pending: units with a part that is being rebuilt in the same plan, so that its hash is not known yet.
        blocked: units with a part that failed, and which.
        tables: per input table the partitions read that have rows, or may have them once they are rebuilt.
    """

    units: dict[str, UnitInput] = field(default_factory=dict)
    pending: set[str] = field(default_factory=set)
    blocked: dict[str, str] = field(default_factory=dict)
    tables: dict[str, tuple[Partition, ...]] = field(default_factory=dict)


def table_partitions(step: Step, view: View) -> list[Partition]:
    """The output partitions of a step over tables: the existing partitions of its inputs, cut to its own columns.

    Inputs that lack one of the columns do not count: they feed partitions, they do not make them.
    """
    columns = view.graph.columns(step)
    found: set[Partition] = set()
    for table in view.graph.makers(step):
        found |= view.shelf(table).cuts(columns)
    return sorted(found)


def table_inputs(step: Step, partition: Partition, view: View) -> NodeInputs:
    """What the units of one output partition of a step over tables are made of."""
    graph = view.graph
    found = NodeInputs()
    if tuple(partition) != graph.columns(step):  # of a time when the outputs had other partition columns
        return found
    if step.discover is None and graph.by_date(step):
        _date_inputs(step, partition, view, found)
        return found
    common: list[tuple[str, str]] = []
    by_unit: dict[tuple[str, Partition], list[str]] = {}
    for table in step.inputs:
        wanted = read_partitions(step, table, partition, view.shelf(table))
        found.tables[table] = tuple(part for part in wanted if view.has_rows(table, part))
        producer = graph.producer.get(table)
        if step.unit and producer is not None and producer.unit == step.unit:
            for part in wanted:
                by_unit.setdefault((producer.name, part), []).append(table)
        else:
            common += [(f"{table}/{part}", view.content(table, part)) for part in wanted]
    if step.unit:
        _unit_inputs(step, partition, view, by_unit, common, found)
    elif common and any(view.shelf(table).sharing(partition) for table in graph.makers(step)):
        found.units[WHOLE] = UnitInput("", tuple(common))
        if any(value == PENDING for _, value in common):
            found.pending.add(WHOLE)
    return found


def _date_inputs(step: Step, partition: Partition, view: View, found: NodeInputs) -> None:
    common: list[tuple[str, str]] = []
    sources: list[Source] = []
    for table in step.inputs:
        wanted = read_partitions(step, table, partition, view.shelf(table))
        found.tables[table] = tuple(part for part in wanted if view.has_rows(table, part))
        producer = view.graph.producer.get(table)
        reach = step.reach.get(table, "same")
        common += [
            (f"{table}/{part}", view.content_for(step, table, part))
            for part in wanted
            if producer is None or not producer.unit or part != partition or reach == "season"
        ]
        node = None if producer is None or not producer.unit else view.nodes(producer).get(partition)
        if node is not None and producer is not None and partition in wanted:
            days = view.days(producer, partition, view.graph.projection(step, table))
            if reach != "season":
                sources.append(Source(table, reach, days))
            for date in days:
                found.units.setdefault(date, UnitInput(date, ()))
    waits = any(value == PENDING for _, value in common)
    made = date_inputs(sources, common, dates=found.units, waits=waits)
    found.units, found.pending, found.blocked = made


def read_partitions(step: Step, table: str, output: Partition, shelf: Shelf) -> list[Partition]:
    """The partitions of an input table that an output partition is made from.

    Args:
        step: the step.
        table: one of its inputs.
        output: the output partition.
        shelf: the partitions of the table.
    """
    if step.reads is None:
        return shelf.sharing(output)
    return sorted(set(step.reads(table, output, shelf.ordered())))


def _unit_inputs(
    step: Step,
    partition: Partition,
    view: View,
    by_unit: Mapping[tuple[str, Partition], list[str]],
    common: Sequence[tuple[str, str]],
    found: NodeInputs,
) -> None:
    steps = {other.name: other for other in view.graph.before(step)}
    sources: list[_Source] = []
    names: set[str] = set()
    for (name, part), tables in by_unit.items():
        node = view.nodes(steps[name]).get(part)
        # the partition belongs to the part's name only where it is not the output's own
        where = "" if part == partition else f"/{part}"
        source = _Source({} if node is None else node.units, {table: f"{table}{where}" for table in tables}, view.state)
        sources.append(source)
        names.update(source.rows)
    waits = any(value == PENDING for _, value in common)
    for unit in sorted(names):
        parts = list(common)
        date = ""
        state = UnitState.PENDING if waits else UnitState.OK
        for source in sources:
            row = source.rows.get(unit)
            if row is None:
                parts += source.absent
                continue
            date = date or row.date
            if row.state == UnitState.OK:
                text = row.digests.hex()
                parts += [(name, text[start:end] or ABSENT) for name, start, end in source.cuts(row.recipe)]
            elif row.state == UnitState.PENDING:
                parts += source.pending
                state = UnitState.PENDING if state == UnitState.OK else state
            else:
                parts += source.broken
                if state != UnitState.BLOCKED:
                    state = UnitState.BLOCKED
                    found.blocked[unit] = source.tables[0]
        found.units[unit] = UnitInput(date, tuple(parts))
        if state == UnitState.PENDING:
            found.pending.add(unit)


class _Source:
    """One node that gives units their parts: the names of the parts, and where their hashes are."""

    def __init__(self, rows: Mapping[str, UnitRow], tables: Mapping[str, str], state: State) -> None:
        self.rows = rows
        self.tables = list(tables)
        self.absent = [(name, ABSENT) for name in tables.values()]
        self.pending = [(name, PENDING) for name in tables.values()]
        self.broken = [(name, BROKEN) for name in tables.values()]
        self._names = tables
        self._state = state
        self._cuts: dict[int, list[tuple[str, int, int]]] = {}

    def cuts(self, recipe: int) -> list[tuple[str, int, int]]:
        """Per part its name, and where its hash begins and ends in the hexadecimal text of a unit's digests."""
        found = self._cuts.get(recipe)
        if found is None:
            width = 2 * DIGEST_BYTES
            outputs = self._state.recipes[recipe].outputs
            places = {table: outputs.index(table) * width if table in outputs else -width for table in self._names}
            found = [(name, places[table], places[table] + width) for table, name in self._names.items()]
            self._cuts[recipe] = found
        return found


def raw_inputs(discovered: Discovered, partition: Partition) -> NodeInputs:
    """What the units of one output partition of a step over raw objects are made of."""
    return NodeInputs(units=dict(discovered.get(partition, {})))
