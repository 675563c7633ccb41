"""Several requests at a time, with an orderly end, and work that is done for several at once."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")


class Gathered(Generic[T, R]):
    """Work that is done for several at once: what comes while some is under way is done together afterwards.

    So the price of a transaction, of a thread's turn or of a folder that is synchronised is paid once for all of them,
    and nothing waits for more to come.
    """

    def __init__(self, work: Callable[[list[T]], Awaitable[Sequence[R | Exception]]]) -> None:
        """Work.

        Args:
            work: gives for each item what came of it, or its error; an error that it raises is that of all items.
        """
        self._work = work
        self._waiting: list[tuple[T, asyncio.Future[R]]] = []
        self._task: asyncio.Task[None] | None = None

    async def do(self, item: T) -> R:
        """What came of an item.

        Raises:
            Exception: its error.
        """
        done: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, done))
        if self._task is None:
            self._task = asyncio.create_task(self._all())
        return await done

    async def _all(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting, []
                await self._some(batch)
        finally:
            self._task = None

    async def _some(self, batch: list[tuple[T, asyncio.Future[R]]]) -> None:
        found: Sequence[R | BaseException]
        try:
            found = await self._work([item for item, _ in batch])
        except BaseException as error:
            found = [error] * len(batch)
        for (_, done), outcome in zip(batch, found, strict=True):
            if done.cancelled():
                continue
            if isinstance(outcome, BaseException):
                done.set_exception(outcome)
            else:
                done.set_result(outcome)


async def together(jobs: deque[T], work: Callable[[T], Awaitable[None]], *, workers: int = 8) -> None:
    """Work through jobs, some at a time, in their order.

    After an error no further job is begun, but those under way are finished: what was asked for and paid for is kept.

    Args:
        jobs: taken from the left; `work` may add more.
        work: does one.
        workers: how many at a time.

    Raises:
        Exception: the first error of a job.
    """
    errors: list[Exception] = []

    async def one() -> None:
        while jobs and not errors:
            try:
                await work(jobs.popleft())
            except Exception as error:
                errors.append(error)

    await asyncio.gather(*(one() for _ in range(workers)))
    if errors:
        raise errors[0]
