"""Games whose plays, substitutions or lineups are missing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest

from hooplake.cli import main
from hooplake.lakehouse import open as open_lake
from hooplake.lakehouse import registry
from hooplake.simulate import season
from hooplake.simulate.servers.cbbd import CbbdServer
from hooplake.simulate.servers.serve import Servers
from hooplake.sources.cbbd.gap_classes import TABLES, Gaps, gaps_by_listing, gaps_by_query
from tests.sources.lakes import CollegeLake
from tests.sources.servers import serving

MBB = season("mbb", 2025, days=4, teams=16)


@pytest.fixture
def servers() -> Servers:
    return Servers([MBB], today=date(2025, 6, 1))


@pytest.fixture
def api(servers: Servers) -> CbbdServer:
    assert servers.cbbd is not None
    return servers.cbbd


@pytest.fixture
def lake(servers: Servers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[CollegeLake]:
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


def both(lake: CollegeLake, name: str) -> Gaps:
    """The gaps of an endpoint, which a query and a listing must find the same."""
    with open_lake(lake.folder) as opened:
        by_query = gaps_by_query(opened.sql, opened.store, name, 2025)
    assert gaps_by_listing(lake.store, registry(), name, 2025) == by_query
    return by_query


@pytest.mark.parametrize("name", sorted(TABLES))
def test_a_query_and_a_listing_find_the_same_games(lake: CollegeLake, name: str) -> None:
    found = both(lake, name)
    assert len(found.missing) == len(MBB.games) - (name == "plays_game")
    assert (found.partial, found.quarantined, found.not_expected) == ((), (), 0)
    assert found.complete == (name == "plays_game")


def plays_of(lake: CollegeLake, api: CbbdServer, number: int, keep: Callable[[dict[str, Any]], bool], at: int) -> None:
    """Offer the plays of a game of which a condition holds."""
    sent = json.loads(msgspec.json.encode(api.rows("plays_game", {"gameId": str(number)})))
    lake.offer("plays_game", [row for row in sent if keep(row)], what=str(number), at=at)


def test_games_are_classed_by_what_is_there_of_them(
    lake: CollegeLake, api: CbbdServer, capsys: pytest.CaptureFixture[str]
) -> None:
    _, early, halved, broken, *_ = api.college.games
    plays_of(lake, api, early, lambda row: row["period"] == 1 or row["secondsRemaining"] > 300, 1)
    plays_of(lake, api, halved, lambda row: row["period"] != 1, 2)
    start = json.loads(msgspec.json.encode(api.rows("plays_game", {"gameId": str(broken)})))[0]["gameStartDate"]
    bad = {"id": 5, "gameId": broken, "season": 2025, "gameStartDate": start, "period": "first"}
    lake.offer("plays_game", [bad], what=str(broken), at=3)
    with open_lake(lake.folder) as opened:
        assert not opened.build("silver.cbbd_fct_plays", jobs=1).failures
    found = both(lake, "plays_game")
    assert found.partial == (str(early), str(halved))
    assert found.quarantined == (str(broken),)
    assert str(broken) not in found.wanted
    assert (found.complete, len(found.missing)) == (1, len(MBB.games) - 4)
    assert found.wanted == tuple(sorted((*found.missing, *found.partial), key=int))
    told = fill(lake, capsys, "--endpoint", "plays_game")
    assert (told["partial"], told["quarantined"], told["skipped"]) == ([*found.partial], [*found.quarantined], 1)
    lake.build("silver.cbbd_fct_plays")
    assert both(lake, "plays_game").wanted == ()


def test_a_partial_game_of_which_no_more_comes_is_given_up(
    lake: CollegeLake, api: CbbdServer, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(lake, capsys, "--endpoint", "plays_game")
    lake.build("silver.cbbd_fct_plays")
    number = next(iter(api.college.games))
    scores = api.college.box(number).score
    later = [{**row, "homePoints": scores[0] + 1} if row["id"] == number else row for row in sent_games(api)]
    lake.offer("games", later, day=date(2025, 6, 2))  # the score was corrected, the plays were not
    lake.build("silver.cbbd_fct_games")
    for turn in range(3):
        told = fill(lake, capsys, "--endpoint", "plays_game")
        assert (told["partial"], told["given_up"]) == (([], 1) if turn == 2 else ([str(number)], 0))


def sent_games(api: CbbdServer) -> list[dict[str, Any]]:
    return list(json.loads(msgspec.json.encode(api.rows("games", {"season": "2025"}))))


def test_batches_keep_what_is_left_as_they_go(
    lake: CollegeLake, api: CbbdServer, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    left = tmp_path / "left.txt"
    given = ("--endpoint", "lineups_game", "--batch-size", "3", "--resume-file", str(left))
    api.calls = 57  # the reserve is 50: the calls end in the third batch
    first = fill(lake, capsys, *given, code=3)
    assert "error" in first
    kept = left.read_text().split()
    assert len(kept) == len(MBB.games) - 7
    api.calls = 75_000
    told = fill(lake, capsys, *given)
    assert (told["written"], told["missing"], left.read_text()) == (len(kept), kept, "")


def test_several_seasons_and_what_cannot_be_said_together(
    lake: CollegeLake, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["--lake", str(lake.folder), "--json", "cbbd", "gap-fill", "--endpoint", "plays_game"]
    assert main([*command, "--season-range", "2024-2025", "--dry-run"]) == 0
    told = json.loads(capsys.readouterr().out)["seasons"]
    assert [(one["season"], len(one["missing"])) for one in told] == [(2024, 0), (2025, len(MBB.games) - 1)]
    for wrong in (
        ["--season-range", "2025"],
        ["--season-range", "2025-2024"],
        [],
        ["--season", "2025", "--season-range", "2024-2025"],
    ):
        assert main([*command, *wrong]) == 2
    assert main([*command[:-2], "--season", "2025"]) == 2  # no endpoint, and nothing to validate


def test_partitions_are_validated_without_a_request(
    lake: CollegeLake, api: CbbdServer, capsys: pytest.CaptureFixture[str]
) -> None:
    made = api.made
    told = fill(lake, capsys, "--validate")
    assert told["ok"]
    assert {"silver.cbbd_fct_games", "silver.cbbd_fct_plays", "bronze.games"} <= {
        one["table"] for one in told["tables"]
    }
    where = "silver/cbbd_fct_plays/season=2025"
    wrong = [f"{where}/date=2025-01-04/part-0.parquet", f"{where}/part-1.parquet", "silver/cbbd_fct_plays/season=soon/part-0.parquet",
             "silver/cbbd_fct_plays/season=2025/asof=2025-01-04/part-0.parquet"]  # fmt: skip
    for path in wrong:
        lake.store.put(path, b"x")
    lake.store.put("bronze/teams/season=2025/asof=2025-06-01/part-0.parquet", b"x")  # a season in a table without
    lake.store.put("silver/cbbd_fct_games/season=2025/part-0.parquet", b"")
    told = fill(lake, capsys, "--validate", code=6)
    found = {one["table"]: one["findings"] for one in told["tables"] if one["findings"]}
    assert {table: len(texts) for table, texts in found.items()} == {
        "silver.cbbd_fct_plays": 4, "silver.cbbd_fct_games": 1, "bronze.teams": 1,
    }  # fmt: skip
    assert fill(lake, capsys, "--endpoint", "lineups_game", "--validate", code=6)["tables"][0]["findings"]
    assert api.made == made


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
