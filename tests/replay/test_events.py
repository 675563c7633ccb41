"""What each event gives to whom, and the score after each."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hooplake.games.model import EVENTS, STATS
from hooplake.lakehouse import registry
from hooplake.replay.events import FIRST, SECOND
from hooplake.replay.replay import replay
from tests.replay.sheets import Replayed, Sheet, inputs_of, replayed, table

CHANGES = [
    ("made_2", {"points": 2, "fgm": 1, "fga": 1}, {"ast": 1}),
    ("made_3", {"points": 3, "fgm": 1, "fga": 1, "fg3m": 1, "fg3a": 1}, {"ast": 1}),
    ("missed_2", {"fga": 1}, {"blk": 1}),
    ("missed_3", {"fga": 1, "fg3a": 1}, {"blk": 1}),
    ("made_ft", {"points": 1, "ftm": 1, "fta": 1}, {}),
    ("missed_ft", {"fta": 1}, {}),
    ("offensive_rebound", {"oreb": 1, "reb": 1}, {}),
    ("defensive_rebound", {"dreb": 1, "reb": 1}, {}),
    ("turnover", {"tov": 1}, {"stl": 1}),
    ("steal", {"stl": 1}, {}),
    ("block", {"blk": 1}, {}),
    ("foul", {"pf": 1}, {}),
    ("double_foul", {"pf": 1}, {"pf": 1}),
]


@pytest.mark.parametrize(("event", "first", "second"), CHANGES)
def test_what_an_event_gives(event: str, first: dict[str, int], second: dict[str, int]) -> None:
    found = replayed(f"1 11:40 h {event} h1+a1")
    assert (found.line("h1"), found.line("a1")) == (first, second)


def test_every_other_event_gives_nothing() -> None:
    known = {event for event, _, _ in CHANGES}
    others = [event for event in EVENTS if event not in known]
    assert len(others) == 19
    for matrix in (FIRST, SECOND):
        assert not matrix[[EVENTS.index(event) for event in others]].any()


def test_identities_hold_in_every_change() -> None:
    for matrix in (FIRST, SECOND):
        points, fgm, fga, fg3m, fg3a, ftm, fta, oreb, dreb, reb = (matrix[:, n] for n in range(10))
        assert (points == 2 * fgm + fg3m + ftm).all()
        assert (reb == oreb + dreb).all()
        for made, attempted in ((fgm, fga), (fg3m, fg3a), (ftm, fta)):
            assert (made <= attempted).all()
        assert (matrix >= 0).all()
    assert STATS.index("reb") == 9


def test_rows_without_a_player_give_no_line_anything() -> None:
    found = replayed(
        """
        1 11:40 h offensive_rebound
        1 11:30 h turnover
        1 11:20 h foul
        """
    )
    assert [found.line(f"h{n}") for n in range(1, 8)] == [{}] * 7


def test_one_man_twice_in_a_row_is_one_change() -> None:
    assert replayed("1 11:40 h double_foul h1+h1").line("h1") == {"pf": 2}


def test_t24_threes_made_missed_and_blocked_are_attempts() -> None:
    found = replayed(
        """
        1 11:40 h made_3 h1
        1 11:20 h missed_3 h1
        1 11:00 h missed_3 h1+a1
        """
    )
    assert found.line("h1") == {"points": 3, "fgm": 1, "fga": 3, "fg3m": 1, "fg3a": 3}
    assert found.line("a1") == {"blk": 1}


def test_t25_a_basket_and_one() -> None:
    found = replayed(
        """
        1 11:40 h made_2 h1 2-0
        1 11:40 a foul:shooting a1 2-0
        1 11:40 h made_ft:1_of_1 h1 3-0
        """
    )
    assert found.line("h1") == {"points": 3, "fgm": 1, "fga": 1, "ftm": 1, "fta": 1}
    assert found.score(2) == (3, 0)


def test_t26_a_team_rebound_between_free_throws_counts_for_nobody() -> None:
    found = replayed(
        """
        1 11:40 h missed_ft:1_of_2 h1
        1 11:40 h offensive_rebound
        1 11:40 h made_ft:2_of_2 h1
        """
    )
    assert found.line("h1") == {"points": 1, "ftm": 1, "fta": 2}
    assert found.verdict["total_discrepancies"] == 4


def test_t27_and_t28_rows_between_or_before_change_nothing() -> None:
    found = replayed(
        """
        1 11:40 a defensive_rebound a1
        1 11:40 h missed_2 h1
        1 11:20 h missed_ft:2_of_2 h1
        1 11:20 a substitution a6+a2
        1 11:20 a timeout
        1 11:20 a defensive_rebound a1
        """
    )
    assert found.line("a1") == {"dreb": 2, "reb": 2}
    assert found.line("h1") == {"fga": 1, "fta": 1}


def test_t44_goaltending_is_no_second_basket() -> None:
    found = replayed(
        """
        1 11:40 h made_2 h1 2-0
        1 11:40 a violation:defensive_goaltending a1 2-0
        """
    )
    assert found.line("h1")["points"] == 2
    assert found.score(1) == (2, 0)


def test_t45_a_lane_violation_has_no_effect() -> None:
    found = replayed(
        """
        1 11:40 h made_ft h1 1-0
        1 11:40 a violation:lane a1 1-0
        """
    )
    assert found.line("a1") == {}
    assert found.verdict["causes"].keys() == {"surplus_play"}


def test_t10_a_double_personal_foul_is_two_fouls() -> None:
    found = replayed("1 11:40 h double_foul h1+a1")
    assert (found.line("h1"), found.line("a1")) == ({"pf": 1}, {"pf": 1})


def test_t36_a_player_who_is_not_in_the_box_keeps_his_line() -> None:
    found = replayed("1 11:40 h made_2 h7+h6 2-0", unlisted=["h7", "h6"])
    assert (found.line("h7")["points"], found.line("h6")) == (2, {"ast": 1})
    teams = {row["player_id"]: row["team_id"] for row in found.tables["player_snapshots"]}
    # who only assists is on the side of nobody yet
    assert (teams["h7"], teams["h6"]) == ("H", None)
    assert found.causes["h7", "points"] == "surplus_play"


@pytest.mark.parametrize("league", ["nba", "wbb"])
def test_t11_a_technical_on_a_coach_makes_no_ghost(league: str) -> None:
    event = "technical_foul:technical" if league == "nba" else "foul:technical"
    found = replayed(f"1 9:40 h {event} coach", league=league)
    assert "coach" not in {row["player_id"] for row in found.tables["player_snapshots"]}
    # a college technical of a player is his foul
    assert replayed("1 9:40 h foul:technical h1", league="wbb").line("h1") == {"pf": 1}
    assert replayed("1 9:40 h technical_foul:technical h1").line("h1") == {}


# The score.


def scores(text: str, **what: object) -> list[tuple[int, int]]:
    found = replayed(text, **what)
    return [found.score(n) for n in range(len(found.states))]


def test_the_score_is_the_sum_of_the_baskets() -> None:
    assert scores("1 11:40 h made_2 h1\n1 11:20 a made_3 a1\n1 11:00 h made_ft h1") == [(2, 0), (2, 3), (3, 3)]


def test_t21_a_row_that_states_an_old_score_changes_nothing() -> None:
    # 401468642, third quarter 7:27: a timeout row gives the home team 61 after a three had made it 64
    text = """
        3 7:50 a made_2 a1 0-2
        3 7:30 h made_3 h1 3-2
        3 7:27 h timeout ? 0-2
        3 7:10 h made_2 h1 5-2
        """
    assert scores(text) == [(0, 2), (3, 2), (3, 2), (5, 2)]
    assert replayed(text).verdict["repairs"] == ["score_fell_back:1"]


def test_t22_a_basket_row_with_the_other_teams_old_score() -> None:
    # 401585607, first quarter 38.2
    text = """
        1 50.0 a made_2 a1 0-2
        1 42.0 a made_2 a1 0-4
        1 38.2 h made_2 h1 2-2
        1 20.0 h made_2 h1 4-4
        """
    assert scores(text)[2:] == [(2, 4), (4, 4)]


def test_t23_points_without_a_play_belong_to_the_team_from_the_row_that_shows_them() -> None:
    # 401493512: two baskets of one player are missing
    text = """
        1 9:40 h made_2 h1 2-0
        1 9:00 a missed_2 a1 4-0
        1 8:40 h made_2 h1 6-0
        1 8:00 a missed_2 a1 8-0
        """
    lines = {"h1": {"points": 8, "fgm": 4, "fga": 4}, "a1": {"fga": 2}}
    found = replayed(text, league="wbb", lines=lines, final=(8, 0), periods=([8], [0]))
    assert [found.score(n)[0] for n in range(4)] == [2, 4, 6, 8]
    assert [state["home_points"] for state in found.states] == [2, 2, 2, 2]
    assert found.line("h1")["points"] == 4
    assert found.verdict["unattributed_points"] == 4
    assert found.verdict["final_score_match"]
    assert found.verdict["period_scores_match"]
    assert found.causes["h1", "points"] == "missing_play"


def test_a_score_that_is_early_is_only_early() -> None:
    # the row of the rebound already holds the basket that the next row tells
    text = """
        1 11:40 h missed_2 h1 2-0
        1 11:38 h offensive_rebound h2 2-0
        1 11:36 h made_2 h2 2-0
        1 11:20 a missed_2 a1 2-0
        """
    assert [home for home, _ in scores(text)] == [0, 0, 2, 2]
    assert replayed(text).verdict["unattributed_points"] == 0


def test_a_score_that_is_late_is_only_late() -> None:
    assert [h for h, _ in scores("1 11:40 h made_2 h1 0-0\n1 11:20 a missed_2 a1 2-0")] == [2, 2]


def test_a_score_that_no_later_row_reaches_is_a_slip() -> None:
    text = """
        1 11:40 h made_2 h1 2-0
        1 11:20 a missed_2 a1 20-0
        1 11:00 h made_2 h1 4-0
        1 10:40 a missed_2 a1 4-0
        """
    assert [home for home, _ in scores(text)] == [2, 2, 4, 4]
    # unless there is no later row
    assert scores("1 11:40 h made_2 h1 2-0\n1 0.0 - game_end ? 5-0") == [(2, 0), (5, 0)]


def test_rows_with_a_score_of_zero_do_not_lower_it() -> None:
    text = "1 11:40 h made_2 h1 2-0\n1 11:30 a missed_2 a1 0-0\n1 11:20 h made_2 h1 4-0\n1 11:10 - timeout ? 0-0"
    assert [home for home, _ in scores(text)] == [2, 2, 4, 4]


def test_t35_the_points_of_a_placeholder_are_the_teams() -> None:
    text = "4 1:00 h made_2 h1 2-0\n4 40.0 h placeholder ? 4-0\n4 30.0 a missed_2 a1 4-0"
    found = replayed(text, status="in_progress", box="partial", plays={1: {"points": 2}})
    assert [found.score(n)[0] for n in range(3)] == [2, 4, 4]
    assert found.verdict["unattributed_points"] == 2


def test_a_basket_without_a_team_is_that_of_its_shooters_side() -> None:
    assert scores("1 11:40 - made_2 h1\n1 11:20 - made_3 a1") == [(2, 0), (2, 3)]


EVENT = st.sampled_from(["made_2", "made_3", "made_ft", "missed_2", "defensive_rebound", "timeout"])
ROW = st.tuples(EVENT, st.sampled_from("ha"), st.integers(0, 12), st.integers(0, 12))


@given(st.lists(ROW, min_size=1, max_size=30))
def test_a_score_never_falls_and_is_the_players_points_and_what_nobody_scored(
    rows: list[tuple[str, str, int, int]],
) -> None:
    text = "\n".join(
        f"1 {11 - n // 6}:{59 - n} {side} {event} {side}1 {h}-{a}" for n, (event, side, h, a) in enumerate(rows)
    )
    found = replayed(text)
    for name in ("home", "away"):
        scores = [state[f"{name}_score"] for state in found.states]
        assert scores == sorted(scores)
        gains = [b - a for a, b in zip([0, *scores], scores, strict=False)]
        assert gains == [state[f"{name}_points"] for state in found.states]
    players = sum(found.line(f"{side}1").get("points", 0) for side in "ha")
    assert sum(found.score(len(rows) - 1)) == players + found.verdict["unattributed_points"]


def test_plays_without_their_game_and_games_without_their_plays_are_left_out() -> None:
    one, other = (Sheet("1 11:40 h made_2 h1 2-0", game=game) for game in "ab")
    tables = inputs_of(one, other)
    tables["silver.fct_games"] = table("silver.fct_games", [other.game])
    assert {row["game_id"] for row in Replayed(replay(tables, registry(), league="nba")).states} == {"b"}
    tables["silver.fct_plays"] = table("silver.fct_plays", one.plays)
    assert Replayed(replay(tables, registry(), league="nba")).states == []
