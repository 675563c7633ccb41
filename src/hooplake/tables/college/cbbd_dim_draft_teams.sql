-- One row per team that drafts.
with told as (
    select
        id as draft_team_id,
        source_id,
        location,
        name,
        display_name,
        abbreviation,
        "asof"
    from bronze.draft_teams p
    where not exists (
        select 1 from silver.cbbd_complete_fetches whole
        where whole.endpoint = 'draft_teams' and whole.season = 0 and whole.told_on > p."asof"
    )
),
newest as (
    select *, row_number() over (partition by draft_team_id order by "asof" desc) as place from told
)
select
    draft_team_id,
    source_id,
    location,
    name,
    display_name,
    abbreviation
from newest
where place = 1
