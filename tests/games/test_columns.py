"""Arrays of what sources say: values that fit no column, moments of any zone, numbers as texts."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from hooplake.games.columns import WALL, column, floats, moments, small_numbers, whole_numbers
from hooplake.games.plays import Plays


def test_a_value_that_the_column_cannot_hold_is_null() -> None:
    assert column([1, None, 40_000, 2**70, 2], pa.int16()).to_pylist() == [1, None, None, None, 2]
    assert column(["a", None, "\ud800"], pa.string()).to_pylist() == ["a", None, "?"]


@given(st.lists(st.none() | st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=-5, minutes=-30))]))))
def test_moments_are_those_that_arrow_makes(values: list[datetime | None]) -> None:
    assert moments(values).equals(pa.array(values, WALL))


@given(
    st.lists(
        st.none() | st.from_regex(r"-?[0-9]{0,20}", fullmatch=True) | st.sampled_from(["+5", " 5", "0x1", "\u0663"])
    )
)
def test_whole_numbers_have_eighteen_digits_at_most(texts: list[str | None]) -> None:
    expected = [int(t) if t is not None and t.isdecimal() and len(t) <= 18 else None for t in texts]
    found = whole_numbers(texts)
    assert (found.type, found.to_pylist()) == (pa.int64(), expected)


@given(st.lists(st.none() | st.integers(-(2**70), 2**70) | st.integers(-40_000, 40_000)))
def test_small_numbers_are_null_where_they_do_not_fit(values: list[int | None]) -> None:
    assert small_numbers(values).equals(column(values, pa.int16()))


@given(st.lists(st.none() | st.floats()))
def test_floats_are_nan_where_they_are_not_known(values: list[float | None]) -> None:
    expected = [math.nan if value is None else value for value in values]
    assert np.array_equal(floats(values), np.array(expected, np.float64), equal_nan=True)


def test_rows_of_plays_are_kept_in_the_order_given() -> None:
    columns = {name: [None] * 3 for name in Plays.ARROW} | {name: [0] * 3 for name in Plays.NUMPY}
    plays = Plays(**columns | {"play_id": ["a", "b", "c"], "x": [1.0, None, 3.0], "period": [1, 1, 2]})
    plays.keep(np.array([2, 0]))
    assert (len(plays), plays.play_id.to_pylist(), plays.x.tolist(), plays.period.tolist()) == (
        2, ["c", "a"], [3.0, 1.0], [2, 1],
    )  # fmt: skip
    assert len(Plays.none()) == 0
