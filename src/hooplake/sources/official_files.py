"""Rows of the official feed from files: ``hooplake ingest official``.

A file is stored as received: Parquet as it is, CSV and JSON compressed. Dumps of several seasons are cut by season
first, their rows unchanged, because a lake is read season by season. What is in a file is told by its columns, which
games by their ids; nothing depends on names of files.
"""

from __future__ import annotations

import glob
import hashlib
import os
import tarfile
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, NamedTuple

import msgspec

from hooplake.errors import ConfigError, DocumentError, StoreError
from hooplake.games.official.dumps import json_rows
from hooplake.games.official.raw import DATED, PREFIX, GameRows, RawDump, encode_index
from hooplake.games.official.step import dates_of
from hooplake.lake.store import Store
from hooplake.sources.filing import Result
from hooplake.sources.find import printable
from hooplake.sources.official_rows import Cut, Rows, cut_csv, cut_parquet, games_in, rows_of_csv, rows_of_parquet
from hooplake.sources.report import IngestReport, Outcome
from hooplake.sources.unpack import pieces

OnProgress = Callable[[int, int], None]
"""Gets how many bytes of the files are done, and how many there are."""

_ENDINGS = (".parquet", ".csv", ".json", ".tar", ".tgz", ".zip", ".gz", ".zst", ".xz", ".bz2")
_LEVEL = 3


class _File(NamedTuple):
    """A file, or a member of an archive that was put into a file of its own."""

    origin: str
    path: Path


def ingest_official(
    store: Store,
    paths: Iterable[str | os.PathLike[str]],
    *,
    dry_run: bool = False,
    on_progress: OnProgress | None = None,
) -> IngestReport:
    """Take in dumps and answers of the official feed.

    Args:
        store: the lake.
        paths: files, directories and patterns: Parquet, CSV and JSON, plain or compressed, also in tar and zip archives.
        dry_run: say what would become of the files, and write nothing.
        on_progress: is told how far the work is.

    Returns:
        What became of every file. One that is no rows of the official feed is a dead letter: it is named with the
        reason, and not kept.

    Raises:
        ConfigError: a path does not exist or matches nothing.
        StoreError: the lake cannot be written; what the call has stored so far remains.
    """
    begun = time.monotonic()
    files = _found(paths)
    total = sum(file.stat().st_size for file in files)
    intake = OfficialIntake(store, dry_run)
    done = 0
    with tempfile.TemporaryDirectory(prefix="hooplake-") as folder:
        for file in files:
            for member in _members(file, Path(folder)):
                intake.take(member, Path(folder))
            done += file.stat().st_size
            if on_progress is not None:
                on_progress(done, total)
        intake.flush()
    return IngestReport(tuple(intake.outcomes), bytes=total, seconds=time.monotonic() - begun, dry_run=dry_run)


def _found(paths: Iterable[str | os.PathLike[str]]) -> list[Path]:
    """The files that are meant, each once, in the order of their names."""
    found: dict[Path, None] = {}
    for given in paths:
        path = os.fspath(given)
        each = [path] if os.path.lexists(path) else sorted(glob.glob(path, recursive=True))
        if not each:
            raise ConfigError(f"{printable(path)}: there is no such file or directory, and no file matches it")
        for one in map(Path, each):
            below = (f for f in one.rglob("*") if f.is_file() and f.name.lower().endswith(_ENDINGS))
            found.update(dict.fromkeys(sorted(below) if one.is_dir() else [one]))
    if not found:
        raise ConfigError("there is no Parquet, CSV or JSON file in what was named")
    return sorted(found, key=lambda file: (file.name, str(file)))


def _members(file: Path, folder: Path) -> Iterator[_File]:
    """The file itself, or the files in an archive, one after the other at the same place."""
    member = folder / "member"
    try:
        if tarfile.is_tarfile(file):
            with tarfile.open(file) as archive:
                for one in archive:
                    content = archive.extractfile(one) if one.isfile() else None
                    if content is not None and one.name.lower().endswith(_ENDINGS):
                        _copy(content, member)
                        yield _File(f"{printable(str(file))}!{printable(one.name)}", member)
        elif zipfile.is_zipfile(file):
            with zipfile.ZipFile(file) as archive_of_zip:
                for name in archive_of_zip.namelist():
                    if name.lower().endswith(_ENDINGS):
                        with archive_of_zip.open(name) as content:
                            _copy(content, member)
                        yield _File(f"{printable(str(file))}!{printable(name)}", member)
        else:
            yield _File(printable(str(file)), file)
    except (tarfile.TarError, zipfile.BadZipFile, EOFError):
        yield _File(printable(str(file)), file)  # what is wrong with it is found when it is read


def _copy(source: IO[bytes], target: Path) -> None:
    with open(target, "wb") as file:
        while piece := source.read(1 << 20):
            file.write(piece)


