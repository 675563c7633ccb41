-- What a team had done before a date: sums over its games of earlier dates, never over one of the same day.
-- There is a row for every date on which the team plays or will play, and for the day after.
with played as (
    select season, home_team_id as team_id, game_date from silver.cbbd_fct_games
    union all
    select season, away_team_id as team_id, game_date from silver.cbbd_fct_games
),
dates as (
    select distinct season, team_id, game_date from played where team_id is not null
    union
    select distinct season, team_id, game_date + 1 as game_date from played where team_id is not null
)
select
    dates.season,
    dates.team_id,
    dates.game_date,
    count(game.game_id) as games,
    count(case when game.won then 1 end) as wins,
    count(case when game.box_ok then 1 end) as box_games,
    sum(game.pts) as pts,
    sum(game.opp_pts) as opp_pts,
    sum(case when game.box_ok then game.minutes end) as box_minutes,
    sum(case when game.box_ok then game.poss end) as poss,
    sum(case when game.box_ok then game.fgm end) as fgm,
    sum(case when game.box_ok then game.fga end) as fga,
    sum(case when game.box_ok then game.fg2m end) as fg2m,
    sum(case when game.box_ok then game.fg2a end) as fg2a,
    sum(case when game.box_ok then game.fg3m end) as fg3m,
    sum(case when game.box_ok then game.fg3a end) as fg3a,
    sum(case when game.box_ok then game.ftm end) as ftm,
    sum(case when game.box_ok then game.fta end) as fta,
    sum(case when game.box_ok then game.oreb end) as oreb,
    sum(case when game.box_ok then game.dreb end) as dreb,
    sum(case when game.box_ok then game.reb end) as reb,
    sum(case when game.box_ok then game.ast end) as ast,
    sum(case when game.box_ok then game.stl end) as stl,
    sum(case when game.box_ok then game.blk end) as blk,
    sum(case when game.box_ok then game.tov end) as tov,
    sum(case when game.box_ok then game.pf end) as pf,
    sum(case when game.box_ok then game.opp_fgm end) as opp_fgm,
    sum(case when game.box_ok then game.opp_fga end) as opp_fga,
    sum(case when game.box_ok then game.opp_fg2m end) as opp_fg2m,
    sum(case when game.box_ok then game.opp_fg2a end) as opp_fg2a,
    sum(case when game.box_ok then game.opp_fg3m end) as opp_fg3m,
    sum(case when game.box_ok then game.opp_fg3a end) as opp_fg3a,
    sum(case when game.box_ok then game.opp_ftm end) as opp_ftm,
    sum(case when game.box_ok then game.opp_fta end) as opp_fta,
    sum(case when game.box_ok then game.opp_oreb end) as opp_oreb,
    sum(case when game.box_ok then game.opp_dreb end) as opp_dreb,
    sum(case when game.box_ok then game.opp_reb end) as opp_reb,
    sum(case when game.box_ok then game.opp_ast end) as opp_ast,
    sum(case when game.box_ok then game.opp_stl end) as opp_stl,
    sum(case when game.box_ok then game.opp_blk end) as opp_blk,
    sum(case when game.box_ok then game.opp_tov end) as opp_tov,
    sum(case when game.box_ok then game.opp_pf end) as opp_pf,
    max(game.game_date) as last_game_date
from dates
left join silver.cbbd_fct_team_games game on game.team_id = dates.team_id and game.game_date < dates.game_date
group by dates.season, dates.team_id, dates.game_date
