"""Small lakes of replayed games, written without the build: documents in, tables out."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path

import pyarrow as pa

from hooplake import simulate
from hooplake.games.espn.decode import decode
from hooplake.games.espn.read import Fetch, read_game
from hooplake.games.model import Game
from hooplake.games.silver import silver_tables
from hooplake.lake.parquet import write_table
from hooplake.lake.partition import Partition, table_path
from hooplake.lake.store import Store
from hooplake.lakehouse import registry
from hooplake.replay.replay import INPUT_TABLES, replay

Tables = dict[str, pa.Table]


def read(bodies: Iterable[tuple[str, bytes]]) -> Game:
    """One game from its documents, given as names and bytes."""
    fetches = [Fetch(name, place + 1, decode(body)) for place, (name, body) in enumerate(bodies)]
    return read_game(fetches, league="nba", season=2025, game_date=date(2025, 1, 1))


def real_game(real_data: Path, league: str, game_id: str) -> Game:
    """A real game from all its stored documents."""
    files = sorted((real_data / "espn" / league).glob(f"{game_id}.*.json.gz"))
    return read((file.name, gzip.decompress(file.read_bytes())) for file in files)


@cache
def simulated(league: str, season: int, seed: int, number: int = 0) -> simulate.Game:
    """A game of the first days of a simulated season of four teams."""
    return simulate.season(league, season, days=8, teams=4, seed=seed).games[number]


def read_simulated(game: simulate.Game, status: str = "final") -> Game:
    """A simulated game, read from its document."""
    return read([(f"{game.id}.summary.json", game.document(status=status))])


def tables_of(games: list[Game]) -> Tables:
    """Silver and replay tables of games of one partition."""
    silver = silver_tables(games, registry())
    # other sources fill other tables
    inputs = {name: silver.get(name, registry()[name].file_schema.empty_table()) for name in INPUT_TABLES}
    return {**inputs, **replay(inputs, registry(), league=games[0].league)}


def write_lake(folder: Path, games: Iterable[Game]) -> Path:
    """Write games with their replay as a lake."""
    store = Store.open(folder)
    partitions: dict[Partition, list[Game]] = {}
    for game in games:
        partition = Partition(league=game.league, source=game.source, season=game.season)
        partitions.setdefault(partition, []).append(game)
    for partition, members in partitions.items():
        write_tables(store, partition, tables_of(members))
    return folder


def write_tables(store: Store, partition: Partition, tables: Tables) -> None:
    """Write the tables of one partition."""
    for name, table in tables.items():
        if not len(table):
            continue
        spec = registry()[name]
        file = store.scratch / f"{name}.parquet"
        write_table(spec, table, file)
        store.publish(table_path(spec, partition), file)
