"""The ten analytics tables: whole commands on four real seasons, or on a simulated one where there are none."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pyarrow.parquet as pq

from bench.corpus import FOLDER
from bench.measure import Stage
from hooplake import simulate
from hooplake.config import Settings
from hooplake.lakehouse import open as open_lake
from hooplake.tables.coverage import ANALYTICS, PRECOMPUTE

TEN = (*ANALYTICS, *PRECOMPUTE)
BEFORE = ("silver.fct_schedule", "gold.possessions", "gold.quarter_box_scores", "silver.fct_market_lines")
SEASONS = ("2010-11", "2013-14", "2015-16", "2018-19")
SOURCE = FOLDER / "analytics-source"
BUILT = FOLDER / "analytics-built"
FRESH = FOLDER / "analytics-fresh"


def stages() -> list[Stage]:
    """All ten tables from nothing, with nothing to do, and lost hashes put back."""
    corpus = "4 NBA seasons" if real() else "a simulated season"
    bare = lambda: subprocess.run([sys.executable, "-c", "pass"], check=True)  # noqa: E731
    return [
        Stage(
            "ten analytics tables from nothing", lambda: command(FRESH, "backfill"), "read and write their files",
            rewrite, check=all_there, corpus=corpus, prepare=fresh, repeats=2,
        ),
        Stage(
            "analytics, nothing to do", lambda: command(BUILT, "backfill"), "bare interpreter", bare,
            check=nothing_run, corpus=corpus, prepare=built, repeats=3,
        ),
        Stage(
            "analytics, hashes of player rows put back", lambda: command(BUILT, "hash", "backfill", "player_game_summary"),
            "read and write the file", lambda: rewrite("player_game_summary"), corpus=corpus, prepare=without_hashes,
            repeats=3,
        ),
    ]  # fmt: skip


def real() -> bool:
    """Whether the real seasons are there."""
    return (Settings().real_data / "nba_stats").is_dir()


@cache
def source() -> Path:
    """A lake in which everything that the ten tables read is built."""
    if not (SOURCE / "gold").is_dir():
        with open_lake(settings=Settings(lake=str(SOURCE)), create=True) as lake:
            if real():
                data = Settings().real_data
                files = [
                    data / "nba_reference" / f"{name}_{season}.parquet"
                    for name in ("team_game_logs", "linescores")
                    for season in SEASONS
                ]
                lake.ingest_official([str(data / "nba_stats"), *map(str, files)])
            else:
                documents = FOLDER / "analytics-documents"
                documents.mkdir(parents=True, exist_ok=True)
                for game in simulate.season(season=2025, days=75, teams=10, seed=5).games:
                    (documents / f"{game.id}.json").write_bytes(game.document())
                lake.ingest_files([str(documents)])
            lake.build(*BEFORE)
    return SOURCE


def fresh() -> None:
    """A lake without the ten tables."""
    shutil.rmtree(FRESH, ignore_errors=True)
    shutil.copytree(source(), FRESH)


def built() -> None:
    """A lake with all of them."""
    if not BUILT.is_dir():
        shutil.copytree(source(), BUILT)
        command(BUILT, "backfill")


def without_hashes() -> None:
    """That lake, the hashes of the player rows taken out."""
    built()
    for file in (BUILT / "gold" / "player_game_summary").rglob("*.parquet"):
        rows = pq.ParquetFile(file).read()
        pq.write_table(rows.drop_columns([n for n in ("data_hash", "hash_version") if n in rows.column_names]), file)


def command(lake: Path, *words: str) -> dict[str, object]:
    """A command on a lake; its JSON."""
    line = [sys.executable, "-m", "hooplake", "--lake", str(lake), *words, "--json"]
    done = subprocess.run(line, check=True, capture_output=True, text=True)
    report: dict[str, object] = json.loads(done.stdout)
    return report


def all_there(report: object) -> None:
    """Every row that is due is there."""
    assert isinstance(report, dict)
    status = command(FRESH, "status")
    if report["gated"] or status["incomplete"]:
        raise AssertionError(f"not everything was built: {status['incomplete']}")


def nothing_run(report: object) -> None:
    """Nothing was run."""
    assert isinstance(report, dict)
    if report["run"]:
        raise AssertionError(f"something was built: {report}")


def rewrite(table: str = "") -> int:
    """Read and write the files of the ten tables, or of one."""
    built()
    rows = 0
    for name in [table] if table else [full.removeprefix("gold.") for full in TEN]:
        for file in (BUILT / "gold" / name).rglob("*.parquet"):
            found = pq.ParquetFile(file).read()
            pq.write_table(found, FOLDER / "rewritten.parquet", compression="zstd", compression_level=1)
            rows += len(found)
    return rows
