"""The columns of the bronze tables, as they follow from the models: objects are flattened, lists of objects are tables.

A name is that of the API in snake_case, with the names of the objects around it before it: ``teamStats.fieldGoals.made``
is ``team_stats_field_goals_made``. Ids are texts; every number that is no id is a number, whole or not as declared.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from hooplake.sources.cbbd.endpoints import Endpoint, models

_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_TYPES = {
    "integer": "int64", "number": "float64", "string": "text", "boolean": "bool", "date-time": "timestamp",
    "date": "date",
}  # fmt: skip
LARGEST = 1e15
"""Beyond it no number of the API is right."""


class BronzeColumn(NamedTuple):
    """A column of a bronze table.

    Attributes:
        type: as a table spec declares it.
        path: names in the element of the answer.
    """

    name: str
    type: str
    path: tuple[str, ...]


class BronzeList(NamedTuple):
    """A list of objects, which is a table of its own.

    Attributes:
        field: the name in the element of the answer.
        model: of its elements.
        key: names in an element that tell it from the others of its list.
    """

    field: str
    model: str
    key: tuple[str, ...]


def snake(name: str) -> str:
    """A name of the API in snake_case."""
    return _WORDS.sub("_", name).lower()


@cache
def columns_of(model: str) -> tuple[BronzeColumn, ...]:
    """The columns of a model, lists of objects left out."""
    return tuple(_columns(model, ()))


def _columns(model: str, above: tuple[str, ...]) -> Iterator[BronzeColumn]:
    for field, declared in models()[model].items():
        path = (*above, field)
        name = "_".join(snake(part) for part in path)
        kind = declared.rstrip("?")
        item = kind[6:-1] if kind.startswith("array<") else ""
        if kind in models():
            yield from _columns(kind, path)
        elif item:
            if item not in models():
                yield BronzeColumn(name, f"list({_TYPES[item]})", path)
        else:
            yield BronzeColumn(name, "text" if is_id(field) else _TYPES[kind], path)


def is_id(field: str) -> bool:
    """Whether a field holds an id, which is a text whatever it looks like."""
    return field == "id" or field.endswith("Id")


def lists_of(endpoint: Endpoint) -> tuple[BronzeList, ...]:
    """The lists of objects in the elements of an endpoint."""
    fields = models()[endpoint.model]
    return tuple(
        BronzeList(name, fields[name].rstrip("?")[6:-1], key) for name, key in endpoint.lists.items()
    )  # fmt: skip


def key_columns(endpoint: Endpoint) -> tuple[str, ...]:
    """The key columns of an endpoint's table; a season from the request is the partition."""
    names = (part.strip("()") for part in endpoint.key)
    found = tuple("_".join(snake(word) for word in name.split(".")) for name in names)
    return tuple(name for name in found if name != "season")


def table_of(endpoint: str, child: BronzeList | None = None) -> str:
    """Name of the table of an endpoint, or of one of its lists."""
    return f"bronze.{endpoint}" if child is None else f"bronze.{endpoint}_{snake(child.field)}"


def undeclared(model: str, row: Mapping[str, Any]) -> list[str]:
    """Names in an element that its model does not declare, with those around them."""
    found = []
    for field, value in row.items():
        declared = models()[model].get(field)
        if declared is None:
            found.append(field)
            continue
        kind = declared.rstrip("?")
        inner = kind[6:-1] if kind.startswith("array<") else kind
        first = next(iter(value), None) if isinstance(value, list) else value
        if inner in models() and isinstance(first, dict):
            found += [f"{field}.{name}" for name in undeclared(inner, first)]
    return sorted(found)
