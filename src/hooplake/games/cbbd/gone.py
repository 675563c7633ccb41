"""Games that the API no longer tells of.

Where a season of an endpoint was asked for as a whole, in one run and to its end, a list of the bodies that came of it is
stored beside them (``raw/cbbd/{endpoint}/season=2025/asof=2025-04-09/{time}.complete.json``). A game that older bodies
tell of, and neither these nor any later one, is gone. Nothing is gone because a part of a season was asked for, or
because something failed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

import msgspec

from hooplake.games.cbbd.raw import PREFIX, Index, RawBody
from hooplake.lake.store import Store

_PATH = re.compile(
    rf"{PREFIX}/(?P<endpoint>\w+)/season=(?P<season>\d{{4}})/asof=(?P<asof>\d{{4}}-\d\d-\d\d)/(?P<time>\d{{9}})\.complete\.json"
)


class Drain(NamedTuple):
    """A season of an endpoint that was asked for as a whole.

    Attributes:
        begun: when its first answer was stored, to the millisecond (seconds since 1970).
        bodies: paths of the bodies that came, those among them that had come before with the same content.
    """

    endpoint: str
    season: int
    begun: float
    bodies: frozenset[str]


def drain_path(first: RawBody) -> str:
    """Where the list of a drain is stored.

    Args:
        first: the name that its first answer has, or would have.
    """
    return f"{PREFIX}/{first.endpoint}/season={first.season:04d}/asof={first.asof}/{first.time}.complete.json"


def encode_drain(bodies: Iterable[str]) -> bytes:
    """The list of a drain as it is stored."""
    return msgspec.json.encode(sorted(bodies))


def newest_drains(store: Store, paths: Iterable[str]) -> dict[tuple[str, int], Drain]:
    """The last drain of each endpoint and season.

    Args:
        store: the lake.
        paths: the objects below :data:`PREFIX`.
    """
    newest: dict[tuple[str, int], tuple[float, str]] = {}
    for path in paths:
        found = _PATH.fullmatch(path)
        if found is not None:
            moment = datetime.strptime(f"{found['asof']} {found['time']}000 +0000", "%Y-%m-%d %H%M%S%f %z").timestamp()
            key = found["endpoint"], int(found["season"])
            newest[key] = max(newest.get(key, (0.0, "")), (moment, path))
    return {key: Drain(*key, begun, _bodies(store, path)) for key, (begun, path) in newest.items()}


@lru_cache(maxsize=1024)
def _bodies(store: Store, path: str) -> frozenset[str]:
    return frozenset(msgspec.json.decode(store.get(path), type=list[str]))


def gone(told: Iterable[tuple[RawBody, Index]], drain: Drain | None) -> set[str]:
    """The games that are gone, or the teams.

    Args:
        told: the bodies of an endpoint and season, and what each says.
        drain: the last one; None if there was none.
    """
    if drain is None:
        return set()
    older: set[str] = set()
    there: set[str] = set()
    for name, index in told:
        (there if name.path in drain.bodies or name.fetched_at >= drain.begun else older).update(index)
    return older - there
