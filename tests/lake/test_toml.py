"""Reading TOML: the short way says what the long one says, or leaves the file to it."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import hooplake
from hooplake.lake import toml

FILES = sorted(Path(hooplake.__file__).parent.rglob("*.toml"))
SPEC = """\
# a comment
name = "silver.x"
key = ["a", "b"]
row_group_rows = 8192
[reach]
"silver.y" = "before"
[columns]
a = { type = "text", meaning = "one, = two { [ # 'three'" }
b = { type = "int8", null = true, min = -3, max = 0.5, values = [
    1, 2,
    3,
], meaning = "" }
[[checks]]
name = "first"
[[checks]]
name = "second"
"""


def same(one: Any, other: Any) -> bool:
    """Equal, of the same types and in the same order."""
    if type(one) is not type(other):
        return False
    if type(one) is dict:
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    if type(one) is list:
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


def agrees(text: str) -> bool:
    """Whether the short way says what the long one says; what the long one refuses is left to it."""
    short = toml._plain(text)
    try:
        long = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return short is None
    return short is None or same(short, long)


def test_a_spec_is_read_the_short_way() -> None:
    assert toml._plain(SPEC) == {
        "name": "silver.x",
        "key": ["a", "b"],
        "row_group_rows": 8192,
        "reach": {"silver.y": "before"},
        "columns": {
            "a": {"type": "text", "meaning": "one, = two { [ # 'three'"},
            "b": {"type": "int8", "null": True, "min": -3, "max": 0.5, "values": [1, 2, 3], "meaning": ""},
        },
        "checks": [{"name": "first"}, {"name": "second"}],
    }


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_file_of_the_package_says_the_same(file: Path) -> None:
    assert agrees(file.read_text("utf-8"))


def test_nearly_every_file_of_the_package_is_read_the_short_way() -> None:
    long = [file.name for file in FILES if toml._plain(file.read_text("utf-8")) is None]
    assert len(long) <= 2, long


@pytest.mark.parametrize(
    "text",
    [
        "a = 1\na = 2",
        "a = { b = 1, b = 2 }",
        "a = [{ b = 1, b = 2 }, { b = 1 }]",
        "[a]\n[a]",
        "a = 1\n[a]",
        "a = [1]\n[[a]]",
        "[a]\n[[a]]",
        "a = 01",
        "a = NaN",
        "a = Infinity",
        "a = ",
        "a = [1 2]",
        "a = { b = 1, }",
        "a = 'b",
        'a = "b',
        'a = "b" "c"',
        'a = "b\tc"',
        'a = "\x7f"',
        'a = "\\q"',
        '"" = 1\n"" = 2',
        "a = [",
        "a.b = 1",
        "[a.b]",
        "a = 2020-01-01",
        "a = 1_000",
        "a = 0x1F",
        "a = 1e5",
        "a = 1E+5",
        "a = '''b'''",
        'a = """b"""',
        "a = 1 # one",
        "a = 1\r\nb = 2",
        "é = 1",
        " = 1",
        "a = nan",
        "a = -0",
        "a = [1,2,]",
        "a = [[1], [2]]",
        "a = {}",
        "",
    ],
)
def test_what_is_not_plain_or_wrong_is_left_to_the_long_way(text: str) -> None:
    assert agrees(text)


def test_what_is_wrong_is_told() -> None:
    with pytest.raises(tomllib.TOMLDecodeError, match="overwrite"):
        toml.loads("a = 1\na = 2")


VALUES = st.recursive(
    st.booleans() | st.integers(-(10**15), 10**15) | st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=4,
)


def written(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


@given(st.dictionaries(st.from_regex(r"[a-z_]{1,6}", fullmatch=True), VALUES, max_size=4), st.data())
def test_any_file_of_this_form_says_the_same(columns: dict[str, Any], data: st.DataObject) -> None:
    inline = ", ".join(f"{key} = {written(value)}" for key, value in columns.items())
    text = SPEC + f"[more]\nx = {{ {inline} }}\n" + "".join(f"{key} = {written(columns[key])}\n" for key in columns)
    assert agrees(text)
    at = data.draw(st.integers(0, len(text)))
    broken = text[:at] + data.draw(st.text('"\\[]{}=,.#\n a1-', max_size=3)) + text[at + data.draw(st.integers(0, 3)) :]
    assert agrees(broken)
