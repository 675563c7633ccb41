-- One row per recruiting class.
with told as (
    select
        season,
        cast(year as integer) as class_year,
        team_id,
        cast(ranking as integer) as ranking,
        rating,
        "asof"
    from bronze.recruiting_teams p
    where not exists (
        select 1 from silver.cbbd_complete_fetches whole
        where whole.endpoint = 'recruiting_teams' and whole.season = p.season and whole.told_on > p."asof"
    )
),
newest as (
    select *, row_number() over (partition by class_year, team_id order by "asof" desc) as place from told
)
select
    season,
    class_year,
    team_id,
    ranking,
    rating
from newest
where place = 1
