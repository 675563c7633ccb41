"""A table spec is read from TOML, and what is wrong in it is said."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from hooplake.errors import ConfigError, UnknownTable
from hooplake.lake.table import Registry, TableSpec, Type
from tests.lake.conftest import SHOTS

TOML = """
name = "gold.lines"
description = "One row per line."
key = ["player_id"]
partition = ["season"]
[hash]
columns = ["season", "player_id", "missing"]
fieldset = 2
[columns]
season = { type = "int32" }
player_id = { type = "text" }
clock_seconds = { type = "decimal(6,1)", null = true, unit = "s", min = 0, meaning = "Time left.", null_budget = 0.5 }
missing = { type = "list(text)", set = true }
details = { type = "json(text)", null = true }
[[checks]]
rule = "clock_seconds <= 720"
[[checks]]
name = "named"
rule = "clock_seconds >= 0"
meaning = "Clocks run down."
"""


def test_a_spec_is_read_from_toml(tmp_path: Path) -> None:
    (tmp_path / "lines.toml").write_text(TOML)
    spec = TableSpec.load(tmp_path / "lines.toml")
    assert (spec.name, spec.layer, spec.table) == ("gold.lines", "gold", "lines")
    assert (spec.key, spec.partition, spec.unit) == (("player_id",), ("season",), "")
    clock = spec.columns["clock_seconds"]
    assert (clock.null, clock.unit, clock.min, clock.meaning, clock.null_budget) == (True, "s", 0, "Time left.", 0.5)
    assert spec.hash is not None
    assert (spec.hash.columns, spec.hash.fieldset) == (("season", "player_id", "missing"), 2)
    assert [check.name for check in spec.checks] == ["clock_seconds <= 720", "named"]
    assert spec.row_group_rows == 122_880
    assert spec.schema == pa.schema(
        [
            pa.field("season", pa.int32(), nullable=False),
            pa.field("player_id", pa.string(), nullable=False),
            pa.field("clock_seconds", pa.float64()),
            pa.field("missing", pa.list_(pa.string()), nullable=False),
            pa.field("details", pa.string()),
        ]
    )
    assert spec.file_schema.names == ["player_id", "clock_seconds", "missing", "details"]


def test_row_groups_are_small_where_a_table_is_read_by_unit(shots: TableSpec) -> None:
    data = deepcopy(SHOTS)
    del data["row_group_rows"]
    assert TableSpec.from_dict(data).row_group_rows == 8192
    assert shots.row_group_rows == 4


@pytest.mark.parametrize(
    ("text", "arrow"),
    [
        ("bool", pa.bool_()),
        ("int8", pa.int8()),
        ("int64", pa.int64()),
        ("float64", pa.float64()),
        ("decimal(15,4)", pa.float64()),
        ("text", pa.string()),
        ("json", pa.string()),
        ("date", pa.date32()),
        ("timestamp", pa.timestamp("us", tz="UTC")),
        ("list(int16)", pa.list_(pa.int16())),
        ("list(decimal(10,4))", pa.list_(pa.float64())),
    ],
)
def test_types(text: str, arrow: pa.DataType) -> None:
    assert Type.parse(text).arrow == arrow
    assert str(Type.parse(text)) == text


@pytest.mark.parametrize(
    "text", ["float", "decimal(16,2)", "decimal(3,4)", "list(list(text))", "list(json)", "TEXT", ""]
)
def test_unknown_types(text: str) -> None:
    with pytest.raises(ConfigError):
        Type.parse(text)


def changed(**changes: Any) -> dict[str, Any]:
    data = deepcopy(SHOTS)
    columns = changes.pop("columns", {})
    data.update(changes)
    data["columns"].update(columns)
    return data


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": "shots"}, "layer.table"),
        ({"name": "silver.Shots"}, "snake_case"),
        ({"keys": ["game_id"]}, "unknown key: keys"),
        ({"key": []}, "needs a key"),
        ({"key": ["game_id", "game_id"]}, "twice"),
        ({"key": ["game"]}, "key names no column: game"),
        ({"key": ["shooter"]}, "may not be null: shooter"),
        ({"key": ["season", "game_id"]}, "season is in the path"),
        ({"unit": "season"}, "season is in the path"),
        ({"unit": "game"}, "unit names no column"),
        ({"partition": ["league", "year"]}, "partition names no column: year"),
        ({"hash": {"columns": ["nothing"], "fieldset": 1}}, "hash names no column"),
        ({"row_group_rows": 0}, "at least 1"),
        ({"columns": {"x": {"type": "text", "nul": True}}}, "unknown key of column x: nul"),
        ({"columns": {"X": {"type": "text"}}}, "'X' is not in snake_case"),
        ({"columns": {"x": {"null": True}}}, "column x has no type"),
        ({"columns": {"x": {"type": "real"}}}, "unknown type 'real'"),
        ({"columns": {"x": {"type": "text", "min": 0}}}, "only numbers have a min"),
        ({"columns": {"x": {"type": "date", "values": ["a"]}}}, "only texts and integers"),
        ({"columns": {"x": {"type": "text", "set": True}}}, "only a list"),
        ({"columns": {"x": {"type": "text", "null_budget": 2}}}, "share from 0 to 1"),
        (
            {"columns": {"x": {"type": "float64"}}, "hash": {"columns": ["x"], "fieldset": 1}},
            "declare a decimal scale",
        ),
        ({"checks": [{"rule": "points <= rebounds"}]}, "no column of the file: rebounds"),
        ({"checks": [{"rule": "season = 2025"}]}, "no column of the file: season"),
        ({"checks": [{"rule": "1 < 2"}]}, "names no column"),
        ({"checks": [{"rule": "points < shooter"}]}, "compares int8 and text"),
        ({"checks": [{"rule": "shooter + game_id = 'x'"}]}, "compares text"),
        ({"checks": [{"rule": "points < 'three'"}]}, "compares int8 and text"),
        ({"checks": [{"rule": "points <"}]}, "a column or a number is due"),
        ({"checks": [{"rule": "points < 3", "severity": "low"}]}, "severity"),
    ],
)
def test_what_is_wrong_in_a_spec_is_said(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message) as caught:
        TableSpec.from_dict(changed(**changes))
    assert "table " in str(caught.value)


def test_a_missing_part_is_said() -> None:
    data = deepcopy(SHOTS)
    del data["key"]
    with pytest.raises(ConfigError, match=r"table silver\.shots: key is missing"):
        TableSpec.from_dict(data)


def test_the_registry_reads_folders_in_name_order(tmp_path: Path) -> None:
    for folder, name in (("b", "silver.zebra"), ("a/deep", "silver.ant"), ("b", "gold.bee")):
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)
        text = TOML.replace("gold.lines", name)
        (tmp_path / folder / f"{name}.toml").write_text(text)
    registry = Registry.load(tmp_path / "a", tmp_path / "b", tmp_path / "missing")
    assert list(registry) == ["gold.bee", "silver.ant", "silver.zebra"]
    assert registry["silver.ant"].table == "ant"
    with pytest.raises(UnknownTable, match=r"silver\.zebrra.*did you mean silver\.zebra"):
        registry["silver.zebrra"]
    with pytest.raises(UnknownTable, match=r"did you mean silver\.ant"):
        registry["ant"]
    assert "silver.bee" not in registry
    assert registry.get("silver.bee") is None


def test_a_table_is_declared_once(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.toml").write_text(TOML)
    with pytest.raises(ConfigError, match=r"gold\.lines is declared twice"):
        Registry.load(tmp_path)


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text("name = ")
    with pytest.raises(ConfigError, match=r"bad\.toml"):
        Registry.load(tmp_path)
