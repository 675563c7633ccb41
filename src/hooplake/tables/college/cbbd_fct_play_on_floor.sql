-- Who was on the floor, as told: ten, or up to fourteen at a substitution.
with told as (
    select
        p.season, c.id as play_id, c.on_floor_id as player_id, p.game_id,
        case
            when c.on_floor_team = p.team then p.team_id when c.on_floor_team = p.opponent then p.opponent_id
        end as told_team_id,
        c.on_floor_team as team, c."asof"
    from bronze.plays_date_on_floor c
    join bronze.plays_date p on p.id = c.id and p."asof" = c."asof"
    union all
    select
        p.season, c.id as play_id, c.on_floor_id as player_id, p.game_id,
        case
            when c.on_floor_team = p.team then p.team_id when c.on_floor_team = p.opponent then p.opponent_id
        end as told_team_id,
        c.on_floor_team as team, c."asof"
    from bronze.plays_game_on_floor c
    join bronze.plays_game p on p.id = c.id and p."asof" = c."asof"
),
names as (
    select game_id, team, max(told_team_id) as team_id from told group by game_id, team
),
newest as (
    select
        *,
        rank() over (partition by game_id order by "asof" desc) as newness,
        row_number() over (partition by play_id, player_id order by "asof" desc) as place
    from told
)
select newest.season, newest.play_id, newest.player_id, newest.game_id, names.team_id
from newest
left join names on names.game_id = newest.game_id and names.team = newest.team
where newness = 1 and place = 1
