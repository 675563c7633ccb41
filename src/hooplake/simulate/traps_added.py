"""Traps that add rows: technical fouls, rows without effect, plays that the box does not count."""

from __future__ import annotations

from random import Random

from hooplake.simulate.draft import NO_EVENT, Draft
from hooplake.simulate.rows_editing import choose, event_of, id_of, insert, plays_of, rows_of
from hooplake.simulate.truth import TOV


def _after_fouls(draft: Draft, random: Random) -> int | None:
    """A row with a foul that is followed by a row of the same period, not by its end."""
    plays = plays_of(draft)
    rows = [row for row in rows_of(draft, "foul") if row + 1 < len(plays)]
    return choose(random, rows)


def coach_technical(draft: Draft, random: Random) -> bool:
    """A technical foul on a coach."""
    row = _after_fouls(draft, random)
    if row is None:
        return False
    side = random.randrange(2)
    team = (draft.fixture.home, draft.fixture.away)[side]
    if not draft.rules.college:
        insert(
            draft, row + 1, "35", "Technical Foul", f"{team.coach} technical foul", team=side, people=(team.coach_id,),
            like=row,
        )  # fmt: skip
        draft.technicals[side] += 1
    else:
        insert(draft, row + 1, "521", "Technical Foul", f"Technical Foul on {team.location}.", team=side, like=row)
        draft.technicals[side] += 1
    return True


def double_technical(draft: Draft, random: Random) -> bool:
    """Technical fouls on two men on court, one row with one team."""
    row = _after_fouls(draft, random)
    event = event_of(draft, row) if row is not None else None
    if row is None or event is None:
        return False
    one, other = random.choice(event.fives[0]), random.choice(event.fives[1])
    text = f"Double technical foul: {draft.names[one]} and {draft.names[other]}"
    insert(
        draft, row + 1, "30", "Double Technical Foul", text, team=random.randrange(2),
        people=(id_of(draft, one), id_of(draft, other)), like=row,
    )  # fmt: skip
    draft.technicals[0] += 1
    draft.technicals[1] += 1
    return True


def bench_technical(draft: Draft, random: Random) -> bool:
    """A technical foul on a man who comes in later in the period, and is on the bench yet."""
    found = []
    for row in rows_of(draft, "substitution"):
        event = event_of(draft, row)
        if event is None or event.period == 1:
            continue
        period = draft.truth.periods[event.period - 1]
        side = event.team
        first = next(r for r, source in enumerate(draft.sources) if source != NO_EVENT and source >= period.first)
        been = set(period.opening[side])
        for earlier in range(first, row):
            other = event_of(draft, earlier)
            if other is not None:
                been.update(other.fives[side])
        if event.player1 not in been and row - first > 3:
            found.append((row, first, event))
    if not found:
        return False
    _, first, event = random.choice(found)
    text = f"{draft.names[event.player1]} technical foul"
    insert(
        draft,
        first + 1,
        "35",
        "Technical Foul",
        text,
        team=event.team,
        people=(id_of(draft, event.player1),),
        like=first,
    )
    draft.technicals[event.team] += 1
    return True


def heave(draft: Draft, random: Random) -> bool:
    """A missed heave in front of the end of a period."""
    row = choose(random, rows_of(draft, "period_end"))
    event = event_of(draft, row) if row is not None else None
    if row is None or event is None:
        return False
    side = random.randrange(2)
    shooter = random.choice(event.fives[side])
    play = insert(
        draft, row, "282", "Heave Jump Shot", f"{draft.names[shooter]} misses heave jump shot", team=side,
        people=(id_of(draft, shooter),), like=row, shoots=True, attempted=3,
    )  # fmt: skip
    play["coordinate"] = {"x": 20 + random.randrange(10), "y": 45 + random.randrange(20)}
    return True


def half_substitution(draft: Draft, random: Random) -> bool:
    """Substitutions that name one man, who is on court already."""
    rows = rows_of(draft, "substitution")
    for row in sorted(random.sample(rows, k=min(2, len(rows))), reverse=True):
        event = event_of(draft, row)
        if event is not None:
            insert(
                draft, row + 1, "584", "Substitution", f"{draft.names[event.player1]} enters the game for  ",
                team=event.team, people=(id_of(draft, event.player1),), like=row,
            )  # fmt: skip
    return bool(rows)


