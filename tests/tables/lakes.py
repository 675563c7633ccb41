"""A lake of some weeks of a simulated season, with the ten analytics tables built."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa

from hooplake import simulate
from hooplake.build.ledger import open_ledger
from hooplake.build.plan import Selection
from hooplake.build.planner import plan
from hooplake.build.report import RunReport
from hooplake.build.run import run
from hooplake.build.step import Step
from hooplake.lake.parquet import read_partition
from hooplake.lake.partition import Partition, table_path
from hooplake.lakehouse import registry
from hooplake.tables.pipeline import steps
from tests.pipeline.games import Lake

SUMMARIES = ("gold.team_offense_game_summary", "gold.team_defense_game_summary", "gold.player_game_summary")
"""Tables about games that were played."""

BEFORE = (
    "gold.upcoming_team_game_context",
    "gold.upcoming_player_game_context",
    "gold.team_defense_zone_analysis",
    "gold.player_shot_zone_analysis",
    "gold.player_composite_factors",
    "gold.player_daily_cache",
    "gold.ml_feature_store",
)
"""Tables about games that are still to be played."""

TEN = (*SUMMARIES, *BEFORE)
PART = Partition(league="nba", source="espn", season=2025)


@cache
def season(days: int = 42, teams: int = 4) -> tuple[simulate.Game, ...]:
    """Every game of some weeks of a league of few teams, in order of tip-off."""
    return simulate.season(season=2025, days=days, teams=teams, seed=11).games


class SeasonLake(Lake):
    """A lake of those games."""

    @property
    def steps(self) -> list[Step]:
        """The real steps, so that the commands find nothing changed; with other versions only where they were raised."""
        return [
            replace(step, version=f"{step.version}.{self.versions[step.name]}") if step.name in self.versions else step
            for step in steps()
        ]

    def build(self, jobs: int = 1, tables: tuple[str, ...] = TEN, **selection: Any) -> RunReport:
        """Build the ten tables, as far as they are due."""
        ledger = open_ledger(self.folder / "meta" / "ledger.sqlite")
        try:
            chosen = Selection(tables=tables, **selection)
            return run(plan(self.steps, ledger, self.store, registry(), chosen), ledger, self.store, jobs=jobs)
        finally:
            ledger.close()

    def copy(self, folder: Path) -> SeasonLake:
        """The same lake in another place."""
        shutil.copytree(self.folder, folder)
        return SeasonLake(folder, self.versions)

    def from_nothing(self, folder: Path) -> SeasonLake:
        """Another lake with the same raw documents, built from nothing."""
        other = SeasonLake(folder, self.versions)
        for meta in self.store.list("raw"):
            other.store.put(meta.path, self.store.get(meta.path))
        other.build()
        return other

    def rows(self, table: str) -> pa.Table:
        """The rows of a table; none if it was not built."""
        if self.store.head(table_path(registry()[table], PART)) is None:
            return registry()[table].schema.empty_table()
        return read_partition(self.store, registry()[table], PART)

    def keyed(self, table: str) -> dict[tuple[Any, ...], dict[str, Any]]:
        """The rows of a table by their key."""
        key = registry()[table].key
        return {tuple(row[name] for name in key): row for row in self.rows(table).to_pylist()}


def make_lake(folder: Path, skip: tuple[int, ...] = ()) -> SeasonLake:
    """A lake of all games but some, nothing built."""
    lake = SeasonLake(folder)
    for number, game in enumerate(season()):
        if number not in skip:
            lake.put(game.document())
    return lake


def dates() -> list[date]:
    """The dates of the games."""
    return sorted({game.date for game in season()})
