"""Features into Postgres: whole commands beside the same UPDATE alone, and snapshots beside a bare COPY."""

from __future__ import annotations

import atexit
import gzip
import json
import os
import re
import statistics
import subprocess
import sys
import time
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import Any

from bench.corpus import FOLDER, documents
from bench.measure import Stage
from hooplake.config import Settings

ROWS = int(os.environ.get("BENCH_ROWS", "5000"))
"""Rows that are enriched; fewer for a quick look."""
MORE_ROWS = 2 * ROWS
"""Rows of a second size: from two sizes follow what a start costs, and what a game more."""
ALL_GAMES = 31_241
"""Games that there are, to which the two sizes are extrapolated."""
LONG_ROWS = max(ROWS // 5, 10)
"""Rows whose data carries the whole game."""
LONG_BYTES = 400_000
SNAPSHOT_GAMES = 900
"""Games whose snapshots are published."""

_REAL = re.compile(r"(\d{9})\.(?:summary|gamepackage)\.json\.gz")
_SHORT = """
insert into raw_data.nba_games (game_id, source, season, game_date, data, metadata)
select id, 'ESPN', 2025, '2025-01-04', jsonb_build_object(
    'game_info', jsonb_build_object('game_id', id, 'game_date', '2025-01-04', 'season', '2024-25', 'season_year', 2025),
    'teams', '{"home": {"name": "San Antonio Spurs", "abbreviation": "SA", "score": 111},
        "away": {"name": "Denver Nuggets", "abbreviation": "DEN", "score": 122}}'::jsonb,
    'source_data', jsonb_build_object('original_game_id', id, 'source', 'ESPN'),
    'play_by_play', jsonb_build_object('total_plays', 529, 'summary', jsonb_build_object('periods', 5, 'event_types',
        (select jsonb_object_agg('Type of play ' || n, n) from generate_series(1, 40) as n)))
), '{"collection": {"source_system": "ESPN"}}'
from unnest(%s::text[]) as id
"""
_FLOOR = "update floor_games as g set data = g.data || b.patch from floor_batch as b where g.game_id = b.game_id"


def stages() -> list[Stage]:
    """Enrichment of short rows, of long rows, and of rows that are enriched; snapshots into empty tables."""
    short, long = f"{ROWS:,} rows of 2 kB", f"{LONG_ROWS:,} rows of {LONG_BYTES // 1000} kB"
    return [
        Stage(
            "enrich, small rows",
            enrich,
            "the same UPDATE from a staging table",
            floor,
            check=lambda report: written(report, ROWS),
            corpus=f"{short}, {source_name()}",
            units=ROWS,
            unit="games",
            prepare=lambda: reset(ROWS, 0),
            repeats=3,
        ),
        Stage(
            "enrich, twice the small rows",
            enrich_more,
            "the same UPDATE from a staging table",
            floor,
            check=lambda report: written(report, MORE_ROWS),
            corpus=f"{MORE_ROWS:,} rows of 2 kB, {source_name()}",
            units=MORE_ROWS,
            unit="games",
            prepare=prepare_more,
            repeats=3,
        ),
        Stage(
            "enrich, rows with the whole game",
            enrich,
            "the same UPDATE from a staging table",
            floor,
            check=lambda report: written(report, LONG_ROWS),
            corpus=f"{long}, {source_name()}",
            units=LONG_ROWS,
            unit="games",
            prepare=lambda: reset(LONG_ROWS, LONG_BYTES),
            repeats=3,
        ),
        Stage(
            "enrich, nothing changed",
            enrich,
            "import psycopg and count the rows",
            count_rows,
            check=lambda report: written(report, 0),
            corpus=short,
            units=ROWS,
            unit="games",
            prepare=enriched_once,
        ),
        Stage(
            "publish snapshots, with keys",
            publish,
            "COPY of the same rows without keys",
            copy_alone,
            corpus=f"{SNAPSHOT_GAMES:,} simulated games",
            prepare=empty_snapshots,
            repeats=3,
        ),
    ]


def source_name() -> str:
    """What the documents are."""
    return "real documents, renumbered" if real_documents() else "simulated documents"


@cache
def real_documents() -> tuple[Path, ...]:
    """Stored documents of finished games, those of at least 20 kB compressed."""
    folder = Settings.read().real_data / "espn"
    found = [path for path in sorted(folder.glob("*/*.json.gz")) if _REAL.fullmatch(path.name)]
    return tuple(path for path in found if path.stat().st_size > 20_000)


@cache
def corpus(rows: int) -> Path:
    """A directory with so many documents, each of a game id of its own."""
    import zstandard

    folder = FOLDER / f"enrich-{rows}"
    if (folder / "done").exists():
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    pack = zstandard.ZstdCompressor(level=3).compress
    sources: list[tuple[str, bytes]] = []
    for path in real_documents():
        match = _REAL.fullmatch(path.name)
        if match is not None:
            sources.append((match[1], gzip.decompress(path.read_bytes())))
    if not sources:
        unpack = zstandard.ZstdDecompressor().decompress
        sources = [(path.name.partition(".")[0], unpack(path.read_bytes())) for path in documents()[:300]]
    for number in range(rows):
        game_id, body = sources[number % len(sources)]
        fresh = str(700_000_000 + number)
        (folder / f"{fresh}.json.zst").write_bytes(pack(body.replace(game_id.encode(), fresh.encode())))
    (folder / "done").touch()
    return folder


@cache
def server() -> str:
    """A server of this process, with its schemas."""
    from hooplake.postgres.connect import Place, connect
    from hooplake.postgres.embedded import embedded
    from hooplake.postgres.schema import create_schemas

    stack = ExitStack()
    atexit.register(stack.close)
    dsn = stack.enter_context(embedded({"shared_buffers": "1GB", "max_wal_size": "8GB", "autovacuum": "off"}))
    with connect(Place.of(dsn, environ={})) as connection:
        create_schemas(connection)
    return dsn


@cache
def connection() -> Any:
    """A connection of this process."""
    import psycopg

    return psycopg.connect(server(), autocommit=True)


def reset(rows: int, size: int, staged: int = ROWS) -> None:
    """Rows that are not enriched, for the command, and copies of them with all that is merged staged, for the floor."""
    from hooplake.lake.store import Store
    from hooplake.postgres.batches import Batch, GameJob
    from hooplake.postgres.documents import find_documents
    from hooplake.postgres.extraction import Extracted, extract_games

    sql = connection()
    sql.execute("truncate raw_data.nba_games, raw_data.game_enrichment")
    source = find_documents(Store.open(corpus(staged)), None)
    ids = sorted(source.games)
    sql.execute(_SHORT, (ids[:rows],))
    if size:
        whole = json.dumps({"plays": plays(size)})
        # something of its own in every row, so that no two are compressed alike
        sql.execute("update raw_data.nba_games set data = data || %s::jsonb || jsonb_build_object('row', id)", (whole,))
    sql.execute("drop table if exists floor_games")
    sql.execute("create table floor_games (like raw_data.nba_games including all)")
    sql.execute("insert into floor_games select * from raw_data.nba_games")
    (there,) = sql.execute("select to_regclass('floor_batch')").fetchone()
    if there is None:
        sql.execute("create table floor_batch (game_id text primary key, patch jsonb)")
        sql.execute("alter table floor_batch alter column patch set storage external")
        for place in range(0, len(ids), 100):  # so that this process holds no more for more games
            batch = Batch(tuple(GameJob(game, None, source.games[game]) for game in ids[place : place + 100]), None, "")
            for each in extract_games(batch, source.store):
                assert isinstance(each, Extracted), each
                patch = f'{{"espn_features":{each.body.decode()},"metadata":{{"enrichment":{each.feature_count}}}}}'
                sql.execute("insert into floor_batch values (%s, %s)", (each.game_id, patch))
    sql.execute("vacuum analyze raw_data.nba_games")
    sql.execute("vacuum analyze floor_games")
    sql.execute("checkpoint")


def plays(size: int) -> list[Any]:
    """The plays of a document as they are, again and again, up to so many bytes of JSON."""
    import zstandard

    file = min(corpus(ROWS).glob("*.zst"))
    body = json.loads(zstandard.ZstdDecompressor().decompress(file.read_bytes()))
    found: list[Any] = (body.get("gamepackageJSON") or body)["plays"]
    taken: list[Any] = []
    while size > 0:
        taken.append(found[len(taken) % len(found)])
        size -= len(json.dumps(taken[-1])) + 2
    return taken


def enrich(rows: int = ROWS) -> dict[str, Any]:
    """``hooplake enrich`` on two processes; its report."""
    command = [sys.executable, "-m", "hooplake", "enrich", "--dsn", server(), "--source", str(corpus(rows))]
    done = subprocess.run([*command, "--league", "any", "--jobs", "2", "--json"], capture_output=True, text=True)
    if done.returncode:
        raise AssertionError(done.stdout + done.stderr)
    return dict(json.loads(done.stdout))


_SECONDS: dict[int, list[float]] = {ROWS: [], MORE_ROWS: []}


def prepare_more() -> None:
    """The first size, timed, and then as many rows more: by turns, so that drift hits both."""
    reset(ROWS, 0, MORE_ROWS)
    timed(ROWS)
    reset(MORE_ROWS, 0, MORE_ROWS)


def enrich_more() -> dict[str, Any]:
    """The second size; tells what both come to for all games that there are."""
    report = timed(MORE_ROWS)
    few, many = (statistics.median(_SECONDS[rows]) for rows in (ROWS, MORE_ROWS))
    each = (many - few) / (MORE_ROWS - ROWS)
    start = few - each * ROWS
    print(
        f"  {ROWS:,} games in {few:.2f} s, {MORE_ROWS:,} in {many:.2f} s: {start:.2f} s for the start and "
        f"{1000 * each:.3f} ms a game, so {ALL_GAMES:,} games in {start + each * ALL_GAMES:.1f} s",
        file=sys.stderr,
    )
    return report


def timed(rows: int) -> dict[str, Any]:
    """The command on so many rows, and its seconds kept."""
    begun = time.perf_counter()
    report = enrich(rows)
    _SECONDS[rows].append(time.perf_counter() - begun)
    return report


def written(report: object, rows: int) -> None:
    """So many rows were written, and none failed."""
    assert isinstance(report, dict)
    if report["written"] != rows or report["failed"]:
        raise AssertionError(f"{report['written']} rows written, {report['failed']} failed, not {rows} and none")


def floor() -> int:
    """The UPDATE with everything staged; as many rows as the command writes."""
    with connection().transaction():
        return int(connection().execute(_FLOOR).rowcount)


def enriched_once() -> None:
    """Rows that are enriched."""
    (done,) = connection().execute("select count(*) from raw_data.game_enrichment").fetchone()
    if done != ROWS:
        reset(ROWS, 0)
        enrich()


def count_rows() -> None:
    """The least that a command can do with the database."""
    code = (
        "import psycopg, sys; c = psycopg.connect(sys.argv[1]); c.execute('select count(*) from raw_data.nba_games, "
        "raw_data.game_enrichment where nba_games.game_id = game_enrichment.game_id').fetchone()"
    )
    subprocess.run([sys.executable, "-c", code, server()], check=True)


@cache
def lake() -> Path:
    """A lake with the replay tables of simulated games."""
    import shutil

    import hooplake
    from hooplake import simulate

    folder = FOLDER / f"publish-{SNAPSHOT_GAMES}"
    if folder.is_dir():
        return folder
    making = folder.with_suffix(".making")
    shutil.rmtree(making, ignore_errors=True)
    for season in (2023, 2024, 2025):
        simulate.write_documents(making / "files", season=season, days=90, limit=SNAPSHOT_GAMES // 3)
    with hooplake.open(making, create=True) as made:
        made.ingest_files([making / "files"])
        made.run(made.plan("gold.player_snapshots"))
    making.rename(folder)
    return folder


def empty_snapshots() -> None:
    """Snapshot tables without rows."""
    lake()
    connection().execute(
        "truncate phase9.game_state_snapshots, phase9.player_snapshot_stats, phase9.quarter_box_scores, "
        "phase9.box_score_verification, phase9.published_games"
    )
    connection().execute("checkpoint")


def publish() -> dict[str, Any]:
    """``hooplake publish postgres``; its report."""
    command = [sys.executable, "-m", "hooplake", "--lake", str(lake()), "publish", "postgres", "--dsn", server()]
    done = subprocess.run([*command, "--json"], check=True, capture_output=True, text=True)
    report = dict(json.loads(done.stdout))
    rows = sum(report["rows"].values())
    loading = report["copy_seconds"] + report["key_seconds"]
    print(
        f"  {rows:,} rows: {rows / loading:,.0f} a second by COPY with the keys built after it, "
        f"{rows / report['seconds']:,.0f} with reading and making them",
        file=sys.stderr,
    )
    return report


def copy_alone() -> int:
    """The rows that were published, copied into tables without keys; all in one transaction that is undone."""
    import psycopg

    from hooplake.postgres.snapshots import TABLES

    moved = 0
    with psycopg.connect(server()) as other:
        for name in TABLES:
            bare = f"bare_{name.partition('.')[2]}"
            other.execute(f"create table {bare} (like {name})".encode())
            with (
                connection().cursor().copy(f"copy {name} to stdout".encode()) as reading,
                other.cursor().copy(f"copy {bare} from stdin".encode()) as writing,
            ):
                for block in reading:
                    writing.write(block)
                    moved += len(block)
        other.rollback()
    return moved
