"""The run of a plan: chunks of units in worker processes, files of tables, publication, node by node.

While one node's files are written, the next node's units are already computed. Nothing is published but by
`Ledger.publish`, in the process of the run; so a kill at any moment leaves whole objects and a ledger that the next
plan compares them with.
"""

from __future__ import annotations

import signal
import threading
import time
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

from hooplake.build.decide import Reason
from hooplake.build.item import Chunk, Item, settle
from hooplake.build.ledger import LEASE_SECONDS, Lease, Ledger, RunRecord
from hooplake.build.plan import Plan, PlanItem
from hooplake.build.pool import Died, Done, Inline, Processes, Raised, Workers
from hooplake.build.report import OnProgress, Problem, Progress, RunReport
from hooplake.build.state import Node
from hooplake.build.step import Failure
from hooplake.build.work import ChunkResult, ReduceJob, ReduceResult, run_chunk, run_reduce
from hooplake.build.workdir import Workdir, dead_runs, delete_folders
from hooplake.errors import ContractError, HooplakeError, LeaseHeld, StoreError
from hooplake.lake.partition import Partition
from hooplake.lake.store import Store

FRAGMENT_BYTES = 2 << 30
"""So many bytes of fragments may wait to be written before the next node is begun."""
_PROGRESS_SECONDS = 0.1


def run(
    plan: Plan,
    ledger: Ledger,
    store: Store,
    *,
    jobs: int = 1,
    command: str = "",
    options: Mapping[str, Any] | None = None,
    code_version: str = "",
    on_progress: OnProgress | None = None,
    stop: threading.Event | None = None,
    fragment_bytes: int = FRAGMENT_BYTES,
    lease_seconds: float = LEASE_SECONDS,
) -> RunReport:
    """Run a plan.

    Args:
        plan: what to do.
        ledger: the ledger the plan was made from.
        store: the lake the plan was made from.
        jobs: worker processes; with 1 everything happens in this process.
        command: what the run is called in the ledger.
        options: what it was called with.
        code_version: of the program.
        on_progress: is told of progress.
        stop: set it to stop the run; so do SIGINT and SIGTERM, if this is the main thread.
        fragment_bytes: how many bytes of fragments may wait to be written.
        lease_seconds: how long a lease lasts if it is not renewed.

    Returns:
        What was done. Failures of units and nodes are in it; they do not raise.

    Raises:
        StoreError: if the disk is full or the ledger cannot be written.
        HooplakeError: if the run cannot go on. What was published before stays.
    """
    dead = dead_runs(store)
    if dead:
        ledger.abandon(list(dead))
        delete_folders(dead.values())
    workdir = Workdir(store)
    report = RunReport(run_id=workdir.run_id, plan_id=plan.plan_id, considered=plan.considered, due=plan.units)
    ledger.begin(
        RunRecord(
            run_id=report.run_id,
            plan_id=plan.plan_id,
            command=command,
            options=dict(options or {}),
            code_version=code_version,
            started=time.time(),
        )
    )
    started = time.perf_counter()
    stopping = stop or threading.Event()
    exit_code = 1
    try:
        if plan.touched:
            ledger.touch(plan.touched)
        with _signals(stopping), _Leases(ledger, report.run_id, lease_seconds) as leases:
            _Run(plan, ledger, store, jobs, workdir, report, leases, stopping, on_progress, fragment_bytes).go()
        exit_code = report.exit_code
    except HooplakeError as error:
        exit_code = error.exit_code
        raise
    finally:
        report.seconds = time.perf_counter() - started
        ledger.finish(report.run_id, time.time(), exit_code, report.counts(), plan.decisions())
        workdir.close()
    return report


class _Leases:
    """The leases of a run, renewed in a thread of their own."""

    def __init__(self, ledger: Ledger, owner: str, seconds: float) -> None:
        self._ledger = ledger
        self._owner = owner
        self._seconds = seconds
        self._held: dict[str, Lease] = {}
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._renew, daemon=True)

    def __enter__(self) -> _Leases:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()
        if self._held:
            self._ledger.release(list(self._held.values()))

    def acquire(self, resource: str) -> Lease:
        lease = self._ledger.acquire(resource, self._owner, self._seconds)
        self._held[resource] = lease
        return lease

    def release(self, lease: Lease) -> None:
        self._held.pop(lease.resource, None)
        self._ledger.release([lease])

    def _renew(self) -> None:
        while not self._ended.wait(self._seconds / 3):
            if held := list(self._held.values()):
                self._ledger.renew(held, self._seconds)


class _Ticket(NamedTuple):
    """What a job in a worker is for."""

    item: Item
    chunk: Chunk | None
    reduce: ReduceJob | None