def goaltending(draft: Draft, random: Random) -> bool:
    """A row of goaltending behind a two."""
    row = choose(random, rows_of(draft, "made_2"))
    event = event_of(draft, row) if row is not None else None
    if row is None or event is None:
        return False
    who = random.choice(event.fives[1 - event.team])
    text = f"{draft.names[who]} defensive goaltending violation"
    insert(
        draft, row + 1, "9", "Defensive Goaltending", text, team=1 - event.team, people=(id_of(draft, who),), like=row
    )
    return True


def lane_violation(draft: Draft, random: Random) -> bool:
    """A row of a lane violation behind a free throw."""
    row = choose(random, rows_of(draft, "made_ft", "missed_ft"))
    event = event_of(draft, row) if row is not None else None
    if row is None or event is None:
        return False
    who = random.choice(event.fives[1 - event.team])
    insert(
        draft, row + 1, "10", "Lane", f"{draft.names[who]} lane violation", team=1 - event.team,
        people=(id_of(draft, who),), like=row,
    )  # fmt: skip
    return True


def empty_rows(draft: Draft, random: Random) -> bool:
    """Rows without type and text."""
    for _ in range(3):
        row = 1 + random.randrange(len(plays_of(draft)) - 1)
        insert(draft, row, "0", "Not Available", None, team=random.randrange(2), like=row - 1)
    return True


def unknown_types(draft: Draft, random: Random) -> bool:
    """A shot of a new kind, and a row of a new kind."""
    row = choose(random, rows_of(draft, "made_2"))
    if row is None:
        return False
    play = plays_of(draft)[row]
    play["type"] = {"id": "9301", "text": "Skyhook Shot"}
    insert(draft, row + 1, "9999", "Mascot", "Mascot runs across the floor", like=row)
    return True


def surplus_turnover(draft: Draft, random: Random) -> bool:
    """A turnover that the box lacks."""
    row = choose(random, rows_of(draft, "turnover"))
    event = event_of(draft, row) if row is not None else None
    if row is None or event is None:
        return False
    player = random.choice(event.fives[event.team])
    name = draft.names[player]
    if not draft.rules.college:
        words = ("64", "Traveling", f"{name} traveling")
    elif draft.era < "2015":
        words = ("601", "Foul Turnover", f"{name} Turnover.")
    else:
        words = ("598", "Lost Ball Turnover", f"{name} Turnover.")
    # In front, so that a steal behind the real one stays with it.
    insert(draft, row, *words, team=event.team, people=(id_of(draft, player),), like=row)
    draft.gain(player, TOV, 1, "surplus_play")
    return True


def timeout_before_rebound(draft: Draft, random: Random) -> bool:
    """A timeout between a missed free throw and its rebound."""
    # A game without a missed last free throw gets it behind a missed shot.
    row = choose(random, _before_rebounds(draft, "missed_ft") or _before_rebounds(draft, "missed_2", "missed_3"))
    if row is None:
        return False
    side = random.randrange(2)
    team = (draft.fixture.home, draft.fixture.away)[side]
    if not draft.rules.college:
        words = ("16", "Full Timeout", f"{team.nickname} Full timeout")
    elif draft.era < "2015":
        words = ("578", "RegularTimeOut", f"{team.location} Full Timeout.")
    else:
        words = ("579", "ShortTimeOut", f"{team.location}  Timeout")
    insert(draft, row + 1, *words, team=side, like=row)
    return True


def _before_rebounds(draft: Draft, *misses: str) -> list[int]:
    """Misses whose rebound is the next row."""
    found = []
    for row in rows_of(draft, *misses):
        if row + 1 < len(plays_of(draft)):
            event = event_of(draft, row + 1)
            if event is not None and event.event in ("offensive_rebound", "defensive_rebound"):
                found.append(row)
    return found
