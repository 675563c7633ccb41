"""The schemas: made once, left alone afterwards, and laid over what a database has already."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from hooplake.errors import ConfigError
from hooplake.postgres.connect import Place, connect
from hooplake.postgres.schema import create_schemas, drop_keys, keys, missing_keys, require

Connection = psycopg.Connection[Any]

COLUMNS = {
    "raw_data.nba_games": "id game_id source season game_date collected_at updated_at data metadata",
    "phase9.game_state_snapshots": "snapshot_id game_id event_num quarter time_remaining game_clock_seconds home_score "
    "away_score data_source verification_passed created_at",
    "phase9.player_snapshot_stats": "snapshot_id player_id player_name team_id points fgm fga fg3m fg3a ftm fta oreb "
    "dreb reb ast stl blk tov pf plus_minus minutes on_court created_at",
    "phase9.quarter_box_scores": "game_id quarter player_id player_name team_id points fgm fga fg3m fg3a ftm fta oreb "
    "dreb reb ast stl blk tov pf plus_minus minutes data_source created_at",
    "phase9.box_score_verification": "game_id data_source final_score_match home_score_generated home_score_actual "
    "away_score_generated away_score_actual total_discrepancies discrepancy_details mae_points mae_rebounds mae_assists "
    "mae_steals mae_blocks mae_turnovers quality_grade notes verified_at cells_compared cells_equal stats_compared "
    "causes box_status",
    "phase9.verification_summary": "data_source total_games grade_a grade_b grade_c grade_d grade_f avg_mae_points "
    "avg_mae_rebounds avg_mae_assists pct_score_match pct_cells_equal",
}


@pytest.fixture
def bare(place: Place) -> Iterator[Connection]:
    """A transaction in which the schemas are not there; nothing of it stays."""
    with connect(place) as made, made.transaction(force_rollback=True):
        made.execute("drop schema raw_data cascade")
        made.execute("drop schema phase9 cascade")
        yield made


def columns(connection: Connection, table: str) -> str:
    schema, _, name = table.partition(".")
    found = connection.execute(
        "select column_name from information_schema.columns where table_schema = %s and table_name = %s "
        "order by ordinal_position",
        (schema, name),
    )
    return " ".join(row[0] for row in found)


def test_the_tables_have_the_published_columns(bare: Connection) -> None:
    create_schemas(bare)
    assert {table: columns(bare, table) for table in COLUMNS} == COLUMNS
    assert columns(bare, "phase9.latest_snapshots") == COLUMNS["phase9.game_state_snapshots"]
    for table in ("nba_players", "nba_teams", "nba_misc", "games_summary", "players_summary", "season_coverage"):
        assert columns(bare, f"raw_data.{table}")


def test_a_second_time_changes_nothing(bare: Connection) -> None:
    first = create_schemas(bare)
    assert [(each.schema, each.version) for each in first] == [
        ("raw_data", "001"), ("raw_data", "002"), ("raw_data", "003"), ("phase9", "001"),
    ]  # fmt: skip
    versions = bare.execute("select version, description from raw_data.schema_version order by 1").fetchall()
    assert versions == [("001", "tables"), ("002", "enrichment"), ("003", "views")]
    assert create_schemas(bare) == []


def test_rows_of_a_database_that_is_in_use_stay(bare: Connection) -> None:
    bare.execute("create schema raw_data")
    bare.execute(
        "create table raw_data.nba_games (id serial primary key, game_id varchar(50) unique not null, source varchar(50)"
        " not null, season integer, game_date date, collected_at timestamp default now(), updated_at timestamp default "
        "now(), data jsonb not null, metadata jsonb, mine text)"
    )
    bare.execute("insert into raw_data.nba_games (game_id, source, data, mine) values ('1', 'ESPN', '{}', 'x')")
    bare.execute("create materialized view raw_data.games_summary as select game_id from raw_data.nba_games")
    bare.execute(
        "create table raw_data.schema_version (version varchar(20) primary key, applied_at timestamp default now(), "
        "description text)"
    )
    bare.execute("insert into raw_data.schema_version (version) values ('0.10.0')")
    create_schemas(bare)
    assert bare.execute("select game_id, mine from raw_data.nba_games").fetchall() == [("1", "x")]
    assert columns(bare, "raw_data.games_summary") == ""  # a materialized view, left as it was
    assert len(bare.execute("select version from raw_data.schema_version").fetchall()) == 4


def test_keys_can_be_taken_away_and_built_again(bare: Connection) -> None:
    create_schemas(bare)
    assert missing_keys(bare) == []
    drop_keys(bare)
    assert missing_keys(bare) == list(keys())
    assert len(keys()) == 8


def test_the_views_read_rows_of_any_shape(bare: Connection) -> None:
    create_schemas(bare)
    bare.execute(
        "insert into raw_data.nba_games (game_id, source, season, data) values ('1', 'ESPN', 2025, '[]'), "
        '(\'2\', \'ESPN\', 2025, \'{"teams": {"home": {"name": "A", "score": 99}, "away": {"score": "x"}}}\')'
    )
    rows = bare.execute(
        "select game_id, home_team, home_score, away_score from raw_data.games_summary order by 1"
    ).fetchall()
    assert rows == [("1", None, None, None), ("2", "A", 99, None)]
    assert bare.execute("select season, games, enriched from raw_data.enrichment_summary").fetchall() == [(2025, 2, 0)]


def test_a_changed_row_tells_when(bare: Connection) -> None:
    create_schemas(bare)
    bare.execute(
        "insert into raw_data.nba_games (game_id, source, data, updated_at) values ('1', 'ESPN', '{}', '2020-01-01')"
    )
    bare.execute("update raw_data.nba_games set data = '{\"a\": 1}'")
    assert bare.execute("select updated_at > '2021-01-01' from raw_data.nba_games").fetchone() == (True,)


def test_a_table_that_is_not_there_is_named(bare: Connection) -> None:
    with pytest.raises(ConfigError, match=r"no table raw_data\.nba_games .* run 'hooplake postgres init' first"):
        require(bare, "raw_data.nba_games")
