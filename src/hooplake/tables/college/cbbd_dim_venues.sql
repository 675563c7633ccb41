-- One row per venue.
with told as (
    select
        id as venue_id,
        source_id,
        name,
        city,
        state,
        country,
        "asof"
    from bronze.venues p
    where not exists (
        select 1 from silver.cbbd_complete_fetches whole
        where whole.endpoint = 'venues' and whole.season = 0 and whole.told_on > p."asof"
    )
),
newest as (
    select *, row_number() over (partition by venue_id order by "asof" desc) as place from told
)
select
    venue_id,
    source_id,
    name,
    city,
    state,
    country
from newest
where place = 1
