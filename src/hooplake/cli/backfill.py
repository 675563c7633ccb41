"""``hooplake backfill``, ``hooplake runs`` and ``hooplake explain``: fill the analytics tables, and say what was done and why."""

from __future__ import annotations

import json
from datetime import UTC, datetime
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
    from hooplake.lakehouse import Lakehouse
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
            documents = _print_plans(found, session.out, workers or lake.settings.jobs, price_per_tb)
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


def _print_plans(plans: list[Plan], out: Output, jobs: int, price: float) -> list[dict[str, Any]]:
    from hooplake.tables.backfill import estimate

    documents = []
    for plan in plans:
        cost = estimate(plan, jobs=jobs, price_per_tb=price)
        rows = [
            (found.step, found.partition, found.action, found.units, found.reason, found.detail)
            for item in plan.items
            for found in item.decisions()
        ]
        out.say(
            f"plan {plan.plan_id}: {cost['nodes']:,} units in {cost['partitions']} partitions, about {cost['seconds']} s, "
            f"read {cost['read_bytes'] / 1e6:,.1f} MB, write {cost['write_bytes'] / 1e6:,.1f} MB "
            f"({cost['rows']:,} rows), cost {cost['price']}"
        )
        if rows:
            out.table(("table", "partition", "action", "units", "reason", "detail"), rows)
        documents.append({**plan.to_json(), "estimate": cost})
    out.result({"dry_run": True, "plans": documents})
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


def runs(
    context: typer.Context,
    limit: Annotated[int, typer.Option("--limit", min=1, metavar="COUNT", help="At most so many runs.")] = 20,
    decisions: Annotated[
        str | None, typer.Option("--decisions", metavar="RUN", help="Show what this run decided, and why, instead.")
    ] = None,
) -> None:
    """List the runs of builds and backfills, newest first.

    Examples:
        hooplake runs
        hooplake runs --limit 3 --json
    """
    session = Session.of(context)
    with session.open() as lake:
        if decisions is not None:
            found = lake.ledger.decisions(decisions)
            rows = [(d.step, d.partition, d.action, d.reason, d.units, d.detail) for d in found]
            session.out.table(("table", "partition", "action", "reason", "units", "detail"), rows)
            session.out.result({"run_id": decisions, "decisions": [d._asdict() for d in found]})
            return
        documents = []
        for run in lake.ledger.runs(limit):
            counts: dict[str, Any] = dict(run.counts)
            skipped = counts.get("unchanged", 0) + counts.get("early_cutoff", 0)
            due = skipped + counts.get("run", 0)
            documents.append(
                {
                    "run_id": run.run_id,
                    "plan_id": run.plan_id,
                    "command": run.command,
                    "started": datetime.fromtimestamp(run.started, UTC).replace(microsecond=0),
                    "seconds": None if run.ended is None else round(run.ended - run.started, 2),
                    "exit_code": run.exit_code,
                    "considered": counts.get("considered", 0),
                    "run": counts.get("run", 0),
                    "came_out_the_same": counts.get("same", 0),
                    "unchanged": counts.get("unchanged", 0),
                    "cut_off": counts.get("early_cutoff", 0),
                    "kept": counts.get("kept", 0),
                    "skip_rate": round(skipped / due, 4) if due else None,
                }
            )
    if documents:
        session.out.table(tuple(documents[0]), [tuple(document.values()) for document in documents])
    else:
        session.out.say("no run yet")
    session.out.result({"runs": documents})


def explain(
    context: typer.Context,
    table: Annotated[str, typer.Argument(metavar="TABLE", help="One of the ten analytics tables.")],
    date: Annotated[datetime, typer.Argument(metavar="DATE", formats=["%Y-%m-%d"], help="The game date.")],
    league: Leagues = None,
    entity: Annotated[
        str | None,
        typer.Option("--row", metavar="ID", help="Also show the rows of this game, team or player: hash and reasons."),
    ] = None,
) -> None:
    """Say why a date of a table was built, from what, and whether it would run again.

    Examples:
        hooplake explain team_defense_zone_analysis 2015-12-18
        hooplake explain player_game_summary 2015-10-27 --row 2202703
    """
    from hooplake.build.inputs import table_inputs
    from hooplake.tables.coverage import tables_named

    session = Session.of(context)
    (name,) = tables_named([table])
    unit = f"{date:%Y-%m-%d}"
    documents: list[dict[str, Any]] = []
    with session.open() as lake:
        plan = lake.plan(name, leagues=tuple(league or ()))
        step = plan.graph.producer[name]
        due = {
            item.partition: item.verdict.run[unit]
            for item in plan.items
            if item.step.name == name and unit in item.verdict.run
        }
        for partition, node in sorted(plan.view.nodes(step).items()):
            inputs = table_inputs(step, partition, plan.view)
            if unit not in inputs.units or not plan.selection.includes(partition):
                continue
            facts = next((f for f in lake.ledger.units(name, str(partition)) if f.unit == unit), None)
            row = node.units.get(unit)
            again = due.get(partition)
            documents.append(
                {
                    "table": name,
                    "partition": str(partition),
                    "date": unit,
                    "state": "never built" if facts is None else facts.state.name,
                    "rows": None if facts is None else facts.rows,
                    "why": None if facts is None else facts.why,
                    "error": None if facts is None else f"{facts.reason} {facts.error}".strip(),
                    "run_id": None if facts is None else facts.run_id,
                    "cost_ms": None if facts is None else round(facts.cost_ms, 2),
                    "fingerprint": None if row is None else row.fingerprint.hex(),
                    "content": None if row is None else plan.view.state.digest(row, name).hex(),
                    "inputs": dict(inputs.units[unit].parts),
                    "would_run": None if again is None else f"{again.reason} {again.detail}".strip(),
                }
            )
        rows = [] if entity is None else _rows(lake, name, unit, entity)
    if not documents:
        raise ConfigError(f"{name} has no date {unit}: no game is scheduled then in the lake")
    for document in documents:
        parts = document.pop("inputs")
        session.out.table(("", ""), [(key, value) for key, value in document.items()])
        session.out.table(("made of", "hash"), sorted(parts.items()))
        document["inputs"] = parts
    if rows:
        session.out.table(tuple(rows[0]), [tuple(found.values()) for found in rows])
    elif entity is not None:
        session.out.say(f"{name} has no row of {entity} on {unit}")
    session.out.result({"nodes": documents, "rows": rows})


def _rows(lake: Lakehouse, table: str, day: str, wanted: str) -> list[dict[str, Any]]:
    """The rows of a date in which some column of the key has a value: key, hash, reasons and quality."""
    spec = lake.tables[table]
    keys = [key for key in spec.key if spec.columns[key].type.kind == "text"]
    shown = ", ".join(["league", "season", *spec.key, "data_hash", "hash_version", "quality_score", "missing"])
    found: list[dict[str, Any]] = lake.sql(
        f"select {shown} from {table} where game_date = $day and $wanted in ({', '.join(keys)}) order by all",
        {"day": day, "wanted": wanted},
    ).to_pylist()
    return found
