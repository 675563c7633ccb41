"""Who has the ball after a play."""

from __future__ import annotations

from typing import Any

import pytest

from hooplake.replay.moments.possession import possession

SIDES = {"h": True, "a": False}


def play(event: str, home: bool | None = True, kind: str | None = None, gains: str | None = None) -> dict[str, Any]:
    return {"event": event, "home": home, "kind": kind, "player3_id": gains}


@pytest.mark.parametrize(
    ("plays", "side"),
    [
        ([], None),
        ([play("jump_ball", None, gains="a")], "away"),
        ([play("jump_ball", None)], None),
        ([play("jump_ball", None, gains="stranger")], None),
        ([play("made_2")], "away"),
        ([play("made_3", False)], "home"),
        ([play("missed_3")], None),
        ([play("missed_2"), play("offensive_rebound")], "home"),
        ([play("missed_2"), play("defensive_rebound", False)], "away"),
        ([play("turnover")], "away"),
        ([play("turnover"), play("timeout", False), play("substitution", None)], "away"),
        # an and-one: the basket, the foul of the others, the free throw
        ([play("made_2"), play("foul", False, "shooting")], "home"),
        ([play("made_2"), play("foul", False, "shooting"), play("made_ft", True, "1_of_1")], "away"),
        ([play("foul", False, "shooting"), play("missed_ft", True, "1_of_2")], "home"),
        ([play("foul", False, "shooting"), play("missed_ft", True, "2_of_2")], None),
        ([play("foul", True, "offensive")], "away"),
        # technical fouls and their free throws leave the ball where it is
        ([play("turnover"), play("technical_foul"), play("made_ft", False, "technical")], "away"),
        ([play("turnover"), play("foul", True, "technical")], "away"),
        ([play("foul", True, "flagrant_1"), play("made_ft", False, "flagrant_2_of_2")], "away"),
        # a college free throw does not say whether it is the last
        ([play("foul", False), play("made_ft", True, "free_throw")], None),
        ([play("turnover"), play("period_end", None)], None),
        ([play("period_end", None), play("period_start", None), play("timeout")], None),
    ],
)
def test_the_side_with_the_ball(plays: list[dict[str, Any]], side: str | None) -> None:
    assert possession(plays, SIDES) == side
