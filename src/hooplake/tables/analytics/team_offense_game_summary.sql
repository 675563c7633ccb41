-- Whole numbers throughout: hundredths of possessions, seconds of the game. Each rate is one division, rounded on write.
with zoned as (
    select
        game_id,
        team_id,
        made,
        distance,
        case
            when shot_value = 3 then 'three'
            when distance <= 8 then 'paint'
            when distance > 8 then 'mid'
            when regexp_matches(lower(coalesce(shot_type, '')), 'layup|lay up|dunk|tip|finger roll') then 'paint'
        end as zone
    from silver.fct_shots
    where team_id is not null
),
zones as (
    select
        game_id,
        team_id,
        count(distance) as located,
        sum(case when zone is null then 1 else 0 end) as unzoned,
        sum(case when zone = 'paint' then 1 else 0 end) as paint,
        sum(case when zone = 'paint' and made then 1 else 0 end) as paint_made,
        sum(case when zone = 'mid' then 1 else 0 end) as mid,
        sum(case when zone = 'mid' and made then 1 else 0 end) as mid_made,
        sum(case when zone = 'three' then 1 else 0 end) as three,
        sum(case when zone = 'three' and made then 1 else 0 end) as three_made,
        count(*) as shots,
        sum(case when made then 1 else 0 end) as made
    from zoned
    group by game_id, team_id
),
-- of the box, or of the replay where the source has no box of the whole game
player_turnovers as (
    select p.game_id, p.team_id, sum(coalesce(p.tov, r.tov)) as tov
    from silver.fct_game_players as p
    left join (
        select game_id, player_id, sum(tov) as tov from gold.quarter_box_scores group by game_id, player_id
    ) as r on r.game_id = p.game_id and r.player_id = p.player_id
    group by p.game_id, p.team_id
),
first_rebounds as (
    select
        p.game_id,
        p.possession_num,
        p.team_id,
        p.end_event,
        min(e.event_num) as event_num
    from gold.possessions as p
    inner join silver.fct_plays as e
        on e.game_id = p.game_id and e.team_id = p.team_id and e.event = 'offensive_rebound'
        and e.event_num between p.start_event and p.end_event
    group by p.game_id, p.possession_num, p.team_id, p.end_event
),
-- points between an own offensive rebound and the end of the possession
second_chances as (
    select r.game_id, r.team_id, sum(e.points) as points
    from first_rebounds as r
    inner join silver.fct_plays as e
        on e.game_id = r.game_id and e.team_id = r.team_id and e.points > 0
        and e.event_num > r.event_num and e.event_num <= r.end_event
    where not (e.event = 'made_ft' and coalesce(e.kind, '') = 'technical')
    group by r.game_id, r.team_id
),
counted as (
    select game_id, team_id, count(*) as possessions
    from gold.possessions
    where team_id is not null
    group by game_id, team_id
),
last_periods as (
    select game_id, max(period) as periods
    from silver.fct_plays
    group by game_id
),
boxes as (
    select
        t.game_id,
        t.team_id,
        t.points, t.fgm, t.fga, t.fg3m, t.fg3a, t.ftm, t.fta, t.oreb, t.dreb, t.ast, t.stl, t.blk, t.pf,
        t.points_in_paint,
        t.fast_break_points,
        -- sources count the turnovers of the team now in the total, now beside it
        case
            when t.team_turnovers is not null and t.tov = p.tov then t.tov + t.team_turnovers
            else greatest(coalesce(t.tov, t.total_turnovers), coalesce(t.total_turnovers, t.tov))
        end as tov,
        p.tov as player_tov,
        'team_box' as points_source
    from silver.fct_game_teams as t
    left join player_turnovers as p on p.game_id = t.game_id and p.team_id = t.team_id
    where t.fga > 0
),
games as (
    select
        s.*,
        g.plays_status,
        g.home_score,
        g.away_score,
        coalesce(g.periods, l.periods) - s.regulation_periods as overtimes,
        s.regulation_seconds + (coalesce(g.periods, l.periods) - s.regulation_periods) * g.overtime_seconds as game_seconds
    from silver.fct_schedule as s
    inner join silver.fct_games as g on g.game_id = s.game_id and g.status = 'final'
    left join last_periods as l on l.game_id = s.game_id
    where s.counts_load
),
sides as (
    select *, true as home, home_team_id as team, away_team_id as opponent, home_abbr as abbr, away_abbr as opponent_abbr
    from games
    union all
    select *, false as home, away_team_id as team, home_team_id as opponent, away_abbr as abbr, home_abbr as opponent_abbr
    from games
),
-- where a team has no box, its players' lines are added up, if they make the score and the length of the game
added as (
    select
        p.game_id, p.team_id, count(p.fga) as lines, max(case when not p.did_not_play and p.fga is null then 1 else 0 end) as gaps,
        sum(p.points) as points, sum(p.fgm) as fgm, sum(p.fga) as fga, sum(p.fg3m) as fg3m, sum(p.fg3a) as fg3a,
        sum(p.ftm) as ftm, sum(p.fta) as fta, sum(p.oreb) as oreb, sum(p.dreb) as dreb, sum(p.ast) as ast, sum(p.stl) as stl,
        sum(p.blk) as blk, sum(p.pf) as pf, sum(p.tov) as tov, sum(coalesce(p.seconds, 60 * p.minutes)) as seconds
    from silver.fct_game_players as p
    left join boxes as b on b.game_id = p.game_id and b.team_id = p.team_id
    where b.game_id is null
    group by p.game_id, p.team_id
),
all_boxes as (
    select * from boxes
    union all
    select
        a.game_id, a.team_id, a.points, a.fgm, a.fga, a.fg3m, a.fg3a, a.ftm, a.fta, a.oreb, a.dreb, a.ast, a.stl, a.blk, a.pf,
        cast(null as integer) as points_in_paint,
        cast(null as integer) as fast_break_points,
        a.tov,
        a.tov as player_tov,
        'players' as points_source
    from added as a
    inner join sides as s on s.game_id = a.game_id and s.team = a.team_id
    where a.gaps = 0 and a.fga > 0 and a.points = case when s.home then s.home_score else s.away_score end
        and abs(a.seconds - 5 * s.game_seconds) * 100 <= 5 * s.game_seconds
),
-- who was not dressed; a box that names nobody may not tell it at all
absent as (
    select
        game_id, team_id, count(*) as players,
        case when max(team_games) >= 5 then sum(case when 2 * starts >= team_games then 1 else 0 end) end as starters
    from silver.fct_inactives
    group by game_id, team_id
),
crews as (
    select game_id, substr(sha256(string_agg(official_key, ',' order by official_key)), 1, 16) as crew
    from (
        select distinct game_id, regexp_replace(lower(strip_accents(official)), '[^a-z0-9]', '', 'g') as official_key
        from silver.fct_officials
    ) as officials
    group by game_id
),
joined as (
    select
        s.*,
        b.team_id,
        b.points_source,
        i.players as inactive_players,
        i.starters as inactive_starters,
        f.crew,
        b.points, b.fgm, b.fga, b.fg3m, b.fg3a, b.ftm, b.fta, b.oreb, b.dreb, b.ast, b.stl, b.blk, b.pf, b.tov,
        b.points_in_paint,
        b.fast_break_points,
        o.points as opponent_points,
        100 * (b.fga - b.oreb + b.tov) + 44 * b.fta as poss100,
        100 * (o.fga - o.oreb + o.tov) + 44 * o.fta as opponent_poss100,
        b.tov - b.player_tov as team_tov,
        z.located, z.paint, z.paint_made, z.mid, z.mid_made, z.three, z.three_made,
        coalesce(
            z.unzoned = 0 and z.shots = b.fga and z.made = b.fgm and z.three = b.fg3a and z.three_made = b.fg3m, false
        ) as zones_complete,
        c.possessions as counted,
        case when c.possessions is not null then coalesce(r.points, 0) end as second_chance
    from sides as s
    inner join all_boxes as b on b.game_id = s.game_id and b.team_id = s.team
    inner join all_boxes as o on o.game_id = s.game_id and o.team_id = s.opponent
    left join zones as z on z.game_id = s.game_id and z.team_id = s.team
    left join counted as c on c.game_id = s.game_id and c.team_id = s.team
    left join second_chances as r on r.game_id = s.game_id and r.team_id = s.team
    left join absent as i on i.game_id = s.game_id and i.team_id = s.team
    left join crews as f on f.game_id = s.game_id
)
select
    league, source, season, season_type, game_date, game_id, team_id,
    abbr as team_abbr,
    opponent as opponent_team_id,
    opponent_abbr as opponent_team_abbr,
    home as home_game,
    neutral_site,
    points as points_scored,
    fgm as fg_makes,
    fga as fg_attempts,
    fg3m as three_pt_makes,
    fg3a as three_pt_attempts,
    ftm as ft_makes,
    fta as ft_attempts,
    oreb as offensive_rebounds,
    dreb as defensive_rebounds,
    oreb + dreb as rebounds,
    ast as assists,
    stl as steals,
    blk as blocks,
    tov as turnovers,
    case when team_tov >= 0 then team_tov end as team_turnovers,
    pf as personal_fouls,
    case when zones_complete then paint end as team_paint_attempts,
    case when zones_complete then paint_made end as team_paint_makes,
    case when zones_complete then mid end as team_mid_range_attempts,
    case when zones_complete then mid_made end as team_mid_range_makes,
    case when zones_complete then three end as team_three_attempts,
    case when zones_complete then three_made end as team_three_makes,
    points_in_paint as points_in_paint_scored,
    second_chance as second_chance_points_scored,
    fast_break_points as fast_break_points_scored,
    poss100 / 100.0 as possessions,
    counted as possessions_counted,
    10000.0 * points / nullif(poss100, 0) as offensive_rating,
    (regulation_seconds * (poss100 + opponent_poss100)) / (200.0 * game_seconds) as pace,
    100.0 * points / nullif(2 * (100 * fga + 44 * fta), 0) as ts_pct,
    (2 * fgm + fg3m) / nullif(2.0 * fga, 0) as efg_pct,
    fta / nullif(1.0 * fga, 0) as ft_rate,
    overtimes as overtime_periods,
    game_seconds / 60.0 as game_minutes,
    points > opponent_points as win_flag,
    points - opponent_points as margin_of_victory,
    inactive_players as players_inactive,
    inactive_starters as starters_inactive,
    crew as referee_crew_id,
    points_source,
    case when zones_complete then source end as zones_source,
    concat_ws(
        ',',
        case when poss100 is null or team_tov is null or team_tov < 0 then 'box:NOT_COLLECTED' end,
        case
            when zones_complete then null
            when plays_status = 'absent' then 'zones:NO_PLAYS'
            when coalesce(located, 0) = 0 then 'zones:NO_COORDINATES'
            else 'zones:INCOMPLETE_SHOTS'
        end,
        case when points_in_paint is null then
            case when source = 'espn' then 'paint_points:NOT_COLLECTED' else 'paint_points:NO_SOURCE' end
        end,
        case when fast_break_points is null then
            case when source = 'espn' then 'fast_break:NOT_COLLECTED' else 'fast_break:NO_SOURCE' end
        end,
        case when second_chance is null then 'second_chance:NO_PLAYS' end,
        case when counted is null then 'counted:NO_PLAYS' end,
        case
            when inactive_players is null then
                case when source = 'espn' and league in ('nba', 'wnba') then 'inactives:NOT_COLLECTED' else 'inactives:NO_SOURCE' end
            when inactive_starters is null then 'inactives:SHORT_HISTORY'
        end,
        case when crew is null then case when source = 'official' then 'officials:NO_SOURCE' else 'officials:NO_OFFICIALS' end end
    ) as missing
from joined
