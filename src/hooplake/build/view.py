"""The lake as a plan or a run sees it: the ledger's state, overlaid by what was planned or done since."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence

from hooplake.build.dates import Day, days_of
from hooplake.build.graph import Graph
from hooplake.build.objects import Listing
from hooplake.build.state import DIGEST_BYTES, EMPTY_DIGEST, Node, State, UnitState
from hooplake.build.step import Step
from hooplake.errors import ConfigError
from hooplake.lake.partition import Partition, PartitionValue
from hooplake.lake.table import TableSpec

ABSENT = "absent"
"""The hash of a part that is named but not there; that it arrives later is a change."""
PENDING = "pending"
"""The hash of a part that is being rebuilt in the same plan."""


class Shelf:
    """Partitions with the same columns, found by the values of some of them without looking at all.

    Args:
        columns: the partition columns.
        partitions: to begin with.
    """

    def __init__(self, columns: tuple[str, ...], partitions: Iterable[Partition] = ()) -> None:
        self.columns = columns
        self._all = dict.fromkeys(partitions)
        self._ordered: list[Partition] | None = None
        self._by: dict[tuple[str, ...], dict[tuple[PartitionValue, ...], dict[Partition, None]]] = {}

    def add(self, partition: Partition) -> None:
        """Put a partition in."""
        if partition not in self._all:
            self._all[partition] = None
            self._ordered = None
            for columns, groups in self._by.items():
                groups.setdefault(_values(partition, columns), {})[partition] = None

    def discard(self, partition: Partition) -> None:
        """Take a partition out, if it is there."""
        if partition in self._all:
            del self._all[partition]
            self._ordered = None
            for columns, groups in self._by.items():
                groups[_values(partition, columns)].pop(partition)

    def __contains__(self, partition: object) -> bool:
        return partition in self._all

    def ordered(self) -> Sequence[Partition]:
        """All partitions, in their order."""
        if self._ordered is None:
            self._ordered = sorted(self._all)
        return self._ordered

    def sharing(self, other: Partition) -> list[Partition]:
        """The partitions that agree with another table's partition on every column they share with it."""
        columns = tuple(name for name in self.columns if name in other)
        if columns not in self._by:
            groups = self._by[columns] = {}
            for partition in self._all:
                groups.setdefault(_values(partition, columns), {})[partition] = None
        return sorted(self._by[columns].get(_values(other, columns), ()))

    def cuts(self, columns: tuple[str, ...]) -> set[Partition]:
        """The partitions, with these of their columns alone."""
        if columns == self.columns:
            return set(self._all)
        return {Partition(**{name: partition[name] for name in columns}) for partition in self._all}


def _values(partition: Partition, columns: tuple[str, ...]) -> tuple[PartitionValue, ...]:
    return tuple(partition[name] for name in columns)


class View:
    """The nodes of all steps as they are now, and the partitions of all tables.

    Args:
        graph: the steps.
        state: what the ledger remembers.
        listing: the objects, for tables that no step writes.
    """

    def __init__(self, graph: Graph, state: State, listing: Listing) -> None:
        self.graph = graph
        self.state = state
        self._listing = listing
        self._nodes: dict[str, dict[Partition, Node]] = {}
        self._shelves: dict[str, Shelf] = {}
        self._foreign: dict[str, dict[Partition, str]] = {}
        self._days: dict[tuple[str, Partition, str], Mapping[str, Day]] = {}
        for step in graph.steps:
            spec = graph.registry[step.outputs[0]]
            nodes = {partition_of(text, spec): node for text, node in state.nodes.get(step.name, {}).items()}
            self._nodes[step.name] = nodes
            alive = [part for part, node in nodes.items() if _alive(node) and tuple(part) == spec.partition]
            self._shelves[step.name] = Shelf(spec.partition, alive)

    def nodes(self, step: Step) -> Mapping[Partition, Node]:
        """The nodes of a step."""
        return self._nodes[step.name]

    def put(self, step: Step, partition: Partition, node: Node | None) -> None:
        """Replace a node, or take it away."""
        for name in (*step.outputs, *self.graph.projections(step)):
            self._days.pop((step.name, partition, name), None)
        if node is None:
            self._nodes[step.name].pop(partition, None)
        else:
            self._nodes[step.name][partition] = node
        if node is not None and _alive(node) and tuple(partition) == self.graph.columns(step):
            self._shelves[step.name].add(partition)
        else:
            self._shelves[step.name].discard(partition)

    def days(self, step: Step, partition: Partition, table: str) -> Mapping[str, Day]:
        """The rows of a table that a step writes, or of a projection, by date; several steps ask for the same ones."""
        key = (step.name, partition, table)
        if key not in self._days:
            node = self._nodes[step.name][partition]
            self._days[key] = days_of(node, table, self.state, by_date=self.graph.by_date(step))
        return self._days[key]

    def shelf(self, table: str) -> Shelf:
        """The partitions of a table that are there, or will be once they are rebuilt."""
        step = self.graph.producer.get(table)
        if step is not None:
            return self._shelves[step.name]
        if table not in self._shelves:
            self._shelves[table] = Shelf(self.graph.registry[table].partition, self._outside(table))
        return self._shelves[table]

    def content(self, table: str, partition: Partition) -> str:
        """The hash of a whole partition: its content, `PENDING` or `ABSENT`."""
        step = self.graph.producer.get(table)
        if step is None:
            return self._outside(table).get(partition, ABSENT)
        node = self._nodes[step.name].get(partition)
        if node is None:
            return ABSENT
        if node.pending:
            return PENDING
        found = node.objects.get(table)
        return ABSENT if found is None else found.content

    def content_for(self, reader: Step, table: str, partition: Partition) -> str:
        """The hash of what a step reads of a whole partition: of its projection, if it has one, else as `content`."""
        whole = self.content(table, partition)
        name = self.graph.projection(reader, table)
        if name == table or whole in (PENDING, ABSENT):
            return whole
        found = hashlib.blake2b(digest_size=DIGEST_BYTES)
        for date, day in sorted(self.days(self.graph.producer[table], partition, name).items()):
            if day.digest != EMPTY_DIGEST:
                found.update(f"{date}\x1f".encode() + day.digest)
        return found.hexdigest()

    def has_rows(self, table: str, partition: Partition) -> bool:
        """Whether there is an object of a partition, or may be once it is rebuilt."""
        step = self.graph.producer.get(table)
        if step is None:
            return partition in self._outside(table)
        node = self._nodes[step.name].get(partition)
        if node is None:
            return False
        found = node.objects.get(table)
        return node.pending or (found is not None and found.rows > 0)

    def _outside(self, table: str) -> dict[Partition, str]:
        """The partitions of a table that no step writes, with their etags."""
        if table not in self._foreign:
            found = self._listing.partitions(self.graph.registry[table])
            self._foreign[table] = {partition: meta.etag for partition, meta in found.items()}
        return self._foreign[table]


def partition_of(text: str, spec: TableSpec) -> Partition:
    """The partition of a node; one that was built when the table had other partition columns keeps those."""
    try:
        return Partition.parse(text, spec)
    except ConfigError:
        return Partition.parse(text)


def _alive(node: Node) -> bool:
    return any(row.state in (UnitState.OK, UnitState.PENDING) for row in node.units.values())
