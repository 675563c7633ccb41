-- Adjusted ratings of a team, as told on a day.
with told as (
    select
        season,
        team_id,
        offensive_rating as off_rating,
        defensive_rating as def_rating,
        net_rating,
        cast(rankings_net as integer) as ranking_net,
        cast(rankings_defense as integer) as ranking_defense,
        cast(rankings_offense as integer) as ranking_offense,
        "asof"
    from bronze.ratings_adjusted
),
newest as (
    select *, row_number() over (partition by team_id, "asof" order by "asof" desc) as place from told
)
select
    season,
    "asof" as date,
    team_id,
    off_rating,
    def_rating,
    net_rating,
    ranking_net,
    ranking_defense,
    ranking_offense
from newest
where place = 1
