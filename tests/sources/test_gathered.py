"""Work that is done for several at once."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from hooplake.lake.store import Store
from hooplake.sources.cbbd.arrivals import Arrivals
from hooplake.sources.cbbd.endpoints import endpoint
from hooplake.sources.cbbd.harvest import Harvest
from hooplake.sources.checkpoints import SqliteCheckpoints
from hooplake.sources.http.answer import Answer, Request
from hooplake.sources.http.client import Client, Examine, Fetched
from hooplake.sources.http.verdict import OK
from hooplake.sources.http.workers import Gathered


def test_what_comes_while_some_is_under_way_is_done_together_afterwards() -> None:
    batches: list[list[int]] = []

    async def work(items: Sequence[int]) -> list[int | Exception]:
        batches.append([*items])
        await asyncio.sleep(0.01)
        return [ValueError("three") if item == 3 else 10 * item for item in items]

    async def run() -> list[int | BaseException]:
        gathered = Gathered(work)
        first = [asyncio.create_task(gathered.do(n)) for n in (1, 2)]
        await asyncio.sleep(0.005)
        later = [asyncio.create_task(gathered.do(n)) for n in (3, 4, 5)]
        await asyncio.sleep(0)
        later[1].cancel()
        found = await asyncio.gather(*first, *later, return_exceptions=True)
        return [*found, await gathered.do(6)]

    found = asyncio.run(run())
    assert batches == [[1, 2], [3, 4, 5], [6]]
    assert found[:2] == [10, 20]
    assert isinstance(found[2], ValueError)
    assert isinstance(found[3], asyncio.CancelledError)
    assert found[4:] == [50, 60]


def test_an_error_of_the_work_is_that_of_all_and_the_next_go_on() -> None:
    async def work(items: Sequence[int]) -> list[int | Exception]:
        if 0 in items:
            raise OSError("full")
        return [*items]

    async def run() -> None:
        gathered = Gathered(work)
        both = await asyncio.gather(gathered.do(0), gathered.do(1), return_exceptions=True)
        assert [str(error) for error in both] == ["full", "full"]
        assert await gathered.do(2) == 2

    asyncio.run(run())
    with pytest.raises(OSError, match="full"):
        asyncio.run(Gathered(work).do(0))


class Whole(Client):
    """Answers at once, and says how much is held when it is asked."""

    def __init__(self, arrivals: list[Arrivals]) -> None:
        self.in_flight = 8
        self.arrivals = arrivals
        self.held: list[int] = []

    async def fetch(self, request: Request, examine: Examine | None = None) -> Fetched:
        self.held.append(self.arrivals[0]._held)
        return Fetched(request, Answer(200, {}, b"[" + b" " * 98 + b"]"), OK, ())


def test_nothing_more_is_asked_for_while_too_much_waits_to_be_stored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hooplake.sources.cbbd.arrivals._MOST_HELD", 199)
    arrivals: list[Arrivals] = []
    client = Whole(arrivals)
    entries = SqliteCheckpoints(tmp_path / "ledger.sqlite")
    harvest = Harvest(Store.open(tmp_path), entries, client, url="http://api", key="k", run_id="r")
    arrivals.append(harvest._arrivals)

    async def run() -> None:
        one = endpoint("lineups_team")
        await asyncio.gather(*(harvest.get(one, {"season": "2025", "team": f"{n}"}, season=2025) for n in range(9)))

    with entries.running():
        asyncio.run(run())
    entries.close()
    assert len(client.held) == 9
    assert max(client.held) == 100  # two answers of a hundred bytes are too much for a third
    assert harvest.harvested.of("lineups_team").empty == 9
