"""Files of odds into the lake as they came, and from there to ``silver.fct_market_lines``."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import msgspec
import zstandard

from hooplake.build.step import WHOLE, Computed, Discovered, Discovery, Failure, Step, Task, UnitInput, code_version
from hooplake.errors import DocumentError, ObjectNotFound
from hooplake.lake.partition import Partition
from hooplake.lake.store import Store
from hooplake.sources.find import find
from hooplake.sources.odds.lines import Line, read_lines
from hooplake.sources.unpack import inflate

PREFIX = "raw/odds"
TABLE = "silver.fct_market_lines"
_PATH = re.compile(r"raw/odds/(\d{4,})\.([0-9a-f]{12})\.zst")


class Ingested(NamedTuple):
    """What became of a file of odds: `stored`, `unchanged` or `rejected`, with the reason."""

    file: str
    result: str
    lines: int
    detail: str


def ingest_odds(store: Store, paths: Iterable[str]) -> list[Ingested]:
    """Store files of odds in the lake, as they came.

    Args:
        store: the lake.
        paths: files, directories and patterns.

    Returns:
        One entry per file. A file that is none of odds is rejected, and nothing of it is stored.

    Raises:
        ConfigError: a path does not exist or matches nothing.
    """
    known = {found[2]: int(found[1]) for meta in store.list(PREFIX) if (found := _PATH.fullmatch(meta.path))}
    done = []
    for file in [offer.file for offer in find(paths).offers]:
        try:
            body = inflate(Path(file).read_bytes())
            lines = read_lines(body)
        except DocumentError as error:
            done.append(Ingested(file, "rejected", 0, str(error)))
            continue
        sha = hashlib.sha256(body).hexdigest()[:12]
        if sha in known:
            done.append(Ingested(file, "unchanged", len(lines), ""))
            continue
        path = f"{PREFIX}/{max(known.values(), default=0) + 1:04d}.{sha}.zst"
        known[sha] = max(known.values(), default=0) + 1
        store.put(path, zstandard.compress(body))
        # the list of seasons is written last: without it the object is not finished
        store.put(f"{path}.seasons.json", msgspec.json.encode(sorted({(line.league, line.season) for line in lines})))
        done.append(Ingested(file, "stored", len(lines), path))
    return done


def discover(context: Discovery) -> Discovered:
    """The seasons of which there are lines, made of the files that have some."""
    found: dict[Partition, list[tuple[str, str]]] = {}
    for meta in context.list(PREFIX):
        name = _PATH.fullmatch(meta.path)
        if name is None:
            continue
        try:
            seasons = msgspec.json.decode(context.store.get(f"{meta.path}.seasons.json"), type=list[tuple[str, int]])
        except ObjectNotFound:
            continue
        for league, season in seasons:
            found.setdefault(Partition(league=league, season=season), []).append((name[2], meta.path))
    return {
        partition: {
            WHOLE: UnitInput(
                "",
                tuple(
                    (f"odds.{path.rpartition('/')[2][:4]}", sha) for sha, path in sorted(files, key=lambda one: one[1])
                ),
                tuple(sorted(path for _, path in files)),
            )
        }
        for partition, files in found.items()
    }


@lru_cache(maxsize=4)
def _lines(store: Store, path: str) -> list[Line]:
    return read_lines(zstandard.decompress(store.get(path)))


def compute(task: Task) -> Computed:
    """The lines of one season; of several of one book and moment the one in the file received last stands."""
    import pyarrow as pa

    rows: dict[tuple[object, ...], Line] = {}
    for path in task.units[WHOLE].refs:
        try:
            lines = _lines(task.store, path)
        except DocumentError as error:
            return Computed({}, {WHOLE: Failure(error.reason, f"{path}: {error}")})
        for line in lines:
            if (line.league, line.season) == (task.partition["league"], task.partition["season"]):
                rows[line.game_date, line.home_name, line.away_name, line.book, line.snapshot] = line
    spec = task.registry[TABLE]
    nullable = pa.schema([field.with_nullable(True) for field in spec.file_schema])
    documents = [line._asdict() for line in rows.values()]
    return Computed({TABLE: pa.Table.from_pylist(documents, schema=nullable)})


ODDS_STEP = Step(
    name="odds",
    outputs=(TABLE,),
    version=code_version("hooplake.sources.odds"),
    compute=compute,
    discover=discover,
)
"""Files of odds to lines with one sign."""
