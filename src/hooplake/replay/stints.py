"""What is known of who is on court: fives by row, and stints by player."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from hooplake.replay.inputs import Int


class Stint(NamedTuple):
    """One unbroken stay of a player on court within a period.

    Attributes:
        slot: the player.
        period: the period.
        start_row: first row of the stay (a row of the chunk's plays).
        end_row: first row after the stay.
        start: seconds since the tip-off.
        end: likewise.
        starts_period: on court when the period began.
    """

    slot: int
    period: int
    start_row: int
    end_row: int
    start: float
    end: float
    starts_period: bool


@dataclass(slots=True)
class Lineups:
    """Lineups of a chunk.

    Attributes:
        fives: distinct fives, each a sorted tuple of slots; an id is a place in this list.
        five: id of the five on court after each row, NONE where not known; shape (plays, 2), home first.
        stints: all stints of team-periods whose fives are known throughout.
        known: whether a game's source tells who is on court at all; shape (games,).
        complete: per (game, period, side) that was looked at, whether its fives are known. Side 0 is home.
        reasons: why not, per (game, period, side).
        repairs: (game, rule) of every repair that fired.
    """

    fives: list[tuple[int, ...]]
    five: Int
    stints: list[Stint] = field(default_factory=list)
    known: list[bool] = field(default_factory=list)
    complete: dict[tuple[int, int, int], bool] = field(default_factory=dict)
    reasons: dict[tuple[int, int, int], str] = field(default_factory=dict)
    repairs: list[tuple[int, str]] = field(default_factory=list)

    def lay(self, pieces: list[tuple[int, int, int]], side: int) -> None:
        """Enter a side's fives: first row, first row after, and id of each stretch."""
        if pieces:
            first, after, number = np.array(pieces, np.int64).T
            length = after - first
            within = np.arange(length.sum()) - np.repeat(np.cumsum(length) - length, length)
            self.five[np.repeat(first, length) + within, side] = np.repeat(number, length)
