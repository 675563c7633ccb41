"""Traps outside the rows themselves: names, boxes, wall clocks, and documents with a part missing."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Final

from hooplake.simulate.draft import Draft
from hooplake.simulate.truth import DREB, FG3A, FG3M, FGA, FGM, REB, TOV

_HARD_NAMES: Final = ("De'Aro O'Nellin-Šarić", "J.R. St. Vučen III", "Kel'el \"Kip\" D'Arrow Jr.", "Ó Máirtén Løkken")


def hard_names(draft: Draft, random: Random) -> bool:
    """Names that break what splits, matches or folds them."""
    truth = draft.truth
    for side in (0, 1):
        squad = [p for p in range(len(truth.players)) if truth.side(p) == side and truth.appeared[p]]
        chosen = random.sample(squad, k=5)
        for player, name in zip(chosen, random.sample(_HARD_NAMES, k=2), strict=False):
            draft.names[player] = name
        draft.names[chosen[2]] = (draft.fixture.home, draft.fixture.away)[side].name
        # Two team-mates of one name: ids tell them apart, names do not.
        draft.names[chosen[3]] = draft.names[chosen[4]]
        if draft.kind == "page_plays":
            for player in (chosen[2], chosen[3], chosen[4]):
                draft.forget_all(player, "attribution")
    return True


def missing_from_box(draft: Draft, random: Random) -> bool:
    """A substitute without a row."""
    assert draft.box is not None
    rows = [row for side in draft.box for row in side if row.played and not row.starter and any(row.stats)]
    if not rows:
        return False
    random.choice(rows).hidden = True
    return True


def attribution(draft: Draft, random: Random) -> bool:
    """A rebound in the wrong row of the box."""
    assert draft.box is not None
    for side in random.sample((0, 1), k=2):
        rows = [row for row in draft.box[side] if row.played and row.stats[DREB]]
        if len(rows) > 1:
            right, wrong = random.sample(rows, k=2)
            for row, amount in ((right, -1), (wrong, 1)):
                row.stats[DREB] += amount
                row.stats[REB] += amount
                for stat in (DREB, REB):
                    draft.blame(row.player, stat, "attribution")
            return True
    return False


def revision(draft: Draft, random: Random) -> bool:
    """A missed two that the box calls a turnover."""
    assert draft.box is not None
    rows = [
        row
        for side in draft.box
        for row in side
        if row.played and row.stats[FGA] - row.stats[FGM] > row.stats[FG3A] - row.stats[FG3M]
    ]
    if not rows:
        return False
    row = random.choice(rows)
    row.stats[FGA] -= 1
    row.stats[TOV] += 1
    for stat in (FGA, TOV):
        draft.blame(row.player, stat, "revision")
    return True


def no_plays(draft: Draft, random: Random) -> bool:
    """A document without plays."""
    draft.plays = []
    draft.sources = []
    return True


def shell(draft: Draft, random: Random) -> bool:
    """A box that says nothing."""
    assert draft.box is not None
    no_plays(draft, random)
    for side in draft.box:
        for row in side:
            if row.played:
                row.stats = [0] * len(row.stats)
                row.minutes = "--"
                row.plus_minus = 0
    draft.is_shell = True
    return True


def broken_wall_clocks(draft: Draft, random: Random) -> bool:
    """Wall clocks far out of order."""
    assert draft.plays is not None
    for play in draft.plays:
        mark = random.random()
        if mark < 0.05:
            del play["wallclock"]
        elif mark < 0.25:
            told = datetime.fromisoformat(play["wallclock"])
            play["wallclock"] = f"{told - timedelta(seconds=random.randint(60, 900)):%Y-%m-%dT%H:%M:%SZ}"
    one = random.choice([play for play in draft.plays[1:-1] if "wallclock" in play])
    told = datetime.fromisoformat(one["wallclock"])
    one["wallclock"] = f"{told - timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}"
    return True
