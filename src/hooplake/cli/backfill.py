"""``hooplake backfill``: fill the analytics tables."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hooplake.cli.coverage import Days, First, Last, Leagues, Seasons, Year, chosen_range
from hooplake.cli.session import Session
from hooplake.errors import ConfigError, PlanChanged

if TYPE_CHECKING:
    from hooplake.build.plan import Plan
    from hooplake.build.report import Progress
    from hooplake.cli.output import Output
    from hooplake.tables.backfill import BackfillReport

_SHOWN = 20


def backfill(
    context: typer.Context,
    phase: Annotated[
        str, typer.Option("--phase", help="analytics, precompute or all, which is both in this order.")
    ] = "all",
    table: Annotated[
        list[str] | None, typer.Option("--table", help="Only this table of the ten; may be given several times.")
    ] = None,
    league: Leagues = None,
    season: Seasons = None,
    year: Year = None,
    first: First = None,
    last: Last = None,
    day: Days = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print plan and cost, and change nothing.")] = False,
    sequential: Annotated[
        bool, typer.Option("--sequential", help="One thing after the other, in one process.")
    ] = False,
    jobs: Annotated[
        int | None, typer.Option("--jobs", min=1, metavar="COUNT", help="Worker processes. [setting jobs]")
    ] = None,
    limit: Annotated[
        int | None, typer.Option("--limit", min=1, metavar="COUNT", help="At most so many dates of each table.")
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on where the last run stopped. Every run does; this only says so.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Run dates although nothing changed.")] = False,
    allow_degraded: Annotated[
        list[str] | None,
        typer.Option(
            "--allow-degraded",
            metavar="EDGE",
            help="Read this table although it has gaps: TABLE, or TABLE:READER for one reader alone.",
        ),
    ] = None,
    plan_file: Annotated[
        Path | None,
        typer.Option(
            "--plan-file",
            metavar="FILE",
            help="With --dry-run write the plan there; without, run only if it is still the plan, else end with 5.",
        ),
    ] = None,
    time_budget: Annotated[
        float | None,
        typer.Option("--time-budget", min=0, metavar="SECONDS", help="Begin nothing after so long, and end with 3."),
    ] = None,
    on_failure: Annotated[
        str,
        typer.Option(
            "--on-failure",
            metavar="POLICY",
            help="What a date that fails stops: continue (only what is made of it), stop-table (later dates of its table "
            "and what is made of those, too) or stop (all that is not begun).",
        ),
    ] = "continue",
    price_per_tb: Annotated[
        float,
        typer.Option(
            "--price-per-tb", min=0, metavar="AMOUNT", help="Price of scanning 10**12 bytes, for the estimate."
        ),
    ] = 0.0,
    price_per_second: Annotated[
        float,
        typer.Option("--price-per-second", min=0, metavar="AMOUNT", help="Price of a second of a processor, likewise."),
    ] = 0.0,
) -> None:
    """Fill the analytics tables over any range.

    Runs what is due, first the tables about games and contexts (analytics), then those made of them (precompute). A table
    of the second stage waits from the first date on which rows or values are missing in what it reads. A date that fails
    leaves the others alone and is tried again by the next run.

    Examples:
        hooplake backfill --dry-run
        hooplake backfill --season 2016 --league nba
        hooplake backfill --phase precompute --from 2024-01-01 --to 2024-01-31 --jobs 2
        hooplake backfill --dry-run --plan-file plan.json && hooplake backfill --plan-file plan.json
    """
    from hooplake.tables import backfill as work
    from hooplake.tables.coverage import tables_named
    from hooplake.tables.gates import edges_named
    from hooplake.tables.nodes import plan_by_year

    session = Session.of(context)
    if sequential and jobs is not None and jobs > 1:
        raise ConfigError("--sequential is one process: leave out --jobs")
    if resume and force:
        raise ConfigError("--resume does what is left, --force does everything again: choose one")
    if on_failure not in work.ON_FAILURE:
        raise ConfigError(f"--on-failure is {', '.join(work.ON_FAILURE)}; not {on_failure!r}")
    names = tables_named(table or ())
    wanted = work.Wanted(
        stages=work.stages_of(phase, names),
        chosen=chosen_range(league, season, year, first, last, None, day),
        limit=limit,
        force=force,
        degraded=edges_named(allow_degraded or ()),
        seconds=time_budget,
        on_failure=on_failure,
    )
    workers = 1 if sequential else jobs
    with session.open() as lake:
        if dry_run:
            found = work.plans(lake, wanted)
            years = plan_by_year(lake, wanted.chosen, found, [name for stage in wanted.stages for name in stage])
            costs = [
                work.estimate(
                    plan, lake.ledger, jobs=workers or lake.settings.jobs, price_per_tb=price_per_tb,
                    price_per_second=price_per_second,
                )
                for plan in found
            ]  # fmt: skip
            documents = _print_plans(found, costs, years, session.out)
            if plan_file is not None:
                plan_file.write_text(json.dumps({"plans": documents}, indent=1), "utf-8")
            return
        if plan_file is not None:
            _confirm(plan_file, work.plans(lake, wanted))
        with session.out.progress("Filling", unit="units") as bar:
            shown = 0

            def tell(state: Progress) -> None:
                nonlocal shown
                bar.expect(state.total)
                bar.advance(state.done - shown)
                shown = state.done

            report = work.backfill(lake, wanted, jobs=workers, on_progress=tell)
    _print_report(report, session.out)
    if report.exit_code:
        raise typer.Exit(report.exit_code)


def _confirm(file: Path, plans: list[Plan]) -> None:
    """Check that the plans of a file are still those that would be run.

    Raises:
        ConfigError: the file is none of --dry-run --plan-file.
        PlanChanged: something moved since.
    """
    try:
        saved = json.loads(file.read_text("utf-8"))["plans"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfigError(f"{file} is no plan: write one with --dry-run --plan-file ({error})") from error
    if len(saved) != len(plans):
        raise PlanChanged(f"{file} is a plan of {len(saved)} stages, and {len(plans)} were asked for")
    for plan, document in zip(plans, saved, strict=True):
        plan.confirm(document)


def _print_plans(
    plans: list[Plan], costs: list[dict[str, Any]], years: list[dict[str, Any]], out: Output
) -> list[dict[str, Any]]:
    documents = []
    if years:
        names = (
            "league",
            "year",
            "game dates",
            "off",
            "exhibition",
            "unknown",
            "not due",
            "due",
            "run",
            "unchanged",
            "blocked",
        )
        out.table(names, [tuple(year.values()) for year in years], title="dates of tables")
        out.say()
    for plan, cost in zip(plans, costs, strict=True):
        rows = [
            (found.step, found.partition, found.action, found.units, found.reason, found.detail)
            for item in plan.items
            for found in item.decisions()
        ]
        out.say(
            f"plan {plan.plan_id}: {cost['nodes']:,} units in {cost['partitions']} partitions, about {cost['seconds']} s "
            f"(p90 {cost['seconds_p90']} s{', a guess for ' + format(cost['units_without_history'], ',') if cost['units_without_history'] else ''}), "
            f"read {cost['read_bytes'] / 1e6:,.1f} MB, write {cost['write_bytes'] / 1e6:,.1f} MB "
            f"({cost['rows']:,} rows), cost {cost['price']}"
        )
        if rows:
            out.table(("table", "partition", "action", "units", "reason", "detail"), rows)
        documents.append({**plan.to_json(), "estimate": cost})
    out.result({"dry_run": True, "years": years, "plans": documents})
    return documents


def _print_report(report: BackfillReport, out: Output) -> None:
    rows = [
        (
            name,
            part.run,
            part.same,
            part.unchanged,
            part.early_cutoff,
            part.failed + part.blocked,
            part.rows,
            part.kept,
            round(part.seconds, 2),
        )
        for run in report.runs
        for name, part in run.steps.items()
    ]
    if rows:
        out.table(
            ("table", "run", "came out the same", "unchanged", "cut off", "failed", "rows", "kept", "seconds"), rows
        )
    considered = sum(run.considered for run in report.runs)
    rebuilt = sum(run.total.run for run in report.runs)
    rate = report.skip_rate
    told = "" if rate is None else f", skip rate {100 * rate:.1f} %, about {report.saved:.1f} s saved"
    same = sum(run.total.same for run in report.runs)
    out.say(f"{considered:,} units considered, {rebuilt:,} run, of which {same:,} came out the same{told}")
    if rebuilt:
        took, meant = sum(run.seconds for run in report.runs), sum(run.estimated for run in report.runs)
        out.say(f"{took:.1f} s, {meant:.1f} s were estimated")
    problems = [problem for run in report.runs for problem in (*run.failures, *run.locked)]
    if problems:
        out.table(
            ("table", "partition", "date", "reason", "detail"),
            [(p.step, p.partition, p.unit, p.reason, p.detail) for p in problems[:_SHOWN]],
            title="not built",
        )
    if report.gated:
        out.table(
            ("league", "season", "table", "waits from", "for", "because"),
            [(e.league, e.season, e.reader, e.day, e.table, e.detail) for e in report.gated[:_SHOWN]],
            title="gates that are shut",
        )
        out.say("see 'hooplake gaps' for what would open them; --allow-degraded builds without")
    out.result(
        {
            "exit_code": report.exit_code,
            "considered": considered,
            "run": rebuilt,
            "came_out_the_same": same,
            "skip_rate": rate,
            "seconds_saved": round(report.saved, 3),
            "runs": [run.to_json() for run in report.runs],
            "gated": [
                {
                    "league": edge.league,
                    "season": edge.season,
                    "date": edge.day,
                    "reader": edge.reader,
                    "table": edge.table,
                    "present": edge.present,
                    "expected": edge.expected,
                    "detail": edge.detail,
                }
                for edge in report.gated
            ],
        }
    )
