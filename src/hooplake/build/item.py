"""One node on its way through a run: what of it is due now, its chunks, its files, its publication."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from hooplake.build.decide import Fingerprints, decide, explain_changes, short_hashes
from hooplake.build.graph import Graph
from hooplake.build.inputs import NodeInputs, table_inputs
from hooplake.build.jobs import ChunkJob, ChunkResult, ReduceJob, ReduceResult
from hooplake.build.ledger import Lease, Ledger
from hooplake.build.plan import PlanItem, Selection
from hooplake.build.state import EMPTY_DIGEST, Change, Node, ObjectRow, Objects, Recipe, UnitRecord, UnitRow, UnitState
from hooplake.build.step import WHOLE, Failure, Step
from hooplake.build.verdict import Due, Reason, Verdict
from hooplake.build.view import View
from hooplake.lake.content import content_hash_of
from hooplake.lake.partition import table_path
from hooplake.lake.store import Store
from hooplake.lake.table import TableSpec


def settle(planned: PlanItem, view: View, selection: Selection, ledger: Ledger) -> tuple[NodeInputs, Verdict]:
    """What is due of a planned node now that everything before it is done; never more than was planned."""
    step, partition, plan = planned.step, planned.partition, planned.verdict
    known = view.nodes(step).get(partition)
    if step.discover is not None and known is planned.node:  # nothing that it was decided by has changed
        return planned.inputs, replace(plan, run=dict(plan.run), blocked=dict(plan.blocked), removed=[*plan.removed])
    inputs = planned.inputs if step.discover is not None else table_inputs(step, partition, view)
    node = known or Node()
    fingerprints = Fingerprints(step, str(partition), view.graph)
    found = decide(
        inputs, node, view.state, fingerprints, dates=selection.dates, damage=plan.damage, force=selection.force
    )
    meant = {*plan.run, *plan.blocked, *plan.removed}
    found.blocked = {unit: due for unit, due in found.blocked.items() if unit in meant}
    found.removed = [unit for unit in found.removed if unit in meant]
    found.run = {unit: due for unit, due in found.run.items() if unit in meant}
    for unit, due in found.run.items():
        if unit in plan.run:
            found.run[unit] = due._replace(reason=plan.run[unit].reason, detail=plan.run[unit].detail)
    # now it can be told which of the inputs that were rebuilt came out different
    explain_changes(
        found, Reason.UPSTREAM, inputs, node, view.state, fingerprints, lambda key: ledger.parts([key]).get(key, {})
    )
    return inputs, found


_AT_ONCE = 8
"""Files that are put in place at once: a disk makes several lasting in the time that it takes for one."""


class Chunk(NamedTuple):
    """Some units of an item, and how often a worker died over them."""

    units: tuple[str, ...]
    deaths: int = 0


@dataclass(slots=True, eq=False)
class Item:
    """A node that is being built.

    Attributes:
        number: which item of the run it is.
        planned: the plan's item.
        inputs: what its units are made of.
        verdict: what is due.
        node: what the ledger has of it.
        lease: the right to publish it.
        chunks: units not yet handed to a worker.
        mapping: chunks being computed.
        results: of chunks.
        reducing: tables being written.
        reduced: files of tables that were written.
        deaths: tables over which a worker died.
        bytes: size of the fragments.
        same: units that ran and whose rows came out as they were.
    """

    number: int
    planned: PlanItem
    inputs: NodeInputs
    verdict: Verdict
    node: Node
    lease: Lease
    chunks: list[Chunk] = field(default_factory=list)
    mapping: int = 0
    results: list[ChunkResult] = field(default_factory=list)
    failures: dict[str, Failure] = field(default_factory=dict)
    reducing: int = 0
    reduced: dict[str, ReduceResult] = field(default_factory=dict)
    deaths: set[str] = field(default_factory=set)
    rows: dict[str, UnitRow] = field(default_factory=dict)
    records: list[UnitRecord] = field(default_factory=list)
    contents: dict[str, str | None] = field(default_factory=dict)
    filled: set[str] = field(default_factory=set)  # tables of which any unit has rows
    bytes: int = 0
    same: int = 0

    @property
    def seconds(self) -> float | None:
        """How long the units that run should take, on one processor; None if none of the node ever did."""
        cost = self.node.unit_seconds
        return None if cost is None else cost * len(self.verdict.run)

    def cut(self, jobs: int) -> None:
        """Part the units that run into chunks, small enough for every worker to get some."""
        units = sorted(self.verdict.run)
        size = min(self.planned.step.chunk_units, max(1, -(-len(units) // (2 * jobs))))
        if self.planned.step.setwise:
            size = max(1, len(units))
        self.chunks = [Chunk(tuple(units[at : at + size])) for at in range(0, len(units), size)]

    def chunk_job(self, chunk: Chunk, file: Path) -> ChunkJob:
        """The job of a chunk."""
        step = self.planned.step
        units = {unit: self.inputs.units[unit] for unit in chunk.units}
        return ChunkJob(
            step.compute,
            step.outputs,
            step.unit,
            self.planned.partition,
            units,
            self.inputs.tables,
            dict(step.parameters),
            file,
        )

    def collect(self, view: View, graph: Graph) -> None:
        """Put together what the units came to, when no chunk is left."""
        step = self.planned.step
        fingerprints = Fingerprints(step, str(self.planned.partition), graph)
        digests: dict[str, bytes] = {}
        rows: dict[str, int] = {}
        quarantined: dict[str, int] = {}
        seconds: dict[str, float] = {}
        for result in self.results:
            digests |= result.digests
            rows |= result.rows
            quarantined |= result.quarantined
            self.failures |= result.failures
            computed = len(result.digests) + len(result.failures)
            seconds |= dict.fromkeys((*result.digests, *result.failures), result.seconds / max(computed, 1))
        _project(step, graph, self.results, digests)
        self.rows = {} if self.verdict.lost else dict(self.node.units)
        for unit in (*self.verdict.removed, *self.verdict.run, *self.verdict.blocked):
            self.rows.pop(unit, None)
        recipes: dict[tuple[str, ...], tuple[Recipe, int]] = {}
        for unit, due in (*self.verdict.run.items(), *self.verdict.blocked.items()):
            made_of = self.inputs.units[unit]
            names = tuple(name for name, _ in made_of.parts)
            if names not in recipes:
                recipe = fingerprints.recipe(made_of.parts)
                recipes[names] = (recipe, view.state.key(recipe))
            recipe, key = recipes[names]
            state, failure = _standing(unit, due, digests, self.failures)
            record = UnitRecord(
                unit=unit,
                date=made_of.date,
                state=state,
                fingerprint=due.fingerprint,
                digests=digests.get(unit, b""),
                rows=rows.get(unit, 0),
                quarantined=quarantined.get(unit, 0),
                recipe=recipe,
                parts=short_hashes(made_of.parts),
                why=f"{due.reason} {due.detail}".strip(),
                reason=failure.reason,
                error=failure.detail,
                seconds=seconds.get(unit, 0.0),
            )
            self.records.append(record)
            row = UnitRow(record.date, state, due.fingerprint, record.digests, key, record.quarantined)
            self.same += self._is_same(row, self.node.units.get(unit), view)
            self.rows[unit] = row
        for table in step.outputs:
            self.contents[table] = self._content(table, view)

    def _is_same(self, row: UnitRow, old: UnitRow | None, view: View) -> bool:
        if old is None or old.state != UnitState.OK or row.state != UnitState.OK:
            return False
        outputs = self.planned.step.outputs
        return all(view.state.digest(row, table) == view.state.digest(old, table) for table in outputs)

    def _content(self, table: str, view: View) -> str | None:
        digests = view.state.digests(self.rows, table)
        if not digests:
            return None
        if any(digest != EMPTY_DIGEST for _, digest in digests):
            self.filled.add(table)
        if self.planned.step.unit == WHOLE:
            return digests[0][1].hex()
        return _content_of(view.graph.registry[table], digests)

    def reduce_jobs(self, view: View, folder: Path) -> Iterator[ReduceJob]:
        """The files to be written: those whose rows are not the published ones, those with the most new rows first."""
        dropped = {*self.verdict.removed, *self.verdict.run, *self.verdict.blocked}
        for table in sorted(self.planned.step.outputs, key=self._fresh_bytes, reverse=True):
            content = self.contents[table]
            if not self.changed(table) or content is None or table not in self.filled:
                continue
            old = [unit for unit, digest in view.state.digests(self.node.units, table) if digest != EMPTY_DIGEST]
            keeps = not self.verdict.lost and any(unit not in dropped for unit in old)
            stored = self.node.objects.get(table)
            yield ReduceJob(
                table=table,
                partition=self.planned.partition,
                unit=self.planned.step.unit,
                fragments=tuple(
                    sorted(found.fragments[table].file for found in self.results if table in found.fragments)
                ),
                dropped=tuple(unit for unit in old if unit in dropped) if keeps else None,
                content=content,
                # several partitions of a table are in flight at once
                file=folder / f"{table}.{str(self.planned.partition).replace('/', ',')}.parquet",
                known=stored.checksum if keeps and stored is not None else "",
            )

    def _fresh_bytes(self, table: str) -> int:
        return sum(found.fragments[table].size for found in self.results if table in found.fragments)

    def changed(self, table: str) -> bool:
        """Whether a table's rows are not the published ones, or it is not known what a killed run left there."""
        damage = self.verdict.damage
        if self.node.generation == 0 or (damage is not None and table in damage.tables):
            return True
        old = self.node.objects.get(table)
        return (old.content if old is not None else None) != self.contents[table]

    def change(self, run_id: str) -> Change:
        """The publication."""
        step = self.planned.step
        return Change(
            step=step.name,
            partition=str(self.planned.partition),
            run_id=run_id,
            units=tuple(self.records),
            removed=tuple(self.verdict.removed),
            gone=not self.rows,
            reduce_seconds=sum(found.seconds for found in self.reduced.values()) if self.reduced else None,
        )

    def move(self, store: Store, graph: Graph) -> Objects:
        """Put the files in place, and delete what is no more."""
        moved: dict[str, ObjectRow | None] = {}
        if self.rows:
            changed = list(filter(self.changed, self.planned.step.outputs))
            with ThreadPoolExecutor(_AT_ONCE) as threads:
                found = threads.map(lambda table: self._replace(table, store, graph), changed)
                moved |= zip(changed, found, strict=True)
        else:
            gone = {table: row.path for table, row in self.node.objects.items()}
            if tuple(self.planned.partition) == graph.columns(self.planned.step):  # what a killed run may have left
                gone |= {table: self._path(table, graph) for table in self.planned.step.outputs}
            for table, path in gone.items():
                store.delete(path)
                moved[table] = None
        for table in self.node.objects.keys() - set(self.planned.step.outputs):  # no output any more
            store.delete(self.node.objects[table].path)
            moved[table] = None
        return moved

    def _replace(self, table: str, store: Store, graph: Graph) -> ObjectRow | None:
        path = self._path(table, graph)
        content = self.contents[table]
        file = self.reduced.get(table)
        if file is not None:
            etag = store.publish(path, file.file)
            return ObjectRow(path, etag, file.size, file.rows, str(content), file.checksum)
        store.delete(path)
        return None if content is None else ObjectRow(path, "", 0, 0, content, "")

    def _path(self, table: str, graph: Graph) -> str:
        return table_path(graph.registry[table], self.planned.partition)

    def quarantine(self, store: Store, graph: Graph) -> int:
        """Set aside the rows that broke a contract, and forget those of units that were built anew.

        Returns:
            How many rows this run set aside.
        """
        dropped = {*self.verdict.removed, *self.verdict.run, *self.verdict.blocked}
        before = any(row.quarantined for row in self.node.units.values())
        count = 0
        for table in self.planned.step.outputs:
            found = [result.quarantine[table] for result in self.results if table in result.quarantine]
            count += sum(fragment.rows for fragment in found)
            if found or before:
                from hooplake.build.quarantine import replace_quarantine
                from hooplake.lake.parquet import read_fragments

                rows = read_fragments([fragment.file for fragment in found]).to_pylist() if found else []
                gone = None if self.verdict.lost else dropped
                replace_quarantine(store, graph.registry[table], self.planned.partition, rows, gone)
        return count

    def after(self, moved: Mapping[str, ObjectRow | None]) -> Node | None:
        """The node as it is once published; None if it is no more."""
        if not self.rows:
            return None
        objects = {**self.node.objects, **moved}
        return Node(
            self.node.id,
            self.node.generation + 1,
            self.rows,
            {table: found for table, found in objects.items() if found is not None},
        )


