"""Named repairs of the order of plays. The raw document is never changed; which rules fired is recorded per game.

A document's list is the order of play: in 301 real finals it never goes back in period or clock, while sorting by
sequence number or id would. These rules act where a list does go back, and leave every other list alone.

| rule | what it does |
|---|---|
| ``duplicate_play`` | of rows with one play id and equal content the first is kept |
| ``period_order`` | rows of an earlier period that stand behind a later one are moved back to their period |
| ``clock_order`` | within a period, rows whose clock stands above that of a row before them are moved up to their clock |
| ``phantom_period`` | rows after regulation in a period in which nothing happens (no clock runs, no event) are dropped |
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import islice
from operator import le

from hooplake.games.leagues import Rules
from hooplake.games.model import EVENTS, Plays

_CODE = {name: code for code, name in enumerate(EVENTS)}
_PERIOD = 1e6
_FRAME = frozenset(_CODE[name] for name in ("period_start", "period_end", "game_end", "unknown", "review", "challenge"))


def repair_order(plays: Plays, rules: Rules, *, final: bool) -> list[str]:
    """Put plays into the order in which they happened, in place.

    Args:
        plays: columns in document order; ``source_row`` is filled with each play's place in the document.
        rules: periods of the game.
        final: the game is over; in one that is not, an overtime may have begun in which nothing happened yet.

    Returns:
        The rules that fired, as ``rule:count``, in the order of the table above.
    """
    count = len(plays)
    plays.source_row = list(range(count))
    fired: list[str] = []
    rows = _without_duplicates(plays)
    if rows is not None:
        fired.append(f"duplicate_play:{count - len(rows)}")
    order = rows if rows is not None else plays.source_row
    periods = plays.period
    if not _sorted([periods[row] for row in order] if rows is not None else periods):
        before = order
        order = sorted(order, key=periods.__getitem__)
        fired.append(f"period_order:{fewest_moves(before, order)}")
    keys = _time_keys(plays, order)
    if not _sorted(keys):
        before = order
        order = [row for _, row in sorted(zip(keys, order, strict=True), key=lambda item: item[0])]
        fired.append(f"clock_order:{fewest_moves(before, order)}")
    kept = _without_phantom(plays, order, rules) if final else None
    if kept is not None:
        fired.append(f"phantom_period:{len(order) - len(kept)}")
        order = kept
    if fired:
        for name in Plays.COLUMNS:
            column = getattr(plays, name)
            setattr(plays, name, [column[row] for row in order])
    return fired


def fewest_moves(before: list[int], after: list[int]) -> int:
    """The fewest rows that must be moved to get from one order to the other."""
    place = {row: number for number, row in enumerate(before)}
    tails: list[int] = []
    for row in after:
        at = bisect_left(tails, place[row])
        tails[at : at + 1] = [place[row]]
    return len(after) - len(tails)


def _without_duplicates(plays: Plays) -> list[int] | None:
    """Rows without the repetitions of a play, or None where no id occurs twice."""
    ids = plays.play_id
    if len(set(ids)) == len(ids):
        return None
    seen: set[tuple[object, ...]] = set()
    kept: list[int] = []
    for row, play_id in enumerate(plays.play_id):
        content = (
            play_id, plays.period[row], plays.clock[row], plays.meaning[row], plays.team_id[row],
            plays.player1_id[row], plays.player2_id[row], plays.description[row],
        )  # fmt: skip
        if play_id is not None and content in seen:
            continue
        seen.add(content)
        kept.append(row)
    return kept if len(kept) < len(plays) else None


def _sorted(values: Sequence[float]) -> bool:
    return all(map(le, values, islice(values, 1, None)))


def _time_keys(plays: Plays, order: list[int]) -> list[float]:
    """What the rows of an order must be sorted by: period, then time.

    A row without a clock has the time of the row before it in its period.
    """
    times = plays.elapsed_seconds
    if order is plays.source_row and None not in times:
        return [p * _PERIOD + t for p, t in zip(plays.period, times, strict=True)]  # type: ignore[operator]
    keys: list[float] = []
    last, period = 0.0, 0
    for row in order:
        if plays.period[row] != period:
            last, period = 0.0, plays.period[row]
        time = times[row]
        last = time if time is not None else last
        keys.append(period * _PERIOD + last)
    return keys


def _without_phantom(plays: Plays, order: list[int], rules: Rules) -> list[int] | None:
    """Rows without a last overtime in which nothing happens, or None where there is none."""
    if not order:
        return None
    last = plays.period[order[-1]]
    if last <= rules.regulation_periods or plays.meaning[order[-1]].event == _CODE["game_end"]:
        return None
    rows = [row for row in order if plays.period[row] == last]
    if any(plays.meaning[row].event not in _FRAME for row in rows):
        return None
    if any(plays.meaning[row].event == _CODE["game_end"] for row in rows) or len(rows) == len(order):
        return None
    return [row for row in order if plays.period[row] != last]
