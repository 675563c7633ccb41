"""College games through the build: what the server says comes out, and only what changed is made again."""

from __future__ import annotations

import gzip
import json
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import pytest

from hooplake.build.report import RunReport
from hooplake.games.cbbd.raw import RawBody, Said, encode_index, index_of, index_path, read_index
from hooplake.games.model import STATS
from hooplake.lake.store import Store
from hooplake.lakehouse import open as open_lake
from hooplake.simulate import season
from hooplake.simulate.servers.cbbd import CbbdServer
from hooplake.simulate.servers.college import College
from hooplake.simulate.servers.college_box import player_id
from tests.sources.lakes import CollegeLake

MBB = season("mbb", 2025, days=6, teams=12)
LATER = date(2025, 6, 2)


def server() -> CbbdServer:
    return CbbdServer(College([MBB], today=date(2025, 6, 1)))


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> CollegeLake:
    found = CollegeLake(tmp_path_factory.mktemp("college") / "lake")
    found.fill(server(), plays=True)
    build(found, "gold.box_score_verification", "gold.player_snapshots")
    return found


def build(lake: CollegeLake, *tables: str) -> RunReport:
    with open_lake(lake.folder) as opened:
        report = opened.build(*tables, jobs=1)
    assert not report.failures, report.failures[0]
    assert report.total.quarantined == 0
    return report


def test_every_line_and_minute_is_the_truth_of_the_simulated_game(lake: CollegeLake) -> None:
    totals: dict[tuple[str, str], list[int]] = {}
    minutes: dict[tuple[str, str], float] = {}
    for row in lake.rows("select * from gold.quarter_box_scores where source = 'cbbd'"):
        key = (row["game_id"], row["player_id"])
        line = totals.setdefault(key, [0] * (len(STATS) + 1))
        for place, name in enumerate((*STATS, "plus_minus")):
            line[place] += row[name]
        minutes[key] = minutes.get(key, 0) + row["seconds"]
    cells = 0
    for number, (game, _) in server().college.games.items():
        truth = game.truth
        expected = truth.stats()
        for place, player in enumerate(truth.players):
            if truth.appeared[place]:
                key = (str(number), str(player_id(player.id)))
                assert totals[key] == [*expected[place], truth.plus_minus[place]], key
                # the clock of the API shows whole seconds
                assert minutes[key] == pytest.approx(truth.tenths[place] / 10, abs=truth_slack(truth, place)), key
                cells += len(STATS)
    assert cells == sum(row["cells_compared"] for row in lake.rows("gold.box_score_verification"))


def truth_slack(truth: Any, place: int) -> int:
    """A second for each time that he came or went."""
    fives = [place in (*event.fives[0], *event.fives[1]) for event in truth.events]
    return 2 + 2 * sum(before != after for before, after in pairwise(fives))


def test_replay_agrees_with_the_box_in_every_cell(lake: CollegeLake) -> None:
    found = lake.rows("gold.box_score_verification")
    assert len(found) == len(MBB.games)
    assert {(row["quality_grade"], row["lineup_status"]) for row in found} == {("A", "complete")}
    for compared, equal in (
        ("cells_compared", "cells_equal"),
        ("team_cells_compared", "team_cells_equal"),
        ("minutes_compared", "minutes_equal"),
    ):
        assert sum(row[compared] for row in found) == sum(row[equal] for row in found) > 0
    assert all(row["final_score_match"] and row["period_scores_match"] for row in found)


def test_schedule_and_boxes_are_what_the_server_says(lake: CollegeLake) -> None:
    college = server().college
    (row,) = lake.rows("select * from silver.fct_games where source = 'cbbd' and game_id = '2500001'")
    game, head = college.games[2500001]
    told = college.game_row(2500001)
    assert (row["league"], row["season"], row["game_date"]) == ("mbb", 2025, game.date)
    assert (row["home_score"], row["away_score"]) == game.truth.score
    assert (row["home_team_id"], row["away_team_id"]) == (str(head["homeTeamId"]), str(head["awayTeamId"]))
    assert (row["status"], row["box_status"], row["plays_status"]) == ("final", "full", "full")
    assert (row["regulation_periods"], row["regulation_seconds"]) == (2, 1200)
    assert (row["venue"], row["attendance"]) == (told["venue"], told["attendance"])
    teams = lake.rows("select * from silver.fct_game_teams where source = 'cbbd' and game_id = '2500001' and home")
    box = msgspec.json.decode(college.box(2500001).teams[0])
    assert teams[0]["total_turnovers"] == box["turnovers"]["total"] == teams[0]["tov"] + teams[0]["team_turnovers"]
    assert (teams[0]["reb"], teams[0]["points_in_paint"]) == (box["rebounds"]["total"], box["points"]["inPaint"])
    periods = lake.rows(
        "select points from silver.fct_game_periods where source = 'cbbd' and game_id = '2500001' and home"
    )
    assert [row["points"] for row in periods] == list(game.truth.line_score[0])


