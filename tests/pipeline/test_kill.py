"""The real pipeline killed at random moments and run again gives the bytes of a run that was left alone."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from tests.pipeline.games import Lake, document, revised

_KILLS = 8


def _start(lake: Lake) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "hooplake", "--lake", str(lake.folder), "build", "--jobs", "2"]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)


def test_a_killed_build_is_finished_by_the_next(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "killed")
    for number in range(6):
        lake.put(document(2024, number))
        lake.put(document(2025, number))
    chance = random.Random(4)
    whole = time.perf_counter()
    reference = Lake(tmp_path / "reference")
    for meta in lake.store.list("raw"):
        reference.store.put(meta.path, lake.store.get(meta.path))
    assert _start(reference).wait(120) == 0
    whole = time.perf_counter() - whole
    killed = 0
    for attempt in range(_KILLS):
        if attempt == _KILLS // 2:
            # a correction arrives in between, so that published partitions are being replaced when the kill comes
            for folder in (lake, reference):
                folder.put(revised(document(2025, 1), 2))
            assert _start(reference).wait(120) == 0
        process = _start(lake)
        time.sleep(chance.uniform(0.2, 1.0) * whole)
        if process.poll() is None:
            killed += 1
        with suppress(ProcessLookupError):  # it was faster than the kill
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)
    assert _start(lake).wait(120) == 0
    assert lake.bytes() == reference.bytes()
    assert killed >= _KILLS // 3
    assert not list((lake.folder / "tmp").glob("run-*"))
