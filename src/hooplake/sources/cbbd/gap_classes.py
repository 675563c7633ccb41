"""Which games of a season lack their plays, substitutions or lineups, wholly or in part.

A game is expected if it was played to its end. What is there is read from the built tables, by a query or from the listed
files; both give the same. Of plays a game is *partial* if the last one does not have the score of the game, or a period
has none. A game of which rows were set aside for breaking a contract is *quarantined*: to fetch it again would not help.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from hooplake.errors import ConfigError
from hooplake.lake.parquet import read_partition
from hooplake.lake.partition import list_partitions
from hooplake.lake.store import Store
from hooplake.lake.table import Registry, TableSpec
from hooplake.sources.cbbd.endpoints import endpoint

GAMES = "silver.cbbd_fct_games"
PLAYS = "silver.cbbd_fct_plays"
TABLES = {
    "plays_game": PLAYS,
    "substitutions_game": "silver.cbbd_fct_substitutions",
    "lineups_game": "silver.cbbd_fct_lineups",
}
"""The endpoints that fill gaps, and the table in which a game is there or missing."""

_BRONZE = {
    "plays_game": ("bronze.plays_game", "bronze.plays_date"),
    "substitutions_game": ("bronze.substitutions_game", "bronze.substitutions_team"),
    "lineups_game": ("bronze.lineups_game",),
}
_ALL = ["game_id", "is_final", "home_pts", "away_pts", "minutes"]

GAMES_SQL = """select game_id, is_final from silver.cbbd_fct_games where season = {season}"""

MISSING_SQL = """select game.game_id from silver.cbbd_fct_games game
left join (select distinct season, game_id from {table}) there
    on there.season = game.season and there.game_id = game.game_id
where game.season = {season} and game.is_final and there.game_id is null
order by cast(game.game_id as bigint)"""
"""The games without rows in a table, for any engine that reads the catalogue."""

PARTIAL_SQL = """select game.game_id from silver.cbbd_fct_games game
join (
    select game_id, home_score, away_score, row_number() over (partition by game_id order by play_seq desc) as place
    from silver.cbbd_fct_plays where season = {season}
) play on play.game_id = game.game_id and play.place = 1
join (
    select game_id, count(distinct period) as periods from silver.cbbd_fct_plays where season = {season} group by game_id
) told on told.game_id = game.game_id
where game.season = {season} and game.is_final
    and (coalesce(play.home_score, -1) <> game.home_pts or coalesce(play.away_score, -1) <> game.away_pts
        or told.periods < coalesce(2 + (game.minutes - 40) / 5, 2))
order by cast(game.game_id as bigint)"""
"""The games whose plays do not end at the score of the game, or lack a period."""


class Gaps(NamedTuple):
    """The games of a season by what is there of them.

    Attributes:
        missing: without any row, in order.
        partial: with some, but not all.
        quarantined: missing or partial, with rows that were set aside.
        complete: how many are all there.
        not_expected: how many were not played to their end.
    """

    missing: tuple[str, ...]
    partial: tuple[str, ...]
    quarantined: tuple[str, ...]
    complete: int
    not_expected: int

    @property
    def wanted(self) -> tuple[str, ...]:
        """What to fetch: the missing and the partial games, in order."""
        return tuple(sorted((*self.missing, *self.partial), key=int))


def check_endpoint(name: str, season: int) -> None:
    """Whether gaps of an endpoint can be filled.

    Raises:
        ConfigError: not one of `TABLES`, or a season before its first.
    """
    if name not in TABLES:
        raise ConfigError(f"{name} does not fill gaps: choose one of {', '.join(TABLES)}")
    if season < endpoint(name).since:
        raise ConfigError(f"{name} has no data before season {endpoint(name).since}")


def gaps_by_query(ask: Callable[[str], pa.Table], store: Store, name: str, season: int) -> Gaps:
    """The gaps of an endpoint, asked of the catalogue.

    Args:
        ask: answers a query with a column of ids.
        store: the lake, for the rows that were set aside.
        name: the endpoint.
        season: the season.
    """
    games = ask(GAMES_SQL.format(season=season))
    final = pc.sum(games.column("is_final").cast(pa.int64())).as_py() or 0
    missing = ask(MISSING_SQL.format(table=TABLES[name], season=season)).column("game_id").to_pylist()
    partial = ask(PARTIAL_SQL.format(season=season)).column("game_id").to_pylist() if TABLES[name] == PLAYS else []
    return _gaps(store, name, season, missing, partial, len(games), final)


def gaps_by_listing(store: Store, registry: Registry, name: str, season: int) -> Gaps:
    """The gaps of an endpoint, read from the files alone, without a catalogue.

    Args:
        store: the lake.
        registry: the table specs.
        name: the endpoint.
        season: the season.
    """
    games = _rows(store, registry[GAMES], season, _ALL).to_pylist()
    expected = {row["game_id"]: row for row in games if row["is_final"]}
    target = registry[TABLES[name]]
    partial: list[str] = []
    if TABLES[name] == PLAYS:
        told = _rows(store, target, season, ["game_id", "period", "play_seq", "home_score", "away_score"])
        last = pc.ScalarAggregateOptions(skip_nulls=False)
        ends = (
            told.sort_by([("game_id", "ascending"), ("play_seq", "ascending")])
            .group_by("game_id", use_threads=False)
            .aggregate([("home_score", "last", last), ("away_score", "last", last), ("period", "count_distinct")])
        )
        there = set(ends.column("game_id").to_pylist())
        for row in ends.to_pylist():
            game = expected.get(row["game_id"])
            if game is None:
                continue
            periods = 2 if game["minutes"] is None else 2 + (game["minutes"] - 40) // 5
            score = (row["home_score_last"], row["away_score_last"])
            if score != (game["home_pts"], game["away_pts"]) or row["period_count_distinct"] < periods:
                partial.append(row["game_id"])
    else:
        there = set(_rows(store, target, season, ["game_id"]).column("game_id").to_pylist())
    missing = sorted(expected.keys() - there, key=int)
    return _gaps(store, name, season, missing, sorted(partial, key=int), len(games), len(expected))


def _rows(store: Store, spec: TableSpec, season: int, columns: list[str]) -> pa.Table:
    parts = [part for part in list_partitions(store, spec) if part["season"] == season]
    found = [read_partition(store, spec, part, columns=columns) for part in parts]
    return pa.concat_tables(found) if found else spec.schema.empty_table().select(columns)


def _gaps(
    store: Store, name: str, season: int, missing: Iterable[str], partial: Iterable[str], games: int, final: int
) -> Gaps:
    aside = _quarantined(store, name, season)
    gone, some = [*missing], [*partial]
    return Gaps(
        tuple(game for game in gone if game not in aside),
        tuple(game for game in some if game not in aside),
        tuple(sorted((game for game in (*gone, *some) if game in aside), key=int)),
        final - len(gone) - len(some),
        games - final,
    )


def _quarantined(store: Store, name: str, season: int) -> set[str]:
    """The games of rows that were set aside."""
    found: set[str] = set()
    for table in (*_BRONZE[name], TABLES[name]):
        for path in store.paths(f"deadletter/quarantine/{table}/season={season}"):
            rows = pq.read_table(io.BytesIO(store.get(path)), columns=["row"], partitioning=None)
            told = (json.loads(text).get("game_id") for text in rows.column("row").to_pylist())
            found.update(str(game) for game in told if game is not None)
    return found
