"""Who has the ball after a play, as far as the plays tell.

A play decides it (a rebound, a turnover, a basket, a foul), leaves it as it was (a timeout, a substitution) or leaves it
open (a missed shot). Nobody has it before the first play and between periods.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hooplake.replay.moments.answers import Side

_OWN = frozenset({"offensive_rebound", "defensive_rebound", "steal"})
_OTHER = frozenset({"made_2", "made_3", "turnover", "foul"})
_OPEN = frozenset({"missed_2", "missed_3", "missed_heave", "block", "period_start", "period_end", "game_end"})
_FREE_THROWS = frozenset({"made_ft", "missed_ft"})
_LAST_OF_TRIP = frozenset({"1_of_1", "2_of_2", "3_of_3"})


def possession(plays: Sequence[Mapping[str, Any]], side_of: Mapping[str, bool]) -> Side | None:
    """The side with the ball after the last of some plays; None where they do not tell.

    Args:
        plays: the plays up to the moment, with the columns ``event``, ``kind``, ``home``, ``player3_id``.
        side_of: per player id, whether he plays for the home team.
    """
    for place in range(len(plays) - 1, -1, -1):
        decided, side = _decides(plays, place, side_of)
        if decided:
            return None if side is None else "home" if side else "away"
    return None


def _decides(plays: Sequence[Mapping[str, Any]], place: int, side_of: Mapping[str, bool]) -> tuple[bool, bool | None]:
    """Whether a play decides who has the ball, and who then has it (None: open)."""
    play = plays[place]
    event, home, kind = play["event"], play["home"], play["kind"] or ""
    other = None if home is None else not home
    if event in _OPEN:
        return True, None
    if event in _OWN:
        return True, home
    if event == "foul" and kind.startswith("technical"):
        return False, None
    if event in _OTHER:
        return True, other
    if event in _FREE_THROWS:
        if kind == "technical":
            return False, None
        if kind in _LAST_OF_TRIP:
            return True, (None if event == "missed_ft" else other)
        # before the last of a trip, and after a flagrant foul, the ball stays; of other throws the trip is not known
        return True, (home if "_of_" in kind else None)
    if event == "jump_ball":
        gains = play["player3_id"]
        return True, (side_of.get(gains) if gains is not None else None)
    return False, None
