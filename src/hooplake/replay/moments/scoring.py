"""How the score came about: changes of the leader, ties, leads, runs, and who was first to a number of points."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hooplake.replay.moments.accounts import TimeLeading
from hooplake.replay.moments.timeline import Int, Timeline

Bool = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Streak:
    """Points of one side without an answer, from its first scoring event to its last."""

    home: bool
    points: int
    first: int
    last: int


class Scoring:
    """The scoring events of a game.

    Args:
        timeline: the events.

    Attributes:
        rows: the events that changed the score.
        home_points, away_points: what each gave.
        margin: home score less away score after each.
    """

    def __init__(self, timeline: Timeline) -> None:
        self.timeline = timeline
        home, away = np.diff(timeline.home, prepend=0), np.diff(timeline.away, prepend=0)
        self.rows: Int = np.flatnonzero((home != 0) | (away != 0))
        self.home_points: Int = home[self.rows]
        self.away_points: Int = away[self.rows]
        self.margin: Int = (timeline.home - timeline.away)[self.rows]

    def lead_changes(self) -> Int:
        """Events with which the side took the lead that did not have it last; the first lead is no change."""
        ahead = np.flatnonzero(self.margin)
        sign = np.sign(self.margin[ahead])
        changes: Int = self.rows[ahead[1:][sign[1:] != sign[:-1]]]
        return changes

    def ties(self) -> Int:
        """Events with which the score was even again; 0-0 is none."""
        ties: Int = self.rows[self.margin == 0]
        return ties

    def largest_lead(self, *, home: bool) -> int | None:
        """The event with which a side first had its largest lead; None if it never led."""
        lead = self.margin if home else -self.margin
        if not len(lead) or lead.max() <= 0:
            return None
        return int(self.rows[lead.argmax()])

    def time_leading(self) -> TimeLeading:
        """How long each side led, up to the end or the last event of a game that is on."""
        line = self.timeline
        elapsed = np.concatenate([[0.0], line.elapsed[self.rows], [line.end_seconds(line.last_period)]])
        leader = np.concatenate([[0], np.sign(self.margin)])
        seconds = [round(float(np.diff(elapsed)[leader == side].sum()), 1) for side in (1, -1, 0)]
        return TimeLeading(home_seconds=seconds[0], away_seconds=seconds[1], tied_seconds=seconds[2])

    def streaks(self) -> list[Streak]:
        """Every stretch in which one side alone scored, in order.

        An event that gave both sides points, as missing plays may make it seem, ends a stretch and begins none.
        """
        found: list[Streak] = []
        for row, home, away in zip(
            self.rows.tolist(), self.home_points.tolist(), self.away_points.tolist(), strict=True
        ):
            side, points = home > 0, home + away
            last = found[-1] if found else None
            if home > 0 and away > 0:
                found.append(Streak(side, 0, row, row))
            elif last is not None and last.points and last.home == side:
                found[-1] = Streak(side, last.points + points, last.first, row)
            else:
                found.append(Streak(side, points, row, row))
        return [streak for streak in found if streak.points]

    def first(self, reached: Callable[[Int, Int], Bool]) -> int | None:
        """The first scoring event after which something holds of the scores, home and away."""
        rows = np.flatnonzero(reached(self.timeline.home[self.rows], self.timeline.away[self.rows]))
        return int(self.rows[rows[0]]) if len(rows) else None
