-- A file names the player; who that is, is known from the names listed for the two teams up to the date, those of earlier
-- dates first: what the box of the game itself says changes nobody whom earlier games told.
with games as (
    select s.game_id, s.game_date, s.tipoff_utc, s.home_team_id, s.away_team_id, g.home_name, g.away_name
    from silver.fct_schedule as s
    inner join silver.fct_game_names as g on g.game_id = s.game_id
),
offered as (
    select
        g.game_id, g.home_team_id, g.away_team_id, p.*,
        coalesce(p.captured_at <= g.tipoff_utc, p.captured_at < timezone('America/New_York', cast(g.game_date as timestamp))) as before_tipoff
    from silver.fct_market_props as p
    inner join games as g on g.game_date = p.game_date and g.home_name = p.home_name and g.away_name = p.away_name
),
listed as (
    select
        regexp_replace(lower(strip_accents(regexp_replace(trim(player), '[ ,]+(jr|sr|ii|iii|iv|v)[.]?$', '', 'i'))), '[^a-z0-9]', '', 'g') as player_key,
        player_id, team_id, min(game_date) as first_date
    from silver.fct_game_players
    where player is not null
    group by 1, 2, 3
),
known as (
    select
        o.game_id, o.player_key, l.player_id, l.team_id,
        row_number() over (
            partition by o.game_id, o.player_key
            order by case when l.first_date < o.game_date then 0 else 1 end, l.first_date desc, l.player_id, l.team_id
        ) as place
    from (select distinct game_id, game_date, home_team_id, away_team_id, player_key from offered) as o
    inner join listed as l
        on l.player_key = o.player_key and l.team_id in (o.home_team_id, o.away_team_id) and l.first_date <= o.game_date
),
ranked as (
    select
        o.*,
        coalesce(k.player_id, concat('u:name:', o.player_key)) as player_id,
        k.team_id,
        row_number() over (
            partition by o.game_id, o.player_key, o.market, o.book
            order by case when o.before_tipoff then 0 else 1 end, o.captured_at, o.line
        ) as from_first,
        row_number() over (
            partition by o.game_id, o.player_key, o.market, o.book
            order by case when o.before_tipoff then 0 else 1 end, o.captured_at desc, o.line
        ) as from_last,
        min(case when o.before_tipoff then concat(
            lpad(cast(coalesce(nullif(list_position(string_split($prop_books, ','), o.book), 0), case when o.book = 'consensus' then 999 else 998 end) as varchar), 3, '0'),
            o.book
        ) end) over (partition by o.game_id, o.player_key, o.market) as best_book
    from offered as o
    left join known as k on k.game_id = o.game_id and k.player_key = o.player_key and k.place = 1
)
select
    game_date, game_id, player_id, market, book, line, snapshot, team_id, player, captured_at, received_at, over_price,
    under_price, before_tipoff,
    before_tipoff and from_first = 1 as opening,
    before_tipoff and from_last = 1 as closing,
    coalesce(substr(best_book, 4) = book, false) as chosen
from ranked
