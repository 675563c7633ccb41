"""The server that worker processes are forked from. It loads the heavy modules once, so one more worker is cheap."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterable
from multiprocessing.context import ForkServerContext
from multiprocessing.forkserver import ensure_running

_PRELOAD = ("hooplake.build.pool", "hooplake.build.preload")


def context(modules: Iterable[str] = ()) -> ForkServerContext:
    """Where workers are started.

    Args:
        modules: modules to load before workers are forked, if the server does not run yet.
    """
    found = multiprocessing.get_context("forkserver")
    found.set_forkserver_preload([*_PRELOAD, *sorted(set(modules) - {"__main__", *_PRELOAD})])
    return found


def start(modules: Iterable[str]) -> None:
    """Start the server, and do not wait: it loads its modules on one processor while the caller plans on another.

    Args:
        modules: modules to load before workers are forked.
    """
    context(modules)
    ensure_running()
