"""``hooplake demo``: the main job, from nothing to answers, twice."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hooplake.cli import main


def test_the_demo_runs_end_to_end_and_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lake = tmp_path / "lake"
    arguments = ["--json", "--lake", str(lake), "demo", "--days", "2", "--jobs", "1"]
    assert main(arguments) == 0
    first = json.loads(capsys.readouterr().out)
    assert first["documents"] == first["taken_in"]["stored"] > 0
    (summary,) = first["verification"]
    assert summary["total_games"] == summary["grade_a"] == first["documents"]
    assert summary["pct_cells_equal"] == 1
    assert all(len(five.split(", ")) == 5 for five in first["on_court_at_q4_2_00"].values())
    assert main(arguments) == 0
    second = json.loads(capsys.readouterr().out)
    assert second["taken_in"]["unchanged"] == first["documents"]
    assert second["objects"] == 0
    assert second["score_at_q3_7_32"] == first["score_at_q3_7_32"]


def test_the_demo_needs_a_directory(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--lake", "s3://bucket/lake", "demo"]) == 2
    assert "--lake DIRECTORY" in capsys.readouterr().err
