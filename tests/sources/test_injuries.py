"""Injury reports and rosters out of files: each with its time, bad entries put aside."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from hooplake.config import Settings
from hooplake.errors import DocumentError
from hooplake.lakehouse import open as open_lake
from hooplake.sources.injuries import INJURIES, read_injuries
from hooplake.sources.injuries import TABLE as REPORTS
from hooplake.sources.names import player_key
from hooplake.sources.rosters import TABLE as ROSTERS
from hooplake.sources.rosters import read_rosters


def entry(name: str, number: int, status: str = "Out", **other: Any) -> dict[str, Any]:
    href = f"https://www.espn.com/wnba/player/_/id/{number}/somebody"
    athlete = {"displayName": name, "links": [{"href": href}], "team": {"displayName": "Las Vegas Aces"}}
    return {"athlete": athlete, "status": status, "date": "2025-07-11T20:15Z", **other}


def page(*entries: Any, time: str = "2025-07-12T19:26:02Z") -> bytes:
    return json.dumps(
        {"timestamp": time, "injuries": [{"displayName": "Las Vegas Aces", "injuries": entries}]}
    ).encode()


def test_a_page_of_espn() -> None:
    details = {"type": "Knee", "detail": "Soreness", "side": "Left", "returnDate": "2025-08-01"}
    sheet = read_injuries(
        page(entry("Jewell Loyd Jr.", 2987869, details=details), entry("A'ja Wilson", 3149391, "Day-To-Day"))
    )
    first, second = sheet.rows[REPORTS]
    assert (first.league, first.season, first.report_date) == ("wnba", 2025, date(2025, 7, 12))
    assert first.captured_at == datetime(2025, 7, 12, 19, 26, 2, tzinfo=UTC)
    assert first.reported_utc == datetime(2025, 7, 11, 20, 15, tzinfo=UTC)
    assert (first.team_key, first.player_key, first.espn_player_id) == ("lasvegasaces", "jewellloyd", "2987869")
    assert (first.injury, first.detail, first.side, first.return_date) == ("Knee", "Soreness", "Left", date(2025, 8, 1))
    assert (second.player_key, second.status, second.whole_league) == ("ajawilson", "Day-To-Day", True)


def test_entries_without_a_player_are_put_aside() -> None:
    sheet = read_injuries(page(entry("A'ja Wilson", 3149391), entry("", 1), {"status": "Out"}))
    assert len(sheet.rows[REPORTS]) == 1
    assert [(bad.where, bad.reason) for bad in sheet.bad] == [
        ("Las Vegas Aces, entry 1", "no_player"), ("Las Vegas Aces, entry 2", "bad_entry"),
    ]  # fmt: skip


def test_reports_as_csv() -> None:
    text = (
        "league,captured_at,team,player,status,reason,return_date\n"
        "nba,2019-01-03T17:30:00Z,LA Clippers,Luc Mbah a Moute,Out,Knee,2019-02-01\n"
        "nba,yesterday,Boston Celtics,Kyrie Irving,Questionable,Eye,\n"
        "afl,2019-01-03T17:30:00Z,Boston Celtics,Kyrie Irving,Questionable,Eye,\n"
        "nba,2019-01-03T17:30:00Z,Boston Celtics,,Out,,\n"
    )
    sheet = read_injuries(text.encode())
    (row,) = sheet.rows[REPORTS]
    assert (row.season, row.team_key, row.player_key) == (2019, "losangelesclippers", "lucmbahamoute")
    assert (row.status, row.injury, row.return_date, row.whole_league) == ("Out", "Knee", date(2019, 2, 1), False)
    assert [bad.reason for bad in sheet.bad] == ["bad_time", "unknown_league", "incomplete"]


@pytest.mark.parametrize(
    "body", [b"a,b\n1,2\n", b'{"injuries": []}', b'{"timestamp": "2025-07-12T19:26:02Z", "injuries": []}']
)
def test_other_files_are_rejected(body: bytes) -> None:
    with pytest.raises(DocumentError, match="unknown_injuries"):
        read_injuries(body)


def test_an_entry_from_after_its_report_breaks_the_contract(tmp_path: Path) -> None:
    lake = open_lake(settings=Settings(lake=str(tmp_path / "lake")), create=True)
    file = tmp_path / "page.json"
    file.write_bytes(page(entry("A'ja Wilson", 1), entry("Jewell Loyd", 2, date="2025-07-13T00:00Z")))
    assert [one.result for one in INJURIES.ingest(lake.store, [str(file)])] == ["stored"]
    assert lake.build(REPORTS, jobs=1).total.quarantined == 1
    (row,) = lake.sql(f"select * from {REPORTS}").to_pylist()
    assert row["player"] == "A'ja Wilson"


def test_the_real_page(real_data: Path) -> None:
    (file,) = (real_data / "injuries").glob("*.json.gz")
    sheet = read_injuries(gzip.decompress(file.read_bytes()))
    rows = sheet.rows[REPORTS]
    assert (len(rows), len(sheet.bad)) == (127, 0)
    assert len({row.team_key for row in rows}) == 26
    assert all(row.espn_player_id and row.reported_utc and row.reported_utc <= row.captured_at for row in rows)


def test_names_have_one_key_in_all_sources() -> None:
    assert player_key("Nikola Vučević") == player_key("Nikola Vucevic") == "nikolavucevic"
    assert player_key("Otto Porter Jr.") == player_key("Otto Porter") == "ottoporter"
    assert player_key("Robert Williams III") == "robertwilliams"
    assert player_key("Junior Cadougan") == "juniorcadougan"


def test_rosters_of_espn() -> None:
    roster = {
        "timestamp": "2025-07-12T12:00:00Z",
        "team": {"id": "17", "displayName": "Las Vegas Aces"},
        "athletes": [
            {
                "id": 3149391,
                "uid": "s:40~l:59~a:3149391",
                "displayName": "A'ja Wilson",
                "dateOfBirth": "1996-08-08T07:00Z",
            },
            {"id": "5", "displayName": ""},
        ],
    }
    sheet = read_rosters(json.dumps(roster).encode())
    (row,) = sheet.rows[ROSTERS]
    assert (row.league, row.source, row.season, row.team_id, row.player_id) == ("wnba", "espn", 2025, "17", "3149391")
    assert (row.birth_date, row.player_lookup) == (date(1996, 8, 8), "ajawilson")
    assert row.captured_at == datetime(2025, 7, 12, 12, tzinfo=UTC)
    assert [bad.reason for bad in sheet.bad] == ["incomplete"]


def test_rosters_of_the_official_feed_tell_no_time() -> None:
    answer = {
        "resultSets": [
            {
                "name": "CommonTeamRoster",
                "headers": ["TeamID", "SEASON", "PLAYER", "BIRTH_DATE", "PLAYER_ID"],
                "rowSet": [[1610612738, "2018", "Kyrie Irving", "MAR 23, 1992", 202681], [1, "x", "y", "", 2]],
            }
        ]
    }
    sheet = read_rosters(json.dumps(answer).encode())
    (row,) = sheet.rows[ROSTERS]
    assert (row.season, row.team_id, row.player_id, row.birth_date) == (2019, "1610612738", "202681", date(1992, 3, 23))
    assert (row.captured_at, row.snapshot, len(sheet.bad)) == (None, "", 1)


@pytest.mark.parametrize("body", [b"a\n1\n", b"{}", b'{"resultSets": []}', b'{"athletes": [], "team": {"id": "1"}}'])
def test_other_files_are_no_rosters(body: bytes) -> None:
    with pytest.raises(DocumentError, match="unknown_roster"):
        read_rosters(body)
