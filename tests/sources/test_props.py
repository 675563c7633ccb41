"""Player props in the shape of The Odds API: one row per player, line and book, with its time and both prices."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from hooplake import simulate
from hooplake.config import Settings
from hooplake.lakehouse import open as open_lake
from hooplake.sources.odds.lines import LINES
from hooplake.sources.odds.snapshots import PROPS
from hooplake.sources.odds.step import ODDS, read_odds

START = "2025-01-04T00:30:00Z"


def over(player: str, line: float, price: float = -110) -> dict[str, Any]:
    return {"name": "Over", "description": player, "price": price, "point": line}


def under(player: str, line: float, price: float = -110) -> dict[str, Any]:
    return over(player, line, price) | {"name": "Under"}


def event(*markets: dict[str, Any], book: str = "draftkings", **other: Any) -> dict[str, Any]:
    return {
        "sport_key": "basketball_nba", "commence_time": START, "home_team": "Boston Celtics", "away_team": "LA Clippers",
        "bookmakers": [{"key": book, "markets": list(markets)}], **other,
    }  # fmt: skip


def market(
    *outcomes: dict[str, Any], key: str = "player_points", at: str | None = "2025-01-03T22:00:00Z"
) -> dict[str, Any]:
    return {"key": key, "last_update": at, "outcomes": list(outcomes)}


def props(body: Any) -> list[Any]:
    return list(read_odds(json.dumps(body).encode()).rows[PROPS])


def test_over_and_under_are_one_row() -> None:
    (row,) = props(event(market(over("Jayson Tatum", 27.5, -115), under("Jayson Tatum", 27.5, -105))))
    assert (row.game_date, row.home_name, row.away_name) == (date(2025, 1, 3), "bostonceltics", "losangelesclippers")
    assert (row.player_key, row.market, row.book, row.line) == ("jaysontatum", "player_points", "draftkings", 27.5)
    assert (row.over_price, row.under_price) == (-115, -105)
    assert (row.captured_at, row.received_at) == (datetime(2025, 1, 3, 22, tzinfo=UTC), None)


def test_a_snapshot_of_the_past_says_when_it_was_taken() -> None:
    answer = {
        "timestamp": "2025-01-03T22:05:00Z",
        "data": event(market(over("Jayson Tatum", 27.5)), market(over("Derrick White", 15.5), at=None)),
    }
    first, second = props(answer)
    assert first.received_at == second.received_at == datetime(2025, 1, 3, 22, 5, tzinfo=UTC)
    assert first.captured_at == datetime(2025, 1, 3, 22, tzinfo=UTC)
    assert second.captured_at == second.received_at  # the book does not say when it last changed the line


def test_two_lines_of_a_player_are_two_rows() -> None:
    rows = props(
        event(market(over("Jayson Tatum", 27.5), under("Jayson Tatum", 27.5), over("Jayson Tatum", 30.5, 180)))
    )
    assert [(row.line, row.under_price) for row in rows] == [(27.5, -110), (30.5, None)]


def test_markets_of_yes_and_no_are_no_lines() -> None:
    assert (
        props(event(market({"name": "Yes", "description": "Jayson Tatum", "price": 300}, key="player_double_double")))
        == []
    )


def test_what_cannot_be_read_is_put_aside() -> None:
    wrong = [
        {"name": "Over", "price": -110, "point": 20.5},
        {"name": "Over", "description": "Al Horford", "price": -110},
    ]
    sheet = read_odds(
        json.dumps(
            [event(market(over("Jayson Tatum", 27.5), *wrong)), event(commence_time="soon"), event(sport_key="golf")]
        ).encode()
    )
    assert len(sheet.rows[PROPS]) == 1
    assert [(bad.where, bad.reason) for bad in sheet.bad] == [
        ("event 0, draftkings, player_points", "no_player"), ("event 0, draftkings, player_points", "no_line"),
        ("event 1", "bad_time"), ("event 2", "unknown_sport"),
    ]  # fmt: skip


def test_lines_and_props_of_one_file() -> None:
    spread = {
        "key": "spreads",
        "last_update": "2025-01-03T22:00:00Z",
        "outcomes": [{"name": "Boston Celtics", "price": -110, "point": -7.5}],
    }
    sheet = read_odds(json.dumps([event(spread, market(over("Jayson Tatum", 27.5)))]).encode())
    assert [(len(sheet.rows[table])) for table in (LINES, PROPS)] == [1, 1]
    assert sheet.rows[LINES][0].home_spread == -7.5
    assert ODDS.days(sheet).keys() == {"league=nba/season=2025"}


@pytest.mark.parametrize("change", ["line", "price", "nothing"])
def test_the_note_of_a_file_tells_what_is_new_on_a_date(change: str) -> None:
    first = event(market(over("Jayson Tatum", 27.5)))
    second = event(
        market(over("Jayson Tatum", 28.5 if change == "line" else 27.5, -120 if change == "price" else -110))
    )
    days = [ODDS.days(read_odds(json.dumps(one).encode())) for one in (first, second)]
    assert (days[0] == days[1]) == (change == "nothing")


def test_college_files_name_the_school_alone(tmp_path: Path) -> None:
    """Brynhaven is the Brynhaven of the game, whatever its team is called; of another school nothing matches."""
    game = simulate.season(league="mbb", season=2025, days=1, teams=4, seed=3).games[0]
    (tmp_path / "game.json").write_bytes(game.document())
    document = json.loads(game.document())
    sides = {side["homeAway"]: side["team"] for side in document["header"]["competitions"][0]["competitors"]}
    assert sides["home"]["location"] != sides["home"]["displayName"]
    spread = {
        "key": "spreads", "last_update": None, "outcomes": [{"name": sides["home"]["location"], "price": -110, "point": -4.5}],
    }  # fmt: skip
    start = document["header"]["competitions"][0]["date"]
    body = event(
        spread,
        sport_key="basketball_ncaab",
        commence_time=start,
        home_team=sides["home"]["location"],
        away_team=sides["away"]["location"],
    )
    other = {**body, "away_team": "Elsewhere State", "bookmakers": [{**body["bookmakers"][0], "key": "fanduel"}]}
    early = datetime.fromisoformat(start) - timedelta(hours=2)
    (tmp_path / "odds.json").write_text(json.dumps({"timestamp": early.isoformat(), "data": [body, other]}))
    with open_lake(settings=Settings(lake=str(tmp_path / "lake")), create=True) as lake:
        lake.ingest_files([str(tmp_path / "game.json")])
        ODDS.ingest(lake.store, [str(tmp_path / "odds.json")])
        assert not lake.build("silver.fct_game_lines", jobs=1).failures
        rows = lake.sql("select * from silver.fct_game_lines where captured_at is not null").to_pylist()
    assert [(row["game_id"], row["book"], row["home_spread"]) for row in rows] == [(game.id, "draftkings", -4.5)]
