"""Derived tables of college basketball: against real bodies, worked-out values and a simulated league."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from hooplake.simulate import season
from hooplake.simulate.servers.cbbd import CbbdServer
from hooplake.simulate.servers.college import College
from hooplake.tables.college.adjusted import Efficiency, SimpleRating
from tests.sources.lakes import CollegeLake

GOLD = (
    "gold.team_power_rankings", "gold.game_predictions_features", "gold.player_season_impact",
    "gold.market_lines_analysis", "gold.team_season_summary",
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


def game(number: int, **changes: Any) -> dict[str, Any]:
    """A final game of `/games`."""
    return {
        "id": number, "season": 2025, "seasonType": "regular", "gameType": "STD", "status": "final",
        "startDate": "2024-12-01T00:30:00.000Z", "neutralSite": False, "conferenceGame": False, "homeTeamId": 1,
        "awayTeamId": 2, "homePoints": 70, "awayPoints": 60, "homePeriodPoints": [30, 40], "awayPeriodPoints": [30, 30],
        **changes,
    }  # fmt: skip


def line(provider: str, **changes: Any) -> dict[str, Any]:
    return {
        "provider": provider,
        "spread": None,
        "overUnder": None,
        "homeMoneyline": None,
        "awayMoneyline": None,
        **changes,
    }


TEAMS = [{"id": 1, "school": "One"}, {"id": 2, "school": "Two"}]
HISTORY = [
    {"id": 7, "abbreviation": "A-10", "teams": [{"id": 1, "school": "One", "startSeason": 2000, "endSeason": None}]},
    {"id": 8, "abbreviation": "ACC", "teams": [
        {"id": 1, "school": "One", "startSeason": 2025, "endSeason": 2025},
        {"id": 2, "school": "Two", "startSeason": 1990, "endSeason": 2024},
    ]},
]  # fmt: skip


@pytest.fixture
def small(tmp_path: Path) -> CollegeLake:
    found = CollegeLake(tmp_path / "lake")
    found.offer("teams", TEAMS, season=0)
    found.offer("conferences_history", HISTORY, season=0)
    found.offer("teams_season", TEAMS)
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


def test_a_spread_of_nothing_is_zero_only_where_the_moneylines_are_even(small: CollegeLake) -> None:
    small.offer("games", [game(1)])
    rows = [
        line("even", homeMoneyline=-110, awayMoneyline=-110), line("uneven", homeMoneyline=-300, awayMoneyline=240),
        line("none"), line("wrong", spread=-5, homeMoneyline=200, awayMoneyline=-240),
        line("right", spread=-5, homeMoneyline=-240, awayMoneyline=200), line("small", spread=-2.5, homeMoneyline=120, awayMoneyline=-140),
    ]  # fmt: skip
    small.offer("lines", [{"gameId": 1, "season": 2025, "startDate": "2024-12-01T00:30:00.000Z", "lines": rows}])
    small.build("silver.cbbd_game_lines")
    found = {row["provider"]: row for row in small.rows("silver.cbbd_fct_lines")}
    assert {name: row["spread"] for name, row in found.items()} == {
        "even": 0.0, "uneven": None, "none": None, "wrong": -5.0, "right": -5.0, "small": -2.5,
    }  # fmt: skip
    assert {name for name, row in found.items() if row["spread_is_pickem"]} == {"even"}
    assert {name for name, row in found.items() if row["sign_suspect"]} == {"wrong"}
    (chosen,) = small.rows("silver.cbbd_game_lines")
    assert (chosen["spread_provider"], chosen["spread"]) == ("even", 0.0)


def test_the_line_of_a_game_goes_by_a_fixed_order_and_by_what_was_told_before(small: CollegeLake) -> None:
    small.offer("games", [game(1)])
    start = {"gameId": 1, "season": 2025, "startDate": "2024-12-01T00:30:00.000Z"}
    before = [
        line("Bovada", spread=-4, overUnder=140),
        line("ESPN BET", spread=-3, homeMoneyline=-150, awayMoneyline=130),
    ]
    after = [
        line("Bovada", spread=-9, overUnder=150),
        line("ESPN BET", spread=-9, homeMoneyline=-500, awayMoneyline=400),
    ]
    small.offer("lines", [{**start, "lines": before}], day=date(2024, 11, 30))
    small.offer("lines", [{**start, "lines": after}], day=date(2024, 12, 2))
    small.build("silver.cbbd_game_lines")
    (found,) = small.rows("silver.cbbd_game_lines")
    assert (found["spread"], found["spread_provider"]) == (-3.0, "ESPN BET")
    assert (found["over_under"], found["over_under_provider"]) == (140.0, "Bovada")
    assert (found["home_moneyline"], found["line_after_tip"]) == (-150, False)


def test_a_push_is_neither_won_nor_lost(small: CollegeLake) -> None:
    small.offer("games", [game(1), game(2, homePoints=71)])
    rows = [line("A", spread=-10, overUnder=130.0)]
    start = {"season": 2025, "startDate": "2024-12-01T00:30:00.000Z", "lines": rows}
    small.offer("lines", [{"gameId": 1, **start}, {"gameId": 2, **start}])
    small.build("gold.market_lines_analysis")
    push, cover = sorted(small.rows("gold.market_lines_analysis"), key=lambda row: row["game_id"])
    assert (push["ats_result"], push["home_covered"], push["ats_margin"]) == ("push", None, 0.0)
    assert (push["ou_result"], push["over_hit"]) == ("push", None)
    assert (cover["ats_result"], cover["home_covered"], cover["ou_result"], cover["over_hit"]) == (
        "home",
        True,
        "over",
        True,
    )


def test_real_lines_of_a_season(tmp_path: Path, real_data: Path) -> None:
    lake = CollegeLake(tmp_path / "lake")
    sent = duckdb.sql(f"select * from '{real_data}/odds/college_lines_2026.parquet'").to_arrow_table().to_pylist()
    games: dict[str, dict[str, Any]] = {}
    lines: dict[str, list[dict[str, Any]]] = {}
    for row in sent:
        start = (row["startDate"] if "startDate" in row else row["startDate_x"]).replace(" ", "T")[:19] + ".000Z"
        games[row["gameId"]] = game(
            int(float(row["gameId"])), season=2026, startDate=start, homeTeamId=int(float(row["homeTeamId_x"])),
            awayTeamId=int(float(row["awayTeamId_x"])), homePoints=int(float(row["homeScore"])),
            awayPoints=int(float(row["awayScore"])),
        )  # fmt: skip
        told = {name: _number(row[name]) for name in ("spread", "overUnder", "homeMoneyline", "awayMoneyline")}
        lines.setdefault(row["gameId"], []).append({"provider": row["provider"], **told})
    lake.offer("games", list(games.values()), season=2026)
    lake.offer(
        "lines",
        [{"gameId": g["id"], "season": 2026, "startDate": g["startDate"], "lines": lines[k]} for k, g in games.items()],
        season=2026,
    )
    lake.build("gold.market_lines_analysis")
    found = lake.rows("gold.market_lines_analysis")
    assert (len(sent), len(found), len({row["game_id"] for row in found})) == (10_371, 10_290, 5_514)
    assert Counter(row["ats_result"] for row in found) == {"home": 4986, "away": 5191, "push": 95, None: 18}
    assert Counter(row["ou_result"] for row in found) == {"over": 5056, "under": 5163, "push": 52, None: 19}
    margins = [abs(row["ats_margin"]) for row in found if row["ats_margin"] is not None]
    assert sum(margins) / len(margins) == pytest.approx(9.053, abs=0.0005)
    chosen = lake.rows("silver.cbbd_game_lines")
    assert {row["game_id"] for row in lake.rows("silver.cbbd_fct_lines") if row["spread_is_pickem"]} == {
        "213471", "359001", "372148",
    }  # fmt: skip
    assert sum(row["sign_suspect"] for row in lake.rows("silver.cbbd_fct_lines")) == 30
    assert Counter(row["spread_provider"] for row in chosen if row["spread"] is not None) == {
        "Draft Kings": 4286, "ESPN BET": 1234, "Bovada": 33,
    }  # fmt: skip
    assert sum(row["over_under"] is not None for row in chosen) == 5559


def _number(text: str | None) -> float | None:
    return None if text in (None, "", "nan", "None") else float(text)


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


def test_adjusted_efficiency_of_a_league_worked_out_by_hand() -> None:
    # Two teams, four games on neutral floors, one side always scores 110 and the other 90 per 100 possessions.
    us = np.array([0, 1] * 4)
    them = 1 - us
    floor, poss = np.zeros(8), np.full(8, 70.0)
    pts = np.where(us == 0, 77.0, 63.0)
    league = Efficiency(2)
    for part in (slice(0, 2), slice(2, 8)):  # day by day is the same as all at once
        league.add(us[part], them[part], floor[part], pts[part], poss[part])
    off, deff = league.solve()
    # mean 100; each offence explains t, each defence t of the 10 by which its side differs: the ridge of two games
    # against four leaves (4 / (4 + 4 + 2)) of 10 to each
    assert off[:2] == pytest.approx([104, 96])
    assert deff[:2] == pytest.approx([96, 104])
    assert off[2] == deff[2] == pytest.approx(100)


def test_simple_rating_of_a_league_worked_out_by_hand() -> None:
    # One beats the other by 10 four times on a neutral floor: r0 - r1 = 10 x 8 / (8 + 2)
    league = SimpleRating(2)
    league.add(np.zeros(4, int), np.ones(4, int), np.zeros(4), np.full(4, 10.0))
    found = league.solve()
    assert found[:2] == pytest.approx([4, -4])


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