class _Run:
    def __init__(
        self,
        plan: Plan,
        ledger: Ledger,
        store: Store,
        jobs: int,
        workdir: Workdir,
        report: RunReport,
        leases: _Leases,
        stopping: threading.Event,
        on_progress: OnProgress | None,
        fragment_bytes: int,
    ) -> None:
        self.plan = plan
        self.ledger = ledger
        self.store = store
        self.jobs = jobs
        self.workdir = workdir
        self.report = report
        self.leases = leases
        self.stopping = stopping
        self.on_progress = on_progress
        self.fragment_bytes = fragment_bytes
        self.view = plan.view
        self.workers: Workers | None = None
        self.waiting: list[PlanItem] = list(plan.items)
        self.active: list[Item] = []
        self.reduces: deque[tuple[Item, ReduceJob]] = deque()
        self.tickets: dict[int, _Ticket] = {}
        self.deaths: dict[tuple[tuple[str, Partition], str], int] = {}
        self.finished: dict[tuple[str, Partition], str] = {}  # outcome: "" done, else why it was not built
        self.submitted = 0
        self.done = 0
        self.started = time.perf_counter()
        self.told = 0.0

    def go(self) -> None:
        """Build every item of the plan, until all are done or the run is stopped."""
        for step, skipped in self.plan.skipped.items():
            part = self.report.step(step)
            part.unchanged += skipped.get(Reason.UNCHANGED, 0)
            part.blocked += skipped.get(Reason.BLOCKED, 0)
            part.postponed += skipped.get(Reason.LIMIT, 0)
        try:
            while (self.waiting or self.active) and not self.stopping.is_set():
                self._begin_items()
                self._feed()
                if self.tickets and self.workers is not None:
                    for done in self.workers.wait(_PROGRESS_SECONDS):
                        self._handle(done)
                self._tell()
        finally:
            if self.workers is not None:
                self.workers.close()
        self.report.interrupted = bool(self.waiting or self.active)
        self._tell(last=True)

    def _begin_items(self) -> None:
        """Begin items as long as the workers have too little at hand."""
        while self.waiting and not self.stopping.is_set():
            queued = sum(len(item.chunks) for item in self.active) + len(self.reduces)
            if self.active and (queued >= 2 * self.jobs or sum(i.bytes for i in self.active) > self.fragment_bytes):
                return
            place = next((at for at, item in enumerate(self.waiting) if self._ready(item)), None)
            if place is None:
                return
            self._begin(self.waiting.pop(place))

    def _ready(self, planned: PlanItem) -> bool:
        return all(key in self.finished for key in planned.after)

    def _begin(self, planned: PlanItem) -> None:
        if reason := next((self.finished[key] for key in planned.after if self.finished[key]), ""):
            self._postpone(planned, reason, "what it is made of was not built")
            return
        inputs, verdict = settle(planned, self.view, self.plan.selection)
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
                inputs, verdict = settle(planned, self.view, self.plan.selection)
                node = self.view.nodes(planned.step).get(planned.partition, Node())
        cut_off = len(planned.verdict.run) - sum(unit in verdict.run for unit in planned.verdict.run)
        cut_off -= sum(unit in verdict.blocked or unit in set(verdict.removed) for unit in planned.verdict.run)
        self.report.step(planned.step.name).early_cutoff += cut_off
        self.done += len(planned.verdict.run) - len(verdict.run)
        if lease is None:
            self.finished[planned.key] = ""
            return
        if verdict.empty and not dissolved:
            self.leases.release(lease)
            self.finished[planned.key] = ""
            return
        if node.id == 0:
            self.ledger.announce(planned.step.name, str(planned.partition), self.report.run_id)
        item = Item(planned, inputs, verdict, node, lease)
        item.cut(self.jobs)
        self.active.append(item)
        if not item.chunks:
            self._mapped(item)

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
        self.done += len(planned.verdict.run)
        self.finished[planned.key] = reason

    def _feed(self) -> None:
        """Hand jobs to the workers: files first, for they free fragments, then chunks of the oldest node."""
        while self.reduces or any(item.chunks for item in self.active):
            if self.workers is None:
                self.workers = self._open_workers()
            if not self.workers.room():
                return
            if self.reduces:
                item, job = self.reduces.popleft()
                self._submit(_Ticket(item, None, job), run_reduce, job)
                continue
            item = next(item for item in self.active if item.chunks)
            chunk = item.chunks.pop(0)
            item.mapping += 1
            file = self.workdir.path / f"chunk-{self.submitted:06d}"
            self._submit(_Ticket(item, chunk, None), run_chunk, item.chunk_job(chunk, file))

    def _open_workers(self) -> Workers:
        if self.jobs == 1:
            return Inline(self.store, self.plan.graph.registry)
        modules = {item.step.compute.__module__ for item in self.plan.items if hasattr(item.step.compute, "__module__")}
        return Processes(self.jobs, self.store, self.plan.graph.registry, modules)

    def _submit(self, ticket: _Ticket, function: Any, job: Any) -> None:
        assert self.workers is not None
        self.submitted += 1
        self.tickets[self.submitted] = ticket
        self.workers.submit(self.submitted, function, job)

    def _handle(self, done: Done) -> None:
        item, chunk, job = self.tickets.pop(done.ticket)
        outcome = done.outcome
        if isinstance(outcome, Raised) and outcome.fatal:
            raise StoreError(f"{item.planned.resource} cannot be built: {outcome.text}")
        if item not in self.active:  # it was given up meanwhile
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
            self._count(item, len(chunk.units))
        elif isinstance(outcome, Died) and chunk.deaths == 0:
            item.chunks.insert(0, Chunk(chunk.units, 1))
        elif len(chunk.units) > 1:
            half = len(chunk.units) // 2
            # after a death each half has had its second try as a part of the whole
            item.chunks[:0] = [Chunk(chunk.units[:half], chunk.deaths), Chunk(chunk.units[half:], chunk.deaths)]
        else:
            item.failures[chunk.units[0]] = (
                Failure("WORKER_DIED", f"the worker process ended with code {outcome.exit_code}")
                if isinstance(outcome, Died)
                else Failure(outcome.kind, outcome.text)
            )
            self._count(item, 1)

    def _mapped(self, item: Item) -> None:
        """All units of a node are computed: write the files whose rows are new, or publish at once."""
        item.collect(self.view, self.plan.graph)
        jobs = list(item.reduce_jobs(self.view, self.workdir.path))
        item.reducing = len(jobs)
        # two nodes may write the same table
        self.reduces += [(item, job) for job in jobs]
        if not jobs:
            self._publish(item)

    def _reduce_done(self, item: Item, job: ReduceJob, outcome: ReduceResult | Raised | Died) -> None:
        if isinstance(outcome, ReduceResult):
            item.reduced[job.table] = outcome
            self.report.step(item.planned.step.name).seconds += outcome.seconds
            if not item.reducing:
                self._publish(item)
            return
        key = (item.planned.key, job.table)
        self.deaths[key] = self.deaths.get(key, 0) + 1
        if isinstance(outcome, Died) and self.deaths[key] == 1:
            item.reducing += 1
            self.reduces.appendleft((item, job))
            return
        if isinstance(outcome, Died):
            reason, text = "WORKER_DIED", f"the worker that wrote {job.table} ended with code {outcome.exit_code}"
        else:
            reason, text = outcome.kind, outcome.text
        self.report.broken |= reason == ContractError.__name__
        self._give_up(item, reason, text)

    def _give_up(self, item: Item, reason: str, text: str) -> None:
        """Leave a node as it was before the run."""
        self.reduces = deque(waiting for waiting in self.reduces if waiting[0] is not item)
        planned = item.planned
        problem = Problem(planned.step.name, str(planned.partition), "", reason, text)
        (self.report.locked if reason == Reason.LOCKED else self.report.failures).append(problem)
        self.report.step(planned.step.name).postponed += len(item.verdict.run)
        self._close(item, reason)

    def _publish(self, item: Item) -> None:
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
        part.written += len(moved)
        part.kept += len(planned.step.outputs) - len(moved)
        part.rows += sum(found.rows for found in moved.values() if found is not None)
        part.bytes += sum(found.size for found in moved.values() if found is not None)
        where = (planned.step.name, str(planned.partition))
        for unit, failure in item.failures.items():
            part.failed += 1
            self.report.failures.append(Problem(*where, unit, failure.reason, failure.detail))
        for unit, due in item.verdict.blocked.items():
            self.report.failures.append(Problem(*where, unit, Reason.BLOCKED, due.detail))
        self._close(item, "")

    def _close(self, item: Item, outcome: str) -> None:
        self.leases.release(item.lease)
        self.active.remove(item)
        self.finished[item.planned.key] = outcome
        for result in item.results:
            for fragment in (*result.fragments.values(), *result.quarantine.values()):
                fragment.file.unlink(missing_ok=True)

    def _count(self, item: Item, units: int) -> None:
        self.done += units

    def _tell(self, *, last: bool = False) -> None:
        now = time.perf_counter()
        if self.on_progress is None or (now - self.told < _PROGRESS_SECONDS and not last):
            return
        self.told = now
        step, partition = self.active[0].planned.key if self.active else ("", "")
        failed = sum(part.failed for part in self.report.steps.values())
        failed += sum(len(item.failures) for item in self.active)
        self.on_progress(Progress(self.done, self.plan.units, failed, now - self.started, step, str(partition)))


@contextmanager
def _signals(stopping: threading.Event) -> Iterator[None]:
    """SIGINT and SIGTERM stop the run in good order; a second one stops it at once."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, frame: object) -> None:
        del number, frame
        if stopping.is_set():
            raise KeyboardInterrupt
        stopping.set()

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
