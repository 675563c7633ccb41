"""``hooplake validate snapshots``: whether the published snapshots hold together, and how well they match the box."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hooplake.postgres.schema import keys, missing_keys, require
from hooplake.postgres.snapshots import TABLES
from hooplake.postgres.validators.queries import Query, run, tally
from hooplake.postgres.validators.report import FAIL, PASS, WARN, Finding, Report

if TYPE_CHECKING:
    import psycopg

TARGET = 95.0
"""Share of games, in percent, whose final score must match."""

_STATS = (
    "points", "fgm", "fga", "fg3m", "fg3a", "ftm", "fta", "oreb", "dreb", "reb", "ast", "stl", "blk", "tov", "pf",
)  # fmt: skip
_IMPOSSIBLE = (
    "fgm > fga or fg3m > fg3a or ftm > fta or fg3m > fgm or reb <> oreb + dreb or points <> 2 * fgm + fg3m + ftm "
    "or least(" + ", ".join(_STATS) + ") < 0"
)
_FALLS = " or ".join(f"{stat} < lag({stat}) over w" for stat in _STATS)
_DIFFERS = " or ".join(f"l.{stat} <> q.{stat}" for stat in _STATS)

QUERIES = (
    Query(
        "scores never fall",
        "events at which a score is lower than before",
        FAIL,
        "select game_id, event_num from (select game_id, event_num, "
        "home_score < lag(home_score) over w or away_score < lag(away_score) over w as falls "
        "from phase9.game_state_snapshots window w as (partition by game_id, data_source order by event_num)) as s "
        "where falls",
    ),
    Query(
        "time never runs back",
        "events before which more time had gone",
        WARN,
        "select game_id, event_num from (select game_id, event_num, "
        "game_clock_seconds < lag(game_clock_seconds) over w as back "
        "from phase9.game_state_snapshots window w as (partition by game_id, data_source order by event_num)) as s "
        "where back",
    ),
    Query(
        "player lines",
        "player lines that no player can have",
        FAIL,
        f"select snapshot_id, player_id from phase9.player_snapshot_stats where {_IMPOSSIBLE}",
    ),
    Query(
        "lines never fall",
        "player lines lower than the one before",
        FAIL,
        "select game_id, player_id, event_num from ("
        f"select s.game_id, p.player_id, s.event_num, {_FALLS} as falls "
        "from phase9.player_snapshot_stats as p join phase9.game_state_snapshots as s using (snapshot_id) "
        "window w as (partition by s.game_id, s.data_source, p.player_id order by s.event_num)) as l where falls",
    ),
    Query(
        "quarters sum up",
        "players whose quarters do not sum to their final line",
        FAIL,
        "select l.game_id, l.player_id from ("
        "select f.game_id, f.data_source, p.* from phase9.latest_snapshots as f "
        "join phase9.player_snapshot_stats as p using (snapshot_id)) as l join ("
        f"select game_id, data_source, player_id, {', '.join(f'sum({stat}) as {stat}' for stat in _STATS)} "
        "from phase9.quarter_box_scores group by 1, 2, 3) as q using (game_id, data_source, player_id) "
        f"where {_DIFFERS}",
    ),
    Query(
        "final scores",
        "games whose last snapshot is not the replayed score of their verification",
        FAIL,
        "select s.game_id, s.home_score, s.away_score, v.home_score_generated, v.away_score_generated "
        "from phase9.latest_snapshots as s join phase9.box_score_verification as v using (game_id, data_source) "
        "where (s.home_score, s.away_score) <> (v.home_score_generated, v.away_score_generated)",
    ),
    Query(
        "verified",
        "games without a verification",
        FAIL,
        "select s.game_id from phase9.latest_snapshots as s "
        "left join phase9.box_score_verification as v using (game_id, data_source) where v.game_id is null",
    ),
    Query(
        "players",
        "games without ten players in the last snapshot",
        WARN,
        "select s.game_id, count(p.player_id) from phase9.latest_snapshots as s "
        "left join phase9.player_snapshot_stats as p using (snapshot_id) group by s.game_id, s.data_source "
        "having count(p.player_id) < 10",
    ),
    Query(
        "published as a whole",
        "games that are published and have no snapshot, or the other way round",
        FAIL,
        "select coalesce(s.game_id, p.game_id) from phase9.latest_snapshots as s "
        "full join phase9.published_games as p on p.game_id = s.game_id and p.data_source = s.data_source "
        "where s.game_id is null or p.game_id is null",
    ),
)
"""The checks of single rows and games."""


def validate_snapshots(connection: psycopg.Connection[Any], *, sample: int = 5) -> Report:
    """Checks ``phase9``: keys, scores, lines, quarters, verification, and the share of games that match.

    Args:
        connection: the database.
        sample: how many examples of what breaks a check to keep.

    Raises:
        ConfigError: the tables are missing.
    """
    require(connection, *TABLES)
    findings = [_keys(connection), _rows(connection)]
    findings += [run(connection, query, sample) for query in QUERIES]
    findings += [
        _matches(connection),
        tally(
            connection,
            "grades",
            "select coalesce(quality_grade, '-'), count(*) from phase9.box_score_verification group by 1 order by 1",
            empty="no game is verified",
        ),
    ]
    return Report("snapshots", tuple(findings))


def _keys(connection: psycopg.Connection[Any]) -> Finding:
    missing = [key.name for key in missing_keys(connection)]
    if missing:
        return Finding("keys", FAIL, f"there is no {', '.join(missing)}: run 'hooplake publish postgres' to its end")
    return Finding("keys", PASS, f"all {len(keys())} keys and indexes are there")


def _rows(connection: psycopg.Connection[Any]) -> Finding:
    figures = {}
    for table in TABLES:
        (count,) = connection.execute(f"select count(*) from {table}".encode()).fetchone() or (0,)
        figures[table.partition(".")[2]] = int(count)
    message = ", ".join(f"{name}: {count:,}" for name, count in figures.items())
    return Finding("rows", PASS if figures["game_state_snapshots"] else FAIL, message, figures)


def _matches(connection: psycopg.Connection[Any]) -> Finding:
    (games, matching, cells, equal) = connection.execute(
        "select count(final_score_match), count(*) filter (where final_score_match), sum(cells_compared), "
        "sum(cells_equal) from phase9.box_score_verification"
    ).fetchone() or (0, 0, 0, 0)
    if not games:
        return Finding("final score matches", WARN, "no game can be verified")
    share = 100 * matching / games
    figures = {"games": int(games), "matching": int(matching), "percent": round(share, 2)}
    message = f"{matching:,} of {games:,} games ({share:.1f} %), target {TARGET:.0f} %"
    if cells:
        figures["cells_percent"] = round(100 * float(equal) / float(cells), 2)
        message += f"; {figures['cells_percent']:.2f} % of {int(cells):,} box cells are equal"
    return Finding("final score matches", PASS if share >= TARGET else FAIL, message, figures)
