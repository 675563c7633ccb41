"""The commands, as a user gives them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest

from hooplake import simulate
from hooplake.cli import main
from hooplake.lake.store import Store
from hooplake.lakehouse import Lakehouse
from hooplake.postgres.connect import Place
from hooplake.postgres.documents import find_documents
from hooplake.postgres.enrich import Options, enrich
from tests.postgres.rows import data_of, insert

Connection = psycopg.Connection[Any]
Run = Callable[..., tuple[int, dict[str, Any]]]
ROOT = Path(__file__).parents[2]


@pytest.fixture
def run(place: Place, lake: Lakehouse, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Gives a command its database by the variables of libpq, and returns its exit code and its JSON."""
    for name, value in place.parameters.items():
        monkeypatch.setenv({"dbname": "PGDATABASE"}.get(name, f"PG{name.upper()}"), value)

    def command(*arguments: str) -> tuple[int, dict[str, Any]]:
        code = main(["--lake", lake.store.url, *arguments, "--json"])
        return code, json.loads(capsys.readouterr().out)

    return command


def test_from_a_lake_to_validated_rows(connection: Connection, run: Run, nba: simulate.Season) -> None:
    assert run("postgres", "init") == (0, {"applied": []})
    assert run("postgres", "load-games") == (0, {"games": 4, "inserted": 4})
    code, dry = run("enrich", "--dry-run")
    assert (code, dry["written"], dry["dry_run"]) == (0, 4, True)
    assert not any("espn_features" in data for data in data_of(connection).values())
    code, done = run("enrich", "--jobs", "1")
    assert (code, done["written"], done["failed"], done["formats"]) == (0, 4, 0, {"2": 4})
    assert done["games_per_second"] > 0
    code, again = run("enrich")
    assert (code, again["written"], again["unchanged"]) == (0, 0, 4)
    for what in ("enrichment", "raw-data"):
        code, report = run("validate", what)
        assert (code, report["passed"], report["counts"]["fail"]) == (0, True, 0)
    code, published = run("publish", "postgres", "--league", "nba")
    assert (code, published["games"], published["unchanged"]) == (0, 4, 0)
    assert run("publish", "postgres", "--league", "nba", "--season", "2025")[1]["unchanged"] == 4
    code, report = run("validate", "snapshots")
    assert (code, report["passed"]) == (0, True)


def test_failures_are_listed_and_told_by_the_exit_code(
    connection: Connection, run: Run, nba: simulate.Season, tmp_path: Path
) -> None:
    games = [game.id for game in nba.games[:3]]
    insert(connection, games)
    (tmp_path / f"{games[0]}.json").write_bytes(nba.games[0].document())
    (tmp_path / f"{games[1]}.json").write_bytes(b"<html>")
    code, report = run("enrich", "--source", str(tmp_path))
    assert code == 4
    assert report["failures_by_type"] == {"html": 1, "no_document": 1}
    assert report["failures"][games[2]]["reason"] == "no_document"
    code, validation = run("validate", "enrichment")
    assert code == 4
    assert validation["findings"][0]["message"] == "1 of 3 games are enriched"


def test_a_person_reads_the_same(
    connection: Connection, run: Run, documents: Path, nba: simulate.Season, capsys: pytest.CaptureFixture[str]
) -> None:
    insert(connection, [*(game.id for game in nba.games[:24]), "nothing"])
    assert main(["enrich", "--source", str(documents), "--verbose"]) == 4
    out, err = capsys.readouterr()
    assert "25 games: 24 written, 0 unchanged, 1 failed, 0 left" in out
    assert "format 1: 8, format 2: 16" in out
    assert "failed: 1 no_document" in out
    assert "24 of 25 games, " in err
    assert "nothing: no_document: the source has no document of this game" in err
    assert main(["validate", "enrichment"]) == 4
    out, _ = capsys.readouterr()
    assert "coverage                   FAIL    24 of 25 games are enriched" in out
    assert out.endswith("enrichment: failed\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["enrich", "--resume"], "--resume needs --checkpoint FILE"),
        (["enrich", "--source", "ftp://there/x"], "is not the address of a lake"),
        (["enrich", "--dsn", "host=/nowhere user=me dbname=nba"], "cannot connect to me@/nowhere/nba"),
        (["publish", "postgres", "--host", "/nowhere"], "Check --dsn, --host"),
    ],
)
def test_what_is_wrong_is_told(run: Run, arguments: list[str], message: str) -> None:
    code, report = run(*arguments)
    assert code == 2
    assert message in report["error"]["message"]


def test_a_place_without_documents_is_told(connection: Connection, run: Run, tmp_path: Path) -> None:
    code, report = run("enrich", "--source", str(tmp_path))
    assert code == 2
    assert "has no documents of games: name another place with --source" in report["error"]["message"]


