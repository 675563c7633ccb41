"""The state of the game after every event: clock, score, who is on court, whose points they were."""

from __future__ import annotations

from datetime import UTC

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hooplake.replay.events import Score
from hooplake.replay.inputs import NONE, Inputs, Int
from hooplake.replay.stints import Lineups

_WALL = pa.timestamp("us", tz=str(UTC))


def state_columns(
    inputs: Inputs, score: Score, lineups: Lineups, names: pa.Array, credit: Int, passed: list[bool | None]
) -> dict[str, pa.Array]:
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
    columns = {
        **inputs.of_game(inputs.game),
        "event_num": pa.array(inputs.event_num.astype(np.int32)),
        "period": pa.array(inputs.period.astype(np.int16)),
        "clock_seconds": pa.array(inputs.clock),
        "elapsed_seconds": pa.array(inputs.elapsed),
        "home_score": pa.array(score.home.astype(np.int16)),
        "away_score": pa.array(score.away.astype(np.int16)),
        "home_points": pa.array(score.home_points.astype(np.int16)),
        "away_points": pa.array(score.away_points.astype(np.int16)),
        "wallclock": running_wallclock(inputs),
        "verification_passed": pa.array(passed, pa.bool_()).take(pa.array(inputs.game)),
    }
    for side, name in enumerate(("home", "away")):
        five = lineups.five[:, side]
        columns[f"{name}_lineup"] = named(names, five)
        columns[f"{name}_credit_lineup"] = named(names, np.where(scored, five[credit], NONE))
    return columns


def lineup_names(inputs: Inputs, lineups: Lineups) -> pa.Array:
    """Each five as the ids of its players, sorted as text and joined by a hyphen."""
    # slots of a game are in the order of their players' ids
    men = [inputs.player_ids.take(pa.array(np.ascontiguousarray(slots))) for slots in lineups.fives.T]
    return pc.binary_join_element_wise(*men, "-")


def named(names: pa.Array, codes: Int) -> pa.Array:
    """Names of fives by their ids, NULL for NONE."""
    return names.take(pa.array(codes, mask=codes < 0))


def running_wallclock(inputs: Inputs) -> pa.Array:
    """Running maximum of the wall clock, game by game; NULL before the first row that has one.

    Wall clocks go backwards in nearly every document, and some are a day off: a value more than six hours from the
    median of its game is not believed.
    """
    walls = inputs.plays["wallclock"].combine_chunks()
    micros = pc.fill_null(pc.cast(walls, pa.int64()), 0).to_numpy().astype(np.int64)
    known = micros != 0
    if not known.any():
        return pa.nulls(len(micros), _WALL)
    out = np.zeros(len(micros), np.int64)
    limit = 6 * 3600 * 1_000_000
    for low, high in zip(inputs.bounds[:-1], inputs.bounds[1:], strict=True):
        here = known[low:high]
        if not here.any():
            continue
        middle = int(np.median(micros[low:high][here]))
        believed = np.where(here & (np.abs(micros[low:high] - middle) <= limit), micros[low:high], 0)
        out[low:high] = np.maximum.accumulate(believed)
    return pa.array(out, pa.int64(), mask=out == 0).cast(_WALL)
