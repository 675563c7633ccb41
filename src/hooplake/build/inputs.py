"""What the units of a step over tables are made of: the digests of other steps' units and partitions.

A table whose step works by the same unit gives each unit the digest of its own rows; any other table gives every unit
of the partition the content hash of the whole partitions that are read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from hooplake.build.graph import Graph, reads_shared
from hooplake.build.state import DIGEST_BYTES, Node, State, UnitRow, UnitState
from hooplake.build.step import WHOLE, Discovered, Step, UnitInput
from hooplake.lake.partition import Partition, list_partitions
from hooplake.lake.store import Store

ABSENT = "absent"
"""The hash of a part that is named but not there; that it arrives later is a change."""
PENDING = "pending"
"""The hash of a part that is being rebuilt in the same plan."""
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


class View:
    """The lake as a plan or a run sees it: the ledger's state, overlaid by what was planned or done since.

    Args:
        graph: the steps.
        state: what the ledger remembers.
        store: the objects, for tables that no step writes.
    """

    def __init__(self, graph: Graph, state: State, store: Store) -> None:
        self.graph = graph
        self.state = state
        self.store = store
        self._nodes: dict[str, dict[Partition, Node]] = {}
        self._foreign: dict[str, dict[Partition, str]] = {}
        for step in graph.steps:
            spec = graph.registry[step.outputs[0]]
            self._nodes[step.name] = {
                Partition.parse(text, spec): node for text, node in state.nodes.get(step.name, {}).items()
            }

    def nodes(self, step: Step) -> Mapping[Partition, Node]:
        """The nodes of a step."""
        return self._nodes[step.name]

    def put(self, step: Step, partition: Partition, node: Node | None) -> None:
        """Replace a node, or take it away."""
        if node is None:
            self._nodes[step.name].pop(partition, None)
        else:
            self._nodes[step.name][partition] = node

    def existing(self, table: str) -> list[Partition]:
        """The partitions of a table that are or will be there."""
        step = self.graph.producer.get(table)
        if step is None:
            return list(self._foreign_partitions(table))
        alive = (UnitState.OK, UnitState.PENDING)
        return sorted(
            partition
            for partition, node in self._nodes[step.name].items()
            if any(row.state in alive for row in node.units.values())
        )

    def content(self, table: str, partition: Partition) -> str:
        """The hash of a whole partition: its content, `PENDING` or `ABSENT`."""
        step = self.graph.producer.get(table)
        if step is None:
            return self._foreign_partitions(table).get(partition, ABSENT)
        node = self._nodes[step.name].get(partition)
        if node is None:
            return ABSENT
        if node.pending:
            return PENDING
        found = node.objects.get(table)
        return ABSENT if found is None else found.content

    def has_rows(self, table: str, partition: Partition) -> bool:
        """Whether there is an object of a partition, or may be once it is rebuilt."""
        step = self.graph.producer.get(table)
        if step is None:
            return partition in self._foreign_partitions(table)
        node = self._nodes[step.name].get(partition)
        if node is None:
            return False
        found = node.objects.get(table)
        return node.pending or (found is not None and found.rows > 0)

    def _foreign_partitions(self, table: str) -> dict[Partition, str]:
        if table not in self._foreign:
            found = list_partitions(self.store, self.graph.registry[table])
            self._foreign[table] = {partition: meta.etag for partition, meta in found.items()}
        return self._foreign[table]


def table_partitions(step: Step, view: View) -> list[Partition]:
    """The output partitions of a step over tables: the existing partitions of its inputs, cut to its own columns.

    Inputs that lack one of the columns do not count: they feed partitions, they do not make them.
    """
    columns = view.graph.columns(step)
    found: set[Partition] = set()
    makers = 0
    for table in step.inputs:
        if set(columns) <= set(view.graph.registry[table].partition):
            makers += 1
            found.update(Partition(**{name: part[name] for name in columns}) for part in view.existing(table))
    if not makers:
        # every input is coarser than the output: its partitions cannot be told from partitions alone
        return []
    return sorted(found)


def table_inputs(step: Step, partition: Partition, view: View) -> NodeInputs:
    """What the units of one output partition of a step over tables are made of."""
    graph = view.graph
    found = NodeInputs()
    common: list[tuple[str, str]] = []
    by_unit: dict[tuple[str, Partition], list[str]] = {}
    for table in step.inputs:
        wanted = read_partitions(step, table, partition, view.existing(table))
        found.tables[table] = tuple(part for part in wanted if view.has_rows(table, part))
        producer = graph.producer.get(table)
        if step.unit and producer is not None and producer.unit == step.unit:
            for part in wanted:
                by_unit.setdefault((producer.name, part), []).append(table)
        else:
            common += [(f"{table}/{part}", view.content(table, part)) for part in wanted]
    if step.unit:
        _unit_inputs(step, partition, view, by_unit, common, found)
    elif common and partition in set(table_partitions(step, view)):
        found.units[WHOLE] = UnitInput("", tuple(common))
        if any(value == PENDING for _, value in common):
            found.pending.add(WHOLE)
    return found


def read_partitions(step: Step, table: str, output: Partition, existing: Sequence[Partition]) -> list[Partition]:
    """The partitions of an input table that an output partition is made from."""
    found: Iterable[Partition]
    found = reads_shared(output, existing) if step.reads is None else step.reads(table, output, existing)
    return sorted(set(found))


def _unit_inputs(
    step: Step,
    partition: Partition,
    view: View,
    by_unit: Mapping[tuple[str, Partition], list[str]],
    common: Sequence[tuple[str, str]],
    found: NodeInputs,
) -> None:
    steps = {other.name: other for other in view.graph.before(step)}
    sources: list[tuple[dict[str, UnitRow], list[tuple[str, str]]]] = []
    names: dict[str, None] = {}
    for (name, part), tables in by_unit.items():
        node = view.nodes(steps[name]).get(part)
        rows = node.units if node is not None else {}
        # the partition belongs to the part's name only where it is not the output's own
        where = "" if part == partition else f"/{part}"
        sources.append((rows, [(table, f"{table}{where}") for table in tables]))
        names.update(dict.fromkeys(rows))
    waits = any(value == PENDING for _, value in common)
    state = view.state
    for unit in sorted(names):
        parts = list(common)
        date = ""
        pending = waits
        blocked = ""
        for rows, tables_of in sources:
            row = rows.get(unit)
            if row is None:
                parts += [(name, ABSENT) for _, name in tables_of]
                continue
            date = date or row.date
            if row.state == UnitState.OK:
                outputs = state.recipes[row.recipe].outputs
                text = row.digests.hex()
                for table, name in tables_of:
                    at = outputs.index(table) * 2 * DIGEST_BYTES if table in outputs else -1
                    parts.append((name, text[at : at + 2 * DIGEST_BYTES] if at >= 0 else ABSENT))
            elif row.state == UnitState.PENDING:
                pending = True
                parts += [(name, PENDING) for _, name in tables_of]
            else:
                blocked = blocked or tables_of[0][0]
                parts += [(name, BROKEN) for _, name in tables_of]
        found.units[unit] = UnitInput(date, tuple(parts))
        if blocked:
            found.blocked[unit] = blocked
        elif pending:
            found.pending.add(unit)


def raw_inputs(discovered: Discovered, partition: Partition) -> NodeInputs:
    """What the units of one output partition of a step over raw objects are made of."""
    return NodeInputs(units=dict(discovered.get(partition, {})))
