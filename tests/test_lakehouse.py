"""The front door: `hooplake.open`."""

from __future__ import annotations

from pathlib import Path

import pytest

import hooplake
from hooplake.errors import ConfigError, HooplakeError


def test_a_question_is_answered_from_the_partitions(small_lake: Path) -> None:
    with hooplake.open(small_lake) as lake:
        answer = lake.sql(
            "select season, team_id, points from silver.fct_game_periods where season = ? order by points", [2025]
        )
        assert answer.to_pylist() == [
            {"season": 2025, "team_id": "13", "points": 19},
            {"season": 2025, "team_id": "02", "points": 25},
        ]
        assert lake.sql("select sum(points)::int as points from silver.fct_game_periods").to_pylist() == [
            {"points": 95}
        ]


def test_every_declared_table_is_there_even_if_it_is_empty(small_lake: Path) -> None:
    with hooplake.open(small_lake) as lake:
        shown = lake.sql("select table_schema || '.' || table_name as name from information_schema.tables")
        assert set(lake.tables) <= set(shown["name"].to_pylist())
        assert lake.sql("select count(*) as plays from silver.fct_plays").to_pylist() == [{"plays": 0}]


def test_rows_come_in_batches(small_lake: Path) -> None:
    with hooplake.open(small_lake) as lake:
        reader = lake.stream("select range as n from range(5000)", batch_rows=2048)
        sizes = [batch.num_rows for batch in reader]
    assert sum(sizes) == 5000
    assert len(sizes) > 1


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("selec 1", "syntax error"),
        ("select * from silver.fct_playz", "fct_playz does not exist"),
        ("select pionts from silver.fct_game_periods", "pionts"),
        ("", "the query is empty"),
    ],
)
def test_a_wrong_query_is_a_usage_error_that_says_what_is_wrong(small_lake: Path, query: str, message: str) -> None:
    with hooplake.open(small_lake) as lake, pytest.raises(ConfigError, match=message):
        lake.sql(query)


def test_a_query_that_fails_on_its_way_says_so(small_lake: Path) -> None:
    with (
        hooplake.open(small_lake) as lake,
        pytest.raises(HooplakeError, match="the query failed: Conversion Error: Could not convert") as caught,
    ):
        lake.sql("select case when range > 90000 then ('a' || range)::int end as n from range(100000)")
    assert caught.value.exit_code == 1


def test_a_directory_that_does_not_exist_is_no_lake_unless_one_is_to_be_made(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"missing: there is no lake here\. Name another with --lake"):
        hooplake.open(tmp_path / "missing")
    with hooplake.open(tmp_path / "missing", create=True) as lake:
        assert lake.sql("select count(*) as games from silver.fct_games").to_pylist() == [{"games": 0}]


def test_without_a_name_the_settings_say_which_lake(small_lake: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOOPLAKE_LAKE", str(small_lake))
    with hooplake.open() as lake:
        assert lake.store.url == str(small_lake)
        assert lake.settings.lake == str(small_lake)


def test_closing_twice_and_opening_again_is_fine(small_lake: Path) -> None:
    lake = hooplake.open(small_lake)
    lake.close()
    assert lake.sql("select 1 as one").to_pylist() == [{"one": 1}]
    lake.close()
    lake.close()
