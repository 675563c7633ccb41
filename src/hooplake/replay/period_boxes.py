"""The replay beside official boxes of single periods: every cell, and a cause for every difference.

Such a box is asked for by a range of time and cut at its edges: what happens in the last second of the clock, and at
the full clock before a period begins (technical free throws), is missing from it in part. So a cell whose difference
is made of such plays differs by ``period_boundary``, which is worked out from those very plays and not waved through.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from hooplake.games.model import STATS
from hooplake.replay.announced import SECONDS_OFF, PeriodBoxes
from hooplake.replay.events import Changes, Score, unpacked
from hooplake.replay.inputs import Bool, Float, Inputs, Int
from hooplake.replay.plus_minus import credited
from hooplake.replay.quarters import PeriodLines, Stays

_EDGE = 1.0
_PLUS_MINUS, _SECONDS = len(STATS), len(STATS) + 1
COMPARED = (*STATS, "plus_minus", "seconds")
CAUSES = ("period_boundary", "attribution", "missing_play", "surplus_play", "lineup")
_BOUNDARY, _ATTRIBUTION, _MISSING, _SURPLUS, _LINEUP = range(len(CAUSES))


@dataclass(frozen=True, slots=True)
class PeriodDifferences:
    """Cells that differ, and counts per game.

    Attributes:
        slot, period: the player and the period.
        stat: place in ``COMPARED``.
        generated, actual: both values.
        cause: place in ``CAUSES``.
        compared, equal, explained: cells of the 15 stats and plus-minus per game; explained ones differ by
            ``period_boundary``.
    """

    slot: Int
    period: Int
    stat: Int
    generated: Int
    actual: Int
    cause: Int
    compared: Int
    equal: Int
    explained: Int


def compare_periods(
    inputs: Inputs, boxes: PeriodBoxes, lines: PeriodLines, changes: Changes, stays: Stays, score: Score, credit: Int
) -> PeriodDifferences:
    """Compare every player's periods with the official boxes of these periods.

    Only periods of which there is a box are compared; a player on one side alone has zeros on the other.
    """
    width = int(max(inputs.period.max(initial=0), boxes.period.max(initial=0))) + 1
    games = len(inputs.game_ids)
    boxed = np.zeros(games * width, bool)
    official = np.flatnonzero(boxes.boxed)
    if not len(official):
        nothing, none = np.zeros(0, np.int64), np.zeros(games, np.int64)
        return PeriodDifferences(*(nothing,) * 6, none, none, none)
    game_of = inputs.players.game
    boxed[game_of[boxes.slot[official]] * width + boxes.period[official]] = True
    own = lines.slot * width + lines.period
    own_rows = np.flatnonzero(boxed[game_of[lines.slot] * width + lines.period])
    box_key = boxes.slot[official] * width + boxes.period[official]
    keys = np.union1d(own[own_rows], box_key)
    slot, period = keys // width, keys % width
    game = game_of[slot]

    generated = np.zeros((len(keys), len(COMPARED)))
    at = np.searchsorted(keys, own[own_rows])
    generated[at, : len(STATS)] = lines.line[own_rows]
    generated[at, _PLUS_MINUS] = lines.plus_minus[own_rows]
    generated[at, _SECONDS] = lines.seconds[own_rows]
    actual = np.zeros((len(keys), len(COMPARED)))
    at = np.searchsorted(keys, box_key)
    actual[at, : len(STATS)] = boxes.line[official]
    actual[at, _PLUS_MINUS] = boxes.plus_minus[official]
    actual[at, _SECONDS] = boxes.seconds[official]

    known = ~(np.isnan(generated) | np.isnan(actual))
    differ = known & (generated != actual)
    differ[:, _SECONDS] &= np.abs(generated[:, _SECONDS] - actual[:, _SECONDS]) > _cut(
        inputs, game, period, actual[:, _SECONDS], inputs.players.home[slot], width
    )
    boundary = np.zeros_like(differ)
    head, tail = _edges(inputs)
    for rule, explained in (
        (slice(0, len(STATS)), _stats_at_edges(inputs, changes, keys, width, generated, actual, head, tail)),
        (
            slice(_PLUS_MINUS, _PLUS_MINUS + 1),
            _net_at_edges(inputs, stays, score, credit, keys, width, generated, actual, head, tail),
        ),
    ):
        boundary[:, rule] = differ[:, rule] & explained
    row, stat = np.nonzero(differ)
    cause = _causes(generated - actual, differ & ~boundary, row, stat, game, period, inputs.players.home[slot], width)
    cause[boundary[row, stat]] = _BOUNDARY
    cells = known[:, :_SECONDS]
    counts = [
        np.bincount(game, values.sum(axis=1), games).astype(np.int64)
        for values in (cells, cells & ~differ[:, :_SECONDS], boundary[:, :_SECONDS])
    ]
    return PeriodDifferences(
        slot[row], period[row], stat, generated[row, stat].astype(np.int64), actual[row, stat].astype(np.int64),
        cause, *counts,
    )  # fmt: skip


def _edges(inputs: Inputs) -> tuple[Bool, Bool]:
    """Plays of the first second of their period, and of the last."""
    lengths = np.diff(inputs.period_starts)[inputs.game, inputs.period]
    return inputs.clock >= lengths - _EDGE, inputs.clock <= _EDGE


def _stats_at_edges(
    inputs: Inputs, changes: Changes, keys: Int, width: int, generated: Float, actual: Float, head: Bool, tail: Bool
) -> Bool:
    """Stats that lie between the count with the plays at the edges and the one without them."""
    edge = np.flatnonzero((head | tail)[changes.row])
    key = changes.slot[edge] * width + inputs.period[changes.row[edge]]
    inside = np.isin(key, keys)
    cut = np.zeros((len(keys), len(STATS)))
    np.add.at(cut, np.searchsorted(keys, key[inside]), unpacked(changes.words[:, edge[inside]]))
    own, official = generated[:, : len(STATS)], actual[:, : len(STATS)]
    between: Bool = (own - cut <= official) & (official <= own)
    return between


def _net_at_edges(
    inputs: Inputs, stays: Stays, score: Score, credit: Int, keys: Int, width: int, generated: Float, actual: Float,
    head: Bool, tail: Bool,
) -> Bool:  # fmt: skip
    """Plus-minus that equals the count without the points at one edge or at both."""
    key = stays.slot * width + stays.period
    inside = np.isin(key, keys)
    place = np.searchsorted(keys, key[inside])
    home = inputs.players.home[stays.slot] == 1
    nets = []
    for rows in (head, tail, tail & (inputs.clock < _EDGE)):
        points = credited(
            inputs,
            Score(
                score.home, score.away, np.where(rows, score.home_points, 0), np.where(rows, score.away_points, 0),
                score.unattributed, score.corrected,
            ),
            credit,
        )  # fmt: skip
        own, other = points.between(stays.start_row, stays.end_row)
        net = np.where(home, own - other, other - own)
        nets.append(np.bincount(place, net[inside], len(keys)))
    first, last, buzzer = nets
    full, official = generated[:, _PLUS_MINUS], actual[:, _PLUS_MINUS]
    fits = [official == full - a - b for a in (0, first) for b in (0, last, buzzer)]
    found: Bool = np.any(fits, axis=0)[:, None]
    return found


def _cut(inputs: Inputs, game: Int, period: Int, seconds: Float, home: Int, width: int) -> Float:
    """How many seconds of a period the official boxes of a team leave out, with a few to spare."""
    team = (game * width + period) * 2 + home
    total = np.bincount(team, np.nan_to_num(seconds), len(inputs.game_ids) * width * 2)[team]
    number = np.arange(width + 1)
    lengths = np.array([[float(rules.length(int(p))) for p in number] for rules in inputs.rules])
    missing: Float = np.maximum(lengths.reshape(-1, width + 1)[game, period] - total / 5, 0) + SECONDS_OFF
    return missing


def _causes(
    difference: Float, left: Bool, row: Int, stat: Int, game: Int, period: Int, home: Int, width: int
) -> npt.NDArray[np.int64]:
    """Causes of the cells that the edges do not explain."""
    team = (game * width + period) * 2 + home
    size = int(team.max(initial=0)) + 1
    cause = np.full(len(row), _LINEUP, np.int64)
    for place in range(len(STATS)):
        own = stat == place
        open_difference = np.where(left[:, place], difference[:, place], 0)
        net = np.bincount(team, open_difference, size)[team[row[own]]]
        own_difference = difference[row[own], place]
        cause[own] = np.where(net == 0, _ATTRIBUTION, np.where(own_difference < 0, _MISSING, _SURPLUS))
    return cause


def counts_by_game(found: PeriodDifferences) -> dict[str, list[object]]:
    """Columns of ``gold.box_score_verification``."""
    return {
        "period_cells_compared": found.compared.tolist(),
        "period_cells_equal": found.equal.tolist(),
        "period_cells_explained": found.explained.tolist(),
    }


def difference_columns(inputs: Inputs, found: PeriodDifferences) -> Mapping[str, pa.Array]:
    """Columns of ``gold.period_box_differences``."""
    order = np.lexsort(
        (
            np.array(sorted(range(len(COMPARED)), key=lambda n: COMPARED[n])).argsort()[found.stat],
            found.period,
            found.slot,
        )
    )
    slots = pa.array(found.slot[order])
    stats, causes = pa.array(COMPARED, pa.string()), pa.array(CAUSES, pa.string())
    return {
        **inputs.of_game(inputs.players.game[found.slot[order]]),
        "player_id": inputs.player_ids.take(slots),
        "period": pa.array(found.period[order].astype(np.int16)),
        "stat": stats.take(pa.array(found.stat[order])),
        "player": inputs.player_names.take(slots),
        "team_id": inputs.team_ids.take(slots),
        "generated": pa.array(found.generated[order].astype(np.int32)),
        "actual": pa.array(found.actual[order].astype(np.int32)),
        "difference": pa.array((found.generated - found.actual)[order].astype(np.int32)),
        "cause": causes.take(pa.array(found.cause[order])),
    }
