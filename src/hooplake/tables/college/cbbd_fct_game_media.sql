-- One row per broadcast of a game.
with told as (
    select
        p.season,
        p.game_id as game_id,
        c.broadcasts_broadcast_type as broadcast_type,
        c.broadcasts_broadcast_name as broadcast_name,
        p."asof"
    from bronze.games_media_broadcasts c
    join bronze.games_media p on p.game_id = c.game_id and p."asof" = c."asof"
),
newest as (
    select *, row_number() over (partition by game_id, broadcast_type, broadcast_name order by "asof" desc) as place from told
)
select season, game_id, broadcast_type, broadcast_name
from newest
where place = 1
