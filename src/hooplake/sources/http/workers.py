"""Several requests at a time, with an orderly end."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")


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
