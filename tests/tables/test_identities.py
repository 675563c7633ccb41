"""One game told twice must be told the same: each rule is broken in one row, and found."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hooplake.lake.partition import table_path
from hooplake.lakehouse import registry
from hooplake.tables.identities import IDENTITIES
from hooplake.tables.quality import quality
from tests.tables.asking import Captured, cut, told
from tests.tables.lakes import PART, TEN, SeasonLake

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
    ("near threes", other("distance", 20.9), lambda row: row["shot_value"] == 3),  # 22 feet in the corner, less one
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
    assert {fault[0] for fault in FAULTS} | {"far twos", "players listed"} == set(RULES)


def test_few_twos_from_beyond_the_line_are_heaves_and_many_are_a_fault(lake: SeasonLake) -> None:
    table = RULES["far twos"].table
    before = lake.rows(table)
    twos = [at for at, row in enumerate(before.to_pylist()) if row["shot_value"] == 2 and row["distance"] is not None]
    hundredth = len(twos) // 100
    try:
        for many, told in ((hundredth, False), (hundredth + 1, True)):
            rows = before.to_pylist()
            for at in twos[:many]:
                rows[at]["distance"] = 23.75
            cut(lake, table, pa.Table.from_pylist(rows, before.schema))
            assert ("far twos" in found(lake, table)) == told
    finally:
        cut(lake, table, before)


def test_a_team_of_seven_is_told(lake: SeasonLake) -> None:
    table = RULES["players listed"].table
    before = lake.rows(table)
    first = before.to_pylist()[0]
    same = [row["game_id"] == first["game_id"] and row["team_id"] == first["team_id"] for row in before.to_pylist()]
    own = [at for at, is_own in enumerate(same) if is_own]
    try:
        for left, told in ((8, False), (7, True)):
            gone = set(own[left:])
            cut(lake, table, before.filter(pa.array([at not in gone for at in range(len(before))])))
            assert ("players listed" in found(lake, table)) == told
    finally:
        cut(lake, table, before)


def test_a_game_of_one_team_is_told(lake: SeasonLake, tmp_path: Path) -> None:
    half = lake.copy(tmp_path / "half")
    rows = half.rows(TEN[0])
    cut(half, TEN[0], rows.slice(0, len(rows) - 1))
    assert "two sides" in found(half, TEN[0])
    assert "defence mirrors offence" in found(half, TEN[1])


def test_a_row_that_is_there_twice_is_counted(lake: SeasonLake, tmp_path: Path, capsys: Captured) -> None:
    """Every hash is right and every row is there, and yet: two rows have one key."""
    path = table_path(registry()[TEN[0]], PART)
    before = lake.store.get(path)
    rows = pq.ParquetFile(lake.store.open_input(path)).read()
    pq.write_table(pa.concat_tables([rows, rows.slice(0, 1)]), tmp_path / "twice.parquet")  # our own writer refuses
    try:
        lake.store.publish(path, tmp_path / "twice.parquet")
        code, document = told(capsys, lake, "hash", "coverage", "team_offense_game_summary")
        (row,) = document["tables"]
        assert (code, row["duplicate_keys"], row["unexpected"], row["unaccounted"]) == (6, 2, 1, 0)
        assert (row["presence"], row["hashed"], row["valid"]) == (100, 100, 100)
    finally:
        lake.store.put(path, before)
