"""``hooplake game``."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from hooplake.cli import main
from tests.replay.lakes import read_simulated, real_game, simulated, write_lake

Captured = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    games = [read_simulated(simulated("nba", 2025, 5, number)) for number in (0, 1)]
    return write_lake(tmp_path_factory.mktemp("lakes") / "games", games)


@pytest.fixture(scope="module")
def real(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    ids = {"nba": ("401705050", "400827889", "401859967"), "mbb": ("401706886",)}
    games = [real_game(real_data, league, game) for league, listed in ids.items() for game in listed]
    return write_lake(tmp_path_factory.mktemp("lakes") / "real", games)


def run(capsys: Captured, lake: Path, *arguments: str) -> str:
    assert main(["game", *arguments, "--lake", str(lake)]) == 0
    return capsys.readouterr().out


def told(capsys: Captured, lake: Path, *arguments: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(run(capsys, lake, *arguments, "--json"))
    return loaded


def test_show(capsys: Captured, real: Path) -> None:
    assert (
        run(capsys, real, "show", "401705050")
        == """\
Denver Nuggets at San Antonio Spurs
2025-01-04, Final/OT

     Q1  Q2  Q3  Q4  OT    T
---  --  --  --  --  --  ---
DEN  30  24  27  27  14  122
SA   27  28  37  16   3  111

Lead changes 14, ties 10
Largest lead: DEN 11, SA 12
Time leading: DEN 20:57, SA 27:39, tied 4:24
Biggest run: DEN 9-0, Q1 3:08 to Q1 0:46.1
529 events, replay grade A
"""
    )
    document = told(capsys, real, "show", "401705050")
    assert document["line_score"][2] == {"period": 3, "period_name": "Q3", "home_points": 37, "away_points": 27}
    assert (document["biggest_run"]["points"], document["time_leading"]["tied_seconds"]) == (9, 264.0)


def test_show_of_a_game_without_plays(capsys: Captured, real: Path) -> None:
    text = run(capsys, real, "show", "400827889")
    assert text.endswith("No plays, so nothing more is known of this game.\n")
    assert "CLE  95\nCHI  97\n" in text
    assert told(capsys, real, "show", "400827889")["lead_changes"] is None


def test_score(capsys: Captured, real: Path) -> None:
    assert (
        run(capsys, real, "score", "401705050", "--at", "Q3 7:32")
        == """\
DEN 59 at SA 69, Q3 7:32
Event 272: Nikola Jokic defensive rebound
Ball: DEN
DEN on court: Michael Porter Jr., Nikola Jokic, Russell Westbrook, Jamal Murray, Christian Braun
SA on court: Jeremy Sochan, Harrison Barnes, Victor Wembanyama, Chris Paul, Devin Vassell
"""
    )
    document = told(capsys, real, "score", "401705050", "--at", "2025-01-05T02:00:00Z")
    assert (document["home_score"], document["away_score"], document["event_num"]) == (48, 48, 211)
    assert len(document["home_on_court"]) == 5


def test_box_at_a_moment(capsys: Captured, real: Path) -> None:
    text = run(capsys, real, "box", "401705050", "--at", "Q3 7:32", "--player", "jokic")
    assert (
        text
        == """\
