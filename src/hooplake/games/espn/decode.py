"""Bytes to a typed document, or a typed reason why not.

The strict decoder reads nearly every document in one pass. Where a single value has an unexpected type, the document
is read again without types, the value is coerced or dropped, and the place is reported: one odd value never costs a
game, and never passes silently.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable
from typing import Any

import msgspec

from hooplake.errors import DocumentError
from hooplake.games.espn.documents import Document
from hooplake.games.seasons import parse_utc

_STRICT = msgspec.json.Decoder(Document)
_UNTYPED = msgspec.json.Decoder()
_MAX_REPAIRS = 200
_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)


class Decoded(msgspec.Struct, gc=False):
    """A document and what had to be mended to read it.

    Attributes:
        document: the typed document.
        kind: ``summary``, ``gamepackage`` or ``page``.
        repairs: what was mended, such as ``encoding:utf-16`` or ``value:$.header.id``.
    """

    document: Document
    kind: str
    repairs: tuple[str, ...] = ()


def decode(data: bytes) -> Decoded:
    """Read a game document.

    Args:
        data: the body as received, not compressed.

    Returns:
        The typed document, its kind, and what had to be mended.

    Raises:
        DocumentError: ``empty``, ``not_json``, ``truncated``, ``html``, ``not_an_object``, ``unknown_kind``,
            ``too_deep`` or ``unreadable``.
    """
    repairs: list[str] = []
    try:
        document = _STRICT.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, OverflowError, ValueError):
        document = _mend(_load(data, repairs), repairs)
    kind = document.kind
    if kind is None:
        raise DocumentError("unknown_kind", "none of page.content.gamepackage, gamepackageJSON, header with boxscore")
    return Decoded(document, kind, tuple(repairs))


def _load(data: bytes, repairs: list[str]) -> Any:
    """The body without types, whatever it was written in."""
    data = _reencode(data, repairs)
    try:
        return _UNTYPED.decode(data)
    except RecursionError as error:
        raise _too_deep() from error
    except (msgspec.DecodeError, OverflowError, ValueError) as error:
        try:
            loaded = _LENIENT.decode(_ESCAPE.sub(_joined, data.decode()))
        except RecursionError:
            raise _too_deep() from error
        except ValueError:
            raise DocumentError(*_why_not(data, error)) from error
    repairs.append("json:lenient")
    return loaded


def _too_deep() -> DocumentError:
    return DocumentError("too_deep", "the body nests too deeply")


def _reencode(data: bytes, repairs: list[str]) -> bytes:
    """The body as UTF-8."""
    if not data or not data.strip():
        raise DocumentError("empty", "the body has no content")
    for bom, name in _BOMS:
        if data.startswith(bom):
            repairs.append(f"encoding:{name}")
            if name != "utf-8-sig":
                return data.decode(name, "ignore").encode()
            data = data[3:]
    if data[:1] == b"\x00" or data[1:2] == b"\x00":
        name = "utf-16-be" if data[:1] == b"\x00" else "utf-16-le"
        repairs.append(f"encoding:{name}")
        return data.decode(name, "ignore").encode()
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        repairs.append("encoding:cp1252")
        return data.decode("cp1252", "replace").encode("utf-8")
    return data


def _why_not(data: bytes, error: Exception) -> tuple[str, str]:
    """Reason and detail of a body that is not JSON."""
    if data.lstrip().startswith(b"<"):
        return "html", "the body is a web page or XML, not JSON"
    if "truncated" in str(error):
        return "truncated", "the body breaks off before its end"
    return "not_json", f"the body is not JSON: {error}"


# What careless writers of JSON produce: halves of surrogate pairs, NaN, numbers beyond measure, bare line breaks.
_ESCAPE = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?P<half>u[dD][89a-fA-F][0-9a-fA-F]{2})|.)", re.S
)


def _joined(escape: re.Match[str]) -> str:
    return "\\ufffd" if escape["half"] else escape[0]


def _finite(text: str) -> float | None:
    number = float(text)
    return number if math.isfinite(number) else None


def _whole(text: str) -> int | None:
    return int(text) if len(text) <= 20 else None


_LENIENT = json.JSONDecoder(strict=False, parse_float=_finite, parse_int=_whole, parse_constant=lambda name: None)


def _mend(loaded: Any, repairs: list[str]) -> Document:
    """Fit a body without types to them, value by value."""
    if not isinstance(loaded, dict):
        raise DocumentError("not_an_object", f"the body is a JSON {type(loaded).__name__}, not an object")
    for _ in range(_MAX_REPAIRS):
        try:
            return msgspec.convert(loaded, Document, strict=True)
        except RecursionError as error:
            raise _too_deep() from error
        except (msgspec.ValidationError, OverflowError) as error:
            place = _place(str(error))
            count = _fit(loaded, place, str(error)) if place is not None else 0
            if not count or place is None:
                raise DocumentError("unreadable", str(error)) from error
            path = "".join(f".{step}" if isinstance(step, str) else "[]" for step in place)
            repairs.append(f"value:${path}:{count}")
    raise DocumentError("unreadable", f"values of an unexpected type in more than {_MAX_REPAIRS} places")


_PATH = re.compile(r" - at `\$(.*)`$")
_STEP = re.compile(r"\.([^.\[]+)|\[(\d+|\.\.\.)\]")


def _place(message: str) -> list[str | int] | None:
    """Where a validation error lies: the steps from the root, or None where it does not say."""
    found = _PATH.search(message)
    if found is None:
        return None
    steps: list[str | int] = []
    for step in _STEP.finditer(found.group(1)):
        if step.group(2) == "...":
            return None
        steps.append(step.group(1) if step.group(2) is None else int(step.group(2)))
    return steps or None


def _fit(root: Any, place: list[str | int], message: str) -> int:
    """Coerce the value at a place to what the message expects, and its like in every element of the lists on the way.

    Returns:
        How many values were mended; 0 if the place does not exist.
    """
    holder = root
    try:
        for step in place[:-1]:
            holder = holder[step]
        kind = type(holder[place[-1]])
    except (KeyError, IndexError, TypeError):
        return 0
    if "range" in message:  # others of that type may be sound
        holder[place[-1]] = None
        return 1
    holders = [root]
    for step in place[:-1]:
        holders = [holder[key] for holder in holders for key in _keys(holder, step)]
    alike = [(h, key) for h in holders for key in _keys(h, place[-1]) if type(h[key]) is kind]
    for holder, key in alike:
        holder[key] = _coerced(holder[key], message)
    return len(alike)


def _keys(holder: Any, step: str | int) -> Iterable[Any]:
    """Where a step leads from a value: to every element of a list, or to one field of an object."""
    if isinstance(step, int):
        return range(len(holder)) if isinstance(holder, list) else ()
    return (step,) if isinstance(holder, dict) and step in holder else ()


def _coerced(value: Any, message: str) -> Any:
    expected = message.removeprefix("Expected ").split(",")[0]
    if "datetime" in expected:
        return parse_utc(value) if isinstance(value, str) else None
    if "str" in expected and isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    if "int" in expected and isinstance(value, float) and math.isfinite(value) and value.is_integer():
        return int(value)
    if isinstance(value, str):
        text = value.strip().lower()
        if "bool" in expected and text in ("true", "false"):
            return text == "true"
        if "int" in expected and re.fullmatch(r"[+-]?[0-9]{1,18}", text):
            return int(text)
        if "float" in expected and re.fullmatch(r"[+-]?[0-9]{1,15}(\.[0-9]{1,15})?", text):
            return float(text)
    return None if "null" in expected else {"`object`": {}, "`array`": [], "`str`": ""}.get(expected)
