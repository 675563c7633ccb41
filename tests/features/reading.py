"""Reading documents as the features do."""

from __future__ import annotations

from datetime import date

from hooplake.features.extract import Counted, read_counted
from hooplake.games.espn.decode import decode
from hooplake.games.espn.identity import identify
from hooplake.games.espn.read import Fetch, read_game
from hooplake.games.model import Game


def fetches(*bodies: bytes) -> list[Fetch]:
    """Documents in the order of their receipt."""
    return [Fetch(f"{number}.json", number, decode(body)) for number, body in enumerate(bodies, 1)]


def game_of(*bodies: bytes, league: str = "nba", game_date: date = date(2025, 7, 1)) -> Game:
    """Documents of one game as a game; league and date stand in where none is named."""
    read = fetches(*bodies)
    return read_game(read, league=league, season=season_of(read, league, game_date), game_date=game_date)


def counted_of(*bodies: bytes, league: str = "nba", game_date: date = date(2025, 7, 1)) -> Counted:
    """The same as far as the enriched document needs it."""
    read = fetches(*bodies)
    return read_counted(read, league=league, season=season_of(read, league, game_date), game_date=game_date)


def season_of(read: list[Fetch], league: str, game_date: date) -> int:
    return identify(read[0].decoded, league=league, game_date=game_date).season
