"""ESPN's play types in the neutral vocabulary.

The type id decides. An id that the tables do not hold is read by the words of its name, then by the text of the
play; what stays unclear is ``unmapped`` and is reported, never ignored.

Ids: NBA 8-282, college 402-618 and the older men's college 205xx and 305xx. One table serves all leagues, since no id
means two things. Field goals are not listed: every ``shootingPlay`` that is not a free throw is one, so that a new
kind of shot still counts.
"""

from __future__ import annotations

import re

FREE_THROWS: dict[str, str] = {
    "97": "1_of_1", "98": "1_of_2", "99": "2_of_2", "100": "1_of_3", "101": "2_of_3", "102": "3_of_3",
    "103": "technical", "104": "flagrant_1_of_2", "105": "flagrant_2_of_2", "106": "flagrant_1_of_1",
    "157": "flagrant_1_of_3", "165": "flagrant_2_of_3", "166": "flagrant_3_of_3", "540": "free_throw",
}  # fmt: skip
"""Free-throw types and their kind."""

PLACEHOLDER = "91"
HEAVE = "282"
ALWAYS_TWO = frozenset({"92", "131"})
"""Jump and pull-up shots whose text names the value when it is three: without those words they are twos."""
ALWAYS_THREE = frozenset({"30558"})
FOUL_OR_TURNOVER = "601"
SUBSTITUTION = "584"

EVENT_OF: dict[str, tuple[str, str | None]] = {
    "155": ("defensive_rebound", None), "156": ("offensive_rebound", None),
    "587": ("defensive_rebound", None), "586": ("offensive_rebound", None), "449": ("dead_ball_rebound", None),
    "607": ("steal", None), "618": ("block", None),
    # personal fouls
    "44": ("foul", "shooting"), "45": ("foul", "personal"), "43": ("foul", "loose_ball"),
    "42": ("foul", "offensive"), "24": ("foul", "charge"), "22": ("foul", "take"), "257": ("foul", "transition_take"),
    "40": ("foul", "away_from_play"), "32": ("foul", "flagrant_1"), "33": ("foul", "flagrant_2"),
    "519": ("foul", "personal"),
    # a college technical counts as a personal foul, an NBA technical does not
    "521": ("foul", "technical"),
    "35": ("technical_foul", "technical"), "30": ("double_technical", None),
    "29": ("technical_foul", "defensive_three_seconds"),
    # turnovers
    "62": ("turnover", "bad_pass"), "63": ("turnover", "lost_ball"), "90": ("turnover", "out_of_bounds_bad_pass"),
    "87": ("turnover", "out_of_bounds_lost_ball"), "84": ("turnover", "offensive_foul"),
    "64": ("turnover", "traveling"), "86": ("turnover", "step_out_of_bounds"), "72": ("turnover", "back_court"),
    "67": ("turnover", "three_seconds"), "65": ("turnover", "double_dribble"),
    "66": ("turnover", "discontinued_dribble"), "71": ("turnover", "inbound"),
    "73": ("turnover", "offensive_goaltending"), "74": ("turnover", "lane_violation"),
    "77": ("turnover", "illegal_assist"), "82": ("turnover", "basket_from_below"),
    "70": ("turnover", "shot_clock"), "69": ("turnover", "eight_seconds"), "68": ("turnover", "five_seconds"),
    "598": ("turnover", None),
    # no effect on the box
    "615": ("jump_ball", None), "16": ("timeout", "full"), "578": ("timeout", "full"), "579": ("timeout", "short"),
    "580": ("timeout", "official"), "412": ("period_end", None), "402": ("game_end", None),
    "12": ("violation", "kicked_ball"), "9": ("violation", "defensive_goaltending"), "8": ("violation", "delay"),
    "10": ("violation", "lane"),
    "213": ("challenge", None), "214": ("challenge", "supported"), "215": ("challenge", "overturned"),
    "216": ("challenge", "stands"), "277": ("challenge", "replay_center"),
    "278": ("review", "supported"), "279": ("review", "overturned"), "280": ("review", "stands"),
}  # fmt: skip
"""Neutral event and kind of every type but shots, free throws, substitutions and the older college 601."""

_WORDS: tuple[tuple[re.Pattern[str], str, str | None], ...] = tuple(
    (re.compile(pattern), event, kind)
    for pattern, event, kind in (
        (r"dead ?ball", "dead_ball_rebound", None),
        (r"offensive (team )?rebou", "offensive_rebound", None),
        (r"rebou", "defensive_rebound", None),
        (r"challenge", "challenge", None),
        (r"review|replay", "review", None),
        (r"time ?-?out", "timeout", None),
        (r"jump ?ball|gains possession|^\S.* vs\.? \S", "jump_ball", None),
        (r"start (of|game)|start(s)? of the", "period_start", None),
        (r"end of game|end game|game end", "game_end", None),
        (r"end (of )?(the )?(\w+ )?(period|quarter|half|overtime|ot)", "period_end", None),
        (r"eject", "ejection", None),
        (r"enters the game|substitution|subbing", "substitution", None),
        (r"double technical", "double_technical", None),
        (r"double (personal )?foul", "double_foul", None),
        (r"bad pass", "turnover", "bad_pass"),
        (r"lost ball", "turnover", "lost_ball"),
        (r"shot clock (turn ?over|violation)", "turnover", "shot_clock"),
        (r"\b(5|five|8|eight|10|ten)[- ]second violation", "turnover", None),
        (r"turn ?over|travel|palming|double dribble|carry", "turnover", None),
        (r"offensive charge|charging|offensive foul", "foul", "offensive"),
        (r"flagrant.*2", "foul", "flagrant_2"),
        (r"flagrant", "foul", "flagrant_1"),
        (
            r"technical|3-seconds? \(|defensive (3|three)|hanging|taunt|unsportsman|too many players|excess timeout",
            "technical_foul",
            "technical",
        ),
        (r"goaltending", "violation", "defensive_goaltending"),
        (r"violation|delay of game|kicked ball", "violation", None),
        (r"shooting foul", "foul", "shooting"),
        (r"foul", "foul", "personal"),
        (r"\bsteals?\b", "steal", None),
        (r"\bblock(s|ed)?\b", "block", None),
    )
)


def by_words(words: str) -> tuple[str, str | None] | None:
    """Neutral event and kind from the words of a type or a text, in lower case; None if they say nothing."""
    for pattern, event, kind in _WORDS:
        if pattern.search(words):
            return event, kind
    return None


_FREE_THROW_COUNT = re.compile(r"(technical|flagrant)?\s*(?:free throw )?(?:(flagrant) )?(\d) of (\d)")


def free_throw_kind(type_id: str | None, text: str) -> str:
    """Kind of a free throw: ``1_of_2``, ``technical``, ``flagrant_1_of_2``; ``free_throw`` where nothing tells.

    Args:
        type_id: ESPN's type.
        text: text of the play, in lower case.
    """
    listed = FREE_THROWS.get(type_id or "")
    if "technical" in text:
        return "technical"
    found = _FREE_THROW_COUNT.search(text)
    if found is not None:
        count = f"{found.group(3)}_of_{found.group(4)}"
        return f"flagrant_{count}" if "flagrant" in text else count
    if listed == "1_of_1" and "1 of 1" not in text:
        return "free_throw"  # older college files give every free throw this type
    return listed or "free_throw"
