"""The row hash hl1: published vectors, and the vectorised form against the plain one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hooplake.errors import ConfigError, ContractError
from hooplake.lake import rowhash
from hooplake.lake.parquet import write_table
from hooplake.lake.rowhash import hash_version, row_hashes, row_text, token
from hooplake.lake.table import Column, HashFields, TableSpec, Type
from tests.lake.conftest import sha, spec_of

DEMO = spec_of(
    "demo",
    {
        "league": "text",
        "game_id": "text",
        "game_date": "date",
        "player_name": "text",
        "points": "int32",
        "minutes_played": "decimal(5,1)",
        "ts_pct": "decimal(5,3)",
        "starter_flag": "bool",
        "tipoff_utc": "timestamp",
        "missing": "list(text)",
        "features": "list(decimal(10,4))",
    },
    ["game_id"],
    ["league"],
    ("missing",),
)
DEMO_TEXT = (
    "hl1;demo;1|league='nba|game_id='0021500002|game_date=2015-10-27|player_name='Nikola Mirotić|points=19"
    "|minutes_played=28.0|ts_pct=0.702|starter_flag=T|tipoff_utc=2015-10-28T00:00:00.000000Z"
    "|missing=['injuries:NO_SOURCE,'props:NO_SOURCE]|features=[12.5000,~,0.0000]"
)
DEMO_ROW: dict[str, Any] = {
    "league": "nba",
    "game_id": "0021500002",
    "game_date": date(2015, 10, 27),
    "player_name": "Nikola Mirotić",
    "points": 19,
    "minutes_played": 28.0,
    "ts_pct": 0.702,
    "starter_flag": True,
    "tipoff_utc": datetime(2015, 10, 28, tzinfo=UTC),
    "missing": ["injuries:NO_SOURCE", "props:NO_SOURCE"],
    "features": [12.5, None, 0.0],
}


def table_of(*rows: dict[str, Any]) -> pa.Table:
    """Rows with the Arrow types that their Python values have."""
    columns = {name: pa.array([row[name] for row in rows]) for name in rows[0]}
    return pa.table(
        {
            name: values.cast(DEMO.schema.field(name).type) if pa.types.is_null(values.type) else values
            for name, values in columns.items()
        }
    )


def test_the_canonical_text() -> None:
    assert row_text(DEMO, DEMO_ROW) == DEMO_TEXT
    assert sha(DEMO_TEXT) == "b3b48fc71b165a0266064d562992e26662f845c271d55c9aa9133f6a1659b643"
    assert hash_version(DEMO) == "hl1.1"


EASTERN = timezone(timedelta(hours=-4))


@pytest.mark.parametrize(
    ("change", "data_hash"),
    [
        ({}, "b3b48fc71b165a02"),
        ({"minutes_played": 28}, "b3b48fc71b165a02"),
        ({"minutes_played": Decimal("28.00")}, "b3b48fc71b165a02"),
        ({"player_name": "Nikola Mirotic\u0301"}, "b3b48fc71b165a02"),
        ({"missing": ["props:NO_SOURCE", "injuries:NO_SOURCE"]}, "b3b48fc71b165a02"),
        ({"missing": ["props:NO_SOURCE", "injuries:NO_SOURCE", "props:NO_SOURCE"]}, "b3b48fc71b165a02"),
        ({"tipoff_utc": datetime(2015, 10, 27, 20, tzinfo=EASTERN)}, "b3b48fc71b165a02"),
        ({"features": [12.5, None, -0.0]}, "b3b48fc71b165a02"),
        ({"points": 20}, "b99d24af5e6000b1"),
        ({"points": None}, "932659dd69d441d7"),
        ({"points": 0}, "467cfa970a9f71ed"),
        ({"player_name": None}, "bd1c085199e9932b"),
        ({"player_name": ""}, "7ddb6c4baa1aeafc"),
        ({"player_name": "NULL"}, "f78f05f817a040da"),
        ({"player_name": "~"}, "b6dfb815bf374bb8"),
        ({"player_name": "a|points=1\nb\\"}, "c307f8837333f40e"),
    ],
)
def test_published_vectors(change: dict[str, Any], data_hash: str) -> None:
    row = {**DEMO_ROW, **change}
    assert sha(row_text(DEMO, row))[:16] == data_hash
    assert row_hashes(DEMO, table_of(row)).to_pylist() == [data_hash]
    # beside another row, so that neither a column's values nor its NULLs are all alike
    assert row_hashes(DEMO, pa.concat_tables([table_of(row), table_of(row)])).to_pylist() == [data_hash] * 2


def test_another_fieldset_is_another_hash() -> None:
    assert DEMO.hash is not None
    second = replace(DEMO, hash=HashFields(DEMO.hash.columns, 2))
    assert row_hashes(second, table_of(DEMO_ROW)).to_pylist() == ["a211df27e9a41d0d"]
    assert hash_version(second) == "hl1.2"


def test_escapes_of_text() -> None:
    name = Column(name="x", type=Type.parse("text"))
    assert token(name, "a|points=1\nb\\") == "'a\\|points=1\\nb\\\\"
    assert token(name, "a,b]\r") == "'a\\,b\\]\\r"


@pytest.mark.parametrize(
    ("value", "scale", "text"),
    [
        (0.285, 2, "0.29"),
        (1.005, 2, "1.01"),
        (2.675, 2, "2.68"),
        (-0.125, 2, "-0.13"),
        (1e-05, 3, "0.000"),
        (0.0005, 3, "0.001"),
        (36, 1, "36.0"),
        (36.4, 0, "36"),
        (-0.04, 1, "0.0"),
        (-0.5, 0, "-1"),
        (1e-07, 9, "0.000000100"),
        (-12.000000001, 9, "-12.000000001"),
    ],
)
def test_decimal_tokens(value: float, scale: int, text: str) -> None:
    spec = spec_of("d", {"id": "text", "x": f"decimal(15,{scale})"}, ["id"], [], ())
    expected = sha(f"hl1;d;1|id='a|x={text}")[:16]
    assert row_hashes(spec, pa.table({"id": ["a"], "x": [value]})).to_pylist() == [expected]
    assert row_text(spec, {"id": "a", "x": value}) == f"hl1;d;1|id='a|x={text}"


@pytest.mark.parametrize(
    "change",
    [
        {"minutes_played": float("nan")},
        {"minutes_played": float("inf")},
        {"minutes_played": 10_000.0},
        {"features": [float("nan")]},
        {"points": 19.5},
        {"points": "19"},
        {"tipoff_utc": datetime(2015, 10, 28)},
        {"game_date": "2015-10-27"},
        {"starter_flag": 1},
        {"player_name": 7},
    ],
)
def test_what_has_no_token_is_an_error(change: dict[str, Any]) -> None:
    row = {**DEMO_ROW, **change}
    name = next(iter(change))
    with pytest.raises(ContractError, match=name):
        row_text(DEMO, row)
    with pytest.raises(ContractError, match=name):
        row_hashes(DEMO, table_of(row))


def test_a_missing_field_is_an_error_and_not_null() -> None:
    row = {name: value for name, value in DEMO_ROW.items() if name != "points"}
    with pytest.raises(ContractError, match="no field points"):
        row_text(DEMO, row)
    with pytest.raises(ContractError, match="no field points"):
        row_hashes(DEMO, table_of(row))


def test_a_table_without_hash_columns(shots: TableSpec) -> None:
    with pytest.raises(ConfigError, match=r"silver\.shots declares no hash columns"):
        row_hashes(shots, pa.table({}))


def test_no_rows() -> None:
    hashes = row_hashes(DEMO, DEMO.schema.empty_table())
    assert hashes.type == pa.string()
    assert len(hashes) == 0


def test_columns_that_are_not_hashed_do_not_matter() -> None:
    table = table_of(DEMO_ROW).append_column("processed_at", pa.array([datetime(2025, 1, 1)]))
    assert row_hashes(DEMO, table).to_pylist() == ["b3b48fc71b165a02"]


SIGNS = st.text(st.sampled_from("ab~'|\\,]\n\r=[é\u0301 \U0001f3c0"), max_size=5)
DOUBLES = st.one_of(
    st.floats(-99_999, 99_999),
    st.decimals(-999, 999, places=4).map(float),
    st.integers(-999_999, 999_999).map(lambda n: (n * 10 + 5) / 100_000),
)
VALUES: dict[str, tuple[str, st.SearchStrategy[Any]]] = {
    "id": ("text", SIGNS),
    "name": ("text", SIGNS),
    "tiny": ("int8", st.integers(-128, 127)),
    "wide": ("int64", st.integers(-(2**63), 2**63 - 1)),
    "d0": ("decimal(15,0)", DOUBLES),
    "d1": ("decimal(15,1)", DOUBLES),
    "d4": ("decimal(15,4)", DOUBLES),
    "d9": ("decimal(15,9)", DOUBLES),
    "flag": ("bool", st.booleans()),
    "day": ("date", st.dates(date(1000, 1, 1), date(9999, 12, 31))),
    "at": ("timestamp", st.datetimes(datetime(1000, 1, 1), datetime(9999, 1, 1), timezones=st.just(UTC))),
    "texts": ("list(text)", st.lists(st.none() | SIGNS, max_size=4)),
    "text_set": ("list(text)", st.lists(st.none() | SIGNS, max_size=4)),
    "number_set": ("list(int16)", st.lists(st.none() | st.integers(-30, 30), max_size=4)),
    "rates": ("list(decimal(12,3))", st.lists(st.none() | DOUBLES, max_size=4)),
    "days": ("list(date)", st.lists(st.none() | st.dates(date(1000, 1, 1)), max_size=3)),
    "flags": ("list(bool)", st.lists(st.none() | st.booleans(), max_size=3)),
}
EVERYTHING = spec_of(
    "everything", {name: kind for name, (kind, _) in VALUES.items()}, ["id"], [], ("text_set", "number_set")
)
RANDOM_ROWS = st.lists(
    st.fixed_dictionaries(
        {name: values if name == "id" else st.none() | values for name, (_, values) in VALUES.items()}
    ),
    max_size=8,
)


@given(RANDOM_ROWS, st.integers(0, 8))
@example([dict.fromkeys(VALUES) | {"id": "", "wide": wide} for wide in (2**63 - 1, 2**63 - 2)], 0)
@example([dict.fromkeys(VALUES) | {"id": "", "wide": wide} for wide in (-(2**63), 1 - 2**63)], 0)
def test_the_vectorised_hash_is_that_of_the_plain_text(rows: list[dict[str, Any]], cut: int) -> None:
    table = pa.Table.from_pylist(rows, EVERYTHING.schema)
    chunked = pa.concat_tables([table.slice(0, cut), table.slice(cut)])
    expected = [sha(row_text(EVERYTHING, row))[:16] for row in rows]
    assert row_hashes(EVERYTHING, table).to_pylist() == expected
    assert row_hashes(EVERYTHING, chunked).to_pylist() == expected


@given(RANDOM_ROWS)
def test_a_stored_row_hashes_as_before_it_was_stored(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, Any]]
) -> None:
    unique = list({row["id"]: row for row in rows}.values())
    file = tmp_path_factory.mktemp("rows") / "part.parquet"
    write_table(EVERYTHING, pa.Table.from_pylist(unique, EVERYTHING.schema), file)
    stored = pq.read_table(file)
    expected = {row["id"]: sha(row_text(EVERYTHING, row))[:16] for row in unique}
    found = dict(zip(stored["id"].to_pylist(), row_hashes(EVERYTHING, stored).to_pylist(), strict=True))
    assert found == expected


def test_many_rows_are_hashed_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rowhash, "_BATCH_ROWS", 3)
    rows = [{**DEMO_ROW, "points": n if n % 3 else None, "game_id": f"{n:03d}"} for n in range(10)]
    expected = [sha(row_text(DEMO, row))[:16] for row in rows]
    assert row_hashes(DEMO, pa.Table.from_pylist(rows, DEMO.schema)).to_pylist() == expected


def test_a_hundred_thousand_rows_hash_as_their_plain_texts() -> None:
    count = 100_000
    random = np.random.default_rng(7)
    types = {"id": "text", "n": "int32", "d1": "decimal(6,1)", "d3": "decimal(7,3)", "name": "text"}
    spec = spec_of("many", types, ["id"], [], ())
    # halves of the last digit and their neighbours, where engines round and print differently
    ties = (random.integers(-9_999, 9_999, count) * 10 + 5) / 100
    names = ["Jokić", "a|b", "Doncic\u030c", "", "plain", None]
    table = pa.table(
        {
            "id": pa.array(np.arange(count)).cast(pa.string()),
            "n": pa.array(random.integers(-5, 5, count), mask=random.random(count) < 0.1),
            "d1": pa.array(np.where(random.random(count) < 0.5, ties, np.nextafter(ties, 0))),
            "d3": pa.array(random.integers(-9_999_999, 9_999_999, count) / 10_000, mask=random.random(count) < 0.1),
            "name": pa.array([names[place] for place in random.integers(0, len(names), count)]),
        }
    )
    plain = [sha(row_text(spec, row))[:16] for row in table.to_pylist()]
    assert row_hashes(spec, table).to_pylist() == plain
