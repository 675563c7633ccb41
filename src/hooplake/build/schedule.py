"""What a run does next: which node is begun, which jobs the workers get, and what becomes of their answers.

While one node's files are written, the next node's units are already computed. A chunk whose computation fails is
halved until the guilty unit is found; a worker that dies gets its chunk a second time before that.
"""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from hooplake.build.item import Chunk, Item, settle
from hooplake.build.jobs import ChunkResult, ReduceJob, ReduceResult, run_chunk, run_reduce
from hooplake.build.leases import Leases
from hooplake.build.ledger import Ledger
from hooplake.build.plan import Plan, PlanItem
from hooplake.build.pool import Died, Done, Inline, Processes, Raised, Workers
from hooplake.build.report import OnProgress, Problem, Progress, RunReport
from hooplake.build.state import Node
from hooplake.build.step import Failure
from hooplake.build.through import tables_between
from hooplake.build.verdict import Reason
from hooplake.build.view import View
from hooplake.build.workdir import Workdir
from hooplake.errors import ContractError, LeaseHeld, StoreError
from hooplake.lake.partition import Partition
from hooplake.lake.store import Store

_PROGRESS_SECONDS = 0.1


class _Ticket(NamedTuple):
    """What a job in a worker is for."""

    item: Item
    chunk: Chunk | None
    reduce: ReduceJob | None


