"""Plays of a summary or gamepackage in the neutral model.

A game has some 450 plays and a season half a million, so this works by columns: attributes are fetched in C, and what
a play means is looked up by its few deciding fields, each combination once.
"""

from __future__ import annotations

import math
import re
from operator import attrgetter

from hooplake.games.espn import play_types
from hooplake.games.espn.clock import clock_seconds
from hooplake.games.espn.documents import Participant, Play
from hooplake.games.espn.nodes import Period
from hooplake.games.leagues import Rules
from hooplake.games.model import EVENTS, Meaning, Plays

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


_FIELDS = attrgetter(
    "id", "sequence_number", "period", "clock", "type", "text", "team", "participants", "home_score", "away_score",
    "coordinate", "wallclock",
)  # fmt: skip
_DECIDING = attrgetter("shooting_play", "scoring_play", "score_value", "points_attempted")
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
    out = Plays()
    if not plays:
        return out
    (
        out.play_id, sequences, periods, clocks, types, texts, teams, participants,
        out.home_score, out.away_score, coordinates, wallclocks,
    ) = map(list, zip(*map(_FIELDS, plays), strict=True))  # fmt: skip
    out.sequence = [int(s) if s is not None and s.isdecimal() and len(s) < 19 else None for s in sequences]
    out.period = _periods(periods)
    out.clock = [c.display_value if c is not None else None for c in clocks]
    out.clock_seconds = list(map(clock_seconds, out.clock))
    out.elapsed_seconds = _elapsed(out.period, out.clock_seconds, rules)
    if None in out.elapsed_seconds:
        out.clock_seconds = [
            c if e is not None else None for c, e in zip(out.clock_seconds, out.elapsed_seconds, strict=True)
        ]
    out.type_id = [t.id if t is not None else None for t in types]
    out.type_text = [t.text if t is not None else None for t in types]
    out.type_text = [" ".join(t.split()) if t is not None and "\n" in t else t for t in out.type_text]
    out.description = texts
    out.team_id = [t.id if t is not None else None for t in teams]
    out.home = [sides.get(t) if t is not None else None for t in out.team_id]
    out.wallclock = wallclocks
    out.x = [c.x if c is not None and c.x is not None and -FARTHEST < c.x < FARTHEST else None for c in coordinates]
    out.y = [c.y if c is not None and c.y is not None and -FARTHEST < c.y < FARTHEST else None for c in coordinates]
    out.meaning = _meanings(plays, out, college)
    out.source_row = list(range(len(plays)))
    _players(out, participants)
    return out


def _periods(periods: list[Period | None]) -> list[int]:
    """Period numbers; a play without a plausible one has that of the play before it."""
    numbers = [p.number if p is not None and p.number is not None else 0 for p in periods]
    if min(numbers) < 1 or max(numbers) > LAST_PERIOD:
        last = 1
        for place, number in enumerate(numbers):
            last = numbers[place] = number if 1 <= number <= LAST_PERIOD else last
    return numbers


def _elapsed(periods: list[int], clocks: list[float | None], rules: Rules) -> list[float | None]:
    """Seconds since the tip-off; None where the clock is not known, or shows more than the period has."""
    ends = {p: float(rules.start(p) + rules.length(p)) for p in set(periods)}
    lengths = {p: float(rules.length(p)) for p in ends}
    return [ends[p] - c if c is not None and c <= lengths[p] else None for p, c in zip(periods, clocks, strict=True)]


def _meanings(plays: list[Play], out: Plays, college: bool) -> list[Meaning]:
    """Meaning of each play, one lookup where the structured fields decide alone or with what the text says was done."""
    known = _KNOWN_COLLEGE if college else _KNOWN
    keys = [(type_id, *rest) for type_id, rest in zip(out.type_id, map(_DECIDING, plays), strict=True)]
    found = list(map(known.get, keys))
    for place, meaning in enumerate(found):
        if meaning is None:
            key = keys[place]
            done = deed(out.description[place])
            decided = known.get((key, done))
            if decided is None:
                decided, by = _meaning(key, done, out, place, college)
                if by is not None and len(known) < _MOST_KNOWN:
                    known[key if by == _FIELDS_ALONE else (key, done)] = decided
            found[place] = decided
    return found  # type: ignore[return-value]


def deed(text: str | None) -> str:
    """What a text says was done, in lower case: from its verb on, so that it names nobody before it.

    ``"J. Doe misses 19-foot two point shot"`` gives ``"misses 19-foot two point shot"``; a text without such a verb is
    given whole. Blanks are single, and no text is longer than any that the source writes.
    """
    if not text:
        return ""
    for verb in _VERBS:
        at = text.find(verb)
        if at >= 0:
            text = text[at + 1 :]
            break
    text = text[:LONGEST_TEXT].lower()
    return " ".join(text.split()) if "\n" in text or "  " in text else text


_VERBS = (" misses ", " makes ", " missed ", " made ", " enters the game for", " Missed ", " Made ")
_MOST_KNOWN = 10_000
_FIELDS_ALONE, _WITH_TEXT = "fields", "text"
_Key = tuple[str | None, bool | None, bool | None, int | None, int | None]
_KNOWN: dict[_Key | tuple[_Key, str], Meaning] = {}
_KNOWN_COLLEGE: dict[_Key | tuple[_Key, str], Meaning] = {}

