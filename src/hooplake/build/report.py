"""What a run did, as plain values, and how it tells of its progress. Nothing here prints."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from hooplake.build.verdict import Reason


class Progress(NamedTuple):
    """How far a run is.

    Attributes:
        done: units computed, cut off or failed so far.
        total: units of the plan.
        failed: units that failed so far.
        seconds: since the run began.
        step: the step last heard of.
        partition: its partition.
    """

    done: int
    total: int
    failed: int
    seconds: float
    step: str
    partition: str

    @property
    def rate(self) -> float:
        """Units a second."""
        return self.done / self.seconds if self.seconds > 0 else 0.0


OnProgress = Callable[[Progress], None]
"""Called in the process of the run, at most some times a second."""


class Problem(NamedTuple):
    """Something that kept a unit or a whole node from being built.

    Attributes:
        step: the step.
        partition: the partition's text.
        unit: the unit, or empty for the whole node.
        reason: a short typed code; `LOCKED` for a node that another run builds.
        detail: text for a person.
    """

    step: str
    partition: str
    unit: str
    reason: str
    detail: str


@dataclass(slots=True)
class StepReport:
    """What a run did for one step.

    Attributes:
        run: units computed.
        same: of those, units whose rows came out as they were.
        unchanged: units left alone because nothing changed.
        early_cutoff: units left alone because what was rebuilt before them came out the same.
        failed: units that failed.
        blocked: units not computed because what they are made of failed.
        removed: units taken out.
        postponed: units that were due and left for another run.
        quarantined: rows that broke the contract of their table.
        rows: rows written.
        bytes: bytes written.
        written: partitions of tables that were replaced or deleted.
        kept: partitions of tables that came out the same and were not written.
        seconds: time of computing and writing, over all workers.
    """

    run: int = 0
    same: int = 0
    unchanged: int = 0
    early_cutoff: int = 0
    failed: int = 0
    blocked: int = 0
    removed: int = 0
    postponed: int = 0
    quarantined: int = 0
    rows: int = 0
    bytes: int = 0
    written: int = 0
    kept: int = 0
    seconds: float = 0.0

    def skip(self, counts: Mapping[Reason, int]) -> None:
        """Add what the plan left alone."""
        self.unchanged += counts.get(Reason.UNCHANGED, 0)
        self.blocked += counts.get(Reason.BLOCKED, 0)
        self.postponed += counts.get(Reason.LIMIT, 0)


@dataclass(slots=True, kw_only=True)
class RunReport:
    """What a run did.

    Attributes:
        run_id: names the run in the ledger.
        plan_id: the plan that was run.
        steps: per step.
        failures: units and nodes that failed or were blocked.
        locked: nodes that another run is building.
        findings: tables that were published and break their contract as a whole, such as a budget of NULLs.
        seconds: from start to end.
        estimated: seconds that the plan said it would take.
        considered: units looked at.
        due: units the plan meant to run.
        interrupted: whether a signal stopped it.
        broken: whether stored rows were found to break a contract.
    """

    run_id: str
    plan_id: str
    steps: dict[str, StepReport] = field(default_factory=dict)
    failures: list[Problem] = field(default_factory=list)
    locked: list[Problem] = field(default_factory=list)
    findings: list[Problem] = field(default_factory=list)
    seconds: float = 0.0
    estimated: float = 0.0
    considered: int = 0
    due: int = 0
    interrupted: bool = False
    broken: bool = False

    def step(self, name: str) -> StepReport:
        """The part of one step."""
        return self.steps.setdefault(name, StepReport())

    @property
    def total(self) -> StepReport:
        """The sums over all steps."""
        found = StepReport()
        for part in self.steps.values():
            for name in StepReport.__slots__:
                setattr(found, name, getattr(found, name) + getattr(part, name))
        return found

    @property
    def exit_code(self) -> int:
        """0 all done, 3 something was locked or postponed, 4 failures, 6 a broken contract, 130 interrupted."""
        if self.interrupted:
            return 130
        if self.broken or self.findings:
            return 6
        total = self.total
        if self.failures or total.failed or total.blocked or total.quarantined:
            return 4
        return 3 if self.locked or total.postponed else 0

    def counts(self) -> dict[str, Any]:
        """The sums, as the ledger keeps them."""
        estimated = round(self.estimated, 3)
        return {
            "considered": self.considered,
            "due": self.due,
            "estimated_seconds": estimated,
            **_rounded(self.total),
        }

    def to_json(self) -> dict[str, Any]:
        """The report as plain values."""
        return {
            "run_id": self.run_id,
            "plan_id": self.plan_id,
            "exit_code": self.exit_code,
            "interrupted": self.interrupted,
            "wall_seconds": round(self.seconds, 3),
            **self.counts(),
            "steps": {name: _rounded(part) for name, part in self.steps.items()},
            "failures": [problem._asdict() for problem in self.failures],
            "locked": [problem._asdict() for problem in self.locked],
            "findings": [problem._asdict() for problem in self.findings],
        }


def _rounded(part: StepReport) -> dict[str, Any]:
    values = {name: getattr(part, name) for name in StepReport.__slots__}
    return {name: round(value, 3) if isinstance(value, float) else value for name, value in values.items()}
