"""Lines of players: the 15 stats, seconds and plus-minus at moments and between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from hooplake.games.model import STATS
from hooplake.replay.moments.answers import StatLine
from hooplake.replay.moments.names import Player
from hooplake.replay.moments.on_court import AWAY, HOME, Court
from hooplake.replay.moments.timeline import Float, Int, Point

SNAPSHOT_COLUMNS = ["player_id", "event_num", "team_id", *STATS]
"""Columns of ``gold.player_snapshots``."""

Stats = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Figures:
    """What players have to show, one row per player.

    Attributes:
        stats: shape (players, 15).
        seconds: NaN where the fives of the team are not known.
        plus_minus: likewise.
    """

    stats: Stats
    seconds: Float
    plus_minus: Float


class Lines:
    """Cumulative lines of all players of a game.

    Args:
        snapshots: rows of ``gold.player_snapshots`` of the game with :data:`SNAPSHOT_COLUMNS`, sorted by key.
        players: every player of `snapshots`, in the order in which answers list them.
        court: who is on court.
    """

    def __init__(self, snapshots: pa.Table, players: Sequence[Player], court: Court) -> None:
        self.players, self.court = players, court
        self.ids = [player.player_id for player in players]
        ids = snapshots["player_id"]
        owner = ids.combine_chunks().dictionary_encode()
        self._event = snapshots["event_num"].to_numpy().astype(np.int64)
        self._stats: Stats = np.stack([snapshots[name].to_numpy() for name in STATS], axis=1).astype(np.int64)
        self._span = court.timeline.count + 2
        self._keys: Int = owner.indices.to_numpy().astype(np.int64) * self._span + self._event
        place = {player: number for number, player in enumerate(owner.dictionary.to_pylist())}
        self._places: Int = np.array([place[player] for player in self.ids], np.int64)
        self._side = np.array([_side_of(player) for player in players], np.int64)
        net = court.net_points(self.ids)
        self._net = np.concatenate([np.zeros((1, len(self.ids)), np.int64), np.cumsum(net, axis=0)])

    def stats(self, rows: Int) -> Stats:
        """Cumulative stats after events; shape (rows, players, 15). Event -1 is before the first."""
        wanted = self._places[None, :] * self._span + rows[:, None]
        found: Stats = self._stats[np.searchsorted(self._keys, wanted, "right") - 1]
        return found

    def plus_minus(self, rows: Int) -> Stats:
        """Cumulative plus-minus after events, as far as the fives are known; shape (rows, players)."""
        return self._net[np.searchsorted(self.court.scoring, rows, "right")]

    def between(self, start: Point, end: Point) -> Figures:
        """What happened after one moment and up to another."""
        rows = np.array([start.row, end.row])
        stats, net = self.stats(rows), self.plus_minus(rows)
        seconds = self.court.seconds(self.ids, np.array([start.elapsed, end.elapsed]))
        known = self.known(start.period, end.period)
        return Figures(
            stats[1] - stats[0],
            np.where(known, np.round(seconds[1] - seconds[0], 1), np.nan),
            np.where(known, net[1] - net[0], np.nan),
        )

    def until(self, end: Point) -> Figures:
        """What happened up to a moment."""
        return self.between(Point(-1, 1, 0.0), end)

    def known(self, first: int, last: int) -> npt.NDArray[np.bool_]:
        """Per player, whether the fives of his team are known throughout all periods from the first to the last."""
        sides = {HOME: self.court.known(HOME, first, last), AWAY: self.court.known(AWAY, first, last)}
        return np.array([sides.get(side, False) for side in self._side.tolist()], bool)

    def answers(self, figures: Figures) -> list[StatLine]:
        """Figures as lines, one per player, in the order of the players."""
        return [StatLine(**fields) for fields in self.fields(figures)]

    def fields(self, figures: Figures) -> list[dict[str, Any]]:
        """The fields of `StatLine` of each player."""
        stats, seconds, net = figures.stats.tolist(), figures.seconds.tolist(), figures.plus_minus.tolist()
        return [
            {
                "player_id": player.player_id, "player": player.player, "team_id": player.team_id,
                "home": player.home, **dict(zip(STATS, stats[place], strict=True)),
                "seconds": None if seconds[place] != seconds[place] else seconds[place],
                "minutes": None if seconds[place] != seconds[place] else minutes(seconds[place]),
                "plus_minus": None if net[place] != net[place] else int(net[place]),
            }
            for place, player in enumerate(self.players)
        ]  # fmt: skip


def minutes(seconds: float) -> float:
    """Seconds as minutes with two decimals, half away from zero."""
    return (round(seconds * 10) + 3) // 6 / 100


def _side_of(player: Player) -> int:
    return -1 if player.home is None else HOME if player.home else AWAY
