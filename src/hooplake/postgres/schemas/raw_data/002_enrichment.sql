-- What each game was enriched from, so that a run that finds nothing changed reads no document and no "data".
-- row_version is the transaction that wrote the row of the game: any other write to it changes it.
create table if not exists raw_data.game_enrichment (
    game_id varchar(50) primary key,
    source_fingerprint text not null,
    extractor_version text not null,
    content_hash text not null,
    row_version xid not null,
    enriched_at timestamptz not null default now()
);
