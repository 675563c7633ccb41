"""What happened in a game: plays to stat changes, lineups, snapshots, period boxes and their verification."""
