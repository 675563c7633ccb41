"""A small lake of simulated games whose raw documents can be changed in every way in which a source changes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import zstandard

from hooplake import simulate
from hooplake.build.ledger import open_ledger
from hooplake.build.planner import plan
from hooplake.build.report import RunReport
from hooplake.build.run import run
from hooplake.build.step import Step
from hooplake.games.espn.decode import decode
from hooplake.games.espn.identity import identify
from hooplake.games.espn.raw import RawName, by_game
from hooplake.lake.store import Store
from hooplake.lakehouse import registry
from hooplake.tables.pipeline import steps


@cache
def season(year: int) -> tuple[simulate.Game, ...]:
    """Games of the first two days of a season."""
    return simulate.season(season=year, start=date(year - 1, 11, 1), days=2, teams=8, seed=year).games


@cache
def document(year: int, number: int, kind: str = "summary", status: str = "final") -> bytes:
    """A document of one of those games."""
    games = season(year)
    return games[number % len(games)].document(kind, status)


def revised(body: bytes, seed: int) -> bytes:
    """The same game with a late correction: a made shot goes to another player, in plays and box alike."""
    loaded: dict[str, Any] = msgspec.json.decode(body)
    makes = [p for p in loaded["plays"] if p.get("scoringPlay") and len(p.get("participants", ())) == 2]
    if makes:
        play = makes[seed % len(makes)]
        play["participants"] = play["participants"][:1]  # the assist is taken back
    return msgspec.json.encode(loaded)


def renewed(body: bytes, seed: int) -> bytes:
    """The same game with other news: nothing that is read has changed."""
    loaded: dict[str, Any] = msgspec.json.decode(body)
    loaded["news"] = {"header": f"edition {seed}", "articles": []}
    return msgspec.json.encode(loaded)


class Lake:
    """A lake and the steps over it, whose code versions can be raised."""

    def __init__(self, folder: Path, versions: Mapping[str, int] | None = None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.store = Store.open(folder)
        self.versions = dict(versions or {})

    @property
    def steps(self) -> list[Step]:
        """The real steps, with their versions as they were raised here."""
        return [replace(step, version=f"{step.version}.{self.versions.get(step.name, 0)}") for step in steps()]

    def put(self, body: bytes) -> None:
        """Store a document as the next fetch of its game."""
        who = identify(decode(body))
        known = by_game(meta.path for meta in self.store.list("raw")).get((who.league.code, who.season), {})
        own = [name for name in known.get(who.game_id, ()) if name.kind == who.kind]
        name = RawName.of(who, body, len(own) + 1)
        if name.sha not in {other.sha for other in own}:
            self.store.put(name.path, zstandard.compress(body))

    def newest(self, game_id: str) -> bytes | None:
        """The newest document of a game."""
        names = [
            name
            for games in by_game(m.path for m in self.store.list("raw")).values()
            for name in games.get(game_id, ())
        ]
        if not names:
            return None
        return zstandard.decompress(self.store.get(max(names, key=lambda name: name.sequence).path))

    def remove(self, game_id: str) -> None:
        """Delete every document of a game."""
        for meta in self.store.list("raw"):
            name = RawName.parse(meta.path)
            if name is not None and name.game_id == game_id:
                self.store.delete(meta.path)

    def build(self, jobs: int = 1) -> RunReport:
        """Build what is due."""
        ledger = open_ledger(self.folder / "meta" / "ledger.sqlite")
        try:
            return run(plan(self.steps, ledger, self.store, registry()), ledger, self.store, jobs=jobs)
        finally:
            ledger.close()

    def bytes(self) -> dict[str, bytes]:
        """Every derived object by path."""
        return {m.path: self.store.get(m.path) for layer in ("silver", "gold") for m in self.store.list(layer)}

    def etags(self) -> dict[str, str]:
        """The etag of every derived object by path: it changes when an object is written."""
        return {m.path: m.etag for layer in ("silver", "gold") for m in self.store.list(layer)}

    def from_nothing(self, folder: Path) -> Lake:
        """Another lake with the same raw documents, built from nothing."""
        other = Lake(folder, self.versions)
        for meta in self.store.list("raw"):
            other.store.put(meta.path, self.store.get(meta.path))
        other.build()
        return other


def game_ids(years: Sequence[int]) -> list[str]:
    """Ids of the games that there may be."""
    return [game.id for year in years for game in season(year)]
