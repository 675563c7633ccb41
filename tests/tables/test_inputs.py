"""Props, injury reports and rosters in the contexts: as of the tip-off, and worked out by hand."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from hooplake import simulate
from hooplake.build.report import RunReport
from hooplake.config import Settings
from hooplake.lakehouse import open as open_lake
from hooplake.sources.drawer import Drawer
from hooplake.sources.injuries import INJURIES
from hooplake.sources.odds.step import ODDS
from hooplake.sources.rosters import ROSTERS
from tests.tables.lakes import SUMMARIES, TEN, SeasonLake, season
from tests.tables.offers import about, offer, quotes, report, roster

OFFENCE, _, PLAYERS = SUMMARIES
TEAMS, CONTEXTS = TEN[3], TEN[4]
PROPS = "silver.fct_player_props"


def take_in(lake: SeasonLake, drawer: Drawer, *bodies: Any) -> RunReport:
    offer(lake.store, drawer, *bodies)
    done = lake.build()
    assert not done.failures
    return done


def scorers(lake: SeasonLake, games: int) -> tuple[str, str, list[simulate.Game], list[int]]:
    """A player who played in the first games of a team: id, name, the games and his points."""
    rows = sorted(lake.rows(PLAYERS).to_pylist(), key=lambda row: (row["game_date"], row["game_id"]))
    played: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        if not row["is_dnp"] and row["seconds_played"]:
            played.setdefault(row["player_id"], []).append(row)
    found = next(
        mine for mine in played.values() if len(mine) >= games and all(row["points"] > 2 for row in mine[:games])
    )
    by_id = {game.id: game for game in season()}
    return (
        found[0]["player_id"], found[0]["player_full_name"], [by_id[row["game_id"]] for row in found[:games]],
        [row["points"] for row in found[:games]],
    )  # fmt: skip


def test_the_closing_line_is_the_last_before_the_tip_off(season_lake: SeasonLake, tmp_path: Path) -> None:
    lake = season_lake.copy(tmp_path / "lake")
    player, name, games, points = scorers(lake, 4)
    game = games[3]
    lines = [
        (name, "fanduel", 9.5, 3.0), (name, "betmgm", 8.5, 30.0), (name, "betmgm", points[3] + 0.5, 2.0),
        (name, "fanduel", points[3] - 0.5, 0.5), (name, "fanduel", 99.5, -1.0), (name, "draftkings", 98.5, -0.1),
    ]  # fmt: skip
    take_in(lake, ODDS, quotes(game, *lines))
    rows = {(row["book"], row["line"]): row for row in lake.rows(PROPS).to_pylist()}
    assert {row["player_id"] for row in rows.values()} == {player}
    assert {key for key, row in rows.items() if row["closing"]} == {
        ("betmgm", points[3] + 0.5),
        ("fanduel", points[3] - 0.5),
    }
    assert {key for key, row in rows.items() if row["opening"]} == {("betmgm", 8.5), ("fanduel", 9.5)}
    # draftkings comes first in the order of books, but has no line from before the tip-off
    assert {key[0] for key, row in rows.items() if row["chosen"]} == {"fanduel"}
    for table in (PLAYERS, CONTEXTS):
        (row,) = (
            row for row in lake.rows(table).to_pylist() if (row["game_id"], row["player_id"]) == (game.id, player)
        )
        if table == PLAYERS:
            assert (row["points_line"], row["opening_line"], row["points_line_source"]) == (
                points[3] - 0.5,
                9.5,
                "fanduel",
            )
            assert (row["over_under_result"], row["margin"], row["line_movement"]) == ("OVER", 0.5, points[3] - 10)
        else:
            assert (row["current_points_line"], row["has_prop_line"]) == (points[3] - 0.5, True)
        assert not [entry for entry in row["missing"] if entry.startswith("props:")]


def test_the_order_of_books_is_a_setting(season_lake: SeasonLake, tmp_path: Path) -> None:
    lake = season_lake.copy(tmp_path / "lake")
    _, name, games, _ = scorers(lake, 4)
    lines = [(name, book, 20.5, 2.0) for book in ("consensus", "fanduel", "betmgm", "pinnacle")]
    offer(lake.store, ODDS, quotes(games[3], *lines))
    for books, chosen in (("draftkings,fanduel", "fanduel"), ("bovada", "betmgm"), ("consensus,fanduel", "consensus")):
        with open_lake(settings=Settings(lake=str(lake.folder), prop_books=books)) as opened:
            opened.build(PROPS, jobs=1)
        assert {row["book"] for row in lake.rows(PROPS).to_pylist() if row["chosen"]} == {chosen}


def test_results_against_his_own_lines_make_streaks(season_lake: SeasonLake, tmp_path: Path) -> None:
    """Over, under, push, under, no line, then the game that looks back: two under in a row, the push passed over."""
    lake = season_lake.copy(tmp_path / "lake")
    player, name, games, points = scorers(lake, 6)
    moved = [-0.5, 0.5, 0.0, 1.5]
    bodies = [
        quotes(game, (name, "draftkings", scored + by, 2.0))
        for game, scored, by in zip(games, points, moved, strict=False)
    ]
    take_in(
        lake,
        ODDS,
        *bodies,
        quotes(games[5], (name, "draftkings", 20.5, 2.0), (name, "fanduel", 22.5, 1.0)),
    )
    results = {
        row["game_id"]: row["over_under_result"] for row in lake.rows(PLAYERS).to_pylist() if row["player_id"] == player
    }
    assert [results[game.id] for game in games[:5]] == ["OVER", "UNDER", "PUSH", "UNDER", None]
    mine = {row["game_id"]: row for row in lake.rows(CONTEXTS).to_pylist() if row["player_id"] == player}
    assert [mine[game.id]["prop_over_streak"] for game in games] == [0, 1, 0, 0, 0, 0]
    assert [mine[game.id]["prop_under_streak"] for game in games] == [0, 0, 1, 1, 2, 2]
    features = {
        row["game_id"]: row["features"]
        for row in lake.rows(TEN[9]).to_pylist()
        if row["player_id"] == player and row["feature_count"] == 60
    }
    if games[5].id in features:
        assert features[games[5].id][50] == pytest.approx(1.4142, abs=1e-4)  # of 20.5 and 22.5
        assert features[games[5].id][54] == 20.5 - (points[3] + 1.5)


def test_a_late_line_changes_what_reads_it_and_nothing_else(season_lake: SeasonLake, tmp_path: Path) -> None:
    lake = season_lake.copy(tmp_path / "lake")
    _, name, games, points = scorers(lake, 6)
    take_in(lake, ODDS, *(quotes(game, (name, "draftkings", 10.5, 2.0)) for game in games[:5]))
    old = {table: lake.keyed(table) for table in (PLAYERS, CONTEXTS)}
    done = take_in(lake, ODDS, quotes(games[2], (name, "draftkings", points[2] + 5.5, 1.0)))
    assert done.steps["odds"].run == 1
    assert done.steps[PLAYERS].run == 1
    assert done.steps[OFFENCE].run == done.steps[TEAMS].run == 0
    for table in (PLAYERS, CONTEXTS):
        new = lake.keyed(table)
        changed = {key for key in new if new[key] != old[table][key]}
        assert changed
        assert min(key[0] for key in changed) == games[2].date
        if table == PLAYERS:
            assert {key[1] for key in changed} == {games[2].id}
    # after the tip-off nothing of it is read
    done = take_in(lake, ODDS, quotes(games[3], (name, "draftkings", 55.5, -2.0)))
    assert done.steps[PLAYERS].run == 1
    assert {table: done.steps[table].written for table in TEN if done.steps[table].written} == {}
    full = lake.from_nothing(tmp_path / "full")
    assert full.bytes() == lake.bytes()


def test_a_report_counts_from_its_time_until_the_next(season_lake: SeasonLake, tmp_path: Path) -> None:
    lake = season_lake.copy(tmp_path / "lake")
    game = season()[30]
    home = about(game)["home_id"]
    mates = [
        row for row in lake.rows(CONTEXTS).to_pylist()
        if row["game_id"] == game.id and row["team_id"] == home and row["driver_source"] == "RECENT_TEAM"
    ]  # fmt: skip
    names = {row["player_id"]: row["player_full_name"] for row in lake.rows(PLAYERS).to_pylist()}
    ids = [row["player_id"] for row in mates[:4]]
    first = [(ids[0], names[ids[0]], "Out"), (ids[1], names[ids[1]], "Day-To-Day"), (ids[2], names[ids[2]], "Out")]
    later = [(ids[0], names[ids[0]], "Out"), (ids[1], names[ids[1]], "Probable")]
    after = [(ids[0], names[ids[0]], "Probable"), (ids[3], names[ids[3]], "Out")]
    take_in(
        lake,
        INJURIES,
        report(game, 20.0, *first),
        report(game, 3.0, *later),
        report(game, -1.0, *after),
    )
    rows = {
        row["player_id"]: row
        for row in lake.rows(CONTEXTS).to_pylist()
        if row["game_id"] == game.id and row["team_id"] == home
    }
    assert [rows[number]["player_status"] for number in ids] == ["OUT", "PROBABLE", "AVAILABLE", "AVAILABLE"]
    assert [rows[number]["injury_report"] for number in ids] == ["Knee", "Knee", None, None]
    assert rows[ids[3]]["probable_teammates"] == 1
    (team,) = (row for row in lake.rows(TEAMS).to_pylist() if row["game_id"] == game.id and row["team_id"] == home)
    assert (team["players_out_count"], team["questionable_players_count"]) == (1, 0)
    # the page covers the league: of the other team nobody is out
    (other,) = (row for row in lake.rows(TEAMS).to_pylist() if row["game_id"] == game.id and row["team_id"] != home)
    assert (other["players_out_count"], other["starters_out_count"]) == (0, 0)
    # two days on, no report is new enough
    known = {row["game_date"] for row in lake.rows(TEAMS).to_pylist() if row["players_out_count"] is not None}
    assert known
    assert all(0 <= (day - game.date).days <= 2 for day in known)
    reasons = {
        entry for row in lake.rows(TEAMS).to_pylist() if row["players_out_count"] is None for entry in row["missing"] if entry.startswith("inj")
    }  # fmt: skip
    assert "injuries:NOT_COLLECTED" in reasons


def test_a_usage_is_shared_out_among_those_who_are_left(season_lake: SeasonLake, tmp_path: Path) -> None:
    """U10 (1 + V / A), the usage and minutes of the team's players over their last ten games, by hand."""
    lake = season_lake.copy(tmp_path / "lake")
    game = season()[-1]
    home = about(game)["home_id"]
    history: dict[str, list[dict[str, Any]]] = {}
    for row in sorted(lake.rows(PLAYERS).to_pylist(), key=lambda row: (row["game_date"], row["game_id"])):
        if row["team_id"] == home and row["game_date"] < game.date and not row["is_dnp"] and row["seconds_played"]:
            history.setdefault(row["player_id"], []).append(row)
    listed = {
        row["player_id"] for row in lake.rows(CONTEXTS).to_pylist()
        if row["game_id"] == game.id and row["team_id"] == home and row["driver_source"] != "BOX"
    }  # fmt: skip
    weights, usages = {}, {}
    for player in listed:
        last = history.get(player, [])[-10:]
        valid = [row for row in last if row["usage_rate_valid"]]
        if len(last) >= 5 and valid:
            usages[player] = sum(row["usage_rate"] * row["seconds_played"] for row in valid) / sum(
                row["seconds_played"] for row in valid
            )
            weights[player] = usages[player] * sum(row["seconds_played"] for row in last) / len(last)
    out = max(weights, key=lambda player: weights[player])
    names = {row["player_id"]: row["player_full_name"] for row in lake.rows(PLAYERS).to_pylist()}
    take_in(lake, INJURIES, report(game, 2.0, (out, names[out], "Out")))
    left = sum(weight for player, weight in weights.items() if player != out)
    found = {
        row["player_id"]: row["projected_usage_rate"]
        for row in lake.rows(CONTEXTS).to_pylist()
        if row["game_id"] == game.id
    }
    for player, usage in usages.items():
        if player != out:
            assert found[player] == pytest.approx(min(45.0, usage * (1 + weights[out] / left)), abs=0.02)


