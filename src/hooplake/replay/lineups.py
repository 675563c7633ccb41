"""Who is on court: the five on each side at every event, and the stints of every player.

Starters come from the box (first period) or are inferred (see ``starters``); substitutions are applied in order. A five
that the plays cannot settle stays unknown: never four, never six, never an invented player.

The substitutions of a game are some fifty rows, so this part walks them in Python; everything per play is arrays.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable

import numpy as np

from hooplake.replay.announced import PeriodBoxes
from hooplake.replay.contradictions import forget_contradicted
from hooplake.replay.inputs import NONE, Inputs, Int
from hooplake.replay.spans import Span, read_spans
from hooplake.replay.starters import FIVE, Evidence
from hooplake.replay.stints import Lineups, Stints

_MINUTE = 60.0


def find_lineups(inputs: Inputs, announced: PeriodBoxes | None = None) -> Lineups:
    """Lineups of every game of a chunk that has substitutions.

    Args:
        inputs: the chunk.
        announced: what the source announces of single periods.
    """
    evidence = Evidence(inputs)
    # the minutes of a box that is still being written are not those of the plays
    minutes = np.bincount(inputs.players.game, ~np.isnan(inputs.players.minutes), len(inputs.game_ids))
    timed = (inputs.final & (minutes > 0)).tolist()
    spans, ignored = read_spans(inputs)
    repairs = [(game, "substitution_of_one_ignored") for game in ignored]
    found: list[Span] = []
    for game, own in enumerate(spans):
        if own[0]:
            walk = _Walk(inputs, game, evidence, repairs, announced, timed=timed[game])
            for side in own:
                walk.settle_all(side)
                found += side
    sound = [span for span in found if span.fault is None]
    five, fives = _fives(inputs, sound)
    at = tuple(np.array([(span.game, span.period, span.side) for span in found], np.int64).reshape(-1, 3).T)
    looked_at = np.zeros((len(spans), int(inputs.period.max(initial=0)) + 1, 2), bool)
    looked_at[at] = True
    complete = np.zeros_like(looked_at)
    complete[at] = [span.fault is None for span in found]
    reasons = {(span.game, span.period, span.side): span.fault for span in found if span.fault is not None}
    known = np.array([bool(own[0]) for own in spans], bool)
    lineups = Lineups(five, fives, _stints(inputs, sound), known, looked_at, complete, reasons, repairs)
    forget_contradicted(inputs, evidence, lineups, announced)
    return lineups


def _fives(inputs: Inputs, spans: list[Span]) -> tuple[Int, Int]:
    """Id of the five after each row, shape (plays, 2), and the five of each id."""
    five = np.full((inputs.count, 2), NONE, np.int64)
    first = _laid_out(span.rows for span in spans)
    men = _laid_out(span.fives for span in spans).reshape(-1, FIVE)
    if not len(first):
        return five, men
    counts = np.array([len(span.rows) for span in spans])
    last = np.cumsum(counts) - 1
    after = np.r_[first[1:], 0]
    after[last] = [span.stop for span in spans]
    fresh = np.r_[True, np.any(men[1:] != men[:-1], axis=1)]
    length = after - first
    rows = np.arange(length.sum()) + np.repeat(first - np.cumsum(length) + length, length)
    side = np.repeat([span.side for span in spans], counts)
    five[rows, np.repeat(side, length)] = np.repeat(np.cumsum(fresh) - 1, length)
    return five, men[fresh]


def _stints(inputs: Inputs, spans: list[Span]) -> Stints:
    """All stays, in the order of the spans."""
    slot, first, after = _laid_out(span.stays for span in spans).reshape(-1, 3).T
    counts = [len(span.stays) // 3 for span in spans]
    rows = np.array([(span.period, span.start, span.stop) for span in spans], np.int64).reshape(-1, 3)
    moments = np.array([(span.opens, span.closes) for span in spans], float).reshape(-1, 2)
    (period, starts, stops), (opens, closes) = (np.repeat(of_span, counts, axis=0).T for of_span in (rows, moments))
    began = first < 0
    elapsed = np.append(inputs.elapsed, np.nan)  # a stay may end after the last row
    start = np.where(began, opens, elapsed[first])
    end = np.where(after == stops, np.maximum(closes, start), elapsed[after])
    return Stints(slot, period, np.where(began, starts, first), after, start, end, began)


def _laid_out(numbers: Iterable[list[int]]) -> Int:
    """The numbers of several lists, one after the other."""
    return np.fromiter(itertools.chain.from_iterable(numbers), np.int64)


class _Walk:
    """One game, side by side and period by period; ``timed`` if there are official minutes to compare with."""

    def __init__(
        self,
        inputs: Inputs,
        game: int,
        evidence: Evidence,
        repairs: list[tuple[int, str]],
        announced: PeriodBoxes | None,
        *,
        timed: bool,
    ) -> None:
        self.announced = announced if announced is not None and len(announced) else None
        self.inputs, self.game, self.evidence, self.repairs = inputs, game, evidence, repairs
        self.slots = slice(int(inputs.slot_bounds[game]), int(inputs.slot_bounds[game + 1]))
        self.timed = timed

    def settle_all(self, spans: list[Span]) -> None:
        """Find starters and stays of a side's periods that the plays settle, then of those that need the whole game."""
        for span in spans:
            starters = self._starters(span)
            if starters is not None:
                span.walk(starters)
        if all(span.starters is not None for span in spans):
            return
        seconds: dict[int, float] = {}
        for span in spans:
            self._count(span, seconds)
        for place, span in enumerate(spans):
            if span.starters is None and span.fault is None:
                settled = self._settle(span, spans[place - 1].ending if place else [], seconds)
                if settled is not None:
                    span.walk(settled)
                    self._count(span, seconds)
        self._doubt(spans, seconds)

    def _count(self, span: Span, seconds: dict[int, float]) -> None:
        """Add the time on court in a span whose fives are known, where there are minutes to compare it with."""
        if not self.timed or span.fault is not None or span.starters is None:
            return
        elapsed = self.inputs.elapsed
        for slot, first, after in zip(span.stays[::3], span.stays[1::3], span.stays[2::3], strict=True):
            start = span.opens if first < 0 else float(elapsed[first])
            end = max(span.closes, start) if after == span.stop else float(elapsed[after])
            seconds[slot] = seconds.get(slot, 0.0) + end - start

    def _roster(self, side: int) -> list[int]:
        """Slots of a side, sorted."""
        own = np.flatnonzero(self.inputs.players.home[self.slots] == 1 - side)
        return [self.slots.start + slot for slot in own.tolist()]

    def _starters(self, span: Span) -> list[int] | None:
        """The five that began a period, or None where the plays of the period do not tell."""
        if span.period == 1:
            listed = self.evidence.listed(span.game, span.side)
            if len(listed) == FIVE:
                return listed
        found = self.evidence.starters(span.game, span.side, span.period)
        if len(found) > FIVE:
            weak = self.evidence.weak(span.game, span.side, span.period)
            if len(found) - len(weak) == FIVE:
                found = [slot for slot in found if slot not in weak]
                self.repairs.append((self.game, "starter_entered_at_his_clock"))
        if self.announced is not None:
            found = self._with_announced(self.announced, span, found)
        return found if len(found) == FIVE else None

    def _with_announced(self, announced: PeriodBoxes, span: Span, found: list[int]) -> list[int]:
        """Those found, with whom the source or its official box of the period names: men who left no trace."""
        roster = self._roster(span.side)
        started = announced.started_by(roster, span.period)
        if started:
            self.repairs.append((self.game, "starter_announced"))
            found = started if len(started) == FIVE else [*found, *(slot for slot in started if slot not in found)]
        if len(found) < FIVE:
            unseen = [
                slot
                for slot in roster
                if slot not in found and announced.played(slot, span.period) and not self._enters(slot, span)
            ]
            if len(found) + len(unseen) == FIVE:
                self.repairs.append((self.game, "starter_by_period_box"))
                return found + unseen
        return found

    def _settle(self, span: Span, before: list[int], seconds: dict[int, float]) -> list[int] | None:
        """Complete a short five by men who played the whole period and left no trace in it.

        Where the box has minutes, they must lack those of the period; of several, those are taken who were on court
        when the period before ended. Without minutes it must be they, and nobody else.
        """
        minutes = self.inputs.players.minutes
        found = self.evidence.starters(span.game, span.side, span.period)
        short = FIVE - len(found)
        span.fault = f"{len(found)} players found"
        if short < 0 or span.running:
            return None  # of a period that is still played, men who left no trace may yet leave one
        unseen = [slot for slot in self._roster(span.side) if slot not in found and not self._enters(slot, span)]
        rule = "starter_without_a_trace"
        if self.timed:
            least = span.closes - span.opens - _MINUTE
            unseen = [slot for slot in unseen if minutes[slot] * _MINUTE - seconds.get(slot, 0.0) >= least]
            rule = "starter_by_official_minutes"
        if len(unseen) > short or not self.timed:
            unseen = [slot for slot in unseen if slot in before]
        if len(unseen) != short:
            span.fault += f", {len(unseen)} could complete the five"
            return None
        self.repairs.append((self.game, rule))
        span.fault, span.guessed = None, unseen
        return found + unseen

    def _doubt(self, spans: list[Span], seconds: dict[int, float]) -> None:
        """Take back completed fives that the official minutes contradict."""
        if not self.timed or any(span.fault is not None for span in spans):
            return
        minutes = self.inputs.players.minutes
        for span in spans:
            if any(abs(minutes[slot] * _MINUTE - seconds[slot]) > _MINUTE for slot in span.guessed):
                span.fault = "no five fits the official minutes"

    def _enters(self, slot: int, span: Span) -> bool:
        return self.evidence.enters(slot, span.period)
