"""Who is on court: the five on each side at every event, and the stints of every player.

Starters come from the box (first period) or are inferred (see ``starters``); substitutions are applied in order. A five
that the plays cannot settle stays unknown: never four, never six, never an invented player.

The substitutions of a game are some hundred rows, so this part walks them in Python; everything per play is arrays.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from hooplake.replay.inputs import CODE, NONE, Inputs, Int
from hooplake.replay.starters import FIVE, SUB, SUB_IN, SUB_OUT, Evidence

_SUBSTITUTIONS = np.isin(np.arange(len(CODE)), [SUB, SUB_IN, SUB_OUT])
_MINUTE = 60.0


@dataclass(slots=True)
class Stint:
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


def find_lineups(inputs: Inputs) -> Lineups:
    """Lineups of every game of a chunk that has substitutions."""
    lineups = Lineups([], np.full((inputs.count, 2), NONE, np.int64))
    ids: dict[tuple[int, ...], int] = {}
    evidence = Evidence(inputs)
    rows = np.flatnonzero(_SUBSTITUTIONS[inputs.event])
    moves = list(
        zip(
            rows.tolist(), inputs.event[rows].tolist(), inputs.player1[rows].tolist(), inputs.player2[rows].tolist(),
            inputs.clock[rows].tolist(), inputs.elapsed[rows].tolist(),
            strict=True,
        )
    )  # fmt: skip
    cuts = np.searchsorted(rows, inputs.bounds).tolist()
    for game in range(len(inputs.game_ids)):
        own = moves[cuts[game] : cuts[game + 1]]
        lineups.known.append(bool(own))
        if own:
            _Walk(inputs, game, evidence, own, lineups, ids).run()
    return lineups


_Move = tuple[int, int, int, int, float, float]
"""Row, event, first player, second player, clock, seconds since the tip-off."""


@dataclass(slots=True)
class _Span:
    """One side in one period: its changes as (row, moment, in, out), and what they lead to."""

    period: int
    side: int
    start: int
    stop: int
    opens: float
    closes: float
    changes: list[tuple[int, float, list[int], list[int]]]
    starters: list[int] | None = None
    stints: list[Stint] = field(default_factory=list)
    fives: list[tuple[int, tuple[int, ...]]] = field(default_factory=list)
    fault: str | None = None

    @property
    def ending(self) -> list[int]:
        """Who was on court at the end, empty where not known."""
        return list(self.fives[-1][1]) if self.fault is None and self.fives else []

    def walk(self, starters: list[int]) -> None:
        """Apply the changes to the starters."""
        self.starters = starters
        court = dict.fromkeys(starters, (self.start, self.opens, True))
        self.fives = [(self.start, tuple(sorted(starters)))]
        for row, moment, enter, leave in self.changes:
            if len(enter) > 1 or len(leave) > 1:
                both = set(enter) & set(leave)  # in and out at one clock: he stays as he was
                enter, leave = ([slot for slot in slots if slot not in both] for slots in (enter, leave))
            for slot in leave:
                if slot in court:
                    first, since, began = court.pop(slot)
                    self.stints.append(Stint(slot, self.period, first, row, since, moment, began))
                else:
                    self.fault = self.fault or "a man goes out who is not on court"
            for slot in enter:
                court.setdefault(slot, (row, moment, False))
            if len(court) != FIVE:
                self.fault = self.fault or f"{len(court)} on court after a change"
            self.fives.append((row, tuple(sorted(court))))
        for slot, (first, since, began) in court.items():
            end = max(self.closes, since)
            self.stints.append(Stint(slot, self.period, first, self.stop, since, end, began))


class _Walk:
    """One game, side by side and period by period."""

    def __init__(
        self,
        inputs: Inputs,
        game: int,
        evidence: Evidence,
        moves: list[_Move],
        lineups: Lineups,
        ids: dict[tuple[int, ...], int],
    ) -> None:
        self.inputs, self.game, self.evidence, self.lineups, self.ids = inputs, game, evidence, lineups, ids
        self.moves = moves
        first, last = int(inputs.slot_bounds[game]), int(inputs.slot_bounds[game + 1])
        homes = inputs.players.home[first:last].tolist()
        self.roster: list[list[int]] = [[first + n for n, home in enumerate(homes) if home == flag] for flag in (1, 0)]
        self.side_of = {slot: side for side in (0, 1) for slot in self.roster[side]}
        self.seconds: dict[int, float] = {}

    def run(self) -> None:
        """Find starters and stints of every period, then settle what needs the whole game's minutes."""
        spans = self._spans()
        for side in (0, 1):
            before: list[int] = []
            for span in spans[side]:
                starters = self._starters(span, before)
                if starters is not None:
                    self._walk(span, starters)
                before = span.ending
            for place, span in enumerate(spans[side]):
                if span.starters is None:
                    settled = self._settle(span, spans[side][place - 1].ending if place else [])
                    if settled is not None:
                        self._walk(span, settled)
                self._keep(span)

    def _spans(self) -> list[list[_Span]]:
        """Both sides' periods with their substitutions.

        Rows of one man each (college) are taken together per clock: all go in or out at the first of them.
        """
        inputs, game = self.inputs, self.game
        low, high = int(inputs.bounds[game]), int(inputs.bounds[game + 1])
        periods = inputs.period[low:high]
        cuts = [low, *(low + np.flatnonzero(np.diff(periods)) + 1).tolist(), high]
        rules, final = inputs.rules[game], bool(inputs.final[game])
        spans: list[list[_Span]] = [[], []]
        place = 0
        for start, stop in pairwise(cuts):
            period = int(inputs.period[start])
            opens = float(rules.start(period))
            # a game that is still on ends, for now, at its last row
            closes = opens + rules.length(period) if final or stop < high else float(inputs.elapsed[stop - 1])
            both = [_Span(period, side, start, stop, opens, closes, []) for side in (0, 1)]
            clocks: list[float | None] = [None, None]
            while place < len(self.moves) and self.moves[place][0] < stop:
                self._add(self.moves[place], both, clocks)
                place += 1
            for side in (0, 1):
                spans[side].append(both[side])
        return spans

    def _add(self, move: _Move, both: list[_Span], clocks: list[float | None]) -> None:
        row, event, first, second, clock, moment = move
        side = self.side_of.get(first)
        if event == SUB:
            if side is not None and self.side_of.get(second) == side:
                both[side].changes.append((row, moment, [first], [second]))
            else:
                self.lineups.repairs.append((self.game, "substitution_of_one_ignored"))
        elif side is not None:
            if clocks[side] != clock:
                both[side].changes.append((row, moment, [], []))
                clocks[side] = clock
            _, _, enter, leave = both[side].changes[-1]
            (enter if event == SUB_IN else leave).append(first)

    def _walk(self, span: _Span, starters: list[int]) -> None:
        span.walk(starters)
        for stint in span.stints:
            self.seconds[stint.slot] = self.seconds.get(stint.slot, 0.0) + stint.end - stint.start

    def _starters(self, span: _Span, before: list[int]) -> list[int] | None:
        """The five that began a period, or None where the plays alone do not tell."""
        roster = self.roster[span.side]
        if span.period == 1:
            listed = [slot for slot in roster if self.inputs.players.starter[slot]]
            if len(listed) == FIVE:
                return listed
        found, weak = self.evidence.starters(roster, span.period)
        if len(found) > FIVE and len(found) - len(weak) <= FIVE:
            while len(found) > FIVE:
                found.remove(weak.pop())
            self.lineups.repairs.append((self.game, "starter_entered_at_his_clock"))
        if len(found) == FIVE:
            return found
        if len(found) < FIVE:
            # who was on court when the last period ended and is in no row of this one
            unseen = [slot for slot in before if slot not in found and not self._enters(slot, span)]
            if len(unseen) == FIVE - len(found):
                self.lineups.repairs.append((self.game, "starter_without_a_trace"))
                return found + unseen
        return None

    def _enters(self, slot: int, span: _Span) -> bool:
        return self.evidence.enters(slot, span.period) < self.evidence.never

    def _settle(self, span: _Span, before: list[int]) -> list[int] | None:
        """Complete a short five by the official minutes that nothing else explains."""
        found, weak = self.evidence.starters(self.roster[span.side], span.period)
        short = FIVE - len(found)
        reason = f"{len(found)} players found"
        if short > 0 and not weak:
            length = span.closes - span.opens
            fitting = []
            for slot in self.roster[span.side]:
                official = float(self.inputs.players.minutes[slot])
                if slot in found or self._enters(slot, span) or np.isnan(official):
                    continue
                if abs(official * _MINUTE - self.seconds.get(slot, 0.0) - length) <= _MINUTE:
                    fitting.append(slot)
            if len(fitting) > short:
                fitting = [slot for slot in fitting if slot in before]
            if len(fitting) == short:
                self.lineups.repairs.append((self.game, "starter_by_official_minutes"))
                return found + fitting
            reason = f"{len(found)} players found, {len(fitting)} could complete the five"
        self.lineups.reasons[self.game, span.period, span.side] = reason
        return None

    def _keep(self, span: _Span) -> None:
        """Record what is sure: the fives up to the row where the count goes wrong, stints of sound periods only."""
        lineups, key = self.lineups, (self.game, span.period, span.side)
        lineups.complete[key] = span.starters is not None and span.fault is None
        sound = len(span.fives)
        if span.fault is not None:
            sound = next((n for n, (_, five) in enumerate(span.fives) if len(five) != FIVE), 1)
            lineups.reasons[key] = span.fault
        elif span.starters is not None:
            lineups.stints.extend(span.stints)
        for number, (row, five) in enumerate(span.fives[:sound]):
            until = span.fives[number + 1][0] if number + 1 < len(span.fives) else span.stop
            lineups.five[row:until, span.side] = self.ids.setdefault(five, len(lineups.fives))
            if len(self.ids) > len(lineups.fives):
                lineups.fives.append(five)
