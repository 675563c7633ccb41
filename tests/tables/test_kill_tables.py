"""Builds of the ten tables that are killed, and builds that meet: the bytes are those of one that nobody disturbed."""

from __future__ import annotations

import os
import random
import signal
import tempfile
from collections.abc import Iterator
from multiprocessing import forkserver
from pathlib import Path

import pytest

from hooplake.build.ledger import open_ledger
from hooplake.lakehouse import registry
from hooplake.tables.pipeline import steps
from tests.build.toy import MEMORY
from tests.pipeline.games import revised
from tests.tables.lakes import TEN, SeasonLake, season
from tests.tables.victims import CONTEXT, start

KILLS = int(os.environ.get("TEST_KILLS", "12"))
"""Each takes about a second; the machinery is killed a hundred times in tests/build, where a run takes less."""


@pytest.fixture(scope="module", autouse=True)
def _fork_server() -> None:
    """Processes are forked from one that has loaded everything: what is killed is the build, not its imports."""
    CONTEXT.set_forkserver_preload(
        ["hooplake.build.preload", "hooplake.build.schedule", "tests.tables.preloaded", "hooplake.build.preloaded"]
    )
    forkserver.ensure_running()


@pytest.fixture
def folder() -> Iterator[Path]:
    """In memory: nothing here needs to wait for a disk."""
    with tempfile.TemporaryDirectory(dir=MEMORY) as place:
        yield Path(place)


def disturb(lake: SeasonLake, turn: int) -> None:
    """Change something: a game corrected, taken back to its schedule, or played after all."""
    game = season()[(7 * turn) % len(season())]
    body = lake.newest(game.id)
    assert body is not None
    if turn % 3 == 1:
        lake.remove(game.id)
        lake.put(game.document(status="scheduled"))
    elif b'"plays"' in body:
        lake.put(revised(body, turn))
    else:
        lake.remove(game.id)
        lake.put(game.document())


def read_everything(lake: SeasonLake) -> None:
    """A reader sees whole objects, whatever was killed."""
    for table in TEN:
        spec = registry()[table]
        assert set(lake.rows(table).column_names) == set(spec.columns)


def undisturbed(lake: SeasonLake, folder: Path) -> dict[str, bytes]:
    """The objects of the same raw documents, built by one run from nothing."""
    return lake.from_nothing(folder).bytes()


def test_killed_again_and_again(season_lake: SeasonLake, folder: Path) -> None:
    """Each run goes on where the one before it was killed, and is killed at some other point."""
    lake = season_lake.copy(folder / "lake")
    choice = random.Random(11)
    turn = 1
    disturb(lake, turn)
    process, told = start(lake.folder)
    told.send("go")
    operations, code, _ = told.recv()  # of a run that is left alone
    assert (code, operations > 60) == (0, True)
    points: list[int] = []
    finished = True
    while len(points) < KILLS:
        if finished or len(points) % 10 == 9:  # also between two runs that were killed
            turn += 1
            disturb(lake, turn)
        point = choice.randint(1, operations)
        process, told = start(lake.folder, kill_at=point)
        told.send("go")
        process.join()
        finished = process.exitcode != -signal.SIGKILL
        if finished:
            assert told.recv()[1] == 0
        else:
            points.append(point)
            if len(points) % 10 == 0:
                read_everything(lake)
    assert lake.build().exit_code == 0
    assert lake.bytes() == undisturbed(lake, folder / "full")
    assert lake.build().total.run == 0
    assert list(lake.store.scratch.glob("run-*")) == []
    assert len(set(points)) > KILLS // 2


def test_two_runs_started_at_once(season_lake: SeasonLake, folder: Path) -> None:
    """One writer per partition: what one of them holds the other leaves, and says so."""
    lake = season_lake.copy(folder / "lake")
    codes: list[int] = []
    for turn in (1, 2, 3):
        disturb(lake, turn)
        pair = [start(lake.folder), start(lake.folder)]
        for _, told in pair:
            told.send("go")
        outcomes: list[tuple[int, int, dict[str, int]]] = [told.recv() for _, told in pair]
        for process, _ in pair:
            process.join()
        codes += [code for _, code, _ in outcomes]
        assert lake.build().exit_code == 0  # what was postponed
        assert lake.build().total.run == 0
        for step in steps():
            written = [parts.get(step.name, 0) for _, _, parts in outcomes]
            assert min(written) == 0 or max(written) <= len(step.outputs), step.name
    assert set(codes) <= {0, 3}
    assert lake.bytes() == undisturbed(lake, folder / "full")
    ledger = open_ledger(lake.folder / "meta" / "ledger.sqlite")
    try:
        assert ledger.failures() == []
        assert {run.exit_code for run in ledger.runs(20)} <= {0, 3}
    finally:
        ledger.close()
