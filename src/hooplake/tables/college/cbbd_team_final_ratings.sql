-- The rating of a team after the last game of a season: what is known of it when the next one begins.
with ranked as (
    select *, row_number() over (partition by season, team_id order by rating_date desc) as place
    from silver.cbbd_team_adjusted_efficiencies
)
select season as of_season, team_id, rating_date, adj_net, srs
from ranked
where place = 1
