-- Two rows per game that was played: what a team scored and counted, and its possessions, the same for both sides.
-- Possessions are the mean of FGA + 0.44 FTA - OREB + TOV over the two sides; without both boxes they are not known.
-- A game whose boxes or periods do not add up to its score counts as played and for nothing that is made of boxes.
with sides as (
    select
        season, game_id, game_date, start_time, home_team_id as team_id, away_team_id as opponent_id, true as is_home,
        neutral_site, conference_game, season_type, game_type, tournament, home_pts as pts, away_pts as opp_pts, minutes
    from silver.cbbd_fct_games
    where is_final
    union all
    select
        season, game_id, game_date, start_time, away_team_id as team_id, home_team_id as opponent_id, false as is_home,
        neutral_site, conference_game, season_type, game_type, tournament, away_pts as pts, home_pts as opp_pts, minutes
    from silver.cbbd_fct_games
    where is_final
),
boxes as (
    select
        *,
        coalesce(
            2 * fg2m + 3 * fg3m + ftm = pts and fg2m + fg3m = fgm and fgm <= fga and fg2m <= fg2a and fg3m <= fg3a
            and ftm <= fta and oreb + dreb = reb and tov >= 0, false
        ) as adds_up
    from silver.cbbd_fct_game_teams
),
periods as (
    select game_id, team_id, sum(pts) as pts from silver.cbbd_fct_game_periods group by game_id, team_id
)
select
    sides.*,
    case when sides.pts <> sides.opp_pts then sides.pts > sides.opp_pts end as won,
    box.game_id is not null and other.game_id is not null as has_box,
    coalesce(
        box.adds_up and other.adds_up and box.pts = sides.pts and other.pts = sides.opp_pts
        and coalesce(periods.pts = sides.pts, true) and coalesce(opp_periods.pts = sides.opp_pts, true), false
    ) as box_ok,
    box.fgm,
    box.fga,
    box.fg2m,
    box.fg2a,
    box.fg3m,
    box.fg3a,
    box.ftm,
    box.fta,
    box.oreb,
    box.dreb,
    box.reb,
    box.ast,
    box.stl,
    box.blk,
    box.tov,
    box.pf,
    other.fgm as opp_fgm,
    other.fga as opp_fga,
    other.fg2m as opp_fg2m,
    other.fg2a as opp_fg2a,
    other.fg3m as opp_fg3m,
    other.fg3a as opp_fg3a,
    other.ftm as opp_ftm,
    other.fta as opp_fta,
    other.oreb as opp_oreb,
    other.dreb as opp_dreb,
    other.reb as opp_reb,
    other.ast as opp_ast,
    other.stl as opp_stl,
    other.blk as opp_blk,
    other.tov as opp_tov,
    other.pf as opp_pf,
    (
        (box.fga + 0.44 * box.fta - box.oreb + box.tov) + (other.fga + 0.44 * other.fta - other.oreb + other.tov)
    ) / 2 as poss
from sides
left join boxes box on box.game_id = sides.game_id and box.team_id = sides.team_id
left join boxes other on other.game_id = sides.game_id and other.team_id = sides.opponent_id
left join periods on periods.game_id = sides.game_id and periods.team_id = sides.team_id
left join periods opp_periods on opp_periods.game_id = sides.game_id and opp_periods.team_id = sides.opponent_id
