"""``hooplake hash``: row hashes of stored rows, completed and checked."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from hooplake.cli.session import Session

app = typer.Typer(help="Complete and check the row hashes of the analytics tables.")


@app.callback()
def _group() -> None:
    """Complete and check the row hashes of the analytics tables."""


@app.command("backfill")
def backfill(
    context: typer.Context,
    table: Annotated[list[str], typer.Argument(metavar="TABLE...", help="Tables of the ten.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count the rows and write nothing.")] = False,
) -> None:
    """Give stored rows that lack a hash, or have one of an old version, their hash.

    Nothing is built anew: rows are read, hashed and written back, a partition at a time.

    Examples:
        hooplake hash backfill player_game_summary
        hooplake hash backfill player_game_summary ml_feature_store --dry-run
    """
    from hooplake.tables.coverage import tables_named
    from hooplake.tables.rehash import rehash

    session = Session.of(context)
    documents = []
    with session.open() as lake:
        for name in tables_named(table):
            done = rehash(lake.store, lake.tables[name], dry_run=dry_run)
            rate = done.rows / done.hash_seconds if done.hash_seconds else 0.0
            documents.append({"table": name, **asdict(done), "rows_per_second": round(rate)})
    session.out.table(tuple(documents[0]), [tuple(document.values()) for document in documents])
    session.out.result({"dry_run": dry_run, "tables": documents})


@app.command("coverage")
def coverage(
    context: typer.Context,
    table: Annotated[list[str] | None, typer.Argument(metavar="[TABLE]...", help="Tables of the ten. [all]")] = None,
) -> None:
    """Show three figures per table: rows present of those due, hashed of those present, valid of those present.

    Every hash is computed anew from its stored row. Beside them rows that are not due, rows due that are not there, rows
    whose key another row has, and different hashes. Ends with 6 if a hash is missing or wrong, or two rows have the same
    hash or key; with 4 if rows are due that are not there.

    Examples:
        hooplake hash coverage
        hooplake hash coverage player_game_summary --json
    """
    from hooplake.tables.coverage import ANALYTICS, PRECOMPUTE, Range, percent, read_grid, tables_named
    from hooplake.tables.rehash import hash_states

    session = Session.of(context)
    names = tables_named(table or [*ANALYTICS, *PRECOMPUTE])
    documents = []
    with session.open() as lake:
        cells = read_grid(lake.sql, Range(tables=names))
        for name in names:
            states = hash_states(lake.store, lake.tables[name])
            own = [cell for cell in cells if cell.table == name]
            rows, expected = sum(state.rows for state in states), sum(cell.expected for cell in own)
            documents.append(
                {
                    "table": name,
                    "rows": rows,
                    "expected": expected,
                    "presence": percent(sum(min(cell.present, cell.expected) for cell in own), expected),
                    "hashed": percent(sum(state.hashed for state in states), rows),
                    "valid": percent(sum(state.valid for state in states), rows),
                    "unexpected": sum(max(cell.present - cell.expected, 0) for cell in own),
                    "unaccounted": sum(max(cell.expected - cell.present, 0) for cell in own),
                    "duplicate_keys": sum(state.duplicates for state in states),
                    "distinct": percent(sum(state.distinct for state in states), rows),
                    "shortest": min((state.shortest for state in states), default=0),
                    "longest": max((state.longest for state in states), default=0),
                }
            )
    session.out.table(tuple(documents[0]), [tuple(document.values()) for document in documents])
    session.out.result({"tables": documents})
    figures = [document[name] for document in documents for name in ("hashed", "valid", "distinct") if document["rows"]]
    if any(figure != 100 for figure in figures) or any(document["duplicate_keys"] for document in documents):
        raise typer.Exit(6)
    if any(document["expected"] and document["presence"] != 100 for document in documents):
        raise typer.Exit(4)
