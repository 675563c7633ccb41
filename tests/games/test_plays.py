"""The columns of the plays: ids, order, clocks, sides, players, spots."""

from __future__ import annotations

from typing import Any

import pytest

from tests.games.documents import play, plays_of, read, summary


def column(name: str, *rows: dict[str, Any], **document: Any) -> list[Any]:
    found: list[Any] = getattr(plays_of(read(summary(plays=list(rows), **document))), name)
    return found


def test_ids_of_eighteen_digits_stay_as_they_are() -> None:
    assert column("play_id", play(id="401820771101799901")) == ["401820771101799901"]
    assert column("play_id", play(id=401820771101799901)) == ["401820771101799901"]


@pytest.mark.parametrize(
    ("given", "kept"), [("773", 773), ("101799901", 101799901), ("-1", None), ("7a", None), ("9" * 19, None), (5, 5)]
)
def test_sequence_numbers(given: Any, kept: int | None) -> None:
    assert column("sequence", play(sequenceNumber=given)) == [kept]


def test_a_play_without_a_plausible_period_has_that_of_the_play_before_it() -> None:
    rows = [play(n, period=p) for n, p in enumerate([0, 1, 1, -1, 10**9, 2, None, 21, 2**63, 3])]
    assert column("period", *rows) == [1, 1, 1, 1, 1, 2, 2, 2, 2, 3]


def test_clock_and_elapsed_seconds() -> None:
    rows = [play(1, clock="12:00"), play(2, clock="5:30"), play(3, clock="42.0"), play(4, period=6, clock="2:30")]
    assert column("clock", *rows) == ["12:00", "5:30", "42.0", "2:30"]
    assert column("clock_seconds", *rows) == [720, 330, 42, 150]
    assert column("elapsed_seconds", *rows) == [0, 390, 678, 3330]


def test_a_clock_beyond_the_period_is_not_known() -> None:
    rows = [
        play(1, clock="12:01"),
        play(2, clock="99:59"),
        play(3, period=5, clock="5:01"),
        play(4, period=5, clock="5:00"),
    ]
    assert column("clock_seconds", *rows) == [None, None, None, 300]
    assert column("elapsed_seconds", *rows) == [None, None, None, 2880]
    assert column("clock", *rows)[0] == "12:01"


def test_the_length_of_a_period_is_that_of_the_document() -> None:
    stated = {"regulation": {"periods": 2, "clock": 1200.0}, "overtime": {"clock": 300.0}}
    rows = [play(1, clock="19:00"), play(2, period=3, clock="1:00")]
    assert column("elapsed_seconds", *rows, format=stated) == [60, 2640]
    assert column("elapsed_seconds", *rows, league="mens-college-basketball") == [60, 2640]


def test_sides_are_told_by_the_id_of_the_team() -> None:
    rows = [play(1, team="24"), play(2, team="7"), play(3, team="99"), play(4)]
    assert column("team_id", *rows) == ["24", "7", "99", None]
    assert column("home", *rows) == [True, False, None, None]


def test_t16_the_order_of_the_participants_is_their_role() -> None:
    for text in ("B blocks A 's 5-foot layup", "B blocks A's layup"):
        row = play(1, "110", text, shootingPlay=True, players=["a", "b"])
        assert column("player1_id", row) == ["a"]
        assert column("player2_id", row) == ["b"]


def test_up_to_three_players_and_holes_between_them() -> None:
    rows = [
        play(1, players=["a", "b", "c", "d"]),
        play(2, players=[]),
        play(3),
        play(4, participants=[{}, {"athlete": {"id": "b"}}]),
        play(5, participants=[{"athlete": None}]),
    ]
    assert column("player1_id", *rows) == ["a", None, None, None, None]
    assert column("player2_id", *rows) == ["b", None, None, "b", None]
    assert column("player3_id", *rows) == ["c", None, None, None, None]


@pytest.mark.parametrize(
    ("xy", "kept"),
    [
        ((25, 0), (25, 0)),
        ((0, -4), (0, -4)),
        ((-214748340, -214748365), (None, None)),
        ((-1000, 5), (None, 5)),
        ((1e9, 5), (None, 5)),
        ((None, None), (None, None)),
    ],
)
def test_the_mark_for_no_spot_is_none(xy: tuple[Any, Any], kept: tuple[Any, Any]) -> None:
    row = play(xy=xy)
    assert (column("x", row)[0], column("y", row)[0]) == kept


def test_no_plays() -> None:
    assert len(read(summary()).plays) == 0
    assert len(read(summary(plays=[])).plays) == 0


def test_source_rows_are_places_in_the_document() -> None:
    assert column("source_row", play(1), play(2), play(3)) == [0, 1, 2]
