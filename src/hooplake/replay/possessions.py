"""Possessions: who had the ball from when to when, how it ended, what it brought.

A possession lasts until the other team has the ball, so the possessions of a period alternate: an offensive rebound, a
free throw after a flagrant foul or a jump ball won back go on with the same one. Shots, free throws (technical ones
apart), turnovers and rebounds tell who has the ball; what has no say (fouls, substitutions, timeouts) belongs to the
possession under way. When a period's last play gives the ball away, a last possession without plays follows, down to
the end of the period: the league counts it too.

Every row of a period is in exactly one possession, so that their points and seconds sum to those of the game.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hooplake.replay.events import Score
from hooplake.replay.inputs import CODE, NONE, Bool, Float, Inputs, Int
from hooplake.replay.states import named
from hooplake.replay.stints import Lineups

REASONS = ("period_start", "made_shot", "free_throw", "turnover", "steal", "defensive_rebound", "other", "period_end")
"""How a possession began (all but the last) or ended (all but the first); ``steal`` is a turnover by a steal."""

_START, _SHOT, _THROW, _TURNOVER, _STEAL, _REBOUND, _OTHER, _END = range(len(REASONS))
_LAST_THROWS = ("1_of_1", "2_of_2", "3_of_3", "free_throw")


def _among(*names: str) -> Bool:
    return np.isin(np.arange(len(CODE)), [CODE[name] for name in names])


_SHOTS = _among("made_2", "made_3")
_THROWS = _among("made_ft", "missed_ft")
_OWN = _among("made_2", "made_3", "missed_2", "missed_3", "missed_heave", "turnover", "offensive_rebound")


@dataclass(frozen=True, slots=True)
class Possessions:
    """Possessions in order of play, game by game.

    Attributes:
        game: place of the game.
        number: place among the possessions of the game, from 1.
        period: period.
        home: 1 where the home team has the ball, else 0.
        first_row, last_row: first and last play.
        decides: the play for whose lineups it counts: the last that tells who has the ball.
        start, end: seconds since the tip-off.
        began, ended: places in ``REASONS``.
    """

    game: Int
    number: Int
    period: Int
    home: Int
    first_row: Int
    last_row: Int
    decides: Int
    start: Float
    end: Float
    began: Int
    ended: Int


def find_possessions(inputs: Inputs) -> Possessions:
    """Possessions of every game."""
    offense, ending = _offense(inputs)
    rows = np.flatnonzero(offense >= 0)
    stretches = inputs.stretches
    key = stretches.of_row[rows]
    side = offense[rows]
    first = np.flatnonzero(np.r_[True, (key[1:] != key[:-1]) | (side[1:] != side[:-1])]) if len(rows) else rows
    last = np.r_[first[1:], len(rows)][: len(first)] - 1
    decides = rows[last]
    reason = ending[decides]
    # the play that gives the ball away last in its period, and rows after it: one more possession
    period_last = stretches.stop[key[last]] - 1
    closing = np.r_[key[last][1:] != key[last][:-1], True] if len(last) else np.zeros(0, bool)
    trailing = closing & (reason != _OTHER) & (decides < period_last)
    order = np.argsort(np.r_[np.arange(len(last)), np.flatnonzero(trailing)], kind="stable")
    decides = np.r_[decides, decides[trailing] + 1][order]
    home = np.r_[side[last], 1 - side[last][trailing]][order]
    reason = np.r_[reason, np.full(int(trailing.sum()), _END)][order]
    return _assembled(inputs, decides, home, reason)


def _assembled(inputs: Inputs, decides: Int, home: Int, reason: Int) -> Possessions:
    stretches = inputs.stretches
    key = stretches.of_row[decides]
    opening = np.r_[True, key[1:] != key[:-1]] if len(key) else np.zeros(0, bool)
    closing = np.r_[opening[1:], True] if len(key) else opening
    last_row = np.where(closing, stretches.stop[key] - 1, decides)
    first_row = np.where(opening, stretches.start[key], np.r_[0, last_row[:-1]][: len(key)] + 1)
    opens, closes = period_bounds(inputs, decides)
    end = np.where(closing, closes, inputs.elapsed[decides])
    start = np.where(opening, opens, np.r_[0.0, end[:-1]][: len(key)])
    game = inputs.game[decides]
    number = np.arange(len(game)) - np.searchsorted(game, game) + 1
    began = np.where(opening, _START, np.r_[_START, reason[:-1]][: len(key)])
    ended = np.where(closing & (reason == _OTHER), _END, reason)
    return Possessions(
        game, number, inputs.period[decides], home, first_row, last_row, decides, start, np.maximum(end, start),
        began, ended,
    )  # fmt: skip


def period_bounds(inputs: Inputs, rows: Int) -> tuple[Float, Float]:
    """Start and end of the periods of some plays, in seconds since the tip-off.

    A game that is still on ends, for now, at its last play.
    """
    game, period = inputs.game[rows], inputs.period[rows]
    starts = inputs.period_starts
    last = inputs.bounds[game + 1] - 1
    unfinished = ~inputs.final[game] & (period == inputs.period[last])
    return starts[game, period], np.where(unfinished, inputs.elapsed[last], starts[game, period + 1])


def _offense(inputs: Inputs) -> tuple[Int, Int]:
    """Per play the side that has the ball (1 home, 0 away, NONE where it has no say), and how it gives it away.

    A play that gives the ball away has the reason; others have ``other``.
    """
    event, home = inputs.event, inputs.home
    throws = _THROWS[event]
    technical = inputs.technical_kind & throws
    defensive = event == CODE["defensive_rebound"]
    offense = np.full(inputs.count, NONE, np.int64)
    own = (_OWN[event] | (throws & ~technical)) & (home >= 0)
    offense[own] = home[own]
    taken = defensive & (home >= 0)
    offense[taken] = 1 - home[taken]
    ending = np.full(inputs.count, _OTHER, np.int64)
    ending[_SHOTS[event]] = _SHOT
    ending[(event == CODE["made_ft"]) & inputs.of_kind(_LAST_THROWS.__contains__)] = _THROW
    turnover = event == CODE["turnover"]
    ending[turnover] = np.where(inputs.player2[turnover] >= 0, _STEAL, _TURNOVER)
    ending[defensive] = _REBOUND
    return offense, ending


def possession_columns(
    inputs: Inputs, found: Possessions, score: Score, credit: Int, lineups: Lineups, names: pa.Array
) -> dict[str, pa.Array]:
    """Columns of ``gold.possessions``.

    Args:
        inputs: the chunk.
        found: its possessions.
        score: score after each play.
        credit: the play at which each play's points count.
        lineups: who was on court.
        names: each five of the lineups as text.
    """
    home_points = np.r_[0, np.cumsum(score.home_points)]
    away_points = np.r_[0, np.cumsum(score.away_points)]
    points = [sums[found.last_row + 1] - sums[found.first_row] for sums in (home_points, away_points)]
    at_home = found.home == 1
    games = pa.array(found.game)
    teams = [inputs.games[f"{side}_team_id"].combine_chunks().take(games) for side in ("home", "away")]
    five = lineups.five[credit[found.decides]]
    offset = inputs.bounds[found.game]
    reasons = pa.array(REASONS, pa.string())
    has_ball = pa.array(at_home)
    return {
        **inputs.of_game(found.game),
        "possession_num": pa.array(found.number.astype(np.int16)),
        "period": pa.array(found.period.astype(np.int16)),
        "team_id": pc.if_else(has_ball, teams[0], teams[1]),
        "opponent_team_id": pc.if_else(has_ball, teams[1], teams[0]),
        "home": has_ball,
        "start_event": pa.array((found.first_row - offset).astype(np.int32)),
        "end_event": pa.array((found.last_row - offset).astype(np.int32)),
        "start_elapsed_seconds": pa.array(found.start),
        "end_elapsed_seconds": pa.array(found.end),
        "seconds": pa.array(found.end - found.start),
        "start_reason": reasons.take(pa.array(found.began)),
        "end_reason": reasons.take(pa.array(found.ended)),
        "points": pa.array(np.where(at_home, *points).astype(np.int16)),
        "opponent_points": pa.array(np.where(at_home, points[1], points[0]).astype(np.int16)),
        "lineup": named(names, np.where(at_home, five[:, 0], five[:, 1])),
        "opponent_lineup": named(names, np.where(at_home, five[:, 1], five[:, 0])),
    }
