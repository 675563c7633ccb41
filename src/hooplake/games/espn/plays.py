"""Plays of a summary or gamepackage in the neutral model.

A game has some 450 plays and a season half a million, so this works by columns: fields are fetched in C, and what a
play means is looked up by its few deciding fields, each combination once.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from enum import Enum
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from hooplake.games.columns import floats, moments, small_numbers, whole_numbers
from hooplake.games.espn import play_types
from hooplake.games.espn.clock import clocks_seconds
from hooplake.games.espn.documents import Participant, Play
from hooplake.games.espn.nodes import Coordinate, Period
from hooplake.games.leagues import Rules
from hooplake.games.model import EVENTS
from hooplake.games.plays import Meaning, Plays, meaning_number

CODE = {name: code for code, name in enumerate(EVENTS)}
LONGEST_TEXT = 400
"""Letters of a text that are looked at; those of the source have half as many at most."""
FARTHEST = 1000.0
"""Feet beyond which a coordinate is no spot: the source marks "none" by some -214748340."""
LAST_PERIOD = 20
"""A period number above it is an error; the longest game on record had 10."""

HOOP_X = 25.0
"""The hoop is at (25, 0) feet."""
_CORNER_X, _CORNER_Y, _ARC_TEXT, _ARC = 22.0, 8.0, 24, 23.5

_Floats = npt.NDArray[np.float64]
_FEET = re.compile(r"(\d+)[- ](?:foot|ft|feet)\b")


def read_plays(plays: list[Play], sides: dict[str, bool], rules: Rules, college: bool) -> Plays:
    """Plays as neutral columns.

    Args:
        plays: plays of the document; their order is the order of play.
        sides: team id to "is the home team".
        rules: periods of the game.
        college: college documents (a technical foul is a personal foul, a three is 22.1 or 20.75 feet away).

    Returns:
        Columns as long as ``plays``. A play without a period takes that of the play before it.
    """
    if not plays:
        return Plays.none()
    fields = zip(*map(msgspec.structs.astuple, plays), strict=True)
    told: dict[str, tuple[Any, ...]] = dict(zip(Play.__struct_fields__, fields, strict=True))
    periods = _periods(told["period"])
    clocks = [c.display_value if c is not None else None for c in told["clock"]]
    seconds, elapsed = _times(periods, clocks_seconds(clocks), rules)
    type_ids = [t.id if t is not None else None for t in told["type"]]
    type_texts = [t.text if t is not None else None for t in told["type"]]
    if _any_breaks(type_texts):
        type_texts = [" ".join(t.split()) if t is not None and "\n" in t else t for t in type_texts]
    teams: list[Any] = [t.id if t is not None else None for t in told["team"]]
    x, y = _spots(told["coordinate"])
    deciding = [told[name] for name in ("shooting_play", "scoring_play", "score_value", "points_attempted")]
    player1, player2, player3 = _players(told["participants"])
    return Plays(
        play_id=told["id"],
        sequence=whole_numbers(told["sequence_number"]),
        period=periods,
        clock=clocks,
        clock_seconds=seconds,
        elapsed_seconds=elapsed,
        meaning=_meanings((type_ids, *deciding), told["text"], type_texts, x, y, college),
        type_id=type_ids,
        type_text=type_texts,
        description=told["text"],
        team_id=teams,
        home=list(map(sides.get, teams)),
        player1_id=player1,
        player2_id=player2,
        player3_id=player3,
        home_score=small_numbers(told["home_score"]),
        away_score=small_numbers(told["away_score"]),
        x=x,
        y=y,
        wallclock=moments(told["wallclock"]),
        source_row=np.arange(len(plays)),
    )


def _any_breaks(texts: list[str | None]) -> bool:
    """Whether any text may have a line break: it is looked for in all of them at once, unless one is missing."""
    try:
        return "\n" in "".join(texts)  # type: ignore[arg-type]
    except TypeError:
        return True


def _periods(periods: Sequence[Period | None]) -> npt.NDArray[np.int16]:
    """Period numbers; a play without a plausible one has that of the play before it."""
    numbers = [(p.number or 0) if p is not None else 0 for p in periods]
    try:
        found = np.fromiter(numbers, np.int16, len(numbers))
        if found.min() >= 1 and found.max() <= LAST_PERIOD:
            return found
    except OverflowError:
        pass  # a number beyond any period
    last = 1
    for place, number in enumerate(numbers):
        last = numbers[place] = number if 1 <= number <= LAST_PERIOD else last
    return np.array(numbers, np.int16)


def _times(periods: npt.NDArray[np.int16], clocks: _Floats, rules: Rules) -> tuple[_Floats, _Floats]:
    """Seconds left and seconds since the tip-off; NaN where the clock is not known, or shows more than the period has."""
    highest = int(periods.max())
    lengths = np.array([0.0, *(rules.length(period) for period in range(1, highest + 1))])
    starts = np.array([0.0, *(rules.start(period) for period in range(1, highest + 1))])
    length = lengths[periods]
    with np.errstate(invalid="ignore"):
        clocks = np.where(clocks <= length, clocks, np.nan)
    return clocks, starts[periods] + length - clocks


def _spots(coordinates: Sequence[Coordinate | None]) -> tuple[_Floats, _Floats]:
    """Feet across and along the floor, NaN where there is no spot or it is on no floor."""
    x = floats([c.x if c is not None else math.nan for c in coordinates])
    y = floats([c.y if c is not None else math.nan for c in coordinates])
    with np.errstate(invalid="ignore"):
        return np.where(np.abs(x) < FARTHEST, x, np.nan), np.where(np.abs(y) < FARTHEST, y, np.nan)


def _meanings(
    deciding: Sequence[Sequence[Any]],
    texts: Sequence[str | None],
    type_texts: Sequence[str | None],
    x: _Floats,
    y: _Floats,
    college: bool,
) -> list[int]:
    """Meaning of each play, one lookup where the structured fields decide alone or with what the text says was done."""
    known = _KNOWN_COLLEGE if college else _KNOWN
    types, shooting, scoring, scored, attempted = deciding
    # a key that nobody keeps is made in the place of the last
    found = list(map(known.get, zip(*deciding, strict=True)))
    for place in [place for place, number in enumerate(found) if number is None]:
        text = texts[place]
        key = (types[place], shooting[place], scoring[place], scored[place], attempted[place])
        if key[0] == play_types.SUBSTITUTION and text and "subbing" not in text.lower():
            found[place] = _SUBSTITUTION  # names differ from text to text, so that they are not worth remembering
            continue
        worded = (key, deed(text), type_texts[place])
        number = known.get(worded)
        if number is None or number == _BY_SPOT:
            number = _with_spot(known, worded, floor_part(float(x[place]), float(y[place])), college)
        found[place] = number
    return found  # type: ignore[return-value]


def _with_spot(known: dict[_Key | _Worded | _Placed, int], worded: _Worded, spot: str | None, college: bool) -> int:
    """Meaning of a play of which words and spot are known; it is remembered by no more than what decided it."""
    placed = (*worded, spot)
    number = known.get(placed)
    if number is None:
        key, text, type_text = worded
        meaning, by = _meaning(key, _plain(text), spot, type_text, college)
        number = meaning_number(meaning)
        if len(known) >= _MOST_KNOWN:
            known.clear()
        if by is _By.SPOT:
            known[placed] = number
            if len(known) < _MOST_KNOWN:
                known[worded] = _BY_SPOT
        else:
            known[key if by is _By.FIELDS else worded] = number
    return number


def deed(text: str | None) -> str:
    """What a text says was done: from its verb on, so that it names nobody before it.

    ``"J. Doe misses 19-foot two point shot"`` gives ``"misses 19-foot two point shot"``; a text without such a verb is
    given whole. No text is longer than any that the source writes.
    """
    if not text:
        return ""
    for verb in _VERBS:
        at = text.find(verb)
        if at >= 0:
            return text[at + 1 : at + 1 + LONGEST_TEXT]
    return text[:LONGEST_TEXT]


def _plain(text: str) -> str:
    """A text in lower case, its blanks single."""
    text = text.lower()
    return " ".join(text.split()) if "\n" in text or "  " in text else text


_VERBS = (" misses ", " makes ", " missed ", " made ", " enters the game for", " Missed ", " Made ")
_MOST_KNOWN = 10_000
_Key = tuple[str | None, bool | None, bool | None, int | None, int | None]
_Worded = tuple[_Key, str, str | None]
_Placed = tuple[_Key, str, str | None, str | None]
_KNOWN: dict[_Key | _Worded | _Placed, int] = {}
_KNOWN_COLLEGE: dict[_Key | _Worded | _Placed, int] = {}
_BY_SPOT = -1
"""Stands for the meaning of words that tell it only together with a spot."""
_SUBSTITUTION = meaning_number(Meaning(CODE["substitution"], None, None, 0, None))

_ATTEMPTED = re.compile(r"\b(makes|made|misses|missed)\b|\bblocks .*'s?\b")
_MADE = re.compile(r"\b(makes|made)\b")
_ATTEMPTS = {
    (made, value): CODE[f"{'made' if made else 'missed'}_{value}"] for made in (True, False) for value in (2, 3)
}


class _By(Enum):
    """What decides the meaning of a play, beside what is named before it."""

    FIELDS = 1
    WORDS = 2
    SPOT = 3


def _meaning(key: _Key, text: str, spot: str | None, type_text: str | None, college: bool) -> tuple[Meaning, _By]:
    """Meaning of a play, and what decided it."""
    named = (type_text or "")[:LONGEST_TEXT].lower()
    type_id, shooting, scoring, score_value, attempted = key
    if type_id == play_types.SUBSTITUTION:
        event = "sub_out" if "subbing out" in text else "sub_in" if "subbing in" in text else "substitution"
        return Meaning(CODE[event], None, None, 0, None), _By.WORDS
    if type_id == play_types.PLACEHOLDER:
        points = score_value if scoring and score_value in (1, 2, 3) else 0
        return Meaning(CODE["placeholder"], None, None, points, None), _By.FIELDS
    listed = play_types.EVENT_OF.get(type_id or "")
    if listed is not None:
        return Meaning(CODE[listed[0]], listed[1], None, 0, None), _By.FIELDS
    thrown = type_id in play_types.FREE_THROWS
    told = _By.FIELDS if shooting is not None and scoring is not None else _By.WORDS
    if thrown or shooting or (shooting is None and _ATTEMPTED.search(text)):
        made = scoring if scoring is not None else _MADE.search(text) is not None
        if type_id == play_types.HEAVE and not made:
            return Meaning(CODE["missed_heave"], "heave", 3, 0, "type"), told
        stated = None if thrown else stated_value(type_id, made, score_value, attempted)
        if stated is not None:
            return _attempt(made, *stated), told
        if thrown or "free throw" in text or "free throw" in named:
            # 97 and 540 stand for every throw in college, so that there the text tells which one it is
            alone = thrown and type_id not in ("97", "540")
            kind = play_types.FREE_THROWS[type_id or ""] if alone else play_types.free_throw_kind(type_id, text)
            by = told if alone else _By.WORDS
            return Meaning(CODE["made_ft" if made else "missed_ft"], kind, 1, int(made), None), by
        value, source = worded_value(type_id, text, spot, college)
        return _attempt(made, value, source), _By.WORDS if college or source == "text" else _By.SPOT
    if type_id == play_types.FOUL_OR_TURNOVER:
        event = "foul" if text.startswith("foul on") or "turnover" not in text else "turnover"
        if not text:
            event = "unknown"
        return Meaning(CODE[event], "personal" if event == "foul" else None, None, 0, None), _By.WORDS
    worded = (play_types.by_words(named) if type_id not in (None, "0") else None) or play_types.by_words(text)
    if worded is None:
        silent = not text and type_id in (None, "0")
        return Meaning(CODE["unknown" if silent else "unmapped"], None, None, 0, None), _By.WORDS
    word, kind_of_word = worded
    if college and word == "technical_foul":
        word = "foul"
    return Meaning(CODE[word], kind_of_word, None, 0, None), _By.WORDS


def _attempt(made: bool, value: int, source: str) -> Meaning:
    """A field-goal attempt of a known value."""
    return Meaning(_ATTEMPTS[made, value], None, value, value if made else 0, source)


def stated_value(
    type_id: str | None, made: bool, score_value: int | None, attempted: int | None
) -> tuple[int, str] | None:
    """Points attempted by a field goal where its fields state them, and which field: score, field or type.

    In order: the points of a made shot; ``pointsAttempted``; ``scoreValue`` of a miss (college); the type.
    """
    if made and score_value in (2, 3):
        return score_value, "score"
    if attempted in (2, 3):
        return attempted, "field"
    if score_value in (2, 3):
        return score_value, "score"
    return (3, "type") if type_id in play_types.ALWAYS_THREE else None


def floor_part(x: float, y: float) -> str | None:
    """Where a spot lies: ``corner``, ``near`` or ``far`` (within the arc of the NBA or beyond it).

    Args:
        x: feet across the floor, NaN where not known.
        y: feet along the floor from the hoop, NaN where not known.
    """
    if math.isnan(x) or math.isnan(y):
        return None
    if abs(x - HOOP_X) >= _CORNER_X and y <= _CORNER_Y:
        return "corner"
    return "far" if math.hypot(x - HOOP_X, y) >= _ARC else "near"


def worded_value(type_id: str | None, text: str, spot: str | None, college: bool) -> tuple[int, str]:
    """Points attempted by a field goal whose fields do not state them.

    In order: the words of the text; the type; the corner; the distance in the text; the spot. A shot of which nothing
    tells is assumed a two.

    Args:
        type_id: type of the source.
        text: text of the play, in lower case.
        spot: part of the floor, of :func:`floor_part`.
        college: college texts name every three.

    Returns:
        ``(2 or 3, source)``, the source one of text, distance, coordinate, assumed.
    """
    if "three point" in text or "three-point" in text or "3-point" in text or "3pt" in text:
        return 3, "text"
    if "two point" in text or "2-point" in text:
        return 2, "text"
    if type_id in play_types.ALWAYS_TWO:
        return 2, "text"  # their text names a three
    if college:
        return 2, "text" if text else "assumed"
    if spot == "corner":
        return 3, "coordinate"
    feet = _FEET.search(text)
    if feet is not None:
        return (3 if int(feet.group(1)) >= _ARC_TEXT else 2), "distance"
    if spot is None:
        return 2, "assumed"
    return (3 if spot == "far" else 2), "coordinate"


def _players(participants: Sequence[list[Participant] | None]) -> list[list[str | None]]:
    """Ids of the first three participants of each play; their order is the role."""
    nobody: list[str | None] = [None] * len(participants)
    first = [row[0].athlete.id if row and row[0].athlete is not None else None for row in participants]
    columns = [first, nobody.copy(), nobody]
    for place, row in enumerate(participants):
        if row and len(row) > 1:  # few plays have a second participant, next to none a third
            for role, participant in enumerate(row[1:3], 1):
                if participant.athlete is not None:
                    columns[role][place] = participant.athlete.id
    return columns
