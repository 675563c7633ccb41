"""Ways to spoil a document."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from random import Random
from typing import Any

import msgspec

_RAW = {
    "@inf@": b"1e400", "@-inf@": b"-1e400", "@nan@": b"NaN", "@big@": b"1180591620717411303424", "@low@": b"-2e-400",
    "@digits@": b"9" * 6000, "@half@": b'"\\ud83d half"', "@other half@": b'"\\udc00"', "@zero@": b'"a\\u0000b"',
    "@break@": b'"line\nbreak"', "@exact@": b"9007199254740993", "@minus@": b"-0.0",
    "@deep@": b"[" * 900 + b"]" * 900, "@deeper@": b'{"a":' * 2000 + b"0" + b"}" * 2000,
}  # fmt: skip
"""What JSON may say, or should not, that Python values cannot: each stands for its text."""

HOSTILE: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 3, 99, 10**9, -(2**31), 2**31, 2**53 + 1, -(2**63), 2**63, 0.5, -0.1, 1e300, 5e-324,
    "", " ", "0", "-1", "--", "-", "+", "1-", "99:99", "0:00", "12:00", "59.9", "-7", "+8", "7-13", "13-7", "1e5", "NaN",
    "2025-01-05", "2025-01-05T01:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "٣:٤٥", "home", "away",
    "x" * 70_000, "'" * 300, "\\", "<b>", "é" * 50, "A misses " * 900, "A blocks B vs. C (" * 4000, [], {}, [[]], [None], [{}], {"id": None}, {"": {}},
    [[[[[[]]]]]], *_RAW,
)  # fmt: skip

_NAMES = (
    "id", "period", "number", "clock", "displayValue", "text", "type", "team", "participants", "athlete", "homeScore",
    "awayScore", "scoreValue", "scoringPlay", "shootingPlay", "coordinate", "wallclock", "sequenceNumber", "stats",
    "keys", "labels", "competitors", "score", "linescores", "homeAway", "statistics", "athletes", "starter", "date",
    "status", "season", "tms", "bxscr", "playGrps", "plays", "gmStrp", "isHome", "winprobability", "officials",
)  # fmt: skip


def encode(document: Any) -> bytes:
    """A spoilt document as bytes."""
    body = msgspec.json.encode(document)
    for mark, raw in _RAW.items():
        if mark.encode() in body:
            body = body.replace(b'"' + mark.encode() + b'"', raw)
    return body


def _walk(random: Random, value: Any) -> tuple[Any, Any]:
    """A container and one of its keys, somewhere below a value."""
    while True:
        keys = list(value) if isinstance(value, dict) else range(len(value))
        key = random.choice(keys)
        child = value[key]
        if not isinstance(child, (dict, list)) or not child or random.random() < 0.12:
            return value, key
        value = child


def _named(value: Any, name: str) -> list[dict[str, Any]]:
    """Every object below a value that has a field of that name."""
    found, stack = [], [value]
    while stack:
        top = stack.pop()
        if isinstance(top, dict):
            if name in top:
                found.append(top)
            stack.extend(child for child in top.values() if isinstance(child, (dict, list)))
        else:
            stack.extend(child for child in top if isinstance(child, (dict, list)))
    return found


def drop(random: Random, document: Any) -> None:
    holder, key = _walk(random, document)
    del holder[key]


def replace(random: Random, document: Any) -> None:
    holder, key = _walk(random, document)
    holder[key] = deepcopy(random.choice(HOSTILE))


def retype(random: Random, document: Any) -> None:
    holder, key = _walk(random, document)
    value = holder[key]
    holder[key] = random.choice((str(value)[:200], [value], {"value": value}, value == 0))


def duplicate(random: Random, document: Any) -> None:
    holder, key = _walk(random, document)
    if isinstance(holder, list):
        holder.insert(random.randrange(len(holder) + 1), deepcopy(holder[key]))
    else:
        holder[f"{key}2"] = deepcopy(holder[key])


def swap(random: Random, document: Any) -> None:
    """Two neighbours, or two values anywhere that hold nothing (a container might end up inside itself)."""
    (one, first), (other, second) = _walk(random, document), _walk(random, document)
    if random.random() < 0.5:
        other, second = one, random.choice(list(one) if isinstance(one, dict) else range(len(one)))
    elif (one[first] and isinstance(one[first], (dict, list))) or (
        other[second] and isinstance(other[second], (dict, list))
    ):
        return
    one[first], other[second] = other[second], one[first]


def everywhere(random: Random, document: Any) -> None:
    """One field, in all objects that have it."""
    name, value = random.choice(_NAMES), random.choice(HOSTILE)
    for holder in _named(document, name):
        if random.random() < 0.95:
            holder[name] = deepcopy(value)


def nothing_anywhere(random: Random, document: Any) -> None:
    """Null instead of every value of some fields."""
    for name in random.sample(_NAMES, 5):
        for holder in _named(document, name):
            holder[name] = None


def exchanged(random: Random, document: Any) -> None:
    """The values of one field, shuffled among its objects: ids in a circle, wrong sides, clocks that jump."""
    name = random.choice(_NAMES)
    holders = _named(document, name)
    leaves = [h for h in holders if not isinstance(h[name], (dict, list))]
    values = [h[name] for h in leaves]
    random.shuffle(values)
    for holder, value in zip(leaves, values, strict=True):
        holder[name] = value


def plays(random: Random, document: Any) -> None:
    """The list of plays: other order, other periods and clocks, plays twice, other ids."""
    found = [h["plays"] for h in _named(document, "plays")]
    found += [group for h in _named(document, "playGrps") if isinstance(h["playGrps"], list) for group in h["playGrps"]]
    lists = [rows for rows in found if isinstance(rows, list) and rows]
    if not lists:
        return
    rows = random.choice(lists)
    for _ in range(random.randint(1, 12)):
        place = random.randrange(len(rows))
        row = rows[place]
        match random.randrange(9):
            case 0:
                rows.insert(random.randrange(len(rows)), deepcopy(row))
            case 1:
                rows.insert(random.randrange(len(rows)), rows.pop(place))
            case 2 if isinstance(row, dict):
                row["period"] = {"number": random.choice((0, -1, 1, 2, 4, 5, 20, 21, 10**9, 2**63, "2", None))}
            case 3 if isinstance(row, dict):
                row["clock"] = {"displayValue": random.choice(("99:99", "20:00", "12:00", "0.0", "-1", "", "5", None))}
            case 4 if isinstance(row, dict):
                row["id"] = random.choice([other for other in rows if isinstance(other, dict)]).get("id")
            case 5 if isinstance(row, dict):
                row["homeScore"] = random.choice((-5, 0, 999, 32767, 32768, 2**40, 2**70, None))
            case 6 if isinstance(row, dict):
                row["type"] = {"id": str(random.choice((0, 91, 97, 282, 30, 35, 584, 521, 601, 412, 402, 99999)))}
            case 7 if isinstance(row, dict):
                row["participants"] = random.choice(([], [{}], [None], [{"athlete": {"id": "1"}}] * 3, [[]]))
            case 8:
                random.shuffle(rows)


OF_VALUES: tuple[Callable[[Random, Any], None], ...] = (
    drop, drop, replace, replace, replace, retype, duplicate, swap, everywhere, nothing_anywhere, exchanged, plays,
    plays, plays,
)  # fmt: skip


def of_bytes(random: Random, body: bytes) -> bytes:
    """Spoil the bytes: flipped, cut, repeated, put in another encoding, followed or preceded by something."""
    place = random.randrange(len(body) + 1)
    other = random.randrange(len(body) + 1)
    low, high = min(place, other), max(place, other)
    match random.randrange(11):
        case 0:
            return body[:place]
        case 1:
            return body[:low] + body[high:]
        case 2:
            return body[:high] + body[low:]
        case 3:
            spoilt = bytearray(body)
            for _ in range(random.randint(1, 20)):
                spoilt[random.randrange(len(spoilt))] = random.randrange(256)
            return bytes(spoilt)
        case 4:
            return body[:place] + random.randbytes(random.randint(1, 40)) + body[place:]
        case 5:
            return body.decode("utf-8", "replace").encode(random.choice(("utf-16", "utf-16-le", "utf-32", "utf-8-sig")))
        case 6:
            return random.choice((b"", b" ", b"\xef\xbb\xbf", b"<html>", b"null", b"[]", b"\x00" * 40, b"\x1f\x8b"))
        case 7:
            return body + random.choice((b"}", b"\n", b"garbage", body[:50], b"\x00"))
        case 8:
            return body[:place] + b"[" * 20_000 + body[place:]
        case 9:
            return body[:place] + random.choice((b"\xff", b"\xed\xa0\x80", b"\\ud800", b"\x00", b"NaN")) + body[place:]
        case _:
            return body.replace(
                *random.choice(((b"null", b"undefined"), (b":", b": "), (b"0", b"00"), (b'"', b"'"))), 3
            )


def spoilt(random: Random, document: Any) -> bytes:
    """A document spoilt in one to four ways, or, once in a while, in its bytes too."""
    if not isinstance(document, dict) or not document:
        return encode(document)
    for _ in range(random.randint(1, 4)):
        if document:
            random.choice(OF_VALUES)(random, document)
    body = encode(document)
    return of_bytes(random, body) if random.random() < 0.2 else body
