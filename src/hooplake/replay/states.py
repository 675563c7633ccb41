"""The state of the game after every event: clock, score, who is on court, whose points they were."""

from __future__ import annotations

from datetime import UTC

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hooplake.replay.events import Score
from hooplake.replay.inputs import Inputs, Int
from hooplake.replay.stints import Lineups

_FAR_OFF = 6 * 3600 * 1_000_000
_NEVER = 2**62
_WALL = pa.timestamp("us", tz=str(UTC))


def state_columns(
    inputs: Inputs, score: Score, lineups: Lineups, names: pa.Array, credit: Int, passed: list[bool | None]
) -> dict[str, pa.Array | pa.ChunkedArray]:
    """Columns of ``gold.game_state_snapshots``.

    Args:
        inputs: the chunk.
        score: score after each play.
        lineups: who is on court.
        names: each five of the lineups as text.
        credit: the row at which each row's points count.
        passed: verification of each game.
    """
    scored = (score.home_points > 0) | (score.away_points > 0)
    columns: dict[str, pa.Array | pa.ChunkedArray] = {
        **inputs.of_game(inputs.game),
        "event_num": inputs.plays["event_num"],
        "period": inputs.plays["period"],
        "clock_seconds": pa.array(inputs.clock),
        "elapsed_seconds": pa.array(inputs.elapsed),
        "home_score": pa.array(score.home.astype(np.int16)),
        "away_score": pa.array(score.away.astype(np.int16)),
        "home_points": pa.array(score.home_points.astype(np.int16)),
        "away_points": pa.array(score.away_points.astype(np.int16)),
        "wallclock": running_wallclock(inputs),
        "verification_passed": pa.array(passed, pa.bool_()).take(pa.array(inputs.game)),
    }
    scoring = np.flatnonzero(scored)
    for side, name in enumerate(("home", "away")):
        five = lineups.five[:, side]
        columns[f"{name}_lineup"] = named(names, five)
        credited = five[credit[scoring]]
        known = credited >= 0
        columns[f"{name}_credit_lineup"] = _scattered(
            names.take(pa.array(credited[known])), scoring[known], inputs.count
        )
    return columns


def lineup_names(inputs: Inputs, lineups: Lineups) -> pa.Array:
    """Each five as the ids of its players, sorted as text and joined by a hyphen."""
    # slots of a game are in the order of their players' ids
    men = [inputs.player_ids.take(pa.array(np.ascontiguousarray(slots))) for slots in lineups.fives.T]
    return pc.binary_join_element_wise(*men, "-")


def named(names: pa.Array, codes: Int) -> pa.Array:
    """Names of fives by their ids, NULL for NONE."""
    missing = codes < 0
    return names.take(pa.array(codes, mask=missing if missing.any() else None))


def _scattered(texts: pa.Array, rows: Int, count: int) -> pa.Array:
    """Texts at some rows of so many, NULL at all others."""
    offsets = np.zeros(count + 1, np.int32)
    offsets[rows + 1] = pc.binary_length(texts).to_numpy()
    there = np.zeros(count, bool)
    there[rows] = True
    # the bytes lie together as they are: rows without a text take none of them
    buffers = (
        pa.py_buffer(np.cumsum(offsets, dtype=np.int32)),
        texts.buffers()[2],
        pa.py_buffer(np.packbits(there, bitorder="little")),
    )
    return pa.StringArray.from_buffers(count, buffers[0], buffers[1], buffers[2], count - len(rows))


def running_wallclock(inputs: Inputs) -> pa.Array:
    """Running maximum of the wall clock, game by game; NULL before the first row that has one.

    Wall clocks go backwards in nearly every document, and some are a day off: a value more than six hours from the
    median of its game is not believed.
    """
    walls = inputs.plays["wallclock"].combine_chunks().cast(pa.int64())
    micros = (walls.fill_null(0) if walls.null_count else walls).to_numpy()
    known = micros != 0
    if not known.any():
        return pa.nulls(len(micros), _WALL)
    opening = inputs.bounds[:-1]
    least = np.minimum.reduceat(np.where(known, micros, _NEVER), opening)
    most = np.maximum.reduceat(np.where(known, micros, -_NEVER), opening)
    for game in np.flatnonzero(most - least > _FAR_OFF).tolist():  # else none is so far from the median
        own = slice(int(inputs.bounds[game]), int(inputs.bounds[game + 1]))
        believed = known[own] & (np.abs(micros[own] - int(np.median(micros[own][known[own]]))) <= _FAR_OFF)
        known[own] = believed
        least[game] = micros[own][believed].min(initial=_NEVER)
    # games are lifted above one another, so that no maximum reaches over from one to the next
    lift = (np.arange(len(opening)) + 1) * (4 * _FAR_OFF)
    base = (least - lift)[inputs.game]
    highest = np.maximum.accumulate(np.where(known, micros - base, 0))
    missing = highest < lift[inputs.game]
    return pa.array(highest + base, pa.int64(), mask=missing).cast(_WALL)
