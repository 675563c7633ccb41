"""Whose points count for whom."""

from __future__ import annotations

import pytest

from tests.replay.sheets import Replayed, replayed


def net(found: Replayed, *players: str) -> list[float | None]:
    return [found.total(player, "plus_minus") for player in players]


def test_a_basket_counts_for_those_on_court() -> None:
    found = replayed(
        """
        1 11:40 h made_3 h1 3-0
        1 11:00 h substitution h6+h1
        1 10:00 a made_2 a1 3-2
        """
    )
    assert net(found, "h1", "h2", "h6", "h7", "a1", "a2") == [
        3,
        1,
        -2,
        None if found.total("h7", "plus_minus") is None else 0,
        -1,
        -1,
    ]
    assert [state["home_credit_lineup"] for state in found.states] == ["h1-h2-h3-h4-h5", None, "h2-h3-h4-h5-h6"]


# 401859967, first period 7:49, events 33 to 37: foul, first free throw, two substitutions, second free throw.
TRIP = """
    1 12:00 - period_start
    1 7:49 h foul:shooting h1
    1 7:49 a made_ft:1_of_2 a1 0-1
    1 7:49 h substitution h6+h1
    1 7:49 h substitution h7+h2
    1 7:49 a made_ft:2_of_2 a1 0-2
    1 0.0 - period_end
    """


def test_free_throws_count_for_those_on_court_when_the_foul_was_called() -> None:
    found = replayed(TRIP)
    assert net(found, "h1", "h2", "h6", "h7", "h3") == [-2, -2, 0, 0, -2]
    # the lineup on court is another than the one that pays
    assert found.five(5) == "3 4 5 6 7"
    assert found.states[5]["home_credit_lineup"] == "h1-h2-h3-h4-h5"


def test_a_free_throw_at_a_clock_without_a_foul_counts_for_those_on_court() -> None:
    found = replayed(TRIP.replace("1 7:49 h foul:shooting h1", "1 7:50 h foul:shooting h1"))
    assert net(found, "h1", "h6") == [-1, -1]


def test_t08_each_free_throw_goes_with_the_foul_of_its_kind() -> None:
    found = replayed(
        """
        1 12:00 - period_start
        1 8:15 h foul:shooting h1
        1 8:15 h substitution h6+h1
        1 8:15 h technical_foul:technical h2
        1 8:15 a made_ft:technical a1 0-1
        1 8:15 a made_ft:1_of_2 a1 0-2
        1 8:15 a made_ft:2_of_2 a1 0-3
        """
    )
    # the technical one for h6, who was in; the two others for h1, who was in when he fouled
    assert net(found, "h1", "h6", "h2") == [-2, -1, -3]


def test_t46_a_free_throw_at_the_full_clock_of_a_period_belongs_to_it() -> None:
    traces = "\n".join(f"2 11:00 {side} defensive_rebound {side}{n}" for side in "ha" for n in (2, 3, 4, 5, 6))
    found = replayed(
        f"""
        1 12:00 - period_start
        1 6:00 h substitution h6+h1
        1 6:00 a substitution a6+a1
        1 0.0 - period_end
        2 12:00 h technical_foul:technical h2
        2 12:00 a made_ft:technical a2 0-1
        {traces}
        """
    )
    row = found.period("h6", 2)
    assert row is not None
    assert row["plus_minus"] == -1
    line = found.period("a2", 2)
    assert line is not None
    assert (line["points"], line["plus_minus"]) == (1, 1)
    assert found.period("h1", 2) is None


def test_points_that_count_in_a_stay_of_no_length_count() -> None:
    # h6 comes in, h6 fouls, h6 goes out: all at one clock; the free throw is his
    found = replayed(
        """
        1 12:00 - period_start
        1 7:49 h substitution h6+h1
        1 7:49 h foul h6
        1 7:49 h substitution h1+h6
        1 7:49 a made_ft a1 0-1
        1 7:00 a made_2 a1 0-3
        """
    )
    row = found.period("h6", 1)
    assert row is not None
    assert (row["seconds"], row["plus_minus"]) == (0, -1)
    assert net(found, "h1", "h2") == [-2, -3]


def test_points_without_a_play_count_for_those_on_court() -> None:
    found = replayed(
        """
        1 12:00 - period_start
        1 9:00 h substitution h6+h1
        1 8:00 a missed_2 a1 2-0
        1 7:00 a missed_2 a1 2-0
        """
    )
    assert net(found, "h1", "h6", "a1") == [0, 2, -2]


@pytest.mark.parametrize(
    "text", [TRIP, "1 11:40 h made_3 h1 3-0\n1 11:00 a substitution a6+a1\n1 10:00 h made_2 h2 5-0"]
)
def test_a_team_is_five_times_the_margin_and_both_are_nothing(text: str) -> None:
    found = replayed(text)
    home, away = found.score(len(found.states) - 1)
    sums = {
        side: sum(found.total(f"{side}{n}", "plus_minus") or 0 for n in range(1, 8) if found.period(f"{side}{n}", 1))
        for side in "ha"
    }
    assert sums == {"h": 5 * (home - away), "a": 5 * (away - home)}
