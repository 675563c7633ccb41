"""Cumulative lines: a player's box at every event that changed it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from hooplake.games.model import STATS
from hooplake.replay.events import Changes
from hooplake.replay.inputs import Inputs, Int


@dataclass(frozen=True, slots=True)
class Cumulated:
    """Sparse cumulative lines, sorted by slot and event; each slot starts with zeros at event -1.

    Attributes:
        slot: slot of the player.
        row: row of the play, -1 for the line before the first.
        line: cumulative stats, one stat after the other in memory; shape (n, 15).
        final: last line of each slot; shape (slots, 15).
    """

    slot: Int
    row: Int
    line: npt.NDArray[np.int16]
    final: npt.NDArray[np.int16]


def cumulate(changes: Changes, slots: int) -> Cumulated:
    """Sum changes up per player.

    Args:
        changes: stat changes, sorted by slot and row.
        slots: number of slots; a slot without a change keeps its zeros.
    """
    counts = np.bincount(changes.slot, minlength=slots)
    before = np.cumsum(counts) - counts  # changes of the slots before
    slot = np.repeat(np.arange(slots), counts + 1)
    zeros = before + np.arange(slots)
    changed = np.ones(len(slot), bool)
    changed[zeros] = False
    row = np.full(len(slot), -1, np.int64)
    row[changed] = changes.row
    base = np.repeat(changes.sums.take(before, axis=1), counts + 1, axis=1)
    line = changes.sums.take(np.arange(len(slot)) - slot, axis=1) - base
    final = line.take(zeros + counts, axis=1)
    return Cumulated(slot, row, line.T, final.T)


def snapshot_columns(inputs: Inputs, cumulated: Cumulated) -> dict[str, pa.Array]:
    """Columns of ``gold.player_snapshots``, sorted by game, player and event."""
    known = np.maximum(cumulated.row, 0)
    before = cumulated.row < 0
    slots = pa.array(cumulated.slot)
    columns = {
        "game_id": inputs.of_game(inputs.players.game[cumulated.slot])["game_id"],
        "player_id": inputs.player_ids.take(slots),
        "event_num": pa.array(np.where(before, -1, inputs.event_num[known]).astype(np.int32)),
        "team_id": inputs.team_ids.take(slots),
        "period": pa.array(np.where(before, 0, inputs.period[known]).astype(np.int16)),
    }
    for place, name in enumerate(STATS):
        columns[name] = pa.array(np.ascontiguousarray(cumulated.line[:, place]))
    return columns
