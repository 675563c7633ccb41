-- One row per type of play.
with told as (
    select
        id as play_type_id,
        name,
        "asof"
    from bronze.plays_types
),
newest as (
    select *, row_number() over (partition by play_type_id order by "asof" desc) as place from told
)
select
    play_type_id,
    name
from newest
where place = 1
