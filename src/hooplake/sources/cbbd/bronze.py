"""Raw bodies to bronze: typed, one row per element, by the declared models and nothing else.

A field that no model declares stays in raw; one that is missing or null is NULL; a value of another kind than declared
sends its row to quarantine. Of several rows of one key on one day, the one fetched last is kept.
"""

from __future__ import annotations

import gzip
from collections.abc import Mapping, Sequence
from functools import cache, reduce
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hooplake.build.step import WHOLE, Computed, Task
from hooplake.games.cbbd.raw import PLAYS, slices
from hooplake.lake.table import Type
from hooplake.sources.cbbd.columns import (
    BronzeColumn,
    BronzeList,
    columns_of,
    is_id,
    key_columns,
    lists_of,
    snake,
    table_of,
)
from hooplake.sources.cbbd.endpoints import Endpoint, endpoint, models
from hooplake.sources.cbbd.raw import RawBody

_ORDER = "__order"
_AT_ONCE = 1000
"""Elements of an answer that are read at once, for as objects they take ten times what they take in a table."""


def compute(task: Task, *, name: str) -> Computed:
    """The rows of one endpoint and day."""
    one = endpoint(name)
    children = lists_of(one)
    parts: dict[str, list[pa.Table]] = {table: [] for table in task.outputs}
    order = 0
    for ref in task.units[WHOLE].refs:
        path, *games = ref.split("\n")
        raw = RawBody.parse(path)
        assert raw is not None
        injected = {snake(part.strip("()")): raw.what for part in one.key if part == "(gameId)"}
        for few in slices(gzip.decompress(task.store.get(path)), {*games}, rows=_AT_ONCE):
            rows = read_rows(one.model, few)
            main = _table(columns_of(one.model), rows, order, injected)
            parts[table_of(name)].append(main)
            keys = main.select(list(key_columns(one)))
            for child in children:
                parts[table_of(name, child)].append(_children(child, rows, keys, order))
            order += len(rows)
    tables = {}
    kept: pa.ChunkedArray | None = None  # of the elements, if any is left out
    for table in task.outputs:  # that of the elements first; parts that are done make room
        spec = task.registry[table]
        whole = pa.concat_tables(parts.pop(table), promote_options="permissive")
        if kept is not None:  # the elements of a list go with the row that they are in
            whole = whole.filter(pc.is_in(whole.column(_ORDER), value_set=kept))
        latest = _latest(whole, spec.key)
        if table == table_of(name) and len(latest) < len(whole):
            kept = latest.column(_ORDER)
        tables[table] = latest.drop_columns([name for name in (_ORDER, *spec.partition) if name in latest.column_names])
    return Computed(tables)


def read_rows(model: str, body: bytes) -> list[Any]:
    """The elements of an answer, as objects of the model.

    A row with a value of another kind than declared is read all the same: a number that is none becomes NaN (or
    infinite, where a number with a point is declared), which no column takes; where anything else is wrong, the row
    loses its ids. Either way it ends in quarantine, with what it came with in raw.
    """
    kind = _struct(model)
    try:
        return list(msgspec.json.decode(body, type=list[kind]))  # type: ignore[valid-type]
    except msgspec.ValidationError:
        pass
    found: list[Any] = []
    for raw in msgspec.json.decode(body, type=list[msgspec.Raw]):
        try:
            found.append(msgspec.json.decode(raw, type=kind))
        except msgspec.ValidationError:
            mended, broken = _mend(model, msgspec.json.decode(raw))
            if broken:
                mended = {field: value for field, value in mended.items() if not is_id(field)}
            found.append(msgspec.convert(mended, kind))
    return found


@cache
def _struct(model: str) -> type:
    """A class for the objects of a model, in which everything may be missing."""
    fields = [(field, _annotation(field, kind) | None, None) for field, kind in models()[model].items()]
    return msgspec.defstruct(model, fields, gc=False)


def _annotation(field: str, declared: str) -> Any:
    kind = declared.rstrip("?")
    if kind.startswith("array<"):
        return list[_annotation("", kind[6:-1]) | None]  # type: ignore[misc]
    if kind in models():
        return _struct(kind)
    if kind in ("integer", "number"):
        return int | float | str if is_id(field) else int | float
    return bool if kind == "boolean" else str | int if is_id(field) else str


def _mend(model: str, row: Any) -> tuple[dict[str, Any], bool]:
    """An element with what does not fit replaced, and whether that was more than a number."""
    if not isinstance(row, dict):
        return {}, True
    found: dict[str, Any] = {}
    broken = False
    for field, value in row.items():
        declared = models()[model].get(field)
        if declared is None or value is None:
            continue
        kind = declared.rstrip("?")
        if kind in models():
            found[field], bad = _mend(kind, value)
            broken |= bad
        elif kind in ("integer", "number") and not is_id(field):
            fits = isinstance(value, (int, float)) and not isinstance(value, bool)
            found[field] = value if fits else float("nan" if kind == "integer" else "inf")
        else:
            try:
                msgspec.convert(value, _annotation(field, declared))
                found[field] = value
            except msgspec.ValidationError:
                broken = True
    return found, broken


def _at(rows: Sequence[Any], path: Sequence[str]) -> Sequence[Any]:
    for name in path:
        rows = [None if row is None else getattr(row, name) for row in rows]
    return rows


