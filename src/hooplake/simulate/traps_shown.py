"""Traps in what a row shows: its text, its clock, its score."""

from __future__ import annotations

from random import Random

from hooplake.simulate.draft import Draft
from hooplake.simulate.rows_editing import choose, event_of, plays_of, rows_of, score_key
from hooplake.simulate.words import clock_text


def block_words(draft: Draft, random: Random) -> bool:
    """Half of the blocks in the other spelling."""
    rows = [row for row, play in enumerate(plays_of(draft)) if " blocks " in play.get("text", "")]
    for row in rows[:: 1 if len(rows) == 1 else 2]:
        play = plays_of(draft)[row]
        play["text"] = play["text"].replace(" 's ", "'s ")
    return bool(rows)


def white_space(draft: Draft, random: Random) -> bool:
    """Line breaks and blanks where they do not belong."""
    for play in plays_of(draft):
        if "text" in play and random.random() < 0.15:
            text = play["text"]
            before, _, last = text.rpartition(" ")
            play["text"] = random.choice(
                (f"{text}\n", f"{text} ", f" {text}", f"{before}\n{last}" if before else text + " ")
            )
    return True


def colon_clock(draft: Draft, random: Random) -> bool:
    """Whole seconds of the last minute with a colon."""
    changed = False
    for row, play in enumerate(plays_of(draft)):
        event = event_of(draft, row)
        if event is not None and event.clock < 600 and event.clock % 10 == 0:
            play["clock"] = {"displayValue": clock_text(event.clock, False)}
            changed = True
    return changed


def score_falls(draft: Draft, random: Random) -> bool:
    """A row that does not know of the basket before it."""
    plays = plays_of(draft)
    rows = [
        row
        for row in rows_of(draft, "made_2", "made_3")
        if row + 2 < len(plays) and not plays[row + 1]["scoringPlay"] and plays[row + 1]["type"]["id"] != "412"
    ]
    row = choose(random, rows)
    event = event_of(draft, row) if row is not None else None
    if row is None or event is None:
        return False
    plays[row + 1][score_key(event.team)] -= 3 if event.event == "made_3" else 2
    return True


def basket_with_old_score(draft: Draft, random: Random) -> bool:
    """A basket with a lower score of the other team."""
    plays = plays_of(draft)
    rows = [
        row for row in rows_of(draft, "made_2", "made_3") if min(plays[row]["homeScore"], plays[row]["awayScore"]) > 4
    ]
    row = choose(random, rows)
    event = event_of(draft, row) if row is not None else None
    if row is None or event is None:
        return False
    plays[row][score_key(1 - event.team)] -= 2
    return True


def zero_scores(draft: Draft, random: Random) -> bool:
    """No score in the rows without a basket."""
    for play in plays_of(draft):
        if not play["scoringPlay"]:
            play["homeScore"] = play["awayScore"] = 0
    return True


def late_score(draft: Draft, random: Random) -> bool:
    """The first basket is not yet in its own row's score."""
    row = next(iter(rows_of(draft, "made_2", "made_3", "made_ft")), None)
    if row is None or row + 1 >= len(plays_of(draft)):
        return False
    play = plays_of(draft)[row]
    play["homeScore"] = play["awayScore"] = 0
    return True
