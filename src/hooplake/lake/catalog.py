"""The tables of a lake as views of a DuckDB connection.

Every declared table is a view in the schema of its layer (``silver.fct_plays``), with the declared columns in their
order; one that was not built yet is there and empty. A filter on partition columns opens only the files that match.
DuckDB reads the Parquet files themselves, with no extension: a directory by a pattern, so that a view always sees the
files of the moment; a bucket by the list of files at the time of `connect`, through obstore.
"""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import product
from typing import TYPE_CHECKING

from hooplake.errors import ConfigError, HooplakeError
from hooplake.lake.partition import FILE_NAME, Partition, PartitionValue
from hooplake.lake.store import Store
from hooplake.lake.table import Column, TableSpec, Type
from hooplake.lake.views import View

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

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
_NOT_CODE = re.compile(r"--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'", re.DOTALL)
_READS = re.compile(r"\s*(?:select|with|from)\b", re.IGNORECASE)
_CATALOG = re.compile(
    r"\b(?:information_schema|duckdb_\w+|pg_\w+|sqlite_\w+|pragma\w*|show|describe|summarize|query\w*)\b", re.IGNORECASE
)


def connect(
    store: Store,
    registry: Mapping[str, TableSpec],
    views: Sequence[View] = (),
    only: Mapping[str, Collection[PartitionValue]] | None = None,
    without: Collection[str] = (),
) -> duckdb.DuckDBPyConnection:
    """A new DuckDB connection in memory in which each declared table is a view, and so is each of some questions to them.

    A table whose files do not have the declared columns, or are no Parquet files, does not stop the others: its view
    is there and says what is wrong when it is read.

    Args:
        store: the lake.
        registry: the declared tables by name.
        views: views over the tables.
        only: values of partition columns; partitions with others are not in the views of a lake that is a directory.
        without: tables whose views are empty.

    Returns:
        The connection, in UTC. Use one cursor per thread (`connection.cursor()`); all of them see the views.
    """
    layers = dict.fromkeys(name.partition(".")[0] for name in (*registry, *(view.name for view in views)))
    connection = open_connection(store, layers)
    if store.is_local:
        # a footer is read again when its file was replaced; a question about one game reads little else
        connection.execute("SET parquet_metadata_cache = true")
        for spec in registry.values():
            _create_view(connection, spec, [] if spec.name in without else _local_files(store, spec, only or {}))
        for view in views:
            connection.execute(_named(view))
        return connection
    files = _bucket_files(store, registry)

    def create(spec: TableSpec) -> None:
        with connection.cursor() as cursor:
            _create_view(cursor, spec, [] if spec.name in without else files.get(spec.name, []))

    def name(view: View) -> None:
        with connection.cursor() as cursor:
            cursor.execute(_named(view))

    from concurrent.futures import ThreadPoolExecutor

    # a view asks for the columns of its first file, so the waits for the network overlap
    with ThreadPoolExecutor(_REQUESTS) as pool:
        list(pool.map(create, registry.values()))
        names = {view.name for view in views}
        later = [view for view in views if any(other in view.sql for other in names - {view.name})]
        list(pool.map(name, [view for view in views if view not in later]))
        list(map(name, later))
    return connection


@contextmanager
def ask_within(
    store: Store,
    registry: Mapping[str, TableSpec],
    views: Sequence[View],
    only: Mapping[str, Collection[PartitionValue]],
    without: Collection[str],
    prepare: Callable[[duckdb.DuckDBPyConnection], object],
) -> Iterator[Callable[[str], pa.Table]]:
    """Answers questions about the partitions that have some values, over the files that are there at the first one.

    Args:
        store: the lake.
        registry: the declared tables by name.
        views: views over the tables.
        only: as in `connect`.
        without: as in `connect`.
        prepare: is given every connection that is opened.

    Yields:
        What answers a question that names its tables and does no more than read.
    """
    opened: list[tuple[set[str], duckdb.DuckDBPyConnection]] = []

    def ask(query: str) -> pa.Table:
        asked = tables_asked(query, registry, views)
        if asked is None:
            raise ConfigError("a question about some partitions names the tables that it reads, and does no more")
        names = {*asked[0], *(view.name for view in asked[1])}
        connection = next((known for held, known in opened if names <= held), None)
        if connection is None:
            connection = connect(store, {name: registry[name] for name in asked[0]}, asked[1], only, without)
            opened.append((names, connection))
            prepare(connection)
        with told():
            return connection.sql(query).to_arrow_table()

    try:
        yield ask
    finally:
        for _, connection in opened:
            connection.close()


def tables_asked(
    query: str, registry: Mapping[str, TableSpec], views: Sequence[View]
) -> tuple[list[str], list[View]] | None:
    """The tables and views that a question reads, those included that its views read.

    Making a view of every table costs more than most answers take. None if a connection with all of them is called for:
    the query does more than read, asks for what there is, or names something else in a schema of the lake.
    """
    code = _NOT_CODE.sub(" ", query)
    if not _READS.match(code) or _CATALOG.search(code):
        return None
    known = {view.name: view for view in views}
    layers = "|".join({name.partition(".")[0] for name in (*registry, *known)})
    name = re.compile(rf'(?<![\w."])"?({layers})"?\s*\.\s*"?(\w+)"?', re.IGNORECASE)
    found: set[str] = set()
    texts = [code]
    while texts:
        for asked in {f"{layer}.{table}".lower() for layer, table in name.findall(texts.pop())} - found:
            if asked not in registry and asked not in known:
                return None
            found.add(asked)
            texts += [_NOT_CODE.sub(" ", known[asked].sql)] if asked in known else []
    return sorted(found & registry.keys()), [view for view in views if view.name in found]


