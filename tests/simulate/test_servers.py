"""The servers that look like the real sources: their quirks, over real HTTP."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import date
from functools import cache
from typing import Any, TypeVar

import aiohttp
import msgspec
import pytest
from aiohttp.test_utils import TestServer

from hooplake.games.espn.decode import decode
from hooplake.games.espn.identity import identify
from hooplake.simulate import season
from hooplake.simulate.season import Season
from hooplake.simulate.servers.serve import Servers
from hooplake.sources.cbbd.endpoints import endpoints, models

T = TypeVar("T")
Ask = Callable[..., Awaitable[tuple[int, dict[str, str], bytes]]]


@cache
def seasons() -> tuple[Season, ...]:
    return tuple(season(league, 2025, days=6, teams=26) for league in ("nba", "mbb"))


def made(**options: Any) -> Servers:
    return Servers(seasons(), **{"today": date(2025, 6, 1), **options})


def ask(servers: Servers, work: Callable[[Ask], Awaitable[T]], key: str = "demo") -> T:
    async def run() -> T:
        async with TestServer(servers.app()) as server, aiohttp.ClientSession() as session:

            async def get(path: str, **params: str) -> tuple[int, dict[str, str], bytes]:
                headers = {"Authorization": f"Bearer {key}"}
                async with session.get(server.make_url(path), params=params, headers=headers) as response:
                    return response.status, dict(response.headers), await response.read()

            return await work(get)

    return asyncio.run(run())


def rows(servers: Servers, path: str, **params: str) -> list[dict[str, Any]]:
    status, _, body = ask(servers, lambda get: get(path, **params))
    assert status == 200, body
    return list(json.loads(body))


NBA = "/apis/site/v2/sports/basketball/nba"
MBB = "/apis/site/v2/sports/basketball/mens-college-basketball"


def board(servers: Servers, sport: str, **params: str) -> dict[str, Any]:
    return dict(json.loads(ask(servers, lambda get: get(f"{sport}/scoreboard", **params))[2]))


def test_a_scoreboard_names_the_games_of_an_eastern_day() -> None:
    nba = seasons()[0]
    day = nba.games[0].date
    found = board(made(), NBA, dates=f"{day:%Y%m%d}")
    assert [event["id"] for event in found["events"]] == [game.id for game in nba.games if game.date == day]
    assert len(found["leagues"][0]["calendar"]) == len({game.date for game in nba.games})
    first = found["events"][0]["competitions"][0]
    assert first["status"]["type"]["completed"]
    scores = [int(side["score"]) for side in first["competitors"]]
    assert tuple(scores) == nba.games[0].truth.score


def test_games_of_today_and_later_are_scheduled() -> None:
    day = seasons()[0].games[0].date
    found = board(made(today=day), NBA, dates=f"{day:%Y%m%d}")
    assert {event["status"]["type"]["name"] for event in found["events"]} == {"STATUS_SCHEDULED"}


def test_college_shows_a_quarter_of_the_games_unless_the_division_is_asked_for() -> None:
    day = seasons()[1].games[0].date
    wanted = [game.id for game in seasons()[1].games if game.date == day]
    few = board(made(), MBB, dates=f"{day:%Y%m%d}")["events"]
    every = board(made(), MBB, dates=f"{day:%Y%m%d}", groups="50", limit="500")["events"]
    assert len(few) == -(-len(wanted) // 4)
    assert [event["id"] for event in every] == wanted


def test_a_summary_is_the_document_of_the_game() -> None:
    game = seasons()[0].games[0]
    body = ask(made(), lambda get: get(f"{NBA}/summary", event=game.id))[2]
    assert body == game.document()
    assert identify(decode(body)).game_id == game.id
    assert ask(made(), lambda get: get(f"{NBA}/summary", event="1"))[0] == 404


@pytest.mark.parametrize("name", sorted({*endpoints()} - {"scoreboard", "plays_tournament"}))
def test_every_endpoint_answers_with_rows_of_its_model(name: str) -> None:
    servers = made()
    assert servers.cbbd is not None
    college = servers.cbbd.college
    some = next(iter(college.games.values()))[1]
    given = {
        "season": "2025", "year": "2025", "team": some["homeTeam"], "gameId": str(some["id"]),
        "date": some["startDate"][:10], "conference": some["homeConference"], "playerId": "1000", "tournament": "NCAA",
    }  # fmt: skip
    endpoint = endpoints()[name]
    wanted = {*endpoint.required, endpoint.season_param} - {""}
    if endpoint.strategy == "conference":
        wanted.add("conference")
    path, query = endpoint.url_path({each: given[each] for each in wanted})
    found = rows(servers, path, **query)
    assert found
    unknown = {field for row in found for field in row} - set(models()[endpoint.model])
    assert unknown == set()
    for row in found[:50]:
        assert all(row.get(part.partition(".")[0]) is not None for part in endpoint.key if not part.startswith("("))


def test_an_answer_is_cut_at_the_cap_without_a_sign() -> None:
    servers = made(caps={"games": 10})
    found = rows(servers, "/games", season="2025")
    assert len(found) == 10
    assert found == sorted(found, key=lambda row: row["startDate"])


def test_a_window_includes_both_of_its_ends_and_a_bare_date_is_midnight() -> None:
    every = rows(made(), "/games", season="2025")
    first, last = every[0]["startDate"], every[5]["startDate"]
    found = rows(made(), "/games", startDateRange=first, endDateRange=last)
    assert [row["id"] for row in found] == [row["id"] for row in every if first <= row["startDate"] <= last]
    day = last[:10]
    bare = rows(made(), "/games", startDateRange=first, endDateRange=day)
    assert {row["id"] for row in bare} == {row["id"] for row in every if row["startDate"] <= f"{day}T00:00:00.000Z"}


def test_box_scores_reproduce_the_game_and_their_factors() -> None:
    servers = made()
    assert servers.cbbd is not None
    for row in rows(servers, "/games/teams", season="2025"):
        ours = row["teamStats"]
        game, _ = servers.cbbd.college.games[row["gameId"]]
        side = 0 if row["isHome"] else 1
        assert ours["points"]["total"] == game.truth.score[side] == sum(ours["points"]["byPeriod"])
        twos, threes, free = (
            ours[f"{name}"]["made"] for name in ("twoPointFieldGoals", "threePointFieldGoals", "freeThrows")
        )
        assert 2 * twos + 3 * threes + free == ours["points"]["total"]
        if ours["possessions"]:
            assert ours["rating"] == pytest.approx(100 * ours["points"]["total"] / ours["possessions"], abs=0.06)


def test_a_team_with_two_spells_comes_twice() -> None:
    teams = [row["teamId"] for row in rows(made(), "/stats/team/season", season="2025")]
    assert [team for team in set(teams) if teams.count(team) > 1] == [3]


def test_plays_of_a_date_are_those_of_both_midnights() -> None:
    servers = made()
    assert servers.cbbd is not None
    heads = [head for _, head in servers.cbbd.college.games.values()]
    day = max(heads, key=lambda head: head["startDate"].endswith("T00:00:00.000Z"))["startDate"][:10]
    found = {row["gameId"] for row in rows(servers, "/plays/date", date=day)}
    assert found == {head["id"] for head in heads if day <= head["startDate"] <= _next(day)}


def _next(day: str) -> str:
    return f"{date.fromordinal(date.fromisoformat(day).toordinal() + 1)}T00:00:00.000Z"


def test_a_wrong_key_a_tier_and_a_missing_parameter_are_refused() -> None:
    servers = made()
    assert servers.cbbd is not None
    servers.cbbd.tier = 1
    assert ask(servers, lambda get: get("/teams"), key="wrong")[0] == 401
    status, _, body = ask(servers, lambda get: get("/stats/team/leaderboard", season="2025"))
    assert (status, b"Tier 2" in body) == (401, True)
    status, _, body = ask(servers, lambda get: get("/stats/player/season"))
    assert (status, json.loads(body)["message"]) == (400, "Validation Failed")


def test_calls_are_counted_and_end() -> None:
    servers = made(calls=2)

    async def work(get: Ask) -> list[tuple[int, str | None]]:
        found = [await get("/conferences") for _ in range(3)]
        return [(status, headers.get("X-CallLimit-Remaining")) for status, headers, _ in found]

    assert ask(servers, work) == [(200, "1"), (200, "0"), (429, None)]


def test_faults_are_switched_on_at_the_admin_page_and_let_a_patient_client_through() -> None:
    servers = made()

    async def run() -> tuple[list[int], str, dict[str, Any]]:
        async with TestServer(servers.app()) as server, aiohttp.ClientSession() as session:
            url = server.make_url("/admin")
            async with session.post(url, json={"faults": {"storm": 1.0}}) as response:
                assert response.status == 200
            async with session.post(url, json={"faults": {"earthquake": 1.0}}) as response:
                assert response.status == 400
            statuses = []
            for _ in range(4):
                headers = {"Authorization": "Bearer demo"}
                async with session.get(server.make_url("/conferences"), headers=headers) as response:
                    statuses.append(response.status)
            async with session.get(url) as response:
                page = await response.text()
            async with session.get(url, headers={"Accept": "application/json"}) as response:
                return statuses, page, await response.json()

    statuses, page, state = asyncio.run(run())
    assert statuses == [503, 503, 200, 503]
    assert "the connection is cut" in page
    assert (state["asked"]["/conferences"], state["hit"]["storm"], state["made"]) == (4, 3, 1)


def test_boxes_made_in_other_processes_are_those_made_here() -> None:
    here, there = made(), made()
    there.play(2)
    for name in ("/games/teams", "/games/players"):
        assert rows(here, name, season="2025") == rows(there, name, season="2025")


def test_drift_adds_a_field_and_doubles_repeat_rows() -> None:
    servers = made()
    servers.faults.set({"drift": 1.0, "doubles": 1.0})
    found = rows(servers, "/conferences")
    assert "addedWithoutNotice" in found[0]
    assert found[0] == found[1]
    assert msgspec.json.encode(found)