def _project(step: Step, graph: Graph, results: Sequence[ChunkResult], digests: dict[str, bytes]) -> None:
    """Put to the digests of the units those of the columns by which other steps read the tables."""
    projections = graph.projections(step).values()
    if not projections:
        return
    from hooplake.lake.digest import unit_digests
    from hooplake.lake.parquet import read_fragments

    for table, columns in projections:
        files = [found.fragments[table].file for found in results if table in found.fragments]
        found = unit_digests(read_fragments(files).select(list(columns)), step.unit) if files else {}
        known = {str(unit): digest for unit, digest in found.items()}
        for unit in digests:
            digests[unit] += known.get(unit, EMPTY_DIGEST)


def _standing(
    unit: str, due: Due, digests: Mapping[str, bytes], failures: Mapping[str, Failure]
) -> tuple[UnitState, Failure]:
    if due.reason == Reason.BLOCKED:
        return UnitState.BLOCKED, Failure("UPSTREAM_FAILED", due.detail)
    if unit in digests:
        return UnitState.OK, Failure("")
    return UnitState.FAILED, failures[unit]


def _content_of(spec: TableSpec, digests: Iterable[tuple[str, bytes]]) -> str:
    """The content hash of a partition, from the digests of its units; units without rows do not count.

    Args:
        spec: the table.
        digests: (unit, digest), in any order.
    """
    return content_hash_of(spec, {unit: digest for unit, digest in sorted(digests) if digest != EMPTY_DIGEST})
