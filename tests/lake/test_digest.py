"""A unit's digest is a function of its values: any cell counts, no layout does."""

from __future__ import annotations

import hashlib
import struct
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hooplake.errors import ContractError
from hooplake.lake.digest import unit_digests

SCHEMA = pa.schema(
    {
        "game": pa.string(),
        "n": pa.int16(),
        "x": pa.float64(),
        "flag": pa.bool_(),
        "name": pa.string(),
        "at": pa.timestamp("us", tz="UTC"),
        "day": pa.date32(),
        "tags": pa.list_(pa.string()),
        "numbers": pa.list_(pa.int32()),
    }
)
CELLS: dict[str, st.SearchStrategy[Any]] = {
    "n": st.integers(-3, 3),
    "x": st.sampled_from([0.0, 0.5, 1.0, -1.0]),
    "flag": st.booleans(),
    "name": st.sampled_from(["", "a", "ab", "b", "\0", "é"]),
    "at": st.datetimes(datetime(2025, 1, 1), datetime(2025, 1, 2), timezones=st.just(UTC)),
    "day": st.dates(),
    "tags": st.lists(st.one_of(st.none(), st.sampled_from(["", "a", "b"])), max_size=3),
    "numbers": st.lists(st.one_of(st.none(), st.integers(0, 2)), max_size=3),
}
ROW = st.fixed_dictionaries(
    {"game": st.sampled_from(["g1", "g2", "g3"]), **{name: st.none() | cell for name, cell in CELLS.items()}}
)
ROWS = st.lists(ROW, min_size=1, max_size=12)


