"""The lake that the tests of the analytics tables share."""

from __future__ import annotations

import pytest

from tests.tables.lakes import SeasonLake, make_lake


@pytest.fixture(scope="session")
def season_lake(tmp_path_factory: pytest.TempPathFactory) -> SeasonLake:
    """Six weeks of a simulated season, everything built. Not to be written to; copy it."""
    lake = make_lake(tmp_path_factory.mktemp("season") / "lake")
    report = lake.build()
    assert not report.failures
    return lake
