-- Who took part in a play; their order says nothing.
with told as (
    select
        p.season,
        p.id as play_id,
        c.participants_id as player_id,
        p.game_id as game_id,
        c.participants_name as name,
        p."asof"
    from bronze.plays_date_participants c
    join bronze.plays_date p on p.id = c.id and p."asof" = c."asof"
    union all
    select
        p.season,
        p.id as play_id,
        c.participants_id as player_id,
        p.game_id as game_id,
        c.participants_name as name,
        p."asof"
    from bronze.plays_game_participants c
    join bronze.plays_game p on p.id = c.id and p."asof" = c."asof"
),
newest as (
    select
        *,
        rank() over (partition by game_id order by "asof" desc) as newness,
        row_number() over (partition by play_id, player_id order by "asof" desc) as place
    from told
)
select season, play_id, player_id, game_id, name
from newest
where newness = 1 and place = 1
