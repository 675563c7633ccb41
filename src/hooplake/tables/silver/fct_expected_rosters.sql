-- A tip-off that is not known is taken as the start of its date.
with sides as (
    select game_id, game_date, home_team_id as team_id, coalesce(tipoff_utc, timezone('America/New_York', cast(game_date as timestamp))) as moment
    from silver.fct_schedule
    where expected
    union all
    select game_id, game_date, away_team_id as team_id, coalesce(tipoff_utc, timezone('America/New_York', cast(game_date as timestamp))) as moment
    from silver.fct_schedule
    where expected
),
latest as (
    select s.game_id, s.game_date, s.team_id, max(r.captured_at) as captured_at
    from sides as s
    inner join (select distinct team_id, captured_at from silver.fct_rosters) as r
        on r.team_id = s.team_id and r.captured_at <= s.moment and r.captured_at > s.moment - interval 30 day
    group by s.game_id, s.game_date, s.team_id
),
placed as (
    select
        l.game_id, l.game_date, l.team_id, r.player_id, r.player_lookup, l.captured_at,
        row_number() over (partition by l.game_id, r.player_id order by l.captured_at desc, l.team_id) as place
    from latest as l
    inner join silver.fct_rosters as r on r.team_id = l.team_id and r.captured_at = l.captured_at
)
select game_date, game_id, player_id, team_id, player_lookup, captured_at
from placed
where place = 1
