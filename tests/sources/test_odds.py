"""Betting lines out of files: every source's signs made one, and what no league has is set aside."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from hooplake.config import Settings
from hooplake.errors import DocumentError
from hooplake.lakehouse import Lakehouse
from hooplake.lakehouse import open as open_lake
from hooplake.sources.names import team_key
from hooplake.sources.odds.lines import LINES, archive_line
from hooplake.sources.odds.step import ODDS, read_odds

HEAD = "season,date,home,away,total,spread,moneyline_home,moneyline_away,points,win_margin\n"


def archive(season: str, day: str, spread: str, home: str, away: str, total: str = "200.0") -> dict[str, str]:
    return {
        "season": season, "date": f"{season}-{day}", "home": "Boston Celtics", "away": "Miami Heat", "total": total,
        "spread": spread, "moneyline_home": home, "moneyline_away": away, "points": "190", "win_margin": "4",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("season", "spread", "home", "away", "expected"),
    [
        ("2015-16", "5.5", "-220", "180", -5.5),  # no sign: the home team is the favourite
        ("2015-16", "5.5", "180", "-220", 5.5),
        ("2021-22", "3.0", "-140", "120", -3.0),
        ("2022-23", "3.0", "-140", "120", -3.0),  # with a sign: positive favours the home team
        ("2022-23", "-3.0", "120", "-140", 3.0),
        ("2018-19", "PK", "-110", "-110", 0.0),
        ("2015-16", "5.5", "NL", "NL", None),  # nothing tells whose favour it is in
    ],
)
def test_the_archive_has_one_sign(season: str, spread: str, home: str, away: str, expected: float | None) -> None:
    line = archive_line(archive(season, "1130", spread, home, away))
    assert line is not None
    assert line.home_spread == expected


@pytest.mark.parametrize(
    ("season", "day", "expected"),
    [
        ("2015-16", "1027", date(2015, 10, 27)),
        ("2015-16", "0413", date(2016, 4, 13)),
        ("2019-20", "1022", date(2019, 10, 22)),
        ("2019-20", "1011", date(2020, 10, 11)),  # the finals of 2020 were in October
        ("2019-20", "0930", date(2020, 9, 30)),
    ],
)
def test_dates_of_the_archive_belong_to_their_season(season: str, day: str, expected: date) -> None:
    line = archive_line(archive(season, day, "1.0", "-110", "100"))
    assert line is not None
    assert (line.game_date, line.season) == (expected, int(season[:4]) + 1)


def test_teams_with_two_spellings_have_one_key() -> None:
    assert team_key("LA Clippers") == team_key("Los Angeles Clippers") == "losangelesclippers"
    assert team_key("San José State") == "sanjosestate"


def test_snapshots_of_the_odds_api() -> None:
    event = {
        "sport_key": "basketball_nba",
        "commence_time": "2025-01-04T00:30:00Z",
        "home_team": "Boston Celtics",
        "away_team": "Miami Heat",
        "bookmakers": [
            {
                "key": "fanduel",
                "markets": [
                    {
                        "key": "spreads",
                        "last_update": "2025-01-03T22:00:00Z",
                        "outcomes": [
                            {"name": "Miami Heat", "price": -110, "point": 7.5},
                            {"name": "Boston Celtics", "price": -110, "point": -7.5},
                        ],
                    },
                    {
                        "key": "totals",
                        "last_update": "2025-01-03T22:00:00Z",
                        "outcomes": [{"name": "Over", "price": -110, "point": 221.5}],
                    },
                ],
            }
        ],
    }
    for body in (json.dumps([event]), json.dumps(event), json.dumps({"timestamp": "x", "data": [event]})):
        (line,) = read_odds(body.encode()).rows[LINES]
        assert (line.home_spread, line.total, line.book) == (-7.5, 221.5, "fanduel")
        assert line.game_date == date(2025, 1, 3)  # in the east
        assert line.captured_at == datetime(2025, 1, 3, 22, tzinfo=UTC)


@pytest.mark.parametrize("body", [b"a,b\n1,2\n", b'{"no": "odds"}', b"[1]"])
def test_other_files_are_rejected(body: bytes) -> None:
    with pytest.raises(DocumentError, match="unknown_odds"):
        read_odds(body)


@pytest.fixture
def lake(tmp_path: Path) -> Lakehouse:
    return open_lake(settings=Settings(lake=str(tmp_path / "lake")), create=True)


def test_files_are_stored_once_and_impossible_lines_set_aside(lake: Lakehouse, tmp_path: Path) -> None:
    file = tmp_path / "lines.csv.gz"
    rows = [archive("2015-16", "1027", "5.5", "-220", "180"), archive("2015-16", "1028", "5.5", "-220", "180", "20.5")]
    file.write_bytes(gzip.compress((HEAD + "".join(",".join(row.values()) + "\n" for row in rows)).encode()))
    assert [one.result for one in ODDS.ingest(lake.store, [str(file)])] == ["stored"]
    assert [one.result for one in ODDS.ingest(lake.store, [str(file)])] == ["unchanged"]
    report = lake.build("silver.fct_market_lines", jobs=1)
    assert report.total.quarantined == 1
    (row,) = lake.sql("select * from silver.fct_market_lines").to_pylist()
    assert (row["home_name"], row["home_spread"], row["total"], row["snapshot"]) == (
        "bostonceltics",
        -5.5,
        200.0,
        "closing",
    )
