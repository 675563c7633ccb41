"""Plays to stat changes: what each event of the vocabulary gives to the players in it.

The table is the official scoring of basketball in one place. Points to note: an offensive foul is a personal foul
whose turnover has a row of its own; a blocked three is a missed three; a technical foul is no personal foul (a college
technical, which is one, comes as ``foul`` of kind technical); a heave that misses counts for nobody; a rebound or
turnover without a player belongs to the team and to no player's line.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hooplake.games.model import EVENTS, STATS
from hooplake.replay.inputs import Inputs, Int, integers

_HIGHEST = 1000
_LIFT = 2**20  # more than any sum of points

_FIRST: dict[str, dict[str, int]] = {
    "made_2": {"points": 2, "fgm": 1, "fga": 1},
    "made_3": {"points": 3, "fgm": 1, "fga": 1, "fg3m": 1, "fg3a": 1},
    "missed_2": {"fga": 1},
    "missed_3": {"fga": 1, "fg3a": 1},
    "made_ft": {"points": 1, "ftm": 1, "fta": 1},
    "missed_ft": {"fta": 1},
    "offensive_rebound": {"oreb": 1, "reb": 1},
    "defensive_rebound": {"dreb": 1, "reb": 1},
    "turnover": {"tov": 1},
    "steal": {"stl": 1},
    "block": {"blk": 1},
    "foul": {"pf": 1},
    "double_foul": {"pf": 1},
}
_SECOND: dict[str, dict[str, int]] = {
    "made_2": {"ast": 1},
    "made_3": {"ast": 1},
    "missed_2": {"blk": 1},
    "missed_3": {"blk": 1},
    "turnover": {"stl": 1},
    "double_foul": {"pf": 1},
}


def _matrix(table: dict[str, dict[str, int]]) -> npt.NDArray[np.int16]:
    matrix = np.zeros((len(EVENTS), len(STATS)), np.int16)
    for event, changes in table.items():
        for stat, change in changes.items():
            matrix[EVENTS.index(event), STATS.index(stat)] = change
    return matrix


FIRST = _matrix(_FIRST)
"""Change of each stat for the first player of an event; shape (events, 15)."""
SECOND = _matrix(_SECOND)
"""Change of each stat for the second player (assister, blocker, stealer, other fouler); shape (events, 15)."""
_WORDS = -(-len(STATS) // 4)


def packed(lines: npt.NDArray[np.int16]) -> Int:
    """Lines of 15 stats as words of four stats each; shape (n, 15) to (4, n).

    Sums and differences of words are those of four stats at once, as long as each stat of the result is one that a
    player can have (16 bits, not negative).
    """
    words = np.zeros((len(lines), 4 * _WORDS), "<i2")
    words[:, : len(STATS)] = lines
    return np.ascontiguousarray(words.view("<i8").T)


def unpacked(words: Int) -> npt.NDArray[np.int16]:
    """The 15 stats of words, one stat after the other in memory; shape (4, n) to (n, 15)."""
    stats = np.ascontiguousarray(words).view("<i2").reshape(_WORDS, -1, 4).transpose(0, 2, 1)
    return stats.reshape(4 * _WORDS, -1)[: len(STATS)].T


_BOTH = packed(np.concatenate([FIRST, SECOND]))
"""Changes of both, by words; shape (4, 2 x events)."""


@dataclass(frozen=True, slots=True)
class Changes:
    """Stat changes, one row per player and event, sorted by player ("slot"), then event.

    Attributes:
        row: row of the play.
        slot: slot of the player.
        words: change of each stat, packed; shape (4, n).
    """

    row: Int
    slot: Int
    words: Int


def stat_changes(inputs: Inputs) -> Changes:
    """Who gained what at which play."""
    rows, slots, changes = [], [], []
    for place, (players, table) in enumerate(((inputs.player1, FIRST), (inputs.player2, SECOND))):
        found = np.flatnonzero((players >= 0) & np.any(table != 0, axis=1)[inputs.event])
        rows.append(found)
        slots.append(players[found])
        changes.append(inputs.event[found] + place * len(EVENTS))
    row, slot, change = np.concatenate(rows), np.concatenate(slots), np.concatenate(changes)
    key = slot * inputs.count + row
    order = np.argsort(key)
    row, slot, key = row[order], slot[order], key[order]
    words = _BOTH.take(change[order], axis=1)
    # one man twice in one play (both parties of a double foul, say) is one change
    starts = np.flatnonzero(np.r_[True, key[1:] != key[:-1]]) if len(key) else key
    if len(starts) < len(key):
        row, slot, words = row[starts], slot[starts], np.add.reduceat(words, starts, axis=1)
    return Changes(row, slot, words)


@dataclass(frozen=True, slots=True)
class Score:
    """Score after each play.

    Attributes:
        home: home score; shape (plays,).
        away: away score; shape (plays,).
        home_points: points that the play gave the home team, unattributed ones included.
        away_points: likewise, away.
        unattributed: of them, points of no player: without a scoring play, or of one that names nobody; shape
            (plays, 2), home first.
        corrected: the row's own running score fell back or contradicts the plays.
    """

    home: Int
    away: Int
    home_points: Int
    away_points: Int
    unattributed: Int
    corrected: npt.NDArray[np.bool_]


def running_score(inputs: Inputs) -> Score:
    """The score after each play: the sum of the scoring plays, and the points whose plays are missing.

    A row's own score falls back now and then, because rows are inserted or moved after the fact, so only its running
    maximum is evidence, and a score that no later row reaches is not (unless it is the last). Where that maximum stays
    above the sum of the scoring plays to the end of the game, a basket is missing upstream: its points are
    unattributed, and come at the row where the gap opened for good. A gap that a later scoring play closes was only a
    row that stated its score early. Points of a play that names nobody are unattributed too.
    """
    sides, stated = [], [integers(inputs.plays[name]) for name in ("home_score", "away_score")]
    nameless = np.flatnonzero((inputs.player1 < 0) & (inputs.points != 0))
    for flag, values in zip((1, 0), stated, strict=True):
        own = np.where(inputs.home == flag, inputs.points, 0)
        score, points = _running(own, np.clip(values, 0, _HIGHEST), inputs)
        extra = points - own
        extra[nameless] += own[nameless]
        sides.append((score, points, extra))
    (home, home_points, home_extra), (away, away_points, away_extra) = sides
    corrected = ((stated[0] < home) & (stated[0] >= 0)) | ((stated[1] < away) & (stated[1] >= 0))
    return Score(home, away, home_points, away_points, np.stack([home_extra, away_extra]).T, corrected)


def _running(own: Int, stated: Int, inputs: Inputs) -> tuple[Int, Int]:
    """Score and points per play of one side."""
    bounds = inputs.bounds
    summed = np.cumsum(own)
    summed -= np.repeat(np.append(0, summed)[bounds[:-1]], np.diff(bounds))
    # where no row states more than the scoring plays make, as in most games, nothing is missing
    ahead = np.zeros(len(bounds) - 1, bool)
    ahead[inputs.game[np.flatnonzero(stated > summed)]] = True
    if not ahead.any():
        return summed, own
    rows = np.flatnonzero(ahead[inputs.game])
    score, points = summed, own.copy()
    score[rows] = _with_gaps(summed[rows], stated[rows], inputs.game[rows])
    points[rows] = np.diff(score[rows], prepend=0)
    opening = bounds[:-1][ahead]
    points[opening] = score[opening]
    return score, points


def _with_gaps(summed: Int, stated: Int, game: Int) -> Int:
    """The sums of the scoring plays and what is missing in them by the scores that the rows state.

    Of all games at once: each game's scores are lifted above those of the game before it (or, from the end, of the game
    after it), so that no maximum and no minimum reaches over from one to the other.
    """
    lift = game * _LIFT
    later = np.maximum.accumulate((stated - lift)[:0:-1])[::-1] + lift[:-1]
    shown = stated.copy()
    inside = game[1:] == game[:-1]
    shown[:-1][inside] = np.minimum(shown[:-1], later)[inside]
    gap = np.maximum(np.maximum.accumulate(shown + lift) - lift - summed, 0)
    score: Int = summed + np.minimum.accumulate((gap + lift)[::-1])[::-1] - lift
    return score
