-- One row per time that a player came in and went out.
with told as (
    select
        season,
        game_id,
        team_id,
        athlete_id as player_id,
        cast(sub_in_period as integer) as sub_in_period,
        cast(sub_in_seconds_remaining as integer) as sub_in_seconds_remaining,
        start_date as start_time,
        position,
        opponent_id,
        cast(sub_in_opponent_points as integer) as sub_in_opponent_points,
        cast(sub_in_team_points as integer) as sub_in_team_points,
        cast(sub_out_opponent_points as integer) as sub_out_opponent_points,
        cast(sub_out_team_points as integer) as sub_out_team_points,
        cast(sub_out_seconds_remaining as integer) as sub_out_seconds_remaining,
        cast(sub_out_period as integer) as sub_out_period,
        cast((case when sub_in_period <= 2 then 1200 * sub_in_period else 2400 + 300 * (sub_in_period - 2) end - sub_in_seconds_remaining) * -1 + (case when sub_out_period <= 2 then 1200 * sub_out_period else 2400 + 300 * (sub_out_period - 2) end - sub_out_seconds_remaining) as integer) as stint_seconds,
        cast((sub_out_team_points - sub_in_team_points) - (sub_out_opponent_points - sub_in_opponent_points) as integer) as plus_minus,
        "asof"
    from bronze.substitutions_team
    union all
    select
        season,
        game_id,
        team_id,
        athlete_id as player_id,
        cast(sub_in_period as integer) as sub_in_period,
        cast(sub_in_seconds_remaining as integer) as sub_in_seconds_remaining,
        start_date as start_time,
        position,
        opponent_id,
        cast(sub_in_opponent_points as integer) as sub_in_opponent_points,
        cast(sub_in_team_points as integer) as sub_in_team_points,
        cast(sub_out_opponent_points as integer) as sub_out_opponent_points,
        cast(sub_out_team_points as integer) as sub_out_team_points,
        cast(sub_out_seconds_remaining as integer) as sub_out_seconds_remaining,
        cast(sub_out_period as integer) as sub_out_period,
        cast((case when sub_in_period <= 2 then 1200 * sub_in_period else 2400 + 300 * (sub_in_period - 2) end - sub_in_seconds_remaining) * -1 + (case when sub_out_period <= 2 then 1200 * sub_out_period else 2400 + 300 * (sub_out_period - 2) end - sub_out_seconds_remaining) as integer) as stint_seconds,
        cast((sub_out_team_points - sub_in_team_points) - (sub_out_opponent_points - sub_in_opponent_points) as integer) as plus_minus,
        "asof"
    from bronze.substitutions_game
),
newest as (
    select *, row_number() over (partition by game_id, team_id, player_id, sub_in_period, sub_in_seconds_remaining order by "asof" desc) as place from told
)
select
    season,
    game_id,
    team_id,
    player_id,
    sub_in_period,
    sub_in_seconds_remaining,
    start_time,
    position,
    opponent_id,
    sub_in_opponent_points,
    sub_in_team_points,
    sub_out_opponent_points,
    sub_out_team_points,
    sub_out_seconds_remaining,
    sub_out_period,
    stint_seconds,
    plus_minus
from newest
where place = 1
