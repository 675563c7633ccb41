"""Defects of the predecessor of the college pipeline, each with a test that would have caught it.

| # | defect | tests |
|---|---|---|
| 1 | missing key fields counted as equal: stints, lineups and picks collapsed to one row a call | `test_defect_01_*` here |
| 2 | types from the first value, columns of NULLs as text, nested values as program text | `test_defect_02_*` here |
| 3 | caps exceeded by fixed windows | `test_defect_03_*` in sources/test_harvest_defects.py; sources/test_cbbd.py with a server that cuts |
| 4 | raw key without season | `test_defect_04_*` here |
| 5 | `season` sent where the API wants `year`, ratings asked for without season | `test_defect_05_*` in sources/test_harvest_defects.py |
| 6 | endpoints that never ran; players by ids of box rows | `test_defect_06_*` in both files |
| 7 | gaps of every endpoint asked for at the path of plays, round the limits | `test_defect_07_*` in sources/test_harvest_defects.py; sources/test_gaps.py |
| 8 | season of a date by its calendar year | `test_defect_08_*` here |
| 9 | entries written after failures, fan-out without any | `test_defect_09_*` in sources/test_harvest_defects.py; kills in sources/test_cbbd.py |
| 10 | empty windows as dead letters, letters that say nothing, one level of logs, failures that exit with 0 | `test_defect_10_*` in sources/test_harvest_defects.py; exit codes in sources/test_cbbd.py |
| 11 | summaries overwritten, listings cut at 1,000 | `test_defect_11_*` in sources/test_harvest_defects.py |
| 12 | waits cut short, no jitter, quota asked again, tokens lost | `test_defect_12_*` in sources/test_harvest_defects.py; sources/test_http.py |
| 13 | partitions that no catalogue knew, schemas that changed with each file, gold left out | `test_defect_13_*` here; sources/test_aws.py against an emulator |
| 14 | label leakage, current membership, 0-0 games, pushes as losses, first provider, recruits by wrong ids, all snapshots as rows, usage per minute, build errors that exit with 0 | `test_defect_14*` here; test_college_lookahead.py |
| 15 | one request per game | `test_defect_15_*` in sources/test_harvest_defects.py |
| 16 | "bronze 1:1" that was not | `test_defect_16_*` here; sources/test_bronze.py on real bodies |
| 17 | appended by day of ingestion, keys repeated, a game with 7 possessions | `test_defect_17_*` here |
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from hooplake.build.sql import tables_of
from hooplake.cli import main
from hooplake.lake.glue import table_input
from hooplake.lakehouse import registry
from hooplake.sources.cbbd.completion import season_of
from hooplake.sources.cbbd.known import season_of_date
from hooplake.sources.cbbd.raw import name_of
from hooplake.tables import college
from tests.sources.lakes import CollegeLake
from tests.tables.college import box, game, line, side

START = "2024-12-01T00:30:00.000Z"
FOLDER = Path(college.__file__).parent


def stint(player: int, seconds: int, **changes: Any) -> dict[str, Any]:
    return {
        "gameId": 1, "season": 2025, "startDate": START, "teamId": 1, "athleteId": player, "opponentId": 2,
        "subIn": {"period": 1, "secondsRemaining": seconds, "teamPoints": 0, "opponentPoints": 0},
        "subOut": {"period": 1, "secondsRemaining": seconds - 60, "teamPoints": 3, "opponentPoints": 1}, **changes,
    }  # fmt: skip


def test_defect_01_rows_without_a_key_are_set_aside_and_the_others_all_kept(small: CollegeLake) -> None:
    whole = [stint(5, 1200), stint(5, 900), stint(6, 1200)]
    small.offer("substitutions_game", [*whole, stint(7, 800, teamId=None), stint(8, 800, subIn=None)], what="1")
    units: list[dict[str, Any]] = [
        {"teamId": 1, "idHash": key, "athletes": [], "totalSeconds": 60} for key in ("1-2-3-4-5", "1-2-3-4-6")
    ]
    small.offer("lineups_game", units, what="1")
    small.offer("draft_picks", [{"year": 2025, "overall": number, "round": 1} for number in (1, 2, 3)])
    with pytest.raises(AssertionError):  # two stints are in quarantine, and a build says so
        small.build("silver.cbbd_fct_substitutions")
    small.build("silver.cbbd_fct_substitutions", "silver.cbbd_fct_lineups", "silver.cbbd_fct_draft_picks")
    stints = small.rows("silver.cbbd_fct_substitutions")
    assert sorted((row["player_id"], row["sub_in_seconds_remaining"]) for row in stints) == [
        ("5", 900), ("5", 1200), ("6", 1200),
    ]  # fmt: skip
    assert {(row["stint_seconds"], row["plus_minus"]) for row in stints} == {(60, 2)}
    assert len(small.rows("silver.cbbd_fct_lineups")) == 2
    assert sorted(row["overall"] for row in small.rows("silver.cbbd_fct_draft_picks")) == [1, 2, 3]


def test_defect_02_a_type_is_declared_and_a_list_is_a_table(small: CollegeLake) -> None:
    ratings = [51, 45.1, None]
    small.offer("ratings_srs", [{"season": 2025, "teamId": n, "rating": r} for n, r in enumerate(ratings)])
    small.offer("games", [game(1, attendance=None)])
    told = {"gameId": 1, "season": 2025, "startDate": START}
    small.offer("lines", [{**told, "lines": [line("A", spread=-3), line("B", spread=-2.5)]}])
    small.build("silver.cbbd_fct_ratings_srs", "silver.cbbd_fct_lines", "silver.cbbd_fct_games")
    found = small.rows("select rating from silver.cbbd_fct_ratings_srs order by team_id")
    assert [row["rating"] for row in found] == [51.0, 45.1, None]
    (kind,) = small.rows("select any_value(typeof(attendance)) as kind from silver.cbbd_fct_games")
    assert kind == {"kind": "INTEGER"}  # although there is nothing in it
    assert {row["provider"]: row["spread"] for row in small.rows("silver.cbbd_fct_lines")} == {"A": -3.0, "B": -2.5}


def test_defect_04_the_season_is_in_the_name_of_a_body_and_no_season_replaces_another(small: CollegeLake) -> None:
    asked = {"team": "Duke"}
    one, two = (name_of("games", season, asked, "c" * 64, 1.7e9) for season in (2024, 2025))
    assert one.path != two.path
    assert one.parameters != name_of("games", 2024, {"team": "UNC"}, "c" * 64, 1.7e9).parameters
    small.offer("games", [game(1, season=2024, startDate="2023-12-01T00:30:00.000Z")], season=2024)
    small.offer("games", [game(2)], season=2025)
    small.build("silver.cbbd_fct_games")
    assert {(row["season"], row["game_id"]) for row in small.rows("silver.cbbd_fct_games")} == {
        (2024, "1"),
        (2025, "2"),
    }


def test_defect_06_a_player_is_known_by_the_source_and_not_by_his_box_row(small: CollegeLake) -> None:
    def player(row: int) -> dict[str, Any]:
        return {"athleteId": row, "athleteSourceId": "9001", "name": "A", "minutes": 30, "points": 8, "fieldGoals": {}}

    told = {"season": 2025, "startDate": START, "teamId": 1, "opponentId": 2}
    small.offer("games_players", [{"gameId": n, **told, "players": [player(700 + n)]} for n in (1, 2)])
    small.offer(
        "teams_roster", [{"season": 2025, "teamId": 1, "players": [{"id": 44, "sourceId": "9001", "name": "A"}]}]
    )
    small.build("silver.cbbd_fct_game_players")
    found = small.rows("silver.cbbd_fct_game_players")
    assert {(row["player_id"], row["player_source_id"]) for row in found} == {("44", "9001")}
    assert {row["box_row_id"] for row in found} == {"701", "702"}


def test_defect_08_the_season_of_a_date_is_that_of_its_games() -> None:
    assert season_of({"date": "2025-11-05"}) == season_of_date(date(2025, 11, 5)) == 2026
    assert season_of({"date": "2025-03-05"}) == season_of({"startDateRange": "2024-08-01T00:00:00.000Z"}) == 2025
    assert season_of({"season": "2024", "startDateRange": "2025-11-05T00:00:00.000Z"}) == 2024


def test_defect_13_every_partition_is_found_by_its_path_and_every_schema_is_declared() -> None:
    for spec in registry().values():
        told = table_input(spec, "s3://hoops-edge")
        names = [column["Name"] for column in (*told["PartitionKeys"], *told["StorageDescriptor"]["Columns"])]
        assert sorted(names) == sorted(spec.columns)
        if spec.partition:
            assert told["Parameters"]["projection.enabled"] == "true"
            assert all(f"projection.{name}.type" in told["Parameters"] for name in spec.partition)
    assert {spec.layer for spec in registry().values()} >= {"bronze", "silver", "gold"}


def test_defect_14a_no_feature_comes_from_ratings_or_totals_of_the_season() -> None:
    read = set(tables_of((FOLDER / "game_predictions_features.sql").read_text("utf-8")))
    for name in list(read):
        file = FOLDER / f"{name.partition('.')[2]}.sql"
        if file.is_file():
            read |= set(tables_of(file.read_text("utf-8")))
    final = {
        "silver.cbbd_fct_ratings_adjusted", "silver.cbbd_fct_ratings_srs", "silver.cbbd_fct_ratings_elo",
        "silver.cbbd_fct_team_season_stats", "silver.cbbd_fct_player_season_stats", "silver.cbbd_fct_team_leaderboard",
    }  # fmt: skip
    assert final <= set(registry())
    assert not read & final


def test_defect_14b_a_game_is_of_a_conference_because_the_game_says_so(small: CollegeLake) -> None:
    # one of them has left the conference since; a game between two members need not count for it either
    small.offer(
        "games", [game(1, conferenceGame=True), game(2, conferenceGame=False, startDate="2024-12-02T00:30:00.000Z")]
    )
    small.build("gold.game_predictions_features", "gold.team_season_summary")
    told = {row["game_id"]: row["is_conference_game"] for row in small.rows("gold.game_predictions_features")}
    assert told == {"1": True, "2": False}
    (one,) = small.rows("gold.team_season_summary")
    assert (one["wins"], one["conf_wins"]) == (2, 1)


def test_defect_14c_a_game_of_0_to_0_was_not_played(small: CollegeLake) -> None:
    small.offer(
        "games", [game(1), game(2, homePoints=0, awayPoints=0, homePeriodPoints=[0, 0], awayPeriodPoints=[0, 0])]
    )
    small.offer("lines", [{"gameId": 2, "season": 2025, "startDate": START, "lines": [line("A", spread=-3)]}])
    small.build("gold.team_season_summary", "gold.market_lines_analysis", "gold.game_predictions_features")
    (one,) = small.rows("gold.team_season_summary")
    assert (one["games"], one["ppg"]) == (1, 70.0)
    assert small.rows("gold.market_lines_analysis") == []
    labels = [row["team_score"] for row in small.rows("gold.game_predictions_features") if row["game_id"] == "2"]
    assert labels == [None, None]


def test_defect_14d_a_push_is_neither_won_nor_lost(small: CollegeLake) -> None:
    small.offer("games", [game(1)])
    pushed = [line("A", spread=-10, overUnder=130)]
    small.offer("lines", [{"gameId": 1, "season": 2025, "startDate": START, "lines": pushed}])
    small.build("gold.market_lines_analysis", "gold.game_predictions_features")
    (row,) = small.rows("gold.market_lines_analysis")
    assert (row["home_covered"], row["over_hit"], row["ats_result"], row["ou_result"]) == (None, None, "push", "push")
    features = small.rows("gold.game_predictions_features")
    assert [(one["team_covered"], one["went_over"]) for one in features] == [(None, None)] * 2


@pytest.mark.parametrize("order", [1, -1])
def test_defect_14e_which_line_counts_is_no_matter_of_order(small: CollegeLake, order: int) -> None:
    small.offer("games", [game(1)])
    told = [line("teamrankings", spread=-9), line("ESPN BET", spread=-3), line("Bovada", spread=-5)][::order]
    small.offer("lines", [{"gameId": 1, "season": 2025, "startDate": START, "lines": told}])
    small.build("silver.cbbd_game_lines")
    (found,) = small.rows("silver.cbbd_game_lines")
    assert (found["spread"], found["spread_provider"]) == (-3.0, "ESPN BET")


def totals(player: int, **changes: Any) -> dict[str, Any]:
    """A row of `/stats/player/season`: 10 games of 20 minutes, 4 of 10 shots made."""
    return {
        "season": 2025, "teamId": 1, "athleteId": player, "athleteSourceId": f"{player}0", "name": "A", "position": "G",
        "games": 10, "starts": 10, "minutes": 200, "points": 100, "usage": 25.0, "assists": 20, "turnovers": 10,
        "fieldGoals": {"made": 40, "attempted": 100}, "twoPointFieldGoals": {"made": 40, "attempted": 100},
        "threePointFieldGoals": {"made": 0, "attempted": 0}, "freeThrows": {"made": 20, "attempted": 25},
        "rebounds": {"offensive": 10, "defensive": 30, "total": 40}, **changes,
    }  # fmt: skip


def test_defect_14f_recruits_are_known_by_the_id_of_the_player(small: CollegeLake) -> None:
    small.offer("stats_player_season", [totals(5), totals(6)])
    recruit = {
        "year": 2023,
        "stars": 4,
        "rating": 0.93,
        "ranking": 40,
        "name": "A",
        "committedTo": {"id": 1, "name": "One"},
    }
    # the id of the recruit is that of another player
    recruits = [{"id": 6, "athleteId": 5, **recruit}, {"id": 9, "athleteId": 5, **recruit, "year": 2022, "stars": 2}]
    small.offer("recruiting_players", recruits, season=2023)
    small.build("gold.player_season_impact")
    found = {row["player_id"]: row["recruiting_stars"] for row in small.rows("gold.player_season_impact")}
    assert found == {"5": 4, "6": None}


def test_defect_14g_of_all_snapshots_the_newest_counts_once(small: CollegeLake) -> None:
    small.offer("games", [game(1)])
    for day, games in ((date(2025, 1, 1), 9), (date(2025, 1, 8), 10)):
        small.offer("stats_player_season", [totals(5, games=games)], day=day)
        rated = {
            "season": 2025,
            "teamId": 1,
            "offensiveRating": 100.0 + games,
            "defensiveRating": 100.0,
            "netRating": games,
        }
        small.offer("ratings_adjusted", [rated], day=day)
    small.build("gold.player_season_impact", "gold.team_season_summary")
    (player,) = small.rows("gold.player_season_impact")
    assert (player["games"], player["told_on"]) == (10, date(2025, 1, 8))
    (team,) = small.rows("gold.team_season_summary")
    assert team["adj_off_rating"] == 110.0


def test_gold_says_as_of_which_date_it_is(small: CollegeLake) -> None:
    """The date of the last final game, in US Eastern time, whatever is still to be played and whoever played it."""
    tables = ("gold.team_power_rankings", "gold.player_season_impact", "gold.team_season_summary")
    small.offer("stats_player_season", [totals(5)])

    def told() -> list[set[Any]]:
        small.build(*tables)
        return [{row["asof"] for row in small.rows(table)} for table in tables]

    later = game(3, startDate="2025-01-09T00:30:00.000Z", status="scheduled", homePoints=None, awayPoints=None)
    small.offer("games", [game(1), later])
    assert told() == [{date(2024, 11, 30)}] * 3  # half past midnight in UTC is the evening before
    small.offer("games", [game(4, startDate="2024-12-20T01:00:00.000Z")], at=1)
    assert told() == [{date(2024, 12, 19)}] * 3


def test_defect_14h_usage_is_a_share_of_the_plays_while_he_was_on_court(small: CollegeLake) -> None:
    small.offer("games", [game(1)])
    small.offer("games_teams", [box(1, side(70), side(60))])
    own = {
        "athleteId": 701, "athleteSourceId": "50", "name": "A", "minutes": 20, "points": 10, "turnovers": 2,
        "fieldGoals": {"made": 4, "attempted": 10}, "twoPointFieldGoals": {"made": 4, "attempted": 10},
        "threePointFieldGoals": {"made": 0, "attempted": 0}, "freeThrows": {"made": 2, "attempted": 5},
    }  # fmt: skip
    told = {"gameId": 1, "season": 2025, "startDate": START, "teamId": 1, "opponentId": 2}
    small.offer("games_players", [{**told, "players": [own]}])
    small.offer("stats_player_season", [totals(5), totals(6)])
    small.build("gold.player_season_impact")
    found = {
        row["player_id"]: (row["usage_rate"], row["usage_source"]) for row in small.rows("gold.player_season_impact")
    }
    # (10 + 0.44 x 5 + 2) plays in 20 of 40 minutes of a team that had 60 + 0.44 x 6 + 12
    assert found["5"] == (pytest.approx(14.2 * 40 / (20 * 74.64), abs=1e-6), "own")
    assert found["6"] == (0.25, "api")


def test_defect_14i_a_build_that_fails_does_not_exit_with_0(small: CollegeLake) -> None:
    path = name_of("games", 2025, {}, "a" * 64, datetime(2025, 1, 4, tzinfo=UTC).timestamp()).path
    small.store.put(path, b"this is not gzip")
    assert main(["--lake", str(small.folder), "build", "gold.team_season_summary", "--jobs", "1"]) not in (0, 2)


def test_defect_16_bronze_has_every_row_and_every_declared_field(small: CollegeLake) -> None:
    sent = [game(number, gameNotes=f"note {number}", attendance=number) for number in range(1, 8)]
    small.offer("games", sent)
    small.build("silver.cbbd_fct_games")
    found = small.rows("select * from bronze.games order by attendance")
    assert [(row["id"], row["game_notes"], row["home_period_points"]) for row in found] == [
        (str(one["id"]), one["gameNotes"], one["homePeriodPoints"]) for one in sent
    ]


def test_defect_17_built_on_another_day_a_table_holds_each_row_once(small: CollegeLake) -> None:
    for day in (date(2025, 1, 1), date(2025, 1, 2), date(2025, 1, 3)):
        small.offer("games", [game(1), game(2)], day=day)
        small.offer("games_teams", [box(1, side(70), side(60)), box(2, side(70), side(60))], day=day)
        small.build("gold.team_season_summary", "silver.cbbd_fct_team_games")
    assert len(small.rows("silver.cbbd_fct_team_games")) == 4
    assert small.store.paths("silver/cbbd_fct_team_games") == ["silver/cbbd_fct_team_games/season=2025/part-0.parquet"]
    assert small.store.paths("gold/team_season_summary") == ["gold/team_season_summary/season=2025/part-0.parquet"]


def test_defect_17_a_box_of_7_possessions_makes_no_efficiency(small: CollegeLake) -> None:
    small.offer("games", [game(1), game(2, startDate="2024-12-03T00:30:00.000Z")])
    torn = side(70, fieldGoals={"made": 3, "attempted": 6}, twoPointFieldGoals={"made": 3, "attempted": 6},
                threePointFieldGoals={"made": 0, "attempted": 0})  # fmt: skip
    small.offer("games_teams", [box(1, side(70), side(60)), box(2, torn, side(60))])
    small.build("gold.team_season_summary", "gold.team_adjusted_efficiencies")
    (team,) = small.rows("gold.team_season_summary")
    assert (team["games"], team["box_games"], team["off_eff"]) == (2, 1, pytest.approx(100 * 70 / 64.64))
    last = max(small.rows("gold.team_adjusted_efficiencies"), key=lambda row: row["rating_date"])
    assert last["games_played"] == 1
