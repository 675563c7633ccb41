"""Steps written in SQL: one query per table, run by DuckDB over exactly the partitions that the plan names.

The query names its inputs plainly (``silver.fct_plays``) and returns the columns of its table; partition columns may be
left out. Which tables it reads is read from its text and written nowhere else. ``$name`` stands for a parameter of the
step or for a partition column of the output.
"""

from __future__ import annotations

import hashlib
import re
import warnings
from collections.abc import Callable, Mapping
from datetime import date
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
    import pyarrow as pa

Finish = Callable[["TableSpec", "pa.Table"], "pa.Table"]
"""Turns what a query returns, partition columns included, into rows of its table."""

LAYERS = ("bronze", "silver", "gold")
EARLIER = "earlier"
"""How far a query is shown an input that must not tell of the date itself: only dates before it."""

# What is not code: comments and texts. Parsing every query with sqlglot would cost a plan that does nothing half a
# second; names of tables are plain enough to be found without.
_NOT_CODE = re.compile(r"--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'", re.DOTALL)
_TABLE = re.compile(rf'(?<![\w."])"?({"|".join(LAYERS)})"?\s*\.\s*"?([a-z_][a-z0-9_]*)"?', re.IGNORECASE)
_NAME = re.compile(r"[A-Za-z_]\w*")
_STAR = re.compile(r"(?:\bselect\s+(?:distinct\s+)?|,\s*|\.)\*", re.IGNORECASE)
_WHOLE_ROWS = re.compile(
    r"\bdistinct\s+(?:\w+\.)?\*|\b(?:union(?!\s+all)|intersect|except|natural)\b|\bby\s+all\b|\bcolumns\s*\(",
    re.IGNORECASE,
)
_PARAMETER = re.compile(r"\$([A-Za-z_]\w*)")


def sql_step(
    spec: TableSpec,
    query: str,
    *,
    version: str = "",
    parameters: Mapping[str, Any] | None = None,
    reads: Reads | None = None,
    finish: Finish | None = None,
) -> Step:
    """A step that makes one table with one query.

    Args:
        spec: the table.
        query: a SELECT statement in the SQL of DuckDB.
        version: added to the hash of the query, for what it depends on beside its text.
        parameters: values for ``$name`` in the query.
        reads: see `Step`.
        finish: a top-level function that turns what the query returns into rows of the table.

    A table with a unit is made set-wise: one query makes all the dates that are due, of which others are dropped.

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
        unit=spec.unit,
        compute=partial(run_query, query=query, reach=dict(spec.reach), finish=finish),
        reads=reads,
        columns=partial(columns_of, query=query),
        reach=spec.reach,
        setwise=bool(spec.unit),
        parameters=dict(parameters or {}),
    )


def tables_of(query: str) -> tuple[str, ...]:
    """The tables a query names, as ``layer.table``, in the order of their names."""
    found = {f"{layer}.{table}".lower() for layer, table in _TABLE.findall(_NOT_CODE.sub(" ", query))}
    return tuple(sorted(found))


def columns_of(spec: TableSpec, *, query: str) -> tuple[str, ...] | None:
    """The columns of an input table that can make a difference to what a query returns.

    Those are the columns whose names occur in the query, and the key: never too few. A query whose last selection, or
    whose comparison of whole rows, takes columns without naming them reads them all.

    Args:
        spec: the input table.
        query: the query.
    """
    names = _names_of(query)
    if names is None:
        return None
    return tuple(name for name in spec.file_columns if name in names or name in spec.key)


@lru_cache(maxsize=256)
def _names_of(query: str) -> frozenset[str] | None:
    """Every name in a query, in lower case; None if it takes columns without naming them."""
    code = _NOT_CODE.sub(" ", query)
    outside = []
    depth = 0
    for part in re.split(r"([()])", code):
        depth += {"(": 1, ")": -1}.get(part, 0)
        outside.append(part if depth == 0 else " ")
    if _STAR.search(" ".join(outside)) or (_STAR.search(code) and _WHOLE_ROWS.search(code)):
        return None
    return frozenset(_NAME.findall(code.lower()))


def run_query(
    task: Task, *, query: str, reach: Mapping[str, str] | None = None, finish: Finish | None = None
) -> Computed:
    """Run the query of a table for one output partition.

    Args:
        task: what is asked for.
        query: the query.
        reach: per input how far from a date it is read, for a table by date; `EARLIER` hides the date itself.
        finish: turns what the query returns into rows of the table.

    Raises:
        ContractError: if the query fails.
    """
    import duckdb
    import pyarrow as pa
    import pyarrow.compute as pc

    (table,) = task.outputs
    connection, views = _connection(task.store)
    for name in tables_of(query):
        spec = task.registry[name]
        files = [file_url(task.store, table_path(spec, partition)) for partition in task.inputs.get(name, ())]
        view = view_sql(spec, files)
        if files and task.unit in spec.columns:
            view += _within(task, (reach or {}).get(name, "same"))
        if views.get(name) != view:
            connection.execute(view)
            views[name] = view
    values = {**task.parameters, **task.partition}
    used = {name: values[name] for name in set(_PARAMETER.findall(_NOT_CODE.sub(" ", query))) if name in values}
    # joins of a query over a few dates are done as they are written: to look for a better order takes longer
    connection.execute(f"SET disabled_optimizers = '{'join_order' if task.unit else ''}'")
    asked = f"SELECT * FROM (\n{query}\n) AS made WHERE {_dates(task)}" if task.unit else query
    try:
        with warnings.catch_warnings():
            # a relation would be bound twice, which costs these queries more than the copy that DuckDB warns of
            warnings.simplefilter("ignore", UserWarning)
            rows: pa.Table = connection.execute(asked, used).to_arrow_table()
    except duckdb.Error as error:
        raise ContractError(f"the query of {table} failed for {task.partition}: {error}") from error
    if task.unit:
        wanted = pc.is_in(rows.column(task.unit), pa.array([date.fromisoformat(unit) for unit in task.units]))
        rows = rows if pc.all(wanted).as_py() in (True, None) else rows.filter(wanted)
    return Computed({table: rows if finish is None else finish(task.registry[table], rows)})


def _within(task: Task, reach: str) -> str:
    """The condition on the dates of an input that no date of the task reaches beyond; row groups are pruned by it."""
    if reach == "season":
        return ""
    if reach == EARLIER:
        return f" WHERE \"{task.unit}\" < DATE '{min(task.units)}'"
    return f" WHERE {_dates(task)}" if reach == "same" else f" WHERE \"{task.unit}\" <= DATE '{max(task.units)}'"


def _dates(task: Task) -> str:
    """The condition that a row is of a date between the first and the last that are asked for."""
    return f"\"{task.unit}\" BETWEEN DATE '{min(task.units)}' AND DATE '{max(task.units)}'"


@lru_cache(maxsize=1)
def _connection(store: Store) -> tuple[duckdb.DuckDBPyConnection, dict[str, str]]:
    """One connection per process, for opening one costs more than most queries; with it, what its views are."""
    # on one thread sums of doubles are added in one order, whatever the machine
    connection = open_connection(store, LAYERS, {"threads": 1})
    connection.execute("SET enable_progress_bar = false")  # a worker has nobody to show it to
    # a footer is read again when its file was replaced; the same inputs are asked about by one table after the other
    connection.execute("SET parquet_metadata_cache = true")
    return connection, {}
