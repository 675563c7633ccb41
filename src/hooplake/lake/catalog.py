"""The tables of a lake as views of a DuckDB connection.

Every declared table is a view in the schema of its layer (``silver.fct_plays``), with the declared columns in their
order; one that was not built yet is there and empty. A filter on partition columns opens only the files that match.
DuckDB reads the Parquet files themselves, with no extension: a directory by a pattern, so that a view always sees the
files of the moment; a bucket by the list of files at the time of `connect`, through obstore.
"""

from __future__ import annotations

import glob
import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from hooplake.lake.partition import FILE_NAME
from hooplake.lake.store import Store
from hooplake.lake.table import TableSpec, Type

if TYPE_CHECKING:
    import duckdb

_SQL_TYPES = {
    "bool": "BOOLEAN",
    "int8": "TINYINT",
    "int16": "SMALLINT",
    "int32": "INTEGER",
    "int64": "BIGINT",
    "float64": "DOUBLE",
    "decimal": "DOUBLE",
    "text": "VARCHAR",
    "json": "VARCHAR",
    "date": "DATE",
    "timestamp": "TIMESTAMP WITH TIME ZONE",
}
_REQUESTS = 16


def connect(store: Store, registry: Mapping[str, TableSpec]) -> duckdb.DuckDBPyConnection:
    """A new DuckDB connection in memory in which each declared table is a view.

    Args:
        store: the lake.
        registry: the declared tables by name.

    Returns:
        The connection, in UTC. Use one cursor per thread (`connection.cursor()`); all of them see the views.
    """
    import duckdb

    connection = duckdb.connect(":memory:")
    connection.execute("SET TimeZone = 'UTC'")
    for layer in dict.fromkeys(spec.layer for spec in registry.values()):
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {layer}")
    if store.is_local:
        for spec in registry.values():
            connection.execute(_view(spec, _local_files(store, spec)))
        return connection
    from hooplake.lake.store_bucket import open_file_system

    files = _bucket_files(store, registry)
    connection.register_filesystem(open_file_system(store.options))

    def create(spec: TableSpec) -> None:
        with connection.cursor() as cursor:
            cursor.execute(_view(spec, files.get(spec.name)))

    # a view asks for the columns of its first file, so the waits for the network overlap
    with ThreadPoolExecutor(_REQUESTS) as pool:
        list(pool.map(create, registry.values()))
    return connection


def sql_type(declared: Type) -> str:
    """The SQL type in which DuckDB shows a declared type."""
    return f"{sql_type(declared.item)}[]" if declared.item else _SQL_TYPES[declared.kind]


def _view(spec: TableSpec, files: str | None) -> str:
    name = f"{spec.layer}.{spec.table}"
    if files is None:
        columns = ", ".join(f'CAST(NULL AS {sql_type(item.type)}) AS "{item.name}"' for item in spec.columns.values())
        return f"CREATE OR REPLACE VIEW {name} AS SELECT {columns} WHERE false"
    columns = ", ".join(f'"{column}"' for column in spec.columns)
    options = "hive_partitioning = false"
    if spec.partition:
        types = ", ".join(f"'{column}': {sql_type(spec.columns[column].type)}" for column in spec.partition)
        options = f"hive_partitioning = true, hive_types = {{{types}}}"
    return f"CREATE OR REPLACE VIEW {name} AS SELECT {columns} FROM read_parquet({files}, {options})"


def _local_files(store: Store, spec: TableSpec) -> str | None:
    folder = f"{store.url}/{spec.layer}/{spec.table}"
    if not _has_file(folder, len(spec.partition)):
        return None
    return _quoted(f"{glob.escape(folder)}{'/*' * len(spec.partition)}/{FILE_NAME}")


def _has_file(folder: str, depth: int) -> bool:
    """Whether some partition is below the folder; stops at the first."""
    if depth == 0:
        return os.path.isfile(f"{folder}/{FILE_NAME}")
    try:
        with os.scandir(folder) as entries:
            return any("=" in entry.name and _has_file(entry.path, depth - 1) for entry in entries)
    except (FileNotFoundError, NotADirectoryError):
        return False


def _bucket_files(store: Store, registry: Mapping[str, TableSpec]) -> dict[str, str]:
    """The files of each table that has any, as a list in SQL."""
    layers = dict.fromkeys(spec.layer for spec in registry.values())
    with ThreadPoolExecutor(_REQUESTS) as pool:
        listed = [meta.path for found in pool.map(store.list, layers) for meta in found]
    paths: dict[str, list[str]] = {}
    for path in listed:
        layer, table, *_, file = path.split("/")
        if file == FILE_NAME:
            paths.setdefault(f"{layer}.{table}", []).append(_quoted(f"{store.url}/{path}"))
    return {table: f"[{', '.join(files)}]" for table, files in paths.items()}


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
