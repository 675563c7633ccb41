-- One row per team; its conference is that of today, which says nothing of past seasons.
with told as (
    select
        id as team_id,
        source_id,
        school,
        mascot,
        abbreviation,
        display_name,
        short_display_name,
        primary_color,
        secondary_color,
        current_venue_id as venue_id,
        current_venue as venue,
        current_city as city,
        current_state as state,
        conference_id as current_conference_id,
        conference as current_conference,
        "asof"
    from bronze.teams p
    where not exists (
        select 1 from silver.cbbd_complete_fetches whole
        where whole.endpoint = 'teams' and whole.season = 0 and whole.told_on > p."asof"
    )
),
newest as (
    select *, row_number() over (partition by team_id order by "asof" desc) as place from told
)
select
    team_id,
    source_id,
    school,
    mascot,
    abbreviation,
    display_name,
    short_display_name,
    primary_color,
    secondary_color,
    venue_id,
    venue,
    city,
    state,
    current_conference_id,
    current_conference
from newest
where place = 1
