"""The rows of the college star schema that a chunk of games is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from hooplake.build.step import Task

if TYPE_CHECKING:
    import pyarrow as pa

_PREFIX = "silver.cbbd_"
_COLUMNS: Mapping[str, Sequence[str]] = {
    "fct_games": (
        "game_id", "season_type", "start_time", "start_time_tbd", "neutral_site", "notes", "tournament", "status",
        "attendance", "home_team_id", "home_pts", "away_team_id", "away_pts", "venue_id", "venue", "city", "state",
        "game_date", "is_final", "season",
    ),
    "fct_game_periods": ("game_id", "team_id", "period", "pts"),
    "fct_game_teams": (
        "game_id", "team_id", "pts", "fgm", "fga", "fg3m", "fg3a", "ftm", "fta", "oreb", "dreb", "reb", "ast", "stl",
        "blk", "tov", "pf", "team_tov", "tech_fouls", "flagrant_fouls", "pts_off_tov", "pts_fast_break",
        "pts_in_paint", "largest_lead",
    ),
    "fct_game_players": (
        "game_id", "team_id", "player_source_id", "name", "position", "starter", "ejected", "minutes", "pts", "fgm",
        "fga", "fg3m", "fg3a", "ftm", "fta", "oreb", "dreb", "reb", "ast", "stl", "blk", "tov", "pf",
    ),
    "fct_game_media": ("game_id", "broadcast_type", "broadcast_name"),
    "fct_lines": (
        "game_id", "provider", "spread", "over_under", "home_moneyline", "away_moneyline", "spread_open",
        "over_under_open",
    ),
    "fct_plays": (
        "game_id", "play_id", "play_seq", "play_type", "is_home", "team_id", "period", "clock", "seconds_remaining",
        "home_score", "away_score", "home_win_prob_api", "scoring_play", "shooting_play", "score_value", "wallclock",
        "play_text", "shot_shooter_id", "shot_made", "shot_range", "shot_assisted_by_id", "shot_loc_x", "shot_loc_y",
    ),
    "fct_play_participants": ("game_id", "play_id", "player_id", "name"),
    "fct_play_on_floor": ("game_id", "play_id", "player_id", "team_id"),
    "fct_substitutions": (
        "game_id", "team_id", "player_id", "sub_in_period", "sub_in_seconds_remaining", "sub_out_period",
        "sub_out_seconds_remaining",
    ),
    "fct_rosters": ("team_id", "player_id", "player_source_id", "name", "jersey"),
    "dim_teams": ("team_id", "school", "mascot", "abbreviation", "display_name", "primary_color"),
}  # fmt: skip

INPUT_TABLES: tuple[str, ...] = tuple(f"{_PREFIX}{name}" for name in _COLUMNS)
"""The tables that games are made of."""


_DATE_REF = "date="


def play_date_ref(day: str) -> str:
    """How a unit says under which date the plays of its game are kept."""
    return f"{_DATE_REF}{day}"


def read_tables(task: Task) -> dict[str, pa.Table]:
    """Rows about the games of a task, and of the teams in them.

    Returns:
        Per table of :data:`INPUT_TABLES`, without its prefix, the columns that are used.
    """
    import pyarrow as pa  # a plan asks for the names of the tables alone
    import pyarrow.compute as pc

    games = sorted(task.units)
    rows = {name: _read(task, name, "game_id", games) for name, columns in _COLUMNS.items() if columns[0] == "game_id"}
    sides = [rows["fct_games"].column(f"{side}_team_id") for side in ("home", "away")]
    teams = pc.unique(pa.chunked_array([chunk for side in sides for chunk in side.chunks], pa.string()))
    known = sorted(team for team in teams.to_pylist() if team is not None)
    return rows | {name: _read(task, name, "team_id", known) for name in ("fct_rosters", "dim_teams")}


def _read(task: Task, name: str, unit: str, wanted: Sequence[str]) -> pa.Table:
    """Rows of some games or teams; the files are sorted by them, so that little else is read.

    Of plays there is a file a date: those of other dates than the games' are not opened.
    """
    import pyarrow as pa

    from hooplake.lake.parquet import read_partition

    dates = {
        ref.removeprefix(_DATE_REF)
        for made_of in task.units.values()
        for ref in made_of.refs
        if ref.startswith(_DATE_REF)
    }
    spec = replace(task.registry[f"{_PREFIX}{name}"], unit=unit)
    columns = list(_COLUMNS[name])
    parts = [
        read_partition(task.store, spec, partition, columns=columns, units=wanted)
        for partition in task.inputs.get(spec.name, ())
        if "date" not in partition or str(partition["date"]) in dates
    ]
    schema = pa.schema([spec.schema.field(column).with_nullable(True) for column in columns])
    return pa.concat_tables([part.cast(schema) for part in parts]) if parts else schema.empty_table()
