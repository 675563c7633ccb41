"""Rows of the official feed to rows of the silver facts, a season at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa

from hooplake.games.leagues import LEAGUES
from hooplake.games.official import tables
from hooplake.games.official.boxes import read_boxes
from hooplake.games.official.columns import as_texts
from hooplake.games.official.feed import read_feed
from hooplake.games.official.logs import Logs
from hooplake.games.official.meanings import read_meanings
from hooplake.games.official.overrides import override_plays, overrides, starters_of
from hooplake.games.official.persons import read_persons, roster
from hooplake.games.official.players import player_periods_table, players_table
from hooplake.games.official.plays import plays_table, presence, shots_table
from hooplake.games.official.walls import wall_minutes
from hooplake.lake.table import TableSpec

OFFICIAL_TABLES = (
    "silver.fct_games", "silver.fct_game_teams", "silver.fct_game_players", "silver.fct_game_periods",
    "silver.fct_player_periods", "silver.fct_plays", "silver.fct_shots", "silver.fct_game_documents",
)  # fmt: skip
"""The silver facts that the official feed fills."""


def silver_tables(
    rows: Mapping[str, Sequence[pa.Table]],
    specs: Mapping[str, TableSpec],
    *,
    league: str,
    season: int,
    documents: Mapping[str, Sequence[tables.Document]] | None = None,
) -> dict[str, pa.Table]:
    """Rows of the silver facts of the games of one league and season.

    Args:
        rows: tables as read, by kind (``plays``, ``boxes``, ``logs``, ``lines``), each in the order of receipt. Which
            games there are is decided by the plays.
        specs: specs of :data:`OFFICIAL_TABLES`.
        league: league of the games.
        season: their season.
        documents: per game the raw objects that tell of it.

    Returns:
        One table per name of :data:`OFFICIAL_TABLES`, sorted by key, without the partition columns.
    """
    rules = LEAGUES[league].rules_in(season)
    feed = read_feed(_joined(rows.get("plays", ())), rules.regulation_periods)
    games = [game.game_id for game in feed.games]
    if not games:
        return {name: specs[name].file_schema.empty_table() for name in OFFICIAL_TABLES}
    persons = read_persons(feed)
    laid_down = overrides()
    override_plays(feed, persons, laid_down.play)
    starters = starters_of(feed, laid_down.starter)
    meanings = read_meanings(feed, persons)
    logs = Logs(rows.get("logs", ()), rows.get("lines", ()), games)
    boxes = read_boxes(_joined(rows.get("boxes", ())), games)
    teams = tables.read_teams(feed, persons, logs)
    score = tables.final_scores(feed, meanings, logs)
    final = tables.ended(feed, rules, score, logs)
    neutral = pa.array(logs.neutral == 1, mask=logs.neutral < 0)
    dates = pa.array(logs.days.astype(np.int32), pa.int32(), mask=logs.days < 0).cast(pa.date32())
    boxed = np.zeros(len(games), bool)
    boxed[boxes.game[boxes.period == 0]] = True
    named = [(documents or {}).get(game, ()) for game in games]
    walls = wall_minutes(feed, logs.days)
    plays = plays_table(specs["silver.fct_plays"], feed, persons, meanings, dates, walls, rules)
    listed = roster(feed, persons, presence(meanings))
    return {
        "silver.fct_games": tables.games_table(
            specs["silver.fct_games"], feed, teams, score, final, dates, neutral, walls, rules, boxed, named
        ),
        "silver.fct_game_teams": tables.teams_table(specs["silver.fct_game_teams"], feed, teams, score, logs, dates),
        "silver.fct_game_players": players_table(
            specs["silver.fct_game_players"], feed, persons, listed, boxes, teams, dates
        ),
        "silver.fct_game_periods": tables.periods_table(specs["silver.fct_game_periods"], feed, teams, logs, dates),
        "silver.fct_player_periods": player_periods_table(
            specs["silver.fct_player_periods"], feed, boxes, teams, dates, starters
        ),
        "silver.fct_plays": plays,
        "silver.fct_game_documents": tables.documents_table(
            specs["silver.fct_game_documents"], feed, final, named, dates
        ),
        "silver.fct_shots": shots_table(specs["silver.fct_shots"], plays, meanings),
    }


def _joined(parts: Sequence[pa.Table]) -> pa.Table:
    """One table of one chunk, for arrays of many small chunks (a file a game) are slow to code."""
    if not parts:
        return pa.table({})
    try:
        joined = pa.concat_tables(parts, promote_options="permissive")
    except (pa.ArrowTypeError, pa.ArrowInvalid):  # one file has texts where others have numbers
        joined = pa.concat_tables(map(as_texts, parts), promote_options="permissive")
    return joined.unify_dictionaries().combine_chunks()
