-- A provider's lines of a game: the last told before the day of the game, else the last of all.
-- The API sends null for a spread of 0. It is 0 only where both moneylines say so: most such nulls are not known.
with told as (
    select
        p.season,
        c.game_id,
        c.lines_provider as provider,
        c.lines_spread as spread,
        c.lines_over_under as over_under,
        cast(c.lines_home_moneyline as integer) as home_moneyline,
        cast(c.lines_away_moneyline as integer) as away_moneyline,
        c.lines_spread_open as spread_open,
        c.lines_over_under_open as over_under_open,
        c."asof",
        c."asof" < cast(p.start_date as date) as told_before_game
    from bronze.lines_lines c
    join bronze.lines p on p.game_id = c.game_id and p."asof" = c."asof"
),
newest as (
    select
        *,
        row_number() over (partition by game_id, provider order by told_before_game desc, "asof" desc) as place,
        (case when home_moneyline < 0 then -home_moneyline / (100.0 - home_moneyline) else 100.0 / (100.0 + home_moneyline) end) as home_prob,
        (case when away_moneyline < 0 then -away_moneyline / (100.0 - away_moneyline) else 100.0 / (100.0 + away_moneyline) end) as away_prob
    from told
)
select
    season,
    game_id,
    provider,
    case when spread is null and abs(home_prob - away_prob) <= 0.03 then 0.0 else spread end as spread,
    over_under,
    home_moneyline,
    away_moneyline,
    spread_open,
    over_under_open,
    coalesce(spread is null and abs(home_prob - away_prob) <= 0.03, false) as spread_is_pickem,
    coalesce(
        (spread <= -3 and home_prob < away_prob) or (spread >= 3 and home_prob > away_prob), false
    ) as sign_suspect,
    "asof" as told_on,
    coalesce(told_before_game, false) as told_before_game
from newest
where place = 1
    and game_id not in (select game_id from silver.cbbd_removed_games where endpoint = 'lines')
