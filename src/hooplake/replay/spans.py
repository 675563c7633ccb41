"""Spans: one side in one period, with who comes and goes in it, and the fives and stays that this leads to."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from hooplake.replay.inputs import CODE, NONE, Inputs, Int
from hooplake.replay.starters import FIVE, SUB, SUB_IN, SUB_OUT

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
                    self.fault = "a man goes out who is not on court"
                    return
                stays += (slot, court.pop(slot), row)
            for slot in enter:
                court.setdefault(slot, row)
            if len(court) != FIVE:
                self.fault = f"{len(court)} on court after a change"
                return
            rows.append(row)
            fives += sorted(court)
        for slot, first in court.items():
            stays += (slot, first, self.stop)
        self.rows, self.fives, self.stays = rows, fives, stays


def read_spans(inputs: Inputs) -> tuple[list[tuple[list[Span], list[Span]]], list[int]]:
    """Both sides' periods of every game with their substitutions.

    Rows of one man each (college) are taken together per clock: all go in or out at the first of them.

    Returns:
        Per game the spans of the home and of the away team, none for a game without substitutions; and the game of
        each substitution that is ignored, for it names one man alone.
    """
    rows = np.flatnonzero(_SUBSTITUTIONS[inputs.event])
    event = inputs.event[rows]
    first, second = inputs.player1[rows], inputs.player2[rows]
    home_of = np.append(inputs.players.home, NONE)  # NONE is the last place
    sides = np.where(home_of[first] >= 0, 1 - home_of[first], NONE)
    pair = event == SUB
    sound = (sides >= 0) & (~pair | (home_of[first] == home_of[second]))
    lost = pair & ~sound
    # the text of a substitution may name somebody whom no roster knows
    unknown = lost & inputs.of_kind("unresolved".__eq__)[rows] & (inputs.home[rows] >= 0)
    keys = 2 * inputs.stretches.of_row[rows]  # of the home team's span; the next is the visitors'
    faults = set((keys + 1 - inputs.home[rows])[unknown].tolist())
    changes, cuts = _changes(inputs, rows[sound], (keys + sides)[sound], event[sound], first[sound], second[sound])
    found: list[tuple[list[Span], list[Span]]] = [([], []) for _ in inputs.game_ids]
    moving = np.bincount(inputs.game[rows], minlength=len(found)) > 0
    for place, game, period, start, stop, opens, closes, running in _periods(inputs):
        if moving[game]:
            for side, spans in enumerate(found[game]):
                key = 2 * place + side
                own = changes[cuts[key] : cuts[key + 1]]
                fault = "a substitution names a man who is not known" if key in faults else None
                spans.append(Span(game, period, side, start, stop, opens, closes, running, own, fault))
    return found, inputs.game[rows[lost & ~unknown]].tolist()


def _periods(inputs: Inputs) -> list[tuple[int, int, int, int, int, float, float, bool]]:
    """Place, game, period, first row, first row after, start and end in seconds, and whether it is still played."""
    stretches = inputs.stretches
    game, period = stretches.game, stretches.period
    opens, closes = inputs.period_starts[game, period], inputs.period_starts[game, period + 1]
    last = inputs.elapsed[stretches.stop - 1]
    # a game that is still on ends, for now, at its last row
    running = ~inputs.final[game] & (stretches.stop == inputs.bounds[game + 1]) & (last < closes)
    columns = (
        np.arange(len(game)), game, period, stretches.start, stretches.stop, opens, np.where(running, last, closes),
        running,
    )  # fmt: skip
    return list(zip(*(column.tolist() for column in columns), strict=True))


def _changes(
    inputs: Inputs, rows: Int, span: Int, event: Int, first: Int, second: Int
) -> tuple[list[Change], list[int]]:
    """Changes sorted by span and row, and where those of each span begin."""
    order = np.argsort(span, kind="stable")
    rows, span, event, first, second = rows[order], span[order], event[order], first[order], second[order]
    fresh = np.ones(len(rows), bool)
    single = np.flatnonzero(event != SUB)
    clock = inputs.clock[rows[single]]
    fresh[single[1:]] = (clock[1:] != clock[:-1]) | (span[single[1:]] != span[single[:-1]])
    enters, leaves = event != SUB_OUT, event != SUB_IN
    out = np.where(event == SUB, second, first)
    cuts = np.searchsorted(span[fresh], np.arange(2 * len(inputs.stretches.game) + 1)).tolist()
    if not len(single):  # one for one
        return list(zip(rows.tolist(), zip(first.tolist()), zip(out.tolist()), strict=True)), cuts
    change = np.cumsum(fresh) - 1
    moves = [_grouped(men[mask], change[mask], int(fresh.sum())) for men, mask in ((first, enters), (out, leaves))]
    return list(zip(rows[fresh].tolist(), *moves, strict=True)), cuts


def _grouped(men: Int, change: Int, count: int) -> list[list[int]]:
    """Men of each change."""
    slots, cuts = men.tolist(), np.searchsorted(change, np.arange(count + 1)).tolist()
    return [slots[low:high] for low, high in itertools.pairwise(cuts)]