class OfficialIntake:
    """Files and answers on their way into the lake; `flush` ends it."""

    def __init__(self, store: Store, dry_run: bool = False) -> None:
        self._store = store
        self._dry_run = dry_run
        self.outcomes: list[Outcome] = []
        self._receipts: dict[tuple[str, str, int], int] = {}
        self._known: dict[tuple[str, str, int, str], RawDump] = {}
        self._small: list[tuple[str, bytes]] = []
        for path in store.paths(PREFIX):
            if (name := RawDump.parse(path)) is not None:
                self._remember(name)

    def _remember(self, name: RawDump) -> None:
        where = (name.kind, name.league, name.season)
        self._receipts[where] = max(self._receipts.get(where, 0), name.receipt)
        self._known[*where, name.sha] = name

    def take(self, file: _File, folder: Path) -> None:
        """Store a file, or say why not."""
        try:
            with open(file.path, "rb") as content:
                head = content.read(8)
            path = file.path
            if not head.startswith(b"PAR1"):
                path = folder / "content"
                with open(file.path, "rb") as content, open(path, "wb") as target:
                    for piece in pieces(content):
                        target.write(piece)
                with open(path, "rb") as content:
                    head = content.read(64).removeprefix(b"\xef\xbb\xbf").lstrip()
            if head.startswith(b"PAR1"):
                self._dump(file.origin, path, "parquet", rows_of_parquet(path), folder)
            elif head[:1] in (b"{", b"["):
                self.answer(file.origin, path.read_bytes())
            else:
                self._dump(file.origin, path, "csv.zst", rows_of_csv(path), folder)
        except DocumentError as error:
            self.outcomes.append(Outcome(file.origin, Result.DEAD_LETTER, reason=error.reason, detail=error.detail))
        except OSError as error:
            detail = str(error.strerror or error)
            self.outcomes.append(Outcome(file.origin, Result.DEAD_LETTER, reason="unreadable_file", detail=detail))

    def _dump(self, origin: str, path: Path, form: str, rows: Rows, folder: Path) -> None:
        """A file of many rows: as it is where it holds one season, else cut."""
        if len(rows.seasons) == 1:
            (league, season), games = next(iter(rows.seasons.items()))
            body = folder / "body"
            sha = _pack(path, body, form)
            self._file(origin, RawDump(rows.kind, league, season, 0, sha, "", form), Cut(body, games), rows.remark)
            return
        cut = cut_parquet if form == "parquet" else cut_csv
        for (league, season), part in cut(path, rows, folder).items():
            sha = _sha(part.file)
            self._file(origin, RawDump(rows.kind, league, season, 0, sha, "", "parquet"), part, rows.remark)

    def _file(self, origin: str, name: RawDump, part: Cut, remark: str) -> None:
        known, name = self._numbered(name)
        if not known and not self._dry_run:
            self._store.publish(name.path, part.file)
            self._store.put(name.index_path, encode_index(self._dated(name, part.games)))
        self._outcome(origin, name, known, f"{len(part.games):,} games{remark}")
        part.file.unlink(missing_ok=True)

    def answer(self, origin: str, body: bytes) -> None:
        """Store an answer of the statistics site; one with several tables is stored under the kind of each.

        Raises:
            DocumentError: it is none.
        """
        import zstandard

        sha = hashlib.sha256(body).hexdigest()[:12]
        for kind, table in json_rows(body).items():
            if not len(table) and kind in ("logs", "lines"):
                continue  # a part of a season that has not begun
            rows = games_in(kind, table)
            if not rows.seasons:
                detail = f"no row is about a game of the NBA or the WNBA{rows.remark}"
                self.outcomes.append(Outcome(origin, Result.DEAD_LETTER, reason="no_game", detail=detail))
            for (league, season), games in rows.seasons.items():
                game_id = games[0].game_id if len(games) == 1 else ""
                known, name = self._numbered(RawDump(kind, league, season, 0, sha, game_id, "json.zst"))
                if not known and not self._dry_run:
                    self._small.append((name.path, zstandard.compress(body, _LEVEL)))
                    if not game_id:
                        self.flush()
                        self._store.put(name.index_path, encode_index(self._dated(name, games)))
                self._outcome(origin, name, known, "")
        if len(self._small) >= 512:
            self.flush()

    def _dated(self, name: RawDump, games: Sequence[GameRows]) -> list[GameRows]:
        """Games of a stored object with their dates, where its rows tell them."""
        dates = dates_of(self._store, name) if name.kind in DATED else {}
        return [msgspec.structs.replace(one, date=dates.get(one.game_id, "")) for one in games]

    def _numbered(self, name: RawDump) -> tuple[bool, RawDump]:
        """Whether the lake has these bytes, and the name: the known one, or the next of its kind and season."""
        where = (name.kind, name.league, name.season)
        known = self._known.get((*where, name.sha))
        if known is not None:
            return True, known
        name = RawDump(*where, self._receipts.get(where, 0) + 1, name.sha, name.game_id, name.form)
        self._remember(name)
        return False, name

    def _outcome(self, origin: str, name: RawDump, known: bool, detail: str) -> None:
        self.outcomes.append(
            Outcome(
                origin, Result.UNCHANGED if known else Result.STORED, path=name.path, detail=detail or None,
                kind=name.kind, league=name.league, season=name.season, game_id=name.game_id or None,
            )
        )  # fmt: skip

    def flush(self) -> None:
        """Write the small objects that wait."""
        waiting, self._small = self._small, []
        failed = [outcome.error for outcome in self._store.put_many(waiting) if outcome.error is not None]
        if failed:
            raise StoreError(f"{len(failed)} objects could not be written: {failed[0]}")


def _sha(file: Path) -> str:
    with open(file, "rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()[:12]


def _pack(source: Path, target: Path, form: str) -> str:
    """Copy a file, compressed where its form says so; returns the hash of what was read."""
    import zstandard

    digest = hashlib.sha256()
    with open(source, "rb") as content, open(target, "wb") as file:
        sink = (
            zstandard.ZstdCompressor(_LEVEL, threads=2).stream_writer(file, closefd=False)
            if form != "parquet"
            else file
        )
        while piece := content.read(1 << 20):
            digest.update(piece)
            sink.write(piece)
        if sink is not file:
            sink.close()
    return digest.hexdigest()[:12]
