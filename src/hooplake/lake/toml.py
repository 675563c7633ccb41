"""Reading TOML files, those of the plain kind in a tenth of the time.

A plan reads a hundred table specs with thousands of lines. Nearly all of them are ``key = value`` with the value on one
line, which is JSON but for the way in which inline tables are written; so they become JSON and are read by the reader of
that, which is compiled. Any file in which something else occurs goes to `tomllib`, which also tells what is wrong with it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

_KEY = re.compile(r"([A-Za-z_][A-Za-z0-9_]*) = ")
_WORD = re.compile(r"[A-Za-z0-9_.+-]+")
_LITERAL = re.compile(r"true|false|-?(0|[1-9][0-9]*)(\.[0-9]+)?(e-?[0-9]+)?")
_MARKS = frozenset("[]{}, ")


def loads(text: str) -> dict[str, Any]:
    """What a TOML file says.

    Raises:
        tomllib.TOMLDecodeError: if it is none.
    """
    found = _plain(text)
    if found is not None:
        return found
    import tomllib

    return tomllib.loads(text)


def _plain(text: str) -> dict[str, Any] | None:
    """What a file says in which each line is a key with its value, a header or a comment; None if it is not so plain."""
    if "\\" in text or "\x7f" in text:
        return None
    document: dict[str, Any] = {}
    table = document
    places: list[tuple[dict[str, Any], str]] = []
    values: list[str] = []
    keys = 0
    lines = iter(text.split("\n"))
    for line in lines:
        if not line or line[0] == "#":
            continue
        if line[0] == "[":
            opened = _opened(line, document)
            if opened is None:
                return None
            table = opened
            continue
        key, _, value = line.partition(" = ")
        if key[:1] == '"' and key[1:-1].isprintable() and key.count('"') == 2 and key[-1] == '"':
            key = key[1:-1]
        elif not (key.isascii() and key.isidentifier()):
            return None
        if key in table:
            return None
        while value[-1:] == "[" and value.count('"') % 2 == 0:  # a list of several lines
            value += _rest_of_list(lines)
        parts = value.split('"')
        for place in range(0, len(parts), 2):
            part = _as_json(parts[place])
            if part is None:
                return None
            parts[place], inside = part
            keys += inside
        table[key] = None
        places.append((table, key))
        values.append('"'.join(parts))
    try:
        found = json.loads(f"[{','.join(values)}]")
    except ValueError:
        return None
    # a key that is given twice is an error of TOML alone
    if len(found) != len(places) or sum(map(_keys, found)) != keys:
        return None
    for (table, key), value in zip(places, found, strict=True):
        table[key] = value
    return document


def _rest_of_list(lines: Iterator[str]) -> str:
    """The lines of a list after its first as one; with a comment, which is not plain, where the list is not."""
    found = ""
    for line in map(str.strip, lines):
        found += f" {line}"
        if line[:1] == "]":
            return found if line.count('"') % 2 == 0 else "#"
        # a line may end in a list, and not in an inline table or in a text
        if line.count("{") != line.count("}") or line.count('"') % 2:
            break
    return "#"


def _opened(line: str, document: dict[str, Any]) -> dict[str, Any] | None:
    """The table that a header begins; None if it is not plain or there is such a table."""
    several = line.startswith("[[")
    name = line.strip("[]")
    if line != (f"[[{name}]]" if several else f"[{name}]") or not (name.isascii() and name.isidentifier()):
        return None
    table: dict[str, Any] = {}
    if not several:
        return table if document.setdefault(name, table) is table else None
    tables = document.setdefault(name, [])
    if type(tables) is not list:
        return None
    tables.append(table)
    return table


@cache
def _as_json(part: str) -> tuple[str, int] | None:
    """What stands between two texts, as JSON, and how many keys are in it; None if it is of no plain kind."""
    found, keys = _KEY.subn(r'"\1": ', part)
    rest = _KEY.sub("", part)
    if not all(_LITERAL.fullmatch(word) for word in _WORD.findall(rest)) or set(_WORD.sub("", rest)) - _MARKS:
        return None
    return found.replace(", ]", "]"), keys


def _keys(value: Any) -> int:
    """How many keys are in a value, and in what is in it."""
    count = 0
    if type(value) is dict:
        count = len(value)
        value = value.values()
    elif type(value) is not list:
        return 0
    for inner in value:
        if type(inner) is dict or type(inner) is list:
            count += _keys(inner)
    return count
