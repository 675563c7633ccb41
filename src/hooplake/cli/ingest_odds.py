"""``hooplake ingest odds``, ``schedule``, ``injuries``, ``rosters``: takes what is no game document out of files into the lake."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from hooplake.cli.session import Session

if TYPE_CHECKING:
    from hooplake.sources.drawer import Drawer

Paths = Annotated[
    list[str], typer.Argument(metavar="PATHS", help="Files, directories with JSON below them, or patterns.")
]


def odds(context: typer.Context, paths: Paths) -> None:
    """Take in betting lines and player props from files.

    A file is the archive of closing NBA lines (CSV), college lines (Parquet) or snapshots in the shape of The Odds API
    (JSON: spreads, totals, moneylines and player props, each with its book, price, line and time), plain or compressed.
    It is stored as it came; spreads of every source are made home spreads, negative where the home team is favoured,
    when the tables are built. A line that arrives late makes only the dates run again that it is about.

    Examples:
        hooplake ingest odds nba_closing_lines.csv.gz
        hooplake ingest odds "odds/**/*.json"
    """
    from hooplake.sources.odds.step import ODDS

    take_in(context, ODDS, paths)


def schedule(context: typer.Context, paths: Paths) -> None:
    """Take in schedules from files.

    A file is the archive of NBA schedules (CSV with a row per game, its arena and its time in the US East), a list of game
    dates (CSV with game_id and game_date) or a scoreboard of ESPN (JSON), plain or compressed. It is stored as it came, and
    merged with the games that were played when the tables are built: games to come get their contexts, and games of
    feeds that tell neither arena nor tip-off get both. Rows that cannot be read become a dead letter.

    Examples:
        hooplake ingest schedule nba_schedule_2015-16_2024-25.csv.gz
        hooplake ingest schedule "scoreboards/*.json" game_dates.csv
    """
    from hooplake.sources.schedule import SCHEDULE

    take_in(context, SCHEDULE, paths)


def injuries(context: typer.Context, paths: Paths) -> None:
    """Take in injury reports from files.

    A file is an injury page of ESPN (JSON) or a CSV with league, captured_at, team, player and status, plain or compressed.
    Each report counts from the time at which it was taken, so that no game before it knows of it, and until the next
    report, at most two days.

    Examples:
        hooplake ingest injuries espn_injuries_2026-05-23.json.gz
        hooplake ingest injuries "injuries/*.csv"
    """
    from hooplake.sources.injuries import INJURIES

    take_in(context, INJURIES, paths)


def rosters(context: typer.Context, paths: Paths) -> None:
    """Take in rosters from files: who is on a team, and when he was born.

    A file is a team's roster of ESPN (JSON), an answer of commonteamroster of the official feed (JSON), or a CSV with
    league, source, season, team_id, player_id and player, and as far as known captured_at and birth_date. A roster says
    who is expected in the team's games from its time on, for 30 days or until the next one.

    Examples:
        hooplake ingest rosters "rosters/*.json"
        hooplake ingest rosters birth_dates.csv.gz
    """
    from hooplake.sources.rosters import ROSTERS

    take_in(context, ROSTERS, paths)


def take_in(context: typer.Context, drawer: Drawer, paths: list[str]) -> None:
    """Store files of one kind and say what became of each; ends with 4 where something is a dead letter."""
    session = Session.of(context)
    with session.open(create=True) as lake:
        done = drawer.ingest(lake.store, paths)
    rows = [(one.file, one.result, one.rows, one.bad, one.detail) for one in done]
    session.out.table(("file", "result", "rows", "bad rows", "raw object or reason"), rows)
    if any(one.bad for one in done):
        session.out.say("bad rows are dead letters: see 'hooplake deadletter list'")
    session.out.result({"files": [one._asdict() for one in done]})
    if any(one.result == "rejected" or one.bad for one in done):
        raise typer.Exit(4)
