"""A lake in a directory of this machine."""

from __future__ import annotations

import builtins
import errno
import fcntl
import itertools
import os
import shutil
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from stat import S_ISREG
from typing import TYPE_CHECKING, Any, NamedTuple

from hooplake.errors import ConfigError, Conflict, ObjectNotFound, StoreError
from hooplake.lake.store import SCRATCH, ObjectMeta, PutOutcome, Store, check_path, check_target

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

_COUNTER = itertools.count()
_UNFINISHED = ".part"
_ABANDONED_SECONDS = 86_400
_QUICK = 0.001
"""Seconds in which a quick disk syncs a small file: less than handing it to a thread and waiting for its turn."""
_OPEN_FILES = 256


def open_directory(root: str) -> Store:
    """The lake in a directory, which need not exist yet.

    Raises:
        ConfigError: if `root` is a file.
    """
    return _DirectoryStore(root)


class _Unnamed(NamedTuple):
    """A file that is to become an object."""

    name: str
    descriptor: int
    etag: str


class _DirectoryStore(Store):
    """Objects as files below one directory.

    A write goes to a temporary file in the lake's ``tmp/``, is synced, renamed into place, and the folder is synced,
    so that neither a kill nor a power cut leaves half an object. Renames hold a shared lock of ``tmp/lock`` and
    conditional writes an exclusive one, so that a condition still holds at the moment of its write.
    """

    is_local = True

    def __init__(self, root: str) -> None:
        self.root = Path(root).expanduser().absolute()
        self.url = str(self.root)
        self.options = {}
        self._swept = False
        self._threads: ThreadPoolExecutor | None = None
        if self.root.exists() and not self.root.is_dir():
            raise ConfigError(f"{self.url} is a file: a lake is a directory or s3://bucket/prefix")

    @property
    def scratch(self) -> Path:
        return Path(self._scratch())

    def _scratch(self) -> str:
        folder = f"{self.url}/{SCRATCH}"
        if not os.path.isdir(folder):
            _make_folders(Path(folder))
        return folder

    def get(self, path: str) -> bytes:
        with self._errors("read", path), open(self._file(path), "rb") as file:
            return file.read()

    def get_range(self, path: str, start: int, length: int) -> bytes:
        with self._errors("read", path), open(self._file(path), "rb") as file:
            return os.pread(file.fileno(), length, start)

    def put(self, path: str, data: bytes, *, if_absent: bool = False, if_match: str | None = None) -> str:
        etag = self._write(path, data, if_absent=if_absent, if_match=if_match)
        self._sync_folders({path.rpartition("/")[0]})
        return etag

    def publish(self, path: str, local_file: Path, *, if_absent: bool = False, if_match: str | None = None) -> str:
        file = self._file(check_target(path))
        with self._errors("write", path):
            if local_file.stat().st_dev != self.scratch.stat().st_dev:
                local_file = Path(shutil.move(local_file, self._temporary()))
            descriptor = os.open(local_file, os.O_RDWR)
            try:
                etag = _finish(descriptor)
            finally:
                os.close(descriptor)
            self._move(str(local_file), path, file, if_absent, if_match)
        self._sync_folders({path.rpartition("/")[0]})
        return etag

    def delete(self, path: str) -> None:
        file = self._file(check_target(path))
        with self._errors("delete", path), self._lock(fcntl.LOCK_SH):
            try:
                os.unlink(file)
            except (FileNotFoundError, NotADirectoryError):
                return
        self._sync_folders({path.rpartition("/")[0]})

    def head(self, path: str) -> ObjectMeta | None:
        with self._errors("read", path):
            return self._head(path)

    def list(self, prefix: str = "") -> builtins.list[ObjectMeta]:
        found = []
        for path, entry in self._entries(prefix):
            try:
                found.append(_meta(path, entry.stat()))
            except FileNotFoundError:  # deleted since its folder was read
                continue
        found.sort()
        return found

    def paths(self, prefix: str = "") -> builtins.list[str]:
        return sorted(path for path, _ in self._entries(prefix))

    def _entries(self, prefix: str) -> builtins.list[tuple[str, os.DirEntry[str]]]:
        found: builtins.list[tuple[str, os.DirEntry[str]]] = []
        with self._errors("list", prefix or "objects"):
            _scan(self._file(prefix) if prefix else self.url, f"{prefix}/" if prefix else "", found)
        return found

    def local_path(self, path: str) -> Path:
        return Path(self._file(path))

    def open_input(self, path: str, meta: ObjectMeta | None = None) -> Any:
        import pyarrow as pa

        with self._errors("read", path):
            source = pa.memory_map(self._file(path))
        # a file is never changed in place: if its name still has the etag, so has what was opened
        if meta is not None and self.head(path) != meta:
            raise Conflict(f"{path} in {self.url} was replaced meanwhile: look again")
        return source

    def _file(self, path: str) -> str:
        return f"{self.url}/{check_path(path)}"

    def _head(self, path: str) -> ObjectMeta | None:
        try:
            stat = os.stat(self._file(path))
        except (FileNotFoundError, NotADirectoryError):
            return None
        if not S_ISREG(stat.st_mode):
            return None
        return _meta(path, stat)

    def _temporary(self) -> str:
        if not self._swept:
            self._swept = True
            _sweep(self.scratch)
        # the random part separates machines that share a network disk, the counter threads, both without a system call
        return f"{self._scratch()}/{os.getpid()}-{next(_COUNTER)}-{os.urandom(4).hex()}{_UNFINISHED}"

    def put_many(
        self, objects: Iterable[tuple[str, bytes]], *, if_absent: bool = False, threads: int = 16
    ) -> builtins.list[PutOutcome]:
        given = builtins.list(objects)
        outcomes: builtins.list[PutOutcome] = []
        for first in range(0, len(given), _OPEN_FILES):
            outcomes += self._put_some(given[first : first + _OPEN_FILES], if_absent, threads)
        self._sync_folders({path.rpartition("/")[0] for path, etag, _ in outcomes if etag is not None}, threads)
        return outcomes

    def _put_some(
        self, objects: Sequence[tuple[str, bytes]], if_absent: bool, threads: int
    ) -> builtins.list[PutOutcome]:
        """Write all, sync all, then give all their names; only the waits for the disk are worth threads."""
        files = [self._unnamed(path, data, if_absent) for path, data in objects]
        opened = [file.descriptor for file in files if isinstance(file, _Unnamed)]
        failures = dict(zip(opened, self._sync_all(opened, threads), strict=True))
        found = []
        with self._lock(fcntl.LOCK_EX if if_absent else fcntl.LOCK_SH):
            for (path, _), file in zip(objects, files, strict=True):
                if isinstance(file, StoreError):
                    found.append(PutOutcome(path, None, file))
                    continue
                try:
                    with self._errors("write", path), _removed_on_error(file.name):
                        if (failure := failures[file.descriptor]) is not None:
                            raise failure
                        self._require(path, if_absent, None)
                        _rename(file.name, self._file(path))
                    found.append(PutOutcome(path, file.etag, None))
                except StoreError as error:
                    found.append(PutOutcome(path, None, error))
        return found

    def _unnamed(self, path: str, data: bytes, if_absent: bool) -> _Unnamed | StoreError:
        """An open file with what an object shall be, not synced."""
        check_target(path)
        try:
            with self._errors("write", path):
                # the cheap look first: a repeated download must not write and sync for nothing
                self._require(path, if_absent, None)
                name = self._temporary()
                with _removed_on_error(name):
                    descriptor = os.open(name, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666)
                    try:
                        _write_all(descriptor, data)
                        return _Unnamed(name, descriptor, _stamp(descriptor))
                    except BaseException:
                        os.close(descriptor)
                        raise
        except StoreError as error:
            return error

    def _sync_all(self, descriptors: Sequence[int], threads: int) -> builtins.list[OSError | None]:
        """Sync and close files: one after the other as long as the disk is quick, else many at a time."""
        found: builtins.list[OSError | None] = []
        begun = time.monotonic()
        while len(found) < len(descriptors) and time.monotonic() - begun <= _QUICK * max(1, len(found)):
            found.append(_sync_and_close(descriptors[len(found)]))
        rest = descriptors[len(found) :]
        if len(rest) > 1 and self._threads is None:
            from concurrent.futures import ThreadPoolExecutor

            self._threads = ThreadPoolExecutor(threads)
        found += self._threads.map(_sync_and_close, rest) if self._threads else map(_sync_and_close, rest)
        return found

    def _write(self, path: str, data: bytes, *, if_absent: bool, if_match: str | None) -> str:
        file = self._file(check_target(path))
        with self._errors("write", path):
            self._require(path, if_absent, if_match)
            temporary = self._temporary()
            with _removed_on_error(temporary):
                descriptor = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666)
                try:
                    _write_all(descriptor, data)
                    etag = _finish(descriptor)
                finally:
                    os.close(descriptor)
                self._move(temporary, path, file, if_absent, if_match)
        return etag

    def _move(self, source: str, path: str, target: str, if_absent: bool, if_match: str | None) -> None:
        conditional = if_absent or if_match is not None
        with self._lock(fcntl.LOCK_EX if conditional else fcntl.LOCK_SH):
            self._require(path, if_absent, if_match)
            _rename(source, target)

    def _require(self, path: str, if_absent: bool, if_match: str | None) -> None:
        if not if_absent and if_match is None:
            return
        found = self._head(path)
        if if_absent and found is not None:
            raise Conflict(f"{path} exists already in {self.url}; nothing was written")
        if if_match is not None and (found is None or found.etag != if_match):
            raise Conflict(f"{path} in {self.url} was changed by another writer; nothing was written: read it again")

    def _sync_folders(self, folders: Iterable[str], threads: int = 1) -> None:
        opened: dict[int, str] = {}
        for folder in folders:
            with self._errors("sync", folder):
                opened[os.open(f"{self.url}/{folder}", os.O_RDONLY | os.O_DIRECTORY)] = folder
        for folder, failure in zip(opened.values(), self._sync_all([*opened], threads), strict=True):
            if failure is not None:
                with self._errors("sync", folder):
                    raise failure

    @contextmanager
    def _lock(self, kind: int) -> Iterator[None]:
        # a descriptor of its own for each use: flock does not exclude threads that share one
        descriptor = os.open(f"{self.scratch}/lock", os.O_CREAT | os.O_RDWR, 0o666)
        try:
            fcntl.flock(descriptor, kind)
            yield
        finally:
            os.close(descriptor)

    @contextmanager
    def _errors(self, action: str, path: str) -> Iterator[None]:
        try:
            yield
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
            raise ObjectNotFound(f"no object {path} in {self.url}") from error
        except OSError as error:
            hint = ": free some space and run again" if error.errno == errno.ENOSPC else ""
            raise StoreError(f"cannot {action} {path} in {self.url}: {error.strerror}{hint}") from error


