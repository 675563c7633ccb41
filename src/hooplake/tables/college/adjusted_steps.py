"""The steps that make adjusted efficiencies. A plan loads this and not the code that solves for them."""

from __future__ import annotations

from hooplake.build.step import Computed, Step, Task, code_version

TABLE = "silver.cbbd_team_adjusted_efficiencies"
PLAYS_TABLE = "silver.cbbd_team_pbp_efficiencies"
RIDGE_GAMES = 2.0
FEWEST_GAMES = 3
GAMES, TEAMS, SCHEDULE = "silver.cbbd_fct_team_games", "silver.cbbd_dim_team_seasons", "silver.cbbd_fct_games"
PLAYED = "silver.fct_pbp_team_games"


def compute(task: Task) -> Computed:
    """The ratings of a season, possessions by the boxes."""
    from hooplake.tables.college import adjusted

    return adjusted.compute(task)


def compute_by_plays(task: Task) -> Computed:
    """The ratings of a season, possessions by the plays of the games whose plays are whole."""
    from hooplake.tables.college import adjusted

    return adjusted.compute_by_plays(task)


ADJUSTED_STEP = Step(
    name=TABLE,
    inputs=(GAMES, TEAMS, SCHEDULE),
    outputs=(TABLE,),
    version=code_version("hooplake.tables.college.adjusted", "hooplake.tables.college.adjusted_steps"),
    compute=compute,
    parameters={"ridge_games": RIDGE_GAMES, "fewest_games": FEWEST_GAMES},
)
"""Team games to ratings as of each date."""

ADJUSTED_BY_PLAYS_STEP = Step(
    name=PLAYS_TABLE,
    inputs=(PLAYED, TEAMS, SCHEDULE),
    outputs=(PLAYS_TABLE,),
    version=code_version("hooplake.tables.college.adjusted", "hooplake.tables.college.adjusted_steps"),
    compute=compute_by_plays,
    parameters={"ridge_games": RIDGE_GAMES, "fewest_games": FEWEST_GAMES},
)
"""Team games by their plays to ratings as of each date."""
