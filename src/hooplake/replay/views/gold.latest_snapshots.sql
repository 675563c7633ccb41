-- The state of every game after its last event.
-- event_num: last event of silver.fct_plays
-- period: period
-- clock_seconds: time left in the period
-- elapsed_seconds: time since the tip-off
-- home_score: score, home
-- away_score: score, away
-- home_lineup: five player ids on court, sorted, joined by '-'; NULL where not known
-- away_lineup: likewise, away
-- wallclock: running maximum of the wall clock of the plays
-- verification_passed: grade A, B or C; NULL where the game cannot be verified
select league, source, season, game_id, game_date, event_num, period, clock_seconds, elapsed_seconds, home_score,
    away_score, home_lineup, away_lineup, wallclock, verification_passed
from gold.game_state_snapshots
join (
    select league, source, season, game_id, max(event_num) as event_num
    from gold.game_state_snapshots
    group by league, source, season, game_id
) as latest using (league, source, season, game_id, event_num)
