"""``hooplake validate raw-data``: whether the rows of ``raw_data`` are what they should be before they are enriched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hooplake.postgres.merge import GAMES
from hooplake.postgres.schema import require
from hooplake.postgres.validators.queries import Query, run, tally
from hooplake.postgres.validators.report import FAIL, PASS, WARN, Finding, Report

if TYPE_CHECKING:
    import psycopg

_TABLES = ("nba_games", "nba_players", "nba_teams", "nba_misc", "schema_version")
_REQUIRED = ("{game_info,game_id}", "{game_info,game_date}", "{teams,home,name}", "{teams,away,name}")
_FIRST_SEASON = 1946

_LACKING = " or ".join(f"data #> '{path}' is null" for path in _REQUIRED)
_SCORES = "data #>> '{teams,home,score}' as home, data #>> '{teams,away,score}' as away"

QUERIES = (
    Query(
        "data is an object",
        "rows whose data is not a JSON object",
        FAIL,
        f"select game_id, jsonb_typeof(data) from {GAMES} where jsonb_typeof(data) is distinct from 'object'",
    ),
    Query(
        "metadata can be set",
        "rows whose data.metadata is not a JSON object, which cannot be enriched",
        FAIL,
        f"select game_id from {GAMES} where jsonb_typeof(data -> 'metadata') <> 'object'",
    ),
    Query(
        "game id",
        "rows whose data is of another game",
        FAIL,
        f"select game_id, data #>> '{{game_info,game_id}}' from {GAMES} "
        "where data #>> '{game_info,game_id}' <> game_id",
    ),
    Query(
        "game date",
        "rows without a date, or with one before the league began or in the future",
        WARN,
        f"select game_id, game_date from {GAMES} where game_date is null "
        f"or game_date < '{_FIRST_SEASON}-01-01' or game_date > current_date + 400",
    ),
    Query(
        "season",
        "rows whose season is not one of their date (by its starting or its ending year)",
        WARN,
        f"select game_id, season, game_date from {GAMES} where game_date is not null "
        "and (season is null or season not between extract(year from game_date) - 1 and extract(year from game_date) + 1)",
    ),
    Query(
        "scores",
        "rows with a score that is no score, or with a tie",
        WARN,
        f"select game_id, home, away from (select game_id, {_SCORES} from {GAMES}) as s "
        "where home !~ '^[0-9]{1,3}$' or away !~ '^[0-9]{1,3}$' or (home is null) <> (away is null) or home = away",
    ),
    Query(
        "play counts",
        "rows whose count of plays is not that of their metadata",
        WARN,
        f"select game_id from {GAMES} where data #> '{{play_by_play,total_plays}}' <> metadata #> '{{validation,play_count}}'",
    ),
    Query(
        "timestamps",
        "rows updated before they were collected",
        WARN,
        f"select game_id, collected_at, updated_at from {GAMES} where updated_at < collected_at",
    ),
)
"""The checks of single rows."""


def validate_raw_data(connection: psycopg.Connection[Any], *, sample: int = 5) -> Report:
    """Checks the rows of ``raw_data``: tables, required fields, ids, dates, seasons, scores, play counts.

    Args:
        connection: the database.
        sample: how many examples of what breaks a check to keep.

    Raises:
        ConfigError: there is no ``raw_data.nba_games``.
    """
    require(connection, GAMES)
    findings = [_tables(connection), _rows(connection), _required(connection)]
    findings += [run(connection, query, sample) for query in QUERIES]
    findings.append(
        tally(connection, "sources", f"select source, count(*) from {GAMES} group by 1 order by 1", empty="no rows")
    )
    return Report("raw-data", tuple(findings))


def _tables(connection: psycopg.Connection[Any]) -> Finding:
    there = {
        row[0]
        for row in connection.execute(
            "select table_name from information_schema.tables where table_schema = 'raw_data'"
        )
    }
    missing = [name for name in _TABLES if name not in there]
    if missing:
        return Finding("tables", FAIL, f"there is no {', '.join(missing)}: run 'hooplake postgres init'")
    return Finding("tables", PASS, f"all {len(_TABLES)} tables are there")


def _rows(connection: psycopg.Connection[Any]) -> Finding:
    (count,) = connection.execute(f"select count(*) from {GAMES}".encode()).fetchone() or (0,)
    return Finding("rows", PASS if count else FAIL, f"{count:,} games", {"games": int(count)})


def _required(connection: psycopg.Connection[Any]) -> Finding:
    (rows, lacking) = connection.execute(
        f"select count(*), count(*) filter (where {_LACKING}) from {GAMES}".encode()
    ).fetchone() or (0, 0)
    figures = {"broken": int(lacking), "of": int(rows)}
    message = f"{lacking:,} of {rows:,} rows lack one of game id, date and team names"
    return Finding("required fields", FAIL if lacking > 0.05 * rows else WARN if lacking else PASS, message, figures)
