"""Raw bodies of the API on their way into the lake; their names are explained in `hooplake.games.cbbd.raw`."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime

from hooplake.errors import StoreError
from hooplake.games.cbbd.raw import INDEXED, PLAYS, PREFIX, Index, RawBody, encode_index, index_of, index_path
from hooplake.lake.store import Store
from hooplake.sources.checkpoints import parameter_hash
from hooplake.sources.http.answer import Answer

__all__ = ["PREFIX", "RawBody", "bodies", "content_hash", "index_for", "name_of", "names", "store_bodies"]


def name_of(endpoint: str, season: int, params: Mapping[str, str], content: str, now: float) -> RawBody:
    """Name of a body that came at a moment (seconds since 1970)."""
    moment = datetime.fromtimestamp(now, UTC)
    what = params.get("gameId", params.get("date", ""))[:24]
    time = f"{moment:%H%M%S}{moment.microsecond // 1000:03d}"
    return RawBody(endpoint, season, moment.date(), time, parameter_hash(params)[:8], content[:8], what)


def store_bodies(store: Store, bodies: Sequence[tuple[RawBody, Answer, Index | None]]) -> list[StoreError | None]:
    """Store bodies, compressed with gzip, and after each the list of what it tells of, if there is one.

    Returns:
        What was in the way of each.
    """
    objects: list[tuple[str, bytes]] = []
    places: list[int] = []
    for place, (name, answer, index) in enumerate(bodies):
        objects.append((name.path, _packed(answer)))
        if index is not None:
            objects.append((index_path(name.path), encode_index(index)))
        places += [place] * (len(objects) - len(places))
    errors: list[StoreError | None] = [None] * len(bodies)
    for place, outcome in zip(places, store.put_many(objects) if objects else [], strict=True):
        errors[place] = errors[place] or outcome.error
    return errors


def index_for(endpoint: str, answer: Answer) -> tuple[Index | None, list[tuple[object, str]] | None]:
    """What an answer says of games or teams; of plays also the id and the game of each, since they are read but once.

    Returns:
        None for an endpoint without an index, and for rows that are no plays.
    """
    if endpoint not in INDEXED:
        return None, None
    rows: list[tuple[object, str]] | None = [] if endpoint in PLAYS else None
    return index_of(endpoint, answer.body, rows), rows


def content_hash(answer: Answer) -> str:
    """SHA-256 (hexadecimal) of a body, not compressed."""
    return hashlib.sha256(answer.body).hexdigest()


def _packed(answer: Answer) -> bytes:
    """A body compressed with gzip: as received, if it came so."""
    return answer.raw if answer.gzipped else gzip.compress(answer.raw, 6, mtime=0)


def bodies(store: Store, endpoint: str, season: int) -> Iterator[tuple[RawBody, bytes]]:
    """The bodies of an endpoint and season, the oldest first."""
    for name in names(store.paths(f"{PREFIX}/{endpoint}/season={season:04d}")):
        yield name, gzip.decompress(store.get(name.path))


def names(paths: Iterable[str]) -> list[RawBody]:
    """The raw bodies among some paths, the oldest first."""
    found = [name for path in paths if (name := RawBody.parse(path)) is not None]
    return sorted(found, key=lambda name: name.order)
