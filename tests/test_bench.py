"""The measuring itself: by turns, checked, and beside its floor."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import __main__ as program
from bench.corpus import forget_lakes_of_other_code
from bench.measure import Stage, measure, stages_of


def test_stage_and_floor_take_turns_after_one_warm_up_each() -> None:
    calls: list[str] = []
    stage = Stage("stage", lambda: calls.append("work"), "floor", lambda: calls.append("floor"))
    figures = measure(stage, repeats=3)
    assert calls == ["work", "floor"] * 4
    assert 0 < figures.least <= figures.median <= figures.most
    assert figures.ratio == figures.median / figures.floor
    assert figures.peak_mb > 10


def test_a_wrong_result_is_no_figure() -> None:
    def check(result: object) -> None:
        assert result == 4, "two and two"

    with pytest.raises(AssertionError, match="two and two"):
        measure(Stage("sum", lambda: 5, "nothing", lambda: None, check))


@pytest.mark.parametrize("module", program.MODULES)
def test_the_stages_of_a_module_have_names_that_differ(module: str) -> None:
    names = [stage.name for stage in stages_of(module)]
    if not names and module in program.ON_REAL_DATA:
        pytest.skip(f"no real data for bench/{module}.py: set HOOPLAKE_REAL_DATA to the directory that holds it")
    assert names
    assert len(set(names)) == len(names)


def test_an_unknown_module_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert program.main(["strtup"]) == 2
    assert capsys.readouterr().err == f"there is no strtup; there are {', '.join(program.MODULES)}\n"


def test_lakes_that_other_code_built_are_built_again(tmp_path: Path) -> None:
    for name in ("raw-2000/raw", "bench-noop/gold", "network/bronze"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "code").write_text("another")
    forget_lakes_of_other_code(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["code", "raw-2000"]
    (tmp_path / "bench-noop" / "gold").mkdir(parents=True)
    forget_lakes_of_other_code(tmp_path)
    assert (tmp_path / "bench-noop").is_dir()
