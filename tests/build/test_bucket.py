"""The same build in a bucket of an S3 service, with the ledger in a file of this machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest

from hooplake.build.ledger import open_ledger
from hooplake.build.run import run
from hooplake.lake.store import Store
from tests.build.test_sql import averages, pipeline
from tests.build.toy import Toy


@pytest.fixture
def options() -> Iterator[dict[str, str]]:
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    client = boto3.client(
        "s3", endpoint_url=address, region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x"
    )
    client.create_bucket(Bucket="lakes")
    client.close()
    yield {"endpoint": address, "region": "us-east-1", "access_key_id": "x", "secret_access_key": "x"}
    server.stop()


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_bucket_holds_what_a_directory_holds(options: dict[str, str], tmp_path: Path, jobs: int) -> None:
    toy = Toy(tmp_path / "lake")
    for number in range(4):
        toy.put(f"g{number}", f"{number} 2", season=2024 + number % 2)
    there = Toy(tmp_path / "unused")
    there.store = Store.open("s3://lakes/toy", options)
    there.ledger = open_ledger(tmp_path / "ledger.sqlite")
    for meta in toy.store.list("raw"):
        there.store.put(meta.path, toy.store.get(meta.path))
    for lake in (toy, there):
        plan = lake.plan_of(pipeline(lake), lake.ledger)
        assert run(plan, lake.ledger, lake.store, jobs=jobs).exit_code == 0
    assert there.objects() == toy.objects()
    again = there.plan_of(pipeline(there), there.ledger)
    assert (again.items, again.touched) == ([], [])
    assert averages(there)[0]["points"] == 4
    there.replace("g1", "5")
    toy.replace("g1", "5")
    for lake in (toy, there):
        run(lake.plan_of(pipeline(lake), lake.ledger), lake.ledger, lake.store, jobs=jobs)
    assert there.objects() == toy.objects()
    assert not (tmp_path / "unused" / "tmp").exists()
