"""Figures of games that verification states and that need no look at single cells, for all games of a chunk at once."""

from __future__ import annotations

import itertools
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from hooplake.replay.events import Score
from hooplake.replay.inputs import CODE, Bool, Inputs, Int
from hooplake.replay.stints import Lineups


class GameSums(NamedTuple):
    """Figures of a game that need no look at its single cells.

    Attributes:
        home, away: final score.
        both: plays after which both fives are known.
        corrected: rows whose own score is not that of the replay.
        unmapped: plays of types that no table knows.
        unattributed: points of no player, home and away.
        lines: players of whom there is an official cell.
        repairs: rules of the lineups that fired.
        reasons: why fives are not known, with (game, period, side).
    """

    home: int
    away: int
    both: int
    corrected: int
    unmapped: int
    unattributed: tuple[int, int]
    lines: int
    repairs: list[str]
    reasons: list[tuple[tuple[int, int, int], str]]


def game_sums(inputs: Inputs, known: Bool, score: Score, lineups: Lineups) -> list[GameSums]:
    """Figures of every game of a chunk.

    Args:
        inputs: the chunk.
        known: which cells the official lines of players have; shape (slots, 15).
        score: score after each play.
        lineups: who was on court.
    """
    games = len(inputs.game_ids)
    last = inputs.bounds[1:] - 1
    both = np.diff(np.append(0, np.cumsum((lineups.five[:, 0] >= 0) & (lineups.five[:, 1] >= 0)))[inputs.bounds])

    def count(of: Int, values: npt.NDArray[Any]) -> list[int]:
        some = np.flatnonzero(values)  # most are nothing
        counts: list[int] = np.bincount(of[some], values[some], games).astype(np.int64).tolist()
        return counts

    home, away = count(inputs.game, score.unattributed[:, 0]), count(inputs.game, score.unattributed[:, 1])
    repairs, reasons = lineups.repairs_of_games(), lineups.reasons_of_games()
    figures = zip(
        score.home[last].tolist(),
        score.away[last].tolist(),
        both.tolist(),
        count(inputs.game, score.corrected),
        count(inputs.game, inputs.event == CODE["unmapped"]),
        zip(home, away, strict=True),
        count(inputs.players.game, np.any(known, axis=1)),
        (repairs.get(game, []) for game in range(games)),
        (reasons.get(game, []) for game in range(games)),
        strict=True,
    )
    return list(itertools.starmap(GameSums, figures))
