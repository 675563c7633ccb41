"""Which game a document is about: league, id, date, season and status, for all three kinds."""

from __future__ import annotations

import re
from datetime import date, datetime

import msgspec

from hooplake.errors import DocumentError
from hooplake.games.espn.decode import Decoded
from hooplake.games.espn.documents import Competition, Summary
from hooplake.games.espn.page_documents import PagePackage
from hooplake.games.espn.statuses import STATUSES
from hooplake.games.leagues import League, league_of
from hooplake.games.seasons import eastern_date, parse_day, parse_utc, season_of

_BY_ID = {"1": "scheduled", "2": "in_progress", "3": "final", "4": "forfeit", "5": "canceled", "6": "postponed"}
_BY_STATE = {"pre": "scheduled", "in": "in_progress", "post": "unknown"}
_UID_LEAGUE = re.compile(r"~l:(\d+)")
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")

PLAYED_RANK = {"final": 3, "forfeit": 3, "in_progress": 2, "delayed": 2, "suspended": 2}
"""How far a status has gone: a document of a lower rank never replaces one of a higher."""


class Identity(msgspec.Struct, frozen=True, gc=False):
    """Which game a document is about.

    Attributes:
        season: ending year.
        game_date: US Eastern date of the tip-off.
        evidence: where league and season were found, such as ``league:header season:date``.
    """

    kind: str
    league: League
    game_id: str
    season: int
    game_date: date
    season_type: int | None
    tipoff_utc: datetime | None
    tipoff_known: bool | None
    status: str
    status_detail: str | None
    evidence: str


def competition(summary: Summary) -> Competition:
    """The competition of a header, an empty one if there is none."""
    competitions = summary.header.competitions if summary.header is not None else None
    return competitions[0] if competitions else Competition()


def identify(
    decoded: Decoded,
    *,
    league: str | None = None,
    season: int | None = None,
    game_date: date | None = None,
) -> Identity:
    """Which game a document is about.

    Args:
        decoded: the document.
        league: league to take where the document does not name one.
        season: ending year to take where neither header nor date tells.
        game_date: date to take where the document has none.

    Raises:
        DocumentError: ``no_game_id``, ``unknown_league``, ``undated`` or ``implausible_date``.
    """
    if decoded.kind == "page":
        return _of_page(decoded.document.package, league, season, game_date)
    return _of_summary(decoded.kind, decoded.document.summary, league, season, game_date)


def _of_summary(
    kind: str, summary: Summary, league: str | None, season: int | None, game_date: date | None
) -> Identity:
    header = summary.header
    game = competition(summary)
    game_id = (header.id if header is not None else None) or game.id
    if not game_id or not _ID.fullmatch(game_id):
        raise DocumentError("no_game_id", "the header carries no usable game id")
    found: League | None = None
    evidence = "league:header"
    if header is not None:
        if header.league is not None:
            found = league_of(header.league.slug) or league_of(header.league.id)
        found = found or _league_of_uid(header.uid)
    if found is None:
        evidence = "league:team_uid"
        boxes = (summary.boxscore.players or ()) if summary.boxscore is not None else ()
        teams = [c.team for c in game.competitors or ()] + [b.team for b in boxes]
        found = next((lg for t in teams if t is not None and (lg := _league_of_uid(t.uid))), None)
    if found is None:
        named = header is not None and header.league is not None and bool(header.league.slug or header.league.id)
        evidence, found = "league:given", None if named else league_of(league)
    if found is None:
        raise DocumentError("unknown_league", f"game {game_id} names no league that is known; give --league")
    tipoff = parse_utc(game.date)
    header_season = header.season if header is not None else None
    season_type = header_season.type if header_season is not None else None
    status_type = game.status.type if game.status is not None else None
    status = "unknown"
    if status_type is not None:
        status = (
            STATUSES.get(status_type.name or "")
            or (_BY_ID.get(status_type.id or "") if status_type.name is None else None)
            or _BY_STATE.get(status_type.state or "", "unknown")
        )
    time_valid = game.time_valid
    if time_valid is None and header is not None:
        time_valid = header.time_valid
    return _dated(
        kind, found, game_id, header_season.year if header_season is not None else None, season, tipoff,
        parse_day(game.date) or game_date,
        season_type, time_valid, status, status_type.detail if status_type is not None else None, evidence,
    )  # fmt: skip


def _of_page(package: PagePackage, league: str | None, season: int | None, game_date: date | None) -> Identity:
    strip = package.gm_strp
    game_id = strip.gid if strip is not None else None
    if strip is None or not game_id or not _ID.fullmatch(game_id):
        raise DocumentError("no_game_id", "the page carries no usable game id")
    found = league_of(package.lg) or _league_of_uid(package.lg_uid)
    evidence = "league:page"
    if found is None:
        evidence, found = "league:given", None if package.lg else league_of(league)
    if found is None:
        raise DocumentError("unknown_league", f"game {game_id} names no league that is known; give --league")
    status_row = strip.status
    status = "unknown"
    if status_row is not None:
        status = _BY_ID.get(status_row.id or "") or _BY_STATE.get(status_row.state or "", "unknown")
    return _dated(
        "page", found, game_id, None, season, parse_utc(strip.dt), parse_day(strip.dt) or game_date, strip.season_type,
        None if strip.tbd is None else not strip.tbd, status, status_row.det if status_row is not None else None,
        evidence,
    )  # fmt: skip


def _dated(
    kind: str,
    league: League,
    game_id: str,
    stated_season: int | None,
    given_season: int | None,
    tipoff: datetime | None,
    given_date: date | None,
    season_type: int | None,
    tipoff_known: bool | None,
    status: str,
    detail: str | None,
    evidence: str,
) -> Identity:
    day = eastern_date(tipoff) if tipoff is not None else given_date
    if day is None:
        raise DocumentError("undated", f"game {game_id} has no date; give --date")
    if not 1890 <= day.year <= 2200:
        raise DocumentError("implausible_date", f"game {game_id} is dated {day}")
    if stated_season is not None and day.year - 1 <= stated_season <= day.year + 1:
        season, source = stated_season, "season:header"
    elif given_season is not None:
        season, source = given_season, "season:given"
    else:
        season, source = season_of(league, day, season_type), "season:date"
    return Identity(
        kind, league, game_id, season, day, season_type if season_type in (1, 2, 3, 4, 5) else None, tipoff,
        tipoff_known, status, detail, f"{evidence} {source}",
    )  # fmt: skip


def _league_of_uid(uid: str | None) -> League | None:
    found = _UID_LEAGUE.search(uid) if uid else None
    return league_of(found.group(1)) if found else None
