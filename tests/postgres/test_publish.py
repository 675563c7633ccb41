"""The snapshot tables: what is published of a lake, by game, and not twice."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
import pytest

from hooplake import simulate
from hooplake.errors import ConfigError
from hooplake.lake.store import Store
from hooplake.lakehouse import Lakehouse, registry
from hooplake.postgres.load import load_games
from hooplake.postgres.publish import publish
from hooplake.postgres.schema import keys
from tests.postgres.lakes import build

Connection = psycopg.Connection[Any]


def count(connection: Connection, table: str) -> int:
    (rows,) = connection.execute(f"select count(*) from {table}".encode()).fetchone() or (0,)
    return int(rows)


def test_a_box_at_any_moment_is_the_truth(connection: Connection, lake: Lakehouse, nba: simulate.Season) -> None:
    published = publish(connection, lake.store, lake.tables)
    assert (published.games, published.unchanged) == (5, 0)
    assert published.rows["phase9.game_state_snapshots"] == count(connection, "phase9.game_state_snapshots")
    game = nba.games[0]
    (last, home, away) = connection.execute(
        "select event_num, home_score, away_score from phase9.latest_snapshots where game_id = %s", (game.id,)
    ).fetchone() or (0, 0, 0)
    assert (home, away) == game.truth.score
    box = connection.execute(
        "select p.player_id, points, minutes, plus_minus, on_court, player_name from phase9.latest_snapshots "
        "join phase9.player_snapshot_stats as p using (snapshot_id) where game_id = %s",
        (game.id,),
    ).fetchall()
    assert sum(row[1] for row in box) == sum(game.truth.score)
    assert sum(row[3] for row in box) == 0  # five gain what five lose
    assert float(sum(row[2] for row in box)) == pytest.approx(10 * lasted(game), abs=0.5)
    assert sum(row[4] for row in box) in (0, 10)
    assert all(row[5] for row in box)
    for event in (0, 57, last // 2, last):
        at = connection.execute("select * from phase9.box_score_at(%s, 'espn', %s)", (game.id, event)).fetchall()
        (home, away) = connection.execute(
            "select home_score, away_score from phase9.game_state_snapshots where game_id = %s and event_num = %s",
            (game.id, event),
        ).fetchone() or (0, 0)
        assert len(at) == len(box)
        assert sum(row[4] for row in at) == home + away


def test_lines_are_those_of_the_full_box_in_the_lake(
    connection: Connection, lake: Lakehouse, nba: simulate.Season
) -> None:
    publish(connection, lake.store, lake.tables)
    game = nba.games[1].id
    full = {
        (row["event_num"], row["player_id"]): row
        for row in lake.sql("select * from gold.player_snapshot_stats where game_id = ?", [game]).to_pylist()
    }
    lines = connection.execute(
        "select event_num, player_id, points, reb, tov, plus_minus, on_court, minutes, player_name, team_id "
        "from phase9.player_snapshot_stats join phase9.game_state_snapshots using (snapshot_id) where game_id = %s",
        (game,),
    ).fetchall()
    assert len(lines) > 300
    names = ("points", "reb", "tov", "plus_minus", "on_court")
    for event, player, *values, minutes, name, team in lines:
        row = full[event, player]
        assert tuple(values) == tuple(row[each] for each in names)
        assert float(minutes) == pytest.approx(row["minutes"], abs=0.0101)
        assert (name, team) == (row["player"], row["team_id"])


def lasted(game: simulate.Game) -> float:
    """Minutes of play."""
    overtimes = len(game.truth.periods) - 4
    return 48 + 5 * overtimes


def test_where_nobody_is_known_on_court_it_is_not_known(connection: Connection, lake: Lakehouse) -> None:
    publish(connection, lake.store, lake.tables, leagues=["wbb"])
    found = connection.execute(
        "select count(*), count(plus_minus), count(minutes), count(on_court) from phase9.player_snapshot_stats"
    ).fetchone()
    assert found is not None
    assert found[0] > 0
    assert found[1:] == (0, 0, 0)


def test_a_second_time_writes_nothing(connection: Connection, lake: Lakehouse) -> None:
    publish(connection, lake.store, lake.tables)
    ids = connection.execute(
        "select snapshot_id, game_id, event_num from phase9.game_state_snapshots order by 1"
    ).fetchall()
    again = publish(connection, lake.store, lake.tables)
    assert (again.games, again.unchanged, set(again.rows.values())) == (0, 5, {0})
    assert (
        ids
        == connection.execute(
            "select snapshot_id, game_id, event_num from phase9.game_state_snapshots order by 1"
        ).fetchall()
    )


def test_a_game_that_changed_is_replaced_and_the_others_stay(
    connection: Connection, nba: simulate.Season, tmp_path: Path
) -> None:
    one, other = nba.games[5], nba.games[6]
    with build(
        tmp_path, {f"{one.id}.json": one.document(), f"{other.id}.json": other.document(status="in_progress")}
    ) as lake:
        publish(connection, lake.store, lake.tables)
        before = connection.execute(
            "select min(snapshot_id), count(*) from phase9.game_state_snapshots where game_id = %s", (one.id,)
        ).fetchone()
    with build(tmp_path, {f"{other.id}.json": other.document()}) as lake:
        published = publish(connection, lake.store, lake.tables)
    assert (published.games, published.unchanged) == (1, 1)
    assert (
        before
        == connection.execute(
            "select min(snapshot_id), count(*) from phase9.game_state_snapshots where game_id = %s", (one.id,)
        ).fetchone()
    )
    (home, away) = connection.execute(
        "select home_score, away_score from phase9.latest_snapshots where game_id = %s", (other.id,)
    ).fetchone() or (0, 0)
    assert (home, away) == other.truth.score
    orphans = connection.execute(
        "select count(*) from phase9.player_snapshot_stats p left join phase9.game_state_snapshots s "
        "using (snapshot_id) where s.snapshot_id is null"
    ).fetchone()
    assert orphans == (0,)


def test_keys_are_built_after_a_first_load_and_hold(connection: Connection, lake: Lakehouse) -> None:
    published = publish(connection, lake.store, lake.tables)
    assert published.keys == [key.name for key in keys()]
    assert publish(connection, lake.store, lake.tables).keys == []
    with pytest.raises(psycopg.errors.UniqueViolation):
        connection.execute("insert into phase9.game_state_snapshots select * from phase9.game_state_snapshots limit 1")


def test_keys_that_a_killed_load_did_not_come_to_are_built_by_the_next(connection: Connection, lake: Lakehouse) -> None:
    publish(connection, lake.store, lake.tables)
    for key in reversed(keys()):
        connection.execute(key.drop.encode())
    assert publish(connection, lake.store, lake.tables).keys == [key.name for key in keys()]


def test_the_summary_counts_every_grade(connection: Connection, lake: Lakehouse) -> None:
    # the predecessor forgot grade D
    publish(connection, lake.store, lake.tables)
    connection.execute(
        "update phase9.box_score_verification set quality_grade = 'D' where game_id = "
        "(select min(game_id) from phase9.box_score_verification)"
    )
    row = connection.execute(
        "select total_games, grade_a + grade_b + grade_c + grade_d + grade_f, grade_d, pct_score_match "
        "from phase9.verification_summary"
    ).fetchone()
    assert row is not None
    assert (row[0], row[1], row[2], float(row[3])) == (5, 5, 1, 100.0)


def test_rows_of_games_out_of_the_lake(connection: Connection, lake: Lakehouse, nba: simulate.Season) -> None:
    loaded = load_games(connection, lake.store, lake.tables)
    assert (loaded.games, loaded.inserted) == (4, 4)
    row = connection.execute(
        "select season, game_date, source, data, metadata from raw_data.nba_games where game_id = %s",
        (nba.games[0].id,),
    ).fetchone()
    assert row is not None
    season, day, source, data, metadata = row
    assert (season, day, source) == (2025, nba.games[0].date, "ESPN")
    assert data["game_info"] == {
        "game_id": nba.games[0].id, "game_date": nba.games[0].date.isoformat(), "season": "2024-25",
        "season_year": 2025,
    }  # fmt: skip
    assert (data["teams"]["home"]["score"], data["teams"]["away"]["score"]) == nba.games[0].truth.score
    assert data["teams"]["home"]["name"] == nba.games[0].home.name
    plays = data["play_by_play"]
    assert plays["total_plays"] == metadata["validation"]["play_count"] > 300
    assert 0 < sum(plays["summary"]["event_types"].values()) <= plays["total_plays"]
    assert load_games(connection, lake.store, lake.tables).inserted == 0


def test_a_lake_without_games_says_what_to_do(connection: Connection, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="has no played game of nba: take games in"):
        load_games(connection, Store.open(tmp_path), registry())
