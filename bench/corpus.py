"""The simulated documents that stages run on, made once and kept in ``bench/results``."""

from __future__ import annotations

import os
import shutil
import time
from functools import cache
from pathlib import Path

from hooplake import simulate

FOLDER = Path(__file__).parent / "results"
GAMES = int(os.environ.get("BENCH_GAMES", "2000"))
"""Games of the corpus; fewer for a quick look."""
BYTES = 550_000
"""Size of a document: the mean of real summaries with their news and odds."""


@cache
def documents() -> list[Path]:
    """Compressed summaries of two NBA seasons, filled with news to the size of real ones."""
    folder = FOLDER / f"documents-{GAMES}"
    done = folder / "done"
    if not done.exists():
        shutil.rmtree(folder, ignore_errors=True)
        for season in (2024, 2025):
            simulate.write_documents(
                folder, season=season, days=175, seed=season, limit=GAMES // 2, padding_bytes=BYTES, form="zst"
            )
        done.touch()
    return sorted(folder.rglob("*.json.zst"))


@cache
def raw_lake() -> Path:
    """A lake that holds the documents as raw objects and nothing else."""
    folder = FOLDER / f"raw-{GAMES}"
    if not (folder / "raw").is_dir():
        from hooplake.lakehouse import open as open_lake

        making = folder.with_suffix(".making")
        shutil.rmtree(making, ignore_errors=True)
        with open_lake(making, create=True) as lake:
            lake.ingest_files(documents())
        making.rename(folder)
    return folder


_AWAY = FOLDER / "away"


def put_away(lake: Path) -> None:
    """Take away the lake of an earlier run, if there is one; it is deleted by :func:`tidy`, after the last stage.

    Where thousands of files were deleted some minutes ago, a file system looks long for places of new ones: that was half
    of the processor's time of some runs, and none of it their own.
    """
    if lake.exists():
        _AWAY.mkdir(parents=True, exist_ok=True)
        lake.rename(_AWAY / f"{lake.name}-{time.time_ns()}")


def tidy() -> None:
    """Delete what was put away."""
    shutil.rmtree(_AWAY, ignore_errors=True)


def fresh_lake(name: str) -> Path:
    """A lake with the raw objects alone, under a name of its own; the objects are links to the same files."""
    folder = FOLDER / name
    put_away(folder)
    shutil.copytree(raw_lake() / "raw", folder / "raw", copy_function=os.link)
    return folder


def forget_lakes_of_other_code(folder: Path = FOLDER) -> None:
    """Remove the lakes that other code built: a stage would build them again within its time."""
    from hooplake.build.step import code_version

    stamp, version = folder / "code", code_version("hooplake")
    if stamp.exists() and stamp.read_text() == version:
        return
    for lake in folder.iterdir() if folder.is_dir() else ():
        if any((lake / layer).is_dir() for layer in ("bronze", "silver", "gold")):
            shutil.rmtree(lake)
    folder.mkdir(parents=True, exist_ok=True)
    stamp.write_text(version)
