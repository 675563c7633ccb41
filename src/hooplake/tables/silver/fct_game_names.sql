-- The same spelling as `hooplake.sources.names.team_key`, by which files name teams.
select
    league, source, season, game_date, game_id,
    case regexp_replace(lower(strip_accents(home_team)), '[^a-z0-9]', '', 'g')
        when 'laclippers' then 'losangelesclippers'
        when 'charlottebobcats' then 'charlottehornets'
        when 'charlottebobcatshornets' then 'charlottehornets'
        when 'neworleanshornets' then 'neworleanspelicans'
        when 'neworleansoklahomacityhornets' then 'neworleanspelicans'
        else regexp_replace(lower(strip_accents(home_team)), '[^a-z0-9]', '', 'g')
    end as home_name,
    case regexp_replace(lower(strip_accents(away_team)), '[^a-z0-9]', '', 'g')
        when 'laclippers' then 'losangelesclippers'
        when 'charlottebobcats' then 'charlottehornets'
        when 'charlottebobcatshornets' then 'charlottehornets'
        when 'neworleanshornets' then 'neworleanspelicans'
        when 'neworleansoklahomacityhornets' then 'neworleanspelicans'
        else regexp_replace(lower(strip_accents(away_team)), '[^a-z0-9]', '', 'g')
    end as away_name
from silver.fct_games
where home_team is not null and away_team is not null and game_date is not null
