"""Ids, sequence numbers, period names and wall clocks of play rows, with the disorder that the source has.

The list of plays is in the order of play, but the numbers in it are not: a row that was put in or moved afterwards
keeps a late number. Wall clocks go back now and then.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from hooplake.simulate.draft import NO_EVENT, Draft
from hooplake.simulate.words import period_name

# Share of the rows with a late number, and of those whose wall clock is behind that of the row before.
_LATE: Final = 0.008
_BEHIND: Final = 0.02


def number_rows(draft: Draft) -> None:
    """Give every row its id, sequence number, period and wall clock."""
    plays = draft.plays
    if not plays:
        return
    _name_periods(draft)
    if draft.era < "2015":
        numbers = [str(i + 1) for i in range(len(plays))]
        ids = [f"{draft.fixture.id}{i + 1:04d}" for i in range(len(plays))]
    elif not draft.rules.college:
        numbers = _in_order_of_entry(draft, 4, 1)
        ids = [draft.fixture.id + number for number in numbers]
    elif draft.era < "2026":
        numbers = _by_clock(draft)
        ids = [draft.fixture.id + number for number in numbers]
    else:
        numbers = _in_order_of_entry(draft, 100_000_000 + int(draft.random.random() * 20_000_000), 14)
        ids = [draft.fixture.id + number for number in numbers]
    for play, number, play_id in zip(plays, numbers, ids, strict=True):
        play["id"] = play_id
        play["sequenceNumber"] = number
    if draft.era >= "2015":
        _tell_time(draft)
    else:
        for play in plays:
            del play["wallclock"]


def _name_periods(draft: Draft) -> None:
    assert draft.plays is not None
    events = draft.truth.events
    periods = draft.rules.periods
    names = {
        p.number: {"number": p.number, "displayValue": period_name(p.number, periods)} for p in draft.truth.periods
    }
    number = 1
    for play, source in zip(draft.plays, draft.sources, strict=True):
        if source != NO_EVENT:
            number = events[source].period
        play["period"] = names[number]


def _in_order_of_entry(draft: Draft, first: int, gap: int) -> list[str]:
    """Numbers that grow in the order in which the rows were entered: a few were entered later than they belong."""
    r = draft.random.random
    assert draft.plays is not None
    count = len(draft.plays)
    order = list(range(count))
    for _ in range(int(count * _LATE * (0.5 + r()))):
        place = int(r() * count)
        late = min(count - 2, place + 2 + int(r() * 70))
        if place < late and _may_be_late(draft, order[place]):
            order.insert(late, order.pop(place))
    numbers = [""] * count
    number = first
    for row in order:
        numbers[row] = str(number)
        number += 1 if r() < 0.66 else 2 + int(r() * gap)
    return numbers


def _may_be_late(draft: Draft, row: int) -> bool:
    assert draft.plays is not None
    return draft.plays[row]["type"]["id"] not in ("402", "412")


def _by_clock(draft: Draft) -> list[str]:
    """Nine digits: 1, the period, 9999 less the clock, and a count within that clock, two of which change places."""
    r = draft.random.random
    assert draft.plays is not None
    numbers: list[str] = []
    counts: dict[str, int] = {}
    for play in draft.plays:
        shown = play["clock"]["displayValue"]
        head = f"1{play['period']['number']:02d}{9999 - int(shown.replace(':', '')):04d}"
        counts[head] = counts.get(head, 0) + 1
        numbers.append(f"{head}{counts[head]:02d}")
    for place in range(len(numbers) - 1):
        if numbers[place][:7] == numbers[place + 1][:7] and r() < 0.04:
            numbers[place], numbers[place + 1] = numbers[place + 1], numbers[place]
    return numbers


def _tell_time(draft: Draft) -> None:
    r = draft.random.random
    assert draft.plays is not None
    events = draft.truth.events
    base = draft.fixture.tipoff + timedelta(seconds=420 + int(r() * 480))
    midnight = base.replace(hour=0, minute=0, second=0)
    start = int((base - midnight).total_seconds())
    days = [(midnight + timedelta(days=n)).date().isoformat() for n in range(3)]
    told: dict[int, str] = {}
    wall = 0
    for play, source in zip(draft.plays, draft.sources, strict=True):
        if source != NO_EVENT:
            wall = events[source].wall
        second = start + wall
        if r() < _BEHIND:
            second -= 3 + int(r() * 40)
        text = told.get(second)
        if text is None:
            day, rest = divmod(max(0, second), 86400)
            text = told[second] = f"{days[day]}T{rest // 3600:02d}:{rest // 60 % 60:02d}:{rest % 60:02d}Z"
        play["wallclock"] = text
