"""Fives that the plays themselves contradict."""

from __future__ import annotations

import numpy as np

from hooplake.replay.announced import PeriodBoxes
from hooplake.replay.inputs import NONE, Bool, Inputs, Int
from hooplake.replay.starters import Evidence
from hooplake.replay.stints import Lineups

_DAY = 86_400.0  # longer than any game, so that players' moments do not overlap


def forget_contradicted(inputs: Inputs, evidence: Evidence, lineups: Lineups, announced: PeriodBoxes | None) -> None:
    """Give up the team-periods in which a man acts while he is not on court: a substitution has no row.

    The order of rows inside one clock is loose, so an action at the clock of his coming or going proves nothing. Where
    the official box of the period has everybody's seconds just so, it is the action that names the wrong man.
    """
    stints = lineups.stints
    if not len(stints):
        return
    found = [
        (rows[strange], players[strange])
        for rows, players in evidence.actions
        for strange in (_strangers(inputs, lineups, rows, players),)
    ]
    if not any(len(row) for row, _ in found):
        return
    order = np.lexsort((stints.end, stints.start, stints.slot))
    since, until = (stints.slot[order] * _DAY + moments[order] for moments in (stints.start, stints.end))
    lost: set[tuple[int, int, int]] = set()
    confirmed: set[tuple[int, int, int]] = set()
    for row, who in found:
        moment = who * _DAY + inputs.elapsed[row]
        place = np.searchsorted(since, moment, side="right") - 1
        outside = np.flatnonzero((place < 0) | (until[place] < moment))
        for action, man in zip(row[outside].tolist(), who[outside].tolist(), strict=True):
            span = (int(inputs.game[action]), int(inputs.period[action]), 1 - int(inputs.players.home[man]))
            if not lineups.complete[span] or span in confirmed:
                continue
            if announced is not None and _has_seconds_of(announced, inputs, lineups, span):
                confirmed.add(span)
                lineups.repairs.append((span[0], "action_off_court"))
            else:
                lineups.complete[span] = False
                lineups.reasons[span] = f"{inputs.player_ids[man]} acts while not on court"
                lost.add(span)
    if lost:
        spans = zip(
            inputs.players.game[stints.slot].tolist(), stints.period.tolist(),
            (1 - inputs.players.home[stints.slot]).tolist(), strict=True,
        )  # fmt: skip
        lineups.stints = stints.at(np.array([span not in lost for span in spans], bool))
        for game, period, side in lost:
            low, high = inputs.bounds[game], inputs.bounds[game + 1]
            lineups.five[low:high, side][inputs.period[low:high] == period] = NONE


def _strangers(inputs: Inputs, lineups: Lineups, rows: Int, players: Int) -> Bool:
    """Actions of men who are not in the five that is on court after the row, where that is known.

    Of the others it needs no looking up when they came and went: there are hardly any strangers.
    """
    home = inputs.players.home
    # fives of the home team first, then, so many places on, those of the visitors
    five = lineups.five.T.reshape(-1).take(np.where(home == 1, 0, inputs.count).take(players) + rows)
    strange: Bool = five >= 0
    if (home < 0).any():
        strange &= home.take(players) >= 0
    narrow = players.astype(np.int32)
    for slots in np.ascontiguousarray(lineups.fives.T, np.int32):
        strange &= slots.take(five, mode="wrap") != narrow
    return strange


def _has_seconds_of(announced: PeriodBoxes, inputs: Inputs, lineups: Lineups, span: tuple[int, int, int]) -> bool:
    """Whether the stints of a team-period are those of its official box."""
    game, period, side = span
    seconds: dict[int, float] = {}
    stints = lineups.stints
    own = stints.at((stints.period == period) & (inputs.players.game[stints.slot] == game))
    for slot, start, end in zip(own.slot.tolist(), own.start.tolist(), own.end.tolist(), strict=True):
        seconds[slot] = seconds.get(slot, 0.0) + end - start
    slots = range(int(inputs.slot_bounds[game]), int(inputs.slot_bounds[game + 1]))
    team = [slot for slot in slots if inputs.players.home[slot] == 1 - side]
    return announced.confirms({slot: seconds.get(slot, 0.0) for slot in team}, period)
