"""The official feed of the NBA's statistics site: play-by-play rows, box scores and game logs, a season at a time."""
