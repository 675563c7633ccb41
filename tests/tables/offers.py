"""Files about simulated games: odds, injury reports and rosters, as their sources would write them."""

from __future__ import annotations

import hashlib
import json
import tempfile
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from hooplake import simulate
from hooplake.lake.store import Store
from hooplake.sources.drawer import Drawer
from hooplake.sources.injuries import INJURIES
from hooplake.sources.odds.step import ODDS
from hooplake.sources.rosters import ROSTERS


@cache
def about(game: simulate.Game) -> dict[str, Any]:
    """Tip-off and teams of a game, with a player of the home team."""
    document = json.loads(game.document())
    competition = document["header"]["competitions"][0]
    sides = {side["homeAway"]: side["team"] for side in competition["competitors"]}
    (players,) = (one for one in document["boxscore"]["players"] if one["team"]["id"] == sides["home"]["id"])
    athlete = players["statistics"][0]["athletes"][0]["athlete"]
    return {
        "start": datetime.fromisoformat(competition["date"]).astimezone(UTC),
        "home": sides["home"]["displayName"], "away": sides["away"]["displayName"], "home_id": sides["home"]["id"],
        "player": athlete["displayName"], "player_id": athlete["id"],
    }  # fmt: skip


def before(game: simulate.Game, hours: float) -> str:
    """A time before the tip-off (after it, if negative)."""
    moment: datetime = about(game)["start"] - timedelta(hours=hours)
    return moment.isoformat().replace("+00:00", "Z")


def quotes(game: simulate.Game, *lines: tuple[str, str, float, float]) -> dict[str, Any]:
    """Lines on points of a game: player, book, line, hours before the tip-off."""
    books: dict[str, list[dict[str, Any]]] = {}
    for player, book, line, hours in lines:
        outcomes = [{"name": name, "description": player, "price": -110, "point": line} for name in ("Over", "Under")]
        market = {"key": "player_points", "last_update": before(game, hours), "outcomes": outcomes}
        books.setdefault(book, []).append(market)
    return {
        "sport_key": "basketball_nba", "commence_time": before(game, 0), "home_team": about(game)["home"],
        "away_team": about(game)["away"], "bookmakers": [{"key": book, "markets": found} for book, found in books.items()],
    }  # fmt: skip


def report(game: simulate.Game, hours: float, *listed: tuple[str, str, str]) -> dict[str, Any]:
    """An injury page: id, name and status of players of the home team."""
    team = about(game)["home"]
    entries = [
        {
            "status": status, "date": before(game, hours + 1), "details": {"type": "Knee"},
            "athlete": {
                "displayName": name, "team": {"displayName": team},
                "links": [{"href": f"https://www.espn.com/nba/player/_/id/{number}/x"}],
            },
        }
        for number, name, status in listed
    ]  # fmt: skip
    return {"timestamp": before(game, hours), "injuries": [{"displayName": team, "injuries": entries}]}


def roster(game: simulate.Game, hours: float, *players: tuple[str, str]) -> str:
    """A roster of the home team: ids and birth dates."""
    head = "league,source,season,team_id,player_id,player,captured_at,birth_date\n"
    rows = [
        f"nba,espn,2025,{about(game)['home_id']},{number},Somebody,{before(game, hours)},{born}\n"
        for number, born in players
    ]
    return head + "".join(rows)


def offer(store: Store, drawer: Drawer, *bodies: Any) -> None:
    """Take files in, as the commands do."""
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for body in bodies:
            text = body if isinstance(body, str) else json.dumps(body)
            file = Path(folder) / f"{hashlib.sha256(text.encode()).hexdigest()[:12]}.json"
            file.write_text(text)
            files.append(str(file))
        done = drawer.ingest(store, files)
    assert {one.result for one in done} <= {"stored", "unchanged"}
    assert not any(one.bad for one in done)


def some_offer(store: Store, kind: str, game: simulate.Game, number: int) -> None:
    """Any file of a kind about a game, from before its tip-off or after it."""
    who = about(game)
    hours = (number % 7) * 5.0 - 4
    if kind == "props":
        offer(store, ODDS, quotes(game, (who["player"], ("draftkings", "betmgm")[number % 2], number + 0.5, hours)))
    elif kind == "report":
        status = ("Out", "Doubtful", "Day-To-Day", "Probable")[number % 4]
        offer(store, INJURIES, report(game, hours, (who["player_id"], who["player"], status)))
    else:
        offer(
            store,
            ROSTERS,
            roster(game, hours, (who["player_id"], "2000-01-01"), ("777", f"2001-01-{number % 28 + 1:02d}")),
        )
