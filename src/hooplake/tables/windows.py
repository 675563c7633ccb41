"""Windows that rest on games with a hole among them: a game that should have been played is missing, and later ones are there.

A window takes the last games that there are, so a hole does not show in any row: the window silently reaches further
back. It shows in the schedule.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from hooplake.tables.coverage import Range

if TYPE_CHECKING:
    import pyarrow as pa

_QUERY = """
with sides as (
    select s.league, s.source, s.season, s.game_date, s.game_id, x.team_id, s.counts_stats, g.status = 'final' as played
    from silver.fct_schedule as s
    inner join silver.fct_games as g
        on g.league = s.league and g.source = s.source and g.season = s.season and g.game_id = s.game_id
    inner join (
        select league, source, season, game_id, home_team_id as team_id from silver.fct_schedule where expected
        union all
        select league, source, season, game_id, away_team_id from silver.fct_schedule where expected
    ) as x on x.league = s.league and x.source = s.source and x.season = s.season and x.game_id = s.game_id
),
counted as (
    select *,
        sum(case when played and counts_stats then 1 else 0 end) over (
            partition by league, source, season, team_id order by game_date, game_id
            rows between unbounded preceding and current row
        ) as finals,
        sum(case when played and counts_stats then 1 else 0 end) over (partition by league, source, season, team_id) as all_finals
    from sides
)
select
    d.league, d.source, d.season, d.game_date, max(h.game_date) as hole,
    min(d.finals - case when d.played and d.counts_stats then 1 else 0 end - h.finals) as games_since
from counted as d
inner join counted as h
    on h.league = d.league and h.source = d.source and h.season = d.season and h.team_id = d.team_id
    and h.game_date < d.game_date and not h.played and h.counts_stats and h.all_finals > h.finals
group by d.league, d.source, d.season, d.game_date
"""


class Hole(NamedTuple):
    """What windows of a date reach over.

    Attributes:
        day: date of the newest game that is missing before it.
        games_since: games played since by the team that misses it, the fewest of all teams.
    """

    day: date
    games_since: int


def holes(ask: Callable[[str], pa.Table], chosen: Range) -> dict[tuple[str, str, int, date], Hole]:
    """Per (league, source, season, date) the hole that is nearest before it, if there is one.

    A game counts as missing if it counts for averages, is neither postponed nor canceled, is not final, and a later game
    of the team is.
    """
    rows = ask(f"select * from ({_QUERY}) where {replace(chosen, tables=()).where()}")
    return {
        (row["league"], row["source"], row["season"], row["game_date"]): Hole(row["hole"], int(row["games_since"]))
        for row in rows.to_pylist()
    }
