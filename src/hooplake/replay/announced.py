"""What a source announces of single periods: the official boxes of them, and who started."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hooplake.games.model import STATS
from hooplake.replay.inputs import Bool, Float, Inputs, Int

SECONDS_OFF = 3.0
"""By how many seconds the time of a replay and that of an official box may differ: clocks are whole seconds."""


@dataclass(frozen=True, slots=True)
class PeriodBoxes:
    """Official lines of periods, sorted by slot and period.

    Attributes:
        slot: the player.
        period: the period.
        boxed: there is an official line (else only the start is laid down).
        starters: (slot, period) of those who are known to have been on court when the period began.
        started: the same, as arrays of slots and periods.
        seconds: time on court, NaN where not known.
        line: the 15 stats, NaN where not known; shape (n, 15).
        plus_minus: likewise; shape (n,).
    """

    slot: Int
    period: Int
    boxed: Bool
    starters: frozenset[tuple[int, int]]
    started: tuple[Int, Int]
    seconds: Float
    line: Float
    plus_minus: Float

    def __len__(self) -> int:
        return len(self.slot)

    def started_by(self, roster: list[int], period: int) -> list[int]:
        """Those of a roster who are known to have started a period."""
        return [slot for slot in roster if (slot, period) in self.starters] if self.starters else []

    def played(self, slot: int, period: int) -> bool:
        """Whether a player was on court in a period by its official box."""
        return self.official_seconds(slot, period) > 0

    def official_seconds(self, slot: int, period: int) -> float:
        """Seconds of a player by the official box of a period; 0 where he is not in it or there is none."""
        low, high = np.searchsorted(self.slot, [slot, slot + 1])
        rows = low + np.flatnonzero((self.period[low:high] == period) & self.boxed[low:high])
        return float(np.nan_to_num(self.seconds[rows]).sum())

    def confirms(self, seconds: Mapping[int, float], period: int) -> bool:
        """Whether the official box of a period has the seconds of every player of a team.

        Args:
            seconds: replayed seconds per player of the team.
            period: the period.
        """
        official = {slot: self.official_seconds(slot, period) for slot in seconds}
        total = sum(official.values())
        # the box leaves out what it cuts off at its edges, the same for all who were on court then
        cut = max(sum(seconds.values()) - total, 0.0) / 5 + SECONDS_OFF
        return total > 0 and all(abs(seconds[slot] - official[slot]) <= cut for slot in seconds)


def read_period_boxes(inputs: Inputs, table: pa.Table | None) -> PeriodBoxes:
    """Rows of ``silver.fct_player_periods`` of the games of a chunk."""
    if table is None or not len(table):
        nothing = np.zeros(0, np.int64)
        return PeriodBoxes(
            nothing,
            nothing,
            nothing > 0,
            frozenset(),
            (nothing, nothing),
            np.zeros(0),
            np.zeros((0, len(STATS))),
            np.zeros(0),
        )
    slot = inputs.slots_of(table["game_id"], table["player_id"])
    keep = np.flatnonzero(slot >= 0)
    period = table["period"].to_numpy().astype(np.int64)
    order = keep[np.lexsort((period[keep], slot[keep]))]
    table = table.take(pa.array(order))
    figures = {
        name: pc.cast(table[name], pa.float64()).to_numpy(zero_copy_only=False)
        for name in (*STATS, "seconds", "plus_minus")
    }
    line = np.stack([figures[name] for name in STATS], 1)
    started = np.flatnonzero(pc.fill_null(table["started"], False).to_numpy(zero_copy_only=False))
    own = slot[order][started], period[order][started]
    starters = frozenset(zip(own[0].tolist(), own[1].tolist(), strict=True))
    return PeriodBoxes(
        slot[order], period[order], ~np.isnan(line).all(axis=1), starters, own, figures["seconds"], line,
        figures["plus_minus"],
    )  # fmt: skip
