"""A lake in a bucket with its entries in DynamoDB, against an emulator over HTTP."""

from __future__ import annotations

import io
import json
import socket
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import boto3
import pyarrow.parquet as pq
import pytest
from moto.server import ThreadedMotoServer

import hooplake
from hooplake.cli import main
from hooplake.config import Settings
from hooplake.errors import ConfigError
from hooplake.lake.store import Store
from hooplake.lakehouse import registry
from hooplake.simulate import season
from hooplake.simulate.servers.serve import Servers
from hooplake.sources.cbbd import commands
from hooplake.sources.cbbd.runs import RunSummary
from hooplake.sources.checkpoints import Entry, open_checkpoints
from hooplake.sources.checkpoints_dynamodb import LEASE_SECONDS, DynamoCheckpoints, create_table
from tests.sources.servers import serving
from tests.sources.test_kill_network import objects

TABLE = "cbbd_checkpoints"


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=port, verbose=False)
    server.start()
    for name, value in {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}", "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1", "AWS_ALLOW_HTTP": "true",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    urllib.request.urlopen(f"http://127.0.0.1:{port}/moto-api/reset", data=b"").close()  # it outlives its server
    client = boto3.client("dynamodb")
    create_table(client, TABLE)
    yield client
    client.close()
    server.stop()


def test_entries_are_kept_by_endpoint_and_parameters(aws: Any) -> None:
    entries = DynamoCheckpoints(TABLE, client=aws)
    assert entries.get("games", {"season": "2025"}) is None
    entries.put(Entry("games", {"season": str(n)}, {"rows": n}) for n in range(60))
    assert entries.get("games", {"season": "31"}) == {"rows": 31, "params": {"season": "31"}}
    assert sorted(entry.payload["rows"] for entry in entries.of("games")) == list(range(60))
    assert entries.of("lines") == []


def test_what_one_run_has_claimed_no_other_gets_and_a_killed_one_lets_go(aws: Any) -> None:
    now = 1000.0
    one, two = (DynamoCheckpoints(TABLE, client=aws, clock=lambda: now) for _ in range(2))
    first, second = {"season": "2024"}, {"season": "2025"}
    with one.running(), two.running():
        assert one.claim([("games", first)]) == [True]
        assert one.claim([("games", first)]) == [True]
        assert two.claim([("games", first)]) == [False]
        assert two.claim([("games", second)]) == [True]
        # a claim is no entry
        assert one.get("games", first) is None
        assert one.of("games") == []
        one.put([Entry("games", first, {"rows": 1})])  # the entry ends the claim
        assert two.claim([("games", first)]) == [True]
        assert two.get("games", first) == {"rows": 1, "params": first}
        two.release("games", first)
        assert one.claim([("games", first)]) == [True]
        two.release("games", first)  # that of another run is left alone
        assert two.claim([("games", first)]) == [False]
        now += LEASE_SECONDS - 1
        one.renew()
        two.renew()
        now += 2
        assert two.claim([("games", first)]) == [False]  # renewed
        now += LEASE_SECONDS
        two.renew()
        assert two.claim([("games", first)]) == [True]  # the other one has not said for long that it is alive
        assert one.claim([("games", first)]) == [False]


def test_a_table_that_there_is_not(aws: Any) -> None:
    with pytest.raises(ConfigError, match="no DynamoDB table nothing"):
        DynamoCheckpoints("nothing", client=aws).get("games", {})


def test_a_profile_has_the_key_of_the_bucket(aws: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="hoops-edge")
    s3.close()
    file = tmp_path / "credentials"
    file.write_text("[hoops]\naws_access_key_id = from-the-profile\naws_secret_access_key = test\n")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(file))
    monkeypatch.setenv("AWS_PROFILE", "hoops")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    store = Store.open("s3://hoops-edge/lake")
    store.put("meta/a.json", b"{}")
    assert store.get("meta/a.json") == b"{}"
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    with pytest.raises(ConfigError, match="AWS_PROFILE=nobody: "):
        Store.open("s3://hoops-edge/lake")


def test_a_backfill_into_a_bucket_is_that_into_a_directory(
    aws: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CBBD_API_KEY", "demo")
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="hoops-edge")
    s3.close()
    servers = Servers([season("mbb", 2025, days=3, teams=14)], today=date(2025, 6, 1))
    assert servers.cbbd is not None
    found = []
    with serving(servers.app()) as url:
        for lake, checkpoints in ((str(tmp_path / "lake"), ""), ("s3://hoops-edge", f"dynamodb://{TABLE}")):
            settings = Settings(lake=lake, checkpoints=checkpoints, cbbd_url=url, cbbd_rate=0)
            store = Store.open(lake)
            commands.backfill(store, settings, [2025], only=["conferences", "games", "games_teams", "plays_date"])
            paths = [path for path in store.paths("raw") if path.endswith(".gz")]  # lists of bodies have their times
            bodies = {path.rpartition("/")[2].partition("-")[2]: store.get(path) for path in paths}
            found.append(bodies)
            made = servers.cbbd.made
            again = commands.backfill(
                store, settings, [2025], only=["conferences", "games", "games_teams", "plays_date"]
            )
            assert (again.requests, servers.cbbd.made) == (0, made)
            entries = open_checkpoints(store, settings)
            assert entries.get("quota", {})["remaining"] == servers.cbbd.calls  # type: ignore[index]
            entries.close()
    assert found[0] == found[1]
    assert len(found[0]) > 4


