"""Checks that are one query each: what the query returns breaks the check."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from hooplake.postgres.validators.report import INFO, PASS, WARN, Finding

if TYPE_CHECKING:
    import psycopg


class Query(NamedTuple):
    """A check in SQL.

    Attributes:
        check: name of the check.
        what: what breaks it, in the plural.
        result: how it ends where something breaks it: ``fail`` or ``warn``.
        sql: a select that returns what breaks it.
    """

    check: str
    what: str
    result: str
    sql: str


def run(connection: psycopg.Connection[Any], query: Query, sample: int) -> Finding:
    """Runs a check; the rows that break it are counted by the server, and only examples are fetched."""
    (count,) = connection.execute(f"select count(*) from ({query.sql}) as broken".encode()).fetchone() or (0,)
    if not count:
        return Finding(query.check, PASS, f"no {query.what}", {"broken": 0})
    rows = connection.execute(f"select * from ({query.sql}) as broken limit %s".encode(), (sample,)).fetchall()
    examples = tuple(" ".join("?" if value is None else str(value) for value in row) for row in rows)
    return Finding(query.check, query.result, f"{count:,} {query.what}", {"broken": int(count)}, examples)


def tally(connection: psycopg.Connection[Any], check: str, sql: str, *, empty: str) -> Finding:
    """A distribution: a query of names and counts."""
    figures = {str(name): int(count) for name, count in connection.execute(sql.encode())}
    if not figures:
        return Finding(check, WARN, empty)
    return Finding(check, INFO, ", ".join(f"{name}: {count:,}" for name, count in figures.items()), figures)
