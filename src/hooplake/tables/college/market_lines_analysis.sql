-- Every provider's line of every game that was played, beside what came of it. A push is neither won nor lost.
with played as (
    select
        line.*,
        game.game_date,
        game.home_team_id,
        game.away_team_id,
        game.home_pts as home_score,
        game.away_pts as away_score,
        game.home_pts + game.away_pts as total_points,
        game.home_pts - game.away_pts as home_margin,
        game.conference_game,
        game.neutral_site,
        game.home_pts - game.away_pts + line.spread as ats_margin,
        game.home_pts + game.away_pts - line.over_under as total_vs_line,
        case
            when line.home_moneyline < 0 then -line.home_moneyline / (100.0 - line.home_moneyline)
            else 100.0 / (100.0 + line.home_moneyline)
        end as home_implied_prob,
        case
            when line.away_moneyline < 0 then -line.away_moneyline / (100.0 - line.away_moneyline)
            else 100.0 / (100.0 + line.away_moneyline)
        end as away_implied_prob
    from silver.cbbd_fct_lines line
    join silver.cbbd_fct_games game on game.game_id = line.game_id
    where game.is_final
)
select
    played.season,
    played.game_id,
    played.game_date,
    played.provider,
    coalesce(home.school, home_name.school) as home_team,
    coalesce(away.school, away_name.school) as away_team,
    home.conference as home_conference,
    away.conference as away_conference,
    played.spread,
    played.over_under,
    played.home_moneyline,
    played.away_moneyline,
    played.home_score,
    played.away_score,
    played.total_points,
    played.home_margin,
    case when home_margin <> 0 then home_margin > 0 end as home_win,
    played.ats_margin,
    case when ats_margin <> 0 then ats_margin > 0 end as home_covered,
    played.total_vs_line,
    case when total_vs_line <> 0 then total_vs_line > 0 end as over_hit,
    abs(ats_margin) as spread_error,
    case when ats_margin > 0 then 'home' when ats_margin < 0 then 'away' when ats_margin = 0 then 'push' end as ats_result,
    case
        when total_vs_line > 0 then 'over' when total_vs_line < 0 then 'under' when total_vs_line = 0 then 'push'
    end as ou_result,
    abs(total_vs_line) as total_error,
    played.home_implied_prob,
    played.away_implied_prob,
    home_implied_prob + away_implied_prob - 1 as overround,
    played.spread_open,
    played.over_under_open,
    played.spread - played.spread_open as spread_move,
    played.over_under - played.over_under_open as total_move,
    played.told_on,
    played.told_before_game,
    played.spread_is_pickem,
    played.sign_suspect,
    coalesce(line.spread_provider = played.provider, false) as is_line_of_game,
    played.conference_game,
    played.neutral_site
from played
left join silver.cbbd_game_lines line on line.game_id = played.game_id
left join silver.cbbd_dim_team_seasons home on home.team_id = played.home_team_id
left join silver.cbbd_dim_team_seasons away on away.team_id = played.away_team_id
left join silver.cbbd_dim_teams home_name on home_name.team_id = played.home_team_id
left join silver.cbbd_dim_teams away_name on away_name.team_id = played.away_team_id
