-- One row per position in the draft.
with told as (
    select
        name,
        abbreviation,
        "asof"
    from bronze.draft_positions
),
newest as (
    select *, row_number() over (partition by name order by "asof" desc) as place from told
)
select
    name,
    abbreviation
from newest
where place = 1
