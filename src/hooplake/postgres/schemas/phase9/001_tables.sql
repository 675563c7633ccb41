-- The state of a game after every event, and the box score at it. Player lines are stored sparse: the cumulative line of
-- a player at each event that changed it, beginning with zeros at the first, and at the last; phase9.box_score_at gives
-- the whole box at any event.
create schema if not exists phase9;

create table if not exists phase9.game_state_snapshots (
    snapshot_id bigserial,
    game_id varchar(50) not null,
    event_num integer not null,
    quarter integer not null,
    time_remaining varchar(10),
    game_clock_seconds integer,
    home_score integer not null,
    away_score integer not null,
    data_source varchar(50) not null,
    verification_passed boolean,
    created_at timestamptz not null default now()
);

create table if not exists phase9.player_snapshot_stats (
    snapshot_id bigint not null,
    player_id varchar(50) not null,
    player_name varchar(100),
    team_id varchar(10),
    points integer not null, fgm integer not null, fga integer not null, fg3m integer not null, fg3a integer not null,
    ftm integer not null, fta integer not null, oreb integer not null, dreb integer not null, reb integer not null,
    ast integer not null, stl integer not null, blk integer not null, tov integer not null, pf integer not null,
    plus_minus integer,
    minutes decimal(5, 2),
    on_court boolean,
    created_at timestamptz not null default now()
);

create table if not exists phase9.quarter_box_scores (
    game_id varchar(50) not null,
    quarter integer not null,
    player_id varchar(50) not null,
    player_name varchar(100),
    team_id varchar(10),
    points integer not null, fgm integer not null, fga integer not null, fg3m integer not null, fg3a integer not null,
    ftm integer not null, fta integer not null, oreb integer not null, dreb integer not null, reb integer not null,
    ast integer not null, stl integer not null, blk integer not null, tov integer not null, pf integer not null,
    plus_minus integer,
    minutes decimal(5, 2),
    data_source varchar(50) not null,
    created_at timestamptz not null default now()
);

create table if not exists phase9.box_score_verification (
    game_id varchar(50) not null,
    data_source varchar(50) not null,
    final_score_match boolean,
    home_score_generated integer,
    home_score_actual integer,
    away_score_generated integer,
    away_score_actual integer,
    total_discrepancies integer,
    discrepancy_details jsonb,
    mae_points decimal(5, 2), mae_rebounds decimal(5, 2), mae_assists decimal(5, 2),
    mae_steals decimal(5, 2), mae_blocks decimal(5, 2), mae_turnovers decimal(5, 2),
    quality_grade char(1) check (quality_grade in ('A', 'B', 'C', 'D', 'F')),
    notes text,
    verified_at timestamptz not null default now(),
    cells_compared integer,
    cells_equal integer,
    stats_compared text[],
    causes jsonb,
    box_status varchar(10)
);

-- A table that was there already may lack the newer columns.
alter table phase9.box_score_verification
    add column if not exists cells_compared integer,
    add column if not exists cells_equal integer,
    add column if not exists stats_compared text[],
    add column if not exists causes jsonb,
    add column if not exists box_status varchar(10);

-- Which content of a game was published, so that a game that did not change is not written again.
create table if not exists phase9.published_games (
    game_id varchar(50) not null,
    data_source varchar(50) not null,
    content_hash text not null,
    published_at timestamptz not null default now(),
    primary key (game_id, data_source)
);

create or replace view phase9.latest_snapshots as
select distinct on (game_id, data_source) *
from phase9.game_state_snapshots
order by game_id, data_source, event_num desc;

create or replace view phase9.verification_summary as
select
    data_source,
    count(*) as total_games,
    count(*) filter (where quality_grade = 'A') as grade_a,
    count(*) filter (where quality_grade = 'B') as grade_b,
    count(*) filter (where quality_grade = 'C') as grade_c,
    count(*) filter (where quality_grade = 'D') as grade_d,
    count(*) filter (where quality_grade = 'F') as grade_f,
    avg(mae_points) as avg_mae_points,
    avg(mae_rebounds) as avg_mae_rebounds,
    avg(mae_assists) as avg_mae_assists,
    round(100.0 * count(*) filter (where final_score_match) / nullif(count(final_score_match), 0), 2) as pct_score_match,
    round(100.0 * sum(cells_equal) / nullif(sum(cells_compared), 0), 2) as pct_cells_equal
from phase9.box_score_verification
group by data_source;

-- The box score after an event: everybody's latest line at or before it, which is of event_num. What changes without a
-- line (minutes, plus-minus) is not part of it.
create or replace function phase9.box_score_at(of_game text, of_source text, at_event integer)
returns table (
    player_id varchar, player_name varchar, team_id varchar, event_num integer,
    points integer, fgm integer, fga integer, fg3m integer, fg3a integer, ftm integer, fta integer, oreb integer,
    dreb integer, reb integer, ast integer, stl integer, blk integer, tov integer, pf integer
) language sql stable as $$
    select distinct on (p.player_id)
        p.player_id, p.player_name, p.team_id, s.event_num,
        p.points, p.fgm, p.fga, p.fg3m, p.fg3a, p.ftm, p.fta, p.oreb,
        p.dreb, p.reb, p.ast, p.stl, p.blk, p.tov, p.pf
    from phase9.game_state_snapshots as s
    join phase9.player_snapshot_stats as p on p.snapshot_id = s.snapshot_id
    where s.game_id = of_game and s.data_source = of_source and s.event_num <= at_event
    order by p.player_id, s.event_num desc
$$;
