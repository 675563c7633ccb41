"""Injury reports out of files, each with the time at which it was taken, so that nothing is known before its time.

Known are ESPN's injury pages (all teams of a league at one moment), and a plain CSV with the columns ``league``,
``captured_at``, ``team``, ``player`` and ``status``, and as far as known ``reason``, ``reported_at`` and ``return_date``,
of which one file may hold many reports. A report says who is out; of a team that it covers, whoever it does not name is
available.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import NamedTuple

import msgspec

from hooplake.errors import DocumentError
from hooplake.games.leagues import LEAGUES
from hooplake.games.seasons import eastern_date, parse_day, parse_utc, season_of
from hooplake.sources.drawer import Bad, Drawer, Sheet
from hooplake.sources.names import player_key, team_key

TABLE = "silver.fct_injury_reports"
_COLUMNS = frozenset({"league", "captured_at", "team", "player", "status"})
_LEAGUE = re.compile(r"espn\.com/(nba|wnba|mens-college-basketball|womens-college-basketball)/player/")
_SLUGS = {league.espn_slug: league.code for league in LEAGUES.values()}
_ATHLETE = re.compile(r"/id/(\d+)(?:/|$)")


class InjuryReport(NamedTuple):
    """One row of ``silver.fct_injury_reports``."""

    league: str
    season: int
    report_date: date
    captured_at: datetime
    team_key: str
    player_key: str
    player: str
    espn_player_id: str | None
    whole_league: bool
    status: str
    reported_utc: datetime | None
    injury: str | None
    detail: str | None
    side: str | None
    return_date: date | None
    comment: str | None


def read_injuries(body: bytes) -> Sheet:
    """The entries of injury reports.

    Args:
        body: JSON of ESPN's injury page, or CSV; not compressed.

    Raises:
        DocumentError: ``unknown_injuries``: it is neither.
    """
    if body.lstrip()[:1] == b"{":
        return _page(body)
    rows = csv.DictReader(io.StringIO(body.decode("utf-8-sig", "replace")))
    if not set(rows.fieldnames or ()) >= _COLUMNS:
        raise DocumentError("unknown_injuries", f"the file is no injury page and lacks columns of {sorted(_COLUMNS)}")
    found: list[InjuryReport] = []
    bad: list[Bad] = []
    for row in rows:
        try:
            found.append(_csv_entry(row))
        except ValueError as error:
            bad.append(Bad(f"line {rows.line_num}", str(error), json.dumps(row)))
    return Sheet({TABLE: found}, bad)


def _csv_entry(row: Mapping[str, str]) -> InjuryReport:
    league = LEAGUES.get((row["league"] or "").strip().lower())
    captured = parse_utc(row["captured_at"])
    if league is None:
        raise ValueError("unknown_league")
    if captured is None:
        raise ValueError("bad_time")
    if not team_key(row["team"] or "") or not player_key(row["player"] or "") or not (row["status"] or "").strip():
        raise ValueError("incomplete")
    day = eastern_date(captured)
    return InjuryReport(
        league.code, season_of(league, day), day, captured, team_key(row["team"]), player_key(row["player"]), row["player"],
        None, False, row["status"].strip(), parse_utc(row.get("reported_at")), row.get("reason") or None, None, None,
        parse_day(row.get("return_date")), None,
    )  # fmt: skip


class _Link(msgspec.Struct):
    href: str = ""


class _Team(msgspec.Struct, rename="camel"):
    display_name: str = ""


class _Athlete(msgspec.Struct, rename="camel"):
    display_name: str = ""
    links: list[_Link] = []
    team: _Team = msgspec.field(default_factory=_Team)


class _Details(msgspec.Struct, rename="camel"):
    type: str | None = None
    detail: str | None = None
    side: str | None = None
    return_date: str | None = None


class _Entry(msgspec.Struct, rename="camel"):
    athlete: _Athlete
    status: str
    date: str | None = None
    short_comment: str | None = None
    details: _Details = msgspec.field(default_factory=_Details)


class _Group(msgspec.Struct, rename="camel"):
    display_name: str = ""
    injuries: list[msgspec.Raw] = []


class _Page(msgspec.Struct):
    timestamp: str
    injuries: list[_Group]


def _page(body: bytes) -> Sheet:
    try:
        page = msgspec.json.decode(body, type=_Page)
    except msgspec.MsgspecError as error:
        raise DocumentError("unknown_injuries", f"the JSON is no injury page: {error}") from error
    captured = parse_utc(page.timestamp)
    named = _LEAGUE.search(body.decode("utf-8", "replace"))
    if captured is None or named is None:
        raise DocumentError("unknown_injuries", "the injury page does not say its time, or its league")
    league = LEAGUES[_SLUGS.get(named[1], named[1])]
    day = eastern_date(captured)
    found: list[InjuryReport] = []
    bad: list[Bad] = []
    for group in page.injuries:
        for number, raw in enumerate(group.injuries):
            where = f"{group.display_name}, entry {number}"
            try:
                entry = msgspec.json.decode(raw, type=_Entry)
            except msgspec.MsgspecError:
                bad.append(Bad(where, "bad_entry", bytes(raw).decode()))
                continue
            about, athlete = entry.details, entry.athlete
            key = player_key(athlete.display_name)
            if not key:
                bad.append(Bad(where, "no_player", bytes(raw).decode()))
                continue
            ids = (hit[1] for link in athlete.links if (hit := _ATHLETE.search(link.href)))
            found.append(
                InjuryReport(
                    league.code, season_of(league, day), day, captured,
                    team_key(athlete.team.display_name or group.display_name), key, athlete.display_name,
                    next(ids, None), True, entry.status, parse_utc(entry.date), about.type, about.detail, about.side,
                    parse_day(about.return_date), entry.short_comment,
                )
            )  # fmt: skip
    return Sheet({TABLE: found}, bad)


INJURIES = Drawer("injuries", (TABLE,), ("league", "season"), "report_date", read_injuries)
"""Files of injury reports."""

INJURIES_STEP = INJURIES.step("hooplake.sources.injuries", "hooplake.sources.names")
"""Files of injury reports to their entries."""
