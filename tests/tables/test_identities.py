"""One game told twice must be told the same: each rule is broken in one row, and found."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from hooplake.lakehouse import registry
from hooplake.tables.identities import IDENTITIES
from hooplake.tables.quality import quality
from tests.tables.asking import cut
from tests.tables.lakes import TEN, SeasonLake

Row = dict[str, Any]
RULES = {rule.name: rule for rule in IDENTITIES}


def more(column: str, by: float = 1) -> Callable[[Row], None]:
    def change(row: Row) -> None:
        row[column] = (row[column] or 0) + by

    return change


def other(column: str, value: object) -> Callable[[Row], None]:
    def change(row: Row) -> None:
        row[column] = value

    return change


def shifted(place: int, by: float) -> Callable[[Row], None]:
    def change(row: Row) -> None:
        row["features"] = [one if at != place else one + by for at, one in enumerate(row["features"])]

    return change


FAULTS = [
    ("two sides", more("pace"), None),
    ("two sides", more("margin_of_victory"), None),
    ("two sides", other("win_flag", False), lambda row: row["win_flag"]),
    ("defence mirrors offence", more("turnovers_forced"), None),
    ("defence mirrors offence", other("opp_paint_attempts", None), lambda row: row["opp_paint_attempts"]),
    ("points of players", more("points"), lambda row: row["points"]),
    ("minutes of players", more("seconds_played", 145), lambda row: row["seconds_played"]),  # 1 % of 240 minutes is 144 s
    ("starters", other("starter_flag", False), lambda row: row["starter_flag"]),
    ("lines have two sides", more("game_spread"), lambda row: row["game_spread"] is not None),
    ("contexts agree", more("games_in_next_7_days"), None),
    ("contexts agree", other("team_id", "nobody"), None),
    ("zones are all shots", more("paint_rate_last_10", 0.03), lambda row: row["paint_rate_last_10"] is not None),
    ("a factor for every player", other("player_id", "nobody"), None),
    ("features of zones", shifted(18, 0.0004), lambda row: row["features"][18] is not None),
    ("features of every player", other("player_id", "nobody"), None),
    ("features of every player", shifted(7, 0.5), lambda row: row["features"][7] is not None),
]  # fmt: skip


@pytest.fixture(scope="module")
def lake(season_lake: SeasonLake, tmp_path_factory: pytest.TempPathFactory) -> SeasonLake:
    """A copy of the season whose rows may be put in the place of others, and back."""
    return season_lake.copy(tmp_path_factory.mktemp("identities") / "lake")


def found(lake: SeasonLake, table: str) -> dict[str, str]:
    """What is found wrong between the rows of a table, by the name of the rule."""
    (one,) = quality(lake.store, registry(), [table])
    texts = [*one.findings, *one.warnings]
    return {name: text for name in RULES for text in texts if text.startswith(f"{name}: ")}


@pytest.mark.parametrize(
    ("name", "change", "which"), FAULTS, ids=[f"{number} {fault[0]}" for number, fault in enumerate(FAULTS)]
)
def test_a_fault_in_one_row_is_found(
    lake: SeasonLake, name: str, change: Callable[[Row], None], which: Callable[[Row], Any] | None
) -> None:
    table = RULES[name].table
    before = lake.rows(table)
    rows = before.to_pylist()
    change(next(row for row in reversed(rows) if which is None or which(row)))
    try:
        cut(lake, table, pa.Table.from_pylist(rows, before.schema))
        assert ": 1 break" in found(lake, table)[name]
    finally:
        cut(lake, table, before)


def test_a_season_keeps_them_all(lake: SeasonLake) -> None:
    told = {table: found(lake, table) for table in TEN}
    assert {name for texts in told.values() for name in texts} <= {"points of players", "minutes of players"}
    assert {fault[0] for fault in FAULTS} == set(RULES)


def test_a_game_of_one_team_is_told(lake: SeasonLake, tmp_path: Path) -> None:
    half = lake.copy(tmp_path / "half")
    rows = half.rows(TEN[0])
    cut(half, TEN[0], rows.slice(0, len(rows) - 1))
    assert "two sides" in found(half, TEN[0])
    assert "defence mirrors offence" in found(half, TEN[1])
