"""Where the objects of a lake are: a directory, or a bucket of an S3 service.

A `Store` is a flat map from object paths (``silver/fct_plays/league=nba/season=2025/part-0.parquet``) to bytes. Every
write replaces one object as a whole and is durable when it returns; a reader sees the old bytes or the new ones, never
a mixture. Two writers that must not overwrite each other use `if_absent` or `if_match`.
"""

from __future__ import annotations

import builtins
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from hooplake.errors import ConfigError, StoreError

SCRATCH = "tmp"
"""The folder of unfinished files at the root of a lake; nothing below it is an object."""


class ObjectMeta(NamedTuple):
    """What a listing says of one object.

    Attributes:
        path: the object's path in the lake.
        size: bytes.
        etag: a text that changes whenever the object's bytes do.
        modified: when it was last written (UTC).
    """

    path: str
    size: int
    etag: str
    modified: datetime


class PutOutcome(NamedTuple):
    """What became of one object of `Store.put_many`: an etag, or the error that stopped it."""

    path: str
    etag: str | None
    error: StoreError | None


def check_path(path: str) -> str:
    """Return `path` if it names an object inside a lake.

    Raises:
        ConfigError: for an empty or absolute path, an empty, ``.`` or ``..`` segment, a backslash or a control character.
    """
    if not path.isprintable() or "\\" in path or any(part in ("", ".", "..") for part in path.split("/")):
        raise ConfigError(f"{path!r} is not an object path: give a relative path such as 'silver/table/part-0.parquet'")
    return path


def check_target(path: str) -> str:
    """Return `path` if an object may be written there.

    Raises:
        ConfigError: as `check_path`, and for the folder of unfinished files.
    """
    if path.partition("/")[0] == SCRATCH:
        raise ConfigError(f"{path!r} is in the folder of unfinished files ({SCRATCH}/): choose another path")
    return check_path(path)


class Store(ABC):
    """The objects of one lake. Open one with `Store.open`; it can be pickled and reopens itself in a worker process.

    Attributes:
        url: the directory (absolute) or ``s3://bucket/prefix``.
        is_local: whether the objects are files of this machine.
        options: settings of the S3 client, as given to `open`.
    """

    url: str
    is_local: bool
    options: Mapping[str, str]

    @staticmethod
    def open(url: str | Path, options: Mapping[str, str] | None = None) -> Store:
        """Open the lake at a directory or an S3 address.

        Args:
            url: a directory (it need not exist yet) or ``s3://bucket/prefix``.
            options: settings of the S3 client (obstore's `S3Config` names, such as ``endpoint`` and ``region``). What
                is not given comes from the usual ``AWS_*`` environment variables.

        Raises:
            ConfigError: if the address is of neither kind, or names a file.
        """
        text = str(url)
        if text.startswith("s3://"):
            from hooplake.lake.store_bucket import open_bucket

            return open_bucket(text, options or {})
        if "://" in text and not text.startswith("file://"):
            raise ConfigError(f"{text!r} is not the address of a lake: give a directory or s3://bucket/prefix")
        from hooplake.lake.store_directory import open_directory

        return open_directory(text.removeprefix("file://"))

    def __repr__(self) -> str:
        return f"Store({self.url!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return (Store.open, (self.url, dict(self.options)))

    @property
    @abstractmethod
    def scratch(self) -> Path:
        """A directory of this machine for unfinished files; for a local lake on the lake's own file system."""

    @abstractmethod
    def get(self, path: str) -> bytes:
        """The bytes of an object.

        Raises:
            ObjectNotFound: if there is none at `path`.
        """

    @abstractmethod
    def get_range(self, path: str, start: int, length: int) -> bytes:
        """`length` bytes of an object from `start` on; fewer at its end.

        Raises:
            ObjectNotFound: if there is none at `path`.
        """

    @abstractmethod
    def put(self, path: str, data: bytes, *, if_absent: bool = False, if_match: str | None = None) -> str:
        """Write an object as a whole, atomically and durably.

        Args:
            path: the object's path.
            data: its new bytes.
            if_absent: write only if there is no object at `path`.
            if_match: write only if the object's etag is this one.

        Returns:
            The new etag.

        Raises:
            Conflict: if the condition does not hold; nothing was written.
        """

    @abstractmethod
    def publish(self, path: str, local_file: Path, *, if_absent: bool = False, if_match: str | None = None) -> str:
        """Make a finished local file the object at `path`, atomically and durably; the file is gone afterwards.

        Args:
            path: the object's path.
            local_file: the file, best one in `scratch` (elsewhere it is copied first).
            if_absent: as for `put`.
            if_match: as for `put`.

        Returns:
            The new etag.

        Raises:
            Conflict: if the condition does not hold; the local file is still there.
        """

    @abstractmethod
    def delete(self, path: str) -> None:
        """Remove an object; a missing one is not an error."""

    @abstractmethod
    def head(self, path: str) -> ObjectMeta | None:
        """What a listing would say of the object, or None if there is none."""

    @abstractmethod
    def list(self, prefix: str = "") -> builtins.list[ObjectMeta]:
        """All objects below a folder, sorted by path.

        Args:
            prefix: whole path segments (``silver/fct_plays``), or empty for the whole lake.
        """

    @abstractmethod
    def paths(self, prefix: str = "") -> builtins.list[str]:
        """The paths of `list` alone; in a directory a third of the time, since no file is looked at."""

    @abstractmethod
    def local_path(self, path: str) -> Path | None:
        """The file of an object of a local lake, whether it exists or not; None for a bucket."""

    @abstractmethod
    def open_input(self, path: str, meta: ObjectMeta | None = None) -> Any:
        """A seekable source of the object for `pyarrow.parquet.ParquetFile`; it reads one version of the object only.

        Args:
            path: the object's path.
            meta: what `head` or `list` said of the object, if the caller knows it already.

        Raises:
            ObjectNotFound: if there is none at `path`.
            Conflict: if the object is no longer the one of `meta`. The source of a bucket raises it while it is read.
        """

    def put_many(
        self, objects: Iterable[tuple[str, bytes]], *, if_absent: bool = False, threads: int = 16
    ) -> builtins.list[PutOutcome]:
        """Write many small objects at a time, so that their waits for the disk or the network overlap.

        Args:
            objects: (path, bytes) pairs.
            if_absent: as for `put`, for each object.
            threads: how many are written at once.

        Returns:
            One outcome per object, in the order given. An object that failed does not stop the others; those with an
            etag are durable.
        """
        from concurrent.futures import ThreadPoolExecutor

        def one(item: tuple[str, bytes]) -> PutOutcome:
            try:
                return PutOutcome(item[0], self.put(*item, if_absent=if_absent), None)
            except StoreError as error:
                return PutOutcome(item[0], None, error)

        with ThreadPoolExecutor(threads) as pool:
            return list(pool.map(one, objects))
