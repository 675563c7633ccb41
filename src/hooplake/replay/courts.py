"""Who is on court, walked through for many spans at once: the first change of all of them, then the second, and so on.

This is `Span.walk` for spans whose starters are known and whose changes are one man for one, which are nearly all.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hooplake.replay.inputs import NONE, Int
from hooplake.replay.spans import NOT_FIVE, NOT_ON_COURT, Spans
from hooplake.replay.starters import FIVE

FAULTS = (None, NOT_ON_COURT, NOT_FIVE.format(FIVE - 1))
_FINE, _ABSENT, _DOUBLED = range(len(FAULTS))


@dataclass(frozen=True, slots=True)
class Courts:
    """Fives and stays of spans.

    Attributes:
        fault: place in ``FAULTS`` of each span that was walked through; a span with a fault has no fives and no stays.
        row: first row of each five, in the order of the spans.
        men: slots of each five, sorted; shape (n, 5).
        span: the span of each five.
        stay_slot, stay_first, stay_after, stay_span: player, first row (NONE for starters), first row after, and span
            of each stay, in no order.
    """

    fault: Int
    row: Int
    men: Int
    span: Int
    stay_slot: Int
    stay_first: Int
    stay_after: Int
    stay_span: Int


def walk_courts(spans: Spans, chosen: Int, starters: Int) -> Courts:
    """Apply the changes of some spans to their starters.

    Args:
        spans: spans whose changes are one for one.
        chosen: places of those to walk through.
        starters: five slots of each; shape (chosen, 5).
    """
    begin = spans.cuts[chosen]
    counts = spans.cuts[chosen + 1] - begin
    by = np.argsort(-counts, kind="stable")  # so that those with a change left are the first ones
    begin_by, left = begin[by], np.sort(counts)
    court, since = starters[by], np.full((len(by), FIVE), NONE, np.int64)
    fault = np.zeros(len(by), np.int64)
    after = np.zeros((len(spans.row), FIVE), np.int64)  # the five after each change
    came = np.zeros(len(spans.row), np.int64)  # since when he who goes out was on court
    for number in range(int(counts.max(initial=0))):
        live = len(by) - int(np.searchsorted(left, number, side="right"))
        change = begin_by[:live] + number
        enter, leave = spans.enter[change], spans.leave[change]
        on, place = court[:live], np.arange(live)
        found = on == leave[:, None]
        seat = found.argmax(axis=1)
        absent = ~found[place, seat]
        doubled = np.any(on == enter[:, None], axis=1) & (enter != leave)
        fresh = fault[:live] == _FINE  # the first fault of a span is the one that counts
        fault[:live][fresh & doubled] = _DOUBLED
        fault[:live][fresh & absent] = _ABSENT
        came[change] = since[place, seat]
        on[place, seat] = enter
        since[place, seat] = spans.row[change]
        after[change] = on
    sound = fault == _FINE
    back = np.empty_like(by)
    back[by] = np.arange(len(by))
    fine = sound[back]
    changes = _counted_from(begin[fine], counts[fine])
    of_change = np.repeat(chosen[fine], counts[fine])
    # each span's starters stand before its changes
    total = len(changes) + int(fine.sum())
    starting = np.cumsum(counts[fine] + 1) - counts[fine] - 1
    rest = np.ones(total, bool)
    rest[starting] = False
    row, men = np.empty(total, np.int64), np.empty((total, FIVE), np.int64)
    row[starting], row[rest] = spans.start[chosen[fine]], spans.row[changes]
    men[starting], men[rest] = starters[fine], after[changes]
    men.sort(axis=1)
    last = by[sound]
    return Courts(
        fault[back], row, men, np.repeat(chosen[fine], counts[fine] + 1),
        np.concatenate([spans.leave[changes], court[sound].reshape(-1)]),
        np.concatenate([came[changes], since[sound].reshape(-1)]),
        np.concatenate([spans.row[changes], np.repeat(spans.stop[chosen[last]], FIVE)]),
        np.concatenate([of_change, np.repeat(chosen[last], FIVE)]),
    )  # fmt: skip


def _counted_from(begin: Int, counts: Int) -> Int:
    """The numbers from each start on, so many of each, one after the other."""
    ends = np.cumsum(counts)
    return np.arange(ends[-1] if len(ends) else 0) + np.repeat(begin - ends + counts, counts)
