"""Ratings of college teams: what they are made of, and as of when."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from hooplake.simulate import season
from hooplake.simulate.servers.cbbd import CbbdServer
from hooplake.simulate.servers.college import College
from hooplake.tables.college.adjusted import Efficiency, SimpleRating, Tempo
from tests.sources.lakes import CollegeLake
from tests.tables.college import box, game, side

MBB = season("mbb", 2025, days=18, teams=14)


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> CollegeLake:
    found = CollegeLake(tmp_path_factory.mktemp("ratings") / "lake")
    found.fill(CbbdServer(College([MBB], today=date(2025, 6, 1))))
    found.build("gold.team_adjusted_efficiencies")
    return found


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


def test_tempo_of_a_league_worked_out_by_hand() -> None:
    # One pair plays at 80 and another at 60, four games each: t0 = t1 and mu = 70. A pair's games say 2 t = 10; the
    # ridge of two against four games leaves t = 4 x 10 / (2 x 4 + 2) = 4.
    league = Tempo(4)
    for _ in range(4):
        league.add(np.array([0, 2]), np.array([1, 3]), np.array([80.0, 60.0]))
    found = league.solve()
    assert found[:4] == pytest.approx([74, 74, 66, 66])
    assert np.isnan(Tempo(4).solve()).all()


def test_ratings_as_of_a_date_say_how_fast_and_against_whom(lake: CollegeLake) -> None:
    found = lake.rows("gold.team_adjusted_efficiencies")
    teams = {row["team_id"] for row in lake.rows("silver.cbbd_dim_team_seasons")}
    last = {row["team_id"]: row for row in sorted(found, key=lambda row: row["rating_date"])}
    games = lake.rows("select * from silver.cbbd_fct_team_games where box_ok")
    assert len(last) == 14
    for team, row in last.items():
        own = [one for one in games if one["team_id"] == team]
        assert row["games_played"] == len(own)
        met = [last[one["opponent_id"]] for one in own if one["opponent_id"] in teams]
        assert len(met) == len(own)
        assert row["sos_oe"] == pytest.approx(sum(one["adj_oe"] for one in met) / len(met), abs=1e-3)
        assert row["sos_de"] == pytest.approx(sum(one["adj_de"] for one in met) / len(met), abs=1e-3)
        scored, possessions = sum(one["pts"] for one in own), sum(one["poss"] for one in own)
        assert row["raw_oe"] == pytest.approx(100 * scored / possessions, abs=1e-3)
        assert row["adj_margin"] == pytest.approx(row["adj_oe"] - row["adj_de"], abs=2e-4)
        ours, theirs = row["adj_oe"] ** 11.5, row["adj_de"] ** 11.5
        assert row["barthag"] == pytest.approx(ours / (ours + theirs), abs=1e-4)
    paces = [row["adj_tempo"] for row in last.values()]
    played = sum(40 * one["poss"] / one["minutes"] for one in games) / len(games)
    assert sum(paces) / len(paces) == pytest.approx(played, abs=1.5)


def test_a_game_whose_boxes_do_not_add_up_is_played_and_left_out_of_efficiency(small: CollegeLake) -> None:
    periods = {"homePeriodPoints": [30, 40], "awayPeriodPoints": [30, 30]}
    small.offer(
        "games", [game(n, startDate=f"2024-12-{n:02d}T00:30:00.000Z", **periods) for n in range(1, 6)]
        + [game(6, startDate="2024-12-06T00:30:00.000Z", homePeriodPoints=[30, 39], awayPeriodPoints=[30, 30])],
    )  # fmt: skip
    small.offer(
        "games_teams",
        [
            box(1, side(70), side(60)),
            box(2, side(70, rebounds={"offensive": 10, "defensive": 25, "total": 36}), side(60)),
            box(3, side(70), side(60, points={"total": 62})),
            box(4, side(72), side(60)),  # adds up, to another score than that of the game
            box(5, side(70, freeThrows={"made": 4, "attempted": 3}), side(60)),
            box(6, side(70), side(60)),  # the periods of the game lack a point
        ],
    )
    small.build("gold.team_season_summary")
    found = small.rows("select game_id, has_box, box_ok, poss from silver.cbbd_fct_team_games where is_home")
    assert {row["game_id"] for row in found if row["box_ok"]} == {"1"}
    assert all(row["has_box"] for row in found)
    (one,) = small.rows("gold.team_season_summary")
    # 60 + 0.44 x 6 - 10 + 12 = 64.64 possessions of either side
    assert (one["games"], one["wins"], one["box_games"], one["off_eff"]) == (6, 6, 1, pytest.approx(100 * 70 / 64.64))
    assert (one["tov_ratio"], one["oreb_pct"]) == (
        pytest.approx(12 / 64.64, abs=1e-6),
        pytest.approx(10 / 35, abs=1e-6),
    )


def test_a_rating_of_the_api_counts_from_the_day_on_which_it_was_told(small: CollegeLake) -> None:
    played, waiting = game(1), game(2, status="scheduled", startDate="2024-12-20T00:30:00.000Z", homePoints=None)
    small.offer("games", [played, waiting], day=date(2024, 12, 2))
    for day, rating in ((date(2024, 12, 1), 101.0), (date(2024, 12, 9), 120.0)):
        told = {
            "season": 2025,
            "teamId": 1,
            "offensiveRating": rating,
            "defensiveRating": 95.0,
            "netRating": rating - 95,
        }
        small.offer("ratings_adjusted", [told], day=day)
    small.build("gold.team_season_summary")
    (one,) = small.rows("gold.team_season_summary")
    # the game of 30 November is the last; what was told nine days later may know of games that the table does not
    assert (one["adj_off_rating"], one["srs_rating"], one["srs_source"]) == (101.0, None, None)
    small.offer("games", [played, {**waiting, "status": "cancelled"}], day=date(2024, 12, 21))
    small.build("gold.team_season_summary")
    (one,) = small.rows("gold.team_season_summary")
    assert one["adj_off_rating"] == 120.0  # the season is over
