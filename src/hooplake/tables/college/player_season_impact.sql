-- One row per player of a season, his teams together. Usage is a share of the team's plays while he was on court.
with newest as (
    select *, row_number() over (partition by team_id, player_id order by date desc) as place
    from silver.cbbd_fct_player_season_stats
),
own as (
    select * from newest where place = 1
),
main as (
    select
        season, player_id, team_id, player_source_id, name, position,
        row_number() over (partition by player_id order by minutes desc, cast(team_id as bigint)) as place
    from own
),
sums as (
    select
        season, player_id, max(date) as told_on, count(*) as team_count, sum(games) as games, sum(starts) as starts, sum(minutes) as minutes,
        sum(pts) as points, sum(reb) as rebounds, sum(ast) as assists, sum(stl) as steals, sum(blk) as blocks,
        sum(tov) as turnovers, sum(fgm) as fgm, sum(fga) as fga, sum(fg3m) as fg3m, sum(fg3a) as fg3a,
        sum(ftm) as ftm, sum(fta) as fta,
        sum(usage_rate_api * minutes) / nullif(sum(case when usage_rate_api is not null then minutes end), 0) as usage_api
    from own
    group by season, player_id
),
on_court as (
    select
        box.player_source_id,
        sum(box.fga + 0.44 * box.fta + box.tov) as plays,
        sum(box.minutes) as minutes,
        sum(team.minutes * 5) as team_minutes,
        sum(team.fga + 0.44 * team.fta + team.tov) as team_plays
    from silver.cbbd_fct_game_players box
    join silver.cbbd_fct_team_games team on team.game_id = box.game_id and team.team_id = box.team_id
    where team.box_ok and box.minutes > 0
    group by box.player_source_id
),
played as (
    select max(game_date) as through from silver.cbbd_fct_team_games
),
recruits as (
    select
        player_id, class_year, ranking, stars, rating,
        row_number() over (partition by player_id order by class_year desc, cast(recruit_id as bigint)) as place
    from silver.cbbd_fct_recruiting_players
    where player_id is not null
)
select
    sums.season,
    sums.player_id,
    main.team_id,
    team.school as team,
    team.conference,
    main.player_source_id,
    main.name,
    main.position,
    sums.team_count,
    sums.games,
    sums.starts,
    sums.minutes,
    sums.minutes / nullif(sums.games, 0) as mpg,
    sums.points,
    sums.points / nullif(cast(sums.games as double), 0) as ppg,
    sums.rebounds,
    sums.rebounds / nullif(cast(sums.games as double), 0) as rpg,
    sums.assists,
    sums.assists / nullif(cast(sums.games as double), 0) as apg,
    sums.steals,
    sums.blocks,
    sums.turnovers,
    sums.fgm,
    sums.fga,
    sums.fgm / nullif(cast(sums.fga as double), 0) as fg_pct,
    sums.fg3m,
    sums.fg3a,
    sums.fg3m / nullif(cast(sums.fg3a as double), 0) as fg3_pct,
    sums.ftm,
    sums.fta,
    sums.ftm / nullif(cast(sums.fta as double), 0) as ft_pct,
    (sums.fgm + 0.5 * sums.fg3m) / nullif(sums.fga, 0) as efg_pct,
    sums.points / nullif(2 * (sums.fga + 0.44 * sums.fta), 0) as true_shooting,
    coalesce(
        on_court.plays * (on_court.team_minutes / 5) / nullif(on_court.minutes * on_court.team_plays, 0), sums.usage_api
    ) as usage_rate,
    case
        when on_court.minutes * on_court.team_plays > 0 then 'own' when sums.usage_api is not null then 'api'
    end as usage_source,
    40 * sums.points / nullif(sums.minutes, 0) as per_40_pts,
    40 * sums.rebounds / nullif(sums.minutes, 0) as per_40_reb,
    40 * sums.assists / nullif(sums.minutes, 0) as per_40_ast,
    sums.assists / nullif(cast(sums.turnovers as double), 0) as ast_to_ratio,
    recruits.ranking as recruiting_rank,
    recruits.stars as recruiting_stars,
    recruits.rating as recruiting_rating,
    recruits.class_year as recruit_class_year,
    coalesce(sums.minutes, 0) < 40 as small_sample,
    sums.told_on,
    played.through as "asof"
from sums
cross join played
join main on main.player_id = sums.player_id and main.place = 1
left join silver.cbbd_dim_team_seasons team on team.team_id = main.team_id
left join on_court on on_court.player_source_id = main.player_source_id
left join recruits on recruits.player_id = sums.player_id and recruits.place = 1
