"""What the raw bodies already say about seasons: their games, conferences and teams. Later requests are made from it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

import msgspec

from hooplake.games.cbbd.raw import Index
from hooplake.lake.store import Store
from hooplake.sources.cbbd.raw import bodies


class KnownGame(msgspec.Struct, rename="camel", frozen=True):
    """What of a game decides what is asked next."""

    id: int
    start_date: str
    season_type: str = ""
    status: str = ""
    home_team_id: int = -1
    away_team_id: int = -1
    home_points: int | None = None
    away_points: int | None = None
    home_period_points: list[int | None] | None = None

    @property
    def final(self) -> bool:
        """Whether it was played to its end: both teams known, a score that is not 0-0."""
        return (
            self.status == "final"
            and self.home_points is not None
            and self.away_points is not None
            and self.home_points + self.away_points > 0
            and -1 not in (self.home_team_id, self.away_team_id)
            and self.home_team_id != self.away_team_id
            and self.season_type != "preseason"
        )


def lacking(games: Iterable[KnownGame], told: Index) -> int:
    """How many games that are over have plays that lack a period or do not reach the score, or none at all.

    Args:
        games: games.
        told: what a body of plays says.
    """
    found = 0
    for game in games:
        home, away, periods = told[str(game.id)].end if str(game.id) in told else (0, 0, 0)
        whole = max(2, len(game.home_period_points or ()))
        found += game.final and ((home, away) != (game.home_points, game.away_points) or periods < whole)
    return found


class _Spell(msgspec.Struct, rename="camel"):
    school: str
    start_season: int | None = None
    end_season: int | None = None


class _Conference(msgspec.Struct):
    abbreviation: str
    teams: list[_Spell] = msgspec.field(default_factory=list)


class Members(NamedTuple):
    """Who is in Division I in a season.

    Attributes:
        conferences: abbreviations of the conferences that have members.
        teams: the schools.
    """

    conferences: tuple[str, ...]
    teams: tuple[str, ...]


def known_games(store: Store, season: int) -> dict[int, KnownGame]:
    """The games of a season by id, each as it was last told."""
    found: dict[int, KnownGame] = {}
    for _, body in bodies(store, "games", season):
        found.update({game.id: game for game in msgspec.json.decode(body, type=list[KnownGame], strict=False)})
    return found


def final_dates(games: Iterable[KnownGame]) -> dict[str, int]:
    """UTC dates with games that are over, and how many.

    The server gives for a date the games from its midnight to the next, both included: a game at midnight is asked for
    by its own date alone.
    """
    found: dict[str, int] = {}
    for game in games:
        if game.final:
            day = game.start_date[:10]
            found[day] = found.get(day, 0) + 1
    return dict(sorted(found.items()))


def members(store: Store, season: int) -> Members:
    """Who is in Division I in a season, by the latest history of the conferences."""
    conferences: list[_Conference] = []
    for _, body in bodies(store, "conferences_history", 0):
        conferences = msgspec.json.decode(body, type=list[_Conference], strict=False)
    names: set[str] = set()
    schools: set[str] = set()
    for conference in conferences:
        here = [
            spell.school
            for spell in conference.teams
            if (spell.start_season or 0) <= season and (spell.end_season is None or spell.end_season >= season)
        ]
        if here:
            names.add(conference.abbreviation)
            schools.update(here)
    return Members(tuple(sorted(names)), tuple(sorted(schools)))


def season_of_date(day: date) -> int:
    """The season of a date: seasons run from August to July."""
    return day.year + (day.month >= 8)


def season_bounds(season: int) -> tuple[str, str]:
    """First and last moment of a season, as the API compares them."""
    return f"{season - 1}-08-01T00:00:00.000Z", f"{season}-07-31T23:59:59.999Z"


def window_bounds(today: date, days: int) -> tuple[str, str]:
    """The window of an increment: some days back to the end of tomorrow."""
    return f"{today - timedelta(days=days)}T00:00:00.000Z", f"{today + timedelta(days=1)}T23:59:59.999Z"