def test_nothing_new_makes_nothing(lake: CollegeLake) -> None:
    report = build(lake, "gold.box_score_verification")
    assert report.total.run == report.total.written == 0


def test_only_the_game_of_which_something_new_is_said_is_made_again(lake: CollegeLake) -> None:
    before = {row["game_id"]: row for row in lake.rows("select * from gold.box_score_verification")}
    rows = json.loads(msgspec.json.encode(server().rows("games_players", {"season": "2025"})))
    changed = rows[0]["gameId"]
    rows[0]["players"][0]["assists"] += 1
    lake.offer("games_players", msgspec.json.encode(rows), day=LATER)
    report = build(lake, "gold.box_score_verification")
    assert report.steps["games"].run == report.steps["replay"].run == 1
    after = {row["game_id"]: row for row in lake.rows("select * from gold.box_score_verification")}
    assert {game for game in after if after[game] != before[game]} == {str(changed)}
    assert after[str(changed)]["total_discrepancies"] == 1
    # the same box told again is nothing new
    lake.offer("games_players", msgspec.json.encode(rows), day=LATER, at=1)
    assert build(lake, "gold.box_score_verification").steps["games"].run == 0


def test_incremental_is_what_a_full_rebuild_makes(lake: CollegeLake, tmp_path: Path) -> None:
    """The bodies that came one by one above, all at once in a lake of their own."""
    fresh = CollegeLake(tmp_path / "fresh")
    for path in lake.store.paths("raw"):
        fresh.store.put(path, lake.store.get(path))
    build(fresh, "gold.box_score_verification")
    for table in ("silver.fct_plays", "silver.fct_game_players", "silver.fct_shots", "gold.box_score_verification"):
        path = f"{table.replace('.', '/')}/league=mbb/source=cbbd/season=2025/part-0.parquet"
        assert fresh.store.get(path) == lake.store.get(path), table


def test_a_game_is_what_its_newest_fetch_says(tmp_path: Path) -> None:
    """A play that was taken back is gone, and so is a participant who was another man."""
    found = CollegeLake(tmp_path / "lake")
    head = {"season": 2025, "startDate": "2024-12-01T01:00:00.000Z"}
    found.offer(
        "games",
        [{"id": 1, "homeTeamId": 1, "awayTeamId": 2, "status": "final", "homePoints": 2, "awayPoints": 0, **head}],
    )

    def fetch(day: date, *plays: tuple[int, int], at: int = 0) -> None:
        rows = [
            {"id": number, "gameId": 1, "season": 2025, "playType": "Steal", "period": 1, "secondsRemaining": 600 - number,
             "participants": [{"id": player, "name": None}]}
            for number, player in plays
        ]  # fmt: skip
        found.offer("plays_date", rows, day=day, what="2024-12-01", at=at)
        build(found, "silver.fct_plays")

    fetch(date(2025, 6, 1), (1, 11), (2, 12), (3, 13))
    fetch(date(2025, 6, 2), (1, 14), (3, 13))
    told = [(row["play_id"], row["player1_id"]) for row in found.rows("silver.fct_plays")]
    assert told == [("1", "14"), ("3", "13")]
    fetch(date(2025, 6, 2), (1, 15), at=1)  # on the same day once more
    told = [(row["play_id"], row["player1_id"]) for row in found.rows("silver.fct_plays")]
    assert told == [("1", "15")]
    assert [row["player_id"] for row in found.rows("silver.cbbd_fct_play_participants")] == ["15"]


