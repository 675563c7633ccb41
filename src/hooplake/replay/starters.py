"""Who started a period, inferred from its plays.

Only the first period's starters are announced; changes made during a break have no row. Whoever acts, or is taken out,
before he is brought in has started. Technical fouls, ejections and the like prove nothing: the bench and the coaches
get them too. An action at the clock of a man's own entry proves nothing either where six come out, because the order
of rows inside one clock is loose.
"""

from __future__ import annotations

import numpy as np

from hooplake.replay.inputs import CODE, NONE, Bool, Inputs, Int

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
    """First action and first substitution of every player in every period, for a whole chunk at once; and the box.

    Attributes:
        actions: rows that prove that somebody was on court, and who; one pair for each place in a row.
    """

    def __init__(self, inputs: Inputs) -> None:
        never = inputs.count  # stands for a row that there is not
        width = int(inputs.period.max(initial=0)) + 1
        size = len(inputs.players) * width
        acts = _EVIDENCE[inputs.event] & ~inputs.technical
        self.actions: list[tuple[Int, Int]] = [
            (rows, players[rows])
            for players in (inputs.player1, inputs.player2, inputs.player3)
            for rows in (np.flatnonzero(acts & (players >= 0)),)
        ]
        full, single_in, single_out = (inputs.event == code for code in (SUB, SUB_IN, SUB_OUT))
        # a row that names only one man says nothing certain ("enters the game for  ")
        paired = full & (inputs.player1 >= 0) & (inputs.player2 >= 0)
        entering = [(paired, inputs.player1), (single_in & (inputs.player1 >= 0), inputs.player1)]
        leaving = [(paired, inputs.player2), (single_out & (inputs.player1 >= 0), inputs.player1)]
        acted = _earliest([(who * width + inputs.period[rows], rows) for rows, who in self.actions], size, never)
        entered, left = (
            _earliest(
                [(who[mask] * width + inputs.period[mask], np.flatnonzero(mask)) for mask, who in moves], size, never
            )
            for moves in (entering, leaving)
        )
        self._width = width
        self._enters: Bool = entered < never
        clock = np.append(inputs.clock, np.nan)
        weak = (left > entered) & self._enters & (clock[acted] == clock[entered])
        places = np.flatnonzero((acted < entered) | (left < entered))
        slot, period = places // width, places % width
        players, sides = inputs.players, 2 * len(inputs.game_ids)
        side = np.where(players.home >= 0, 2 * players.game + 1 - players.home, NONE)
        self._side = side
        keys = np.where(side[slot] >= 0, side[slot] * width + period, NONE)
        order, self._cuts = _by_key(keys, sides * width)
        self._found = slot[order]
        self._weak: Bool = weak[places[order]]
        self._listed, self._listed_cuts = _by_key(np.where(players.starter, side, NONE), sides)

    def listed(self, game: int, side: int) -> list[int]:
        """Those of a side who are listed as starters of the game, sorted."""
        key = 2 * game + side
        return self._listed[self._listed_cuts[key] : self._listed_cuts[key + 1]].tolist()  # type: ignore[no-any-return]

    def enters(self, slot: int, period: int) -> bool:
        """Whether a player comes in at some row of a period."""
        return bool(self._enters[slot * self._width + period])

    def starters(self, game: int, side: int, period: int) -> list[int]:
        """Those of a side who act or go out before they come in, sorted."""
        return self._found[self._own(game, side, period)].tolist()  # type: ignore[no-any-return]

    def _own(self, game: int, side: int, period: int) -> slice:
        key = (2 * game + side) * self._width + period
        return slice(self._cuts[key], self._cuts[key + 1])

    def weak(self, game: int, side: int, period: int) -> list[int]:
        """Those of the starters whose proof is an action at the clock of their own entry."""
        own = self._own(game, side, period)
        return self._found[own][self._weak[own]].tolist()  # type: ignore[no-any-return]

    def fives(self, game: Int, side: Int, period: Int, announced: tuple[Int, Int]) -> tuple[Int, Bool, Bool]:
        """Starters of many team-periods, where they are five at first sight.

        These are the five that are listed for the first period; else the five whom the source announces, if not more
        than five were found; else the five found, if nobody is announced.

        Args:
            game: of the team-periods.
            side: likewise.
            period: likewise.
            announced: slot and period of those who are known to have started, sorted.

        Returns:
            Five slots of each, sorted; shape (n, 5), NONE where they are not known. Whether they are known, and whether
            they are the announced ones.
        """
        team = 2 * game + side
        key = team * self._width + period
        slot, of_period = announced
        known = (self._side[slot] >= 0) & (of_period < self._width)
        order, cuts = _by_key((self._side[slot] * self._width + of_period)[known], len(self._cuts) - 1)
        started = slot[known][order]
        starters = np.full((len(game), FIVE), NONE, np.int64)
        listed, found, told = (np.diff(of)[at] for of, at in (
            (self._listed_cuts, team), (self._cuts, key), (cuts, key),
        ))  # fmt: skip
        first = (period == 1) & (listed == FIVE)
        by_source = ~first & (found <= FIVE) & (told == FIVE)
        seen = ~first & (found == FIVE) & (told == 0)
        for rule, slots, begin in (
            (first, self._listed, self._listed_cuts[team]), (by_source, started, cuts[key]),
            (seen, self._found, self._cuts[key]),
        ):  # fmt: skip
            starters[rule] = slots[begin[rule][:, None] + np.arange(FIVE)]
        return starters, first | by_source | seen, by_source


def _by_key(keys: Int, count: int) -> tuple[Int, Int]:
    """Places of keys from 0 up to `count`, sorted by key, and where those of each key begin; NONE is no key."""
    known = np.flatnonzero(keys != NONE)
    order = known[np.argsort(keys[known], kind="stable")]
    return order, np.searchsorted(keys[order], np.arange(count + 1))


def _earliest(found: list[tuple[Int, Int]], size: int, never: int) -> Int:
    """Smallest row of each key, ``never`` for a key without one; the rows of each pair grow."""
    first = np.full(size, never, np.int64)
    for keys, rows in found:
        # of several assignments to one place the last holds, so the rows are assigned backwards
        own = np.full(size, never, np.int64)
        own[keys[::-1]] = rows[::-1]
        np.minimum(first, own, out=first)
    return first
