"""``hooplake ingest`` and ``hooplake deadletter``: what they print, and how they end."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from hooplake.cli import main
from tests.sources.documents import raw_path, summary


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with files; the lake is to be at its default place."""
    (tmp_path / "games/wnba").mkdir(parents=True)
    (tmp_path / "games/1.json").write_bytes(summary("401"))
    (tmp_path / "games/wnba/2.json").write_bytes(summary("402", league=None, date=None))
    (tmp_path / "games/notes.txt").write_bytes(b"")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    capsys.readouterr()
    code = main([*arguments, "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_the_result_for_a_person(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ingest", "files", "games"]) == 4
    out = capsys.readouterr().out.splitlines()
    assert out[0].split() == ["dead", "letter", "reason", "what", "is", "wrong", "sha"]
    assert "games/wnba/2.json  undated  game 402 has no date; give --date" in out[2]
    assert out[-2].startswith("2 documents in ")
    assert out[-2].endswith(": 1 stored, 1 dead letter")
    assert out[-1] == "1 files left out, which are no documents by their names"
    assert (folder / "lake" / raw_path("401", 1, summary("401"))).is_file()


def test_the_result_for_a_program(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, found = answer(capsys, "ingest", "files", "games/1.json")
    assert code == 0
    assert found["counts"] == {"stored": 1, "unchanged": 0, "superseded": 0, "dead_letter": 0}
    assert found["files"] == [
        {
            "origin": "games/1.json",
            "result": "stored",
            "path": raw_path("401", 1, summary("401")),
            "kind": "summary",
            "league": "nba",
            "season": 2025,
            "game_id": "401",
            "game_date": "2025-01-04",
            "status": "final",
            "evidence": "league:header season:date",
        }
    ]
    code, found = answer(capsys, "ingest", "files", "games/*.json", "--date", "2025-07-12", "--season", "2025")
    assert (code, [each["result"] for each in found["files"]]) == (0, ["unchanged"])


def test_every_document_is_listed_when_asked(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ingest", "files", "games", "--verbose", "--dry-run"]) == 4
    out = capsys.readouterr().out
    assert (
        f"games/1.json       stored       {raw_path('401', 1, summary('401'))}  final; league:header season:date" in out
    )
    assert "games/wnba/2.json  dead_letter  undated" in out
    assert "nothing was written (dry run)" in out
    assert not (folder / "lake").exists()


def test_many_dead_letters_are_not_all_printed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "bad.jsonl").write_bytes(b"\n".join(b"bad %d" % number for number in range(25)))
    assert main(["ingest", "files", "bad.jsonl"]) == 4
    out = capsys.readouterr().out
    assert out.count("not_json") == 20
    assert "... and 5 more: see --verbose or 'hooplake deadletter list'" in out


@pytest.mark.parametrize("path", ["missing.json", "games/*.gz", "games/notes"])
def test_what_names_nothing_ends_with_2(folder: Path, capsys: pytest.CaptureFixture[str], path: str) -> None:
    assert main(["ingest", "files", "games/1.json", path]) == 2
    assert path in capsys.readouterr().err
    assert not (folder / "lake").exists()


@pytest.mark.parametrize(
    "arguments", [["--league", "xfl"], ["--season", "12"], ["--date", "yesterday"], ["--jobs", "0"]]
)
def test_wrong_arguments_end_with_2(folder: Path, arguments: list[str]) -> None:
    assert main(["ingest", "files", "games", *arguments]) == 2


def test_letters_are_listed_shown_and_tried_again(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["ingest", "files", "games"])
    code, found = answer(capsys, "deadletter", "list")
    (letter,) = found["letters"]
    assert code == 0
    assert (letter["origin"], letter["reason"], letter["attempts"]) == ("games/wnba/2.json", "undated", 1)

    code, shown = answer(capsys, "deadletter", "show", letter["sha"][:5], "--output", "kept.json")
    assert (code, shown) == (0, letter)
    assert (folder / "kept.json").read_bytes() == summary("402", league=None, date=None)

    assert main(["deadletter", "replay"]) == 4
    assert main(["deadletter", "replay", letter["sha"], "--date", "2025-07-12"]) == 0
    assert "1 dead letters resolved" in capsys.readouterr().out
    assert main(["deadletter", "list"]) == 0
    assert capsys.readouterr().out == "there are no dead letters\n"
    assert main(["deadletter", "replay"]) == 0
    assert "0 documents" in capsys.readouterr().out


def test_letters_in_words(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["ingest", "files", "games"])
    capsys.readouterr()
    assert main(["deadletter", "list"]) == 0
    out = capsys.readouterr().out
    sha = out.splitlines()[2].split()[0]
    assert main(["deadletter", "show", sha]) == 0
    out = capsys.readouterr().out
    assert f"replay      hooplake deadletter replay {sha} --lake {folder / 'lake'} --date YYYY-MM-DD" in out


def test_a_letter_that_is_not_there_ends_with_2(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["ingest", "files", "games"])
    assert main(["deadletter", "show", "zz"]) == 2
    assert "no dead letter begins with 'zz': see 'hooplake deadletter list'" in capsys.readouterr().err
    assert main(["deadletter", "list", "--lake", "nowhere"]) == 2
    assert main(["deadletter", "show", "", "--output", "no/such/folder"]) == 2
    assert "no/such/folder: cannot be written" in capsys.readouterr().err
