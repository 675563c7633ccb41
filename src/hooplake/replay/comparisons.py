"""What verification compares of all games of a chunk at once: counts per game, and only the cells that differ.

Hardly any cell differs, so the games are not walked through: a game is looked at by itself where something is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Generic, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from hooplake.games.model import STATS
from hooplake.replay.events import Score
from hooplake.replay.inputs import Bool, Float, Inputs, Int, flags, floats, integers

_COLLEGE_LEFT_OUT = frozenset({"oreb", "dreb", "reb", "tov", "flagrant_fouls"})


class PlayerCell(NamedTuple):
    """A figure of a player that differs."""

    slot: int
    stat: str
    generated: int
    actual: int


class TeamCell(NamedTuple):
    """A figure of a team that differs: a total, or its points in the period of that number."""

    team_id: str
    stat: str
    generated: int
    actual: int


_Cell = TypeVar("_Cell", PlayerCell, TeamCell)


class Compared(NamedTuple, Generic[_Cell]):
    """One kind of cells.

    Attributes:
        compared, equal: cells of each game.
        cells: those that differ, by game; games without one are left out.
    """

    compared: list[int]
    equal: list[int]
    cells: dict[int, list[_Cell]]


def compare_lines(inputs: Inputs, final: npt.NDArray[np.int16], actual: Float, known: Bool) -> Compared[PlayerCell]:
    """The 15 stats of every player.

    Args:
        inputs: the chunk.
        final: replayed final line of each slot; shape (slots, 15).
        actual: the official line.
        known: which cells of it there are.
    """
    game = inputs.players.game
    differ = known & (final != np.nan_to_num(actual))
    cells: dict[int, list[PlayerCell]] = {}
    for slot, stat in np.argwhere(differ).tolist():
        own = PlayerCell(slot, STATS[stat], int(final[slot, stat]), int(actual[slot, stat]))
        cells.setdefault(int(game[slot]), []).append(own)
    return _counted(inputs, game, np.sum(known, axis=1), np.sum(differ, axis=1), cells)


def compare_figure(inputs: Inputs, values: Float, official: Float, stat: str) -> Compared[PlayerCell]:
    """A whole number of every player of whom both sides know it."""
    game = inputs.players.game
    known = ~(np.isnan(values) | np.isnan(official))
    differ = known & (np.trunc(values) != np.trunc(official))
    cells: dict[int, list[PlayerCell]] = {}
    for slot in np.flatnonzero(differ).tolist():
        own = PlayerCell(slot, stat, int(values[slot]), int(official[slot]))
        cells.setdefault(int(game[slot]), []).append(own)
    return _counted(inputs, game, known, differ, cells)


def compare_teams(inputs: Inputs, totals: Mapping[str, Int], teams: pa.Table) -> Compared[TeamCell]:
    """Totals of teams.

    College boxes mix team and dead-ball rebounds into rebounds and vary in turnovers; college rows do not tell a
    flagrant foul from another.

    Args:
        inputs: the chunk.
        totals: replayed totals; shape (games, 2) each.
        teams: ``silver.fct_game_teams``.
    """
    left_out = _COLLEGE_LEFT_OUT if inputs.league in ("mbb", "wbb") else frozenset[str]()
    names = [name for name in totals if name in teams.column_names and name not in left_out]
    game = inputs.games_of(teams["game_id"])
    rows = np.flatnonzero(game >= 0)
    game, side = game[rows], np.where(flags(teams["home"])[rows] == 1, 0, 1)
    official = np.stack([floats(teams[name])[rows] for name in names], 1)
    values = np.stack([totals[name][game, side] for name in names], 1)
    known = ~np.isnan(official)
    differ = known & (values != official)
    cells: dict[int, list[TeamCell]] = {}
    for row, stat in np.argwhere(differ).tolist():
        team = str(teams["team_id"][int(rows[row])].as_py())
        own = TeamCell(team, names[stat], int(values[row, stat]), int(official[row, stat]))
        cells.setdefault(int(game[row]), []).append(own)
    return _counted(inputs, game, np.sum(known, axis=1), np.sum(differ, axis=1), cells)


def compare_periods_of_teams(inputs: Inputs, score: Score, periods: pa.Table) -> Compared[TeamCell]:
    """Line scores: periods that were played and those of ``silver.fct_game_periods``.

    A period that one side does not know has no points there. ``compared`` are the official rows of each game.
    """
    game = inputs.games_of(periods["game_id"])
    rows = np.flatnonzero(game >= 0)
    game, period = game[rows], integers(periods["period"])[rows]
    side = np.where(flags(periods["home"])[rows] == 1, 0, 1)
    games, width = len(inputs.game_ids), int(max(inputs.period.max(initial=0), period.max(initial=0))) + 1
    official = np.zeros((games, width, 2), np.int64)
    official[game, period, side] = integers(periods["points"])[rows]
    generated = np.zeros_like(official)
    stretches = inputs.stretches
    for away, points in enumerate((score.home_points, score.away_points)):
        scored = np.add.reduceat(points, stretches.start)
        np.add.at(generated[:, :, away], (stretches.game, stretches.period), scored)
    told = np.bincount(game, minlength=games)
    cells: dict[int, list[TeamCell]] = {}
    for place, number, away in np.argwhere((generated != official) & (told > 0)[:, None, None]).tolist():
        team = str(inputs.games[("home_team_id", "away_team_id")[away]][place].as_py())
        own = TeamCell(team, str(number), int(generated[place, number, away]), int(official[place, number, away]))
        cells.setdefault(place, []).append(own)
    wrong = np.sum(generated != official, axis=(1, 2))
    return Compared(told.tolist(), (told - wrong).tolist(), cells)


def _counted(
    inputs: Inputs, game: Int, compared: npt.NDArray[np.generic], differing: npt.NDArray[np.generic],
    cells: dict[int, list[_Cell]],
) -> Compared[_Cell]:  # fmt: skip
    """Counts of some entries (players, teams) by game."""
    games = len(inputs.game_ids)
    whole, wrong = (np.bincount(game, counts, games).astype(np.int64) for counts in (compared, differing))
    return Compared(whole.tolist(), (whole - wrong).tolist(), cells)
