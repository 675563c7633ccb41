"""Rows of ``raw_data.nba_games`` out of a lake, for those who start with an empty table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from hooplake.errors import ConfigError
from hooplake.games.seasons import season_label
from hooplake.lake.catalog import connect as open_views
from hooplake.lake.store import Store
from hooplake.lake.table import TableSpec
from hooplake.postgres import copying
from hooplake.postgres.merge import GAMES
from hooplake.postgres.schema import require

if TYPE_CHECKING:
    import psycopg

_TABLES = ("silver.fct_games", "silver.fct_plays")
_BATCH = 1_000

# Games that were played, and how many plays of which types each has.
_QUERY = """
select
    g.game_id, g.season, g.game_date, g.home_team, g.away_team, g.home_abbr, g.away_abbr, g.home_score, g.away_score,
    p.plays, p.periods, p.types
from silver.fct_games as g
left join (
    select game_id, cast(sum(plays) as integer) as plays, max(periods) as periods,
        map_from_entries(list(row(type, plays) order by type) filter (where type is not null)) as types
    from (
        select game_id, type_text as type, count(*) as plays, max(period) as periods
        from silver.fct_plays where league = $league and source = 'espn' group by game_id, type_text
    ) as of_type
    group by game_id
) as p on p.game_id = g.game_id
where g.league = $league and g.source = 'espn' and g.played
order by g.game_id
"""

_STAGING = """
create temporary table if not exists game_batch (
    game_id text, season integer, game_date date, data jsonb, metadata jsonb
) on commit delete rows
"""

_INSERT = f"""
insert into {GAMES} (game_id, source, season, game_date, data, metadata)
select game_id, 'ESPN', season, game_date, data, metadata from game_batch order by game_id
on conflict (game_id) do nothing
"""


class Loaded(NamedTuple):
    """What was loaded.

    Attributes:
        games: played games of the lake.
        inserted: of them rows that were not there.
    """

    games: int
    inserted: int


def load_games(
    connection: psycopg.Connection[Any],
    store: Store,
    registry: Mapping[str, TableSpec],
    *,
    league: str = "nba",
    on_batch: Callable[[int], None] | None = None,
) -> Loaded:
    """Inserts a row for every played game of a lake. Rows that are there already are left as they are.

    ``data`` has what a row has before its enrichment: ``game_info``, ``teams``, ``source_data`` and ``play_by_play``
    (how many plays of which types). The column ``season`` is the ending year.

    Args:
        connection: the database, with its schemas.
        store: the lake, built as far as its silver tables.
        registry: the table specs.
        league: which league.
        on_batch: is told how many games each batch has.

    Raises:
        ConfigError: the table or the lake is missing.
    """
    require(connection, GAMES)
    views = open_views(store, {name: registry[name] for name in _TABLES})
    games = inserted = 0
    now = datetime.now(UTC).isoformat(timespec="seconds")
    try:
        reader = views.sql(_QUERY, params={"league": league}).to_arrow_reader(_BATCH)
        connection.execute(_STAGING)
        for batch in reader:
            rows = batch.to_pylist()
            with connection.transaction(), connection.cursor() as cursor:
                with cursor.copy("copy game_batch from stdin with (format binary)") as copy:
                    copy.write(copying.HEADER)
                    copy.write(copying.rows(_row(row, league, now) for row in rows))
                    copy.write(copying.TRAILER)
                cursor.execute(_INSERT.encode())
                inserted += cursor.rowcount
            games += len(rows)
            if on_batch is not None:
                on_batch(len(rows))
    finally:
        views.close()
    if not games:
        raise ConfigError(
            f"{store.url} has no played game of {league}: take games in with 'hooplake ingest' and run 'hooplake build'"
        )
    return Loaded(games, inserted)


def _row(row: Mapping[str, Any], league: str, now: str) -> tuple[bytes, ...]:
    data = {
        "game_info": {
            "game_id": row["game_id"],
            "game_date": row["game_date"].isoformat(),
            "season": season_label(league, row["season"]),
            "season_year": row["season"],
        },
        "teams": {
            side: {
                "name": row[f"{side}_team"],
                "abbreviation": row[f"{side}_abbr"],
                "score": row[f"{side}_score"],
            }
            for side in ("home", "away")
        },
        "source_data": {"original_game_id": row["game_id"], "source": "ESPN"},
        "play_by_play": {
            "total_plays": row["plays"] or 0,
            "summary": {"periods": row["periods"], "event_types": dict(row["types"] or ())},
        },
    }
    metadata = {
        "collection": {"collected_at": now, "updated_at": now, "source_system": "ESPN"},
        "migration": {"migrated_at": now, "migrated_from": "hooplake", "migration_version": "1"},
        "validation": {"has_play_by_play": bool(row["plays"]), "play_count": row["plays"] or 0, "validated_at": now},
    }
    return (
        copying.text(row["game_id"]),
        copying.integer(row["season"]),
        copying.date(row["game_date"]),
        copying.jsonb(msgspec.json.encode(data)),
        copying.jsonb(msgspec.json.encode(metadata)),
    )
