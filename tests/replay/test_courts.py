"""Walking through the changes of many spans at once: worked by hand, and beside the walk through one span."""

from __future__ import annotations

import random

import numpy as np
import pytest

from hooplake.replay.courts import FAULTS, walk_courts
from hooplake.replay.spans import NOT_ON_COURT, Change, Span, Spans

Swap = tuple[int, int, int]
"""Row, who comes in, who goes out."""


def _spans(swaps: list[list[Swap]], length: int = 100) -> Spans:
    """One span of so many rows after the other, with these changes."""
    count = len(swaps)
    numbers = np.arange(count)
    row, enter, leave = np.array([swap for own in swaps for swap in own], np.int64).reshape(-1, 3).T
    cuts = np.cumsum([0, *map(len, swaps)])
    false, start = np.zeros(count, bool), numbers * length
    return Spans(
        numbers, np.ones(count, np.int64), np.zeros(count, np.int64), start, start + length, np.zeros(count),
        np.full(count, 720.0), false, ~false, false, row, enter, leave, None, cuts,
    )  # fmt: skip


def test_two_spans_worked_by_hand() -> None:
    # in the first 6 comes for 1 and 1 for 2; in the second nobody moves
    spans = _spans([[(10, 6, 1), (40, 1, 2)], []])
    courts = walk_courts(spans, np.array([0, 1]), np.array([[1, 2, 3, 4, 5], [11, 12, 13, 14, 15]]))
    assert courts.fault.tolist() == [0, 0]
    assert list(zip(courts.span.tolist(), courts.row.tolist(), courts.men.tolist(), strict=True)) == [
        (0, 0, [1, 2, 3, 4, 5]), (0, 10, [2, 3, 4, 5, 6]), (0, 40, [1, 3, 4, 5, 6]), (1, 100, [11, 12, 13, 14, 15]),
    ]  # fmt: skip
    stays = zip(courts.stay_slot.tolist(), courts.stay_first.tolist(), courts.stay_after.tolist(), strict=True)
    assert sorted(stays) == [
        (1, -1, 10), (1, 40, 100), (2, -1, 40), (3, -1, 100), (4, -1, 100), (5, -1, 100), (6, 10, 100),
        *((slot, -1, 200) for slot in range(11, 16)),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("swaps", "fault"),
    [
        ([(10, 6, 7)], NOT_ON_COURT),
        ([(10, 2, 1)], "4 on court after a change"),
        ([(10, 6, 1), (20, 7, 1), (30, 3, 2)], NOT_ON_COURT),  # the first fault is told
        ([(10, 1, 1)], None),  # he stays, in a stay of its own
    ],
)
def test_a_span_with_a_fault_has_nothing(swaps: list[Swap], fault: str | None) -> None:
    starters = np.array([[1, 2, 3, 4, 5], [1, 2, 3, 4, 5]])
    courts = walk_courts(_spans([swaps, []]), np.array([0, 1]), starters)
    assert [FAULTS[number] for number in courts.fault] == [fault, None]
    assert (0 in courts.span) == (0 in courts.stay_span) == (fault is None)
    assert np.count_nonzero(courts.span == 1) == 1
    assert np.count_nonzero(courts.stay_span == 1) == 5


def test_many_spans_at_once_are_as_each_by_itself() -> None:
    pick = random.Random(5)
    swaps: list[list[Swap]] = []
    for number in range(300):
        rows = sorted(pick.sample(range(number * 100, number * 100 + 100), pick.randrange(12)))
        court, bench, own = list(range(5)), list(range(5, 10)), []
        for row in rows:
            enter, leave = pick.choice(bench), pick.choice(court)
            if pick.random() < 0.03:  # a fault now and then
                enter, leave = pick.randrange(10), pick.randrange(10)
            elif enter != leave:
                court[court.index(leave)], bench[bench.index(enter)] = enter, leave
            own.append((row, enter, leave))
        swaps.append(own)
    spans = _spans(swaps)
    chosen = np.array([number for number in range(300) if number % 7])
    courts = walk_courts(spans, chosen, np.tile(np.arange(5), (len(chosen), 1)))
    faults = 0
    for fault, number in zip(courts.fault.tolist(), chosen.tolist(), strict=True):
        changes: list[Change] = [(row, (enter,), (leave,)) for row, enter, leave in swaps[number]]
        one = Span(number, 1, 0, number * 100, number * 100 + 100, 0.0, 720.0, False, changes, None)
        one.walk(list(range(5)))
        assert FAULTS[fault] == one.fault
        faults += one.fault is not None
        at, stays = courts.span == number, courts.stay_span == number
        assert courts.row[at].tolist() == one.rows
        assert courts.men[at].reshape(-1).tolist() == one.fives
        found = np.stack([courts.stay_slot, courts.stay_first, courts.stay_after], 1)[stays]
        assert sorted(map(tuple, found.tolist())) == sorted(zip(*(one.stays[n::3] for n in range(3)), strict=True))
    assert 20 < faults < 150
