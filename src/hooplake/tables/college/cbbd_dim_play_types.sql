-- One row per type of play.
with told as (
    select
        id as play_type_id,
        name,
        "asof"
    from bronze.plays_types p
    where not exists (
        select 1 from silver.cbbd_complete_fetches whole
        where whole.endpoint = 'plays_types' and whole.season = 0 and whole.told_on > p."asof"
    )
),
newest as (
    select *, row_number() over (partition by play_type_id order by "asof" desc) as place from told
)
select
    play_type_id,
    name
from newest
where place = 1
