"""A small table, and lakes in a directory and in a bucket of a local S3 service."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hooplake.lake.store import Store
from hooplake.lake.table import TableSpec

SHOTS: dict[str, Any] = {
    "name": "silver.shots",
    "description": "One row per shot.",
    "key": ["game_id", "event_num"],
    "partition": ["league", "season"],
    "unit": "game_id",
    "row_group_rows": 4,
    "columns": {
        "league": {"type": "text", "meaning": "nba or wnba"},
        "season": {"type": "int16"},
        "game_id": {"type": "text"},
        "event_num": {"type": "int32", "min": 0},
        "shooter": {"type": "text", "null": True},
        "distance": {"type": "decimal(4,1)", "null": True, "min": 0, "max": 94, "unit": "ft"},
        "made": {"type": "bool", "null": True},
        "points": {"type": "int8", "values": [0, 2, 3]},
        "tipped_at": {"type": "timestamp", "null": True},
        "tags": {"type": "list(text)", "null": True},
    },
    "checks": [{"name": "points_of_made", "rule": "points <= 3 * event_num"}],
}


@pytest.fixture(scope="session")
def shots() -> TableSpec:
    return TableSpec.from_dict(SHOTS)


@pytest.fixture(scope="session")
def s3_service() -> Iterator[dict[str, str]]:
    """The client settings of a real S3 server on this machine."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield {
        "endpoint": f"http://{host}:{port}",
        "region": "us-east-1",
        "access_key_id": "test",
        "secret_access_key": "test",
    }
    server.stop()


_BUCKETS = itertools.count()


@pytest.fixture
def bucket(s3_service: dict[str, str]) -> Store:
    """An empty lake below a prefix of a new bucket."""
    import boto3

    name = f"lake-{next(_BUCKETS)}"
    boto3.client(
        "s3",
        endpoint_url=s3_service["endpoint"],
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    ).create_bucket(Bucket=name)
    return Store.open(f"s3://{name}/some/prefix", s3_service)


@pytest.fixture
def directory(tmp_path: Path) -> Store:
    """An empty lake in a directory that does not exist yet."""
    return Store.open(tmp_path / "lake")


@pytest.fixture(params=["directory", "bucket"])
def store(request: pytest.FixtureRequest) -> Store:
    """An empty lake, once in a directory and once in a bucket."""
    opened: Store = request.getfixturevalue(request.param)
    return opened


def spec_of(name: str, types: dict[str, str], key: list[str], partition: list[str], sets: tuple[str, ...]) -> TableSpec:
    """A gold table of which every column is hashed, given the type of each."""
    columns = {
        column: {"type": kind, "null": column not in key + partition, **({"set": True} if column in sets else {})}
        for column, kind in types.items()
    }
    return TableSpec.from_dict(
        {
            "name": f"gold.{name}",
            "key": key,
            "partition": partition,
            "columns": columns,
            "hash": {"columns": list(types), "fieldset": 1},
        }
    )


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
