-- What is known of a game before it is played. A result changes no row here, so nothing that reads the schedule runs
-- because a game was played.
with typed as (
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
    from silver.fct_games
    where home_team_id is not null and away_team_id is not null
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
    case when coalesce(tipoff_known, true) then tipoff_utc end as tipoff_utc,
    home_team_id,
    away_team_id,
    home_abbr,
    away_abbr,
    neutral_site,
    venue,
    venue_city,
    network,
    cast(regulation_periods * regulation_seconds as integer) as regulation_seconds,
    cast(regulation_periods as integer) as regulation_periods
from typed