def test_a_roster_says_who_is_expected_and_how_old_he_is(season_lake: SeasonLake, tmp_path: Path) -> None:
    lake = season_lake.copy(tmp_path / "lake")
    game = season()[20]
    home = about(game)["home_id"]
    recent = [
        row["player_id"] for row in lake.rows(CONTEXTS).to_pylist()
        if row["game_id"] == game.id and row["team_id"] == home and row["driver_source"] == "RECENT_TEAM"
    ]  # fmt: skip
    day = game.date
    born = {
        recent[0]: day.replace(year=day.year - 25), recent[1]: day.replace(year=day.year - 25) + timedelta(days=1),
        "777": day.replace(year=day.year - 19),
    }  # fmt: skip
    take_in(lake, ROSTERS, roster(game, 5, *((number, str(when)) for number, when in born.items())))
    mine = {
        row["player_id"]: row
        for row in lake.rows(CONTEXTS).to_pylist()
        if row["game_id"] == game.id and row["team_id"] == home
    }
    assert {number for number, row in mine.items() if row["driver_source"] == "ROSTER"} == set(born)
    assert not [row for row in mine.values() if row["driver_source"] == "RECENT_TEAM"]
    # birthday today, tomorrow, today
    assert [mine[number]["player_age"] for number in born] == [25, 24, 19]
    earlier = [row for row in lake.rows(CONTEXTS).to_pylist() if row["game_date"] < day]
    assert {row["driver_source"] for row in earlier} == {"RECENT_TEAM", "BOX"}
    with open_lake(settings=Settings(lake=str(lake.folder))) as opened:
        gaps = opened.sql(
            "select distinct gap_class from meta.backfill_grid where table_name = 'upcoming_player_game_context'"
        )
    assert gaps.column(0).to_pylist() == [None]  # the rows that are due are those that are there
