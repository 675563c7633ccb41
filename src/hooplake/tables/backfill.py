"""Backfill of the analytics tables: two stages with a gate between them, over any range, by the same plan as a daily run."""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from hooplake.errors import ConfigError
from hooplake.tables.coverage import ANALYTICS, PRECOMPUTE, Cell, Range, read_grid
from hooplake.tables.gates import Shut, first_waiting, shut_edges

if TYPE_CHECKING:
    import pyarrow as pa

    from hooplake.build.ledger import Ledger
    from hooplake.build.plan import Plan, PlanItem
    from hooplake.build.report import OnProgress, Progress, RunReport

PHASES = {"analytics": (ANALYTICS,), "precompute": (PRECOMPUTE,), "all": (ANALYTICS, PRECOMPUTE)}
"""The stages of each phase that can be asked for, in their order."""


ON_FAILURE = ("continue", "stop-table", "stop")
"""What a failure stops: what is made of it; later dates of its table, too; or everything that is not begun."""


class Lake(Protocol):
    """What a backfill needs of a lake."""

    @property
    def ledger(self) -> Ledger:
        """What was run, and what it cost."""
        ...

    def within(
        self, *, without: Collection[str] = ..., **values: Collection[str | int]
    ) -> AbstractContextManager[Callable[[str], pa.Table]]:
        """Answers questions in SQL over the partitions that have these values, as if some tables were empty."""
        ...

    def plan(
        self, *tables: str, leagues: Sequence[str] = ..., seasons: Sequence[int] = ..., first_date: date | None = ...,
        last_date: date | None = ..., days: Sequence[date] = ..., limit: int | None = ..., force: bool = ...,
    ) -> Plan:  # fmt: skip
        """What is due."""
        ...

    def run(
        self, plan: Plan, *, jobs: int | None = ..., on_progress: OnProgress | None = ...,
        stop: threading.Event | None = ..., stop_tables: bool = ..., command: str = ...,
        options: Mapping[str, Any] | None = ...,
    ) -> RunReport:  # fmt: skip
        """Does what a plan says."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a backfill is asked for.

    Attributes:
        stages: tables of each stage, in the order of the stages.
        chosen: leagues, seasons and dates.
        limit: at most so many dates of each table.
        force: run dates although nothing changed.
        degraded: edges (input, reader) that are open whatever the input holds.
        seconds: nothing is begun after so many.
        on_failure: one of `ON_FAILURE`.
    """

    stages: tuple[tuple[str, ...], ...]
    chosen: Range
    limit: int | None = None
    force: bool = False
    degraded: frozenset[tuple[str, str]] = frozenset()
    seconds: float | None = None
    on_failure: str = "continue"

    def options(self) -> dict[str, Any]:
        """What was asked for beside the plan's own selection, as the ledger keeps it."""
        edges = sorted(f"{table}:{reader}" for table, reader in self.degraded)
        return {"allow_degraded": edges, "time_budget": self.seconds, "on_failure": self.on_failure}


@dataclass(slots=True)
class BackfillReport:
    """What a backfill did.

    Attributes:
        runs: one per stage that ran.
        gated: edges from the first stage that are shut, for which readers of the second wait.
        stopped: the exit code of why it was stopped before its end: 3 for its time, 4 for a failure; else 0.
        saved: seconds that what was left alone would have cost, by what it cost when it ran.
    """

    runs: list[RunReport] = field(default_factory=list)
    gated: list[Shut] = field(default_factory=list)
    saved: float = 0.0
    stopped: int = 0

    @property
    def exit_code(self) -> int:
        """The gravest of the runs' codes; 3 where a gate was closed and nothing graver happened."""
        codes = {run.exit_code for run in self.runs} | ({3} if self.gated else set())
        if self.stopped:
            codes = codes - {130} | {self.stopped}
        return next((code for code in (130, 1, 6, 5, 4, 3) if code in codes), 0)

    @property
    def skip_rate(self) -> float | None:
        """Share of the units looked at that were left alone because nothing changed; None if there were none."""
        totals = [run.total for run in self.runs]
        skipped = sum(total.unchanged + total.early_cutoff for total in totals)
        due = skipped + sum(total.run + total.blocked for total in totals)
        return skipped / due if due else None


