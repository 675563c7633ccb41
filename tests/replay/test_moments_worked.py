"""Worked examples: 401705050, DEN 122 at SA 111 after overtime, every figure counted from the document by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise

import pytest

from hooplake.games.model import STATS
from hooplake.replay.moments.answers import StatLine
from hooplake.replay.moments.game import GameView
from hooplake.replay.moments.names import Player


def show(line: StatLine, *stats: str) -> tuple[int, ...]:
    return tuple(getattr(line, stat) for stat in stats)


def names(five: tuple[Player, ...] | None) -> set[str]:
    assert five is not None
    return {str(player).split(" ", 1)[1] for player in five}


def test_score_at_a_clock(den_at_sa: GameView) -> None:
    score = den_at_sa.score_at("Q3 7:32")
    assert (score.home, score.home_score, score.away, score.away_score) == ("SA", 69, "DEN", 59)
    assert (score.event_num, score.period, score.clock, score.elapsed_seconds) == (272, 3, "7:32", 1708.0)
    assert str(score) == "DEN 59 at SA 69, Q3 7:32"
    state = den_at_sa.state_at("3rd 7:32")
    assert (state.event, state.description) == ("defensive_rebound", "Nikola Jokic defensive rebound")
    assert state.possession == "away"


def test_box_at_a_clock(den_at_sa: GameView) -> None:
    box = den_at_sa.box_at("Q3 7:32")
    columns = ("points", "fgm", "fga", "fg3m", "fg3a", "ftm", "fta", "reb", "oreb", "ast", "tov", "stl", "blk", "pf")
    assert show(box["Jokic"], *columns) == (23, 10, 20, 1, 6, 2, 2, 4, 2, 6, 2, 1, 2, 1)
    assert show(box["Wembanyama"], *columns) == (14, 5, 10, 1, 6, 3, 3, 14, 0, 3, 2, 0, 2, 2)
    assert len(box.home_lines) + len(box.away_lines) == len(box.lines) == len(den_at_sa.players)
    unused = box["Mamukelashvili"]
    assert show(unused, *STATS) == (0,) * 15
    assert (unused.seconds, unused.minutes, unused.plus_minus, unused.on_court) == (0.0, 0.0, 0, False)


@pytest.mark.parametrize(
    ("event", "side"),
    [
        (0, "away"),  # the jump ball goes to Westbrook
        (2, "away"),  # Jokic misses, and DEN rebounds
        (5, "home"),  # Wembanyama's rebound
        (6, "away"),  # Vassell's bad pass
        (7, "home"),  # Murray's basket
        (11, "home"),  # Wembanyama's basket and foul drawn: the free throw is to come
        (13, "away"),
        (24, "home"),  # a timeout of DEN, the ball is SA's
        (50, "away"),  # the first of two free throws
        (84, "away"),  # a double technical foul before two free throws
        (123, None),  # the end of the period
        ("start Q2", None),
        ("start", None),
        (528, None),
    ],
)
def test_who_has_the_ball(den_at_sa: GameView, event: int | str, side: str | None) -> None:
    assert den_at_sa.state_at(event).possession == side


def test_on_court_at_a_clock(den_at_sa: GameView) -> None:
    court = den_at_sa.on_court("Q3 7:32")
    assert names(court.home) == {"Paul", "Vassell", "Barnes", "Sochan", "Wembanyama"}
    assert names(court.away) == {"Braun", "Murray", "Porter Jr.", "Jokic", "Westbrook"}
    box = den_at_sa.box_at("Q3 7:32")
    assert {line.player_id for line in box.home_lines if line.on_court} == {
        player.player_id for player in court.home or ()
    }


@pytest.mark.parametrize("when", ["half", "halftime", "end Q2", "Q2 0:00", "end of the 2nd quarter", 234, "#234"])
def test_half_time(den_at_sa: GameView, when: int | str) -> None:
    box = den_at_sa.box_at(when)
    assert (box.home_score, box.away_score, box.event_num) == (55, 54, 234)
    assert show(box["Jokic"], "points", "reb", "ast") == (18, 2, 6)
    assert show(box["Wembanyama"], "points", "reb", "ast") == (14, 12, 1)


def test_quarter_boxes_of_a_player(den_at_sa: GameView) -> None:
    lines = [den_at_sa.quarter_box(period)["Jokic"] for period in ("Q1", "Q2", 3, "4th", "OT")]
    assert [line.points for line in lines] == [14, 4, 13, 6, 9]
    assert [show(line, "fgm", "fga") for line in lines] == [(6, 13), (2, 3), (5, 10), (2, 4), (4, 5)]
    whole = den_at_sa.quarter_box("game")["Jokic"]
    assert show(whole, "points", "fgm", "fga") == (46, 19, 35)
    assert den_at_sa.quarter_box("first half")["Jokic"].points == 18
    assert den_at_sa.quarter_box("overtime") == den_at_sa.quarter_box("OT")
    assert den_at_sa.between("start Q3", "end Q3")["Jokic"] == lines[2]


def test_line_score(den_at_sa: GameView) -> None:
    rows = den_at_sa.line_score()
    assert [row.period_name for row in rows] == ["Q1", "Q2", "Q3", "Q4", "OT"]
    assert [row.home_points for row in rows] == [27, 28, 37, 16, 3]
    assert [row.away_points for row in rows] == [30, 24, 27, 27, 14]


@pytest.mark.parametrize(
    ("period", "away"),
    [
        (2, {"Braun", "Jordan", "Murray", "Strawther", "Watson"}),
        (4, {"Jordan", "Murray", "Strawther", "Porter Jr.", "Watson"}),
    ],
)
def test_starters_of_later_periods(den_at_sa: GameView, period: int, away: set[str]) -> None:
    starters = den_at_sa.starters(period)
    assert names(starters.home) == {"Barnes", "Johnson", "Castle", "Jones", "Wembanyama"}
    assert names(starters.away) == away


def test_seconds_and_plus_minus_after_each_period(den_at_sa: GameView) -> None:
    boxes = [den_at_sa.box_at(f"end {period}") for period in ("Q1", "Q2", "Q3", "Q4", "OT")]
    jokic = [(box["Jokic"].seconds, box["Jokic"].plus_minus) for box in boxes]
    wembanyama = [(box["Wembanyama"].seconds, box["Wembanyama"].plus_minus) for box in boxes]
    assert jokic == [(720, 3), (1169, 3), (1889, -7), (2299, -4), (2599, 7)]
    assert wembanyama == [(216, 0), (857, 6), (1460, 17), (2040, 11), (2340, 0)]
    assert boxes[-1]["Jokic"].minutes == 43.32


def test_time_runs_on_between_two_events(den_at_sa: GameView) -> None:
    # events 272 and 273 are at 7:32 and 7:22; Jokic is on court
    lines = [den_at_sa.box_at(when)["Jokic"] for when in ("Q3 7:32", "Q3 7:25", "Q3 7:22.1", 272)]
    assert [line.seconds for line in lines] == [1437.0, 1444.0, 1446.9, 1437.0]
    assert den_at_sa.between("Q3 7:32", "Q3 7:25")["Jokic"].seconds == 7.0


def test_nth_point(den_at_sa: GameView) -> None:
    jokic, wembanyama = den_at_sa.nth_point("Jokic", 20), den_at_sa.nth_point("Wembanyama", 20)
    assert jokic is not None
    assert (jokic.event_num, jokic.period, jokic.clock, jokic.points_before, jokic.points_after) == (
        242,
        3,
        "10:54",
        18,
        21,
    )
    assert wembanyama is not None
    assert (wembanyama.event_num, wembanyama.period, wembanyama.clock) == (429, 4, "4:58")
    assert den_at_sa.nth_point("Jokic", 46) is not None
    assert den_at_sa.nth_point("Jokic", 47) is None


def test_leads_and_ties(den_at_sa: GameView) -> None:
    first = den_at_sa.first_lead()
    assert first is not None
    assert (first.event_num, first.clock, first.away_score, first.home_score) == (7, "11:06", 2, 0)
    assert len(den_at_sa.lead_changes()) == 14
    assert len(den_at_sa.ties()) == 10
    home, away = den_at_sa.largest_lead("SA"), den_at_sa.largest_lead("DEN")
    assert home is not None
    assert (home.margin, home.event_num, home.period, home.clock) == (12, 257, 3, "9:09")
    assert away is not None
    assert (away.margin, away.event_num, away.period, away.clock) == (-11, 524, 5, "0:24.1")
    time = den_at_sa.time_leading()
    assert time.home_seconds + time.away_seconds + time.tied_seconds == 3180


def test_longest_unanswered_run(den_at_sa: GameView) -> None:
    run = den_at_sa.biggest_run()
    assert run is not None
    assert (run.team, run.points, run.start_event, run.end_event) == ("DEN", 9, 89, 114)
    assert (run.start_period, run.start_clock, run.end_period, run.end_clock) == (1, "3:08", 1, "0:46.1")
    assert run in den_at_sa.runs(9)
    assert [run.points for run in den_at_sa.runs(8)] == [8, 8, 9, 8]


def test_end_of_regulation(den_at_sa: GameView) -> None:
    score = den_at_sa.score_at("regulation")
    assert (score.home_score, score.away_score, score.event_num) == (108, 108, 477)
    assert den_at_sa.score_at("end Q4") == score


def test_last_two_minutes(den_at_sa: GameView) -> None:
    span = den_at_sa.between("Q4 2:00", "end Q4")
    assert (span.away_points, span.home_points) == (4, 2)
    assert len(den_at_sa.plays(start="Q4 2:00", end="end Q4")) == 24
    assert sum(line.points for line in span.lines) == 6


def test_clutch(den_at_sa: GameView) -> None:
    clutch = den_at_sa.clutch()
    points = {line.player: line.points for line in clutch.lines if line.points >= 3}
    assert points == {
        "Nikola Jokic": 10, "Devin Vassell": 4, "Victor Wembanyama": 3, "Michael Porter Jr.": 3, "Russell Westbrook": 3,
    }  # fmt: skip
    assert clutch.home_points == sum(line.points for line in clutch.lines if line.home)
    assert clutch.away_points == sum(line.points for line in clutch.lines if not line.home)
    # five minutes of Q4 and those of overtime until DEN led by six
    assert clutch.seconds == clutch["Jokic"].seconds
    assert den_at_sa.garbage_time().events == 0


@pytest.mark.parametrize(
    "when",
    [
        "2025-01-05T02:00:00Z",
        "2025-01-05 02:00:00",
        "2025-01-04T21:00:00-05:00",
        datetime(2025, 1, 5, 2, tzinfo=UTC),
        datetime(2025, 1, 5, 2),
        datetime(2025, 1, 4, 21, tzinfo=timezone(timedelta(hours=-5))),
    ],
)
def test_at_a_time_of_day(den_at_sa: GameView, when: str | datetime) -> None:
    state = den_at_sa.state_at(when)
    assert (state.home_score, state.away_score, str(den_at_sa.moment(when)), state.event_num) == (
        48,
        48,
        "Q2 2:52",
        211,
    )


def test_what_no_player_did(den_at_sa: GameView) -> None:
    home, away = den_at_sa.team_box()
    assert (away.abbr, away.team_oreb, away.team_dreb, away.team_tov) == ("DEN", 7, 2, 0)
    assert (home.abbr, home.team_oreb, home.team_dreb, home.team_tov) == ("SA", 6, 0, 2)
    assert (home.score, home.points, home.unattributed_points) == (111, 111, 0)
    # SA: 104 shots - 13 offensive rebounds + 12 + 2 turnovers + 0.44 x 18 free throws
    assert home.possessions == 112.92
    assert home.pace == away.pace == 101.5  # 48 x (112.92 + 111.12) / 2 / 53
    assert (home.possessions_counted, away.possessions_counted) == (109, 108)


def test_before_the_first_event(den_at_sa: GameView) -> None:
    box = den_at_sa.box_at("start")
    assert (box.home_score, box.away_score, box.event_num, box.clock) == (0, 0, -1, "12:00")
    assert all(show(line, *STATS) == (0,) * 15 and line.seconds == 0 and line.plus_minus == 0 for line in box.lines)
    assert names(den_at_sa.on_court("start").home) == {"Paul", "Vassell", "Barnes", "Sochan", "Wembanyama"}
    state = den_at_sa.state_at("start")
    assert (state.event, state.description, state.possession) == (None, None, None)


def test_verdict_and_summary(den_at_sa: GameView) -> None:
    verdict = den_at_sa.verify()
    assert verdict is not None
    assert (verdict.quality_grade, verdict.cells_compared, verdict.cells_equal) == ("A", 405, 405)
    assert list(verdict.differences) == []
    assert verdict.facts["causes"] == {}
    summary = den_at_sa.summary()
    assert (summary.home_score, summary.away_score, summary.status_detail) == (111, 122, "Final/OT")
    assert (summary.lead_changes, summary.ties, summary.events) == (14, 10, 529)
    assert (summary.home_largest_lead, summary.away_largest_lead) == (12, 11)
    assert summary.biggest_run == den_at_sa.biggest_run()
    assert repr(den_at_sa) == "GameView('401705050': DEN at SA, 2025-01-04)"


def test_progression(den_at_sa: GameView) -> None:
    rows = den_at_sa.progression()
    assert (rows[0].event_num, rows[-1].home_score, rows[-1].away_score) == (7, 111, 122)
    for before, after in pairwise(rows):
        assert after.home_score == before.home_score + after.home_points
        assert after.away_score == before.away_score + after.away_points
    first = den_at_sa.first_to(100)
    assert first is not None
    assert (max(first.home_score, first.away_score) >= 100, min(first.home_score, first.away_score) < 100) == (
        True,
        True,
    )
    assert den_at_sa.first_to(100, "SA") == first
    assert den_at_sa.first_to(112, "SA") is None
    away = den_at_sa.first_to(122, "away")
    assert away is not None
    assert away.event_num == 524


def test_plays(den_at_sa: GameView) -> None:
    last = den_at_sa.last_events(3, "Q3 7:32")
    assert [play.event_num for play in last] == [270, 271, 272]
    assert last[0].description == "Nikola Jokic makes 7-foot two point shot (Christian Braun assists)"
    assert (last[0].home_score, last[0].away_score, last[0].points) == (69, 59, 2)
    threes = den_at_sa.plays(player="Jokic", event="made_3", team="DEN")
    box = den_at_sa.box_at("end")
    assert sum(play.player1_id == "3112335" for play in threes) == box["Jokic"].fg3m == 3
    assert {play.player2_id for play in threes if play.player1_id != "3112335"} == {"3112335"}  # his assists
    assert {play.period for play in den_at_sa.plays(period="H2")} == {3, 4}
    assert len(den_at_sa.plays()) == 529
    assert list(den_at_sa.last_events(5, "start")) == []
