"""An ingest that is stopped anywhere and made again leaves the same lake."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hooplake.lake.store import Store
from tests.sources.documents import Desk, summary

ROOT = Path(__file__).parents[2]
CODE = """
import sys
from hooplake.sources import files
files._ALONE, files._BATCH = 0, 64
from hooplake.cli import main
sys.exit(main(sys.argv[1:]))
"""


def started(desk: Desk, lake: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", CODE, "--lake", str(lake), "ingest", "files", str(desk.files), "--jobs", "2"],
        env={"PYTHONPATH": str(ROOT / "src")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def everything(lake: Path) -> dict[str, bytes]:
    store = Store.open(lake)
    return {
        path: store.get(path) for path in (*store.paths("raw"), *store.paths("deadletter")) if ".json" not in path[-5:]
    }


@pytest.fixture
def full(desk: Desk) -> Desk:
    """600 documents, most games with several, and some that are bad."""
    for number in range(150):
        desk.put({
            f"{number}.a.json": summary(f"4{number:03}", status="scheduled"),
            f"{number}.b.json": summary(f"4{number:03}", note="final"),
            f"{number}.c.json": summary(f"4{number:03}", note="revised", news="x" * 2000),
            f"{number}.d.json": summary(f"4{number:03}", note="revised") if number % 10 else b"oops %d" % number,
        })  # fmt: skip
    return desk


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_stopped_anywhere_and_made_again(full: Desk, tmp_path: Path, how: signal.Signals) -> None:
    whole = tmp_path / "whole"
    process = started(full, whole)
    _, error = process.communicate(timeout=120)
    assert process.returncode == 4, error
    expected = everything(whole)
    # each game has three documents, since the fourth is the third without its news
    assert sum(path.startswith("raw/") for path in expected) == 450

    lake = tmp_path / "stopped"
    store = Store.open(lake)
    stops = 0
    for stop_at in (1, 100, 250, 400):
        process = started(full, lake)
        deadline = time.monotonic() + 60
        while len(store.paths("raw")) < stop_at and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.002)
        process.send_signal(how)
        process.communicate(timeout=60)
        stops += process.returncode != 4
        assert process.returncode in ({signal.SIGKILL: (-9, 4), signal.SIGINT: (130, 4)}[how])
    assert stops > 0, "it was never stopped before its end"
    process = started(full, lake)
    process.communicate(timeout=120)
    assert process.returncode == 4
    assert everything(lake) == expected
