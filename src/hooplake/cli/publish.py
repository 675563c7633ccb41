"""``hooplake publish``: tables of the lake to where others read them."""

from __future__ import annotations

from typing import Annotated

import typer

from hooplake.cli.database import Database, Dsn, Host, Password, Port, User
from hooplake.cli.session import Session

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Publish tables of the lake.")


@app.callback()
def publish() -> None:
    """Publish tables of the lake."""


@app.command()
def postgres(
    context: typer.Context,
    league: Annotated[
        list[str] | None, typer.Option("--league", help="Only this league; may be given several times.")
    ] = None,
    season: Annotated[
        list[int] | None, typer.Option("--season", help="Only this season, by its ending year; may be repeated.")
    ] = None,
    dsn: Dsn = None,
    host: Host = None,
    port: Port = None,
    database: Database = None,
    user: User = None,
    password: Password = None,
) -> None:
    """Load the snapshots of replayed games into schema phase9.

    Game by game: one whose content is there already is left alone, one that changed is replaced. A first load builds
    the keys when the rows are in.

    Examples:
        hooplake publish postgres --dsn postgresql://me@localhost/nba
        hooplake publish postgres --league nba --season 2025
    """
    from hooplake.postgres.connect import Place, connect
    from hooplake.postgres.publish import publish

    session = Session.of(context)
    place = Place.of(dsn, host=host, port=port, database=database, user=user, password=password)
    with (
        session.open() as lake,
        connect(place) as connection,
        session.out.progress("Publishing", unit="games") as bar,
    ):
        published = publish(
            connection, lake.store, lake.tables, leagues=league or (), seasons=season or (), on_games=bar.advance
        )
    rows = sum(published.rows.values())
    session.out.say(f"{published.games:,} games published, {published.unchanged:,} unchanged")
    if rows:
        session.out.table(("table", "rows"), list(published.rows.items()))
        session.out.say(
            f"{rows:,} rows in {published.seconds:.1f} s ({rows / published.seconds:,.0f} a second), "
            f"{published.key_seconds:.1f} s of it for {len(published.keys)} keys"
        )
    session.out.result(
        {
            "games": published.games,
            "unchanged": published.unchanged,
            "rows": published.rows,
            "seconds": round(published.seconds, 3),
            "copy_seconds": round(published.copying, 3),
            "keys": published.keys,
            "key_seconds": round(published.key_seconds, 3),
        }
    )
