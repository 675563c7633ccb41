-- Who is in a unit of five.
with told as (
    select season, id_hash, athletes_id, athletes_name, "asof" from bronze.lineups_game_athletes
    union all
    select season, id_hash, athletes_id, athletes_name, "asof" from bronze.lineups_team_athletes
)
select season, id_hash, athletes_id as player_id, arg_max(athletes_name, "asof") as name
from told
group by season, id_hash, athletes_id
