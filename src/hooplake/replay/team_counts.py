"""Team figures that no player's line holds: team turnovers, technical and flagrant fouls."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from hooplake.games.model import STATS
from hooplake.replay.inputs import CODE, Bool, Inputs, Int

TEAM_ONLY = ("team_turnovers", "technical_fouls", "flagrant_fouls")


def team_totals(inputs: Inputs, final: npt.NDArray[np.int16]) -> Mapping[str, Int]:
    """Replayed totals of every team of a chunk.

    Args:
        inputs: the chunk.
        final: final line of each slot; shape (slots, 15).

    Returns:
        Per figure (the 15 stats summed over players, ``team_turnovers``, ``total_turnovers``, ``technical_fouls``,
        ``flagrant_fouls``) an array of shape (games, 2), home first.
    """
    games = len(inputs.game_ids)
    players = inputs.players
    sided = players.home >= 0
    team = players.game * 2 + (1 - players.home)
    totals: dict[str, Int] = {name: _sums(team[sided], final[sided, place], games) for place, name in enumerate(STATS)}
    fouls = inputs.event == CODE["foul"]
    technical = (inputs.event == CODE["technical_foul"]) | inputs.technical
    flagrant = fouls & inputs.of_kind(lambda kind: kind.startswith("flagrant"))
    unowned = (inputs.event == CODE["turnover"]) & (inputs.player1 < 0)
    totals["team_turnovers"] = _counts(inputs, unowned, games)
    totals["total_turnovers"] = totals["tov"] + totals["team_turnovers"]
    totals["technical_fouls"] = _counts(inputs, technical, games) + _double_technicals(inputs, games)
    totals["flagrant_fouls"] = _counts(inputs, flagrant, games)
    return totals


def _double_technicals(inputs: Inputs, games: int) -> Int:
    """One technical for each player's own side: the row carries the id of only one team."""
    found = np.zeros((games, 2), np.int64)
    rows = np.flatnonzero(inputs.event == CODE["double_technical"])
    for players in (inputs.player1[rows], inputs.player2[rows]):
        known = players[players >= 0]
        sides = inputs.players.home[known]
        np.add.at(found, (inputs.players.game[known][sides >= 0], 1 - sides[sides >= 0]), 1)
    return found


def _counts(inputs: Inputs, mask: Bool, games: int) -> Int:
    rows = np.flatnonzero(mask & (inputs.home >= 0))
    return _sums(inputs.game[rows] * 2 + (1 - inputs.home[rows]), np.ones(len(rows)), games)


def _sums(team: Int, values: npt.NDArray[np.generic], games: int) -> Int:
    return np.bincount(team, values, games * 2).astype(np.int64).reshape(games, 2)
