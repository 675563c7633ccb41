-- One row per transfer.
with told as (
    select
        season,
        id as transfer_id,
        source_id,
        cast(year as integer) as class_year,
        first_name,
        last_name,
        position,
        origin_name,
        origin_id,
        destination_name,
        destination_id,
        eligibility,
        cast(years_remaining as integer) as years_remaining,
        cast(stars as integer) as stars,
        rating,
        "asof"
    from bronze.recruiting_portal p
    where not exists (
        select 1 from silver.cbbd_complete_fetches whole
        where whole.endpoint = 'recruiting_portal' and whole.season = p.season and whole.told_on > p."asof"
    )
),
newest as (
    select *, row_number() over (partition by transfer_id order by "asof" desc) as place from told
)
select
    season,
    transfer_id,
    source_id,
    class_year,
    first_name,
    last_name,
    position,
    origin_name,
    origin_id,
    destination_name,
    destination_id,
    eligibility,
    years_remaining,
    stars,
    rating
from newest
where place = 1
