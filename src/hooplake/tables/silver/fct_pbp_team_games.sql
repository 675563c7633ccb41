-- Possessions from the plays. Per offence these end one: a field goal that no free throw of the same side follows in the
-- same second; the last free throw of a trip, made (technical ones apart); a defensive rebound of the other side; a
-- turnover; and the end of a period for the side that has the ball. Dead-ball rebounds and steals end nothing.
-- Garbage time is told by the lead before a play and the time left at it.
with told as (
    select
        play.game_id,
        play.game_date,
        play.event_num,
        play.period,
        play.clock_seconds,
        play.elapsed_seconds,
        play.event,
        play.home,
        play.points,
        play.home_score,
        play.away_score,
        play.event in ('made_ft', 'missed_ft') and coalesce(play.kind, '') <> 'technical' as throws,
        game.regulation_periods * game.regulation_seconds as regulation,
        game.regulation_periods
    from silver.fct_plays play
    join silver.fct_games game on game.game_id = play.game_id
    where game.played and play.league in ('mbb', 'wbb') and play.game_date is not null
),
seen as (
    select
        *,
        max(case when throws then event_num end) over (partition by game_id, period, clock_seconds, home) as last_throw,
        coalesce(max(home_score) over (
            partition by game_id order by event_num rows between unbounded preceding and 1 preceding
        ), 0) - coalesce(max(away_score) over (
            partition by game_id order by event_num rows between unbounded preceding and 1 preceding
        ), 0) as lead_before,
        elapsed_seconds - lag(elapsed_seconds) over (partition by game_id order by event_num) as passed
    from told
),
judged as (
    select
        *,
        home is not null and (
            (event in ('made_2', 'made_3') and coalesce(last_throw, -1) < event_num)
            or (event = 'made_ft' and throws and last_throw = event_num)
            or event in ('defensive_rebound', 'turnover')
        ) as ends,
        home is not null and (
            throws or event in (
                'made_2', 'made_3', 'missed_2', 'missed_3', 'missed_heave', 'offensive_rebound', 'defensive_rebound',
                'turnover'
            )
        ) as decides,
        case when event = 'defensive_rebound' then not home else home end as home_had_ball,
        coalesce(
            (abs(lead_before) >= 20 and left_seconds <= 600) or (abs(lead_before) >= 15 and left_seconds <= 300), false
        ) as garbage
    from (
        select
            *,
            case when period <= regulation_periods then regulation - elapsed_seconds else clock_seconds end as left_seconds
        from seen
    ) timed
),
closing as (
    select
        *,
        row_number() over (partition by game_id, period order by event_num desc) as place
    from judged
    where decides
),
-- a play that gives the ball away leaves the other side some time with it, unless the clock stands at nothing
counted as (
    select game_id, home_had_ball as home, garbage from judged where ends
    union all
    select game_id, case when ends then not home_had_ball else home_had_ball end as home, garbage
    from closing
    where place = 1 and (not ends or event = 'defensive_rebound' or coalesce(clock_seconds, 1) > 0)
),
possessions as (
    select
        game_id,
        sum(case when home then 1 else 0 end) as home_poss,
        sum(case when home then 0 else 1 end) as away_poss,
        sum(case when garbage then 0 else 1 end) as poss_ng
    from counted
    group by game_id
),
sums as (
    select
        game_id,
        count(*) as plays,
        count(distinct period) as periods_told,
        max(period) as last_period,
        max(home_score) as home_told,
        max(away_score) as away_told,
        sum(case when home and not garbage then points else 0 end) as home_ng,
        sum(case when not home and not garbage then points else 0 end) as away_ng,
        sum(case when garbage and passed > 0 then passed else 0 end) as garbage_seconds
    from judged
    group by game_id
),
boxes as (
    select
        game_id,
        sum(fga + 0.44 * fta - oreb + coalesce(total_turnovers, tov)) / 2 as poss,
        count(fga + fta + oreb + coalesce(total_turnovers, tov)) as told
    from silver.fct_game_teams
    group by game_id
),
games as (
    select
        game.*,
        coalesce(game.periods, sums.last_period) as all_periods,
        sums.plays,
        sums.periods_told,
        sums.last_period,
        sums.home_told,
        sums.away_told,
        sums.home_ng,
        sums.away_ng,
        sums.garbage_seconds,
        coalesce(possessions.home_poss, 0) as home_poss,
        coalesce(possessions.away_poss, 0) as away_poss,
        coalesce(possessions.poss_ng, 0) / 2.0 as pbp_poss_ng,
        case when boxes.told = 2 then boxes.poss end as poss
    from silver.fct_games game
    join sums on sums.game_id = game.game_id
    left join possessions on possessions.game_id = game.game_id
    left join boxes on boxes.game_id = game.game_id
    where game.home_team_id is not null and game.away_team_id is not null
        and game.home_score is not null and game.away_score is not null
),
whole as (
    select
        *,
        (home_poss + away_poss) / 2.0 as pbp_poss,
        (
            regulation_periods * regulation_seconds
            + greatest(all_periods - regulation_periods, 0) * overtime_seconds
        ) / 60.0 as minutes
    from games
),
sides as (
    select
        *, home_team_id as team_id, away_team_id as opponent_id, true as is_home, home_score as pts,
        away_score as opp_pts, home_poss as own_poss, home_ng as pts_ng, away_ng as opp_pts_ng
    from whole
    union all
    select
        *, away_team_id as team_id, home_team_id as opponent_id, false as is_home, away_score as pts,
        home_score as opp_pts, away_poss as own_poss, away_ng as pts_ng, home_ng as opp_pts_ng
    from whole
)
select
    league,
    source,
    season,
    game_date,
    game_id,
    team_id,
    opponent_id,
    is_home,
    neutral_site,
    cast(pts as integer) as pts,
    cast(opp_pts as integer) as opp_pts,
    minutes,
    cast(plays as integer) as plays,
    pbp_poss,
    cast(own_poss as integer) as own_poss,
    poss,
    coalesce(home_told = home_score and away_told = away_score, false)
        and plays >= 150
        and periods_told = all_periods and last_period = all_periods
        and coalesce(abs(pbp_poss - poss) <= 8, true) as pbp_ok,
    pbp_poss_ng,
    cast(pts_ng as integer) as pts_ng,
    cast(opp_pts_ng as integer) as opp_pts_ng,
    minutes - garbage_seconds / 60.0 as minutes_ng
from sides
