"""``hooplake enrich``: the 58 features of every game, merged into its row in Postgres."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hooplake.cli.ahead import ENRICH_MODULES
from hooplake.cli.database import Database, Dsn, Host, Password, Port, User
from hooplake.cli.output import Output
from hooplake.cli.session import Session
from hooplake.errors import ConfigError

if TYPE_CHECKING:
    from hooplake.postgres.enrich import Report, Step

LISTED = 4
"""Exit code of a run that finished with failures."""
_SHOWN = 20


def enrich(
    context: typer.Context,
    source: Annotated[
        str,
        typer.Option(
            "--source",
            metavar="PLACE",
            help="Where the documents are: lake, a directory, or s3://bucket/prefix with files named by game id.",
        ),
    ] = "lake",
    league: Annotated[str, typer.Option("--league", help="League of the table's games, or any.")] = "nba",
    batch_size: Annotated[
        int, typer.Option("--batch-size", min=1, metavar="COUNT", help="Games merged and committed together.")
    ] = 100,
    limit: Annotated[
        int | None, typer.Option("--limit", min=1, metavar="COUNT", help="At most so many games in this run.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Extract and compare, and write nothing, not even the checkpoint.")
    ] = False,
    checkpoint: Annotated[
        Path | None, typer.Option("--checkpoint", metavar="FILE", help="Remember in this file which games are done.")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with what the checkpoint says.")] = False,
    jobs: Annotated[
        int | None, typer.Option("--jobs", min=1, metavar="COUNT", help="Worker processes. [setting jobs]")
    ] = None,
    verbose: Annotated[bool, typer.Option("--verbose", help="Tell of every batch and every failure.")] = False,
    demo: Annotated[
        bool, typer.Option("--demo", help="Do all of it with simulated games on a Postgres of its own, and drop it.")
    ] = False,
    dsn: Dsn = None,
    host: Host = None,
    port: Port = None,
    database: Database = None,
    user: User = None,
    password: Password = None,
) -> None:
    """Merge the 58 features into the rows of games in Postgres.

    For every row of raw_data.nba_games its documents are read, and data.espn_features and data.metadata.enrichment are
    set; nothing else of a row changes, and a row whose features are there already is not written. A run can be stopped
    at any time; running it again does what is left. Failed games are listed and tried again.

    Examples:
        hooplake enrich --dsn postgresql://me@localhost/nba --checkpoint enrich.checkpoint
        hooplake enrich --source s3://bucket/box_scores --dry-run --limit 100
        hooplake enrich --resume --checkpoint enrich.checkpoint
        hooplake enrich --demo
    """
    from hooplake.build import forkserver

    session = Session.of(context)
    if resume and checkpoint is None:
        raise ConfigError("--resume needs --checkpoint FILE: which run shall go on?")
    jobs = jobs or session.settings.jobs
    if demo:
        from hooplake.cli.enrich_demo import demonstrate

        demonstrate(session, jobs=jobs, games=limit or 24)
        return
    if jobs > 1 and limit is None:
        forkserver.start(ENRICH_MODULES)  # it loads its modules while this process loads others and lists the documents
    from hooplake.lake.store import Store
    from hooplake.postgres.connect import Place, connect
    from hooplake.postgres.documents import find_documents
    from hooplake.postgres.enrich import Options
    from hooplake.postgres.enrich import enrich as run

    wanted = None if league == "any" else league
    place = Place.of(dsn, host=host, port=port, database=database, user=user, password=password)
    with ExitStack() as stack:
        store = stack.enter_context(session.open()).store if source == "lake" else Store.open(source)
        connection = stack.enter_context(connect(place, read_only=dry_run))
        documents = find_documents(store, None if wanted is None else [wanted])
        if not documents.games:
            raise ConfigError(f"{store.url} has no documents of games: name another place with --source")
        watch = stack.enter_context(_Watch(session.out, verbose=verbose))
        report = run(
            connection,
            documents,
            Options(batch_size, limit, dry_run, jobs, wanted),
            checkpoint=checkpoint,
            resume=resume,
            run={"database": str(place), "source": store.url, "league": league},
            on_step=watch,
        )
    tell(session.out, report)
    session.out.result(as_document(report))
    if report.failed:
        raise typer.Exit(LISTED)


class _Watch:
    """Shows how far a run has come: a bar at a terminal, and with ``--verbose`` a line a batch."""

    def __init__(self, out: Output, *, verbose: bool) -> None:
        self._out, self._verbose = out, verbose
        self._bar = out.progress("Enriching", unit="games")
        self._shown = 0

    def __enter__(self) -> _Watch:
        self._bar.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        self._bar.__exit__(*error)

    def __call__(self, step: Step) -> None:
        self._bar.expect(step.games)
        self._bar.advance(step.looked_at - self._shown)
        self._shown = step.looked_at
        if self._verbose:
            for game_id, failure in step.failed.items():
                self._out.note(f"{game_id}: {failure.reason}: {failure.detail}")
            self._out.note(
                f"{step.looked_at:,} of {step.games:,} games, {step.rate:,.0f} a second, "
                f"{step.seconds_left:,.0f} s left"
            )


def tell(out: Output, report: Report) -> None:
    """Prints a report for a person."""
    verb = "would be written" if report.dry_run else "written"
    out.say(
        f"{report.games:,} games: {report.written:,} {verb}, {report.unchanged:,} unchanged, "
        f"{len(report.failed):,} failed, {report.left:,} left"
    )
    if report.formats:
        out.say(", ".join(f"format {name}: {count:,}" for name, count in report.formats.items()))
    out.say(f"{report.seconds:.1f} s, {report.rate:,.0f} games a second")
    if report.failed:
        out.say("failed: " + ", ".join(f"{count:,} {reason}" for reason, count in report.failures_by_type.items()))
        rows = [(game_id, failure.reason, failure.detail) for game_id, failure in report.failed.items()]
        out.table(("game", "reason", "detail"), rows[:_SHOWN])
        if len(rows) > _SHOWN:
            out.say(f"and {len(rows) - _SHOWN:,} more: add --json for all")


def as_document(report: Report) -> dict[str, Any]:
    """A report for a program."""
    return {
        "games": report.games,
        "written": report.written,
        "unchanged": report.unchanged,
        "failed": len(report.failed),
        "left": report.left,
        "dry_run": report.dry_run,
        "formats": report.formats,
        "failures_by_type": report.failures_by_type,
        "failures": {game_id: failure._asdict() for game_id, failure in report.failed.items()},
        "seconds": round(report.seconds, 3),
        "games_per_second": round(report.rate, 1),
    }
