"""Adjusted efficiency and simple rating of every team, as of every date of a season.

For a date the games before it count and no other. Points per 100 possessions of a side are a mean, the offence of the
team, the defence of the opponent and the home floor; the terms are found by least squares weighted by possessions, with
a ridge of two average games on every team, which draws those with few games to the mean. The simple rating does the same
with margins. Teams outside Division I are one team. Formulas: one linear solve per date and rating.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from hooplake.build.step import Computed, Step, Task, code_version

TABLE = "silver.cbbd_team_adjusted_efficiencies"
RIDGE_GAMES = 2.0
FEWEST_GAMES = 3
_GAMES, _TEAMS, _SCHEDULE = "silver.cbbd_fct_team_games", "silver.cbbd_dim_team_seasons", "silver.cbbd_fct_games"
Doubles = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]


def compute(task: Task) -> Computed:
    """The ratings of a season."""
    columns = ["team_id", "opponent_id", "game_date", "is_home", "neutral_site", "pts", "opp_pts", "poss", "has_box"]
    games = task.read(_GAMES, columns).sort_by([("game_date", "ascending"), ("team_id", "ascending")]).to_pydict()
    teams = sorted(task.read(_TEAMS, ["team_id"]).column("team_id").to_pylist(), key=int)
    scheduled = set(task.read(_SCHEDULE, ["game_date"]).column("game_date").to_pylist())
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
    poss = np.array([p if p and box else np.nan for p, box in zip(games["poss"], games["has_box"], strict=True)], float)
    rows: dict[str, list[Any]] = {
        name: [] for name in ("team_id", "rating_date", "games", "box_games", "adj_off", "adj_def", "adj_net", "srs")
    }
    until = 0
    for day in dates:
        while until < len(days) and days[until] < day:
            until += 1
        past = slice(0, until)
        boxed = ~np.isnan(poss[past])
        played = np.bincount(us[past], minlength=other + 1)
        with_box = np.bincount(us[past][boxed], minlength=other + 1)
        off, deff = efficiencies(
            us[past][boxed], them[past][boxed], floor[past][boxed], pts[past][boxed], poss[past][boxed], other
        )
        home = floor[past] >= 0
        # A game on a neutral floor has two rows with 0: the first one told stands for both.
        first = home & ((floor[past] > 0) | (us[past] < them[past]) | (us[past] == them[past]))
        simple = ratings(us[past][first], them[past][first], floor[past][first], (pts - opp)[past][first], other)
        for team, number in place.items():
            if not played[number]:
                continue
            rated, known = with_box[number] >= FEWEST_GAMES, played[number] >= FEWEST_GAMES
            rows["team_id"].append(team)
            rows["rating_date"].append(day)
            rows["games"].append(int(played[number]))
            rows["box_games"].append(int(with_box[number]))
            rows["adj_off"].append(float(off[number]) if rated else None)
            rows["adj_def"].append(float(deff[number]) if rated else None)
            rows["adj_net"].append(float(off[number] - deff[number]) if rated else None)
            rows["srs"].append(float(simple[number]) if known else None)
    spec = task.registry[TABLE]
    schema = pa.schema([field.with_nullable(True) for field in spec.file_schema])
    return Computed({TABLE: pa.table({name: rows[name] for name in schema.names}, schema)})


def efficiencies(
    us: Places, them: Places, floor: Doubles, pts: Doubles, poss: Doubles, other: int
) -> tuple[Doubles, Doubles]:
    """Adjusted offence and defence per team, in points per 100 possessions.

    Args:
        us: the scoring team of each side, as a number up to `other`.
        them: its opponent.
        floor: 1 at home, -1 away, 0 on a neutral floor.
        pts: points.
        poss: possessions, which are the weights.
        other: the number of those outside Division I.
    """
    count = other + 1
    if not len(us):
        nothing = np.full(count, np.nan)
        return nothing, nothing
    size = 2 + 2 * count
    terms = np.stack([np.zeros(len(us), np.int64), np.ones(len(us), np.int64), 2 + us, 2 + count + them])
    values = np.stack([np.ones(len(us)), floor, np.ones(len(us)), np.ones(len(us))])
    ridge = np.full(size, RIDGE_GAMES * poss.mean())
    ridge[:2] = (0.0, 1e-9)
    found = _solve(terms, values, 100 * pts / poss, poss, ridge)
    return found[0] + found[2 : 2 + count], found[0] + found[2 + count :]


def ratings(us: Places, them: Places, floor: Doubles, margin: Doubles, other: int) -> Doubles:
    """Simple rating per team in points, zero on average over Division I.

    Args:
        us: the home team of each game, as a number up to `other`; either one on a neutral floor.
        them: its opponent.
        floor: 1, or 0 on a neutral floor.
        margin: points of the home team less those of its opponent.
        other: the number of those outside Division I.
    """
    count = other + 1
    if not len(us):
        return np.full(count, np.nan)
    ones = np.ones(len(us))
    terms = np.stack([np.zeros(len(us), np.int64), 1 + us, 1 + them])
    ridge = np.full(1 + count, RIDGE_GAMES)
    ridge[0] = 1e-9
    found = _solve(terms, np.stack([floor, ones, -ones]), margin, ones, ridge)[1:]
    return np.asarray(found - (found[:other].mean() if other else 0.0))


def _solve(terms: Places, values: Doubles, y: Doubles, weights: Doubles, ridge: Doubles) -> Doubles:
    """Weighted ridge regression; each row has its few terms (columns of the matrix) with their values."""
    normal = np.diag(ridge)
    right = np.zeros(len(ridge))
    for one, value in zip(terms, values, strict=True):
        np.add.at(right, one, weights * value * y)
        for two, other_value in zip(terms, values, strict=True):
            np.add.at(normal, (one, two), weights * value * other_value)
    return np.asarray(np.linalg.solve(normal, right))


ADJUSTED_STEP = Step(
    name=TABLE,
    inputs=(_GAMES, _TEAMS, _SCHEDULE),
    outputs=(TABLE,),
    version=code_version("hooplake.tables.college.adjusted"),
    compute=compute,
    parameters={"ridge_games": RIDGE_GAMES, "fewest_games": FEWEST_GAMES},
)
"""Team games to ratings as of each date."""
