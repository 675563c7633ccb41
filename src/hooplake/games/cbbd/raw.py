"""Raw bodies of the college API in the lake: their names, and which games they tell of.

``raw/cbbd/{endpoint}/season=2025/asof=2025-01-04/{time}-{parameters}-{content}[~{game or date}].json.gz``

``time`` is that of the fetch (UTC, to the millisecond) and tells which of several is the newest; ``parameters`` and
``content`` are 8 hexadecimal digits each of the hashes of the request and of the body. What the rows do not say and their
key needs, the game or the date asked for, is the last part. Bodies without a season are in ``season=0000``.

For each body that tells of games or teams there is a list in ``meta/``: each of them with a hash of what is said of it,
so that nothing need be opened to know which games have changed. A body without one (it is written last) is read. Of plays
the list also has the dates of the games, for a body of plays tells of two dates or more.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime
from functools import lru_cache, partial
from typing import Any, NamedTuple
from urllib.parse import quote, unquote

import msgspec

from hooplake.errors import ObjectNotFound
from hooplake.games.seasons import eastern_date, parse_utc
from hooplake.lake.store import Store

PREFIX = "raw/cbbd"
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
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

PLAYS = ("plays_date", "plays_game")
"""Endpoints of plays: a season of them is too much for one table in memory, so they are kept by the date of the game."""

_HASH_BYTES = 8
_AT_ONCE = 16


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
        hash: of its rows, in their order; hexadecimal. A row that is sent twice makes no difference, but in plays.
        day: US Eastern date of the game, where the body is of the schedule or of plays; else empty.
        teams: ids of the teams of the game, where it is of the schedule; home first, empty where not known yet.
        end: where it is of plays, the highest scores that they tell, home first, and how many periods; else nothing.
    """

    hash: str
    day: str = ""
    teams: tuple[str, str] = ("", "")
    end: tuple[int, int, int] = (0, 0, 0)


Index = dict[str, Said]
"""By id of the game or team. Plays that name no game are under an empty one."""


class _Row(msgspec.Struct, rename="camel", gc=False):
    id: int | str | None = None
    game_id: int | str | None = None
    team_id: int | str | None = None
    start_date: str | None = None
    home_team_id: int | str | None = None
    away_team_id: int | str | None = None


class _OfGame(msgspec.Struct, rename="camel", gc=False):
    """The game of a play. Both the index and the slices of a body go by it, so that no row is between them."""

    game_id: int | str | None = None


class _Play(_OfGame, rename="camel", gc=False):
    id: Any = None
    game_start_date: Any = None
    home_score: Any = None
    away_score: Any = None
    period: Any = None


def index_path(path: str) -> str:
    """Path of the list that belongs to a body."""
    return f"meta/index/{path.removeprefix('raw/').removesuffix('.json.gz')}.json"


def index_of(endpoint: str, body: bytes, rows: list[tuple[object, str]] | None = None) -> Index:
    """What an answer says of each game or team.

    Args:
        endpoint: one of :data:`INDEXED`.
        body: the answer, not compressed.
        rows: is given the id of each row that is read, and its game or team.

    Returns:
        Nothing for a body that is no list of rows.
    """
    if endpoint in PLAYS:
        return _index_of_plays(body, rows)
    field = {"id": "id", "gameId": "game_id", "teamId": "team_id"}[INDEXED[endpoint]]
    hashes: dict[str, hashlib.blake2b] = {}
    heads: dict[str, _Row] = {}
    seen: set[tuple[str, bytes]] = set()
    decoder = msgspec.json.Decoder(_Row)
    for raw in _elements(body):
        try:
            row = decoder.decode(raw)
        except msgspec.MsgspecError:
            continue
        name = getattr(row, field)
        text = str(name), bytes(raw)
        if name in (None, -1) or text in seen:
            continue
        seen.add(text)
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
    home, away = ("" if team in (None, -1) else str(team) for team in (head.home_team_id, head.away_team_id))
    return Said(found, _eastern(head.start_date), (home, away))


def _eastern(text: str | None) -> str:
    moment = parse_utc(text)
    return eastern_date(moment).isoformat() if moment is not None else ""


def _elements(body: bytes) -> list[msgspec.Raw]:
    try:
        return msgspec.json.decode(body, type=list[msgspec.Raw])
    except msgspec.MsgspecError:
        return []


