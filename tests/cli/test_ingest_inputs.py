"""``hooplake ingest odds``, ``schedule``, ``injuries`` and ``rosters``: what becomes of each file, and how they end."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from hooplake.cli import main

SCHEDULE = (
    "gid,gcode,etdate,ettime,seri,an,ac,st,stt,h.tid,v.tid,h.ta,v.ta,h.s,v.s,seas\n"
    "0021500001,x,2015-10-27,20:00:00,,United Center,Chicago,3,Final,1610612741,1610612739,CHI,CLE,97.0,95.0,15-16\n"
)
BAD = (
    SCHEDULE + "0021500002,x,2015-10-32,20:00:00,,United Center,Chicago,3,Final,1610612741,1610612739,CHI,CLE,,,15-16\n"
)


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def answer(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, Any]:
    """The exit code and the JSON of a command on the lake of the test."""
    code = main(["--lake", "lake", *words, "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_each_file_gets_an_outcome(capsys: pytest.CaptureFixture[str]) -> None:
    Path("good.csv").write_text(SCHEDULE)
    Path("teams.csv").write_text("ID,City\n1,Boston\n")
    code, found = answer(capsys, "ingest", "schedule", "good.csv", "teams.csv")
    assert code == 4
    assert [(one["file"], one["result"], one["rows"]) for one in found["files"]] == [
        ("good.csv", "stored", 1), ("teams.csv", "rejected", 0),
    ]  # fmt: skip
    assert answer(capsys, "ingest", "schedule", "good.csv")[0] == 0


def test_bad_rows_are_letters_that_a_replay_of_games_leaves_alone(capsys: pytest.CaptureFixture[str]) -> None:
    Path("bad.csv").write_text(BAD)
    assert answer(capsys, "ingest", "schedule", "bad.csv")[0] == 4
    ((letter,), _) = answer(capsys, "deadletter", "list")[1].values()
    assert (letter["reason"], letter["kind"], letter["origin"]) == ("bad_rows", "schedule", "bad.csv")
    assert answer(capsys, "deadletter", "replay")[0] == 0
    assert main(["--lake", "lake", "deadletter", "replay", letter["sha"]]) == 2
    assert "is no game document: mend its file and run 'hooplake ingest schedule FILE" in capsys.readouterr().err
    assert len(answer(capsys, "deadletter", "list")[1]["letters"]) == 1


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("odds", "season,date,home,away,total,spread,moneyline_home,moneyline_away\n2015-16,2015-16-1027,Boston Celtics,Miami Heat,200,5,-200,180\n"),
        ("injuries", "league,captured_at,team,player,status\nnba,2019-01-03T17:30:00Z,Boston Celtics,Kyrie Irving,Out\n"),
        ("rosters", "league,source,season,team_id,player_id,player\nnba,official,2019,1610612738,202681,Kyrie Irving\n"),
    ],
)  # fmt: skip
def test_every_kind_is_taken_in_once(capsys: pytest.CaptureFixture[str], kind: str, text: str) -> None:
    Path("file.csv").write_text(text)
    for result in ("stored", "unchanged"):
        code, found = answer(capsys, "ingest", kind, "file.csv")
        assert code == 0
        assert [(one["result"], one["rows"], one["bad"]) for one in found["files"]] == [(result, 1, 0)]
    assert main(["--lake", "lake", "ingest", kind, "no such file"]) == 2
