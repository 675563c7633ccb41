"""Snapshots of replayed games into ``phase9``: by COPY, game by game, so that what did not change is not written again."""

from __future__ import annotations

import hashlib
import io
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from hooplake.lake.digest import unit_digests
from hooplake.lake.parquet import read_partition
from hooplake.lake.partition import Partition, list_partitions
from hooplake.lake.store import Store
from hooplake.lake.table import TableSpec
from hooplake.postgres.schema import create_keys, drop_keys, require
from hooplake.postgres.snapshots import INPUT_TABLES, TABLES, snapshot_rows

if TYPE_CHECKING:
    import psycopg

_GAMES = 128  # rows of so many games are in memory at once
_LOCK = 0x70393039
_SEQUENCE = "phase9.game_state_snapshots_snapshot_id_seq"


@dataclass
class Published:
    """What was published.

    Attributes:
        games: games written.
        unchanged: games whose rows are there already.
        rows: rows written, by table.
        seconds: time for reading, comparing and writing.
        copying: of them, time within COPY.
        keys: constraints and indexes built after the load.
        key_seconds: time for that.
    """

    games: int = 0
    unchanged: int = 0
    rows: dict[str, int] = field(default_factory=lambda: dict.fromkeys(TABLES, 0))
    seconds: float = 0.0
    copying: float = 0.0
    keys: list[str] = field(default_factory=list)
    key_seconds: float = 0.0


def publish(
    connection: psycopg.Connection[Any],
    store: Store,
    registry: Mapping[str, TableSpec],
    *,
    leagues: Collection[str] = (),
    seasons: Collection[int] = (),
    on_games: Callable[[int], None] | None = None,
) -> Published:
    """Loads the snapshots of every replayed game whose content is not in the database.

    A game is replaced as a whole, in one transaction with the others of its batch; a game whose content was published
    before is left alone. Into empty tables rows are loaded without keys, which are built when all are in. A run that
    is killed leaves whole games, and the next one does the rest, the keys included.

    Args:
        connection: the database, with its schemas.
        store: the lake.
        registry: the table specs.
        leagues: only these leagues; all by default.
        seasons: only these seasons; all by default.
        on_games: is told how many games each batch has.

    Raises:
        ConfigError: the tables are missing.
    """
    require(connection, *TABLES, "phase9.published_games")
    result = Published()
    begun = time.perf_counter()
    connection.execute("select pg_advisory_lock(%s)", (_LOCK,))  # one publishes at a time
    try:
        (empty,) = connection.execute("select not exists (select from phase9.published_games)").fetchone() or (False,)
        (rows,) = connection.execute("select exists (select from phase9.game_state_snapshots)").fetchone() or (True,)
        if empty and not rows:
            drop_keys(connection)
        else:
            result.keys = create_keys(connection)  # of a load that was killed
        there = {name: set(list_partitions(store, registry[name])) for name in INPUT_TABLES}
        for partition in sorted(there[INPUT_TABLES[0]]):
            if (leagues and partition["league"] not in leagues) or (seasons and partition["season"] not in seasons):
                continue
            for tables in _batches(store, registry, partition, {name for name in there if partition in there[name]}):
                _publish_batch(connection, tables, str(partition["source"]), result, replace=bool(rows))
                if on_games is not None:
                    on_games(len(tables[INPUT_TABLES[0]]["game_id"].unique()))
        loaded = time.perf_counter()
        result.keys += create_keys(connection)
        result.key_seconds = time.perf_counter() - loaded
        if result.keys:
            connection.execute("analyze phase9.game_state_snapshots")
            connection.execute("analyze phase9.player_snapshot_stats")
    finally:
        if not connection.closed:
            connection.execute("select pg_advisory_unlock(%s)", (_LOCK,))
    result.seconds = time.perf_counter() - begun
    return result


def _batches(
    store: Store, registry: Mapping[str, TableSpec], partition: Partition, there: Collection[str]
) -> Iterator[dict[str, pa.Table]]:
    """The tables of a partition, those that are there, some games at a time."""
    games = sorted(
        read_partition(store, registry[INPUT_TABLES[0]], partition, ["game_id"])["game_id"].unique().to_pylist()
    )
    for at in range(0, len(games), _GAMES):
        units = games[at : at + _GAMES]
        yield {
            name: read_partition(store, registry[name], partition, units=units)
            if name in there
            else registry[name].schema.empty_table()
            for name in INPUT_TABLES
        }


def _publish_batch(
    connection: psycopg.Connection[Any],
    tables: Mapping[str, pa.Table],
    source: str,
    result: Published,
    *,
    replace: bool,
) -> None:
    hashes = _content_hashes(tables)
    known = dict(
        connection.execute(
            "select game_id, content_hash from phase9.published_games where data_source = %s and game_id = any(%s)",
            (source, list(hashes)),
        ).fetchall()
    )
    changed = sorted(game for game, content in hashes.items() if known.get(game) != content)
    result.unchanged += len(hashes) - len(changed)
    if not changed:
        return
    wanted = pa.array(changed, pa.string())
    chosen = {name: table.filter(pa.compute.is_in(table["game_id"], wanted)) for name, table in tables.items()}
    snapshots = len(chosen[INPUT_TABLES[0]])
    with connection.transaction(), connection.cursor() as cursor:
        # other writers must not take the numbers between
        cursor.execute("lock table phase9.game_state_snapshots in share row exclusive mode")
        (first,) = cursor.execute("select nextval(%s)", (_SEQUENCE,)).fetchone() or (1,)
        cursor.execute("select setval(%s, %s)", (_SEQUENCE, first + snapshots - 1))
        if replaced := changed if replace else [game for game in changed if game in known]:
            _delete(cursor, replaced, source)
        for name, rows in snapshot_rows(chosen, source=source, first=first).items():
            result.copying += _copy(cursor, name, rows)
            result.rows[name] += len(rows)
        cursor.execute(
            "insert into phase9.published_games (game_id, data_source, content_hash) "
            "select unnest(%s::text[]), %s, unnest(%s::text[]) "
            "on conflict (game_id, data_source) do update set content_hash = excluded.content_hash, published_at = now()",
            (changed, source, [hashes[game] for game in changed]),
        )
    result.games += len(changed)


def _content_hashes(tables: Mapping[str, pa.Table]) -> dict[str, str]:
    """A hash of everything that is published of each game."""
    digests = [unit_digests(tables[name], "game_id") for name in INPUT_TABLES]
    return {
        game: hashlib.blake2b(b"".join(each.get(game, b"-") for each in digests), digest_size=16).hexdigest()
        for game in digests[0]
    }


def _delete(cursor: psycopg.Cursor[Any], games: Sequence[str], source: str) -> None:
    """Removes games; the lines of their players go with the snapshots."""
    for table in (TABLES[0], TABLES[2], TABLES[3]):
        cursor.execute(
            f"delete from {table} where data_source = %s and game_id = any(%s)".encode(), (source, list(games))
        )


def _copy(cursor: psycopg.Cursor[Any], name: str, rows: pa.Table) -> float:
    from pyarrow import csv

    begun = time.perf_counter()
    sink = io.BytesIO()
    csv.write_csv(rows, sink, csv.WriteOptions(include_header=False, batch_size=8192))
    columns = ", ".join(rows.column_names)
    with cursor.copy(f"copy {name} ({columns}) from stdin with (format csv)".encode()) as copy:
        copy.write(sink.getbuffer())
    return time.perf_counter() - begun
