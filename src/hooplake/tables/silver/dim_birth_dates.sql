-- The latest roster that tells it.
select league, source, player_id, arg_max(birth_date, concat(cast(season as varchar), snapshot)) as birth_date
from silver.fct_rosters
where birth_date is not null
group by league, source, player_id