@contextmanager
def _removed_on_error(file: str) -> Iterator[None]:
    try:
        yield
    except BaseException:
        Path(file).unlink(missing_ok=True)
        raise


def _sweep(folder: Path) -> None:
    """Remove what killed writers left behind, long after any of them can still be writing."""
    oldest = time.time() - _ABANDONED_SECONDS
    for file in folder.glob(f"*{_UNFINISHED}"):
        try:
            if file.stat().st_mtime < oldest:
                file.unlink()
        except FileNotFoundError:  # another process sweeps too
            continue


def _etag(stat: os.stat_result) -> str:
    # no inode: a lake that is copied with its times keeps its etags
    return f"{stat.st_mtime_ns:x}-{stat.st_size:x}"


def _stamp(descriptor: int) -> str:
    # kernels stamp files with a coarse clock; an etag needs the exact time
    os.utime(descriptor, ns=(now := time.time_ns(), now))
    return _etag(os.fstat(descriptor))


def _finish(descriptor: int) -> str:
    etag = _stamp(descriptor)
    os.fsync(descriptor)
    return etag


def _sync_and_close(descriptor: int) -> OSError | None:
    try:
        os.fsync(descriptor)
    except OSError as error:
        return error
    finally:
        os.close(descriptor)
    return None


def _meta(path: str, stat: os.stat_result) -> ObjectMeta:
    return ObjectMeta(path, stat.st_size, _etag(stat), datetime.fromtimestamp(stat.st_mtime, UTC))


def _scan(folder: str, prefix: str, found: list[tuple[str, os.DirEntry[str]]]) -> None:
    try:
        entries = os.scandir(folder)
    except (FileNotFoundError, NotADirectoryError):
        return
    with entries:
        for entry in entries:
            path = prefix + entry.name
            if entry.is_dir():
                if path != SCRATCH:
                    _scan(entry.path, f"{path}/", found)
            else:
                found.append((path, entry))


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def _rename(source: str | Path, target: str) -> None:
    try:
        os.replace(source, target)
    except FileNotFoundError:
        _make_folders(Path(target).parent)
        os.replace(source, target)


def _make_folders(folder: Path) -> None:
    if folder.is_dir():
        return
    _make_folders(folder.parent)
    folder.mkdir(exist_ok=True)
    _sync(str(folder.parent))


def _sync(folder: str) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
