-- One row per position in the draft.
with told as (
    select
        name,
        abbreviation,
        "asof"
    from bronze.draft_positions p
    where not exists (
        select 1 from silver.cbbd_complete_fetches whole
        where whole.endpoint = 'draft_positions' and whole.season = 0 and whole.told_on > p."asof"
    )
),
newest as (
    select *, row_number() over (partition by name order by "asof" desc) as place from told
)
select
    name,
    abbreviation
from newest
where place = 1
