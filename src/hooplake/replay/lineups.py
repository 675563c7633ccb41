"""Who is on court: the five on each side at every event, and the stints of every player.

Starters come from the box (first period) or are inferred (see ``starters``); substitutions are applied in order. A five
that the plays cannot settle stays unknown: never four, never six, never an invented player.

The substitutions of a game are some hundred rows, so this part walks them in Python; everything per play is arrays.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hooplake.replay.announced import PeriodBoxes
from hooplake.replay.contradictions import forget_contradicted
from hooplake.replay.inputs import CODE, NONE, Inputs, Int
from hooplake.replay.starters import FIVE, SUB, SUB_IN, SUB_OUT, Evidence
from hooplake.replay.stints import Lineups, Stint

_SUBSTITUTIONS = np.isin(np.arange(len(CODE)), [SUB, SUB_IN, SUB_OUT])
_MINUTE = 60.0


def find_lineups(inputs: Inputs, announced: PeriodBoxes | None = None) -> Lineups:
    """Lineups of every game of a chunk that has substitutions.

    Args:
        inputs: the chunk.
        announced: what the source announces of single periods.
    """
    lineups = Lineups([], np.full((inputs.count, 2), NONE, np.int64))
    ids: dict[tuple[int, ...], int] = {}
    evidence = Evidence(inputs)
    rows = np.flatnonzero(_SUBSTITUTIONS[inputs.event])
    moves = list(
        zip(
            rows.tolist(), inputs.event[rows].tolist(), inputs.player1[rows].tolist(), inputs.player2[rows].tolist(),
            inputs.clock[rows].tolist(), inputs.elapsed[rows].tolist(), inputs.home[rows].tolist(),
            _unresolved(inputs, rows),
            strict=True,
        )
    )  # fmt: skip
    cuts = np.searchsorted(rows, inputs.bounds).tolist()
    periods = _periods(inputs)
    pieces: tuple[list[tuple[int, int, int]], ...] = ([], [])
    for game in range(len(inputs.game_ids)):
        own = moves[cuts[game] : cuts[game + 1]]
        lineups.known.append(bool(own))
        if own:
            _Walk(inputs, game, evidence, own, periods[game], lineups, ids, announced).run(pieces)
    for side in (0, 1):
        lineups.lay(pieces[side], side)
    forget_contradicted(inputs, evidence, lineups, announced)
    return lineups


def _periods(inputs: Inputs) -> list[list[tuple[int, int, int, float]]]:
    """Each game's stretches of one period: the period, first row, first row after, and seconds at the last row."""
    found: list[list[tuple[int, int, int, float]]] = [[] for _ in inputs.game_ids]
    if not inputs.count:
        return found
    changed = (np.diff(inputs.period) != 0) | (np.diff(inputs.game) != 0)
    starts = np.concatenate([[0], np.flatnonzero(changed) + 1])
    stops = np.append(starts[1:], inputs.count)
    columns = (inputs.game[starts], inputs.period[starts], starts, stops, inputs.elapsed[stops - 1])
    for game, *stretch in zip(*(column.tolist() for column in columns), strict=True):
        found[game].append(tuple(stretch))
    return found


def _unresolved(inputs: Inputs, rows: Int) -> list[bool]:
    """Whether the text of a substitution names somebody whom no roster knows."""
    kinds = inputs.plays["kind"].take(pa.array(rows))
    flags: list[bool] = pc.fill_null(pc.equal(kinds, "unresolved"), False).to_pylist()
    return flags


_Move = tuple[int, int, int, int, float, float, int, bool]
"""Row, event, first player, second player, clock, seconds since the tip-off, home, a name is not known."""


