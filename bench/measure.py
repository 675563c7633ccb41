"""One measurement: a stage and its floor, run by turns, with times, their ratio and the memory.

A number without its floor cannot be compared between machines or days, so the floor (the bytes inflated, the rows
copied, the bare interpreter) is measured in the same process on the same data, and the quotient is what counts.
"""

from __future__ import annotations

import dataclasses
import gc
import multiprocessing
import os
import platform
import resource
import statistics
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from importlib.metadata import version

REPEATS = 5


@dataclasses.dataclass(frozen=True)
class Stage:
    """What is measured.

    Attributes:
        name: of the stage, in words.
        work: does it once, and returns what `check` looks at.
        floor_name: what the floor is.
        floor: the least that has to be done for it.
        check: raises where the result is wrong; a fast wrong answer is no figure. It runs once, and is not timed.
        corpus: what it runs on: real or generated, how many documents, bytes or rows.
    """

    name: str
    work: Callable[[], object]
    floor_name: str
    floor: Callable[[], object]
    check: Callable[[object], None] | None = None
    corpus: str = ""


@dataclasses.dataclass(frozen=True)
class Figures:
    """What came out: seconds, their ratio, and the peak memory of the process and its children in megabytes."""

    name: str
    median: float
    least: float
    most: float
    floor_name: str
    floor: float
    ratio: float
    peak_mb: float
    corpus: str


def measure(stage: Stage, repeats: int = REPEATS) -> Figures:
    """Measures a stage: one warm-up, then stage and floor by turns, so that drift hits both."""
    result = stage.work()
    if stage.check is not None:
        stage.check(result)
    del result
    stage.floor()
    works, floors = [], []
    for _ in range(repeats):
        works.append(_timed(stage.work))
        floors.append(_timed(stage.floor))
    median, floor = statistics.median(works), statistics.median(floors)
    return Figures(
        name=stage.name,
        median=median,
        least=min(works),
        most=max(works),
        floor_name=stage.floor_name,
        floor=floor,
        ratio=median / floor,
        peak_mb=_peak_mb(),
        corpus=stage.corpus,
    )


def stages_of(module: str) -> list[Stage]:
    """The stages of a module of this folder."""
    return list(import_module(f"bench.{module}").stages())


def measure_apart(module: str, stage: str) -> Figures:
    """Measures one stage in a fresh process, so that the memory is its own."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(_measure_named, module, stage).result()


def _measure_named(module: str, name: str) -> Figures:
    (stage,) = [stage for stage in stages_of(module) if stage.name == name]
    return measure(stage)


def conditions() -> dict[str, str]:
    """Where and with what this runs; figures mean nothing without it."""
    libraries = ("duckdb", "numpy", "pyarrow", "msgspec", "zstandard")
    return {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "processors": str(os.cpu_count()),
        "load": f"{os.getloadavg()[0]:.1f}",
        "threads": os.environ.get("OMP_NUM_THREADS", "not pinned"),
        **{name: version(name) for name in libraries},
    }


def _timed(work: Callable[[], object]) -> float:
    gc.collect()
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _peak_mb() -> float:
    unit = 1 if sys.platform == "darwin" else 1024  # bytes there, kilobytes elsewhere
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return peak * unit / 1e6
