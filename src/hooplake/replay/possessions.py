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

from hooplake.replay.events import Score
from hooplake.replay.inputs import CODE, Float, Inputs, Int
from hooplake.replay.states import named
from hooplake.replay.stints import Lineups

REASONS = ("period_start", "made_shot", "free_throw", "turnover", "steal", "defensive_rebound", "other", "period_end")
"""How a possession began (all but the last) or ended (all but the first); ``steal`` is a turnover by a steal."""

_START, _SHOT, _THROW, _TURNOVER, _STEAL, _REBOUND, _OTHER, _END = range(len(REASONS))
_LAST_THROWS = ("1_of_1", "2_of_2", "3_of_3", "free_throw")


_TAKING, _THROW_ROLE, _OWN = 1, 2, 3


def _by_event(values: dict[int, tuple[str, ...]], other: int) -> Int:
    table = np.full(len(CODE), other, np.int64)
    for value, names in values.items():
        table[[CODE[name] for name in names]] = value
    return table


_ROLES = _by_event(
    {
        _TAKING: ("defensive_rebound",),
        _THROW_ROLE: ("made_ft", "missed_ft"),
        _OWN: ("made_2", "made_3", "missed_2", "missed_3", "missed_heave", "turnover", "offensive_rebound"),
    },
    0,
)
"""What an event tells of who has the ball: nothing, its team takes it, its team has it if the throw is not technical,
its team has it."""
_REASONS = _by_event({_SHOT: ("made_2", "made_3"), _TURNOVER: ("turnover",), _REBOUND: ("defensive_rebound",)}, _OTHER)


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
    rows, side = _offense(inputs)
    stretches = inputs.stretches
    key = stretches.of_row[rows]
    fresh = np.ones(len(rows), bool)
    fresh[1:] = (key[1:] != key[:-1]) | (side[1:] != side[:-1])
    last = np.append(np.flatnonzero(fresh)[1:], len(rows))[: np.count_nonzero(fresh)] - 1
    decides, side, key = rows[last], side[last], key[last]
    reason = _endings(inputs, decides)
    # the play that gives the ball away last in its period, and rows after it: one more possession
    closing = np.ones(len(last), bool)
    closing[:-1] = key[1:] != key[:-1]
    trailing = closing & (reason != _OTHER) & (decides < stretches.stop[key] - 1)
    place = np.repeat(np.arange(len(last)), 1 + trailing)
    more = np.zeros(len(place), bool)
    more[1:] = place[1:] == place[:-1]
    return _assembled(
        inputs, decides[place] + more, np.where(more, 1 - side[place], side[place]), np.where(more, _END, reason[place])
    )


def _assembled(inputs: Inputs, decides: Int, home: Int, reason: Int) -> Possessions:
    stretches = inputs.stretches
    key = stretches.of_row[decides]
    fresh = np.ones(len(key), bool)
    fresh[1:] = key[1:] != key[:-1]
    opening = np.flatnonzero(fresh)
    closing = np.append(opening[1:], len(key))[: len(opening)] - 1
    opens, closes = stretch_bounds(inputs)
    periods = key[opening]  # that have possessions
    last_row = decides.copy()
    last_row[closing] = stretches.stop[periods] - 1
    end = inputs.elapsed[decides]
    end[closing] = closes[periods]
    first_row, start, began = np.empty_like(last_row), np.empty_like(end), np.empty_like(reason)
    for own, before, first in (
        (first_row, last_row + 1, stretches.start[periods]), (start, end, opens[periods]), (began, reason, _START),
    ):  # fmt: skip
        own[1:] = before[:-1]
        own[opening] = first
    ended = reason.copy()
    ended[closing] = np.where(reason[closing] == _OTHER, _END, reason[closing])
    game = inputs.game[decides]
    number = np.arange(1, len(game) + 1) - np.searchsorted(game, np.arange(len(inputs.game_ids)))[game]
    return Possessions(
        game, number, inputs.period[decides], home, first_row, last_row, decides, start, np.maximum(end, start),
        began, ended,
    )  # fmt: skip


def stretch_bounds(inputs: Inputs) -> tuple[Float, Float]:
    """Start and end of each stretch of plays, in seconds since the tip-off.

    A game that is still on ends, for now, at its last play.
    """
    stretches = inputs.stretches
    game, period = stretches.game, stretches.period
    starts = inputs.period_starts
    last = inputs.bounds[game + 1] - 1
    unfinished = ~inputs.final[game] & (period == inputs.period[last])
    return starts[game, period], np.where(unfinished, inputs.elapsed[last], starts[game, period + 1])


def _offense(inputs: Inputs) -> tuple[Int, Int]:
    """The plays that tell who has the ball, and which side has it: 1 home, 0 away."""
    role = _ROLES[inputs.event]
    rows = np.flatnonzero((role != 0) & (inputs.home >= 0))
    role = role[rows]
    told = (role != _THROW_ROLE) | ~inputs.technical_kind[rows]
    rows, role = rows[told], role[told]
    home = inputs.home[rows]
    return rows, np.where(role == _TAKING, 1 - home, home)


def _endings(inputs: Inputs, rows: Int) -> Int:
    """How plays give the ball away; ``other`` for those that do not."""
    event = inputs.event[rows]
    ending = _REASONS[event]
    throws = np.flatnonzero(event == CODE["made_ft"])
    last = inputs.of_kind(_LAST_THROWS.__contains__)[rows[throws]]
    ending[throws[last]] = _THROW
    stolen = (event == CODE["turnover"]) & (inputs.player2[rows] >= 0)
    ending[stolen] = _STEAL
    return ending


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
    home_points, away_points = (
        sums[found.last_row + 1] - sums[found.first_row]
        for sums in (np.append(0, np.cumsum(own)) for own in (score.home_points, score.away_points))
    )
    at_home = found.home == 1
    teams = pa.concat_arrays([inputs.games[f"{side}_team_id"].combine_chunks() for side in ("home", "away")])
    of_home, of_away = found.game, found.game + len(inputs.game_ids)
    crediting = credit[found.decides]
    five = [lineups.five[crediting, side] for side in (0, 1)]
    offset = inputs.bounds[found.game]
    reasons = pa.array(REASONS, pa.string())
    return {
        **inputs.of_game(found.game),
        "possession_num": pa.array(found.number.astype(np.int16)),
        "period": pa.array(found.period.astype(np.int16)),
        "team_id": teams.take(pa.array(np.where(at_home, of_home, of_away))),
        "opponent_team_id": teams.take(pa.array(np.where(at_home, of_away, of_home))),
        "home": pa.array(at_home),
        "start_event": pa.array((found.first_row - offset).astype(np.int32)),
        "end_event": pa.array((found.last_row - offset).astype(np.int32)),
        "start_elapsed_seconds": pa.array(found.start),
        "end_elapsed_seconds": pa.array(found.end),
        "seconds": pa.array(found.end - found.start),
        "start_reason": reasons.take(pa.array(found.began)),
        "end_reason": reasons.take(pa.array(found.ended)),
        "points": pa.array(np.where(at_home, home_points, away_points).astype(np.int16)),
        "opponent_points": pa.array(np.where(at_home, away_points, home_points).astype(np.int16)),
        "lineup": named(names, np.where(at_home, five[0], five[1])),
        "opponent_lineup": named(names, np.where(at_home, five[1], five[0])),
    }