def _table(columns: Sequence[BronzeColumn], rows: Sequence[Any], order: int, injected: Mapping[str, str]) -> pa.Table:
    arrays = {name: pa.array([value] * len(rows), pa.string()) for name, value in injected.items()}
    arrays |= {column.name: _array(column, _at(rows, column.path)) for column in columns}
    arrays[_ORDER] = pa.array(range(order, order + len(rows)), pa.int64())
    return pa.table(arrays)


def _children(child: BronzeList, rows: Sequence[Any], keys: pa.Table, order: int) -> pa.Table:
    """The elements of a list, each with the key of the row that it is in."""
    places: list[int] = []
    found: list[Any] = []
    for place, row in enumerate(rows):
        inner = getattr(row, child.field) or ()
        found += inner
        places += [place] * len(inner)
    table = _table(columns_of(child.model), found, 0, {})
    prefix = snake(child.field)
    names = [name if name == _ORDER else f"{prefix}_{name}" for name in table.column_names]
    table = table.rename_columns(names).set_column(
        len(names) - 1, _ORDER, pa.array([order + p for p in places], pa.int64())
    )
    above = keys.take(pa.array(places, pa.int64()))
    for name in reversed(above.column_names):
        table = table.add_column(0, name, above.column(name))
    return table


def _array(column: BronzeColumn, values: Sequence[Any]) -> pa.Array:
    kind = Type.parse(column.type)
    if kind.kind == "text":
        return pa.array([None if v is None else v if type(v) is str else _id_text(v) for v in values], pa.string())
    if kind.kind in ("int64", "float64"):
        # Whole numbers may come with a point; the contract of the table takes them and sets others aside.
        return pa.array([None if v is None else float(v) for v in values], pa.float64(), from_pandas=False)
    if kind.kind in ("timestamp", "date"):
        texts = pa.array([v[:10] if v is not None and kind.kind == "date" else v for v in values], pa.string())
        try:
            return texts.cast(kind.arrow)
        except pa.ArrowInvalid:
            return pa.array([_moment(v, kind) for v in texts.to_pylist()], kind.arrow)
    return pa.array(values, kind.arrow)


def _id_text(value: float) -> str | None:
    """The text of an id; -1 means that there is none."""
    if value == -1:
        return None
    return str(int(value)) if value == int(value) else str(value)


def _moment(text: str | None, kind: Type) -> Any:
    try:
        return None if text is None else pa.scalar(text).cast(kind.arrow).as_py()
    except pa.ArrowInvalid:
        return None


def _latest(table: pa.Table, key: Sequence[str]) -> pa.Table:
    """Of the rows of one key, those of the last element; rows whose key is not whole are all kept.

    A table without such rows and without a key that occurs twice is given back as it is, for it may be large.
    """
    good, bad = table, table.slice(0, 0)
    if any(table.column(name).null_count for name in key):
        known = reduce(pc.and_, (pc.is_valid(table.column(name)) for name in key))
        good, bad = table.filter(known), table.filter(pc.invert(known))
    rows = good.select(list(key)).append_column("__row", pa.array(np.arange(len(good))))
    last = rows.group_by(list(key)).aggregate([("__row", "max")])
    if len(last) < len(good):
        good = good.take(last.column("__row_max").sort())
    return pa.concat_tables([good, bad]) if len(bad) else good


def spec_of(one: Endpoint, child: BronzeList | None = None) -> dict[str, Any]:
    """What the spec of a bronze table must say, by what the models say; the files in ``tables/bronze`` are made from it."""
    snapshot = one.strategy in ("snapshot", "live")
    keys = key_columns(one)
    own = columns_of(one.model)
    columns: dict[str, dict[str, Any]] = {} if snapshot else {"season": {"type": "int32", "meaning": "ending year"}}
    if one.name in PLAYS:
        columns["date"] = {"type": "date", "meaning": "US Eastern date of the game"}
    columns["asof"] = {"type": "date", "meaning": "UTC date of the fetch"}
    partition = list(columns)
    types = {"game_id": "text"} | {column.name: column.type for column in own}
    if child is None:
        named = [(name, types[name]) for name in keys if name not in {c.name for c in own}]
        named += [(column.name, column.type) for column in own]
        key = keys
    else:
        prefix = snake(child.field)
        named = [(name, types[name]) for name in keys]
        named += [(f"{prefix}_{column.name}", column.type) for column in columns_of(child.model)]
        key = (*keys, *(f"{prefix}_{snake(part)}" for part in child.key))
    sent = {column.name: ".".join(column.path) for column in own}
    if child is not None:
        sent |= {
            f"{snake(child.field)}_{column.name}": f"{child.field}[].{'.'.join(column.path)}"
            for column in columns_of(child.model)
        }
    for name, kind in named:
        if name in columns:
            continue
        columns[name] = {"type": kind} | ({} if name in key else {"null": True})
        if kind == "float64":
            columns[name] |= {"min": -1e15, "max": 1e15}
        columns[name]["meaning"] = (
            f"{sent[name]}, as the API sends it" if name in sent else "what the request asked for"
        )
    of = f"element of {child.field} in " if child else "element of "
    return {
        "name": table_of(one.name, child),
        "description": f"One row per {of}{one.path}, as sent on a day.",
        "key": list(key),
        "partition": partition,
        "columns": columns,
    }
