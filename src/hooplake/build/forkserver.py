"""The server that worker processes are forked from. It loads the heavy modules once, so one more worker is cheap."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterable
from contextlib import suppress
from multiprocessing import resource_tracker
from multiprocessing.context import ForkServerContext
from multiprocessing.forkserver import _forkserver, ensure_running

_FIRST, _LAST = "hooplake.build.preload", "hooplake.build.preloaded"
_KEEPING = {
    "MIMALLOC_PURGE_DELAY": "-1",
    "MALLOC_MMAP_THRESHOLD_": str(64 << 20),
    "MALLOC_TRIM_THRESHOLD_": str(1 << 30),
    "MALLOC_TOP_PAD_": str(16 << 20),
    "OPENBLAS_NUM_THREADS": "1",
}
"""Settings for workers of what numpy and Arrow are made with.

What a chunk frees the next needs at once: to hand it back to the kernel, which clears it before it gives it out again,
takes 5 % of a build. And one worker a processor is enough: more threads take a while to start, and the last digits of
what they sum depend on how many there are. Large pages (`glibc.malloc.hugetlb`) are not asked for: a build touches more of
them than it fills, and the kernel clears them whole, which costs more than is won.
"""


def context(modules: Iterable[str] = ()) -> ForkServerContext:
    """Where workers are started.

    Args:
        modules: modules to load before workers are forked, if the server does not run yet.
    """
    found = multiprocessing.get_context("forkserver")
    found.set_forkserver_preload([_FIRST, *sorted(set(modules) - {"__main__"}), _LAST])
    _run_server()
    return found


def start(modules: Iterable[str]) -> None:
    """Start the server, and do not wait: it loads its modules on one processor while the caller plans on another.

    Args:
        modules: modules to load before workers are forked.
    """
    context(modules)


def stop() -> None:
    """End the server, if it runs. For a process that ends: who reads what it wrote would wait for the server, too.

    A server that is still loading its modules sees that it is not wanted any more when it has loaded them all.
    """
    pid = getattr(_forkserver, "_forkserver_pid", None)
    if pid is not None:
        with suppress(OSError):
            os.kill(pid, signal.SIGKILL)


def _run_server() -> None:
    """Start the server if it does not run; allocators read their settings from the environment when they are loaded.

    It begins deaf to Ctrl-C, which goes to whoever started it, too: to tell where it was in loading its modules is no use.
    """
    added = {name: value for name, value in _KEEPING.items() if name not in os.environ}
    os.environ.update(added)
    resource_tracker.ensure_running()  # which would make the server hear again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        for name in added:
            del os.environ[name]
