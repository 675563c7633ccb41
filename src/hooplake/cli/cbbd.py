"""``hooplake cbbd``: college basketball from CollegeBasketballData, within its monthly calls."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hooplake.cli.cbbd_gap_fill import gap_fill
from hooplake.cli.output import Output
from hooplake.cli.session import Session
from hooplake.errors import ConfigError

if TYPE_CHECKING:
    from hooplake.lakehouse import Lakehouse
    from hooplake.sources.cbbd.runs import RunSummary
    from hooplake.sources.cbbd.seasons import Planned

_SHOWN = 20

First = Annotated[
    int | None, typer.Option("--season-start", metavar="YEAR", help="First season, by its ending year. [2010]")
]
Last = Annotated[int | None, typer.Option("--season-end", metavar="YEAR", help="Last season. [that of today]")]
Only = Annotated[
    list[str] | None,
    typer.Option("--only-endpoints", metavar="NAME", help="Only these; repeat it or part them by commas."),
]
SkipFanout = Annotated[
    bool, typer.Option("--skip-fanout", help="Leave out what takes a request per date, team or conference.")
]
Optional = Annotated[
    bool, typer.Option("--optional", help="Include what takes a request per team, or a larger subscription.")
]
Build = Annotated[bool, typer.Option("--build", help="Go on to bronze, silver and gold with what has come.")]

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="College basketball from CollegeBasketballData, within its calls."
)


@app.command("plan")
def plan(
    context: typer.Context, season_start: First = None, season_end: Last = None, only_endpoints: Only = None,
    skip_fanout: SkipFanout = False, optional: Optional = False,
) -> None:  # fmt: skip
    """Say what a backfill will cost, in calls.

    What is done already is left out. Where the games of a season are not known yet the number is an estimate.

    Examples:
        hooplake cbbd plan --season-start 2025
    """
    from hooplake.sources.cbbd.commands import plan as make_plan
    from hooplake.sources.cbbd.commands import seasons_between

    session = Session.of(context)
    with session.open(create=True) as lake:
        seasons = seasons_between(season_start, season_end)
        found, left = make_plan(
            lake.store, lake.settings, seasons, only=_names(only_endpoints), skip_fanout=skip_fanout, optional=optional
        )
        reserve = lake.settings.quota_reserve
    out = session.out
    total = _tell_plan(found, left, len(seasons), reserve, out)
    out.result(
        {
            "calls": total,
            "left": left,
            "reserve": reserve,
            "endpoints": [one._asdict() for one in found],
        }
    )


@app.command("backfill")
def backfill(
    context: typer.Context, season_start: First = None, season_end: Last = None, only_endpoints: Only = None,
    skip_fanout: SkipFanout = False, optional: Optional = False,
    force: Annotated[bool, typer.Option("--force", help="Ask for everything again.")] = False,
    partial: Annotated[bool, typer.Option("--partial", help="Begin although the calls will not suffice.")] = False,
    build: Build = False,
) -> None:  # fmt: skip
    """Fetch whole seasons.

    A run can be stopped at any time and made again: what was stored is not asked for again. It ends with 3 when the
    calls of the month are used up, and the same command goes on later.

    Examples:
        hooplake cbbd backfill --season-start 2024 --season-end 2025 --build
        hooplake cbbd backfill --season-start 2025 --only-endpoints games,lines
    """
    from hooplake.sources.cbbd import commands

    session = Session.of(context)
    with session.open(create=True) as lake:
        seasons = commands.seasons_between(season_start, season_end)
        reserve = lake.settings.quota_reserve
        summary = commands.backfill(
            lake.store, lake.settings, seasons, only=_names(only_endpoints),
            skip_fanout=skip_fanout, optional=optional, force=force, partial=partial,
            tell=lambda found, left: _tell_plan(found, left, len(seasons), reserve, session.out),
        )  # fmt: skip
        _finish(summary, session.out, lake if build else None)


@app.command("incremental")
def incremental(
    context: typer.Context,
    days: Annotated[int, typer.Option("--days", min=1, help="How many days back games may still change.")] = 7,
    only_endpoints: Only = None,
    skip_fanout: SkipFanout = False,
    build: Build = False,
) -> None:
    """Fetch what can have changed in the last days, and what failed before.

    Examples:
        hooplake cbbd incremental
        hooplake cbbd incremental --build
    """
    from hooplake.sources.cbbd import commands

    session = Session.of(context)
    with session.open(create=True) as lake:
        summary = commands.increment(
            lake.store, lake.settings, days=days, only=_names(only_endpoints), skip_fanout=skip_fanout
        )
        _finish(summary, session.out, lake if build else None)


@app.command("one")
def one(
    context: typer.Context,
    endpoint: Annotated[str, typer.Option("--endpoint", metavar="NAME", help="The endpoint.")],
    params: Annotated[str, typer.Option("--params", metavar="JSON", help="Its parameters.")] = "{}",
) -> None:
    """Make one request.

    Examples:
        hooplake cbbd one --endpoint games --params '{"season": 2024}'
    """
    from hooplake.sources.cbbd import commands

    session = Session.of(context)
    try:
        given = json.loads(params)
    except ValueError as error:
        raise ConfigError(f"--params is not JSON: {error}") from None
    if not isinstance(given, dict):
        raise ConfigError("--params is not a JSON object, such as '{\"season\": 2024}'")
    with session.open(create=True) as lake:
        summary = commands.one(lake.store, lake.settings, endpoint, given)
    _finish(summary, session.out)


app.command("gap-fill")(gap_fill)


@app.command("validate")
def validate(
    context: typer.Context,
    max_open_dead_letters: Annotated[
        int, typer.Option("--max-open-dead-letters", min=0, help="Dead letters that are put up with.")
    ] = 0,
) -> None:
    """Check the last run: that it ended, found rows where there must be some, and left no dead letter.

    Of what was built in the same command the keys are checked too: none may be missing or there twice.

    Examples:
        hooplake cbbd validate
    """
    from hooplake.sources.cbbd.commands import validate as check

    session = Session.of(context)
    with session.open() as lake:
        found = check(lake.store, lake.tables, most_letters=max_open_dead_letters)
    for line in found or ["the last run is as it should be"]:
        session.out.say(line)
    session.out.result({"findings": found})
    if found:
        raise typer.Exit(4)


def _tell_plan(found: list[Planned], left: int | None, seasons: int, reserve: int, out: Output) -> int:
    """Prints what is planned, and gives the number of calls."""
    rows = [
        (one.season or None, one.endpoint, one.calls, "" if one.exact else "estimate") for one in found if one.calls
    ]
    if rows:
        out.table(("season", "endpoint", "calls", ""), rows)
    total = sum(one.calls for one in found)
    known = "not known yet" if left is None else f"{left:,} left, {reserve:,} of them in reserve"
    out.say(f"{total:,} calls for {seasons} seasons; {known}")
    return total


def _names(only: list[str] | None) -> list[str]:
    return [name.strip() for text in only or () for name in text.split(",") if name.strip()]


def _finish(summary: RunSummary, out: Output, lake: Lakehouse | None = None) -> None:
    """Prints what came of a run and builds from it where a lake is given; ends with the exit code of either."""
    import msgspec

    rows = [
        (name, *(counts[key] for key in ("requests", "retries", "skipped", "rows", "bodies", "empty", "dead_letters")))
        for name, counts in summary.endpoints.items()
    ]
    if rows:
        out.table(
            ("endpoint", "requests", "retries", "done before", "rows", "new bodies", "empty", "dead letters"), rows
        )
    for warning in summary.warnings:
        out.say(f"warning: {warning}")
    letters: list[tuple[Any, ...]] = [(x["sha"], x["endpoint"], x["reason"]) for x in summary.dead_letters[:_SHOWN]]
    if letters:
        out.table(("dead letter", "endpoint", "reason"), letters)
    left = summary.quota.get("after")
    calls = "" if left is None else f", {left:,} calls left"
    out.say(f"{summary.requests:,} requests{calls}, run {summary.run_id}")
    document = msgspec.to_builtins(summary)
    exit_code = summary.exit_code or 0
    if lake is not None:
        from hooplake.cli.build import run_plan
        from hooplake.sources.cbbd.runs import add_build
        from hooplake.tables.college import college_tables

        plan = lake.plan(*college_tables(lake.tables))
        names = [step.name for step in plan.graph.steps]
        before = lake.ledger.read(names)
        report = run_plan(lake, plan, out)
        add_build(lake.store, summary, before, lake.ledger.read(names), report)
        document = {**msgspec.to_builtins(summary), "build": report.to_json()}
        exit_code = exit_code or report.exit_code
    out.result(document)
    if exit_code:
        raise typer.Exit(exit_code)
