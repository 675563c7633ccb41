"""The plan: what will be run, in which order and why. It is made once; printing it and running it use the same object."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from hooplake.build.decide import Dates
from hooplake.build.graph import Graph
from hooplake.build.inputs import NodeInputs
from hooplake.build.ledger import Decision
from hooplake.build.state import Node
from hooplake.build.step import Step
from hooplake.build.verdict import Due, Reason, Verdict
from hooplake.build.view import View
from hooplake.errors import PlanChanged
from hooplake.lake.partition import Partition


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What a build is asked for; everything by default.

    Attributes:
        tables: output tables wanted; the steps before them are included.
        leagues: only partitions of these leagues; partitions without a league are always included.
        seasons: only partitions of these seasons; likewise.
        first_date: only units from this date on (``2024-12-15``); units without a date are always included.
        last_date: only units up to this date.
        days: only units of these dates; all by default.
        limit: at most so many units of each step, the oldest first.
        force: run units although nothing changed.
    """

    tables: tuple[str, ...] = ()
    leagues: tuple[str, ...] = ()
    seasons: tuple[int, ...] = ()
    first_date: str = ""
    last_date: str = ""
    days: tuple[str, ...] = ()
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
        return Dates(self.first_date, self.last_date, frozenset(self.days))


@dataclass(slots=True, eq=False)
class PlanItem:
    """What is to be done with one node: a step over one partition.

    Attributes:
        step: the step.
        partition: the output partition.
        inputs: what its units are made of.
        verdict: which of them run, and why.
        after: the items of this plan that must be done before, as (step, partition).
        seconds: how long it should take, on one processor.
        node: what the ledger had of it, or None.
    """

    step: Step
    partition: Partition
    inputs: NodeInputs
    verdict: Verdict
    after: tuple[tuple[str, Partition], ...]
    seconds: float
    node: Node | None = None

    @property
    def key(self) -> tuple[str, Partition]:
        """The step's name and the partition."""
        return (self.step.name, self.partition)

    @property
    def resource(self) -> str:
        """The node as leases name it."""
        return f"{self.step.name}/{self.partition}"

    def before(self, date: str) -> PlanItem | None:
        """The item of a step by date with its units before a date alone, or None if none is left.

        A lost object is built whole or not at all.
        """
        verdict, dates = self.verdict, {unit: made_of.date for unit, made_of in self.inputs.units.items()}
        if not date:
            return self
        run = {unit: due for unit, due in verdict.run.items() if dates[unit] < date}
        blocked = {unit: due for unit, due in verdict.blocked.items() if dates[unit] < date}
        removed = [unit for unit in verdict.removed if unit < date]
        if not (run or blocked or removed) or (verdict.lost and len(run) < len(verdict.run)):
            return None
        return replace(self, verdict=replace(verdict, run=run, blocked=blocked, removed=removed))

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
        seals: nodes that were found unchanged as a whole: (node, seal).
        plan_id: a hash of what the plan says.
    """

    selection: Selection
    graph: Graph
    view: View
    items: list[PlanItem]
    skipped: dict[str, dict[Reason, int]]
    touched: list[tuple[str, str, str]]
    seals: list[tuple[int, bytes]] = field(default_factory=list)
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

    def part(self, steps: Collection[str] | None = None, until: Callable[[PlanItem], str] = lambda _: "") -> Plan:
        """A plan of some of the items; whoever runs one part after the other runs this plan.

        Args:
            steps: names of steps; all by default.
            until: tells the date from which on the units of an item are left for another plan, or an empty text.
        """
        chosen = [item for item in self.items if steps is None or item.step.name in steps]
        items = [item for item in (item.before(until(item)) for item in chosen) if item is not None]
        kept = {item.key for item in items}
        return replace(
            self,
            items=[replace(item, after=tuple(key for key in item.after if key in kept)) for item in items],
            skipped={name: counts for name, counts in self.skipped.items() if steps is None or name in steps},
        )

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
