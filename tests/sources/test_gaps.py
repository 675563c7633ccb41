"""Games whose plays, substitutions or lineups are missing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from hooplake.cli import main
from hooplake.lakehouse import registry
from hooplake.simulate import season
from hooplake.simulate.servers.serve import Servers
from hooplake.sources.cbbd.gaps import MISSING_SQL, TABLES, missing_by_listing
from tests.sources.lakes import CollegeLake
from tests.sources.servers import serving

MBB = season("mbb", 2025, days=4, teams=16)


@pytest.fixture
def lake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[CollegeLake]:
    servers = Servers([MBB], today=date(2025, 6, 1))
    assert servers.cbbd is not None
    found = CollegeLake(tmp_path / "lake")
    found.fill(servers.cbbd)
    college = servers.cbbd.college
    some = next(iter(college.games))
    found.offer(
        "plays_game", json.dumps(servers.cbbd.rows("plays_game", {"gameId": str(some)})).encode(), what=str(some)
    )
    found.build(*TABLES.values(), "silver.cbbd_fct_games")
    with serving(servers.app()) as url:
        for name, value in {"HOOPLAKE_CBBD_URL": url, "HOOPLAKE_CBBD_RATE": "0", "CBBD_API_KEY": "demo"}.items():
            monkeypatch.setenv(name, value)
        yield found


def fill(lake: CollegeLake, capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> dict[str, Any]:
    command = ["--lake", str(lake.folder), "--json", "cbbd", "gap-fill", "--season", "2025", *arguments]
    assert main(command) == code
    return dict(json.loads(capsys.readouterr().out))


def test_a_query_and_a_listing_find_the_same_games(lake: CollegeLake) -> None:
    for table in TABLES.values():
        by_query = [row["game_id"] for row in lake.rows(MISSING_SQL.format(table=table, season=2025))]
        specs = registry()
        by_listing = missing_by_listing(lake.store, specs["silver.cbbd_fct_games"], specs[table], 2025)
        assert by_query == by_listing
        assert len(by_query) == len(MBB.games) - (table == "silver.cbbd_fct_plays")


def test_plays_of_several_games_of_a_date_cost_one_call(lake: CollegeLake, capsys: pytest.CaptureFixture[str]) -> None:
    planned = fill(lake, capsys, "--endpoint", "plays_game", "--dry-run")
    assert planned["calls"] < len(planned["missing"]) == len(MBB.games) - 1
    told = fill(lake, capsys, "--endpoint", "plays_game", "--discover-s3")
    assert (told["written"], told["errors"], told["remaining"]) == (planned["calls"], 0, [])
    lake.build("silver.cbbd_fct_plays")
    assert fill(lake, capsys, "--endpoint", "plays_game")["missing"] == []


@pytest.mark.parametrize("name", ["lineups_game", "substitutions_game"])
def test_each_endpoint_asks_its_own_path(lake: CollegeLake, capsys: pytest.CaptureFixture[str], name: str) -> None:
    told = fill(lake, capsys, "--endpoint", name, "--limit", "2")
    assert told["written"] == told["calls"] == 2
    assert len(lake.store.paths(f"raw/cbbd/{name}")) == 2
    lake.build(TABLES[name])
    assert len(fill(lake, capsys, "--endpoint", name, "--dry-run")["missing"]) == len(MBB.games) - 2


def test_games_without_anything_are_marked_and_those_left_are_kept(
    lake: CollegeLake, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    ids = tmp_path / "ids.txt"
    ids.write_text("777\n778\n")  # no games of the league: the server answers with an empty list
    left = tmp_path / "left.txt"
    given = ("--endpoint", "lineups_game", "--missing-ids-file", str(ids), "--resume-file", str(left))
    told = fill(lake, capsys, *given, "--mark-empty")
    assert (told["empty"], told["written"], left.read_text()) == (2, 0, "")
    left.unlink()
    again = fill(lake, capsys, *given)
    assert (again["missing"], again["known_empty"]) == ([], 2)


def test_what_cannot_be_filled_is_said(lake: CollegeLake, capsys: pytest.CaptureFixture[str]) -> None:
    assert "choose one of plays_game" in fill(lake, capsys, "--endpoint", "games", code=2)["error"]["message"]
    command = ["--lake", str(lake.folder), "cbbd", "gap-fill", "--season", "2020", "--endpoint", "lineups_game"]
    assert main(command) == 2
