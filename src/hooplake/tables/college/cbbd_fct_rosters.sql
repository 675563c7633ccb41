-- One row per player on a roster.
with told as (
    select
        p.season,
        p.team_id as team_id,
        c.players_id as player_id,
        c.players_source_id as player_source_id,
        c.players_name as name,
        c.players_first_name as first_name,
        c.players_last_name as last_name,
        c.players_jersey as jersey,
        c.players_position as position,
        c.players_height as height_inches,
        c.players_weight as weight_pounds,
        c.players_date_of_birth as birth_date,
        c.players_hometown_city as hometown_city,
        c.players_hometown_state as hometown_state,
        c.players_hometown_country as hometown_country,
        cast(c.players_start_season as integer) as start_season,
        cast(c.players_end_season as integer) as end_season,
        p."asof"
    from bronze.teams_roster_players c
    join bronze.teams_roster p on p.team_id = c.team_id and p."asof" = c."asof"
    where not exists (
        select 1 from silver.cbbd_complete_fetches whole
        where whole.endpoint = 'teams_roster' and whole.season = p.season and whole.told_on > p."asof"
    )
),
newest as (
    select *, row_number() over (partition by team_id, player_id order by "asof" desc) as place from told
)
select season, team_id, player_id, player_source_id, name, first_name, last_name, jersey, position, height_inches, weight_pounds, birth_date, hometown_city, hometown_state, hometown_country, start_season, end_season
from newest
where place = 1
