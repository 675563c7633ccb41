"""Who did what in a play: the participants come in no order, so their teams and the text tell their roles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from hooplake.games.cbbd.meanings import CODE, Meanings

_MADE = frozenset({CODE["made_2"], CODE["made_3"]})
_MISSED = frozenset({CODE["missed_2"], CODE["missed_3"]})
_SHOTS = _MADE | _MISSED
_STEAL, _BLOCK, _TURNOVER = CODE["steal"], CODE["block"], CODE["turnover"]
_MOVE, _IN, _OUT = CODE["substitution"], CODE["sub_in"], CODE["sub_out"]
_ALONE = frozenset({_STEAL, _BLOCK})
Someone = tuple[str, str | None]
"""Id and name of a participant."""


@dataclass(slots=True)
class Roles:
    """The players of each play, in the roles of the neutral model.

    Attributes:
        first: who acts.
        second: assister, blocker, stealer, fouled player, second jumper, or who goes out.
        blocker: of a missed shot; also where the block has a row of its own, and ``second`` therefore nobody.
    """

    first: list[str | None]
    second: list[str | None]
    blocker: dict[int, str]


def read_roles(
    plays: pa.Table,
    participants: pa.Table,
    meanings: Meanings,
    sides: Mapping[tuple[str, str], bool],
    floor: Mapping[int, frozenset[str]],
) -> Roles:
    """Roles of the participants of some plays. Substitutions get the event that they turn out to be.

    Args:
        plays: rows of ``silver.cbbd_fct_plays``.
        participants: rows of ``silver.cbbd_fct_play_participants``.
        meanings: what the plays are; a substitution of one player becomes ``sub_in`` or ``sub_out``.
        sides: per game and player whether he plays for the home team.
        floor: who was on the floor after a row, where that is told.
    """
    count = len(plays)
    found = Roles([None] * count, [None] * count, {})
    games, homes = plays["game_id"].to_pylist(), plays["is_home"].to_pylist()
    texts = plays["play_text"].to_pylist()
    shooters, assisters = plays["shot_shooter_id"].to_pylist(), plays["shot_assisted_by_id"].to_pylist()
    events = meanings.event.tolist()
    for row, group in _groups(plays, participants).items():
        event = events[row]
        if event == _MOVE:
            _substitution(found, meanings, row, group, str(texts[row] or ""), floor.get(row))
            continue
        if len(group) == 1:
            found.first[row] = group[0][0]
            continue
        game, home = games[row], homes[row]
        known = shooters[row] if event in _SHOTS else None
        first = known or _actor(group, str(texts[row] or ""), [sides.get((game, one[0])) for one in group], home)
        others = [one[0] for one in group if one[0] != first]
        found.first[row], found.second[row] = first, others[0] if others else None
    for row, (event, shooter, assister) in enumerate(zip(events, shooters, assisters, strict=True)):
        if event in _SHOTS:
            found.first[row] = shooter or found.first[row]
            if event in _MADE:
                found.second[row] = assister or found.second[row]
            elif found.second[row] is not None:
                found.blocker[row] = str(found.second[row])
        elif event in _ALONE:
            found.second[row] = None
    _count_once(found, events, games, plays)
    return found


def _groups(plays: pa.Table, participants: pa.Table) -> dict[int, list[Someone]]:
    rows = pc.fill_null(pc.index_in(participants["play_id"], value_set=plays["play_id"]), -1).to_numpy().tolist()
    grouped: dict[int, list[Someone]] = {}
    for row, player, name in zip(rows, _texts(participants["player_id"]), _texts(participants["name"]), strict=True):
        if row >= 0:
            grouped.setdefault(row, []).append((str(player), name))
    return grouped


def _texts(column: pa.ChunkedArray) -> list[str | None]:
    """Values of a column in which few texts come often; each is one object."""
    coded = column.combine_chunks().dictionary_encode()
    texts: list[str | None] = [*coded.dictionary.to_pylist(), None]
    return [texts[code] for code in pc.fill_null(coded.indices, len(texts) - 1).to_numpy().tolist()]


def _actor(group: Sequence[Someone], text: str, sides: Sequence[bool | None], home: bool | None) -> str:
    """Who of several acts: the only one of the acting team, else whom the text names first, else the first."""
    own = [one for one, side in zip(group, sides, strict=True) if side is not None and side == home]
    if len(own) == 1:
        return own[0][0]
    lower = text.lower()
    places = [(lower.find(name.lower()), player) for player, name in own or group if name]
    named = sorted((place, player) for place, player in places if place >= 0)
    return named[0][1] if named else (own or group)[0][0]


def _substitution(
    found: Roles, meanings: Meanings, row: int, group: Sequence[Someone], text: str, floor: frozenset[str] | None
) -> None:
    """Who comes and who goes: by the text, else by who is on the floor after it."""
    words = text.lower()
    if len(group) == 1:
        (player, _), where = group[0], None
        if "subbing in" in words or "subbing out" in words:
            where = "subbing in" in words
        elif floor is not None:
            where = player in floor
        found.first[row] = player
        if where is None:
            meanings.kind[row] = "unresolved"
        else:
            meanings.event[row] = _IN if where else _OUT
        return
    if "enters the game for" in words:
        before, _, after = words.partition("enters the game for")
        came = [player for player, name in group if name and name.lower() in before]
        went = [player for player, name in group if name and name.lower() in after]
    else:
        came = [player for player, _ in group if floor is not None and player in floor]
        went = [player for player, _ in group if floor is not None and player not in floor]
    if len(came) == len(went) == 1:
        found.first[row], found.second[row] = came[0], went[0]
    else:
        meanings.kind[row] = "unresolved"


def _count_once(found: Roles, events: Sequence[int], games: Sequence[str], plays: pa.Table) -> None:
    """A block or steal that has a row of its own is not told a second time by the shot or the turnover."""
    periods, clocks = plays["period"].to_pylist(), plays["seconds_remaining"].to_pylist()
    own = {
        (events[row], games[row], periods[row], clocks[row], found.first[row])
        for row in range(len(events))
        if events[row] in _ALONE
    }
    for row, event in enumerate(events):
        alone = _BLOCK if event in _MISSED else _STEAL if event == _TURNOVER else None
        if alone is not None and (alone, games[row], periods[row], clocks[row], found.second[row]) in own:
            found.second[row] = None
