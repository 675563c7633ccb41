-- The 25 features of a listed player. The zeros of an empty shell are no line.
select
    p.game_id,
    p.game_date,
    p.team_id,
    p.player_id,
    p.player,
    p.home,
    p.did_not_play,
    l.minutes,
    l.points,
    l.reb as rebounds,
    l.oreb as offensive_rebounds,
    l.dreb as defensive_rebounds,
    l.ast as assists,
    l.stl as steals,
    l.blk as blocks,
    l.tov as turnovers,
    l.pf as fouls,
    l.fgm as field_goals_made,
    l.fga as field_goals_attempted,
    -- shares to three places, half away from zero, in whole numbers: no engine rounds them
    case when l.fga > 0 then (2000 * cast(l.fgm as integer) + l.fga) // (2 * cast(l.fga as integer)) / 1000.0 end as field_goal_pct,
    l.fg3m as three_pointers_made,
    l.fg3a as three_pointers_attempted,
    case when l.fg3a > 0 then (2000 * cast(l.fg3m as integer) + l.fg3a) // (2 * cast(l.fg3a as integer)) / 1000.0 end as three_point_pct,
    l.ftm as free_throws_made,
    l.fta as free_throws_attempted,
    case when l.fta > 0 then (2000 * cast(l.ftm as integer) + l.fta) // (2 * cast(l.fta as integer)) / 1000.0 end as free_throw_pct,
    l.plus_minus,
    p.starter,
    p.position,
    p.jersey as jersey_number,
    case when l.points is not null then l.tens >= 2 end as double_double,
    case when l.points is not null then l.tens >= 3 end as triple_double
from silver.fct_game_players as p
join silver.fct_games as g on g.game_id = p.game_id
left join (
    select
        *,
        coalesce(cast(points >= 10 as integer), 0) + coalesce(cast(reb >= 10 as integer), 0)
        + coalesce(cast(ast >= 10 as integer), 0) + coalesce(cast(stl >= 10 as integer), 0)
        + coalesce(cast(blk >= 10 as integer), 0) as tens
    from silver.fct_game_players
) as l on l.game_id = p.game_id and l.team_id = p.team_id and l.player_id = p.player_id and g.box_status <> 'shell'
order by p.game_id, p.team_id, p.player_id