def table(rows: list[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist(rows, SCHEMA)


def test_a_digest_per_unit_in_their_order() -> None:
    rows = [{"game": game, "n": n} for n, game in enumerate(["g2", "g1", "g2"])]
    digests = unit_digests(table(rows), "game")
    assert list(digests) == ["g1", "g2"]
    assert all(len(digest) == 16 for digest in digests.values())
    assert unit_digests(table(rows[1:2]), "game") == {"g1": digests["g1"]}
    assert unit_digests(table([]), "game") == {}
    assert list(unit_digests(table(rows), "")) == [""]
    assert unit_digests(table([]), "") != unit_digests(table(rows), "")


def test_units_may_be_numbers_or_dates() -> None:
    rows = table(
        [{"game": "g1", "n": 2, "day": datetime(2025, 1, 2)}, {"game": "g1", "n": -1, "day": datetime(2025, 1, 1)}]
    )
    assert list(unit_digests(rows, "n")) == [-1, 2]
    assert [str(day) for day in unit_digests(rows, "day")] == ["2025-01-01", "2025-01-02"]


def test_a_row_without_unit_is_an_error() -> None:
    with pytest.raises(ContractError, match="1 rows have no game"):
        unit_digests(table([{"game": None}]), "game")


def test_what_is_hashed() -> None:
    rows = pa.table({"n": pa.array([1, None], pa.int16()), "game": ["g1", "g1"], "name": ["é", "ab"]})
    text = b"hooplake digest 3" + b"\0game\0text" + b"\0n\0int16" + b"\0name\0text"
    text += struct.pack("<5q", 2, 4, 4, 0, 4)  # rows; bytes of the blocks of widths 1 and 2, of long lengths, of name
    text += bytes([0b00, 2, 0b01, 2])  # row after row, which cells are NULL (n in the second), and the length of name
    text += struct.pack("<2h", 1, 0)  # n
    text += "éab".encode() + b"g1"
    assert unit_digests(rows, "game") == {"g1": hashlib.sha256(text).digest()[:16]}


def test_how_long_texts_and_lists_are_hashed() -> None:
    names, marks = ["a" * 300, "b", "c" * 255, "d" * 254], [[True] * 256, [], None, [False]]
    rows = pa.table({"game": ["g1", "g1", "g2", "g2"], "marks": pa.array(marks, pa.list_(pa.bool_())), "name": names})
    seed = b"hooplake digest 3" + b"\0game\0text" + b"\0marks\0list(bool)" + b"\0name\0text"
    # bytes per unit: rows; block of width 1 (NULL or not, lengths of marks and name); long lengths; the marks' block
    # (NULL or not, value); name
    first = struct.pack("<5q", 2, 6, 16, 512, 301) + bytes([0, 255, 255, 0, 0, 1]) + struct.pack("<2q", 256, 300)
    first += bytes([0, 1] * 256) + b"a" * 300 + b"b" + b"g1"
    second = struct.pack("<5q", 2, 6, 8, 2, 509) + bytes([1, 0, 255, 0, 1, 254]) + struct.pack("<q", 255)
    second += bytes([0, 0]) + b"c" * 255 + b"d" * 254 + b"g2"
    expected = {unit: hashlib.sha256(seed + text).digest()[:16] for unit, text in (("g1", first), ("g2", second))}
    assert unit_digests(rows, "game") == expected


@given(ROWS, st.data())
def test_layout_does_not_matter(rows: list[dict[str, Any]], data: st.DataObject) -> None:
    plain = table(rows)
    expected = unit_digests(plain, "game")
    cut = data.draw(st.integers(0, len(rows)))
    chunked = pa.concat_tables([plain.slice(0, cut), plain.slice(cut)])
    padded = pa.concat_tables([plain, plain, plain]).combine_chunks().slice(len(rows), len(rows))
    encoded = plain
    wide = plain
    for name in ("game", "name"):
        place = plain.schema.get_field_index(name)
        encoded = encoded.set_column(place, name, plain.column(name).dictionary_encode())
        wide = wide.set_column(place, name, plain.column(name).cast(pa.large_string()))
    wide = wide.set_column(7, "tags", plain.column("tags").cast(pa.large_list(pa.large_string())))
    reordered = plain.select(data.draw(st.permutations(plain.column_names)))
    for other in (chunked, padded, encoded, wide, reordered):
        assert unit_digests(other, "game") == expected


@given(ROWS, st.data())
def test_any_changed_cell_changes_the_digest_of_its_unit_alone(rows: list[dict[str, Any]], data: st.DataObject) -> None:
    row = data.draw(st.integers(0, len(rows) - 1))
    name = data.draw(st.sampled_from(sorted(CELLS)))
    value = data.draw((st.none() | CELLS[name]).filter(lambda value: value != rows[row][name]))
    before = unit_digests(table(rows), "game")
    after = unit_digests(table([{**old, name: value} if n == row else old for n, old in enumerate(rows)]), "game")
    changed = {unit for unit in before if before[unit] != after[unit]}
    assert changed == {rows[row]["game"]}


@given(ROWS)
def test_rows_count_and_so_does_their_number(rows: list[dict[str, Any]]) -> None:
    before = unit_digests(table(rows), "game")
    after = unit_digests(table([*rows, rows[0]]), "game")
    assert {unit for unit in before if before[unit] != after[unit]} == {rows[0]["game"]}


@given(ROWS, st.randoms(use_true_random=False))
def test_with_a_key_the_order_of_rows_does_not_matter(rows: list[dict[str, Any]], random: Any) -> None:
    numbered = [{**row, "n": n} for n, row in enumerate(rows)]
    expected = unit_digests(table(numbered), "game")
    random.shuffle(numbered)
    assert unit_digests(table(numbered), "game", ["game", "n"]) == expected


def test_what_lies_under_null_does_not_matter() -> None:
    def with_garbage(numbers: list[int], letters: bytes) -> pa.Table:
        valid = pa.py_buffer(bytes([0b101]))
        ends = pa.py_buffer(np.array([0, 1, 2, 3], dtype=np.int32))
        return pa.table(
            {
                "game": ["g", "g", "g"],
                "n": pa.Array.from_buffers(pa.int64(), 3, [valid, pa.py_buffer(np.array(numbers))]),
                "name": pa.Array.from_buffers(pa.string(), 3, [valid, ends, pa.py_buffer(letters)]),
                "tags": pa.ListArray.from_buffers(pa.list_(pa.int64()), 3, [valid, ends], children=[pa.array(numbers)]),
            }
        )

    first, second = with_garbage([1, 77, 3], b"axc"), with_garbage([1, -5, 3], b"ayc")
    assert first.column("n").to_pylist() == [1, None, 3]
    assert first.column("name").to_pylist() == ["a", None, "c"]
    assert unit_digests(first, "game") == unit_digests(second, "game")
    clean = pa.table({"game": ["g"] * 3, "n": [1, None, 3], "name": ["a", None, "c"], "tags": [[1], None, [3]]})
    assert unit_digests(first, "game") == unit_digests(clean, "game")
    assert unit_digests(first, "game") != unit_digests(clean.set_column(1, "n", pa.array([1, 0, 3])), "game")


def test_names_and_types_count() -> None:
    one = pa.table({"game": ["g"], "n": pa.array([1], pa.int16())})
    renamed = one.rename_columns(["game", "m"])
    widened = one.set_column(1, "n", pa.array([1], pa.int32()))
    assert len({unit_digests(rows, "game")["g"] for rows in (one, renamed, widened)}) == 3


def test_zero_has_no_sign_and_nan_no_bits() -> None:
    def doubles(*values: float) -> pa.Table:
        return pa.table({"game": ["g"] * len(values), "x": pa.array(np.array(values))})

    assert unit_digests(doubles(0.0), "game") == unit_digests(doubles(-0.0), "game")
    odd_nan = float(np.array([0x7FF8000000000001], dtype=np.uint64).view(np.float64)[0])
    assert unit_digests(doubles(float("nan")), "game") == unit_digests(doubles(odd_nan), "game")


def test_text_may_not_move_between_cells() -> None:
    def names(*values: str | None) -> bytes:
        return unit_digests(pa.table({"game": ["g"] * len(values), "name": pa.array(values, pa.string())}), "game")["g"]

    forms = [("ab", ""), ("a", "b"), ("", "ab"), ("ab", None), (None, "ab"), ("ab",)]
    assert len({names(*form) for form in forms}) == len(forms)
