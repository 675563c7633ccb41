"""Making a plan: every step's units compared with the ledger, in the order of the dependencies.

What is decided for a node counts for those after it: a unit that is going to run makes the units made from it pending,
one that is no more takes them with it.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from hooplake.build.decide import Fingerprints, decide, explain_changes
from hooplake.build.graph import Graph
from hooplake.build.inputs import raw_inputs, read_partitions, table_inputs, table_partitions
from hooplake.build.ledger import Ledger
from hooplake.build.objects import Listing, damage_of
from hooplake.build.plan import Plan, PlanItem, Selection
from hooplake.build.seal import seal_of
from hooplake.build.state import Node, UnitRow, UnitState
from hooplake.build.step import Discovered, Discovery, Step
from hooplake.build.through import reads_any, steps_between
from hooplake.build.verdict import Reason
from hooplake.build.view import Shelf, View
from hooplake.lake.partition import Partition
from hooplake.lake.store import Store
from hooplake.lake.table import Registry

UNIT_SECONDS = 0.005
"""What a unit is taken to cost before any was run."""


def plan(
    steps: Iterable[Step], ledger: Ledger, store: Store, registry: Registry, selection: Selection | None = None
) -> Plan:
    """Find out what is due. Nothing is written, anywhere.

    One scan of the ledger, one listing of the store per layer, and a hash per unit.

    Args:
        steps: all steps of the lake.
        ledger: what was built.
        store: the objects.
        registry: the table specs.
        selection: what is wanted; everything by default.

    Raises:
        ConfigError: if the steps do not fit together.
        StoreError: if inputs cannot be read. An input that cannot be read is never taken for an absent one.
    """
    with _no_collection():
        return _plan(Graph(steps, registry), ledger, store, selection or Selection())


def _plan(graph: Graph, ledger: Ledger, store: Store, wanted: Selection) -> Plan:
    chosen = graph.wanted(wanted.tables)
    state = ledger.read({step.name for step in chosen})
    listing = Listing(store)
    planner = _Planner(graph, ledger, View(graph, state, listing), listing, wanted)
    for step in chosen:
        planner.add(step)
    return Plan(
        selection=wanted,
        graph=graph,
        view=View(graph, state, listing),
        items=planner.items,
        skipped=planner.skipped,
        touched=planner.touched,
        seals=planner.seals,
    )


@contextmanager
def _no_collection() -> Iterator[None]:
    """A plan makes a hundred thousand tuples and no circles: looking for those would take a quarter of its time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


