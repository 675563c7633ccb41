"""``hooplake simulate``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hooplake.cli import main
from hooplake.simulate import TRAPS


def test_documents_are_written_and_the_same_seed_gives_the_same_bytes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        assert main(["--json", "simulate", "games", str(folder), "--days", "1", "--limit", "2", "--jobs", "1"]) == 0
        assert json.loads(capsys.readouterr().out)["documents"] == 2
    one, two = ([path.read_bytes() for path in sorted(folder.rglob("*.json.gz"))] for folder in folders)
    assert one == two
    assert len(one) == 2


def test_an_unknown_trap_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", "games", str(tmp_path), "--trap", "T99", "--limit", "1", "--jobs", "1"]) == 2
    assert "T99" in capsys.readouterr().err


def test_every_trap_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--json", "simulate", "traps"]) == 0
    assert json.loads(capsys.readouterr().out)["traps"].keys() == TRAPS.keys()
