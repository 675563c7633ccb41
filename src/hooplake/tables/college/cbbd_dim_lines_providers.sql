-- One row per provider of betting lines.
with told as (
    select
        id as provider_id,
        name,
        "asof"
    from bronze.lines_providers p
    where not exists (
        select 1 from silver.cbbd_complete_fetches whole
        where whole.endpoint = 'lines_providers' and whole.season = 0 and whole.told_on > p."asof"
    )
),
newest as (
    select *, row_number() over (partition by provider_id order by "asof" desc) as place from told
)
select
    provider_id,
    name
from newest
where place = 1
