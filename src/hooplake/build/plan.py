"""The plan: what will be run, in which order and why. It is made once; printing it and running it use the same object."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from hooplake.build.decide import Dates, Due, Fingerprints, Reason, Verdict, decide, explain_change
from hooplake.build.graph import Graph
from hooplake.build.inputs import NodeInputs, View, raw_inputs, table_inputs, table_partitions
from hooplake.build.ledger import Decision, Ledger
from hooplake.build.objects import Listing, damage_of
from hooplake.build.state import Node, UnitRow, UnitState
from hooplake.build.step import Discovered, Discovery, Step
from hooplake.errors import PlanChanged
from hooplake.lake.partition import Partition
from hooplake.lake.store import Store
from hooplake.lake.table import Registry

UNIT_SECONDS = 0.005
"""What a unit is taken to cost before any was run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What a build is asked for; everything by default.

    Attributes:
        tables: output tables wanted; the steps before them are included.
        leagues: only partitions of these leagues; partitions without a league are always included.
        seasons: only partitions of these seasons; likewise.
        first_date: only units from this date on (``2024-12-15``); units without a date are always included.
        last_date: only units up to this date.
        limit: at most so many units of each step, the oldest first.
        force: run units although nothing changed.
    """

    tables: tuple[str, ...] = ()
    leagues: tuple[str, ...] = ()
    seasons: tuple[int, ...] = ()
    first_date: str = ""
    last_date: str = ""
    limit: int | None = None
    force: bool = False

    def includes(self, partition: Partition) -> bool:
        """Whether a partition is of the leagues and seasons asked for."""
        return (not self.leagues or partition.get("league", self.leagues[0]) in self.leagues) and (
            not self.seasons or partition.get("season", self.seasons[0]) in self.seasons
        )

    @property
    def dates(self) -> Dates:
        """The dates asked for."""
        return Dates(self.first_date, self.last_date)


@dataclass(slots=True)
class PlanItem:
    """What is to be done with one node: a step over one partition.

    Attributes:
        step: the step.
        partition: the output partition.
        inputs: what its units are made of.
        verdict: which of them run, and why.
        after: the items of this plan that must be done before, as (step, partition).
        seconds: how long it should take, on one processor.
    """

    step: Step
    partition: Partition
    inputs: NodeInputs
    verdict: Verdict
    after: tuple[tuple[str, Partition], ...]
    seconds: float

    @property
    def key(self) -> tuple[str, Partition]:
        """The step's name and the partition."""
        return (self.step.name, self.partition)

    @property
    def resource(self) -> str:
        """The node as leases name it."""
        return f"{self.step.name}/{self.partition}"

    def decisions(self) -> Iterator[Decision]:
        """The reasons of the item with how many units each has."""
        where = (self.step.name, str(self.partition))
        reasons: dict[tuple[str, str], list[Due]] = {}
        for action, dues in (("run", self.verdict.run), ("block", self.verdict.blocked)):
            for due in dues.values():
                reasons.setdefault((action, due.reason), []).append(due)
        for (action, reason), found in reasons.items():
            details = Counter(due.detail for due in found if due.detail)
            detail = details.most_common(1)[0][0] if details else ""
            yield Decision(*where, action, reason, len(found), detail)
        if self.verdict.removed:
            yield Decision(*where, "remove", Reason.REMOVED, len(self.verdict.removed), self.verdict.removed[0])


@dataclass(slots=True, kw_only=True)
class Plan:
    """What will be run, in the order of the dependencies.

    Attributes:
        selection: what was asked for.
        graph: the steps.
        view: the ledger's state that the plan was made from.
        items: the nodes with something to do.
        skipped: units left alone, by step and reason.
        touched: objects whose etag is new although their bytes are the same: (table, partition, etag).
        plan_id: a hash of what the plan says.
    """

    selection: Selection
    graph: Graph
    view: View
    items: list[PlanItem]
    skipped: dict[str, dict[Reason, int]]
    touched: list[tuple[str, str, str]]
    plan_id: str = field(init=False)

    def __post_init__(self) -> None:
        self.plan_id = self._identify()

    @property
    def units(self) -> int:
        """How many units are to be run, at most."""
        return sum(len(item.verdict.run) for item in self.items)

    @property
    def considered(self) -> int:
        """How many units were looked at."""
        skipped = sum(sum(counts.values()) for counts in self.skipped.values())
        return skipped + sum(
            len(item.verdict.run) + len(item.verdict.blocked) + len(item.verdict.removed) for item in self.items
        )

    def seconds(self, jobs: int = 1) -> float:
        """How long the run should take on so many processors, from what its units cost last time."""
        return sum(item.seconds for item in self.items) / max(jobs, 1)

    def decisions(self) -> Iterator[Decision]:
        """All decisions: what runs per node, what is left alone per step."""
        for item in self.items:
            yield from item.decisions()
        for step, counts in self.skipped.items():
            for reason, units in counts.items():
                yield Decision(step, "", "skip", reason, units)

    def to_json(self) -> dict[str, Any]:
        """The plan as plain values: the same facts as are printed."""
        return {
            "plan_id": self.plan_id,
            "selection": asdict(self.selection),
            "considered": self.considered,
            "units": self.units,
            "seconds": round(self.seconds(), 3),
            "items": [
                {
                    "step": item.step.name,
                    "partition": str(item.partition),
                    "units": len(item.verdict.run),
                    "seconds": round(item.seconds, 3),
                    "reasons": [
                        {"action": found.action, "reason": found.reason, "units": found.units, "detail": found.detail}
                        for found in item.decisions()
                    ],
                }
                for item in self.items
            ],
            "skipped": {
                step: {reason.value: units for reason, units in counts.items()} for step, counts in self.skipped.items()
            },
        }

    def confirm(self, saved: Mapping[str, Any]) -> None:
        """Check that a plan that was saved (as `to_json`) is still the plan.

        Raises:
            PlanChanged: if inputs, code or the ledger moved since it was saved.
        """
        if saved.get("plan_id") != self.plan_id:
            raise PlanChanged(
                f"the plan {saved.get('plan_id')} does not hold any more; what is due now is plan {self.plan_id}: "
                "look at the new plan, then run that"
            )

    def _identify(self) -> str:
        found = hashlib.blake2b(json.dumps(asdict(self.selection), sort_keys=True).encode(), digest_size=8)
        for item in self.items:
            found.update(f"\x1d{item.resource}\x1e{item.verdict.lost}\x1e".encode())
            for unit, due in (*item.verdict.run.items(), *item.verdict.blocked.items()):
                found.update(f"{unit}\x1f{due.reason}\x1f".encode() + due.fingerprint)
            found.update("\x1f".join(item.verdict.removed).encode())
        return found.hexdigest()


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
    graph = Graph(steps, registry)
    wanted = selection or Selection()
    chosen = graph.wanted(wanted.tables)
    state = ledger.read({step.name for step in chosen})
    planner = _Planner(graph, ledger, View(graph, state, store), Listing(store), wanted)
    for step in chosen:
        planner.add(step)
    return Plan(
        selection=wanted,
        graph=graph,
        view=View(graph, state, store),
        items=planner.items,
        skipped=planner.skipped,
        touched=planner.touched,
    )


