-- One row per spell of a team in a conference: the source of membership in past seasons.
with told as (
    select
        c.teams_id as team_id,
        p.id as conference_id,
        cast(c.teams_start_season as integer) as start_season,
        p.abbreviation as conference,
        c.teams_school as school,
        cast(c.teams_end_season as integer) as end_season,
        p."asof"
    from bronze.conferences_history_teams c
    join bronze.conferences_history p on p.id = c.id and p."asof" = c."asof"
    where not exists (
        select 1 from silver.cbbd_complete_fetches whole
        where whole.endpoint = 'conferences_history' and whole.season = 0 and whole.told_on > p."asof"
    )
),
newest as (
    select *, row_number() over (partition by team_id, conference_id, start_season order by "asof" desc) as place from told
)
select team_id, conference_id, start_season, conference, school, end_season
from newest
where place = 1
