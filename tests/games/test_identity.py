"""Which game a document is about: league, id, season, date, status."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hooplake.errors import DocumentError
from hooplake.games.espn.identity import Identity, identify
from hooplake.games.leagues import LEAGUES
from hooplake.games.seasons import eastern_date, parse_day, parse_utc, season_label, season_of
from tests.games.documents import competition, decoded, page, summary


def about(document: Any, **given: Any) -> Identity:
    return identify(decoded(document), **given)


def reason(document: Any, **given: Any) -> str:
    with pytest.raises(DocumentError) as caught:
        about(document, **given)
    return caught.value.reason


@pytest.mark.parametrize(
    ("slug", "code"),
    [("nba", "nba"), ("wnba", "wnba"), ("mens-college-basketball", "mbb"), ("womens-college-basketball", "wbb")],
)
def test_the_league_of_a_header(slug: str, code: str) -> None:
    found = about(summary(league=slug))
    assert found.league.code == code
    assert found.evidence.startswith("league:header")


def test_the_league_by_number_uid_team_and_last_by_what_is_given() -> None:
    document = summary(league=None)
    assert reason(document) == "unknown_league"
    assert about(document, league="wbb").evidence == "league:given season:header"
    competition(document)["competitors"][1]["team"]["uid"] = "s:40~l:59~t:5"
    assert (about(document, league="wbb").league.code, about(document).evidence) == (
        "wnba",
        "league:team_uid season:header",
    )
    document["header"]["uid"] = "s:40~l:41~e:401"
    assert about(document).league.code == "mbb"
    document["header"]["league"] = {"id": "54"}
    assert about(document).league.code == "wbb"
    document["header"]["league"] = {"slug": "nba", "id": "54"}
    assert about(document).league.code == "nba"


def test_a_league_that_is_named_but_not_known_is_not_overruled() -> None:
    assert reason(summary(league="nba-summer-las-vegas"), league="nba") == "unknown_league"
    assert reason(page(lg="ipl"), league="nba") == "unknown_league"
    assert about(page(lg=None), league="nba").league.code == "nba"
    assert about(page(lg="x", lgUid="s:40~l:59")).league.code == "wnba"


@pytest.mark.parametrize("bad", [None, "", "../etc", "a b", "x" * 65, "401\n", "４０１"])
def test_an_id_is_a_word(bad: str | None) -> None:
    document = summary(game_id=bad)
    assert reason(document) == "no_game_id"
    if bad:
        strip = page()["page"]["content"]["gamepackage"]["gmStrp"] | {"gid": bad}
        assert reason(page(gmStrp=strip)) == "no_game_id"


def test_an_id_is_text_and_may_come_from_the_competition() -> None:
    assert about(summary(game_id="0290710041")).game_id == "0290710041"
    document = summary(game_id=None)
    competition(document)["id"] = "402"
    assert about(document).game_id == "402"


@pytest.mark.parametrize(
    ("utc", "eastern"),
    [
        ("2025-01-05T01:00Z", date(2025, 1, 4)),  # 401705050: 8 in the evening
        ("2025-01-05T05:00Z", date(2025, 1, 5)),
        ("2025-01-05T04:59Z", date(2025, 1, 4)),
        ("2025-06-06T00:30Z", date(2025, 6, 5)),
        ("2025-06-06T03:59Z", date(2025, 6, 5)),
        ("2025-06-06T04:00Z", date(2025, 6, 6)),
        ("2009-03-13T01:30Z", date(2009, 3, 12)),  # 290710041, day 71 of its year
        ("2013-02-15T01:00Z", date(2013, 2, 14)),  # 330452197, day 45
        ("2024-11-03T05:30Z", date(2024, 11, 3)),  # half past one in daylight saving time
        ("2024-12-31T23:30-05:00", date(2024, 12, 31)),
    ],
)
def test_a_game_date_is_that_of_the_us_east(utc: str, eastern: date) -> None:
    assert about(summary(date=utc, year=eastern.year)).game_date == eastern


@given(st.datetimes(datetime(1976, 5, 1), datetime(2037, 12, 31)))
def test_eastern_dates_are_those_of_the_time_zone_database(moment: datetime) -> None:
    utc = moment.replace(tzinfo=UTC)
    assert eastern_date(utc) == utc.astimezone(ZoneInfo("America/New_York")).date()


@pytest.mark.parametrize("year", range(1976, 2038))
def test_eastern_dates_around_the_change_of_clocks(year: int) -> None:
    zone = ZoneInfo("America/New_York")
    for month in (3, 4, 10, 11):
        for hour in range(31 * 24):
            if hour % 24 in (3, 4, 5):
                utc = datetime(year, month, 1, tzinfo=UTC) + timedelta(hours=hour)
                assert eastern_date(utc) == utc.astimezone(zone).date()


@pytest.mark.parametrize(
    ("league", "day", "season_type", "season"),
    [
        ("nba", date(2024, 10, 22), 2, 2025),
        ("nba", date(2025, 6, 22), 3, 2025),
        ("nba", date(2024, 9, 30), 1, 2025),
        ("nba", date(2024, 8, 31), 2, 2024),
        ("nba", date(2020, 8, 15), 3, 2020),
        ("nba", date(2020, 9, 12), 3, 2020),
        ("nba", date(2020, 10, 2), 2, 2020),  # the finals of the bubble, whatever the type says
        ("nba", date(2020, 10, 11), None, 2020),
        ("nba", date(2020, 12, 22), 2, 2021),
        ("nba", date(2021, 9, 30), 5, 2021),
        ("wnba", date(2025, 9, 14), 2, 2025),
        ("mbb", date(2024, 11, 26), 2, 2025),
        ("wbb", date(2025, 4, 6), 3, 2025),
        ("mbb", date(2020, 10, 2), 2, 2021),
    ],
)
def test_the_season_of_a_date(league: str, day: date, season_type: int | None, season: int) -> None:
    assert season_of(LEAGUES[league], day, season_type) == season


def test_the_season_of_the_header_counts_where_it_can_be_right() -> None:
    assert about(summary(year=2025)).season == 2025
    assert about(summary(year=2024)).season == 2024
    assert (about(summary(year=1999)).season, about(summary(year=1999)).evidence) == (2025, "league:header season:date")
    assert about(summary(year=1999), season=2026).season == 2026
    assert about(summary(year=None), season=2026).evidence == "league:header season:given"
    assert about(page()).evidence == "league:page season:date"


def test_labels_of_seasons() -> None:
    assert [season_label("nba", s) for s in (2025, 2000, 2010)] == ["2024-25", "1999-00", "2009-10"]
    assert season_label("wnba", 2025) == "2025"


def test_without_a_date_one_must_be_given() -> None:
    assert reason(summary(date=None)) == "undated"
    assert reason(summary(date="soon")) == "undated"
    found = about(summary(date=None), game_date=date(2025, 1, 4))
    assert (found.game_date, found.tipoff_utc) == (date(2025, 1, 4), None)


def test_a_date_alone_is_a_date_and_no_tip_off() -> None:
    found = about(summary(date="2025-01-05"), game_date=date(2020, 1, 1))
    assert (found.game_date, found.tipoff_utc) == (date(2025, 1, 5), None)


@pytest.mark.parametrize("bad", ["9999-12-31T23:59Z", "0001-01-01T00:00Z", "1700-01-01T00:00Z"])
def test_a_date_of_another_age_is_no_date_of_a_game(bad: str) -> None:
    assert reason(summary(date=bad)) == "implausible_date"


def test_times_and_days() -> None:
    assert parse_utc("2025-01-05T01:00Z") == datetime(2025, 1, 5, 1, tzinfo=UTC)
    assert parse_utc("2025-01-05T01:00:30.5-05:00") == datetime(2025, 1, 5, 6, 0, 30, 500_000, tzinfo=UTC)
    assert parse_utc("2025-01-05T01:00") == datetime(2025, 1, 5, 1, tzinfo=UTC)
    assert [parse_utc(t) for t in (None, "", "x", "2025-01-05", "2025-13-05T00:00Z", "9999-12-31T23:59:59-14:00")] == (
        [None] * 6
    )
    assert parse_day("2025-01-05T23:00Z") == date(2025, 1, 5)
    assert [parse_day(t) for t in (None, "", "2025", "5 January")] == [None] * 4


@pytest.mark.parametrize(
    ("status", "meaning"),
    [
        ({"name": "STATUS_FINAL", "state": "post", "completed": True}, "final"),
        ({"name": "STATUS_SCHEDULED", "state": "pre"}, "scheduled"),
        ({"name": "STATUS_IN_PROGRESS", "state": "in"}, "in_progress"),
        ({"name": "STATUS_HALFTIME", "state": "in"}, "in_progress"),
        ({"name": "STATUS_FORFEIT", "state": "post", "completed": True}, "forfeit"),
        ({"name": "STATUS_CANCELED", "state": "post"}, "canceled"),
        ({"name": "STATUS_POSTPONED", "state": "post"}, "postponed"),
        ({"name": "STATUS_NEW", "state": "in"}, "in_progress"),
        ({"name": "STATUS_NEW", "state": "pre"}, "scheduled"),
        # after the game, and still not said to be final
        ({"name": "STATUS_NEW", "state": "post", "completed": True}, "unknown"),
        ({"id": "3", "state": "post"}, "final"),
        ({"id": "3", "name": "STATUS_NEW", "state": "post"}, "unknown"),
        ({}, "unknown"),
    ],
)
def test_statuses(status: dict[str, Any], meaning: str) -> None:
    document = summary()
    competition(document)["status"] = {"type": status | {"detail": "as it says"}}
    found = about(document)
    assert (found.status, found.status_detail) == (meaning, "as it says")


@pytest.mark.parametrize(
    ("status", "meaning"),
    [
        ({"id": "3", "state": "post"}, "final"),
        ({"id": "1", "state": "pre"}, "scheduled"),
        ({"id": "6", "state": "post"}, "postponed"),
        ({"id": "23", "state": "in"}, "in_progress"),
        ({"id": "99", "state": "post"}, "unknown"),
        (None, "unknown"),
    ],
)
def test_statuses_of_pages(status: dict[str, Any] | None, meaning: str) -> None:
    strip = page()["page"]["content"]["gamepackage"]["gmStrp"] | {"status": status}
    assert about(page(gmStrp=strip)).status == meaning


def test_season_types_beyond_the_list_are_not_known() -> None:
    assert [about(summary(season_type=t)).season_type for t in (1, 2, 3, 4, 5, 6, 0, None)] == [1, 2, 3, 4, 5] + [
        None
    ] * 3


def test_a_time_to_be_announced() -> None:
    document = summary()
    assert about(document).tipoff_known is None
    document["header"]["timeValid"] = True
    assert about(document).tipoff_known is True
    competition(document)["timeValid"] = False
    assert about(document).tipoff_known is False
    strip = page()["page"]["content"]["gamepackage"]["gmStrp"]
    assert about(page(gmStrp=strip | {"tbd": True})).tipoff_known is False
