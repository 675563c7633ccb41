"""Betting lines from files: the archive of closing lines, college lines, and snapshots in the shape of The Odds API."""
