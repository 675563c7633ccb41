-- One row per conference, as last told.
with told as (
    select
        id as conference_id,
        source_id,
        name,
        abbreviation,
        short_name,
        "asof"
    from bronze.conferences p
    where not exists (
        select 1 from silver.cbbd_complete_fetches whole
        where whole.endpoint = 'conferences' and whole.season = 0 and whole.told_on > p."asof"
    )
),
newest as (
    select *, row_number() over (partition by conference_id order by "asof" desc) as place from told
)
select
    conference_id,
    source_id,
    name,
    abbreviation,
    short_name
from newest
where place = 1
