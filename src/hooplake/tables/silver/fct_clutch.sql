-- The score stands from one event to the next. What of each such span lies in the last five minutes of the last regulation
-- period or in an overtime counts while the margin is five or less, for whoever is on court.
with moments as (
    select
        g.game_id, g.elapsed_seconds, g.home_score - g.away_score as margin, g.event_num,
        s.regulation_seconds - 300 as clutch_start,
        lead(g.elapsed_seconds) over (partition by g.game_id order by g.event_num) as until_seconds
    from gold.game_state_snapshots as g
    inner join silver.fct_schedule as s on s.game_id = g.game_id
    where g.elapsed_seconds is not null
),
spans as (
    select
        game_id,
        greatest(elapsed_seconds, clutch_start) as start_seconds,
        until_seconds as end_seconds
    from moments
    where until_seconds > elapsed_seconds and until_seconds > clutch_start and abs(margin) <= 5
),
stays as (
    select p.game_id, p.player_id, p.start_elapsed_seconds, p.end_elapsed_seconds, s.game_date, s.regulation_seconds - 300 as clutch_start
    from gold.player_stints as p
    inner join silver.fct_schedule as s on s.game_id = p.game_id
),
close as (
    select
        t.game_id, t.player_id,
        sum(least(t.end_elapsed_seconds, c.end_seconds) - greatest(t.start_elapsed_seconds, c.start_seconds)) as seconds
    from stays as t
    inner join spans as c
        on c.game_id = t.game_id and c.start_seconds < t.end_elapsed_seconds and c.end_seconds > t.start_elapsed_seconds
    where t.end_elapsed_seconds > t.clutch_start
    group by t.game_id, t.player_id
),
seen as (
    select distinct game_id, game_date, player_id from stays
)
select s.game_date, s.game_id, s.player_id, coalesce(c.seconds, 0) as clutch_seconds
from seen as s
left join close as c on c.game_id = s.game_id and c.player_id = s.player_id
