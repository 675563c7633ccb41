-- The box of a player in a game, as last fetched: a line that a later box lacks is no more.
with told as (
    select
        p.season,
        p.game_id as game_id,
        p.team_id as team_id,
        c.players_athlete_source_id as player_source_id,
        p.opponent_id as opponent_id,
        r.players_id as player_id,
        c.players_athlete_id as box_row_id,
        c.players_name as name,
        c.players_position as position,
        c.players_starter as starter,
        c.players_ejected as ejected,
        c.players_minutes as minutes,
        cast(c.players_points as integer) as pts,
        cast(c.players_field_goals_made as integer) as fgm,
        cast(c.players_field_goals_attempted as integer) as fga,
        cast(c.players_two_point_field_goals_made as integer) as fg2m,
        cast(c.players_two_point_field_goals_attempted as integer) as fg2a,
        cast(c.players_three_point_field_goals_made as integer) as fg3m,
        cast(c.players_three_point_field_goals_attempted as integer) as fg3a,
        cast(c.players_free_throws_made as integer) as ftm,
        cast(c.players_free_throws_attempted as integer) as fta,
        cast(c.players_rebounds_offensive as integer) as oreb,
        cast(c.players_rebounds_defensive as integer) as dreb,
        cast(c.players_rebounds_total as integer) as reb,
        cast(c.players_assists as integer) as ast,
        cast(c.players_steals as integer) as stl,
        cast(c.players_blocks as integer) as blk,
        cast(c.players_turnovers as integer) as tov,
        cast(c.players_fouls as integer) as pf,
        c.players_game_score as game_score_api,
        c.players_usage / 100 as usage_rate_api,
        c.players_offensive_rating as off_rating_api,
        c.players_defensive_rating as def_rating_api,
        c.players_net_rating as net_rating_api,
        cast(p.start_date at time zone 'America/New_York' as date) as game_date,
        p."asof"
    from bronze.games_players_players c
    join bronze.games_players p on p.game_id = c.game_id and p.team_id = c.team_id and p."asof" = c."asof"
    left join (
        select players_source_id, max(players_id) as players_id from bronze.teams_roster_players group by players_source_id
    ) r on r.players_source_id = c.players_athlete_source_id
),
newest as (
    select
        *,
        rank() over (partition by game_id, team_id order by "asof" desc) as newness,
        row_number() over (partition by game_id, team_id, player_source_id order by "asof" desc) as place
    from told
)
select season, game_id, team_id, player_source_id, opponent_id, player_id, box_row_id, name, position, starter, ejected, minutes, pts, fgm, fga, fg2m, fg2a, fg3m, fg3a, ftm, fta, oreb, dreb, reb, ast, stl, blk, tov, pf, game_score_api, usage_rate_api, off_rating_api, def_rating_api, net_rating_api, game_date
from newest
where newness = 1 and place = 1
    and game_id not in (select game_id from silver.cbbd_removed_games where endpoint = 'games_players')
