"""``hooplake postgres``: the schemas of the warehouse, and rows of games to begin with."""

from __future__ import annotations

from typing import Annotated

import typer

from hooplake.cli.database import Database, Dsn, Host, Password, Port, User
from hooplake.cli.session import Session

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Set up a Postgres warehouse.")


@app.command()
def init(
    context: typer.Context,
    dsn: Dsn = None,
    host: Host = None,
    port: Port = None,
    database: Database = None,
    user: User = None,
    password: Password = None,
) -> None:
    """Make the schemas raw_data and phase9, or bring them up to date.

    Tables that are there stay as they are; a second time changes nothing.

    Examples:
        hooplake postgres init --dsn postgresql://me@localhost/nba
    """
    from hooplake.postgres.connect import Place, connect
    from hooplake.postgres.schema import create_schemas

    session = Session.of(context)
    place = Place.of(dsn, host=host, port=port, database=database, user=user, password=password)
    with connect(place) as connection:
        applied = create_schemas(connection)
    for each in applied:
        session.out.say(f"{each.schema} {each.version}: {each.description}")
    if not applied:
        session.out.say("the schemas are up to date")
    session.out.result({"applied": [each._asdict() for each in applied]})


@app.command("load-games")
def load_games(
    context: typer.Context,
    league: Annotated[str, typer.Option("--league", help="Which league of the lake.")] = "nba",
    dsn: Dsn = None,
    host: Host = None,
    port: Port = None,
    database: Database = None,
    user: User = None,
    password: Password = None,
) -> None:
    """Fill raw_data.nba_games with the played games of the lake.

    For those who start with an empty table: one row a game, with its teams, score and play counts, to be enriched
    next. Rows that are there stay as they are.

    Examples:
        hooplake postgres load-games --dsn postgresql://me@localhost/nba
    """
    from hooplake.postgres.connect import Place, connect
    from hooplake.postgres.load import load_games as load

    session = Session.of(context)
    place = Place.of(dsn, host=host, port=port, database=database, user=user, password=password)
    with (
        session.open() as lake,
        connect(place) as connection,
        session.out.progress("Loading", unit="games") as bar,
    ):
        loaded = load(connection, lake.store, lake.tables, league=league, on_batch=bar.advance)
    session.out.say(f"{loaded.inserted:,} rows inserted, {loaded.games - loaded.inserted:,} were there")
    session.out.result({"games": loaded.games, "inserted": loaded.inserted})
