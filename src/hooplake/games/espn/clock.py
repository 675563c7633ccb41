"""Clock texts: ``11:46``, ``42.0``, ``0.0``, ``0:22``."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

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


class _Seconds(dict[str | None, float]):
    """Seconds by their texts, NaN where a text is not a clock."""

    def __missing__(self, text: str | None) -> float:
        seconds = clock_seconds(text)
        number = math.nan if seconds is None else seconds
        if len(self) < _MOST_KNOWN and len(text or "") < _LONGEST:
            self[text] = number
        return number


_MOST_KNOWN, _LONGEST = 10_000, 16  # a period of twelve minutes has 720 texts, and 600 more in its last minute
_seconds = _Seconds().__getitem__


def clocks_seconds(texts: Sequence[str | None]) -> npt.NDArray[np.float64]:
    """Seconds left in the period, NaN where a text is not a clock."""
    return np.fromiter(map(_seconds, texts), np.float64, len(texts))
