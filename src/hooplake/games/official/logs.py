"""Game logs and line scores: date, teams, result, team totals, points by period.

A log has one row per team (``MATCHUP`` "BOS vs. PHI" at home, "PHI @ BOS" away) or one per game with the columns of
both teams (``PTS_HOME`` and ``PTS_AWAY`` or ``PTS_ROAD``). Both forms become one row per team.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hooplake.games.official.columns import NONE, Float, Int, coded, tally
from hooplake.games.official.identity import identify

_SIDES = (("HOME", 1), ("AWAY", 0), ("ROAD", 0), ("VISITOR", 0))
EPOCH = date(1970, 1, 1)
_MOST_POINTS = 1000  # a period has fewer
_TOTALS = {
    "points": "PTS", "fgm": "FGM", "fga": "FGA", "fg3m": "FG3M", "fg3a": "FG3A", "ftm": "FTM", "fta": "FTA",
    "oreb": "OREB", "dreb": "DREB", "reb": "REB", "ast": "AST", "stl": "STL", "blk": "BLK", "tov": "TOV", "pf": "PF",
}  # fmt: skip
TOTALS = tuple(_TOTALS)
"""Team totals of a log. Its turnovers and nothing else count what belongs to the team and to no player."""


def team_rows(rows: pa.Table) -> pa.Table:
    """A log with one row per team, with a column ``HOME`` of 1 and 0 (NULL where the log does not tell)."""
    names = set(rows.column_names)
    found = []
    for side, flag in _SIDES:
        ending = f"_{side}"
        own = [name for name in rows.column_names if name.endswith(ending)]
        if f"TEAM_ID{ending}" not in names or not own:
            continue
        others = [n for n in rows.column_names if not any(n.endswith(f"_{s}") for s, _ in _SIDES)]
        part = rows.select([*others, *own]).rename_columns([*others, *(n.removesuffix(ending) for n in own)])
        found.append(part.append_column("HOME", pa.repeat(pa.scalar(str(flag)), len(rows))))
    if found:
        return pa.concat_tables(found, promote_options="default")
    if "MATCHUP" not in names or "HOME" in names:
        return rows
    matchup = rows["MATCHUP"].cast(pa.string())
    home = pc.if_else(pc.match_substring(matchup, "vs"), "1", pc.if_else(pc.match_substring(matchup, "@"), "0", None))
    return rows.append_column("HOME", home)


class Logs:
    """What the logs tell of the given games.

    Args:
        logs: tables of logs as read, in the order of receipt: of several rows of one team and game the last stands.
        lines: tables of line scores, likewise.
        games: ids of the games, sorted.

    Attributes:
        days: days since 1970 of each game's date, NONE where not known.
        neutral: 1 for a game on neither team's floor, 0 for another, NONE where not known.
        team: team id of each side; list of (games) texts, home first.
        score: points of each side, NONE where not known; shape (games, 2), home first.
        totals: team totals, NaN where not known; shape (games, 2, 15).
        periods: points per period, NONE where not known; shape (games, 2, periods).
    """

    def __init__(self, logs: Iterable[pa.Table], lines: Iterable[pa.Table], games: list[str]) -> None:
        count = len(games)
        self._places = {game: place for place, game in enumerate(games)}
        self.days: Int = np.full(count, NONE, np.int64)
        self.neutral: Int = np.full(count, NONE, np.int64)
        self.team: list[list[str | None]] = [[None] * count, [None] * count]
        self.names: list[list[str | None]] = [[None] * count, [None] * count]
        self.abbrs: list[list[str | None]] = [[None] * count, [None] * count]
        self.score: Int = np.full((count, 2), NONE, np.int64)
        self.totals: Float = np.full((count, 2, len(TOTALS)), np.nan)
        self.periods: Int = np.full((count, 2, 0), NONE, np.int64)
        for rows in logs:
            self._log(team_rows(rows), line=False)
        for rows in lines:
            self._lines(team_rows(rows))

    def _games(self, rows: pa.Table) -> Int:
        def place_of(text: str) -> int:
            found = identify(text)
            return NONE if found is None else self._places.get(found.game_id, NONE)

        return coded(rows, "GAME_ID").map(place_of)

    def _log(self, rows: pa.Table, *, line: bool) -> None:
        """Read dates, teams and totals; those of a line score only where no log tells them."""
        game = self._games(rows)
        rows, game = rows.take(pa.array(np.flatnonzero(game >= 0))), game[game >= 0]
        for name in ("GAME_DATE", "GAME_DATE_EST"):
            days = coded(rows, name).map(day_number)
            new = (days >= 0) & ~(line & (self.days[game] >= 0))
            self.days[game[new]] = days[new]
        neutral = coded(rows, "NEUTRAL_SITE").map(lambda text: int(whole_flag(text)))
        self.neutral[game[neutral >= 0]] = neutral[neutral >= 0]
        side = coded(rows, "HOME").map(lambda text: 0 if whole_flag(text) else 1)
        sided = side >= 0
        at = game[sided], side[sided]
        for place, stat in enumerate(TOTALS):
            before, values = self.totals[at[0], at[1], place], coded(rows, _TOTALS[stat]).doubles(tally)[sided]
            kept = np.isnan(values) | (line & ~np.isnan(before))
            self.totals[at[0], at[1], place] = np.where(kept, before, values)
        points = self.totals[:, :, TOTALS.index("points")]
        self.score = np.where(np.nan_to_num(points) > 0, np.nan_to_num(points), NONE).astype(np.int64)
        for target, name in ((self.team, "TEAM_ID"), (self.names, "TEAM_NAME"), (self.abbrs, "TEAM_ABBREVIATION")):
            texts = coded(rows, name).texts().take(pa.array(np.flatnonzero(sided))).to_pylist()
            for where, which, text in zip(at[0].tolist(), at[1].tolist(), texts, strict=True):
                if text is not None:
                    target[which][where] = text.removesuffix(".0")

    def _lines(self, rows: pa.Table) -> None:
        """Line scores; where a dump has only the sum of all overtimes, a game with several has no line."""
        self._log(rows, line=True)
        game = self._games(rows)
        side = coded(rows, "HOME").map(lambda text: 0 if whole_flag(text) else 1)
        regulation = [f"PTS_QTR{n}" for n in range(1, 5)]
        overtimes = [n for n in (f"PTS_OT{k}" for k in range(1, 11)) if n in rows.column_names]
        total = ["PTS_OT_TOTAL"] if not overtimes and "PTS_OT_TOTAL" in rows.column_names else []
        points = np.stack([coded(rows, name).numbers() for name in (*regulation, *overtimes, *total)], 1)
        points = np.where(points < _MOST_POINTS, points, NONE)
        if points.shape[1] > self.periods.shape[2]:
            more = np.full((*self.periods.shape[:2], points.shape[1] - self.periods.shape[2]), NONE, np.int64)
            self.periods = np.concatenate([self.periods, more], 2)
        known = (game >= 0) & (side >= 0)
        self.periods[game[known], side[known], : points.shape[1]] = points[known]


def whole_flag(text: str) -> bool:
    """Whether a flag (``1``, ``1.0``, ``True``) is set."""
    return text.strip().lower() in ("1", "1.0", "true", "t", "yes", "home")


def day_number(text: str) -> int:
    """Days since 1970 of ``2018-10-16``, ``2018-10-16T00:00:00``, ``OCT 16, 2018`` or ``10/16/2018``."""
    head = text.strip()
    try:
        return (date.fromisoformat(head[:10]) - EPOCH).days
    except ValueError:
        pass
    for form in ("%b %d, %Y", "%m/%d/%Y", "%Y%m%d"):
        try:
            return (datetime.strptime(head, form).date() - EPOCH).days
        except ValueError:
            continue
    return NONE
