-- Sums over windows are differences of running sums: the window's length is a rule of the league.
with rules as (
    select
        case when league in ('nba', 'wnba') then 10 else 8 end as window_games,
        case when league = 'nba' then 10 when league = 'wnba' then 8 else 6 end as least_games,
        case when league in ('nba', 'wnba') then 20 else 16 end as trend_games,
        case when league = 'nba' then 15 else 12 end as least_trend,
        case when league in ('mbb', 'wbb') then 21 else 14 end as bootstrap_days,
        min(case when counts_stats and expected then game_date end) as opening_date
    from silver.fct_schedule
    group by league
),
due as (
    select u.league, u.source, u.season, u.game_date, u.player_id, min(u.player_lookup) as player_lookup, min(u.team_id) as team_id
    from gold.upcoming_player_game_context as u
    cross join rules as r
    where $include_bootstrap or date_diff('day', r.opening_date, u.game_date) >= r.bootstrap_days
    group by u.league, u.source, u.season, u.game_date, u.player_id
),
games as (
    select
        *,
        case when has_complete_shot_zones then 1 else 0 end as zoned,
        case when assisted_fg_makes is not null then 1 else 0 end as split,
        row_number() over (partition by player_id order by game_date, game_id) as n,
        sum(case when game_date < (select min(game_date) from due) then 1 else 0 end) over (partition by player_id) as n_before
    from gold.player_game_summary
    where not is_dnp and seconds_played > 0 and season_type in ('regular', 'playin', 'playoff')
),
-- of a difference that reaches back twenty games, the games before those are in both sums
latest as (
    select *
    from games
    where n >= n_before - 20
),
running as (
    select
        player_id,
        game_date,
        lead(game_date) over (partition by player_id order by game_date, game_id) as until_date,
        n,
        sum(zoned) over (partition by player_id order by game_date, game_id rows between unbounded preceding and current row) as zone_games,
        sum(coalesce(paint_attempts, 0)) over (partition by player_id order by game_date, game_id rows between unbounded preceding and current row) as paint,
        sum(coalesce(paint_makes, 0)) over (partition by player_id order by game_date, game_id rows between unbounded preceding and current row) as paint_made,
        sum(coalesce(mid_range_attempts, 0)) over (partition by player_id order by game_date, game_id rows between unbounded preceding and current row) as mids,
        sum(coalesce(mid_range_makes, 0)) over (partition by player_id order by game_date, game_id rows between unbounded preceding and current row) as mids_made,
        sum(coalesce(three_attempts_pbp, 0)) over (partition by player_id order by game_date, game_id rows between unbounded preceding and current row) as threes,
        sum(coalesce(three_makes_pbp, 0)) over (partition by player_id order by game_date, game_id rows between unbounded preceding and current row) as threes_made,
        sum(split) over (partition by player_id order by game_date, game_id rows between unbounded preceding and current row) as split_games,
        sum(coalesce(assisted_fg_makes, 0)) over (partition by player_id order by game_date, game_id rows between unbounded preceding and current row) as assisted,
        sum(coalesce(unassisted_fg_makes, 0)) over (partition by player_id order by game_date, game_id rows between unbounded preceding and current row) as unassisted
    from latest
),
joined as (
    select
        d.*,
        r.window_games, r.least_games, r.trend_games, r.least_trend,
        least(a.n, r.window_games) as games,
        a.game_date as last_date,
        c.game_date as first_date,
        a.zone_games - coalesce(b.zone_games, 0) as zone_games,
        a.paint - coalesce(b.paint, 0) as paint,
        a.paint_made - coalesce(b.paint_made, 0) as paint_made,
        a.mids - coalesce(b.mids, 0) as mids,
        a.mids_made - coalesce(b.mids_made, 0) as mids_made,
        a.threes - coalesce(b.threes, 0) as threes,
        a.threes_made - coalesce(b.threes_made, 0) as threes_made,
        a.split_games - coalesce(b.split_games, 0) as split_games,
        a.assisted - coalesce(b.assisted, 0) as assisted,
        a.unassisted - coalesce(b.unassisted, 0) as unassisted,
        a.zone_games - coalesce(e.zone_games, 0) as trend_zone_games,
        a.paint - coalesce(e.paint, 0) as trend_paint,
        a.paint_made - coalesce(e.paint_made, 0) as trend_paint_made,
        a.mids - coalesce(e.mids, 0) as trend_mids,
        a.threes - coalesce(e.threes, 0) as trend_threes
    from due as d
    cross join rules as r
    inner join running as a
        on a.player_id = d.player_id and a.game_date < d.game_date
        and (a.until_date is null or a.until_date >= d.game_date) and a.n >= r.least_games
    left join running as b on b.player_id = a.player_id and b.n = a.n - r.window_games
    left join running as e on e.player_id = a.player_id and e.n = a.n - r.trend_games
    left join running as c on c.player_id = a.player_id and c.n = a.n - least(a.n, r.window_games) + 1
),
measured as (
    select
        *,
        paint + mids + threes as shots,
        trend_paint + trend_mids + trend_threes as trend_shots,
        zone_games >= least_games and paint + mids + threes > 0 as zones_known,
        trend_zone_games >= least_trend and trend_paint + trend_mids + trend_threes > 0 as trend_known
    from joined
)
select
    league, source, season, game_date, player_id, player_lookup, team_id,
    case when zones_known then 100.0 * paint / shots end as paint_rate_last_10,
    case when zones_known then 100.0 * mids / shots end as mid_range_rate_last_10,
    case when zones_known then 100.0 * threes / shots end as three_pt_rate_last_10,
    case when zone_games >= least_games then paint_made / nullif(1.0 * paint, 0) end as paint_pct_last_10,
    case when zone_games >= least_games then mids_made / nullif(1.0 * mids, 0) end as mid_range_pct_last_10,
    case when zone_games >= least_games then threes_made / nullif(1.0 * threes, 0) end as three_pt_pct_last_10,
    case when zones_known then paint / (1.0 * zone_games) end as paint_attempts_per_game,
    case when zones_known then mids / (1.0 * zone_games) end as mid_range_attempts_per_game,
    case when zones_known then threes / (1.0 * zone_games) end as three_pt_attempts_per_game,
    shots as total_shots_last_10,
    zone_games as games_in_sample_10,
    trend_zone_games as games_in_sample_20,
    case
        when zone_games >= window_games then 'excellent'
        when 10 * zone_games >= 7 * window_games then 'good'
        when 2 * zone_games >= window_games then 'limited'
        else 'insufficient'
    end as sample_quality_10,
    case
        when trend_zone_games >= trend_games then 'excellent'
        when 10 * trend_zone_games >= 7 * trend_games then 'good'
        when 2 * trend_zone_games >= trend_games then 'limited'
        else 'insufficient'
    end as sample_quality_20,
    case when trend_known then 100.0 * trend_paint / trend_shots end as paint_rate_last_20,
    case when trend_known then 100.0 * trend_mids / trend_shots end as mid_range_rate_last_20,
    case when trend_known then 100.0 * trend_threes / trend_shots end as three_pt_rate_last_20,
    case when trend_known then trend_paint_made / nullif(1.0 * trend_paint, 0) end as paint_pct_last_20,
    case when split_games = games then 100.0 * assisted / nullif(assisted + unassisted, 0) end as assisted_rate_last_10,
    case when split_games = games then 100.0 * unassisted / nullif(assisted + unassisted, 0) end as unassisted_rate_last_10,
    cast(null as varchar) as player_position,
    case
        when not zones_known then null
        when 100 * paint >= 40 * shots then 'paint'
        when 100 * threes >= 40 * shots then 'perimeter'
        when 100 * mids >= 35 * shots then 'mid_range'
        else 'balanced'
    end as primary_scoring_zone,
    games < window_games or date_diff('day', (select opening_date from rules), game_date) < (select bootstrap_days from rules) as early_season_flag,
    date_diff('day', (select opening_date from rules), game_date) < (select bootstrap_days from rules) as is_bootstrap,
    case when zone_games < games then concat('zones in ', cast(zone_games as varchar), ' of ', cast(games as varchar), ' games') end as calculation_notes,
    window_games as window_games_expected,
    games as window_games_found,
    first_date as window_first_date,
    last_date as window_last_date,
    100.0 * games / window_games as completeness_pct,
    concat_ws(
        ',',
        case when not zones_known then case when zone_games = 0 then 'zones:UPSTREAM_NULL' when zone_games < least_games then 'zones:INCOMPLETE_SHOTS' else 'zones:ZERO_DENOMINATOR' end end,
        case when zone_games < least_games then 'zone_pct:UPSTREAM_NULL' when paint = 0 or mids = 0 or threes = 0 then 'zone_pct:ZERO_DENOMINATOR' end,
        case when not trend_known then 'trend:SHORT_HISTORY' when trend_paint = 0 then 'trend:ZERO_DENOMINATOR' end,
        case when split_games < games then 'assists_split:NO_PLAYS' when assisted + unassisted = 0 then 'assists_split:ZERO_DENOMINATOR' end
    ) as missing
from measured