def _index_of_plays(body: bytes, rows: list[tuple[object, str]] | None) -> Index:
    """As `index_of`, for plays: there are too many of them to remember which came twice."""
    hashes: dict[str, hashlib.blake2b] = {}
    days: dict[str, str] = {}
    ends: dict[str, tuple[int, int, set[object]]] = {}
    decoder = msgspec.json.Decoder(_Play)
    for raw in _elements(body):
        try:
            play = decoder.decode(raw)
        except msgspec.MsgspecError:
            play = _Play()
        key = _game_of(play)
        if rows is not None:
            rows.append((play.id, key))
        if key not in hashes:
            hashes[key] = hashlib.blake2b(digest_size=_HASH_BYTES)
        hashes[key].update(raw)
        if not days.get(key) and isinstance(play.game_start_date, str):
            days[key] = _eastern(play.game_start_date)
        home, away, periods = ends.setdefault(key, (0, 0, set()))
        if isinstance(play.period, (int, float)):
            periods.add(play.period)
        ends[key] = max(home, _score(play.home_score)), max(away, _score(play.away_score)), periods
    return {
        key: Said(found.hexdigest(), days.get(key, ""), end=(ends[key][0], ends[key][1], len(ends[key][2])))
        for key, found in hashes.items()
    }


def _score(value: Any) -> int:
    return int(value) if isinstance(value, (int, float)) else 0


def _game_of(play: _OfGame) -> str:
    return "" if play.game_id in (None, -1) else str(play.game_id)


def slices(body: bytes, games: Collection[str] = (), *, rows: int) -> Iterator[bytes]:
    """An answer as several small ones, for the rows of a large one take many times its size when they are read.

    Args:
        body: the answer, not compressed.
        games: of an answer of plays only the rows about these, as an index names them; all by default.
        rows: of a slice, at most.

    Returns:
        At least one, for an empty answer too.
    """
    decoder = msgspec.json.Decoder(_OfGame)

    def game(raw: msgspec.Raw) -> str:
        try:
            return _game_of(decoder.decode(raw))
        except msgspec.MsgspecError:
            return ""

    found = msgspec.json.decode(body, type=list[msgspec.Raw])
    if games:
        found = [raw for raw in found if game(raw) in games]
    for first in range(0, len(found) or 1, rows):
        yield b"[" + b",".join(found[first : first + rows]) + b"]"


def play_dates(told: Iterable[tuple[RawBody, Index]]) -> dict[str, str]:
    """US Eastern date of each game that bodies of plays tell of: one for all that is ever said of a game.

    The newest body that knows when the game began counts; if none does, the date that was asked for does, or that of
    the fetch.

    Args:
        told: the bodies of a season and what they say, the oldest first.
    """
    known: dict[str, str] = {}
    guessed: dict[str, str] = {}
    for name, index in told:
        for game, said in index.items():
            if said.day:
                known[game] = said.day
            guessed[game] = name.what if _DATE.fullmatch(name.what) else name.asof.isoformat()
    return guessed | known


def encode_index(index: Index) -> bytes:
    """An index as it stands in the lake."""
    return msgspec.json.encode(index)


@lru_cache(maxsize=16_384)
def read_index(store: Store, name: RawBody) -> Index:
    """What a body says of each game or team; raw objects never change, so each is read once in a process."""
    try:
        found = msgspec.json.decode(store.get(index_path(name.path)), type=Index)
    except (ObjectNotFound, msgspec.MsgspecError):
        found = None
    if found is None:
        return index_of(name.endpoint, gzip.decompress(store.get(name.path)))
    if name.endpoint in PLAYS and found and not any(said.day for said in found.values()):
        # of before they had dates; to read the body for each plan would take long
        found = index_of(name.endpoint, gzip.decompress(store.get(name.path)))
        store.put(index_path(name.path), encode_index(found))
    return found


def read_indexes(store: Store, names: Sequence[RawBody]) -> list[Index]:
    """The list of each body; from a bucket many at a time, for each takes its while to come."""
    if store.is_local:
        return [read_index(store, name) for name in names]
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(_AT_ONCE) as threads:
        return list(threads.map(partial(read_index, store), names))
