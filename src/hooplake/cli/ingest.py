"""``hooplake ingest``: takes games into the lake, and says what became of each document."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hooplake.cli.ingest_odds import injuries, odds, rosters, schedule
from hooplake.cli.output import Output
from hooplake.cli.session import Session
from hooplake.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable

    from hooplake.build.report import RunReport
    from hooplake.cli.output import Progress
    from hooplake.sources.report import IngestReport, Outcome

_SHOWN = 20
_MB = 1_000_000

League = Annotated[
    str | None,
    typer.Option("--league", metavar="CODE", help="nba, wnba, mbb or wbb: the league of documents that name none."),
]
Season = Annotated[
    int | None,
    typer.Option("--season", metavar="YEAR", help="Ending year: the season of documents that do not tell it."),
]
Day = Annotated[
    datetime | None,
    typer.Option(
        "--date", formats=["%Y-%m-%d"], metavar="DATE", help="US Eastern date, of documents that do not tell it."
    ),
]
Jobs = Annotated[int | None, typer.Option("--jobs", min=1, metavar="COUNT", help="Worker processes. [setting jobs]")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="List every document with what became of it.")]

ingest = typer.Typer(help="Take games into the lake.")


@ingest.callback()
def _group() -> None:
    """Take games into the lake."""


@ingest.command("files")
def files(
    context: typer.Context,
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="PATHS", help="Files, directories with all below them, or patterns such as '**/*.json'."
        ),
    ],
    league: League = None,
    season: Season = None,
    date: Day = None,
    jobs: Jobs = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen and write nothing.")] = False,
    verbose: Verbose = False,
) -> None:
    """Take in game documents from files.

    A file is JSON, JSON lines, a JSON list, a tar or a zip archive of documents, plain or compressed (gz, zst, xz, bz2).
    Game, league, season and date are read from each document; a league also from a folder named as one, such as nba/.

    Each document is stored, unchanged (the lake has it), superseded (the lake has a later one of the game) or a dead
    letter, which is kept with the reason. The command may be stopped at any time and made again.

    Examples:
        hooplake ingest files games/
        hooplake ingest files "downloads/**/*.json.gz" --dry-run --verbose
        hooplake ingest files old/401736228.json --league wnba --date 2025-07-12
    """
    session = Session.of(context)
    with session.open(create=True) as lake, session.out.progress("Reading", unit="MB") as bar:
        report = lake.ingest_files(
            paths, league=league, season=season, date=date.date() if date else None, jobs=jobs, dry_run=dry_run,
            on_progress=in_megabytes(bar),
        )  # fmt: skip
    finish(report, session.out, verbose=verbose)


@ingest.command("espn")
def espn(
    context: typer.Context,
    league: Annotated[str, typer.Option("--league", metavar="CODE", help="nba, wnba, mbb or wbb.")],
    season: Annotated[
        int | None, typer.Option("--season", metavar="YEAR", help="A whole season, by its ending year.")
    ] = None,
    first: Annotated[
        datetime | None,
        typer.Option("--from", formats=["%Y-%m-%d"], metavar="DATE", help="Games from this US Eastern date on."),
    ] = None,
    last: Annotated[
        datetime | None,
        typer.Option("--to", formats=["%Y-%m-%d"], metavar="DATE", help="Games up to this date. [that of --from]"),
    ] = None,
    game: Annotated[list[str] | None, typer.Option("--game", metavar="ID", help="One game; may be repeated.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read the schedule and fetch no game.")] = False,
    build: Annotated[
        bool, typer.Option("--build", help="Go on to all tables of the league with what has come.")
    ] = False,
    verbose: Verbose = False,
) -> None:
    """Take in games from ESPN.

    The schedule says which games are over; those are fetched that are new or have changed. Days whose games are all
    stored are not asked for again. The command may be stopped at any time and made again.

    Examples:
        hooplake ingest espn --league nba --season 2025 --build
        hooplake ingest espn --league wbb --from 2025-03-21 --to 2025-04-06
        hooplake ingest espn --league nba --game 401705050
    """
    from hooplake.sources.espn import ingest_espn

    session = Session.of(context)
    days = _days(first, last)
    if sum((season is not None, bool(days), bool(game))) != 1:
        raise ConfigError("say which games: one of --season, --from with --to, or --game")
    with session.open(create=True) as lake, session.out.progress("Fetching", unit="games") as bar:
        shown = 0

        def tell(done: int, total: int) -> None:
            nonlocal shown
            bar.expect(total)
            bar.advance(done - shown)
            shown = done

        report = ingest_espn(
            lake.store, lake.settings, league=league, season=season, days=days, games=game or (), dry_run=dry_run,
            on_progress=tell,
        )  # fmt: skip
    out = session.out
    out.say(
        f"{report.days + report.settled:,} days, {report.settled:,} of them settled; {report.games:,} games on the others: "
        f"{report.unchanged:,} as fetched before, {report.waiting:,} not over, {len(report.wanted):,} to fetch; "
        f"{report.requests:,} requests"
    )
    if report.failures:
        rows = [(x.endpoint, " ".join(x.params.values()), x.reason, x.detail, x.sha) for x in report.failures[:_SHOWN]]
        out.table(("could not be fetched", "what", "reason", "detail", "sha"), rows)
    follow = partial(_build, session, league) if build and not dry_run else None
    result, code = report.to_json(), report.exit_code
    finish(report.documents, out, verbose=verbose, result=result, exit_code=code, follow=follow)


def _build(session: Session, league: str) -> RunReport:
    """Builds what is due of a league."""
    from hooplake.cli.build import run_plan
    from hooplake.tables.college import college_tables

    with session.open() as lake:
        others = set(college_tables(lake.tables))
        plan = lake.plan(*(name for name in lake.tables if name not in others), leagues=(league,))
        return run_plan(lake, plan, session.out)


def _days(first: datetime | None, last: datetime | None) -> list[date]:
    if first is None:
        if last is not None:
            raise ConfigError("--to needs --from")
        return []
    end = last or first
    if end < first:
        raise ConfigError(f"--from {first:%Y-%m-%d} is after --to {end:%Y-%m-%d}")
    return [first.date() + timedelta(days=n) for n in range((end - first).days + 1)]


@ingest.command("official")
def official(
    context: typer.Context,
    paths: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[PATH]...", help="Files, directories with all below them, or patterns such as '**/*.parquet'."
        ),
    ] = None,
    season: Annotated[
        int | None, typer.Option("--season", metavar="YEAR", help="Ask the site for a season, by its ending year.")
    ] = None,
    part: Annotated[
        list[str] | None,
        typer.Option("--part", metavar="NAME", help="regular, playoffs, playin or preseason. [regular]"),
    ] = None,
    game: Annotated[
        list[str] | None, typer.Option("--game", metavar="ID", help="Ask the site for one game; may be repeated.")
    ] = None,
    boxes: Annotated[bool, typer.Option("--boxes", help="Ask for the box of each game too.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen and write nothing.")] = False,
    verbose: Verbose = False,
) -> None:
    """Take in rows of the NBA's official feed, from files or from its statistics site.

    Rows are those of playbyplayv2, of boxscoretraditionalv2 (of games and of single periods), of game logs and of line
    scores: dumps of a game or of seasons as Parquet or CSV, or the JSON of the statistics site, plain or compressed, also
    in tar and zip archives. What a file holds is told by its columns, league and season by the ids of its games.

    The site is asked slowly, and never for the plays of a game that the lake has. It is not reachable from everywhere.

    Examples:
        hooplake ingest official playbyplayv2.parquet
        hooplake ingest official nba_stats/season=2019 team_game_logs_2018-19.parquet
        hooplake ingest official --season 2019 --part regular --part playoffs
    """
    session = Session.of(context)
    if sum((bool(paths), season is not None, bool(game))) != 1:
        raise ConfigError("say what to take in: paths, --season or --game")
    with session.open(create=True) as lake:
        if paths:
            with session.out.progress("Reading", unit="MB") as bar:
                report = lake.ingest_official(paths, dry_run=dry_run, on_progress=in_megabytes(bar))
            finish(report, session.out, verbose=verbose)
            return
        from hooplake.sources.official import fetch_official

        with session.out.progress("Fetching", unit="games") as bar:
            found = fetch_official(
                lake.store, lake.settings, season=season, parts=part or ("regular",), games=game or (), boxes=boxes,
                dry_run=dry_run, on_progress=in_steps(bar),
            )  # fmt: skip
    out = session.out
    out.say(
        f"{found.games:,} games, {found.known:,} known, {len(found.wanted):,} to fetch; {found.requests:,} requests"
    )
    if found.failures:
        out.table(("could not be fetched", "reason"), found.failures[:_SHOWN])
    finish(found.documents, out, verbose=verbose, result=found.to_json(), exit_code=found.exit_code)


def in_steps(bar: Progress) -> Callable[[int, int], None]:
    """Moves a bar by things that are done."""
    shown = 0

    def tell(done: int, total: int) -> None:
        nonlocal shown
        bar.expect(total)
        bar.advance(done - shown)
        shown = done

    return tell


ingest.command("odds")(odds)
ingest.command("schedule")(schedule)
ingest.command("injuries")(injuries)
ingest.command("rosters")(rosters)


def in_megabytes(bar: Progress) -> Callable[[int, int], None]:
    """Moves a bar by bytes that are done."""
    shown = 0

    def tell(done: int, total: int) -> None:
        nonlocal shown
        bar.expect(max(1, total // _MB))
        bar.advance(done // _MB - shown)
        shown = done // _MB

    return tell


def finish(
    report: IngestReport,
    out: Output,
    *,
    verbose: bool,
    result: dict[str, Any] | None = None,
    exit_code: int | None = None,
    follow: Callable[[], RunReport] | None = None,
) -> None:
    """Prints what became of the documents and ends with 4 if there are dead letters.

    Args:
        report: the documents.
        out: where to print.
        verbose: list every document.
        result: the JSON object, where it has more than the documents.
        exit_code: how to end, where that depends on more than the documents.
        follow: builds from the documents; its report is added to the result.
    """
    exit_code = report.exit_code if exit_code is None else exit_code
    rows: list[tuple[object, ...]]
    if verbose:
        rows = [(one.origin, one.result.value, one.path or one.reason, _remark(one)) for one in report.outcomes]
        out.table(("document", "result", "raw document or reason", "remark"), rows)
        out.say()
    elif report.dead:
        rows = [(one.origin, one.reason, one.detail, one.letter) for one in report.dead[:_SHOWN]]
        out.table(("dead letter", "reason", "what is wrong", "sha"), rows)
        if len(report.dead) > _SHOWN:
            out.say(f"... and {len(report.dead) - _SHOWN:,} more: see --verbose or 'hooplake deadletter list'")
        out.say()
    counts = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in report.counts.items() if count)
    rate = f"{len(report.outcomes) / report.seconds:,.0f} a second" if report.seconds else ""
    out.say(f"{len(report.outcomes):,} documents in {report.seconds:.1f} s ({rate}): {counts or 'nothing to do'}")
    if report.resolved:
        out.say(f"{len(report.resolved):,} dead letters resolved")
    if report.skipped:
        out.say(f"{len(report.skipped):,} files left out, which are no documents by their names")
    if report.dry_run:
        out.say("nothing was written (dry run)")
    result = report.to_json() if result is None else result
    if follow is not None:
        built = follow()
        result, exit_code = {**result, "build": built.to_json()}, exit_code or built.exit_code
    out.result(result)
    if exit_code:
        raise typer.Exit(exit_code)


def _remark(outcome: Outcome) -> str:
    parts = [outcome.detail, outcome.status, outcome.evidence, " ".join(outcome.repairs)]
    return "; ".join(part for part in parts if part)
