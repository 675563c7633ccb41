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
import threading
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

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
        units: how many of something it does, for a rate; 0 for none. A function is asked after the last run.
        unit: what they are, such as ``games``.
        prepare: done before each run of `work`, and not timed.
        repeats: how often both are run.
    """

    name: str
    work: Callable[[], object]
    floor_name: str
    floor: Callable[[], object]
    check: Callable[[object], None] | None = None
    corpus: str = ""
    units: int | Callable[[], int] = 0
    unit: str = ""
    prepare: Callable[[], object] | None = None
    repeats: int = REPEATS


@dataclasses.dataclass(frozen=True)
class Figures:
    """What came out: seconds, their ratio, and the peak memory of the process and its children in megabytes.

    The seconds of processors (`cpu`) are those of the process and of what it started and waited for. They hardly change
    with what else the machine does; the others do.
    """

    name: str
    median: float
    least: float
    most: float
    cpu: float
    floor_name: str
    floor: float
    ratio: float
    peak_mb: float
    corpus: str
    rate: str = ""


def measure(stage: Stage, repeats: int | None = None) -> Figures:
    """Measures a stage: one warm-up, then stage and floor by turns, so that drift hits both.

    Memory is looked at in the warm-up alone, for looking at it takes time from two busy processors.
    """
    prepare = stage.prepare or (lambda: None)
    prepare()
    peak = PeakMemory()
    result = stage.work()
    peak_mb = peak.stop()
    if stage.check is not None:
        stage.check(result)
    del result
    stage.floor()
    works, floors, processors = [], [], []
    for _ in range(repeats or stage.repeats):
        prepare()
        before = _cpu_seconds()
        works.append(_timed(stage.work))
        processors.append(_cpu_seconds() - before)
        floors.append(_timed(stage.floor))
    median, floor = statistics.median(works), statistics.median(floors)
    units = stage.units() if callable(stage.units) else stage.units
    return Figures(
        name=stage.name,
        median=median,
        least=min(works),
        most=max(works),
        cpu=statistics.median(processors),
        floor_name=stage.floor_name,
        floor=floor,
        ratio=median / floor,
        peak_mb=peak_mb,
        corpus=stage.corpus,
        rate=f"{units / median:,.0f} {stage.unit}/s" if units else "",
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


def _cpu_seconds() -> float:
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def _timed(work: Callable[[], object]) -> float:
    gc.collect()
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


class PeakMemory:
    """The most memory that this process and all below it held at one time, in megabytes, looked at often.

    Asking the system for the peak of finished children would miss workers, which are the children of children.
    """

    def __init__(self) -> None:
        self._most = 0.0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> float:
        """Ends looking; the peak, at least that of this process alone as the system knows it."""
        self._ended.set()
        self._thread.join()
        unit = 1 if sys.platform == "darwin" else 1024  # bytes there, kilobytes elsewhere
        alone = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6
        return max(self._most, alone)

    def _watch(self) -> None:
        while not self._ended.wait(0.02):
            self._most = max(self._most, _resident_mb(os.getpid()))


def _resident_mb(root: int) -> float:
    """Memory of a process and all below it now; 0 where there is no /proc."""
    parents: dict[int, int] = {}
    pages: dict[int, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            parents[int(folder.name)] = int(fields[1])
            # private memory only: what forked workers share with each other counts once, at the root
            statm = (folder / "statm").read_text().split()
            pages[int(folder.name)] = int(statm[1]) - (int(statm[2]) if int(folder.name) != root else 0)
        except (OSError, ValueError, IndexError):
            continue  # it ended meanwhile
    total = 0
    for process in parents:
        above = process
        while above not in (root, 0, 1) and above in parents:
            above = parents[above]
        total += pages.get(process, 0) if above == root else 0
    return total * os.sysconf("SC_PAGE_SIZE") / 1e6
