"""Builds of the ten tables in processes of their own, to be killed or to get in each other's way."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from tests.tables.lakes import SeasonLake

CONTEXT = multiprocessing.get_context("forkserver")
COUNTED = ("open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "shutil.rmtree", "fcntl.flock", "os.utime")
"""What a run does to files, by the names of audit events."""


def build(folder: str, kill_at: int, told: Connection) -> None:
    """In another process: build, and die at the file operation of that number (0: at none).

    Tells that it begins, and at the end how many operations there were, the exit code, and per step the partitions
    written.
    """
    count = 0

    def operation(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal count
        if event in COUNTED and str(arguments[0]).startswith(folder):
            count += 1
            if count == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)

    lake = SeasonLake(Path(folder))
    sys.addaudithook(operation)
    told.send("begins")
    told.recv()
    report = lake.build()
    told.send((count, report.exit_code, {name: part.written for name, part in report.steps.items()}))


def start(folder: Path, kill_at: int = 0) -> tuple[Any, Connection]:
    """Start a build; it waits until it is sent something."""
    ours, theirs = CONTEXT.Pipe()
    process = CONTEXT.Process(target=build, args=(str(folder), kill_at, theirs))
    process.start()
    theirs.close()
    assert ours.recv() == "begins"
    return process, ours
