"""Period boxes: what each player did in each period, which sums to the final line, and his time on court."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from hooplake.games.model import STATS
from hooplake.replay.events import Changes, unpacked
from hooplake.replay.inputs import CODE, Float, Inputs, Int
from hooplake.replay.plus_minus import Credited
from hooplake.replay.snapshots import Cumulated
from hooplake.replay.stints import Lineups, Stints


@dataclass(frozen=True, slots=True)
class Stays:
    """Stints as arrays, sorted by slot and start.

    Attributes:
        number: stay of the player, from 1.
        points_for, points_against: points that count for and against the player in the stay.
    """

    slot: Int
    number: Int
    period: Int
    start_row: Int
    end_row: Int
    start: Float
    end: Float
    starts_period: npt.NDArray[np.bool_]
    points_for: Int
    points_against: Int

    @property
    def seconds(self) -> Float:
        """Length of each stay."""
        return self.end - self.start


def stays(inputs: Inputs, stints: Stints, points: Credited) -> Stays:
    """Stints with the points that count in them."""
    width = inputs.count + 1
    stints = stints.at(np.argsort((stints.slot * width + stints.start_row) * width + stints.end_row, kind="stable"))
    slot, start_row, end_row = stints.slot, stints.start_row, stints.end_row
    home, away = points.between(start_row, end_row)
    at_home = inputs.players.home[slot] == 1
    opening = np.r_[True, slot[1:] != slot[:-1]] if len(slot) else np.zeros(0, bool)
    place = np.arange(len(slot))
    first = np.maximum.accumulate(np.where(opening, place, 0)) if len(slot) else place
    return Stays(
        slot, place - first + 1, stints.period, start_row, end_row, stints.start, stints.end, stints.starts_period,
        np.where(at_home, home, away), np.where(at_home, away, home),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class PeriodLines:
    """One line per player and period, sorted by slot and period.

    Attributes:
        line: stats of the period alone; shape (n, 15).
        seconds: time on court, NaN where the five of the team is not known throughout the period.
        plus_minus: likewise.
    """

    slot: Int
    period: Int
    line: npt.NDArray[np.int16]
    seconds: Float
    plus_minus: Float


def period_lines(inputs: Inputs, changes: Changes, cumulated: Cumulated, stays: Stays, lineups: Lineups) -> PeriodLines:
    """Stat changes and stays summed per player and period.

    A player has a line for a period in which he did something, was on court, or points counted for him.
    """
    width = int(inputs.period.max(initial=0)) + 1
    did = changes.slot * width + inputs.period[changes.row]
    was = stays.slot * width + stays.period
    listed = np.zeros(len(inputs.players) * width, bool)
    listed[did] = True
    listed[was[(stays.seconds > 0) | (stays.points_for != stays.points_against)]] = True
    keys = np.flatnonzero(listed)
    slot, period = keys // width, keys % width
    words = np.zeros((len(cumulated.words), len(keys)), np.int64)
    # changes are sorted by player and event, so those of a player in a period stand together
    first = np.flatnonzero(np.diff(did, prepend=-1))
    last = np.append(first[1:], len(did))[: len(first)] - 1
    until, before = (cumulated.words.take(cumulated.place[at], axis=1) for at in (last, first))
    words[:, np.searchsorted(keys, did[first])] = until - before + changes.words.take(first, axis=1)
    net = stays.points_for - stays.points_against
    played, plus_minus = (np.bincount(was, values, len(listed))[keys] for values in (stays.seconds, net))
    home = inputs.players.home[slot]
    known = (home >= 0) & lineups.complete[inputs.players.game[slot], period, np.where(home == 1, 0, 1)]
    seconds = np.where(known, played, np.nan)
    return PeriodLines(slot, period, unpacked(words), seconds, np.where(known, plus_minus, np.nan))


def whole_game(inputs: Inputs, lines: PeriodLines, lineups: Lineups) -> tuple[Float, Float]:
    """Seconds and plus-minus of each slot over the game; NaN where a period of his team is not known."""
    slots = len(inputs.players)
    seconds = np.bincount(lines.slot, np.nan_to_num(lines.seconds), slots)
    plus_minus = np.bincount(lines.slot, np.nan_to_num(lines.plus_minus), slots)
    sound = lineups.known[:, None] & ~np.any(lineups.looked_at & ~lineups.complete, axis=1)
    home = inputs.players.home
    known = sound[inputs.players.game, np.where(home == 1, 0, 1)] & (home >= 0)
    return np.where(known, seconds, np.nan), np.where(known, plus_minus, np.nan)


def quarter_columns(inputs: Inputs, lines: PeriodLines) -> dict[str, pa.Array]:
    """Columns of ``gold.quarter_box_scores``."""
    slots = pa.array(lines.slot)
    unknown = np.isnan(lines.seconds)
    seconds = np.nan_to_num(lines.seconds)
    drawn, told = _fouls_drawn(inputs, lines)
    columns = {
        **inputs.of_game(inputs.players.game[lines.slot]),
        "player_id": inputs.player_ids.take(slots),
        "period": pa.array(lines.period.astype(np.int16)),
        "player": inputs.player_names.take(slots),
        "team_id": inputs.team_ids.take(slots),
        "plus_minus": pa.array(np.nan_to_num(lines.plus_minus).astype(np.int16), mask=unknown),
        "seconds": pa.array(seconds, mask=unknown),
        "minutes": pa.array(seconds / 60, mask=unknown),
        "fouls_drawn": pa.array(drawn, mask=~told),
    }
    for place, name in enumerate(STATS):
        columns[name] = pa.array(np.ascontiguousarray(lines.line[:, place]))
    return columns


def _fouls_drawn(inputs: Inputs, lines: PeriodLines) -> tuple[npt.NDArray[np.int16], npt.NDArray[np.bool_]]:
    """Fouls drawn of each line, and whether the game's rows name those who are fouled at all."""
    rows = np.flatnonzero((inputs.event == CODE["foul"]) & (inputs.player2 >= 0))
    width = int(inputs.period.max(initial=0)) + 1
    keys = lines.slot * width + lines.period
    fouled = inputs.player2[rows] * width + inputs.period[rows]
    fouled = fouled[np.isin(fouled, keys)]
    drawn = np.bincount(np.searchsorted(keys, fouled), minlength=len(keys)).astype(np.int16)
    told = np.bincount(inputs.game[rows], minlength=len(inputs.game_ids)) > 0
    return drawn, told[inputs.players.game[lines.slot]]


