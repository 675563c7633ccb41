-- Adjusted efficiency of a team as of every date: only games before the date count; possessions by the boxes, and by the
-- plays of the games whose plays are whole. The simple rating knows no possessions.
-- barthag: the share of games it would win against an average team, of the efficiencies by the exponent of Bart Torvik.
with rated as (
    select
        season, team_id, rating_date, 'box' as basis, adj_off, adj_def, adj_net, adj_tempo, raw_off, raw_def, sos_off,
        sos_def, box_games as games_played, srs
    from silver.cbbd_team_adjusted_efficiencies
    union all
    select
        plays.season, plays.team_id, plays.rating_date, 'pbp' as basis, plays.adj_off, plays.adj_def, plays.adj_net,
        plays.adj_tempo, plays.raw_off, plays.raw_def, plays.sos_off, plays.sos_def, plays.games as games_played, box.srs
    from silver.cbbd_team_pbp_efficiencies plays
    left join silver.cbbd_team_adjusted_efficiencies box
        on box.team_id = plays.team_id and box.rating_date = plays.rating_date
)
select
    season,
    team_id,
    rating_date,
    basis,
    adj_off as adj_oe,
    adj_def as adj_de,
    adj_net as adj_margin,
    adj_tempo,
    case
        when adj_off > 0 and adj_def > 0 then power(adj_off, 11.5) / (power(adj_off, 11.5) + power(adj_def, 11.5))
    end as barthag,
    raw_off as raw_oe,
    raw_def as raw_de,
    sos_off as sos_oe,
    sos_def as sos_de,
    games_played,
    srs
from rated
