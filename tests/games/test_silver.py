"""Games to rows: schemas equal the specs, and what a column cannot hold is NULL."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hooplake import simulate
from hooplake.games import model
from hooplake.games.columns import column
from hooplake.games.declared import GAME_TABLES
from hooplake.games.model import Game
from hooplake.games.shots import ZONES, shot_zones
from hooplake.games.silver import silver_tables
from hooplake.lake.contracts import check
from hooplake.lakehouse import registry
from tests.games.documents import athlete, box, play, read, summary

SPECS = registry()


def rows(name: str, *games: Game) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = silver_tables(games, SPECS)[f"silver.{name}"].to_pylist()
    return found


@pytest.mark.parametrize(
    "games", [[], [read(summary())], [read(summary(plays=[play()], players=[box("24", athlete())]))]]
)
def test_schemas_equal_their_specs_however_few_rows_there_are(games: list[Game]) -> None:
    tables = silver_tables(games, SPECS)
    assert tuple(sorted(tables)) == tuple(sorted(GAME_TABLES))
    for name, table in tables.items():
        wanted = SPECS[name].file_schema
        assert [(f.name, f.type) for f in table.schema] == [(f.name, f.type) for f in wanted]


@pytest.mark.parametrize(
    ("table", "struct"),
    [
        ("fct_game_teams", "TeamLine"), ("fct_game_players", "BoxLine"), ("fct_game_periods", "PeriodScore"),
        ("fct_lines", "BettingLine"), ("fct_officials", "Official"), ("fct_injuries", "Injury"),
    ],
)  # fmt: skip
def test_the_fields_of_the_model_are_the_columns_of_the_tables(table: str, struct: str) -> None:
    fields = {field.name for field in msgspec.structs.fields(getattr(model, struct))}
    columns = set(SPECS[f"silver.{table}"].file_schema.names) - {"game_id", "game_date"}
    assert columns <= fields
    # rank and winner are columns of the game
    assert fields - columns <= {"rank", "winner"}


@pytest.mark.parametrize(
    ("league", "season"), [("nba", 2025), ("wnba", 2026), ("mbb", 2009), ("mbb", 2026), ("wbb", 2023)]
)
def test_simulated_games_keep_every_contract(league: str, season: int) -> None:
    games = [
        read(game.document(kind), league=league)
        for game, kind in zip(
            simulate.season(league, season, days=4, seed=3).games, ("summary", "gamepackage"), strict=False
        )
    ]
    for name, table in silver_tables(games, SPECS).items():
        checked = check(SPECS[name], table)
        assert (checked.counts, checked.findings) == ({}, ())


def test_rows_are_sorted_by_game_whatever_the_order_of_the_games() -> None:
    games = [read(summary(game_id=n, plays=[play(1), play(2)])) for n in ("403", "401", "402")]
    assert [row["game_id"] for row in rows("fct_games", *games)] == ["401", "402", "403"]
    assert [(row["game_id"], row["event_num"]) for row in rows("fct_plays", *games)] == [
        (game, number) for game in ("401", "402", "403") for number in (0, 1)
    ]


def test_a_game() -> None:
    plays = [play(1, wallclock="2025-01-05T01:12:00Z"), play(2), play(3, wallclock="2025-01-05T01:11:00Z")]
    (row,) = rows("fct_games", read(summary(plays=plays)))
    assert (row["winner_team_id"], row["periods"], row["plays_status"], row["play_count"]) == ("7", 2, "full", 3)
    assert row["first_play_utc"] == datetime(2025, 1, 5, 1, 11, tzinfo=UTC)
    assert row["last_play_utc"] == datetime(2025, 1, 5, 1, 12, tzinfo=UTC)
    assert (row["home_score"], row["away_score"], row["game_date"]) == (111, 122, date(2025, 1, 4))


def test_nobody_wins_a_tie_or_a_game_without_a_score() -> None:
    assert rows("fct_games", read(summary(score=("100", "100"))))[0]["winner_team_id"] is None
    assert rows("fct_games", read(summary(status="SCHEDULED")))[0]["winner_team_id"] is None


def test_plays_of_a_live_game_are_partial() -> None:
    assert rows("fct_games", read(summary(status="IN_PROGRESS", plays=[play()])))[0]["plays_status"] == "partial"
    assert rows("fct_games", read(summary(plays=[])))[0]["plays_status"] == "absent"


def test_wall_clocks_of_another_age_are_dropped() -> None:
    walls = ["0001-01-01T00:00:00+14:00", "2025-01-05T01:12:00Z", "9999-12-31T23:59:59-14:00"]
    game = read(summary(plays=[play(n, wallclock=w) for n, w in enumerate(walls)]))
    assert [row["wallclock"] is not None for row in rows("fct_plays", game)] == [False, True, False]


def test_a_running_score_that_no_game_has_is_not_known() -> None:
    game = read(summary(plays=[play(n, homeScore=s) for n, s in enumerate([-5, 0, 80, 40_000, 2**70])]))
    found = rows("fct_plays", game)
    assert [row["home_score"] for row in found] == [None, 0, 80, None, None]
    assert check(SPECS["silver.fct_plays"], silver_tables([game], SPECS)["silver.fct_plays"]).counts == {}


@pytest.mark.parametrize(
    ("values", "kind", "kept"),
    [
        ([1, 2**40, None], pa.int16(), [1, None, None]),
        (["a", "b\ud83d", None], pa.string(), ["a", "b?", None]),
    ],
)
def test_a_value_that_its_type_cannot_hold_is_null(values: list[Any], kind: pa.DataType, kept: list[Any]) -> None:
    assert column(values, kind).to_pylist() == kept


def shots(*plays: dict[str, Any], league: str = "nba") -> list[dict[str, Any]]:
    return rows("fct_shots", read(summary(plays=list(plays), league=league)))


def test_shots_are_the_field_goal_attempts() -> None:
    made = {"shootingPlay": True, "scoringPlay": True}
    found = shots(
        play(
            1,
            "132",
            "A makes 25-foot three point jumper",
            **made,
            scoreValue=3,
            players=["a", "b"],
            team="24",
            xy=(25, 25),
        ),
        play(2, "110", "B blocks A 's layup", shootingPlay=True, players=["a", "b"], team="24", xy=(25, 1)),
        play(3, "98", "A makes free throw 1 of 2", **made, scoreValue=1, players=["a"]),
        play(4, "155", "A defensive rebound", players=["a"]),
        play(5, "282", "A misses heave", shootingPlay=True, players=["a"], xy=(25, 60)),
    )
    assert [(s["event_num"], s["made"], s["shot_value"], s["player_id"]) for s in found] == [
        (0, True, 3, "a"), (1, False, 2, "a"), (4, False, 3, "a"),
    ]  # fmt: skip
    assert [(s["assist_player_id"], s["block_player_id"]) for s in found] == [("b", None), (None, "b"), (None, None)]
    assert [s["value_source"] for s in found] == ["score", "coordinate", "type"]
    assert [s["zone"] for s in found] == ["above_break_3", "restricted_area", "backcourt"]


@pytest.mark.parametrize(
    ("x", "y", "value", "lane", "zone"),
    [
        (25, 0, 2, 16, "restricted_area"), (25, 4, 2, 16, "restricted_area"), (25, 5, 2, 16, "paint"),
        (33, 13, 2, 16, "paint"), (33, 14, 2, 16, "mid_range"), (34, 5, 2, 16, "mid_range"),
        # a college lane is twelve feet wide
        (31, 13, 2, 12, "paint"), (32, 5, 2, 12, "mid_range"),
        (2, 4, 3, 16, "left_corner_3"), (48, 8, 3, 16, "right_corner_3"), (48, 9, 3, 16, "above_break_3"),
        # a spot is rounded, the value is not
        (3, 1, 2, 16, "mid_range"), (25, 22, 3, 16, "above_break_3"), (25, 42, 3, 16, "backcourt"),
    ],
)  # fmt: skip
def test_zones(x: float, y: float, value: int, lane: float, zone: str) -> None:
    _, found = shot_zones(
        np.array([x]), np.array([y]), np.array([value]), pa.chunked_array([[None]], pa.string()), lane
    )
    assert found.to_pylist() == [zone]


def test_leagues_have_their_lanes() -> None:
    shot = {"shootingPlay": True, "pointsAttempted": 2, "xy": (32, 5)}
    assert shots(play(1, "132", "?", **shot))[0]["zone"] == "paint"
    assert shots(play(1, "558", "?", **shot), league="mens-college-basketball")[0]["zone"] == "mid_range"


def test_distance_from_the_spot_else_from_the_text() -> None:
    shot = {"shootingPlay": True, "pointsAttempted": 2}
    found = shots(
        play(1, "132", "A misses 9-foot jumper", **shot, xy=(28, 4)),
        play(2, "132", "A misses 19-foot jumper", **shot),
        play(3, "132", "A misses 19 ft jumper", **shot),
        play(4, "132", "A misses jumper", **shot),
        play(5, "132", None, **shot),
    )
    assert [s["distance"] for s in found] == [5, 19, 19, None, None]
    assert [s["zone"] for s in found] == ["paint", None, None, None, None]


@given(st.floats(0, 50), st.floats(-5, 89), st.sampled_from((2, 3)))
def test_every_spot_has_a_zone_that_fits_its_value(x: float, y: float, value: int) -> None:
    feet, zone = shot_zones(np.array([x]), np.array([y]), np.array([value]), pa.chunked_array([["5-foot"]]), 16)
    assert zone[0].as_py() in ZONES
    assert zone[0].as_py() == "backcourt" or zone[0].as_py().endswith("3") == (value == 3)
    assert feet[0].as_py() == pytest.approx(float(np.hypot(x - 25, y)))
