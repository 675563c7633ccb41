"""``hooplake validate``: checks of what is in Postgres."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hooplake.cli.database import Database, Dsn, Host, Password, Port, User
from hooplake.cli.output import Output
from hooplake.cli.session import Session

if TYPE_CHECKING:
    from hooplake.postgres.connect import Place
    from hooplake.postgres.validators.report import Report

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Check what is in Postgres.")

_FAILED = 4  # finished, with failures that are listed
_Sample = Annotated[
    int, typer.Option("--sample", min=0, metavar="COUNT", help="How many examples of what breaks a check to show.")
]
_Verbose = Annotated[bool, typer.Option("--verbose", help="Show the examples of checks that pass with a warning too.")]


@app.command()
def enrichment(
    context: typer.Context,
    sample: _Sample = 5,
    verbose: _Verbose = False,
    dsn: Dsn = None,
    host: Host = None,
    port: Port = None,
    database: Database = None,
    user: User = None,
    password: Password = None,
) -> None:
    """Check the enriched rows of raw_data.nba_games.

    Coverage (every row must be enriched), feature counts (none under 50), the 58 features, metadata, formats,
    percentages, doubles, lines, sums, quarters, sides. The exit code is 4 where a check fails.

    Examples:
        hooplake validate enrichment
        hooplake validate enrichment --json
    """
    from hooplake.postgres.validators.enrichment import validate_enrichment

    _run(
        Session.of(context),
        _place(dsn, host, port, database, user, password),
        lambda connection, advance: validate_enrichment(connection, sample=sample, on_games=advance),
        verbose=verbose,
    )


@app.command("raw-data")
def raw_data(
    context: typer.Context,
    sample: _Sample = 5,
    verbose: _Verbose = False,
    dsn: Dsn = None,
    host: Host = None,
    port: Port = None,
    database: Database = None,
    user: User = None,
    password: Password = None,
) -> None:
    """Check the rows of raw_data before they are enriched.

    Tables, required fields, ids, dates, seasons, scores, play counts. The exit code is 4 where a check fails.

    Examples:
        hooplake validate raw-data --sample 20
    """
    from hooplake.postgres.validators.raw_data import validate_raw_data

    _run(
        Session.of(context),
        _place(dsn, host, port, database, user, password),
        lambda connection, _: validate_raw_data(connection, sample=sample),
        verbose=verbose,
    )


@app.command()
def snapshots(
    context: typer.Context,
    sample: _Sample = 5,
    verbose: _Verbose = False,
    dsn: Dsn = None,
    host: Host = None,
    port: Port = None,
    database: Database = None,
    user: User = None,
    password: Password = None,
) -> None:
    """Check the published snapshots of schema phase9.

    Keys, scores that never fall, player lines, quarters that sum up, final scores, grades. The exit code is 4 where a
    check fails, such as less than 95 % of games with the right final score.

    Examples:
        hooplake validate snapshots --json
    """
    from hooplake.postgres.validators.snapshots import validate_snapshots

    _run(
        Session.of(context),
        _place(dsn, host, port, database, user, password),
        lambda connection, _: validate_snapshots(connection, sample=sample),
        verbose=verbose,
    )


def _place(
    dsn: str | None, host: str | None, port: int | None, database: str | None, user: str | None, password: str | None
) -> Place:
    from hooplake.postgres.connect import Place

    return Place.of(dsn, host=host, port=port, database=database, user=user, password=password)


def _run(
    session: Session, place: Place, validate: Callable[[Any, Callable[[int], None]], Report], *, verbose: bool
) -> None:
    from hooplake.postgres.connect import connect

    with connect(place, read_only=True) as connection, session.out.progress("Validating", unit="games") as bar:
        report = validate(connection, bar.advance)
    tell(session.out, report, verbose=verbose)
    session.out.result(report.to_json())
    if not report.passed:
        raise typer.Exit(_FAILED)


def tell(out: Output, report: Report, *, verbose: bool = False) -> None:
    """Prints a report for a person: a line a check, and examples of what breaks it."""
    out.table(("check", "result", "found"), [(f.check, f.result.upper(), f.message) for f in report.findings])
    for finding in report.findings:
        if finding.examples and (finding.result == "fail" or verbose):
            out.say(f"{finding.check}:")
            for example in finding.examples:
                out.say(f"  {example}")
    out.say(f"{report.name}: {'passed' if report.passed else 'failed'}")
