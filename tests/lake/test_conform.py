"""Values are rounded and narrowed in one place, and what does not fit is never bent."""

from __future__ import annotations

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hooplake.errors import ContractError
from hooplake.lake.conform import conform, require_fit, round_decimal
from hooplake.lake.table import TableSpec

SPEC = TableSpec.from_dict(
    {
        "name": "silver.all_types",
        "key": ["id"],
        "partition": ["season"],
        "columns": {
            "season": {"type": "int16"},
            "id": {"type": "text"},
            "flag": {"type": "bool", "null": True},
            "small": {"type": "int8", "null": True},
            "wide": {"type": "int64", "null": True},
            "real": {"type": "float64", "null": True},
            "rate": {"type": "decimal(5,2)", "null": True},
            "day": {"type": "date", "null": True},
            "moment": {"type": "timestamp", "null": True},
            "details": {"type": "json", "null": True},
            "names": {"type": "list(text)", "null": True},
            "rates": {"type": "list(decimal(4,1))", "null": True},
        },
    }
)
UTC_NS = pa.timestamp("ns", tz="America/New_York")


def rows(**columns: Any) -> pa.Table:
    length = len(next(iter(columns.values())))
    empty = {name: pa.nulls(length) for name in SPEC.file_schema.names}
    return pa.table({**empty, "id": [str(n) for n in range(length)], **columns})


def test_types_of_any_engine_become_the_declared_ones() -> None:
    given_rows = rows(
        id=pa.array(["a", "b"]).dictionary_encode(),
        flag=[True, None],
        small=pa.array([7.0, None]),
        wide=pa.array([Decimal(2**40), None], pa.decimal128(20, 0)),
        real=pa.array([3, None]),
        rate=pa.array([Decimal("0.285"), None], pa.decimal128(10, 3)),
        day=pa.array([date(2025, 1, 2), None], pa.date64()),
        moment=pa.array([datetime(2015, 10, 27, 20), None], pa.timestamp("ns")).cast(UTC_NS),
        details=pa.array(["{}", None], pa.large_string()),
        names=pa.array([["x", None], None], pa.large_list(pa.large_string())),
        rates=pa.array([[0.25, None], []], pa.list_(pa.float64())),
    )
    table = require_fit(SPEC, given_rows)
    assert table.schema == SPEC.file_schema
    assert table.to_pylist()[0] == {
        "id": "a",
        "flag": True,
        "small": 7,
        "wide": 2**40,
        "real": 3.0,
        "rate": 0.29,
        "day": date(2025, 1, 2),
        "moment": given_rows["moment"][0].as_py(),
        "details": "{}",
        "names": ["x", None],
        "rates": [0.3, None],
    }
    assert table.to_pylist()[1] == dict.fromkeys(SPEC.file_schema.names) | {"id": "b", "rates": []}


@pytest.mark.parametrize(
    ("value", "scale", "rounded"),
    [
        (0.285, 2, "0.29"),
        (1.005, 2, "1.01"),
        (2.675, 2, "2.68"),
        (-0.125, 2, "-0.13"),
        (1e-05, 3, "0.0"),
        (0.0005, 3, "0.001"),
        (-0.0, 1, "0.0"),
        (-0.04, 1, "0.0"),
        (36.0, 1, "36.0"),
        (0.5, 0, "1.0"),
        (-2.5, 0, "-3.0"),
        (123456789012.345, 2, "123456789012.35"),
        (0.49999999999999994, 0, "0.0"),
    ],
)
def test_rounding_is_half_away_from_zero_on_the_shortest_text(value: float, scale: int, rounded: str) -> None:
    result, fits = round_decimal(np.array([value, 0.0]), 15, scale)
    assert repr(float(result[0])) == rounded
    assert fits.all()


@given(st.floats(-1e12, 1e12), st.integers(0, 6))
@example(4503599627370497.5, 0)
@example(5e-324, 3)
@example(1e22, 2)
def test_rounding_is_that_of_the_decimal_text(value: float, scale: int) -> None:
    result, _ = round_decimal(np.array([value]), 15, scale)
    expected = Decimal(repr(value)).quantize(Decimal(1).scaleb(-scale), ROUND_HALF_UP)
    assert Decimal(repr(float(result[0]))) == expected


