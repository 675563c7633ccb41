"""Rows that keep the contract pass; every other row is set aside with all its reasons."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hooplake.errors import ContractError
from hooplake.lake.contracts import REASONS, check
from hooplake.lake.table import TableSpec

SPEC = TableSpec.from_dict(
    {
        "name": "silver.lines",
        "key": ["game_id", "player_id"],
        "partition": ["season"],
        "unit": "game_id",
        "columns": {
            "season": {"type": "int16"},
            "game_id": {"type": "text"},
            "player_id": {"type": "text"},
            "side": {"type": "text", "null": True, "values": ["home", "away"]},
            "period": {"type": "int8", "null": True, "values": [1, 2]},
            "fgm": {"type": "int16", "null": True, "min": 0},
            "fga": {"type": "int16", "null": True, "min": 0, "max": 60},
            "minutes": {"type": "decimal(4,1)", "null": True, "min": 0, "max": 80, "null_budget": 0.5},
            "half": {"type": "decimal(4,1)", "null": True},
            "opponent": {"type": "text", "null": True},
            "tags": {"type": "list(int16)", "null": True},
        },
        "checks": [
            {"rule": "fgm <= fga"},
            {"name": "halves", "rule": "minutes = half + half"},
            {"name": "not_itself", "rule": "opponent != player_id"},
            {"name": "known_opponent", "rule": "opponent != 'unknown'"},
        ],
    }
)
GOOD = {
    "game_id": "g1",
    "player_id": "p1",
    "side": "home",
    "period": 1,
    "fgm": 3,
    "fga": 3,
    "minutes": 30.2,
    "half": 15.1,
    "opponent": "p2",
    "tags": [1],
}
SCHEMA = pa.schema(
    [
        pa.field(name, pa.int64() if pa.types.is_integer(kind) else pa.list_(pa.int64()) if name == "tags" else kind)
        for name, kind in zip(SPEC.file_schema.names, SPEC.file_schema.types, strict=True)
    ]
)


def table(*rows: dict[str, Any]) -> pa.Table:
    return pa.Table.from_pylist([{**GOOD, "player_id": f"p{9 - n}", **row} for n, row in enumerate(rows)], SCHEMA)


def test_good_rows_come_back_conformed_in_their_order() -> None:
    checked = check(SPEC, table({}, {"fgm": None, "minutes": 30.25, "half": None}, {"game_id": "g0"}))
    assert checked.rows.schema == SPEC.file_schema
    assert checked.rows.column("player_id").to_pylist() == ["p9", "p8", "p7"]
    assert checked.rows.column("minutes").to_pylist() == [30.2, 30.3, 30.2]
    assert len(checked.quarantined) == 0
    assert checked.quarantined.column_names == [*SCHEMA.names, REASONS]
    assert checked.counts == {}
    assert checked.findings == ()


@pytest.mark.parametrize(
    ("change", "reasons"),
    [
        ({"game_id": None}, ["not_null:game_id"]),
        ({"fga": 40_000, "fgm": None}, ["type:fga"]),
        ({"minutes": float("nan")}, ["type:minutes"]),
        ({"minutes": 1000.0}, ["type:minutes"]),
        ({"tags": [1, 99_999]}, ["type:tags"]),
        ({"fgm": -1}, ["range:fgm"]),
        ({"fga": 61}, ["range:fga"]),
        ({"minutes": 80.1, "half": None}, ["range:minutes"]),
        ({"side": "left"}, ["values:side"]),
        ({"period": 3}, ["values:period"]),
        ({"fgm": 4}, ["check:fgm <= fga"]),
        ({"minutes": 30.3}, ["check:halves"]),
        ({"opponent": "p8"}, ["check:not_itself"]),
        ({"opponent": "unknown"}, ["check:known_opponent"]),
        ({"side": "left", "fgm": 70, "fga": 61}, ["values:side", "range:fga", "check:fgm <= fga"]),
    ],
)
def test_a_bad_row_is_set_aside_with_its_reasons(change: dict[str, Any], reasons: list[str]) -> None:
    checked = check(SPEC, table({}, change, {}))
    assert checked.rows.column("player_id").to_pylist() == ["p9", "p7"]
    (row,) = checked.quarantined.to_pylist()
    assert sorted(row.pop(REASONS)) == sorted(reasons)
    assert {name: str(value) for name, value in row.items()} == {
        name: str(value) for name, value in {**GOOD, "player_id": "p8", **change}.items()
    }
    assert checked.counts == dict.fromkeys(checked.counts, 1)
    assert set(checked.counts) == set(reasons)


def test_whether_rows_came_in_the_order_of_the_key_is_told() -> None:
    first, second = ({"player_id": name} for name in ("p4", "p5"))
    assert check(SPEC, table(first, second)).ordered
    assert check(SPEC, table(first, {"player_id": "p4a", "fgm": -1}, second)).ordered  # the one between is set aside
    for rows in ((second, first), (first, first), ({"player_id": None}, second)):
        assert not check(SPEC, table(*rows)).ordered


def test_null_passes_every_check_but_not_null() -> None:
    nothing = dict.fromkeys(SCHEMA.names) | {"game_id": "g1"}
    del nothing["player_id"]
    checked = check(SPEC, table(nothing, {}))
    assert checked.counts == {}
    assert len(checked.rows) == 2


def test_all_rows_of_a_key_are_set_aside() -> None:
    rows = table({"player_id": "a"}, {"player_id": "b"}, {"player_id": "a", "fgm": 1}, {"player_id": "c"})
    checked = check(SPEC, rows)
    assert checked.rows.column("player_id").to_pylist() == ["b", "c"]
    assert checked.quarantined.column("fgm").to_pylist() == [3, 1]
    assert checked.counts == {"duplicate_key": 2}


def test_keys_with_null_are_not_duplicates_of_each_other() -> None:
    checked = check(SPEC, table({"player_id": None}, {"player_id": None}, {}))
    assert checked.counts == {"not_null:player_id": 2}


def test_a_null_budget_is_of_the_whole_table() -> None:
    checked = check(SPEC, table({"minutes": None}, {"minutes": None}, {}))
    assert len(checked.rows) == 3
    assert checked.findings == ("null_budget:minutes 0.6667 > 0.5",)
    assert check(SPEC, table({"minutes": None}, {})).findings == ()
    assert check(SPEC, table()).findings == ()


def test_texts_may_come_as_views() -> None:
    rows = table({}, {"side": "left"})
    views = rows.set_column(2, "side", rows.column("side").cast(pa.string_view()))
    assert check(SPEC, views) == check(SPEC, rows)


def test_other_columns_than_declared_are_an_error() -> None:
    with pytest.raises(ContractError, match="lack the columns fga"):
        check(SPEC, table({}).drop_columns(["fga"]))
    with pytest.raises(ContractError, match="declares no columns extra"):
        check(SPEC, table({}).append_column("extra", pa.array([1])))
    with pytest.raises(ContractError, match=r"silver\.lines\.fga is declared int16 but has string"):
        check(SPEC, table({}).set_column(SCHEMA.names.index("fga"), "fga", pa.array(["1"])))


rows_strategy = st.lists(
    st.fixed_dictionaries(
        {
            "game_id": st.sampled_from(["g1", "g2", None]),
            "player_id": st.sampled_from(["a", "b", "c", "d"]),
            "side": st.sampled_from(["home", "away", "left", None]),
            "fgm": st.one_of(st.none(), st.integers(-3, 40_000)),
            "fga": st.one_of(st.none(), st.integers(-3, 70)),
        }
    ),
    max_size=12,
)


def reasons_by_hand(row: dict[str, Any], keys: Counter[tuple[Any, Any]]) -> set[str]:
    found = set()
    if row["game_id"] is None:
        found.add("not_null:game_id")
    elif keys[row["game_id"], row["player_id"]] > 1:
        found.add("duplicate_key")
    if row["side"] == "left":
        found.add("values:side")
    fgm = row["fgm"]
    if fgm is not None and fgm > 32_767:
        found.add("type:fgm")
        fgm = None
    if fgm is not None and fgm < 0:
        found.add("range:fgm")
    if row["fga"] is not None and not 0 <= row["fga"] <= 60:
        found.add("range:fga")
    if fgm is not None and row["fga"] is not None and fgm > row["fga"]:
        found.add("check:fgm <= fga")
    return found


@given(rows_strategy)
def test_no_row_is_lost_and_each_has_the_reasons_of_plain_python(rows: list[dict[str, Any]]) -> None:
    keys = Counter((row["game_id"], row["player_id"]) for row in rows)
    expected = [reasons_by_hand(row, keys) for row in rows]
    checked = check(SPEC, pa.Table.from_pylist([{**GOOD, "opponent": None, **row} for row in rows], SCHEMA))
    assert len(checked.rows) + len(checked.quarantined) == len(rows)
    assert [set(found) for found in checked.quarantined.column(REASONS).to_pylist()] == [r for r in expected if r]
    good = [row["player_id"] for row, reasons in zip(rows, expected, strict=True) if not reasons]
    assert checked.rows.column("player_id").to_pylist() == good
    assert checked.counts == dict(Counter(reason for reasons in expected for reason in reasons))
