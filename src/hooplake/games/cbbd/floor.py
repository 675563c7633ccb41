"""Who was on the floor: what the API tells with each play, the players' stays, and the moves that follow from them.

A game whose plays have substitutions needs no more. For one whose plays have none, the moves are made from the stays of
its players where these were fetched, else from the differences between the tens that its plays tell. At the second of
a substitution those who come and those who go are both told, so only five on a side are a five.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from hooplake.games.cbbd.meanings import CODE, Int
from hooplake.games.leagues import Rules

FIVE = 5
_MOVE = CODE["substitution"]
_MIX = np.uint64(0x9E3779B97F4A7C15)


class Move(NamedTuple):
    """A player who comes or goes without a row of his own.

    Attributes:
        row: the play before which it stands.
        comes: he comes in, else he goes out.
        clock: seconds left in the period.
        told_by: what tells it.
    """

    game: str
    row: int
    period: int
    clock: float
    team: str
    player: str
    comes: bool
    told_by: str


class Start(NamedTuple):
    """A player who began a period on the floor."""

    game: str
    period: int
    team: str
    player: str


@dataclass(slots=True)
class Floor:
    """The tens of a chunk's plays.

    Attributes:
        count: players of each side at each play, home first; shape (plays, 2).
        mark: a number for those of each side, equal for the same players; shape (plays, 2).
    """

    plays: pa.Table
    count: Int
    mark: npt.NDArray[np.uint64]
    _row: Int
    _side: Int
    _player: npt.NDArray[np.object_]

    def on(self, row: int, side: int | None = None) -> frozenset[str]:
        """Players at a play; of one side (0 home, 1 away) or of both."""
        low, high = np.searchsorted(self._row, [row, row + 1])
        players = self._player[low:high]
        return frozenset(players if side is None else players[self._side[low:high] == side])

    def fives(self, side: int) -> npt.NDArray[np.bool_]:
        """Plays at which exactly five of a side are told."""
        fives: npt.NDArray[np.bool_] = self.count[:, side] == FIVE
        return fives


def read_floor(plays: pa.Table, told: pa.Table, home: pa.Array, away: pa.Array) -> Floor:
    """The tens told with some plays.

    Args:
        plays: rows of ``silver.cbbd_fct_plays``, in the order of play.
        told: rows of ``silver.cbbd_fct_play_on_floor``.
        home: home team of each play's game.
        away: away team of each play's game.
    """
    row = pc.fill_null(pc.index_in(told["play_id"], value_set=plays["play_id"]), -1).to_numpy().astype(np.int64)
    order = np.argsort(row, kind="stable")
    order = order[row[order] >= 0]
    told, row = told.take(pa.array(order)), row[order]
    team = told["team_id"].combine_chunks()
    places = pa.array(row)
    side = np.where(_equal(team, home.take(places)), 0, np.where(_equal(team, away.take(places)), 1, -1))
    player = told["player_id"].combine_chunks()
    coded = player.dictionary_encode()
    codes = coded.indices.to_numpy().astype(np.uint64) + np.uint64(1)
    with np.errstate(over="ignore"):
        marks = codes * _MIX
        marks = (marks ^ (marks >> np.uint64(29))) * _MIX
    count, mark = np.zeros((len(plays), 2), np.int64), np.zeros((len(plays), 2), np.uint64)
    sided = side >= 0
    np.add.at(count, (row[sided], side[sided]), 1)
    np.add.at(mark, (row[sided], side[sided]), marks[sided])
    names = np.array([*coded.dictionary.to_pylist(), None], object)  # one object per player, however often he is told
    return Floor(plays, count, mark, row, side, names[coded.indices.to_numpy()])


def _equal(team: pa.Array, other: pa.Array) -> npt.NDArray[np.bool_]:
    equal: npt.NDArray[np.bool_] = pc.fill_null(pc.equal(team, other), False).to_numpy(zero_copy_only=False)
    return equal


def on_floor(floor: Floor, events: Int) -> dict[int, frozenset[str]]:
    """Who was on the floor after each substitution, where five of each side are told."""
    rows = np.flatnonzero((events == _MOVE) & floor.fives(0) & floor.fives(1))
    return {row: floor.on(row) for row in rows.tolist()}


def starts_of(
    floor: Floor, bounds: Int, periods: Int, moving: Int, teams: Sequence[Sequence[str | None]]
) -> list[Start]:
    """Who began each period: the fives of its first play, unless that is a substitution.

    Args:
        floor: the tens.
        bounds: first play of each game; shape (games + 1,).
        periods: period of each play.
        moving: rows of substitutions.
        teams: home and away team of each game.
    """
    games = floor.plays["game_id"].to_pylist()
    opening = np.zeros(len(periods), bool)
    opening[bounds[:-1][bounds[:-1] < bounds[1:]]] = True
    opening[1:] |= periods[1:] != periods[:-1]
    opening[moving] = False
    found = []
    for row in np.flatnonzero(opening).tolist():
        number = int(np.searchsorted(bounds, row, side="right")) - 1
        for side in (0, 1):
            team = teams[number][side]
            if floor.count[row, side] == FIVE and team is not None:
                found += [Start(games[row], int(periods[row]), team, player) for player in sorted(floor.on(row, side))]
    return found


def moves_by_floor(
    floor: Floor, rows: range, periods: Int, clocks: npt.NDArray[np.float64], teams: Sequence[str | None]
) -> list[Move]:
    """Moves of one game from the differences between its fives.

    Where plays between two fives tell both those who come and those who go, it was at their clock; else it was when
    the ball was last dead, at the clock of the play before the new five.

    Args:
        floor: the tens.
        rows: the plays of the game.
        periods: period of each play of the chunk.
        clocks: seconds left at each of them, NaN where not known.
        teams: home and away team.
    """
    found: list[Move] = []
    game = floor.plays["game_id"][rows.start].as_py() if len(rows) else ""
    for side in (0, 1):
        last = -1
        for row in rows:
            if floor.count[row, side] != FIVE:
                continue
            changed = last >= 0 and periods[row] == periods[last] and floor.mark[row, side] != floor.mark[last, side]
            team = teams[side]
            if changed and team is not None:
                between = [one for one in range(last + 1, row) if floor.count[one, side] > FIVE]
                at = (between or [row - 1])[-1]
                clock = clocks[at] if not np.isnan(clocks[at]) else clocks[row]
                before, after = floor.on(last, side), floor.on(row, side)
                for players, comes in ((before - after, False), (after - before, True)):
                    found += [
                        Move(game, at + 1, int(periods[row]), float(clock), team, player, comes, "onFloor")
                        for player in sorted(players)
                    ]
            last = row
    return found


def moves_by_stays(
    stays: Sequence[Mapping[str, object]], rows: range, periods: Int, clocks: npt.NDArray[np.float64], rules: Rules
) -> tuple[list[Move], list[Start]]:
    """Moves and starts of one game from the stays of its players.

    A stay from the first second of a period is a start, one to its last second ends with it. One who comes back at the
    second at which he went has not gone.

    Args:
        stays: rows of ``silver.cbbd_fct_substitutions``.
        rows: the plays of the game.
        periods: period of each play of the chunk.
        clocks: seconds left at each of them, NaN where not known.
        rules: periods of the game.
    """
    count: dict[tuple[int, int, str, str], int] = {}
    starts: list[Start] = []
    game = str(stays[0]["game_id"]) if stays else ""
    for stay in stays:
        began, clock, ended, until = (
            stay[name]
            for name in ("sub_in_period", "sub_in_seconds_remaining", "sub_out_period", "sub_out_seconds_remaining")
        )
        if not (
            isinstance(began, int) and isinstance(clock, int) and isinstance(ended, int) and isinstance(until, int)
        ):
            continue
        team, player = str(stay["team_id"]), str(stay["player_id"])
        opens = [began] if clock >= rules.length(began) else []
        starts += [Start(game, period, team, player) for period in (*opens, *range(began + 1, ended + 1))]
        if not opens:
            key = (began, clock, team, player)
            count[key] = count.get(key, 0) + 1
        if 0 < until < rules.length(ended):
            key = (ended, until, team, player)
            count[key] = count.get(key, 0) - 1
    own_periods, own_clocks = periods[rows.start : rows.stop], clocks[rows.start : rows.stop]
    moves = []
    for (period, clock, team, player), change in sorted(count.items(), key=lambda item: (item[0][0], -item[0][1])):
        if change:
            later = (own_periods > period) | ((own_periods == period) & (own_clocks < clock))
            row = rows.start + (int(np.argmax(later)) if later.any() else len(rows))
            moves.append(Move(game, row, period, float(clock), team, player, change > 0, "substitutions"))
    return moves, starts