@dataclass(slots=True, kw_only=True)
class Schedule:
    """A run on its way.

    Attributes:
        plan: what to do.
        ledger: the ledger.
        store: the lake.
        jobs: worker processes; with 1 everything happens in this one.
        worth: seconds of work that waits beside what this process does, from which on workers are started.
        workdir: for unfinished files.
        report: filled in as the run goes on.
        leases: of the run.
        stopping: once it is set nothing is begun or published any more.
        stop_tables: whether a failure stops what comes after it of its own step, and what is made of that.
        on_progress: is told of progress.
        fragment_bytes: so many bytes of fragments may wait to be written before the next node is begun.
        outcomes: what became of the decisions of the plan.
    """

    plan: Plan
    ledger: Ledger
    store: Store
    jobs: int
    worth: float
    workdir: Workdir
    report: RunReport
    leases: Leases
    stopping: threading.Event
    stop_tables: bool
    on_progress: OnProgress
    fragment_bytes: int
    outcomes: Counter[tuple[str, str, str, str]] = field(default_factory=Counter)
    _waiting: list[PlanItem] = field(default_factory=list)
    _active: list[Item] = field(default_factory=list)
    _reduces: deque[tuple[Item, ReduceJob]] = field(default_factory=deque)
    _workers: Workers | None = None
    _tickets: dict[int, _Ticket] = field(default_factory=dict)
    _finished: dict[tuple[str, Partition], str] = field(default_factory=dict)  # why not built, or empty
    _stopped: set[str] = field(default_factory=set)  # steps of which something failed, if that stops them
    _begun: int = 0
    _submitted: int = 0
    _missed: float = 0.0  # seconds in which another processor could have worked
    _done: int = 0
    _started: float = field(default_factory=time.perf_counter)
    _told: float = 0.0

    @property
    def view(self) -> View:
        """The lake as it is now, as far as this run knows."""
        return self.plan.view

    def go(self) -> None:
        """Build every item of the plan, until all are done or the run is stopped."""
        self._waiting = list(self.plan.items)
        try:
            while (self._waiting or self._active) and not self.stopping.is_set():
                self._begin_items()
                self._feed()
                if self._tickets and self._workers is not None:
                    for done in self._workers.wait(_PROGRESS_SECONDS):
                        self._handle(done)
                self._tell()
        except KeyboardInterrupt:
            self.stopping.set()
        finally:
            if self._workers is not None:
                self._workers.close()
        self.report.interrupted = bool(self._waiting or self._active)
        self._tell(last=True)

    def _begin_items(self) -> None:
        """Begin items as long as the workers have too little at hand."""
        while self._waiting and not self.stopping.is_set():
            queued = sum(len(item.chunks) for item in self._active) + len(self._reduces)
            if self._active and (queued >= 2 * self.jobs or sum(i.bytes for i in self._active) > self.fragment_bytes):
                return
            place = next((at for at, item in enumerate(self._waiting) if self._ready(item)), None)
            if place is None:
                return
            self._begin(self._waiting.pop(place))

    def _ready(self, planned: PlanItem) -> bool:
        if self.stop_tables and any(item.planned.step is planned.step for item in self._active):
            return False  # it may be about to fail
        return all(key in self._finished for key in planned.after)

    def _begin(self, planned: PlanItem) -> None:
        if reason := next((self._finished[key] for key in planned.after if self._finished[key]), ""):
            self._postpone(planned, reason, "what it is made of was not built")
            return
        if self._stopped and (failed := self._stopped & self._steps_before(planned)):
            self._postpone(planned, Reason.STOPPED, f"{', '.join(sorted(failed))} failed")
            return
        inputs, verdict = settle(planned, self.view, self.plan.selection, self.ledger)
        if planned.step.discover is not None and planned.step.inputs:
            inputs.tables, broken = tables_between(planned.step, planned.partition, self.view)
            if broken and verdict.run:
                self._postpone(planned, Reason.BLOCKED, f"{broken} failed, and its raw rows come through it")
                return
        node = self.view.nodes(planned.step).get(planned.partition, Node())
        dissolved = node.id != 0 and not node.units and not inputs.units
        lease = None
        if not verdict.empty or dissolved:
            try:
                lease = self.leases.acquire(planned.resource)
            except LeaseHeld as error:
                self._postpone(planned, Reason.LOCKED, str(error))
                return
            if self._refresh(planned, node):
                inputs, verdict = settle(planned, self.view, self.plan.selection, self.ledger)
                node = self.view.nodes(planned.step).get(planned.partition, Node())
        taken = {*verdict.run, *verdict.blocked, *verdict.removed}
        cut_off = sum(unit not in taken for unit in planned.verdict.run)
        self.report.step(planned.step.name).early_cutoff += cut_off
        self._note(planned, "skip", Reason.EARLY_CUTOFF, cut_off)
        self._done += len(planned.verdict.run) - len(verdict.run)
        if lease is None or (verdict.empty and not dissolved):
            if lease is not None:
                self.leases.release(lease)
            self._finished[planned.key] = ""
            return
        if node.id == 0:
            self.ledger.announce(planned.step.name, str(planned.partition), self.report.run_id)
        self._begun += 1
        item = Item(self._begun, planned, inputs, verdict, node, lease)
        item.cut(self.jobs)
        self._active.append(item)
        if not item.chunks:
            self._mapped(item)

    def _steps_before(self, planned: PlanItem) -> set[str]:
        """The step itself and those whose tables it is made of, directly or not."""
        return {step.name for step in self.plan.graph.wanted(planned.step.outputs)}

    def _refresh(self, planned: PlanItem, node: Node) -> bool:
        """Read a node again if another run published it since the plan was made."""
        if self.ledger.generation(planned.step.name, str(planned.partition)) == node.generation:
            return False
        state = self.ledger.read([planned.step.name])
        self.view.state.recipes |= state.recipes
        self.view.put(planned.step, planned.partition, state.node(planned.step.name, str(planned.partition)))
        return True

    def _postpone(self, planned: PlanItem, reason: str, detail: str) -> None:
        problem = Problem(planned.step.name, str(planned.partition), "", reason, detail)
        (self.report.locked if reason == Reason.LOCKED else self.report.failures).append(problem)
        self.report.step(planned.step.name).postponed += len(planned.verdict.run)
        self._note(planned, "postpone", reason, len(planned.verdict.run))
        self._done += len(planned.verdict.run)
        self._finished[planned.key] = reason

    def _note(self, planned: PlanItem, action: str, reason: str, units: int) -> None:
        if units:
            self.outcomes[(planned.step.name, str(planned.partition), action, reason)] += units

    def _feed(self) -> None:
        """Hand out jobs: files first, for they free fragments (the last to who is free), then chunks of the oldest node."""
        while self._reduces or any(item.chunks for item in self._active):
            if self._workers is None:
                self._workers = self._open_workers()
            if not self._workers.room(idle=not self._waiting and not any(item.chunks for item in self._active)):
                return
            if isinstance(self._workers, Inline) and self._pays():
                self._workers = self._open_workers()
            if self._reduces:
                item, job = self._reduces.popleft()
                self._submit(_Ticket(item, None, job), run_reduce, job)
                continue
            item = next(item for item in self._active if item.chunks)
            if isinstance(self._workers, Inline):
                self._missed += min(self._spare() or 0.0, (item.seconds or 0.0) / len(item.chunks))
            chunk = item.chunks.pop(0)
            item.mapping += 1
            file = self.workdir.path / f"chunk-{self._submitted:06d}"
            self._submit(_Ticket(item, chunk, None), run_chunk, item.chunk_job(chunk, file))

    def _pays(self) -> bool:
        """Whether workers would be done sooner. A plan cannot tell: what it runs may come out as it was."""
        spare = self._spare() if self.worth else None
        return self.jobs > 1 and (spare is None or self._missed + spare > self.worth)

    def _spare(self) -> float | None:
        """Seconds of work that waits beside the chunk that is next; None if that cannot be told."""
        waiting = [(item.seconds, len(item.chunks)) for item in self._active if item.chunks]
        known = [seconds for seconds, _ in waiting if seconds is not None]
        if len(known) < len(waiting):
            return None
        return sum(known) - known[0] / waiting[0][1] if known else 0.0

    def _open_workers(self) -> Workers:
        if not self._pays():
            return Inline(self.store, self.plan.graph.registry)
        computes = [item.step.compute for item in self.plan.items]
        modules = {getattr(compute, "func", compute).__module__ for compute in computes}  # partial has no module
        return Processes(self.jobs, self.store, self.plan.graph.registry, modules)

    def _submit(self, ticket: _Ticket, function: Any, job: Any) -> None:
        assert self._workers is not None
        self._submitted += 1
        self._tickets[self._submitted] = ticket
        self._workers.submit(self._submitted, function, job)

    def _handle(self, done: Done) -> None:
        item, chunk, job = self._tickets.pop(done.ticket)
        outcome = done.outcome
        if isinstance(outcome, Raised) and outcome.fatal:
            raise StoreError(f"{item.planned.resource} cannot be built: {outcome.text}")
        if item not in self._active:  # it was given up meanwhile
            return
        if chunk is not None:
            item.mapping -= 1
            self._chunk_done(item, chunk, outcome)
            if not item.chunks and not item.mapping:
                self._mapped(item)
        elif job is not None:
            item.reducing -= 1
            self._reduce_done(item, job, outcome)

    def _chunk_done(self, item: Item, chunk: Chunk, outcome: ChunkResult | Raised | Died) -> None:
        part = self.report.step(item.planned.step.name)
        if isinstance(outcome, ChunkResult):
            item.results.append(outcome)
            item.bytes += sum(fragment.size for fragment in outcome.fragments.values())
            part.seconds += outcome.seconds
            self._done += len(chunk.units)
            self._failed(item, outcome.failures)
        elif isinstance(outcome, Died) and chunk.deaths == 0:
            item.chunks.insert(0, Chunk(chunk.units, 1))
        elif len(chunk.units) > 1 and not item.planned.step.setwise:
            half = len(chunk.units) // 2
            # after a death each half has had its second try as a part of the whole
            item.chunks[:0] = [Chunk(chunk.units[:half], chunk.deaths), Chunk(chunk.units[half:], chunk.deaths)]
        else:
            failure = (
                Failure("WORKER_DIED", f"the worker process ended with code {outcome.exit_code}")
                if isinstance(outcome, Died)
                else Failure(outcome.kind, outcome.text)
            )
            item.failures |= dict.fromkeys(chunk.units, failure)
            self._done += len(chunk.units)
            self._failed(item, chunk.units)

    def _failed(self, item: Item, units: Collection[str]) -> None:
        """Where a failure stops a step, leave units of later dates that no worker has yet to another run."""
        if not units or not self.stop_tables:
            return
        self._stopped.add(item.planned.step.name)
        first = min(item.inputs.units[unit].date for unit in units)
        left = {unit for chunk in item.chunks for unit in chunk.units if item.inputs.units[unit].date > first}
        kept = [Chunk(tuple(u for u in chunk.units if u not in left), chunk.deaths) for chunk in item.chunks]
        item.chunks[:] = [chunk for chunk in kept if chunk.units]
        for unit in left:
            del item.verdict.run[unit]
        self.report.step(item.planned.step.name).postponed += len(left)
        self._note(item.planned, "postpone", Reason.STOPPED, len(left))
        self._done += len(left)

    def _mapped(self, item: Item) -> None:
        """All units of a node are computed: write the files whose rows are new, or publish at once."""
        item.collect(self.view, self.plan.graph)
        jobs = list(item.reduce_jobs(self.view, self.workdir.path))
        item.reducing = len(jobs)
        self._reduces += [(item, job) for job in jobs]
        if not jobs:
            self._publish(item)

    def _reduce_done(self, item: Item, job: ReduceJob, outcome: ReduceResult | Raised | Died) -> None:
        if isinstance(outcome, ReduceResult):
            item.reduced[job.table] = outcome
            self.report.step(item.planned.step.name).seconds += outcome.seconds
            if not item.reducing:
                self._publish(item)
            return
        if isinstance(outcome, Died) and job.table not in item.deaths:
            item.deaths.add(job.table)
            item.reducing += 1
            self._reduces.appendleft((item, job))
            return
        if isinstance(outcome, Died):
            reason, text = "WORKER_DIED", f"the worker that wrote {job.table} ended with code {outcome.exit_code}"
        else:
            reason, text = outcome.kind, outcome.text
        self.report.broken |= reason == ContractError.__name__
        self._give_up(item, reason, text)

    def _give_up(self, item: Item, reason: str, text: str) -> None:
        """Leave a node as it was before the run."""
        self._reduces = deque(waiting for waiting in self._reduces if waiting[0] is not item)
        planned = item.planned
        problem = Problem(planned.step.name, str(planned.partition), "", reason, text)
        (self.report.locked if reason == Reason.LOCKED else self.report.failures).append(problem)
        self.report.step(planned.step.name).postponed += len(item.verdict.run)
        self._note(planned, "fail", reason, len(item.verdict.run))
        if self.stop_tables and reason != Reason.LOCKED:
            self._stopped.add(planned.step.name)
        self._close(item, reason)

    def _publish(self, item: Item) -> None:
        if self._workers is not None and self._active == [item] and not self._waiting:
            self._workers.dismiss()
        planned = item.planned
        part = self.report.step(planned.step.name)
        moved: dict[str, Any] = {}
        quarantined = 0

        def move() -> Mapping[str, Any]:
            nonlocal quarantined
            quarantined = item.quarantine(self.store, self.plan.graph)
            moved.update(item.move(self.store, self.plan.graph))
            return moved

        try:
            self.ledger.publish(item.lease, item.change(self.report.run_id), move)
        except LeaseHeld as error:
            self._give_up(item, Reason.LOCKED, str(error))
            return
        self.view.put(planned.step, planned.partition, item.after(moved))
        part.quarantined += quarantined
        part.removed += len(item.verdict.removed)
        part.blocked += len(item.verdict.blocked)
        part.run += len(item.verdict.run)
        part.same += item.same
        part.written += len(moved)
        part.kept += len(planned.step.outputs) - len(moved)
        part.rows += sum(found.rows for found in moved.values() if found is not None)
        part.bytes += sum(found.size for found in moved.values() if found is not None)
        where = (planned.step.name, str(planned.partition))
        for table, file in sorted(item.reduced.items()):
            self.report.findings += [Problem(*where, "", "CONTRACT", f"{table}: {text}") for text in file.findings]
        for unit, failure in sorted(item.failures.items()):
            part.failed += 1
            self._note(planned, "fail", failure.reason, 1)
            self.report.failures.append(Problem(*where, unit, failure.reason, failure.detail))
        for unit, due in item.verdict.blocked.items():
            self.report.failures.append(Problem(*where, unit, Reason.BLOCKED, due.detail))
            self._note(planned, "block", Reason.BLOCKED, 1)
        self._close(item, "")

    def _close(self, item: Item, outcome: str) -> None:
        self.leases.release(item.lease)
        self._active.remove(item)
        self._finished[item.planned.key] = outcome
        written = [
            fragment for found in item.results for fragment in (*found.fragments.values(), *found.quarantine.values())
        ]
        self.workdir.discard(fragment.file for fragment in written)

    def _tell(self, *, last: bool = False) -> None:
        now = time.perf_counter()
        if now - self._told < _PROGRESS_SECONDS and not last:
            return
        self._told = now
        step, partition = self._active[0].planned.key if self._active else ("", "")
        failed = self.report.total.failed + sum(len(item.failures) for item in self._active)
        self.on_progress(Progress(self._done, self.plan.units, failed, now - self._started, step, str(partition)))
