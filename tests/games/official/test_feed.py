"""The order of play: file order, with named repairs where a game breaks it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hooplake.games.official.feed import clock_seconds, read_feed
from tests.games.official.feeds import both_teams, opening, row, silver, table


def _repairs(rows: list[dict[str, object]]) -> list[str]:
    found: list[str] = silver(rows)["silver.fct_games"]["repairs"][0].as_py()
    return found


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("12:00", 720), ("0:22", 22), ("0:00", 0), ("42.0", 42), ("11:60", 720), ("33.000000:12", 1992), ("1:02.5", 62.5)],
)
def test_clocks(text: str, seconds: float) -> None:
    assert clock_seconds(text) == seconds


@pytest.mark.parametrize("text", ["", "x", "1:x", "-1:00"])
def test_what_is_no_clock_is_not_known(text: str) -> None:
    assert clock_seconds(text) != clock_seconds(text)


def test_the_second_of_two_equal_rows_of_one_number_is_dropped() -> None:  # T01
    shot = row(1, 1, clock="11:00", p1="h1", home="One 20' Jump Shot (2 PTS)", score="0 - 2", number=483)
    rows = [*opening(), *both_teams(), shot, dict(shot)]
    made = silver(rows)
    assert made["silver.fct_plays"]["points"].to_pylist().count(2) == 1
    assert made["silver.fct_games"]["repairs"].to_pylist() == [["duplicate_play:1"]]


def test_two_rows_of_one_number_that_differ_are_both_kept() -> None:
    first = row(1, 1, clock="11:00", p1="h1", home="One 20' Jump Shot (2 PTS)", number=483)
    second = row(1, 1, clock="10:00", p1="h1", home="One 20' Jump Shot (4 PTS)", number=483)
    made = silver([*opening(), *both_teams(), first, second])
    assert made["silver.fct_plays"]["points"].to_pylist()[-2:] == [2, 2]
    assert made["silver.fct_games"]["repairs"].to_pylist() == [[]]


def test_event_numbers_do_not_order_the_rows() -> None:  # T03
    rows = [
        *opening(),
        row(2, 1, clock="11:00", p1="h1", home="MISS One 20' Jump Shot", number=9),
        row(4, clock="10:58", p1="a1", away="Uno REBOUND (Off:0 Def:1)", number=5),
    ]
    made = silver(rows)["silver.fct_plays"]
    assert made["sequence"].to_pylist() == [1, 9, 5]
    assert made["clock"].to_pylist() == ["12:00", "11:00", "10:58"]
    assert _repairs(rows) == []


def test_a_feed_sorted_by_event_number_is_put_back_and_says_so() -> None:  # T03
    rows = [
        *opening(),
        row(4, clock="10:58", p1="a1", away="Uno REBOUND (Off:0 Def:1)"),
        row(2, 1, clock="11:00", p1="h1", home="MISS One 20' Jump Shot"),
        row(13, clock="0:00"),
    ]
    made = silver(rows)["silver.fct_plays"]
    assert made["clock_seconds"].to_pylist() == [720, 660, 658, 0]
    assert made["source_row"].to_pylist() == [0, 2, 1, 3]
    assert _repairs(rows) == ["clock_order:1"]


def test_a_row_of_an_earlier_period_goes_back_to_it() -> None:
    rows = [*opening(), *opening(2), *both_teams()[:1], row(2, 1, period=2, clock="9:00", p1="a1", away="MISS Uno")]
    made = silver(rows)["silver.fct_plays"]
    assert made["period"].to_pylist() == [1, 1, 2, 2]
    assert _repairs(rows) == ["period_order:1"]


def _finished(*more: dict[str, object]) -> list[dict[str, object]]:
    rows = [*opening(), *both_teams(), row(1, 1, clock="9:00", p1="h1", home="One (2 PTS)", score="0 - 2")]
    for period in (2, 3, 4):
        rows += [row(12, period=period), row(13, period=period, clock="0:00", score="0 - 2")]
    return [*rows, *more]


def test_an_overtime_in_which_nothing_happens_is_none() -> None:  # T47
    made = silver(_finished(row(12, period=5, clock="5:00", score="0 - 0")))
    game = made["silver.fct_games"].to_pylist()[0]
    assert (game["periods"], game["played"], game["home_score"], game["away_score"]) == (4, True, 2, 0)
    assert game["repairs"] == ["phantom_period:1"]


def test_an_overtime_after_a_tie_may_have_just_begun() -> None:
    rows = [r for r in _finished() if r["SCORE"] is None]
    made = silver([*rows, row(12, period=5, clock="5:00")])
    game = made["silver.fct_games"].to_pylist()[0]
    assert (game["periods"], game["played"], game["repairs"]) == (5, False, [])


def test_a_row_without_a_plausible_period_has_that_before_it() -> None:
    rows = [*opening(), *opening(2), row(9, 1, period=0, clock="11:00", p1="H", home="CELTICS Timeout: Regular")]
    assert silver([*rows, *both_teams()[:0]])["silver.fct_plays"]["period"].to_pylist() == [1, 2, 2]


@given(st.permutations(range(6)))
def test_the_rows_of_games_may_be_mixed_as_long_as_each_game_keeps_its_order(order: list[int]) -> None:
    games = ["0021800001", "0021800002"]
    rows = [row(2, 1, clock=f"1{2 - n}:00", p1=f"h{n + 1}", home="MISS", game=game) for game in games for n in range(3)]
    before = read_feed(table(rows), 4)
    place = {0: iter((0, 1, 2)), 1: iter((3, 4, 5))}
    mixed = [rows[next(place[number // 3])] for number in order]
    after = read_feed(table(mixed), 4)
    assert [game.game_id for game in after.games] == games
    assert after.clock.tolist() == before.clock.tolist()
    assert after.repairs == [[], []]
