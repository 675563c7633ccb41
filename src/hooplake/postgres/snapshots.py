"""Gold tables of the replay as the rows of schema ``phase9``. Pure: Arrow in, Arrow out, any number of games."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pyarrow as pa

if TYPE_CHECKING:
    import duckdb

INPUT_TABLES = (
    "gold.game_state_snapshots", "gold.player_snapshots", "gold.player_stints", "gold.quarter_box_scores",
    "gold.box_score_verification", "silver.fct_game_players",
)  # fmt: skip
"""What the rows are made from; the first tells which games there are."""

TABLES = (
    "phase9.game_state_snapshots", "phase9.player_snapshot_stats", "phase9.quarter_box_scores",
    "phase9.box_score_verification",
)  # fmt: skip
"""What is made, in the order in which it is loaded."""

_STATS = "points, fgm, fga, fg3m, fg3a, ftm, fta, oreb, dreb, reb, ast, stl, blk, tov, pf"

_STATES = """
select
    row_number() over (order by game_id, event_num) - 1 as snapshot_id,
    game_id,
    event_num,
    period as quarter,
    case
        when clock_seconds is null then null
        when clock_seconds < 60 and clock_seconds <> floor(clock_seconds)
            then '0:' || right('0' || cast(cast(clock_seconds as decimal(4, 1)) as varchar), 4)
        else cast(cast(floor(clock_seconds / 60) as integer) as varchar) || ':'
            || right('0' || cast(cast(floor(clock_seconds) as integer) % 60 as varchar), 2)
    end as time_remaining,
    cast(floor(elapsed_seconds) as integer) as game_clock_seconds,
    home_score,
    away_score,
    $source as data_source,
    verification_passed,
    home_lineup,
    away_lineup,
    home_credit_lineup,
    away_credit_lineup,
    home_points,
    away_points,
    elapsed_seconds
from states
"""

# The line before the first event belongs to the state after it, unless that event changed the line. At the last event
# everybody has a line, so that the final box is there whole.
_LINES = f"""
with follows as (
    select *, lead(event_num) over (partition by game_id, player_id order by event_num) as following from lines
),
ends as (
    select game_id, max(event_num) as last_event from snapshots group by game_id
),
line as (
    select game_id, player_id, team_id, greatest(event_num, 0) as event_num, {_STATS}
    from follows where event_num >= 0 or following is null or following > 0
    union all
    select f.game_id, f.player_id, f.team_id, e.last_event, {_STATS}
    from follows as f join ends as e on e.game_id = f.game_id
    where f.following is null and greatest(f.event_num, 0) < e.last_event
),
placed as (
    select l.*, s.snapshot_id, s.elapsed_seconds, s.home_lineup, s.away_lineup
    from line as l
    join snapshots as s on s.game_id = l.game_id and s.event_num = l.event_num
),
-- minutes and plus-minus up to an event, where somebody is known to have been on court at all in the game
played as (
    select
        p.game_id, p.player_id, p.event_num,
        sum(least(t.end_elapsed_seconds, p.elapsed_seconds) - t.start_elapsed_seconds) as seconds
    from placed as p
    join stints as t on t.game_id = p.game_id and t.player_id = p.player_id
        and t.start_elapsed_seconds < p.elapsed_seconds
    group by p.game_id, p.player_id, p.event_num
),
credit as (
    select
        game_id, event_num, unnest(string_split(home_credit_lineup, '-')) as player_id, home_points - away_points as gain
    from snapshots where home_credit_lineup is not null and home_points + away_points > 0
    union all
    select game_id, event_num, unnest(string_split(away_credit_lineup, '-')), away_points - home_points
    from snapshots where away_credit_lineup is not null and home_points + away_points > 0
),
summed as (
    select game_id, player_id, event_num, sum(gain) over (partition by game_id, player_id order by event_num) as total
    from credit
),
known as (
    select distinct game_id from stints
)
select
    p.snapshot_id,
    p.player_id,
    n.player as player_name,
    p.team_id,
    {_STATS},
    case when k.game_id is not null then coalesce(c.total, 0) end as plus_minus,
    case when k.game_id is not null then round(coalesce(m.seconds, 0) / 60, 2) end as minutes,
    case
        when p.home_lineup is not null and list_contains(string_split(p.home_lineup, '-'), p.player_id) then true
        when p.away_lineup is not null and list_contains(string_split(p.away_lineup, '-'), p.player_id) then true
        when p.home_lineup is not null and p.away_lineup is not null then false
    end as on_court
from placed as p
left join names as n on n.game_id = p.game_id and n.player_id = p.player_id
left join known as k on k.game_id = p.game_id
left join played as m on m.game_id = p.game_id and m.player_id = p.player_id and m.event_num = p.event_num
asof left join summed as c on c.game_id = p.game_id and c.player_id = p.player_id and c.event_num <= p.event_num
order by p.snapshot_id, p.player_id
"""

_QUARTERS = f"""
select
    game_id, period as quarter, player_id, player as player_name, team_id, {_STATS}, plus_minus, minutes,
    $source as data_source
from quarters order by game_id, quarter, player_id
"""

_VERIFICATION = """
select
    game_id, $source as data_source, final_score_match, home_score_generated, home_score_actual,
    away_score_generated, away_score_actual, total_discrepancies, discrepancy_details, mae_points, mae_rebounds,
    mae_assists, mae_steals, mae_blocks, mae_turnovers, quality_grade, notes, cells_compared, cells_equal,
    '{' || array_to_string(stats_compared, ',') || '}' as stats_compared, causes, box_status
from verification order by game_id
"""

_STATE_COLUMNS = (
    "snapshot_id", "game_id", "event_num", "quarter", "time_remaining", "game_clock_seconds", "home_score",
    "away_score", "data_source", "verification_passed",
)  # fmt: skip


def snapshot_rows(tables: Mapping[str, pa.Table], *, source: str) -> dict[str, pa.Table]:
    """The rows of ``phase9`` of some games; the snapshots are numbered from 0.

    A player's line is there at each event that changed it, beginning with zeros at the first event, and at the last.
    ``plus_minus``, ``minutes`` and ``on_court`` are those at the event of the line, NULL where the source does not tell
    who is on court.

    Args:
        tables: rows of :data:`INPUT_TABLES` of any games of one partition.
        source: the value of ``data_source``.

    Returns:
        One table per name of :data:`TABLES`, with the columns to be loaded.
    """
    import duckdb

    names = ("states", "lines", "stints", "quarters", "verification", "players")
    with duckdb.connect(":memory:", config={"threads": 1}) as connection:
        for name, table in zip(names, INPUT_TABLES, strict=True):
            connection.register(name, tables[table])
        connection.execute(
            "create table names as select game_id, player_id, any_value(player) as player from players group by 1, 2"
        )
        connection.execute(f"create table snapshots as {_STATES}", {"source": source})
        made = (
            _read(connection, f"select {', '.join(_STATE_COLUMNS)} from snapshots order by snapshot_id"),
            _read(connection, _LINES),
            _read(connection, _QUARTERS, source=source),
            _read(connection, _VERIFICATION, source=source),
        )
    return dict(zip(TABLES, made, strict=True))


def _read(connection: duckdb.DuckDBPyConnection, query: str, **values: object) -> pa.Table:
    return connection.sql(query, params=values or None).to_arrow_table()
