"""The columns of silver tables that replay reads: of no table more than it uses."""

from __future__ import annotations

from hooplake.games.model import STATS

PLAY_COLUMNS = (
    "game_id", "event_num", "period", "clock_seconds", "elapsed_seconds", "event", "kind", "home",
    "player1_id", "player2_id", "player3_id", "points", "home_score", "away_score", "wallclock",
)  # fmt: skip
"""Columns of ``silver.fct_plays`` that replay reads."""

NAME_COLUMNS = ("game_id", "play_id", "sequence")
"""Columns of ``silver.fct_plays`` that it reads of games that differ from their boxes."""

GAME_COLUMNS = (
    "game_id", "game_date", "status", "played", "home_team_id", "away_team_id", "home_score", "away_score",
    "regulation_periods", "regulation_seconds", "overtime_seconds", "box_status", "repairs",
)  # fmt: skip
"""Columns of ``silver.fct_games`` that replay reads."""

BOX_COLUMNS = (
    "game_id", "player_id", "player", "team_id", "home", "did_not_play", "starter", *STATS, "minutes", "seconds",
    "plus_minus",
)  # fmt: skip
"""Columns of ``silver.fct_game_players`` that replay reads."""
