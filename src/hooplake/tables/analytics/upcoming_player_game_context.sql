-- Who is expected is known from who was listed before, never from who played. What a player was after each game
-- (`form`) holds from the day after it to the day of his next one. Schedule and boxes reach beyond the games that are
-- asked for, which are those of the team context: who is expected is told for these alone.
with sides as (
    select
        s.*,
        x.team_id,
        row_number() over (partition by x.team_id, s.season_type order by s.game_date, s.game_id) as number_of_type,
        count(*) over (partition by x.team_id, s.season_type) as games_of_type
    from silver.fct_schedule as s
    inner join (
        select game_id, home_team_id as team_id from silver.fct_schedule where expected
        union all
        select game_id, away_team_id as team_id from silver.fct_schedule where expected
    ) as x on x.game_id = s.game_id
),
team_games as (
    select team_id, game_date, game_id,
        row_number() over (partition by team_id order by game_date, game_id) as n,
        lead(game_date) over (partition by team_id order by game_date, game_id) as until_date
    from (select distinct team_id, game_date, game_id from gold.player_game_summary) as played
),
listings as (
    select
        p.player_id, p.player_lookup, p.team_id, p.game_date, t.n,
        lead(p.game_date) over (partition by p.player_id order by p.game_date, p.game_id) as until_date
    from gold.player_game_summary as p
    inner join team_games as t on t.team_id = p.team_id and t.game_id = p.game_id
),
-- a roster of the time before the game says who is expected; without one, whoever was listed in the last five games is
rostered as (
    select r.game_id, r.game_date, r.team_id, r.player_id, r.player_lookup, 'ROSTER' as driver
    from silver.fct_expected_rosters as r
),
recent as (
    select s.game_id, s.game_date, s.team_id, l.player_id, l.player_lookup, 'RECENT_TEAM' as driver
    from sides as s
    left join (select distinct game_id, team_id from rostered) as k on k.game_id = s.game_id and k.team_id = s.team_id
    inner join team_games as t
        on t.team_id = s.team_id and t.game_date < s.game_date and (t.until_date is null or t.until_date >= s.game_date)
    inner join listings as l
        on l.team_id = s.team_id and l.game_date < s.game_date and (l.until_date is null or l.until_date >= s.game_date)
        and l.n > t.n - 5
    left join rostered as o on o.game_id = s.game_id and o.player_id = l.player_id
    where k.game_id is null and o.game_id is null and s.game_id in (select game_id from gold.upcoming_team_game_context)
),
evident as (
    select * from rostered
    union all
    select * from recent
),
expected as (
    select * from evident
    union all
    select b.game_id, b.game_date, b.team_id, b.player_id, b.player_lookup, 'BOX' as driver
    from gold.player_game_summary as b
    left join evident as r on r.game_id = b.game_id and r.player_id = b.player_id
    where r.player_id is null and b.game_id in (select game_id from gold.upcoming_team_game_context)
),
played as (
    select
        *,
        max(game_date) over (
            partition by player_id order by game_date range between unbounded preceding and interval 1 day preceding
        ) as previous_date
    from gold.player_game_summary
    where not is_dnp
),
rested as (
    select *, date_diff('day', previous_date, game_date) - 1 as rest
    from played
),
loads as (
    select
        player_id,
        game_date,
        rest,
        lead(game_date) over (partition by player_id order by game_date, game_id) as until_date,
        max(case when rest is null or rest >= 2 then game_date end) over (
            partition by player_id order by game_date, game_id rows between unbounded preceding and current row
        ) as rested_date
    from rested
),
-- games played and games to come on one line of time, no longer than the spans
timeline as (
    select player_id, game_date, 1 as games, seconds_played as seconds, case when seconds_played is null then 1 else 0 end as untimed,
        case when rest = 0 then 1 else 0 end as back_to_back, false as asked
    from rested
    where game_date >= (select min(game_date) - 14 from gold.upcoming_team_game_context)
    union all
    select distinct player_id, game_date, 0, 0, 0, 0, true
    from expected
),
spans as (
    select
        *,
        sum(games) over (partition by player_id order by game_date range between interval 7 day preceding and interval 1 day preceding) as games_7,
        sum(seconds) over (partition by player_id order by game_date range between interval 7 day preceding and interval 1 day preceding) as seconds_7,
        sum(untimed) over (partition by player_id order by game_date range between interval 14 day preceding and interval 1 day preceding) as untimed_14,
        sum(games) over (partition by player_id order by game_date range between interval 14 day preceding and interval 1 day preceding) as games_14,
        sum(seconds) over (partition by player_id order by game_date range between interval 14 day preceding and interval 1 day preceding) as seconds_14,
        sum(back_to_back) over (partition by player_id order by game_date range between interval 14 day preceding and interval 1 day preceding) as back_to_backs_14
    from timeline
),
days as (
    select player_id, game_date, games_7, seconds_7, games_14, seconds_14, back_to_backs_14, untimed_14
    from spans
    where asked
),
quarters as (
    select q.game_id, q.player_id, q.seconds, q.points
    from gold.quarter_box_scores as q
    inner join silver.fct_schedule as s on s.game_id = q.game_id and s.regulation_periods = q.period
),
quartered as (
    select game_id, count(seconds) as lined
    from gold.quarter_box_scores
    group by game_id
),
placed as (
    select
        *,
        row_number() over (partition by player_id order by game_date, game_id) as place,
        sum(fg_makes) over (partition by player_id order by game_date, game_id rows between unbounded preceding and current row) as makes,
        sum(fg_attempts) over (partition by player_id order by game_date, game_id rows between unbounded preceding and current row) as attempts,
        sum(case when game_date < (select min(game_date) from gold.upcoming_team_game_context) then 1 else 0 end) over (
            partition by player_id
        ) as places_before
    from played
    where season_type in ('regular', 'playin', 'playoff') and seconds_played > 0
),
-- windows of ten games reach no further back than ten games before the first date that is asked for
stats as (
    select
        p.player_id, p.game_date, p.game_id, p.points, p.seconds_played, p.fg_makes, p.fg_attempts, p.place, p.makes, p.attempts,
        case when p.usage_rate_valid then 1 else 0 end as valid,
        case when p.usage_rate_valid then cast(round(100 * p.usage_rate) as bigint) * p.seconds_played end as used,
        case when p.usage_rate_valid then p.seconds_played end as used_seconds,
        case when coalesce(g.lined, 0) > 0 then cast(round(10 * coalesce(q.seconds, 0)) as bigint) end as fourth_tenths,
        case when g.game_id is not null then coalesce(q.points, 0) end as fourth_points,
        cast(round(10 * c.clutch_seconds) as bigint) as clutch_tenths
    from placed as p
    left join quartered as g on g.game_id = p.game_id
    left join quarters as q on q.game_id = p.game_id and q.player_id = p.player_id
    left join silver.fct_clutch as c on c.game_id = p.game_id and c.player_id = p.player_id
    where p.place > p.places_before - 10
),
form as (
    select
        player_id,
        game_date,
        lead(game_date) over (partition by player_id order by game_date, game_id) as until_date,
        place as games,
        min(game_date) over (partition by player_id order by game_date, game_id rows between 9 preceding and current row) as first_date,
        sum(points) over (partition by player_id order by game_date, game_id rows between 4 preceding and current row) as points_5,
        sum(points) over (partition by player_id order by game_date, game_id rows between 9 preceding and current row) as points_10,
        sum(seconds_played) over (partition by player_id order by game_date, game_id rows between 9 preceding and current row) as seconds_10,
        sum(valid) over (partition by player_id order by game_date, game_id rows between 6 preceding and current row) as valid_7,
        sum(used) over (partition by player_id order by game_date, game_id rows between 6 preceding and current row) as used_7,
        sum(used_seconds) over (partition by player_id order by game_date, game_id rows between 6 preceding and current row) as used_seconds_7,
        sum(valid) over (partition by player_id order by game_date, game_id rows between 9 preceding and current row) as valid_10,
        sum(used) over (partition by player_id order by game_date, game_id rows between 9 preceding and current row) as used_10,
        sum(used_seconds) over (partition by player_id order by game_date, game_id rows between 9 preceding and current row) as used_seconds_10,
        sum(fourth_tenths) over (partition by player_id order by game_date, game_id rows between 6 preceding and current row) as fourth_tenths,
        count(fourth_tenths) over (partition by player_id order by game_date, game_id rows between 6 preceding and current row) as fourth_games,
        sum(fourth_points) over (partition by player_id order by game_date, game_id rows between 6 preceding and current row) as fourth_points,
        count(fourth_points) over (partition by player_id order by game_date, game_id rows between 6 preceding and current row) as point_games,
        sum(clutch_tenths) over (partition by player_id order by game_date, game_id rows between 6 preceding and current row) as clutch_tenths,
        count(clutch_tenths) over (partition by player_id order by game_date, game_id rows between 6 preceding and current row) as clutch_games,
        sum(fg_makes) over (partition by player_id order by game_date, game_id rows between 4 preceding and current row) as makes_5,
        sum(fg_attempts) over (partition by player_id order by game_date, game_id rows between 4 preceding and current row) as attempts_5,
        makes,
        attempts
    from stats
),
-- his line, the last and the first before the tip-off of the book that counts
props as (
    select
        game_id, player_id,
        max(case when chosen and closing then line end) as line,
        max(case when chosen and closing then book end) as book,
        max(case when chosen and opening then line end) as open_line,
        max(case when before_tipoff then 1 else 0 end) as in_time
    from silver.fct_player_props
    where market = 'player_points'
    group by game_id, player_id
),
-- his results against his own lines; a push, and a game without a line, is passed over
results as (
    select
        player_id, game_date, game_id, over_under_result,
        lag(over_under_result) over (partition by player_id order by game_date, game_id) as last_result
    from gold.player_game_summary
    where over_under_result in ('OVER', 'UNDER') and season_type in ('regular', 'playin', 'playoff')
),
turns as (
    select
        *,
        sum(case when over_under_result = last_result then 0 else 1 end) over (
            partition by player_id order by game_date, game_id rows between unbounded preceding and current row
        ) as turn
    from results
),
streaks as (
    select
        player_id, game_date, over_under_result,
        lead(game_date) over (partition by player_id order by game_date, game_id) as until_date,
        count(*) over (partition by player_id, turn order by game_date, game_id rows between unbounded preceding and current row) as run
    from turns
),
joined as (
    select
        e.*,
        u.league, u.source, u.season, u.season_type, u.team_abbr, u.opponent_team_id, u.opponent_team_abbr, u.home_game,
        u.neutral_site, u.game_spread, u.opening_spread, u.spread_movement, u.game_total, u.opening_total,
        u.total_movement, u.game_spread_source, u.game_total_source, u.travel_miles, u.time_zone_changes,
        u.consecutive_road_games, u.miles_traveled_last_14_days, u.time_zones_crossed_last_14_days,
        u.next_game_days_rest, u.games_in_next_7_days, u.next_opponent_win_pct, u.next_game_is_primetime,
        u.opponent_days_rest, u.opponent_games_in_next_7_days, u.opponent_next_game_days_rest,
        u.team_pace_last_10, u.is_bootstrap, u.missing as team_missing,
        o.team_pace_last_10 as o_pace, o.team_def_rating_last_10 as o_def, o.team_off_rating_last_10 as o_off,
        o.ft_rate_allowed_last_10 as o_ft_rate, o.rebound_rate_last_10 as o_rebounds,
        s.number_of_type, s.games_of_type,
        l.game_date as load_date, l.rest as rest_before, l.rested_date,
        d.games_7, d.seconds_7, d.games_14, d.seconds_14, d.back_to_backs_14, d.untimed_14,
        f.game_date as form_date, f.first_date, coalesce(f.games, 0) as games,
        f.points_5, f.points_10, f.seconds_10, f.valid_7, f.used_7, f.used_seconds_7, f.valid_10, f.used_10,
        f.used_seconds_10, f.fourth_tenths, f.fourth_games, f.clutch_tenths, f.clutch_games, f.fourth_points, f.point_games, f.makes_5, f.attempts_5,
        f.makes, f.attempts,
        i.status_text, i.injury,
        coalesce(k.coverage = 'COVERED', false) as reports_known,
        k.coverage,
        case when coalesce(k.coverage, '') <> 'COVERED' then null when i.player_id is null then 'AVAILABLE' else i.status end as status,
        y.line, y.book, y.open_line, y.in_time,
        case when r.over_under_result = 'OVER' then r.run else 0 end as over_run,
        case when r.over_under_result = 'UNDER' then r.run else 0 end as under_run,
        v.local_start, v.start_reason,
        date_diff('year', b.birth_date, e.game_date)
            - case when strftime(e.game_date, '%m%d') < strftime(b.birth_date, '%m%d') then 1 else 0 end as age,
        case when f.games >= 5 and f.valid_10 > 0 then f.used_10 / nullif(1.0 * f.used_seconds_10, 0) end as u10,
        case
            when f.games >= 5
            then case u.league when 'nba' then f.points_10 >= 18 * least(f.games, 10) when 'wnba' then f.points_10 >= 16 * least(f.games, 10) else f.points_10 >= 16 * least(f.games, 10) end
                or (
                    f.seconds_10 >= case when u.league in ('nba', 'wnba') then 28 else 30 end * 60 * least(f.games, 10)
                    and f.points_10 >= case u.league when 'nba' then 12 when 'wnba' then 11 else 12 end * least(f.games, 10)
                )
            else false
        end as star,
        case
            when f.games < 5 then 0
            when f.points_10 >= 25 * least(f.games, 10) then 3
            when f.points_10 >= 18 * least(f.games, 10) then 2
            else 1
        end as star_tier
    from expected as e
    inner join gold.upcoming_team_game_context as u on u.game_id = e.game_id and u.team_id = e.team_id
    left join gold.upcoming_team_game_context as o on o.game_id = e.game_id and o.team_id = u.opponent_team_id
    left join sides as s on s.game_id = e.game_id and s.team_id = e.team_id
    left join loads as l
        on l.player_id = e.player_id and l.game_date < e.game_date and (l.until_date is null or l.until_date >= e.game_date)
    left join days as d on d.player_id = e.player_id and d.game_date = e.game_date
    left join form as f
        on f.player_id = e.player_id and f.game_date < e.game_date and (f.until_date is null or f.until_date >= e.game_date)
    left join silver.fct_injury_status as i on i.game_id = e.game_id and i.team_id = e.team_id and i.player_id = e.player_id
    left join silver.fct_injury_status as k on k.game_id = e.game_id and k.team_id = e.team_id and k.player_id = ''
    left join props as y on y.game_id = e.game_id and y.player_id = e.player_id
    left join streaks as r
        on r.player_id = e.player_id and r.game_date < e.game_date and (r.until_date is null or r.until_date >= e.game_date)
    left join silver.fct_team_travel as v on v.game_id = e.game_id and v.team_id = e.team_id
    left join silver.dim_birth_dates as b on b.player_id = e.player_id
),
-- players found in the box alone count for nobody else: whether they played was not known
shared as (
    select
        *,
        -- what absent team-mates leave over, and what the others have: hundredths of a percent x minutes
        sum(case when driver <> 'BOX' and status in ('OUT', 'DOUBTFUL') and games >= 3 then cast(round(u10 * seconds_10 / least(games, 10)) as bigint) end) over (partition by game_id, team_id) as absent_usage,
        sum(case when driver <> 'BOX' and status not in ('OUT', 'DOUBTFUL') and games >= 3 then cast(round(u10 * seconds_10 / least(games, 10)) as bigint) end) over (partition by game_id, team_id) as present_usage,
        case when games >= 3 and driver <> 'BOX' then cast(round(u10 * seconds_10 / least(games, 10)) as bigint) end as own_usage,
        sum(case when driver <> 'BOX' and star and status in ('OUT', 'DOUBTFUL') then 1 else 0 end) over (partition by game_id, team_id) as stars_out,
        sum(case when driver <> 'BOX' and star and status in ('OUT', 'DOUBTFUL') then star_tier else 0 end) over (partition by game_id, team_id) as tiers_out,
        sum(case when driver <> 'BOX' and star and status = 'QUESTIONABLE' then 1 else 0 end) over (partition by game_id, team_id) as stars_questionable,
        sum(case when driver <> 'BOX' and status = 'QUESTIONABLE' then 1 else 0 end) over (partition by game_id, team_id) as questionable,
        sum(case when driver <> 'BOX' and status = 'PROBABLE' then 1 else 0 end) over (partition by game_id, team_id) as probable
    from joined
)
select
    league, source, season, season_type, game_date, game_id, player_id, player_lookup, team_id, team_abbr,
    opponent_team_id, opponent_team_abbr, home_game, neutral_site,
    driver as driver_source,
    case when league in ('nba', 'wnba') and (season >= 2023 or in_time is not null) then line is not null end as has_prop_line,
    line as current_points_line,
    open_line as opening_points_line,
    line - open_line as line_movement,
    book as current_points_line_source,
    case when open_line is not null then book end as opening_points_line_source,
    game_spread, opening_spread, spread_movement, game_total, opening_total, total_movement, game_spread_source,
    game_total_source,
    cast(null as double) as spread_public_betting_pct,
    cast(null as double) as total_public_betting_pct,
    o_pace as opponent_pace_last_10,
    o_def as opponent_def_rating_last_10,
    o_off as opponent_off_rating_last_10,
    o_ft_rate as opponent_ft_rate_allowed,
    o_rebounds as opponent_rebounding_rate,
    (round(100 * o_pace) - round(100 * team_pace_last_10)) / 100.0 as pace_differential,
    local_start as game_start_time_local,
    case
        when season_type = 'playin' then 'PLAYIN'
        when season_type = 'playoff' then 'PLAYOFF'
        when 3 * number_of_type <= games_of_type then 'EARLY'
        when 3 * number_of_type <= 2 * games_of_type then 'MID'
        else 'LATE'
    end as season_phase,
    date_diff('day', load_date, game_date) - 1 as days_rest,
    rest_before as days_rest_before_last_game,
    coalesce(date_diff('day', load_date, game_date) = 1, false) as back_to_back,
    date_diff('day', rested_date, game_date) as days_since_2_plus_days_rest,
    coalesce(games_7, 0) as games_in_last_7_days,
    coalesce(games_14, 0) as games_in_last_14_days,
    case when coalesce(untimed_14, 0) = 0 then coalesce(seconds_7, 0) / 60.0 end as minutes_in_last_7_days,
    case when coalesce(untimed_14, 0) = 0 then coalesce(seconds_14, 0) / 60.0 end as minutes_in_last_14_days,
    case when coalesce(untimed_14, 0) = 0 then seconds_7 / nullif(60.0 * games_7, 0) end as avg_minutes_per_game_last_7,
    coalesce(back_to_backs_14, 0) as back_to_backs_last_14_days,
    case when valid_7 >= 3 then used_7 / nullif(100.0 * used_seconds_7, 0) end as avg_usage_rate_last_7_games,
    case
        when reports_known and games >= 5 and u10 is not null
            and coalesce(present_usage, 0) + case when status in ('OUT', 'DOUBTFUL') then coalesce(own_usage, 0) else 0 end > 0
        then least(
            45.0,
            u10 / 100.0 * (
                1 + (coalesce(absent_usage, 0) - case when status in ('OUT', 'DOUBTFUL') then coalesce(own_usage, 0) else 0 end)
                / nullif(1.0 * (coalesce(present_usage, 0) + case when status in ('OUT', 'DOUBTFUL') then coalesce(own_usage, 0) else 0 end), 0)
            )
        )
    end as projected_usage_rate,
    case when games > 0 and fourth_games = least(games, 7) then fourth_tenths / 600.0 end as fourth_quarter_minutes_last_7,
    case when games > 0 and clutch_games = least(games, 7) then clutch_tenths / 600.0 end as clutch_minutes_last_7_games,
    case when games > 0 and point_games = least(games, 7) then fourth_points / (1.0 * least(games, 7)) end as fourth_quarter_production_last_7,
    travel_miles, time_zone_changes, consecutive_road_games, miles_traveled_last_14_days,
    time_zones_crossed_last_14_days,
    age as player_age,
    case when games >= 3 then points_5 / (1.0 * least(games, 5)) end as points_avg_last_5,
    case when games >= 5 then points_10 / (1.0 * least(games, 10)) end as points_avg_last_10,
    least(games, 5) as l5_games_used,
    least(games, 10) as l10_games_used,
    case when attempts_5 >= 20 and attempts >= 20 then (makes * attempts_5 - makes_5 * attempts) / (1.0 * attempts * attempts_5) end as shooting_pct_decline_last_5,
    case when league in ('nba', 'wnba') and (season >= 2023 or over_run + under_run > 0) then over_run end as prop_over_streak,
    case when league in ('nba', 'wnba') and (season >= 2023 or over_run + under_run > 0) then under_run end as prop_under_streak,
    case when reports_known then stars_out - case when driver <> 'BOX' and star and status in ('OUT', 'DOUBTFUL') then 1 else 0 end end as star_teammates_out,
    case when reports_known then stars_questionable - case when driver <> 'BOX' and star and status = 'QUESTIONABLE' then 1 else 0 end end as questionable_star_teammates,
    case when reports_known then tiers_out - case when driver <> 'BOX' and star and status in ('OUT', 'DOUBTFUL') then star_tier else 0 end end as star_tier_out,
    case when reports_known then questionable - case when driver <> 'BOX' and status = 'QUESTIONABLE' then 1 else 0 end end as questionable_teammates,
    case when reports_known then probable - case when driver <> 'BOX' and status = 'PROBABLE' then 1 else 0 end end as probable_teammates,
    status as player_status,
    coalesce(injury, status_text) as injury_report,
    next_game_days_rest, games_in_next_7_days, next_opponent_win_pct, next_game_is_primetime, opponent_days_rest,
    opponent_games_in_next_7_days, opponent_next_game_days_rest,
    is_bootstrap,
    least(games, 10) as window_games_expected,
    least(games, 10) as window_games_found,
    first_date as window_first_date,
    form_date as window_last_date,
    concat_ws(
        ',',
        case when load_date is null then 'history:FIRST_GAME' when games < 5 then 'history:SHORT_HISTORY' when coalesce(games_7, 0) = 0 then 'history:ZERO_DENOMINATOR' when attempts_5 < 20 then 'history:SHORT_HISTORY' end,
        case when coalesce(untimed_14, 0) > 0 then 'minutes:UPSTREAM_NULL' end,
        case when o_pace is null or team_pace_last_10 is null then 'opponent:SHORT_HISTORY' end,
        case when game_spread is null or game_total is null or opening_spread is null or opening_total is null then 'lines:NOT_COLLECTED' end,
        case
            when not reports_known then
                case
                    when coverage = 'AFTER_TIPOFF_ONLY' then 'injuries:AFTER_TIPOFF_ONLY'
                    when source = 'espn' then 'injuries:NOT_COLLECTED'
                    else 'injuries:NO_SOURCE'
                end
            when games < 5 then 'injuries:SHORT_HISTORY'
            when status is null then 'injuries:NOT_DERIVED'
        end,
        case when games = 0 then 'lineups:FIRST_GAME' when fourth_games < least(games, 7) then 'lineups:NO_LINEUPS' end,
        case when games = 0 then 'plays:FIRST_GAME' when point_games < least(games, 7) then 'plays:NO_PLAYS' end,
        case when age is null then 'age:NO_BIRTHDATE' end,
        case when games = 0 then 'clutch:FIRST_GAME' when clutch_games < least(games, 7) then 'clutch:NO_LINEUPS' end,
        case
            when line is null then
                case
                    when in_time = 0 then 'props:AFTER_TIPOFF_ONLY'
                    when league in ('nba', 'wnba') and season >= 2023 then 'props:NOT_COLLECTED'
                    else 'props:NO_SOURCE'
                end
            when over_run + under_run = 0 and season < 2023 then 'props:NO_SOURCE'
        end,
        case when travel_miles is null or miles_traveled_last_14_days is null then 'travel:UPSTREAM_NULL' end,
        case when local_start is null then concat('start:', start_reason) end,
        case when next_game_is_primetime is null then 'forward:NO_BROADCAST' end,
        'public:NO_SOURCE', 'forward:SCHEDULE_NOT_VERSIONED'
    ) as missing
from shared
