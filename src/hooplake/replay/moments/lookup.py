"""Which partition of the lake a game is in.

The ids of ``silver.fct_games`` are a few bytes each, so they are read once per process and file; a file that was
replaced is read again when an id is not found where it was.
"""

from __future__ import annotations

import os
from bisect import bisect_left
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import Any

import pyarrow as pa

from hooplake.errors import ConfigError, ObjectNotFound, UnknownGame
from hooplake.lake.parquet import read_partition
from hooplake.lake.partition import Partition, list_partitions
from hooplake.lake.store import Store
from hooplake.lake.table import TableSpec

GAMES = "silver.fct_games"
_REQUESTS = 16
_DIGITS = "0123456789"
_OFFICIAL_DIGITS = 10  # ids of the official feed begin with zeros, which a spreadsheet takes away


class _Ids:
    """The ids of all games of a lake."""

    def __init__(self) -> None:
        self._files: dict[Partition, tuple[str, list[str]]] = {}
        self._where: dict[str, tuple[Partition, ...]] = {}
        self._lock = Lock()

    def partitions_of(self, game_id: str) -> tuple[Partition, ...]:
        return self._where.get(game_id, ())

    def refresh(self, store: Store, spec: TableSpec) -> None:
        """Read the ids of every file that is new or was replaced."""
        with self._lock:
            listed = list_partitions(store, spec)
            stale = [part for part, meta in listed.items() if self._files.get(part, ("",))[0] != meta.etag]

            def read(partition: Partition) -> list[str]:
                ids: list[str] = read_partition(store, spec, partition, ["game_id"])["game_id"].to_pylist()
                return ids

            with ThreadPoolExecutor(_REQUESTS if not store.is_local else min(2, os.cpu_count() or 1)) as pool:
                fresh = dict(zip(stale, pool.map(read, stale), strict=True))
            self._files = {
                part: (meta.etag, fresh[part] if part in fresh else self._files[part][1])
                for part, meta in listed.items()
            }
            where: dict[str, tuple[Partition, ...]] = {}
            for part, (_, ids) in self._files.items():
                for game_id in ids:
                    where[game_id] = (*where.get(game_id, ()), part)
            self._where = where

    def near(self, game_id: str) -> list[str]:
        """Ids that differ from one by lost zeros or a slip of the finger; else its neighbours in order."""
        slips = sorted(({game_id.zfill(_OFFICIAL_DIGITS)} | _slips(game_id)) & self._where.keys())
        if slips:
            return slips[:3]
        known = sorted(self._where)
        place = bisect_left(known, game_id)
        return known[max(place - 1, 0) : place + 2]


_known: dict[str, _Ids] = {}


def find_game(
    store: Store, spec: TableSpec, game_id: str, columns: list[str], hints: dict[str, str | int]
) -> tuple[Partition, dict[str, Any]]:
    """The partition of a game and its row.

    Args:
        store: the lake.
        spec: spec of ``silver.fct_games``.
        game_id: id of the source.
        columns: columns of the row.
        hints: values of partition columns that are known. With all of them nothing is looked up.

    Raises:
        UnknownGame: no such game, with ids that are like it.
        ConfigError: several games have the id; a hint tells them apart.
    """
    if set(hints) == set(spec.partition):
        partition = Partition(**{name: hints[name] for name in spec.partition})
        row = _row(store, spec, partition, game_id, columns)
        if row is None:
            raise UnknownGame(f"no game {game_id!r} in {partition} of {store.url}")
        return partition, row
    ids = _known.setdefault(store.url, _Ids())
    for attempt in (1, 2):
        found = [part for part in ids.partitions_of(game_id) if all(part[name] == hints[name] for name in hints)]
        if len(found) > 1:
            raise ConfigError(f"several games have the id {game_id!r}: name one of {', '.join(map(str, found))}")
        if found:
            row = _row(store, spec, found[0], game_id, columns)
            if row is not None:
                return found[0], row
        if attempt == 1:
            ids.refresh(store, spec)
    elsewhere = ids.partitions_of(game_id)
    if elsewhere:
        given = ", ".join(f"{name}={value}" for name, value in hints.items())
        raise UnknownGame(f"game {game_id!r} is in {elsewhere[0]}, not in {given}")
    near = ids.near(game_id)
    hint = f": did you mean {' or '.join(near)}?" if near else ": the lake holds no games yet"
    raise UnknownGame(f"no game {game_id!r} in {store.url}{hint}")


def _row(
    store: Store, spec: TableSpec, partition: Partition, game_id: str, columns: list[str]
) -> dict[str, Any] | None:
    try:
        rows = read_partition(store, spec, partition, columns, units=[game_id])
    except ObjectNotFound:
        return None
    return one_row(rows)


def one_row(rows: pa.Table) -> dict[str, Any] | None:
    """The only row of a table, or None if it has none."""
    return rows.to_pylist()[0] if len(rows) else None


def _slips(text: str) -> set[str]:
    """Texts that differ by one wrong, missing or additional digit, or by two that changed places."""
    cuts = [(text[:place], text[place:]) for place in range(len(text) + 1)]
    return {
        *(left + right[1:] for left, right in cuts if right),
        *(left + right[1] + right[0] + right[2:] for left, right in cuts if len(right) > 1),
        *(left + digit + right[1:] for left, right in cuts if right for digit in _DIGITS),
        *(left + digit + right for left, right in cuts for digit in _DIGITS),
    }
