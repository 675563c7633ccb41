"""Files of one kind in the lake as they came, and from there to rows by date: odds, schedules, injuries, rosters.

``{prefix}/{number}.{sha12}.zst`` holds the bytes of a file; numbers say the order of receipt. ``….days.json`` beside it
says which dates of which partitions the file speaks of, with a digest of what it says of each. So a late file makes only
those dates run again of which it says something new. The note is written last: without it an object is not finished,
and the next ingest of the same file finishes it.

Rows that cannot be read do not hold up the others of their file: they become a dead letter, and so does a whole file
that is of no known shape.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
import zstandard

from hooplake.build.step import WHOLE, Computed, Discovered, Discovery, Failure, Step, Task, UnitInput, code_version
from hooplake.errors import DocumentError, ObjectNotFound
from hooplake.lake.partition import Partition
from hooplake.lake.store import Store
from hooplake.sources.find import find
from hooplake.sources.letters import Letters
from hooplake.sources.unpack import inflate

if TYPE_CHECKING:
    from hooplake.sources.reading import Reading

_NAME = re.compile(r"(\d{4,})\.([0-9a-f]{12})\.zst")
_SHOWN = 3

Days = dict[str, dict[str, str]]
"""Per partition, as text, the dates and the digest of what is said of each."""


class Bad(NamedTuple):
    """A part of a file that cannot be read.

    Attributes:
        where: the place in the file, such as ``line 12``.
        reason: what is wrong, a short code.
        text: the part itself.
    """

    where: str
    reason: str
    text: str


class Sheet(NamedTuple):
    """What a file says.

    Attributes:
        rows: named tuples by table, in the order of the file; fields are columns of the table.
        bad: what of it cannot be read.
    """

    rows: Mapping[str, Sequence[Any]]
    bad: Sequence[Bad] = ()

    @property
    def size(self) -> int:
        """Rows of all tables."""
        return sum(len(rows) for rows in self.rows.values())


class Ingested(NamedTuple):
    """What became of a file: `stored`, `unchanged` or `rejected`.

    Attributes:
        rows: rows that were read out of it.
        bad: parts of it that could not be read, and are a dead letter.
        detail: the raw object, or why it was rejected.
    """

    file: str
    result: str
    rows: int
    bad: int
    detail: str


@dataclass(frozen=True)
class Drawer:
    """Where files of one kind are kept, and how they are read.

    Attributes:
        kind: as the command names it: ``odds``.
        tables: the tables that are made of them, all by the same partition columns and date.
        partition: those columns.
        unit: the date; empty where rows have none, and a partition is made as a whole.
        read: a top-level function from the bytes of a file, not compressed, to what it says; raises DocumentError.
    """

    kind: str
    tables: tuple[str, ...]
    partition: tuple[str, ...]
    unit: str
    read: Callable[[bytes], Sheet]

    @property
    def prefix(self) -> str:
        """The folder of the raw files."""
        return f"raw/{self.kind}"

    def ingest(self, store: Store, paths: Iterable[str]) -> list[Ingested]:
        """Store files as they came.

        Args:
            store: the lake.
            paths: files, directories and patterns.

        Returns:
            One entry per file. Of a file that is of no known shape nothing is stored but a dead letter.

        Raises:
            ConfigError: a path does not exist or matches nothing.
        """
        stored = {meta.path for meta in store.list(self.prefix)}
        known = {found[2]: path for path in stored if (found := _NAME.fullmatch(path.rpartition("/")[2]))}
        letters = Letters(store, self.kind)
        done = []
        for file in [offer.file for offer in find(paths).offers]:
            body = Path(file).read_bytes()
            sha = hashlib.sha256(body).hexdigest()[:12]
            try:
                body = inflate(body)
                sha = hashlib.sha256(body).hexdigest()[:12]
                sheet = self.read(body)
            except DocumentError as error:
                letters.write([(file, _reading(sha, body, error.reason, error.detail))])
                done.append(Ingested(file, "rejected", 0, 0, str(error)))
                continue
            if sheet.bad:
                letters.write([(file, _bad_rows(sha, sheet.bad))])
            else:
                letters.resolve([sha])
            path = known.get(sha)
            if path is not None and _note(path) in stored:
                done.append(Ingested(file, "unchanged", sheet.size, len(sheet.bad), path))
                continue
            if path is None:
                numbers = [int(name.rpartition("/")[2].partition(".")[0]) for name in known.values()]
                path = known[sha] = f"{self.prefix}/{max(numbers, default=0) + 1:04d}.{sha}.zst"
            store.put(path, zstandard.compress(body))
            store.put(_note(path), msgspec.json.encode(self.days(sheet)))
            stored.add(_note(path))
            done.append(Ingested(file, "stored", sheet.size, len(sheet.bad), path))
        return done

    def days(self, sheet: Sheet) -> Days:
        """The dates that a file speaks of."""
        said: dict[tuple[str, str], Any] = {}
        for table, rows in sheet.rows.items():
            for row in rows:
                key = str(self.part_of(row)), self.day_of(row)
                said.setdefault(key, hashlib.blake2b(digest_size=8)).update(repr((table, tuple(row))).encode())
        found: Days = {}
        for (part, day), digest in said.items():
            found.setdefault(part, {})[day] = digest.hexdigest()
        return found

    def discover(self, context: Discovery) -> Discovered:
        """The dates of which there are rows, made of what the files say of each."""
        made: dict[Partition, dict[str, list[tuple[str, str, str]]]] = {}
        for path in context.paths(self.prefix):
            name = _NAME.fullmatch(path.rpartition("/")[2])
            if name is None:
                continue
            try:
                days = msgspec.json.decode(context.store.get(_note(path)), type=Days)
            except ObjectNotFound:
                continue
            for part, dates in days.items():
                units = made.setdefault(_partition(part), {})
                for day, digest in dates.items():
                    units.setdefault(day, []).append((f"{self.kind}.{name[1]}", digest, path))
        return {
            partition: {
                day: UnitInput(day, tuple((name, digest) for name, digest, _ in files), tuple(p for _, _, p in files))
                for day, files in units.items()
            }
            for partition, units in made.items()
        }

    def step(self, *modules: str) -> Step:
        """The step from the files to the tables; `modules` is the code that reads them."""
        return Step(
            name=self.kind,
            outputs=self.tables,
            unit=self.unit,
            version=code_version("hooplake.sources.drawer", *modules),
            compute=partial(compute, drawer=self),
            discover=self.discover,
            setwise=bool(self.unit),
        )

    def day_of(self, row: Any) -> str:
        """The unit that a row belongs to."""
        return str(getattr(row, self.unit)) if self.unit else WHOLE

    def part_of(self, row: Any) -> Partition:
        """The partition that a row belongs to."""
        return Partition(**{name: getattr(row, name) for name in self.partition})


def compute(task: Task, *, drawer: Drawer) -> Computed:
    """The rows of some dates of a partition; of several with one key the one in the file received last stands.

    A table with a column ``file_num`` gets the number of the file there.
    """
    import pyarrow as pa

    rows: dict[str, dict[tuple[object, ...], dict[str, Any]]] = {table: {} for table in drawer.tables}
    failures: dict[str, Failure] = {}
    for path in sorted({path for unit in task.units.values() for path in unit.refs}):
        try:
            sheet = _sheet(task.store, path, drawer)
        except DocumentError as error:
            failures |= {
                day: Failure(error.reason, f"{path}: {error}") for day, unit in task.units.items() if path in unit.refs
            }
            continue
        for table, found in sheet.rows.items():
            spec = task.registry[table]
            number = {"file_num": int(path.rpartition("/")[2].partition(".")[0])} if "file_num" in spec.columns else {}
            for row in found:
                if drawer.day_of(row) in task.units and drawer.part_of(row) == task.partition:
                    document = row._asdict() | number
                    rows[table][tuple(document[name] for name in spec.key)] = document
    tables = {}
    for table, chosen in rows.items():
        schema = task.registry[table].file_schema
        nullable = pa.schema([field.with_nullable(True) for field in schema])
        tables[table] = pa.Table.from_pylist(list(chosen.values()), schema=nullable)
    return Computed(tables, failures)


@lru_cache(maxsize=8)
def _sheet(store: Store, path: str, drawer: Drawer) -> Sheet:
    return drawer.read(zstandard.decompress(store.get(path)))


def _note(path: str) -> str:
    return f"{path}.days.json"


def _partition(text: str) -> Partition:
    pairs = dict(part.split("=", 1) for part in text.split("/"))
    return Partition(**{name: int(value) if name == "season" else value for name, value in pairs.items()})


def _reading(sha: str, body: bytes, reason: str, detail: str) -> Reading:
    from hooplake.sources.reading import Reading  # loads what reads documents, which a plan does not

    return Reading(sha, len(body), zstandard.compress(body), reason=reason, detail=detail)


def _bad_rows(sha: str, bad: Sequence[Bad]) -> Reading:
    # under the hash of the file, so that the letter goes once all of the file can be read
    body = b"".join(json.dumps(row._asdict()).encode() + b"\n" for row in bad)
    some = ", ".join(f"{row.reason} at {row.where}" for row in bad[:_SHOWN])
    more = f" and {len(bad) - _SHOWN} more" if len(bad) > _SHOWN else ""
    return _reading(sha, body, "bad_rows", f"{len(bad)} rows cannot be read: {some}{more}")
