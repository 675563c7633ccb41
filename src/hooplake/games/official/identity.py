"""Official game ids, and what they say: league, season and kind of game.

``0021800001``: two digits of league (00 NBA, 10 WNBA), one of the kind of game, two of the year in which the season
began, five of number. A number of a dump (``21800001``, ``21800001.0``) has lost its zeros. The id does not tell a date.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from hooplake.games.leagues import LEAGUES

_LEAGUES = {"00": "nba", "10": "wnba"}
_SEASON_TYPES = {"1": 1, "2": 2, "3": 2, "4": 3, "5": 5, "6": 2}
_FIRST_YEAR = 46  # the league was founded in 1946
TEAM_ID_DIGITS = 10
"""Ids of this length are teams, never players."""


class OfficialId(NamedTuple):
    """What an official game id says.

    Attributes:
        game_id: all ten digits.
        league: ``nba`` or ``wnba``.
        season: ending year.
        season_type: 1 preseason, 2 regular season (also All-Star games and the final of the cup), 3 postseason,
            5 play-in.
    """

    game_id: str
    league: str
    season: int
    season_type: int


@lru_cache(maxsize=65536)
def identify(text: str) -> OfficialId | None:
    """What a game id says, with or without its leading zeros; None if it is not one of the NBA or the WNBA."""
    digits = whole(text)
    if not digits.isdecimal() or not digits.isascii() or len(digits) > 10:
        return None
    digits = digits.zfill(10)
    league, season_type = _LEAGUES.get(digits[:2]), _SEASON_TYPES.get(digits[2])
    if league is None or season_type is None:
        return None
    short = int(digits[3:5])
    began = short + (1900 if short >= _FIRST_YEAR else 2000)
    return OfficialId(digits, league, began + LEAGUES[league].split_year, season_type)


def whole(text: str) -> str:
    """A whole number as text, without the ``.0`` that a dump through floating point leaves behind."""
    if text.isdecimal():
        return text
    text = text.strip()
    head, point, tail = text.partition(".")
    return head if point and not tail.strip("0") else text
