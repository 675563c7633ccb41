"""Arrow's buffers are read as the values that they hold, wherever an array begins."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import pairwise

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from hooplake.lake.arrays import bits, runs, stored


@given(st.lists(st.booleans(), max_size=40), st.integers(0, 20))
def test_truth_values(values: list[bool], start: int) -> None:
    assert bits(pa.array(values, pa.bool_()).slice(start)).tolist() == values[start:]
    numbers = pa.array([None if value else 1 for value in values], pa.int8())
    assert bits(numbers.slice(start).is_null()).tolist() == values[start:]


@given(st.lists(st.integers(-9, 9), max_size=12), st.integers(0, 6), st.sampled_from(["int8", "int32", "float64"]))
def test_numbers(values: list[int], start: int, kind: str) -> None:
    array = pa.array(values, pa.type_for_alias(kind)).slice(start)
    assert (stored(array).tolist(), stored(array).dtype) == (values[start:], np.dtype(kind))
    holes = pa.array([None, *values, None], pa.type_for_alias(kind)).slice(1 + start)
    assert stored(holes)[: len(values[start:])].tolist() == values[start:]


def test_days_and_moments_are_counted_from_1970() -> None:
    assert stored(pa.array([date(1970, 1, 2)])).tolist() == [1]
    moments = pa.array([datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)], pa.timestamp("us", "UTC"))
    assert stored(moments).tolist() == [1_000_000]


def test_no_values_have_buffers_of_any_size() -> None:
    one_byte = pa.Array.from_buffers(pa.float64(), 0, [None, pa.py_buffer(b"x")])
    assert stored(one_byte).tolist() == stored(pa.nulls(0, pa.int64())).tolist() == []


@given(st.lists(st.sampled_from("ab"), max_size=12))
def test_runs(values: list[str]) -> None:
    names, bounds = runs(pa.chunked_array([pa.array(values, pa.string())]))
    assert [name for name, rows in zip(names, np.diff(bounds), strict=True) for _ in range(rows)] == values
    assert all(one != other for one, other in pairwise(names))
