-- The same spelling as `hooplake.sources.names.team_key`, by which files name teams. Files of college name the school alone.
select
    g.league, g.source, g.season, g.game_date, g.game_id,
    case regexp_replace(lower(strip_accents(g.home_team)), '[^a-z0-9]', '', 'g')
        when 'laclippers' then 'losangelesclippers'
        when 'charlottebobcats' then 'charlottehornets'
        when 'charlottebobcatshornets' then 'charlottehornets'
        when 'neworleanshornets' then 'neworleanspelicans'
        when 'neworleansoklahomacityhornets' then 'neworleanspelicans'
        else regexp_replace(lower(strip_accents(g.home_team)), '[^a-z0-9]', '', 'g')
    end as home_name,
    case regexp_replace(lower(strip_accents(g.away_team)), '[^a-z0-9]', '', 'g')
        when 'laclippers' then 'losangelesclippers'
        when 'charlottebobcats' then 'charlottehornets'
        when 'charlottebobcatshornets' then 'charlottehornets'
        when 'neworleanshornets' then 'neworleanspelicans'
        when 'neworleansoklahomacityhornets' then 'neworleanspelicans'
        else regexp_replace(lower(strip_accents(g.away_team)), '[^a-z0-9]', '', 'g')
    end as away_name,
    regexp_replace(lower(strip_accents(h.location)), '[^a-z0-9]', '', 'g') as home_place,
    regexp_replace(lower(strip_accents(a.location)), '[^a-z0-9]', '', 'g') as away_place
from silver.fct_games as g
left join silver.fct_game_teams as h on h.game_id = g.game_id and h.team_id = g.home_team_id
left join silver.fct_game_teams as a on a.game_id = g.game_id and a.team_id = g.away_team_id
where g.home_team is not null and g.away_team is not null and g.game_date is not null
