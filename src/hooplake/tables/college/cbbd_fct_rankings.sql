-- One row per team in a poll.
with told as (
    select
        season,
        season_type,
        cast(week as integer) as week,
        poll_type,
        team_id,
        poll_date,
        cast(ranking as integer) as ranking,
        cast(points as integer) as poll_points,
        cast(first_place_votes as integer) as first_place_votes,
        "asof"
    from bronze.rankings p
    where not exists (
        select 1 from silver.cbbd_complete_fetches whole
        where whole.endpoint = 'rankings' and whole.season = p.season and whole.told_on > p."asof"
    )
),
newest as (
    select *, row_number() over (partition by season_type, week, poll_type, team_id order by "asof" desc) as place from told
)
select
    season,
    season_type,
    week,
    poll_type,
    team_id,
    poll_date,
    ranking,
    poll_points,
    first_place_votes
from newest
where place = 1
