"""Cumulative lines: a player's box at every event that changed it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from hooplake.games.model import STATS
from hooplake.replay.events import Changes, unpacked
from hooplake.replay.inputs import Inputs, Int


@dataclass(frozen=True, slots=True)
class Cumulated:
    """Sparse cumulative lines, sorted by slot and event; each slot starts with zeros at event -1.

    Attributes:
        slot: slot of the player.
        row: row of the play, -1 for the line before the first.
        words: cumulative stats, packed; shape (4, n).
        place: where each change stands among these lines.
        final: last line of each slot; shape (slots, 15).
    """

    slot: Int
    row: Int
    words: Int
    place: Int
    final: npt.NDArray[np.int16]


def cumulate(changes: Changes, slots: int) -> Cumulated:
    """Sum changes up per player.

    Args:
        changes: stat changes, sorted by slot and row.
        slots: number of slots; a slot without a change keeps its zeros.
    """
    counts = np.bincount(changes.slot, minlength=slots)
    zeros = np.cumsum(counts) - counts + np.arange(slots)  # where the zeros of each slot stand
    place = np.arange(len(changes.slot)) + changes.slot + 1
    slot = np.repeat(np.arange(slots), counts + 1)
    row = np.full(len(slot), -1, np.int64)
    row[place] = changes.row
    words = np.zeros((len(changes.words), len(slot)), np.int64)
    for summed, change in zip(words, changes.words, strict=True):
        summed[place] = change
        # sums over all slots run over, which the difference of two of them, the line of a player, does not mind
        np.cumsum(summed, out=summed)
        summed -= np.repeat(summed[zeros], counts + 1)
    return Cumulated(slot, row, words, place, unpacked(words.take(zeros + counts, axis=1)))


def snapshot_columns(inputs: Inputs, cumulated: Cumulated) -> dict[str, pa.Array]:
    """Columns of ``gold.player_snapshots``, sorted by game, player and event."""
    known = np.maximum(cumulated.row, 0)
    before = cumulated.row < 0
    slots = pa.array(cumulated.slot)
    columns = {
        "game_id": inputs.ids_of_games(inputs.players.game[cumulated.slot]),
        "player_id": inputs.player_ids.take(slots),
        "event_num": pa.array(np.where(before, np.int32(-1), inputs.event_num.astype(np.int32)[known])),
        "team_id": inputs.team_ids.take(slots),
        "period": pa.array(np.where(before, np.int16(0), inputs.period.astype(np.int16)[known])),
    }
    line = unpacked(cumulated.words)
    for place, name in enumerate(STATS):
        columns[name] = pa.array(line[:, place])
    return columns
