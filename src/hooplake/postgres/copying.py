"""Rows in the binary form of COPY: no escaping, no parsing of numbers, and any bytes in a text."""

from __future__ import annotations

import datetime
import struct
from collections.abc import Iterable, Sequence

HEADER = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
TRAILER = b"\xff\xff"

_LENGTH = struct.Struct("!i")
_WIDTH = struct.Struct("!h")
_NULL = _LENGTH.pack(-1)
_EPOCH = datetime.date(2000, 1, 1).toordinal()


def text(value: str) -> bytes:
    """A text."""
    return value.encode()


def jsonb(*parts: bytes) -> bytes:
    """A JSON body, whole or in parts, as a value of jsonb: version 1, then its text."""
    return b"".join((b"\x01", *parts))


def integer(value: int) -> bytes:
    """An integer of four bytes."""
    return _LENGTH.pack(value)


def date(value: datetime.date) -> bytes:
    """A date: days since 2000-01-01."""
    return _LENGTH.pack(value.toordinal() - _EPOCH)


def rows(values: Iterable[Sequence[bytes | None]]) -> bytes:
    """Rows, each a sequence of encoded values; None is NULL."""
    parts: list[bytes] = []
    for row in values:
        parts.append(_WIDTH.pack(len(row)))
        for value in row:
            if value is None:
                parts.append(_NULL)
            else:
                parts += (_LENGTH.pack(len(value)), value)
    return b"".join(parts)