def stages_of(phase: str, tables: Sequence[str], phases: Sequence[str] = tuple(PHASES)) -> tuple[tuple[str, ...], ...]:
    """The tables of each stage, cut to some.

    Args:
        phase: one of `PHASES`.
        tables: only these; all by default.
        phases: the phases that may be asked for.

    Raises:
        ConfigError: an unknown phase, or tables that are none of it.
    """
    if phase not in phases:
        raise ConfigError(f"no phase {phase!r}: there are {', '.join(phases)}")
    stages = tuple(tuple(name for name in stage if not tables or name in tables) for stage in PHASES[phase])
    stages = tuple(stage for stage in stages if stage)
    if not stages:
        raise ConfigError(f"{', '.join(tables)} is no table of phase {phase}")
    return stages


def plans(lake: Lake, wanted: Wanted) -> list[Plan]:
    """What a backfill would run now, stage by stage, as far as it can be known before the first stage is done."""
    return [_plan(lake, stage, wanted) for stage in wanted.stages]


def backfill(
    lake: Lake, wanted: Wanted, *, jobs: int | None = None, on_progress: OnProgress | None = None
) -> BackfillReport:
    """Fill a range, stage by stage.

    A table of the second stage runs up to the first date on which something that it reads falls short of what it needs
    (`hooplake.tables.gates`): rows are counted in the store. Later dates are left for another run, and named. All stages
    are parts of one plan; where nothing is due, nothing can wait behind a gate, and no rows are counted.
    """
    report = BackfillReport()
    stop = threading.Event()

    def tell(state: Progress) -> None:
        if on_progress is not None:
            on_progress(state)
        late = wanted.seconds is not None and time.monotonic() >= deadline
        if not report.stopped and (late or (wanted.on_failure == "stop" and state.failed)):
            report.stopped = 3 if late else 4
            stop.set()

    deadline = time.monotonic() + (wanted.seconds or 0.0)
    plan = _plan(lake, [table for stage in wanted.stages for table in stage], wanted)
    gc.freeze()  # a plan is used to the end: to look for what of it is not would take longer than a query
    try:
        _run_stages(lake, wanted, plan, report, jobs=jobs, tell=tell, stop=stop)
    finally:
        gc.unfreeze()
    return report


def _run_stages(
    lake: Lake, wanted: Wanted, plan: Plan, report: BackfillReport, *, jobs: int | None, tell: OnProgress,
    stop: threading.Event,
) -> None:  # fmt: skip
    done: set[str] = set()
    ahead: _Ahead | None = None
    for number, stage in enumerate(wanted.stages, 1):
        steps = {step.name for step in plan.graph.wanted(stage)} - done
        part = plan.part(steps)
        if part.items:
            part = _open(lake, stage, wanted, part, report, ahead)
            if not part.items:
                continue
        later = wanted.stages[number] if number < len(wanted.stages) else ()
        ahead = _look_ahead(lake, wanted, part, plan.part({step.name for step in plan.graph.wanted(later)} - steps))
        run = lake.run(
            part, jobs=jobs, on_progress=tell, stop=stop, stop_tables=wanted.on_failure == "stop-table",
            command="backfill", options={**wanted.options(), "stage": number, "stages": len(wanted.stages)},
        )  # fmt: skip
        report.runs.append(run)
        report.saved += saved_seconds(run, lake.ledger.costs())
        done |= steps
        if run.interrupted or report.stopped:
            break
        if run.failures or run.locked:  # what was not built is tried again before what reads it
            plan, done = _plan(lake, wanted.stages[-1], wanted), set()


def saved_seconds(run: RunReport, costs: Mapping[str, float]) -> float:
    """What the units that were left alone would have cost, by what units of their table cost when they ran."""
    parts = ((part.unchanged + part.early_cutoff, costs.get(name, 0.0)) for name, part in run.steps.items())
    return sum(units * seconds for units, seconds in parts)


def _plan(lake: Lake, tables: Sequence[str], wanted: Wanted) -> Plan:
    chosen = wanted.chosen
    return lake.plan(
        *tables, leagues=chosen.leagues, seasons=chosen.seasons, first_date=chosen.first, last_date=chosen.last,
        days=chosen.days, limit=wanted.limit, force=wanted.force,
    )  # fmt: skip


class _Ahead(NamedTuple):
    """What is due of the first stage, for the gates of the second; read while the first stage runs."""

    read: Range
    cells: Future[list[Cell]]


def _look_ahead(lake: Lake, wanted: Wanted, part: Plan, later: Plan) -> _Ahead | None:
    """Begin to read what will be due, if nothing of what tells it is going to change."""
    read = _gated_range(wanted, later)
    if read is None or not part.items or not all(item.step.name in ANALYTICS for item in part.items):
        return None
    cells: Future[list[Cell]] = Future()

    def work() -> None:
        try:
            cells.set_result(_due(lake, read))
        except BaseException as error:
            cells.set_exception(error)

    threading.Thread(target=work, name="gates", daemon=True).start()
    return _Ahead(read, cells)


