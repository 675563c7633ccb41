"""What all tests share: where real documents are, how hard hypothesis tries, and no settings of the person who runs."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).parents[1]
REAL_DATA = (ROOT / os.environ.get("HOOPLAKE_REAL_DATA", "../shared/data")).resolve()

settings.register_profile("dev", deadline=None)
# The same examples on every run, so that a change is never blamed for what chance found.
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.register_profile("fuzz", deadline=None, max_examples=5_000, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ci" if os.environ.get("CI") else "dev")


@pytest.fixture(autouse=True)
def _no_settings_of_the_user(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("HOOPLAKE_"):
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Stored real documents; a test that needs them is skipped where there are none."""
    if not REAL_DATA.is_dir():
        pytest.skip(f"no real documents in {REAL_DATA}: set HOOPLAKE_REAL_DATA to the directory that holds them")
    return REAL_DATA


@pytest.fixture(scope="session")
def small_lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lake of one table: the line scores of two games of 2024 and 2025. Not to be written to."""
    import pyarrow as pa

    from hooplake.lake.parquet import write_table
    from hooplake.lake.partition import Partition, table_path
    from hooplake.lake.store import Store
    from hooplake.lakehouse import registry

    folder = tmp_path_factory.mktemp("lakes") / "small"
    store = Store.open(folder)
    spec = registry()["silver.fct_game_periods"]
    for season, game, scores in ((2024, "0022300001", (20, 31)), (2025, "0022400001", (25, 19))):
        part = {"league": "nba", "source": "espn", "season": season}
        rows = [
            {
                **part,
                "game_id": game,
                "game_date": f"{season - 1}-12-01",
                "team_id": team,
                "period": 1,
                "points": points,
            }
            for team, points in zip(("02", "13"), scores, strict=True)
        ]
        texts = pa.table({name: [row.get(name) for row in rows] for name in spec.columns})
        store.scratch.mkdir(parents=True, exist_ok=True)
        file = store.scratch / "part.parquet"
        write_table(spec, texts.cast(pa.schema(field.with_nullable(True) for field in spec.schema)), file)
        store.publish(table_path(spec, Partition(**part)), file)
    return folder
