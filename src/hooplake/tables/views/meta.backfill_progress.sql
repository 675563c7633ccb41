-- One row per date of a season: how far the ten analytics tables are, in the columns in which a backfill is watched.
-- league: nba, wnba, mbb or wbb
-- source: where the rows come from, such as espn
-- season: ending year of the season
-- game_date: date of the games, US Eastern
-- day_class: GAME, EXHIBITION where no game of the date counts, OFF_DAY where a schedule tells of none, UNKNOWN where no schedule tells of the date
-- phase3_complete: all five tables of the first stage are complete
-- phase4_complete: all five tables of the second stage are complete
-- phase3_pgs_complete: player_game_summary has every row due, or none is due
-- phase3_togs_complete: team_offense_game_summary has every row due, or none is due
-- phase3_tdgs_complete: team_defense_game_summary has every row due, or none is due
-- phase3_upgc_complete: upcoming_player_game_context has every row due, or none is due
-- phase3_utgc_complete: upcoming_team_game_context has every row due, or none is due
-- phase3_expected_rows: rows due in the stage
-- phase3_present_rows: rows there
-- phase4_tdza_complete: team_defense_zone_analysis has every row due, or none is due
-- phase4_psza_complete: player_shot_zone_analysis has every row due, or none is due
-- phase4_pdc_complete: player_daily_cache has every row due, or none is due
-- phase4_pcf_complete: player_composite_factors has every row due, or none is due
-- phase4_mlfs_complete: ml_feature_store has every row due, or none is due
-- phase4_expected_rows: rows due in the stage
-- phase4_present_rows: rows there
-- unaccounted_rows: rows due that are not there
-- gap_classes: classes of what is not due or not there
with flags as (
    select
        *,
        gap_class is null or gap_class in ('OFF_DAY', 'EXHIBITION', 'BOOTSTRAP', 'INSUFFICIENT_HISTORY', 'NOT_FINAL', 'NOT_COLLECTED') as complete
    from meta.backfill_grid
)
select
    league,
    source,
    season,
    game_date,
    min(day_class) as day_class,
    min(case when phase = 3 then complete else true end) as phase3_complete,
    min(case when table_name = 'player_game_summary' then complete else true end) as phase3_pgs_complete,
    min(case when table_name = 'team_offense_game_summary' then complete else true end) as phase3_togs_complete,
    min(case when table_name = 'team_defense_game_summary' then complete else true end) as phase3_tdgs_complete,
    min(case when table_name = 'upcoming_player_game_context' then complete else true end) as phase3_upgc_complete,
    min(case when table_name = 'upcoming_team_game_context' then complete else true end) as phase3_utgc_complete,
    min(case when phase = 4 then complete else true end) as phase4_complete,
    min(case when table_name = 'team_defense_zone_analysis' then complete else true end) as phase4_tdza_complete,
    min(case when table_name = 'player_shot_zone_analysis' then complete else true end) as phase4_psza_complete,
    min(case when table_name = 'player_daily_cache' then complete else true end) as phase4_pdc_complete,
    min(case when table_name = 'player_composite_factors' then complete else true end) as phase4_pcf_complete,
    min(case when table_name = 'ml_feature_store' then complete else true end) as phase4_mlfs_complete,
    cast(sum(case when phase = 3 then expected_rows else 0 end) as integer) as phase3_expected_rows,
    cast(sum(case when phase = 3 then present_rows else 0 end) as integer) as phase3_present_rows,
    cast(sum(case when phase = 4 then expected_rows else 0 end) as integer) as phase4_expected_rows,
    cast(sum(case when phase = 4 then present_rows else 0 end) as integer) as phase4_present_rows,
    cast(sum(case when present_rows < expected_rows then expected_rows - present_rows else 0 end) as integer) as unaccounted_rows,
    string_agg(distinct gap_class, ',' order by gap_class) as gap_classes
from flags
group by league, source, season, game_date
