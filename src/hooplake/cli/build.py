"""``hooplake build``: makes what is due, or says what is due and why."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from hooplake.cli.ahead import BUILD_MODULES
from hooplake.cli.output import Output
from hooplake.cli.session import Session
from hooplake.errors import ConfigError

if TYPE_CHECKING:
    from hooplake.build.plan import Plan
    from hooplake.build.report import RunReport
    from hooplake.lakehouse import Lakehouse

_DAY = ["%Y-%m-%d"]
_SHOWN = 20


def build(
    context: typer.Context,
    tables: Annotated[
        list[str] | None,
        typer.Argument(metavar="[TABLE]...", help="Tables wanted; those they are made from are included. [all]"),
    ] = None,
    league: Annotated[
        list[str] | None, typer.Option("--league", help="Only this league; may be given several times.")
    ] = None,
    season: Annotated[
        list[int] | None, typer.Option("--season", help="Only this season, by its ending year; may be repeated.")
    ] = None,
    first: Annotated[
        datetime | None, typer.Option("--from", formats=_DAY, metavar="DATE", help="Only games from this date on.")
    ] = None,
    last: Annotated[
        datetime | None, typer.Option("--to", formats=_DAY, metavar="DATE", help="Only games up to this date.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the plan and change nothing.")] = False,
    explain: Annotated[bool, typer.Option("--explain", help="List every unit of the plan with its reason.")] = False,
    limit: Annotated[
        int | None, typer.Option("--limit", min=1, metavar="COUNT", help="At most so many units of each step.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Run units although nothing changed.")] = False,
    jobs: Annotated[
        int | None, typer.Option("--jobs", min=1, metavar="COUNT", help="Worker processes. [setting jobs]")
    ] = None,
) -> None:
    """Build what is due.

    A partition is due where its inputs or its code changed since it was made. The plan that --dry-run prints is the
    one that a run executes. A run can be stopped at any time; running it again does what is left.

    Examples:
        hooplake build
        hooplake build --dry-run --explain
        hooplake build gold.player_snapshots --league nba --season 2025
    """
    session = Session.of(context)
    if first is not None and last is not None and first > last:
        raise ConfigError(f"--from {first:%Y-%m-%d} is after --to {last:%Y-%m-%d}")
    if not dry_run and (jobs or session.settings.jobs) > 1:
        from hooplake.build import forkserver

        forkserver.start(BUILD_MODULES)
    with session.open() as lake:
        plan = lake.plan(
            *(tables or ()),
            leagues=tuple(league or ()),
            seasons=tuple(season or ()),
            first_date=_day(first),
            last_date=_day(last),
            limit=limit,
            force=force,
        )
        if dry_run:
            _print_plan(plan, session.out, explain=explain)
            session.out.result({"dry_run": True, **plan.to_json(), **({"units": _units(plan)} if explain else {})})
            return
        if explain:
            _print_plan(plan, session.out, explain=True)
        report = run_plan(lake, plan, session.out, jobs=jobs)
    session.out.result(report.to_json())
    if report.exit_code:
        raise typer.Exit(report.exit_code)


def run_plan(lake: Lakehouse, plan: Plan, out: Output, *, jobs: int | None = None) -> RunReport:
    """Runs a plan with a bar, and prints what came of it.

    Args:
        lake: the lake.
        plan: what to build.
        out: where to print.
        jobs: worker processes; what is set by default.
    """
    with out.progress("Building", total=plan.units, unit="units") as progress:
        shown = 0

        def tell(done: int, total: int) -> None:
            nonlocal shown
            progress.expect(total)
            progress.advance(done - shown)
            shown = done

        report = lake.run(plan, jobs=jobs, on_progress=lambda state: tell(state.done, state.total))
    _print_report(report, out)
    return report


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment is not None else None


def _units(plan: Plan) -> list[dict[str, str]]:
    return [
        {
            "step": item.step.name,
            "partition": str(item.partition),
            "unit": unit,
            "reason": due.reason.value,
            "detail": due.detail,
        }
        for item in plan.items
        for unit, due in item.verdict.run.items()
    ]


def _print_plan(plan: Plan, out: Output, *, explain: bool) -> None:
    rows = [
        (found.step, found.partition, found.action, found.units, found.reason, found.detail)
        for item in plan.items
        for found in item.decisions()
    ]
    skipped = sum(sum(counts.values()) for counts in plan.skipped.values())
    out.say(
        f"plan {plan.plan_id}: {plan.units:,} units to run in {len(plan.items)} partitions, {skipped:,} left alone, "
        f"about {plan.seconds():.1f} s on one processor"
    )
    if rows:
        out.table(("step", "partition", "action", "units", "reason", "detail"), rows)
    for step, counts in plan.skipped.items():
        out.say(f"{step}: " + ", ".join(f"{units:,} {reason.value}" for reason, units in counts.items()))
    if explain:
        units = [(u["step"], u["partition"], u["unit"], u["reason"], u["detail"]) for u in _units(plan)]
        if units:
            out.table(("step", "partition", "unit", "reason", "detail"), units)


def _print_report(report: RunReport, out: Output) -> None:
    rows = [
        (
            name, part.run, part.unchanged, part.early_cutoff, part.failed + part.blocked, part.rows, part.written,
            part.kept, round(part.seconds, 2),
        )
        for name, part in report.steps.items()
    ]  # fmt: skip
    if rows:
        columns = ("step", "run", "unchanged", "cut off", "failed", "rows", "objects written", "kept", "seconds")
        out.table(columns, rows)
    total = report.total
    if not (total.run or total.removed or report.failures or report.interrupted):
        out.say(f"nothing to do: {report.considered:,} units are up to date")
    else:
        rate = total.run / report.seconds if report.seconds else 0
        out.say(f"{total.run:,} units in {report.seconds:.1f} s ({rate:,.0f} a second), run {report.run_id}")
    if total.quarantined:
        out.say(f"{total.quarantined:,} rows break the contract of their table: see deadletter/quarantine in the lake")
    problems = [(p.step, p.partition, p.unit, p.reason, p.detail) for p in (*report.failures, *report.locked)]
    if problems:
        out.table(("step", "partition", "unit", "reason", "detail"), problems[:_SHOWN], title="not built")
        if len(problems) > _SHOWN:
            out.say(f"and {len(problems) - _SHOWN:,} more: add --json for all")
