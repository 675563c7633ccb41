-- Points of a team in a period.
with newest as (
    select *, row_number() over (partition by id order by "asof" desc) as place from bronze.games
),
sides as (
    select season, id, home_team_id as team_id, home_period_points as points from newest where place = 1
    union all
    select season, id, away_team_id as team_id, away_period_points as points from newest where place = 1
),
periods as (
    select season, id, team_id, unnest(points) as pts, generate_subscripts(points, 1) as period from sides
)
select season, id as game_id, team_id, cast(period as integer) as period, cast(pts as integer) as pts
from periods
where team_id is not null
    and id not in (select game_id from silver.cbbd_removed_games where endpoint = 'games')
