"""Runs that are at work now, in whatever process, and leases that are held: read from the ledger, and from the locks here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from hooplake.build.ledger import LEASE_SECONDS, HeldLease, Ledger, RunRecord
from hooplake.build.workdir import dead_runs
from hooplake.lake.store import Store

_NEWEST = 20
"""So many runs are looked at: those at work are among the newest."""


class LiveRun(NamedTuple):
    """A run that is at work.

    Attributes:
        run_id: the run.
        command: what began it.
        started: seconds since 1970.
        done: units done so far.
        total: units of its plan.
        failed: units that failed so far.
        seconds: for how long it has been at work.
        step: the step it is at, or empty.
        partition: its partition.
        stage: which of its command's runs it is, from 1.
        stages: how many those are.
    """

    run_id: str
    command: str
    started: float
    done: int
    total: int
    failed: int
    seconds: float
    step: str
    partition: str
    stage: int
    stages: int

    @property
    def rate(self) -> float:
        """Units a second, from its start on."""
        return self.done / self.seconds if self.seconds > 0 else 0.0

    @property
    def seconds_left(self) -> float | None:
        """How long it should still take at that rate; None before the first unit is done."""
        return (self.total - self.done) / self.rate if self.done else None


class LeaseState(NamedTuple):
    """A lease, and whether its holder can still be at work.

    Attributes:
        lease: the lease.
        state: ``held``, ``expired`` (by itself: its run did not renew it), or ``dead`` (its run is known to have ended).
    """

    lease: HeldLease
    state: str


def live_runs(ledger: Ledger, store: Store, now: float) -> list[LiveRun]:
    """The runs that are at work, oldest first.

    A run is at work if it has not told its end, its process is not known to be dead, and it told something of itself
    within the time after which its leases would have expired.

    Args:
        ledger: the ledger.
        store: the lake, for the locks of runs on this machine.
        now: seconds since 1970.
    """
    open_runs = [run for run in ledger.runs(_NEWEST) if run.ended is None]
    if not open_runs:
        return []
    dead = set(dead_runs(store))
    return [_live(run, now) for run in reversed(open_runs) if run.run_id not in dead and _heard(run, now)]


def lease_states(ledger: Ledger, store: Store, now: float) -> list[LeaseState]:
    """All leases that were taken and not given back, with what can be said of their holders."""
    leases = ledger.leases()
    dead: Sequence[str] = dead_runs(store) if leases else ()

    def state(lease: HeldLease) -> str:
        return "dead" if lease.owner in dead else "held" if lease.expires > now else "expired"

    return [LeaseState(lease, state(lease)) for lease in leases]


def _heard(run: RunRecord, now: float) -> bool:
    heard: float = run.counts.get("at", run.started)
    return now - heard < LEASE_SECONDS


def _live(run: RunRecord, now: float) -> LiveRun:
    counts, options = run.counts, run.options
    return LiveRun(
        run.run_id, run.command, run.started, counts.get("done", 0), counts.get("due", 0), counts.get("failed", 0),
        max(0.0, now - run.started), counts.get("step", ""), counts.get("partition", ""), options.get("stage", 1),
        options.get("stages", 1),
    )  # fmt: skip
