-- Sums over windows are differences of running sums: the window's length is a rule of the league.
with rules as (
    select
        case when league in ('nba') then 15 else 10 end as window_games,
        case when league = 'nba' then 15 when league = 'wnba' then 10 else 8 end as least_games,
        case when league = 'nba' then 10 when league = 'wnba' then 4 else 60 end as least_teams,
        case when league in ('mbb', 'wbb') then 21 else 14 end as bootstrap_days,
        max(regulation_seconds) as regulation_seconds,
        min(case when counts_stats and expected then game_date end) as opening_date
    from silver.fct_schedule
    group by league
),
due as (
    select distinct s.league, s.source, s.season, s.game_date, x.team_id, x.abbr
    from silver.fct_schedule as s
    inner join (
        select game_id, home_team_id as team_id, home_abbr as abbr from silver.fct_schedule where expected
        union all
        select game_id, away_team_id as team_id, away_abbr as abbr from silver.fct_schedule where expected
    ) as x on x.game_id = s.game_id
    cross join rules as r
    where $include_bootstrap or date_diff('day', r.opening_date, s.game_date) >= r.bootstrap_days
),
games as (
    select
        d.*,
        d.opp_paint_attempts is not null as zoned,
        d.blocks_paint is not null as blocks_known,
        100 * (d.opp_fg_attempts - d.opp_offensive_rebounds + d.turnovers_forced) + 44 * d.opp_ft_attempts as o_poss100,
        100 * (t.fg_attempts - t.offensive_rebounds + t.turnovers) + 44 * t.ft_attempts as poss100,
        60 * d.game_minutes as game_seconds
    from gold.team_defense_game_summary as d
    inner join gold.team_offense_game_summary as t on t.game_id = d.game_id and t.team_id = d.team_id
    where d.season_type in ('regular', 'playin', 'playoff')
),
running as (
    select
        team_id,
        game_date,
        lead(game_date) over (partition by team_id order by game_date, game_id) as until_date,
        row_number() over (partition by team_id order by game_date, game_id) as n,
        sum(points_allowed) over (partition by team_id order by game_date, game_id rows between unbounded preceding and current row) as points,
        sum(o_poss100) over (partition by team_id order by game_date, game_id rows between unbounded preceding and current row) as o_poss,
        sum(poss100) over (partition by team_id order by game_date, game_id rows between unbounded preceding and current row) as poss,
        count(poss100 + o_poss100) over (partition by team_id order by game_date, game_id rows between unbounded preceding and current row) as known,
        sum(game_seconds) over (partition by team_id order by game_date, game_id rows between unbounded preceding and current row) as seconds,
        sum(case when zoned then 1 else 0 end) over (partition by team_id order by game_date, game_id rows between unbounded preceding and current row) as zone_games,
        sum(opp_paint_attempts) over (partition by team_id order by game_date, game_id rows between unbounded preceding and current row) as paint,
        sum(opp_paint_makes) over (partition by team_id order by game_date, game_id rows between unbounded preceding and current row) as paint_made,
        sum(opp_mid_range_attempts) over (partition by team_id order by game_date, game_id rows between unbounded preceding and current row) as mid,
        sum(opp_mid_range_makes) over (partition by team_id order by game_date, game_id rows between unbounded preceding and current row) as mid_made,
        sum(opp_three_attempts) over (partition by team_id order by game_date, game_id rows between unbounded preceding and current row) as three,
        sum(opp_three_makes) over (partition by team_id order by game_date, game_id rows between unbounded preceding and current row) as three_made,
        sum(case when blocks_known then 1 else 0 end) over (partition by team_id order by game_date, game_id rows between unbounded preceding and current row) as block_games,
        sum(blocks_paint) over (partition by team_id order by game_date, game_id rows between unbounded preceding and current row) as paint_blocks,
        sum(blocks_mid_range) over (partition by team_id order by game_date, game_id rows between unbounded preceding and current row) as mid_blocks,
        sum(blocks_three_pt) over (partition by team_id order by game_date, game_id rows between unbounded preceding and current row) as three_blocks
    from games
),
-- the league over the 30 days before a date
daily as (
    select
        game_date,
        sum(opp_paint_attempts) as paint, sum(opp_paint_makes) as paint_made,
        sum(opp_mid_range_attempts) as mid, sum(opp_mid_range_makes) as mid_made,
        sum(opp_three_attempts) as three, sum(opp_three_makes) as three_made
    from games
    group by game_date
),
dates as (
    select distinct game_date from due
),
league_sums as (
    select
        d.game_date,
        sum(x.paint) as paint, sum(x.paint_made) as paint_made,
        sum(x.mid) as mid, sum(x.mid_made) as mid_made,
        sum(x.three) as three, sum(x.three_made) as three_made
    from dates as d
    inner join daily as x on x.game_date < d.game_date and x.game_date >= d.game_date - 30
    group by d.game_date
),
team_counts as (
    select d.game_date, g.team_id, count(*) as games
    from dates as d
    inner join games as g on g.game_date < d.game_date and g.game_date >= d.game_date - 30
    group by d.game_date, g.team_id
),
league_teams as (
    select game_date, count(*) as teams
    from team_counts
    where games >= 3
    group by game_date
),
joined as (
    select
        d.*,
        r.window_games,
        r.regulation_seconds,
        least(a.n, r.window_games) as games,
        case when coalesce(t.teams, 0) >= r.least_teams then l.paint_made / nullif(1.0 * l.paint, 0) end as league_paint,
        case when coalesce(t.teams, 0) >= r.least_teams then l.mid_made / nullif(1.0 * l.mid, 0) end as league_mid,
        case when coalesce(t.teams, 0) >= r.least_teams then l.three_made / nullif(1.0 * l.three, 0) end as league_three,
        a.points - coalesce(b.points, 0) as points,
        a.o_poss - coalesce(b.o_poss, 0) as o_poss,
        a.poss - coalesce(b.poss, 0) as poss,
        a.known - coalesce(b.known, 0) as known,
        a.seconds - coalesce(b.seconds, 0) as seconds,
        a.zone_games - coalesce(b.zone_games, 0) as zone_games,
        coalesce(a.paint, 0) - coalesce(b.paint, 0) as paint,
        coalesce(a.paint_made, 0) - coalesce(b.paint_made, 0) as paint_made,
        coalesce(a.mid, 0) - coalesce(b.mid, 0) as mid,
        coalesce(a.mid_made, 0) - coalesce(b.mid_made, 0) as mid_made,
        coalesce(a.three, 0) - coalesce(b.three, 0) as three,
        coalesce(a.three_made, 0) - coalesce(b.three_made, 0) as three_made,
        a.block_games - coalesce(b.block_games, 0) as block_games,
        coalesce(a.paint_blocks, 0) - coalesce(b.paint_blocks, 0) as paint_blocks,
        coalesce(a.mid_blocks, 0) - coalesce(b.mid_blocks, 0) as mid_blocks,
        coalesce(a.three_blocks, 0) - coalesce(b.three_blocks, 0) as three_blocks,
        a.game_date as last_date,
        c.game_date as first_date
    from due as d
    cross join rules as r
    inner join running as a
        on a.team_id = d.team_id and a.game_date < d.game_date and (a.until_date is null or a.until_date >= d.game_date)
        and a.n >= r.least_games
    left join running as b on b.team_id = a.team_id and b.n = a.n - r.window_games
    left join running as c on c.team_id = a.team_id and c.n = a.n - least(a.n, r.window_games) + 1
    left join league_sums as l on l.game_date = d.game_date
    left join league_teams as t on t.game_date = d.game_date
),
measured as (
    select
        *,
        5 * zone_games >= 4 * games and zone_games > 0 as zones_known,
        5 * block_games >= 4 * games and block_games > 0 as blocks_known,
        case when 5 * zone_games >= 4 * games then paint_made / nullif(1.0 * paint, 0) end as paint_pct,
        case when 5 * zone_games >= 4 * games then mid_made / nullif(1.0 * mid, 0) end as mid_pct,
        case when 5 * zone_games >= 4 * games then three_made / nullif(1.0 * three, 0) end as three_pct
    from joined
),
compared as (
    select
        *,
        100 * (paint_pct - league_paint) as paint_diff,
        100 * (mid_pct - league_mid) as mid_diff,
        100 * (three_pct - league_three) as three_diff
    from measured
)
select
    league, source, season, game_date, team_id,
    abbr as team_abbr,
    paint_pct as paint_pct_allowed_last_15,
    mid_pct as mid_range_pct_allowed_last_15,
    three_pct as three_pt_pct_allowed_last_15,
    case when zones_known then paint / (1.0 * zone_games) end as paint_attempts_allowed_per_game,
    case when zones_known then mid / (1.0 * zone_games) end as mid_range_attempts_allowed_per_game,
    case when zones_known then three / (1.0 * zone_games) end as three_pt_attempts_allowed_per_game,
    case when zones_known then 2 * paint_made / (1.0 * zone_games) end as paint_points_allowed_per_game,
    case when blocks_known then paint_blocks / (1.0 * block_games) end as paint_blocks_per_game,
    case when blocks_known then mid_blocks / (1.0 * block_games) end as mid_range_blocks_per_game,
    case when blocks_known then three_blocks / (1.0 * block_games) end as three_pt_blocks_per_game,
    paint_diff as paint_defense_vs_league_avg,
    mid_diff as mid_range_defense_vs_league_avg,
    three_diff as three_pt_defense_vs_league_avg,
    league_paint as league_paint_pct,
    league_mid as league_mid_range_pct,
    league_three as league_three_pt_pct,
    case when known = games then 10000.0 * points / nullif(o_poss, 0) end as defensive_rating_last_15,
    points / (1.0 * games) as opponent_points_per_game,
    case when known = games then (regulation_seconds * (poss + o_poss)) / nullif(200.0 * seconds, 0) end as opponent_pace,
    games as games_in_sample,
    zone_games as zone_games_in_sample,
    case
        when paint_diff is null or mid_diff is null or three_diff is null then null
        when paint_diff <= mid_diff and paint_diff <= three_diff then 'paint'
        when mid_diff <= three_diff then 'mid_range'
        else 'three'
    end as strongest_zone,
    case
        when paint_diff is null or mid_diff is null or three_diff is null then null
        when paint_diff >= mid_diff and paint_diff >= three_diff then 'paint'
        when mid_diff >= three_diff then 'mid_range'
        else 'three'
    end as weakest_zone,
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
        case when not zones_known then case when zone_games = 0 then 'zones:UPSTREAM_NULL' else 'zones:INCOMPLETE_SHOTS' end end,
        case when zones_known and not blocks_known then 'zones:UPSTREAM_NULL' end,
        case when not zones_known then 'league_avg:UPSTREAM_NULL' when league_paint is null then 'league_avg:LEAGUE_SAMPLE_SMALL' end,
        case when known < games then 'box:UPSTREAM_NULL' end
    ) as missing
from compared
