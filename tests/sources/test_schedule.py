"""Schedules out of files: times and places of each format made one, later files over earlier ones, bad rows put aside."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from hooplake.config import Settings
from hooplake.errors import DocumentError
from hooplake.lakehouse import Lakehouse
from hooplake.lakehouse import open as open_lake
from hooplake.sources.letters import body_of, letters
from hooplake.sources.schedule import SCHEDULE, TABLE, archive_game, read_schedule

HEAD = "gid,gcode,etdate,ettime,seri,an,ac,st,stt,h.tid,v.tid,h.ta,v.ta,h.s,v.s,seas\n"
TEAMS = {"BOS": "1610612738", "LAL": "1610612747", "DEN": "1610612743"}


def game(number: int, day: str, time: str = "19:30:00", home: str = "BOS", away: str = "LAL", **other: str) -> str:
    values = {"an": "TD Garden", "ac": "Boston", "st": "3", "stt": "Final", "kind": "002", **other}
    return (
        f"{values['kind']}15{number:05d},{day}/{away}{home},{day},{time},,{values['an']},{values['ac']},{values['st']},"
        f"{values['stt']},{TEAMS.get(home, '')},{TEAMS.get(away, '')},{home},{away},,,15-16\n"
    )


def row(text: str) -> dict[str, str]:
    return dict(zip(HEAD.strip().split(","), text.strip().split(","), strict=True))


@pytest.mark.parametrize(
    ("day", "time", "expected"),
    [
        ("2016-01-05", "19:30:00", datetime(2016, 1, 6, 0, 30, tzinfo=UTC)),  # winter: five hours behind UTC
        ("2016-04-13", "22:30:00", datetime(2016, 4, 14, 2, 30, tzinfo=UTC)),  # summer: four
        ("2015-10-07", "00:00:00", None),  # to be announced
    ],
)
def test_times_of_the_archive_are_eastern(day: str, time: str, expected: datetime | None) -> None:
    found = archive_game(row(game(5, day, time)))
    assert (found.tipoff_utc, found.game_date) == (expected, date.fromisoformat(day))


@pytest.mark.parametrize(
    ("kind", "season_type"), [("001", 1), ("002", 2), ("003", 2), ("004", 3), ("005", 5), ("006", 2)]
)
def test_what_kind_of_game_it_is_stands_in_its_id(kind: str, season_type: int) -> None:
    found = archive_game(row(game(1, "2015-12-01", kind=kind)))
    assert (found.season, found.season_type, found.game_id) == (2016, season_type, f"{kind}1500001")


def test_a_postponed_game_is_told_by_the_text() -> None:
    assert archive_game(row(game(1, "2015-12-01", st="1", stt="PPD"))).status == "postponed"
    assert archive_game(row(game(1, "2015-12-01", st="1", stt="7:00 pm ET"))).status == "scheduled"


def test_rows_that_cannot_be_read_do_not_hold_up_the_others() -> None:
    body = (
        HEAD
        + game(1, "2015-12-01")
        + game(2, "2015-13-01")
        + game(3, "2015-12-02", "25:00:00")
        + game(4, "2015-12-03", home="XXX")
    )
    sheet = read_schedule(body.encode())
    assert [one.game_id for one in sheet.rows[TABLE]] == ["0021500001"]
    assert [(bad.where, bad.reason) for bad in sheet.bad] == [
        ("line 3", "bad_date"), ("line 4", "bad_time"), ("line 5", "no_teams"),
    ]  # fmt: skip


def board(**competition: Any) -> dict[str, Any]:
    sides = [
        {"homeAway": "home", "team": {"id": "17", "abbreviation": "LV"}},
        {"homeAway": "away", "team": {"id": "9", "abbreviation": "NY"}},
    ]
    return {
        "leagues": [{"id": "59", "slug": "wnba"}],
        "events": [
            {
                "id": "401736228", "date": "2025-07-13T02:00Z", "season": {"year": 2025, "type": 2},
                "competitions": [
                    {
                        "competitors": sides, "neutralSite": False, "timeValid": True,
                        "venue": {"fullName": "Michelob ULTRA Arena", "address": {"city": "Las Vegas"}},
                        "status": {"type": {"name": "STATUS_SCHEDULED"}},
                        "broadcasts": [{"market": "home", "names": ["Local"]}, {"market": "national", "names": ["ION"]}],
                        **competition,
                    }
                ],
            }
        ],
    }  # fmt: skip


def test_scoreboards() -> None:
    (found,) = read_schedule(json.dumps(board()).encode()).rows[TABLE]
    assert (found.league, found.source, found.season, found.game_id) == ("wnba", "espn", 2025, "401736228")
    assert (found.game_date, found.home_team_id, found.away_team_id) == (date(2025, 7, 12), "17", "9")  # in the east
    assert (found.venue, found.venue_city, found.network, found.status) == (
        "Michelob ULTRA Arena", "Las Vegas", "ION", "scheduled",
    )  # fmt: skip
    assert (found.regulation_periods, found.regulation_seconds) == (4, 2400)
    sheet = read_schedule(json.dumps(board(timeValid=False)).encode())
    assert sheet.rows[TABLE][0].tipoff_utc is None
    sheet = read_schedule(json.dumps(board(competitors=[])).encode())
    assert (sheet.rows[TABLE], sheet.bad[0].reason) == ([], "no_teams")


@pytest.mark.parametrize("body", [b"a,b\n1,2\n", b'{"events": []}', b'{"leagues": [{"slug": "nfl"}], "events": []}'])
def test_other_files_are_rejected(body: bytes) -> None:
    with pytest.raises(DocumentError, match="unknown_schedule"):
        read_schedule(body)


@pytest.fixture
def lake(tmp_path: Path) -> Lakehouse:
    return open_lake(settings=Settings(lake=str(tmp_path / "lake")), create=True)


def offer(lake: Lakehouse, tmp_path: Path, name: str, text: str) -> list[tuple[str, int, int]]:
    file = tmp_path / name
    file.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    return [(one.result, one.rows, one.bad) for one in SCHEDULE.ingest(lake.store, [str(file)])]


def test_files_are_kept_once_and_what_is_bad_becomes_a_letter(lake: Lakehouse, tmp_path: Path) -> None:
    text = HEAD + game(1, "2015-12-01") + game(2, "2015-13-01")
    assert offer(lake, tmp_path, "schedule.csv.gz", text) == [("stored", 1, 1)]
    assert offer(lake, tmp_path, "again.csv", text) == [("unchanged", 1, 1)]
    assert offer(lake, tmp_path, "other.csv", "ID,City\n1,Boston\n") == [("rejected", 0, 0)]
    assert len(lake.store.paths("raw/schedule")) == 2  # the file and the note of its dates
    found = {letter.reason: letter for letter in letters(lake.store)}
    assert set(found) == {"bad_rows", "unknown_schedule"}
    assert found["bad_rows"].attempts == 2
    assert found["bad_rows"].kind == "schedule"
    assert found["bad_rows"].detail == "1 rows cannot be read: bad_date at line 3"
    (bad,) = body_of(lake.store, found["bad_rows"]).splitlines()
    assert json.loads(json.loads(bad)["text"])["gid"] == "0021500002"


def test_an_ingest_that_was_killed_is_finished_by_the_next(lake: Lakehouse, tmp_path: Path) -> None:
    text = HEAD + game(1, "2015-12-01")
    offer(lake, tmp_path, "schedule.csv", text)
    (note,) = (path for path in lake.store.paths("raw/schedule") if path.endswith(".json"))
    lake.store.delete(note)
    assert lake.build(TABLE, jobs=1).total.run == 0
    assert offer(lake, tmp_path, "schedule.csv", text) == [("stored", 1, 0)]
    lake.build(TABLE, jobs=1)
    assert lake.sql(f"select * from {TABLE}").num_rows == 1


def test_a_schedule_stands_without_a_game(lake: Lakehouse, tmp_path: Path) -> None:
    offer(
        lake,
        tmp_path,
        "a.csv",
        HEAD + game(1, "2015-12-01") + game(2, "2015-12-02", home="DEN") + game(3, "2015-12-02", kind="001"),
    )
    lake.build("silver.fct_schedule", jobs=1)
    rows = lake.sql("select * from silver.fct_schedule order by game_id").to_pylist()
    assert [(row["game_id"], row["season_type"], row["expected"]) for row in rows] == [
        ("0011500003", "preseason", False), ("0021500001", "regular", True), ("0021500002", "regular", True),
    ]  # fmt: skip
    assert rows[1]["venue"] == "TD Garden"
    assert rows[1]["source"] == "official"


def test_later_files_rule_and_take_nothing_away(lake: Lakehouse, tmp_path: Path) -> None:
    """A game is moved; a list of dates, which knows no teams, leaves those of the file before."""
    offer(lake, tmp_path, "a.csv", HEAD + game(1, "2015-12-01") + game(2, "2015-12-02"))
    lake.build("silver.fct_schedule", jobs=1)
    offer(lake, tmp_path, "b.csv", "game_id,game_date\n0021500001,2015-12-20\n")
    report = lake.build("silver.fct_schedule", jobs=1)
    assert report.steps["schedule"].run == 1  # the one date of which the second file says something
    rows = lake.sql("select * from silver.fct_schedule order by game_id").to_pylist()
    assert [(row["game_date"], row["home_abbr"]) for row in rows] == [
        (date(2015, 12, 20), "BOS"),
        (date(2015, 12, 2), "BOS"),
    ]
    assert lake.build("silver.fct_schedule", jobs=1).total.run == 0


def test_a_later_file_makes_only_its_own_dates_run(lake: Lakehouse, tmp_path: Path) -> None:
    days = [game(number, f"2015-12-{number:02d}") for number in range(1, 15)]
    offer(lake, tmp_path, "a.csv", HEAD + "".join(days))
    lake.build(TABLE, jobs=1)
    days[4] = game(5, "2015-12-05", "21:00:00")
    offer(lake, tmp_path, "b.csv", HEAD + days[4])
    report = lake.build(TABLE, jobs=1)
    assert (report.total.run, report.total.unchanged) == (1, 13)


def test_the_real_archive(real_data: Path) -> None:
    file = real_data / "schedule" / "nba_schedule_2015-16_2024-25.csv.gz"
    sheet = read_schedule(gzip.decompress(file.read_bytes()))
    games = sheet.rows[TABLE]
    assert (len(games), len(sheet.bad)) == (12_166, 0)
    assert sum(one.season == 2016 and one.season_type == 2 for one in games) == 1232  # and two of the All-Star weekend
    assert sum(one.tipoff_utc is None for one in games) == 1
