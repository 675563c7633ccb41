"""The run of a plan: chunks of units in worker processes, files of tables, publication, node by node.

Nothing is published but by `Ledger.publish`, in the process of the run; so a kill at any moment leaves whole objects
and a ledger that the next plan compares them with.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from hooplake.build.leases import Leases
from hooplake.build.ledger import LEASE_SECONDS, Decision, Ledger, RunRecord
from hooplake.build.plan import Plan
from hooplake.build.report import OnProgress, Progress, RunReport
from hooplake.build.workdir import Workdir, dead_runs, delete_folders
from hooplake.errors import HooplakeError
from hooplake.lake.store import Store

REPORT_SECONDS = 1.0
"""So often a run writes down how far it is."""
FRAGMENT_BYTES = 2 << 30
"""So many bytes of fragments may wait to be written before the next node is begun."""


def run(
    plan: Plan,
    ledger: Ledger,
    store: Store,
    *,
    jobs: int = 1,
    worth: float = 0.0,
    command: str = "",
    options: Mapping[str, Any] | None = None,
    code_version: str = "",
    on_progress: OnProgress | None = None,
    stop: threading.Event | None = None,
    stop_tables: bool = False,
    fragment_bytes: int = FRAGMENT_BYTES,
    lease_seconds: float = LEASE_SECONDS,
) -> RunReport:
    """Run a plan.

    Args:
        plan: what to do.
        ledger: the ledger the plan was made from.
        store: the lake the plan was made from.
        jobs: worker processes; with 1 everything happens in this process.
        worth: seconds of work that must be waiting, beside what this process does, before workers are started.
        command: what the run is called in the ledger.
        options: what it was called with.
        code_version: of the program.
        on_progress: is told of progress.
        stop: set it to stop the run; so do SIGINT and SIGTERM, if this is the main thread.
        stop_tables: whether a failure stops what comes after it of its own step, and what is made of that; other steps go
            on in any case.
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
        ledger.abandon(dead)
        delete_folders(store, dead)
    with Workdir(store) as workdir:
        report = RunReport(
            run_id=workdir.run_id, plan_id=plan.plan_id, considered=plan.considered, due=plan.units,
            estimated=plan.seconds(jobs),
        )  # fmt: skip
        ledger.begin(
            RunRecord(
                run_id=report.run_id,
                plan_id=plan.plan_id,
                command=command,
                options=dict(options or {}),
                code_version=code_version,
                started=time.time(),
                counts={"considered": plan.considered, "due": plan.units},
            )
        )
        started = time.perf_counter()
        decisions = list(plan.decisions())
        exit_code = 1
        try:
            for step, skipped in plan.skipped.items():
                report.step(step).skip(skipped)
            if plan.touched:
                ledger.touch(plan.touched)
            if plan.seals:
                ledger.seal(plan.seals)
                plan.seals.clear()  # the other parts of a plan need not do it again
            if plan.items:
                from hooplake.build.schedule import Schedule  # loads pyarrow, which a run of nothing has no use for

                stopping = stop or threading.Event()
                with _signals(stopping), Leases(ledger, report.run_id, lease_seconds) as leases:
                    schedule = Schedule(
                        plan=plan,
                        ledger=ledger,
                        store=store,
                        jobs=jobs,
                        worth=worth,
                        workdir=workdir,
                        report=report,
                        leases=leases,
                        stopping=stopping,
                        stop_tables=stop_tables,
                        on_progress=_reporting(ledger, report, on_progress),
                        fragment_bytes=fragment_bytes,
                    )
                    schedule.go()
                decisions += [Decision(*key, units) for key, units in schedule.outcomes.items()]
            exit_code = report.exit_code
        except HooplakeError as error:
            exit_code = error.exit_code
            raise
        finally:
            report.seconds = time.perf_counter() - started
            ledger.finish(report.run_id, time.time(), exit_code, report.counts(), decisions)
    return report


def _reporting(ledger: Ledger, report: RunReport, on_progress: OnProgress | None) -> OnProgress:
    """Tells of progress, and writes it to the ledger for those who watch the run from elsewhere."""
    written = 0.0

    def tell(state: Progress) -> None:
        nonlocal written
        if on_progress is not None:
            on_progress(state)
        if state.seconds - written >= REPORT_SECONDS:
            written = state.seconds
            counts = {**state._asdict(), "considered": report.considered, "due": report.due, "at": time.time()}
            ledger.report(report.run_id, counts)

    return tell


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
