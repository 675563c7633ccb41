"""Adjusted efficiency and simple rating of every team, as of every date of a season.

For a date the games before it count and no other. Points per 100 possessions of a side are a mean, the offence of the
team, the defence of the opponent and the home floor; the terms are found by least squares weighted by possessions, with
a ridge of two average games on every team, which draws those with few games to the mean. The simple rating does the same
with margins, and the tempo with possessions per 40 minutes. Teams outside Division I are one team. Formulas: one linear
solve per date and rating. The strength of a schedule is the mean rating, as of the date, of the opponents met so far.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from hooplake.build.step import Computed, Task
from hooplake.tables.college.adjusted_steps import (
    FEWEST_GAMES,
    GAMES,
    PLAYED,
    PLAYS_TABLE,
    RIDGE_GAMES,
    SCHEDULE,
    TABLE,
    TEAMS,
)

_READ = (
    "team_id", "opponent_id", "game_date", "is_home", "neutral_site", "pts", "opp_pts", "poss", "minutes", "box_ok",
)  # fmt: skip
_COLUMNS = (
    "team_id", "rating_date", "games", "box_games", "adj_off", "adj_def", "adj_net", "adj_tempo", "raw_off", "raw_def",
    "sos_off", "sos_def", "srs",
)  # fmt: skip
Doubles = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]


def compute(task: Task) -> Computed:
    """The ratings of a season, possessions by the boxes."""
    return _computed(task, TABLE, _ratings(task, task.read(GAMES, _READ)))


def compute_by_plays(task: Task) -> Computed:
    """The ratings of a season, possessions by the plays of the games whose plays are whole."""
    named = {"poss": "pbp_poss", "box_ok": "pbp_ok"}
    read = [named.get(name, name) for name in _READ]
    games = task.read(PLAYED, [*read, "league", "source"])
    games = games.filter((pc.field("league") == "mbb") & (pc.field("source") == "cbbd")).select(read)
    rows = _ratings(task, games.rename_columns(list(_READ)))
    return _computed(task, PLAYS_TABLE, rows | {"games": rows["box_games"]})


def _computed(task: Task, table: str, rows: dict[str, list[Any]]) -> Computed:
    schema = pa.schema([field.with_nullable(True) for field in task.registry[table].file_schema])
    return Computed({table: pa.table({name: rows[name] for name in schema.names}, schema)})


def _ratings(task: Task, table: pa.Table) -> dict[str, list[Any]]:
    """The ratings of every team as of every date, as columns."""
    order = [(name, "ascending") for name in ("game_date", "team_id", "opponent_id")]
    games = table.sort_by(order).to_pydict()
    teams = sorted(task.read(TEAMS, ["team_id"]).column("team_id").to_pylist(), key=int)
    scheduled = set(task.read(SCHEDULE, ["game_date"]).column("game_date").drop_null().to_pylist())
    dates = sorted(scheduled | {day + timedelta(days=1) for day in scheduled})
    place = {team: number for number, team in enumerate(teams)}
    other = len(teams)
    us = np.array([place.get(team, other) for team in games["team_id"]], np.int64)
    them = np.array([place.get(team, other) for team in games["opponent_id"]], np.int64)
    floor = np.array(
        [
            0.0 if neutral else 1.0 if home else -1.0
            for home, neutral in zip(games["is_home"], games["neutral_site"], strict=True)
        ]
    )
    days: list[date] = games["game_date"]
    pts, opp = np.array(games["pts"], float), np.array(games["opp_pts"], float)
    boxes = zip(games["poss"], games["box_ok"], strict=True)
    poss = np.array([p if p and p > 0 and box else np.nan for p, box in boxes], float)
    minutes = np.array([m or np.nan for m in games["minutes"]], float)
    rows: dict[str, list[Any]] = {name: [] for name in _COLUMNS}
    home = (floor > 0) | ((floor == 0) & (us < them))  # a game on a neutral floor has two rows: one stands for both
    efficiency, simple, tempo = Efficiency(other), SimpleRating(other), Tempo(other)
    totals = _Totals(other + 1)
    begun = 0
    for day in dates:
        until = begun
        while until < len(days) and days[until] < day:
            until += 1
        new = np.arange(begun, until)
        boxed = new[~np.isnan(poss[new])]
        timed = boxed[home[boxed] & ~np.isnan(minutes[boxed])]
        margins = new[home[new]]
        efficiency.add(us[boxed], them[boxed], floor[boxed], pts[boxed], poss[boxed])
        simple.add(us[margins], them[margins], floor[margins], (pts - opp)[margins])
        tempo.add(us[timed], them[timed], 40 * poss[timed] / minutes[timed])
        totals.add(us[new], us[boxed], them[boxed], pts[boxed], opp[boxed], poss[boxed])
        begun = until
        off, deff = efficiency.solve()
        ratings, paces = simple.solve(), tempo.solve()
        sos_off, sos_def = totals.met(off), totals.met(deff)
        for team, number in place.items():
            played, with_box = int(totals.played[number]), int(totals.with_box[number])
            if not played:
                continue
            rated, known = with_box >= FEWEST_GAMES, played >= FEWEST_GAMES
            values = (
                team, day, played, with_box,
                float(off[number]) if rated else None,
                float(deff[number]) if rated else None,
                float(off[number] - deff[number]) if rated else None,
                float(paces[number]) if rated and not np.isnan(paces[number]) else None,
                float(100 * totals.pts[number] / totals.poss[number]) if with_box else None,
                float(100 * totals.opp_pts[number] / totals.poss[number]) if with_box else None,
                float(sos_off[number]) if rated else None,
                float(sos_def[number]) if rated else None,
                float(ratings[number]) if known else None,
            )  # fmt: skip
            for name, value in zip(_COLUMNS, values, strict=True):
                rows[name].append(value)
    return rows


class _Totals:
    """Sums per team over the games so far."""

    def __init__(self, count: int) -> None:
        self.played, self.with_box = (np.zeros(count, np.int64) for _ in range(2))
        self.pts, self.opp_pts, self.poss = (np.zeros(count) for _ in range(3))
        self._met = np.zeros((count, count))

    def add(self, played: Places, us: Places, them: Places, pts: Doubles, opp: Doubles, poss: Doubles) -> None:
        """More sides of games: who played, and of the games with a box both sides, points and possessions."""
        np.add.at(self.played, played, 1)
        np.add.at(self.with_box, us, 1)
        np.add.at(self._met, (us, them), 1.0)
        for total, values in ((self.pts, pts), (self.opp_pts, opp), (self.poss, poss)):
            np.add.at(total, us, values)

    def met(self, ratings: Doubles) -> Doubles:
        """The mean of a rating over the opponents that each team has met, once per game."""
        if not self.with_box.any():
            return ratings
        return np.asarray((self._met @ ratings) / np.maximum(self.with_box, 1))


class _Regression:
    """Weighted ridge regression whose rows come day by day; a row has few terms, the rest of it is 0."""

    def __init__(self, size: int) -> None:
        self._normal = np.zeros((size, size))
        self._right = np.zeros(size)

    def _add(self, terms: Places, values: Doubles, y: Doubles, weights: Doubles) -> None:
        """Rows: the columns of their terms, with the values there."""
        for one, value in zip(terms, values, strict=True):
            np.add.at(self._right, one, weights * value * y)
            for two, other_value in zip(terms, values, strict=True):
                np.add.at(self._normal, (one, two), weights * value * other_value)

    def _solve(self, ridge: Doubles) -> Doubles:
        return np.asarray(np.linalg.solve(self._normal + np.diag(ridge), self._right))


class Efficiency(_Regression):
    """Adjusted offence and defence per team, in points per 100 possessions.

    Teams are numbers; the last of them, `other`, stands for all outside Division I.
    """

    def __init__(self, other: int) -> None:
        self._count = other + 1
        self._poss = 0.0
        self._sides = 0
        super().__init__(2 + 2 * self._count)

    def add(self, us: Places, them: Places, floor: Doubles, pts: Doubles, poss: Doubles) -> None:
        """More sides of games.

        Args:
            us: the scoring teams.
            them: their opponents.
            floor: 1 at home, -1 away, 0 on a neutral floor.
            pts: points.
            poss: possessions, which are the weights.
        """
        ones = np.ones(len(us))
        terms = np.stack([np.zeros_like(us), np.ones_like(us), 2 + us, 2 + self._count + them])
        self._add(terms, np.stack([ones, floor, ones, ones]), 100 * pts / poss, poss)
        self._poss += float(poss.sum())
        self._sides += len(us)

    def solve(self) -> tuple[Doubles, Doubles]:
        """Offence and defence of every team; NaN before the first game."""
        if not self._sides:
            nothing = np.full(self._count, np.nan)
            return nothing, nothing
        ridge = np.full(2 + 2 * self._count, RIDGE_GAMES * self._poss / self._sides)
        ridge[:2] = (0.0, 1e-9)
        found = self._solve(ridge)
        return found[0] + found[2 : 2 + self._count], found[0] + found[2 + self._count :]


class SimpleRating(_Regression):
    """Rating per team in points, zero on average over Division I. Teams as in `Efficiency`."""

    def __init__(self, other: int) -> None:
        self._other = other
        super().__init__(2 + other)

    def add(self, us: Places, them: Places, floor: Doubles, margin: Doubles) -> None:
        """More games.

        Args:
            us: the home teams; either one on a neutral floor.
            them: their opponents.
            floor: 1, or 0 on a neutral floor.
            margin: points of the home team less those of its opponent.
        """
        ones = np.ones(len(us))
        self._add(np.stack([np.zeros_like(us), 1 + us, 1 + them]), np.stack([floor, ones, -ones]), margin, ones)

    def solve(self) -> Doubles:
        """The rating of every team."""
        ridge = np.full(2 + self._other, RIDGE_GAMES)
        ridge[0] = 1e-9
        found = self._solve(ridge)[1:]
        return np.asarray(found - (found[: self._other].mean() if self._other else 0.0))


class Tempo(_Regression):
    """Pace per team against an average one, in possessions per 40 minutes. Teams as in `Efficiency`."""

    def __init__(self, other: int) -> None:
        self._games = 0
        super().__init__(2 + other)

    def add(self, us: Places, them: Places, pace: Doubles) -> None:
        """More games.

        Args:
            us: either team.
            them: their opponents.
            pace: possessions of a side per 40 minutes.
        """
        ones = np.ones(len(us))
        self._add(np.stack([np.zeros_like(us), 1 + us, 1 + them]), np.stack([ones, ones, ones]), pace, ones)
        self._games += len(us)

    def solve(self) -> Doubles:
        """The tempo of every team; NaN before the first game."""
        if not self._games:
            return np.full(len(self._right) - 1, np.nan)
        ridge = np.full(len(self._right), RIDGE_GAMES)
        ridge[0] = 0.0
        found = self._solve(ridge)
        return np.asarray(found[0] + found[1:])
