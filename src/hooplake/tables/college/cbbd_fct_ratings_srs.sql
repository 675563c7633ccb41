-- Simple rating of a team, as told on a day.
with told as (
    select
        season,
        team_id,
        rating,
        "asof"
    from bronze.ratings_srs
),
newest as (
    select *, row_number() over (partition by team_id, "asof" order by "asof" desc) as place from told
)
select
    season,
    "asof" as date,
    team_id,
    rating
from newest
where place = 1
