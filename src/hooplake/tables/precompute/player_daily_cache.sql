with rules as (
    select
        case when league in ('nba', 'wnba') then 5 else 4 end as least_games,
        case when league = 'nba' then 10 when league = 'wnba' then 8 else 6 end as full_games,
        case when league in ('mbb', 'wbb') then 21 else 14 end as bootstrap_days,
        min(case when counts_stats and expected then game_date end) as opening_date
    from silver.fct_schedule
    group by league
),
-- the last date on which a break of five days or more ended
breaks as (
    select
        game_date,
        max(case when date_diff('day', previous_date, game_date) >= 6 then game_date end) over (
            order by game_date rows between unbounded preceding and current row
        ) as resumed
    from (
        select game_date, lag(game_date) over (order by game_date) as previous_date
        from (select distinct game_date from silver.fct_schedule where expected) as dates
    ) as gaps
),
due as (
    select
        u.*,
        r.least_games,
        r.full_games,
        b.resumed,
        row_number() over (partition by u.game_date, u.player_id order by u.game_id) as place
    from gold.upcoming_player_game_context as u
    cross join rules as r
    left join breaks as b on b.game_date = u.game_date
    where $include_bootstrap or date_diff('day', r.opening_date, u.game_date) >= r.bootstrap_days
),
stats as (
    select
        *,
        row_number() over (partition by player_id order by game_date, game_id) as games,
        sum(case when game_date < (select min(game_date) from due) then 1 else 0 end) over (partition by player_id) as games_before,
        case when usage_rate_valid then 1 else 0 end as valid,
        case when usage_rate_valid then cast(round(100 * usage_rate) as bigint) * seconds_played end as used,
        case when usage_rate_valid then seconds_played end as used_seconds
    from gold.player_game_summary
    where not is_dnp and seconds_played > 0 and season_type in ('regular', 'playin', 'playoff')
),
-- windows of ten games reach no further back than ten games before the first date that is asked for; of the games before
-- those it is enough to know their sums
earlier as (
    select
        player_id, sum(points) as points, sum(valid) as valid, sum(used) as used, sum(used_seconds) as used_seconds
    from stats
    where games <= games_before - 10
    group by player_id
),
latest as (
    select
        s.*, e.points as earlier_points, e.valid as earlier_valid, e.used as earlier_used,
        e.used_seconds as earlier_used_seconds
    from stats as s
    left join earlier as e on e.player_id = s.player_id
    where s.games > s.games_before - 10
),
totals as (
    select
        *,
        coalesce(earlier_points + sum(points) over (partition by player_id order by game_date, game_id rows between unbounded preceding and current row), earlier_points, sum(points) over (partition by player_id order by game_date, game_id rows between unbounded preceding and current row)) as points_all,
        coalesce(earlier_valid + sum(valid) over (partition by player_id order by game_date, game_id rows between unbounded preceding and current row), earlier_valid, sum(valid) over (partition by player_id order by game_date, game_id rows between unbounded preceding and current row)) as valid_all,
        coalesce(earlier_used + sum(used) over (partition by player_id order by game_date, game_id rows between unbounded preceding and current row), earlier_used, sum(used) over (partition by player_id order by game_date, game_id rows between unbounded preceding and current row)) as used_all,
        coalesce(earlier_used_seconds + sum(used_seconds) over (partition by player_id order by game_date, game_id rows between unbounded preceding and current row), earlier_used_seconds, sum(used_seconds) over (partition by player_id order by game_date, game_id rows between unbounded preceding and current row)) as used_seconds_all
    from latest
),
form as (
    select
        player_id,
        game_date,
        lead(game_date) over (partition by player_id order by game_date, game_id) as until_date,
        games,
        min(game_date) over (partition by player_id order by game_date, game_id rows between 9 preceding and current row) as first_date,
        sum(points) over (partition by player_id order by game_date, game_id rows between 4 preceding and current row) as points_5,
        sum(points) over (partition by player_id order by game_date, game_id rows between 9 preceding and current row) as points_10,
        sum(points * points) over (partition by player_id order by game_date, game_id rows between 9 preceding and current row) as squares_10,
        points_all,
        sum(seconds_played) over (partition by player_id order by game_date, game_id rows between 9 preceding and current row) as seconds_10,
        sum(100 * fg_attempts + 44 * ft_attempts) over (partition by player_id order by game_date, game_id rows between 9 preceding and current row) as tries_10,
        sum(valid) over (partition by player_id order by game_date, game_id rows between 9 preceding and current row) as valid_10,
        sum(used) over (partition by player_id order by game_date, game_id rows between 9 preceding and current row) as used_10,
        sum(used_seconds) over (partition by player_id order by game_date, game_id rows between 9 preceding and current row) as used_seconds_10,
        valid_all,
        used_all,
        used_seconds_all
    from totals
),
team_games as (
    select team_id, game_date, game_id,
        row_number() over (partition by team_id order by game_date, game_id) as n,
        lead(game_date) over (partition by team_id order by game_date, game_id) as until_date
    from (select distinct team_id, game_date, game_id from gold.player_game_summary) as played
),
absences as (
    select d.game_id, d.player_id, count(*) as games
    from due as d
    inner join team_games as t
        on t.team_id = d.team_id and t.game_date < d.game_date and (t.until_date is null or t.until_date >= d.game_date)
    inner join gold.player_game_summary as p on p.player_id = d.player_id and p.team_id = d.team_id and p.is_dnp
    inner join team_games as g on g.team_id = p.team_id and g.game_id = p.game_id and g.n > t.n - 15 and g.n <= t.n
    group by d.game_id, d.player_id
),
joined as (
    select
        d.*,
        f.games, f.game_date as form_date, f.first_date, f.points_5, f.points_10, f.squares_10, f.points_all,
        f.seconds_10, f.tries_10, f.valid_10, f.used_10, f.used_seconds_10, f.valid_all, f.used_all,
        f.used_seconds_all,
        least(f.games, 10) as n10,
        t.team_pace_last_10, t.team_off_rating_last_10,
        z.player_id as zone_player_id, z.primary_scoring_zone, z.paint_rate_last_10, z.three_pt_rate_last_10,
        z.assisted_rate_last_10,
        coalesce(a.games, 0) as absences
    from due as d
    inner join form as f
        on f.player_id = d.player_id and f.game_date < d.game_date and (f.until_date is null or f.until_date >= d.game_date)
        and f.games >= d.least_games
        and (f.game_date >= d.game_date - 30 or d.resumed >= d.game_date - 14)
    left join gold.upcoming_team_game_context as t on t.game_id = d.game_id and t.team_id = d.team_id
    left join gold.player_shot_zone_analysis as z on z.game_date = d.game_date and z.player_id = d.player_id
    left join absences as a on a.game_id = d.game_id and a.player_id = d.player_id
    where d.place = 1
)
select
    league, source, season, game_date, player_id, player_lookup, team_id,
    case when games >= 3 then points_5 / (1.0 * least(games, 5)) end as points_avg_last_5,
    case when games >= 5 then points_10 / (1.0 * n10) end as points_avg_last_10,
    case when games >= 5 then points_all / (1.0 * games) end as points_avg_season,
    case when games >= 5 then sqrt((n10 * squares_10 - points_10 * points_10) / (1.0 * n10 * (n10 - 1))) end as points_std_last_10,
    case when games >= 5 then seconds_10 / (60.0 * n10) end as minutes_avg_last_10,
    case when valid_10 >= 5 then used_10 / nullif(100.0 * used_seconds_10, 0) end as usage_rate_last_10,
    case when valid_all >= 5 then used_all / nullif(100.0 * used_seconds_all, 0) end as player_usage_rate_season,
    100.0 * points_10 / nullif(2 * tries_10, 0) as ts_pct_last_10,
    games as games_played_season,
    absences as dnp_games_last_15,
    team_pace_last_10,
    team_off_rating_last_10,
    games_in_last_7_days, games_in_last_14_days, minutes_in_last_7_days, minutes_in_last_14_days,
    back_to_backs_last_14_days, avg_minutes_per_game_last_7, fourth_quarter_minutes_last_7,
    primary_scoring_zone, paint_rate_last_10, three_pt_rate_last_10, assisted_rate_last_10,
    player_age,
    'v1' as cache_version,
    10 as window_games_expected,
    n10 as window_games_found,
    first_date as window_first_date,
    form_date as window_last_date,
    10.0 * n10 as completeness_pct,
    date_diff('day', (select opening_date from rules), game_date) < (select bootstrap_days from rules) as is_bootstrap,
    concat_ws(
        ',',
        case when games < 5 or team_pace_last_10 is null then 'history:SHORT_HISTORY' when games_in_last_7_days = 0 then 'history:ZERO_DENOMINATOR' end,
        case when valid_10 < 5 or valid_all < 5 then 'usage:SHORT_HISTORY' end,
        case when coalesce(tries_10, 0) = 0 then 'shooting:ZERO_DENOMINATOR' end,
        case when minutes_in_last_14_days is null then 'minutes:UPSTREAM_NULL' end,
        case when fourth_quarter_minutes_last_7 is null then 'lineups:UPSTREAM_NULL' end,
        case when zone_player_id is null then 'zones:SHORT_HISTORY' when primary_scoring_zone is null or assisted_rate_last_10 is null then 'zones:UPSTREAM_NULL' end,
        case when player_age is null then 'age:UPSTREAM_NULL' end
    ) as missing
from joined
