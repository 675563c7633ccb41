-- Each factor is one division of whole numbers: hundredths of rates, tenths of minutes.
with rules as (
    select
        case when league = 'nba' then 10 when league = 'wnba' then 4 else 60 end as least_teams,
        case when league in ('mbb', 'wbb') then 21 else 14 end as bootstrap_days,
        case league when 'nba' then 240 when 'wnba' then 200 else 120 end as heavy_minutes,
        case league when 'nba' then 35 when 'wnba' then 32 else 34 end as heavy_game,
        min(case when counts_stats and expected then game_date end) as opening_date
    from silver.fct_schedule
    group by league
),
due as (
    select u.*, r.heavy_minutes, r.heavy_game, r.least_teams
    from gold.upcoming_player_game_context as u
    cross join rules as r
    where $include_bootstrap or date_diff('day', r.opening_date, u.game_date) >= r.bootstrap_days
),
dates as (
    select distinct game_date from due
),
games as (
    select
        game_date, team_id, points_scored,
        100 * (fg_attempts - offensive_rebounds + turnovers) + 44 * ft_attempts as poss100
    from gold.team_offense_game_summary
    where season_type in ('regular', 'playin', 'playoff')
),
team_counts as (
    select d.game_date, g.team_id, count(*) as games, sum(case when g.poss100 is not null then g.points_scored end) as points, sum(g.poss100) as poss
    from dates as d
    inner join games as g on g.game_date < d.game_date and g.game_date >= d.game_date - 30
    group by d.game_date, g.team_id
),
league_days as (
    select game_date, sum(points) as points, sum(poss) as poss, sum(case when games >= 3 then 1 else 0 end) as teams
    from team_counts
    group by game_date
),
joined as (
    select
        d.*,
        z.primary_scoring_zone as zone,
        cast(round(100 * z.paint_rate_last_10) as bigint) as paint,
        cast(round(100 * z.mid_range_rate_last_10) as bigint) as mids,
        cast(round(100 * z.three_pt_rate_last_10) as bigint) as threes,
        cast(round(100 * t.paint_defense_vs_league_avg) as bigint) as paint_gap,
        cast(round(100 * t.mid_range_defense_vs_league_avg) as bigint) as mids_gap,
        cast(round(100 * t.three_pt_defense_vs_league_avg) as bigint) as threes_gap,
        z.player_id is null as no_zones,
        t.team_id is null as no_defense,
        c.usage_rate_last_10,
        case when l.teams >= d.least_teams then 10000.0 * l.points / nullif(l.poss, 0) end as league_rating
    from due as d
    left join gold.player_shot_zone_analysis as z on z.game_date = d.game_date and z.player_id = d.player_id
    left join gold.team_defense_zone_analysis as t on t.game_date = d.game_date and t.team_id = d.opponent_team_id
    left join gold.player_daily_cache as c on c.game_date = d.game_date and c.player_id = d.player_id
    left join league_days as l on l.game_date = d.game_date
),
raw_scores as (
    select
        *,
        case
            when minutes_in_last_14_days is not null
            then 100
                + case when back_to_back then -15 when days_rest >= 2 then 5 else 0 end
                + case when games_in_last_7_days >= 4 then -10 else 0 end
                + case when minutes_in_last_7_days > heavy_minutes then -10 else 0 end
                + case when avg_minutes_per_game_last_7 > heavy_game then -8 else 0 end
                + case when back_to_backs_last_14_days >= 2 then -12 when back_to_backs_last_14_days = 1 then -5 else 0 end
                + case
                    when league not in ('nba', 'wnba') then 0
                    when player_age >= case league when 'nba' then 35 else 34 end then -10
                    when player_age >= 30 then -5
                    else 0
                end
        end as freshness,
        -- millionths of percentage points
        case zone
            when 'balanced' then paint * paint_gap + mids * mids_gap + threes * threes_gap
            when 'paint' then 2 * paint_gap * least(paint, 5000)
            when 'perimeter' then 2 * threes_gap * least(threes, 5000)
            when 'mid_range' then 2 * mids_gap * least(mids, 5000)
        end as mismatch_millionths
    from joined
),
-- least and greatest pass over NULL, so a limit is put only to what is known
factors as (
    select
        *,
        case when freshness is not null then least(100, greatest(0, freshness)) end as fatigue,
        case
            when mismatch_millionths is not null
            then least(
                10.0,
                greatest(
                    -10.0,
                    case
                        when abs(mismatch_millionths) > 5000000 then 12 * mismatch_millionths / 10000000.0
                        else mismatch_millionths / 1000000.0
                    end
                )
            )
        end as mismatch,
        case when pace_differential is not null then least(3.0, greatest(-3.0, pace_differential / 2)) end as pace,
        case
            when projected_usage_rate is not null and usage_rate_last_10 is not null
            then least(3.0, greatest(-3.0, 3 * (round(100 * projected_usage_rate) - round(100 * usage_rate_last_10)) / 1000.0))
        end as spike,
        case
            when opponent_def_rating_last_10 is not null and league_rating is not null
            then least(3.0, greatest(-3.0, (opponent_def_rating_last_10 - league_rating) / 2))
        end as strength,
        case
            when travel_miles is not null and time_zone_changes is not null
            then least(
                0.0,
                greatest(
                    -3.0,
                    -(
                        2 * travel_miles + 1000 * time_zone_changes
                        + case when back_to_back and travel_miles >= 500 then 2000 else 0 end
                        + 1000 * greatest(0, consecutive_road_games - 3)
                    ) / 4000.0
                )
            )
        end as travel,
        case
            when next_game_days_rest is null and games_in_next_7_days > 0 then null
            else -(
                case when next_game_days_rest = 0 then 10 else 0 end
                + case when games_in_next_7_days >= 4 then 5 else 0 end
                + case when next_opponent_win_pct >= 0.6 then 5 else 0 end
            ) / 10.0
        end as pressure
    from raw_scores
),
summed as (
    select
        *,
        fatigue is not null and mismatch is not null and pace is not null and spike is not null as core,
        (fatigue - 100) / 20.0 + mismatch + pace + spike + coalesce(strength, 0) + coalesce(travel, 0) + coalesce(pressure, 0) as total
    from factors
)
select
    league, source, season, game_date, game_id, player_id, player_lookup, team_id, opponent_team_id,
    fatigue as fatigue_score,
    mismatch as shot_zone_mismatch_score,
    pace as pace_score,
    spike as usage_spike_score,
    strength as opponent_strength_score,
    travel as travel_impact_score,
    pressure as look_ahead_pressure_score,
    cast(null as double) as referee_favorability_score,
    core as core_factors_present,
    string_split(
        concat_ws(
            ',',
            case when fatigue is not null then 'fatigue' end,
            case when pressure is not null then 'look_ahead_pressure' end,
            case when strength is not null then 'opponent_strength' end,
            case when pace is not null then 'pace' end,
            case when mismatch is not null then 'shot_zone_mismatch' end,
            case when travel is not null then 'travel_impact' end,
            case when spike is not null then 'usage_spike' end
        ),
        ','
    ) as factors_used,
    case when core then total end as total_composite_adjustment,
    concat('{"days_rest":', coalesce(cast(days_rest as varchar), 'null'), ',"games_7":', cast(games_in_last_7_days as varchar), ',"minutes_7":', coalesce(cast(minutes_in_last_7_days as varchar), 'null'), ',"back_to_backs_14":', cast(back_to_backs_last_14_days as varchar), '}') as fatigue_context_json,
    concat('{"zone":', coalesce(concat('"', zone, '"'), 'null'), ',"gaps":[', coalesce(cast(paint_gap as varchar), 'null'), ',', coalesce(cast(mids_gap as varchar), 'null'), ',', coalesce(cast(threes_gap as varchar), 'null'), ']}') as shot_zone_context_json,
    concat('{"pace_differential":', coalesce(cast(pace_differential as varchar), 'null'), '}') as pace_context_json,
    concat('{"projected":', coalesce(cast(projected_usage_rate as varchar), 'null'), ',"usage_10":', coalesce(cast(usage_rate_last_10 as varchar), 'null'), '}') as usage_context_json,
    'v2_8factors' as calculation_version,
    l10_games_used < 10 or date_diff('day', (select opening_date from rules), game_date) < (select bootstrap_days from rules) as early_season_flag,
    date_diff('day', (select opening_date from rules), game_date) < (select bootstrap_days from rules) as is_bootstrap,
    case
        when fatigue is null then 'minutes:UPSTREAM_NULL'
        when no_zones or no_defense then 'mismatch:SHORT_HISTORY'
        when mismatch is null then 'mismatch:UPSTREAM_NULL'
        when pace is null then 'pace:UPSTREAM_NULL'
        when spike is null then 'usage_spike:UPSTREAM_NULL'
    end as insufficient_data_reason,
    string_split(
        concat_ws(
            ',',
            case when fatigue is null then 'fatigue' end,
            case when pressure is null then 'look_ahead_pressure' end,
            case when strength is null then 'opponent_strength' end,
            case when pace is null then 'pace' end,
            'referee_favorability',
            case when mismatch is null then 'shot_zone_mismatch' end,
            case when travel is null then 'travel_impact' end,
            case when spike is null then 'usage_spike' end
        ),
        ','
    ) as missing_data_fields,
    coalesce(fatigue < 50, false) or coalesce(abs(mismatch) > 8, false) or coalesce(core and abs(total) > 12, false) as has_warnings,
    string_split(
        concat_ws(
            ',',
            case when fatigue < 50 then 'EXTREME_FATIGUE' end,
            case when abs(mismatch) > 8 then 'EXTREME_MISMATCH' end,
            case when core and abs(total) > 12 then 'EXTREME_TOTAL' end
        ),
        ','
    ) as warning_details,
    window_games_expected, window_games_found, window_first_date, window_last_date,
    concat_ws(
        ',',
        case when fatigue is null then 'minutes:UPSTREAM_NULL' end,
        case when no_zones or no_defense then 'mismatch:SHORT_HISTORY' when mismatch is null then 'mismatch:UPSTREAM_NULL' end,
        case when pace is null then 'pace:UPSTREAM_NULL' end,
        case when spike is null then case when projected_usage_rate is null then 'usage_spike:UPSTREAM_NULL' else 'usage_spike:SHORT_HISTORY' end end,
        case when strength is null then case when opponent_def_rating_last_10 is null then 'opponent_strength:UPSTREAM_NULL' else 'opponent_strength:LEAGUE_SAMPLE_SMALL' end end,
        case when travel is null then 'travel:UPSTREAM_NULL' end,
        case when pressure is null then 'forward:UPSTREAM_NULL' end,
        case when not core then 'total:UPSTREAM_NULL' end,
        'referees:NOT_DERIVED'
    ) as missing
from summed
