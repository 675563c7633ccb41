-- One row per table and date of a season: rows of the ten analytics tables that are due, and rows that are there.
-- league: nba, wnba, mbb or wbb
-- source: where the rows come from, such as espn
-- season: ending year of the season
-- game_date: date of the games, US Eastern; every day from the first to the last of the season
-- table_name: table of the ten
-- phase: 3 for summaries and contexts, 4 for what is made of them
-- day_class: GAME, EXHIBITION where no game of the date counts, OFF_DAY where a schedule tells of none, UNKNOWN where no schedule tells of the date
-- expected_rows: rows due, by the schedule and the boxes
-- present_rows: rows there
-- hashed_rows: rows with a hash
-- distinct_hashes: different hashes
-- gap_class: NULL where every row is there; else UNEXPECTED_ROWS, MISSING, PARTIAL, or why none is due (NOT_COLLECTED: played by the schedule, and nothing of the date was taken in; UNKNOWN: nobody knows whether any is)
with rules as (
    select
        league, source, season,
        case when league in ('mbb', 'wbb') then 21 else 14 end as bootstrap_days,
        case when league = 'nba' then 15 when league = 'wnba' then 10 else 8 end as team_games,
        case when league = 'nba' then 10 when league = 'wnba' then 8 else 6 end as zone_games,
        case when league in ('nba', 'wnba') then 5 else 4 end as cache_games,
        min(case when counts_stats and expected then game_date end) as opening_date
    from silver.fct_schedule
    group by league, source, season
),
-- a game that was played, by a file of schedules, and of which no feed was taken in
filed as (
    select distinct league, source, season, game_id
    from silver.fct_scheduled_games
    where status = 'final'
),
games as (
    select s.*, case when g.game_id is not null then g.status when f.game_id is not null then 'not_collected' else 'scheduled' end as status
    from silver.fct_schedule as s
    left join silver.fct_games as g
        on g.league = s.league and g.source = s.source and g.season = s.season and g.game_id = s.game_id
    left join filed as f
        on f.league = s.league and f.source = s.source and f.season = s.season and f.game_id = s.game_id
),
played_days as (
    select
        league, source, season, game_date,
        count(*) as games,
        sum(case when expected then 1 else 0 end) as due_games,
        sum(case when counts_load then 1 else 0 end) as load_games,
        sum(case when counts_load and status = 'final' then 1 else 0 end) as final_games,
        sum(case when expected and status = 'not_collected' then 1 else 0 end) as absent_games
    from games
    group by league, source, season, game_date
),
-- what files of schedules tell of a league's dates, whoever's ids they have; a file knows the dates up to a day after the
-- last game that it has seen played
told_until as (
    select league, season, min(game_date) as first_date, max(case when status in ('final', 'in_progress') then game_date end) + 1 as last_date
    from silver.fct_scheduled_games
    group by league, season, file_num
),
told_days as (
    select
        league, season, game_date,
        max(case when season_type = 1 or (length(game_id) = 10 and substr(game_id, 1, 3) = '003') then 0 else 1 end) as counts
    from silver.fct_scheduled_games
    group by league, season, game_date
),
calendar as (
    select league, source, season, cast(unnest(generate_series(min(game_date), max(game_date), interval 1 day)) as date) as game_date
    from played_days
    group by league, source, season
),
days as (
    select *, case when load_games = 0 then 'EXHIBITION' else 'GAME' end as day_class
    from played_days
    union all
    select
        c.league, c.source, c.season, c.game_date, 0, 0, 0, 0,
        max(case when t.counts = 1 then 1 else 0 end),
        case
            when max(t.counts) = 1 then 'GAME'
            when max(t.counts) = 0 then 'EXHIBITION'
            when count(u.league) > 0 then 'OFF_DAY'
            else 'UNKNOWN'
        end
    from calendar as c
    left join played_days as p
        on p.league = c.league and p.source = c.source and p.season = c.season and p.game_date = c.game_date
    left join told_days as t on t.league = c.league and t.season = c.season and t.game_date = c.game_date
    left join told_until as u
        on u.league = c.league and u.season = c.season and c.game_date between u.first_date and u.last_date
    where p.league is null
    group by c.league, c.source, c.season, c.game_date
),
sides as (
    select league, source, season, game_date, game_id, home_team_id as team_id from silver.fct_schedule where expected
    union all
    select league, source, season, game_date, game_id, away_team_id from silver.fct_schedule where expected
),
listed as (
    select p.league, p.source, p.season, g.game_date, p.game_id, p.team_id, p.player_id
    from silver.fct_game_players as p
    inner join games as g
        on g.league = p.league and g.source = p.source and g.season = p.season and g.game_id = p.game_id
    where g.counts_load and g.status = 'final'
),
-- players expected, from who was listed before and who is in the box
team_games as (
    select *,
        row_number() over (partition by league, source, season, team_id order by game_date, game_id) as n,
        lead(game_date) over (partition by league, source, season, team_id order by game_date, game_id) as until_date
    from (select distinct league, source, season, team_id, game_date, game_id from listed) as played
),
listings as (
    select l.league, l.source, l.season, l.player_id, l.team_id, l.game_date, t.n,
        lead(l.game_date) over (partition by l.league, l.source, l.season, l.player_id order by l.game_date, l.game_id) as until_date
    from listed as l
    inner join team_games as t
        on t.league = l.league and t.source = l.source and t.season = l.season and t.team_id = l.team_id and t.game_id = l.game_id
),
rostered as (
    select r.league, r.source, r.season, r.game_date, r.game_id, r.team_id, r.player_id
    from silver.fct_expected_rosters as r
),
players as (
    select league, source, season, game_date, game_id, player_id from rostered
    union
    select s.league, s.source, s.season, s.game_date, s.game_id, l.player_id
    from sides as s
    inner join team_games as t
        on t.league = s.league and t.source = s.source and t.season = s.season and t.team_id = s.team_id
        and t.game_date < s.game_date and (t.until_date is null or t.until_date >= s.game_date)
    inner join listings as l
        on l.league = s.league and l.source = s.source and l.season = s.season and l.team_id = s.team_id
        and l.game_date < s.game_date and (l.until_date is null or l.until_date >= s.game_date) and l.n > t.n - 5
    left join (select distinct league, source, season, game_id, team_id from rostered) as k
        on k.league = s.league and k.source = s.source and k.season = s.season and k.game_id = s.game_id and k.team_id = s.team_id
    where k.game_id is null
    union
    select l.league, l.source, l.season, l.game_date, l.game_id, l.player_id
    from listed as l
    inner join sides as s
        on s.league = l.league and s.source = l.source and s.season = l.season and s.game_id = l.game_id and s.team_id = l.team_id
),
-- games of averages before each date
team_history as (
    select s.league, s.source, s.season, s.game_date, s.team_id, count(distinct g.game_id) as games
    from (select distinct league, source, season, game_date, team_id from sides) as s
    inner join (
        select league, source, season, game_date, game_id, home_team_id as team_id from games where counts_stats and status = 'final'
        union all
        select league, source, season, game_date, game_id, away_team_id from games where counts_stats and status = 'final'
    ) as g
        on g.league = s.league and g.source = s.source and g.season = s.season and g.team_id = s.team_id and g.game_date < s.game_date
    group by s.league, s.source, s.season, s.game_date, s.team_id
),
stat_games as (
    select
        league, source, season, player_id, game_date,
        row_number() over (partition by league, source, season, player_id order by game_date, game_id) as n,
        lead(game_date) over (partition by league, source, season, player_id order by game_date, game_id) as until_date
    from gold.player_game_summary
    where not is_dnp and seconds_played > 0 and season_type in ('regular', 'playin', 'playoff')
),
breaks as (
    select league, source, season, game_date,
        max(case when date_diff('day', previous_date, game_date) >= 6 then game_date end) over (
            partition by league, source, season order by game_date rows between unbounded preceding and current row
        ) as resumed
    from (
        select league, source, season, game_date,
            lag(game_date) over (partition by league, source, season order by game_date) as previous_date
        from days
        where due_games > 0
    ) as gaps
),
player_history as (
    select p.league, p.source, p.season, p.game_date, p.player_id, max(g.n) as games, max(g.game_date) as last_date
    from players as p
    inner join stat_games as g
        on g.league = p.league and g.source = p.source and g.season = p.season and g.player_id = p.player_id
        and g.game_date < p.game_date and (g.until_date is null or g.until_date >= p.game_date)
    group by p.league, p.source, p.season, p.game_date, p.player_id
),
counted as (
    select league, source, season, game_date, count(*) as listed from listed group by league, source, season, game_date
),
expected_players as (
    select league, source, season, game_date, count(*) as players from players group by league, source, season, game_date
),
expected_teams as (
    select h.league, h.source, h.season, h.game_date, count(*) as teams
    from team_history as h
    inner join rules as r on r.league = h.league and r.source = h.source and r.season = h.season
    where h.games >= r.team_games
    group by h.league, h.source, h.season, h.game_date
),
expected_forms as (
    select
        h.league, h.source, h.season, h.game_date,
        sum(case when h.games >= r.zone_games then 1 else 0 end) as zones,
        sum(case
            when h.games >= r.cache_games and (h.last_date >= h.game_date - 30 or b.resumed >= h.game_date - 14) then 1
            else 0
        end) as caches
    from player_history as h
    inner join rules as r on r.league = h.league and r.source = h.source and r.season = h.season
    left join breaks as b
        on b.league = h.league and b.source = h.source and b.season = h.season and b.game_date = h.game_date
    group by h.league, h.source, h.season, h.game_date
),
wide as (
    select
        d.*,
        date_diff('day', r.opening_date, d.game_date) < r.bootstrap_days
            and not coalesce(cast(getvariable('include_bootstrap') as boolean), false) as bootstrap,
        coalesce(c.listed, 0) as listed,
        coalesce(p.players, 0) as players,
        coalesce(t.teams, 0) as teams,
        coalesce(f.zones, 0) as zones,
        coalesce(f.caches, 0) as caches
    from days as d
    inner join rules as r on r.league = d.league and r.source = d.source and r.season = d.season
    left join counted as c on c.league = d.league and c.source = d.source and c.season = d.season and c.game_date = d.game_date
    left join expected_players as p on p.league = d.league and p.source = d.source and p.season = d.season and p.game_date = d.game_date
    left join expected_teams as t on t.league = d.league and t.source = d.source and t.season = d.season and t.game_date = d.game_date
    left join expected_forms as f on f.league = d.league and f.source = d.source and f.season = d.season and f.game_date = d.game_date
),
expected as (
    select *, 'team_offense_game_summary' as table_name, 3 as phase, 2 * (final_games + case when final_games > 0 then absent_games else 0 end) as expected_rows from wide
    union all select *, 'team_defense_game_summary', 3, 2 * (final_games + case when final_games > 0 then absent_games else 0 end) from wide
    union all select *, 'player_game_summary', 3, listed from wide
    union all select *, 'upcoming_team_game_context', 3, 2 * due_games from wide
    union all select *, 'upcoming_player_game_context', 3, players from wide
    union all select *, 'team_defense_zone_analysis', 4, case when bootstrap then 0 else teams end from wide
    union all select *, 'player_shot_zone_analysis', 4, case when bootstrap then 0 else zones end from wide
    union all select *, 'player_daily_cache', 4, case when bootstrap then 0 else caches end from wide
    union all select *, 'player_composite_factors', 4, case when bootstrap then 0 else players end from wide
    union all select *, 'ml_feature_store', 4, case when bootstrap then 0 else 2 * players end from wide
),
present as (
    select league, source, season, game_date, 'team_offense_game_summary' as table_name, count(*) as present_rows, count(data_hash) as hashed_rows, count(distinct data_hash) as distinct_hashes from gold.team_offense_game_summary group by league, source, season, game_date
    union all select league, source, season, game_date, 'team_defense_game_summary', count(*), count(data_hash), count(distinct data_hash) from gold.team_defense_game_summary group by league, source, season, game_date
    union all select league, source, season, game_date, 'player_game_summary', count(*), count(data_hash), count(distinct data_hash) from gold.player_game_summary group by league, source, season, game_date
    union all select league, source, season, game_date, 'upcoming_team_game_context', count(*), count(data_hash), count(distinct data_hash) from gold.upcoming_team_game_context group by league, source, season, game_date
    union all select league, source, season, game_date, 'upcoming_player_game_context', count(*), count(data_hash), count(distinct data_hash) from gold.upcoming_player_game_context group by league, source, season, game_date
    union all select league, source, season, game_date, 'team_defense_zone_analysis', count(*), count(data_hash), count(distinct data_hash) from gold.team_defense_zone_analysis group by league, source, season, game_date
    union all select league, source, season, game_date, 'player_shot_zone_analysis', count(*), count(data_hash), count(distinct data_hash) from gold.player_shot_zone_analysis group by league, source, season, game_date
    union all select league, source, season, game_date, 'player_daily_cache', count(*), count(data_hash), count(distinct data_hash) from gold.player_daily_cache group by league, source, season, game_date
    union all select league, source, season, game_date, 'player_composite_factors', count(*), count(data_hash), count(distinct data_hash) from gold.player_composite_factors group by league, source, season, game_date
    union all select league, source, season, game_date, 'ml_feature_store', count(*), count(data_hash), count(distinct data_hash) from gold.ml_feature_store group by league, source, season, game_date
),
joined as (
    select
        coalesce(e.league, p.league) as league,
        coalesce(e.source, p.source) as source,
        coalesce(e.season, p.season) as season,
        coalesce(e.game_date, p.game_date) as game_date,
        coalesce(e.table_name, p.table_name) as table_name,
        e.phase,
        coalesce(e.day_class, 'UNKNOWN') as day_class,
        coalesce(e.expected_rows, 0) as expected_rows,
        coalesce(p.present_rows, 0) as present_rows,
        coalesce(p.hashed_rows, 0) as hashed_rows,
        coalesce(p.distinct_hashes, 0) as distinct_hashes,
        coalesce(e.absent_games, 0) as absent_games,
        coalesce(e.bootstrap, false) as bootstrap
    from expected as e
    full outer join present as p
        on p.league = e.league and p.source = e.source and p.season = e.season and p.game_date = e.game_date
        and p.table_name = e.table_name
)
select
    league, source, season, game_date, table_name, phase, day_class,
    cast(expected_rows as integer) as expected_rows,
    cast(present_rows as integer) as present_rows,
    cast(hashed_rows as integer) as hashed_rows,
    cast(distinct_hashes as integer) as distinct_hashes,
    case
        when present_rows > expected_rows then 'UNEXPECTED_ROWS'
        when expected_rows > 0 and present_rows = 0 then 'MISSING'
        when present_rows < expected_rows then 'PARTIAL'
        when expected_rows > 0 then null
        when day_class <> 'GAME' then day_class
        when phase = 4 and bootstrap then 'BOOTSTRAP'
        when phase = 4 then 'INSUFFICIENT_HISTORY'
        when absent_games > 0 then 'NOT_COLLECTED'
        else 'NOT_FINAL'
    end as gap_class
from joined
