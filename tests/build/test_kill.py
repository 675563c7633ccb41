"""A run that is killed leaves nothing half-written, and the next run ends with the bytes of one that was not killed."""

from __future__ import annotations

import functools
import multiprocessing
import os
import random
import signal
import sys
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest

from tests.build.toy import Toy

CHANGED = {"games_version": "2", "scale": 2, "chunk_units": 2}
_context = multiprocessing.get_context("forkserver")


def prepare(folder: Path) -> Toy:
    """A lake of which some games were built, and then changed, added and removed; its code is new, too."""
    toy = Toy(folder)
    for number in range(6):
        toy.put(f"g{number}", f"{number} 5", season=2024 + number % 2)
    toy.put("g8", "bad")
    toy.put("g9", "3 -1")
    toy.run()
    toy.delete("g0")
    toy.replace("g8", "8")
    toy.put("g7", "7", season=2026)
    toy.delete("g9")
    toy.ledger.close()
    toy.change = dict(CHANGED)
    return toy


@functools.cache
def expected() -> dict[str, bytes]:
    """The objects of a run that was not killed."""
    import tempfile

    from tests.build.toy import MEMORY

    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        toy = prepare(Path(folder) / "lake")
        assert toy.run().exit_code == 0
        toy.ledger.close()
        return toy.objects()


def build(folder: str, jobs: int, kill_at: int, ready: Connection) -> None:
    """In another process: run, and die at the file operation of that number (0: run to the end, and tell how many)."""
    toy = Toy(Path(folder), **CHANGED)
    plan = toy.plan()
    count = 0
    counted = ("open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "shutil.rmtree", "fcntl.flock", "os.utime")

    def operation(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal count
        if event in counted and not str(arguments[0]).endswith((".py", ".pyc")):
            count += 1
            if count == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)

    from hooplake.build import schedule  # loaded before the count begins
    from hooplake.build.run import run

    assert schedule
    if jobs == 1:
        sys.addaudithook(operation)
    ready.send(0)
    run(plan, toy.ledger, toy.store, jobs=jobs)
    ready.send(count)


def start(folder: Path, jobs: int = 1, kill_at: int = 0) -> tuple[Any, Connection]:
    ours, theirs = _context.Pipe()
    process = _context.Process(target=build, args=(str(folder), jobs, kill_at, theirs))
    process.start()
    theirs.close()
    assert ours.recv() == 0
    return process, ours


@pytest.fixture(scope="module", autouse=True)
def _preloaded() -> None:
    _context.set_forkserver_preload(
        ["hooplake.build.preload", "hooplake.build.schedule", "tests.build.test_kill", "tests.build.toy"]
    )


def check(folder: Path) -> None:
    """What a reader sees is whole; the next run mends the rest."""
    toy = Toy(folder, **CHANGED)
    for table in ("silver.points", "gold.sums", "gold.seasons"):
        for season in (2024, 2025, 2026):
            toy.rows(table, season)
    report = toy.run()
    assert report.exit_code == 0, report.to_json()
    assert toy.objects() == expected()
    assert toy.plan().items == []
    assert list(toy.store.scratch.glob("run-*")) == []
    toy.ledger.close()


def test_killed_at_every_kind_of_moment(tmp_path: Path) -> None:
    prepare(tmp_path / "whole")
    process, connection = start(tmp_path / "whole")
    operations = connection.recv()
    process.join()
    assert operations > 100
    points = sorted({1 + round(step * (operations - 1) / 79) for step in range(80)})
    for point in points:
        folder = tmp_path / f"at-{point}"
        prepare(folder)
        process, _ = start(folder, kill_at=point)
        process.join()
        assert process.exitcode == -signal.SIGKILL, point
        check(folder)


@pytest.mark.parametrize("seed", range(4))
def test_killed_at_any_time(tmp_path: Path, seed: int) -> None:
    choice = random.Random(seed)
    for number in range(6):
        folder = tmp_path / str(number)
        prepare(folder)
        process, _ = start(folder)
        time.sleep(choice.uniform(0, 0.15))
        process.kill()
        process.join()
        check(folder)


def test_killed_with_its_workers_at_work(tmp_path: Path) -> None:
    choice = random.Random(0)
    for number in range(4):
        folder = tmp_path / str(number)
        prepare(folder)
        process, _ = start(folder, jobs=2)
        time.sleep(choice.uniform(0, 1.5))
        process.kill()
        process.join()
        check(folder)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_the_run_in_good_order(tmp_path: Path, number: signal.Signals) -> None:
    toy = Toy(tmp_path / "lake", sleep=0.1, chunk_units=1)
    for game in range(30):
        toy.put(f"g{game:02d}", str(game), season=2000 + game)
    process = _context.Process(target=interrupted, args=(str(toy.folder), toy.change))
    process.start()
    deadline = time.monotonic() + 30
    while not toy.store.list("silver") and time.monotonic() < deadline:
        time.sleep(0.01)
    os.kill(process.pid, number)
    process.join()
    assert process.exitcode == 130
    (recorded,) = toy.ledger.runs()
    assert recorded.exit_code == 130
    built = len(toy.store.list("silver"))
    assert 0 < built < 60
    toy.change["sleep"] = 0.1
    report = toy.run(jobs=2)
    assert report.exit_code == 0
    assert report.step("games").unchanged == built / 2
    assert len(toy.store.list("silver")) == 60


def interrupted(folder: str, change: dict[str, Any]) -> None:
    sys.exit(Toy(Path(folder), **change).run().exit_code)
