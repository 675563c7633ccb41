-- Adjusted efficiency of a team as of every date: only games before the date count.
-- barthag: the share of games it would win against an average team, of the efficiencies by the exponent of Bart Torvik.
select
    season,
    team_id,
    rating_date,
    'box' as basis,
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
    box_games as games_played,
    srs
from silver.cbbd_team_adjusted_efficiencies
