"""What a table is: its columns, key, partition and checks, read from a TOML file.

```toml
name = "silver.fct_plays"            # layer.table
description = "One row per play of a game document, in document order."
key = ["game_id", "event_num"]       # primary key = sort order, within the partition
partition = ["league", "source", "season"]
unit = "game_id"                     # optional: the column by which parts of a partition are tracked
row_group_rows = 8192                # optional
[hash]                               # optional: the columns of the row hash, in their order
columns = ["league", "game_id"]
fieldset = 1
[columns]
league = { type = "text", meaning = "League: nba, wnba, mbb or wbb." }
clock_seconds = { type = "decimal(6,1)", null = true, unit = "s", min = 0, meaning = "Time left in the period." }
[[checks]]                           # optional row checks, see `hooplake.lake.contracts`
name = "made_of_attempted"
rule = "fgm <= fga"
```

Types are `bool`, `int8` to `int64`, `float64`, `decimal(p,s)`, `text`, `date`, `timestamp`, `json` (a text) and
`list(T)` of any of the others. A `decimal(p,s)` is stored as a double that the write path rounded to `s` places; a
`timestamp` is UTC in microseconds.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field, fields
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import rtoml

from hooplake.errors import ConfigError, UnknownTable
from hooplake.lake.rule import Literal, parse

if TYPE_CHECKING:
    import pyarrow as pa

INTEGERS = {"int8": 8, "int16": 16, "int32": 32, "int64": 64}
_NUMERIC = {*INTEGERS, "float64", "decimal"}
_SIMPLE = {*INTEGERS, "bool", "float64", "text", "date", "timestamp"}
_DECIMAL = re.compile(r"decimal\((\d+), ?(\d+)\)")
_LIST = re.compile(r"list\((.+)\)")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
ROW_GROUP_ROWS_BY_UNIT = 8192
ROW_GROUP_ROWS_WHOLE = 122_880


@dataclass(frozen=True, slots=True)
class Type:
    """A declared type.

    Attributes:
        kind: ``bool``, an integer type, ``float64``, ``decimal``, ``text``, ``date``, ``timestamp``, ``json``, ``list``.
        precision: digits of a decimal in all, else 0.
        scale: digits of a decimal behind the point, else 0.
        item: the type of a list's elements, else None.
    """

    kind: str
    precision: int = 0
    scale: int = 0
    item: Type | None = None

    @classmethod
    def parse(cls, text: str) -> Type:
        """Read a declared type.

        Raises:
            ConfigError: if it is none.
        """
        if text in _SIMPLE:
            return cls(text)
        if text in ("json", "json(text)"):
            return cls("json")
        if match := _DECIMAL.fullmatch(text):
            precision, scale = int(match[1]), int(match[2])
            # a double carries 15 decimal digits without loss
            if scale <= precision <= 15:
                return cls("decimal", precision, scale)
            raise ConfigError(f"{text!r}: a decimal has at most 15 digits, and not more behind the point than in all")
        if match := _LIST.fullmatch(text):
            item = cls.parse(match[1])
            if item.kind not in ("list", "json"):
                return cls("list", item=item)
        raise ConfigError(f"unknown type {text!r}: types are {', '.join(sorted(_SIMPLE))}, decimal(p,s), json, list(T)")

    def __str__(self) -> str:
        if self.kind == "decimal":
            return f"decimal({self.precision},{self.scale})"
        return f"list({self.item})" if self.item else self.kind

    @property
    def arrow(self) -> pa.DataType:
        """The Arrow type in which values are stored."""
        import pyarrow as pa

        if self.item is not None:
            return pa.list_(self.item.arrow)
        if self.kind in ("float64", "decimal"):
            return pa.float64()
        if self.kind == "timestamp":
            return pa.timestamp("us", tz="UTC")
        if self.kind in ("text", "json"):
            return pa.string()
        if self.kind == "date":
            return pa.date32()
        return pa.bool_() if self.kind == "bool" else pa.type_for_alias(self.kind)


class Column(NamedTuple):  # there are thousands: these are made, sent to workers and read there in a fifth of the time
    """One column of a table.

    Attributes:
        name: in snake_case.
        type: the declared type.
        meaning: one line for a reader.
        null: whether a value may be unknown.
        unit: of the values, such as ``s``.
        min: the smallest value allowed.
        max: the largest value allowed.
        values: all values allowed, or empty for any.
        null_budget: the largest share of nulls in a partition, 0 to 1, or None.
        set: whether a list has no order and no duplicates (for the row hash).
        group: the group of facts it belongs to, by which a table's reasons for NULL name it.
        distinct: whether nearly every row has a text of its own, so that a dictionary of them would be of no use.
    """

    name: str
    type: Type
    meaning: str = ""
    null: bool = False
    unit: str = ""
    min: float | None = None
    max: float | None = None
    values: tuple[Any, ...] = ()
    null_budget: float | None = None
    set: bool = False
    group: str = ""
    distinct: bool = False


@dataclass(frozen=True, slots=True)
class HashFields:
    """Which columns the row hash is made of, in their order, and the version of that choice."""

    columns: tuple[str, ...]
    fieldset: int


@dataclass(frozen=True, slots=True)
class Check:
    """A rule that each row obeys, such as ``fgm <= fga``."""

    name: str
    rule: str
    meaning: str = ""


@dataclass(frozen=True, kw_only=True)
class TableSpec:
    """What a table is.

    Attributes:
        name: ``layer.table``.
        columns: by name, in their order.
        key: the primary key within a partition, and the sort order of a file.
        partition: the columns that are in the path and not in the file.
        unit: the column by which parts of a partition are tracked, or empty.
        description: one line for a reader.
        row_group_rows: rows of a row group of the file; by default few (8,192) for a table that is read unit by unit,
            many (122,880) for one that is read as a whole.
        hash: the columns of the row hash, or None.
        checks: rules that each row obeys.
        reach: for a table by date: per table it is made from, how far from a date that is read.
    """

    name: str
    columns: Mapping[str, Column]
    key: tuple[str, ...]
    partition: tuple[str, ...] = ()
    unit: str = ""
    description: str = ""
    row_group_rows: int = ROW_GROUP_ROWS_BY_UNIT
    hash: HashFields | None = None
    checks: tuple[Check, ...] = field(default=())
    reach: Mapping[str, str] = field(default_factory=dict)

    @property
    def layer(self) -> str:
        """``silver`` of ``silver.fct_plays``."""
        return self.name.partition(".")[0]

    @property
    def table(self) -> str:
        """``fct_plays`` of ``silver.fct_plays``."""
        return self.name.partition(".")[2]

    @cached_property
    def schema(self) -> pa.Schema:
        """The Arrow schema of all columns."""
        return self._schema(list(self.columns))

    @cached_property
    def file_columns(self) -> tuple[str, ...]:
        """The names of the columns of a file: those that are not in its path."""
        return tuple(name for name in self.columns if name not in self.partition)

    @cached_property
    def file_schema(self) -> pa.Schema:
        """The Arrow schema of a file."""
        return self._schema(list(self.file_columns))

    def _schema(self, names: list[str]) -> pa.Schema:
        import pyarrow as pa

        columns = [self.columns[name] for name in names]
        return pa.schema([pa.field(column.name, column.type.arrow, column.null) for column in columns])

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> TableSpec:
        """Read a spec from the contents of its TOML file.

        Raises:
            ConfigError: naming the table and what is wrong with it.
        """
        name = str(data.get("name", "?"))
        try:
            return _read_spec(data)
        except (ConfigError, TypeError, ValueError, KeyError, AttributeError) as error:
            raise ConfigError(f"table {name}: {error}") from error

    @classmethod
    def load(cls, file: Path) -> TableSpec:
        """Read a spec from its TOML file.

        Raises:
            ConfigError: naming the file and what is wrong with it.
        """
        try:
            facts = file.stat()
            return _load(file, facts.st_mtime_ns, facts.st_size)
        except (OSError, ValueError, ConfigError) as error:
            raise ConfigError(f"{file}: {error}") from error


class Registry(dict[str, TableSpec]):
    """All declared tables, by name, in the order of their names; asking for another is an `UnknownTable`."""

    def __init__(self, specs: Sequence[TableSpec]) -> None:
        super().__init__()
        for spec in sorted(specs, key=lambda spec: spec.name):
            if spec.name in self:
                raise ConfigError(f"table {spec.name} is declared twice")
            self[spec.name] = spec

    @classmethod
    def load(cls, *folders: Path) -> Registry:
        """Read every ``*.toml`` below the folders.

        Raises:
            ConfigError: for the first file that is wrong, and for a table declared twice.
        """
        files = [file for folder in folders for file in sorted(folder.rglob("*.toml"))]
        return cls([TableSpec.load(file) for file in files])

    def __missing__(self, name: str) -> TableSpec:
        near = [known for known in self if known.partition(".")[2] == name]
        near = near or difflib.get_close_matches(name, self, n=3, cutoff=0.5)
        hint = f"did you mean {' or '.join(near)}?" if near else f"the tables are {', '.join(self)}"
        raise UnknownTable(f"no table {name!r}: {hint}")

    def __reduce__(self) -> tuple[Any, ...]:
        return (Registry, (list(self.values()),))


@cache
def _load(file: Path, changed: int, size: int) -> TableSpec:
    """A file is read once in a process as long as it stays as it is: the registry and the steps both ask for it."""
    del changed, size
    return TableSpec.from_dict(rtoml.loads(file.read_text("utf-8")))


def _read_spec(data: Mapping[str, Any]) -> TableSpec:
    _reject_unknown(data, _SPEC_KEYS, "key")
    if missing := [name for name in ("name", "key", "columns") if name not in data]:
        raise ConfigError(f"{', '.join(missing)} is missing")
    name = data["name"]
    if not re.fullmatch(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*", name):
        raise ConfigError("a name is layer.table in snake_case")
    columns = {column: _read_column(column, item) for column, item in data["columns"].items()}
    hashed = data.get("hash")
    unit = data.get("unit", "")
    spec = TableSpec(
        name=name,
        columns=columns,
        key=tuple(data["key"]),
        partition=tuple(data.get("partition", ())),
        unit=unit,
        description=data.get("description", ""),
        row_group_rows=data.get("row_group_rows", ROW_GROUP_ROWS_BY_UNIT if unit else ROW_GROUP_ROWS_WHOLE),
        hash=HashFields(tuple(hashed["columns"]), hashed["fieldset"]) if hashed else None,
        checks=tuple(Check(**{"name": item["rule"], **item}) for item in data.get("checks", ())),
        reach=dict(data.get("reach", {})),
    )
    _validate(spec)
    return spec


def _read_column(name: str, data: Mapping[str, Any]) -> Column:
    if not _NAME.fullmatch(name):
        raise ConfigError(f"column {name!r} is not in snake_case")
    if not data.keys() <= _COLUMN_KEYS:
        _reject_unknown(data, _COLUMN_KEYS, f"key of column {name}")
    if "type" not in data:
        raise ConfigError(f"column {name} has no type")
    values = {**data, "type": _parsed(data["type"]), "values": tuple(data.get("values", ()))}
    return Column(name=name, **values)


_SPEC_KEYS = frozenset(item.name for item in fields(TableSpec))
_COLUMN_KEYS = frozenset(Column._fields) - {"name"}
_parsed = cache(Type.parse)


def _reject_unknown(data: Mapping[str, Any], known: Set[str], what: str) -> None:
    if unknown := sorted(set(data) - known):
        raise ConfigError(f"unknown {what}: {', '.join(unknown)} (known: {', '.join(sorted(known))})")


def _validate(spec: TableSpec) -> None:
    hashed = spec.hash.columns if spec.hash else ()
    unit = (spec.unit,) if spec.unit else ()
    for role, names in (("key", spec.key), ("partition", spec.partition), ("unit", unit), ("hash", hashed)):
        if missing := [name for name in names if name not in spec.columns]:
            raise ConfigError(f"{role} names no column: {', '.join(missing)}")
        if len(set(names)) != len(names):
            raise ConfigError(f"{role} names a column twice")
        if role != "hash" and (nullable := [name for name in names if spec.columns[name].null]):
            raise ConfigError(f"{role} column may not be null: {', '.join(nullable)}")
    if not spec.key:
        raise ConfigError("a table needs a key")
    if inside := [name for name in (*spec.key, *unit) if name in spec.partition]:
        raise ConfigError(f"{', '.join(inside)} is in the path, so it cannot be in the key within a file or its unit")
    if spec.row_group_rows < 1:
        raise ConfigError("row_group_rows is at least 1")
    for column in spec.columns.values():
        _validate_column(column)
    for check in spec.checks:
        _validate_check(spec, check)
    for name in hashed:
        kind = (spec.columns[name].type.item or spec.columns[name].type).kind
        if kind in ("float64", "json"):
            raise ConfigError(f"hash column {name} is {kind}, which has no canonical text: declare a decimal scale")


def _validate_column(column: Column) -> None:
    kind = column.type.kind
    if (column.min is not None or column.max is not None) and kind not in _NUMERIC:
        raise ConfigError(f"column {column.name} is {kind}: only numbers have a min and a max")
    if column.values and kind != "text" and kind not in INTEGERS:
        raise ConfigError(f"column {column.name} is {kind}: only texts and integers have a list of values")
    if column.set and kind != "list":
        raise ConfigError(f"column {column.name} is {kind}: only a list can be a set")
    if column.distinct and kind not in ("text", "json"):
        raise ConfigError(f"column {column.name} is {kind}: only texts have a dictionary to leave out")
    if column.null_budget is not None and not 0 <= column.null_budget <= 1:
        raise ConfigError(f"column {column.name}: a null budget is a share from 0 to 1")


def _validate_check(spec: TableSpec, check: Check) -> None:
    rule = parse(check.rule)
    if unknown := [name for name in rule.columns if name not in spec.columns or name in spec.partition]:
        raise ConfigError(f"rule {check.rule!r} names what is no column of the file: {', '.join(unknown)}")
    if not rule.columns:
        raise ConfigError(f"rule {check.rule!r} names no column")
    sides = (rule.left.single, rule.right.single)
    kinds = {spec.columns[name].type.kind for name in rule.columns}
    if any(isinstance(side, Literal) for side in sides):
        kinds.add("text")
    elif kinds <= _NUMERIC:
        return
    if None in sides or len(kinds) > 1 or kinds == {"list"}:
        raise ConfigError(f"rule {check.rule!r} compares {' and '.join(sorted(kinds))}: compare values of one type")
