"""The official feed: from dumps of a season, and of four, to all replay tables. Whole commands on real dumps."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from bench.corpus import FOLDER, put_away
from bench.measure import Stage
from hooplake.games.official.dumps import parquet_rows
from hooplake.replay.replay import REPLAY_TABLES

DATA = Path(os.environ.get("HOOPLAKE_REAL_DATA", Path(__file__).parents[2] / "shared" / "data")) / "nba_stats"
ALL_GAMES = 28_229
"""Games of the whole history, for the projected time."""


def stages() -> list[Stage]:
    """One season, and all that there are; none where there are no dumps."""
    seasons = sorted(DATA.glob("season=*"))
    if not seasons:
        return []
    return [
        Stage(
            f"official feed, dumps of {len(chosen)} seasons to all replay tables",
            lambda chosen=chosen: to_gold(chosen),  # type: ignore[misc]
            "read the plays of the dumps and write them as Parquet",
            lambda chosen=chosen: copied(chosen),  # type: ignore[misc]
            check=lambda report, chosen=chosen: everything_built(report, 1230 * len(chosen)),  # type: ignore[misc]
            corpus=f"{1230 * len(chosen):,} real games, plays and period boxes",
            units=1230 * len(chosen),
            unit="games",
            prepare=lambda: put_away(FOLDER / "official"),
            repeats=3 if len(chosen) == 1 else 1,
        )
        for chosen in (seasons[-1:], seasons)
    ]


def to_gold(seasons: list[Path]) -> dict[str, object]:
    """``hooplake ingest official`` and ``hooplake build``; the report of the build."""
    hooplake = [sys.executable, "-m", "hooplake", "--lake", str(FOLDER / "official")]
    files = [
        str(folder / f"{name}.parquet") for folder in seasons for name in ("playbyplayv2", "boxscoretraditionalv2")
    ]
    subprocess.run([*hooplake, "ingest", "official", *files], check=True, capture_output=True)
    done = subprocess.run([*hooplake, "build", *REPLAY_TABLES, "--json"], check=True, capture_output=True, text=True)
    report: dict[str, object] = json.loads(done.stdout)
    return report


def everything_built(report: object, games: int) -> None:
    """Every game was replayed, none failed, and no row broke a contract."""
    assert isinstance(report, dict)
    if report["steps"]["replay"]["run"] != games or report["failures"] or report.get("quarantined"):
        raise AssertionError(f"not every game was built: {report}")


def copied(seasons: list[Path]) -> int:
    """The rows of the plays, read as they are read for silver and written again."""
    count = 0
    for folder in seasons:
        rows = parquet_rows(folder / "playbyplayv2.parquet", "plays")
        sink = pa.BufferOutputStream()
        pq.write_table(rows, sink, compression="zstd")
        count += len(rows)
    return count


def projected(seconds: float, games: int) -> float:
    """Seconds for the whole history at the rate of these games."""
    return seconds / games * ALL_GAMES