_ATTEMPTED = re.compile(r"\b(makes|made|misses|missed)\b|\bblocks .*'s?\b")
_MADE = re.compile(r"\b(makes|made)\b")
_ATTEMPTS = {
    (made, value): CODE[f"{'made' if made else 'missed'}_{value}"] for made in (True, False) for value in (2, 3)
}


def _meaning(key: _Key, text: str, out: Plays, place: int, college: bool) -> tuple[Meaning, str | None]:
    """Meaning of a play, and what decided it: its key alone, the key with the text, or (None) more than that."""
    type_id, shooting, scoring, score_value, attempted = key
    if type_id == play_types.SUBSTITUTION:
        event = "sub_out" if "subbing out" in text else "sub_in" if "subbing in" in text else "substitution"
        return Meaning(CODE[event], None, None, 0, None), _WITH_TEXT if text.startswith("enters the game for") else None
    if type_id == play_types.PLACEHOLDER:
        points = score_value if scoring and score_value in (1, 2, 3) else 0
        return Meaning(CODE["placeholder"], None, None, points, None), _FIELDS_ALONE
    listed = play_types.EVENT_OF.get(type_id or "")
    if listed is not None:
        return Meaning(CODE[listed[0]], listed[1], None, 0, None), _FIELDS_ALONE
    thrown = type_id in play_types.FREE_THROWS
    told = shooting is not None and scoring is not None
    if thrown or shooting or (shooting is None and _ATTEMPTED.search(text)):
        made = scoring if scoring is not None else _MADE.search(text) is not None
        if type_id == play_types.HEAVE and not made:
            return Meaning(CODE["missed_heave"], "heave", 3, 0, "type"), _FIELDS_ALONE if told else None
        stated = None if thrown else stated_value(type_id, made, score_value, attempted)
        if stated is not None:
            return _attempt(made, *stated), _FIELDS_ALONE if told else None
        if thrown or "free throw" in text or "free throw" in (out.type_text[place] or "")[:LONGEST_TEXT].lower():
            # 97 and 540 stand for every throw in college, so that there the text tells which one it is
            alone = thrown and type_id not in ("97", "540")
            kind = play_types.FREE_THROWS[type_id or ""] if alone else play_types.free_throw_kind(type_id, text)
            by = (_FIELDS_ALONE if alone else _WITH_TEXT if thrown or "free throw" in text else None) if told else None
            return Meaning(CODE["made_ft" if made else "missed_ft"], kind, 1, int(made), None), by
        value, source = worded_value(type_id, text, out.x[place], out.y[place], college)
        return _attempt(made, value, source), _WITH_TEXT if told and source == "text" else None
    if type_id == play_types.FOUL_OR_TURNOVER:
        event = "foul" if text.startswith("foul on") or "turnover" not in text else "turnover"
        if not text:
            event = "unknown"
        return Meaning(CODE[event], "personal" if event == "foul" else None, None, 0, None), None
    type_text = (out.type_text[place] or "")[:LONGEST_TEXT].lower()
    worded = (play_types.by_words(type_text) if type_id not in (None, "0") else None) or play_types.by_words(text)
    if worded is None:
        silent = not text and type_id in (None, "0")
        return Meaning(CODE["unknown" if silent else "unmapped"], None, None, 0, None), None
    word, kind_of_word = worded
    if college and word == "technical_foul":
        word = "foul"
    return Meaning(CODE[word], kind_of_word, None, 0, None), None


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


def worded_value(type_id: str | None, text: str, x: float | None, y: float | None, college: bool) -> tuple[int, str]:
    """Points attempted by a field goal whose fields do not state them.

    In order: the words of the text; the type; the corner; the distance in the text; the spot. A shot of which nothing
    tells is assumed a two.

    Args:
        type_id: type of the source.
        text: text of the play, in lower case.
        x: feet across the floor, None where not known.
        y: feet along the floor from the hoop, None where not known.
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
    if x is not None and y is not None and abs(x - HOOP_X) >= _CORNER_X and y <= _CORNER_Y:
        return 3, "coordinate"
    feet = _FEET.search(text)
    if feet is not None:
        return (3 if int(feet.group(1)) >= _ARC_TEXT else 2), "distance"
    if x is not None and y is not None:
        return (3 if math.hypot(x - HOOP_X, y) >= _ARC else 2), "coordinate"
    return 2, "assumed"


def _players(out: Plays, participants: list[list[Participant] | None]) -> None:
    """Player columns from the participants, whose order is the role."""
    rows = [[p.athlete.id if p.athlete is not None else None for p in row] if row else _NOBODY for row in participants]
    out.player1_id = [row[0] if row else None for row in rows]
    out.player2_id = [row[1] if len(row) > 1 else None for row in rows]
    out.player3_id = [row[2] if len(row) > 2 else None for row in rows]


_NOBODY: list[str | None] = []
