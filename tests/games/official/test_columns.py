from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from hooplake.games.official.columns import NONE, coded, ids, numbers, text_column, texts


def test_numbers_are_read_in_every_form_in_which_dumps_have_them() -> None:
    forms = [
        pa.array(["4", None, "2544"]),
        pa.array(["4.0", "nan", "2544.0"]),
        pa.array([4, None, 2544], pa.int32()),
        pa.array([4.0, float("nan"), 2544.0]),
        pa.array(["4", "", "2544"]).dictionary_encode(),
    ]
    for form in forms:
        assert coded(pa.table({"X": form}), "X").numbers().tolist() == [4, NONE, 2544]
        assert numbers(pa.table({"X": form}), "X").tolist() == [4, NONE, 2544]


def test_what_is_no_number_is_not_known() -> None:
    assert coded(pa.table({"X": ["7", "seven", "7.5"]}), "X").numbers().tolist() == [7, NONE, NONE]


def test_a_number_too_great_to_be_exact_is_not_known_in_any_form() -> None:
    values = [2**53 - 1, 2**53, -(2**53), -7, None]
    for form in (pa.array(values, pa.int64()), pa.array([None if v is None else str(v) for v in values])):
        assert numbers(pa.table({"X": form}), "X").tolist() == [2**53 - 1, NONE, NONE, -7, NONE]


def test_texts_of_some_rows_are_those_of_the_codes() -> None:
    forms = [
        pa.array([" One ", "nan", None, "", "One"]),
        pa.array([" One ", "nan", None, "", "One"]).dictionary_encode(),
    ]
    for form in forms:
        rows = pa.table({"X": form})
        assert texts(rows, "X", np.array([4, 2, 1, 0])) == ["One", None, None, "One"]
        found = coded(rows, "X")
        assert [found.values[code] if code >= 0 else None for code in found.codes] == ["One", None, None, None, "One"]
    assert texts(pa.table({"X": [1.0, 2.5]}), "X", np.array([0, 1])) == ["1", "2.5"]
    assert texts(pa.table({"X": ["One"]}), "Y", np.array([0])) == [None]


def test_a_column_that_is_not_there_is_not_known() -> None:
    rows = pa.table({"X": ["7"]})
    assert coded(rows, "Y").numbers().tolist() == [NONE]
    assert text_column(rows, "Y").to_pylist() == [None]


def test_ids_of_several_columns_share_one_list_and_zero_is_nobody() -> None:
    rows = pa.table({"A": ["0", "201", "101.0"], "B": [1610612738.0, 101.0, None]})
    (first, second), names = ids([coded(rows, "A"), coded(rows, "B")])
    assert [[names[code] if code >= 0 else None for code in codes] for codes in (first, second)] == [
        [None, "201", "101"],
        ["1610612738", "101", None],
    ]


@given(st.lists(st.one_of(st.none(), st.integers(-(10**6), 10**12).map(str)), max_size=40), st.data())
def test_a_slice_of_a_dictionary_column_has_the_values_of_its_rows(
    values: list[str | None], data: st.DataObject
) -> None:
    column = pa.chunked_array([pa.array(values, pa.string()).dictionary_encode()])
    start = data.draw(st.integers(0, len(values)))
    part = pa.table({"X": column}).slice(start)
    found = coded(part, "X")
    assert [found.values[code] if code >= 0 else None for code in found.codes] == values[start:]
    assert set(found.values) == {value for value in values[start:] if value is not None}
    assert np.array_equal(found.numbers() != NONE, found.codes >= 0) or "-1" in found.values