def test_plays_are_kept_by_the_date_of_their_game_however_they_came(tmp_path: Path) -> None:
    """Bodies of plays hold games of two dates, and a game of midnight (UTC) is in two bodies: each is kept once."""

    def play(number: int, game: int, start: str | None) -> dict[str, Any]:
        who = [{"id": 7, "name": None}]
        told = {"id": number, "gameId": game, "gameStartDate": start, "season": 2025, "period": 1, "participants": who}
        return {key: value for key, value in told.items() if value is not None}

    late, midnight, noon = "2024-12-01T02:00:00.000Z", "2024-12-02T00:00:00.000Z", "2024-12-02T17:00:00.000Z"
    first = [play(1, 1, late), play(2, 2, midnight), play(3, 2, midnight)]
    second = [play(2, 2, midnight), play(3, 2, midnight), play(4, 3, noon), play(5, 4, None)]
    orders = (
        [("2024-12-01", first, 0), ("2024-12-02", second, 1)],
        [("2024-12-02", second, 0), ("2024-12-01", first, 1)],
    )
    made = []
    found = CollegeLake(tmp_path / "lake")
    for place, order in enumerate(orders):
        found = CollegeLake(tmp_path / f"lake{place}")
        for what, rows, at in order:
            found.offer("plays_date", rows, what=what, at=at)
        found.build("silver.cbbd_fct_plays", "silver.cbbd_fct_play_participants")
        made.append(
            {path: found.store.get(path) for path in found.store.paths("") if path.startswith(("bronze/", "silver/"))}
        )
    assert made[0] == made[1]  # the order of arrival is no part of the bytes
    where = "select game_id, play_id, cast(date as varchar) as day from silver.cbbd_fct_plays order by 1, 2"
    told = [tuple(row.values()) for row in found.rows(where)]
    # Eastern dates: game 1 was on the evening before, the game of midnight on the day asked for first; game 4 is not told
    assert told == [
        ("1", "1", "2024-11-30"), ("2", "2", "2024-12-01"), ("2", "3", "2024-12-01"), ("3", "4", "2024-12-02"),
        ("4", "5", "2024-12-02"),
    ]  # fmt: skip
    kept = sorted(found.store.paths("bronze/plays_date"))
    assert [path.split("/")[3] for path in kept] == ["date=2024-11-30", "date=2024-12-01", "date=2024-12-02"]
    before = {path: found.store.get(path) for path in found.store.paths("silver")}
    # by a gap fill the game of midnight turns out to have begun a day later: all that was said of it goes there
    found.offer("plays_game", [play(2, 2, noon), play(6, 2, noon)], what="2", day=date(2025, 6, 3))
    found.build("silver.cbbd_fct_plays", "silver.cbbd_fct_play_participants")
    assert [tuple(row.values()) for row in found.rows(where)] == [
        ("1", "1", "2024-11-30"), ("2", "2", "2024-12-02"), ("2", "6", "2024-12-02"), ("3", "4", "2024-12-02"),
        ("4", "5", "2024-12-02"),
    ]  # fmt: skip
    after = {path: found.store.get(path) for path in found.store.paths("silver")}
    changed = {path for path in before | after if before.get(path) != after.get(path)}
    assert {path.split("/")[3] for path in changed} == {"date=2024-12-01", "date=2024-12-02"}


def test_games_wait_for_the_tables_through_which_they_come(tmp_path: Path) -> None:
    found = CollegeLake(tmp_path / "lake")
    head = {"season": 2025, "startDate": "2024-12-01T01:00:00.000Z"}
    game = {"id": 1, "homeTeamId": 1, "awayTeamId": 2, "status": "final", "homePoints": 2, "awayPoints": 0, **head}
    found.offer("games", [game])
    found.offer("lines", [{"gameId": 1, **head, "lines": [{"provider": "one", "overUnder": 140}]}])
    path = found.store.paths("raw/cbbd/lines")[0]
    body = found.store.get(path)
    found.store.put(path, b"no gzip")
    found.store.put(index_path(path), encode_index({"1": Said("00")}))
    with open_lake(found.folder) as opened:
        report = opened.build("silver.fct_games", jobs=1)
    assert report.steps["games"].run == 0
    held = [problem for problem in report.failures if problem.step == "games"]
    assert [(problem.reason, problem.unit) for problem in held] == [("BLOCKED", "")]
    found.store.put(path, body)
    with open_lake(found.folder) as opened:
        report = opened.build("silver.fct_games", jobs=1)
    assert not report.failures
    assert report.steps["games"].run == 1
    assert [row["total"] for row in found.rows("silver.fct_lines")] == [140.0]


