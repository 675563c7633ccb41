-- One row per provider of betting lines.
with told as (
    select
        id as provider_id,
        name,
        "asof"
    from bronze.lines_providers
),
newest as (
    select *, row_number() over (partition by provider_id order by "asof" desc) as place from told
)
select
    provider_id,
    name
from newest
where place = 1