def _named(view: View) -> str:
    return f"CREATE OR REPLACE VIEW {view.name} AS {view.sql}"


def open_connection(
    store: Store, layers: Iterable[str], config: Mapping[str, str | int] | None = None
) -> duckdb.DuckDBPyConnection:
    """A new DuckDB connection in memory, in UTC, that can read the files of a store; its schemas are empty.

    Args:
        store: the lake.
        layers: the schemas to make.
        config: settings of DuckDB, such as ``{"threads": 1}``.
    """
    import duckdb

    connection = duckdb.connect(":memory:", config=dict(config or {}))
    connection.execute("SET TimeZone = 'UTC'")
    for layer in layers:
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {layer}")
    if not store.is_local:
        from hooplake.lake.store_bucket import open_file_system

        connection.register_filesystem(open_file_system(store.options))
    return connection


def sql_type(declared: Type) -> str:
    """The SQL type in which DuckDB shows a declared type."""
    return f"{sql_type(declared.item)}[]" if declared.item else _SQL_TYPES[declared.kind]


def file_url(store: Store, path: str) -> str:
    """An object's address in the ``read_parquet`` of a connection to the store."""
    local = store.local_path(path)
    return f"{store.url}/{path}" if local is None else glob.escape(str(local))


def view_sql(spec: TableSpec, files: Sequence[str]) -> str:
    """The statement that makes the view of a table over some of its files (`file_url`); with none, it is empty."""
    if not files:
        return _view(spec, lambda _: "NULL", "WHERE false")
    options = "hive_partitioning = false"
    if spec.partition:
        types = ", ".join(f"'{column}': {sql_type(spec.columns[column].type)}" for column in spec.partition)
        options = f"hive_partitioning = true, hive_types = {{{types}}}"
    source = f"FROM read_parquet([{', '.join(_quoted(file) for file in files)}], {options})"
    columns = ", ".join(f'"{column}"' for column in spec.columns)
    return f"CREATE OR REPLACE VIEW {spec.name} AS SELECT {columns} {source}"


def _view(spec: TableSpec, value: Callable[[Column], str], where: str) -> str:
    columns = [f'CAST({value(item)} AS {sql_type(item.type)}) AS "{item.name}"' for item in spec.columns.values()]
    return f"CREATE OR REPLACE VIEW {spec.name} AS SELECT {', '.join(columns)} {where}"


def _create_view(connection: duckdb.DuckDBPyConnection, spec: TableSpec, files: Sequence[str]) -> None:
    import duckdb

    try:
        connection.execute(view_sql(spec, files))
    except duckdb.Error as error:
        reason = str(error).partition("\n")[0]
        failure = f"error({_quoted(f'the files of {spec.name} are not as its spec says; build it again ({reason})')})"
        connection.execute(_view(spec, lambda _: failure, f"WHERE {failure}"))


def _local_files(store: Store, spec: TableSpec, only: Mapping[str, Collection[PartitionValue]]) -> list[str]:
    folder = f"{store.url}/{spec.layer}/{spec.table}"
    if any(name in only for name in spec.partition):
        choices = [[str(Partition(**{name: v})) for v in only.get(name, ())] or ["*"] for name in spec.partition]
        patterns = ["/".join((glob.escape(folder), *parts, FILE_NAME)) for parts in product(*choices)]
        return [glob.escape(file) for pattern in patterns for file in sorted(glob.glob(pattern))]
    if not _has_file(folder, len(spec.partition)):
        return []
    return [f"{glob.escape(folder)}{'/*' * len(spec.partition)}/{FILE_NAME}"]


def _has_file(folder: str, depth: int) -> bool:
    """Whether some partition is below the folder; stops at the first."""
    if depth == 0:
        return os.path.isfile(f"{folder}/{FILE_NAME}")
    try:
        with os.scandir(folder) as entries:
            return any("=" in entry.name and _has_file(entry.path, depth - 1) for entry in entries)
    except (FileNotFoundError, NotADirectoryError):
        return False


def _bucket_files(store: Store, registry: Mapping[str, TableSpec]) -> dict[str, list[str]]:
    """The files of each table that has any."""
    layers = dict.fromkeys(spec.layer for spec in registry.values())
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(_REQUESTS) as pool:
        listed = [path for found in pool.map(store.paths, layers) for path in found]
    files: dict[str, list[str]] = {}
    for path in listed:
        layer, table, *_, file = path.split("/")
        if file == FILE_NAME:
            files.setdefault(f"{layer}.{table}", []).append(file_url(store, path))
    return files


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


@contextmanager
def told() -> Iterator[None]:
    """Says what DuckDB says, as an error of hooplake."""
    import duckdb

    try:
        yield
    except duckdb.ProgrammingError as error:
        raise ConfigError(str(error)) from error
    except (duckdb.Error, OSError) as error:  # Arrow hands on as OSError what DuckDB meets while it computes rows
        raise HooplakeError(f"the query failed: {error}") from error
