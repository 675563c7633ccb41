"""College games of the API from their plays on: possessions by hand, and every table of a simulated season."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

import pytest

from hooplake.simulate import season
from hooplake.simulate.season import Game
from hooplake.simulate.servers.cbbd import CbbdServer
from hooplake.simulate.servers.college import College
from tests.sources.lakes import CollegeLake
from tests.tables.college import game
from tests.tables.lakes import TEN

MBB = season("mbb", 2025, days=30, teams=16)
DAYS = sorted({game.date for game in MBB.games})
TODAY = DAYS[-4]
PLAYED = [game for game in MBB.games if game.date < TODAY]


def play(
    period: int, clock: int, kind: str, home: bool, score: tuple[int, int] = (0, 0), text: str = "", **values: Any
) -> dict[str, Any]:
    shot = kind in ("JumpShot", "MadeFreeThrow")
    return {
        "gameId": 1, "season": 2025, "gameStartDate": "2024-12-01T00:30:00.000Z", "playType": kind, "period": period,
        "secondsRemaining": clock, "clock": f"{clock // 60}:{clock % 60:02d}", "isHomeTeam": home,
        "teamId": 1 if home else 2, "homeScore": score[0], "awayScore": score[1], "shootingPlay": shot, "playText": text,
        "participants": [], "onFloor": [], **values,
    }  # fmt: skip


def made(value: int) -> dict[str, Any]:
    return {"scoringPlay": True, "scoreValue": value}


def missed(value: int) -> dict[str, Any]:
    return {"scoringPlay": False, "scoreValue": value}


def offer(lake: CollegeLake, plays: list[dict[str, Any]], **changes: Any) -> list[dict[str, Any]]:
    lake.offer("games", [game(1, **changes)])
    lake.offer("plays_date", [{"id": place, **one} for place, one in enumerate(plays, 1)], what="2024-12-01")
    lake.build("silver.fct_pbp_team_games")
    return sorted(lake.rows("silver.fct_pbp_team_games"), key=lambda row: not row["is_home"])


def test_what_ends_a_possession(small: CollegeLake) -> None:
    plays = [
        play(1, 1180, "JumpShot", True, (2, 0), **made(2)),  # with a free throw in its second: that decides
        play(1, 1180, "MadeFreeThrow", True, (3, 0), "X made Free Throw.", **made(1)),  # home 1
        play(1, 1160, "JumpShot", False, (3, 0), **missed(3)),
        play(1, 1158, "Defensive Rebound", True, (3, 0)),  # away 1
        play(1, 1140, "Lost Ball Turnover", True, (3, 0)),  # home 2
        play(1, 1140, "Steal", False, (3, 0)),  # ends nothing
        play(1, 1120, "MadeFreeThrow", False, (3, 1), "Y made Free Throw.", **made(1)),
        play(1, 1120, "MadeFreeThrow", False, (3, 1), "Y missed Free Throw.", **missed(1)),
        play(1, 1120, "Dead Ball Rebound", False, (3, 1)),  # ends nothing
        play(1, 1118, "Defensive Rebound", True, (3, 1)),  # away 2
        play(1, 1080, "MadeFreeThrow", True, (4, 1), "X makes technical free throw 1 of 1", **made(1)),  # ends nothing
        play(1, 20, "JumpShot", True, (4, 1), **missed(2)),
        play(1, 18, "Offensive Rebound", True, (4, 1)),
        play(1, 0, "JumpShot", True, (4, 1), **missed(2)),
        play(1, 0, "End Period", True, (4, 1)),  # home 3: it has the ball
        play(2, 1140, "JumpShot", False, (4, 4), **made(3)),  # away 3
        play(2, 30, "JumpShot", True, (6, 4), **made(2)),  # home 4, and half a minute for the other side: away 4
        play(2, 0, "End Game", True, (6, 4)),
    ]
    points = {"homePoints": 6, "awayPoints": 4, "homePeriodPoints": [4, 2], "awayPeriodPoints": [1, 3]}
    home, away = offer(small, plays, **points)
    assert (home["own_poss"], away["own_poss"], home["pbp_poss"]) == (4, 4, 4.0)
    assert (home["team_id"], home["pts"], home["opp_pts"], home["minutes"]) == ("1", 6, 4, 40.0)
    assert not home["pbp_ok"]  # 18 plays are no game
    assert (home["pbp_poss_ng"], home["pts_ng"], away["pts_ng"], home["minutes_ng"]) == (4.0, 6, 4, 40.0)


def test_garbage_time_is_told_by_the_lead_before_a_play(small: CollegeLake) -> None:
    plays = [
        play(2, 700, "JumpShot", True, (21, 0), **made(3)),  # still 11 minutes
        play(2, 590, "JumpShot", False, (21, 2), **made(2)),  # 21 ahead with less than 10
        play(2, 400, "Lost Ball Turnover", True, (21, 2)),  # 19 ahead with more than 5
        play(2, 250, "JumpShot", False, (21, 2), **missed(2)),  # 19 ahead with less than 5
        play(2, 248, "Defensive Rebound", True, (21, 2)),
    ]
    home, away = offer(small, plays, homePoints=21, awayPoints=2, homePeriodPoints=[0, 21], awayPeriodPoints=[0, 2])
    assert (home["own_poss"], away["own_poss"]) == (3, 2)  # the home side has the ball at the end
    assert (home["pbp_poss"], home["pbp_poss_ng"]) == (2.5, 1.0)
    assert (home["pts_ng"], away["pts_ng"]) == (3, 0)
    # garbage: from 700 to 590 and from 400 to 248
    assert home["minutes_ng"] == pytest.approx(40 - (110 + 152) / 60, abs=0.005)


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> CollegeLake:
    """Four weeks of a season of 16 teams, four days of which are still to come."""
    found = CollegeLake(tmp_path_factory.mktemp("college") / "lake")
    found.fill(CbbdServer(College([MBB], today=TODAY)), plays=True)
    found.build(*TEN, "gold.team_power_rankings", "gold.team_adjusted_efficiencies")
    return found


def appeared(one: Game, side: int) -> set[str]:
    """Who was on the floor."""
    truth = one.truth
    return {p.id for place, p in enumerate(truth.players) if truth.side(place) == side and truth.appeared[place]}


def timed(one: Game) -> set[str]:
    """Who has minutes in the box, which rounds them to whole ones."""
    truth = one.truth
    return {p.id for place, p in enumerate(truth.players) if (truth.tenths[place] + 300) // 600 > 0}


def expected_players() -> dict[tuple[str, int], set[str]]:
    """Per game and side who is to be looked at before it: of the last five games of the team, and of its box."""
    before: dict[str, list[tuple[date, set[str]]]] = defaultdict(list)
    found = {}
    for one in MBB.games:
        for side, team in enumerate((one.home.id, one.away.id)):
            known = [players for day, players in before[team] if day < one.date][-5:]
            found[one.id, side] = set().union(*known) | (appeared(one, side) if one in PLAYED else set())
            if one in PLAYED:
                before[team].append((one.date, appeared(one, side)))
    return found


def test_all_ten_tables_have_a_row_for_each_that_there_should_be(lake: CollegeLake) -> None:
    looked_at = expected_players()
    opening = DAYS[0] + timedelta(days=21)  # college tables of form begin three weeks into a season
    due = {
        (one.date, player)
        for one in MBB.games
        if one.date >= opening
        for side in (0, 1)
        for player in looked_at[one.id, side]
    }
    due_games = sum(len(players) for (number, _), players in looked_at.items() if MBB.game(number).date >= opening)
    player_days: dict[str, list[date]] = defaultdict(list)
    team_days: dict[str, list[date]] = defaultdict(list)
    for one in PLAYED:
        for player in timed(one):
            player_days[player].append(one.date)
        for team in (one.home.id, one.away.id):
            team_days[team].append(one.date)
    teams_due = {(one.date, team) for one in MBB.games if one.date >= opening for team in (one.home.id, one.away.id)}

    def with_games(rows: set[tuple[date, str]], days: dict[str, list[date]], least: int) -> int:
        return sum(sum(day < on for day in days[name]) >= least for on, name in rows)

    wanted = {
        "gold.player_game_summary": sum(len(appeared(one, side)) for one in PLAYED for side in (0, 1)),
        "gold.team_offense_game_summary": 2 * len(PLAYED),
        "gold.team_defense_game_summary": 2 * len(PLAYED),
        "gold.upcoming_team_game_context": 2 * len(MBB.games),
        "gold.upcoming_player_game_context": sum(map(len, looked_at.values())),
        "gold.player_composite_factors": due_games,
        "gold.ml_feature_store": 2 * due_games,  # two versions of the features
        "gold.player_daily_cache": with_games(due, player_days, 4),
        "gold.player_shot_zone_analysis": with_games(due, player_days, 6),
        "gold.team_defense_zone_analysis": with_games(teams_due, team_days, 8),
    }
    assert set(wanted) == set(TEN)
    condition = "league = 'mbb' and source = 'cbbd' and season = 2025"
    found = {name: lake.rows(f"select count(*) as n from {name} where {condition}")[0]["n"] for name in TEN}
    assert found == wanted
    assert min(found.values()) > 0


def test_summaries_are_the_truth_of_the_games(lake: CollegeLake) -> None:
    rows = lake.rows("select * from gold.player_game_summary where not is_dnp")
    by_name: dict[tuple[str, str], dict[str, Any]] = {(row["game_id"], row["player_full_name"]): row for row in rows}
    college = College([MBB], today=TODAY)
    looked_at = 0
    for number, (one, _) in college.games.items():
        if one not in PLAYED:
            continue
        truth = one.truth
        table = truth.stats()
        for place, player in enumerate(truth.players):
            row = by_name.get((str(number), player.name))
            if row is None or row["points"] is None:
                continue
            points, fgm, fga, fg3m, fg3a, ftm, fta, oreb, dreb, reb, ast, stl, blk, tov, pf = table[place]
            assert (row["points"], row["fg_makes"], row["fg_attempts"]) == (points, fgm, fga)
            assert (row["three_pt_makes"], row["three_pt_attempts"]) == (fg3m, fg3a)
            assert (row["ft_makes"], row["ft_attempts"], row["rebounds"]) == (ftm, fta, reb)
            assert (row["offensive_rebounds"], row["defensive_rebounds"]) == (oreb, dreb)
            assert (row["assists"], row["steals"], row["blocks"], row["turnovers"]) == (ast, stl, blk, tov)
            assert row["personal_fouls"] == pf
            # from the plays: every attempt has its zone, and every make its assister or none
            zones = row["paint_attempts"] + row["mid_range_attempts"] + row["three_attempts_pbp"]
            assert (zones, row["three_makes_pbp"]) == (fga, fg3m)
            assert row["assisted_fg_makes"] + row["unassisted_fg_makes"] == fgm
            looked_at += 1
    assert looked_at > 800


def test_rankings_have_the_columns_of_the_plays(lake: CollegeLake) -> None:
    rows = {row["team_id"]: row for row in lake.rows("gold.team_power_rankings")}
    assert len(rows) == 16
    sums = {
        row["team_id"]: row
        for row in lake.rows(
            """select team_id, count(*) as games, sum(pts) as pts, sum(opp_pts) as opp, sum(pbp_poss) as poss,
            sum(minutes) as minutes, sum(poss) as box from silver.fct_pbp_team_games where pbp_ok group by team_id"""
        )
    }
    for team, row in rows.items():
        of = sums[team]
        assert row["pbp_games"] == row["games_played"] == of["games"]  # the plays of every game are whole
        assert row["pbp_off_eff"] == pytest.approx(100 * float(of["pts"]) / of["poss"], abs=1e-5)
        assert row["pbp_net_eff"] == pytest.approx(100 * (float(of["pts"]) - float(of["opp"])) / of["poss"], abs=1e-5)
        assert row["pbp_pace"] == pytest.approx(40 * of["poss"] / of["minutes"])
        assert of["poss"] == pytest.approx(of["box"], rel=0.02)
        # possessions by plays and by boxes tell the same of a team
        assert row["pbp_adj_net_eff"] == pytest.approx(row["own_adj_net"], abs=1.0)
        # the ratings of the API were fetched long after these games, so they tell nothing of that day
        assert (row["adj_net_rating"], row["srs_source"], row["composite_inputs"]) == (None, "own", 2)
    basis = lake.rows("select basis, count(*) as n from gold.team_adjusted_efficiencies group by basis order by basis")
    assert [row["basis"] for row in basis] == ["box", "pbp"]
    assert basis[0]["n"] == basis[1]["n"]


def test_without_plays_nothing_is_made_up(small: CollegeLake) -> None:
    small.offer("games", [game(1)])
    small.build("gold.team_power_rankings", "gold.team_adjusted_efficiencies", "silver.fct_games")
    (row,) = small.rows("gold.team_power_rankings")
    assert (row["games_played"], row["pbp_games"]) == (1, 0)
    assert {row[f"pbp_{name}"] for name in ("off_eff", "def_eff", "net_eff", "adj_net_eff", "pace")} == {None}
    (told,) = small.rows("silver.fct_games")
    assert (told["status"], told["plays_status"], told["box_status"], told["play_count"]) == (
        "final",
        "absent",
        "absent",
        0,
    )
