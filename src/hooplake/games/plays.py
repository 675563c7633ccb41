"""The plays of a game in the neutral model, as arrays.

A game has some 450 plays and a season half a million. Their arrays are made game by game, as soon as a document is
read: then its values are still in the processor's cache, and are freed before the next is read.
"""

from __future__ import annotations

from copy import copy
from functools import cache
from threading import Lock
from typing import Any, ClassVar, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from hooplake.games.columns import WALL, column


class Meaning(NamedTuple):
    """What a play is.

    Attributes:
        event: place in :data:`hooplake.games.model.EVENTS`.
        kind: detail of the event.
        value: points attempted, None unless a shot or free throw.
        points: points scored.
        source: how the value of a field goal is known.
    """

    event: int
    kind: str | None
    value: int | None
    points: int
    source: str | None


_NUMBERS: dict[Meaning, int] = {}
_NUMBERING = Lock()


def meaning_number(meaning: Meaning) -> int:
    """The number that stands for a meaning in this process; there are some hundred meanings."""
    found = _NUMBERS.get(meaning)
    if found is None:
        with _NUMBERING:
            found = _NUMBERS.setdefault(meaning, len(_NUMBERS))
    return found


def meanings() -> list[Meaning]:
    """Every meaning that has a number, at the place of its number."""
    return list(_NUMBERS)


class Plays:
    """The plays of a game as columns: arrays of equal length, in document order.

    Attributes are the columns of ``silver.fct_plays``, with ``meaning`` (numbers of :func:`meaning_number`) for those
    that come together: event, kind, value, points and how the value of a shot is known. In numpy arrays NaN stands for
    what is not known.

    Args:
        columns: every column, as an array or a list of Python values. A value that the column cannot hold is NULL.
    """

    ARROW: ClassVar[dict[str, pa.DataType]] = {
        **dict.fromkeys(("play_id", "clock", "type_id", "type_text", "description", "team_id"), pa.string()),
        **dict.fromkeys(("player1_id", "player2_id", "player3_id"), pa.string()),
        "sequence": pa.int64(),
        "home": pa.bool_(),
        "home_score": pa.int16(),
        "away_score": pa.int16(),
        "wallclock": WALL,
    }
    NUMPY: ClassVar[dict[str, type[np.generic]]] = {
        "period": np.int16,
        "clock_seconds": np.float64,
        "elapsed_seconds": np.float64,
        "meaning": np.int32,
        "x": np.float64,
        "y": np.float64,
        "source_row": np.int32,
    }
    __slots__ = (*ARROW, *NUMPY)

    play_id: pa.Array
    clock: pa.Array
    type_id: pa.Array
    type_text: pa.Array
    description: pa.Array
    team_id: pa.Array
    player1_id: pa.Array
    player2_id: pa.Array
    player3_id: pa.Array
    sequence: pa.Array
    home: pa.Array
    home_score: pa.Array
    away_score: pa.Array
    wallclock: pa.Array
    period: npt.NDArray[np.int16]
    clock_seconds: npt.NDArray[np.float64]
    elapsed_seconds: npt.NDArray[np.float64]
    meaning: npt.NDArray[np.int32]
    x: npt.NDArray[np.float64]
    y: npt.NDArray[np.float64]
    source_row: npt.NDArray[np.int32]

    def __init__(self, **columns: Any) -> None:
        for name, kind in self.ARROW.items():
            values = columns[name]
            setattr(self, name, values if isinstance(values, pa.Array) else column(values, kind))
        for name, number in self.NUMPY.items():
            setattr(self, name, np.asarray(columns[name], number))

    @classmethod
    def none(cls) -> Plays:
        """The plays of a game without any."""
        return copy(_no_plays())

    def __len__(self) -> int:
        return len(self.period)

    def keep(self, rows: npt.NDArray[np.int64]) -> None:
        """Keep these rows only, in this order."""
        places = pa.array(rows)
        for name in self.ARROW:
            setattr(self, name, getattr(self, name).take(places))
        for name in self.NUMPY:
            setattr(self, name, getattr(self, name)[rows])


class WinProbability:
    """Win probability of the source after each play, as arrays of equal length.

    Args:
        play_id: ids of the plays.
        home_win_pct: 0 to 1, NaN where not known.
        tie_pct: likewise.
    """

    __slots__ = ("home_win_pct", "play_id", "tie_pct")

    def __init__(self, play_id: pa.Array, home_win_pct: npt.ArrayLike, tie_pct: npt.ArrayLike) -> None:
        self.play_id = play_id
        self.home_win_pct = np.asarray(home_win_pct, np.float64)
        self.tie_pct = np.asarray(tie_pct, np.float64)

    @classmethod
    def none(cls) -> WinProbability:
        """That of a game for which the source tells none."""
        return copy(_no_win_probability())

    def __len__(self) -> int:
        return len(self.play_id)


@cache
def _no_plays() -> Plays:
    """Made once: two dozen empty arrays cost as much as the box of a game."""
    return Plays(**dict.fromkeys(Plays.__slots__, ()))


@cache
def _no_win_probability() -> WinProbability:
    return WinProbability(pa.array([], pa.string()), (), ())
