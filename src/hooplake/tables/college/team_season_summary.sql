-- One row per Division I team of a season. Shares are of sums over the games whose boxes add up.
with sums as (
    select
        team_id,
        count(*) as games,
        count(case when won then 1 end) as wins,
        count(case when not won then 1 end) as losses,
        count(case when conference_game and game_type = 'STD' and won then 1 end) as conf_wins,
        count(case when conference_game and game_type = 'STD' and not won then 1 end) as conf_losses,
        count(case when conference_game and game_type <> 'STD' and won then 1 end) as conf_tourn_wins,
        count(case when conference_game and game_type <> 'STD' and not won then 1 end) as conf_tourn_losses,
        count(case when is_home and not neutral_site and won then 1 end) as home_wins,
        count(case when is_home and not neutral_site and not won then 1 end) as home_losses,
        count(case when not is_home and not neutral_site and won then 1 end) as away_wins,
        count(case when not is_home and not neutral_site and not won then 1 end) as away_losses,
        count(case when neutral_site and won then 1 end) as neutral_wins,
        count(case when neutral_site and not won then 1 end) as neutral_losses,
        count(case when box_ok then 1 end) as box_games,
        avg(pts) as ppg,
        avg(opp_pts) as opp_ppg,
        sum(case when box_ok then pts end) as box_pts,
        sum(case when box_ok then opp_pts end) as box_opp_pts,
        sum(case when box_ok then minutes end) as minutes,
        sum(case when box_ok then poss end) as poss,
        sum(case when box_ok then fgm end) as fgm,
        sum(case when box_ok then fga end) as fga,
        sum(case when box_ok then fg3m end) as fg3m,
        sum(case when box_ok then fta end) as fta,
        sum(case when box_ok then oreb end) as oreb,
        sum(case when box_ok then dreb end) as dreb,
        sum(case when box_ok then tov end) as tov,
        sum(case when box_ok then opp_fgm end) as opp_fgm,
        sum(case when box_ok then opp_fga end) as opp_fga,
        sum(case when box_ok then opp_fg3m end) as opp_fg3m,
        sum(case when box_ok then opp_fta end) as opp_fta,
        sum(case when box_ok then opp_oreb end) as opp_oreb,
        sum(case when box_ok then opp_dreb end) as opp_dreb,
        sum(case when box_ok then opp_tov end) as opp_tov,
        max(game_date) as data_through
    from silver.cbbd_fct_team_games
    group by team_id
),
-- the API says of a rating only when it was told: the newest counts once the season is over, before that the newest that
-- was told by the day after the last game
played as (
    select
        max(case when is_final then game_date end) as through,
        max(case when status in ('scheduled', 'in_progress') then game_date end) as waiting
    from silver.cbbd_fct_games
),
adjusted as (
    select told.*, row_number() over (partition by told.team_id order by told.date desc) as place
    from silver.cbbd_fct_ratings_adjusted told
    cross join played
    where told.date <= played.through + 1 or played.waiting is null or played.waiting <= played.through
),
simple as (
    select told.*, row_number() over (partition by told.team_id order by told.date desc) as place
    from silver.cbbd_fct_ratings_srs told
    cross join played
    where told.date <= played.through + 1 or played.waiting is null or played.waiting <= played.through
),
own as (
    select *, row_number() over (partition by team_id order by rating_date desc) as place
    from silver.cbbd_team_adjusted_efficiencies
),
classes as (
    select
        committed_to_id as team_id, avg(rating) as recruiting_avg_rating, max(stars) as recruiting_top_star,
        count(*) as recruiting_class_size
    from silver.cbbd_fct_recruiting_players
    where committed_to_id is not null and class_year = $season - 1
    group by committed_to_id
),
-- an empty class is 0 where the class of the year is in the lake at all, else not known
known as (
    select count(*) as recruits from silver.cbbd_fct_recruiting_players where class_year = $season - 1
)
select
    team.season,
    team.team_id,
    team.school as team,
    team.conference,
    team.conference_ambiguous,
    coalesce(sums.games, 0) as games,
    coalesce(sums.wins, 0) as wins,
    coalesce(sums.losses, 0) as losses,
    sums.wins / nullif(cast(sums.wins + sums.losses as double), 0) as win_pct,
    coalesce(sums.conf_wins, 0) as conf_wins,
    coalesce(sums.conf_losses, 0) as conf_losses,
    sums.conf_wins / nullif(cast(sums.conf_wins + sums.conf_losses as double), 0) as conf_win_pct,
    coalesce(sums.conf_tourn_wins, 0) as conf_tourn_wins,
    coalesce(sums.conf_tourn_losses, 0) as conf_tourn_losses,
    coalesce(sums.home_wins, 0) as home_wins,
    coalesce(sums.home_losses, 0) as home_losses,
    coalesce(sums.away_wins, 0) as away_wins,
    coalesce(sums.away_losses, 0) as away_losses,
    coalesce(sums.neutral_wins, 0) as neutral_wins,
    coalesce(sums.neutral_losses, 0) as neutral_losses,
    sums.ppg,
    sums.opp_ppg,
    sums.ppg - sums.opp_ppg as margin,
    adjusted.off_rating as adj_off_rating,
    adjusted.def_rating as adj_def_rating,
    adjusted.net_rating as adj_net_rating,
    coalesce(simple.rating, own.srs) as srs_rating,
    case when simple.rating is not null then 'api' when own.srs is not null then 'own' end as srs_source,
    own.adj_net as own_adj_net,
    100 * sums.box_pts / nullif(sums.poss, 0) as off_eff,
    100 * sums.box_opp_pts / nullif(sums.poss, 0) as def_eff,
    100 * (sums.box_pts - sums.box_opp_pts) / nullif(sums.poss, 0) as net_eff,
    (sums.fgm + 0.5 * sums.fg3m) / nullif(sums.fga, 0) as efg_pct,
    (sums.opp_fgm + 0.5 * sums.opp_fg3m) / nullif(sums.opp_fga, 0) as opp_efg_pct,
    sums.tov / nullif(sums.poss, 0) as tov_ratio,
    sums.opp_tov / nullif(sums.poss, 0) as opp_tov_ratio,
    sums.oreb / nullif(cast(sums.oreb + sums.opp_dreb as double), 0) as oreb_pct,
    sums.opp_oreb / nullif(cast(sums.opp_oreb + sums.dreb as double), 0) as opp_oreb_pct,
    sums.fta / nullif(cast(sums.fga as double), 0) as ft_rate,
    sums.opp_fta / nullif(cast(sums.opp_fga as double), 0) as opp_ft_rate,
    40 * sums.poss / nullif(sums.minutes, 0) as pace,
    classes.recruiting_avg_rating,
    classes.recruiting_top_star,
    coalesce(classes.recruiting_class_size, case when known.recruits > 0 then 0 end) as recruiting_class_size,
    coalesce(sums.box_games, 0) as box_games,
    sums.data_through,
    played.through as "asof"
from silver.cbbd_dim_team_seasons team
cross join known
cross join played
left join sums on sums.team_id = team.team_id
left join adjusted on adjusted.team_id = team.team_id and adjusted.place = 1
left join simple on simple.team_id = team.team_id and simple.place = 1
left join own on own.team_id = team.team_id and own.place = 1
left join classes on classes.team_id = team.team_id