def test_checkpoint_and_resume(
    connection: Connection, run: Run, documents: Path, nba: simulate.Season, tmp_path: Path
) -> None:
    insert(connection, [game.id for game in nba.games[:24]])
    options = ["enrich", "--source", str(documents), "--batch-size", "4", "--checkpoint", str(tmp_path / "c")]
    assert run(*options, "--limit", "9")[1]["written"] == 9
    code, report = run(*options, "--resume")
    assert (code, report["written"], report["left"]) == (0, 24, 0)


def test_the_demonstration(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["enrich", "--demo", "--limit", "6", "--jobs", "1", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["first"]["written"], report["second"]["written"], report["second"]["unchanged"]) == (6, 0, 6)
    assert report["first"]["formats"] == {"1": 2, "2": 4}
    assert report["validation"]["passed"] is True


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("many")
    for game in simulate.season("nba", 2022, days=40, teams=12).games[:160]:
        (folder / f"{game.id}.json").write_bytes(game.document())
    return folder


def test_the_whole_command_killed_with_its_workers(
    connection: Connection, place: Place, many: Path, tmp_path: Path
) -> None:
    source = find_documents(Store.open(many), ["nba"])
    insert(connection, source.games)
    enrich(connection, source, Options())
    expected = data_of(connection)
    connection.execute("truncate raw_data.nba_games, raw_data.game_enrichment")
    insert(connection, source.games)
    command = [
        sys.executable, "-m", "hooplake", "enrich", "--dsn", psycopg.conninfo.make_conninfo("", **place.parameters),
        "--source", str(many), "--batch-size", "3", "--jobs", "2", "--checkpoint", str(tmp_path / "c"), "--resume",
        "--json",
    ]  # fmt: skip
    environ = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    for target in (10, 60, 110):
        process = subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until = time.monotonic() + 60
        while enriched(connection) < target and process.poll() is None and time.monotonic() < until:
            time.sleep(0.005)
        workers = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
        process.send_signal(signal.SIGKILL)
        process.wait(20)
        _, alive = psutil.wait_procs(workers, timeout=20)
        assert alive == [], "the workers end with the process that started them"
    done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["written"] + report["unchanged"] == len(source.games) > 100
    assert data_of(connection) == expected


def test_interrupted_it_says_so_and_goes_on(connection: Connection, place: Place, many: Path, tmp_path: Path) -> None:
    source = find_documents(Store.open(many), ["nba"])
    insert(connection, source.games)
    command = [
        sys.executable, "-m", "hooplake", "enrich", "--dsn", psycopg.conninfo.make_conninfo("", **place.parameters),
        "--source", str(many), "--batch-size", "2", "--jobs", "2", "--checkpoint", str(tmp_path / "c"), "--resume",
    ]  # fmt: skip
    environ = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    process = subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    until = time.monotonic() + 60
    while enriched(connection) < 8 and process.poll() is None and time.monotonic() < until:
        time.sleep(0.005)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=30)
    assert (process.returncode, told) == (130, "interrupted: state saved; run the same command again to go on\n")
    assert 0 < enriched(connection) < len(source.games)
    done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert enriched(connection) == len(source.games)


def enriched(connection: Connection) -> int:
    (count,) = connection.execute("select count(*) from raw_data.game_enrichment").fetchone() or (0,)
    return int(count)


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A bucket on a real S3 service of this machine, found by the usual variables."""
    import boto3
    from moto.server import ThreadedMotoServer

    service = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    service.start()
    host, port = service.get_host_and_port()
    for name, value in {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}", "AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test", "AWS_ALLOW_HTTP": "true",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    boto3.client("s3", endpoint_url=f"http://{host}:{port}", region_name="us-east-1").create_bucket(Bucket="games")
    yield "s3://games"
    service.stop()


def test_documents_in_a_bucket_by_the_keys_of_the_predecessor(
    connection: Connection, run: Run, bucket: str, nba: simulate.Season
) -> None:
    store = Store.open(bucket)
    for game in nba.games[:3]:
        store.put(f"box_scores/{game.id}.json", game.document("page"))
        store.put(f"pbp/{game.id}.json", game.document("page_plays"))
    insert(connection, [game.id for game in nba.games[:3]])
    code, report = run("enrich", "--source", bucket)
    assert (code, report["written"], report["formats"]) == (0, 3, {"1": 3})
    features = data_of(connection)[nba.games[0].id]["espn_features"]
    assert features["source_data"]["s3_key"] == f"s3://games/box_scores/{nba.games[0].id}.json"
    assert features["plays_summary"]["total_plays"] > 300
    code, report = run("enrich", "--source", f"{bucket}/box_scores")
    assert (code, report["written"]) == (0, 3)  # of fewer documents, so other features
    assert run("enrich", "--source", f"{bucket}/box_scores")[1]["unchanged"] == 3
