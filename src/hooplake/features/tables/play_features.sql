-- The 13 features of a play. A field goal is a shot; shots and free throws are attempts.
select
    p.game_id,
    p.game_date,
    p.event_num,
    p.play_id,
    p.type_id as event_type_id,
    p.clock_seconds,
    case when p.is_shot then p.x end as shot_x_coord,
    case when p.is_shot then p.y end as shot_y_coord,
    case when p.is_shot then s.distance end as shot_distance,
    case when p.is_attempt then p.event like 'made_%' end as shot_made,
    case
        when p.is_attempt then coalesce(
            p.type_text,
            nullif(trim(regexp_extract(
                p.description, '(?:makes|made|misses|missed|''s) (?:[0-9]+-foot )?([^(]+)', 1
            )), '')
        )
    end as shot_type,
    case when p.is_attempt then p.shot_value end as shot_value,
    case when p.event in ('made_2', 'made_3') then p.player2_id end as assist_player_id,
    coalesce(p.type_text, w.words) as event_type,
    p.period,
    p.clock,
    m.home_score - m.away_score as score_margin,
    case
        when p.side = 'own' then p.team_id
        when p.side = 'other' and p.home then g.away_team_id
        when p.side = 'other' and not p.home then g.home_team_id
    end as possession_team,
    p.description as event_description
from (
    select
        *,
        event in ('made_2', 'made_3', 'missed_2', 'missed_3', 'missed_heave') as is_shot,
        event in ('made_2', 'made_3', 'missed_2', 'missed_3', 'missed_heave', 'made_ft', 'missed_ft') as is_attempt,
        -- whose ball it is: that of the team of the play, or of the other one
        case
            when event in (
                'made_2', 'made_3', 'missed_2', 'missed_3', 'missed_heave', 'made_ft', 'missed_ft', 'turnover',
                'offensive_rebound', 'defensive_rebound', 'dead_ball_rebound', 'steal'
            ) then 'own'
            when event = 'foul' and kind in ('offensive', 'charge') then 'own'
            when event = 'block' then 'other'
            when event = 'foul' and coalesce(kind, '') <> 'technical' then 'other'
        end as side
    from silver.fct_plays
) as p
join silver.fct_games as g on g.game_id = p.game_id
left join silver.fct_shots as s on s.game_id = p.game_id and s.event_num = p.event_num
left join gold.game_state_snapshots as m on m.game_id = p.game_id and m.event_num = p.event_num
left join event_words as w on w.event = p.event
order by p.game_id, p.event_num
