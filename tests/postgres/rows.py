"""Rows of ``raw_data.nba_games``, written and read as they are."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import psycopg

from hooplake.lake.store import Store
from hooplake.postgres.documents import Source, find_documents


def source_of(folder: Path) -> Source:
    return find_documents(Store.open(folder), ["nba"])


def insert(connection: psycopg.Connection[Any], games: Iterable[str], data: object = None) -> None:
    """Rows of games, each with the same data."""
    text = json.dumps({"game_info": {"season": "2024-25"}} if data is None else data)
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into raw_data.nba_games (game_id, source, season, game_date, data, metadata) "
            "values (%s, 'ESPN', 2025, '2024-11-01', %s, '{\"collection\": 1}')",
            [(game, text) for game in games],
        )


def data_of(connection: psycopg.Connection[Any]) -> dict[str, Any]:
    """``data`` of every row, without the moment of its enrichment."""
    rows = dict(connection.execute("select game_id, data from raw_data.nba_games order by game_id").fetchall())
    for data in rows.values():
        if isinstance(data, dict) and isinstance(data.get("metadata"), dict):
            data["metadata"].get("enrichment", {}).pop("enriched_at", None)
    return rows


def tuples_written(connection: psycopg.Connection[Any]) -> tuple[int, int]:
    """Rows that were ever updated, and dead tuples, over the tables that an enrichment writes."""
    connection.execute("select pg_stat_force_next_flush()")
    row = connection.execute(
        "select sum(n_tup_upd + n_tup_ins + n_tup_del), sum(n_dead_tup) from pg_stat_user_tables "
        "where schemaname = 'raw_data' and relname in ('nba_games', 'game_enrichment')"
    ).fetchone()
    assert row is not None
    return int(row[0]), int(row[1])
