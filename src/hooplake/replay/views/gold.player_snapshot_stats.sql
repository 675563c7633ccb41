-- The box after every event: one row per event and player of the rosters; dense, so ask for single games.
-- event_num: event of silver.fct_plays
-- home_score: score after the event, home
-- away_score: score after the event, away
-- player: display name; NULL for a player who is not in the official box
-- home: plays for the home team
-- seconds: time on court; NULL where the lineups are not known
-- minutes: time on court; NULL where the lineups are not known
-- plus_minus: point difference while on court, free throws at the foul; NULL where the lineups are not known
-- on_court: on court after the event; NULL where the lineups are not known
with states as (
    select league, source, season, game_id, game_date, event_num, period, clock_seconds, elapsed_seconds,
        home_score, away_score, home_points - away_points as margin,
        '-' || home_lineup || '-' as home_five, '-' || away_lineup || '-' as away_five,
        '-' || home_credit_lineup || '-' as home_credit, '-' || away_credit_lineup || '-' as away_credit,
        -- whether a side's fives are known after every event of all periods up to this one
        min(case when home_lineup is null then 0 else 1 end)
            over (partition by league, source, season, game_id order by period) as home_known,
        min(case when away_lineup is null then 0 else 1 end)
            over (partition by league, source, season, game_id order by period) as away_known
    from gold.game_state_snapshots
),
lines as (
    select *, lead(event_num, 1, 1000000)
        over (partition by league, source, season, game_id, player_id order by event_num) as until_event
    from gold.player_snapshots
),
stays as (
    select league, source, season, game_id, player_id, start_event, start_elapsed_seconds, end_elapsed_seconds,
        lead(start_event, 1, 1000000)
            over (partition by league, source, season, game_id, player_id order by stint_num) as until_event,
        sum(seconds) over (partition by league, source, season, game_id, player_id order by stint_num) - seconds
            as seconds_before
    from gold.player_stints
),
players as (
    select league, source, season, game_id, lines.player_id, lines.team_id, names.player,
        '-' || lines.player_id || '-' as mark,
        case when lines.team_id = games.home_team_id then true
            when lines.team_id = games.away_team_id then false end as home
    from gold.player_snapshots as lines
    join silver.fct_games as games using (league, source, season, game_id)
    left join silver.fct_game_players as names using (league, source, season, game_id, team_id, player_id)
    where lines.event_num = -1
),
moments as (
    select states.*, players.player_id, players.player, players.team_id, players.home,
        case when players.home then home_known else away_known end = 1 and players.home is not null as known,
        position(players.mark in case when players.home then home_five when not players.home then away_five end) > 0
            as on_court,
        sum(margin * (
            case when position(players.mark in home_credit) > 0 then 1 else 0 end
            - case when position(players.mark in away_credit) > 0 then 1 else 0 end
        )) over (partition by league, source, season, game_id, players.player_id order by event_num) as net
    from states
    join players using (league, source, season, game_id)
),
boxes as (
    select moments.*, lines.points, lines.fgm, lines.fga, lines.fg3m, lines.fg3a, lines.ftm, lines.fta, lines.oreb,
        lines.dreb, lines.reb, lines.ast, lines.stl, lines.blk, lines.tov, lines.pf,
        round(10 * coalesce(seconds_before + least(elapsed_seconds, end_elapsed_seconds) - start_elapsed_seconds, 0))
            as tenths
    from moments
    join lines
        on lines.league = moments.league and lines.source = moments.source and lines.season = moments.season
        and lines.game_id = moments.game_id and lines.player_id = moments.player_id
        and lines.event_num <= moments.event_num and moments.event_num < lines.until_event
    left join stays
        on stays.league = moments.league and stays.source = moments.source and stays.season = moments.season
        and stays.game_id = moments.game_id and stays.player_id = moments.player_id
        and stays.start_event <= moments.event_num and moments.event_num < stays.until_event
)
select league, source, season, game_id, game_date, event_num, period, clock_seconds, elapsed_seconds, home_score,
    away_score, player_id, player, team_id, home, points, fgm, fga, fg3m, fg3a, ftm, fta, oreb, dreb, reb, ast, stl, blk,
    tov, pf,
    case when known then tenths / 10 end as seconds,
    case when known then floor((tenths + 3) / 6) / 100 end as minutes,  -- two decimals, half away from zero
    cast(case when known then net end as integer) as plus_minus,
    on_court
from boxes
