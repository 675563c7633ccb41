-- The line of a game, one per field: of the providers in a fixed order the first that has it, suspect rows left out.
-- The order never depends on who covers how many games, for that would change with later games; and a line that was told
-- before the game stands against one that was not, for else the line of a game would change when it is over.
with ordered as (
    select
        *,
        case provider
            when 'consensus' then 0 when 'ESPN BET' then 1 when 'Draft Kings' then 2 when 'Bovada' then 3
            when 'teamrankings' then 4 when 'numberfire' then 5 else 6
        end as turn
    from silver.cbbd_fct_lines
),
spreads as (
    select *, row_number() over (partition by game_id order by told_before_game desc, turn, provider) as place
    from ordered where spread is not null and not sign_suspect
),
totals as (
    select *, row_number() over (partition by game_id order by told_before_game desc, turn, provider) as place
    from ordered where over_under is not null
),
moneylines as (
    select *, row_number() over (partition by game_id order by told_before_game desc, turn, provider) as place
    from ordered where home_moneyline is not null and away_moneyline is not null and not sign_suspect
),
games as (
    select distinct season, game_id from silver.cbbd_fct_lines
)
select
    games.season,
    games.game_id,
    spreads.spread,
    spreads.provider as spread_provider,
    spreads.spread_is_pickem,
    totals.over_under,
    totals.provider as over_under_provider,
    moneylines.home_moneyline,
    moneylines.away_moneyline,
    moneylines.provider as moneyline_provider,
    coalesce(spreads.provider, totals.provider, moneylines.provider) is null or not (
        coalesce(spreads.told_before_game, true) and coalesce(totals.told_before_game, true)
        and coalesce(moneylines.told_before_game, true)
    ) as line_after_tip
from games
left join spreads on spreads.game_id = games.game_id and spreads.place = 1
left join totals on totals.game_id = games.game_id and totals.place = 1
left join moneylines on moneylines.game_id = games.game_id and moneylines.place = 1
