"""Raw bodies of the college API in the lake: their names, and which games they tell of.

``raw/cbbd/{endpoint}/season=2025/asof=2025-01-04/{time}-{parameters}-{content}[~{game or date}].json.gz``

``time`` is that of the fetch (UTC, to the millisecond) and tells which of several is the newest; ``parameters`` and
``content`` are 8 hexadecimal digits each of the hashes of the request and of the body. What the rows do not say and their
key needs, the game or the date asked for, is the last part. Bodies without a season are in ``season=0000``.

For each body that tells of games or teams there is a list in ``meta/``: each of them with a hash of what is said of it,
so that nothing need be opened to know which games have changed. A body without one (it is written last) is read.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote, unquote

import msgspec

from hooplake.errors import ObjectNotFound
from hooplake.games.seasons import eastern_date, parse_utc
from hooplake.lake.store import Store

PREFIX = "raw/cbbd"
_PATH = re.compile(
    rf"{PREFIX}/(?P<endpoint>\w+)/season=(?P<season>\d{{4}})/asof=(?P<asof>\d{{4}}-\d\d-\d\d)/"
    r"(?P<time>\d{9})-(?P<parameters>[0-9a-f]{8})-(?P<content>[0-9a-f]{8})(~(?P<what>[^/]+))?\.json\.gz"
)
INDEXED = {
    "games": "id", "games_media": "gameId", "games_teams": "gameId", "games_players": "gameId", "lines": "gameId",
    "plays_date": "gameId", "plays_game": "gameId", "substitutions_team": "gameId", "substitutions_game": "gameId",
    "teams": "id", "teams_roster": "teamId",
}  # fmt: skip
"""Endpoints that games are made of, and the field that says of which game or team a row is."""

_HASH_BYTES = 8


class RawBody(NamedTuple):
    """Name of a raw body; see the module for its parts.

    Attributes:
        time: hours, minutes, seconds and milliseconds, nine digits.
        what: the game or date asked for; empty for other requests.
    """

    endpoint: str
    season: int
    asof: date
    time: str
    parameters: str
    content: str
    what: str = ""

    @property
    def path(self) -> str:
        """Path of the object in the lake."""
        what = f"~{quote(self.what, safe='')}" if self.what else ""
        return (
            f"{PREFIX}/{self.endpoint}/season={self.season:04d}/asof={self.asof}/"
            f"{self.time}-{self.parameters}-{self.content}{what}.json.gz"
        )

    @property
    def order(self) -> tuple[date, str, str]:
        """Sorts bodies by the moment of their fetch."""
        return self.asof, self.time, self.parameters

    @property
    def fetched_at(self) -> float:
        """The moment of the fetch, in seconds since 1970."""
        moment = datetime.strptime(f"{self.asof} {self.time}000 +0000", "%Y-%m-%d %H%M%S%f %z")
        return moment.timestamp()

    @classmethod
    def parse(cls, path: str) -> RawBody | None:
        """The parts of a path, or None if it is not that of a raw body."""
        found = _PATH.fullmatch(path)
        if found is None:
            return None
        return cls(
            found["endpoint"], int(found["season"]), date.fromisoformat(found["asof"]), found["time"],
            found["parameters"], found["content"], unquote(found["what"] or ""),
        )  # fmt: skip


class Said(NamedTuple):
    """What a body says of one game or team.

    Attributes:
        hash: of its rows, in their order; hexadecimal.
        day: US Eastern date of the game, where the body is of the schedule; else empty.
        teams: ids of the teams of the game, likewise; home first, empty where not known yet.
    """

    hash: str
    day: str = ""
    teams: tuple[str, str] = ("", "")


Index = dict[str, Said]
"""By id of the game or team."""


class _Row(msgspec.Struct, rename="camel", gc=False):
    id: int | str | None = None
    game_id: int | str | None = None
    team_id: int | str | None = None
    start_date: str | None = None
    home_team_id: int | str | None = None
    away_team_id: int | str | None = None


def index_path(path: str) -> str:
    """Path of the list that belongs to a body."""
    return f"meta/index/{path.removeprefix('raw/').removesuffix('.json.gz')}.json"


def index_of(endpoint: str, body: bytes) -> Index:
    """What an answer says of each game or team.

    Args:
        endpoint: one of :data:`INDEXED`.
        body: the answer, not compressed.

    Returns:
        Nothing for a body that is no list of rows.
    """
    field = {"id": "id", "gameId": "game_id", "teamId": "team_id"}[INDEXED[endpoint]]
    hashes: dict[str, hashlib.blake2b] = {}
    heads: dict[str, _Row] = {}
    try:
        rows = msgspec.json.decode(body, type=list[msgspec.Raw])
    except msgspec.MsgspecError:
        return {}
    decoder = msgspec.json.Decoder(_Row)
    for raw in rows:
        try:
            row = decoder.decode(raw)
        except msgspec.MsgspecError:
            continue
        name = getattr(row, field)
        if name in (None, -1):
            continue
        key = str(name)
        if key not in hashes:
            hashes[key] = hashlib.blake2b(digest_size=_HASH_BYTES)
        hashes[key].update(raw)
        if endpoint == "games":
            heads[key] = row
    return {key: _said(found.hexdigest(), heads.get(key)) for key, found in hashes.items()}


def _said(found: str, head: _Row | None) -> Said:
    if head is None:
        return Said(found)
    moment = parse_utc(head.start_date)
    home, away = ("" if team in (None, -1) else str(team) for team in (head.home_team_id, head.away_team_id))
    return Said(found, eastern_date(moment).isoformat() if moment is not None else "", (home, away))


def encode_index(index: Index) -> bytes:
    """An index as it stands in the lake."""
    return msgspec.json.encode(index)


@lru_cache(maxsize=16_384)
def read_index(store: Store, name: RawBody) -> Index:
    """What a body says of each game or team; raw objects never change, so each is read once in a process."""
    try:
        return msgspec.json.decode(store.get(index_path(name.path)), type=Index)
    except (ObjectNotFound, msgspec.MsgspecError):
        return index_of(name.endpoint, gzip.decompress(store.get(name.path)))
