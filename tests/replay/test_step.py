"""The replay step: what makes it run again."""

from __future__ import annotations

from pathlib import Path

import hooplake.replay
from hooplake.build.step import code_version
from hooplake.replay import step


def test_the_version_holds_every_module_that_makes_tables_and_none_that_answers_questions() -> None:
    folder = Path(hooplake.replay.__file__).parent
    modules = {f"hooplake.replay.{file.stem}" for file in folder.glob("*.py")} - {"hooplake.replay.__init__"}
    assert "hooplake.replay.lineups" in modules
    expected = code_version(*modules, "hooplake.games.model", "hooplake.games.leagues")
    assert step.REPLAY_STEP.version == expected
    answers = {file.stem for file in (folder / "moments").glob("*.py")} - {"__init__"}
    for file in folder.glob("*.py"):
        text = file.read_text("utf-8")
        assert not [name for name in answers if f"hooplake.replay.moments.{name}" in text], f"{file.name} makes tables"
