-- Everything of a date comes from games of earlier dates and from the schedule. What a team was after each game
-- (`form`) holds from the day after it to the day of its next one, so a game finds it by date.
with sides as (
    select *, home_team_id as team_id, away_team_id as opponent_id, home_abbr as abbr, away_abbr as opponent_abbr, true as home
    from silver.fct_schedule
    where expected
    union all
    select *, away_team_id as team_id, home_team_id as opponent_id, away_abbr as abbr, home_abbr as opponent_abbr, false as home
    from silver.fct_schedule
    where expected
),
dated as (
    select
        *,
        max(game_date) over (
            partition by team_id order by game_date range between unbounded preceding and interval 1 day preceding
        ) as previous_date,
        min(game_date) over (
            partition by team_id order by game_date range between interval 1 day following and unbounded following
        ) as next_date,
        count(*) over (
            partition by team_id order by game_date range between interval 7 day preceding and interval 1 day preceding
        ) as games_7,
        count(*) over (
            partition by team_id order by game_date range between interval 14 day preceding and interval 1 day preceding
        ) as games_14,
        count(*) over (
            partition by team_id order by game_date range between interval 1 day following and interval 7 day following
        ) as next_7,
        sum(case when counts_stats then 1 else 0 end) over (
            partition by team_id order by game_date range between unbounded preceding and interval 1 day preceding
        ) as stat_games_before,
        sum(case when home and not coalesce(neutral_site, false) then 1 else 0 end) over (
            partition by team_id order by game_date, game_id rows between unbounded preceding and current row
        ) as homestand
    from sides
),
rested as (
    select
        *,
        date_diff('day', previous_date, game_date) - 1 as rest,
        date_diff('day', game_date, next_date) as days_to_next,
        case
            when home and not coalesce(neutral_site, false) then 0
            else row_number() over (partition by team_id, homestand order by game_date, game_id)
                - case when homestand > 0 then 1 else 0 end
        end as road_games
    from dated
),
timed as (
    select
        *,
        sum(case when rest = 0 then 1 else 0 end) over (
            partition by team_id order by game_date range between interval 14 day preceding and interval 1 day preceding
        ) as back_to_backs_14
    from rested
),
next_games as (
    -- the first game of each team on each of its dates
    select team_id, game_date, opponent_id
    from (
        select
            team_id, game_date, opponent_id,
            row_number() over (partition by team_id, game_date order by game_id) as place
        from sides
    ) as numbered
    where place = 1
),
results as (
    select
        t.*,
        100 * (t.fg_attempts - t.offensive_rebounds + t.turnovers) + 44 * t.ft_attempts as poss100,
        100 * (o.fg_attempts - o.offensive_rebounds + o.turnovers) + 44 * o.ft_attempts as o_poss100,
        o.points_scored as o_points,
        o.fg_attempts as o_fga,
        o.ft_attempts as o_fta,
        o.rebounds as o_rebounds,
        60 * t.game_minutes as game_seconds,
        lag(t.win_flag) over (partition by t.team_id order by t.game_date, t.game_id) as previous_win
    from gold.team_offense_game_summary as t
    inner join gold.team_offense_game_summary as o on o.game_id = t.game_id and o.team_id = t.opponent_team_id
    where t.season_type in ('regular', 'playin', 'playoff')
),
streaks as (
    select
        *,
        sum(case when win_flag = previous_win then 0 else 1 end) over (
            partition by team_id order by game_date, game_id rows between unbounded preceding and current row
        ) as streak
    from results
),
form as (
    select
        team_id,
        game_date,
        lead(game_date) over (partition by team_id order by game_date, game_id) as until_date,
        win_flag,
        margin_of_victory,
        count(*) over (partition by team_id order by game_date, game_id rows between unbounded preceding and current row) as games,
        sum(case when win_flag then 1 else 0 end) over (
            partition by team_id order by game_date, game_id rows between unbounded preceding and current row
        ) as wins,
        count(*) over (partition by team_id, streak order by game_date, game_id rows between unbounded preceding and current row) as run,
        count(*) over (partition by team_id order by game_date, game_id rows between 9 preceding and current row) as n10,
        count(poss100 + o_poss100) over (partition by team_id order by game_date, game_id rows between 9 preceding and current row) as known10,
        count(rebounds + o_rebounds) over (partition by team_id order by game_date, game_id rows between 9 preceding and current row) as boards10,
        min(game_date) over (partition by team_id order by game_date, game_id rows between 9 preceding and current row) as first_date,
        sum(poss100) over (partition by team_id order by game_date, game_id rows between 9 preceding and current row) as poss,
        sum(o_poss100) over (partition by team_id order by game_date, game_id rows between 9 preceding and current row) as o_poss,
        sum(points_scored) over (partition by team_id order by game_date, game_id rows between 9 preceding and current row) as points,
        sum(o_points) over (partition by team_id order by game_date, game_id rows between 9 preceding and current row) as o_points,
        sum(o_fga) over (partition by team_id order by game_date, game_id rows between 9 preceding and current row) as o_fga,
        sum(o_fta) over (partition by team_id order by game_date, game_id rows between 9 preceding and current row) as o_fta,
        sum(rebounds) over (partition by team_id order by game_date, game_id rows between 9 preceding and current row) as boards,
        sum(o_rebounds) over (partition by team_id order by game_date, game_id rows between 9 preceding and current row) as o_boards,
        sum(game_seconds) over (partition by team_id order by game_date, game_id rows between 9 preceding and current row) as seconds
    from streaks
),
-- one line per book; the median of an even number is the mean of the two in the middle
spreads as (
    select game_id, count(*) as books, min(book) as book, median(home_spread) as spread, median(open_home_spread) as open_spread,
        min(home_spread) as low, max(home_spread) as high, max(captured_at) as captured_at
    from silver.fct_game_lines
    where home_spread is not null
    group by game_id
),
totals as (
    select game_id, count(*) as books, min(book) as book, median(total) as total, median(open_total) as open_total, max(captured_at) as captured_at
    from silver.fct_game_lines
    where total is not null
    group by game_id
),
late_lines as (
    select game_id, min(case when after_tipoff_only then 1 else 0 end) as after_tipoff_only
    from silver.fct_game_lines
    group by game_id
),
starters as (
    select player_id, team_id, game_date, game_id,
        sum(case when starter_flag then 1 else 0 end) over (partition by player_id, team_id order by game_date, game_id rows between 9 preceding and current row) as starts,
        count(*) over (partition by player_id, team_id order by game_date, game_id rows between 9 preceding and current row) as games,
        lead(game_date) over (partition by player_id, team_id order by game_date, game_id) as until_date
    from gold.player_game_summary
    where not is_dnp and season_type in ('regular', 'playin', 'playoff')
        and (player_id, team_id) in (select player_id, team_id from silver.fct_injury_status)
),
injured as (
    select
        r.game_id,
        r.team_id,
        min(r.coverage) as coverage,
        sum(case when r.status = 'OUT' then 1 else 0 end) as players_out,
        sum(case when r.status = 'QUESTIONABLE' then 1 else 0 end) as questionable,
        sum(case when r.status = 'OUT' and p.games >= 3 and 2 * p.starts >= p.games then 1 else 0 end) as starters_out
    from silver.fct_injury_status as r
    left join starters as p
        on p.player_id = r.player_id and p.team_id = r.team_id and p.game_date < r.game_date
        and (p.until_date is null or p.until_date >= r.game_date)
    group by r.game_id, r.team_id
),
opening as (
    select min(game_date) as first_date
    from silver.fct_schedule
    where counts_stats and expected
),
joined as (
    select
        t.*,
        f.games, f.wins, f.run, f.win_flag as last_win, f.margin_of_victory as last_margin,
        f.n10, f.known10, f.boards10, f.first_date, f.poss, f.o_poss, f.points, f.o_points, f.o_fga, f.o_fta, f.boards,
        f.o_boards, f.seconds, f.game_date as last_date,
        n.opponent_id as next_opponent,
        nf.games as next_games,
        nf.wins as next_wins,
        o.rest as opponent_rest,
        o.days_to_next as opponent_days_to_next,
        o.next_7 as opponent_next_7,
        case when t.home then s.spread else -s.spread end as spread,
        case when t.home then s.open_spread else -s.open_spread end as open_spread,
        case when s.books > 1 then concat('consensus:', cast(s.books as varchar)) else s.book end as spread_source,
        case when x.books > 1 then concat('consensus:', cast(x.books as varchar)) else x.book end as total_source,
        s.low < 0 and s.high > 0 and s.high - s.low > 3 as book_conflict,
        x.total,
        x.open_total,
        case when i.coverage = 'COVERED' then i.players_out end as players_out,
        case when i.coverage = 'COVERED' then i.questionable end as questionable,
        case when i.coverage = 'COVERED' then i.starters_out end as starters_out,
        i.coverage,
        y.after_tipoff_only,
        greatest(s.captured_at, x.captured_at) as lines_at,
        v.travel_miles, v.time_zone_changes, v.miles_traveled_last_14_days, v.time_zones_crossed_last_14_days,
        v.next_game_is_primetime, v.travel_reason,
        p.first_date as opening_date
    from timed as t
    cross join opening as p
    left join form as f
        on f.team_id = t.team_id and f.game_date < t.game_date and (f.until_date is null or f.until_date >= t.game_date)
    left join next_games as n on n.team_id = t.team_id and n.game_date = t.next_date
    left join form as nf
        on nf.team_id = n.opponent_id and nf.game_date < t.game_date
        and (nf.until_date is null or nf.until_date >= t.game_date)
    left join timed as o on o.game_id = t.game_id and o.team_id = t.opponent_id
    left join spreads as s on s.game_id = t.game_id
    left join totals as x on x.game_id = t.game_id
    left join injured as i on i.game_id = t.game_id and i.team_id = t.team_id
    left join late_lines as y on y.game_id = t.game_id
    left join silver.fct_team_travel as v on v.game_id = t.game_id and v.team_id = t.team_id
)
select
    league, source, season, season_type, game_date, game_id, team_id,
    abbr as team_abbr,
    opponent_id as opponent_team_id,
    opponent_abbr as opponent_team_abbr,
    home as home_game,
    neutral_site,
    tipoff_utc,
    1 + coalesce(stat_games_before, 0) as game_number_in_season,
    rest + 1 as days_since_last_game,
    rest as team_days_rest,
    coalesce(rest = 0, false) as is_back_to_back,
    coalesce(rest = 0, false) as team_back_to_back,
    games_7 as games_in_last_7_days,
    games_14 as games_in_last_14_days,
    coalesce(back_to_backs_14, 0) as back_to_backs_last_14_days,
    spread as game_spread,
    open_spread as opening_spread,
    spread - open_spread as spread_movement,
    total as game_total,
    open_total as opening_total,
    total - open_total as total_movement,
    spread_source as game_spread_source,
    total_source as game_total_source,
    (total - spread) / 2 as implied_team_total,
    starters_out as starters_out_count,
    questionable as questionable_players_count,
    players_out as players_out_count,
    coalesce(games, 0) as games_played_entering,
    coalesce(wins, 0) as wins_entering,
    coalesce(games - wins, 0) as losses_entering,
    wins / nullif(1.0 * games, 0) as win_pct_entering,
    case when last_win then run else 0 end as team_win_streak_entering,
    case when not last_win then run else 0 end as team_loss_streak_entering,
    last_margin as last_game_margin,
    case when last_win then 'W' when not last_win then 'L' end as last_game_result,
    case when n10 >= 3 and known10 = n10 then (regulation_seconds * (poss + o_poss)) / nullif(200.0 * seconds, 0) end as team_pace_last_10,
    case when n10 >= 3 and known10 = n10 then 10000.0 * points / nullif(poss, 0) end as team_off_rating_last_10,
    case when n10 >= 3 and known10 = n10 then 10000.0 * o_points / nullif(o_poss, 0) end as team_def_rating_last_10,
    case when n10 >= 3 then o_fta / nullif(1.0 * o_fga, 0) end as ft_rate_allowed_last_10,
    case when n10 >= 3 and boards10 = n10 then boards / nullif(1.0 * (boards + o_boards), 0) end as rebound_rate_last_10,
    travel_miles,
    time_zone_changes,
    road_games as consecutive_road_games,
    miles_traveled_last_14_days,
    time_zones_crossed_last_14_days,
    days_to_next as days_to_next_game,
    days_to_next - 1 as next_game_days_rest,
    next_7 as games_in_next_7_days,
    next_opponent as next_opponent_id,
    next_wins / nullif(1.0 * next_games, 0) as next_opponent_win_pct,
    next_game_is_primetime,
    opponent_rest as opponent_days_rest,
    opponent_days_to_next - 1 as opponent_next_game_days_rest,
    coalesce(opponent_next_7, 0) as opponent_games_in_next_7_days,
    lines_at as betting_lines_updated_at,
    date_diff('day', opening_date, game_date) < case when league in ('mbb', 'wbb') then 21 else 14 end as is_bootstrap,
    least(10, coalesce(stat_games_before, 0)) as window_games_expected,
    coalesce(n10, 0) as window_games_found,
    first_date as window_first_date,
    last_date as window_last_date,
    100.0 * coalesce(n10, 0) / nullif(least(10, coalesce(stat_games_before, 0)), 0) as completeness_pct,
    concat_ws(
        ',',
        case when rest is null then 'history:FIRST_GAME' when coalesce(n10, 0) < 3 then 'history:SHORT_HISTORY' when known10 < n10 then 'history:UPSTREAM_NULL' end,
        case when spread is null or total is null or open_spread is null or open_total is null then
            case when after_tipoff_only = 1 then 'lines:AFTER_TIPOFF_ONLY' else 'lines:NOT_COLLECTED' end
        end,
        case when book_conflict then 'lines:BOOK_CONFLICT' end,
        case when players_out is null then
            case
                when coverage = 'AFTER_TIPOFF_ONLY' then 'injuries:AFTER_TIPOFF_ONLY'
                when source = 'espn' then 'injuries:NOT_COLLECTED'
                else 'injuries:NO_SOURCE'
            end
        end,
        case
            when travel_reason is not null then concat('travel:', travel_reason)
            when miles_traveled_last_14_days is null then 'travel:UPSTREAM_NULL'
        end,
        case when next_game_is_primetime is null then 'forward:NO_BROADCAST' end,
        'forward:SCHEDULE_NOT_VERSIONED'
    ) as missing
from joined
