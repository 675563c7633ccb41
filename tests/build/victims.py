"""Runs in processes of their own, to be killed. Nothing is imported here that would make such a process slow."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from tests.build.toy import Toy

CHANGED = {"games_version": "2", "scale": 2, "chunk_units": 2}
CONTEXT = multiprocessing.get_context("forkserver")


def build(folder: str, jobs: int, kill_at: int, ready: Connection) -> None:
    """In another process: run, and die at the file operation of that number (0: run to the end, and tell how many)."""
    toy = Toy(Path(folder), **CHANGED)
    plan = toy.plan()
    count = 0
    counted = ("open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "shutil.rmtree", "fcntl.flock", "os.utime")

    def operation(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal count
        if event in counted and not str(arguments[0]).endswith((".py", ".pyc")):
            count += 1
            if count == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)

    import hooplake.build.schedule  # noqa: F401  (loaded before the count begins)
    from hooplake.build.run import run

    if jobs == 1:
        sys.addaudithook(operation)
    ready.send(0)
    run(plan, toy.ledger, toy.store, jobs=jobs)
    ready.send(count)


def start(folder: Path, jobs: int = 1, kill_at: int = 0) -> tuple[Any, Connection]:
    ours, theirs = CONTEXT.Pipe()
    process = CONTEXT.Process(target=build, args=(str(folder), jobs, kill_at, theirs))
    process.start()
    theirs.close()
    assert ours.recv() == 0
    return process, ours


def run_to_the_end(folder: str, change: dict[str, Any]) -> None:
    sys.exit(Toy(Path(folder), **change).run().exit_code)
