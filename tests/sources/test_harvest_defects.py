"""Defects 3, 5 to 7, 9 to 12 and 15 of the predecessor of the college pipeline, each with a test that would have caught it.

The list of all defects and their tests is in `tests/tables/test_college_defects.py`.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Awaitable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from hooplake.config import Settings
from hooplake.errors import StoreError
from hooplake.lake.store import Store
from hooplake.lakehouse import registry
from hooplake.sources.cbbd import commands
from hooplake.sources.cbbd.counts import Harvested
from hooplake.sources.cbbd.endpoints import endpoint, endpoints
from hooplake.sources.cbbd.gap_classes import TABLES
from hooplake.sources.cbbd.harvest import Got, Harvest, RowCapExceeded
from hooplake.sources.cbbd.judge import judge
from hooplake.sources.cbbd.runs import RunSummary, last_summary
from hooplake.sources.cbbd.seasons import chosen
from hooplake.sources.checkpoints import SqliteCheckpoints
from hooplake.sources.http.answer import Answer, Request
from hooplake.sources.http.client import Attempt, Client, Fetched, _level
from hooplake.sources.http.limiter import Limiter
from hooplake.sources.http.verdict import Action, Verdict, retry_after
from hooplake.sources.request_letters import RequestLetters
from tests.sources.servers import FakeClock


class Told(Client):
    """A client that answers with given bodies, one after the other; None is a failure after five attempts."""

    def __init__(self, *bodies: Any) -> None:
        self.bodies = list(bodies)
        self.asked: list[Request] = []

    async def fetch(self, request: Request) -> Fetched:
        self.asked.append(request)
        body = self.bodies.pop(0)
        attempts = tuple(Attempt(f"{number}", "retry", "http_503", 503, 0.1) for number in range(5))
        if body is None:
            answer = Answer(503, {"content-type": "text/html", "retry-after": "9"}, b"<html>no</html>")
            return Fetched(request, answer, Verdict(Action.RETRY, "http_503", "no"), attempts)
        return Fetched(request, Answer(200, {}, json.dumps(body).encode()), Verdict(Action.OK), attempts[:1])


class Asking:
    """A harvest that is answered with given bodies."""

    def __init__(self, folder: Path, *bodies: Any, run_id: str = "r") -> None:
        self.store = Store.open(folder / "lake")
        self.entries = SqliteCheckpoints(folder / "ledger.sqlite")
        self.client = Told(*bodies)
        self.harvest = Harvest(self.store, self.entries, self.client, url="http://api", key="k", run_id=run_id)

    def get(self, name: str, since: float = 0.0, **params: str) -> Got | None:
        async def ask() -> Got | None:
            with self.entries.running():
                return await self.harvest.get(endpoint(name), params, season=2025, since=since)

        return asyncio.run(ask())


class Capped(Harvest):
    """Games that start at given moments, of which an answer holds only so many."""

    def __init__(self, starts: list[str], cap: int) -> None:
        self.harvested = Harvested()
        self.starts, self.cap, self.found, self.calls = sorted(starts), cap, set[str](), 0

    async def get(self, endpoint: Any, params: Mapping[str, str], **options: Any) -> Got:
        within = [one for one in self.starts if params["startDateRange"] <= one[:24] <= params["endDateRange"]]
        within = [one for one in within if params.get("conference", "") in one][: self.cap]
        self.found |= {*within}
        self.calls += 1
        return Got({"rows": len(within), "last_start": max((one[:24] for one in within), default="")}, True)


def moments(count: int, days: int) -> list[str]:
    """So many games over so many days, several at one moment, with the conference behind the moment."""
    draw = random.Random(5)
    first = datetime(2024, 11, 4, tzinfo=UTC)
    times = [first + timedelta(days=draw.randrange(days), hours=draw.choice([0, 0, 1, 18])) for _ in range(count)]
    return [f"{time:%Y-%m-%dT%H:%M:%S}.000Z {'AB'[place % 2]}{place}" for place, time in enumerate(times)]


def drained(harvest: Capped, cap: int, conferences: tuple[str, ...] = ("A", "B")) -> bool:
    first, last = "2024-11-01T00:00:00.000Z", "2025-03-01T23:59:59.999Z"
    asking: Awaitable[bool] = harvest.drain(
        replace(endpoint("games"), cap=cap), first, last, season=2025, since=0.0, conferences=conferences
    )
    return asyncio.run(asking)  # type: ignore[arg-type]


def test_defect_03_no_row_is_lost_to_a_cap_that_the_server_does_not_tell() -> None:
    starts = moments(600, 90)
    harvest = Capped(starts, cap=100)
    assert drained(harvest, 100)
    assert harvest.found == {*starts}
    # fixed windows of thirty days, as they were, would have had twice as many as an answer holds
    assert sum(one < "2024-12-04" for one in starts) > 2 * 100
    assert harvest.calls < 15


def test_defect_03_a_moment_with_more_rows_than_the_cap_is_split_or_said() -> None:
    starts = [f"2024-11-05T00:00:00.000Z {'AB'[place % 2]}{place}" for place in range(30)]
    harvest = Capped(starts, cap=20)
    assert drained(harvest, 20)
    assert harvest.found == {*starts}
    with pytest.raises(RowCapExceeded):
        drained(Capped(starts, cap=15), 15)


def test_defect_05_a_year_is_called_a_year_and_ratings_are_asked_for_by_season() -> None:
    names = {one.name for one in endpoints().values() if one.season_param == "year"}
    assert names == {"draft_picks", "recruiting_players", "recruiting_teams", "recruiting_portal"}
    for one in endpoints().values():
        if one.season_param:
            assert one.season_param in one.params, one.name
    assert {endpoint(f"ratings_{kind}").season_param for kind in ("adjusted", "srs", "elo")} == {"season"}


def test_defect_06_every_endpoint_is_asked_with_what_it_requires() -> None:
    supplied = {
        "snapshot": set(), "live": set(), "season": {"season", "year"}, "windowed": {"season"}, "date": {"date"},
        "team": {"season", "team"}, "conference": {"season", "conference"}, "game": {"gameId"},
    }  # fmt: skip
    for one in endpoints().values():
        if one.default != "off":
            assert {*one.required} <= supplied[one.strategy], one.name
    run = {one.name for one in chosen((), optional=True)}
    assert run | {*TABLES} | {"scoreboard"} == {one.name for one in endpoints().values() if one.default != "off"}
    # players are told apart by the id of the source; that of the box row is another one in every game
    assert endpoint("games_players").lists["players"] == ("athleteSourceId",)


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("plays_game", "/plays/game/7"),
        ("substitutions_game", "/substitutions/game/7"),
        ("lineups_game", "/lineups/game/7"),
    ],
)
def test_defect_07_a_gap_is_asked_for_at_its_own_path_by_the_client_that_keeps_the_limits(
    tmp_path: Path, name: str, path: str
) -> None:
    asking = Asking(tmp_path, [])
    asking.get(name, gameId="7")
    assert [(one.url, one.params) for one in asking.client.asked] == [(f"http://api{path}", {})]


def test_defect_09_an_entry_is_written_after_the_data_and_never_for_what_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asking = Asking(tmp_path, None, [{"id": 1}], [{"id": 1}])
    assert asking.get("plays_date", date="2024-11-05") is None
    assert asking.entries.get("plays_date", {"date": "2024-11-05"}) is None

    def full(*arguments: Any, **options: Any) -> None:
        raise StoreError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(type(asking.store), "put", full)
        with pytest.raises(StoreError):
            asking.get("plays_date", date="2024-11-05")
    assert asking.entries.get("plays_date", {"date": "2024-11-05"}) is None
    got = asking.get("plays_date", date="2024-11-05")
    assert got is not None
    known = asking.entries.get("plays_date", {"date": "2024-11-05"})
    assert known is not None
    assert asking.store.head(known["raw_key"]) is not None
    assert len(asking.client.asked) == 3
    asking.get("plays_date", date="2024-11-05")  # a fan-out has entries too: it is not asked for again
    assert len(asking.client.asked) == 3


def test_defect_10_an_empty_window_is_an_answer_and_a_letter_says_what_came(tmp_path: Path) -> None:
    asking = Asking(tmp_path, [], None)
    got = asking.get("games", season="2025", startDateRange="2025-06-01", endDateRange="2025-06-02")
    assert got is not None
    assert got.payload["status"] == "empty"
    assert RequestLetters(asking.store).open() == []
    asking.get("rankings", season="2025")
    (letter,) = RequestLetters(asking.store).open()
    assert (letter.status, letter.excerpt, letter.reason, len(letter.attempts)) == (
        503,
        "<html>no</html>",
        "http_503",
        5,
    )
    assert letter.headers == {"content-type": "text/html", "retry-after": "9"}
    assert letter.replay == """hooplake cbbd one --endpoint rankings --params '{"season": "2025"}'"""
    assert asking.harvest.harvested.letters == [letter]  # with which a run ends with 4
    # an alarm looks for errors: they are not at the level of everything else
    levels = {action: _level(action) for action in Action}
    assert (levels[Action.OK], levels[Action.RETRY]) == ("info", "warning")
    assert {levels[one] for one in (Action.FATAL, Action.FATAL_ENDPOINT, Action.QUOTA, Action.DENIED)} == {"error"}


@pytest.mark.parametrize(
    ("name", "params", "bodies", "reasons"),
    [
        ("rankings", {"season": "2025"}, ([{"season": 2025}], []), ["empty_response"]),  # it had rows before
        ("rankings", {"season": "2025"}, ([], []), []),
        ("plays_date", {"date": "2024-11-05"}, ([], []), ["empty_response"]),  # games were played, twice nothing came
        ("plays_date", {"date": "2024-11-05"}, ([],), []),
        ("games", {"season": "2025"}, ([{"id": 1}], []), []),
    ],
)
def test_defect_10_an_empty_answer_is_a_letter_only_where_rows_were_expected(
    tmp_path: Path, name: str, params: dict[str, str], bodies: tuple[Any, ...], reasons: list[str]
) -> None:
    asking = Asking(tmp_path, *bodies)
    for _ in bodies:
        asking.get(name, since=1e12, **params)
    letters = RequestLetters(asking.store).open()
    assert [letter.reason for letter in letters] == reasons
    assert {letter.status for letter in letters} <= {200}


def test_defect_11_counts_are_sums_and_the_newest_summary_is_found_among_thousands(tmp_path: Path) -> None:
    asking = Asking(tmp_path, [{"id": 1}, {"id": 2}], [{"id": 3}], None)
    for day in ("2024-11-05", "2024-11-06", "2024-11-07"):
        asking.get("plays_date", date=day)
    counts = asking.harvest.harvested.of("plays_date")
    assert (counts.requests, counts.rows, counts.dead_letters, counts.retries) == (3, 3, 1, 4)
    for number in range(1_100):  # a listing of a bucket has pages of 1,000
        summary = RunSummary(
            f"{number:05d}", "backfill", {}, "0", f"2025-01-01T00:{number // 60:02d}:{number % 60:02d}"
        )
        file = tmp_path / "lake" / summary.path  # without waiting for the disk each time
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(msgspec.json.encode(summary))
    found = last_summary(asking.store)
    assert found is not None
    assert found.run_id == "01099"


def answer(status: int, text: str) -> Answer:
    return Answer(status, {}, json.dumps({"message": text}).encode())


def test_defect_12_waits_are_obeyed_the_quota_ends_the_run_and_no_token_is_lost() -> None:
    noon = datetime(2025, 1, 4, 12, tzinfo=UTC).timestamp()
    assert retry_after("95", noon) == 95
    assert retry_after("Sat, 04 Jan 2025 12:01:35 GMT", noon) == 95
    assert retry_after("soon", noon) is None
    assert judge(answer(429, "Monthly call quota exceeded."), noon).action is Action.QUOTA
    assert judge(answer(429, "Too many requests"), noon).action is Action.RATE_LIMITED
    assert judge(answer(401, "Tier 1 subscription required"), noon).action is Action.IGNORE
    clock = FakeClock()

    async def go() -> None:
        limiter = Limiter(clock, rate=3, in_flight=3)
        for _ in range(31):
            async with limiter.slot():
                await clock.sleep(0.1)  # a third of a second is no whole number of anything

    asyncio.run(go())
    assert clock.passed == pytest.approx(30 / 3 + 0.1)


def test_defect_15_a_season_fits_into_a_month_of_the_smallest_subscription(tmp_path: Path) -> None:
    settings = Settings(lake=str(tmp_path), quota_reserve=0)
    planned, _ = commands.plan(Store.open(tmp_path), settings, [2025])
    assert 200 < sum(one.calls for one in planned) <= 300  # by game it would be 18,900
    assert not any(endpoint(one.endpoint).strategy == "game" for one in planned)


def test_a_season_in_which_nothing_new_comes_is_told(tmp_path: Path) -> None:
    asking = Asking(
        tmp_path,
        [{"id": 1, "season": 2025, "startDate": "2025-01-04T20:00:00.000Z", "status": "final", "homeTeamId": 1,
          "awayTeamId": 2, "homePoints": 70, "awayPoints": 60, "seasonType": "regular"}],
    )  # fmt: skip
    asking.get("games", season="2025", startDateRange="a", endDateRange="b")
    summary = RunSummary("r", "incremental", {}, "0", "2025-01-04", "2025-01-04", "finished", 0)
    asking.store.put(summary.path, msgspec.json.encode(summary))

    def found(day: date) -> list[str]:
        return commands.validate(asking.store, registry(), today=day)

    assert found(date(2025, 1, 10)) == []
    assert [text.partition(":")[0] for text in found(date(2025, 1, 11))] == [
        "the newest final game of season 2025 is of 2025-01-04"
    ]
    assert found(date(2025, 6, 1)) == []  # nobody plays in June
