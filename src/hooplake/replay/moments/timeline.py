"""The events of one game as arrays, and which of them a moment means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from hooplake.errors import ConfigError
from hooplake.games.leagues import Rules
from hooplake.replay.moments.answers import Moment
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
    period_name,
)

Int = npt.NDArray[np.int64]
Float = npt.NDArray[np.float64]

CLOCK_COLUMNS = ["event_num", "period", "clock_seconds", "elapsed_seconds", "home_score", "away_score", "wallclock"]
"""Columns of ``gold.game_state_snapshots`` that a timeline is made of."""

When = int | str | datetime | Moment
"""A moment as one may ask for it; see :data:`hooplake.replay.moments.text.FORMS`."""
_TINY = 1e-6


@dataclass(frozen=True, slots=True)
class Point:
    """A moment, resolved.

    Attributes:
        row: the last event that has happened; -1 before the first.
        period: the period of the moment, which may be later than that of the event.
        elapsed: seconds since the tip-off.
    """

    row: int
    period: int
    elapsed: float


class Timeline:
    """Clock and score after every event of a game.

    Args:
        states: rows of ``gold.game_state_snapshots`` of the game, at least one, with :data:`CLOCK_COLUMNS`.
        rules: periods of the game.
        final: the game was played to its end.

    Attributes:
        period, home, away: shape (events,).
        clock, elapsed: likewise, in seconds.
        last_period: number of the last period.
    """

    def __init__(self, states: pa.Table, rules: Rules, *, final: bool) -> None:
        self.rules, self.final = rules, final
        self.count = states.num_rows
        self.period: Int = states["period"].to_numpy().astype(np.int64)
        self.clock: Float = states["clock_seconds"].to_numpy().astype(float)
        self.elapsed: Float = states["elapsed_seconds"].to_numpy().astype(float)
        self.home: Int = states["home_score"].to_numpy().astype(np.int64)
        self.away: Int = states["away_score"].to_numpy().astype(np.int64)
        self.last_period = int(self.period[-1])
        self._walls = states["wallclock"]

    def at(self, when: When) -> Point:
        """The moment that is meant.

        Raises:
            ConfigError: if it is written in no accepted form, or the game has no such moment.
        """
        if isinstance(when, Moment):
            return Point(when.event_num, when.period, when.elapsed_seconds)
        return self._at(parse_moment(when, self.rules))

    def _at(self, asked: Asked) -> Point:
        match asked:
            case AtEvent(number):
                if not 0 <= number < self.count:
                    raise ConfigError(f"no event {number}: the game has events 0 to {self.count - 1}")
                return self._after(number)
            case AtClock(period, seconds):
                return self._at_clock(period, seconds)
            case AtStart(period):
                self._require(period)
                return Point(self._last(self.period < period), period, float(self.rules.start(period)))
            case AtEnd(period):
                return self.end_of(self.last_period if period is None else period)
            case AtElapsed(seconds):
                return self._at_elapsed(seconds)
            case AtWall(time):
                return self._at_wall(time)

    def when_clock_starts(self, period: int) -> Point:
        """After the last row at the full clock of a period."""
        return self._at_clock(period, float(self.rules.length(period)))

    def end_of(self, period: int) -> Point:
        """After the last row of a period."""
        self._require(period)
        row = self._last(self.period <= period)
        return Point(row, period, self.end_seconds(period))

    def end_seconds(self, period: int) -> float:
        """When a period ended, in seconds since the tip-off; of a period that is on, its last row."""
        if period == self.last_period and not self.final:
            return float(self.elapsed[-1])
        return float(self.rules.start(period) + self.rules.length(period))

    def _after(self, row: int) -> Point:
        if row < 0:
            return Point(-1, 1, 0.0)
        return Point(row, int(self.period[row]), float(self.elapsed[row]))

    def _at_clock(self, period: int, seconds: float) -> Point:
        self._require(period)
        before = (self.period < period) | ((self.period == period) & (self.clock >= seconds - _TINY))
        row = self._last(before)
        elapsed = self.rules.start(period) + self.rules.length(period) - seconds
        if row == self.count - 1 and elapsed > self.end_seconds(self.last_period) + _TINY:
            raise ConfigError(f"the game has only come to {self.moment(self._after(row))}: ask again later")
        return Point(row, period, round(elapsed, 1))

    def _at_elapsed(self, seconds: float) -> Point:
        end = self.end_seconds(self.last_period)
        if seconds > end:
            raise ConfigError(f"t={seconds:g} is after the end: the game lasted {end:g} seconds")
        row = self._last(self.elapsed <= seconds + _TINY)
        period = int(self.period[row]) if row >= 0 else 1
        while period < self.last_period and seconds > self.end_seconds(period):
            period += 1
        return Point(row, period, seconds)

    def _at_wall(self, time: datetime) -> Point:
        if self._walls.null_count == self.count:
            raise ConfigError("the plays of this game have no time of day: ask by period and clock")
        passed = pc.less_equal(self._walls, pa.scalar(time, pa.timestamp("us", tz="UTC")))
        return self._after(self._last(pc.fill_null(passed, False).to_numpy()))

    def _require(self, period: int) -> None:
        if period > self.last_period:
            last = period_name(self.last_period, self.rules)
            ended = f"the game ended after {last}" if self.final else f"the game has only come to {last}"
            raise ConfigError(f"no {period_name(period, self.rules)}: {ended}")

    @staticmethod
    def _last(happened: npt.NDArray[np.bool_]) -> int:
        rows = np.flatnonzero(happened)
        return int(rows[-1]) if len(rows) else -1

    def clock_at(self, point: Point) -> float:
        """Seconds left in the period of a moment."""
        rules = self.rules
        return round(rules.start(point.period) + rules.length(point.period) - point.elapsed, 1)

    def fields(self, point: Point) -> dict[str, Any]:
        """The fields of `Moment` of a moment."""
        clock = self.clock_at(point)
        return {
            "event_num": point.row, "period": point.period, "period_name": period_name(point.period, self.rules),
            "clock": clock_text(clock), "clock_seconds": clock, "elapsed_seconds": round(point.elapsed, 1),
        }  # fmt: skip

    def moment(self, point: Point) -> Moment:
        """A moment as an answer."""
        return Moment(**self.fields(point))

    def score(self, point: Point) -> tuple[int, int]:
        """Home and away score at a moment."""
        return (0, 0) if point.row < 0 else (int(self.home[point.row]), int(self.away[point.row]))

    def wall(self, point: Point) -> datetime | None:
        """Time of day of a moment, as far as the plays tell."""
        time: datetime | None = self._walls[point.row].as_py() if point.row >= 0 else None
        return time

    def event_clock(self, row: int) -> Mapping[str, Any]:
        """Period and times of an event, as the rows of answers have them."""
        clock = float(self.clock[row])
        return {
            "event_num": row, "period": int(self.period[row]), "clock": clock_text(clock), "clock_seconds": clock,
            "elapsed_seconds": float(self.elapsed[row]),
        }  # fmt: skip
