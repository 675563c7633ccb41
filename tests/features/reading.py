"""Reading documents as the features do."""

from __future__ import annotations

from datetime import date

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
    season = identify(read[0].decoded, league=league, game_date=game_date).season
    return read_game(read, league=league, season=season, game_date=game_date)
