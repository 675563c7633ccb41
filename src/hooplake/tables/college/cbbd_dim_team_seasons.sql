-- Who was in Division I in a season, and in which conference. Of several spells the one counts that the team's own games
-- name most often, then the latest, then the smallest id.
with told as (
    select season, id as team_id, school, row_number() over (partition by id order by "asof" desc) as place
    from bronze.teams_season
),
spells as (
    select told.season, told.team_id, told.school, spell.conference_id, spell.conference, spell.start_season
    from told
    join silver.cbbd_dim_team_conferences spell
        on spell.team_id = told.team_id
        and spell.start_season <= told.season
        and (spell.end_season is null or spell.end_season >= told.season)
    where told.place = 1
),
named as (
    select home_team_id as team_id, home_conference_id as conference_id from silver.cbbd_fct_games
    union all
    select away_team_id as team_id, away_conference_id as conference_id from silver.cbbd_fct_games
),
counted as (
    select team_id, conference_id, count(*) as games from named group by team_id, conference_id
),
ranked as (
    select
        spells.*,
        count(*) over (partition by spells.team_id) as spell_count,
        row_number() over (
            partition by spells.team_id
            order by coalesce(counted.games, 0) desc, spells.start_season desc, cast(spells.conference_id as bigint)
        ) as place
    from spells
    left join counted on counted.team_id = spells.team_id and counted.conference_id = spells.conference_id
)
select season, team_id, school, conference_id, conference, spell_count > 1 as conference_ambiguous
from ranked
where place = 1
