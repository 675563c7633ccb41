"""The ten analytics tables: whole commands on four real seasons, or on a simulated one where there are none.

The lake of the bench has the schedule of 2015-16, and of its games all but those of the last two dates. The first of
these is what a day brings; the games of the second are still to be played. The correction gives one made shot of a game
in January to a team-mate, so that plays, boxes, the replay and the tables after it change.
"""

from __future__ import annotations

import csv
import gzip
import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from functools import cache, partial
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from bench.corpus import FOLDER, put_away
from bench.measure import Stage
from hooplake import simulate
from hooplake.config import Settings
from hooplake.tables.coverage import ANALYTICS, PRECOMPUTE
from hooplake.tables.pipeline import steps

TEN = (*ANALYTICS, *PRECOMPUTE)
SEASONS = ("2010-11", "2013-14", "2015-16", "2018-19")
STATS, REFERENCE = ("playbyplayv2", "boxscoretraditionalv2"), ("team_game_logs", "linescores")
CHANGING, NEW, LATER = "2015-16", "2016-04-12", "2016-04-13"
"""The season in which something changes, and its last two dates."""
CORRECTED = "0021500600"
"""A game of January 2016."""
INPUT = FOLDER / "analytics-input"
SOURCE = FOLDER / "analytics-source"
BUILT = FOLDER / "analytics-built"
WORK = FOLDER / "analytics-work"

# Runs a command and waits for all that it started, so that their time counts: workers outlive the command by a moment.
_WITH_ALL = """
import ctypes, os, subprocess, sys
if sys.platform == "linux":
    ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)
code = subprocess.run(sys.argv[1:]).returncode
try:
    while True:
        os.wait()
except ChildProcessError:
    sys.exit(code)
"""


def stages() -> list[Stage]:
    """All ten tables from nothing, a new date, a late correction, nothing to do, and lost hashes put back.

    From raw data means that silver and replay tables are built by the same command; the others find them built.
    """
    corpus = "4 NBA seasons" if real() else "a simulated season"
    bare = lambda: subprocess.run([sys.executable, "-c", "pass"], check=True)  # noqa: E731
    backfill = lambda: command(WORK, "backfill")  # noqa: E731
    found = [
        Stage(
            "ten analytics tables from nothing", backfill, "read and write their files", rewrite, check=all_there,
            corpus=corpus, prepare=lambda: copy(source()), repeats=2,
        ),
        Stage(
            "analytics, nothing to do", lambda: command(built(), "backfill"), "bare interpreter", bare,
            check=nothing_run, corpus=corpus, prepare=built, repeats=5,
        ),
        Stage(
            "analytics, hashes of player rows put back",
            lambda: command(WORK, "hash", "backfill", "player_game_summary"), "read and write the files",
            lambda: rewrite("player_game_summary"), corpus=corpus, prepare=without_hashes, repeats=3,
        ),
    ]  # fmt: skip
    changes = [("new", "a new date", date_there), ("late", "a late correction", corrected)]
    found += [
        Stage(
            f"analytics, {name}{'' if upstream else ', from raw data'}", backfill, "read and write the season's files",
            partial(rewrite, year=2016 if real() else 2025), check=check, corpus=corpus,
            prepare=partial(with_new, folder, upstream=upstream), repeats=3,
        )
        for folder, name, check in (changes if real() else changes[:1])
        for upstream in (True, False)
    ]  # fmt: skip
    return found


def real() -> bool:
    """Whether the real seasons are there."""
    return (Settings.read().real_data / "nba_stats").is_dir()


@cache
def inputs() -> Path:
    """What is taken in: `before` the dates that are held back, `new` of the first of them, `late` corrected."""
    if not (INPUT / "late").is_dir():
        if real():
            _cut_seasons()
        else:
            _simulate()
    return INPUT


