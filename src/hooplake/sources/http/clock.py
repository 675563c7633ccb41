"""Time as an argument, so that what waits for minutes is tested without waiting."""

from __future__ import annotations

import asyncio
import time
from typing import Protocol


class Clock(Protocol):
    """What time it is, and how to let some of it pass."""

    def now(self) -> float:
        """Seconds since 1970, UTC: for what is written down and for dates that a server names."""
        ...

    def monotonic(self) -> float:
        """Seconds since some moment, never going back: for measuring."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        ...


class SystemClock:
    """The time of this machine."""

    def now(self) -> float:
        """Seconds since 1970, UTC."""
        return time.time()

    def monotonic(self) -> float:
        """Seconds since some moment."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)
