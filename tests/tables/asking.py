"""Asking the commands, and putting rows in the place of others."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from hooplake.cli import main
from hooplake.lake.parquet import write_table
from hooplake.lake.partition import table_path
from hooplake.lakehouse import registry
from tests.tables.lakes import PART, SeasonLake

Captured = pytest.CaptureFixture[str]


def told(capsys: Captured, lake: SeasonLake, *arguments: str) -> tuple[int, Any]:
    """Exit code of a command and its JSON."""
    capsys.readouterr()
    code = main(["--lake", str(lake.folder), *arguments, "--json"])
    return code, json.loads(capsys.readouterr().out)


def cut(lake: SeasonLake, table: str, rows: pa.Table) -> None:
    """Put rows in the place of a table's object, as a bad writer would."""
    spec = registry()[table]
    lake.store.scratch.mkdir(parents=True, exist_ok=True)
    file = lake.store.scratch / "cut.parquet"
    write_table(spec, rows, file)
    lake.store.publish(table_path(spec, PART), file)


def up_to(rows: pa.Table, last: date) -> pa.Table:
    return rows.filter(pa.array([day <= last for day in rows.column("game_date").to_pylist()]))
