"""Raw rows of the official feed in the lake: their names, and which games they hold.

``raw/official/{kind}/league=nba/season=2019/{receipt}.{sha}[.{game_id}].{form}``

``kind`` is what the rows are: ``plays`` (playbyplayv2), ``boxes`` (boxscoretraditionalv2), ``logs`` (game logs) or
``lines`` (line scores). ``receipt`` is the order of receipt among the objects of that kind and season (0001, 0002, ...),
``sha`` the first 12 hexadecimal digits of the SHA-256 of the body as received, ``form`` its form: ``parquet`` as it
came, ``csv.zst`` and ``json.zst`` compressed. An object of one game names it; beside a dump of many stands a
``.games.json`` with the games and where in it their rows are, so that nothing need be opened to know what is there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec

PREFIX = "raw/official"
KINDS = ("plays", "boxes", "logs", "lines")
DATED = ("lines", "logs")
"""Kinds whose rows tell the date of their game; plays and boxes do not."""
FORMS = ("parquet", "csv.zst", "json.zst")
_PATH = re.compile(
    r"raw/official/(?P<kind>\w+)/league=(?P<league>\w+)/season=(?P<season>\d{4})/"
    r"(?P<receipt>\d{4,})\.(?P<sha>[0-9a-f]{12})(?:\.(?P<game_id>\d{10}))?\.(?P<form>parquet|csv\.zst|json\.zst)"
)


@dataclass(frozen=True, slots=True)
class RawDump:
    """Name of a raw object; see the module for its parts. ``game_id`` is empty where there are many games."""

    kind: str
    league: str
    season: int
    receipt: int
    sha: str
    game_id: str
    form: str

    @property
    def path(self) -> str:
        """Path of the object in the lake."""
        game = f".{self.game_id}" if self.game_id else ""
        return (
            f"{PREFIX}/{self.kind}/league={self.league}/season={self.season}/"
            f"{self.receipt:04d}.{self.sha}{game}.{self.form}"
        )

    @property
    def index_path(self) -> str:
        """Path of the list of games beside it."""
        return f"{self.path}.games.json"

    @property
    def name(self) -> str:
        """Kind, order of receipt and hash."""
        return f"{self.kind}/{self.receipt:04d}.{self.sha}"

    @classmethod
    def parse(cls, path: str) -> RawDump | None:
        """The parts of a path, or None if it is not that of raw rows of the official feed."""
        found = _PATH.fullmatch(path)
        if found is None or found["kind"] not in KINDS:
            return None
        return cls(
            found["kind"], found["league"], int(found["season"]), int(found["receipt"]), found["sha"],
            found["game_id"] or "", found["form"],
        )  # fmt: skip


class GameRows(msgspec.Struct, frozen=True, array_like=True):
    """Where the rows of a game are in a dump: from ``first`` up to, not including, ``after``.

    ``date`` is that of the game, empty if the rows of a kind of :data:`DATED` tell none; None is not looked for.
    """

    game_id: str
    first: int
    after: int
    date: str | None = None


def encode_index(games: Sequence[GameRows]) -> bytes:
    """The list of games of a dump, as stored beside it."""
    return msgspec.json.encode(games)


def decode_index(body: bytes) -> list[GameRows]:
    """The list of games of a dump.

    Raises:
        msgspec.DecodeError: it is damaged.
    """
    return msgspec.json.decode(body, type=list[GameRows])


def by_season(paths: Iterable[str]) -> dict[tuple[str, int], list[RawDump]]:
    """Raw objects by league and season, in the order of kind and receipt. Other paths are left out."""
    grouped: dict[tuple[str, int], list[RawDump]] = {}
    for path in paths:
        name = RawDump.parse(path)
        if name is not None:
            grouped.setdefault((name.league, name.season), []).append(name)
    for names in grouped.values():
        names.sort(key=lambda name: (name.kind, name.receipt, name.sha))
    return grouped
