"""Who started a period, inferred from its plays.

Only the first period's starters are announced; changes made during a break have no row. Whoever acts, or is taken out,
before he is brought in has started. Technical fouls, ejections and the like prove nothing: the bench and the coaches
get them too. An action at the clock of a man's own entry proves nothing either where six come out, because the order
of rows inside one clock is loose.
"""

from __future__ import annotations

import numpy as np

from hooplake.replay.inputs import CODE, Inputs, Int

SUB, SUB_IN, SUB_OUT = CODE["substitution"], CODE["sub_in"], CODE["sub_out"]
FIVE = 5
_EVIDENCE = np.isin(
    np.arange(len(CODE)),
    [
        CODE[name]
        for name in (
            "made_2", "made_3", "missed_2", "missed_3", "missed_heave", "made_ft", "missed_ft", "offensive_rebound",
            "defensive_rebound", "turnover", "steal", "block", "foul", "double_foul", "jump_ball",
        )
    ],
)  # fmt: skip


class Evidence:
    """First action and first substitution of every player in every period, for a whole chunk at once.

    Attributes:
        never: stands for a row that there is not.
        actions: rows that prove that somebody was on court, and who; one pair for each place in a row.
    """

    def __init__(self, inputs: Inputs) -> None:
        count = inputs.count
        width = int(inputs.period.max(initial=0)) + 1
        self.never: int = count
        self._inputs = inputs
        self._width = width
        size = len(inputs.players) * width
        acts = _EVIDENCE[inputs.event] & ~inputs.technical
        self.actions: list[tuple[Int, Int]] = [
            (rows, players[rows])
            for players in (inputs.player1, inputs.player2, inputs.player3)
            for rows in (np.flatnonzero(acts & (players >= 0)),)
        ]
        self._act = _earliest([(who * width + inputs.period[rows], rows) for rows, who in self.actions], size, count)
        full, single_in, single_out = (inputs.event == code for code in (SUB, SUB_IN, SUB_OUT))
        # a row that names only one man says nothing certain ("enters the game for  ")
        paired = full & (inputs.player1 >= 0) & (inputs.player2 >= 0)
        entering = [(paired, inputs.player1), (single_in & (inputs.player1 >= 0), inputs.player1)]
        leaving = [(paired, inputs.player2), (single_out & (inputs.player1 >= 0), inputs.player1)]
        self._in, self._out = (
            _earliest(
                [(who[mask] * width + inputs.period[mask], np.flatnonzero(mask)) for mask, who in moves], size, count
            )
            for moves in (entering, leaving)
        )
        self._clock: list[float] = inputs.clock.tolist()

    def enters(self, slot: int, period: int) -> int:
        """Row in which a player first comes in; :attr:`never` if he does not."""
        return self._in[slot * self._width + period]

    def starters(self, roster: list[int], period: int) -> tuple[list[int], list[int]]:
        """Those of a roster who act or go out before they come in, and those of them whose proof is weak.

        Weak is an action at the clock of one's own entry.
        """
        found: list[int] = []
        weak: list[int] = []
        for slot in roster:
            place = slot * self._width + period
            act, enters, leaves = self._act[place], self._in[place], self._out[place]
            if act < enters or leaves < enters:
                found.append(slot)
                if leaves > enters and enters < self.never and self._clock[act] == self._clock[enters]:
                    weak.append(slot)
        return found, weak


def _earliest(found: list[tuple[Int, Int]], size: int, never: int) -> list[int]:
    """Smallest row of each key, ``never`` for a key without one; the rows of each pair grow."""
    first = np.full(size, never, np.int64)
    for keys, rows in found:
        # of several assignments to one place the last holds, so the rows are assigned backwards
        own = np.full(size, never, np.int64)
        own[keys[::-1]] = rows[::-1]
        np.minimum(first, own, out=first)
    result: list[int] = first.tolist()
    return result
