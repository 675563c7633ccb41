-- The latest known value of each attribute: documents differ in what they tell, and a name changes over the years.
select
    league,
    source,
    team_id,
    arg_max(team, concat(cast(season as varchar), coalesce(cast(game_date as varchar), ''), game_id)) as team,
    arg_max(abbr, concat(cast(season as varchar), coalesce(cast(game_date as varchar), ''), game_id)) as abbr,
    arg_max(location, concat(cast(season as varchar), coalesce(cast(game_date as varchar), ''), game_id)) as location,
    arg_max(nickname, concat(cast(season as varchar), coalesce(cast(game_date as varchar), ''), game_id)) as nickname,
    arg_max(color, concat(cast(season as varchar), coalesce(cast(game_date as varchar), ''), game_id)) as color,
    min(season) as first_season,
    max(season) as last_season,
    cast(count(*) as integer) as games
from silver.fct_game_teams
group by league, source, team_id
