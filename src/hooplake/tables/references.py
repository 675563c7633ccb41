"""Which columns name rows of another table."""

from __future__ import annotations

from typing import Final

_GAME: Final = {"game_id": "silver.cbbd_fct_games"}
_TEAM: Final = {"team_id": "silver.cbbd_dim_teams"}

REFERENCES: Final[dict[str, dict[str, str]]] = {
    "silver.cbbd_fct_game_teams": _GAME | _TEAM,
    "silver.cbbd_fct_game_players": _GAME | _TEAM,
    "silver.cbbd_fct_game_periods": _GAME | _TEAM,
    "silver.cbbd_fct_game_media": _GAME,
    "silver.cbbd_fct_lines": _GAME,
    "silver.cbbd_fct_plays": _GAME | _TEAM,
    "silver.cbbd_fct_rankings": _TEAM,
    "silver.cbbd_fct_rosters": _TEAM,
}
"""Per table its columns, and the table in which a column of the same name must have the value."""
