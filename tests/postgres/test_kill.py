"""An enrichment that is killed anywhere, again and again, ends as one that was left alone."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
from pathlib import Path
from typing import Any

import psycopg
import pytest

from hooplake import simulate
from hooplake.postgres.connect import Place
from hooplake.postgres.enrich import Options, Report, enrich
from tests.postgres.rows import data_of, insert, source_of
from tests.postgres.running import run

Connection = psycopg.Connection[Any]

KILLS = 54
GAMES = 36


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Documents of 36 games, of which one is broken; a 37th game has none."""
    made = tmp_path_factory.mktemp("killed")
    games = simulate.season("nba", 2023, days=20, teams=8).games[:GAMES]
    for game in games:
        (made / f"{game.id}.json").write_bytes(game.document())
    (made / f"{games[7].id}.json").write_bytes(b'{"broken')
    return made


def rows(connection: Connection, folder: Path) -> None:
    connection.execute("truncate raw_data.nba_games, raw_data.game_enrichment")
    insert(connection, [*sorted(source_of(folder).games), "no_document"])


def state(connection: Connection) -> list[tuple[Any, ...]]:
    return connection.execute(
        "select game_id, source_fingerprint, extractor_version, content_hash from raw_data.game_enrichment order by 1"
    ).fetchall()


def merged(connection: Connection) -> int:
    (count,) = connection.execute("select count(*) from raw_data.game_enrichment").fetchone() or (0,)
    return int(count)


def resumed(connection: Connection, folder: Path, checkpoint: Path) -> Report:
    return enrich(connection, source_of(folder), Options(batch_size=2), checkpoint=checkpoint, resume=True)


def test_killed_and_resumed_at_random_points(
    connection: Connection, place: Place, folder: Path, tmp_path: Path
) -> None:
    chance = random.Random(20251105)
    rows(connection, folder)
    begun = time.perf_counter()
    whole = resumed(connection, folder, tmp_path / "whole")
    duration = time.perf_counter() - begun
    expected, remembered = data_of(connection), state(connection)
    assert (whole.written, whole.left) == (GAMES - 1, 0)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.postgres.running"])
    kills = partial = trials = 0
    while kills < KILLS:
        trials += 1
        rows(connection, folder)
        checkpoint = tmp_path / f"checkpoint{trials}"
        for _ in range(4):
            before = merged(connection)
            process = context.Process(
                target=run, args=(dict(place.parameters), str(folder), str(checkpoint), 2), daemon=True
            )
            process.start()
            # after so many more games, and anywhere in the batch that is under way then
            target, until = before + chance.randrange(0, 12), time.monotonic() + 30
            while merged(connection) < target and process.is_alive() and time.monotonic() < until:
                time.sleep(0.001)
            time.sleep(chance.uniform(0.0, duration / GAMES))
            if process.pid is not None and process.is_alive():
                os.kill(process.pid, signal.SIGKILL)
                kills += 1
            process.join(20)
            partial += before < merged(connection) < GAMES - 1
        last = resumed(connection, folder, checkpoint)
        assert data_of(connection) == expected
        assert state(connection) == remembered
        assert last.failures_by_type == whole.failures_by_type == {"truncated": 1, "no_document": 1}
        assert (last.written + last.unchanged, last.left) == (GAMES - 1, 0)
    assert partial >= KILLS // 2, "the kills must come in the middle"


def test_a_failure_before_a_kill_is_tried_again_after_it(
    connection: Connection, place: Place, folder: Path, tmp_path: Path
) -> None:
    rows(connection, folder)
    checkpoint = tmp_path / "checkpoint"
    first = enrich(connection, source_of(folder), Options(batch_size=2, limit=20), checkpoint=checkpoint)
    assert list(first.failures_by_type) == ["truncated"]
    (bad,) = first.failed
    fixed = tmp_path / "fixed"
    fixed.mkdir()
    for file in folder.iterdir():
        (fixed / file.name).write_bytes(file.read_bytes())
    game = next(g for g in simulate.season("nba", 2023, days=20, teams=8).games if g.id == bad)
    (fixed / f"{bad}.json").write_bytes(game.document())
    last = resumed(connection, fixed, checkpoint)
    assert list(last.failed) == ["no_document"]
    assert last.written == GAMES
    assert "espn_features" in data_of(connection)[bad]


def test_half_a_line_of_the_checkpoint_is_no_line(connection: Connection, folder: Path, tmp_path: Path) -> None:
    rows(connection, folder)
    checkpoint = tmp_path / "checkpoint"
    enrich(connection, source_of(folder), Options(batch_size=2, limit=11), checkpoint=checkpoint)
    whole = checkpoint.read_bytes()
    for cut in range(1, 40, 7):
        checkpoint.write_bytes(whole[:-cut])
        rows(connection, folder)
        report = resumed(connection, folder, checkpoint)
        # what the checkpoint has as done is not looked at; the rest is
        done = [game for game, data in data_of(connection).items() if "espn_features" not in data]
        assert report.left == 0
        assert report.written == GAMES - 1
        assert len(done) >= 8
        assert checkpoint.read_bytes().count(b"\n{") > 5
