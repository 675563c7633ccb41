"""Whose points count for whom: plus-minus.

Points of a field goal count for the fives on court when it goes in. Free throws count for those on court when the
foul was called, not when the ball goes in: for the lineups of the latest foul at the same clock.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hooplake.replay.events import Score
from hooplake.replay.inputs import CODE, Inputs, Int

_FOULS = np.array([CODE[name] for name in ("foul", "double_foul", "technical_foul", "double_technical")])
_FREE_THROWS = np.array([CODE["made_ft"], CODE["missed_ft"]])


def credit_rows(inputs: Inputs) -> Int:
    """The row at which each row's points count: its own, for a free throw that of the latest foul at its clock.

    Returns:
        Row numbers, shape (plays,).
    """
    rows = np.arange(inputs.count)
    throws = np.isin(inputs.event, _FREE_THROWS)
    fouls = np.isin(inputs.event, _FOULS)
    latest = np.maximum.accumulate(np.where(fouls, rows, -1))
    known = np.maximum(latest, 0)
    same = (
        (latest >= 0)
        & (inputs.game[known] == inputs.game)
        & (inputs.period[known] == inputs.period)
        & (inputs.clock[known] == inputs.clock)
    )
    return np.where(throws & same, latest, rows)


@dataclass(frozen=True, slots=True)
class Credited:
    """Points summed over the rows at which they count.

    Attributes:
        home: home points credited before each row, shape (plays + 1,).
        away: likewise, away.
    """

    home: Int
    away: Int

    def between(self, start: Int, end: Int) -> tuple[Int, Int]:
        """Home and away points credited at rows ``start`` to ``end - 1``."""
        return self.home[end] - self.home[start], self.away[end] - self.away[start]


def credited(inputs: Inputs, score: Score, rows: Int) -> Credited:
    """Points by the row at which they count."""
    sums = []
    for points in (score.home_points, score.away_points):
        at = np.bincount(rows, weights=points, minlength=inputs.count).astype(np.int64)
        sums.append(np.concatenate([[0], np.cumsum(at)]))
    return Credited(*sums)
