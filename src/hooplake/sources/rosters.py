"""Rosters out of files: who belongs to a team, and when he was born.

Known are ESPN's team rosters (JSON, which say when they were made), rosters of the official feed (``commonteamroster``,
JSON, of a season as a whole), and a plain CSV with the columns ``league``, ``source``, ``season``, ``team_id``,
``player_id`` and ``player``, and as far as known ``captured_at`` and ``birth_date``. A roster counts for games from its
time on; one that does not say its time tells birth dates and nothing else.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

import msgspec

from hooplake.errors import DocumentError
from hooplake.games.leagues import LEAGUES, league_of
from hooplake.games.seasons import eastern_date, parse_day, parse_utc, season_of
from hooplake.sources.drawer import Bad, Drawer, Sheet
from hooplake.sources.names import plain_key

TABLE = "silver.fct_rosters"
_COLUMNS = frozenset({"league", "source", "season", "team_id", "player_id", "player"})
_UID = re.compile(r"~l:(\d+)")
_BORN = re.compile(r"([A-Z]{3}) (\d{1,2}), (\d{4})")
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")


class RosterPlayer(NamedTuple):
    """One row of ``silver.fct_rosters``."""

    league: str
    source: str
    season: int
    team_id: str
    player_id: str
    snapshot: str
    captured_at: datetime | None
    player: str
    player_lookup: str
    birth_date: date | None


def read_rosters(body: bytes) -> Sheet:
    """The players of rosters.

    Args:
        body: JSON of ESPN or of the official feed, or CSV; not compressed.

    Raises:
        DocumentError: ``unknown_roster``: it is none of these.
    """
    if body.lstrip()[:1] == b"{":
        try:
            loaded = msgspec.json.decode(body)
        except msgspec.MsgspecError as error:
            raise DocumentError("unknown_roster", f"the JSON cannot be read: {error}") from error
        if "resultSets" in loaded:
            return _official(loaded)
        if "athletes" in loaded and "team" in loaded:
            return _espn(loaded)
        raise DocumentError("unknown_roster", "the JSON is no roster of ESPN or of the official feed")
    rows = csv.DictReader(io.StringIO(body.decode("utf-8-sig", "replace")))
    if not set(rows.fieldnames or ()) >= _COLUMNS:
        raise DocumentError("unknown_roster", f"the file is no roster and lacks columns of {sorted(_COLUMNS)}")
    found: list[RosterPlayer] = []
    bad: list[Bad] = []
    for row in rows:
        league = (row["league"] or "").strip().lower()
        season = (row["season"] or "").strip()
        if league not in LEAGUES or not season.isdigit() or not all(row[name] for name in _COLUMNS):
            bad.append(Bad(f"line {rows.line_num}", "incomplete", json.dumps(row)))
            continue
        captured = parse_utc(row.get("captured_at"))
        found.append(
            _player(
                league, row["source"], int(season), row["team_id"], row["player_id"], captured, row["player"],
                parse_day(row.get("birth_date")),
            )
        )  # fmt: skip
    return Sheet({TABLE: found}, bad)


def _player(
    league: str, source: str, season: int, team_id: str, player_id: str, captured: datetime | None, player: str,
    born: date | None,
) -> RosterPlayer:  # fmt: skip
    text = captured.isoformat() if captured else ""
    return RosterPlayer(league, source, season, team_id, player_id, text, captured, player, plain_key(player), born)


def _espn(loaded: Mapping[str, Any]) -> Sheet:
    team, captured = loaded["team"], parse_utc(loaded.get("timestamp"))
    groups = loaded["athletes"]
    athletes = [one for group in groups for one in group.get("items", [group])]
    uids = (_UID.search(str(one.get("uid"))) for one in (team, *athletes))
    league = next((known for uid in uids if uid and (known := league_of(uid[1]))), None)
    if league is None or captured is None or not team.get("id"):
        raise DocumentError("unknown_roster", "the roster does not say its league, its team or its time")
    season = (loaded.get("season") or {}).get("year") or season_of(league, eastern_date(captured))
    found: list[RosterPlayer] = []
    bad: list[Bad] = []
    for number, one in enumerate(athletes):
        name = one.get("displayName") or one.get("fullName")
        if not one.get("id") or not name:
            bad.append(Bad(f"athlete {number}", "incomplete", json.dumps(one)))
            continue
        born = parse_day(one.get("dateOfBirth"))
        found.append(
            _player(league.code, "espn", int(season), str(team["id"]), str(one["id"]), captured, str(name), born)
        )
    return Sheet({TABLE: found}, bad)


def _official(loaded: Mapping[str, Any]) -> Sheet:
    rosters = [one for one in loaded["resultSets"] if one.get("name") == "CommonTeamRoster"]
    if not rosters:
        raise DocumentError("unknown_roster", "the answer has no CommonTeamRoster")
    found: list[RosterPlayer] = []
    bad: list[Bad] = []
    for number, values in enumerate(rosters[0]["rowSet"]):
        row = dict(zip(rosters[0]["headers"], values, strict=False))
        try:
            season = int(str(row["SEASON"])[:4]) + 1
            born = _BORN.fullmatch(str(row.get("BIRTH_DATE") or "").strip().upper())
            birthday = date(int(born[3]), _MONTHS.index(born[1]) + 1, int(born[2])) if born else None
            found.append(
                _player(
                    "nba",
                    "official",
                    season,
                    str(row["TeamID"]),
                    str(row["PLAYER_ID"]),
                    None,
                    str(row["PLAYER"]),
                    birthday,
                )
            )
        except (KeyError, ValueError):
            bad.append(Bad(f"row {number}", "incomplete", json.dumps(row)))
    return Sheet({TABLE: found}, bad)


ROSTERS = Drawer("rosters", (TABLE,), ("league", "source", "season"), "", read_rosters)
"""Files of rosters."""

ROSTERS_STEP = ROSTERS.step("hooplake.sources.rosters", "hooplake.sources.names")
"""Files of rosters to their players."""
