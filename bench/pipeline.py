"""From raw documents to all replay tables: whole commands, as the user waits for them."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from bench.corpus import FOLDER, GAMES, fresh_lake, raw_lake
from bench.measure import Stage
from hooplake.replay.replay import REPLAY_TABLES

ALL_GAMES = 44_826
"""Games of the whole history, for the projected time."""


def stages() -> list[Stage]:
    """A build from nothing, and one with nothing to do."""
    size = f"{GAMES:,} simulated games"
    return [
        Stage(
            "raw to all replay tables",
            lambda: build("bench-build"),
            "inflate and scan the documents, 2 processes",
            scan,
            check=everything_built,
            corpus=size,
            units=GAMES,
            unit="games",
            prepare=lambda: fresh_lake("bench-build"),
            repeats=3,
        ),
        Stage(
            "build, nothing to do",
            lambda: build("bench-noop"),
            "bare interpreter",
            lambda: subprocess.run([sys.executable, "-c", "pass"], check=True),
            check=nothing_built,
            corpus=size,
            prepare=built_once,
        ),
    ]


def build(name: str) -> dict[str, object]:
    """``hooplake build`` on a lake of the results folder; its report."""
    command = [sys.executable, "-m", "hooplake", "--lake", str(FOLDER / name), "build", *REPLAY_TABLES, "--json"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    report: dict[str, object] = json.loads(done.stdout)
    return report


def built_once() -> None:
    """A lake that is up to date."""
    if not (FOLDER / "bench-noop" / "gold").is_dir():
        fresh_lake("bench-noop")
    build("bench-noop")  # by whatever code it was built before


def everything_built(report: object) -> None:
    """Every game was decoded and replayed, none failed."""
    assert isinstance(report, dict)
    if report["steps"]["games"]["run"] != GAMES or report["steps"]["replay"]["run"] != GAMES or report["failures"]:
        raise AssertionError(f"not every game was built: {report}")


def nothing_built(report: object) -> None:
    """Nothing was run or written."""
    assert isinstance(report, dict)
    if report["run"] or report["written"]:
        raise AssertionError(f"something was built: {report}")


def scan() -> int:
    """Inflate every raw object and scan its JSON without keeping anything, on two processes."""
    files = [str(path) for path in (raw_lake() / "raw").rglob("*.zst")]
    shares = [files[start::2] for start in (0, 1)]
    with ProcessPoolExecutor(2, get_context("fork")) as pool:
        return sum(pool.map(_scan, shares))


def _scan(files: list[str]) -> int:
    import simdjson
    import zstandard

    inflater, parser = zstandard.ZstdDecompressor(), simdjson.Parser()
    count = 0
    for file in files:
        with open(file, "rb", buffering=0) as raw:
            body = inflater.decompress(raw.read(), max_output_size=1 << 28)
        parser.parse(body)
        count += len(body)
    return count


def projected(seconds: float) -> float:
    """Seconds for the whole history at the rate of the corpus."""
    return seconds / GAMES * ALL_GAMES