class _Planner:
    def __init__(self, graph: Graph, ledger: Ledger, view: View, listing: Listing, selection: Selection) -> None:
        self.graph = graph
        self.ledger = ledger
        self.view = view
        self.listing = listing
        self.selection = selection
        self.items: list[PlanItem] = []
        self.skipped: dict[str, dict[Reason, int]] = {}
        self.touched: list[tuple[str, str, str]] = []

    def add(self, step: Step) -> None:
        """Decide about every node of a step."""
        stored = dict(self.view.nodes(step))
        discovered: Discovered = {}
        if step.discover is not None:
            discovered = step.discover(Discovery(self.view.store, self.graph.registry, self.listing.below))
            partitions = set(discovered)
        else:
            partitions = set(table_partitions(step, self.view))
        found: list[tuple[PlanItem, Node | None]] = []
        for partition in sorted(partitions | set(stored)):
            if not self.selection.includes(partition):
                continue
            if step.discover is not None:
                inputs = raw_inputs(discovered, partition)
            else:
                inputs = table_inputs(step, partition, self.view)
            node = stored.get(partition)
            damage, touched = (None, []) if node is None else damage_of(step, partition, node, self.listing, self.graph)
            self.touched += touched
            fingerprints = Fingerprints(step, str(partition), self.graph)
            verdict = decide(
                inputs,
                node,
                self.view.state,
                fingerprints,
                dates=self.selection.dates,
                damage=damage,
                force=self.selection.force,
            )
            counts = self.skipped.setdefault(step.name, {})
            for reason, units in verdict.skipped.items():
                counts[reason] = counts.get(reason, 0) + units
            dissolved = node is not None and not node.units and not inputs.units
            if not verdict.empty or dissolved:
                item = PlanItem(step, partition, inputs, verdict, self._after(step, inputs), 0.0)
                found.append((item, node))
        self._limit(step, [item for item, _ in found])
        self._explain(step, found)
        for item, node in found:
            self.view.put(step, item.partition, _projected(item, node))
            item.seconds = _estimate(item, node, stored.values())
            self.items.append(item)

    def _after(self, step: Step, inputs: NodeInputs) -> tuple[tuple[str, Partition], ...]:
        needed = {
            (self.graph.producer[table].name, partition)
            for table, partitions in inputs.tables.items()
            if table in self.graph.producer
            for partition in partitions
        }
        return tuple(item.key for item in self.items if item.key in needed)

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

    def _explain(self, step: Step, found: Sequence[tuple[PlanItem, Node | None]]) -> None:
        changed = [
            (item, node)
            for item, node in found
            if node is not None and any(due.reason == Reason.INPUT_CHANGED for due in item.verdict.run.values())
        ]
        if not changed:
            return
        parts = self.ledger.parts({node.id for _, node in changed})
        for item, node in changed:
            fingerprints = Fingerprints(step, str(item.partition), self.graph)
            for unit, due in item.verdict.run.items():
                if due.reason == Reason.INPUT_CHANGED:
                    old = self.view.state.recipes[node.units[unit].recipe]
                    made_of = item.inputs.units[unit]
                    reason, detail = explain_change(made_of, old, parts[node.id][unit], fingerprints, step.version)
                    item.verdict.run[unit] = due._replace(reason=reason, detail=detail)


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
    if node is None:
        return Node(units=rows)
    return replace(node, units=rows)


def _estimate(item: PlanItem, node: Node | None, others: Iterable[Node]) -> float:
    known = [other.unit_seconds for other in others if other.unit_seconds is not None]
    unit = node.unit_seconds if node is not None else None
    if unit is None:
        unit = sum(known) / len(known) if known else UNIT_SECONDS
    reduce = node.reduce_seconds if node is not None and node.reduce_seconds is not None else 0.0
    return len(item.verdict.run) * unit + reduce
