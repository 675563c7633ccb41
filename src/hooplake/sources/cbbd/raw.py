"""Raw bodies of the API in the lake.

``raw/cbbd/{endpoint}/season=2025/asof=2025-01-04/{time}-{parameters}-{content}[~{game or date}].json.gz``

``time`` is that of the fetch (UTC, to the millisecond) and tells which of several is the newest; ``parameters`` and
``content`` are 8 hexadecimal digits each of the hashes of the request and of the body. What the rows do not say and their
key needs, the game or the date asked for, is the last part. Bodies without a season are in ``season=0000``.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import NamedTuple
from urllib.parse import quote, unquote

from hooplake.lake.store import Store
from hooplake.sources.checkpoints import parameter_hash
from hooplake.sources.http.answer import Answer

PREFIX = "raw/cbbd"
_PATH = re.compile(
    rf"{PREFIX}/(?P<endpoint>\w+)/season=(?P<season>\d{{4}})/asof=(?P<asof>\d{{4}}-\d\d-\d\d)/"
    r"(?P<time>\d{9})-(?P<parameters>[0-9a-f]{8})-(?P<content>[0-9a-f]{8})(~(?P<what>[^/]+))?\.json\.gz"
)


class RawBody(NamedTuple):
    """Name of a raw body; see the module for its parts.

    Attributes:
        time: hours, minutes, seconds and milliseconds, nine digits.
        what: the game or date asked for; empty for other requests.
    """

    endpoint: str
    season: int
    asof: date
    time: str
    parameters: str
    content: str
    what: str = ""

    @property
    def path(self) -> str:
        """Path of the object in the lake."""
        what = f"~{quote(self.what, safe='')}" if self.what else ""
        return (
            f"{PREFIX}/{self.endpoint}/season={self.season:04d}/asof={self.asof}/"
            f"{self.time}-{self.parameters}-{self.content}{what}.json.gz"
        )

    @property
    def order(self) -> tuple[date, str, str]:
        """Sorts bodies by the moment of their fetch."""
        return self.asof, self.time, self.parameters

    @property
    def fetched_at(self) -> float:
        """The moment of the fetch, in seconds since 1970."""
        moment = datetime.strptime(f"{self.asof} {self.time}000 +0000", "%Y-%m-%d %H%M%S%f %z")
        return moment.timestamp()

    @classmethod
    def parse(cls, path: str) -> RawBody | None:
        """The parts of a path, or None if it is not that of a raw body."""
        found = _PATH.fullmatch(path)
        if found is None:
            return None
        return cls(
            found["endpoint"], int(found["season"]), date.fromisoformat(found["asof"]), found["time"],
            found["parameters"], found["content"], unquote(found["what"] or ""),
        )  # fmt: skip

    @classmethod
    def of(cls, endpoint: str, season: int, params: Mapping[str, str], content: str, now: float) -> RawBody:
        """Name of a body that came at a moment (seconds since 1970)."""
        moment = datetime.fromtimestamp(now, UTC)
        what = params.get("gameId", params.get("date", ""))[:24]
        time = f"{moment:%H%M%S}{moment.microsecond // 1000:03d}"
        return cls(endpoint, season, moment.date(), time, parameter_hash(params)[:8], content[:8], what)


def content_hash(answer: Answer) -> str:
    """SHA-256 (hexadecimal) of a body, not compressed."""
    return hashlib.sha256(answer.body).hexdigest()


def packed(answer: Answer) -> bytes:
    """A body compressed with gzip: as received, if it came so."""
    return answer.raw if answer.gzipped else gzip.compress(answer.raw, 6, mtime=0)


def bodies(store: Store, endpoint: str, season: int) -> Iterator[tuple[RawBody, bytes]]:
    """The bodies of an endpoint and season, the oldest first."""
    for name in names(store.paths(f"{PREFIX}/{endpoint}/season={season:04d}")):
        yield name, gzip.decompress(store.get(name.path))


def names(paths: Iterable[str]) -> list[RawBody]:
    """The raw bodies among some paths, the oldest first."""
    found = [name for path in paths if (name := RawBody.parse(path)) is not None]
    return sorted(found, key=lambda name: name.order)
