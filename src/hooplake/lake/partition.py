"""One part of a table: the values of its partition columns, and the path of its object."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import total_ordering
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import quote, unquote

from hooplake.errors import ConfigError

if TYPE_CHECKING:
    from hooplake.lake.store import ObjectMeta, Store
    from hooplake.lake.table import TableSpec

PartitionValue = str | int | date
FILE_NAME = "part-0.parquet"
_INTEGER = re.compile(r"0|-?[1-9][0-9]*")


@total_ordering
class Partition(Mapping[str, PartitionValue]):
    """The values of a table's partition columns: ``Partition(league="nba", season=2025)``.

    Immutable, hashable, ordered by its values from left to right. Its text is the folder in which the object lies
    (``league=nba/season=2025``). The order of the columns counts: two partitions are equal if their texts are.
    """

    __slots__ = ("_items",)
    _items: tuple[tuple[str, PartitionValue], ...]

    def __init__(self, **values: PartitionValue) -> None:
        for name, value in values.items():
            if type(value) not in (str, int, date) or value == "":
                raise ConfigError(f"{value!r} cannot be the value of partition column {name}: give a text, int or date")
        object.__setattr__(self, "_items", tuple(values.items()))

    @classmethod
    def parse(cls, text: str, spec: TableSpec | None = None) -> Partition:
        """Read the text of a partition.

        Args:
            text: such as ``league=nba/season=2025``; empty for a table without partition columns.
            spec: the table, for the types of the values. Without it, a value that reads as an integer is one, and
                everything else is text.

        Raises:
            ConfigError: if it is not the text of a partition (of that table).
        """
        values: dict[str, PartitionValue] = {}
        for segment in text.split("/") if text else ():
            name, equals, value = segment.partition("=")
            if not equals or not name or not value:
                raise ConfigError(f"{text!r} is not a partition: give column=value, parted by slashes")
            values[name] = _typed(name, unquote(value), spec)
        if spec is not None and tuple(values) != spec.partition:
            raise ConfigError(f"{text!r} is not a partition of {spec.name}, which has {'/'.join(spec.partition)}")
        return cls(**values)

    def __getitem__(self, name: str) -> PartitionValue:
        for key, value in self._items:
            if key == name:
                return value
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(key for key, _ in self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __str__(self) -> str:
        return "/".join(f"{key}={quote(str(value), safe='')}" for key, value in self._items)

    def __repr__(self) -> str:
        return f"Partition({', '.join(f'{key}={value!r}' for key, value in self._items)})"

    def __eq__(self, other: object) -> bool:
        return self._items == other._items if isinstance(other, Partition) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._items)

    def __lt__(self, other: Partition) -> bool:
        return self._items < other._items

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("a partition cannot be changed: make a new one")

    def __reduce__(self) -> tuple[Any, ...]:
        return (_rebuild, (self._items,))


def _rebuild(items: tuple[tuple[str, PartitionValue], ...]) -> Partition:
    return Partition(**dict(items))


def _typed(name: str, text: str, spec: TableSpec | None) -> PartitionValue:
    if spec is None:
        return int(text) if _INTEGER.fullmatch(text) else text
    if name not in spec.columns:
        raise ConfigError(f"{spec.name} has no column {name}")
    kind = spec.columns[name].type.kind
    try:
        return int(text) if kind.startswith("int") else date.fromisoformat(text) if kind == "date" else text
    except ValueError as error:
        raise ConfigError(f"{name}={text}: not a value of type {kind}, which {spec.name} declares") from error


def table_path(spec: TableSpec, partition: Partition) -> str:
    """The path of the object that holds one partition of a table.

    Raises:
        ConfigError: if the partition does not have the table's partition columns.
    """
    if set(partition) != set(spec.partition):
        raise ConfigError(f"{partition!r} is not a partition of {spec.name}, which has {', '.join(spec.partition)}")
    ordered = Partition(**{name: partition[name] for name in spec.partition})
    return "/".join(part for part in (spec.layer, spec.table, str(ordered), FILE_NAME) if part)


def parse_path(path: str, spec: TableSpec | None = None) -> tuple[str, Partition]:
    """The table and the partition whose object is at a path.

    Args:
        path: such as ``silver/fct_plays/league=nba/season=2025/part-0.parquet``; also that of a raw object, whose
            table is then its folders, joined by dots (``raw.espn.summary``).
        spec: the table, for the types of the partition's values (see `Partition.parse`).

    Raises:
        ConfigError: if the path is not of that form.
    """
    segments = path.split("/")[:-1]
    folders = [segment for segment in segments if "=" not in segment]
    if len(folders) < 2 or segments[: len(folders)] != folders:
        raise ConfigError(f"{path!r} is not the path of a partition: layer/table/column=value/.../file")
    return ".".join(folders), Partition.parse("/".join(segments[len(folders) :]), spec)


def list_partitions(store: Store, spec: TableSpec) -> dict[Partition, ObjectMeta]:
    """The partitions of a table that are in the store, in their order."""
    found = store.list(f"{spec.layer}/{spec.table}")
    parts = {parse_path(meta.path, spec)[1]: meta for meta in found if meta.path.endswith(f"/{FILE_NAME}")}
    return dict(sorted(parts.items(), key=lambda item: item[0]))
