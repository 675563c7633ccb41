"""Which tables games fill, for those who plan and do not read documents."""

from __future__ import annotations

GAME_TABLES: tuple[str, ...] = (
    "silver.fct_games", "silver.fct_game_teams", "silver.fct_game_players", "silver.fct_game_periods",
    "silver.fct_plays", "silver.fct_shots", "silver.fct_lines", "silver.fct_officials",
    "silver.fct_win_probability", "silver.fct_injuries", "silver.fct_game_documents",
)  # fmt: skip
"""The silver facts that a game document fills."""
