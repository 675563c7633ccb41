"""Five-man units: from when to when five men were on court together, and what they brought.

A unit's stay lasts until its team changes anybody or the period ends. Points and possessions count for the unit of
their crediting play, as in plus-minus: those of free throws for the five on court at the foul.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from hooplake.replay.inputs import NONE, Bool, Inputs, Int
from hooplake.replay.plus_minus import Credited
from hooplake.replay.possessions import Possessions, stretch_bounds
from hooplake.replay.stints import Lineups


def unit_columns(
    inputs: Inputs, lineups: Lineups, points: Credited, possessions: Possessions, credit: Int, names: pa.Array
) -> dict[str, pa.Array]:
    """Columns of ``gold.lineup_stints``, sorted by game, team and time.

    Args:
        inputs: the chunk.
        lineups: who was on court.
        points: points by the play at which they count.
        possessions: possessions of the chunk.
        credit: the play at which each play's points count.
        names: each five of the lineups as text.
    """
    decides = credit[possessions.decides]
    parts = []
    for side in (0, 1):
        first, after, code = _stays(inputs, lineups.five[:, side])
        own = _between(inputs, decides[possessions.home == 1 - side], first, after)
        other = _between(inputs, decides[possessions.home == side], first, after)
        home, away = points.between(first, after)
        scored, conceded = (home, away) if side == 0 else (away, home)
        parts.append(np.stack([first, after, code, np.full(len(first), side), scored, conceded, own, other]))
    first, after, code, side, scored, conceded, own, other = np.concatenate(parts, axis=1)
    start, end, opening = _moments(inputs, first, after)
    # a unit in the making, while several men are changed one by one
    kept = (end > start) | (scored > 0) | (conceded > 0) | (own > 0) | (other > 0)
    teams = [inputs.games[f"{name}_team_id"].combine_chunks() for name in ("home", "away")]
    game = inputs.game[first]
    ids = np.array([team.to_pylist() for team in teams], object)
    team = ids[side, game]
    kept &= np.array([[name is not None for name in own] for own in ids], bool)[side, game]
    second = np.array([[(a or "") > (b or ""), (b or "") > (a or "")] for a, b in ids.T], bool).reshape(-1, 2)
    rank = second[game, side]  # whether the team's id stands behind the other's
    order = np.flatnonzero(kept)[np.lexsort((first[kept], rank[kept], game[kept]))]
    first, after, code, side, scored, conceded, own, other = (
        values[order] for values in (first, after, code, side, scored, conceded, own, other)
    )
    start, end, opening, game = start[order], end[order], opening[order], game[order]
    of_team = game * 2 + side
    fresh = np.r_[True, of_team[1:] != of_team[:-1]] if len(order) else np.zeros(0, bool)
    place = np.arange(len(order))
    number = place - np.maximum.accumulate(np.where(fresh, place, 0)) + 1 if len(order) else place
    offset = inputs.bounds[game]
    return {
        **inputs.of_game(game),
        "team_id": pa.array(team[order], pa.string()),
        "stint_num": pa.array(number.astype(np.int16)),
        "home": pa.array(side == 0),
        "period": pa.array(inputs.period[first].astype(np.int16)),
        "lineup": names.take(pa.array(code)),
        "start_event": pa.array((first - offset).astype(np.int32)),
        "end_event": pa.array((after - offset).astype(np.int32)),
        "start_elapsed_seconds": pa.array(start),
        "end_elapsed_seconds": pa.array(end),
        "seconds": pa.array(end - start),
        "points_for": pa.array(scored.astype(np.int16)),
        "points_against": pa.array(conceded.astype(np.int16)),
        "plus_minus": pa.array((scored - conceded).astype(np.int16)),
        "possessions": pa.array(own.astype(np.int16)),
        "opponent_possessions": pa.array(other.astype(np.int16)),
        "starts_period": pa.array(opening),
    }


def _stays(inputs: Inputs, five: Int) -> tuple[Int, Int, Int]:
    """First row, first row after, and id of the five of every unbroken stay of known fives."""
    if not inputs.count:
        return (np.zeros(0, np.int64),) * 3
    fresh = np.r_[True, five[1:] != five[:-1]]
    fresh[inputs.stretches.start] = True
    first = np.flatnonzero(fresh)
    after = np.r_[first[1:], inputs.count]
    known = five[first] != NONE
    return first[known], after[known], five[first[known]]


def _between(inputs: Inputs, rows: Int, first: Int, after: Int) -> Int:
    """How many of some rows lie in each stay."""
    counts = np.r_[0, np.cumsum(np.bincount(rows, minlength=inputs.count))]
    between: Int = counts[after] - counts[first]
    return between


def _moments(inputs: Inputs, first: Int, after: Int) -> tuple[Int, Int, Bool]:
    """Start and end of stays in seconds since the tip-off, and whether they open their periods."""
    stretches = inputs.stretches
    stretch = stretches.of_row[first]
    opens, closes = (bound[stretch] for bound in stretch_bounds(inputs))
    opening, closing = first == stretches.start[stretch], after == stretches.stop[stretch]
    start = np.where(opening, opens, inputs.elapsed[first])
    end = np.where(closing, closes, inputs.elapsed[np.minimum(after, inputs.count - 1)])
    return start, np.maximum(end, start), opening
