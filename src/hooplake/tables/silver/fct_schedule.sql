-- What is known of a game before it is played. A result changes no row here, so nothing that reads the schedule runs
-- because a game was played. Files of schedules add games that no feed has yet, and what a feed does not tell of its own.
with filed as (
    select
        league, source, season, game_id,
        arg_max(game_date, file_num) as game_date,
        arg_max(season_type, file_num) as season_type,
        arg_max(tipoff_utc, file_num) as tipoff_utc,
        arg_max(status, file_num) as status,
        arg_max(home_team_id, file_num) as home_team_id,
        arg_max(away_team_id, file_num) as away_team_id,
        arg_max(home_abbr, file_num) as home_abbr,
        arg_max(away_abbr, file_num) as away_abbr,
        arg_max(neutral_site, file_num) as neutral_site,
        arg_max(venue, file_num) as venue,
        arg_max(venue_city, file_num) as venue_city,
        arg_max(network, file_num) as network,
        arg_max(note, file_num) as note,
        max(regulation_periods) as regulation_periods,
        max(regulation_seconds) as regulation_seconds
    from silver.fct_scheduled_games
    group by league, source, season, game_id
),
merged as (
    select
        g.league, g.source, g.season, g.game_date, g.game_id, g.season_type, g.status, g.home_team_id, g.away_team_id,
        g.home_abbr, g.away_abbr, g.neutral_site,
        -- a file's time and place are of its date
        coalesce(
            case when coalesce(g.tipoff_known, true) then g.tipoff_utc end,
            case when f.game_date = g.game_date then f.tipoff_utc end
        ) as tipoff_utc,
        case when g.venue is null and f.game_date = g.game_date then f.venue else g.venue end as venue,
        case when g.venue is null and f.game_date = g.game_date then f.venue_city else g.venue_city end as venue_city,
        coalesce(g.network, f.network) as network,
        g.note,
        cast(g.regulation_periods * g.regulation_seconds as integer) as regulation_seconds,
        g.regulation_periods
    from silver.fct_games as g
    left join filed as f on f.game_id = g.game_id
    where g.home_team_id is not null and g.away_team_id is not null
    union all
    select
        f.league, f.source, f.season, f.game_date, f.game_id, f.season_type, f.status, f.home_team_id, f.away_team_id,
        f.home_abbr, f.away_abbr, f.neutral_site, f.tipoff_utc, f.venue, f.venue_city, f.network, f.note,
        f.regulation_seconds, f.regulation_periods
    from filed as f
    left join silver.fct_games as g on g.game_id = f.game_id
    where g.game_id is null and f.home_team_id is not null and f.away_team_id is not null
),
typed as (
    select
        *,
        case
            when upper(coalesce(home_abbr, '')) in ('LBN', 'DRT', 'GNS', 'WLD', 'USA', 'EST', 'WST', 'EAST', 'WEST')
                or (length(game_id) = 10 and substr(game_id, 1, 3) = '003')
                or lower(coalesce(note, '')) like '%all-star%' then 'allstar'
            when league = 'nba' and length(game_id) = 10 and substr(game_id, 1, 3) = '006' then 'cup_final'
            when league in ('nba', 'wnba') and lower(coalesce(note, '')) like '%cup%' and lower(note) like '%championship%'
                then 'cup_final'
            when league = 'nba' and length(game_id) = 10 and substr(game_id, 1, 3) = '005' then 'playin'
            when season_type = 1 then 'preseason'
            when season_type = 2 then 'regular'
            when season_type in (3, 4) then 'playoff'
            when season_type = 5 then 'playin'
            else 'unknown'
        end as kind
    from merged
)
select
    league,
    source,
    season,
    game_date,
    game_id,
    kind as season_type,
    kind in ('regular', 'playin', 'playoff') as counts_stats,
    kind in ('regular', 'playin', 'playoff', 'cup_final') as counts_load,
    kind in ('regular', 'playin', 'playoff', 'cup_final') and status not in ('postponed', 'canceled', 'forfeit') as expected,
    tipoff_utc,
    home_team_id,
    away_team_id,
    home_abbr,
    away_abbr,
    neutral_site,
    venue,
    venue_city,
    network,
    cast(regulation_seconds as integer) as regulation_seconds,
    cast(regulation_periods as integer) as regulation_periods
from typed
