"""A run that is killed leaves nothing half-written, and the next run ends with the bytes of one that was not killed."""

from __future__ import annotations

import os
import random
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.build.toy import MEMORY, Toy
from tests.build.victims import CHANGED, CONTEXT, run_to_the_end, start


@pytest.fixture(scope="module")
def changed() -> Iterator[Path]:
    """A lake of which some games were built, and then changed, added and removed; its code is new, too."""
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        toy = Toy(Path(folder) / "lake")
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
        yield toy.folder


@pytest.fixture(scope="module")
def expected(changed: Path) -> dict[str, bytes]:
    """The objects of a run that was not killed."""
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        toy = Toy(Path(shutil.copytree(changed, f"{folder}/lake")), **CHANGED)
        assert toy.run().exit_code == 0
        toy.ledger.close()
        return toy.objects()


def check(folder: Path, expected: dict[str, bytes]) -> None:
    """What a reader sees is whole; the next run mends the rest."""
    toy = Toy(folder, **CHANGED)
    for table in ("silver.points", "gold.sums", "gold.seasons"):
        for season in (2024, 2025, 2026):
            toy.rows(table, season)
    report = toy.run()
    assert report.exit_code == 0, report.to_json()
    assert toy.objects() == expected
    assert toy.plan().items == []
    assert list(toy.store.scratch.glob("run-*")) == []
    toy.ledger.close()
    shutil.rmtree(folder)


def test_killed_at_every_kind_of_moment(changed: Path, expected: dict[str, bytes], tmp_path: Path) -> None:
    process, connection = start(Path(shutil.copytree(changed, tmp_path / "whole")))
    operations = connection.recv()
    process.join()
    assert operations > 100
    points = sorted({1 + round(step * (operations - 1) / 79) for step in range(80)})
    for point in points:
        folder = Path(shutil.copytree(changed, tmp_path / f"at-{point}"))
        process, _ = start(folder, kill_at=point)
        process.join()
        assert process.exitcode == -signal.SIGKILL, point
        check(folder, expected)


@pytest.mark.parametrize("seed", range(4))
def test_killed_at_any_time(changed: Path, expected: dict[str, bytes], tmp_path: Path, seed: int) -> None:
    choice = random.Random(seed)
    for number in range(6):
        folder = Path(shutil.copytree(changed, tmp_path / str(number)))
        process, _ = start(folder)
        time.sleep(choice.uniform(0, 0.1))
        process.kill()
        process.join()
        check(folder, expected)


def test_killed_with_its_workers_at_work(changed: Path, expected: dict[str, bytes], tmp_path: Path) -> None:
    choice = random.Random(0)
    for number in range(4):
        folder = Path(shutil.copytree(changed, tmp_path / str(number)))
        process, _ = start(folder, jobs=2)
        time.sleep(choice.uniform(0, 1.0))
        process.kill()
        process.join()
        check(folder, expected)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_the_run_in_good_order(tmp_path: Path, number: signal.Signals) -> None:
    toy = Toy(tmp_path / "lake", sleep=0.1, chunk_units=1)
    for game in range(30):
        toy.put(f"g{game:02d}", str(game), season=2000 + game)
    process = CONTEXT.Process(target=run_to_the_end, args=(str(toy.folder), toy.change))
    process.start()
    deadline = time.monotonic() + 30
    while not toy.store.list("silver") and time.monotonic() < deadline:
        time.sleep(0.01)
    os.kill(process.pid or 0, number)
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
