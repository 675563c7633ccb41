"""Fives that the plays themselves contradict."""

from __future__ import annotations

import numpy as np

from hooplake.replay.announced import PeriodBoxes
from hooplake.replay.inputs import NONE, Inputs
from hooplake.replay.starters import Evidence
from hooplake.replay.stints import Lineups

_DAY = 86_400.0  # longer than any game, so that players' moments do not overlap


def forget_contradicted(inputs: Inputs, evidence: Evidence, lineups: Lineups, announced: PeriodBoxes | None) -> None:
    """Give up the team-periods in which a man acts while he is not on court: a substitution has no row.

    The order of rows inside one clock is loose, so an action at the clock of his coming or going proves nothing. Where
    the official box of the period has everybody's seconds just so, it is the action that names the wrong man.
    """
    if not lineups.stints:
        return
    slot, _, _, _, start, end, _ = np.array(lineups.stints, float).T
    order = np.lexsort((end, start, slot))
    since, until = (slot[order] * _DAY + moments[order] for moments in (start, end))
    lost: set[tuple[int, int, int]] = set()
    confirmed: set[tuple[int, int, int]] = set()
    for row, who in evidence.actions:
        moment = who * _DAY + inputs.elapsed[row]
        place = np.searchsorted(since, moment, side="right") - 1
        outside = np.flatnonzero((place < 0) | (until[place] < moment))
        for action, man in zip(row[outside].tolist(), who[outside].tolist(), strict=True):
            span = (int(inputs.game[action]), int(inputs.period[action]), 1 - int(inputs.players.home[man]))
            if not lineups.complete.get(span) or span in confirmed:
                continue
            if announced is not None and _has_seconds_of(announced, inputs, lineups, span):
                confirmed.add(span)
                lineups.repairs.append((span[0], "action_off_court"))
            else:
                lineups.complete[span] = False
                lineups.reasons[span] = f"{inputs.player_ids[man]} acts while not on court"
                lost.add(span)
    if lost:
        games, homes = inputs.players.game, inputs.players.home
        lineups.stints = [s for s in lineups.stints if (games[s.slot], s.period, 1 - homes[s.slot]) not in lost]
        for game, period, side in lost:
            low, high = inputs.bounds[game], inputs.bounds[game + 1]
            lineups.five[low:high, side][inputs.period[low:high] == period] = NONE


def _has_seconds_of(announced: PeriodBoxes, inputs: Inputs, lineups: Lineups, span: tuple[int, int, int]) -> bool:
    """Whether the stints of a team-period are those of its official box."""
    game, period, side = span
    seconds: dict[int, float] = {}
    for stint in lineups.stints:
        if stint.period == period and inputs.players.game[stint.slot] == game:
            seconds[stint.slot] = seconds.get(stint.slot, 0.0) + stint.end - stint.start
    slots = range(int(inputs.slot_bounds[game]), int(inputs.slot_bounds[game + 1]))
    team = [slot for slot in slots if inputs.players.home[slot] == 1 - side]
    return announced.confirms({slot: seconds.get(slot, 0.0) for slot in team}, period)
