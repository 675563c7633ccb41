"""Boxes of games and of periods, game logs, line scores."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import pytest

from tests.games.official.feeds import AWAY, GAME, HOME, both_teams, opening, player, row, silver

_ZERO = dict.fromkeys(
    ("FGM", "FGA", "FG3M", "FG3A", "FTM", "FTA", "OREB", "DREB", "REB", "AST", "STL", "BLK", "TO", "PF", "PTS"), "0"
)


def _box(*lines: dict[str, object]) -> pa.Table:
    rows = [
        {"GAME_ID": GAME, "TEAM_ID": HOME, **_ZERO, "PLUS_MINUS": "0.0", "START_POSITION": None, **one} for one in lines
    ]
    names = sorted({name for one in rows for name in one})
    return pa.table(
        {
            name: pa.array([None if (v := one.get(name)) is None else str(v) for one in rows], pa.string())
            for name in names
        }
    )


PLAYS = [*opening(), *both_teams()]


def test_a_box_of_a_period_is_kept_apart_from_that_of_the_game() -> None:
    box = _box(
        {"PLAYER_ID": player("h1"), "PLAYER_NAME": "One Man", "PERIOD": 1, "MIN": "11:60", "PTS": "4", "PLUS_MINUS": "8.0", "START_POSITION": "F"},
        {"PLAYER_ID": player("h9"), "PLAYER_NAME": "Nine Man", "PERIOD": 2, "MIN": "0:05", "PTS": "0", "PLUS_MINUS": "-3.0"},
    )  # fmt: skip
    made = silver(PLAYS, boxes=[box])
    periods = made["silver.fct_player_periods"].to_pylist()
    assert [(p["player_id"], p["period"], p["seconds"], p["points"], p["plus_minus"]) for p in periods] == [
        ("101", 1, 720.0, 4, 8),  # T06: "11:60" is twelve minutes
        ("109", 2, 5.0, 0, -3),
    ]
    players = {p["player_id"]: p for p in made["silver.fct_game_players"].to_pylist()}
    assert sorted(players) == ["101", "109", "201"]
    assert (players["101"]["starter"], players["109"]["starter"], players["101"]["points"]) == (True, False, None)
    assert players["109"]["player"] == "Nine Man"
    assert not players["109"]["did_not_play"]
    assert made["silver.fct_games"]["box_status"].to_pylist() == ["absent"]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("45:58", 2758), ("12:00", 720), ("12:01", 721), ("48:00", 2880), ("60:17", 3617), ("11:60", 720), ("0:07", 7),
        ("34", 2040), ("34.5", 2070), ("33.000000:12", 1992), ("--", None), ("a lot", None),
    ],
)  # fmt: skip
def test_minutes_of_players_go_beyond_those_of_a_period(text: str, seconds: float | None) -> None:
    """A clock of a period ends at 12:00; a player is on court for most of a game, and in overtime for more."""
    box = _box({"PLAYER_ID": player("h1"), "PLAYER_NAME": "One Man", "MIN": text, "PTS": "20"})
    players = {p["player_id"]: p for p in silver(PLAYS, boxes=[box])["silver.fct_game_players"].to_pylist()}
    assert players["101"]["seconds"] == seconds
    assert players["101"]["points"] == 20


def test_a_box_of_the_game_gives_the_lines_of_the_players() -> None:
    box = _box(
        {"PLAYER_ID": player("h1"), "PLAYER_NAME": "One Man", "MIN": "33.000000:12", "PTS": "20", "FGM": "8", "FGA": "16", "PLUS_MINUS": "8", "START_POSITION": "G"},
        {"PLAYER_ID": player("h8"), "PLAYER_NAME": "Eight Man", "MIN": None, "COMMENT": "DNP - Coach's Decision", **dict.fromkeys(_ZERO), "PLUS_MINUS": None},
    )  # fmt: skip
    made = silver(PLAYS, boxes=[box])
    players = {p["player_id"]: p for p in made["silver.fct_game_players"].to_pylist()}
    assert (
        players["101"]["seconds"],
        players["101"]["points"],
        players["101"]["fga"],
        players["101"]["plus_minus"],
    ) == (1992, 20, 16, 8)
    assert (players["108"]["did_not_play"], players["108"]["reason"], players["108"]["points"]) == (
        True,
        "DNP - Coach's Decision",
        None,
    )
    assert made["silver.fct_games"]["box_status"].to_pylist() == ["full"]


def test_of_two_lines_of_one_player_the_last_received_stands() -> None:
    first = _box({"PLAYER_ID": player("h1"), "PERIOD": 1, "MIN": "5:00", "PTS": "2"})
    later = _box({"PLAYER_ID": player("h1"), "PERIOD": 1, "MIN": "5:00", "PTS": "3"})
    assert silver(PLAYS, boxes=[first, later])["silver.fct_player_periods"]["points"].to_pylist() == [3]


@pytest.mark.parametrize("sides", [("HOME", "ROAD"), ("home", "away"), ("HOME", "VISITOR")])
def test_a_log_with_both_teams_in_a_row(sides: tuple[str, str]) -> None:
    values = {"game_id": "21800001", "game_date": "2018-10-16"}
    for side, team, points, turnovers in ((sides[0], HOME, "105", "14"), (sides[1], AWAY, "87", "16")):
        values |= {f"team_id_{side}": team, f"pts_{side}": points, f"tov_{side}": turnovers, f"fgm_{side}": "42.0"}
    log = pa.table({name.upper(): [value] for name, value in values.items()})
    made = silver(PLAYS, logs=[log])
    game = made["silver.fct_games"].to_pylist()[0]
    assert (game["game_date"], game["home_score"], game["away_score"], game["played"]) == (
        date(2018, 10, 16),
        105,
        87,
        True,
    )
    assert game["winner_team_id"] == HOME
    assert made["silver.fct_plays"]["game_date"].unique().to_pylist() == [date(2018, 10, 16)]
    totals = {t["team_id"]: t for t in made["silver.fct_game_teams"].to_pylist()}
    # a log's turnovers include those of the team itself
    assert (totals[HOME]["points"], totals[HOME]["tov"], totals[HOME]["total_turnovers"], totals[HOME]["fgm"]) == (
        105,
        None,
        14,
        42,
    )
    assert totals[AWAY]["opponent_team_id"] == HOME


def test_a_log_with_a_row_for_each_team() -> None:
    log = pa.table(
        {
            "GAME_ID": [GAME, GAME],
            "TEAM_ID": [AWAY, HOME],
            "MATCHUP": ["PHI @ BOS", "BOS vs. PHI"],
            "GAME_DATE": ["OCT 16, 2018", "OCT 16, 2018"],
            "PTS": ["87", "105"],
        }
    )
    game = silver(PLAYS, logs=[log])["silver.fct_games"].to_pylist()[0]
    assert (game["game_date"], game["home_score"], game["away_score"]) == (date(2018, 10, 16), 105, 87)


def test_without_a_log_the_date_is_not_known_and_the_score_is_the_stated_one() -> None:
    rows = [*PLAYS, row(1, 1, period=4, clock="0:10", p1="h1", home="One (2 PTS)", score="87 - 105"), row(13, period=4, clock="0:00", score="87 - 105")]  # fmt: skip
    game = silver(rows)["silver.fct_games"].to_pylist()[0]
    assert (game["game_date"], game["home_score"], game["away_score"], game["played"]) == (None, 105, 87, True)
    assert (game["home_team"], game["home_abbr"], game["away_team"]) == ("Boston Celtics", "BOS", "Philadelphia 76ers")
    assert game["season_type"] == 2


def test_wall_clocks_are_times_of_day_in_the_east_and_need_a_date() -> None:
    texts = ["10:57 PM", "11:40 PM", None, "12:05 AM", "1:18 AM"]
    rows = [one | {"WCTIMESTRING": text} for one, text in zip([*PLAYS, *both_teams()], texts, strict=False)]
    log = pa.table({"GAME_ID": [GAME], "GAME_DATE": ["2018-10-16"], "TEAM_ID": [HOME], "MATCHUP": ["BOS vs. PHI"]})
    assert silver(rows)["silver.fct_plays"]["wallclock"].null_count == 5
    made = silver(rows, logs=[log])
    assert [str(wall)[:16] if wall else None for wall in made["silver.fct_plays"]["wallclock"].to_pylist()] == [
        "2018-10-17 02:57", "2018-10-17 03:40", "2018-10-17 04:05", None, "2018-10-17 05:18",
    ]  # fmt: skip
    game = made["silver.fct_games"].to_pylist()[0]
    assert (str(game["first_play_utc"])[:16], str(game["last_play_utc"])[:16]) == (
        "2018-10-17 02:57",
        "2018-10-17 05:18",
    )


def test_a_line_score_is_taken_whole_or_not_at_all() -> None:
    def line(overtime: str) -> pa.Table:
        values = {"GAME_ID": GAME}
        for side, team in (("HOME", HOME), ("ROAD", AWAY)):
            values |= {f"TEAM_ID_{side}": team, f"PTS_OT_TOTAL_{side}": overtime, f"PTS_{side}": "999"}
            values |= {f"PTS_QTR{n}_{side}": str(20 + n) for n in range(1, 5)}
        return pa.table({name: [value] for name, value in values.items()})

    def made(last: int, overtime: str) -> list[tuple[str, int, int]]:
        rows = [*PLAYS, *(row(13, period=n, clock="0:00") for n in range(2, last + 1))]
        rows += [row(2, 1, period=last, clock="0:00", p1="h1", home="MISS One")]
        found = silver(rows, lines=[line(overtime)])["silver.fct_game_periods"].to_pylist()
        return [(one["team_id"], one["period"], one["points"]) for one in found if one["home"]]

    quarters = [(HOME, n, 20 + n) for n in range(1, 5)]
    assert made(4, "0") == quarters
    assert made(4, "-1") == quarters  # a sum that makes no sense belongs to no period
    assert made(5, "9") == [*quarters, (HOME, 5, 9)]
    assert made(6, "19") == []  # two overtimes, of which the sum alone is known


def test_what_no_box_can_hold_is_not_known() -> None:
    box = _box(
        {"PLAYER_ID": player("h1"), "MIN": "12:00", "PTS": "70000", "FGM": "4.5", "AST": "1e400", "REB": "nan", "STL": "3.0"},
        {"PLAYER_ID": player("h2"), "MIN": "12:00", "PERIOD": 70000, "PTS": "4"},
        {"PLAYER_ID": player("h3"), "MIN": "12:00", "PERIOD": "99999999999999999999", "PTS": "4"},
    )  # fmt: skip
    made = silver(PLAYS, boxes=[box])
    lines = {line["player_id"]: line for line in made["silver.fct_game_players"].to_pylist()}
    one = lines[player("h1")]
    assert [one[name] for name in ("points", "fgm", "ast", "reb", "stl")] == [None, None, None, None, 3]
    assert [row["period"] for row in made["silver.fct_player_periods"].to_pylist() if row["period"] > 20] == []


@pytest.mark.parametrize(("points", "found"), [("24", {HOME: 24, AWAY: 30}), ("70000", {})])
def test_points_of_a_period_that_no_game_has_are_not_known(points: str, found: dict[str, int]) -> None:
    line = {"GAME_ID": [GAME, GAME], "TEAM_ID": [HOME, AWAY], "HOME": ["1", "0"], "PTS_QTR1": [points, "30"]}
    made = silver(PLAYS, lines=[pa.table(line)])
    assert {row["team_id"]: row["points"] for row in made["silver.fct_game_periods"].to_pylist()} == found
