-- One row per broadcast of a game, as last fetched: one that is no longer told is no more.
with told as (
    select
        p.season,
        p.game_id as game_id,
        c.broadcasts_broadcast_type as broadcast_type,
        c.broadcasts_broadcast_name as broadcast_name,
        p."asof"
    from bronze.games_media_broadcasts c
    join bronze.games_media p on p.game_id = c.game_id and p."asof" = c."asof"
    join (select game_id, max("asof") as last_told from bronze.games_media group by game_id) newest
        on newest.game_id = p.game_id and newest.last_told = p."asof"
),
placed as (
    select *, row_number() over (partition by game_id, broadcast_type, broadcast_name order by "asof" desc) as place from told
)
select season, game_id, broadcast_type, broadcast_name
from placed
where place = 1
    and game_id not in (select game_id from silver.cbbd_removed_games where endpoint = 'games_media')
