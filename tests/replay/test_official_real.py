"""The official feed on real games: a season beside its references, and single games with a trap each."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from hooplake.games.official.dumps import parquet_rows
from hooplake.games.official.read import silver_tables
from hooplake.lakehouse import registry
from hooplake.replay.replay import replay
from tools.official_reference import season_rows

Tables = dict[str, pa.Table]
SEASONS = (2011, 2014, 2016, 2019)


@cache
def _rows(data: Path, season: int) -> dict[str, list[pa.Table]]:
    return season_rows(data, season)


@cache
def _game(data: Path, season: int, game_id: str, boxes: bool = True) -> Tables:
    """Silver and gold of one game."""
    rows = {
        kind: [table.filter(pc.equal(table["GAME_ID"].cast(pa.string()), game_id)) for table in tables]
        for kind, tables in _rows(data, season).items()
        if boxes or kind == "plays"
    }
    silver = silver_tables(rows, registry(), league="nba", season=season)
    return {**silver, **replay(silver, registry(), league="nba")}


@pytest.fixture
def nba_stats(real_data: Path) -> Path:
    if not (real_data / "nba_stats").is_dir():
        pytest.skip("no rows of the official feed in the real data")
    return real_data


def _final(tables: Tables, name: str) -> Counter[str]:
    """Sums over the periods of a player."""
    total: Counter[str] = Counter()
    for line in tables["gold.quarter_box_scores"].to_pylist():
        if line["player"] == name:
            total.update({stat: line[stat] for stat in ("points", "ftm", "fta", "pf", "tov", "stl")})
    return total


def _verdict(tables: Tables) -> dict[str, Any]:
    found: dict[str, Any] = tables["gold.box_score_verification"].to_pylist()[0]
    return found


@pytest.mark.parametrize("season", SEASONS)
def test_a_season_is_exact(nba_stats: Path, season: int) -> None:
    silver = silver_tables(_rows(nba_stats, season), registry(), league="nba", season=season)
    gold = replay(silver, registry(), league="nba")
    games = gold["gold.box_score_verification"]
    assert len(games) == 1230
    assert pc.all(games["final_score_match"]).as_py()
    assert set(games["period_scores_match"].to_pylist()) <= {True, None}
    assert games["lineup_status"].unique().to_pylist() == ["complete"]
    # 15 stats less the players' turnovers, which the log has with those of the team
    assert pc.sum(games["team_cells_compared"]).as_py() == 1230 * 2 * 15
    assert pc.sum(games["team_cells_equal"]).as_py() == 1230 * 2 * 15
    left = gold["gold.period_box_differences"].filter(
        pc.not_equal(gold["gold.period_box_differences"]["cause"], "period_boundary")
    )
    stats = Counter("net" if stat == "plus_minus" else "stat" for stat in left["stat"].to_pylist())
    assert stats["stat"] == {2019: 1}.get(season, 0)
    assert stats["net"] <= 65


def test_a_row_that_stands_twice_counts_once(nba_stats: Path) -> None:  # T01
    game = _game(nba_stats, 2016, "0021500036")
    assert _final(game, "Joe Johnson")["points"] == 11
    assert any(rule.startswith("duplicate_play:") for rule in _verdict(game)["repairs"])


def test_a_throw_without_a_name_is_a_miss(nba_stats: Path) -> None:  # T02
    cousins = _final(_game(nba_stats, 2014, "0021300031"), "DeMarcus Cousins")
    assert (cousins["points"], cousins["ftm"], cousins["fta"]) == (24, 6, 9)


def test_a_throw_that_is_thrown_again_is_one_attempt(nba_stats: Path) -> None:
    game = _game(nba_stats, 2011, "0021000365")
    assert "free_throw_thrown_again:1" in _verdict(game)["repairs"]
    assert pc.sum(game["silver.fct_game_teams"]["fta"]).as_py() == sum(
        line["fta"] for line in game["gold.quarter_box_scores"].to_pylist()
    )


def test_file_order_is_the_order_of_play(nba_stats: Path) -> None:  # T03
    plays = _game(nba_stats, 2019, "0021800002")["silver.fct_plays"]
    sequence, elapsed = plays["sequence"].to_pylist(), plays["elapsed_seconds"].to_pylist()
    assert sequence != sorted(sequence)
    assert elapsed == sorted(elapsed)


def test_points_at_both_edges_of_a_period_are_missing_from_its_box(nba_stats: Path) -> None:  # T05
    differences = _game(nba_stats, 2016, "0021500117")["gold.period_box_differences"].to_pylist()
    (cell,) = [one for one in differences if one["stat"] == "points" and "Douglas" in one["player"]]
    assert (cell["period"], cell["cause"], cell["difference"] > 0) == (4, "period_boundary", True)


def test_a_clock_of_sixty_seconds_is_a_minute(nba_stats: Path) -> None:  # T06
    box = _rows(nba_stats, 2019)["boxes"][0]
    odd = pc.sum(pc.ends_with(box["MIN"].cast(pa.string()), ":60")).as_py()
    assert odd > 0
    silver = _game(nba_stats, 2019, "0021800001")["silver.fct_player_periods"]
    assert pc.max(silver["seconds"]).as_py() <= 720


@pytest.mark.parametrize(("season", "game_id"), [(2014, "0021300422"), (2016, "0021500132")])
def test_inferred_starters_have_the_official_minutes(nba_stats: Path, season: int, game_id: str) -> None:  # T07
    game = _game(nba_stats, season, game_id)
    started = [one for one in game["gold.player_stints"].to_pylist() if one["starts_period"] and one["period"] == 4]
    assert Counter(one["team_id"] for one in started).most_common(1)[0][1] == 5
    assert len(started) == 10
    seconds = [one for one in game["gold.period_box_differences"].to_pylist() if one["stat"] == "seconds"]
    assert seconds == []


def test_a_technical_point_counts_for_those_on_court_at_the_technical(nba_stats: Path) -> None:  # T08
    game = _game(nba_stats, 2014, "0021300001")
    (line,) = [
        one
        for one in game["gold.quarter_box_scores"].to_pylist()
        if one["player"] == "Roy Hibbert" and one["period"] == 4
    ]
    assert line["plus_minus"] == 4


def test_nobody_is_named_after_a_team(nba_stats: Path) -> None:  # T09
    players = _game(nba_stats, 2019, "0021800001")["silver.fct_game_players"]
    assert all(len(player) < 10 for player in players["player_id"].to_pylist())


def test_a_coach_is_no_player(nba_stats: Path) -> None:  # T11
    game = _game(nba_stats, 2011, "0021000001")
    (technical,) = [
        one
        for one in game["silver.fct_plays"].to_pylist()
        if one["event"] == "technical_foul" and one["clock"] == "11:06"
    ]
    assert (technical["player1_id"], technical["home"]) == (None, False)
    assert "2614" not in game["silver.fct_game_players"]["player_id"].to_pylist()


def test_an_overtime_in_which_nothing_happens_is_none(nba_stats: Path) -> None:  # T47
    for boxes in (True, False):
        game = _game(nba_stats, 2016, "0021500916", boxes)
        assert game["silver.fct_games"]["periods"].to_pylist() == [4]
        assert max(game["gold.quarter_box_scores"]["period"].to_pylist()) == 4
        verdict = _verdict(game)
        assert (verdict["home_score_generated"], verdict["away_score_generated"]) == (117, 115)
        assert "phantom_period:1" in verdict["repairs"]


def test_an_override_settles_what_the_plays_leave_open(nba_stats: Path) -> None:
    game = _game(nba_stats, 2016, "0021500624", False)
    verdict = _verdict(game)
    assert verdict["lineup_status"] == "complete"
    assert {"override_starter:1", "starter_announced:1"} <= set(verdict["repairs"])
    pierce = [
        one for one in game["gold.quarter_box_scores"].to_pylist() if one["player_id"] == "1718" and one["period"] == 5
    ]
    assert [one["seconds"] for one in pierce] == [300]


def test_a_turnover_of_the_wrong_man_is_corrected(nba_stats: Path) -> None:
    game = _game(nba_stats, 2014, "0021300775")
    assert "override_play:1" in _verdict(game)["repairs"]
    assert (_verdict(game)["team_cells_compared"], _verdict(game)["team_cells_equal"]) == (30, 30)


@pytest.mark.parametrize("season", SEASONS)
def test_running_counts_in_the_texts_are_those_of_the_replay(nba_stats: Path, season: int) -> None:
    """``(4 PTS)`` is the scorer's total: it must be that of the replay after the play."""
    rows = {"plays": [parquet_rows(nba_stats / f"nba_stats/season={season}/playbyplayv2.parquet", "plays")]}
    silver = silver_tables(rows, registry(), league="nba", season=season)
    gold = replay(silver, registry(), league="nba")
    plays = silver["silver.fct_plays"]
    scored = plays.filter(pc.greater(plays["points"], 0)).select(["game_id", "event_num", "player1_id", "description"])
    total = pc.struct_field(pc.extract_regex(scored["description"], r"\((?P<total>\d+) PTS\)"), [0])
    scored = scored.append_column("total", pc.cast(total, pa.int64())).drop_columns(["description"])
    lines = gold["gold.player_snapshots"].select(["game_id", "event_num", "player_id", "points"])
    joined = scored.join(lines, ["game_id", "event_num", "player1_id"], ["game_id", "event_num", "player_id"], "inner")
    assert len(joined) == len(scored)
    wrong = pc.sum(pc.not_equal(joined["total"], pc.cast(joined["points"], pa.int64()))).as_py()
    assert wrong / len(joined) < 0.001
