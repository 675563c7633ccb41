"""What the rows of an answer are beside those that were known: new, changed, unchanged, or told once more."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from threading import Lock
from typing import Any, NamedTuple

import msgspec

from hooplake.games.cbbd.raw import INDEXED, Index, RawBody, read_indexes
from hooplake.lake.store import Store
from hooplake.sources.cbbd.endpoints import Endpoint, endpoints

_ALONE = ("team", "game", "live")
"""Strategies of requests whose rows no other request of the endpoint tells."""


class Told(NamedTuple):
    """The rows of an answer by what they tell; together they are all of its rows.

    Attributes:
        new: nothing was known of their key.
        changed: something else was known.
        unchanged: the same was known.
        duplicates: of a key that the same answer, or another one of the run, told before.
        keyless: without a whole key; bronze sets them aside.
    """

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    duplicates: int = 0
    keyless: int = 0


class Tally:
    """Counts the rows of a run.

    Of what tells of games or teams as a whole (boxes, lines, plays, rosters) a row counts with its game: it has changed
    if anything of the game has since the newest answer about it. Of everything else it is compared with the row of its
    key in the last answer to the same request.
    """

    def __init__(self, store: Store, stored: Sequence[RawBody]) -> None:
        """Begin a run.

        Args:
            store: the lake.
            stored: the bodies that are there.
        """
        self._store, self._stored = store, stored
        self._known: dict[tuple[str, int], dict[str, str]] = {}
        self._seen: dict[str, set[Any]] = {}
        self._lock = Lock()  # answers are stored in threads

    def count(
        self, endpoint: Endpoint, season: int, body: bytes, index: Index | None, before: str,
        plays: list[tuple[Any, str]] | None = None,
    ) -> Told:  # fmt: skip
        """Count the rows of an answer.

        Args:
            endpoint: what was asked.
            season: where the body belongs.
            body: the answer, not compressed.
            index: what it says of games or teams; None for an endpoint without an index.
            before: path of the last answer to the same request; empty if there is none.
            plays: id and game of each row, where they were read for the index.
        """
        if plays is not None and index is not None:
            with self._lock:
                hashes = {game: said.hash for game, said in index.items()}
                return self._sum(endpoint, plays, self._of(endpoint.name, season), hashes)
        rows = msgspec.json.decode(body, type=list[msgspec.Raw])
        read = _reader(endpoint.name)
        pairs = [read(raw) for raw in rows]
        if index is not None:
            with self._lock:
                known = self._of(endpoint.name, season)
                return self._sum(endpoint, pairs, known, {game: said.hash for game, said in index.items()})
        # without games each row is a group of its own
        pairs = [(key, key) for key, _ in pairs]
        old = self._rows_of(endpoint, before)
        now = {key: _hash(raw) for (key, _), raw in zip(pairs, rows, strict=True)} if old else {}
        with self._lock:
            return self._sum(endpoint, pairs, old, now)

    def _sum(
        self, endpoint: Endpoint, pairs: list[tuple[Any, Any]], known: Mapping[Any, str], now: Mapping[Any, str]
    ) -> Told:
        # plays are too many to remember each: of another body of the run their game is
        by_group = endpoint.strategy == "date"
        seen = set() if endpoint.strategy in _ALONE else self._seen.setdefault(endpoint.name, set())
        here: set[Any] = set() if by_group else seen
        counts = dict.fromkeys(Told._fields, 0)
        for key, group in pairs:
            if key is None:
                counts["keyless"] += 1
            elif key in here or (by_group and group in seen):
                counts["duplicates"] += 1
            else:
                here.add(key)
                counts["new" if group not in known else "unchanged" if known[group] == now[group] else "changed"] += 1
        if by_group:
            seen.update(group for _, group in pairs)
        return Told(**counts)

    def _of(self, name: str, season: int) -> dict[str, str]:
        """What was told of each game or team of a season before this run, by the newest body."""
        if (name, season) not in self._known:
            bodies = sorted((raw for raw in self._stored if (raw.endpoint, raw.season) == (name, season)), key=_order)
            found: dict[str, str] = {}
            for index in read_indexes(self._store, bodies):
                found.update({game: said.hash for game, said in index.items()})
            self._known[name, season] = found
        return self._known[name, season]

    def _rows_of(self, endpoint: Endpoint, path: str) -> dict[Any, str]:
        if not path:
            return {}
        rows = msgspec.json.decode(gzip.decompress(self._store.get(path)), type=list[msgspec.Raw])
        read = _reader(endpoint.name)
        return {read(raw)[0]: _hash(raw) for raw in rows}


def _order(name: RawBody) -> tuple[Any, ...]:
    return name.order


def _hash(raw: msgspec.Raw) -> str:
    return hashlib.blake2b(raw, digest_size=8).hexdigest()


@cache
def _reader(endpoint: str) -> Callable[[msgspec.Raw], tuple[Any, str]]:
    """Reads the natural key of an element, None if it is not whole, and its game or team as an index names it.

    What only the request says is the same for all elements, and no part of the key here.
    """
    one = endpoints()[endpoint]
    paths = [part.split(".") for part in one.key if not part.startswith("(")]
    of = INDEXED.get(endpoint, "")
    names = dict.fromkeys([*(path[0] for path in paths), *([of] if of else [])])
    decode = msgspec.json.Decoder(msgspec.defstruct("Fields", [(name, Any, None) for name in names], gc=False)).decode

    def read(raw: msgspec.Raw) -> tuple[Any, str]:
        try:
            row = decode(raw)
        except msgspec.MsgspecError:
            return None, ""
        group = getattr(row, of) if of else None
        key = []
        for first, *rest in paths:
            value = getattr(row, first)
            for name in rest:
                value = value.get(name) if isinstance(value, dict) else None
            if value is None or isinstance(value, (dict, list)):
                return None, ""
            key.append(value)
        return tuple(key), "" if group in (None, -1) else str(group)

    return read
