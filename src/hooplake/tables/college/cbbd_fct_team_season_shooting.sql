-- Shots of a team in a season by kind, as told on a day.
with told as (
    select
        season,
        team_id,
        cast(tracked_shots as integer) as tracked_shots,
        cast(dunks_made as integer) as dunk_made,
        cast(dunks_attempted as integer) as dunk_att,
        cast(dunks_assisted as integer) as dunk_assisted,
        cast(layups_made as integer) as layup_made,
        cast(layups_attempted as integer) as layup_att,
        cast(layups_assisted as integer) as layup_assisted,
        cast(tip_ins_made as integer) as tip_made,
        cast(tip_ins_attempted as integer) as tip_att,
        cast(two_point_jumpers_made as integer) as jumper2_made,
        cast(two_point_jumpers_attempted as integer) as jumper2_att,
        cast(two_point_jumpers_assisted as integer) as jumper2_assisted,
        cast(three_point_jumpers_made as integer) as jumper3_made,
        cast(three_point_jumpers_attempted as integer) as jumper3_att,
        cast(three_point_jumpers_assisted as integer) as jumper3_assisted,
        cast(free_throws_made as integer) as ftm,
        cast(free_throws_attempted as integer) as fta,
        "asof"
    from bronze.stats_team_shooting_season
),
newest as (
    select *, row_number() over (partition by team_id, "asof" order by "asof" desc) as place from told
)
select
    season,
    "asof" as date,
    team_id,
    tracked_shots,
    dunk_made,
    dunk_att,
    dunk_assisted,
    layup_made,
    layup_att,
    layup_assisted,
    tip_made,
    tip_att,
    jumper2_made,
    jumper2_att,
    jumper2_assisted,
    jumper3_made,
    jumper3_att,
    jumper3_assisted,
    ftm,
    fta
from newest
where place = 1
