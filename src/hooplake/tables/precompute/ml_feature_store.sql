-- Features 0 to 59 as columns, then as lists. A feature has its place for good: new ones are added at the end.
with rules as (
    select
        case when league in ('mbb', 'wbb') then 21 else 14 end as bootstrap_days,
        min(case when counts_stats and expected then game_date end) as opening_date
    from silver.fct_schedule
    group by league
),
due as (
    select u.*
    from gold.upcoming_player_game_context as u
    cross join rules as r
    where $include_bootstrap or date_diff('day', r.opening_date, u.game_date) >= r.bootstrap_days
),
-- the first date after each break of five days or more
breaks as (
    select game_date as resumed
    from (
        select game_date, lag(game_date) over (order by game_date) as previous_date
        from (select distinct game_date from silver.fct_schedule where expected) as dates
    ) as gaps
    where date_diff('day', previous_date, game_date) >= 6
),
played as (
    select
        *,
        row_number() over (partition by player_id order by game_date, game_id) as place,
        sum(case when game_date < (select min(game_date) from due) then 1 else 0 end) over (partition by player_id) as places_before,
        lag(game_date) over (partition by player_id order by game_date, game_id) as previous_date,
        lag(team_id) over (partition by player_id order by game_date, game_id) as previous_team,
        sum(points) over (partition by player_id order by game_date, game_id rows between unbounded preceding and 1 preceding) as points_before,
        case when usage_rate_valid then 1 else 0 end as valid,
        case when usage_rate_valid then cast(round(100 * usage_rate) as bigint) * seconds_played end as used,
        case when usage_rate_valid then seconds_played end as used_seconds
    from gold.player_game_summary
    where season = $season and not is_dnp and seconds_played > 0 and season_type in ('regular', 'playin', 'playoff')
),
settled as (
    select
        p.*,
        coalesce(points * (place - 1) < points_before, false) as is_below,
        case
            when p.previous_date is null or p.previous_team <> p.team_id or date_diff('day', p.previous_date, p.game_date) > 10
                or exists (select 1 from breaks as b where b.resumed > p.previous_date and b.resumed <= p.game_date)
            then p.place
        end as changed_place
    from played as p
),
turns as (
    select
        *,
        case when is_below = lag(is_below) over (partition by player_id order by game_date, game_id) then null else place end as turned_place
    from settled
),
-- windows of ten games reach no further back than ten games before the first date that is asked for; of the games before
-- those it is enough to know what they come to
earlier as (
    select
        player_id, max(turned_place) as turned_place, max(changed_place) as changed_place, sum(points) as points,
        sum(points * points) as squares, sum(seconds_played) as seconds
    from turns
    where place <= places_before - 10
    group by player_id
),
latest as (
    select
        t.*, e.turned_place as earlier_turned, e.changed_place as earlier_changed, e.points as earlier_points,
        e.squares as earlier_squares, e.seconds as earlier_seconds
    from turns as t
    left join earlier as e on e.player_id = t.player_id
    where t.place > t.places_before - 10
),
totals as (
    select
        *,
        greatest(earlier_turned, max(turned_place) over (partition by player_id order by game_date, game_id rows between unbounded preceding and current row)) as run_place,
        greatest(earlier_changed, max(changed_place) over (partition by player_id order by game_date, game_id rows between unbounded preceding and current row)) as settled_place,
        coalesce(earlier_points + sum(points) over (partition by player_id order by game_date, game_id rows between unbounded preceding and current row), earlier_points, sum(points) over (partition by player_id order by game_date, game_id rows between unbounded preceding and current row)) as points_all,
        coalesce(earlier_squares + sum(points * points) over (partition by player_id order by game_date, game_id rows between unbounded preceding and current row), earlier_squares, sum(points * points) over (partition by player_id order by game_date, game_id rows between unbounded preceding and current row)) as squares_all,
        coalesce(earlier_seconds + sum(seconds_played) over (partition by player_id order by game_date, game_id rows between unbounded preceding and current row), earlier_seconds, sum(seconds_played) over (partition by player_id order by game_date, game_id rows between unbounded preceding and current row)) as seconds_all
    from latest
),
form as (
    select
        player_id,
        game_date,
        lead(game_date) over (partition by player_id order by game_date, game_id) as until_date,
        place as games,
        least(place, 10) as n10,
        least(place, 7) as n7,
        is_below as below,
        place - run_place + 1 as run,
        place - settled_place + 1 as settled_games,
        sum(points) over (partition by player_id order by game_date, game_id rows between 1 preceding and current row) as points_2,
        sum(points) over (partition by player_id order by game_date, game_id rows between 4 preceding and 2 preceding) as points_3_before,
        sum(points) over (partition by player_id order by game_date, game_id rows between 2 preceding and current row) as points_3,
        sum(points) over (partition by player_id order by game_date, game_id rows between 4 preceding and current row) as points_5,
        sum(points) over (partition by player_id order by game_date, game_id rows between 6 preceding and current row) as points_7,
        sum(points) over (partition by player_id order by game_date, game_id rows between 9 preceding and current row) as points_10,
        points_all,
        sqrt((place * squares_all - points_all * points_all) / nullif(1.0 * place * (place - 1), 0)) as deviation_all,
        sum(place) over (partition by player_id order by game_date, game_id rows between 6 preceding and current row) as places_7,
        sum(place * place) over (partition by player_id order by game_date, game_id rows between 6 preceding and current row) as place_squares_7,
        sum(place * points) over (partition by player_id order by game_date, game_id rows between 6 preceding and current row) as moments_7,
        sum(place) over (partition by player_id order by game_date, game_id rows between 9 preceding and current row) as places_10,
        sum(place * place) over (partition by player_id order by game_date, game_id rows between 9 preceding and current row) as place_squares_10,
        sum(place * points) over (partition by player_id order by game_date, game_id rows between 9 preceding and current row) as moments_10,
        sum(ft_makes) over (partition by player_id order by game_date, game_id rows between 9 preceding and current row) as free_throws_10,
        sum(seconds_played) over (partition by player_id order by game_date, game_id rows between 4 preceding and current row) as seconds_5,
        sum(seconds_played) over (partition by player_id order by game_date, game_id rows between 9 preceding and current row) as seconds_10,
        sum(cast(seconds_played as bigint) * seconds_played) over (partition by player_id order by game_date, game_id rows between 9 preceding and current row) as second_squares_10,
        seconds_all,
        sum(valid) over (partition by player_id order by game_date, game_id rows between 4 preceding and current row) as valid_5,
        sum(used) over (partition by player_id order by game_date, game_id rows between 4 preceding and current row) as used_5,
        sum(used_seconds) over (partition by player_id order by game_date, game_id rows between 4 preceding and current row) as used_seconds_5
    from totals
),
-- points over the 60 days before each date
timeline as (
    select player_id, game_date, 1 as games, points, points * points as squares, false as asked
    from played
    where game_date >= (select min(game_date) - 60 from due)
    union all
    select distinct player_id, game_date, 0, 0, 0, true
    from due
),
spans as (
    select
        player_id, game_date, asked,
        sum(games) over (partition by player_id order by game_date range between interval 60 day preceding and interval 1 day preceding) as games,
        sum(points) over (partition by player_id order by game_date range between interval 60 day preceding and interval 1 day preceding) as points,
        sum(squares) over (partition by player_id order by game_date range between interval 60 day preceding and interval 1 day preceding) as squares
    from timeline
),
meetings as (
    select
        player_id, opponent_team_id, game_date,
        lead(game_date) over (partition by player_id, opponent_team_id order by game_date, game_id) as until_date,
        count(*) over (partition by player_id, opponent_team_id order by game_date, game_id rows between unbounded preceding and current row) as games,
        sum(points) over (partition by player_id, opponent_team_id order by game_date, game_id rows between unbounded preceding and current row) as points
    from gold.player_game_summary
    where not is_dnp and seconds_played > 0 and season_type in ('regular', 'playin', 'playoff')
        and (player_id, opponent_team_id) in (select player_id, opponent_team_id from due)
),
team_games as (
    select team_id, game_date, game_id,
        row_number() over (partition by team_id order by game_date, game_id) as n,
        lead(game_date) over (partition by team_id order by game_date, game_id) as until_date
    from (select distinct team_id, game_date, game_id from gold.player_game_summary where season = $season) as listed
),
listings as (
    select p.player_id, p.team_id, p.is_dnp, g.n
    from gold.player_game_summary as p
    inner join team_games as g on g.team_id = p.team_id and g.game_id = p.game_id
    where p.season = $season
),
-- made before it is joined: what all teams listed before all their games is a lot more
entering as materialized (
    select d.game_id, d.player_id, d.team_id, t.n
    from due as d
    inner join team_games as t
        on t.team_id = d.team_id and t.game_date < d.game_date and (t.until_date is null or t.until_date >= d.game_date)
),
absences as (
    select d.game_id, d.player_id, count(*) as listed, sum(case when l.is_dnp then 1 else 0 end) as absent
    from entering as d
    inner join listings as l on l.player_id = d.player_id and l.team_id = d.team_id and l.n > d.n - 15 and l.n <= d.n
    group by d.game_id, d.player_id
),
margins as (
    select
        team_id, game_date,
        lead(game_date) over (partition by team_id order by game_date, game_id) as until_date,
        count(*) over (partition by team_id order by game_date, game_id rows between 9 preceding and current row) as games,
        sum(case when abs(margin_of_victory) >= 15 then 1 else 0 end) over (
            partition by team_id order by game_date, game_id rows between 9 preceding and current row
        ) as blowouts
    from gold.team_offense_game_summary
    where season_type in ('regular', 'playin', 'playoff')
),
mates as (
    select
        d.game_id, d.player_id,
        (sum(case when d.driver_source <> 'BOX' and d.player_status not in ('OUT', 'DOUBTFUL') then round(100 * c.usage_rate_last_10) end) over (partition by d.game_id, d.team_id)
            - coalesce(case when d.driver_source <> 'BOX' and d.player_status not in ('OUT', 'DOUBTFUL') then round(100 * c.usage_rate_last_10) end, 0)) / 100.0 as usage_available
    from due as d
    left join gold.player_daily_cache as c on c.game_date = d.game_date and c.player_id = d.player_id
),
-- what the books say of his points, and how he did against his own lines; a push is neither over nor under
quotes as (
    select
        game_id, player_id,
        count(*) as books,
        sum(cast(round(10 * line) as bigint)) as tenths,
        sum(cast(round(10 * line) as bigint) * cast(round(10 * line) as bigint)) as squares
    from silver.fct_player_props
    where market = 'player_points' and closing
    group by game_id, player_id
),
lined as (
    select
        player_id, game_date, points_line,
        lead(game_date) over (partition by player_id order by game_date, game_id) as until_date,
        count(*) over (partition by player_id order by game_date, game_id rows between 9 preceding and current row) as games_10,
        sum(case when over_under_result = 'OVER' then 1 else 0 end) over (partition by player_id order by game_date, game_id rows between 9 preceding and current row) as overs_10,
        sum(case when over_under_result = 'UNDER' then 1 else 0 end) over (partition by player_id order by game_date, game_id rows between 9 preceding and current row) as unders_10,
        count(*) over (partition by player_id order by game_date, game_id rows between 4 preceding and current row) as games_5,
        sum(cast(round(10 * margin) as bigint)) over (partition by player_id order by game_date, game_id rows between 4 preceding and current row) as margins_5
    from gold.player_game_summary
    where season = $season and points_line is not null and not is_dnp and seconds_played > 0
        and season_type in ('regular', 'playin', 'playoff')
),
measured as (
    select
        u.league, u.source, u.season, u.game_date, u.game_id, u.player_id, u.player_lookup, u.team_id,
        u.opponent_team_id, u.home_game, u.days_rest, u.l10_games_used, u.window_games_expected,
        u.window_games_found, u.window_first_date, u.window_last_date,
        c.points_avg_last_5 as v0,
        c.points_avg_last_10 as v1,
        c.points_avg_season as v2,
        c.points_std_last_10 as v3,
        c.games_in_last_7_days as v4,
        x.fatigue_score as v5,
        x.shot_zone_mismatch_score as v6,
        x.pace_score as v7,
        x.usage_spike_score as v8,
        case when u.days_rest is not null and u.opponent_days_rest is not null then least(2, greatest(-2, u.days_rest - u.opponent_days_rest)) end as v9,
        case u.player_status when 'AVAILABLE' then 0 when 'PROBABLE' then 1 when 'QUESTIONABLE' then 2 when 'DOUBTFUL' then 3 when 'OUT' then 3 end as v10,
        case when f.games < 5 then null when 3 * f.points_2 - 2 * f.points_3_before >= 30 then 2 when 3 * f.points_2 - 2 * f.points_3_before >= 12 then 1 when 3 * f.points_2 - 2 * f.points_3_before <= -30 then -2 when 3 * f.points_2 - 2 * f.points_3_before <= -12 then -1 else 0 end as v11,
        case when f.games < 5 then null when 100 * f.seconds_5 * f.games >= 120 * 5 * f.seconds_all then 2 when 100 * f.seconds_5 * f.games >= 110 * 5 * f.seconds_all then 1 when 100 * f.seconds_5 * f.games <= 80 * 5 * f.seconds_all then -2 when 100 * f.seconds_5 * f.games <= 90 * 5 * f.seconds_all then -1 else 0 end as v12,
        z.defensive_rating_last_15 as v13,
        o.team_pace_last_10 as v14,
        case when u.neutral_site then 0.5 when u.home_game then 1 else 0 end as v15,
        case when u.back_to_back then 1 else 0 end as v16,
        case when u.season_type in ('playin', 'playoff') then 1 else 0 end as v17,
        s.paint_rate_last_10 / 100 as v18,
        s.mid_range_rate_last_10 / 100 as v19,
        s.three_pt_rate_last_10 / 100 as v20,
        f.free_throws_10 / nullif(1.0 * f.points_10, 0) as v21,
        t.team_pace_last_10 as v22,
        t.team_off_rating_last_10 as v23,
        case when t.games_played_entering >= 5 then t.win_pct_entering end as v24,
        u.current_points_line as v25,
        u.opening_points_line as v26,
        u.line_movement as v27,
        case when u.has_prop_line then 1 when not u.has_prop_line then 0 end as v28,
        v.points / nullif(1.0 * v.games, 0) as v29,
        case when v.games is null then 0 else v.games end as v30,
        c.minutes_avg_last_10 as v31,
        60.0 * f.points_10 / nullif(f.seconds_10, 0) as v32,
        d.absent / nullif(1.0 * d.listed, 0) as v33,
        case when f.games >= 5 then (f.n10 * f.moments_10 - f.places_10 * f.points_10) / nullif(1.0 * (f.n10 * f.place_squares_10 - f.places_10 * f.places_10), 0) end as v34,
        case when f.games >= 10 then (f.points_5 / 5.0 - f.points_all / (1.0 * f.games)) / nullif(f.deviation_all, 0) end as v35,
        case when f.games >= 10 then case when f.points_5 / 5.0 > f.points_all / (1.0 * f.games) + 1.5 * f.deviation_all then 1 else 0 end end as v36,
        u.star_teammates_out as v37,
        u.game_total as v38,
        u.days_rest as v39,
        u.minutes_in_last_7_days as v40,
        abs(u.game_spread) as v41,
        t.implied_team_total as v42,
        case when f.games >= 3 then f.points_3 / 3.0 end as v43,
        case when f.games >= 5 then (f.n7 * f.moments_7 - f.places_7 * f.points_7) / nullif(1.0 * (f.n7 * f.place_squares_7 - f.places_7 * f.places_7), 0) end as v44,
        case when f.games >= 3 and e.games >= 8 then (f.points_3 / 3.0 - e.points / (1.0 * e.games)) / nullif(sqrt((e.games * e.squares - e.points * e.points) / (1.0 * e.games * (e.games - 1))), 0) end as v45,
        case when f.below then f.run else 0 end as v46,
        case when u.player_status is not null then m.usage_available end as v47,
        case when f.valid_5 > 0 then f.used_5 / nullif(100.0 * f.used_seconds_5, 0) end as v48,
        f.settled_games as v49,
        case when q.books >= 2 then sqrt((q.books * q.squares - q.tenths * q.tenths) / (100.0 * q.books * (q.books - 1))) end as v50,
        u.prop_over_streak as v51,
        u.prop_under_streak as v52,
        u.current_points_line - c.points_avg_season as v53,
        u.current_points_line - h.points_line as v54,
        case when h.games_10 >= 5 then h.overs_10 / nullif(1.0 * (h.overs_10 + h.unders_10), 0) end as v55,
        case when h.games_5 >= 3 then h.margins_5 / (10.0 * h.games_5) end as v56,
        b.blowouts / nullif(1.0 * b.games, 0) as v57,
        case when f.games >= 5 then sqrt((f.n10 * f.second_squares_10 - f.seconds_10 * f.seconds_10) / (1.0 * f.n10 * (f.n10 - 1))) / 60 end as v58,
        t.team_pace_last_10 - o.team_pace_last_10 as v59
    from due as u
    left join gold.player_daily_cache as c on c.game_date = u.game_date and c.player_id = u.player_id
    left join gold.player_composite_factors as x on x.game_id = u.game_id and x.player_id = u.player_id
    left join gold.player_shot_zone_analysis as s on s.game_date = u.game_date and s.player_id = u.player_id
    left join gold.team_defense_zone_analysis as z on z.game_date = u.game_date and z.team_id = u.opponent_team_id
    left join gold.upcoming_team_game_context as t on t.game_id = u.game_id and t.team_id = u.team_id
    left join gold.upcoming_team_game_context as o on o.game_id = u.game_id and o.team_id = u.opponent_team_id
    left join form as f
        on f.player_id = u.player_id and f.game_date < u.game_date and (f.until_date is null or f.until_date >= u.game_date)
    left join spans as e on e.player_id = u.player_id and e.game_date = u.game_date and e.asked
    left join meetings as v
        on v.player_id = u.player_id and v.opponent_team_id = u.opponent_team_id and v.game_date < u.game_date
        and (v.until_date is null or v.until_date >= u.game_date)
    left join absences as d on d.game_id = u.game_id and d.player_id = u.player_id
    left join margins as b
        on b.team_id = u.team_id and b.game_date < u.game_date and (b.until_date is null or b.until_date >= u.game_date)
    left join mates as m on m.game_id = u.game_id and m.player_id = u.player_id
    left join quotes as q on q.game_id = u.game_id and q.player_id = u.player_id
    left join lined as h
        on h.player_id = u.player_id and h.game_date < u.game_date and (h.until_date is null or h.until_date >= u.game_date)
),
-- real extremes; what lies outside is no value
ranged as (
    select
        *,
        case when v0 between 0 and 70 then v0 end as f0,
        case when v1 between 0 and 70 then v1 end as f1,
        case when v2 between 0 and 70 then v2 end as f2,
        case when v3 between 0 and 30 then v3 end as f3,
        case when v4 between 0 and 5 then v4 end as f4,
        case when v5 between 0 and 100 then v5 end as f5,
        case when v6 between -10 and 10 then v6 end as f6,
        case when v7 between -3 and 3 then v7 end as f7,
        case when v8 between -3 and 3 then v8 end as f8,
        case when v9 between -2 and 2 then v9 end as f9,
        case when v10 between 0 and 3 then v10 end as f10,
        case when v11 between -2 and 2 then v11 end as f11,
        case when v12 between -2 and 2 then v12 end as f12,
        case when v13 between 70 and 150 then v13 end as f13,
        case when v14 between case when league = 'nba' then 60 else 50 end and case when league = 'nba' then 125 else 100 end then v14 end as f14,
        case when v15 between 0 and 1 then v15 end as f15,
        case when v16 between 0 and 1 then v16 end as f16,
        case when v17 between 0 and 1 then v17 end as f17,
        case when v18 between 0 and 1 then v18 end as f18,
        case when v19 between 0 and 1 then v19 end as f19,
        case when v20 between 0 and 1 then v20 end as f20,
        case when v21 between 0 and 1 then v21 end as f21,
        case when v22 between case when league = 'nba' then 60 else 50 end and case when league = 'nba' then 125 else 100 end then v22 end as f22,
        case when v23 between 70 and 150 then v23 end as f23,
        case when v24 between 0 and 1 then v24 end as f24,
        case when v25 between 0 and 80 then v25 end as f25,
        case when v26 between 0 and 80 then v26 end as f26,
        case when v27 between -15 and 15 then v27 end as f27,
        case when v28 between 0 and 1 then v28 end as f28,
        case when v29 between 0 and 70 then v29 end as f29,
        case when v30 between 0 and 40 then v30 end as f30,
        case when v31 between 0 and 60 then v31 end as f31,
        case when v32 between 0 and 2 then v32 end as f32,
        case when v33 between 0 and 1 then v33 end as f33,
        case when v34 between -10 and 10 then v34 end as f34,
        case when v35 between -5 and 5 then v35 end as f35,
        case when v36 between 0 and 1 then v36 end as f36,
        case when v37 between 0 and 8 then v37 end as f37,
        case when v38 between case when league = 'nba' then 150 else 80 end and case when league = 'nba' then 300 else 220 end then v38 end as f38,
        case when v39 between 0 and 200 then v39 end as f39,
        case when v40 between 0 and 300 then v40 end as f40,
        case when v41 between 0 and 60 then v41 end as f41,
        case when v42 between case when league = 'nba' then 60 else 30 end and case when league = 'nba' then 170 else 130 end then v42 end as f42,
        case when v43 between 0 and 80 then v43 end as f43,
        case when v44 between -12 and 12 then v44 end as f44,
        case when v45 between -6 and 6 then v45 end as f45,
        case when v46 between 0 and 82 then v46 end as f46,
        case when v47 between 0 and 300 then v47 end as f47,
        case when v48 between 0 and 60 then v48 end as f48,
        case when v49 between 0 and 82 then v49 end as f49,
        case when v50 between 0 and 5 then v50 end as f50,
        case when v51 between 0 and 40 then v51 end as f51,
        case when v52 between 0 and 40 then v52 end as f52,
        case when v53 between -30 and 30 then v53 end as f53,
        case when v54 between -20 and 20 then v54 end as f54,
        case when v55 between 0 and 1 then v55 end as f55,
        case when v56 between -30 and 30 then v56 end as f56,
        case when v57 between 0 and 1 then v57 end as f57,
        case when v58 between 0 and 25 then v58 end as f58,
        case when v59 between -30 and 30 then v59 end as f59,
        case when league in ('nba', 'wnba') and (season >= 2023 or v28 is not null) then 'NOT_COLLECTED' else 'NO_SOURCE' end as prop_reason,
        case when source = 'espn' then 'NOT_COLLECTED' else 'NO_SOURCE' end as report_reason
    from measured
),
explained as (
    select
        *,
        case when f0 is not null then null when v0 is not null then 'OUT_OF_RANGE' else 'SHORT_HISTORY' end as w0,
        case when f1 is not null then null when v1 is not null then 'OUT_OF_RANGE' else 'SHORT_HISTORY' end as w1,
        case when f2 is not null then null when v2 is not null then 'OUT_OF_RANGE' else 'SHORT_HISTORY' end as w2,
        case when f3 is not null then null when v3 is not null then 'OUT_OF_RANGE' else 'SHORT_HISTORY' end as w3,
        case when f4 is not null then null when v4 is not null then 'OUT_OF_RANGE' else 'SHORT_HISTORY' end as w4,
        case when f5 is not null then null when v5 is not null then 'OUT_OF_RANGE' else 'UPSTREAM_NULL' end as w5,
        case when f6 is not null then null when v6 is not null then 'OUT_OF_RANGE' else 'UPSTREAM_NULL' end as w6,
        case when f7 is not null then null when v7 is not null then 'OUT_OF_RANGE' else 'UPSTREAM_NULL' end as w7,
        case when f8 is not null then null when v8 is not null then 'OUT_OF_RANGE' else 'UPSTREAM_NULL' end as w8,
        case when f9 is not null then null when v9 is not null then 'OUT_OF_RANGE' else 'FIRST_GAME' end as w9,
        case when f10 is not null then null when v10 is not null then 'OUT_OF_RANGE' else report_reason end as w10,
        case when f11 is not null then null when v11 is not null then 'OUT_OF_RANGE' else 'SHORT_HISTORY' end as w11,
        case when f12 is not null then null when v12 is not null then 'OUT_OF_RANGE' else 'SHORT_HISTORY' end as w12,
        case when f13 is not null then null when v13 is not null then 'OUT_OF_RANGE' else 'SHORT_HISTORY' end as w13,
        case when f14 is not null then null when v14 is not null then 'OUT_OF_RANGE' else 'SHORT_HISTORY' end as w14,
        case when f15 is not null then null when v15 is not null then 'OUT_OF_RANGE' else 'UPSTREAM_NULL' end as w15,
        case when f16 is not null then null when v16 is not null then 'OUT_OF_RANGE' else 'UPSTREAM_NULL' end as w16,
        case when f17 is not null then null when v17 is not null then 'OUT_OF_RANGE' else 'UPSTREAM_NULL' end as w17,
        case when f18 is not null then null when v18 is not null then 'OUT_OF_RANGE' else 'UPSTREAM_NULL' end as w18,
        case when f19 is not null then null when v19 is not null then 'OUT_OF_RANGE' else 'UPSTREAM_NULL' end as w19,
        case when f20 is not null then null when v20 is not null then 'OUT_OF_RANGE' else 'UPSTREAM_NULL' end as w20,
        case when f21 is not null then null when v21 is not null then 'OUT_OF_RANGE' else 'ZERO_DENOMINATOR' end as w21,
        case when f22 is not null then null when v22 is not null then 'OUT_OF_RANGE' else 'SHORT_HISTORY' end as w22,
        case when f23 is not null then null when v23 is not null then 'OUT_OF_RANGE' else 'SHORT_HISTORY' end as w23,
        case when f24 is not null then null when v24 is not null then 'OUT_OF_RANGE' else 'SHORT_HISTORY' end as w24,
        case when f25 is not null then null when v25 is not null then 'OUT_OF_RANGE' else prop_reason end as w25,
        case when f26 is not null then null when v26 is not null then 'OUT_OF_RANGE' else prop_reason end as w26,
        case when f27 is not null then null when v27 is not null then 'OUT_OF_RANGE' else prop_reason end as w27,
        case when f28 is not null then null when v28 is not null then 'OUT_OF_RANGE' else prop_reason end as w28,
        case when f29 is not null then null when v29 is not null then 'OUT_OF_RANGE' else 'SHORT_HISTORY' end as w29,
        case when f30 is not null then null when v30 is not null then 'OUT_OF_RANGE' else 'SHORT_HISTORY' end as w30,
        case when f31 is not null then null when v31 is not null then 'OUT_OF_RANGE' else 'SHORT_HISTORY' end as w31,
        case when f32 is not null then null when v32 is not null then 'OUT_OF_RANGE' else 'SHORT_HISTORY' end as w32,
        case when f33 is not null then null when v33 is not null then 'OUT_OF_RANGE' else 'SHORT_HISTORY' end as w33,
        case when f34 is not null then null when v34 is not null then 'OUT_OF_RANGE' else 'SHORT_HISTORY' end as w34,
        case when f35 is not null then null when v35 is not null then 'OUT_OF_RANGE' else 'SHORT_HISTORY' end as w35,
        case when f36 is not null then null when v36 is not null then 'OUT_OF_RANGE' else 'SHORT_HISTORY' end as w36,
        case when f37 is not null then null when v37 is not null then 'OUT_OF_RANGE' else report_reason end as w37,
        case when f38 is not null then null when v38 is not null then 'OUT_OF_RANGE' else 'NOT_COLLECTED' end as w38,
        case when f39 is not null then null when v39 is not null then 'OUT_OF_RANGE' else 'FIRST_GAME' end as w39,
        case when f40 is not null then null when v40 is not null then 'OUT_OF_RANGE' else 'UPSTREAM_NULL' end as w40,
        case when f41 is not null then null when v41 is not null then 'OUT_OF_RANGE' else 'NOT_COLLECTED' end as w41,
        case when f42 is not null then null when v42 is not null then 'OUT_OF_RANGE' else 'NOT_COLLECTED' end as w42,
        case when f43 is not null then null when v43 is not null then 'OUT_OF_RANGE' else 'SHORT_HISTORY' end as w43,
        case when f44 is not null then null when v44 is not null then 'OUT_OF_RANGE' else 'SHORT_HISTORY' end as w44,
        case when f45 is not null then null when v45 is not null then 'OUT_OF_RANGE' else 'SHORT_HISTORY' end as w45,
        case when f46 is not null then null when v46 is not null then 'OUT_OF_RANGE' else 'SHORT_HISTORY' end as w46,
        case when f47 is not null then null when v47 is not null then 'OUT_OF_RANGE' else report_reason end as w47,
        case when f48 is not null then null when v48 is not null then 'OUT_OF_RANGE' else 'SHORT_HISTORY' end as w48,
        case when f49 is not null then null when v49 is not null then 'OUT_OF_RANGE' else 'SHORT_HISTORY' end as w49,
        case when f50 is not null then null when v50 is not null then 'OUT_OF_RANGE' when v25 is not null then 'SHORT_HISTORY' else prop_reason end as w50,
        case when f51 is not null then null when v51 is not null then 'OUT_OF_RANGE' else prop_reason end as w51,
        case when f52 is not null then null when v52 is not null then 'OUT_OF_RANGE' else prop_reason end as w52,
        case when f53 is not null then null when v53 is not null then 'OUT_OF_RANGE' when v25 is not null then 'SHORT_HISTORY' else prop_reason end as w53,
        case when f54 is not null then null when v54 is not null then 'OUT_OF_RANGE' when v25 is not null then 'SHORT_HISTORY' else prop_reason end as w54,
        case when f55 is not null then null when v55 is not null then 'OUT_OF_RANGE' when v25 is not null then 'SHORT_HISTORY' else prop_reason end as w55,
        case when f56 is not null then null when v56 is not null then 'OUT_OF_RANGE' when v25 is not null then 'SHORT_HISTORY' else prop_reason end as w56,
        case when f57 is not null then null when v57 is not null then 'OUT_OF_RANGE' else 'SHORT_HISTORY' end as w57,
        case when f58 is not null then null when v58 is not null then 'OUT_OF_RANGE' else 'SHORT_HISTORY' end as w58,
        case when f59 is not null then null when v59 is not null then 'OUT_OF_RANGE' else 'SHORT_HISTORY' end as w59
    from ranged
),
-- a feature without a value has a reason, and one with a value none; required features count twice
listed as (
    select
        *,
        [
            f0, f1, f2, f3, f4, f5, f6, f7, f8, f9, f10, f11, f12, f13, f14, f15, f16, f17, f18, f19,
            f20, f21, f22, f23, f24, f25, f26, f27, f28, f29, f30, f31, f32, f33, f34, f35, f36, f37, f38, f39,
            f40, f41, f42, f43, f44, f45, f46, f47, f48, f49, f50, f51, f52, f53, f54, f55, f56, f57, f58, f59
        ] as all_features,
        [
            w0, w1, w2, w3, w4, w5, w6, w7, w8, w9, w10, w11, w12, w13, w14, w15, w16, w17, w18, w19,
            w20, w21, w22, w23, w24, w25, w26, w27, w28, w29, w30, w31, w32, w33, w34, w35, w36, w37, w38, w39,
            w40, w41, w42, w43, w44, w45, w46, w47, w48, w49, w50, w51, w52, w53, w54, w55, w56, w57, w58, w59
        ] as all_reasons,
        [
            w0, w1, w2, w3, w4, w5, w7, w13, w14, w15, w16, w17, w22, w23, w24, w31, w32
        ] as required_reasons,
        coalesce(
            '0:' || w0, '1:' || w1, '2:' || w2, '3:' || w3, '4:' || w4, '5:' || w5, '7:' || w7, '13:' || w13, '14:' || w14,
            '15:' || w15, '16:' || w16, '17:' || w17, '22:' || w22, '23:' || w23, '24:' || w24, '31:' || w31, '32:' || w32
        ) as first_reason
    from explained
),
excuses as (
    select
        *,
        list_transform(all_reasons, lambda reason: case when reason in ('NO_SOURCE', 'NOT_DERIVED') then true end) as excused,
        list_transform(required_reasons, lambda reason: case when reason in ('NO_SOURCE', 'NOT_DERIVED') then true end) as required_excused
    from listed
),
scored as (
    select
        *,
        50 - list_count(all_reasons[:33]) - list_count(required_reasons) as present_33,
        77 - list_count(all_reasons) - list_count(required_reasons) as present_60,
        50 - list_count(excused[:33]) - list_count(required_excused) as applicable_33,
        77 - list_count(excused) - list_count(required_excused) as applicable_60
    from excuses
),
versions as (
    select
        *,
        concat(name, case when date_diff('day', (select opening_date from rules), game_date) < (select bootstrap_days from rules) then '_early' else '' end) as version,
        case when feature_count = 33 then present_33 else present_60 end as present,
        case when feature_count = 33 then applicable_33 else applicable_60 end as applicable,
        all_features[:feature_count] as features,
        all_reasons[:feature_count] as feature_missing
    from scored
    cross join (values (33, 'v2_33'), (60, 'v3_60')) as known (feature_count, name)
)
select
    league, source, season, game_date, game_id, player_id, player_lookup, team_id, opponent_team_id,
    home_game as is_home,
    days_rest,
    version as feature_version,
    feature_count,
    features,
    feature_missing,
    l10_games_used < 10 or date_diff('day', (select opening_date from rules), game_date) < (select bootstrap_days from rules) as early_season_flag,
    date_diff('day', (select opening_date from rules), game_date) < (select bootstrap_days from rules) as is_bootstrap,
    first_reason as insufficient_data_reason,
    ['PCF', 'PDC', 'PGS', 'PSZA', 'TDZA', 'UPGC', 'UTGC'] as feature_sources,
    case when date_diff('day', (select opening_date from rules), game_date) < (select bootstrap_days from rules) then 'early_season' else 'mixed' end as data_source,
    least(
        100.0 * present / nullif(applicable, 0), case when first_reason is null then 100.0 else 69.0 end
    ) as feature_quality_score,
    100.0 * window_games_found / nullif(window_games_expected, 0) as historical_completeness,
    window_games_expected, window_games_found, window_first_date, window_last_date,
    cast(null as varchar) as missing
from versions
