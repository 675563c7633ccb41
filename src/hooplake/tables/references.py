"""Which columns name rows of another table."""

from __future__ import annotations

from typing import Final, NamedTuple


class Target(NamedTuple):
    """Where a value must be found.

    Attributes:
        table: the table that is named.
        column: its column.
    """

    table: str
    column: str


_TEAM_ROW: Final = Target("silver.cbbd_dim_teams", "team_id")
_GAME: Final = {"game_id": Target("silver.cbbd_fct_games", "game_id")}
_TEAM: Final = {"team_id": _TEAM_ROW}
_OPPONENT: Final = {"opponent_id": _TEAM_ROW}

REFERENCES: Final[dict[str, dict[str, Target]]] = {
    "silver.cbbd_dim_team_conferences": {"conference_id": Target("silver.cbbd_dim_conferences", "conference_id")},
    "silver.cbbd_dim_team_seasons": _TEAM,
    "silver.cbbd_fct_games": {"home_team_id": _TEAM_ROW, "away_team_id": _TEAM_ROW},
    "silver.cbbd_fct_game_teams": _GAME | _TEAM | _OPPONENT,
    "silver.cbbd_fct_game_players": _GAME | _TEAM | _OPPONENT,
    "silver.cbbd_fct_game_periods": _GAME | _TEAM,
    "silver.cbbd_fct_game_media": _GAME,
    "silver.cbbd_fct_lines": _GAME | {"provider": Target("silver.cbbd_dim_lines_providers", "name")},
    "silver.cbbd_fct_plays": _GAME | _TEAM | {"play_type": Target("silver.cbbd_dim_play_types", "name")},
    "silver.cbbd_fct_substitutions": _GAME | _TEAM,
    "silver.cbbd_fct_lineups": _GAME | _TEAM,
    "silver.cbbd_fct_rankings": _TEAM,
    "silver.cbbd_fct_rosters": _TEAM,
    "silver.cbbd_fct_ratings_adjusted": _TEAM,
    "silver.cbbd_fct_team_season_stats": _TEAM,
    "silver.cbbd_fct_player_season_stats": _TEAM,
}
"""Per table its columns, and where each value of them must be found."""