class _Planner:
    def __init__(self, graph: Graph, ledger: Ledger, view: View, listing: Listing, selection: Selection) -> None:
        self.graph = graph
        self.ledger = ledger
        self.view = view
        self.listing = listing
        self.selection = selection
        self.items: list[PlanItem] = []
        self.planned: dict[str, Shelf] = {}
        self.skipped: dict[str, dict[Reason, int]] = {}
        self.cut: set[str] = set()  # steps of which the limit left out units
        self.touched: list[tuple[str, str, str]] = []
        self.seals: list[tuple[int, bytes]] = []
        self.all = selection.dates.all and not selection.force  # what a seal is of

    def add(self, step: Step) -> None:
        """Decide about every node of a step."""
        stored = dict(self.view.nodes(step))
        discovered: Discovered = {}
        if step.discover is not None:
            discovered = step.discover(Discovery(self.listing.store, self.graph.registry, self.listing.paths))
            partitions = set(discovered)
        else:
            partitions = set(table_partitions(step, self.view))
        found: list[tuple[PlanItem, Node | None]] = []
        for partition in sorted(partitions | set(stored)):
            if not self.selection.includes(partition):
                continue
            node = stored.get(partition)
            damage, touched = (None, []) if node is None else damage_of(step, partition, node, self.listing)
            self.touched += touched
            fingerprints = Fingerprints(step, str(partition), self.graph)
            counts = self.skipped.setdefault(step.name, {})
            seal = seal_of(step, partition, node, self.view, fingerprints) if self.all and damage is None else b""
            if node is not None and seal and seal == node.seal:
                counts[Reason.UNCHANGED] = counts.get(Reason.UNCHANGED, 0) + len(node.units)
                continue
            if step.discover is not None:
                inputs = raw_inputs(discovered, partition)
            else:
                inputs = table_inputs(step, partition, self.view)
            verdict = decide(
                inputs,
                node,
                self.view.state,
                fingerprints,
                dates=self.selection.dates,
                damage=damage,
                force=self.selection.force,
            )
            for reason, units in verdict.skipped.items():
                counts[reason] = counts.get(reason, 0) + units
            if node is not None and seal and verdict.empty and verdict.skipped == {Reason.UNCHANGED: len(node.units)}:
                self.seals.append((node.id, seal))
            dissolved = node is not None and not node.units and not inputs.units
            if not verdict.empty or dissolved:
                item = PlanItem(step, partition, inputs, verdict, self._after(step, partition), 0.0, node)
                found.append((item, node))
        found = self._held(step, found)
        self._limit(step, [item for item, _ in found])
        self._explain(step, found)
        for item, node in found:
            self.view.put(step, item.partition, _projected(item, node))
            item.seconds = _estimate(item, node, stored.values())
            self.items.append(item)
            self.planned.setdefault(step.name, Shelf(self.graph.columns(step))).add(item.partition)

    def _after(self, step: Step, partition: Partition) -> tuple[tuple[str, Partition], ...]:
        """The items that an item waits for, those included that take partitions away."""
        needed: set[tuple[str, Partition]] = set()
        for table in step.inputs:
            producer = self.graph.producer.get(table)
            planned = self.planned.get(producer.name) if producer is not None else None
            if producer is not None and planned is not None:
                wanted = read_partitions(step, table, partition, planned)
                needed |= {(producer.name, part) for part in wanted if part in planned}
        return tuple(sorted(needed))

    def _limit(self, step: Step, items: Sequence[PlanItem]) -> None:
        if self.selection.limit is None:
            return
        order = sorted(
            (item.inputs.units[unit].date, unit, item.partition)
            for item in items
            if not item.verdict.lost
            for unit in item.verdict.run
        )
        kept = {(partition, unit) for _, unit, partition in order[: self.selection.limit]}
        counts = self.skipped.setdefault(step.name, {})
        for item in items:
            if item.verdict.lost:
                continue
            before = len(item.verdict.run)
            item.verdict.run = {u: due for u, due in item.verdict.run.items() if (item.partition, u) in kept}
            if cut := before - len(item.verdict.run):
                counts[Reason.LIMIT] = counts.get(Reason.LIMIT, 0) + cut
                self.cut.add(step.name)

    def _held(self, step: Step, found: list[tuple[PlanItem, Node | None]]) -> list[tuple[PlanItem, Node | None]]:
        """Leave out what comes through tables of which the limit left out units: it would not be what it is made of."""
        if not self.cut or step.discover is None or not step.inputs:
            return found
        if not any(before.name in self.cut for before in steps_between(step, self.graph)):
            return found
        counts = self.skipped.setdefault(step.name, {})
        kept = []
        for item, node in found:
            if reads_any(step, item.partition, self.view):
                counts[Reason.LIMIT] = counts.get(Reason.LIMIT, 0) + len(item.verdict.run)
            else:
                kept.append((item, node))
        return kept

    def _explain(self, step: Step, found: Sequence[tuple[PlanItem, Node | None]]) -> None:
        """Say which input changed, with one question to the ledger for all nodes of the step."""
        changed = [
            (item, node)
            for item, node in found
            if node is not None and any(due.reason == Reason.INPUT_CHANGED for due in item.verdict.run.values())
        ]
        parts = self.ledger.parts({node.id for _, node in changed}) if changed else {}
        for item, node in changed:
            explain_changes(
                item.verdict,
                Reason.INPUT_CHANGED,
                item.inputs,
                node,
                self.view.state,
                Fingerprints(step, str(item.partition), self.graph),
                lambda key: parts.get(key, {}),
            )


def _projected(item: PlanItem, node: Node | None) -> Node:
    """The node as it will be, with the units that run marked as pending."""
    rows: dict[str, UnitRow] = {}
    stored = node.units if node is not None else {}
    for unit, made_of in item.inputs.units.items():
        if unit in item.verdict.run:
            rows[unit] = UnitRow(made_of.date, UnitState.PENDING, b"", b"", 0, 0)
        elif unit in item.verdict.blocked:
            rows[unit] = UnitRow(made_of.date, UnitState.BLOCKED, b"", b"", 0, 0)
        elif unit in stored and not item.verdict.lost:
            rows[unit] = stored[unit]
    removed = set(item.verdict.removed)
    if not item.verdict.lost:  # units that are no more, but of dates that were not asked for
        rows |= {unit: row for unit, row in stored.items() if unit not in item.inputs.units and unit not in removed}
    return replace(node or Node(), units=rows, pending=True)


def _estimate(item: PlanItem, node: Node | None, others: Iterable[Node]) -> float:
    known = [other.unit_seconds for other in others if other.unit_seconds is not None]
    unit = node.unit_seconds if node is not None else None
    if unit is None:
        unit = sum(known) / len(known) if known else UNIT_SECONDS
    reduce = node.reduce_seconds if node is not None and node.reduce_seconds is not None else 0.0
    return len(item.verdict.run) * unit + reduce
