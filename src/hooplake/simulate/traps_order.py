"""Traps in the order and the numbers of rows."""

from __future__ import annotations

from random import Random
from typing import Any

from hooplake.simulate.draft import NO_EVENT, Draft
from hooplake.simulate.rows_editing import choose, event_of, id_of, insert, plays_of, rows_of
from hooplake.simulate.truth import DREB, FTA, OREB, REB
from hooplake.simulate.words import ORDINALS, period_name


def rebound_first(draft: Draft, random: Random) -> bool:
    """A rebound in front of its shot."""
    plays = plays_of(draft)
    found = []
    for row in rows_of(draft, "missed_2", "missed_3"):
        if row + 1 < len(plays):
            event = event_of(draft, row + 1)
            same = plays[row]["clock"]["displayValue"] == plays[row + 1]["clock"]["displayValue"]
            if same and event is not None and event.event in ("offensive_rebound", "defensive_rebound"):
                found.append(row)
    chosen = choose(random, found)
    if chosen is None:
        return False
    for values in (plays, draft.sources):
        both: list[Any] = values
        both[chosen], both[chosen + 1] = both[chosen + 1], both[chosen]
    return True


def mixed_substitutions(draft: Draft, random: Random) -> bool:
    """Substitutions of one dead ball in any order."""
    plays = plays_of(draft)
    mixed = False
    row = 0
    while row < len(plays):
        last = row
        while last < len(plays) and plays[last]["type"]["id"] == "584":
            last += 1
        if last - row > 2:
            group = plays[row:last]
            shuffled = random.sample(group, k=len(group))
            mixed = mixed or shuffled != group
            plays[row:last] = shuffled
        row = max(last, row + 1)
    return mixed


def moved_row(draft: Draft, random: Random) -> bool:
    """A rebound some rows too late."""
    plays = plays_of(draft)
    found = []
    for row in rows_of(draft, "defensive_rebound"):
        late = row + 4
        if late < len(plays) and plays[late]["period"]["number"] == plays[row]["period"]["number"]:
            between = [event_of(draft, r) for r in range(row, late + 1)]
            known = [event for event in between if event is not None]
            if (
                len(known) == 5
                and known[-1].clock < known[0].clock
                and not any(event.event in ("substitution", "period_end") for event in known)
            ):
                found.append(row)
    chosen = choose(random, found)
    if chosen is None:
        return False
    plays.insert(chosen + 4, plays.pop(chosen))
    draft.sources.insert(chosen + 4, draft.sources.pop(chosen))
    return True


def _rebound_rows(draft: Draft) -> list[int]:
    """Rebounds of players."""
    found = []
    for row in rows_of(draft, "defensive_rebound", "offensive_rebound"):
        event = event_of(draft, row)
        if event is not None and event.player1 >= 0:
            found.append(row)
    return found


def equal_rows(draft: Draft, random: Random) -> bool:
    """A rebound twice."""
    row = choose(random, _rebound_rows(draft))
    if row is None:
        return False
    plays_of(draft).insert(row + 1, dict(plays_of(draft)[row]))
    draft.sources.insert(row + 1, NO_EVENT)
    return True


def repeated_id(draft: Draft, random: Random) -> bool:
    """Another rebound of a man with an id that is taken."""
    row = choose(random, _rebound_rows(draft))
    event = event_of(draft, row) if row is not None else None
    if row is None or event is None:
        return False
    play = dict(plays_of(draft)[row])
    play["text"] = f"{play['text']} "
    play["homeScore"], play["awayScore"] = event.home, event.away
    if "wallclock" in play:
        play["wallclock"] = f"{play['wallclock'][:-3]}59Z"
    plays_of(draft).insert(row + 1, play)
    draft.sources.insert(row + 1, NO_EVENT)
    draft.gain(event.player1, OREB if event.event == "offensive_rebound" else DREB, 1, "duplicate_row")
    draft.gain(event.player1, REB, 1, "duplicate_row")
    return True


def late_free_throw(draft: Draft, random: Random) -> bool:
    """A missed free throw with the last sequence number of all."""
    rows = []
    for row in rows_of(draft, "made_ft"):
        event = event_of(draft, row)
        if event is not None and event.of == event.nth == 2 and event.kind == "":
            rows.append(row)
    chosen = choose(random, rows)
    event = event_of(draft, chosen) if chosen is not None else None
    if chosen is None or event is None:
        return False
    play = insert(
        draft, chosen, "99", "Free Throw - 2 of 2", f"{draft.names[event.player1]} misses free throw 2 of 2",
        team=event.team, people=(id_of(draft, event.player1),), like=chosen, shoots=True, attempted=1,
    )  # fmt: skip
    before = plays_of(draft)[chosen - 1]
    play["homeScore"], play["awayScore"] = before["homeScore"], before["awayScore"]
    last = max(int(other["sequenceNumber"]) for other in plays_of(draft) if other["sequenceNumber"]) + 1
    play["sequenceNumber"] = str(last)
    play["id"] = f"{draft.fixture.id}{last}"
    draft.gain(event.player1, FTA, 1, "late_insert")
    return True


def phantom_overtime(draft: Draft, random: Random) -> bool:
    """One row of an overtime after the end of the game."""
    plays = plays_of(draft)
    number = len(draft.truth.periods) + 1
    extra = number - draft.rules.periods
    play = insert(
        draft, len(plays), "412", "End Period", f"End of the {ORDINALS[extra]}  Overtime", like=len(plays) - 1
    )
    play["period"] = {"number": number, "displayValue": period_name(number, draft.rules.periods)}
    play["clock"] = {"displayValue": "5:00"}
    play["homeScore"] = max(0, play["homeScore"] - 2)
    play["sequenceNumber"] = str(max(int(other["sequenceNumber"]) for other in plays if other["sequenceNumber"]) + 1)
    play["id"] = f"{draft.fixture.id}{play['sequenceNumber']}"
    return True
