-- Documents of games, players, teams and anything else, as JSON.
create schema if not exists raw_data;

create table if not exists raw_data.nba_games (
    id serial primary key,
    game_id varchar(50) unique not null,
    source varchar(50) not null,
    season integer,
    game_date date,
    collected_at timestamp default now(),
    updated_at timestamp default now(),
    data jsonb not null,
    metadata jsonb
);

create table if not exists raw_data.nba_players (
    id serial primary key,
    player_id varchar(50),
    player_name varchar(255),
    source varchar(50) not null,
    season integer,
    collected_at timestamp default now(),
    updated_at timestamp default now(),
    data jsonb not null,
    metadata jsonb,
    unique (player_id, source, season)
);

create table if not exists raw_data.nba_teams (
    id serial primary key,
    team_id varchar(50),
    team_name varchar(255),
    source varchar(50) not null,
    season integer,
    collected_at timestamp default now(),
    updated_at timestamp default now(),
    data jsonb not null,
    metadata jsonb,
    unique (team_id, source, season)
);

create table if not exists raw_data.nba_misc (
    id serial primary key,
    source varchar(50) not null,
    entity_type varchar(50) not null,
    entity_id varchar(100),
    season integer,
    collected_at timestamp default now(),
    updated_at timestamp default now(),
    data jsonb not null,
    metadata jsonb
);

-- No index over the whole of "data": a game of 400 kB has thousands of entries, and enriching it would write them all
-- again. What is asked for by value has an index of its own.
create index if not exists idx_games_source on raw_data.nba_games (source);
create index if not exists idx_games_season on raw_data.nba_games (season);
create index if not exists idx_games_date on raw_data.nba_games (game_date);
create index if not exists idx_games_metadata_gin on raw_data.nba_games using gin (metadata);
create index if not exists idx_players_source on raw_data.nba_players (source);
create index if not exists idx_players_season on raw_data.nba_players (season);
create index if not exists idx_players_name on raw_data.nba_players (player_name);
create index if not exists idx_teams_source on raw_data.nba_teams (source);
create index if not exists idx_teams_season on raw_data.nba_teams (season);
create index if not exists idx_teams_name on raw_data.nba_teams (team_name);
create index if not exists idx_misc_source on raw_data.nba_misc (source);
create index if not exists idx_misc_entity_type on raw_data.nba_misc (entity_type);
create index if not exists idx_misc_season on raw_data.nba_misc (season);

create or replace function raw_data.update_updated_at_column() returns trigger language plpgsql as $$
begin
    new.updated_at = now();
    return new;
end;
$$;

create or replace trigger update_games_updated_at before update on raw_data.nba_games
for each row execute function raw_data.update_updated_at_column();
create or replace trigger update_players_updated_at before update on raw_data.nba_players
for each row execute function raw_data.update_updated_at_column();
create or replace trigger update_teams_updated_at before update on raw_data.nba_teams
for each row execute function raw_data.update_updated_at_column();
create or replace trigger update_misc_updated_at before update on raw_data.nba_misc
for each row execute function raw_data.update_updated_at_column();
