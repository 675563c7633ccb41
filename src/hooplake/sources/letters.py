"""Dead letters: files that are no game documents, kept with the reason until they can be taken in after all.

``deadletter/files/{sha}.zst`` holds the bytes and ``deadletter/files/{sha}.json`` says what is wrong with them. The
bytes are written first and removed last, so that a record never stands without them.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

from hooplake.errors import ConfigError, ObjectNotFound, StoreError
from hooplake.lake.store import Store

if TYPE_CHECKING:
    from hooplake.sources.reading import Reading

PREFIX = "deadletter/files"
_WANTED = {"undated": "--date YYYY-MM-DD", "unknown_league": "--league CODE"}


class Letter(msgspec.Struct, frozen=True):
    """What is known of bytes that could not be taken in.

    Attributes:
        sha: first 12 hexadecimal digits of the SHA-256 of the bytes.
        origin: the file they came from, with the place in it.
        reason: what is wrong, a short code.
        detail: the same in a sentence.
        size: how many bytes.
        first_seen: when they first came (UTC, ISO 8601).
        attempts: how many calls have tried to take them in.
        replay: the command that tries again.
        kind: empty for game documents; else what the file was offered as, such as ``schedule``.
    """

    sha: str
    origin: str
    reason: str
    detail: str
    size: int
    first_seen: str
    attempts: int
    replay: str
    kind: str = ""


class Letters:
    """The dead letters of files in a lake.

    Args:
        store: the lake.
        kind: what the files are offered as, where they are no game documents: ``odds``, ``schedule`` and so on.
    """

    def __init__(self, store: Store, kind: str = "") -> None:
        self._store = store
        self._kind = kind
        self._open = {path.rpartition("/")[2].partition(".")[0] for path in store.paths(PREFIX)}
        self._counted: set[str] = set()

    def write(self, failed: Iterable[tuple[str, Reading]]) -> None:
        """Keep what could not be taken in; what is kept already only counts one more attempt, once in a call.

        Args:
            failed: origin and reading of each.

        Raises:
            StoreError: a letter cannot be written.
        """
        bodies: list[tuple[str, bytes]] = []
        records: list[tuple[str, bytes]] = []
        now = datetime.now(UTC).isoformat(timespec="seconds")
        for origin, reading in failed:
            if reading.packed is None or reading.sha in self._counted:
                continue
            self._counted.add(reading.sha)
            known = self._known(reading.sha)
            letter = Letter(
                reading.sha,
                known.origin if known else origin,
                reading.reason,
                reading.detail,
                reading.size,
                known.first_seen if known else now,
                known.attempts + 1 if known else 1,
                _replay(self._store, reading, self._kind),
                self._kind,
            )
            if known is None:
                bodies.append((_body_path(reading.sha), reading.packed))
            records.append((_record_path(reading.sha), msgspec.json.format(msgspec.json.encode(letter))))
            self._open.add(reading.sha)
        put_all(self._store, bodies)
        put_all(self._store, records)

    def resolve(self, shas: Iterable[str]) -> list[str]:
        """Remove the letters of bytes that the lake has now, and say which there were."""
        resolved = sorted(self._open.intersection(shas))
        for sha in resolved:
            self._store.delete(_record_path(sha))
            self._store.delete(_body_path(sha))
        self._open.difference_update(resolved)
        return resolved

    def _known(self, sha: str) -> Letter | None:
        if sha not in self._open:
            return None
        try:
            return msgspec.json.decode(self._store.get(_record_path(sha)), type=Letter)
        except (ObjectNotFound, msgspec.DecodeError):
            return None


def letters(store: Store) -> list[Letter]:
    """All dead letters of files, the oldest first.

    Raises:
        StoreError: a record is damaged.
    """
    found = [_read(store, path) for path in store.paths(PREFIX) if path.endswith(".json")]
    return sorted(found, key=lambda letter: (letter.first_seen, letter.origin, letter.sha))


def choose(store: Store, beginnings: Sequence[str]) -> list[Letter]:
    """The letters whose hashes begin like this; all of them where nothing is given.

    Raises:
        ConfigError: no letter begins so, or several do.
    """
    there = letters(store)
    if not beginnings:
        return there
    chosen: dict[str, Letter] = {}
    for beginning in beginnings:
        found = [letter for letter in there if letter.sha.startswith(beginning.lower())]
        if len(found) != 1:
            count = f"{len(found)} dead letters begin" if found else "no dead letter begins"
            raise ConfigError(f"{count} with {beginning!r}: see 'hooplake deadletter list'")
        chosen[found[0].sha] = found[0]
    return list(chosen.values())


def body_of(store: Store, letter: Letter) -> bytes:
    """The bytes of a letter.

    Raises:
        ObjectNotFound: they are gone.
        StoreError: they are damaged.
    """
    import zstandard

    path = _body_path(letter.sha)
    try:
        return zstandard.ZstdDecompressor().decompress(store.get(path))
    except zstandard.ZstdError as error:
        raise StoreError(f"{path} in {store.url} is damaged: {error}") from error


def put_all(store: Store, objects: Sequence[tuple[str, bytes]]) -> None:
    """Write objects at the same time.

    Raises:
        StoreError: the first that could not be written; the others are written all the same.
    """
    if not objects:
        return
    for outcome in store.put_many(objects):
        if outcome.error is not None:
            raise outcome.error


def _read(store: Store, path: str) -> Letter:
    try:
        return msgspec.json.decode(store.get(path), type=Letter)
    except msgspec.DecodeError as error:
        raise StoreError(f"{path} in {store.url} is damaged ({error}); ingest its file again to renew it") from error


def _replay(store: Store, reading: Reading, kind: str) -> str:
    if kind:
        return f"hooplake ingest {kind} FILE --lake {shlex.quote(store.url)}"
    command = f"hooplake deadletter replay {reading.sha} --lake {shlex.quote(store.url)}"
    return f"{command} {_WANTED[reading.reason]}" if reading.reason in _WANTED else command


def _body_path(sha: str) -> str:
    return f"{PREFIX}/{sha}.zst"


def _record_path(sha: str) -> str:
    return f"{PREFIX}/{sha}.json"