def test_a_limit_or_a_range_of_dates_never_makes_a_game_of_half_its_rows(tmp_path: Path) -> None:
    found = CollegeLake(tmp_path / "lake")
    head = {"season": 2025, "homeTeamId": 1, "awayTeamId": 2, "status": "final", "homePoints": 2, "awayPoints": 0}
    for day, number in ((date(2025, 3, 1), 1), (date(2025, 3, 2), 2)):
        found.offer("games", [{"id": number, "startDate": f"{day}T17:00:00.000Z", **head}], day=day)

    def games(**selection: Any) -> list[str]:
        with open_lake(found.folder) as opened:
            report = opened.run(opened.plan("silver.fct_games", **selection), jobs=1)
            assert not report.failures
            return [row["game_id"] for row in opened.sql("select game_id from silver.fct_games order by 1").to_pylist()]

    # of two days of bodies one is left to the next run, so both games are
    assert games(limit=1) == []
    assert games(first_date=date(2025, 3, 2)) == ["2"]
    assert games() == ["1", "2"]


def test_an_index_says_what_the_body_says(tmp_path: Path) -> None:
    body = json.dumps(
        [
            {"id": 7, "startDate": "2024-12-01T01:00:00.000Z", "homeTeamId": 3, "awayTeamId": -1},
            {"id": None, "startDate": None},
            {"id": 8, "startDate": "2024-12-01T18:00:00.000Z", "homeTeamId": 3, "awayTeamId": 4},
        ]
    ).encode()
    index = index_of("games", body)
    # one in the morning in London is the evening before in New York
    assert {key: (said.day, said.teams) for key, said in index.items()} == {
        "7": ("2024-11-30", ("3", "")),
        "8": ("2024-12-01", ("3", "4")),
    }
    plays = json.dumps([{"id": n, "gameId": 1 + n % 2} for n in range(4)]).encode()
    again = json.dumps([{"id": n, "gameId": 1 + n % 2, "period": n // 3} for n in range(4)]).encode()
    first, second = index_of("plays_date", plays), index_of("plays_date", again)
    assert first.keys() == second.keys() == {"1", "2"}
    store = Store.open(tmp_path)
    name = RawBody("games", 2025, LATER, "120000000", "0" * 8, "1" * 8)
    store.put(name.path, gzip.compress(body))
    assert read_index(store, name) == index  # there is no list: the body is read
    other = name._replace(time="120000001")
    store.put(index_path(other.path), encode_index(index))
    assert read_index(store, other) == index  # there is a list: the body is not


def test_no_row_of_plays_is_between_two_dates_whatever_is_wrong_with_it(tmp_path: Path) -> None:
    """Rows that are set aside are set aside with what they have, and none is lost."""
    start = "2024-12-01T02:00:00.000Z"
    rows = [
        {"id": 1, "gameId": 1, "gameStartDate": start, "season": 2025, "period": 1},
        {"id": 2, "gameId": 1, "gameStartDate": start, "season": 2025, "period": "first", "homeScore": "x"},
        {"id": 3, "gameId": 1, "gameStartDate": 20241201, "season": 2025, "period": 1},
        {"id": 4, "gameId": None, "gameStartDate": start, "season": 2025},
        {"id": 5, "gameId": 1.5, "gameStartDate": start, "season": 2025},
        {"id": 6, "gameId": -1, "season": 2025},
        {"gameId": 2, "gameStartDate": start, "season": 2025},
        7,
    ]
    found = CollegeLake(tmp_path / "lake")
    found.offer("plays_date", rows, what="2024-12-01")
    with open_lake(found.folder) as opened:
        report = opened.build("bronze.plays_date", jobs=1)
    kept = found.rows("select id from bronze.plays_date order by 1")
    assert not report.failures
    assert len(kept) + report.total.quarantined == len(rows)
    assert "1" in {row["id"] for row in kept}
