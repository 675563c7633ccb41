"""Which commands begin the server of the workers before they are read."""

from __future__ import annotations

from pathlib import Path

import pytest

from hooplake.cli.ahead import wants_workers


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
        ("", False),
    ],
)
def test_a_build_by_several_processes_wants_workers(line: str, wants: bool) -> None:
    assert wants_workers(line.split()) is wants


def test_it_goes_by_the_settings_and_waits_where_a_file_has_some(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "hooplake.toml").touch()
    assert not wants_workers(["--lake", "x", "build"])
    assert not wants_workers(["--lake=x", "build"])
    assert wants_workers(["build"])
    monkeypatch.setenv("HOOPLAKE_LAKE", "x")
    assert not wants_workers(["build"])
    assert wants_workers(["--lake", "y", "build"])
    (tmp_path / "hooplake.toml").touch()
    assert not wants_workers(["--lake", "y", "build"])
    (tmp_path / "hooplake.toml").unlink()
    monkeypatch.setenv("HOOPLAKE_JOBS", "1")
    assert not wants_workers(["--lake", "y", "build"])
    assert wants_workers(["--lake", "y", "build", "--jobs", "2"])
