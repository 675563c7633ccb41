"""What a scoreboard says: which games a day has, and how far each has gone."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, timedelta
from typing import NamedTuple

import msgspec

from hooplake.errors import DocumentError
from hooplake.games.espn.statuses import STATUSES
from hooplake.games.leagues import League
from hooplake.games.seasons import parse_utc

LIMIT = 500
"""Games asked for per day. The server says nothing where it leaves out more."""
_DONE = ("final", "forfeit")
_CLOSED = (*_DONE, "canceled", "postponed")


class _StatusType(msgspec.Struct):
    name: str = ""
    completed: bool = False


class _Status(msgspec.Struct):
    type: _StatusType = msgspec.field(default_factory=_StatusType)


class _Season(msgspec.Struct):
    year: int | None = None


class _Event(msgspec.Struct):
    id: str
    date: str = ""
    season: _Season = msgspec.field(default_factory=_Season)
    status: _Status = msgspec.field(default_factory=_Status)
    competitions: list[msgspec.Raw] = msgspec.field(default_factory=list)


class _Score(msgspec.Struct):
    score: str | int | float | None = None
    linescores: list[dict[str, str | float | int | None]] = msgspec.field(default_factory=list)
    id: str = ""


class _Competition(msgspec.Struct):
    competitors: list[_Score] = msgspec.field(default_factory=list)


class _League(msgspec.Struct):
    season: _Season = msgspec.field(default_factory=_Season)
    calendar: list[str | dict[str, object]] = msgspec.field(default_factory=list)
    calendar_is_whitelist: bool = msgspec.field(default=False, name="calendarIsWhitelist")


class _Board(msgspec.Struct):
    leagues: list[_League] = msgspec.field(default_factory=list)
    events: list[_Event] = msgspec.field(default_factory=list)


class BoardGame(NamedTuple):
    """A game on a scoreboard.

    Attributes:
        season: ending year; None where the board does not say.
        done: whether it was played to its end.
        closed: whether nothing more will come of it under this id.
        signature: changes with the status and the score.
    """

    game_id: str
    season: int | None
    status: str
    done: bool
    closed: bool
    signature: str


class Board(NamedTuple):
    """A scoreboard.

    Attributes:
        games: of the day.
        season: ending year of the season that the calendar is of; None where the board does not say.
        days: the days with games of that season; empty where the board has no such list.
    """

    games: tuple[BoardGame, ...]
    season: int | None
    days: tuple[date, ...]


def read_board(body: bytes) -> Board:
    """Read a scoreboard.

    Raises:
        DocumentError: it is none, or it is full and may leave games out.
    """
    try:
        found = msgspec.json.decode(body, type=_Board, strict=False)
        games = tuple(_game(event) for event in found.events)
    except msgspec.MsgspecError as error:
        raise DocumentError("not_a_scoreboard", str(error)) from error
    if len(games) >= LIMIT:
        raise DocumentError("full", f"{len(games)} games: there may be more, which the server does not show")
    league = found.leagues[0] if found.leagues else _League()
    days: list[date] = []
    if league.calendar_is_whitelist:
        for text in league.calendar:
            # A calendar says a day by the UTC time at which it begins in the US.
            when = parse_utc(text) if isinstance(text, str) else None
            if when is not None:
                days.append(when.date())
    return Board(games, league.season.year, tuple(sorted(set(days))))


def _game(event: _Event) -> BoardGame:
    status = STATUSES.get(event.status.type.name, "final" if event.status.type.completed else "unknown")
    sides = msgspec.json.decode(event.competitions[0], type=_Competition, strict=False) if event.competitions else None
    scores = [(side.id, str(side.score), side.linescores) for side in sides.competitors] if sides else []
    said = msgspec.json.encode([status, sorted(scores, key=lambda score: score[0])])
    signature = hashlib.sha256(said).hexdigest()[:16]
    return BoardGame(event.id, event.season.year, status, status in _DONE, status in _CLOSED, signature)


def season_days(league: League, season: int) -> list[date]:
    """All days on which games of a season may be, preseason included; for boards without a calendar."""
    if league.split_year:
        first, last = date(season - 1, 9, 25), date(season, 7, 15)
        if league.code == "nba" and season in (2020, 2021):
            last = date(season, 10, 20) if season == 2020 else date(season, 7, 31)
    else:
        first, last = date(season, 4, 15), date(season, 11, 15)
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def middle_of(league: League, season: int) -> date:
    """A day on which the season is surely on, whose board has its calendar."""
    return date(season, 1, 15) if league.split_year else date(season, 7, 1)


def board_params(league: League, day: date) -> Mapping[str, str]:
    """Parameters that ask for all games of a day.

    In college the whole division must be asked for; else only games of ranked teams are shown.
    """
    params = {"dates": f"{day:%Y%m%d}", "limit": str(LIMIT)}
    if league.espn_slug.endswith("college-basketball"):
        params["groups"] = "50"
    return params
