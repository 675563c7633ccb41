"""Work that is done for several at once."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

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
