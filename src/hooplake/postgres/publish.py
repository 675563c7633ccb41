"""Snapshots of replayed games into ``phase9``: by COPY, game by game, so that what did not change is not written again."""

from __future__ import annotations

import hashlib
import io
import time
from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

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
        jobs = _jobs(store, registry, leagues, seasons)
        known = _known(connection)
        # while one batch is copied, the next is read and made
        with ThreadPoolExecutor(1) as reader:
            ahead = deque(reader.submit(_prepare, store, registry, job, known) for job in islice(jobs, 2))
            while ahead:
                prepared = ahead.popleft().result()
                ahead.extend(reader.submit(_prepare, store, registry, job, known) for job in islice(jobs, 1))
                result.unchanged += prepared.unchanged
                if prepared.hashes:
                    _write(connection, prepared, result, replace=bool(rows))
                if on_games is not None:
                    on_games(prepared.unchanged + len(prepared.hashes))
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


class _Job(NamedTuple):
    """Some games of a partition, and which tables it has."""

    partition: Partition
    games: list[str]
    tables: frozenset[str]


class _Prepared(NamedTuple):
    """What is to be written of a job: hashes by game of those that changed, their rows, and how many did not."""

    source: str
    hashes: dict[str, str]
    rows: dict[str, pa.Table]
    unchanged: int


_Known = Mapping[tuple[str, str], str]


def _jobs(
    store: Store, registry: Mapping[str, TableSpec], leagues: Collection[str], seasons: Collection[int]
) -> Iterator[_Job]:
    there = {name: set(list_partitions(store, registry[name])) for name in INPUT_TABLES}
    states = INPUT_TABLES[0]
    for partition in sorted(there[states]):
        if (leagues and partition["league"] not in leagues) or (seasons and partition["season"] not in seasons):
            continue
        games = sorted(read_partition(store, registry[states], partition, ["game_id"])["game_id"].unique().to_pylist())
        tables = frozenset(name for name, found in there.items() if partition in found)
        for at in range(0, len(games), _GAMES):
            yield _Job(partition, games[at : at + _GAMES], tables)


def _known(connection: psycopg.Connection[Any]) -> dict[tuple[str, str], str]:
    """The content of every game that was published, by source and game."""
    rows = connection.execute("select data_source, game_id, content_hash from phase9.published_games").fetchall()
    return {(source, game): content for source, game, content in rows}


def _prepare(store: Store, registry: Mapping[str, TableSpec], job: _Job, known: _Known) -> _Prepared:
    """Reads the games of a job, and makes the rows of those that changed; snapshots are numbered from 0."""
    tables = {
        name: read_partition(store, registry[name], job.partition, units=job.games)
        if name in job.tables
        else registry[name].schema.empty_table()
        for name in INPUT_TABLES
    }
    source = str(job.partition["source"])
    hashes = _content_hashes(tables)
    changed = {game: content for game, content in sorted(hashes.items()) if known.get((source, game)) != content}
    if not changed:
        return _Prepared(source, {}, {}, len(hashes))
    if len(changed) < len(hashes):
        wanted = pa.array(changed, pa.string())
        tables = {name: table.filter(pc.is_in(table["game_id"], wanted)) for name, table in tables.items()}
    return _Prepared(source, changed, snapshot_rows(tables, source=source), len(hashes) - len(changed))


def _write(connection: psycopg.Connection[Any], prepared: _Prepared, result: Published, *, replace: bool) -> None:
    """Writes the rows of a batch in one transaction.

    Args:
        connection: the database.
        prepared: the rows.
        result: what is counted.
        replace: the tables were not empty: rows of the games may be there, also of somebody else.
    """
    games = list(prepared.hashes)
    count = len(prepared.rows[TABLES[0]])
    with connection.transaction(), connection.cursor() as cursor:
        # other writers must not take the numbers between
        cursor.execute("lock table phase9.game_state_snapshots in share row exclusive mode")
        (first,) = cursor.execute("select nextval(%s)", (_SEQUENCE,)).fetchone() or (1,)
        cursor.execute("select setval(%s, %s)", (_SEQUENCE, first + count - 1))
        if replace:
            _delete(cursor, games, prepared.source)
        for name, rows in prepared.rows.items():
            result.copying += _copy(cursor, name, rows, first)
            result.rows[name] += len(rows)
        cursor.execute(
            "insert into phase9.published_games (game_id, data_source, content_hash) "
            "select unnest(%s::text[]), %s, unnest(%s::text[]) "
            "on conflict (game_id, data_source) do update set content_hash = excluded.content_hash, published_at = now()",
            (games, prepared.source, list(prepared.hashes.values())),
        )
    result.games += len(games)


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


def _copy(cursor: psycopg.Cursor[Any], name: str, rows: pa.Table, first: int) -> float:
    from pyarrow import csv

    begun = time.perf_counter()
    if "snapshot_id" in rows.column_names:
        place = rows.column_names.index("snapshot_id")
        rows = rows.set_column(place, "snapshot_id", pc.add(rows["snapshot_id"], first))
    sink = io.BytesIO()
    csv.write_csv(rows, sink, csv.WriteOptions(include_header=False, batch_size=8192))
    columns = ", ".join(rows.column_names)
    with cursor.copy(f"copy {name} ({columns}) from stdin with (format csv)".encode()) as copy:
        copy.write(sink.getbuffer())
    return time.perf_counter() - begun
