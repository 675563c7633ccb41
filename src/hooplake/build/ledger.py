"""The ledger: what each partition was made from, what came out, who is at work, and what every run decided.

Engines differ in where they keep it; they all speak this protocol. Every method takes and gives sets: no caller asks
once per unit.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from hooplake.build.state import Change, Objects, State, UnitState

LEASE_SECONDS = 900.0


class Lease(NamedTuple):
    """The right to publish a node until it expires.

    Attributes:
        resource: the node, as ``step/partition``.
        owner: the run that holds it.
        token: grows each time the lease changes hands; a publication with an older one is refused.
    """

    resource: str
    owner: str
    token: int


class HeldLease(NamedTuple):
    """A lease that was taken and not given back, as a person may want to know of it; times are seconds since 1970.

    Attributes:
        resource: the node, as ``step/partition``.
        owner: the run that holds it.
        token: of this holder.
        expires: when it ends by itself; in the past if its run did not live to renew it or give it back.
        started: when the run began, or None if the ledger does not know it.
    """

    resource: str
    owner: str
    token: int
    expires: float
    started: float | None


class Decision(NamedTuple):
    """How many units of a node were run or skipped for one reason.

    Attributes:
        step: the step.
        partition: the partition's text; empty where a skip is summed over partitions.
        action: ``run``, ``skip``, ``remove`` or ``fail``.
        reason: such as ``INPUT_CHANGED``.
        units: how many.
        detail: such as which input changed, for one of them.
    """

    step: str
    partition: str
    action: str
    reason: str
    units: int
    detail: str = ""


class UnitFailure(NamedTuple):
    """A unit that has no rows because it failed or because something it is made of failed."""

    step: str
    partition: str
    unit: str
    date: str
    blocked: bool
    reason: str
    error: str
    run_id: str


class NodeSummary(NamedTuple):
    """How the units of a node stand.

    Attributes:
        step: the step.
        partition: the partition's text.
        ok: units that are built.
        failed: units that failed.
        blocked: units that something failed for.
        rows: rows of all units, in all tables.
        quarantined: rows that broke a contract.
        first_date: of the units that have a date.
        last_date: likewise.
        run_id: the run that published last.
    """

    step: str
    partition: str
    ok: int
    failed: int
    blocked: int
    rows: int
    quarantined: int
    first_date: str
    last_date: str
    run_id: str


class UnitFacts(NamedTuple):
    """Everything the ledger has to tell a person about one unit.

    Attributes:
        unit: the unit.
        date: its date, or empty.
        state: how it stands.
        rows: its rows, in all tables.
        quarantined: rows that broke a contract.
        why: why it ran last, such as ``INPUT_CHANGED summary.01``.
        reason: the typed code of its failure, or empty.
        error: the text of its failure, or empty.
        cost_ms: what it cost when it ran.
        run_id: the run.
    """

    unit: str
    date: str
    state: UnitState
    rows: int
    quarantined: int
    why: str
    reason: str
    error: str
    cost_ms: float
    run_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """One run as the ledger has it; times are seconds since 1970 (UTC)."""

    run_id: str
    plan_id: str
    command: str
    options: Mapping[str, Any] = field(default_factory=dict)
    code_version: str = ""
    started: float
    ended: float | None = None
    exit_code: int | None = None
    counts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def seconds(self) -> float | None:
        """How long it took; None for one that has not told its end."""
        return None if self.ended is None else round(self.ended - self.started, 2)

    @property
    def failed(self) -> int:
        """Units that failed, and those whose inputs did."""
        return int(self.counts.get("failed", 0) + self.counts.get("blocked", 0))

    @property
    def skip_rate(self) -> float | None:
        """Share of the units that were left alone of all that were considered and not put off; None for none."""
        skipped = self.counts.get("unchanged", 0) + self.counts.get("early_cutoff", 0)
        due = skipped + self.counts.get("run", 0)
        return round(skipped / due, 4) if due else None


class Ledger(Protocol):
    """What every ledger engine does."""

    def read(self, steps: Collection[str] | None = None) -> State:
        """All nodes of these steps (of all steps by default), in one scan. A ledger that is not there yet is empty."""
        ...

    def parts(self, nodes: Collection[int]) -> dict[int, dict[str, bytes]]:
        """Per node and unit the short hashes of what it was made of, in the order of its recipe's parts."""
        ...

    def generation(self, step: str, partition: str) -> int:
        """How often the node was published; 0 for one that never was."""
        ...

    def acquire(self, resource: str, owner: str, seconds: float = LEASE_SECONDS) -> Lease:
        """Take the lease of a node.

        Raises:
            LeaseHeld: if another run holds it.
        """
        ...

    def renew(self, leases: Collection[Lease], seconds: float = LEASE_SECONDS) -> None:
        """Let leases that are still held last longer; a lost one stays lost."""
        ...

    def release(self, leases: Collection[Lease]) -> None:
        """Give leases back."""
        ...

    def leases(self) -> list[HeldLease]:
        """All leases that were taken and not given back, expired ones included, ordered by resource."""
        ...

    def break_leases(self, resources: Collection[str]) -> list[HeldLease]:
        """Free expired leases; whoever held one can publish nothing by it any more.

        Returns:
            Those that were freed. A lease that was given back meanwhile is none of them.

        Raises:
            LeaseHeld: one has not expired; none was freed.
        """
        ...

    def announce(self, step: str, partition: str, run_id: str) -> None:
        """Record that a node is about to be built, so that what a killed run leaves of it is known to be ours."""
        ...

    def publish(self, lease: Lease, change: Change, move: Callable[[], Objects]) -> None:
        """Replace objects and record the change, if the lease is still this run's.

        Args:
            lease: the right to do so.
            change: what changes of the node.
            move: puts the new objects in place and says what they are. It is called only while no other run can take
                the lease.

        Raises:
            LeaseHeld: if another run took the lease meanwhile; nothing was moved.
        """
        ...

    def touch(self, objects: Iterable[tuple[str, str, str]]) -> None:
        """Record new etags of objects whose bytes are known to be the same: (table, partition, etag)."""
        ...

    def seal(self, seals: Iterable[tuple[int, bytes]]) -> None:
        """Remember that nodes were found unchanged: (node, seal), see `hooplake.build.seal`."""
        ...

    def begin(self, run: RunRecord) -> None:
        """Record that a run has begun."""
        ...

    def report(self, run_id: str, counts: Mapping[str, Any]) -> None:
        """Record how far a run is, for those who watch it."""
        ...

    def finish(
        self, run_id: str, ended: float, exit_code: int, counts: Mapping[str, Any], decisions: Iterable[Decision]
    ) -> None:
        """Record how a run ended and what it decided."""
        ...

    def abandon(self, owners: Collection[str]) -> None:
        """Free the leases of runs that are known to be dead, and mark those runs as killed."""
        ...

    def failures(self) -> list[UnitFailure]:
        """All units that stand failed or blocked, ordered by step, partition and unit."""
        ...

    def summary(self) -> list[NodeSummary]:
        """How every node stands, ordered by step and partition; one aggregate query."""
        ...

    def costs(self, share: float | None = None) -> dict[str, float]:
        """Per step what a unit cost when it ran, in seconds, of all that are built.

        Args:
            share: what this share of them did not exceed; their mean by default.
        """
        ...

    def units(self, step: str, partition: str) -> list[UnitFacts]:
        """All that is known of the units of a node, in their order."""
        ...

    def runs(self, limit: int = 20) -> list[RunRecord]:
        """The newest runs, newest first."""
        ...

    def decisions(self, run_id: str) -> list[Decision]:
        """What a run decided."""
        ...

    def close(self) -> None:
        """Let go of the storage."""
        ...


def open_ledger(path: str | Path, *, clock: Callable[[], float] = time.time) -> Ledger:
    """Open the ledger in a SQLite file. The file is created by the first write, never by reading.

    Args:
        path: the file.
        clock: seconds since 1970, by which leases expire.
    """
    from hooplake.build.sqlite import open_sqlite

    return open_sqlite(Path(path), clock)
