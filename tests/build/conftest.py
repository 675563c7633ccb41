"""Lakes of a moment lie in memory: nothing here needs to wait for a disk."""

from __future__ import annotations

import multiprocessing
import tempfile
from collections.abc import Iterator
from multiprocessing import forkserver
from pathlib import Path

import pytest

from tests.build.toy import MEMORY, Toy


@pytest.fixture(scope="session", autouse=True)
def _fork_server() -> None:
    """The server of worker processes, with all loaded that any of the tests here runs in one."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(
        [
            "hooplake.build.preload",
            "hooplake.build.planner",
            "hooplake.build.schedule",
            "hooplake.build.sqlite",
            "hooplake.build.run",
            "hooplake.build.preloaded",
        ]
    )
    forkserver.ensure_running()


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """An empty folder."""
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        yield Path(folder)


@pytest.fixture
def toy(tmp_path: Path) -> Iterator[Toy]:
    """Two games of 2025 and one of 2024, built: the totals are 3 and 3, and 4."""
    toy = Toy(tmp_path / "lake")
    toy.put("g1", "1 2", date="2024-12-15")
    toy.put("g2", "3", date="2024-12-16")
    toy.put("g3", "4", season=2024, date="2023-12-15")
    toy.run()
    yield toy
    toy.ledger.close()
