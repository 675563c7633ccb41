with shots as (
    select
        game_id,
        player_id,
        team_id,
        made,
        distance,
        assist_player_id,
        block_player_id,
        case
            when shot_value = 3 then 'three'
            when distance <= 8 then 'paint'
            when distance > 8 then 'mid'
            when regexp_matches(lower(coalesce(shot_type, '')), 'layup|lay up|dunk|tip|finger roll') then 'paint'
        end as zone
    from silver.fct_shots
),
zones as (
    select
        game_id,
        player_id,
        sum(case when zone is null then 1 else 0 end) as unzoned,
        sum(case when zone = 'paint' then 1 else 0 end) as paint,
        sum(case when zone = 'paint' and made then 1 else 0 end) as paint_made,
        sum(case when zone = 'mid' then 1 else 0 end) as mid,
        sum(case when zone = 'mid' and made then 1 else 0 end) as mid_made,
        sum(case when zone = 'three' then 1 else 0 end) as three,
        sum(case when zone = 'three' and made then 1 else 0 end) as three_made,
        count(*) as shots,
        sum(case when made then 1 else 0 end) as made,
        sum(case when made and assist_player_id is not null then 1 else 0 end) as assisted
    from shots
    where player_id is not null
    group by game_id, player_id
),
located as (
    select game_id, count(distance) as shots, count(assist_player_id) as assisted
    from shots
    group by game_id
),
blocked as (
    select
        game_id,
        block_player_id as player_id,
        count(*) as blocks,
        sum(case when zone = 'paint' then 1 else 0 end) as paint,
        sum(case when zone = 'mid' then 1 else 0 end) as mid,
        sum(case when zone = 'three' then 1 else 0 end) as three
    from shots
    where block_player_id is not null
    group by game_id, block_player_id
),
-- a basket and a free throw of one attempt by the same player at the same clock
single_throws as (
    select distinct game_id, player1_id, period, clock_seconds
    from silver.fct_plays
    where event in ('made_ft', 'missed_ft') and kind = '1_of_1'
),
and_ones as (
    select b.game_id, b.player1_id as player_id, count(*) as baskets
    from silver.fct_plays as b
    inner join single_throws as f
        on f.game_id = b.game_id and f.player1_id = b.player1_id and f.period = b.period
        and f.clock_seconds = b.clock_seconds
    where b.event in ('made_2', 'made_3')
    group by b.game_id, b.player1_id
),
throw_kinds as (
    select game_id, sum(case when kind in ('1_of_1', '1_of_2', '2_of_2') then 1 else 0 end) as told
    from silver.fct_plays
    where event in ('made_ft', 'missed_ft')
    group by game_id
),
-- the box of the replay, for sources that have no box of the whole game
replayed as (
    select
        game_id, player_id,
        sum(points) as points, sum(fgm) as fgm, sum(fga) as fga, sum(fg3m) as fg3m, sum(fg3a) as fg3a,
        sum(ftm) as ftm, sum(fta) as fta, sum(oreb) as oreb, sum(dreb) as dreb, sum(reb) as reb, sum(ast) as ast,
        sum(stl) as stl, sum(blk) as blk, sum(tov) as tov, sum(pf) as pf,
        case when count(seconds) = count(*) then cast(round(sum(seconds)) as integer) end as seconds,
        case when count(plus_minus) = count(*) then sum(plus_minus) end as plus_minus
    from gold.quarter_box_scores
    group by game_id, player_id
),
boxes as (
    select
        p.game_id, p.team_id, p.player_id, p.player, p.starter, p.did_not_play, p.reason, p.ejected,
        p.fga is null and not p.did_not_play as from_replay,
        case when p.fga is null then r.points else p.points end as points,
        case when p.fga is null then r.fgm else p.fgm end as fgm,
        case when p.fga is null then r.fga else p.fga end as fga,
        case when p.fga is null then r.fg3m else p.fg3m end as fg3m,
        case when p.fga is null then r.fg3a else p.fg3a end as fg3a,
        case when p.fga is null then r.ftm else p.ftm end as ftm,
        case when p.fga is null then r.fta else p.fta end as fta,
        case when p.fga is null then r.oreb else p.oreb end as oreb,
        case when p.fga is null then r.dreb else p.dreb end as dreb,
        case when p.fga is null then r.reb else p.reb end as reb,
        case when p.fga is null then r.ast else p.ast end as ast,
        case when p.fga is null then r.stl else p.stl end as stl,
        case when p.fga is null then r.blk else p.blk end as blk,
        case when p.fga is null then r.tov else p.tov end as tov,
        case when p.fga is null then r.pf else p.pf end as pf,
        case when p.fga is null then r.plus_minus else p.plus_minus end as plus_minus,
        case when p.fga is null then r.seconds else coalesce(p.seconds, 60 * p.minutes) end as played
    from silver.fct_game_players as p
    left join replayed as r on r.game_id = p.game_id and r.player_id = p.player_id and not p.did_not_play
),
lines as (
    select *, did_not_play or coalesce(played = 0, false) as dnp
    from boxes
),
-- the last and the first line on his points of the book that counts
props as (
    select
        game_id, player_id,
        max(case when chosen and closing then line end) as line,
        max(case when chosen and closing then book end) as book,
        max(case when chosen and opening then line end) as open_line,
        max(case when before_tipoff then 1 else 0 end) as in_time
    from silver.fct_player_props
    where market = 'player_points'
    group by game_id, player_id
),
-- of all who have figures: one may shoot two free throws and leave before the clock moves
team_sums as (
    select game_id, team_id, sum(fga) as fga, sum(fta) as fta, sum(tov) as tov
    from lines
    group by game_id, team_id
),
joined as (
    select
        l.player_id, l.player, l.played, l.dnp, l.from_replay, l.starter, l.did_not_play, l.reason, l.ejected,
        case when not l.dnp then l.points end as points,
        case when not l.dnp then l.ast end as ast,
        case when not l.dnp then l.oreb end as oreb,
        case when not l.dnp then l.dreb end as dreb,
        case when not l.dnp then l.reb end as reb,
        case when not l.dnp then l.stl end as stl,
        case when not l.dnp then l.blk end as blk,
        case when not l.dnp then l.tov end as tov,
        case when not l.dnp then l.fgm end as fgm,
        case when not l.dnp then l.fga end as fga,
        case when not l.dnp then l.fg3m end as fg3m,
        case when not l.dnp then l.fg3a end as fg3a,
        case when not l.dnp then l.ftm end as ftm,
        case when not l.dnp then l.fta end as fta,
        case when not l.dnp then l.pf end as pf,
        case when not l.dnp then l.plus_minus end as plus_minus,
        t.league, t.source, t.season, t.season_type, t.game_date, t.game_id, t.team_id, t.team_abbr,
        t.opponent_team_id, t.opponent_team_abbr, t.home_game, t.win_flag, t.possessions_counted,
        60 * t.game_minutes as game_seconds,
        100 * u.fga + 44 * u.fta + 100 * u.tov as team_used,
        100 * l.fga + 44 * l.fta + 100 * l.tov as used,
        coalesce(z.paint, 0) as paint, coalesce(z.paint_made, 0) as paint_made, coalesce(z.mid, 0) as mid,
        coalesce(z.mid_made, 0) as mid_made, coalesce(z.three, 0) as three, coalesce(z.three_made, 0) as three_made,
        not l.dnp and d.game_id is not null and coalesce(z.unzoned, 0) = 0 and coalesce(z.shots, 0) = l.fga
            and coalesce(z.made, 0) = l.fgm and coalesce(z.three, 0) = l.fg3a
            and coalesce(z.three_made, 0) = l.fg3m as zones_complete,
        d.game_id is not null as has_shots,
        coalesce(d.shots, 0) as located,
        not l.dnp and d.game_id is not null and coalesce(b.blocks, 0) = l.blk
            and coalesce(b.paint + b.mid + b.three, 0) = l.blk as blocks_complete,
        coalesce(b.paint, 0) as b_paint, coalesce(b.mid, 0) as b_mid, coalesce(b.three, 0) as b_three,
        not l.dnp and d.game_id is not null and coalesce(z.made, 0) = l.fgm as makes_complete,
        coalesce(z.assisted, 0) as assisted,
        y.line, y.book, y.open_line, y.in_time,
        l.dnp and i.player_id is not null as inactive,
        case when not l.dnp and coalesce(k.told, 0) > 0 then coalesce(a.baskets, 0) end as and1
    from lines as l
    inner join gold.team_offense_game_summary as t on t.game_id = l.game_id and t.team_id = l.team_id
    left join team_sums as u on u.game_id = l.game_id and u.team_id = l.team_id
    left join zones as z on z.game_id = l.game_id and z.player_id = l.player_id
    left join located as d on d.game_id = l.game_id
    left join blocked as b on b.game_id = l.game_id and b.player_id = l.player_id
    left join and_ones as a on a.game_id = l.game_id and a.player_id = l.player_id
    left join throw_kinds as k on k.game_id = l.game_id
    left join props as y on y.game_id = l.game_id and y.player_id = l.player_id
    left join silver.fct_inactives as i on i.game_id = l.game_id and i.player_id = l.player_id
)
select
    league, source, season, season_type, game_date, game_id, player_id,
    substr(player_id, 1, 2) <> 'u:' as player_id_resolved,
    nullif(regexp_replace(lower(strip_accents(player)), '[^a-z0-9]', '', 'g'), '') as player_lookup,
    player as player_full_name,
    team_id, team_abbr, opponent_team_id, opponent_team_abbr, home_game,
    case when not dnp then played end as seconds_played,
    case when not dnp then played / 60.0 end as minutes_played,
    points,
    ast as assists,
    oreb as offensive_rebounds,
    dreb as defensive_rebounds,
    reb as rebounds,
    stl as steals,
    blk as blocks,
    tov as turnovers,
    fgm as fg_makes,
    fga as fg_attempts,
    fg3m as three_pt_makes,
    fg3a as three_pt_attempts,
    ftm as ft_makes,
    fta as ft_attempts,
    pf as personal_fouls,
    plus_minus,
    case when zones_complete then paint end as paint_attempts,
    case when zones_complete then paint_made end as paint_makes,
    case when zones_complete then mid end as mid_range_attempts,
    case when zones_complete then mid_made end as mid_range_makes,
    case when zones_complete then three end as three_attempts_pbp,
    case when zones_complete then three_made end as three_makes_pbp,
    coalesce(zones_complete, false) as has_complete_shot_zones,
    case when blocks_complete then b_paint end as paint_blocks,
    case when blocks_complete then b_mid end as mid_range_blocks,
    case when blocks_complete then b_three end as three_pt_blocks,
    and1 as and1_count,
    case when makes_complete then assisted end as assisted_fg_makes,
    case when makes_complete then fgm - assisted end as unassisted_fg_makes,
    case when not dnp then 100.0 * used * game_seconds / nullif(played * team_used, 0) end as usage_rate,
    case
        when not dnp and played * team_used > 0
        then played >= 60 and 100.0 * used * game_seconds <= 100 * played * team_used
    end as usage_rate_valid,
    100.0 * points / nullif(2 * (100 * fga + 44 * fta), 0) as ts_pct,
    (2 * fgm + fg3m) / nullif(2.0 * fga, 0) as efg_pct,
    starter as starter_flag,
    win_flag,
    line as points_line,
    open_line as opening_line,
    book as points_line_source,
    case when open_line is not null then book end as opening_line_source,
    line - open_line as line_movement,
    case
        when line is null then null
        when coalesce(dnp, false) then 'VOID'
        when points > line then 'OVER'
        when points < line then 'UNDER'
        when points = line then 'PUSH'
    end as over_under_result,
    points - line as margin,
    not coalesce(inactive, false) as is_active,
    coalesce(dnp, false) as is_dnp,
    case when inactive then 'INACTIVE' when dnp then 'DNP' when ejected then 'EJECTED' else 'PLAYED' end as player_status,
    case when dnp then reason end as dnp_reason,
    case
        when not dnp or reason is null then null
        when upper(reason) like '%COACH%' then 'COACH'
        when upper(reason) like '%SUSPEN%' then 'SUSPENSION'
        when upper(reason) like '%NOT WITH TEAM%' or upper(reason) like '%TRADE%' then 'NOT_WITH_TEAM'
        when upper(reason) like '%PERSONAL%' then 'PERSONAL'
        when regexp_matches(upper(reason), '(^|[^A-Z])REST([^A-Z]|$)|LOAD MANAGEMENT') then 'REST'
        when regexp_matches(
            upper(reason),
            'INJUR|ILL|SORE|SPRAIN|STRAIN|SURGERY|CONCUSSION|KNEE|ANKLE|FOOT|TOE|HIP|BACK|SHOULDER|HAND|WRIST|FINGER|THUMB|HAMSTRING|CALF|QUAD|GROIN|ACHILLES|ELBOW|NECK|HEAD|EYE|LEG|THIGH|RIB|PROTOCOL|COVID|FLU|VIRUS'
        ) then 'INJURY'
        else 'OTHER'
    end as dnp_reason_category,
    case when from_replay then 'replay' else source end as box_source,
    case when has_shots then source end as plays_source,
    concat_ws(
        ',',
        case when dnp then 'box:DNP' when ts_denominator_is_zero then 'box:ZERO_DENOMINATOR' end,
        case when dnp then 'minutes:DNP' when played is null then 'minutes:NOT_COLLECTED' end,
        case
            when dnp then 'usage:DNP'
            when played is null or team_used is null then 'usage:UPSTREAM_NULL'
            when played * team_used = 0 then 'usage:ZERO_DENOMINATOR'
        end,
        case
            when dnp then 'plus_minus:DNP'
            when plus_minus is null then case when league in ('mbb', 'wbb') then 'plus_minus:NO_SOURCE' else 'plus_minus:NOT_COLLECTED' end
        end,
        case
            when coalesce(zones_complete, false) then null
            when dnp then 'zones:DNP'
            when not has_shots then 'zones:NO_PLAYS'
            when located = 0 then 'zones:NO_COORDINATES'
            else 'zones:INCOMPLETE_SHOTS'
        end,
        case
            when coalesce(blocks_complete, false) then null
            when dnp then 'blocks_by_zone:DNP'
            when not has_shots then 'blocks_by_zone:NO_PLAYS'
            when located = 0 then 'blocks_by_zone:NO_COORDINATES'
            else 'blocks_by_zone:INCOMPLETE_SHOTS'
        end,
        case
            when coalesce(makes_complete, false) then null
            when dnp then 'assists_split:DNP'
            when not has_shots then 'assists_split:NO_PLAYS'
            else 'assists_split:INCOMPLETE_SHOTS'
        end,
        case when and1 is null then case when dnp then 'and1:DNP' else 'and1:NO_PLAYS' end end,
        case when starter is null then 'starter:NO_SOURCE' end,
        case
            when line is null then
                case
                    when in_time = 0 then 'props:AFTER_TIPOFF_ONLY'
                    when league in ('nba', 'wnba') and season >= 2023 then 'props:NOT_COLLECTED'
                    else 'props:NO_SOURCE'
                end
            when dnp then 'props:DNP'
        end
    ) as missing
from (select *, coalesce(fga = 0, false) as ts_denominator_is_zero from joined) as rows_of_players
