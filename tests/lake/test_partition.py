"""A partition is a value; its text is the folder of its object."""

from __future__ import annotations

import pickle
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hooplake.errors import ConfigError
from hooplake.lake.partition import Partition, list_partitions, parse_path, table_path
from hooplake.lake.store import Store
from hooplake.lake.table import TableSpec

NBA = Partition(league="nba", season=2025)


def test_a_partition_is_a_mapping_and_a_value() -> None:
    assert str(NBA) == "league=nba/season=2025"
    assert repr(NBA) == "Partition(league='nba', season=2025)"
    assert dict(NBA) == {"league": "nba", "season": 2025}
    assert Partition(**NBA) == NBA
    assert {NBA: 1}[Partition(league="nba", season=2025)] == 1
    assert Partition(league="nba", season="2025") != NBA
    assert pickle.loads(pickle.dumps(NBA)) == NBA
    with pytest.raises(AttributeError):
        NBA.league = "wnba"  # type: ignore[attr-defined]
    with pytest.raises(KeyError):
        NBA["source"]


def test_partitions_are_ordered_by_their_values() -> None:
    later, women = Partition(league="nba", season=2026), Partition(league="wnba", season=1999)
    assert sorted([women, later, NBA]) == [NBA, later, women]
    assert NBA <= later < women
    assert Partition(season=999) < Partition(season=1000)


@pytest.mark.parametrize("value", ["", None, 2.5, True])
def test_what_cannot_be_a_value(value: object) -> None:
    with pytest.raises(ConfigError, match="partition column season"):
        Partition(season=value)  # type: ignore[arg-type]


texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=20)


@given(texts, st.integers(-32768, 32767))
def test_the_text_of_a_partition_is_read_back(shots: TableSpec, league: str, season: int) -> None:
    partition = Partition(league=league, season=season)
    assert Partition.parse(str(partition), shots) == partition
    assert parse_path(table_path(shots, partition), shots) == ("silver.shots", partition)
    assert table_path(shots, partition).count("/") == 4


def test_values_are_typed_by_the_spec_or_by_how_they_read(shots: TableSpec) -> None:
    assert Partition.parse("league=7/season=2025", shots) == Partition(league="7", season=2025)
    assert Partition.parse("league=7/week=07/day=2024-12-15") == Partition(league=7, week="07", day="2024-12-15")
    dated = TableSpec.from_dict(
        {
            "name": "bronze.odds",
            "key": ["id"],
            "partition": ["day"],
            "columns": {"day": {"type": "date"}, "id": {"type": "text"}},
        }
    )
    assert Partition.parse("day=2024-12-15", dated) == Partition(day=date(2024, 12, 15))
    assert table_path(dated, Partition(day=date(2024, 12, 15))) == "bronze/odds/day=2024-12-15/part-0.parquet"
    with pytest.raises(ConfigError, match="day=15"):
        Partition.parse("day=15", dated)


def test_a_table_without_partition_columns_has_one_partition() -> None:
    spec = TableSpec.from_dict({"name": "silver.dim", "key": ["id"], "columns": {"id": {"type": "text"}}})
    assert table_path(spec, Partition()) == "silver/dim/part-0.parquet"
    assert parse_path("silver/dim/part-0.parquet", spec) == ("silver.dim", Partition())
    assert str(Partition()) == ""
    assert Partition.parse("") == Partition()


def test_paths_of_raw_objects() -> None:
    path = "raw/espn/summary/league=nba/season=2025/date=2024-12-15/401705050.01.0123456789ab.json.zst"
    assert parse_path(path) == ("raw.espn.summary", Partition(league="nba", season=2025, date="2024-12-15"))


@pytest.mark.parametrize(
    "path", ["part-0.parquet", "silver/part-0.parquet", "silver/t/x=1/y/part-0.parquet", "x=1/a/b"]
)
def test_what_is_no_path_of_a_partition(path: str) -> None:
    with pytest.raises(ConfigError, match="path of a partition"):
        parse_path(path)


@pytest.mark.parametrize("text", ["league", "league=/season=1", "=nba", "league=nba//season=2025"])
def test_what_is_no_partition(text: str) -> None:
    with pytest.raises(ConfigError, match="not a partition"):
        Partition.parse(text)


def test_a_partition_of_another_table(shots: TableSpec) -> None:
    with pytest.raises(ConfigError, match="league, season"):
        table_path(shots, Partition(season=2025))
    with pytest.raises(ConfigError, match="no column date"):
        Partition.parse("league=nba/date=2024-12-15", shots)
    with pytest.raises(ConfigError, match="league/season"):
        Partition.parse("season=2025/league=nba", shots)
    # the order in which a caller names the values does not matter for the path
    assert table_path(shots, Partition(season=2025, league="nba")) == table_path(shots, NBA)


def test_partitions_in_the_store(store: Store, shots: TableSpec) -> None:
    leagues = [("wnba", 2024), ("nba", 2025), ("nba", 2024), ("a/b c%", 1)]
    for league, season in leagues:
        store.put(table_path(shots, Partition(league=league, season=season)), b"x")
    store.put("silver/shots_of_others/league=nba/season=1/part-0.parquet", b"x")
    store.put("silver/shots/league=nba/season=2024/notes.txt", b"x")
    found = list_partitions(store, shots)
    assert [tuple(partition.values()) for partition in found] == sorted(leagues)
    assert found[NBA].path == "silver/shots/league=nba/season=2025/part-0.parquet"
