-- How exact the replay is, per league and source.
-- total_games: games replayed
-- not_verifiable: of them without a grade, because they are not final or their official box is empty
-- grade_a: games without a difference
-- grade_b: games with differences up to 5
-- grade_c: games with differences up to 15
-- grade_d: games with differences up to 30
-- grade_f: games with more, or with another final score
-- avg_mae_points: mean of the games' mean absolute errors of points
-- avg_mae_rebounds: mean of the games' mean absolute errors of rebounds
-- avg_mae_assists: mean of the games' mean absolute errors of assists
-- pct_score_match: share of the games that have a final score in which it is equal, 0 to 1
-- pct_cells_equal: share of the compared player cells that are equal, 0 to 1
select league, source,
    count(*) as total_games,
    count(case when quality_grade is null then 1 end) as not_verifiable,
    count(case when quality_grade = 'A' then 1 end) as grade_a,
    count(case when quality_grade = 'B' then 1 end) as grade_b,
    count(case when quality_grade = 'C' then 1 end) as grade_c,
    count(case when quality_grade = 'D' then 1 end) as grade_d,
    count(case when quality_grade = 'F' then 1 end) as grade_f,
    avg(mae_points) as avg_mae_points,
    avg(mae_rebounds) as avg_mae_rebounds,
    avg(mae_assists) as avg_mae_assists,
    avg(case when final_score_match then 1.0 when not final_score_match then 0.0 end) as pct_score_match,
    cast(sum(cells_equal) as double precision) / nullif(sum(cells_compared), 0) as pct_cells_equal
from gold.box_score_verification
group by league, source
