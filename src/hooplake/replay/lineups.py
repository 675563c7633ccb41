"""Who is on court: the five on each side at every event, and the stints of every player.

Starters come from the box (first period) or are inferred (see ``starters``); substitutions are applied in order. A five
that the plays cannot settle stays unknown: never four, never six, never an invented player.

Where the starters are clear and men change one for one, the substitutions of all games are walked through at once
(see ``courts``). Of what remains, a few teams of a chunk, each is walked through by itself in Python.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable

import numpy as np

from hooplake.replay.announced import PeriodBoxes
from hooplake.replay.contradictions import forget_contradicted
from hooplake.replay.courts import FAULTS, Courts, walk_courts
from hooplake.replay.inputs import NONE, Inputs, Int
from hooplake.replay.spans import UNKNOWN, Span, Spans, read_spans
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
    nothing = np.zeros(0, np.int64)
    started = announced.started if announced is not None else (nothing, nothing)
    starters, clear, told = evidence.fives(spans.game, spans.side, spans.period, started)
    # a team is looked at span by span where the starters of one of its spans are not clear
    team = 2 * spans.game + spans.side
    teams = 2 * len(inputs.game_ids)
    slow = np.bincount(team, ~clear | (spans.grouped is not None), teams)[team] > 0
    repairs += [(game, "starter_announced") for game in spans.game[spans.moving & ~slow & told].tolist()]
    chosen = np.flatnonzero(spans.moving & ~slow & ~spans.unknown)
    courts = walk_courts(spans, chosen, starters[chosen])
    faults = {int(place): FAULTS[fault] for place, fault in zip(chosen, courts.fault, strict=True) if fault}
    faults |= dict.fromkeys(np.flatnonzero(spans.moving & ~slow & spans.unknown).tolist(), UNKNOWN)
    reasons = {_name(spans, place): fault for place, fault in faults.items() if fault is not None}
    found: list[Span] = []
    for number in np.unique(team[spans.moving & slow]).tolist():
        game, side = divmod(number, 2)
        own = spans.of_side(game, side)
        _Walk(inputs, game, evidence, repairs, announced, timed=timed[game]).settle_all(own)
        found += own
    reasons |= {(span.game, span.period, span.side): span.fault for span in found if span.fault is not None}
    sound = [span for span in found if span.fault is None]
    looked_at = np.zeros((len(inputs.game_ids), int(inputs.period.max(initial=0)) + 1, 2), bool)
    looked_at[spans.game[spans.moving], spans.period[spans.moving], spans.side[spans.moving]] = True
    complete = looked_at.copy()
    if reasons:
        complete[tuple(np.array(list(reasons), np.int64).T)] = False
    known = np.zeros(len(inputs.game_ids), bool)
    known[spans.game[spans.moving]] = True
    five, fives = _fives(inputs, spans, courts, sound)
    stints = _stints(inputs, spans, courts, sound)
    lineups = Lineups(five, fives, stints, known, looked_at, complete, reasons, repairs)
    forget_contradicted(inputs, evidence, lineups, announced)
    return lineups


def _name(spans: Spans, place: int) -> tuple[int, int, int]:
    return int(spans.game[place]), int(spans.period[place]), int(spans.side[place])


def _fives(inputs: Inputs, spans: Spans, courts: Courts, walked: list[Span]) -> tuple[Int, Int]:
    """Id of the five after each row, shape (plays, 2), and the five of each id.

    Args:
        inputs: the chunk.
        spans: all spans, which share out the rows of each side.
        courts: fives of spans that were walked through at once.
        walked: other spans whose fives are known.
    """
    unknown = np.full((len(spans.start), FIVE), NONE, np.int64)  # until others come, which they do at the same row
    men = [unknown, courts.men, _laid_out(span.fives for span in walked).reshape(-1, FIVE)]
    rows = np.concatenate([spans.start, courts.row, _laid_out(span.rows for span in walked)])
    of_walked = np.repeat(np.array([span.side for span in walked], np.int64), [len(span.rows) for span in walked])
    sides = np.concatenate([spans.side, spans.side[courts.span], of_walked])
    key = sides * inputs.count + rows
    order = np.argsort(key, kind="stable")
    key = key[order]
    all_men = np.concatenate(men)[order]
    # of several fives from one row on the last one holds
    held = np.append(key[1:] != key[:-1], True) if len(key) else np.zeros(0, bool)
    key, all_men = key[held], all_men[held]
    there = all_men[:, 0] >= 0
    fresh = np.ones(len(key), bool)
    fresh[1:] = np.any(all_men[1:] != all_men[:-1], axis=1)
    code = np.where(there, np.cumsum(fresh & there) - 1, NONE)
    five = np.repeat(code, np.diff(np.append(key, 2 * inputs.count))).reshape(2, inputs.count).T
    return five, all_men[fresh & there]


def _stints(inputs: Inputs, spans: Spans, courts: Courts, walked: list[Span]) -> Stints:
    """All stays, in no order; of one man who comes and goes at one row, in the order of play."""
    slot, first, after = _laid_out(span.stays for span in walked).reshape(-1, 3).T
    counts = [len(span.stays) // 3 for span in walked]
    rows = np.array([(span.period, span.start, span.stop) for span in walked], np.int64).reshape(-1, 3)
    moments = np.array([(span.opens, span.closes) for span in walked], float).reshape(-1, 2)
    of_walked = [*np.repeat(rows, counts, axis=0).T, *np.repeat(moments, counts, axis=0).T]
    of_courts = [
        of_span[courts.stay_span] for of_span in (spans.period, spans.start, spans.stop, spans.opens, spans.closes)
    ]
    period, starts, stops, opens, closes = map(np.concatenate, zip(of_courts, of_walked, strict=True))
    slot = np.concatenate([courts.stay_slot, slot])
    first, after = np.concatenate([courts.stay_first, first]), np.concatenate([courts.stay_after, after])
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
