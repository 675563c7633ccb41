"""Who is on court: the fives at moments, seconds and plus-minus up to moments."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from hooplake.replay.moments.timeline import Float, Int, Point, Timeline

LINEUP_COLUMNS = [
    "home_points", "away_points", "home_lineup", "away_lineup", "home_credit_lineup", "away_credit_lineup",
]  # fmt: skip
"""Columns of ``gold.game_state_snapshots`` beside those of the timeline."""
STINT_COLUMNS = ["player_id", "home", "period", "start_elapsed_seconds", "end_elapsed_seconds", "starts_period"]
"""Columns of ``gold.player_stints``."""
HOME, AWAY = 0, 1
UNKNOWN = -1


class Court:
    """Who is on court throughout a game.

    Args:
        timeline: the events.
        states: rows of ``gold.game_state_snapshots`` of the game with :data:`LINEUP_COLUMNS`.
        stints: rows of ``gold.player_stints`` of the game with :data:`STINT_COLUMNS`.

    Attributes:
        fives: every five that was on court, as ids.
        five: place in ``fives`` of the five after each event, UNKNOWN where not known; shape (2, events), home first.
        credit: likewise, the five for which the points of the event count.
        points: points of each event; shape (2, events).
    """

    def __init__(self, timeline: Timeline, states: pa.Table, stints: pa.Table) -> None:
        self.timeline = timeline
        columns = [states[name].combine_chunks() for name in LINEUP_COLUMNS[2:]]
        encoded = pa.chunked_array(columns, pa.string()).combine_chunks().dictionary_encode()
        self.fives: list[tuple[str, ...]] = [tuple(text.split("-")) for text in encoded.dictionary.to_pylist()]
        codes = encoded.indices.fill_null(UNKNOWN).to_numpy(zero_copy_only=False).astype(np.int64).reshape(4, -1)
        self.five, self.credit = codes[:2], codes[2:]
        self.points: Int = np.stack([states[name].to_numpy().astype(np.int64) for name in LINEUP_COLUMNS[:2]])
        self._stints = stints

    @cached_property
    def _complete(self) -> dict[tuple[int, int], bool]:
        """Per side and period, whether the fives are known throughout."""
        periods = self.timeline.period
        return {
            (side, period): not np.any(self.five[side][periods == period] == UNKNOWN)
            for side in (HOME, AWAY)
            for period in range(1, self.timeline.last_period + 1)
        }

    def known(self, side: int, first: int, last: int) -> bool:
        """Whether a side's fives are known throughout all periods from the first to the last."""
        return all(self._complete.get((side, period), False) for period in range(first, last + 1))

    def five_at(self, point: Point, side: int) -> tuple[str, ...] | None:
        """The five of a side at a moment, None where not known.

        Before the first row of a period those are on court who start it.
        """
        if point.row < 0 or self.timeline.period[point.row] < point.period:
            starters = self._starters.get((side, point.period), ())
            return tuple(starters) if len(starters) == 5 else None
        five = int(self.five[side][point.row])
        return None if five == UNKNOWN else self.fives[five]

    @cached_property
    def _starters(self) -> dict[tuple[int, int], list[str]]:
        starters: dict[tuple[int, int], list[str]] = {}
        names = ("player_id", "home", "period", "starts_period")
        for player, home, period, began in zip(*(self._stints[name].to_pylist() for name in names), strict=True):
            if began:
                starters.setdefault((HOME if home else AWAY, period), []).append(player)
        return starters

    def seconds(self, players: Sequence[str], elapsed: Float) -> Float:
        """Time on court of players up to moments.

        Args:
            players: ids.
            elapsed: moments, in seconds since the tip-off; shape (m,).

        Returns:
            Seconds, shape (m, players); those of a period whose fives are not known are not in them.
        """
        start, end = (self._stints[name].to_numpy() for name in STINT_COLUMNS[3:5])
        place = {player: number for number, player in enumerate(players)}
        owner = np.array([place[player] for player in self._stints["player_id"].to_pylist()], np.int64)
        inside = np.clip(elapsed[:, None], start, end) - start
        total = np.zeros((len(elapsed), len(players)))
        np.add.at(total.T, owner, inside.T)
        return np.round(total, 1)

    @cached_property
    def scoring(self) -> Int:
        """Events that gave points."""
        return np.flatnonzero(self.points.any(axis=0))

    def net_points(self, players: Sequence[str]) -> npt.NDArray[np.int64]:
        """Plus-minus of players at each event of `scoring` alone; shape (scoring events, players).

        Points count for the five that the replay credits: for free throws, those on court at the foul.
        """
        place = {player: number for number, player in enumerate(players)}
        member = np.zeros((len(self.fives) + 1, len(players)), np.int64)  # the last row stands for UNKNOWN
        for number, five in enumerate(self.fives):
            for player in five:
                if player in place:
                    member[number, place[player]] = 1
        rows = self.scoring
        margin = self.points[HOME][rows] - self.points[AWAY][rows]
        net: npt.NDArray[np.int64] = margin[:, None] * (
            member[self.credit[HOME][rows]] - member[self.credit[AWAY][rows]]
        )
        return net