def test_two_runs_that_share_a_table_ask_for_nothing_twice(
    aws: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CBBD_API_KEY", "demo")
    servers = Servers([season("mbb", 2025, days=3, teams=14)], today=date(2025, 6, 1))
    assert servers.cbbd is not None
    servers.faults.set({"slow": 1.0})  # so that both are under way
    with serving(servers.app()) as url:
        settings = Settings(lake=str(tmp_path), checkpoints=f"dynamodb://{TABLE}", cbbd_url=url, cbbd_rate=0)

        def run(_: int) -> RunSummary:
            return commands.backfill(Store.open(tmp_path), settings, [2025], skip_fanout=True)

        with ThreadPoolExecutor(2) as pool:
            summaries = list(pool.map(run, range(2)))
    used = [summary.requests for summary in summaries]
    stored = [path for path in Store.open(tmp_path).paths("raw/cbbd") if path.endswith(".gz")]
    assert servers.cbbd.made == sum(used) == len(stored)
    names = [path.partition("-")[2] for path in stored]
    assert len(names) == len(set(names))


def test_from_empty_to_gold_in_a_bucket_is_that_in_a_directory(
    aws: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="hoops-edge")
    servers = Servers([season("mbb", 2025, days=4, teams=12)], today=date(2025, 6, 1))
    names = [
        "gold.team_season_summary",
        "gold.game_predictions_features",
        "gold.market_lines_analysis",
        "gold.player_season_impact",
    ]
    found: list[dict[str, bytes]] = []
    with serving(servers.app()) as url:
        for name, value in {
            "CBBD_API_KEY": "demo", "HOOPLAKE_CBBD_URL": url, "HOOPLAKE_CBBD_RATE": "0", "HOOPLAKE_JOBS": "1",
        }.items():  # fmt: skip
            monkeypatch.setenv(name, value)
        command = ["cbbd", "backfill", "--season-start", "2025", "--season-end", "2025", "--build"]
        for lake in (str(tmp_path / "lake"), "s3://hoops-edge/lake"):
            if lake.startswith("s3"):
                monkeypatch.setenv("HOOPLAKE_CHECKPOINTS", f"dynamodb://{TABLE}")
                monkeypatch.setenv("HOOPLAKE_LEDGER", str(tmp_path / "ledger.sqlite"))
            assert main(["--lake", lake, "--json", *command]) == 0
            assert json.loads(capsys.readouterr().out)["build"]["failures"] == []
            store = Store.open(lake)
            found.append(objects(store, ("bronze", "silver", "gold")))
            # The second time nothing is asked for and nothing is made.
            made = servers.cbbd.made if servers.cbbd else None
            assert main(["--lake", lake, "--json", *command]) == 0
            again = json.loads(capsys.readouterr().out)
            assert (again["build"]["run"], servers.cbbd.made if servers.cbbd else None) == (0, made)
    assert found[1] == found[0]
    assert {path.split("/")[1] for path in found[1] if path.startswith("gold/")} >= {name[5:] for name in names}
    # What Athena would read is what the local lake says: the objects are where the catalogue says that they are.
    assert main(["--lake", "s3://hoops-edge/lake", "catalog", "glue", "--prefix", "cbbd"]) == 0
    glue = boto3.client("glue")
    with hooplake.open(tmp_path / "lake") as here:
        for name in [*names, "silver.cbbd_fct_games"]:
            layer, _, table = name.partition(".")
            declared = glue.get_table(DatabaseName=f"cbbd_{layer}", Name=table)["Table"]
            place = declared["Parameters"]["storage.location.template"].replace("${season}", "2025")
            prefix = place.removeprefix("s3://hoops-edge/")
            (key,) = [each["Key"] for each in s3.list_objects_v2(Bucket="hoops-edge", Prefix=prefix)["Contents"]]
            rows = pq.read_table(io.BytesIO(s3.get_object(Bucket="hoops-edge", Key=key)["Body"].read()))
            assert rows.column_names == [column["Name"] for column in declared["StorageDescriptor"]["Columns"]]
            local = here.sql(f"select * exclude (season) from {name} where season = 2025")
            assert rows.num_rows == local.num_rows > 0
    glue.close()
    s3.close()


def test_every_table_is_registered_as_it_is_declared(aws: Any, capsys: pytest.CaptureFixture[str]) -> None:
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="hoops-edge")
    s3.close()
    command = ["--json", "--lake", "s3://hoops-edge/lake", "catalog", "glue", "--prefix", "cbbd"]
    assert main(command) == 0
    assert json.loads(capsys.readouterr().out)["created"] == len(registry())
    glue = boto3.client("glue")
    table = glue.get_table(DatabaseName="cbbd_gold", Name="team_season_summary")["Table"]
    spec = registry()["gold.team_season_summary"]
    columns = [*table["PartitionKeys"], *table["StorageDescriptor"]["Columns"]]
    assert [column["Name"] for column in columns] == list(spec.columns)
    assert {column["Name"]: column["Type"] for column in columns}["wins"] == "int"
    place = "s3://hoops-edge/lake/gold/team_season_summary"
    assert table["Parameters"]["storage.location.template"] == f"{place}/season=${{season}}/"
    assert table["Parameters"]["projection.season.type"] == "integer"
    bronze = glue.get_table(DatabaseName="cbbd_bronze", Name="games")["Table"]
    assert bronze["Parameters"]["projection.asof.type"] == "date"
    types = {column["Name"]: column["Type"] for column in bronze["StorageDescriptor"]["Columns"]}
    assert types["home_period_points"] == "array<bigint>"
    # a table that is declared otherwise now is renewed, the others are left alone
    glue.update_table(DatabaseName="cbbd_gold", TableInput={"Name": "team_season_summary"})
    assert main(command) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["created"], told["updated"], told["unchanged"]) == (0, 1, len(registry()) - 1)
    glue.close()


def test_a_lake_in_a_directory_is_not_for_athena(aws: Any, tmp_path: Path) -> None:
    assert main(["--lake", str(tmp_path), "catalog", "glue"]) == 2
