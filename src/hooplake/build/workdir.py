"""The folder of a run's unfinished files, and the runs that died leaving theirs behind."""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import time
from collections.abc import Iterable
from pathlib import Path

from hooplake.lake.store import Store

_PREFIX = "run-"
_ALIVE = "alive"


class Workdir:
    """A folder in the lake's scratch directory, locked for as long as the run lives.

    The lock goes with the process, however it ends; so whoever can lock the folder of a run knows that it is dead.

    Attributes:
        run_id: the run's name, which grows with time.
        path: the folder.
    """

    def __init__(self, store: Store) -> None:
        stamp = time.strftime("%Y%m%dT%H%M%S", time.gmtime())
        self.run_id = f"{stamp}-{secrets.token_hex(4)}"
        self.path = store.scratch / f"{_PREFIX}{self.run_id}"
        # made under another name: a folder without its lock would be taken for a dead run's
        unlocked = store.scratch / f"new-{self.run_id}"
        unlocked.mkdir(parents=True)
        self._lock = os.open(unlocked / _ALIVE, os.O_CREAT | os.O_RDWR, 0o666)
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        unlocked.rename(self.path)

    def close(self) -> None:
        """Delete the folder."""
        shutil.rmtree(self.path, ignore_errors=True)
        os.close(self._lock)


def dead_runs(store: Store) -> dict[str, Path]:
    """The runs that left their folders behind, and those folders."""
    dead = {}
    for folder in sorted(store.scratch.glob(f"{_PREFIX}*")):
        try:
            lock = os.open(folder / _ALIVE, os.O_RDWR)
        except FileNotFoundError:  # its run is deleting it, or died while it did
            dead[folder.name.removeprefix(_PREFIX)] = folder
            continue
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            dead[folder.name.removeprefix(_PREFIX)] = folder
        except BlockingIOError:
            continue
        finally:
            os.close(lock)
    return dead


def delete_folders(folders: Iterable[Path]) -> None:
    """Delete folders with all that is in them."""
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
