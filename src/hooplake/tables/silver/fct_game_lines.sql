-- Lines of files name the teams. Of each book the last line before the tip-off counts, and the first is its opening; where
-- no tip-off is known, a line of an earlier date is before it. A line that arrives late changes the games it is about.
with named as (
    select
        s.game_id, s.game_date, m.book, m.snapshot, m.captured_at, m.home_spread, m.total,
        m.captured_at is null or coalesce(m.captured_at <= s.tipoff_utc, m.captured_at < timezone('America/New_York', cast(s.game_date as timestamp))) as in_time
    from silver.fct_market_lines as m
    inner join silver.fct_game_names as g
        on g.game_date = m.game_date
        and case when g.league in ('mbb', 'wbb') then m.home_name in (g.home_name, g.home_place) else m.home_name = g.home_name end
        and case when g.league in ('mbb', 'wbb') then m.away_name in (g.away_name, g.away_place) else m.away_name = g.away_name end
    inner join silver.fct_schedule as s on s.game_id = g.game_id
),
ranked as (
    select
        *,
        row_number() over (
            partition by game_id, book
            order by
                case when not in_time then 3 when snapshot = 'closing' then 0 when captured_at is not null then 1 else 2 end,
                captured_at desc
        ) as from_last,
        row_number() over (
            partition by game_id, book
            order by
                case when not in_time then 3 when snapshot = 'opening' then 0 when captured_at is not null then 1 else 2 end,
                captured_at
        ) as from_first
    from named
),
-- spread and total are lines of their own: a book may move one of them
spreads as (
    select
        game_id, book,
        arg_max(case when snapshot <> 'opening' then home_spread end, -from_last) as home_spread,
        arg_max(case when snapshot <> 'closing' then home_spread end, -from_first) as open_home_spread
    from ranked
    where in_time and home_spread is not null
    group by game_id, book
),
totals as (
    select
        game_id, book,
        arg_max(case when snapshot <> 'opening' then total end, -from_last) as total,
        arg_max(case when snapshot <> 'closing' then total end, -from_first) as open_total
    from ranked
    where in_time and total is not null
    group by game_id, book
),
books as (
    select game_id, game_date, book, max(case when in_time then captured_at end) as captured_at, sum(case when in_time then 1 else 0 end) = 0 as after_tipoff_only
    from ranked
    group by game_id, game_date, book
)
select b.game_id, b.game_date, b.book, s.home_spread, s.open_home_spread, t.total, t.open_total, b.captured_at, b.after_tipoff_only
from books as b
left join spreads as s on s.game_id = b.game_id and s.book = b.book
left join totals as t on t.game_id = b.game_id and t.book = b.book
union all
select
    l.game_id, s.game_date, l.provider_id as book, l.spread as home_spread, l.open_spread as open_home_spread, l.total,
    l.open_total, cast(null as timestamptz) as captured_at, false as after_tipoff_only
from silver.fct_lines as l
inner join silver.fct_schedule as s on s.game_id = l.game_id
