-- The mirror of the opponent's offence: what was allowed is what it scored, by construction.
with blocked as (
    select
        game_id,
        team_id as shooting_team_id,
        count(*) as blocks,
        sum(case when shot_value = 2 and (distance <= 8 or (distance is null and regexp_matches(lower(coalesce(shot_type, '')), 'layup|lay up|dunk|tip|finger roll'))) then 1 else 0 end) as paint,
        sum(case when shot_value = 2 and distance > 8 then 1 else 0 end) as mid,
        sum(case when shot_value = 3 then 1 else 0 end) as three
    from silver.fct_shots
    where block_player_id is not null
    group by game_id, team_id
),
joined as (
    select
        t.*,
        o.points_scored as o_points, o.fg_makes as o_fgm, o.fg_attempts as o_fga, o.three_pt_makes as o_fg3m,
        o.three_pt_attempts as o_fg3a, o.ft_makes as o_ftm, o.ft_attempts as o_fta, o.offensive_rebounds as o_oreb,
        o.defensive_rebounds as o_dreb, o.rebounds as o_reb, o.assists as o_ast, o.turnovers as o_tov,
        o.team_paint_attempts as o_paint, o.team_paint_makes as o_paint_made, o.team_mid_range_attempts as o_mid,
        o.team_mid_range_makes as o_mid_made, o.team_three_attempts as o_three, o.team_three_makes as o_three_made,
        o.points_in_paint_scored as o_paint_points, o.second_chance_points_scored as o_second_chance,
        o.fast_break_points_scored as o_fast_break, o.ts_pct as o_ts, o.efg_pct as o_efg, o.ft_rate as o_ft_rate,
        100 * (o.fg_attempts - o.offensive_rebounds + o.turnovers) + 44 * o.ft_attempts as o_poss100,
        o.missing as o_missing,
        b.blocks as b_blocks,
        b.paint as b_paint,
        b.mid as b_mid,
        b.three as b_three,
        -- shots of which each has a zone, and as many blocks as in the box
        o.team_paint_attempts is not null and coalesce(b.blocks, 0) = t.blocks
            and coalesce(b.paint + b.mid + b.three, 0) = t.blocks as blocks_complete
    from gold.team_offense_game_summary as t
    inner join gold.team_offense_game_summary as o on o.game_id = t.game_id and o.team_id = t.opponent_team_id
    left join blocked as b on b.game_id = t.game_id and b.shooting_team_id = t.opponent_team_id
)
select
    league, source, season, season_type, game_date, game_id, team_id, team_abbr, opponent_team_id, opponent_team_abbr,
    home_game,
    neutral_site,
    o_points as points_allowed,
    o_fgm as opp_fg_makes,
    o_fga as opp_fg_attempts,
    o_fg3m as opp_three_pt_makes,
    o_fg3a as opp_three_pt_attempts,
    o_ftm as opp_ft_makes,
    o_fta as opp_ft_attempts,
    o_oreb as opp_offensive_rebounds,
    o_dreb as opp_defensive_rebounds,
    o_reb as opp_rebounds,
    o_ast as opp_assists,
    o_tov as turnovers_forced,
    personal_fouls as fouls_committed,
    steals,
    defensive_rebounds,
    blocks,
    o_paint as opp_paint_attempts,
    o_paint_made as opp_paint_makes,
    o_mid as opp_mid_range_attempts,
    o_mid_made as opp_mid_range_makes,
    o_three as opp_three_attempts,
    o_three_made as opp_three_makes,
    o_paint_points as points_in_paint_allowed,
    o_second_chance as second_chance_points_allowed,
    o_fast_break as fast_break_points_allowed,
    2 * o_mid_made as mid_range_points_allowed,
    3 * o_fg3m as three_pt_points_allowed,
    case when blocks_complete then coalesce(b_paint, 0) end as blocks_paint,
    case when blocks_complete then coalesce(b_mid, 0) end as blocks_mid_range,
    case when blocks_complete then coalesce(b_three, 0) end as blocks_three_pt,
    10000.0 * o_points / nullif(o_poss100, 0) as defensive_rating,
    pace as opponent_pace,
    o_ts as opponent_ts_pct,
    o_efg as opponent_efg_pct,
    o_ft_rate as opponent_ft_rate,
    overtime_periods,
    game_minutes,
    win_flag,
    margin_of_victory,
    players_inactive,
    starters_inactive,
    referee_crew_id,
    concat_ws(
        ',',
        -- the opponent's reasons are the reasons of what it was allowed; who was absent, and the officials, are the team's own
        regexp_replace(array_to_string(o_missing, ','), '(inactives|officials):[A-Z_]+', '', 'g'),
        regexp_extract(array_to_string(missing, ','), '(^|,)(box:[A-Z_]+)', 2),
        regexp_extract(array_to_string(missing, ','), '(^|,)(inactives:[A-Z_]+)', 2),
        regexp_extract(array_to_string(missing, ','), '(^|,)(officials:[A-Z_]+)', 2),
        case when not coalesce(blocks_complete, false) then
            case when o_paint is null then 'blocks_by_zone:UPSTREAM_NULL' else 'blocks_by_zone:INCOMPLETE_SHOTS' end
        end
    ) as missing
from joined
