-- Who is listed without a line, and not for the coach's decision, was not dressed. Sources without reasons tell nobody.
with games as (
    select p.*, s.counts_stats
    from silver.fct_game_players as p
    inner join silver.fct_schedule as s on s.game_id = p.game_id
    where s.counts_load
),
team_games as (
    select
        team_id, game_id, game_date, counts_stats,
        sum(case when counts_stats then 1 else 0 end) over (
            partition by team_id order by game_date, game_id rows between unbounded preceding and current row
        ) as n
    from (select distinct team_id, game_id, game_date, counts_stats from games) as each_game
),
entering as (
    select team_id, game_id, game_date, n - case when counts_stats then 1 else 0 end as before
    from team_games
),
inactive as (
    select g.game_id, g.game_date, g.team_id, g.player_id, e.before
    from games as g
    inner join entering as e on e.game_id = g.game_id and e.team_id = g.team_id
    where g.did_not_play and g.reason is not null and upper(g.reason) not like '%COACH%'
)
select
    i.game_date, i.game_id, i.player_id, i.team_id,
    cast(least(i.before, 10) as integer) as team_games,
    cast(coalesce(count(g.game_id), 0) as integer) as starts
from inactive as i
left join (
    select g.game_id, g.team_id, g.player_id, t.n
    from games as g
    inner join team_games as t on t.game_id = g.game_id and t.team_id = g.team_id
    where g.starter and g.counts_stats
) as g on g.team_id = i.team_id and g.player_id = i.player_id and g.n <= i.before and g.n > i.before - 10
group by i.game_date, i.game_id, i.player_id, i.team_id, i.before
