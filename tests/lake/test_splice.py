"""Old and new rows of a partition, put together by the order of their units."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from hooplake.lake.splice import splice


def rows(*pairs: tuple[object, int]) -> pa.Table:
    return pa.table({"game": [game for game, _ in pairs], "play": [play for _, play in pairs]})


def test_a_changed_unit_takes_the_place_of_the_old_one() -> None:
    old = rows(("a", 1), ("a", 2), ("b", 3), ("b", 4), ("d", 5))
    found = splice([rows(("b", 7)), rows(("c", 8), ("e", 9))], "game", old, ["b", "x"])
    assert found is not None
    assert found.to_pydict() == {"game": ["a", "a", "b", "c", "d", "e"], "play": [1, 2, 7, 8, 5, 9]}
    place = found.column("play").chunk(0).buffers()[1]
    assert place is not None
    assert place.address == old.column("play").chunk(0).buffers()[1].address, "old rows are not copied"


def test_dates_are_dropped_by_their_texts() -> None:
    old = rows((date(2024, 12, 14), 1), (date(2024, 12, 15), 2))
    found = splice([rows((date(2024, 12, 15), 3))], "game", old, ["2024-12-15"])
    assert found is not None
    assert found.column("play").to_pylist() == [1, 3]


def test_a_unit_in_two_places_is_for_others_to_sort() -> None:
    assert splice([rows(("a", 1)), rows(("a", 2))], "game", None, []) is None
    assert splice([rows(("a", 1))], "game", rows(("a", 2)), []) is None
    assert splice([rows(("a", 1), ("b", 2), ("a", 3))], "game", None, []) is None


def test_nothing_may_stay() -> None:
    found = splice([], "game", rows(("a", 1)), ["a"])
    assert found is not None
    assert (len(found), found.column_names) == (0, ["game", "play"])


@given(st.dictionaries(st.text("abc", min_size=1, max_size=3), st.tuples(st.integers(0, 2), st.integers(1, 4))))
def test_it_is_the_order_of_all_rows(units: dict[str, tuple[int, int]]) -> None:
    parts: list[list[tuple[object, int]]] = [[], [], []]
    for game in sorted(units):
        table, count = units[game]
        parts[table] += [(game, number) for number in range(count)]
    kind = pa.schema([("game", pa.string()), ("play", pa.int64())])
    old, *fresh = (rows(*part).cast(kind) for part in parts)
    found = splice(fresh, "game", old, [])
    assert found is not None
    assert found.to_pylist() == [{"game": game, "play": n} for game in sorted(units) for n in range(units[game][1])]
