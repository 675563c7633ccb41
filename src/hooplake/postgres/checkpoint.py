"""The checkpoint of a run: a file that grows by one line a batch, once that is committed.

A batch that was committed when a kill came before its line comes again, and is found unchanged. The file names every game that is done and every one that failed, since a mark such as "the last id" would leave behind the
failed games, and those that come in between later.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from hooplake.build.step import Failure
from hooplake.errors import ConfigError

_FORMAT = 1


@dataclass
class Progress:
    """How far a run has come, over all its starts.

    Attributes:
        done: games that need not be looked at again.
        failed: games that failed, with the error; they are tried again.
        written: games whose row was changed.
        unchanged: games whose row was right already.
        formats: games per format of their documents.
    """

    done: set[str] = field(default_factory=set)
    failed: dict[str, Failure] = field(default_factory=dict)
    written: int = 0
    unchanged: int = 0
    formats: Counter[str] = field(default_factory=Counter)

    def add(self, entry: Mapping[str, Any]) -> None:
        """A line of the file."""
        written, unchanged = entry.get("written", []), entry.get("unchanged", [])
        self.written += len(written)
        # a batch that was committed when the run was killed before its line comes again, as unchanged
        self.unchanged += len(unchanged)
        for game_id in (*written, *unchanged):
            self.done.add(game_id)
            self.failed.pop(game_id, None)
        self.failed |= {game_id: Failure(*failure) for game_id, failure in entry.get("failed", {}).items()}
        self.formats.update(entry.get("formats", {}))


class Checkpoint:
    """The file of a run, or none.

    Args:
        path: the file; None to remember nothing beyond this run.
        run: what the run is: database, source, version. A checkpoint of another run is refused.
        resume: go on with what the file says; without it the run begins anew.

    Attributes:
        progress: how far the run has come.

    Raises:
        ConfigError: the file is of another run, is no checkpoint, or cannot be written.
    """

    def __init__(self, path: Path | None, run: Mapping[str, Any], *, resume: bool) -> None:
        self.path = path
        self.progress = Progress()
        self._run = {"checkpoint": _FORMAT, **run}
        self._file: BinaryIO | None = None
        self._keep = 0
        if path is not None and resume and path.exists():
            self._read(path)

    def _read(self, path: Path) -> None:
        try:
            data = path.read_bytes()
        except OSError as error:
            raise ConfigError(f"{path}: cannot be read ({error.strerror})") from error
        whole = data[: data.rfind(b"\n") + 1]  # a kill may have left half a line
        lines = whole.splitlines()
        try:
            entries = [msgspec.json.decode(line) for line in lines]
            header, *entries = entries or [None]
            if header is not None and header["checkpoint"] != _FORMAT:
                raise ConfigError(f"{path}: a checkpoint of another version; begin anew without --resume")
            for entry in entries:
                self.progress.add(entry)
        except (msgspec.DecodeError, TypeError, KeyError, AttributeError) as error:
            raise ConfigError(f"{path}: this is no checkpoint of hooplake; name another file") from error
        if header is None:
            return
        for name, value in self._run.items():
            if header.get(name) != value:
                raise ConfigError(
                    f"{path}: the checkpoint is of another run ({name} {header.get(name)!r}, now {value!r}); "
                    "name another file, or begin anew without --resume"
                )
        self._keep = len(whole)

    def record(
        self,
        *,
        written: tuple[str, ...] = (),
        unchanged: tuple[str, ...] = (),
        failed: Mapping[str, Failure] | None = None,
        formats: Mapping[str, int] | None = None,
    ) -> None:
        """One more batch is done; on return that is on the disk."""
        entry: dict[str, Any] = {
            "written": written, "unchanged": unchanged,
            "failed": {game_id: list(failure) for game_id, failure in (failed or {}).items()},
            "formats": dict(formats or {}),
        }  # fmt: skip
        self.progress.add(entry)
        if self.path is not None:
            self._append(entry)

    def _append(self, entry: Mapping[str, Any]) -> None:
        try:
            if self._file is None:
                self._file = self._open()
            self._file.write(msgspec.json.encode(entry) + b"\n")
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise ConfigError(f"{self.path}: the checkpoint cannot be written ({error.strerror})") from error

    def _open(self) -> BinaryIO:
        assert self.path is not None
        self.path.parent.mkdir(parents=True, exist_ok=True)
        file: BinaryIO = self.path.open("r+b" if self._keep else "wb")
        if self._keep:
            file.truncate(self._keep)
            file.seek(self._keep)
        else:
            file.write(msgspec.json.encode(self._run) + b"\n")
        return file

    def close(self) -> None:
        """Closes the file."""
        if self._file is not None:
            self._file.close()
            self._file = None
