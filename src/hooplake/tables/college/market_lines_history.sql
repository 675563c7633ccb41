-- Every line that was told of a game, one row per provider and day of telling, and how it had moved since it was last told.
-- A spread that is not told is 0 by the same rule as in cbbd_fct_lines: only where both moneylines are even.
with told as (
    select
        p.season,
        c.game_id,
        c.lines_provider as provider,
        c."asof",
        cast(p.start_date at time zone 'America/New_York' as date) as game_date,
        c."asof" < cast(p.start_date as date) as told_before_game,
        c.lines_spread as spread,
        c.lines_over_under as over_under,
        cast(c.lines_home_moneyline as integer) as home_moneyline,
        cast(c.lines_away_moneyline as integer) as away_moneyline,
        c.lines_spread_open as spread_open,
        c.lines_over_under_open as over_under_open,
        case
            when c.lines_home_moneyline < 0 then -c.lines_home_moneyline / (100.0 - c.lines_home_moneyline)
            else 100.0 / (100.0 + c.lines_home_moneyline)
        end as home_prob,
        case
            when c.lines_away_moneyline < 0 then -c.lines_away_moneyline / (100.0 - c.lines_away_moneyline)
            else 100.0 / (100.0 + c.lines_away_moneyline)
        end as away_prob
    from bronze.lines_lines c
    join bronze.lines p on p.game_id = c.game_id and p."asof" = c."asof"
),
ruled as (
    select
        *,
        coalesce(spread is null and abs(home_prob - away_prob) <= 0.03, false) as spread_is_pickem,
        case when spread is null and abs(home_prob - away_prob) <= 0.03 then 0.0 else spread end as ruled_spread
    from told
),
moved as (
    select
        *,
        row_number() over (partition by game_id, provider order by "asof") as place,
        lag(ruled_spread) over (partition by game_id, provider order by "asof") as last_spread,
        lag(over_under) over (partition by game_id, provider order by "asof") as last_over_under,
        lag(home_moneyline) over (partition by game_id, provider order by "asof") as last_home_moneyline,
        lag(away_moneyline) over (partition by game_id, provider order by "asof") as last_away_moneyline
    from ruled
)
select
    season,
    game_id,
    provider,
    "asof",
    game_date,
    told_before_game,
    ruled_spread as spread,
    over_under,
    home_moneyline,
    away_moneyline,
    spread_open,
    over_under_open,
    spread_is_pickem,
    place as telling,
    place > 1 and (
        ruled_spread is distinct from last_spread or over_under is distinct from last_over_under
        or home_moneyline is distinct from last_home_moneyline or away_moneyline is distinct from last_away_moneyline
    ) as moved,
    ruled_spread - last_spread as spread_move,
    over_under - last_over_under as total_move
from moved
