"""Keys are ordered and compared as plain Python would."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pyarrow as pa
from hypothesis import example, given
from hypothesis import strategies as st

from hooplake.lake.keys import duplicated, is_ascending, key_codes, key_order

BIG = 2**62
INTEGERS = st.sampled_from([0, 1, 2, -1, BIG, -BIG, 2**63 - 1, -(2**63)])
TEXTS = st.sampled_from(["", "a", "ab", "b", "é", "Z", "\U0001f3c0"])
KEYS = st.lists(st.tuples(TEXTS, INTEGERS, st.dates()), max_size=12)


def table(keys: list[tuple[Any, ...]]) -> pa.Table:
    columns = list(zip(*keys, strict=True)) or [(), (), ()]
    types = [pa.string(), pa.int64(), pa.date32()]
    return pa.table({name: pa.array(values, kind) for name, values, kind in zip("tid", columns, types, strict=True)})


@given(KEYS)
@example([("a", BIG, None), ("a", -BIG, None)][:0])
def test_codes_compare_like_keys(keys: list[tuple[Any, ...]]) -> None:
    codes = key_codes(table(keys), ["t", "i", "d"]).tolist()
    for code, key in zip(codes, keys, strict=True):
        for other_code, other in zip(codes, keys, strict=True):
            assert (code < other_code) == (key < other)


@given(KEYS)
def test_order_is_that_of_sorting(keys: list[tuple[Any, ...]]) -> None:
    order = key_order(table(keys), ["t", "i", "d"])
    assert [keys[place] for place in order] == sorted(keys)


@given(KEYS)
def test_ascending_means_sorted_without_duplicates(keys: list[tuple[Any, ...]]) -> None:
    rows = table(keys)
    assert is_ascending(rows, ["t", "i", "d"]) == (keys == sorted(set(keys)))
    chunked = pa.concat_tables([rows.slice(0, len(keys) // 2), rows.slice(len(keys) // 2)])
    assert is_ascending(chunked, ["t", "i", "d"]) == is_ascending(rows, ["t", "i", "d"])


@given(st.lists(st.tuples(st.none() | TEXTS, st.integers(0, 2), st.dates()), max_size=12))
def test_duplicates_are_those_of_counting(keys: list[tuple[Any, ...]]) -> None:
    counts = Counter(key[:2] for key in keys)
    expected = [counts[key[:2]] > 1 and key[0] is not None for key in keys]
    found = duplicated(table(keys), ["t", "i"])
    assert (found is None) == (not any(expected))
    assert np.asarray(found if found is not None else [False] * len(keys)).tolist() == expected


def test_many_wide_columns_still_fit_one_code() -> None:
    rows = pa.table({str(n): pa.array([BIG, -BIG, 0, 7 * n]) for n in range(6)})
    assert key_order(rows, [str(n) for n in range(6)]).tolist()[0] == 1
    assert key_order(rows, [str(n) for n in range(6)]).tolist()[-1] == 0
