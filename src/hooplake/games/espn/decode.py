"""Bytes to a typed document, or a typed reason why not.

The strict decoder reads nearly every document in one pass. Where a single value has an unexpected type, the document
is read again without types, the value is coerced or dropped, and the place is reported: one odd value never costs a
game, and never passes silently.
"""

from __future__ import annotations

import math
import re
from typing import Any

import msgspec

from hooplake.errors import DocumentError
from hooplake.games.espn.documents import Document

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
    except msgspec.ValidationError:
        document = _mend(data, repairs)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, OverflowError, ValueError):
        data = _reencode(data, repairs)
        document = _mend(data, repairs)
    kind = document.kind
    if kind is None:
        raise DocumentError("unknown_kind", "none of page.content.gamepackage, gamepackageJSON, header with boxscore")
    return Decoded(document, kind, tuple(repairs))


def _reencode(data: bytes, repairs: list[str]) -> bytes:
    """The body as UTF-8, whatever it was written in."""
    if not data or not data.strip():
        raise DocumentError("empty", "the body has no content")
    for bom, name in _BOMS:
        if data.startswith(bom):
            try:
                text = data.decode(name)
            except UnicodeDecodeError as error:
                raise DocumentError("truncated", f"the body breaks off inside a {name} character") from error
            repairs.append(f"encoding:{name}")
            return text.encode("utf-8", "replace")
    if data[:1] == b"\x00" or data[1:2] == b"\x00":
        name = "utf-16-be" if data[:1] == b"\x00" else "utf-16-le"
        repairs.append(f"encoding:{name}")
        return data.decode(name, "replace").encode("utf-8", "replace")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        repairs.append("encoding:cp1252")
        return data.decode("cp1252", "replace").encode("utf-8")
    return data


def _load(data: bytes) -> Any:
    try:
        return _UNTYPED.decode(data)
    except RecursionError as error:
        raise DocumentError("too_deep", "the body nests too deeply") from error
    except (msgspec.DecodeError, UnicodeDecodeError, OverflowError, ValueError) as error:
        head = data.lstrip()[:200].lower()
        if head.startswith(b"<"):
            raise DocumentError("html", "the body is a web page or XML, not JSON") from error
        if "truncated" in str(error):
            raise DocumentError("truncated", "the body breaks off before its end") from error
        raise DocumentError("not_json", f"the body is not JSON: {error}") from error


def _mend(data: bytes, repairs: list[str]) -> Document:
    """Read without types, then fit to them value by value."""
    loaded = _load(data)
    if not isinstance(loaded, dict):
        raise DocumentError("not_an_object", f"the body is a JSON {type(loaded).__name__}, not an object")
    for _ in range(_MAX_REPAIRS):
        try:
            return msgspec.convert(loaded, Document, strict=True)
        except RecursionError as error:
            raise DocumentError("too_deep", "the body nests too deeply") from error
        except (msgspec.ValidationError, OverflowError) as error:
            place = _place(str(error))
            if place is None or not _fit(loaded, place, str(error)):
                raise DocumentError("unreadable", str(error)) from error
            repairs.append("value:$" + "".join(f".{step}" if isinstance(step, str) else f"[{step}]" for step in place))
    raise DocumentError("unreadable", f"more than {_MAX_REPAIRS} values of an unexpected type")


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


def _fit(root: Any, place: list[str | int], message: str) -> bool:
    """Coerce the value at a place to what the message expects, or null it. False if the place does not exist."""
    holder = root
    try:
        for step in place[:-1]:
            holder = holder[step]
        value = holder[place[-1]]
        holder[place[-1]] = _coerced(value, message)
    except (KeyError, IndexError, TypeError):
        return False
    return True


def _coerced(value: Any, message: str) -> Any:
    expected = message.removeprefix("Expected ").split(",")[0]
    if "str" in expected and isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    if "int" in expected and isinstance(value, float) and math.isfinite(value) and value.is_integer():
        return int(value)
    if isinstance(value, str):
        text = value.strip().lower()
        if "bool" in expected and text in ("true", "false"):
            return text == "true"
        if "int" in expected and re.fullmatch(r"[+-]?\d{1,18}", text):
            return int(text)
        if "float" in expected and re.fullmatch(r"[+-]?\d{1,15}(\.\d{1,15})?", text):
            return float(text)
    return [] if expected.startswith("`array") and "null" not in expected else None
