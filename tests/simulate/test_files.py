"""Documents as files: the same bytes whoever writes them, in whatever order."""

from __future__ import annotations

import gzip
import subprocess
import sys
from pathlib import Path

import pytest
from zstandard import ZstdDecompressor

from hooplake import simulate
from hooplake.errors import ConfigError


def contents(paths: list[Path]) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in paths}


def test_the_files_do_not_depend_on_the_number_of_processes(tmp_path: Path) -> None:
    one = simulate.write_documents(tmp_path / "one", days=4, seed=3, kinds=("summary", "gamepackage"), jobs=1)
    two = simulate.write_documents(tmp_path / "two", days=4, seed=3, kinds=("summary", "gamepackage"), jobs=2)
    assert [p.name for p in one] == [p.name for p in two]
    assert contents(one) == contents(two)


def test_a_file_holds_the_document_of_its_game(tmp_path: Path) -> None:
    season = simulate.season("wbb", 2023, days=2, seed=4)
    for form, unpack in (
        ("plain", bytes),
        ("gz", gzip.decompress),
        ("zst", lambda data: ZstdDecompressor().decompress(data)),
    ):
        paths = simulate.write_documents(
            tmp_path / form, league="wbb", season=2023, days=2, seed=4, form=form, traps={"T23"}, jobs=1, limit=3
        )
        assert len(paths) == 3
        for game, path in zip(season.games, paths, strict=False):
            assert path.parent.name == "wbb"
            assert path.name.startswith(f"{game.id}.summary.json")
            assert unpack(path.read_bytes()) == game.document(traps=["T23"])


def test_asking_in_another_order_changes_nothing() -> None:
    forwards = simulate.season(days=3, seed=8).games
    backwards = simulate.season(days=3, seed=8).games[::-1]
    wanted = {game.id: game.document() for game in forwards}
    assert {game.id: game.document() for game in backwards} == wanted
    assert {game.id: game.document("gamepackage") for game in forwards} != wanted


def test_another_process_makes_the_same_bytes() -> None:
    code = (
        "from hooplake import simulate; import hashlib;"
        "print(hashlib.sha256(simulate.season(days=1, seed=5).games[0].document()).hexdigest())"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONPATH": "src", "PYTHONHASHSEED": hashing}, capture_output=True,
            text=True, check=True,
        ).stdout
        for hashing in ("1", "2")
    }  # fmt: skip
    assert len(said) == 1


def test_importing_the_simulator_is_light() -> None:
    code = (
        "import sys, hooplake.simulate; print(sorted({'numpy', 'pyarrow', 'duckdb', 'zstandard'} & set(sys.modules)))"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONPATH": "src"}, capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == "[]"


def test_an_unknown_form_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="tar"):
        simulate.write_documents(tmp_path, days=1, form="tar")


def test_an_unknown_trap_is_refused_in_a_worker_too(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="T99"):
        simulate.write_documents(tmp_path, days=1, traps={"T99"}, jobs=2)
