"""Steps written in SQL: one query per table, run by DuckDB over exactly the partitions that the plan names.

The query names its inputs plainly (``silver.fct_plays``) and returns the columns of its table; partition columns may be
left out. Which tables it reads is read from its text and written nowhere else. ``$name`` stands for a parameter of the
step or for a partition column of the output.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

from hooplake.build.step import Computed, Reads, Step, Task
from hooplake.errors import ConfigError, ContractError
from hooplake.lake.catalog import file_url, open_connection, view_sql
from hooplake.lake.partition import table_path
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
        spec = task.registry[name]
        files = [file_url(task.store, table_path(spec, partition)) for partition in task.inputs.get(name, ())]
        connection.execute(view_sql(spec, files))
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
    # on one thread sums of doubles are added in one order, whatever the machine
    return open_connection(store, LAYERS, {"threads": 1})
