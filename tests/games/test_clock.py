"""Clock texts, and seconds since the tip-off."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hooplake.games.espn.clock import clock_seconds, clocks_seconds
from hooplake.games.leagues import LEAGUES, Rules


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("12:00", 720),
        ("0:22", 22),
        ("42.0", 42),
        ("0.0", 0),
        ("9.4", 9.4),
        ("20:00", 1200),
        ("1:05", 65),
        (" 5:00 ", 300),
    ],
)
def test_t19_clock_texts(text: str, seconds: float) -> None:
    assert clock_seconds(text) == seconds


@pytest.mark.parametrize(
    "text",
    [None, "", ":", "5:", ":30", "5:60", "99:99", "-1", "1:2:3", "1,5", "five", "٣:٤٥", "1e3", "0x5", "NaN", "12345"],
)
def test_what_is_no_clock_is_not_known(text: str | None) -> None:
    assert clock_seconds(text) is None


@given(st.integers(0, 59), st.integers(0, 59))
def test_minutes_and_seconds(minutes: int, seconds: int) -> None:
    assert clock_seconds(f"{minutes}:{seconds:02}") == 60 * minutes + seconds


@given(st.integers(0, 599))
def test_tenths(tenths: int) -> None:
    assert clock_seconds(f"{tenths / 10:.1f}") == tenths / 10


def test_t20_overtime_and_elapsed() -> None:
    nba, halves = LEAGUES["nba"].rules, LEAGUES["mbb"].rules
    # 2:30 of the second overtime of an NBA game
    assert nba.start(6) + nba.length(6) - 150 == 2880 + 300 + 150
    assert [nba.start(p) for p in (1, 2, 4, 5, 6)] == [0, 720, 2160, 2880, 3180]
    # the third period of a game in halves is an overtime
    assert (halves.start(3), halves.length(3)) == (2400, 300)


def test_halves_before_the_quarters() -> None:
    assert LEAGUES["wbb"].rules_in(2015) == Rules(2, 1200)
    assert LEAGUES["wbb"].rules_in(2016) == Rules(4, 600)
    assert LEAGUES["wnba"].rules_in(2005) == Rules(2, 1200)
    assert LEAGUES["wnba"].rules_in(2006) == Rules(4, 600)
    assert LEAGUES["nba"].rules_in(1950) == Rules(4, 720)


def test_clocks_as_an_array_are_those_of_their_texts() -> None:
    texts = ["11:46", None, "42.0", "five", "1:05", "0:" + "0" * 40, "11:46"]
    for _ in range(2):  # read, then remembered
        assert np.array_equal(clocks_seconds(texts), [706, np.nan, 42, np.nan, 65, np.nan, 706], equal_nan=True)
