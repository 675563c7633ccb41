"""Derived tables of college basketball: against real bodies, worked-out values and a simulated league."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from hooplake.simulate import season
from hooplake.simulate.servers.cbbd import CbbdServer
from hooplake.simulate.servers.college import College
from tests.sources.lakes import CollegeLake
from tests.tables.college import game

GOLD = (
    "gold.team_power_rankings", "gold.game_predictions_features", "gold.player_season_impact",
    "gold.market_lines_analysis", "gold.team_season_summary", "gold.market_lines_history",
    "gold.team_adjusted_efficiencies",
)  # fmt: skip
MBB = season("mbb", 2025, days=24, teams=24)
DAYS = sorted({game.date for game in MBB.games})


def server(today: date = date(2025, 6, 1)) -> CbbdServer:
    return CbbdServer(College([MBB], today=today))


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> CollegeLake:
    found = CollegeLake(tmp_path_factory.mktemp("college") / "lake")
    found.fill(server(today=DAYS[-4]))
    found.build(*GOLD)
    return found


def test_a_season_conference_is_the_spell_that_the_games_name(small: CollegeLake) -> None:
    small.offer("games", [game(1, homeConferenceId=7), game(2, homeConferenceId=7), game(3, homeConferenceId=8)])
    small.build("silver.cbbd_dim_team_seasons")
    (one,) = small.rows("silver.cbbd_dim_team_seasons")  # team 2 has left Division I
    assert (one["team_id"], one["conference"], one["conference_ambiguous"]) == ("1", "A-10", True)


def test_which_games_count_as_played_and_on_which_date(small: CollegeLake) -> None:
    small.offer(
        "games",
        [
            game(1),
            game(2, homePoints=0, awayPoints=0),
            game(3, status="scheduled"),
            game(4, awayTeamId=-1),
            game(5, seasonType="preseason"),
            game(6, homePeriodPoints=[30, 30, 10], startDate="2024-12-01T05:30:00.000Z"),
        ],
    )
    small.build("silver.cbbd_fct_games")
    found = {row["game_id"]: row for row in small.rows("silver.cbbd_fct_games")}
    assert {number for number, row in found.items() if row["is_final"]} == {"1", "6"}
    # half past midnight in London is the evening before in New York
    assert (found["1"]["game_date"], found["6"]["game_date"]) == (date(2024, 11, 30), date(2024, 12, 1))
    assert (found["1"]["minutes"], found["6"]["minutes"]) == (40, 45)
    assert found["4"]["away_team_id"] is None


def test_the_newest_snapshot_counts_and_each_game_once(small: CollegeLake) -> None:
    small.offer("games", [game(1, homePoints=1)], day=date(2025, 1, 1))
    small.offer("games", [game(1, homePoints=71)], day=date(2025, 1, 2))
    small.build("silver.cbbd_fct_games")
    assert [row["home_pts"] for row in small.rows("silver.cbbd_fct_games")] == [71]


def test_the_real_season_of_a_team(tmp_path: Path, real_data: Path) -> None:
    lake = CollegeLake(tmp_path / "lake")
    lake.offer("games", (real_data / "cbbd" / "games.team=Duke.season=2023.json").read_bytes(), season=2023)
    duke = [{"id": 72, "school": "Duke"}]
    lake.offer("teams_season", duke, season=2023)
    spell = {"id": 72, "school": "Duke", "startSeason": 1953, "endSeason": None}
    lake.offer("conferences_history", [{"id": 2, "abbreviation": "ACC", "teams": [spell]}], season=0)
    lake.build("gold.team_season_summary")
    (found,) = lake.rows("gold.team_season_summary")
    assert (found["wins"], found["losses"]) == (27, 9)
    assert (found["conf_wins"], found["conf_losses"], found["conf_tourn_wins"], found["conf_tourn_losses"]) == (
        14,
        6,
        3,
        0,
    )
    assert (found["ppg"], round(found["opp_ppg"], 2)) == (72.0, 63.61)
    minutes = lake.rows("select sum(minutes) as minutes from silver.cbbd_fct_team_games where team_id = '72'")
    assert minutes == [{"minutes": 1445}]


def test_real_boxes_of_both_sides(tmp_path: Path, real_data: Path) -> None:
    lake = CollegeLake(tmp_path / "lake")
    lake.offer("games_teams", (real_data / "cbbd" / "games_teams.rows.json").read_bytes())
    lake.build("silver.cbbd_fct_game_teams")
    found = lake.rows("silver.cbbd_fct_game_teams")
    assert (len(found), len({row["game_id"] for row in found})) == (294, 147)
    for row in found:
        assert 2 * row["fg2m"] + 3 * row["fg3m"] + row["ftm"] == row["pts"]
        assert row["fgm"] == row["fg2m"] + row["fg3m"] <= row["fga"]
        assert row["oreb"] + row["dreb"] == row["reb"]
        if row["possessions_api"]:
            assert 100 * row["pts"] / row["possessions_api"] == pytest.approx(row["rating_api"], abs=0.06)


def test_every_table_of_the_league_has_its_rows(lake: CollegeLake) -> None:
    counts = {table: len(lake.rows(table)) for table in GOLD}
    played = sum(item.date < DAYS[-4] for item in MBB.games)
    assert counts["gold.game_predictions_features"] == 2 * len(MBB.games)
    assert counts["gold.team_season_summary"] == counts["gold.team_power_rankings"] == 24
    games = {row["game_id"] for row in lake.rows("gold.market_lines_analysis")}
    assert len(games) == sum(number % 10 > 0 for number in range(2_500_001, 2_500_001 + played))


def test_a_summary_is_the_sum_of_what_happened(lake: CollegeLake) -> None:
    college = College([MBB], today=DAYS[-4])
    wins: Counter[str] = Counter()
    for number, (item, head) in college.games.items():
        if college.played(item):
            home, away = college.box(number).score
            wins[str(head["homeTeamId"] if home > away else head["awayTeamId"])] += 1
    for row in lake.rows("gold.team_season_summary"):
        assert row["wins"] == wins[row["team_id"]]
        assert row["home_wins"] + row["away_wins"] + row["neutral_wins"] == row["wins"]
        assert row["off_eff"] - row["def_eff"] == pytest.approx(row["net_eff"], abs=1e-5)


def test_usage_adds_up_to_the_five_on_court(lake: CollegeLake) -> None:
    found = [row for row in lake.rows("gold.player_season_impact") if not row["small_sample"]]
    assert {row["usage_source"] for row in found} == {"own"}
    weighted = sum(row["usage_rate"] * row["minutes"] for row in found) / sum(row["minutes"] for row in found)
    assert weighted == pytest.approx(0.2, abs=0.01)
    assert all(row["true_shooting"] is None or 0 <= row["true_shooting"] <= 1.5 for row in found)


def test_nothing_before_a_game_is_of_its_day_or_later(lake: CollegeLake) -> None:
    found = lake.rows("gold.game_predictions_features")
    assert all(row["features_through"] is None or row["features_through"] < row["game_date"] for row in found)
    assert all(row["team_days_rest"] is None or row["team_days_rest"] >= 1 for row in found)
    waiting = [row for row in found if row["status"] == "scheduled"]
    assert waiting
    assert all(row["team_win"] is row["team_score"] is row["team_covered"] is None for row in waiting)


LABELS = ("team_score", "opp_score", "team_win", "team_margin", "team_covered", "went_over", "status")


@pytest.mark.parametrize("which", [3, 9, 15])
def test_what_happens_on_a_day_changes_no_feature_of_that_day_or_before(tmp_path: Path, which: int) -> None:
    day, tables = DAYS[which], ("gold.game_predictions_features",)
    lakes = []
    for turn in range(2):
        lake = CollegeLake(tmp_path / str(turn))
        api = server(today=DAYS[-1])
        for number, (item, _) in api.college.games.items():
            box = api.college.box(number)
            if turn and item.date >= day:  # another game altogether
                other = (box.score[1] + 11, box.score[0])
                teams = tuple(_richer(part) for part in box.teams[::-1])
                api.college.keep({number: box._replace(score=other, teams=(teams[0], teams[1]))})
        lake.fill(api)
        lake.build(*tables)
        lakes.append({(row["game_id"], row["team_id"]): row for row in lake.rows(tables[0])})
    one, two = lakes
    changed = {
        row["game_date"] for key, row in one.items()
        if any(row[name] != two[key][name] for name in row if name not in LABELS)
    }  # fmt: skip
    assert min(changed) > day
    assert any(row["team_score"] != two[key]["team_score"] for key, row in one.items() if row["game_date"] == day)


def _richer(part: bytes) -> bytes:
    stats = json.loads(part)
    stats["turnovers"]["total"] += 5
    stats["points"]["total"] += 11
    return json.dumps(stats).encode()


def test_building_again_from_nothing_gives_the_same_bytes(tmp_path: Path) -> None:
    lakes = []
    for turn in range(2):
        lake = CollegeLake(tmp_path / str(turn))
        api = server(today=DAYS[6])
        if turn == 0:  # day by day
            lake.fill(api)
            lake.build(*GOLD)
        api = server(today=DAYS[9])
        if turn == 1:
            lake.fill(server(today=DAYS[6]))
        _next_day(lake, api)
        lake.build(*GOLD)
        lakes.append({path: lake.store.get(path) for path in lake.store.paths("gold")})
    assert lakes[0] == lakes[1]


def _next_day(lake: CollegeLake, api: CbbdServer) -> None:
    import msgspec

    api._caps = dict.fromkeys(api._caps, 10**9)
    for name in ("games", "games_teams", "games_players", "lines", "stats_team_season", "stats_player_season"):
        lake.offer(name, msgspec.json.encode(api.rows(name, {"season": "2025"})), day=date(2025, 6, 2))
