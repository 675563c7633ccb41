"""Schedules out of files: who plays whom, when and where, for games that are played and games that are to come.

Known are the archive of NBA schedules (one CSV row per game with its arena), lists of game dates (``game_id`` and
``game_date``), and ESPN's scoreboards. Each keeps the game ids of its source: those of the first two are the official
feed's.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

import msgspec

from hooplake.errors import DocumentError
from hooplake.games.espn.statuses import STATUSES
from hooplake.games.leagues import LEAGUES, League, league_of
from hooplake.games.seasons import eastern_date, eastern_offset, parse_day, parse_utc, season_of
from hooplake.sources.drawer import Bad, Drawer, Sheet

TABLE = "silver.fct_scheduled_games"
_ARCHIVE = frozenset({"gid", "etdate", "ettime", "an", "ac", "st", "h.tid", "v.tid", "h.ta", "v.ta", "seas"})
_OFFICIAL_ID = re.compile(r"00([1-6])(\d\d)\d{5}")
_TYPES = {"1": 1, "2": 2, "3": 2, "4": 3, "5": 5, "6": 2}
_CLOCK = re.compile(r"(\d\d):(\d\d)(?::\d\d)?")


class ScheduledGame(NamedTuple):
    """One row of ``silver.fct_scheduled_games``."""

    league: str
    source: str
    season: int
    game_date: date
    game_id: str
    season_type: int | None
    tipoff_utc: datetime | None
    status: str
    regulation_periods: int
    regulation_seconds: int
    home_team_id: str | None = None
    away_team_id: str | None = None
    home_abbr: str | None = None
    away_abbr: str | None = None
    neutral_site: bool | None = None
    venue: str | None = None
    venue_city: str | None = None
    network: str | None = None
    note: str | None = None


def read_schedule(body: bytes) -> Sheet:
    """The games of a schedule.

    Args:
        body: CSV of the archive or of game dates, or JSON of a scoreboard; not compressed.

    Raises:
        DocumentError: ``unknown_schedule``: it is none of these.
    """
    if body.lstrip()[:1] == b"{":
        return _scoreboard(body)
    rows = csv.DictReader(io.StringIO(body.decode("utf-8-sig", "replace")))
    names = set(rows.fieldnames or ())
    if not (names >= _ARCHIVE or {"game_id", "game_date"} <= names):
        raise DocumentError("unknown_schedule", "the file is no archive of schedules, list of game dates or scoreboard")
    games: list[ScheduledGame] = []
    bad: list[Bad] = []
    for row in rows:
        try:
            games.append(archive_game(row) if names >= _ARCHIVE else _dated(row))
        except ValueError as error:
            bad.append(Bad(f"line {rows.line_num}", str(error), json.dumps(row)))
    return Sheet({TABLE: games}, bad)


def archive_game(row: Mapping[str, str]) -> ScheduledGame:
    """One row of the archive of NBA schedules; its times are US Eastern, and 00:00:00 is a time to be announced.

    Raises:
        ValueError: ``bad_id``, ``bad_date``, ``bad_time`` or ``no_teams``.
    """
    game_id, season, kind = _official(row["gid"])
    day = parse_day(row["etdate"])
    if day is None:
        raise ValueError("bad_date")
    clock = _CLOCK.fullmatch(row["ettime"])
    if clock is None or int(clock[1]) > 23 or int(clock[2]) > 59:
        raise ValueError("bad_time")
    if not row["h.tid"] or not row["v.tid"]:
        raise ValueError("no_teams")
    hour, minute = int(clock[1]), int(clock[2])
    eastern = datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)
    tipoff = eastern + timedelta(hours=eastern_offset(day)) if (hour, minute) != (0, 0) else None
    status = (
        "postponed" if row.get("stt", "").strip().upper() == "PPD" else {"1": "scheduled", "3": "final"}.get(row["st"])
    )
    return _game(
        LEAGUES["nba"], "official", season, day, game_id, kind, tipoff, status or "in_progress",
        home_team_id=row["h.tid"], away_team_id=row["v.tid"], home_abbr=row["h.ta"] or None,
        away_abbr=row["v.ta"] or None, venue=row["an"].strip() or None, venue_city=row["ac"].strip() or None,
    )  # fmt: skip


def _dated(row: Mapping[str, str]) -> ScheduledGame:
    game_id, season, kind = _official(row["game_id"])
    day = parse_day(row["game_date"])
    if day is None:
        raise ValueError("bad_date")
    return _game(LEAGUES["nba"], "official", season, day, game_id, kind, None, "unknown")


def _official(game_id: str) -> tuple[str, int, int]:
    """Id, season and kind of a game by its official id, such as 0021500001."""
    found = _OFFICIAL_ID.fullmatch(game_id.strip())
    if found is None:
        raise ValueError("bad_id")
    year = int(found[2])
    return game_id.strip(), (1900 if year >= 46 else 2000) + year + 1, _TYPES[found[1]]


def _game(
    league: League, source: str, season: int, day: date, game_id: str, kind: int | None, tipoff: datetime | None,
    status: str, **about: Any,
) -> ScheduledGame:  # fmt: skip
    if about and about["home_team_id"] == about["away_team_id"]:
        raise ValueError("no_teams")
    rules = league.rules_in(season)
    return ScheduledGame(
        league.code, source, season, day, game_id, kind, tipoff, status, rules.regulation_periods,
        rules.regulation_periods * rules.regulation_seconds, **about,
    )  # fmt: skip


class _Named(msgspec.Struct, rename="camel"):
    name: str | None = None
    id: str | None = None
    abbreviation: str | None = None
    city: str | None = None
    slug: str | None = None


class _Venue(msgspec.Struct, rename="camel"):
    full_name: str | None = None
    address: _Named = msgspec.field(default_factory=_Named)


class _Side(msgspec.Struct, rename="camel"):
    home_away: str = ""
    team: _Named = msgspec.field(default_factory=_Named)


class _Note(msgspec.Struct):
    headline: str | None = None


class _Status(msgspec.Struct):
    type: _Named = msgspec.field(default_factory=_Named)


class _Broadcast(msgspec.Struct):
    market: str | _Named | None = None
    names: list[str] = []


class _Competition(msgspec.Struct, rename="camel"):
    competitors: list[_Side] = []
    venue: _Venue | None = None
    neutral_site: bool | None = None
    time_valid: bool = True
    notes: list[_Note] = []
    status: _Status = msgspec.field(default_factory=_Status)
    broadcasts: list[_Broadcast] = []


class _Season(msgspec.Struct):
    year: int | None = None
    type: int | None = None


class _Event(msgspec.Struct):
    id: str
    date: str
    season: _Season = msgspec.field(default_factory=_Season)
    competitions: list[_Competition] = []


class _Board(msgspec.Struct):
    leagues: list[_Named]
    events: list[msgspec.Raw]


def _scoreboard(body: bytes) -> Sheet:
    try:
        board = msgspec.json.decode(body, type=_Board, strict=False)
    except msgspec.MsgspecError as error:
        raise DocumentError("unknown_schedule", f"the JSON is no scoreboard: {error}") from error
    league = league_of(board.leagues[0].slug or board.leagues[0].id) if board.leagues else None
    if league is None:
        raise DocumentError("unknown_schedule", "the scoreboard names no league that is known")
    games: list[ScheduledGame] = []
    bad: list[Bad] = []
    for number, raw in enumerate(board.events):
        try:
            games.append(_board_game(league, msgspec.json.decode(raw, type=_Event, strict=False)))
        except (msgspec.MsgspecError, ValueError) as error:
            reason = "bad_event" if isinstance(error, msgspec.MsgspecError) else str(error)
            bad.append(Bad(f"event {number}", reason, bytes(raw).decode()))
    return Sheet({TABLE: games}, bad)


def _board_game(league: League, event: _Event) -> ScheduledGame:
    tipoff = parse_utc(event.date)
    if tipoff is None:
        raise ValueError("bad_date")
    game = event.competitions[0] if event.competitions else _Competition()
    sides = {side.home_away: side.team for side in game.competitors}
    home, away = sides.get("home"), sides.get("away")
    if home is None or away is None or not home.id or not away.id:
        raise ValueError("no_teams")
    day = eastern_date(tipoff)
    national = [one for one in game.broadcasts if one.market == "national"] or game.broadcasts
    return _game(
        league, "espn", event.season.year or season_of(league, day, event.season.type), day, event.id,
        event.season.type if event.season.type in (1, 2, 3, 4, 5) else None, tipoff if game.time_valid else None,
        STATUSES.get(game.status.type.name or "", "unknown"),
        home_team_id=home.id, away_team_id=away.id, home_abbr=home.abbreviation, away_abbr=away.abbreviation,
        neutral_site=game.neutral_site, venue=game.venue.full_name if game.venue else None,
        venue_city=game.venue.address.city if game.venue else None,
        network=next((name for one in national for name in one.names), None),
        note=next((note.headline for note in game.notes if note.headline), None),
    )  # fmt: skip


SCHEDULE = Drawer("schedule", (TABLE,), ("league", "source", "season"), "game_date", read_schedule)
"""Files of schedules."""

SCHEDULE_STEP = SCHEDULE.step("hooplake.sources.schedule")
"""Files of schedules to scheduled games."""
