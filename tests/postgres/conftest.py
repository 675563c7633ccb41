"""A real Postgres for every worker of the tests, out of a wheel or the one that ``HOOPLAKE_TEST_DSN`` names."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from hooplake import simulate
from hooplake.lakehouse import Lakehouse
from hooplake.postgres.connect import Place, connect
from hooplake.postgres.embedded import embedded
from hooplake.postgres.schema import create_schemas
from tests.postgres.lakes import build

# Read while the tests are collected: afterwards every HOOPLAKE_ variable is taken away.
_GIVEN = os.environ.get("HOOPLAKE_TEST_DSN", "")

_EMPTY = """
truncate raw_data.nba_games, raw_data.nba_players, raw_data.nba_teams, raw_data.nba_misc, raw_data.game_enrichment,
    phase9.game_state_snapshots, phase9.player_snapshot_stats, phase9.quarter_box_scores,
    phase9.box_score_verification, phase9.published_games
"""


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """A database of one's own on a real server."""
    if not _GIVEN:
        # what a crash of the machine would lose is no matter here
        with embedded({"fsync": "off", "synchronous_commit": "off", "shared_buffers": "64MB"}) as dsn:
            yield dsn
        return
    name = f"hooplake_test_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(_GIVEN, autocommit=True) as connection:
        connection.execute(f"create database {name}".encode())
        try:
            yield psycopg.conninfo.make_conninfo(_GIVEN, dbname=name)
        finally:
            connection.execute(f"drop database {name} with (force)".encode())


@pytest.fixture(scope="session")
def place(server: str) -> Place:
    """The database with its schemas."""
    found = Place({name: str(value) for name, value in conninfo_to_dict(server).items() if value is not None})
    with connect(found) as connection:
        create_schemas(connection)
    return found


@pytest.fixture
def connection(place: Place) -> Iterator[psycopg.Connection[Any]]:
    """A connection to empty tables."""
    with connect(place) as made:
        made.execute(_EMPTY)
        yield made


@pytest.fixture(scope="session")
def nba() -> simulate.Season:
    return simulate.season("nba", 2025, days=14, teams=8)


@pytest.fixture(scope="session")
def documents(tmp_path_factory: pytest.TempPathFactory, nba: simulate.Season) -> Path:
    """A directory with documents of 24 games, a third of each kind. Not to be written to."""
    folder = tmp_path_factory.mktemp("documents")
    for number, game in enumerate(nba.games[:24]):
        kind = ("summary", "gamepackage", "page")[number % 3]
        (folder / f"{game.id}.json").write_bytes(game.document(kind))
    return folder


@pytest.fixture(scope="session")
def lake(tmp_path_factory: pytest.TempPathFactory, nba: simulate.Season) -> Iterator[Lakehouse]:
    """A lake of five games, one of them a college game. Not to be written to."""
    games = [*nba.games[:4], simulate.season("wbb", 2025, days=2, teams=4).games[0]]
    made = build(tmp_path_factory.mktemp("published"), {f"{game.id}.json": game.document() for game in games})
    with made:
        yield made
