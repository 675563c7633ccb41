"""Row hashes of stored rows: put where they are missing or of an old version, and checked.

Nothing is built anew: the rows are read, hashed in one go and written back. The writer is deterministic, so a file whose
hashes had been lost is, byte for byte, the one that was published.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from hooplake.errors import ConfigError, ContractError
from hooplake.lake.keys import duplicated
from hooplake.lake.parquet import write_table
from hooplake.lake.partition import FILE_NAME, Partition, parse_path
from hooplake.lake.rowhash import hash_version, row_hashes
from hooplake.lake.store import Store
from hooplake.lake.table import TableSpec
from hooplake.tables.finish import hashed

HASH_LENGTH = 16


@dataclass(slots=True)
class HashState:
    """How the hashes of one partition stand.

    Attributes:
        partition: which.
        rows: its rows.
        hashed: rows with a hash of the present version.
        valid: rows whose hash is that of their content.
        distinct: different hashes.
        duplicates: rows whose key another row has too.
        shortest: length of the shortest hash, 0 without any.
        longest: length of the longest.
    """

    partition: str
    rows: int
    hashed: int
    valid: int
    distinct: int
    duplicates: int
    shortest: int
    longest: int


@dataclass(slots=True)
class Rehashed:
    """What a rehash of a table did.

    Attributes:
        partitions: partitions that were written.
        skipped: partitions whose hashes were all there.
        rows: rows that got a hash.
        hash_seconds: time of hashing.
        write_seconds: time of reading and writing.
    """

    partitions: int = 0
    skipped: int = 0
    rows: int = 0
    hash_seconds: float = 0.0
    write_seconds: float = 0.0


def partitions_of(store: Store, spec: TableSpec) -> list[tuple[Partition, str]]:
    """The stored partitions of a table and their paths.

    Raises:
        ConfigError: the table has no row hash.
    """
    if spec.hash is None or "data_hash" not in spec.columns:
        raise ConfigError(f"{spec.name} has no row hash")
    folder = f"{spec.layer}/{spec.table}"
    paths = [meta.path for meta in store.list(folder) if meta.path.endswith(f"/{FILE_NAME}")]
    return sorted((parse_path(path, spec)[1], path) for path in paths)


def rehash(store: Store, spec: TableSpec, *, dry_run: bool = False) -> Rehashed:
    """Give every stored row of a table that lacks a hash of the present version its hash.

    Args:
        store: the lake.
        spec: the table.
        dry_run: count, and write nothing.

    Raises:
        ContractError: a stored value is not as its spec says, so that no hash can be made of it; build the table.
    """
    report = Rehashed()
    store.scratch.mkdir(parents=True, exist_ok=True)
    for partition, path in partitions_of(store, spec):
        started = time.perf_counter()
        rows = _read(store, spec, partition, path)
        lacking = len(rows) - _current(spec, rows)
        if not lacking:
            report.skipped += 1
            continue
        report.partitions += 1
        report.rows += lacking
        read = time.perf_counter()
        fresh = hashed(spec, rows)
        done = time.perf_counter()
        report.hash_seconds += done - read
        if not dry_run:
            file = store.scratch / f"rehash-{spec.table}-{str(partition).replace('/', ',')}.parquet"
            try:
                write_table(spec, fresh, file)
                store.publish(path, file)
            finally:
                file.unlink(missing_ok=True)
        report.write_seconds += time.perf_counter() - done + read - started
    return report


def hash_states(store: Store, spec: TableSpec) -> list[HashState]:
    """How the hashes of each partition stand; every hash is computed anew from its row."""
    found = []
    for partition, path in partitions_of(store, spec):
        rows = _read(store, spec, partition, path)
        column = (
            rows.column("data_hash")
            if "data_hash" in rows.column_names
            else pa.chunked_array([pa.nulls(len(rows), pa.string())])
        )
        lengths = pc.min_max(pc.utf8_length(column)).as_py()
        found.append(
            HashState(
                str(partition), len(rows), _current(spec, rows),
                pc.sum(pc.equal(column, row_hashes(spec, rows)).fill_null(False)).as_py() or 0,
                pc.count_distinct(column).as_py(), _duplicates(spec, rows), lengths["min"] or 0, lengths["max"] or 0,
            )
        )  # fmt: skip
    return found


def _duplicates(spec: TableSpec, rows: pa.Table) -> int:
    found = duplicated(rows, spec.key)
    return 0 if found is None else int(found.sum())


def _current(spec: TableSpec, rows: pa.Table) -> int:
    """Rows with a hash of the right length and the present version."""
    if "data_hash" not in rows.column_names or "hash_version" not in rows.column_names:
        return 0
    right = pc.and_(
        pc.equal(pc.utf8_length(rows.column("data_hash")), HASH_LENGTH),
        pc.equal(rows.column("hash_version"), hash_version(spec)),
    )
    found: int = pc.sum(right.fill_null(False)).as_py() or 0
    return found


def _read(store: Store, spec: TableSpec, partition: Partition, path: str) -> pa.Table:
    """The rows of an object, which may lack the hash columns, with the partition columns."""
    rows = pq.ParquetFile(store.open_input(path)).read()
    for name, value in partition.items():
        kind: Any = spec.columns[name].type.arrow
        rows = rows.append_column(name, pa.repeat(pa.scalar(value, kind), len(rows)))
    missing = [
        name for name in spec.columns if name not in rows.column_names and name not in ("data_hash", "hash_version")
    ]
    if missing:
        raise ContractError(f"{path} has no column {', '.join(missing)}: build {spec.name} again")
    return rows