@given(st.integers(-(10**9), 10**9), st.integers(1, 6))
def test_ties_are_rounded_away_from_zero(units: int, scale: int) -> None:
    text = f"{Decimal(units * 10 + 5).scaleb(-scale - 1):f}"
    result, _ = round_decimal(np.array([float(text)]), 15, scale)
    expected = Decimal(text).quantize(Decimal(1).scaleb(-scale), ROUND_HALF_UP)
    assert Decimal(repr(float(result[0]))) == expected


@given(st.lists(st.decimals(-999, 999, places=2), min_size=1))
def test_rounded_values_stay(values: list[Decimal]) -> None:
    doubles = np.array([float(value) for value in values]) + 0.0
    result, fits = round_decimal(doubles, 5, 2)
    assert result.tolist() == doubles.tolist()
    assert not np.signbit(result[result == 0]).any()
    assert fits.all()


def test_a_float32_is_rounded_on_its_own_text() -> None:
    table = require_fit(SPEC, rows(rate=pa.array([0.285, 1.005], pa.float32())))
    assert table.column("rate").to_pylist() == [0.29, 1.01]


def test_negative_zero_becomes_zero() -> None:
    table = require_fit(SPEC, rows(real=pa.array([-0.0]), rate=pa.array([-0.001]), rates=[[-0.0]]))
    for value in (table["real"][0], table["rate"][0], table["rates"][0][0]):
        assert str(value.as_py()) == "0.0"


@pytest.mark.parametrize(
    ("column", "values", "wrong"),
    [
        ("small", pa.array([1, 128, None, -129]), [1, 3]),
        ("small", pa.array([1.0, 1.5, None, float("nan")]), [1, 3]),
        ("small", pa.array([1, 2**40, None, 3], pa.uint64()), [1]),
        ("wide", pa.array([1.0, 2.0**63, -(2.0**63), float("inf")]), [1, 3]),
        ("wide", pa.array([1, 2**64 - 1], pa.uint64()), [1]),
        ("real", pa.array([1.0, float("nan"), float("-inf"), None]), [1, 2]),
        ("rate", pa.array([999.99, 999.995, -1000.0, float("nan")]), [1, 2, 3]),
        ("rate", pa.array([5, 1000]), [1]),
        ("rate", pa.array([Decimal("999.99"), Decimal("1000.00")], pa.decimal128(8, 2)), [1]),
        ("rates", pa.array([[1.0], [2.0, float("nan")], None, [1000.0]]), [1, 3]),
    ],
)
def test_what_does_not_fit(column: str, values: pa.Array, wrong: list[int]) -> None:
    table, misfits = conform(SPEC, rows(**{column: values}))
    (misfit,) = misfits
    assert misfit.column == column
    assert np.flatnonzero(misfit.rows).tolist() == wrong
    assert all(table.column(column)[row].as_py() is None for row in wrong)
    with pytest.raises(
        ContractError, match=rf"silver\.all_types\.{column}: .* in {len(wrong)} rows, first in id='{wrong[0]}'"
    ):
        require_fit(SPEC, rows(**{column: values}))


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("id", pa.array([1])),
        ("flag", pa.array([1])),
        ("flag", pa.array(["true"])),
        ("small", pa.array(["1"])),
        ("small", pa.array([True])),
        ("rate", pa.array(["1.0"])),
        ("rate", pa.array([True])),
        ("day", pa.array([datetime(2025, 1, 1)])),
        ("day", pa.array(["2025-01-01"])),
        ("moment", pa.array([datetime(2025, 1, 1)])),
        ("moment", pa.array([date(2025, 1, 1)])),
        ("names", pa.array(["x"])),
        ("names", pa.array([[1]])),
    ],
)
def test_other_kinds_of_values_are_an_error(column: str, values: pa.Array) -> None:
    with pytest.raises(ContractError, match=rf"silver\.all_types\.{column} is declared "):
        conform(SPEC, rows(**{column: values}))


def test_a_missing_value_is_an_error_on_the_write_path() -> None:
    with pytest.raises(ContractError, match=r"silver\.all_types\.id is NULL in 1 rows, first in id=None"):
        require_fit(SPEC, rows(id=["a", None], flag=[True, False]))


def test_slices_and_chunks() -> None:
    whole = pa.chunked_array([[[9.0]], [[0.25], None, []], [[1.0, 2.0]]], pa.list_(pa.float64()))
    table = require_fit(SPEC, rows(rates=whole.slice(1, 4)))
    assert table.column("rates").to_pylist() == [[0.3], None, [], [1.0, 2.0]]
