"""Parts of a game by situation or by length: clutch, garbage time, stretches of so many minutes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from hooplake.replay.moments.lines import Figures, Lines
from hooplake.replay.moments.timeline import Float, Point, Timeline

Bool = npt.NDArray[np.bool_]
GARBAGE = ((600.0, 20), (300.0, 15))
"""Garbage time: at most so many seconds left in regulation, and a lead of at least so many points."""


class Situation:
    """When a condition on the clock and the score holds.

    The score of an event is that before it, so that the shot that ends a close game still counts as a close one; time
    counts by the score while it passes.

    Attributes:
        events: events in the situation; shape (events,).
        spells: stretches of time in it, in seconds since the tip-off; shape (n, 2).
    """

    def __init__(self, timeline: Timeline, windows: list[tuple[int, float, int, int]]) -> None:
        """Windows are (period, its last seconds, least lead, largest lead); the full clock of the window is in it."""
        lead = np.abs(timeline.home - timeline.away)
        before = np.concatenate([[0], lead[:-1]])
        inside = np.zeros(timeline.count, bool)
        spells: list[tuple[float, float]] = []
        begins = np.concatenate([[0.0], timeline.elapsed])
        ends = np.concatenate([timeline.elapsed, [timeline.end_seconds(timeline.last_period)]])
        while_lead = np.concatenate([[0], lead])
        for period, left, least, largest in windows:
            end = float(timeline.rules.start(period + 1))
            start = end - min(left, timeline.rules.length(period))
            at = (timeline.period == period) & (timeline.clock <= left)
            inside |= at & (before >= least) & (before <= largest)
            fits = (while_lead >= least) & (while_lead <= largest)
            for first, last in zip(begins[fits].tolist(), ends[fits].tolist(), strict=True):
                if min(last, end) > max(first, start):
                    spells.append((max(first, start), min(last, end)))
        self.events: Bool = inside
        self.spells: Float = np.array(_joined(spells)).reshape(-1, 2)

    @property
    def seconds(self) -> float:
        """Time in the situation."""
        return round(float((self.spells[:, 1] - self.spells[:, 0]).sum()), 1)


def clutch(timeline: Timeline, seconds: float, margin: int) -> Situation:
    """The last seconds of regulation and of every overtime, while the lead is at most a margin."""
    periods = range(timeline.rules.regulation_periods, timeline.last_period + 1)
    return Situation(timeline, [(period, seconds, 0, margin) for period in periods])


def garbage_time(timeline: Timeline) -> Situation:
    """The end of regulation while the lead is so large that the game is decided (see :data:`GARBAGE`)."""
    period = timeline.rules.regulation_periods
    return Situation(timeline, [(period, seconds, lead, 10_000) for seconds, lead in GARBAGE])


def in_situation(lines: Lines, situation: Situation) -> Figures:
    """What players did in a situation: the events in it, the time in it, and plus-minus of the points in it."""
    rows = np.flatnonzero(situation.events)
    stats = (lines.stats(rows) - lines.stats(rows - 1)).sum(axis=0)
    net = (lines.plus_minus(rows) - lines.plus_minus(rows - 1)).sum(axis=0)
    edges = lines.court.seconds(lines.ids, situation.spells.ravel())
    seconds = np.round((edges[1::2] - edges[::2]).sum(axis=0), 1)
    line = lines.court.timeline
    inside = [int(line.period[row]) for row in rows] or [1]
    known = lines.known(min(inside), max(inside))
    return Figures(stats, np.where(known, seconds, np.nan), np.where(known, net, np.nan))


def stretches(timeline: Timeline, seconds: float) -> Iterator[tuple[Point, Point]]:
    """Every period cut into stretches of so many seconds from its start; the last of a period may be shorter."""
    for period in range(1, timeline.last_period + 1):
        opens, closes = float(timeline.rules.start(period)), timeline.end_seconds(period)
        last = timeline.end_of(period).row
        first = int(np.searchsorted(timeline.period, period)) - 1
        start = Point(first, period, opens)
        while start.elapsed < closes or start.row < last:
            moment = min(round(start.elapsed + seconds, 1), closes)
            rows = np.flatnonzero((timeline.period <= period) & (timeline.elapsed <= moment + 1e-6))
            end = Point(last if moment >= closes else int(rows[-1]) if len(rows) else -1, period, moment)
            yield start, end
            start = end


def _joined(spells: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Stretches of time in order, those that touch or overlap made one."""
    joined: list[tuple[float, float]] = []
    for start, end in sorted(spells):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