DEN 59 at SA 69, Q3 7:32
PLAYER          MIN  PTS     FG   3P   FT  OREB  DREB  REB  AST  STL  BLK  TO  PF  +/-
------------  -----  ---  -----  ---  ---  ----  ----  ---  ---  ---  ---  --  --  ---
Nikola Jokic  23:57   23  10-20  1-6  2-2     2     2    4    6    1    2   2   1   -6
"""
    )
    both = run(capsys, real, "box", "401705050", "--at", "Q3 7:32").splitlines()
    total = next(line for line in both if line.startswith("total"))
    assert total.split() == ["total", "59", "25-59", "2-19", "7-8", "6", "23", "29", "17", "7", "3", "5", "9"]
    assert "Not in: Dario Saric, Zeke Nnaji" in both
    document = told(capsys, real, "box", "401705050", "--at", "Q3 7:32", "--player", "jokic")
    (line,) = document["lines"]
    assert (line["points"], line["seconds"], line["plus_minus"], line["on_court"]) == (23, 1437.0, -6, True)
    assert len(told(capsys, real, "box", "401705050")["lines"]) == 27


def test_box_between_two_moments(capsys: Captured, real: Path) -> None:
    text = run(capsys, real, "box", "401705050", "--from", "start Q3", "--to", "end Q3", "--player", "3112335")
    assert text.startswith("DEN 27, SA 37, from Q3 12:00 to Q3 0:00\n")
    assert "Nikola Jokic  12:00   13  5-10  2-3  1-1     0     2    2    2    0    0   1   0  -10" in text
    document = told(capsys, real, "box", "401705050", "--from", "Q4 2:00", "--to", "end Q4")
    assert (document["away_points"], document["home_points"]) == (4, 2)


def test_box_without_lineups_has_no_minutes(capsys: Captured, real: Path) -> None:
    text = run(capsys, real, "box", "401706886", "--at", "half")
    assert text.startswith("KU 41 at DUKE 39, H1 0:00\n")
    assert "MIN" not in text
    assert "No figures: " in text
    assert {line["minutes"] for line in told(capsys, real, "box", "401706886")["lines"]} == {None}


def test_quarters(capsys: Captured, real: Path) -> None:
    text = run(capsys, real, "quarters", "401705050")
    assert "Nikola Jokic        14   4  13   6   9   46\n" in text
    assert "SA                 27  28  37  16   3  111\n" in text
    one = run(capsys, real, "quarters", "401705050", "--player", "Wembanyama").splitlines()
    assert [line.split()[2] for line in one[2:]] == ["3", "11", "3", "3", "0", "20"]
    periods = told(capsys, real, "quarters", "401705050", "--player", "Jokic")["periods"]
    assert [period["lines"][0]["points"] for period in periods] == [14, 4, 13, 6, 9]


def test_plays(capsys: Captured, real: Path) -> None:
    text = run(capsys, real, "plays", "401705050", "--to", "Q3 7:32", "--last", "2")
    assert text.splitlines()[2:] == [
        "271  Q3 7:36   59  69  Devin Vassell misses 12-foot pullup jump shot",
        "272  Q3 7:32   59  69  Nikola Jokic defensive rebound",
    ]
    options = ("--player", "Jokic", "--team", "DEN", "--event", "made_3", "--period", "H1")
    found = told(capsys, real, "plays", "401705050", *options)
    assert all(play["event"] == "made_3" and play["period"] <= 2 for play in found["plays"])


def test_lineups(capsys: Captured, real: Path) -> None:
    assert main(["game", "lineups", "401705050", "--team", "DEN", "--rows", "2", "--lake", str(real)]) == 0
    out, err = capsys.readouterr()
    first = next(line for line in out.splitlines() if line.startswith("Jokic, Westbrook, Murray, Porter Jr., Watson"))
    assert first.split()[-5:] == ["13:04", "3", "31", "17", "+14"]
    assert err == "2 of 11 lineups of DEN; --rows 0 shows all\n"
    document = told(capsys, real, "lineups", "401705050")
    assert sum(lineup["seconds"] for lineup in document["lineups"]) == pytest.approx(2 * 3180)
    assert "not known" in run(capsys, real, "lineups", "401706886")


def test_verify(capsys: Captured, real: Path) -> None:
    text = run(capsys, real, "verify", "401859967")
    assert "player cells: 449 of 450 equal" in text
    assert "player  Dylan Harper  fta        6         5  late_insert" in text
    document = told(capsys, real, "verify", "401859967")
    assert document["differences"][0]["cause"] == "late_insert"
    assert document["facts"]["discrepancy_details"] == {
        document["differences"][0]["entity_id"]: {
            "fta": {"actual": 5, "cause": "late_insert", "diff": 1, "generated": 6}
        }
    }
    assert "minutes: not compared" in run(capsys, real, "verify", "401706886")


def test_runs_and_clutch(capsys: Captured, real: Path) -> None:
    text = run(capsys, real, "runs", "401705050", "--points", "9")
    assert text.splitlines()[2:] == ["DEN   9-0  Q1 3:08  Q1 0:46.1  2:21.9   30  22  89-114"]
    clutch = run(capsys, real, "clutch", "401705050", "--player", "Jokic")
    assert clutch.splitlines()[0] == "DEN 19, SA 9 in 7:51 minutes, 83 events"
    assert told(capsys, real, "clutch", "401705050", "--player", "Jokic")["lines"][0]["points"] == 10
    assert run(capsys, real, "clutch", "401705050", "--minutes", "0") != ""


@pytest.mark.parametrize(
    "command", ["show", "score", "box", "quarters", "plays", "lineups", "verify", "runs", "clutch"]
)
def test_every_command_prints_and_has_a_json_twin(capsys: Captured, lake: Path, command: str) -> None:
    game = simulated("nba", 2025, 5, 0).id
    assert run(capsys, lake, command, game).strip()
    assert told(capsys, lake, command, game, "--league", "nba", "--season", "2025")["game_id"] == game


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["score", "{game}", "--at", "Q9"], "'Q9' is not a moment: give an event number"),
        (["score", "{game}", "--at", "99999"], "no event 99999: the game has events 0 to"),
        (["score", "1{game}"], "did you mean {game}?"),
        (
            ["score", "{game}", "--season", "1999"],
            "game '{game}' is in league=nba/source=espn/season=2025, not in season=1999",
        ),
        (["box", "{game}", "--player", "Nobody Atall"], "no player 'Nobody Atall' in this game"),
        (["box", "{game}", "--at", "half", "--to", "end"], "give one or the other"),
        (["box", "{game}", "--from", "end", "--to", "start"], "give the earlier moment first"),
        (["lineups", "{game}", "--team", "Harlem"], "'Harlem' does not play in this game: give home"),
        (["plays", "{game}", "--event", "dunk"], "no event dunk: give one of made_2"),
    ],
)
def test_what_is_wrong_is_said(capsys: Captured, lake: Path, arguments: list[str], message: str) -> None:
    game = simulated("nba", 2025, 5, 0).id
    assert main(["game", *(argument.format(game=game) for argument in arguments), "--lake", str(lake)]) == 2
    assert re.search(message.format(game=game), capsys.readouterr().err)


def test_nothing_is_loaded_that_answers_do_not_need(lake: Path, root: Path) -> None:
    game = simulated("nba", 2025, 5, 0).id
    code = (
        "import sys; from hooplake.cli import main\n"
        f"assert main(['game', 'box', {game!r}, '--lake', {str(lake)!r}]) == 0\n"
        "assert not {'pandas', 'polars', 'duckdb'} & set(sys.modules), 'a second more for every command'"
    )
    environ = {**os.environ, "PYTHONPATH": str(root / "src")}
    done = subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def test_a_moment_may_be_given_to_show_lineups_and_plays(capsys: Captured, real: Path) -> None:
    for command in ("show", "lineups"):
        state = told(capsys, real, command, "401705050", "--at", "Q3 7:32")
        assert (state["home_score"], state["away_score"], state["event_num"]) == (69, 59, 272)
        assert len(state["home_on_court"]) == len(state["away_on_court"]) == 5
    plays = told(capsys, real, "plays", "401705050", "--at", "Q3 7:32")["plays"]
    assert [play["event_num"] for play in plays] == list(range(263, 273))
    assert main(["game", "plays", "401705050", "--at", "half", "--to", "end", "--lake", str(real)]) == 2
    assert "--at and --to" in capsys.readouterr().err