def stint_columns(inputs: Inputs, stays: Stays) -> dict[str, pa.Array]:
    """Columns of ``gold.player_stints``; events are numbers of plays within the game."""
    slots = pa.array(stays.slot)
    first = inputs.event_num[stays.start_row]
    after = np.where(stays.end_row > stays.start_row, inputs.event_num[stays.end_row - 1] + 1, first)
    return {
        **inputs.of_game(inputs.players.game[stays.slot]),
        "player_id": inputs.player_ids.take(slots),
        "stint_num": pa.array(stays.number.astype(np.int16)),
        "team_id": inputs.team_ids.take(slots),
        "home": pa.array(inputs.players.home[stays.slot] == 1),
        "period": pa.array(stays.period.astype(np.int16)),
        "start_event": pa.array(first.astype(np.int32)),
        "end_event": pa.array(after.astype(np.int32)),
        "start_elapsed_seconds": pa.array(stays.start),
        "end_elapsed_seconds": pa.array(stays.end),
        "seconds": pa.array(stays.seconds),
        "points_for": pa.array(stays.points_for.astype(np.int16)),
        "points_against": pa.array(stays.points_against.astype(np.int16)),
        "plus_minus": pa.array((stays.points_for - stays.points_against).astype(np.int16)),
        "starts_period": pa.array(stays.starts_period),
        "start_inferred": pa.array(stays.starts_period & (stays.period > 1)),
    }
