"""The schemas as SQL files: which are there, which version of them is applied, and the keys that a first load postpones."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from hooplake.errors import ConfigError

if TYPE_CHECKING:
    import psycopg

SCHEMAS = ("raw_data", "phase9")
"""The schemas, in the order in which they are made."""

_FOLDER = Path(__file__).with_name("schemas")
_FILE = re.compile(r"(\d{3})_(\w+)\.sql")
_KEY = re.compile(r"(?:add constraint|create index) (\w+)")
_TABLE = re.compile(r"(?:alter table|on) (\w+\.\w+)")
_LOCK = 0x686F6F70  # two that make the schemas at once wait for each other


class Applied(NamedTuple):
    """A version of a schema that was applied just now."""

    schema: str
    version: str
    description: str


class Key(NamedTuple):
    """A constraint or index that can be built after the rows are in.

    Attributes:
        statement: the SQL that makes it.
        drop: the SQL that removes it.
    """

    name: str
    table: str
    statement: str
    drop: str


def create_schemas(connection: psycopg.Connection[Any]) -> list[Applied]:
    """Brings all schemas to their latest version. What is there already stays as it is.

    Returns:
        The versions that were applied; none where the database is up to date.
    """
    applied: list[Applied] = []
    with connection.transaction():
        connection.execute("select pg_advisory_xact_lock(%s)", (_LOCK,))
        for schema in SCHEMAS:
            applied += _bring_up(connection, schema)
        create_keys(connection)
    return applied


def _bring_up(connection: psycopg.Connection[Any], schema: str) -> list[Applied]:
    connection.execute(f"create schema if not exists {schema}")
    connection.execute(
        f"create table if not exists {schema}.schema_version "
        "(version varchar(20) primary key, applied_at timestamp default now(), description text)"
    )
    known = {row[0] for row in connection.execute(f"select version from {schema}.schema_version")}
    applied = []
    for file in sorted((_FOLDER / schema).glob("*.sql")):
        named = _FILE.fullmatch(file.name)
        if named is None or named[1] in known:
            continue
        connection.execute(file.read_text("utf-8").encode())
        description = named[2].replace("_", " ")
        connection.execute(
            f"insert into {schema}.schema_version (version, description) values (%s, %s)", (named[1], description)
        )
        applied.append(Applied(schema, named[1], description))
    return applied


def require(connection: psycopg.Connection[Any], *tables: str) -> None:
    """Makes sure that tables exist.

    Raises:
        ConfigError: one does not.
    """
    for table in tables:
        (found,) = connection.execute("select to_regclass(%s)", (table,)).fetchone() or (None,)
        if found is None:
            raise ConfigError(f"there is no table {table} in this database: run 'hooplake postgres init' first")


@cache
def keys() -> tuple[Key, ...]:
    """Constraints and indexes of ``phase9`` in the order in which they are built."""
    lines = (_FOLDER / "phase9" / "keys.sql").read_text("utf-8").splitlines()
    found = []
    for line in lines:
        name, table = _KEY.search(line), _TABLE.search(line)
        if line.startswith("--") or name is None or table is None:
            continue
        drop = f"alter table {table[1]} drop constraint if exists {name[1]}"
        if line.startswith("create index"):
            drop = f"drop index if exists phase9.{name[1]}"
        found.append(Key(name[1], table[1], line, drop))
    return tuple(found)


def missing_keys(connection: psycopg.Connection[Any]) -> list[Key]:
    """The keys of ``phase9`` that are not there, in the order in which they are built."""
    there = {
        row[0]
        for row in connection.execute(
            "select conname from pg_constraint where connamespace = 'phase9'::regnamespace "
            "union select indexname from pg_indexes where schemaname = 'phase9'"
        )
    }
    return [key for key in keys() if key.name not in there]


def create_keys(connection: psycopg.Connection[Any]) -> list[str]:
    """Builds the keys of ``phase9`` that are missing, and returns their names."""
    missing = missing_keys(connection)
    for key in missing:
        connection.execute(key.statement.encode())
    return [key.name for key in missing]


def drop_keys(connection: psycopg.Connection[Any]) -> None:
    """Removes the keys of ``phase9``, so that rows can be loaded without them."""
    for key in reversed(keys()):
        connection.execute(key.drop)
