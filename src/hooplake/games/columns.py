"""Arrow arrays of what sources say, whatever they say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

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


def whole_numbers(texts: Sequence[str | None]) -> pa.Array:
    """Texts of at most 18 decimal digits as int64, anything else as NULL."""
    try:
        plain = "".join(texts)  # type: ignore[arg-type]
        if plain.isascii() and plain.isdecimal() and max(map(len, texts)) <= _DIGITS:  # type: ignore[arg-type]
            return pa.array(texts, pa.string()).cast(pa.int64())
    except (TypeError, pa.ArrowInvalid):
        pass  # one is missing, or empty
    return pa.array(
        [int(t) if t is not None and t.isdecimal() and len(t) <= _DIGITS else None for t in texts], pa.int64()
    )


_DIGITS = 18
