"""``hooplake game``: one game at any moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from hooplake.cli.session import Session
from hooplake.errors import ConfigError

if TYPE_CHECKING:
    from hooplake.cli.game_tables import Printer
    from hooplake.replay.moments.game import GameView

_LEADING_UP = 10

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Ask one game about any moment.")

_Id = Annotated[str, typer.Argument(metavar="GAME_ID", help="Id of the source, such as 401705050.")]
_At = Annotated[
    str,
    typer.Option(
        "--at",
        metavar="MOMENT",
        help="'Q3 7:32', '3rd 7:32', 'OT 2:30', 'H2 12:00', half, 'end Q1', start, end, an event number, t=1234 or a time.",
    ),
]
_AtMaybe = Annotated[
    str | None, typer.Option("--at", metavar="MOMENT", help="At this moment, given as for 'hooplake game score'.")
]
_From = Annotated[str | None, typer.Option("--from", metavar="MOMENT", help="After this moment. [start]")]
_To = Annotated[str | None, typer.Option("--to", metavar="MOMENT", help="Up to this moment. [end]")]
_Player = Annotated[str | None, typer.Option("--player", metavar="NAME", help="Only this player: id or name.")]
_Team = Annotated[
    str | None, typer.Option("--team", metavar="TEAM", help="Only this team: home, away, abbreviation or name.")
]
_League = Annotated[str | None, typer.Option("--league", help="League of the game, where ids of several are alike.")]
_Season = Annotated[int | None, typer.Option("--season", help="Season of the game, by its ending year.")]
_Source = Annotated[str | None, typer.Option("--source", help="Source of the game, such as espn.")]
_Rows = Annotated[int, typer.Option("--rows", metavar="COUNT", min=0, help="How many rows are printed; 0 for all.")]


@app.command()
def show(
    context: typer.Context,
    game_id: _Id,
    at: _AtMaybe = None,
    league: _League = None,
    season: _Season = None,
    source: _Source = None,
) -> None:
    """Show what a game was.

    Result, line score, leads and the biggest run; with --at where it stood at a moment.

    Examples:
        hooplake game show 401705050
        hooplake game show 401705050 --at half
    """
    game, printer = _open(context, game_id, league, season, source)
    if at is not None:
        state = game.state_at(at)
        printer.state(state)
        printer.out.result(printer.plain(state))
        return
    summary = game.summary()
    printer.summary(summary)
    printer.out.result(printer.plain(summary))


@app.command()
def score(
    context: typer.Context,
    game_id: _Id,
    at: _At = "end",
    league: _League = None,
    season: _Season = None,
    source: _Source = None,
) -> None:
    """Print the score at a moment.

    With the last play, who has the ball and who is on court.

    Examples:
        hooplake game score 401705050 --at "Q3 7:32"
        hooplake game score 401705050 --at 2025-01-05T02:00:00Z --json
    """
    game, printer = _open(context, game_id, league, season, source)
    state = game.state_at(at)
    printer.state(state)
    printer.out.result(printer.plain(state))


@app.command()
def box(
    context: typer.Context,
    game_id: _Id,
    at: _At = "end",
    start: _From = None,
    end: _To = None,
    player: _Player = None,
    league: _League = None,
    season: _Season = None,
    source: _Source = None,
) -> None:
    """Print the box score at a moment or between two.

    Examples:
        hooplake game box 401705050 --at "Q3 7:32"
        hooplake game box 401705050 --from "start Q3" --to "end Q3" --player Jokic
    """
    game, printer = _open(context, game_id, league, season, source)
    if start is None and end is None:
        at_moment = game.box_at(at)
        printer.box(game, at_moment, None if player is None else at_moment[player])
        printer.out.result(_one_line(printer.plain(at_moment), player, lambda: at_moment[str(player)].player_id))
        return
    if at != "end":
        raise ConfigError("--at is for one moment, --from and --to for what is between two: give one or the other")
    span = game.between(start or "start", end or "end")
    printer.span(game, span, None if player is None else span[player])
    printer.out.result(_one_line(printer.plain(span), player, lambda: span[str(player)].player_id))


@app.command()
def quarters(
    context: typer.Context,
    game_id: _Id,
    player: _Player = None,
    league: _League = None,
    season: _Season = None,
    source: _Source = None,
) -> None:
    """Print the box of every period.

    Points of all players, or all figures of one.

    Examples:
        hooplake game quarters 401705050
        hooplake game quarters 401705050 --player Jokic
    """
    game, printer = _open(context, game_id, league, season, source)
    periods = game.line_score()
    spans = [game.quarter_box(period.period) for period in periods]
    if player is None:
        printer.quarters(game, periods, spans)
    else:
        printer.quarters_of(periods, [span[player] for span in spans], game.quarter_box("game")[player])
    documents = [_one_line(printer.plain(span), player, lambda: spans[0][str(player)].player_id) for span in spans]
    printer.out.result(
        {
            "game_id": game.game_id,
            "periods": [
                {**printer.plain(period), "lines": document["lines"]}
                for period, document in zip(periods, documents, strict=True)
            ],
        }
    )


@app.command()
def plays(
    context: typer.Context,
    game_id: _Id,
    at: _AtMaybe = None,
    start: _From = None,
    end: _To = None,
    last: Annotated[
        int | None, typer.Option("--last", metavar="COUNT", min=1, help="Only the last so many of them.")
    ] = None,
    period: Annotated[str | None, typer.Option("--period", help="Only this period or half: Q3, OT, H1.")] = None,
    player: _Player = None,
    team: _Team = None,
    event: Annotated[
        list[str] | None, typer.Option("--event", help="Only such events: made_3, foul ...; may be repeated.")
    ] = None,
    league: _League = None,
    season: _Season = None,
    source: _Source = None,
) -> None:
    """List plays with the score after each.

    With --at those that led to a moment: the last ten, or as many as --last says.

    Examples:
        hooplake game plays 401705050 --at "OT 0:24.1"
        hooplake game plays 401705050 --to "Q3 7:32" --last 5
        hooplake game plays 401705050 --player Jokic --event made_3
    """
    game, printer = _open(context, game_id, league, season, source)
    if at is not None:
        if end is not None:
            raise ConfigError("--at and --to both say where the plays end: give one of them")
        end, last = at, last or _LEADING_UP
    found = game.plays(period=period, player=player, team=team, event=event or None, start=start, end=end)
    found = found[-last:] if last is not None else found
    printer.plays(game, found)
    printer.out.result({"game_id": game.game_id, "plays": found.to_dicts()})


@app.command()
def lineups(
    context: typer.Context,
    game_id: _Id,
    at: _AtMaybe = None,
    team: _Team = None,
    rows: _Rows = 10,
    league: _League = None,
    season: _Season = None,
    source: _Source = None,
) -> None:
    """List the fives of each team, their time and points.

    With --at who is on court at a moment.

    Examples:
        hooplake game lineups 401705050 --at "Q3 7:32"
        hooplake game lineups 401705050 --team DEN
    """
    game, printer = _open(context, game_id, league, season, source)
    if at is not None:
        state = game.state_at(at)
        printer.state(state)
        printer.out.result(printer.plain(state))
        return
    found = game.lineups(team)
    printer.lineups(found, rows)
    printer.out.result({"game_id": game.game_id, "lineups": found.to_dicts()})


@app.command()
def verify(
    context: typer.Context, game_id: _Id, league: _League = None, season: _Season = None, source: _Source = None
) -> None:
    """Compare the replay with the official box.

    Every cell of it, and why they differ.

    Examples:
        hooplake game verify 401705050
    """
    game, printer = _open(context, game_id, league, season, source)
    verdict = game.verify()
    if verdict is None:
        raise ConfigError(f"game {game.game_id} ({game.status}) was not replayed, so there is nothing to compare")
    printer.verdict(verdict)
    printer.out.result(printer.plain(verdict))


@app.command()
def runs(
    context: typer.Context,
    game_id: _Id,
    points: Annotated[int, typer.Option("--points", min=1, help="Runs of at least so many points.")] = 8,
    league: _League = None,
    season: _Season = None,
    source: _Source = None,
) -> None:
    """List the runs.

    Points of one side without an answer.

    Examples:
        hooplake game runs 401705050 --points 7
    """
    game, printer = _open(context, game_id, league, season, source)
    found = game.runs(points)
    printer.runs(game, found)
    printer.out.result({"game_id": game.game_id, "runs": found.to_dicts()})


@app.command()
def clutch(
    context: typer.Context,
    game_id: _Id,
    minutes: Annotated[
        float, typer.Option("--minutes", min=0, help="The last so many of regulation and of each overtime.")
    ] = 5,
    margin: Annotated[int, typer.Option("--margin", min=0, help="The largest lead that still counts.")] = 5,
    player: _Player = None,
    league: _League = None,
    season: _Season = None,
    source: _Source = None,
) -> None:
    """Print what happened late with the score close.

    Examples:
        hooplake game clutch 401705050
        hooplake game clutch 401705050 --minutes 2 --margin 3 --player Jokic
    """
    game, printer = _open(context, game_id, league, season, source)
    split = game.clutch(seconds=minutes * 60, margin=margin)
    printer.split(game, split, None if player is None else split[player])
    printer.out.result(_one_line(printer.plain(split), player, lambda: split[str(player)].player_id))


def _open(
    context: typer.Context, game_id: str, league: str | None, season: int | None, source: str | None
) -> tuple[GameView, Printer]:
    """The game, and what prints it."""
    from hooplake.lake.without_pandas import settle_pandas

    settle_pandas()
    from hooplake.cli.game_tables import Printer

    session = Session.of(context)
    with session.open() as lake:
        return lake.game(game_id, league=league, season=season, source=source), Printer(session.out)


def _one_line(document: dict[str, Any], player: str | None, player_id: Any) -> dict[str, Any]:
    """A document with the line of one player alone, where one was asked for."""
    if player is not None:
        document["lines"] = [line for line in document["lines"] if line["player_id"] == player_id()]
    return document
