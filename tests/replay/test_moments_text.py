"""Moments and periods as people write them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hooplake.errors import ConfigError
from hooplake.games.leagues import Rules
from hooplake.replay.moments.text import (
    Asked,
    AtClock,
    AtElapsed,
    AtEnd,
    AtEvent,
    AtStart,
    AtWall,
    clock_text,
    parse_moment,
    parse_period,
    parse_span,
    period_name,
)

QUARTERS, HALVES = Rules(4, 720), Rules(2, 1200)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        (272, AtEvent(272)),
        ("272", AtEvent(272)),
        ("#0", AtEvent(0)),
        ("event 12", AtEvent(12)),
        ("Q3 7:32", AtClock(3, 452)),
        ("q3  07:32", AtClock(3, 452)),
        ("7:32 Q3", AtClock(3, 452)),
        ("3Q 7:32", AtClock(3, 452)),
        ("3rd 7:32", AtClock(3, 452)),
        ("3rd quarter 7:32", AtClock(3, 452)),
        ("1st 12:00", AtClock(1, 720)),
        ("Q4 0:24.1", AtClock(4, 24.1)),
        ("Q4 24.1", AtClock(4, 24.1)),
        ("Q4 0:00", AtClock(4, 0)),
        ("OT 2:30", AtClock(5, 150)),
        ("2OT 0:10", AtClock(6, 10)),
        ("OT2 0:10", AtClock(6, 10)),
        ("P5 2:30", AtClock(5, 150)),
        ("start", AtStart(1)),
        ("start Q3", AtStart(3)),
        ("start of OT", AtStart(5)),
        ("end", AtEnd(None)),
        ("final", AtEnd(None)),
        ("end Q1", AtEnd(1)),
        ("end of the 1st quarter", AtEnd(1)),
        ("Q1 end", AtEnd(1)),
        ("half", AtEnd(2)),
        ("half-time", AtEnd(2)),
        ("end of regulation", AtEnd(4)),
        ("t=1234", AtElapsed(1234)),
        ("t = 60.5", AtElapsed(60.5)),
        ("2025-01-05T02:00:00Z", AtWall(datetime(2025, 1, 5, 2, tzinfo=UTC))),
        ("2025-01-05 02:00", AtWall(datetime(2025, 1, 5, 2, tzinfo=UTC))),
    ],
)
def test_forms_of_a_game_of_quarters(text: str | int, asked: Asked) -> None:
    assert parse_moment(text, QUARTERS) == asked


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("H2 12:00", AtClock(2, 720)),
        ("2nd half 12:00", AtClock(2, 720)),
        ("1st 20:00", AtClock(1, 1200)),
        ("half", AtEnd(1)),
        ("end H1", AtEnd(1)),
        ("regulation", AtEnd(2)),
        ("OT 5:00", AtClock(3, 300)),
    ],
)
def test_forms_of_a_game_of_halves(text: str, asked: Asked) -> None:
    assert parse_moment(text, HALVES) == asked


@pytest.mark.parametrize(
    ("text", "rules", "message"),
    [
        ("", QUARTERS, "'' is not a moment: give an event number .* 'Q3 7:32'.* 't=1234'"),
        ("Q3", QUARTERS, "'Q3' is not a moment"),
        ("7:32", QUARTERS, "'7:32' is not a moment"),
        ("-1", QUARTERS, "'-1' is not a moment"),
        ("2025-01-05", QUARTERS, "'2025-01-05' is not a moment"),
        ("Q3 13:00", QUARTERS, "'13:00' is not a clock of Q3, which starts at 12:00"),
        ("OT 5:01", QUARTERS, "'5:01' is not a clock of OT, which starts at 5:00"),
        ("Q3 0:75", QUARTERS, "'0:75' is not a clock"),
        ("Q5 1:00", QUARTERS, "'q5' is not a period of this game: its periods are Q1 to Q4"),
        ("H2 12:00", QUARTERS, "'h2' is not a period of this game"),
        ("Q1 12:00", HALVES, "'q1' is not a period of this game: its periods are H1, H2"),
        ("3rd 12:00", HALVES, "'3rd' is not a period of this game"),
        ("end Q0", QUARTERS, "'q0' is not a period"),
    ],
)
def test_what_is_no_moment_says_what_would_be_one(text: str, rules: Rules, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        parse_moment(text, rules)


@given(st.sampled_from([QUARTERS, HALVES, Rules(4, 600)]), st.integers(1, 8), st.integers(0, 12_000))
def test_what_is_printed_can_be_read(rules: Rules, period: int, tenths: int) -> None:
    clock = min(tenths / 10, rules.length(period))
    assert parse_moment(f"{period_name(period, rules)} {clock_text(clock)}", rules) == AtClock(period, clock)
    assert parse_period(period_name(period, rules), rules) == period


@pytest.mark.parametrize(
    ("text", "rules", "last", "span"),
    [
        (3, QUARTERS, 4, (3, 3)),
        ("Q3", QUARTERS, 4, (3, 3)),
        ("H1", QUARTERS, 4, (1, 2)),
        ("second half", QUARTERS, 5, (3, 4)),
        ("H2", HALVES, 3, (2, 2)),
        ("regulation", QUARTERS, 5, (1, 4)),
        ("overtime", QUARTERS, 7, (5, 7)),
        ("OT", QUARTERS, 7, (5, 5)),
        ("game", HALVES, 4, (1, 4)),
    ],
)
def test_parts_of_a_game(text: int | str, rules: Rules, last: int, span: tuple[int, int]) -> None:
    assert parse_span(text, rules, last) == span


@pytest.mark.parametrize(("text", "last"), [("OT", 4), ("overtime", 4), (5, 4), (0, 4), ("2OT", 5)])
def test_a_part_that_the_game_did_not_have(text: int | str, last: int) -> None:
    with pytest.raises(ConfigError, match=f"the game has {last} periods"):
        parse_span(text, QUARTERS, last)
