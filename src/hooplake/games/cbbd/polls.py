"""The place of a team in the polls before a game.

Polls are of the season's list (``/rankings``). Before a game are those whose date is before that of the game, both in US
Eastern time; a poll without a date cannot be placed and does not count. The newest poll of the Associated Press is taken,
and only where there is none before the game that of the coaches. A team that is not among the first in it has no place.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from functools import lru_cache

import msgspec

from hooplake.games.cbbd.raw import RawBody
from hooplake.games.seasons import eastern_date, parse_utc
from hooplake.lake.store import Store

_ORDER = (("ap", "ap top 25"), ("coaches", "coaches poll"))
"""Names of the polls, in lower case, in the order in which they are asked."""
_PARTS = {"preseason": 0, "regular": 1, "postseason": 2}


class _Row(msgspec.Struct, rename="camel", frozen=True):
    team_id: int | float | str | None = None
    season_type: str = ""
    week: float = 0
    poll_type: str = ""
    poll_date: str | None = None
    ranking: float | None = None


class Polls:
    """The polls of a season."""

    def __init__(self, rows: Iterable[_Row]) -> None:
        """The polls that some rows tell of, of the same key the last."""
        newest = {(row.season_type, row.week, row.poll_type, _id(row)): row for row in rows}
        found: dict[tuple[int, str, int, float], dict[str, int]] = {}
        for row in newest.values():
            kind = next((place for place, names in enumerate(_ORDER) if row.poll_type.lower() in names), None)
            moment = parse_utc(row.poll_date)
            if kind is None or moment is None:
                continue
            poll = found.setdefault(
                (kind, eastern_date(moment).isoformat(), _PARTS.get(row.season_type, 0), row.week), {}
            )
            if row.ranking is not None and _id(row):
                poll[_id(row)] = int(row.ranking)
        self._polls = sorted(found.items(), key=lambda poll: poll[0])

    def before(self, day: str, teams: tuple[str, ...]) -> tuple[int | None, ...]:
        """The places of teams before a day.

        Args:
            day: US Eastern date (ISO 8601).
            teams: ids.
        """
        for kind in range(len(_ORDER)):
            told = [poll for (of, on, _, _), poll in self._polls if of == kind and on < day]
            if told:
                return tuple(told[-1].get(team) for team in teams)
        return tuple(None for _ in teams)


def read_polls(store: Store, names: Iterable[RawBody]) -> Polls:
    """The polls that bodies tell of.

    Args:
        store: the lake.
        names: bodies of ``/rankings`` of a season, in any order.
    """
    ordered = sorted(names, key=lambda name: name.order)
    return Polls(row for name in ordered for row in _rows(store, name.path))


@lru_cache(maxsize=512)
def _rows(store: Store, path: str) -> tuple[_Row, ...]:
    """The rows of a body; raw objects never change, so each is read once in a process."""
    found = []
    for raw in msgspec.json.decode(gzip.decompress(store.get(path)), type=list[msgspec.Raw]):
        try:
            found.append(msgspec.json.decode(raw, type=_Row))
        except msgspec.MsgspecError:  # bronze sets it aside
            continue
    return tuple(found)


def _id(row: _Row) -> str:
    value = row.team_id
    return "" if value in (None, -1) else str(int(value)) if isinstance(value, float) else str(value)
