"""Steps written in SQL: one query per table, run by DuckDB over exactly the partitions that the plan names.

The query names its inputs plainly (``silver.fct_plays``) and returns the columns of its table; partition columns may be
left out. Which tables it reads is read from its text and written nowhere else. ``$name`` stands for a parameter of the
step or for a partition column of the output.
"""

from __future__ import annotations

import glob
import hashlib
import re
from collections.abc import Collection, Mapping
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

from hooplake.build.step import Computed, Reads, Step, Task
from hooplake.errors import ConfigError, ContractError
from hooplake.lake.catalog import sql_type
from hooplake.lake.partition import Partition, table_path
from hooplake.lake.store import Store
from hooplake.lake.table import TableSpec

if TYPE_CHECKING:
    import duckdb

LAYERS = ("bronze", "silver", "gold")

# What is not code: comments and texts. Parsing every query with sqlglot would cost a plan that does nothing half a
# second; names of tables are plain enough to be found without.
_NOT_CODE = re.compile(r"--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'", re.DOTALL)
_TABLE = re.compile(rf'(?<![\w."])"?({"|".join(LAYERS)})"?\s*\.\s*"?([a-z_][a-z0-9_]*)"?', re.IGNORECASE)
_PARAMETER = re.compile(r"\$([A-Za-z_]\w*)")


def sql_step(
    spec: TableSpec,
    query: str,
    *,
    version: str = "",
    parameters: Mapping[str, Any] | None = None,
    reads: Reads | None = None,
) -> Step:
    """A step that makes one table with one query.

    Args:
        spec: the table.
        query: a SELECT statement in the SQL of DuckDB.
        version: added to the hash of the query, for what it depends on beside its text.
        parameters: values for ``$name`` in the query.
        reads: see `Step`.

    Raises:
        ConfigError: if the query reads no table, or its own.
    """
    inputs = tables_of(query)
    if not inputs:
        raise ConfigError(f"the query of {spec.name} reads no table: name its inputs plainly, such as silver.fct_games")
    if spec.name in inputs:
        raise ConfigError(f"the query of {spec.name} reads {spec.name} itself")
    text = hashlib.blake2b(query.encode(), digest_size=8).hexdigest()
    return Step(
        name=spec.name,
        inputs=inputs,
        outputs=(spec.name,),
        version=f"{version}.{text}" if version else text,
        compute=partial(run_query, query=query),
        reads=reads,
        parameters=dict(parameters or {}),
    )


def tables_of(query: str) -> tuple[str, ...]:
    """The tables a query names, as ``layer.table``, in the order of their names."""
    found = {f"{layer}.{table}".lower() for layer, table in _TABLE.findall(_NOT_CODE.sub(" ", query))}
    return tuple(sorted(found))


def run_query(task: Task, *, query: str) -> Computed:
    """Run the query of a table for one output partition.

    Raises:
        ContractError: if the query fails.
    """
    import duckdb

    (table,) = task.outputs
    connection = _connection(task.store)
    for name in tables_of(query):
        connection.execute(_view(task.registry[name], task.inputs.get(name, ()), task.store))
    values = {**task.parameters, **task.partition}
    used = {name: values[name] for name in set(_PARAMETER.findall(_NOT_CODE.sub(" ", query))) if name in values}
    try:
        found = connection.sql(query, params=used)
        rows = found.to_arrow_table()
    except duckdb.Error as error:
        raise ContractError(f"the query of {table} failed for {task.partition}: {error}") from error
    return Computed({table: rows})


@lru_cache(maxsize=1)
def _connection(store: Store) -> duckdb.DuckDBPyConnection:
    """One connection per process: opening one costs more than most queries."""
    import duckdb

    # on one thread sums of doubles are added in one order, whatever the machine
    connection = duckdb.connect(":memory:", config={"threads": 1})
    connection.execute("SET TimeZone = 'UTC'")
    for layer in LAYERS:
        connection.execute(f"CREATE SCHEMA {layer}")
    if not store.is_local:
        from hooplake.lake.store_bucket import open_file_system

        connection.register_filesystem(open_file_system(store.options))
    return connection


def _view(spec: TableSpec, partitions: Collection[Partition], store: Store) -> str:
    name = f"{spec.layer}.{spec.table}"
    if not partitions:
        columns = ", ".join(f'CAST(NULL AS {sql_type(item.type)}) AS "{item.name}"' for item in spec.columns.values())
        return f"CREATE OR REPLACE VIEW {name} AS SELECT {columns} WHERE false"
    columns = ", ".join(f'"{column}"' for column in spec.columns)
    files = ", ".join(_literal(_file(store, table_path(spec, partition))) for partition in sorted(partitions))
    options = "hive_partitioning = false"
    if spec.partition:
        types = ", ".join(f"'{column}': {sql_type(spec.columns[column].type)}" for column in spec.partition)
        options = f"hive_partitioning = true, hive_types = {{{types}}}"
    return f"CREATE OR REPLACE VIEW {name} AS SELECT {columns} FROM read_parquet([{files}], {options})"


def _file(store: Store, path: str) -> str:
    local = store.local_path(path)
    return f"{store.url}/{path}" if local is None else glob.escape(str(local))


def _literal(value: object) -> str:
    return "'" + str(value).replace("'", "''") + "'"
