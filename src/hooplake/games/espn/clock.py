"""Clock texts: ``11:46``, ``42.0``, ``0.0``, ``0:22``."""

from __future__ import annotations

import re
from functools import lru_cache

_CLOCK = re.compile(r"(?:(\d{1,3}):([0-5]?\d)|(\d{1,4}))(?:\.(\d+))?", re.ASCII)


@lru_cache(maxsize=4096)
def clock_seconds(text: str | None) -> float | None:
    """Seconds left in the period, or None where the text is not a clock.

    With a colon the text is minutes and seconds; without one (the last minute of an NBA period) it is seconds.
    """
    if text is None:
        return None
    found = _CLOCK.fullmatch(text.strip())
    if found is None:
        return None
    minutes, seconds, alone, tenths = found.groups()
    return int(minutes or 0) * 60 + float(f"{seconds or alone}.{tenths or 0}")
