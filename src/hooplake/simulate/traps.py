"""Traps: what is wrong, odd or missing in real documents, put into simulated ones on purpose.

Each trap is asked for by name. Those called ``T..`` are the traps of the replay reference; the others are named after
the cause that a verification should find, or after what they do. A trap says what it destroys: which cells of the
truth the plays of the document no longer tell.

What needs no injection is in :data:`SITUATIONS`: it happens in play, or belongs to a dialect, a status or a kind.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from random import Random
from typing import Final

from hooplake.errors import ConfigError
from hooplake.simulate import traps_added as added
from hooplake.simulate import traps_changes as changes
from hooplake.simulate import traps_missing as missing
from hooplake.simulate import traps_order as order
from hooplake.simulate import traps_shown as shown
from hooplake.simulate.draft import Draft

_PRO: Final = frozenset({"pro"})
_COLLEGE: Final = frozenset({"2009", "2013", "2023", "2026"})
_ANY: Final = _PRO | _COLLEGE


@dataclass(frozen=True, slots=True)
class Trap:
    """One trap.

    Attributes:
        does: what it puts into a document.
        then: what a right reader makes of it.
        destroys: cells of the truth that the plays no longer tell; empty where nothing is lost.
        dialects: ``pro`` and the college dialects that it fits.
        statuses: the statuses that it fits.
        stage: when it acts: on ``names`` before the rows are written, on ``rows`` before they have numbers, on
            ``numbered`` rows, or on the ``box``.
        spring: does it; False when this document offers no place for it.
    """

    does: str
    then: str
    destroys: str
    dialects: frozenset[str]
    statuses: frozenset[str]
    stage: str
    spring: Callable[[Draft, Random], bool]


_FINAL: Final = frozenset({"final"})
_LIVE: Final = frozenset({"in_progress"})
_PLAYED: Final = _FINAL | _LIVE

TRAPS: Final[dict[str, Trap]] = {
    "T11": Trap(
        "a technical foul on a coach, whose id is in no box",
        "no ghost player, no personal foul, no sign of a starter; the team has a technical more",
        "", _PRO | {"2023", "2026"}, _PLAYED, "rows", added.coach_technical,
    ),
    "T12": Trap(
        "a double technical foul that carries one team's id",
        "a technical more for both teams, nothing for the players",
        "", _PRO, _PLAYED, "rows", added.double_technical,
    ),
    "T13": Trap(
        "a technical foul on a man on the bench, before he comes in in that period",
        "he did not start the period",
        "", _PRO, _PLAYED, "rows", added.bench_technical,
    ),
    "T14": Trap(
        "a missed heave at the end of a period",
        "no attempt of anybody",
        "", _PRO, _PLAYED, "rows", added.heave,
    ),
    "T15": Trap(
        "a missed free throw whose sequence number is behind that of the end of the game, and that the box lacks",
        "kept in its place; the difference to the box is a late_insert",
        "", _PRO, _FINAL, "numbered", order.late_free_throw,
    ),
    "T16": Trap(
        "every other block without the blank before the apostrophe",
        "the first participant missed the shot, the second blocked it",
        "", _PRO, _PLAYED, "rows", shown.block_words,
    ),
    "T17": Trap(
        "line breaks and blanks in and around texts",
        "read by the type id, so no change",
        "", _ANY, _PLAYED, "rows", shown.white_space,
    ),
    "T18": Trap(
        "substitution rows with one participant and no name behind \"for\"",
        "ignored: five stay five",
        "", _PRO, _PLAYED, "rows", added.half_substitution,
    ),
    "T19": Trap(
        "whole seconds of the last minute as 0:42",
        "the same 42 seconds",
        "", _PRO, _PLAYED, "rows", shown.colon_clock,
    ),
    "T21": Trap(
        "a row without a basket, behind a basket that its score does not hold",
        "the score never falls: the running maximum stands",
        "", _ANY, _PLAYED, "rows", shown.score_falls,
    ),
    "T22": Trap(
        "a basket whose row shows the other team's score lower by two",
        "the running maximum stands",
        "", _ANY, _PLAYED, "rows", shown.basket_with_old_score,
    ),
    "T23": Trap(
        "one or two baskets of a player are missing, the score goes on as if they were there",
        "points of the team that no player has; cause missing_play",
        "points, fgm, fga, fg3m, fg3a of the scorer, ast of the assister, plus-minus of the ten on court",
        _ANY, _FINAL, "rows", missing.missing_baskets,
    ),
    "T27": Trap(
        "a timeout between a missed free throw and its rebound",
        "the rebound counts",
        "", _ANY, _PLAYED, "rows", added.timeout_before_rebound,
    ),
    "T28": Trap(
        "a rebound in front of its missed shot, at the same clock",
        "both count",
        "", _ANY, _PLAYED, "rows", order.rebound_first,
    ),
    "T33": Trap(
        "the rows of one dead ball's substitutions in any order, the teams mixed",
        "five on court behind the last of them",
        "", frozenset({"2026"}), _PLAYED, "rows", order.mixed_substitutions,
    ),
    "T34": Trap(
        "rows of type 0 without a text",
        "no effect, counted as unknown",
        "", _COLLEGE, _PLAYED, "rows", added.empty_rows,
    ),
    "T35": Trap(
        "a basket that is only a placeholder yet: type 91, nobody named",
        "points of the team that no player has; cause placeholder_play",
        "points, fgm, fga, fg3m, fg3a of the scorer, ast of the assister, plus-minus of the ten on court",
        _PRO, _LIVE, "rows", missing.placeholder,
    ),
    "T36": Trap(
        "a man who played has no row in the box",
        "he keeps his line; every cell of it is a difference",
        "", _ANY, _FINAL, "box", changes.missing_from_box,
    ),
    "T37": Trap(
        "an empty shell: a final score, a box of dashes and zeros, no plays",
        "nothing to verify; no features of players",
        "every cell of every player", _ANY, _FINAL, "box", changes.shell,
    ),
    "T37_no_plays": Trap(
        "a full box without plays",
        "not verifiable, no grade",
        "every cell of every player, as far as the plays tell it", _ANY, _FINAL, "numbered", changes.no_plays,
    ),
    "T38": Trap(
        "wall clocks that go back by minutes, that are missing, and one that is a day off",
        "event time is the running maximum",
        "", _ANY - {"2009", "2013"}, _PLAYED, "numbered", changes.broken_wall_clocks,
    ),
    "T42": Trap(
        "names with apostrophes, hyphens, accents, suffixes; a man named as his team; two team-mates of one name",
        "nothing on a summary, where ids decide; on a page the two cannot be told apart",
        "on pages: what is told of the two by name alone", _ANY, _PLAYED, "names", changes.hard_names,
    ),
    "T44": Trap(
        "goaltending behind a basket", "no second basket",
        "", _PRO, _PLAYED, "rows", added.goaltending,
    ),
    "T45": Trap(
        "a lane violation behind a free throw", "no effect",
        "", _PRO, _PLAYED, "rows", added.lane_violation,
    ),
    "T47": Trap(
        "a row of an overtime that was not played, with an old score",
        "no overtime, no minutes, the score does not fall",
        "", _ANY, _FINAL, "numbered", order.phantom_overtime,
    ),
    "duplicate_row": Trap(
        "a rebound twice, the two rows equal in everything", "counted once",
        "", _ANY, _PLAYED, "numbered", order.equal_rows,
    ),
    "repeated_id": Trap(
        "a rebound once more with the same id, but another text and time",
        "both are there; the difference to the box is a duplicate_row",
        "", _ANY, _FINAL, "numbered", order.repeated_id,
    ),
    "moved_row": Trap(
        "a rebound behind rows of a lower clock", "moved back to its clock, or at least counted",
        "the moment of that rebound", _ANY, _FINAL, "numbered", order.moved_row,
    ),
    "missing_substitution": Trap(
        "a substitution has no row",
        "the five is not known for that team and period; nobody is invented",
        "seconds of the team, plus-minus of everybody", _PRO | {"2026"}, _FINAL, "rows", missing.missing_substitution,
    ),
    "last_point_missing": Trap(
        "the last basket of the game has no row and is in no row's score",
        "the header's score is final; the plays end short; cause missing_play",
        "points and shooting of the scorer, ast of the assister, plus-minus of the ten, the final score in the plays",
        _ANY, _FINAL, "rows", missing.last_basket_missing,
    ),
    "surplus_play": Trap(
        "a turnover that the box does not count", "the difference to the box is a surplus_play",
        "", _ANY, _FINAL, "rows", added.surplus_turnover,
    ),
    "attribution": Trap(
        "the box gives a defensive rebound of one man to a team-mate", "two differences that cancel; cause attribution",
        "", _ANY, _FINAL, "box", changes.attribution,
    ),
    "revision": Trap(
        "the box has a man's missed two as a turnover", "fga and tov differ by one; cause revision",
        "", _ANY, _FINAL, "box", changes.revision,
    ),
    "unmapped_type": Trap(
        "a shot and a row of types that nobody knows", "the shot counts, the row is reported",
        "", _ANY, _PLAYED, "rows", added.unknown_types,
    ),
    "zero_scores": Trap(
        "rows without a basket have the score 0-0, as older documents do", "the running maximum stands",
        "", _ANY, _PLAYED, "rows", shown.zero_scores,
    ),
    "late_score": Trap(
        "the first basket is in the score from the next row on only", "the basket counts in its row",
        "", _ANY, _PLAYED, "rows", shown.late_score,
    ),
}  # fmt: skip
"""Every trap by name."""

SITUATIONS: Final[dict[str, str]] = {
    "T20": "an overtime: in one to four of a hundred games, and in the elapsed seconds of any of them",
    "T24": "made, missed and blocked threes: in every game",
    "T25": "a basket and one free throw: in nearly every game",
    "T26": "a team rebound between two free throws: in nearly every game",
    "T29": "fouls and turnovers of one type id: dialects 2009 and 2013",
    "T30": "the value of a missed shot: college dialects 2023 and 2026",
    "T31": "a college technical is a personal foul: in about half of the college games",
    "T32": "no substitutions: college dialects before 2026",
    "T39": "a scheduled document and a final one of the same game: ask for both statuses",
    "T40": "period boxes add up to the game: any game",
    "T41": "identities of every snapshot, ten on court: any game",
    "T43": "the same bytes twice: any game",
    "T46": "a technical free throw at the full clock of a period: in one to three of a hundred games",
}
"""The traps that need no injection, and where they are found."""


def spring(draft: Draft, names: Collection[str], stage: str, seed: int) -> None:
    """Spring the traps of one stage, in the order of their names.

    Args:
        draft: the document; the traps that found a place are added to its ``sprung``.
        names: the traps that were asked for.
        stage: which of them act now.
        seed: of the season.
    """
    for name in sorted(names):
        trap = TRAPS[name]
        if trap.stage == stage and trap.spring(draft, Random(f"trap {name} {seed} {draft.fixture.id}")):
            draft.sprung.add(name)


def check(draft: Draft, names: Collection[str]) -> None:
    """Refuse traps that do not exist or do not fit a document.

    Raises:
        ConfigError: says which, and why.
    """
    dialect = draft.era if draft.rules.college else "pro"
    for name in names:
        trap = TRAPS.get(name)
        if trap is None:
            where = SITUATIONS.get(name)
            raise ConfigError(
                f"no trap {name!r}: " + (f"it needs no injection ({where})" if where else "see hooplake.simulate.TRAPS")
            )
        if dialect not in trap.dialects:
            raise ConfigError(
                f"trap {name} does not fit the dialect {dialect}, only {', '.join(sorted(trap.dialects))}"
            )
        if draft.status not in trap.statuses:
            raise ConfigError(
                f"trap {name} does not fit the status {draft.status}, only {', '.join(sorted(trap.statuses))}"
            )
