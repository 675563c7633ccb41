"""Which commands begin the server of the workers before they are read."""

from __future__ import annotations

from pathlib import Path

import pytest

from hooplake.cli.ahead import BUILD_MODULES, ENRICH_MODULES, workers_modules
from hooplake.postgres.batches import EXTRACTION


@pytest.fixture(autouse=True)
def _place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("HOOPLAKE_LAKE", raising=False)
    monkeypatch.setenv("HOOPLAKE_JOBS", "2")


@pytest.mark.parametrize(
    ("line", "wants"),
    [
        ("build", True),
        ("--json --lake x build gold.player_snapshots --season 2024", True),
        ("--lake=x build", True),
        ("build --jobs 4", True),
        ("build --jobs=4", True),
        ("build --jobs", True),
        ("build --jobs 1", False),
        ("build --jobs=1", False),
        ("build --dry-run", False),
        ("build --help", False),
        ("--lake build", False),
        ("--lake build status", False),
        ("--version", False),
        ("sql build", False),
        ("build --limit 9", True),
        ("", False),
    ],
)
def test_a_build_by_several_processes_workers_modules(line: str, wants: bool) -> None:
    assert workers_modules(line.split()) == (BUILD_MODULES if wants else ())


@pytest.mark.parametrize(
    ("line", "wants"),
    [
        ("enrich", True),
        ("--json enrich --dsn x --source lake --checkpoint build --jobs 2", True),
        ("enrich --jobs 1", False),
        ("enrich --demo", False),
        ("enrich --limit 9", False),
        ("enrich --limit=9", False),
        ("enrich --help", False),
    ],
)
def test_an_enrichment_of_many_games_wants_workers(line: str, wants: bool) -> None:
    assert workers_modules(line.split()) == ((EXTRACTION,) if wants else ())
    assert ENRICH_MODULES == (EXTRACTION,)


def test_it_goes_by_the_settings_and_waits_where_a_file_has_some(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "hooplake.toml").touch()
    assert not workers_modules(["--lake", "x", "build"])
    assert not workers_modules(["--lake=x", "build"])
    assert workers_modules(["build"])
    monkeypatch.setenv("HOOPLAKE_LAKE", "x")
    assert not workers_modules(["build"])
    assert workers_modules(["--lake", "y", "build"])
    (tmp_path / "hooplake.toml").touch()
    assert not workers_modules(["--lake", "y", "build"])
    (tmp_path / "hooplake.toml").unlink()
    monkeypatch.setenv("HOOPLAKE_JOBS", "1")
    assert not workers_modules(["--lake", "y", "build"])
    assert workers_modules(["--lake", "y", "build", "--jobs", "2"])
