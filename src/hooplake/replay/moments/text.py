"""Moments as people write them: ``Q3 7:32``, ``2OT 0:10``, ``half``, an event number, a time of day."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from hooplake.errors import ConfigError
from hooplake.games.leagues import Rules

FORMS = (
    "an event number (272 or '#272'), 'Q3 7:32', '3rd 7:32', 'OT 2:30', '2OT 0:10', 'H2 12:00' (in a game of two "
    "halves), 'half', 'start', 'end', 'start Q3', 'end Q1', 'regulation', 't=1234' (seconds since the tip-off), or a "
    "time with its zone such as '2025-01-05T02:00:00Z'"
)
"""The accepted forms, for messages."""


@dataclass(frozen=True, slots=True)
class AtEvent:
    """After an event."""

    number: int


@dataclass(frozen=True, slots=True)
class AtClock:
    """After the last event whose clock is at least this, all rows of that very clock included."""

    period: int
    seconds: float


@dataclass(frozen=True, slots=True)
class AtStart:
    """Before the first row of a period."""

    period: int


@dataclass(frozen=True, slots=True)
class AtEnd:
    """After the last row of a period; None: of the game."""

    period: int | None


@dataclass(frozen=True, slots=True)
class AtElapsed:
    """After the last event at most so many seconds after the tip-off."""

    seconds: float


@dataclass(frozen=True, slots=True)
class AtWall:
    """After the last event at or before a time of day."""

    time: datetime


Asked = AtEvent | AtClock | AtStart | AtEnd | AtElapsed | AtWall

_PERIOD = r"(?P<period>[qhp]\s?\d+|\d+\s?[qh]|\d+(?:st|nd|rd|th)(?:\s(?:quarter|half|period))?|\d*\s?ot\s?\d*)"
_CLOCK = r"(?P<clock>\d+:\d{2}(?:\.\d+)?|\d+\.\d+|\d+)"
_AT_CLOCK = (re.compile(rf"{_PERIOD}\s+{_CLOCK}"), re.compile(rf"{_CLOCK}\s+{_PERIOD}"))
_EDGE = (
    re.compile(rf"(?P<edge>start|end)\s(?:of\s)?(?:the\s)?{_PERIOD}"),
    re.compile(rf"{_PERIOD}\s(?P<edge>start|end)"),
)
_WORDS: dict[str, Asked] = {"start": AtStart(1), "tip-off": AtStart(1), "end": AtEnd(None), "final": AtEnd(None)}
_HALF = ("half", "halftime", "half-time", "end h1", "end 1st half", "end of the 1st half")
_REGULATION = ("regulation", "end regulation", "end of regulation")


def parse_moment(when: int | str | datetime, rules: Rules) -> Asked:
    """What moment is meant.

    Args:
        when: in one of :data:`FORMS`. A time without a zone is UTC.
        rules: periods of the game.

    Raises:
        ConfigError: for anything else, a period that such a game does not have, and a clock above its length.

    Example:
        >>> parse_moment("Q3 7:32", Rules(4, 720))
        AtClock(period=3, seconds=452.0)
        >>> parse_moment("half", Rules(4, 720))
        AtEnd(period=2)
    """
    if isinstance(when, datetime):
        return AtWall(when if when.tzinfo else when.replace(tzinfo=UTC))
    if isinstance(when, int):
        return AtEvent(when)
    text = " ".join(str(when).lower().split())
    if match := re.fullmatch(r"(?:#|event )?(\d+)", text):
        return AtEvent(int(match[1]))
    if match := re.fullmatch(r"t ?= ?(\d+(?:\.\d+)?)", text):
        return AtElapsed(float(match[1]))
    if text in _WORDS:
        return _WORDS[text]
    if text in _HALF:
        return AtEnd(rules.regulation_periods // 2)
    if text in _REGULATION:
        return AtEnd(rules.regulation_periods)
    for form in _EDGE:
        if match := form.fullmatch(text):
            period = parse_period(match["period"], rules)
            return AtStart(period) if match["edge"] == "start" else AtEnd(period)
    for form in _AT_CLOCK:
        if match := form.fullmatch(text):
            return _at_clock(parse_period(match["period"], rules), match["clock"], rules)
    return AtWall(_time(str(when)))


def _at_clock(period: int, clock: str, rules: Rules) -> AtClock:
    minutes, colon, rest = clock.rpartition(":")
    seconds = round(int(minutes) * 60 + float(rest), 3) if colon else float(clock)
    length = rules.length(period)
    if seconds > length or (colon and float(rest) >= 60):
        raise ConfigError(
            f"{clock!r} is not a clock of {period_name(period, rules)}, which starts at {clock_text(length)}"
        )
    return AtClock(period, seconds)


def parse_period(text: str, rules: Rules) -> int:
    """The number of a period, overtimes counted on.

    Args:
        text: ``Q3``, ``3rd``, ``H2``, ``OT``, ``2OT``, ``OT2`` or ``P5``.
        rules: periods of the game.

    Raises:
        ConfigError: if it is none, or not one of such a game.

    Example:
        >>> parse_period("2OT", Rules(4, 720))
        6
    """
    word = " ".join(text.lower().split())
    last = rules.regulation_periods
    digits = re.sub(r"\D", "", word)
    number = int(digits) if digits else 1
    if re.fullmatch(r"\d*\s?ot\s?\d*", word) and number >= 1:
        return last + number
    if re.fullmatch(r"p\s?\d+", word) and number >= 1:
        return number
    kind = "quarter" if "q" in word else "half" if "h" in word.replace("th", "") else ""
    is_period = re.fullmatch(r"[qh]\s?\d+|\d+\s?[qh]|\d+(?:st|nd|rd|th)(?: (?:quarter|half|period))?", word)
    if is_period is None:
        raise ConfigError(f"{text!r} is not a period: give one like {_examples(rules)}")
    if not 1 <= number <= last or kind == ("half" if last == 4 else "quarter"):
        raise ConfigError(f"{text!r} is not a period of this game: its periods are {_examples(rules)}")
    return number


def parse_span(text: int | str, rules: Rules, last: int) -> tuple[int, int]:
    """The periods of a part of a game.

    Args:
        text: a period (3, ``Q3``, ``OT``), ``H1`` or ``first half``, ``regulation``, ``overtime`` (all of them),
            or ``game``.
        rules: periods of the game.
        last: number of the last period played.

    Returns:
        First and last period.

    Raises:
        ConfigError: if it is none, or the game did not have it.

    Example:
        >>> parse_span("H2", Rules(4, 720), 5)
        (3, 4)
    """
    word = " ".join(str(text).lower().split())
    regulation = rules.regulation_periods
    middle = max(regulation // 2, 1)
    spans = {
        **dict.fromkeys(("h1", "1h", "first half", "1st half"), (1, middle)),
        **dict.fromkeys(("h2", "2h", "second half", "2nd half"), (middle + 1, regulation)),
        "regulation": (1, regulation),
        "overtime": (regulation + 1, max(last, regulation + 1)),
        "game": (1, last),
    }
    if word in spans:
        span = spans[word]
    else:
        number = int(word) if word.isdecimal() else parse_period(word, rules)
        span = (number, number)
    if span[0] < 1 or span[1] > last:
        raise ConfigError(f"{text!r}: the game has {last} periods, the last is {period_name(last, rules)}")
    return span


def period_name(period: int, rules: Rules) -> str:
    """``Q3``, ``H2``, ``OT``, ``2OT``."""
    if period <= rules.regulation_periods:
        return f"{'H' if rules.regulation_periods == 2 else 'Q'}{period}"
    overtime = period - rules.regulation_periods
    return "OT" if overtime == 1 else f"{overtime}OT"


def clock_text(seconds: float) -> str:
    """``7:32``, ``0:24.1``."""
    minutes, rest = divmod(round(seconds * 10), 600)
    whole, tenths = divmod(rest, 10)
    return f"{minutes}:{whole:02d}" + (f".{tenths}" if tenths else "")


def _examples(rules: Rules) -> str:
    if rules.regulation_periods == 2:
        return "H1, H2 (or 1st, 2nd), OT, 2OT"
    return f"Q1 to Q{rules.regulation_periods} (or 1st, 2nd ...), OT, 2OT"


def _time(text: str) -> datetime:
    try:
        if ":" not in text:
            raise ValueError
        time = datetime.fromisoformat(text.strip())
    except ValueError:
        raise ConfigError(f"{text!r} is not a moment: give {FORMS}") from None
    return time if time.tzinfo else time.replace(tzinfo=UTC)
