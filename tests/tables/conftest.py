"""The lake that the tests of the analytics tables share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sources.lakes import CollegeLake
from tests.tables.college import HISTORY, TEAMS
from tests.tables.lakes import SeasonLake, make_lake


@pytest.fixture(scope="session")
def season_lake(tmp_path_factory: pytest.TempPathFactory) -> SeasonLake:
    """Six weeks of a simulated season, everything built. Not to be written to; copy it."""
    lake = make_lake(tmp_path_factory.mktemp("season") / "lake")
    report = lake.build()
    assert not report.failures
    return lake


@pytest.fixture
def small(tmp_path: Path) -> CollegeLake:
    """A lake that knows two college teams, of which one is in Division I, and nothing of their games."""
    found = CollegeLake(tmp_path / "lake")
    found.offer("teams", TEAMS, season=0)
    found.offer("conferences_history", HISTORY, season=0)
    found.offer("teams_season", TEAMS)
    return found
