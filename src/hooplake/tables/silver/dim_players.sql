-- The latest known value of each attribute: a page tells no position, and a jersey changes with the team.
select
    league,
    source,
    player_id,
    arg_max(player, concat(cast(season as varchar), coalesce(cast(game_date as varchar), ''), game_id, team_id)) as player,
    arg_max(short_name, concat(cast(season as varchar), coalesce(cast(game_date as varchar), ''), game_id, team_id)) as short_name,
    arg_max(jersey, concat(cast(season as varchar), coalesce(cast(game_date as varchar), ''), game_id, team_id)) as jersey,
    arg_max(position, concat(cast(season as varchar), coalesce(cast(game_date as varchar), ''), game_id, team_id)) as position,
    arg_max(team_id, concat(cast(season as varchar), coalesce(cast(game_date as varchar), ''), game_id, team_id)) as team_id,
    min(season) as first_season,
    max(season) as last_season,
    min(game_date) as first_game_date,
    max(game_date) as last_game_date,
    cast(count(distinct game_id) as integer) as games_listed,
    cast(count(distinct case when not did_not_play then game_id end) as integer) as games_played
from silver.fct_game_players
group by league, source, player_id
