"""Which tables replay reads and makes, for those who plan and do not compute."""

from __future__ import annotations

INPUT_TABLES = (
    "silver.fct_games", "silver.fct_plays", "silver.fct_game_players", "silver.fct_game_teams",
    "silver.fct_game_periods", "silver.fct_player_periods",
)  # fmt: skip
"""What replay reads."""

REPLAY_TABLES = (
    "gold.game_state_snapshots", "gold.player_snapshots", "gold.player_stints", "gold.quarter_box_scores",
    "gold.possessions", "gold.lineup_stints", "gold.box_score_verification", "gold.box_score_differences",
    "gold.period_box_differences",
)  # fmt: skip
"""What replay makes."""
