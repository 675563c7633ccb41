-- One row per pick of the draft.
with told as (
    select
        season,
        cast(year as integer) as year,
        cast(overall as integer) as overall,
        athlete_id as player_id,
        source_team_id,
        source_team_location,
        source_team_name,
        source_team_league_affiliation,
        source_team_college_id,
        draft_team_id,
        draft_team,
        cast(round as integer) as round,
        cast(pick as integer) as pick,
        name,
        cast(overall_rank as integer) as overall_rank,
        cast(position_rank as integer) as position_rank,
        height,
        cast(weight as integer) as weight,
        position,
        "asof"
    from bronze.draft_picks p
    where not exists (
        select 1 from silver.cbbd_complete_fetches whole
        where whole.endpoint = 'draft_picks' and whole.season = p.season and whole.told_on > p."asof"
    )
),
newest as (
    select *, row_number() over (partition by year, overall order by "asof" desc) as place from told
)
select
    season,
    year,
    overall,
    player_id,
    source_team_id,
    source_team_location,
    source_team_name,
    source_team_league_affiliation,
    source_team_college_id,
    draft_team_id,
    draft_team,
    round,
    pick,
    name,
    overall_rank,
    position_rank,
    height,
    weight,
    position
from newest
where place = 1
