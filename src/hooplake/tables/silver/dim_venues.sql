select
    league,
    source,
    coalesce(venue_id, concat('name:', venue)) as venue_id,
    arg_max(venue, concat(cast(game_date as varchar), game_id)) as venue,
    arg_max(venue_city, concat(cast(game_date as varchar), game_id)) as city,
    arg_max(venue_state, concat(cast(game_date as varchar), game_id)) as state,
    min(season) as first_season,
    max(season) as last_season,
    cast(count(*) as integer) as games,
    max(attendance) as largest_attendance
from silver.fct_games
where coalesce(venue_id, venue) is not null
group by league, source, coalesce(venue_id, concat('name:', venue))
