"""Documents to be spoilt: simulated ones of every league, kind, dialect and status, and real ones where there are any."""

from __future__ import annotations

import gzip
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import msgspec

from hooplake import simulate

SEASONS = (("nba", 2025), ("nba", 2026), ("wnba", 2025), ("mbb", 2009), ("mbb", 2013), ("mbb", 2026), ("wbb", 2023))
STATUSES = ("final",) * 6 + ("in_progress", "in_progress", "scheduled", "postponed", "forfeit")
KINDS = ("summary", "gamepackage", "pages", "versions", "real")
"""What one game is made of: one document, a box page with a page of plays, or two fetches of one document."""
_GAMES = 6


class Source(NamedTuple):
    """The documents of one game, before they are spoilt."""

    league: str
    bodies: tuple[bytes, ...]


@cache
def _games(league: str, season: int) -> tuple[simulate.Game, ...]:
    return simulate.season(league, season, days=20, teams=6, seed=4).games[:_GAMES]


@cache
def _simulated(league: str, season: int, number: int, kind: str, status: str, trap: str | None) -> Source:
    game, traps = _games(league, season)[number], (trap,) if trap else ()
    kinds = {"pages": ("page", "page_plays"), "versions": ("summary", "summary")}.get(kind, (kind,))
    return Source(league, tuple(game.document(one, status, traps=traps) for one in kinds))


@cache
def _fitting(league: str, season: int, status: str) -> tuple[str, ...]:
    """Traps that fit the documents of a season and status."""
    dialect = "pro" if league in ("nba", "wnba") else str(season)
    return tuple(n for n, t in simulate.TRAPS.items() if dialect in t.dialects and status in t.statuses)


@cache
def _real(folder: Path) -> dict[str, tuple[Path, ...]]:
    found = {league.name: tuple(sorted(league.glob("*.json.gz"))) for league in sorted(folder.glob("*/"))}
    return {league: files for league, files in found.items() if files}


@cache
def _read(file: Path) -> bytes:
    return gzip.decompress(file.read_bytes())


def take(random: Random, kind: str, count: int, real: Path) -> list[Source]:
    """The documents of some games of one league.

    Args:
        random: what chooses.
        kind: one of :data:`KINDS`.
        count: how many games.
        real: where real documents are; without any, ``real`` takes simulated summaries.
    """
    stored = _real(real) if kind == "real" else {}
    if stored:
        league = random.choice(list(stored))
        return [Source(league, (_read(random.choice(stored[league])),)) for _ in range(count)]
    league, season = random.choice(SEASONS)
    sources = []
    for _ in range(count):
        status = random.choice(STATUSES)
        traps = _fitting(league, season, status)
        trap = random.choice(traps) if traps and random.random() < 0.5 else None
        one = "summary" if kind == "real" else kind
        sources.append(_simulated(league, season, random.randrange(_GAMES), one, status, trap))
    return sources


def shortened(random: Random, body: bytes) -> Any:
    """A document as JSON values, mostly with only some of its plays, so that many can be tried."""
    document = msgspec.json.decode(body)
    holder = document.get("gamepackageJSON", document)
    plays = holder.get("plays")
    if isinstance(plays, list) and len(plays) > 60 and random.random() < 0.8:
        start = random.randrange(len(plays) - 50)
        holder["plays"] = plays[start : start + 50]
        holder["winprobability"] = (holder.get("winprobability") or [])[start : start + 50]
    return document
