"""Seasons of every league, simulated and real: the ten tables have every row that the documents promise, and no other."""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from hooplake.cli import main
from hooplake.simulate import write_documents
from hooplake.tables.coverage import STRUCTURAL, UNKNOWN
from tests.tables.lakes import SUMMARIES, TEN

Captured = pytest.CaptureFixture[str]


class Rules(NamedTuple):
    """From when on a table has rows: days of the season, and games of a team (zones), of a player (zones, cache)."""

    bootstrap: int
    team: int
    zones: int
    cache: int


RULES = {"nba": Rules(14, 15, 10, 5), "wnba": Rules(14, 10, 8, 5), "mbb": Rules(21, 8, 6, 4), "wbb": Rules(21, 8, 6, 4)}


class Played(NamedTuple):
    """A game of a document: per team the players listed, and those who played."""

    day: date
    id: str
    listed: dict[str, frozenset[str]]
    seen: dict[str, frozenset[str]]


def read(files: Iterable[Path]) -> list[Played]:
    """The games of summaries, by date; who played is who has minutes."""
    games = []
    for file in files:
        loaded: dict[str, Any] = json.loads(gzip.decompress(file.read_bytes()))
        competition = loaded["header"]["competitions"][0]
        start = competition["date"]
        listed: dict[str, frozenset[str]] = {}
        seen: dict[str, frozenset[str]] = {}
        for side in loaded["boxscore"]["players"]:
            (table,) = side["statistics"]
            minutes = table["names"].index("MIN")
            listed[side["team"]["id"]] = frozenset(a["athlete"]["id"] for a in table["athletes"])
            seen[side["team"]["id"]] = frozenset(
                a["athlete"]["id"] for a in table["athletes"] if a["stats"] and int(a["stats"][minutes]) > 0
            )
        # tip-offs of simulated games are in the evening of the Eastern date
        day = date.fromisoformat(start[:10]) - timedelta(days=int(start[11:13]) < 10)
        games.append(Played(day, competition["id"], listed, seen))
    return sorted(games)


def due(games: list[Played], rules: Rules) -> dict[str, int]:
    """Rows due of each table, from the documents alone."""
    counts: dict[str, int] = dict.fromkeys((name.removeprefix("gold.") for name in TEN), 0)
    before: dict[str, list[Played]] = defaultdict(list)  # of each team
    times: dict[str, int] = defaultdict(int)  # games that a player played
    opening = min(game.day for game in games)
    for day in sorted({game.day for game in games}):
        own = [game for game in games if game.day == day]
        for game in own:
            expected = set()
            for team, players in game.listed.items():
                expected |= players.union(*(past.listed[team] for past in before[team][-5:]))
            counts["team_offense_game_summary"] += 2
            counts["team_defense_game_summary"] += 2
            counts["upcoming_team_game_context"] += 2
            counts["player_game_summary"] += sum(map(len, game.listed.values()))
            counts["upcoming_player_game_context"] += len(expected)
            if (day - opening).days >= rules.bootstrap:
                counts["team_defense_zone_analysis"] += sum(len(before[team]) >= rules.team for team in game.listed)
                counts["player_shot_zone_analysis"] += sum(times[player] >= rules.zones for player in expected)
                counts["player_daily_cache"] += sum(times[player] >= rules.cache for player in expected)
                counts["player_composite_factors"] += len(expected)
                counts["ml_feature_store"] += 2 * len(expected)
        for game in own:
            for team, players in game.seen.items():
                before[team].append(game)
                for player in players:
                    times[player] += 1
    return counts


def told(capsys: Captured, lake: Path, *arguments: str) -> tuple[int, Any]:
    capsys.readouterr()
    code = main(["--lake", str(lake), *arguments, "--json"])
    return code, json.loads(capsys.readouterr().out)


def check_coverage(capsys: Captured, lake: Path) -> dict[str, int]:
    """Nothing is due that is not there; rows of each table."""
    code, status = told(capsys, lake, "status")
    assert code == 0, status["incomplete"][:5]
    rows: dict[str, int] = defaultdict(int)
    for table in status["tables"]:
        name = table["table"].removeprefix("gold.")
        rows[name] += table["present_rows"]
        assert table["present_rows"] == table["expected_rows"]
        assert table["presence"] in (100, None)
        assert set(table["gaps"]) <= {*STRUCTURAL, UNKNOWN}
        assert table["complete"] == table["due"]
    code, coverage = told(capsys, lake, "hash", "coverage")
    assert code == 0
    for table in coverage["tables"]:
        assert (table["hashed"], table["valid"], table["distinct"]) in {(100, 100, 100), (None, None, None)}
        assert table["rows"] == rows[table["table"].removeprefix("gold.")]
    return rows


@pytest.mark.parametrize(("league", "days", "teams"), [("nba", 34, 4), ("wnba", 30, 4), ("mbb", 34, 4), ("wbb", 34, 4)])
def test_a_simulated_season_to_the_row(tmp_path: Path, capsys: Captured, league: str, days: int, teams: int) -> None:
    season = 2025
    files = write_documents(
        tmp_path / "documents", league=league, season=season, days=days, teams=teams, form="gz", seed=5, jobs=1
    )
    lake = tmp_path / "lake"
    lake.mkdir()
    assert told(capsys, lake, "ingest", "files", str(tmp_path / "documents"))[0] == 0
    code, report = told(capsys, lake, "backfill", "--sequential")
    assert (code, report["gated"]) == (0, [])
    expected = due(read(files), RULES[league])
    assert check_coverage(capsys, lake) == expected
    assert min(expected.values()) > 0, expected
    code, found = told(capsys, lake, "gaps", "--structural")
    assert code == 0
    classes = {gap["class"] for gap in found["gaps"]}
    assert {"BOOTSTRAP"} <= classes <= {"BOOTSTRAP", "INSUFFICIENT_HISTORY"}
    assert told(capsys, lake, "backfill", "--sequential")[1]["run"] == 0


@pytest.mark.parametrize(("league", "count"), [("mbb", 4), ("wbb", 24)])
def test_real_college_games(tmp_path: Path, capsys: Captured, real_data: Path, league: str, count: int) -> None:
    files = sorted((real_data / "espn" / league).glob("*.summary.json.gz"))[:count]
    if not files:
        pytest.skip(f"no documents of {league} in {real_data}")
    lake = tmp_path / "lake"
    lake.mkdir()
    assert told(capsys, lake, "ingest", "files", *map(str, files))[0] == 0
    code, report = told(capsys, lake, "backfill", "--sequential")
    assert (code, report["gated"]) == (0, [])
    rows = check_coverage(capsys, lake)
    boxes = []
    for file in files:
        loaded: dict[str, Any] = json.loads(gzip.decompress(file.read_bytes()))
        status = loaded["header"]["competitions"][0]["status"]["type"]["name"]
        if status == "STATUS_FINAL":
            boxes.append(sum(len(side["statistics"][0]["athletes"]) for side in loaded["boxscore"]["players"]))
    assert {rows[table.removeprefix("gold.")] for table in SUMMARIES[:2]} == {2 * len(boxes)}
    assert rows["player_game_summary"] == sum(boxes)