@dataclass(slots=True)
class _Span:
    """One side in one period: its changes as (row, moment, in, out), and what they lead to."""

    period: int
    side: int
    start: int
    stop: int
    opens: float
    closes: float
    running: bool
    changes: list[tuple[int, float, list[int], list[int]]]
    starters: list[int] | None = None
    guessed: list[int] = field(default_factory=list)
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
        periods: list[tuple[int, int, int, float]],
        lineups: Lineups,
        ids: dict[tuple[int, ...], int],
        announced: PeriodBoxes | None,
    ) -> None:
        self.announced = announced if announced is not None and len(announced) else None
        self.inputs, self.game, self.evidence, self.lineups, self.ids = inputs, game, evidence, lineups, ids
        self.moves, self.periods = moves, periods
        first, last = int(inputs.slot_bounds[game]), int(inputs.slot_bounds[game + 1])
        homes = inputs.players.home[first:last].tolist()
        self.roster: list[list[int]] = [[first + n for n, home in enumerate(homes) if home == flag] for flag in (1, 0)]
        self.side_of = {slot: side for side in (0, 1) for slot in self.roster[side]}
        self.seconds: dict[int, float] = {}
        # the minutes of a box that is still being written are not those of the plays
        self.timed = bool(inputs.final[game]) and not bool(np.isnan(inputs.players.minutes[first:last]).all())

    def run(self, pieces: tuple[list[tuple[int, int, int]], ...]) -> None:
        """Find starters and stints of the periods that the plays settle, then of those that need the whole game.

        Args:
            pieces: per side the stretches of known fives, to which those of this game are added.
        """
        spans = self._spans()
        for side in (0, 1):
            for span in spans[side]:
                starters = self._starters(span)
                if starters is not None:
                    self._walk(span, starters)
            for place, span in enumerate(spans[side]):
                if span.starters is None and span.fault is None:
                    settled = self._settle(span, spans[side][place - 1].ending if place else [])
                    if settled is not None:
                        self._walk(span, settled)
            self._doubt(spans[side])
            for span in spans[side]:
                self._keep(span, pieces[span.side])

    def _spans(self) -> list[list[_Span]]:
        """Both sides' periods with their substitutions.

        Rows of one man each (college) are taken together per clock: all go in or out at the first of them.
        """
        rules, final = self.inputs.rules[self.game], bool(self.inputs.final[self.game])
        spans: list[list[_Span]] = [[], []]
        place = 0
        for period, start, stop, last in self.periods:
            opens = float(rules.start(period))
            closes = opens + rules.length(period)
            # a game that is still on ends, for now, at its last row
            running = not final and stop == self.periods[-1][2] and last < closes
            closes = last if running else closes
            both = [_Span(period, side, start, stop, opens, closes, running, []) for side in (0, 1)]
            clocks: list[float | None] = [None, None]
            while place < len(self.moves) and self.moves[place][0] < stop:
                self._add(self.moves[place], both, clocks)
                place += 1
            for side in (0, 1):
                spans[side].append(both[side])
        return spans

    def _add(self, move: _Move, both: list[_Span], clocks: list[float | None]) -> None:
        row, event, first, second, clock, moment, home, unresolved = move
        side = self.side_of.get(first)
        if event == SUB:
            if side is not None and self.side_of.get(second) == side:
                both[side].changes.append((row, moment, [first], [second]))
            elif unresolved and home >= 0:
                both[1 - home].fault = "a substitution names a man who is not known"
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
        if span.fault is None:
            for stint in span.stints:
                self.seconds[stint.slot] = self.seconds.get(stint.slot, 0.0) + stint.end - stint.start

    def _starters(self, span: _Span) -> list[int] | None:
        """The five that began a period, or None where the plays of the period do not tell."""
        roster = self.roster[span.side]
        if span.period == 1:
            listed = [slot for slot in roster if self.inputs.players.starter[slot]]
            if len(listed) == FIVE:
                return listed
        found, weak = self.evidence.starters(roster, span.period)
        if len(found) > FIVE and len(found) - len(weak) == FIVE:
            found = [slot for slot in found if slot not in weak]
            self.lineups.repairs.append((self.game, "starter_entered_at_his_clock"))
        if self.announced is not None:
            found = self._with_announced(self.announced, span, found)
        return found if len(found) == FIVE else None

    def _with_announced(self, announced: PeriodBoxes, span: _Span, found: list[int]) -> list[int]:
        """Those found, with whom the source or its official box of the period names: men who left no trace."""
        roster = self.roster[span.side]
        started = announced.started_by(roster, span.period)
        if started:
            self.lineups.repairs.append((self.game, "starter_announced"))
            found = started if len(started) == FIVE else [*found, *(slot for slot in started if slot not in found)]
        if len(found) < FIVE:
            unseen = [
                slot
                for slot in roster
                if slot not in found and announced.played(slot, span.period) and not self._enters(slot, span)
            ]
            if len(found) + len(unseen) == FIVE:
                self.lineups.repairs.append((self.game, "starter_by_period_box"))
                return found + unseen
        return found

    def _settle(self, span: _Span, before: list[int]) -> list[int] | None:
        """Complete a short five by men who played the whole period and left no trace in it.

        Where the box has minutes, they must lack those of the period; of several, those are taken who were on court
        when the period before ended. Without minutes it must be they, and nobody else.
        """
        minutes = self.inputs.players.minutes
        roster = self.roster[span.side]
        found, _ = self.evidence.starters(roster, span.period)
        short = FIVE - len(found)
        span.fault = f"{len(found)} players found"
        if short < 0 or span.running:
            return None  # of a period that is still played, men who left no trace may yet leave one
        unseen = [slot for slot in roster if slot not in found and not self._enters(slot, span)]
        rule = "starter_without_a_trace"
        if self.timed:
            least = span.closes - span.opens - _MINUTE
            unseen = [slot for slot in unseen if minutes[slot] * _MINUTE - self.seconds.get(slot, 0.0) >= least]
            rule = "starter_by_official_minutes"
        if len(unseen) > short or not self.timed:
            unseen = [slot for slot in unseen if slot in before]
        if len(unseen) != short:
            span.fault += f", {len(unseen)} could complete the five"
            return None
        self.lineups.repairs.append((self.game, rule))
        span.fault, span.guessed = None, unseen
        return found + unseen

    def _doubt(self, spans: list[_Span]) -> None:
        """Take back completed fives that the official minutes contradict."""
        if not self.timed or any(span.fault is not None for span in spans):
            return
        minutes = self.inputs.players.minutes
        for span in spans:
            if any(abs(minutes[slot] * _MINUTE - self.seconds[slot]) > _MINUTE for slot in span.guessed):
                span.fault = "no five fits the official minutes"

    def _enters(self, slot: int, span: _Span) -> bool:
        return self.evidence.enters(slot, span.period) < self.evidence.never

    def _keep(self, span: _Span, pieces: list[tuple[int, int, int]]) -> None:
        """Record a period that is sure from end to end; of one that is not, only why."""
        lineups, key = self.lineups, (self.game, span.period, span.side)
        lineups.complete[key] = span.fault is None
        if span.fault is not None:
            lineups.reasons[key] = span.fault
            return
        lineups.stints.extend(span.stints)
        known, first, number = self.ids, span.start, NONE
        for row, five in span.fives:
            if row > first:
                pieces.append((first, row, number))
            first, number = row, known.setdefault(five, len(known))
            if number == len(lineups.fives):
                lineups.fives.append(five)
        pieces.append((first, span.stop, number))
