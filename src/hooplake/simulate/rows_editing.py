"""Finding, adding and taking away rows of a draft."""

from __future__ import annotations

from random import Random
from typing import Final

from hooplake.simulate.draft import NO_EVENT, Draft, Play
from hooplake.simulate.rows_pro import NOWHERE
from hooplake.simulate.truth import Event

_CENTRE: Final = {"x": 25, "y": 0}


def plays_of(draft: Draft) -> list[Play]:
    """The rows of a draft."""
    assert draft.plays is not None
    return draft.plays


def event_of(draft: Draft, row: int) -> Event | None:
    """The event that a row shows, if any."""
    source = draft.sources[row]
    return draft.truth.events[source] if source != NO_EVENT else None


def rows_of(draft: Draft, *events: str) -> list[int]:
    """The rows that show these events; of an event with two rows the one that bears its own type."""
    found = []
    for row, play in enumerate(plays_of(draft)):
        event = event_of(draft, row)
        if event is not None and event.event in events and play["type"]["id"] not in ("607", "618"):
            found.append(row)
    return found


def choose(random: Random, rows: list[int]) -> int | None:
    """One of some rows, or None where there is none."""
    return random.choice(rows) if rows else None


def insert(
    draft: Draft,
    row: int,
    type_id: str,
    type_text: str,
    text: str | None,
    *,
    team: int = -1,
    people: tuple[str, ...] = (),
    like: int,
    shoots: bool = False,
    attempted: int = 0,
) -> Play:
    """Put a row in front of ``row`` that has clock, score and time of the row ``like``."""
    plays = plays_of(draft)
    model = plays[like]
    play: Play = {"id": "", "sequenceNumber": "", "type": {"id": type_id, "text": type_text}}
    if text is not None:
        play["text"] = text
    for key in ("awayScore", "homeScore", "period", "clock"):
        play[key] = model[key]
    play["scoringPlay"] = False
    play["scoreValue"] = attempted if draft.rules.college and draft.era >= "2015" else 0
    if team >= 0:
        play["team"] = {"id": (draft.fixture.home, draft.fixture.away)[team].id}
    if people:
        play["participants"] = [{"athlete": {"id": player}} for player in people]
    if "wallclock" in model:
        play["wallclock"] = model["wallclock"]
    play["shootingPlay"] = shoots
    if "coordinate" in model:
        play["coordinate"] = _CENTRE if draft.rules.college else NOWHERE
    if "pointsAttempted" in model:
        play["pointsAttempted"] = attempted
        play["shortDescription"] = type_text
    plays.insert(row, play)
    draft.sources.insert(row, NO_EVENT)
    return play


def remove(draft: Draft, row: int) -> Play:
    """Take a row away."""
    draft.sources.pop(row)
    return plays_of(draft).pop(row)


def id_of(draft: Draft, player: int) -> str:
    """A player's id by his place."""
    return draft.truth.players[player].id


def score_key(side: int) -> str:
    """The field of a row that holds a team's score."""
    return ("homeScore", "awayScore")[side]
