"""Whose points count for whom: plus-minus.

Points of a field goal count for the fives on court when it goes in. Free throws count for those on court when the
foul was called, not when the ball goes in: for the lineups of that foul at the same clock. A technical foul may come
between a personal foul and its free throws, with substitutions before it: each throw goes with the foul of its kind.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hooplake.replay.events import Score
from hooplake.replay.inputs import CODE, NONE, Inputs, Int

_TECHNICALS, _FOULS, _FREE_THROWS = (
    np.isin(np.arange(len(CODE)), [CODE[name] for name in names])
    for names in (("technical_foul", "double_technical"), ("foul", "double_foul"), ("made_ft", "missed_ft"))
)


def credit_rows(inputs: Inputs) -> Int:
    """The row at which each row's points count: its own, for a free throw that of the foul that it is thrown for.

    That is the latest technical foul at its clock for a technical free throw, the latest other foul for any other one;
    where there is none of its own kind, the latest foul of whatever kind.

    Returns:
        Row numbers, shape (plays,).
    """
    rows = np.arange(inputs.count)
    throws, fouls = np.flatnonzero(_FREE_THROWS[inputs.event]), np.flatnonzero(_FOULS[inputs.event])
    # a college technical comes as a foul
    technical = inputs.technical_kind[fouls]
    technicals = np.union1d(np.flatnonzero(_TECHNICALS[inputs.event]), fouls[technical])
    latest = [_latest(inputs, throws, called) for called in (technicals, fouls[~technical])]
    either = np.maximum(*latest)
    own = np.where(inputs.technical_kind[throws], *latest)
    own = np.where(own >= 0, own, either)
    rows[throws] = np.where(own >= 0, own, throws)
    return rows


def _latest(inputs: Inputs, rows: Int, called: Int) -> Int:
    """The latest of some calls up to each of some rows at its clock, NONE where there is none."""
    if not len(called):
        return np.full(len(rows), NONE, np.int64)
    place = np.searchsorted(called, rows, side="right") - 1
    known = called[np.maximum(place, 0)]
    same = (
        (place >= 0)
        & (inputs.game[known] == inputs.game[rows])
        & (inputs.period[known] == inputs.period[rows])
        & (inputs.clock[known] == inputs.clock[rows])
    )
    return np.where(same, known, NONE)


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
        scoring = np.flatnonzero(points)
        sums.append(np.zeros(inputs.count + 1, np.int64))
        np.add.at(sums[-1], rows[scoring] + 1, points[scoring])
        np.cumsum(sums[-1], out=sums[-1])
    return Credited(*sums)
