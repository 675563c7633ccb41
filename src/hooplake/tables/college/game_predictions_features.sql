-- What was known of a game before its day: two rows per game. Labels are known only when it is over.
-- Everything but the labels comes from games of earlier dates (cbbd_fct_team_asof, ratings by date) and from the line.
with sides as (
    select
        game.*, home_team_id as team_id, away_team_id as opponent_id, true as is_home,
        home_pts as team_score, away_pts as opp_score, home_elo_start as team_elo, away_elo_start as opp_elo
    from silver.cbbd_fct_games game
    union all
    select
        game.*, away_team_id as team_id, home_team_id as opponent_id, false as is_home,
        away_pts as team_score, home_pts as opp_score, away_elo_start as team_elo, home_elo_start as opp_elo
    from silver.cbbd_fct_games game
),
wanted as (
    select
        sides.*,
        case when is_home then line.spread else -line.spread end as team_spread,
        line.over_under,
        case when is_home then line.home_moneyline else line.away_moneyline end as team_moneyline,
        case when is_home then line.away_moneyline else line.home_moneyline end as opp_moneyline,
        line.spread_provider,
        line.over_under_provider,
        line.moneyline_provider,
        line.spread_is_pickem,
        line.line_after_tip,
        case when is_final then team_score - opp_score end as margin
    from sides
    left join silver.cbbd_game_lines line on line.game_id = sides.game_id
    where sides.team_id is not null
        and sides.opponent_id is not null
        and sides.status in ('scheduled', 'in_progress', 'final')
)
select
    wanted.season,
    wanted.game_id,
    wanted.game_date,
    wanted.start_time,
    wanted.team_id,
    wanted.opponent_id,
    wanted.is_home,
    wanted.neutral_site,
    wanted.season_type,
    wanted.game_type,
    wanted.tournament,
    wanted.status,
    coalesce(team.school, team_name.school) as team_name,
    team.conference as team_conference,
    coalesce(opp.school, opp_name.school) as opp_name,
    opp.conference as opp_conference,
    wanted.conference_game as is_conference_game,
    wanted.team_spread as spread,
    wanted.over_under,
    wanted.team_moneyline,
    wanted.opp_moneyline,
    rating.adj_off as team_adj_off,
    rating.adj_def as team_adj_def,
    rating.adj_net as team_adj_net,
    opp_rating.adj_off as opp_adj_off,
    opp_rating.adj_def as opp_adj_def,
    opp_rating.adj_net as opp_adj_net,
    rating.srs as team_srs,
    opp_rating.srs as opp_srs,
    past.pts / nullif(cast(past.games as double), 0) as team_ppg,
    past.opp_pts / nullif(cast(past.games as double), 0) as team_opp_ppg,
    opp_past.pts / nullif(cast(opp_past.games as double), 0) as opp_ppg,
    opp_past.opp_pts / nullif(cast(opp_past.games as double), 0) as opp_opp_ppg,
    40 * past.poss / nullif(past.box_minutes, 0) as team_pace,
    40 * opp_past.poss / nullif(opp_past.box_minutes, 0) as opp_pace,
    (past.fgm + 0.5 * past.fg3m) / nullif(past.fga, 0) as team_efg_pct,
    (opp_past.fgm + 0.5 * opp_past.fg3m) / nullif(opp_past.fga, 0) as opp_efg_pct,
    past.tov / nullif(past.poss, 0) as team_tov_ratio,
    opp_past.tov / nullif(opp_past.poss, 0) as opp_tov_ratio,
    past.oreb / nullif(cast(past.oreb + past.opp_dreb as double), 0) as team_oreb_pct,
    opp_past.oreb / nullif(cast(opp_past.oreb + opp_past.opp_dreb as double), 0) as opp_oreb_pct,
    past.fta / nullif(cast(past.fga as double), 0) as team_ft_rate,
    opp_past.fta / nullif(cast(opp_past.fga as double), 0) as opp_ft_rate,
    past.games as team_games_before,
    opp_past.games as opp_games_before,
    wanted.game_date - past.last_game_date as team_days_rest,
    wanted.game_date - opp_past.last_game_date as opp_days_rest,
    wanted.team_elo,
    wanted.opp_elo,
    prior.adj_net as team_prior_adj_net,
    opp_prior.adj_net as opp_prior_adj_net,
    wanted.spread_provider,
    wanted.over_under_provider,
    wanted.moneyline_provider,
    wanted.spread_is_pickem,
    wanted.line_after_tip,
    greatest(past.last_game_date, opp_past.last_game_date) as features_through,
    case when wanted.is_final then wanted.team_score end as team_score,
    case when wanted.is_final then wanted.opp_score end as opp_score,
    case when wanted.margin <> 0 then wanted.margin > 0 end as team_win,
    wanted.margin as team_margin,
    case when wanted.margin + wanted.team_spread <> 0 then wanted.margin + wanted.team_spread > 0 end as team_covered,
    case
        when wanted.is_final and wanted.team_score + wanted.opp_score <> wanted.over_under
            then wanted.team_score + wanted.opp_score > wanted.over_under
    end as went_over
from wanted
left join silver.cbbd_dim_team_seasons team on team.team_id = wanted.team_id
left join silver.cbbd_dim_team_seasons opp on opp.team_id = wanted.opponent_id
left join silver.cbbd_dim_teams team_name on team_name.team_id = wanted.team_id
left join silver.cbbd_dim_teams opp_name on opp_name.team_id = wanted.opponent_id
left join silver.cbbd_fct_team_asof past on past.team_id = wanted.team_id and past.game_date = wanted.game_date
left join silver.cbbd_fct_team_asof opp_past
    on opp_past.team_id = wanted.opponent_id and opp_past.game_date = wanted.game_date
left join silver.cbbd_team_adjusted_efficiencies rating
    on rating.team_id = wanted.team_id and rating.rating_date = wanted.game_date
left join silver.cbbd_team_adjusted_efficiencies opp_rating
    on opp_rating.team_id = wanted.opponent_id and opp_rating.rating_date = wanted.game_date
left join silver.cbbd_team_final_ratings prior
    on prior.team_id = wanted.team_id and prior.of_season = wanted.season - 1
left join silver.cbbd_team_final_ratings opp_prior
    on opp_prior.team_id = wanted.opponent_id and opp_prior.of_season = wanted.season - 1