def _due(lake: Lake, read: Range) -> list[Cell]:
    """The grid of the first stage as if nothing of the ten tables was there: schedule and boxes tell what is due."""
    with lake.within(league=read.leagues, season=read.seasons, without=(*ANALYTICS, *PRECOMPUTE)) as ask:
        return read_grid(ask, replace(read, tables=ANALYTICS))


def _gated_range(wanted: Wanted, plan: Plan) -> Range | None:
    """What the gates of a plan look at; None if it has nothing of the second stage."""
    places = {_place(item) for item in plan.items if item.step.name in PRECOMPUTE}
    if not places:
        return None
    return Range(
        leagues=tuple(sorted({league for league, _, _ in places})),
        seasons=tuple(sorted({season for _, _, season in places})),
        last=max(wanted.chosen.days, default=wanted.chosen.last),
    )


def _open(
    lake: Lake, stage: tuple[str, ...], wanted: Wanted, plan: Plan, report: BackfillReport, ahead: _Ahead | None
) -> Plan:
    """The part of a stage's plan whose gates are open."""
    read = _gated_range(wanted, plan)
    if read is None:
        return plan
    cells = ahead.cells.result() if ahead is not None and ahead.read == read else _due(lake, read)
    with lake.within(league=read.leagues, season=read.seasons) as ask:
        report.gated += [edge for edge in shut_edges(ask, cells, read, wanted.degraded) if edge.reader in stage]
    waiting = first_waiting(report.gated)
    needed = {table: {step.name for step in plan.graph.wanted([table])} for table in stage}

    def until(item: PlanItem) -> str:
        """The date from which on a node waits; none if it, or something that it is made for, need not."""
        if item.step.name not in (*ANALYTICS, *PRECOMPUTE):
            return ""
        days = waiting.get(_place(item), {})
        if short := [edge.day for edge in report.gated if (edge.table, edge.place) == (item.step.name, _place(item))]:
            return min(short).isoformat()  # this stage does not mend what it waits for
        readers = (item.step.name,) if item.step.name in stage else [t for t in stage if item.step.name in needed[t]]
        return "" if any(table not in days for table in readers) else max(days[table] for table in readers).isoformat()

    return plan.part(until=until)


def _place(item: PlanItem) -> tuple[str, str, int]:
    part: dict[str, Any] = dict(item.partition)
    return (part["league"], part["source"], part["season"])


def estimate(
    plan: Plan, ledger: Ledger, *, jobs: int = 1, price_per_tb: float = 0.0, price_per_second: float = 0.0
) -> dict[str, Any]:
    """What a plan should cost: rows and bytes by what the objects hold now, seconds by what units cost before.

    Args:
        plan: the plan.
        ledger: what units cost before.
        jobs: processes that work at once.
        price_per_tb: price of scanning 10**12 bytes, for engines that ask for it.
        price_per_second: price of a second of a processor.

    Returns:
        Among others ``seconds``, ``seconds_p90`` (if every unit cost what nine in ten of its table did not exceed) and
        ``units_without_history``, for which the figures are a guess.
    """
    dear = ledger.costs(0.9)
    units = {step: sum(len(i.verdict.run) for i in plan.items if i.step.name == step) for step in dear}
    unknown = sum(len(item.verdict.run) for item in plan.items if item.step.name not in dear)
    processors = sum(item.seconds for item in plan.items)
    p90 = max(processors, sum(count * dear[step] for step, count in units.items()))
    read = rows = written = 0
    for item in plan.items:
        node = plan.view.nodes(item.step).get(item.partition)
        for found in () if node is None else node.objects.values():
            rows += found.rows
            written += found.size
        for table, parts in item.inputs.tables.items():
            producer = plan.graph.producer.get(table)
            for part in parts if producer is not None else ():
                source = plan.view.nodes(producer).get(part) if producer is not None else None
                stored = None if source is None else source.objects.get(table)
                read += 0 if stored is None else stored.size
    return {
        "nodes": plan.units,
        "partitions": len(plan.items),
        "rows": rows,
        "read_bytes": read,
        "write_bytes": written,
        "seconds": round(plan.seconds(jobs), 2),
        "seconds_p90": round(p90 / max(jobs, 1), 2),
        "units_without_history": unknown,
        "price": round(read / 1e12 * price_per_tb + processors * price_per_second, 6),
    }
