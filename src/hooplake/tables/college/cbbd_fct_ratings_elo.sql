-- Elo of a team, as told on a day.
with told as (
    select
        season,
        team_id,
        cast(elo as integer) as elo,
        "asof"
    from bronze.ratings_elo
),
newest as (
    select *, row_number() over (partition by team_id, "asof" order by "asof" desc) as place from told
)
select
    season,
    "asof" as date,
    team_id,
    elo
from newest
where place = 1
