"""What was already asked of a source, and what came of it: one entry per request, in the ledger.

An entry is written only when the data it speaks of is durable, so that a run that was killed asks again for what it had
not stored, and for nothing else. The key is the endpoint and a hash of the parameters; the rest is one JSON object. The
same two columns are the key in DynamoDB.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from hooplake.config import Settings
from hooplake.errors import ConfigError, LeaseHeld, StoreError
from hooplake.lake.store import Store

Payload = dict[str, Any]


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

    def alone(self) -> AbstractContextManager[None]:
        """Keeps other runs off as long as it is open; raises LeaseHeld where one is under way."""
        ...

    def close(self) -> None:
        """Close what is open."""
        ...


def parameter_hash(params: Mapping[str, str]) -> str:
    """SHA-256 (hexadecimal) of parameters, the same for the same parameters in any order."""
    canonical = json.dumps(dict(params), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
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


class SqliteCheckpoints:
    """Entries in the file of the ledger."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            # The writes come from one thread at a time: the event loop, or the one that files for it.
            self._db = sqlite3.connect(path, timeout=60, isolation_level=None, check_same_thread=False)
            self._db.execute("pragma journal_mode = wal")
            self._db.execute("pragma synchronous = normal")
            self._db.execute(_TABLE)
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
        try:
            self._db.execute("begin immediate")
            self._db.executemany("insert or replace into checkpoints values (?, ?, ?)", rows)
            self._db.execute("commit")
        except sqlite3.Error as error:
            if self._db.in_transaction:
                self._db.execute("rollback")
            raise StoreError(f"the ledger {self.path} cannot be written: {error}") from error

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keeps other runs of this machine off the file; a killed run lets go by itself.

        Raises:
            LeaseHeld: another run has it.
        """
        with self.path.with_name(f"{self.path.name}.ingest-lock").open("a") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise LeaseHeld(f"another run is fetching with {self.path}: run again when it is done") from None
            yield

    def close(self) -> None:
        """Close the file."""
        self._db.close()
