"""Wall clocks of the feed's rows: times of day in the East, to the minute and without a date (``8:03 PM``)."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pyarrow as pa

from hooplake.games.official.columns import NONE, Int
from hooplake.games.official.feed import Feed
from hooplake.games.seasons import eastern_offset

_DAY = 24 * 60
_BACK = 6 * 60  # so far before the first row's time of day, a time is one after midnight
_EPOCH = date(1970, 1, 1)


def wall_minutes(feed: Feed, days: Int) -> Int:
    """Minutes since 1970, UTC, at which each row was written; NONE without a time or where the date is not known.

    Args:
        feed: rows in the order of play.
        days: days since 1970 of each game's date, NONE where not known.
    """
    if not np.any(days >= 0):
        return np.full(len(feed), NONE, np.int64)
    minute = feed.column("WCTIMESTRING").map(_minute)
    known = np.flatnonzero(minute >= 0)
    first = np.full(len(feed.games), NONE, np.int64)
    games, place = np.unique(feed.game[known], return_index=True)
    first[games] = minute[known[place]]
    minute = np.where((minute >= 0) & (minute < first[feed.game] - _BACK), minute + _DAY, minute)
    distinct, back = np.unique(days, return_inverse=True)
    behind = np.array(
        [60 * eastern_offset(_EPOCH + timedelta(days=day)) if day >= 0 else 0 for day in distinct.tolist()]
    )
    midnight = np.where(days >= 0, days * _DAY + behind[back], NONE) if len(days) else days
    return np.where((minute >= 0) & (midnight[feed.game] >= 0), midnight[feed.game] + minute, NONE)


def timestamps(minutes: Int) -> pa.Array:
    """Minutes since 1970 as timestamps, NULL for NONE."""
    return pa.array(minutes * 60_000_000, pa.int64(), mask=minutes < 0).cast(pa.timestamp("us", tz="UTC"))


def _minute(text: str) -> int:
    """Minute of the day of ``8:03 PM``, NONE if it is none."""
    clock, _, half = text.partition(" ")
    hour, colon, minute = clock.partition(":")
    if not (colon and hour.isdecimal() and minute.isdecimal() and half.upper() in ("AM", "PM")):
        return NONE
    if not (1 <= int(hour) <= 12 and int(minute) < 60):
        return NONE
    return 60 * (int(hour) % 12 + (12 if half.upper() == "PM" else 0)) + int(minute)
