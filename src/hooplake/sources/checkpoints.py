"""What was already asked of a source, and what came of it: one entry per request, in the ledger.

An entry is written only when the data it speaks of is durable, so that a run that was killed asks again for what it had
not stored, and for nothing else. The key is the endpoint and a hash of the parameters; the rest is one JSON object. The
same two columns are the key in DynamoDB.

Several runs may fetch for one lake at the same time. Before a run asks for something it claims it; what another run that
is alive has claimed it does not ask for. A claim ends with the entry, when it is let go, and with its run.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import sqlite3
import threading
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from hooplake.config import Settings
from hooplake.errors import ConfigError, StoreError
from hooplake.lake.store import Store

Payload = dict[str, Any]
Wanted = tuple[str, Mapping[str, str]]
"""A request: its endpoint and parameters."""

RENEW_SECONDS = 20.0


class Entry(NamedTuple):
    """One request.

    Attributes:
        payload: what came of it; `params` are in it too, so that a listing says what each entry is.
    """

    endpoint: str
    params: Mapping[str, str]
    payload: Payload


class Checkpoints(Protocol):
    """Where entries are kept."""

    def get(self, endpoint: str, params: Mapping[str, str]) -> Payload | None:
        """What came of a request, or None if it was never made."""
        ...

    def of(self, endpoint: str) -> list[Entry]:
        """All entries of an endpoint, in the order of their hashes."""
        ...

    def put(self, entries: Iterable[Entry]) -> None:
        """Write entries, all of them or none."""
        ...

    def running(self) -> AbstractContextManager[None]:
        """As long as it is open, this run is alive and its claims count."""
        ...

    def renew(self) -> None:
        """Say that this run is alive; to be called every `RENEW_SECONDS`."""
        ...

    def claim(self, wanted: Sequence[Wanted]) -> list[bool]:
        """Take requests for this run, until their entries are written; false where another run that is alive has one."""
        ...

    def release(self, endpoint: str, params: Mapping[str, str]) -> None:
        """Let go of a request that came to nothing."""
        ...

    def close(self) -> None:
        """Close what is open."""
        ...


def parameter_hash(params: Mapping[str, str]) -> str:
    """SHA-256 (hexadecimal) of parameters, the same for the same parameters in any order."""
    return _hash_of(tuple(sorted(params.items())))


@lru_cache(maxsize=4096)
def _hash_of(params: tuple[tuple[str, str], ...]) -> str:
    canonical = json.dumps(dict(params), separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def open_checkpoints(store: Store, settings: Settings) -> Checkpoints:
    """The entries that belong to a lake.

    Args:
        store: the lake.
        settings: where they are: a table of DynamoDB, else the file of the ledger.

    Raises:
        ConfigError: the lake is no directory and no place is set, or the place is no file.
    """
    if settings.checkpoints:
        from hooplake.sources.checkpoints_dynamodb import DynamoCheckpoints

        return DynamoCheckpoints(settings.checkpoints.removeprefix("dynamodb://"))
    if "://" in settings.ledger:
        raise ConfigError(
            f"{settings.ledger}: what was fetched is remembered in a file or in DynamoDB; set HOOPLAKE_CHECKPOINTS"
        )
    if settings.ledger:
        return SqliteCheckpoints(Path(settings.ledger))
    if not store.is_local:
        raise ConfigError(
            f"{store.url}: the ledger of a lake that is not a directory needs a place of its own: "
            "set HOOPLAKE_LEDGER to a file, or HOOPLAKE_CHECKPOINTS to a table of DynamoDB"
        )
    return SqliteCheckpoints(Path(store.url) / "meta" / "ledger.sqlite")


_TABLE = """create table if not exists checkpoints (
    endpoint text not null, parameter_hash text not null, payload text not null,
    primary key (endpoint, parameter_hash)) without rowid"""
_CLAIMS = """create table if not exists claims (
    endpoint text not null, parameter_hash text not null, owner text not null,
    primary key (endpoint, parameter_hash)) without rowid"""


class SqliteCheckpoints:
    """Entries in the file of the ledger."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._owner = ""
        self._turn = threading.Lock()
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            # The writes come from the event loop and from the thread that files for it.
            self._db = sqlite3.connect(path, timeout=60, isolation_level=None, check_same_thread=False)
            self._db.execute("pragma journal_mode = wal")
            self._db.execute("pragma synchronous = normal")
            self._db.execute(_TABLE)
            self._db.execute(_CLAIMS)
        except sqlite3.Error as error:
            raise StoreError(f"the ledger {path} cannot be used: {error}") from error

    def get(self, endpoint: str, params: Mapping[str, str]) -> Payload | None:
        """What came of a request; see `Checkpoints`."""
        row = self._db.execute(
            "select payload from checkpoints where endpoint = ? and parameter_hash = ?",
            (endpoint, parameter_hash(params)),
        ).fetchone()
        return None if row is None else json.loads(row[0])

    def of(self, endpoint: str) -> list[Entry]:
        """All entries of an endpoint; see `Checkpoints`."""
        rows = self._db.execute(
            "select payload from checkpoints where endpoint = ? order by parameter_hash", (endpoint,)
        ).fetchall()
        payloads = [json.loads(text) for (text,) in rows]
        return [Entry(endpoint, payload["params"], payload) for payload in payloads]

    def put(self, entries: Iterable[Entry]) -> None:
        """Write entries; see `Checkpoints`."""
        rows = [
            (
                entry.endpoint,
                parameter_hash(entry.params),
                json.dumps({**entry.payload, "params": dict(entry.params)}, sort_keys=True, separators=(",", ":")),
            )
            for entry in entries
        ]
        with self._writing():
            self._db.executemany("insert or replace into checkpoints values (?, ?, ?)", rows)
            if self._owner:
                done = [(*row[:2], self._owner) for row in rows]
                self._db.executemany("delete from claims where endpoint = ? and parameter_hash = ? and owner = ?", done)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with self._turn:
            try:
                self._db.execute("begin immediate")
                yield
                self._db.execute("commit")
            except sqlite3.Error as error:
                raise StoreError(f"the ledger {self.path} cannot be written: {error}") from error
            finally:
                if self._db.in_transaction:
                    self._db.execute("rollback")

    @property
    def _runs(self) -> Path:
        """The folder with a file per run, which is locked as long as the run is alive, however it ends."""
        return self.path.with_name(f"{self.path.name}-runs")

    @contextmanager
    def running(self) -> Iterator[None]:
        """This run is alive; see `Checkpoints`."""
        self._runs.mkdir(exist_ok=True)
        owner = uuid.uuid4().hex
        place = self._runs / owner
        with place.open("x") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            self._owner = owner
            try:
                yield
            finally:
                self._owner = ""
                with self._writing():
                    self._db.execute("delete from claims where owner = ?", (owner,))
                place.unlink(missing_ok=True)

    def renew(self) -> None:
        """Nothing to do: the lock of a run holds as long as its process lives."""

    def claim(self, wanted: Sequence[Wanted]) -> list[bool]:
        """Take requests; see `Checkpoints`."""
        with self._writing():
            return [self._take(endpoint, parameter_hash(params)) for endpoint, params in wanted]

    def _take(self, endpoint: str, key: str) -> bool:
        row = self._db.execute(
            "select owner from claims where endpoint = ? and parameter_hash = ?", (endpoint, key)
        ).fetchone()
        if row is not None and row[0] != self._owner and self._alive(row[0]):
            return False
        self._db.execute("insert or replace into claims values (?, ?, ?)", (endpoint, key, self._owner))
        return True

    def _alive(self, owner: str) -> bool:
        try:
            with (self._runs / owner).open() as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                (self._runs / owner).unlink(missing_ok=True)  # it was killed
        except BlockingIOError:
            return True
        except FileNotFoundError:
            pass
        return False

    def release(self, endpoint: str, params: Mapping[str, str]) -> None:
        """Let go of a request; see `Checkpoints`."""
        key = (endpoint, parameter_hash(params), self._owner)
        with self._writing():
            self._db.execute("delete from claims where endpoint = ? and parameter_hash = ? and owner = ?", key)

    def close(self) -> None:
        """Close the file."""
        self._db.close()
