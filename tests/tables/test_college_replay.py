"""College games of the API from their plays on: possessions by hand, and every table of a simulated season."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sources.lakes import CollegeLake
from tests.tables.college import game


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
