"""What a play of the college API is: its type names the event, its fields the outcome, its text what these leave open."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from hooplake.games.espn.play_types import by_words, free_throw_kind
from hooplake.games.model import EVENTS

Int = npt.NDArray[np.int64]
Bool = npt.NDArray[np.bool_]
CODE = {name: code for code, name in enumerate(EVENTS)}
_THROW = "madefreethrow"
_SHOTS = frozenset(
    {"jumpshot", "layupshot", "dunkshot", "tipshot", "hookshot", "three point jump shot", "shot"}
)  # fmt: skip
_EVENT_OF: dict[str, tuple[str, str | None]] = {
    "offensive rebound": ("offensive_rebound", None), "defensive rebound": ("defensive_rebound", None),
    "dead ball rebound": ("dead_ball_rebound", None), "lost ball turnover": ("turnover", None),
    "steal": ("steal", None), "block shot": ("block", None), "personalfoul": ("foul", "personal"),
    # a college technical is a personal foul
    "technical foul": ("foul", "technical"), "substitution": ("substitution", None), "jumpball": ("jump_ball", None),
    "shorttimeout": ("timeout", "short"), "regulartimeout": ("timeout", "full"),
    "officialtvtimeout": ("timeout", "official"), "coach's challenge (stands)": ("challenge", "stands"),
    "coach's challenge (overturned)": ("challenge", "overturned"), "end period": ("period_end", None),
    "end game": ("game_end", None),
}  # fmt: skip
_EITHER = "foul turnover"
"""The old type of both; the text tells which."""
_TECHNICALS: dict[str, tuple[str, str | None]] = {
    "technical_foul": ("foul", "technical"),
    "double_technical": ("double_foul", "technical"),
}
_NOTHING = "not available"
_LONGEST_TEXT = 400


@dataclass(frozen=True, slots=True)
class Meanings:
    """What each play is.

    Attributes:
        event: place in the vocabulary of events.
        kind: its detail.
        value: points attempted, 0 unless a shot or free throw.
        points: points scored.
        source: how the value of a shot is known.
    """

    event: Int
    kind: list[str | None]
    value: Int
    points: Int
    source: npt.NDArray[np.object_]


def read_meanings(plays: pa.Table) -> Meanings:
    """What some plays are.

    A shot is what has the type of one, or is called one and is no free throw. Whether a shot or free throw went in is
    told by the points that it brought. Its value is the score that is stated (of misses too), else the range, else the
    words of the text; of a shot of which nothing tells a two is assumed.

    Args:
        plays: rows of ``silver.cbbd_fct_plays``.
    """
    types = pc.utf8_lower(plays["play_type"]).to_pylist()
    texts = [text[:_LONGEST_TEXT].lower() if text else "" for text in plays["play_text"].to_pylist()]
    shooting = _flags(plays["shooting_play"])
    made = _flags(pc.coalesce(plays["scoring_play"], plays["shot_made"]))
    ranges = plays["shot_range"].to_pylist()
    stated = pc.fill_null(plays["score_value"].cast(pa.float64()), 0).to_numpy()
    count = len(types)
    event, value = np.zeros(count, np.int64), np.zeros(count, np.int64)
    kind: list[str | None] = [None] * count
    source = np.full(count, None, object)
    for row, (type_, text, shoots, range_) in enumerate(zip(types, texts, shooting.tolist(), ranges, strict=True)):
        if type_ == _THROW or (shoots and ("free throw" in text or range_ == "free_throw")):
            event[row] = CODE["made_ft" if made[row] else "missed_ft"]
            kind[row], value[row] = _throw_kind(text), 1
        elif type_ in _SHOTS or (shoots and type_ not in _EVENT_OF):
            value[row], source[row] = _shot_value(int(stated[row]), range_, text)
            event[row] = CODE[f"{'made' if made[row] else 'missed'}_{value[row]}"]
        else:
            name, kind[row] = _EVENT_OF.get(type_) or _worded(type_, text)
            event[row] = CODE[name]
    points = np.where(np.isin(event, [CODE["made_ft"], CODE["made_2"], CODE["made_3"]]), value, 0)
    return Meanings(event, kind, value, points, source)


def _flags(values: pa.ChunkedArray) -> Bool:
    flags: Bool = pc.fill_null(values, False).to_numpy()
    return flags.astype(bool)


def _shot_value(stated: int, range_: str | None, text: str) -> tuple[int, str]:
    if stated in (2, 3):
        return stated, "score"
    if range_ in ("three_pointer", "rim", "jumper"):
        return (3 if range_ == "three_pointer" else 2), "field"
    if not text:
        return 2, "assumed"
    return (3 if "three point" in text or "three-point" in text or "3-point" in text or "3pt" in text else 2), "text"


@lru_cache(maxsize=4096)
def _throw_kind(text: str) -> str:
    return free_throw_kind(None, text)


@lru_cache(maxsize=4096)
def _worded(type_: str | None, text: str) -> tuple[str, str | None]:
    """Event and kind of a type that the table does not hold, from its words, else from those of the text."""
    silent = type_ is None or type_ == _NOTHING
    if type_ == _EITHER and text:
        return ("turnover", None) if "turnover" in text and not text.startswith("foul on") else ("foul", "personal")
    found = (by_words(type_) if type_ is not None and not silent else None) or by_words(text)
    if found is None:
        return ("unknown" if silent and not text else "unmapped"), None
    return _TECHNICALS.get(found[0], found)
