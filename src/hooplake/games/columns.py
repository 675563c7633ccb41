"""Arrow arrays of what sources say, whatever they say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

WALL = pa.timestamp("us", tz="UTC")
"""The type of wall clocks."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def column(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    """An Arrow array; a value that its type cannot hold is NULL (the source says something impossible)."""
    try:
        return pa.array(values, kind)
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError, UnicodeEncodeError):
        return pa.array([_held(value, kind) for value in values], kind)


def _held(value: Any, kind: pa.DataType) -> Any:
    try:
        pa.array([value], kind)
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError, UnicodeEncodeError):
        return value.encode("utf-8", "replace").decode() if isinstance(value, str) else None
    return value


def moments(values: Sequence[datetime | None]) -> pa.Array:
    """Moments with a zone as an array of :data:`WALL`.

    Arrow asks each moment for its zone, which takes four times as long as to subtract one from another.
    """
    spans = pa.array([value - _EPOCH if value is not None else None for value in values], pa.duration("us"))
    return spans.view(pa.int64()).view(WALL)


def floats(values: Sequence[float | None]) -> npt.NDArray[np.float64]:
    """Numbers as an array, None as NaN."""
    try:
        return np.fromiter(values, np.float64, len(values))
    except TypeError:
        return np.array(values, np.float64)  # slower, as it looks at every value twice


def small_numbers(values: Sequence[int | None]) -> pa.Array:
    """Whole numbers as int16, those that do not fit as NULL."""
    try:
        return pa.array(np.fromiter(values, np.int16, len(values)))
    except (TypeError, OverflowError):
        return column(values, pa.int16())  # one is missing or too large


def whole_numbers(texts: Sequence[str | None]) -> pa.Array:
    """Texts of at most 18 decimal digits as int64, anything else as NULL."""
    try:
        return pa.array(np.fromiter(map(_number, texts), np.int64, len(texts)))
    except ValueError:
        return pa.array([int(text) if _is_whole(text) else None for text in texts], pa.int64())  # type: ignore[arg-type]


def _is_whole(text: str | None) -> bool:
    return text is not None and text.isdecimal() and len(text) <= _DIGITS


class _Numbers(dict[str | None, int]):
    """Whole numbers by their texts: plays are numbered from one in every game, so that most are known."""

    def __missing__(self, text: str | None) -> int:
        if text is None or not _is_whole(text):
            raise ValueError("no whole number")
        number = int(text)
        if len(self) < _MOST_KNOWN:  # no text is longer than the digits
            self[text] = number
        return number


_DIGITS = 18
_MOST_KNOWN = 10_000
_number = _Numbers().__getitem__
