-- The 20 features of a game. A final score is one of a game that was played; a line score is one of a period.
select
    g.game_id,
    g.status,
    g.home_team_id,
    g.away_team_id,
    g.game_date,
    case
        when $league = 'wnba' then cast($season as varchar)
        else cast($season - 1 as varchar) || '-' || right('0' || cast($season % 100 as varchar), 2)
    end as season_label,
    case when g.season_type in (1, 2, 3, 5) then g.season_type end as season_type,
    g.home_abbr as home_team_abbr,
    g.away_abbr as away_team_abbr,
    case when g.played then g.home_score end as home_score,
    case when g.played then g.away_score end as away_score,
    case when g.regulation_periods = 4 then q.q1 end as home_q1_score,
    case when g.regulation_periods = 4 then q.q2 end as home_q2_score,
    case when g.regulation_periods = 4 then q.q3 end as home_q3_score,
    case when g.regulation_periods = 4 then q.q4 end as home_q4_score,
    g.venue as venue_name,
    g.venue_city,
    g.attendance,
    cast(null as boolean) as sold_out,
    g.network as broadcast_network,
    case
        when g.played and d.minutes between 60 and 300 then d.minutes
    end as game_duration,
    o.official as referee_1,
    g.periods > g.regulation_periods as overtime,
    case when g.played then abs(g.home_score - g.away_score) end as margin_of_victory
from silver.fct_games as g
left join (
    select
        game_id,
        max(case when period = 1 then points end) as q1,
        max(case when period = 2 then points end) as q2,
        max(case when period = 3 then points end) as q3,
        max(case when period = 4 then points end) as q4
    from silver.fct_game_periods
    where home
    group by game_id
) as q on q.game_id = g.game_id
left join (
    select
        game_id,
        -- whole minutes, halves up
        (epoch_ms(last_play_utc) - epoch_ms(first_play_utc) + 30000) // 60000 as minutes
    from silver.fct_games
) as d on d.game_id = g.game_id
left join (
    select game_id, official from silver.fct_officials where official_order = 1
) as o on o.game_id = g.game_id
order by g.game_id
