"""The folder of a run's unfinished files, and the runs that died leaving theirs behind."""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from hooplake.lake.store import Store

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

_PREFIX = "run-"
_LOCK = ".lock"


class Workdir:
    """A folder in the lake's scratch directory, and beside it a file that is locked for as long as the run lives.

    Use it in a `with` statement, at the end of which both are deleted.
    The lock goes with the process, however it ends; so whoever can lock the file of a run knows that it is dead.

    Attributes:
        run_id: the run's name, which grows with time.
        path: the folder.
    """

    def __init__(self, store: Store) -> None:
        stamp = time.strftime("%Y%m%dT%H%M%S", time.gmtime())
        self.run_id = f"{stamp}-{os.urandom(4).hex()}"
        self.path = store.scratch / f"{_PREFIX}{self.run_id}"
        self._file = store.scratch / f"{_PREFIX}{self.run_id}{_LOCK}"
        self._lock = -1
        while self._lock < 0:
            lock = os.open(self._file, os.O_CREAT | os.O_RDWR, 0o666)
            fcntl.flock(lock, fcntl.LOCK_EX)
            if self._file.exists():
                self._lock = lock
            else:  # a cleaner came between the two and took it for a dead run's
                os.close(lock)
        self.path.mkdir()
        self._cleaner: ThreadPoolExecutor | None = None

    def __enter__(self) -> Workdir:
        return self

    def discard(self, files: Iterable[Path]) -> None:
        """Delete files that nobody reads any more. Nobody waits for it: workers are to get their next jobs first."""
        if self._cleaner is None:
            from concurrent.futures import ThreadPoolExecutor  # a run of nothing has no use for it

            self._cleaner = ThreadPoolExecutor(1, "cleaner")
        self._cleaner.submit(_delete, list(files))

    def __exit__(self, *_: object) -> None:
        if self._cleaner is not None:
            self._cleaner.shutdown()
        shutil.rmtree(self.path, ignore_errors=True)
        self._file.unlink(missing_ok=True)
        os.close(self._lock)


def _delete(files: list[Path]) -> None:
    for file in files:
        file.unlink(missing_ok=True)


def dead_runs(store: Store) -> list[str]:
    """The runs that ended without deleting their folders."""
    dead = []
    for file in sorted(store.scratch.glob(f"{_PREFIX}*{_LOCK}")):
        try:
            lock = os.open(file, os.O_RDWR)
        except FileNotFoundError:  # its run has just ended
            continue
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            dead.append(file.name.removeprefix(_PREFIX).removesuffix(_LOCK))
        except BlockingIOError:
            continue
        finally:
            os.close(lock)
    return dead


def delete_folders(store: Store, runs: Iterable[str]) -> None:
    """Delete what dead runs left behind."""
    for run in runs:
        shutil.rmtree(store.scratch / f"{_PREFIX}{run}", ignore_errors=True)
        (store.scratch / f"{_PREFIX}{run}{_LOCK}").unlink(missing_ok=True)
