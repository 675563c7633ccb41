"""Official box scores: of whole games and of single periods, as rows of one form.

A box of a period is asked for by a range of time and leaves out the first and last fractions of a second, so that the
boxes of the periods do not sum to the box of the game: the two are kept apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from hooplake.games.model import STATS
from hooplake.games.official.columns import NONE, Coded, Float, Int, coded, ids, tally
from hooplake.games.official.feed import LAST_PERIOD, clock_seconds
from hooplake.games.official.identity import identify

BOX_COLUMNS = (
    "GAME_ID", "PERIOD", "TEAM_ID", "TEAM_ABBREVIATION", "TEAM_CITY", "PLAYER_ID", "PLAYER_NAME", "START_POSITION",
    "COMMENT", "MIN", "FGM", "FGA", "FG3M", "FG3A", "FTM", "FTA", "OREB", "DREB", "REB", "AST", "STL", "BLK", "TO",
    "PF", "PTS", "PLUS_MINUS",
)  # fmt: skip
"""Columns of ``boxscoretraditionalv2`` that are read; ``PERIOD`` is absent or 0 in the box of a whole game."""

_COLUMN_OF = {
    "points": "PTS", "fgm": "FGM", "fga": "FGA", "fg3m": "FG3M", "fg3a": "FG3A", "ftm": "FTM", "fta": "FTA",
    "oreb": "OREB", "dreb": "DREB", "reb": "REB", "ast": "AST", "stl": "STL", "blk": "BLK", "tov": "TO", "pf": "PF",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class BoxLines:
    """Lines of boxes, one per game, period and player, sorted so.

    Attributes:
        game: place of the game.
        period: period, 0 for the whole game.
        player, team: places in ``ids``.
        ids: every id that occurs.
        name, position: of the player; the position only of those who started the game.
        comment: why a player did not play.
        abbr: abbreviation of the team.
        seconds: time on court, NaN for a player who was not.
        line: the 15 stats, NaN where the box does not tell; shape (n, 15).
        plus_minus: likewise; shape (n,).
    """

    game: Int
    period: Int
    player: Int
    team: Int
    ids: list[str]
    name: pa.Array
    position: Coded
    comment: Coded
    abbr: Coded
    seconds: Float
    line: Float
    plus_minus: Float

    def __len__(self) -> int:
        return len(self.game)


def read_boxes(rows: pa.Table, games: Sequence[str]) -> BoxLines:
    """Lines of the given games; of several lines of one player, game and period the last stands.

    Args:
        rows: rows of ``boxscoretraditionalv2`` with upper-case column names.
        games: ids of the games, sorted; lines of others are left out.
    """
    places = {game: place for place, game in enumerate(games)}

    def place_of(text: str) -> int:
        found = identify(text)
        return NONE if found is None else places.get(found.game_id, NONE)

    game = coded(rows, "GAME_ID").map(place_of)
    period = np.maximum(coded(rows, "PERIOD").numbers(0), 0)
    (player, team), names = ids([coded(rows, "PLAYER_ID"), coded(rows, "TEAM_ID")])
    keep = np.flatnonzero((game >= 0) & (player >= 0) & (team >= 0) & (period <= LAST_PERIOD))
    order = keep[np.lexsort((player[keep], period[keep], game[keep]))]
    key = np.stack([game[order], period[order], player[order]])
    last = np.r_[np.any(key[:, 1:] != key[:, :-1], axis=0), True] if len(order) else np.zeros(0, bool)
    order = order[last]
    rows = rows.take(pa.array(order))
    line = np.stack([_numbers(rows, _COLUMN_OF[stat]) for stat in STATS], 1)
    return BoxLines(
        game[order], period[order], player[order], team[order], names, coded(rows, "PLAYER_NAME").texts(),
        coded(rows, "START_POSITION"), coded(rows, "COMMENT"), coded(rows, "TEAM_ABBREVIATION"),
        coded(rows, "MIN").doubles(_played), line, _numbers(rows, "PLUS_MINUS"),
    )  # fmt: skip


def _played(text: str) -> float:
    """Seconds on court: ``45:58``; ``34`` is minutes, unlike on the clock of a game."""
    return clock_seconds(text if ":" in text else f"{text}:00")


def _numbers(rows: pa.Table, name: str) -> Float:
    return coded(rows, name).doubles(tally)


def stat_columns(line: Float) -> Mapping[str, pa.Array]:
    """The 15 stats as columns, NULL where not known."""
    return {
        stat: pa.array(np.nan_to_num(line[:, place]).astype(np.int16), mask=np.isnan(line[:, place]))
        for place, stat in enumerate(STATS)
    }
