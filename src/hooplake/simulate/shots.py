"""The kinds of shot, with the words that the source has for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Shot:
    """One kind of shot.

    Attributes:
        id: type id in the professional leagues.
        text: type text there.
        words: the words after "makes" or "misses".
        missed: the words after "misses" where they differ.
        nearest: least distance in feet.
        farthest: greatest distance in feet.
        shows_feet: share of the texts that give the distance.
        weight: how often, beside the others of its group.
        made: chance to go in, beside the player's own.
        assisted: share of the made ones that have an assist.
        college: family in the college vocabulary: jumper, layup, dunk, tip.
    """

    id: str
    text: str
    words: str
    missed: str
    nearest: int
    farthest: int
    shows_feet: float
    weight: float
    made: float
    assisted: float
    college: str


def _shot(
    id: str,
    text: str,
    words: str,
    feet: tuple[int, int],
    shows_feet: float,
    weight: float,
    made: float,
    assisted: float,
    college: str = "jumper",
    missed: str = "",
) -> Shot:
    return Shot(id, text, words, missed or words, *feet, shows_feet, weight, made, assisted, college)


SHOTS: Final = (
    # At the rim.
    _shot("110", "Driving Layup Shot", "driving layup", (1, 5), 0.1, 242, 1.02, 0.25, "layup"),
    _shot("109", "Running Layup Shot", "two point shot", (1, 4), 0.1, 109, 1.18, 0.5, "layup"),
    _shot("128", "Driving Finger Roll Layup", "two point shot", (1, 4), 0.6, 98, 1.25, 0.35, "layup"),
    _shot("141", "Cutting Layup Shot", "layup", (1, 4), 0.7, 89, 1.2, 0.95, "layup"),
    _shot("95", "Layup Shot", "layup", (1, 4), 0.1, 52, 1.05, 0.7, "layup"),
    _shot("126", "Layup Driving Reverse", "two point shot", (1, 4), 0.1, 39, 1.1, 0.4, "layup"),
    _shot("129", "Running Finger Roll Layup", "two point shot", (1, 4), 0.1, 39, 1.25, 0.4, "layup"),
    _shot("112", "Reverse Layup Shot", "two point shot", (1, 3), 0.8, 20, 1.1, 0.6, "layup"),
    _shot("124", "Finger Roll Layup", "finger roll layup", (1, 3), 0.1, 8, 1.2, 0.5, "layup"),
    _shot("142", "Cutting Finger Roll Layup Shot", "layup", (1, 3), 0.1, 16, 1.3, 0.9, "layup"),
    _shot("111", "Alley Oop Layup Shot", "alley oop layup", (1, 3), 0.1, 13, 1.1, 0.98, "layup"),
    _shot("116", "Running Dunk Shot", "dunk", (1, 2), 0.6, 63, 1.85, 0.65, "dunk"),
    _shot("151", "Cutting Dunk Shot", "dunk", (1, 2), 0.7, 49, 1.85, 0.97, "dunk"),
    _shot("115", "Driving Dunk Shot", "driving dunk", (1, 2), 0.7, 38, 1.75, 0.4, "dunk"),
    _shot("118", "Alley Oop Dunk Shot", "alley oop dunk shot", (1, 2), 0.8, 30, 1.8, 0.99, "dunk"),
    _shot("96", "Dunk Shot", "dunk", (1, 2), 0.7, 15, 1.8, 0.8, "dunk"),
    # After an offensive rebound.
    _shot("94", "Tip Shot", "tip shot", (0, 3), 0.1, 88, 0.9, 0.0, "tip"),
    _shot("125", "Layup Shot Putback", "two point shot", (0, 2), 0.0, 70, 1.2, 0.0, "layup"),
    _shot("138", "Putback Dunk Shot", "dunk", (0, 1), 0.4, 16, 1.9, 0.0, "dunk"),
    _shot("150", "Tip Dunk Shot", "dunk", (0, 1), 0.0, 8, 1.7, 0.0, "dunk"),
    # Between the rim and the three-point line.
    _shot("144", "Driving Floating Jump Shot", "driving floating jump shot", (4, 12), 0.9, 258, 0.86, 0.27, missed="driving floating jump shot"),
    _shot("145", "Driving Floating Bank Jump Shot", "two point shot", (4, 10), 0.9, 68, 0.9, 0.2),
    _shot("130", "Floating Jump Shot", "two point shot", (4, 12), 0.95, 65, 0.9, 0.5),
    _shot("120", "Turnaround Hook Shot", "two point shot", (3, 9), 1.0, 56, 0.9, 0.35),
    _shot("119", "Driving Hook Shot", "two point shot", (3, 9), 1.0, 22, 0.9, 0.35),
    _shot("93", "Hook Shot", "hook shot", (3, 9), 1.0, 18, 0.9, 0.6),
    _shot("131", "Pullup Jump Shot", "pullup jump shot", (9, 19), 1.0, 165, 0.82, 0.15),
    _shot("92", "Jump Shot", "jumper", (9, 20), 1.0, 66, 0.84, 0.65),
    _shot("132", "Step Back Jump Shot", "step back jumpshot", (8, 19), 1.0, 75, 0.8, 0.1),
    _shot("121", "Fade Away Jump Shot", "two point shot", (8, 18), 1.0, 63, 0.8, 0.2),
    _shot("137", "Turnaround Fade Away Jump Shot", "two point shot", (7, 17), 1.0, 48, 0.8, 0.2),
    _shot("114", "Turnaround Jump Shot", "two point shot", (5, 15), 1.0, 33, 0.84, 0.3),
    _shot("146", "Running Pullup Jump Shot", "running pullup jump shot", (6, 18), 1.0, 20, 0.82, 0.1),
    _shot("133", "Pullup Bank Jump Shot", "two point shot", (7, 12), 1.0, 6, 0.85, 0.2),
    # Beyond the line. The last two say nothing of three points: there the place decides.
    _shot("92", "Jump Shot", "three point jumper", (23, 27), 1.0, 960, 1.03, 0.88),
    _shot("131", "Pullup Jump Shot", "three pointer", (24, 28), 1.0, 197, 0.95, 0.25, missed="three point pullup jump shot"),
    _shot("132", "Step Back Jump Shot", "three point step back jumpshot", (24, 28), 1.0, 110, 0.97, 0.15),
    _shot("113", "Running Jump Shot", "three point shot", (23, 26), 1.0, 105, 0.97, 0.9),
    _shot("146", "Running Pullup Jump Shot", "running pullup jump shot", (25, 28), 1.0, 38, 0.8, 0.1),
    _shot("122", "Jump Shot Bank", "jump bank shot", (25, 29), 1.0, 5, 1.0, 0.3),
    # From half court and beyond, as a period ends.
    _shot("282", "Heave Jump Shot", "heave jump shot", (40, 70), 0.0, 1, 0.06, 0.0),
)  # fmt: skip

RIM: Final = range(16)
PUTBACK: Final = range(16, 20)
MIDDLE: Final = range(20, 34)
THREE: Final = range(34, 40)
HEAVE: Final = 40


def ladder(kinds: range) -> tuple[list[float], float]:
    """Cumulated weights of some kinds of shot, and their sum, to draw one by a uniform number."""
    total, steps = 0.0, []
    for kind in kinds:
        total += SHOTS[kind].weight
        steps.append(total)
    return steps, total
