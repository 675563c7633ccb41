"""Questions about a moment of one game, in a lake of the whole history."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

from bench.corpus import FOLDER, GAMES, fresh_lake
from bench.measure import Stage
from bench.pipeline import build

HISTORY = 40_000
"""Games of the lake: one simulated season copied under other years."""
QUESTIONS = 200


def stages() -> list[Stage]:
    """A score and a full box in a process that is warm, and one answer from the shell."""
    size = f"{HISTORY:,} games (replicated), {QUESTIONS} random games"
    return [
        Stage(
            f"{QUESTIONS} scores at Q3 7:32", scores, "the rows of as many games, read with pyarrow", reads,
            corpus=size, units=QUESTIONS, unit="questions",
        ),
        Stage(
            f"{QUESTIONS} full boxes at Q3 7:32", boxes, "the rows of as many games, read with pyarrow", reads,
            corpus=size, units=QUESTIONS, unit="questions",
        ),
        Stage("one score from the shell", shell, "bare interpreter", bare, corpus=f"{HISTORY:,} games (replicated)"),
    ]  # fmt: skip


@cache
def history() -> Path:
    """A lake of some forty thousand games: a built season under the names of other seasons."""
    folder = FOLDER / f"history-{HISTORY}"
    if not folder.is_dir():
        built = fresh_lake("history-source")
        build("history-source")
        making = folder.with_suffix(".making")
        shutil.rmtree(making, ignore_errors=True)
        for number in range(-(-HISTORY // (GAMES // 2))):
            _copy_season(built, making, 1980 + number)
        shutil.rmtree(built)
        making.rename(folder)
    return folder


def _copy_season(source: Path, target: Path, season: int) -> None:
    """One season under another year, its games under other ids."""
    import pyarrow as pa
    import pyarrow.compute as pc

    from hooplake.lake.parquet import write_table
    from hooplake.lake.partition import Partition, table_path
    from hooplake.lakehouse import registry

    for layer in ("silver", "gold"):
        for file in sorted((source / layer).rglob("season=2025/part-0.parquet")):
            spec = registry()[f"{layer}.{file.relative_to(source / layer).parts[0]}"]
            import pyarrow.parquet as pq

            rows = pq.ParquetFile(file).read()
            ids = pc.binary_join_element_wise(rows["game_id"], pa.scalar(f"s{season}"), "")
            rows = rows.set_column(rows.column_names.index("game_id"), "game_id", ids)
            path = target / table_path(spec, Partition(league="nba", source="espn", season=season))
            path.parent.mkdir(parents=True, exist_ok=True)
            write_table(spec, rows, path)


@cache
def asked() -> list[str]:
    """Ids of the games that are asked about."""
    import hooplake

    with hooplake.open(history()) as lake:
        ids = lake.sql("select game_id from silver.fct_games order by game_id")["game_id"].to_pylist()
    return random.Random(1).sample(ids, QUESTIONS)


@cache
def _lake() -> object:
    import hooplake

    return hooplake.open(history())


def scores() -> list[str]:
    """The score of each game at one moment."""
    return [str(_lake().game(game).score_at("Q3 7:32")) for game in asked()]  # type: ignore[attr-defined]


def boxes() -> list[str]:
    """The full box of each game at one moment."""
    return [str(_lake().game(game).box_at("Q3 7:32").lines) for game in asked()]  # type: ignore[attr-defined]


def reads() -> int:
    """The least that an answer needs: the game's rows of two tables, the season known."""
    import pyarrow.parquet as pq

    count = 0
    for game in asked():
        season = game[-4:]
        for table in ("gold/game_state_snapshots", "gold/player_snapshots"):
            path = history() / table / f"league=nba/source=espn/season={season}/part-0.parquet"
            file = pq.ParquetFile(path, memory_map=True)
            place = file.schema_arrow.get_field_index("game_id")
            for group in range(file.num_row_groups):
                found = file.metadata.row_group(group).column(place).statistics
                if found.min <= game <= found.max:
                    count += file.read_row_group(group).num_rows
    return count


def shell() -> str:
    """``hooplake game score`` in a process of its own."""
    command = [
        sys.executable,
        "-m",
        "hooplake",
        "--lake",
        str(history()),
        "game",
        "score",
        asked()[0],
        "--at",
        "Q3 7:32",
    ]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def bare() -> object:
    """A fresh interpreter that does nothing."""
    return subprocess.run([sys.executable, "-c", "pass"], check=True)
