"""The named repairs of the order of plays."""

from __future__ import annotations

from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from hooplake.games.leagues import Rules
from hooplake.games.model import Game
from hooplake.games.order import fewest_moves, repair_order
from tests.games.documents import play, plays_of, read, summary


def game(*rows: dict[str, Any], status: str = "FINAL") -> Game:
    return read(summary(plays=list(rows), status=status))


def texts(found: Game) -> list[str | None]:
    return list(plays_of(found).description)


def row(number: int, period: int, clock: str | None, **fields: Any) -> dict[str, Any]:
    return play(number, "155", str(number), period=period, clock=clock, **fields)


SOUND = [
    row(1, 1, "12:00"),
    row(2, 1, "11:40"),
    row(3, 1, "11:40"),
    row(4, 1, "0.0"),
    row(5, 2, "12:00"),
    row(6, 2, "3.1"),
]


def test_a_sound_order_is_left_alone() -> None:
    found = game(*SOUND)
    assert texts(found) == ["1", "2", "3", "4", "5", "6"]
    assert found.repairs == []


def test_sequence_numbers_and_ids_are_not_the_order() -> None:
    rows = [row(3, 1, "12:00"), row(1, 1, "11:40"), row(2, 1, "11:20")]
    assert texts(game(*rows)) == ["3", "1", "2"]


def test_duplicate_play_keeps_the_first_of_equal_rows() -> None:
    found = game(SOUND[0], SOUND[1], SOUND[1], SOUND[2], SOUND[0])
    assert texts(found) == ["1", "2", "3"]
    assert found.repairs == ["duplicate_play:2"]
    assert plays_of(found).source_row == [0, 1, 3]


def test_rows_of_one_id_that_differ_are_both_kept() -> None:
    found = game(row(1, 1, "12:00"), row(1, 1, "12:00") | {"text": "another"}, row(1, 1, "11:00"))
    assert texts(found) == ["1", "another", "1"]
    assert found.repairs == []


def test_rows_without_an_id_are_no_duplicates() -> None:
    assert len(game(*[row(1, 1, "12:00") | {"id": None}] * 3).plays) == 3


def test_period_order_moves_rows_back_to_their_period() -> None:
    found = game(row(1, 1, "12:00"), row(2, 2, "12:00"), row(3, 1, "5:00"), row(4, 2, "11:00"))
    assert texts(found) == ["1", "3", "2", "4"]
    assert found.repairs == ["period_order:1"]
    assert plays_of(found).source_row == [0, 2, 1, 3]


def test_clock_order_moves_rows_up_to_their_clock() -> None:
    found = game(row(1, 1, "12:00"), row(2, 1, "10:00"), row(3, 1, "9:00"), row(4, 1, "10:00"), row(5, 1, "8:00"))
    assert texts(found) == ["1", "2", "4", "3", "5"]
    assert found.repairs == ["clock_order:1"]


def test_a_row_without_a_clock_stays_behind_the_one_before_it() -> None:
    found = game(
        row(1, 1, None), row(2, 1, "10:00"), row(3, 1, None), row(4, 1, "11:00"), row(5, 1, "9:00"), row(6, 2, None)
    )
    assert texts(found) == ["1", "4", "2", "3", "5", "6"]


def test_an_impossible_clock_moves_nothing() -> None:
    found = game(row(1, 1, "12:00"), row(2, 1, "6:00"), row(3, 1, "15:00"), row(4, 1, "99:99"), row(5, 1, "5:00"))
    assert texts(found) == ["1", "2", "3", "4", "5"]
    assert found.repairs == []


def test_t47_a_phantom_overtime_is_dropped() -> None:
    last = row(9, 4, "0.0")
    phantom = play(10, None, "Start of the 1st Overtime", period=5, clock="5:00")
    found = game(row(1, 1, "12:00"), last, phantom)
    assert texts(found) == ["1", "9"]
    assert found.repairs == ["phantom_period:1"]
    # an overtime in which something happens, or at whose end the game ends, was played
    for played in (row(10, 5, "4:00"), play(10, "402", "End of Game", period=5, clock="0.0")):
        assert len(game(row(1, 1, "12:00"), last, phantom, played).plays) == 4
    # and in a game that goes on it may just have begun
    assert game(row(1, 1, "12:00"), last, phantom, status="IN_PROGRESS").repairs == []
    # a period of regulation is never dropped
    assert len(game(row(1, 1, "12:00"), play(2, None, "Start of the 2nd Quarter", period=2, clock="12:00")).plays) == 2


def test_the_fewest_moves() -> None:
    assert fewest_moves([0, 1, 2, 3], [0, 1, 2, 3]) == 0
    assert fewest_moves([0, 1, 2, 3], [3, 0, 1, 2]) == 1
    assert fewest_moves([0, 1, 2, 3], [3, 2, 1, 0]) == 3


@given(st.integers(0, 2**32))
def test_a_repaired_order_is_sound_and_holds_every_play(seed: int) -> None:
    random = Random(seed)
    clocks = ["12:00", "11:59", "6:00", "59.9", "0.0", "99:99", "", None]
    rows = [row(n, random.randint(1, 6), random.choice(clocks)) for n in range(random.randint(0, 30))]
    rows += random.sample(rows, min(len(rows), 3))
    random.shuffle(rows)
    found = game(*rows)
    plays = plays_of(found)
    assert sorted(plays.description, key=str) == sorted({str(r["text"]) for r in rows}, key=str)
    assert plays.period == sorted(plays.period)
    known = [(p, t) for p, t in zip(plays.period, plays.elapsed_seconds, strict=True) if t is not None]
    assert known == sorted(known)
    # what was repaired once needs no repair
    assert repair_order(found.plays, Rules(4, 720), final=True) == []
