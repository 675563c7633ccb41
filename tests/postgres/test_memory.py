"""Memory does not grow with the number of games: the predecessor held all documents at once."""

from __future__ import annotations

import tracemalloc
from pathlib import Path
from typing import Any

import psycopg

from hooplake import simulate
from hooplake.postgres.enrich import Options, enrich
from tests.postgres.rows import insert, source_of

Connection = psycopg.Connection[Any]
COPIES = 30


def test_more_games_take_no_more_memory(connection: Connection, nba: simulate.Season, tmp_path: Path) -> None:
    bodies = [(game.id, game.document()) for game in nba.games[:8]]
    for number in range(COPIES):
        for place, (game_id, body) in enumerate(bodies):
            fresh = str(800_000_000 + 100 * number + place)
            (tmp_path / f"{fresh}.json").write_bytes(body.replace(game_id.encode(), fresh.encode()))
    source = source_of(tmp_path)
    peaks = []
    for count in (40, 8 * COPIES):
        connection.execute("truncate raw_data.nba_games, raw_data.game_enrichment")
        insert(connection, sorted(source.games)[:count])
        tracemalloc.start()
        assert enrich(connection, source, Options(batch_size=10)).written == count
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    # Six times the games; how many batches are open at once, one to three, is up to the processors.
    assert peaks[1] < 2 * peaks[0]
    assert peaks[1] < 20e6, "a batch and no more"
