"""``hooplake ingest odds``: takes betting lines out of files into the lake."""

from __future__ import annotations

from typing import Annotated

import typer

from hooplake.cli.session import Session


def odds(
    context: typer.Context,
    paths: Annotated[
        list[str], typer.Argument(metavar="PATHS", help="Files, directories with JSON below them, or patterns.")
    ],
) -> None:
    """Take in betting lines from files.

    A file is the archive of closing NBA lines (CSV), college lines (Parquet) or snapshots in the shape of The Odds API
    (JSON), plain or compressed. It is stored as it came; spreads of every source are made home spreads, negative where
    the home team is favoured, when the tables are built.

    Examples:
        hooplake ingest odds nba_closing_lines.csv.gz
        hooplake ingest odds "odds/**/*.json"
    """
    from hooplake.sources.odds.step import ingest_odds

    session = Session.of(context)
    with session.open(create=True) as lake:
        done = ingest_odds(lake.store, paths)
    rows = [(one.file, one.result, one.lines, one.detail) for one in done]
    session.out.table(("file", "result", "lines", "raw object or reason"), rows)
    session.out.result({"files": [one._asdict() for one in done]})
    if any(one.result == "rejected" for one in done):
        raise typer.Exit(4)
