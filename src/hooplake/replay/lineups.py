"""Who is on court: starters of each period, stints, and the five on each side at every event.

Only the first period's starters are announced (the box has them). Those of later periods are inferred from the plays,
because changes made during a break have no row: whoever acts, or is taken out, before he is brought in has started.
A five that the plays cannot settle stays unknown: never four, never six, never an invented player.

The substitutions of a game are some hundred rows, so this part walks them in Python; everything per play is arrays.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from hooplake.replay.inputs import CODE, NONE, Bool, Inputs, Int

_SUB, _IN, _OUT = CODE["substitution"], CODE["sub_in"], CODE["sub_out"]
_SUB_CODES = np.array([_SUB, _IN, _OUT])
# the bench, coaches and the scorer's table get these rows too, so they prove nobody's presence
_NO_EVIDENCE = np.array(
    [CODE[name] for name in (
        "technical_foul", "double_technical", "violation", "timeout", "challenge", "review", "ejection",
        "period_start", "period_end", "game_end", "placeholder", "unknown", "unmapped", *("substitution", "sub_in"),
        "sub_out",
    )]
)  # fmt: skip
_TECHNICAL_KINDS = ("technical",)
FIVE = 5


@dataclass(slots=True)
class Stint:
    """One unbroken stay of a player on court within a period.

    Attributes:
        slot: the player.
        period: the period.
        start_row: first row of the stay (a row of the chunk's plays).
        end_row: first row after the stay.
        start, end: seconds since the tip-off.
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
        complete: per (game, period, side) that was looked at, whether its fives are known.
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
    evidence = _Evidence(inputs)
    for game in range(len(inputs.game_ids)):
        low, high = int(inputs.bounds[game]), int(inputs.bounds[game + 1])
        subs = np.isin(inputs.event[low:high], _SUB_CODES)
        lineups.known.append(bool(subs.any()))
        if subs.any():
            _Walk(inputs, game, evidence, lineups, ids).run()
    return lineups


class _Evidence:
    """First action and first substitution of every player in every period, for the whole chunk at once."""

    def __init__(self, inputs: Inputs) -> None:
        count = inputs.count
        width = int(inputs.period.max(initial=0)) + 1
        self._width = width
        slots = len(inputs.players)
        shape = slots * width
        acts = ~np.isin(inputs.event, _NO_EVIDENCE)
        technical = _technical_rows(inputs)
        acts &= ~technical
        first = np.full(shape, count, np.int64)
        rows = np.arange(count)
        for players in (inputs.player1, inputs.player2, inputs.player3):
            mask = acts & (players >= 0)
            np.minimum.at(first, players[mask] * width + inputs.period[mask], rows[mask])
        self._act = first
        self._in = np.full(shape, count, np.int64)
        self._out = np.full(shape, count, np.int64)
        full, single_in, single_out = (inputs.event == code for code in _SUB_CODES)
        # a row that names only one man says nothing certain ("enters the game for  ")
        paired = full & (inputs.player1 >= 0) & (inputs.player2 >= 0)
        for mask, players, target in (
            (paired, inputs.player1, self._in),
            (paired, inputs.player2, self._out),
            (single_in, inputs.player1, self._in),
            (single_out, inputs.player1, self._out),
        ):
            mask = mask & (players >= 0)
            np.minimum.at(target, players[mask] * width + inputs.period[mask], rows[mask])

    def of(self, slot: int, period: int) -> tuple[int, int, int]:
        """First row in which a player acts, comes in, goes out; the number of rows where he does not."""
        place = slot * self._width + period
        return int(self._act[place]), int(self._in[place]), int(self._out[place])


def _technical_rows(inputs: Inputs) -> Bool:
    import pyarrow as pa
    import pyarrow.compute as pc

    kinds = pc.is_in(inputs.plays["kind"], value_set=pa.array(_TECHNICAL_KINDS))
    technical: Bool = kinds.to_numpy(zero_copy_only=False) & (inputs.event == CODE["foul"])
    return technical


class _Walk:
    """One game, period by period."""

    def __init__(
        self, inputs: Inputs, game: int, evidence: _Evidence, lineups: Lineups, ids: dict[tuple[int, ...], int]
    ) -> None:
        self.inputs, self.game, self.evidence, self.lineups, self.ids = inputs, game, evidence, lineups, ids
        self.low, self.high = int(inputs.bounds[game]), int(inputs.bounds[game + 1])
        first, last = int(inputs.slot_bounds[game]), int(inputs.slot_bounds[game + 1])
        homes = inputs.players.home[first:last]
        self.roster = {side: [first + int(i) for i in np.flatnonzero(homes == 1 - side)] for side in (0, 1)}
        self.side_of = {slot: side for side in (0, 1) for slot in self.roster[side]}
        self.seconds: dict[int, float] = {}

    def run(self) -> None:
        """Find starters and stints of every period, then settle what needs the whole game's minutes."""
        inputs, low, high = self.inputs, self.low, self.high
        periods = inputs.period[low:high]
        cuts = [low, *(low + np.flatnonzero(np.diff(periods)) + 1).tolist(), high]
        ending: dict[int, list[int]] = {0: [], 1: []}
        plans: list[tuple[int, int, int, int, list[int] | None]] = []
        for start, stop in pairwise(cuts):
            period = int(inputs.period[start])
            for side in (0, 1):
                found = self._starters(period, side, ending[side])
                plans.append((period, side, start, stop, found))
                ending[side] = self._after(found, side, start, stop) if found is not None else []
                if found is not None:
                    self._count(found, side, period, start, stop)
        for place, (period, side, start, stop, found) in enumerate(plans):
            if found is None:
                found = self._settle(period, side, start, stop, self._ending_before(plans, place))
            self._stints(period, side, start, stop, found)

    def _ending_before(self, plans: list[tuple[int, int, int, int, list[int] | None]], place: int) -> list[int]:
        """Who was on court on this side when the period before ended."""
        period, side = plans[place][0], plans[place][1]
        for other in reversed(plans[:place]):
            if other[1] == side and other[0] < period:
                return self._after(other[4], side, other[2], other[3]) if other[4] is not None else []
        return []

    # -- starters

    def _starters(self, period: int, side: int, before: list[int]) -> list[int] | None:
        """The five that began a period, or None where the plays alone do not tell."""
        players = self.inputs.players
        if period == 1:
            listed = [slot for slot in self.roster[side] if players.starter[slot]]
            if len(listed) == FIVE:
                return listed
        found, doubtful = self._inferred(period, side)
        if len(found) > FIVE and len(found) - len(doubtful) <= FIVE:
            # an action at the clock of his own entry does not prove that a man was there before
            while len(found) > FIVE and doubtful:
                found.remove(doubtful.pop())
            self.lineups.repairs.append((self.game, "starter_entered_at_his_clock"))
        if len(found) == FIVE:
            return found
        if len(found) < FIVE:
            candidates = self._candidates(period, found, before)
            if len(candidates) == FIVE - len(found):
                self.lineups.repairs.append((self.game, "starter_without_a_trace"))
                return found + candidates
        return None

    def _inferred(self, period: int, side: int) -> tuple[list[int], list[int]]:
        """Players who act or go out before they come in, and those of them whose action is at their entry's clock."""
        found: list[int] = []
        doubtful: list[int] = []
        clock, missing = self.inputs.clock, self.inputs.count
        for slot in self.roster[side]:
            act, enters, leaves = self.evidence.of(slot, period)
            if min(act, leaves) < enters:
                found.append(slot)
                if leaves > enters and enters < missing and clock[act] == clock[enters]:
                    doubtful.append(slot)
        return found, doubtful

    def _candidates(self, period: int, found: list[int], before: list[int]) -> list[int]:
        """Who was on court when the last period ended and is in no row of this one."""
        missing = self.inputs.count
        return [slot for slot in before if slot not in found and self.evidence.of(slot, period)[1] == missing]

    def _settle(self, period: int, side: int, start: int, stop: int, before: list[int]) -> list[int] | None:
        """Complete a short five by the official minutes that nothing else explains."""
        found, doubtful = self._inferred(period, side)
        short = FIVE - len(found)
        length = self._end_of(period, stop) - self.inputs.rules[self.game].start(period)
        reason = f"{len(found)} players found"
        if short > 0 and not doubtful:
            missing = self.inputs.count
            open_minutes: list[tuple[float, int]] = []
            for slot in self.roster[side]:
                if slot in found or self.evidence.of(slot, period)[1] < missing:
                    continue
                official = self.inputs.players.minutes[slot]
                if np.isnan(official):
                    continue
                gap = abs(float(official) * 60 - self.seconds.get(slot, 0.0) - length)
                if gap <= 60:
                    open_minutes.append((gap, slot))
            if len(open_minutes) > short:
                preferred = [item for item in open_minutes if item[1] in before]
                open_minutes = preferred if len(preferred) >= short else open_minutes
            if len(open_minutes) == short:
                self.lineups.repairs.append((self.game, "starter_by_official_minutes"))
                found = found + [slot for _, slot in open_minutes]
                self._count(found, side, period, start, stop)
                return found
            reason = f"{len(found)} players found, {len(open_minutes)} could complete the five"
        self.lineups.reasons[self.game, period, side] = reason
        return None

    # -- substitutions

    def _changes(self, side: int, start: int, stop: int) -> list[tuple[int, list[int], list[int]]]:
        """Substitutions of a side: (row, in, out). Rows of one man each are taken together per clock."""
        inputs = self.inputs
        events = inputs.event[start:stop]
        changes: list[tuple[int, list[int], list[int]]] = []
        single: tuple[float, int] | None = None
        for offset in np.flatnonzero(np.isin(events, _SUB_CODES)):
            row = start + int(offset)
            first, second, code = int(inputs.player1[row]), int(inputs.player2[row]), inputs.event[row]
            if code == _SUB:
                if self.side_of.get(first) == side and self.side_of.get(second) == side:
                    changes.append((row, [first], [second]))
                elif side == 0 and (first < 0 or second < 0):
                    self.lineups.repairs.append((self.game, "substitution_of_one_ignored"))
                continue
            if self.side_of.get(first) != side:
                continue
            clock = float(inputs.clock[row])
            if single is None or single[0] != clock:
                changes.append((row, [], []))
                single = (clock, len(changes) - 1)
            _, enter, leave = changes[single[1]]
            (enter if code == _IN else leave).append(first)
        return changes

    def _after(self, starters: list[int] | None, side: int, start: int, stop: int) -> list[int]:
        """Who is on court at the end of a period."""
        court = set(starters or ())
        for _, enter, leave in self._changes(side, start, stop):
            court.difference_update(leave)
            court.update(enter)
        return sorted(court) if len(court) == FIVE else []

    def _count(self, starters: list[int], side: int, period: int, start: int, stop: int) -> None:
        """Add the seconds of a period to what its players are known to have played."""
        for stint in self._stays(starters, side, period, start, stop)[0]:
            self.seconds[stint.slot] = self.seconds.get(stint.slot, 0.0) + stint.end - stint.start

    def _end_of(self, period: int, stop: int) -> float:
        """When a period ends, in seconds since the tip-off: at its last row while the game is still on."""
        rules = self.inputs.rules[self.game]
        if stop == self.high and not self.inputs.final[self.game]:
            return float(self.inputs.elapsed[stop - 1])
        return float(rules.start(period) + rules.length(period))

    def _stays(
        self, starters: list[int], side: int, period: int, start: int, stop: int
    ) -> tuple[list[Stint], list[tuple[int, tuple[int, ...]]], str | None]:
        """Stints of a side in a period, its fives as (first row, players), and what went wrong, if anything."""
        inputs = self.inputs
        opens = float(inputs.rules[self.game].start(period))
        court = dict.fromkeys(starters, (start, opens, True))
        stints: list[Stint] = []
        fives = [(start, tuple(sorted(starters)))]
        fault: str | None = None
        for row, enter, leave in self._changes(side, start, stop):
            moment = float(inputs.elapsed[row])
            for slot in leave:
                if slot in court:
                    first, since, began = court.pop(slot)
                    stints.append(Stint(slot, period, first, row, since, moment, began))
                elif slot not in enter:
                    fault = "a man goes out who is not on court"
            for slot in enter:
                if slot in leave:
                    continue  # in and out at one clock: he stays as he was
                if slot not in court:
                    court[slot] = (row, moment, False)
                elif len(court) < FIVE:
                    fault = "a man comes in who is on court"
            if len(court) != FIVE:
                fault = fault or f"{len(court)} on court after a change"
            fives.append((row, tuple(sorted(court))))
        closes = self._end_of(period, stop)
        for slot, (first, since, began) in court.items():
            stints.append(Stint(slot, period, first, stop, since, max(closes, since), began))
        return stints, fives, fault

    def _stints(self, period: int, side: int, start: int, stop: int, starters: list[int] | None) -> None:
        lineups, key = self.lineups, (self.game, period, side)
        lineups.complete[key] = False
        if starters is None:
            return
        stints, fives, fault = self._stays(starters, side, period, start, stop)
        # what is sure is kept: the fives up to the row where the count goes wrong
        sound = len(fives)
        if fault is not None:
            sound = next((n for n, (_, five) in enumerate(fives) if len(five) != FIVE), 1)
            lineups.reasons[key] = fault
        else:
            lineups.complete[key] = True
            lineups.stints.extend(stints)
        for number, (row, five) in enumerate(fives[:sound]):
            until = fives[number + 1][0] if number + 1 < len(fives) else stop
            lineups.five[row:until, side] = self.ids.setdefault(five, len(lineups.fives))
            if len(self.ids) > len(lineups.fives):
                lineups.fives.append(five)
