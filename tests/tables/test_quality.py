"""Contracts of stored rows, and of the declarations themselves."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hooplake.cli import main
from hooplake.lakehouse import registry
from hooplake.simulate import season
from hooplake.simulate.servers.cbbd import CbbdServer
from hooplake.simulate.servers.college import College
from hooplake.tables.pipeline import steps
from hooplake.tables.quality import quality
from hooplake.tables.references import REFERENCES
from tests.sources.lakes import CollegeLake

GAMES = "silver/cbbd_fct_games/season=2025/part-0.parquet"


@pytest.fixture
def lake(tmp_path: Path) -> CollegeLake:
    found = CollegeLake(tmp_path / "lake")
    found.fill(CbbdServer(College([season("mbb", 2025, days=3, teams=14)], today=date(2025, 6, 1))))
    found.build("gold.team_season_summary", "silver.cbbd_fct_lines", "silver.cbbd_fct_game_players")
    return found


def test_what_was_built_keeps_its_contracts(lake: CollegeLake) -> None:
    found = quality(lake.store, registry())
    assert [(one.table, one.broken, one.findings) for one in found if not one.ok] == []
    assert {"gold.team_season_summary", "silver.cbbd_fct_games", "bronze.games"} <= {one.table for one in found}


def rewrite(lake: CollegeLake, path: str, change: dict[str, list[object]]) -> None:
    file = lake.store.local_path(path)
    assert file is not None
    table = pq.read_table(file)
    for name, values in change.items():
        place = table.column_names.index(name)
        column = pa.array([*values, *table.column(name).to_pylist()[len(values) :]], table.schema.field(name).type)
        table = table.set_column(place, pa.field(name, column.type), column)
    pq.write_table(table, file)


def test_rows_that_break_a_contract_are_counted_by_reason(
    lake: CollegeLake, capsys: pytest.CaptureFixture[str]
) -> None:
    path = "gold/team_season_summary/season=2025/part-0.parquet"
    rewrite(lake, path, {"win_pct": [1.5], "team_id": ["1", "1"]})
    assert main(["--lake", str(lake.folder), "--json", "quality", "gold.team_season_summary"]) == 6
    told = json.loads(capsys.readouterr().out)
    assert (told["ok"], told["tables"][0]["broken"]) == (False, {"duplicate_key": 2, "range:win_pct": 1})
    assert main(["--lake", str(lake.folder), "quality", "silver.cbbd_dim_teams"]) == 0
    assert main(["--lake", str(lake.folder), "quality", "silver.nothing"]) == 2


def test_a_row_that_names_a_game_that_there_is_not(lake: CollegeLake) -> None:
    rewrite(lake, "silver/cbbd_fct_lines/season=2025/part-0.parquet", {"game_id": ["999"]})
    (found,) = quality(lake.store, registry(), ["silver.cbbd_fct_lines"])
    assert any("name a game_id that silver.cbbd_fct_games does not have" in text for text in found.findings)


def test_objects_that_are_no_partition_and_files_that_cannot_be_read(lake: CollegeLake) -> None:
    lake.store.put(GAMES.replace("part-0", "part-1"), b"x")
    lake.store.put(GAMES.replace("season=2025", "season=2024"), b"no parquet")
    lake.store.put(GAMES.replace("season=2025", "season=soon"), b"x")
    (found,) = quality(lake.store, registry(), ["silver.cbbd_fct_games"])
    assert len(found.findings) == 3
    assert found.partitions == 1


def test_every_reference_names_columns_that_there_are() -> None:
    for name, columns in REFERENCES.items():
        for column, target in columns.items():
            assert column in registry()[name].columns
            assert column in registry()[target].columns


def test_every_table_has_a_key_and_every_table_of_a_step_a_spec() -> None:
    for spec in registry().values():
        assert spec.key
        assert set(spec.key) <= set(spec.columns)
        assert len(spec.schema) == len(spec.columns)  # every declared type is one of Arrow
    for step in steps():
        assert all(table in registry() for table in step.outputs)
