"""A rule is one comparison of two sums."""

from __future__ import annotations

import pytest

from hooplake.errors import ConfigError
from hooplake.lake.rule import Literal, Rule, Sum, parse


def test_a_comparison_of_columns() -> None:
    rule = parse("fgm <= fga")
    assert rule == Rule(Sum(((1, ("fgm",)),)), "<=", Sum(((1, ("fga",)),)))
    assert rule.columns == ("fgm", "fga")
    assert (rule.left.single, rule.right.single) == ("fgm", "fga")


def test_sums_and_products() -> None:
    rule = parse("points = 2*fgm + fg3m - 0.5 * ftm*fta")
    assert rule.right.terms == ((1, (2, "fgm")), (1, ("fg3m",)), (-1, (0.5, "ftm", "fta")))
    assert rule.columns == ("points", "fgm", "fg3m", "ftm", "fta")
    assert rule.right.single is None
    assert parse("-a < 1").left == Sum(((-1, ("a",)),))


def test_texts() -> None:
    assert parse("home_id != 'a <= b'").right.single == Literal("a <= b")


@pytest.mark.parametrize("sign", ["=", "!=", "<", "<=", ">", ">="])
def test_comparisons_need_no_blanks(sign: str) -> None:
    assert parse(f"a{sign}b").comparison == sign


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "a column or a number is due"),
        ("a", "a comparison"),
        ("a + b", "a comparison"),
        ("a < b < c", "'<' is one too many"),
        ("a < b c", "'c' is one too many"),
        ("a < * b", "due where '\\*' is"),
        ("a < b +", "ends where"),
        ("a; drop table x < 1", "cannot read '; drop table x < 1'"),
        ("a < __import__('os')", "cannot read|one too many"),
        ("a == b", "due where '=' is"),
        ("a < 'open", "cannot read"),
        ("a < B", "cannot read 'B'"),
        ("a and b", "a comparison"),
    ],
)
def test_what_is_no_rule(text: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        parse(text)