def _cut_seasons() -> None:
    data = Settings.read().real_data
    scores = pq.ParquetFile(data / "nba_reference" / f"linescores_{CHANGING}.parquet").read()
    new, later = (
        scores.filter(pc.equal(scores.column("game_date"), day)).column("game_id").combine_chunks()
        for day in (NEW, LATER)
    )
    files = [file for name in STATS for file in (data / "nba_stats").rglob(f"{name}.parquet")]
    files += [data / "nba_reference" / f"{name}_{each}.parquet" for name in REFERENCE for each in SEASONS]
    for file in files:
        rows = pq.ParquetFile(file).read()
        game = rows.column("GAME_ID" if "GAME_ID" in rows.column_names else "game_id")
        parts = {"before": pc.invert(pc.is_in(game, pa.concat_arrays([new, later]))), "new": pc.is_in(game, new)}
        for folder, chosen in parts.items():
            if len(part := _untold(rows.filter(chosen)) if folder == "new" else rows.filter(chosen)):
                (INPUT / folder / file.parent.name).mkdir(parents=True, exist_ok=True)
                pq.write_table(part, INPUT / folder / file.parent.name / file.name)
    with gzip.open(next((data / "schedule").glob("nba_schedule_*.csv.gz")), "rt") as lines:
        games = csv.DictReader(lines)
        with (INPUT / "schedule.csv").open("w", newline="") as out:
            kept = csv.DictWriter(out, games.fieldnames or [])
            kept.writeheader()
            ahead = {*new.to_pylist(), *later.to_pylist()}
            for row in games:
                if row["gid"].startswith("00215"):  # the regular season
                    kept.writerow(row | {"st": "1"} if row["gid"] in ahead else row)
    _correct(data / "nba_stats" / "season=2016")


def _untold(rows: pa.Table) -> pa.Table:
    """Without what the archive of schedules does not tell ahead: a schedule that changes makes its whole season run."""
    if "neutral_site" not in rows.column_names:
        return rows
    place = rows.schema.get_field_index("neutral_site")
    return rows.set_column(place, "neutral_site", pa.nulls(len(rows), pa.string()))


def _correct(season: Path) -> None:
    """The plays and boxes of one game, with another shooter of its first shot that two players of a team could claim."""
    plays, boxes = (
        pq.read_table(season / f"{name}.parquet", filters=[("GAME_ID", "=", CORRECTED)], partitioning=None)
        for name in STATS
    )
    shots, lines = plays.to_pylist(), boxes.to_pylist()
    made = [
        row for row in shots
        if row["EVENTMSGTYPE"] == "1" and row["PERIOD"] == "1" and row["PLAYER2_ID"] == "0"
        and "3PT" not in f"{row['HOMEDESCRIPTION']}{row['VISITORDESCRIPTION']}"
    ]  # fmt: skip
    shot, other = next(
        (one, two) for one in made for two in made
        if one["PLAYER1_TEAM_ID"] == two["PLAYER1_TEAM_ID"] and one["PLAYER1_ID"] != two["PLAYER1_ID"]
    )  # fmt: skip
    for player, sign in ((shot["PLAYER1_ID"], -1), (other["PLAYER1_ID"], 1)):
        line = next(row for row in lines if row["PLAYER_ID"] == player and row["PERIOD"] == 1)
        line |= {name: str(int(line[name]) + sign * by) for name, by in (("FGM", 1), ("FGA", 1), ("PTS", 2))}
    shot |= {name: other[name] for name in ("PLAYER1_ID", "PLAYER1_NAME")}
    (INPUT / "late").mkdir(parents=True)
    for name, rows, kind in zip(STATS, (shots, lines), (plays.schema, boxes.schema), strict=True):
        pq.write_table(pa.Table.from_pylist(rows, kind), INPUT / "late" / f"{name}.parquet")


def _simulate() -> None:
    games = simulate.season(season=2025, days=75, teams=10, seed=5).games
    last = max(game.date for game in games)
    for game in games:
        folder = INPUT / ("new" if game.date == last else "before")
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{game.id}.json").write_bytes(game.document())
    (INPUT / "late").mkdir()


def take_in(lake: Path, folder: str) -> None:
    """Takes in a folder of what there is, and whatever the ten tables read is not built yet."""
    command(lake, "ingest", "official" if real() else "files", str(inputs() / folder))


