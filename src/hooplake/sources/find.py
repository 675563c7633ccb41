"""From what a user names to the files that are meant: directories, patterns, links, the same file named twice."""

from __future__ import annotations

import errno
import glob
import os
import re
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from hooplake.errors import ConfigError
from hooplake.games.leagues import LEAGUES

_NAME = re.compile(
    r".*\.(?:(?P<document>json)|(?P<lines>jsonl|ndjson|jsonlines)|(?P<tar>tar))(?:\.(?:gz|zst|zstd|xz|bz2))?"
    r"|.*\.(?:(?P<short_tar>tgz|tzst|txz|tbz2)|(?P<zip>zip))",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that may be a game document: a file, or a part of one.

    Attributes:
        origin: what to call it: the file, ``file:line``, ``file[element]`` or ``file!member``.
        file: where to read it, or the archive it is in.
        form: ``document``, or the archive ``lines``, ``tar`` or ``zip`` that the name promises.
        body: its bytes, perhaps compressed, where they are read already.
        weight: bytes of the file that it stands for, to tell how far the work is.
        reason: why it could not be read out of its archive, a short code as in `DocumentError`.
        detail: the same in a sentence.
    """

    origin: str
    file: str = ""
    form: str = "document"
    body: bytes | None = None
    weight: int = 0
    reason: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """What is there.

    Attributes:
        offers: the files, in the order in which they are read: by name, then by path, so that the files of one game
            follow each other and the order of the arguments does not matter.
        skipped: files in directories that are no documents by their names.
    """

    offers: tuple[Offer, ...]
    skipped: tuple[str, ...]


def form_of_name(name: str) -> str | None:
    """``document``, ``lines``, ``tar`` or ``zip``, or None if no game document is to be expected in such a file."""
    found = _NAME.fullmatch(name)
    if found is None or found.lastgroup is None:
        return None
    return found.lastgroup.removeprefix("short_")


def printable(name: str) -> str:
    """A file name that can be printed and written as JSON, whatever bytes it has."""
    text = os.fsencode(name).decode("utf-8", "replace")
    return text if text.isprintable() else "".join(sign if sign.isprintable() else "\ufffd" for sign in text)


def league_of_path(origin: str) -> str | None:
    """The league whose code is a folder of a path (``nba/`` or ``league=nba/``); the last such folder counts."""
    for folder in reversed(PurePosixPath(origin.replace("!", "/")).parts[:-1]):
        code = folder.lower().removeprefix("league=")
        if code in LEAGUES:
            return code
    return None


def find(paths: Iterable[str | os.PathLike[str]], *, leave_out: str | os.PathLike[str] | None = None) -> Found:
    """The files that paths, directories and patterns name.

    Directories are searched with all folders below them, links are followed, and each file is found once. A file that
    is named itself is taken whatever its name; in a directory a file counts by its name (``.json``, ``.jsonl``,
    ``.ndjson``, ``.tar``, each perhaps compressed, and ``.zip``).

    Args:
        paths: files, directories, patterns such as ``games/**/*.json.gz``.
        leave_out: a directory that is not searched: the lake itself.

    Raises:
        ConfigError: a path does not exist, a pattern matches nothing, or there is no document in what was named.
    """
    search = _Search()
    if leave_out is not None and os.path.isdir(leave_out):
        search.visited.add(_identity(os.stat(leave_out)))
    named = sorted({os.fspath(path) for path in paths})
    for path in named:
        for each in _expanded(path):
            search.named(each)
    offers = tuple(sorted(search.offers.values(), key=lambda offer: (os.path.basename(offer.file), offer.file)))
    if not offers:
        hint = f"; {len(search.skipped)} files of other names were left out" if search.skipped else ""
        raise ConfigError(
            f"there is no game document in {', '.join(map(printable, named)) or 'nothing'}{hint}. Documents are .json, "
            ".jsonl, .ndjson, .tar (each perhaps .gz, .zst, .xz or .bz2) and .zip files; name one of another name itself."
        )
    return Found(offers, tuple(sorted(search.skipped)))


def _expanded(path: str) -> list[str]:
    if os.path.lexists(path):
        return [path]
    if glob.has_magic(path):
        if found := sorted(glob.glob(path, recursive=True, include_hidden=False)):
            return found
        raise ConfigError(f"{printable(path)}: no file matches this pattern")
    raise ConfigError(f"{printable(path)}: there is no such file or directory")


def _identity(status: os.stat_result) -> tuple[int, int]:
    return status.st_dev, status.st_ino


class _Search:
    """What was found so far, by what it is on the disk: a file has one inode, however many names lead to it."""

    def __init__(self) -> None:
        self.offers: dict[object, Offer] = {}
        self.skipped: list[str] = []
        self.visited: set[tuple[int, int]] = set()

    def named(self, path: str) -> None:
        """A path that the user named."""
        try:
            status = os.stat(path)
        except OSError as error:
            if error.errno in (errno.ENOENT, errno.ELOOP):
                raise ConfigError(f"{printable(path)}: the link leads nowhere") from error
            self._unreadable(path, error)
            return
        if stat.S_ISDIR(status.st_mode):
            self._directory(path, status)
        elif stat.S_ISREG(status.st_mode):
            self._file(path, form_of_name(path) or "document", status)
        else:
            raise ConfigError(f"{printable(path)} is neither a file nor a directory: save it to a file first")

    def _directory(self, path: str, status: os.stat_result) -> None:
        if _identity(status) in self.visited:
            return
        self.visited.add(_identity(status))
        try:
            with os.scandir(path) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError as error:
            self._unreadable(path, error)
            return
        for entry in entries:
            form = form_of_name(entry.name)
            try:
                status = entry.stat()
            except OSError as error:  # a link that leads nowhere or in a circle, or a file that is gone
                if form is not None:
                    self._unreadable(entry.path, error)
                continue
            if stat.S_ISDIR(status.st_mode):
                self._directory(entry.path, status)
            elif form is not None and stat.S_ISREG(status.st_mode):
                self._file(entry.path, form, status)
            else:
                self.skipped.append(printable(entry.path))

    def _file(self, path: str, form: str, status: os.stat_result) -> None:
        offer = Offer(printable(path), file=path, form=form, weight=status.st_size)
        known = self.offers.setdefault(_identity(status), offer)
        if (os.path.basename(path), path) < (os.path.basename(known.file), known.file):
            self.offers[_identity(status)] = offer

    def _unreadable(self, path: str, error: OSError) -> None:
        self.offers[path] = Offer(printable(path), file=path, reason="unreadable_file", detail=str(error.strerror))
