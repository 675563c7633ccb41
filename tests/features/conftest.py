"""Documents of games: real ones where they are stored, and simulated ones."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from hooplake import simulate


@pytest.fixture(scope="session")
def espn(real_data: Path) -> Path:
    return real_data / "espn"


@pytest.fixture(scope="session")
def real_names(espn: Path) -> Sequence[str]:
    with (espn / "index.csv").open(encoding="utf-8") as file:
        return [row["file"] for row in csv.DictReader(file)]


@pytest.fixture(scope="session")
def real_body(espn: Path) -> Callable[[str], bytes]:
    """A stored document by its name in the index."""
    return lambda name: gzip.decompress((espn / name).read_bytes())


@pytest.fixture(scope="session")
def nba() -> simulate.Season:
    return simulate.season("nba", 2025, days=4, teams=6)


@pytest.fixture(scope="session")
def mbb() -> simulate.Season:
    return simulate.season("mbb", 2026, days=4, teams=6)