@cache
def source() -> Path:
    """A lake in which everything that the ten tables read is built."""
    if not SOURCE.is_dir():
        take_in(SOURCE, "before")
        if real():
            command(SOURCE, "ingest", "odds", str(next((Settings.read().real_data / "odds").glob("nba_*"))))
            command(SOURCE, "ingest", "schedule", str(inputs() / "schedule.csv"))
    # also where it was built before, perhaps by other code; some lines of the archive are set aside
    command(SOURCE, "build", *read_by_the_ten(), codes=(0, 4))
    return SOURCE


def read_by_the_ten() -> list[str]:
    """The tables from which the ten are made."""
    made = {output: step for step in steps() for output in step.outputs}
    return sorted({table for name in TEN for table in made[name].inputs} - set(TEN))


@cache
def built() -> Path:
    """A lake with all of them."""
    if not BUILT.is_dir():
        shutil.copytree(source(), BUILT)
    command(BUILT, "backfill")
    return BUILT


def copy(lake: Path) -> None:
    """A lake to work on."""
    put_away(WORK)
    shutil.copytree(lake, WORK)


def with_new(folder: str, *, upstream: bool) -> None:
    """The built lake, and raw data that it does not have; with `upstream` also what the ten tables read of it."""
    copy(built())
    take_in(WORK, folder)
    if upstream:
        command(WORK, "build", *read_by_the_ten())


def without_hashes() -> None:
    """The built lake, the hashes of the player rows taken out."""
    copy(built())
    for file in (WORK / "gold" / "player_game_summary").rglob("*.parquet"):
        rows = pq.ParquetFile(file).read()
        pq.write_table(rows.drop_columns([n for n in ("data_hash", "hash_version") if n in rows.column_names]), file)


def command(lake: Path, *words: str, codes: Sequence[int] = (0,)) -> dict[str, object]:
    """A command on a lake that ends with one of these codes; its JSON."""
    line = [sys.executable, "-m", "hooplake", "--lake", str(lake), *words, "--json"]
    done = subprocess.run([sys.executable, "-c", _WITH_ALL, *line], capture_output=True, text=True)
    if done.returncode not in codes:
        raise RuntimeError(
            f"{' '.join(words)} ended with {done.returncode}: {done.stdout[:2000]} {done.stderr[-2000:]}"
        )
    report: dict[str, object] = json.loads(done.stdout)
    return report


def all_there(report: object) -> None:
    """Every row that is due is there."""
    assert isinstance(report, dict)
    status = command(WORK, "status")
    if report["gated"] or status["incomplete"]:
        raise AssertionError(f"not everything was built: {status['incomplete']}")


def date_there(report: object) -> None:
    """Every row that is due is there; of each table the new date was run, or the next, or both."""
    all_there(report)
    runs = ran(report)
    if set(runs) != set(TEN) or max(runs.values()) > (2 if real() else 75):
        raise AssertionError(f"one date is new, but there ran {runs}")


def corrected(report: object) -> None:
    """Every row that is due is there; of tables about games played one date was run, of others no earlier ones."""
    all_there(report)
    runs = ran(report)
    if runs.get("gold.player_game_summary") != 1 or not 1 < runs.get("gold.player_daily_cache", 0) < 120:
        raise AssertionError(f"one game was corrected in mid-season, but there ran {runs}")


def ran(report: object) -> dict[str, int]:
    """The dates of each of the ten tables that a backfill ran."""
    assert isinstance(report, dict)
    steps = [(name, step) for run in report["runs"] for name, step in run["steps"].items()]
    return {name: step["run"] for name, step in steps if name in TEN and step["run"]}


def nothing_run(report: object) -> None:
    """Nothing was run."""
    assert isinstance(report, dict)
    if report["run"]:
        raise AssertionError(f"something was built: {report}")


def rewrite(table: str = "", year: int | None = None) -> int:
    """Read and write the files of the ten tables, or of one, of all seasons or of one."""
    rows = 0
    for name in [table] if table else [full.removeprefix("gold.") for full in TEN]:
        for file in (built() / "gold" / name).rglob(f"season={year or '*'}/*.parquet"):
            found = pq.ParquetFile(file).read()
            pq.write_table(found, FOLDER / "rewritten.parquet", compression="zstd", compression_level=1)
            rows += len(found)
    return rows
