"""Spans: one side in one period, with who comes and goes in it, and the fives and stays that this leads to."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from hooplake.replay.inputs import CODE, NONE, Bool, Float, Inputs, Int
from hooplake.replay.starters import FIVE, SUB, SUB_IN, SUB_OUT

NOT_ON_COURT = "a man goes out who is not on court"
NOT_FIVE = "{} on court after a change"
UNKNOWN = "a substitution names a man who is not known"
_SUBSTITUTIONS = np.isin(np.arange(len(CODE)), [SUB, SUB_IN, SUB_OUT])
_FROM_START = NONE
"""Stands for the first row of a stay that began with the period."""

Change = tuple[int, Sequence[int], Sequence[int]]
"""Row, who comes in, who goes out."""


@dataclass(slots=True)
class Span:
    """One side in one period.

    Attributes:
        start, stop: first row of the period and first row after it.
        opens, closes: its start and end in seconds since the tip-off.
        running: the period is still played.
        changes: in order of play.
        fault: why the fives are not known, None while nothing is against them.
        starters: who began, None where that is not known.
        guessed: those of them who left no trace.
        rows: first row of each five.
        fives: the fives at these rows, one after the other.
        stays: slot, first row and first row after of each stay, one after the other; _FROM_START stands for the first
            row of starters.
    """

    game: int
    period: int
    side: int
    start: int
    stop: int
    opens: float
    closes: float
    running: bool
    changes: list[Change]
    fault: str | None
    starters: list[int] | None = None
    guessed: list[int] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    fives: list[int] = field(default_factory=list)
    stays: list[int] = field(default_factory=list)

    @property
    def ending(self) -> list[int]:
        """Who was on court at the end, empty where not known."""
        return self.fives[-FIVE:] if self.fault is None else []

    def walk(self, starters: list[int]) -> None:
        """Apply the changes to the starters, up to one that cannot be."""
        self.starters = starters
        if self.fault is not None:
            return
        court = dict.fromkeys(starters, _FROM_START)
        rows, fives, stays = [self.start], sorted(starters), list[int]()
        for row, enter, leave in self.changes:
            if len(enter) > 1 or len(leave) > 1:
                both = set(enter) & set(leave)  # in and out at one clock: he stays as he was
                enter, leave = ([slot for slot in slots if slot not in both] for slots in (enter, leave))
            for slot in leave:
                if slot not in court:
                    self.fault = NOT_ON_COURT
                    return
                stays += (slot, court.pop(slot), row)
            for slot in enter:
                court.setdefault(slot, row)
            if len(court) != FIVE:
                self.fault = NOT_FIVE.format(len(court))
                return
            rows.append(row)
            fives += sorted(court)
        for slot, first in court.items():
            stays += (slot, first, self.stop)
        self.rows, self.fives, self.stays = rows, fives, stays


@dataclass(frozen=True, slots=True)
class Spans:
    """Both sides' periods of a chunk: all of the home teams in the order of play, then all of the visitors.

    Attributes:
        game, period, side: of each span.
        start, stop: first row of the period and first row after it.
        opens, closes: its start and end in seconds since the tip-off.
        running: the period is still played.
        moving: the game has substitutions.
        unknown: a substitution names a man who is not known.
        row, enter, leave: changes sorted by span and row, where each is one man for one; else None.
        grouped: changes where rows name one man each; else empty.
        cuts: where the changes of each span begin, and the end.
    """

    game: Int
    period: Int
    side: Int
    start: Int
    stop: Int
    opens: Float
    closes: Float
    running: Bool
    moving: Bool
    unknown: Bool
    row: Int
    enter: Int
    leave: Int
    grouped: list[Change] | None
    cuts: Int

    def of_side(self, game: int, side: int) -> list[Span]:
        """The spans of a side, to be looked at one by one."""
        return [self._one(place) for place in np.flatnonzero((self.game == game) & (self.side == side)).tolist()]

    def _one(self, place: int) -> Span:
        own = slice(int(self.cuts[place]), int(self.cuts[place + 1]))
        if self.grouped is not None:
            changes = self.grouped[own]
        else:
            men = (zip(slots[own].tolist()) for slots in (self.enter, self.leave))
            changes = list(zip(self.row[own].tolist(), *men, strict=True))
        return Span(
            int(self.game[place]), int(self.period[place]), int(self.side[place]), int(self.start[place]),
            int(self.stop[place]), float(self.opens[place]), float(self.closes[place]), bool(self.running[place]),
            changes, UNKNOWN if self.unknown[place] else None,
        )  # fmt: skip


def read_spans(inputs: Inputs) -> tuple[Spans, list[int]]:
    """Both sides' periods of every game with their substitutions.

    Rows of one man each (college) are taken together per clock: all go in or out at the first of them.

    Returns:
        The spans; and the game of each substitution that is ignored, for it names one man alone.
    """
    stretches = inputs.stretches
    count = len(stretches.game)
    rows = np.flatnonzero(_SUBSTITUTIONS[inputs.event])
    event = inputs.event[rows]
    first, second = inputs.player1[rows], inputs.player2[rows]
    home_of = np.append(inputs.players.home, NONE)  # NONE is the last place
    sides = np.where(home_of[first] >= 0, 1 - home_of[first], NONE)
    pair = event == SUB
    sound = (sides >= 0) & (~pair | (home_of[first] == home_of[second]))
    lost = pair & ~sound
    # the text of a substitution may name somebody whom no roster knows
    nameless = lost & inputs.of_kind("unresolved".__eq__)[rows] & (inputs.home[rows] >= 0)
    stretch = stretches.of_row[rows]
    unknown = np.zeros(2 * count, bool)
    unknown[((1 - inputs.home[rows]) * count + stretch)[nameless]] = True
    moving = np.bincount(inputs.game[rows], minlength=len(inputs.game_ids)) > 0
    opens, closes, running = _moments(inputs)
    game, period, start, stop = (
        np.tile(own, 2) for own in (stretches.game, stretches.period, stretches.start, stretches.stop)
    )
    row, enter, leave, grouped, cuts = _changes(
        inputs, rows[sound], (sides * count + stretch)[sound], event[sound], first[sound], second[sound]
    )
    spans = Spans(
        game, period, np.repeat([0, 1], count), start, stop, np.tile(opens, 2), np.tile(closes, 2),
        np.tile(running, 2), moving[game], unknown, row, enter, leave, grouped, cuts,
    )  # fmt: skip
    return spans, inputs.game[rows[lost & ~nameless]].tolist()


def _moments(inputs: Inputs) -> tuple[Float, Float, Bool]:
    """Start and end of each stretch in seconds, and whether it is still played."""
    stretches = inputs.stretches
    game, period = stretches.game, stretches.period
    opens, closes = inputs.period_starts[game, period], inputs.period_starts[game, period + 1]
    last = inputs.elapsed[stretches.stop - 1]
    # a game that is still on ends, for now, at its last row
    running = ~inputs.final[game] & (stretches.stop == inputs.bounds[game + 1]) & (last < closes)
    return opens, np.where(running, last, closes), running


def _changes(
    inputs: Inputs, rows: Int, span: Int, event: Int, first: Int, second: Int
) -> tuple[Int, Int, Int, list[Change] | None, Int]:
    """Changes sorted by span and row, and where those of each span begin: see `Spans`."""
    order = np.argsort(span, kind="stable")
    rows, span, event, first, second = rows[order], span[order], event[order], first[order], second[order]
    ends = np.arange(2 * len(inputs.stretches.game) + 1)
    single = np.flatnonzero(event != SUB)
    if not len(single):  # one for one
        return rows, first, second, None, np.searchsorted(span, ends)
    fresh = np.ones(len(rows), bool)
    clock = inputs.clock[rows[single]]
    fresh[single[1:]] = (clock[1:] != clock[:-1]) | (span[single[1:]] != span[single[:-1]])
    enters, leaves = event != SUB_OUT, event != SUB_IN
    out = np.where(event == SUB, second, first)
    change = np.cumsum(fresh) - 1
    moves = [_grouped(men[mask], change[mask], int(fresh.sum())) for men, mask in ((first, enters), (out, leaves))]
    grouped = list(zip(rows[fresh].tolist(), *moves, strict=True))
    return rows, first, second, grouped, np.searchsorted(span[fresh], ends)


def _grouped(men: Int, change: Int, count: int) -> list[list[int]]:
    """Men of each change."""
    slots, cuts = men.tolist(), np.searchsorted(change, np.arange(count + 1)).tolist()
    return [slots[low:high] for low, high in itertools.pairwise(cuts)]
