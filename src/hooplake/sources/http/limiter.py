"""How fast and how many at once: the limits of one host.

The rate is kept by a schedule (the generic cell rate algorithm): every request takes the next place in it, so that no
fraction of a request is lost to rounding, however unevenly they come. Waiting for the place happens outside of the slots
for requests in flight: a request that waits for its turn keeps none of those busy that could run.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from hooplake.sources.http.clock import Clock


class Limiter:
    """The limits of one host."""

    def __init__(self, clock: Clock, *, rate: float, in_flight: int, burst: int = 1) -> None:
        """A limiter.

        Args:
            clock: the time.
            rate: requests per second; 0 for no limit.
            in_flight: requests at once.
            burst: how many may start together after a pause.
        """
        self._clock = clock
        self._interval = 1 / rate if rate > 0 else 0.0
        self._slack = (burst - 1) * self._interval
        self._due = float("-inf")
        self._held_until = float("-inf")
        self._slots = asyncio.Semaphore(in_flight)

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[float]:
        """A place in the schedule, then a slot; gives the seconds waited for both."""
        begun = self._clock.monotonic()
        if self._interval:
            self._due = max(self._due, begun)
            pause = self._due - self._slack - begun
            self._due += self._interval
            if pause > 0:
                await self._clock.sleep(pause)
        while (pause := self._held_until - self._clock.monotonic()) > 0:
            await self._clock.sleep(pause)
        async with self._slots:
            yield self._clock.monotonic() - begun

    def hold(self, seconds: float) -> None:
        """Start nothing for so long, because the host asked for it."""
        self._held_until = max(self._held_until, self._clock.monotonic() + seconds)
