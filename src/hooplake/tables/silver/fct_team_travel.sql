-- Where a game is played is what its source says; where it says nothing, only seasons are read as played at home of which
-- every other game is listed. The clock of a place is that of its zone on the date, never a fixed offset.
with games as (
    select
        *,
        regexp_replace(regexp_replace(lower(strip_accents(venue)), '[(].*[)]', ''), '[^a-z0-9]', '', 'g') as venue_key,
        regexp_replace(lower(strip_accents(venue_city)), '[^a-z0-9]', '', 'g') as venue_city_key,
        coalesce(tipoff_utc, timezone('UTC', cast(game_date as timestamp) + interval 24 hour)) as moment
    from silver.fct_schedule
    where expected
),
named as (
    select g.game_id, min(a.arena) as arena, min(a.latitude) as latitude, min(a.longitude) as longitude, min(a.time_zone) as time_zone
    from games as g
    inner join silver.dim_arenas as a
        on a.name_key = g.venue_key and (a.city_key is null or g.venue_city_key is null or a.city_key = g.venue_city_key)
    group by g.game_id
    having count(distinct a.arena) = 1
),
sites as (
    select
        g.*,
        case when g.venue is not null then n.arena when e.arena is not null then e.arena when h.elsewhere_known then h.arena end as arena,
        case when g.venue is not null then n.latitude when e.arena is not null then e.latitude when h.elsewhere_known then h.latitude end as latitude,
        case when g.venue is not null then n.longitude when e.arena is not null then e.longitude when h.elsewhere_known then h.longitude end as longitude,
        case when g.venue is not null then n.time_zone when e.arena is not null then e.time_zone when h.elsewhere_known then h.time_zone end as time_zone
    from games as g
    left join named as n on n.game_id = g.game_id
    left join silver.dim_games_elsewhere as e on e.game_date = g.game_date and e.home_abbr = g.home_abbr
    left join silver.dim_home_arenas as h on h.season = g.season and h.team_abbr = g.home_abbr
),
started as (
    select *, strftime(timezone(time_zone, tipoff_utc), '%H:%M') as local_start
    from sites
),
sides as (
    select *, home_team_id as team_id, home_abbr as abbr from started
    union all
    select *, away_team_id as team_id, away_abbr as abbr from started
),
ordered as (
    select
        *,
        case when network is not null and local_start is not null then
            local_start >= '19:00' and upper(network) in (
                'ABC', 'AMAZON', 'CBS', 'CBSSN', 'ESPN', 'ESPN2', 'ESPNU', 'FOX', 'FS1', 'ION', 'NBA TV', 'NBATV', 'NBC', 'NBCSN',
                'PEACOCK', 'PRIME VIDEO', 'TBS', 'TNT', 'TRUTV', 'USA', 'USA NETWORK'
            )
        end as primetime,
        lag(game_date) over (partition by team_id order by game_date, game_id) as last_date,
        lag(arena) over (partition by team_id order by game_date, game_id) as last_arena,
        lag(latitude) over (partition by team_id order by game_date, game_id) as last_latitude,
        lag(longitude) over (partition by team_id order by game_date, game_id) as last_longitude,
        lag(time_zone) over (partition by team_id order by game_date, game_id) as last_zone
    from sides
),
origins as (
    select
        o.*,
        coalesce(date_diff('day', o.last_date, o.game_date) <= 4, false) as on_the_road,
        h.arena as home_arena,
        case when coalesce(date_diff('day', o.last_date, o.game_date) <= 4, false) then o.last_arena else h.arena end as origin_arena,
        case when coalesce(date_diff('day', o.last_date, o.game_date) <= 4, false) then o.last_latitude else h.latitude end as from_latitude,
        case when coalesce(date_diff('day', o.last_date, o.game_date) <= 4, false) then o.last_longitude else h.longitude end as from_longitude,
        case when coalesce(date_diff('day', o.last_date, o.game_date) <= 4, false) then o.last_zone else h.time_zone end as from_zone
    from ordered as o
    left join silver.dim_home_arenas as h on h.season = o.season and h.team_abbr = o.abbr
),
measured as (
    select
        *,
        case
            when origin_arena = arena then 0
            -- least() passes over NULL
            when origin_arena is not null and arena is not null then cast(round(
                2 * 3958.7613 * asin(sqrt(least(
                    1.0,
                    pow(sin(radians(latitude - from_latitude) / 2), 2)
                    + cos(radians(latitude)) * cos(radians(from_latitude)) * pow(sin(radians(longitude - from_longitude) / 2), 2)
                )))
            ) as integer)
        end as miles,
        cast(round(abs(date_diff('minute', timezone(from_zone, moment), timezone(time_zone, moment))) / 60.0) as integer) as hours
    from origins
)
select
    league, source, season, game_date, game_id, team_id,
    arena,
    origin_arena,
    miles as travel_miles,
    hours as time_zone_changes,
    case when count(*) over (partition by team_id order by game_date range between interval 14 day preceding and current row) = count(miles) over (partition by team_id order by game_date range between interval 14 day preceding and current row) then sum(miles) over (partition by team_id order by game_date range between interval 14 day preceding and current row) end as miles_traveled_last_14_days,
    case when count(*) over (partition by team_id order by game_date range between interval 14 day preceding and current row) = count(hours) over (partition by team_id order by game_date range between interval 14 day preceding and current row) then sum(hours) over (partition by team_id order by game_date range between interval 14 day preceding and current row) end as time_zones_crossed_last_14_days,
    local_start,
    lead(primetime) over (partition by team_id order by game_date, game_id) as next_game_is_primetime,
    case when miles is not null then null when not on_the_road and home_arena is null then 'NO_LOCATION' else 'UNKNOWN_VENUE' end as travel_reason,
    case when local_start is not null then null when tipoff_utc is null then 'NOT_COLLECTED' else 'UNKNOWN_VENUE' end as start_reason
from measured
