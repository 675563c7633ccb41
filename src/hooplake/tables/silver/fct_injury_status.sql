-- A report counts from its time until the next one, at most two days; a game document's own entries count if they are
-- newer. Nothing of it is known before its time. A tip-off that is not known is taken as the start of its date.
with sides as (
    select
        s.game_id, s.game_date, x.team_id, x.team_key,
        coalesce(s.tipoff_utc, timezone('America/New_York', cast(s.game_date as timestamp))) as moment
    from silver.fct_schedule as s
    inner join (
        select n.game_id, g.home_team_id as team_id, n.home_name as team_key
        from silver.fct_game_names as n
        inner join silver.fct_schedule as g on g.game_id = n.game_id
        union all
        select n.game_id, g.away_team_id as team_id, n.away_name as team_key
        from silver.fct_game_names as n
        inner join silver.fct_schedule as g on g.game_id = n.game_id
    ) as x on x.game_id = s.game_id
    where s.expected
),
reports as (
    select captured_at, max(case when whole_league then 1 else 0 end) as whole_league
    from silver.fct_injury_reports
    group by captured_at
),
covered as (
    -- the latest report that covers the team, and whether there is only a later one
    select
        s.game_id, s.team_id,
        max(case when r.captured_at <= s.moment then r.captured_at end) as captured_at
    from sides as s
    inner join reports as r
        on r.captured_at > s.moment - interval 2 day and r.captured_at <= s.moment + interval 2 day
    left join (select distinct captured_at, team_key from silver.fct_injury_reports) as n
        on n.captured_at = r.captured_at and n.team_key = s.team_key
    where r.whole_league = 1 or n.team_key is not null
    group by s.game_id, s.team_id
),
entries as (
    select
        s.game_id, s.game_date, s.team_id, i.espn_player_id, i.player_key, i.status as status_text,
        i.injury, i.captured_at as known_at, cast(null as varchar) as player_id, 0 as report_num
    from covered as c
    inner join sides as s on s.game_id = c.game_id and s.team_id = c.team_id
    inner join silver.fct_injury_reports as i on i.captured_at = c.captured_at and i.team_key = s.team_key
    union all
    select
        s.game_id, s.game_date, s.team_id, cast(null as varchar) as espn_player_id, cast(null as varchar) as player_key,
        d.status as status_text, d.injury, d.reported_utc as known_at, d.player_id, d.report_num
    from silver.fct_injuries as d
    inner join sides as s on s.game_id = d.game_id and s.team_id = d.team_id
    left join covered as c on c.game_id = d.game_id and c.team_id = d.team_id
    where d.reported_utc <= s.moment and (c.captured_at is null or d.reported_utc > c.captured_at)
),
listed as (
    select
        regexp_replace(lower(strip_accents(regexp_replace(trim(player), '[ ,]+(jr|sr|ii|iii|iv|v)[.]?$', '', 'i'))), '[^a-z0-9]', '', 'g') as player_key,
        player_id, team_id, min(game_date) as first_date
    from silver.fct_game_players
    where player is not null
    group by 1, 2, 3
),
known as (
    select
        e.game_id, e.team_id, e.player_key, l.player_id,
        row_number() over (
            partition by e.game_id, e.team_id, e.player_key
            order by case when l.first_date < e.game_date then 0 else 1 end, l.first_date desc, l.player_id
        ) as place
    from (select distinct game_id, game_date, team_id, player_key from entries where player_key is not null) as e
    inner join listed as l on l.player_key = e.player_key and l.team_id = e.team_id and l.first_date <= e.game_date
),
named as (
    select
        e.*,
        coalesce(
            e.player_id, case when $source = 'espn' then e.espn_player_id end, k.player_id, concat('u:name:', e.player_key)
        ) as who
    from entries as e
    left join known as k
        on k.game_id = e.game_id and k.team_id = e.team_id and k.player_key = e.player_key and k.place = 1
),
latest as (
    select *, row_number() over (partition by game_id, who order by known_at desc, report_num, team_id) as place
    from named
),
told as (
    select game_id, game_date, team_id, max(known_at) as known_at
    from (
        select s.game_id, s.game_date, s.team_id, c.captured_at as known_at
        from covered as c
        inner join sides as s on s.game_id = c.game_id and s.team_id = c.team_id
        union all
        select s.game_id, s.game_date, s.team_id, case when d.reported_utc <= s.moment then d.reported_utc end as known_at
        from silver.fct_injuries as d
        inner join sides as s on s.game_id = d.game_id and s.team_id = d.team_id
    ) as times
    group by game_id, game_date, team_id
)
select
    game_date, game_id, team_id, who as player_id,
    'COVERED' as coverage,
    case
        when lower(status_text) like 'out%' or lower(status_text) in ('suspension', 'suspended', 'inactive', 'injured reserve') then 'OUT'
        when lower(status_text) = 'doubtful' then 'DOUBTFUL'
        when lower(status_text) in ('questionable', 'day-to-day', 'game time decision', 'gtd') then 'QUESTIONABLE'
        when lower(status_text) = 'probable' then 'PROBABLE'
    end as status,
    status_text, injury, known_at
from latest
where place = 1 and lower(status_text) not in ('available', 'active')
union all
select
    game_date, game_id, team_id, '' as player_id,
    case when known_at is null then 'AFTER_TIPOFF_ONLY' else 'COVERED' end as coverage,
    cast(null as varchar) as status, cast(null as varchar) as status_text, cast(null as varchar) as injury, known_at
from told
