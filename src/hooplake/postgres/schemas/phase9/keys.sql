-- Keys and indexes, apart from the tables so that a first load can build them when the rows are in.
alter table phase9.game_state_snapshots add constraint game_state_snapshots_pkey primary key (snapshot_id);
alter table phase9.game_state_snapshots add constraint game_state_snapshots_key unique (game_id, event_num, data_source);
alter table phase9.player_snapshot_stats add constraint player_snapshot_stats_pkey primary key (snapshot_id, player_id);
alter table phase9.player_snapshot_stats add constraint player_snapshot_stats_snapshot_id_fkey foreign key (snapshot_id) references phase9.game_state_snapshots (snapshot_id) on delete cascade;
alter table phase9.quarter_box_scores add constraint quarter_box_scores_pkey primary key (game_id, quarter, player_id, data_source);
alter table phase9.box_score_verification add constraint box_score_verification_pkey primary key (game_id, data_source);
create index idx_player_snapshot_stats_player on phase9.player_snapshot_stats (player_id);
create index idx_quarter_box_scores_player on phase9.quarter_box_scores (player_id);
