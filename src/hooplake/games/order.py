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

import numpy as np
import numpy.typing as npt

from hooplake.games.leagues import Rules
from hooplake.games.model import EVENTS
from hooplake.games.plays import Plays, meanings

_Rows = npt.NDArray[np.int64]
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
    plays.source_row = np.arange(count, dtype=np.int32)
    if not count:
        return []
    fired: list[str] = []
    order = _without_duplicates(plays)
    if len(order) < count:
        fired.append(f"duplicate_play:{count - len(order)}")
    if _falls(_time_keys(plays, order)):  # as it does where periods fall: no game is as long as what a period weighs
        periods = plays.period[order]
        if _falls(periods):
            before, order = order, order[np.argsort(periods, kind="stable")]
            fired.append(f"period_order:{fewest_moves(before.tolist(), order.tolist())}")
        keys = _time_keys(plays, order)
        if _falls(keys):
            before, order = order, order[np.argsort(keys, kind="stable")]
            fired.append(f"clock_order:{fewest_moves(before.tolist(), order.tolist())}")
    kept = _without_phantom(plays, order, rules) if final else order
    if len(kept) < len(order):
        fired.append(f"phantom_period:{len(order) - len(kept)}")
        order = kept
    if fired:
        plays.keep(order)
    return fired


def fewest_moves(before: Sequence[int], after: Sequence[int]) -> int:
    """The fewest rows that must be moved to get from one order to the other."""
    place = {row: number for number, row in enumerate(before)}
    tails: list[int] = []
    for row in after:
        at = bisect_left(tails, place[row])
        tails[at : at + 1] = [place[row]]
    return len(after) - len(tails)


def _without_duplicates(plays: Plays) -> _Rows:
    """The rows without the repetitions of a play."""
    rows = np.arange(len(plays))
    if len(plays.play_id.unique()) == len(plays):
        return rows
    names = ("play_id", "clock", "team_id", "player1_id", "player2_id", "description")
    columns = [getattr(plays, name).to_pylist() for name in names]
    seen: set[tuple[object, ...]] = set()
    kept: list[int] = []
    for row, content in enumerate(zip(*columns, plays.period.tolist(), plays.meaning.tolist(), strict=True)):
        if content[0] is not None and content in seen:
            continue
        seen.add(content)
        kept.append(row)
    return rows[kept]


def _falls(values: npt.NDArray[np.int16] | npt.NDArray[np.float64]) -> bool:
    """Whether any value is smaller than the one before it."""
    return bool((values[1:] < values[:-1]).any())


def _time_keys(plays: Plays, order: _Rows) -> npt.NDArray[np.float64]:
    """What the rows of an order must be sorted by: period, then time.

    A row without a clock has the time of the row before it in its period.
    """
    periods, times = plays.period[order], plays.elapsed_seconds[order]
    silent = np.isnan(times)
    if silent.any():
        opening = np.append(True, periods[1:] != periods[:-1])
        times = np.where(silent & opening, 0.0, times)
        told = np.where(silent & ~opening, 0, np.arange(len(times)))
        times = times[np.maximum.accumulate(told)]
    return periods * _PERIOD + times


def _without_phantom(plays: Plays, order: _Rows, rules: Rules) -> _Rows:
    """The rows without a last overtime in which nothing happens."""
    if not len(order) or plays.period[order[-1]] <= rules.regulation_periods:
        return order
    periods = plays.period[order]
    before = order[periods != periods[-1]]
    known = meanings()
    events = {known[number].event for number in plays.meaning[order[periods == periods[-1]]].tolist()}
    happened = not events <= _FRAME or _CODE["game_end"] in events
    return order if happened or not len(before) else before
