"""Raw ESPN documents in the lake: their names, and which games they make.

``raw/espn/{kind}/league=nba/season=2025/date=2024-12-15/{game_id}.{sequence}.{sha}.json.zst``

``sequence`` is the order of receipt among the documents of that game and kind (01, 02, ...), ``sha`` the first 12
hexadecimal digits of the SHA-256 of the uncompressed body. A listing alone therefore tells what a game is made of, and
a raw object is never changed, only joined by a later one.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from hooplake.games.espn.identity import Identity

PREFIX = "raw/espn"
KINDS = ("summary", "gamepackage", "page")
_PATH = re.compile(
    r"raw/espn/(?P<kind>\w+)/league=(?P<league>\w+)/season=(?P<season>\d{4})/date=(?P<date>\d{4}-\d{2}-\d{2})/"
    r"(?P<game_id>[A-Za-z0-9_-]+)\.(?P<sequence>\d{2,})\.(?P<sha>[0-9a-f]{12})\.json\.zst"
)


class RawName(NamedTuple):
    """Name of a raw document; see the module for its parts."""

    kind: str
    league: str
    season: int
    date: date
    game_id: str
    sequence: int
    sha: str

    @property
    def path(self) -> str:
        """Path of the object in the lake."""
        return (
            f"{PREFIX}/{self.kind}/league={self.league}/season={self.season}/date={self.date}/"
            f"{self.game_id}.{self.sequence:02d}.{self.sha}.json.zst"
        )

    @classmethod
    def parse(cls, path: str) -> RawName | None:
        """The parts of a path, or None if it is not that of a raw ESPN document."""
        found = _PATH.fullmatch(path)
        if found is None or found["kind"] not in KINDS:
            return None
        try:
            day = date.fromisoformat(found["date"])
        except ValueError:
            return None
        return cls(
            found["kind"], found["league"], int(found["season"]), day, found["game_id"], int(found["sequence"]),
            found["sha"],
        )  # fmt: skip

    @classmethod
    def of(cls, who: Identity, body: bytes, sequence: int) -> RawName:
        """Name of a document as the next of its game and kind."""
        return cls(who.kind, who.league.code, who.season, who.game_date, who.game_id, sequence, body_sha(body))


def body_sha(body: bytes) -> str:
    """First 12 hexadecimal digits of the SHA-256 of an uncompressed body."""
    return hashlib.sha256(body).hexdigest()[:12]


def by_game(paths: Iterable[str]) -> dict[tuple[str, int], dict[str, list[RawName]]]:
    """Raw documents by (league, season) and game id, in the order of kind and receipt.

    Paths that are not raw ESPN documents are left out.
    """
    grouped: dict[tuple[str, int], dict[str, list[RawName]]] = {}
    for path in paths:
        name = RawName.parse(path)
        if name is not None:
            grouped.setdefault((name.league, name.season), {}).setdefault(name.game_id, []).append(name)
    for games in grouped.values():
        for names in games.values():
            names.sort(key=lambda name: (name.kind, name.sequence, name.sha))
    return grouped
