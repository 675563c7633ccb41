"""What each row of the feed means: its neutral event and kind, and what it is worth.

The texts decide what types and actions do not, and they do so reliably: a three has ``3PT`` in it, a free throw that
went in has the scorer's new total (``(12 PTS)``), a player's rebound has his running count of both ends
(``(Off:1 Def:4)``). The last missed shot decides only the end of a team's rebound.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from hooplake.games.model import EVENTS
from hooplake.games.official import codes
from hooplake.games.official.columns import NONE, Bool, Int, among, text_column
from hooplake.games.official.feed import Feed, stated_scores
from hooplake.games.official.persons import AWAY, HOME, Persons

CODE = {name: place for place, name in enumerate(EVENTS)}
_MADE = np.isin(np.arange(len(EVENTS)), [CODE["made_2"], CODE["made_3"], CODE["made_ft"]])
_THREES = np.isin(np.arange(len(EVENTS)), [CODE["made_3"], CODE["missed_3"]])
_SHOTS = np.array([[CODE["missed_2"], CODE["missed_3"]], [CODE["made_2"], CODE["made_3"]]])
_WIDTH = 256  # actions have up to three digits


@dataclass(slots=True)
class Meanings:
    """Meanings of the rows.

    Attributes:
        event: place in ``EVENTS``.
        kind: detail of the event.
        words: the type in words.
        value: points attempted, 0 where nothing is.
        points: points scored.
        side: side of the acting team: 1 home, 0 away, NONE not known.
        description: text of the row, that of the acting side first.
        home_score, away_score: score as the row states it, NONE where it does not.
    """

    event: Int
    kind: pa.Array
    words: pa.Array
    value: Int
    points: Int
    side: Int
    description: pa.Array
    home_score: Int
    away_score: Int


def read_meanings(feed: Feed, persons: Persons) -> Meanings:
    """Meanings of the rows of a feed; rules that guess are added to its repairs."""
    side, own, description = _texts(feed, persons)
    home_score, away_score = stated_scores(feed)
    event = _events(feed)
    _shots(feed, event, own)
    _free_throws(feed, event, persons, own, (home_score >= 0) | (away_score >= 0))
    last = _last_miss(feed, event)
    _rebounds(feed, event, persons, side, own, last)
    kind, words = _kinds(feed)
    _unknown_fouls(feed, event, persons, description)
    _team_rebounds(feed, event, persons, side, last)
    shots = among(feed.kind, codes.MADE, codes.MISSED)
    throws = among(event, CODE["made_ft"], CODE["missed_ft"])
    value = np.where(shots, np.where(_THREES[event], 3, 2), np.where(throws, 1, 0))
    points = np.where(_MADE[event], value, 0)
    return Meanings(event, kind, words, value, points, side, description, home_score, away_score)


@dataclass(frozen=True, slots=True)
class _Own:
    """The text of each row's acting side, which is looked at for some rows alone.

    Attributes:
        texts: all texts of the feed.
        place: which of them each row has, NONE for a row without one.
    """

    texts: pa.Array
    place: Int

    def of(self, rows: Int) -> pa.Array:
        """Texts of some rows, NULL where there is none."""
        places = self.place[rows]
        return self.texts.take(pa.array(places, mask=places < 0))


def _texts(feed: Feed, persons: Persons) -> tuple[Int, _Own, pa.Array]:
    """Acting side, its text (where it has none, any other of the row), and all texts of the row."""
    columns = [text_column(feed.rows, f"{name}DESCRIPTION") for name in ("HOME", "VISITOR", "NEUTRAL")]
    has_home, has_away, has_neutral = (np.asarray(pc.is_valid(column))[feed.place] for column in columns)
    side = persons.first.side.copy()
    of_team = (side == NONE) & (persons.first.player == NONE) & persons.first.team
    side[of_team & has_home & ~has_away] = HOME
    side[of_team & has_away & ~has_home] = AWAY
    home, away, neutral = (feed.place + number * len(feed.rows) for number in range(3))
    acting_away = side == AWAY
    first = np.where(has_away & (acting_away | ~has_home), away, np.where(has_home, home, NONE))
    own = np.where((first < 0) & has_neutral, neutral, first)
    texts = pa.concat_arrays(columns)
    both = np.flatnonzero(has_home & has_away)
    other = np.where(acting_away, home, away)[both]
    pairs = pc.binary_join_element_wise(texts.take(pa.array(own[both])), texts.take(pa.array(other)), " / ")
    every = own.copy()
    every[both] = len(texts) + np.arange(len(both))
    description = _Own(pa.concat_arrays([texts, pairs]), every).of(np.arange(len(feed)))
    return side, _Own(texts, own), description


def _events(feed: Feed) -> Int:
    """Event of each row by type and, for fouls, action."""
    table = np.full((_WIDTH, _WIDTH), CODE["unmapped"], np.int64)
    for number, event in codes.EVENT_OF_TYPE.items():
        table[number] = CODE[event]
    table[codes.FOUL] = CODE["unmapped"]
    for action, (event, _, _) in codes.FOULS.items():
        table[codes.FOUL, action] = CODE[event]
    return table[_bounded(feed.kind), _bounded(feed.action)]


def _bounded(numbers: Int) -> Int:
    return np.where((numbers < 0) | (numbers >= _WIDTH), _WIDTH - 1, numbers)


def _holds(texts: pa.Array, part: str) -> Bool:
    found: Bool = pc.fill_null(pc.match_substring(texts, part), False).to_numpy(zero_copy_only=False)
    return found


def _shots(feed: Feed, event: Int, own: _Own) -> None:
    rows = np.flatnonzero(among(feed.kind, codes.MADE, codes.MISSED))
    three = _holds(own.of(rows), "3PT").astype(np.int64)
    made = (feed.kind[rows] == codes.MADE).astype(np.int64)
    event[rows] = _SHOTS[made, three]


def _free_throws(feed: Feed, event: Int, persons: Persons, own: _Own, scored: Bool) -> None:
    """Made where the text has the new total of the scorer; a row without text, where it states the score."""
    rows = np.flatnonzero(feed.kind == codes.FREE_THROW)
    texts = own.of(rows)
    made = np.where(own.place[rows] < 0, scored[rows], _holds(texts, "PTS)"))
    event[rows] = np.where(made, CODE["made_ft"], CODE["missed_ft"])
    _throws_again(feed, event, persons, texts, rows)


def _throws_again(feed: Feed, event: Int, persons: Persons, texts: pa.Array, rows: Int) -> None:
    """A throw without a name beside the same throw of the same man is one that was thrown again: no attempt.

    Other throws without a name are misses.
    """
    nameless = np.flatnonzero(pc.fill_null(pc.starts_with(texts, "Free Throw"), False))
    for place in nameless.tolist():
        row = int(rows[place])
        near = rows[max(place - 2, 0) : place + 3]
        same = near[(near != row) & (feed.game[near] == feed.game[row]) & (feed.action[near] == feed.action[row])]
        same = same[(feed.period[same] == feed.period[row]) & (feed.clock[same] == feed.clock[row])]
        if np.any(persons.first.player[same] == persons.first.player[row]):
            event[row] = CODE["unknown"]
            feed.repairs[feed.game[row]].append("free_throw_thrown_again:1")


def _kinds(feed: Feed) -> tuple[pa.Array, pa.Array]:
    """Kind and words of each row, by type and action."""
    kinds, words, names = _kind_tables()
    place = _bounded(feed.kind), _bounded(feed.action)
    kind, word = (
        pa.DictionaryArray.from_arrays(pa.array(table[place], mask=table[place] == 0), names)
        for table in (kinds, words)
    )
    return kind, word


_Table = npt.NDArray[np.int32]


@cache
def _kind_tables() -> tuple[_Table, _Table, pa.Array]:
    """Places of kinds and of words by type and action, 0 where there are none, and the texts at these places."""
    kinds, words = np.zeros((_WIDTH, _WIDTH), np.int32), np.zeros((_WIDTH, _WIDTH), np.int32)
    names: dict[str | None, int] = {None: 0}

    def put(table: _Table, number: int, action: int | slice, name: str) -> None:
        table[number, action] = names.setdefault(name, len(names))

    for number, word in codes.TYPE_WORDS.items():
        put(words, number, slice(None), word)
    for action, word in codes.SHOTS.items():
        put(words, codes.MADE, action, word)
        put(words, codes.MISSED, action, word)
    for action, (_, kind, word) in codes.FOULS.items():
        put(kinds, codes.FOUL, action, kind)
        put(words, codes.FOUL, action, word)
    for action, (turnover, word) in codes.TURNOVERS.items():
        put(words, codes.TURNOVER, action, word)
        if turnover is not None:
            put(kinds, codes.TURNOVER, action, turnover)
    for number, listed in (
        (codes.FREE_THROW, codes.FREE_THROWS), (codes.VIOLATION, codes.VIOLATIONS), (codes.TIMEOUT, codes.TIMEOUTS),
        (codes.EJECTION, codes.EJECTIONS), (codes.REVIEW, codes.REVIEWS),
    ):  # fmt: skip
        for action, kind in listed.items():
            put(kinds, number, action, kind)
    return kinds, words, pa.array(list(names), pa.string())


def _unknown_fouls(feed: Feed, event: Int, persons: Persons, description: pa.Array) -> None:
    """Fouls of an action that no table knows: technical by their words, or if they are no player's."""
    rows = np.flatnonzero((feed.kind == codes.FOUL) & (event == CODE["unmapped"]))
    for row in rows.tolist():
        text = (description[row].as_py() or "").lower()
        technical = any(word in text for word in ("t.foul", "tech", "taunt", "unsportsman", "delay", "hanging"))
        if persons.first.player[row] >= 0 and not technical and "foul" in text:
            event[row] = CODE["foul"]
        elif technical or persons.first.player[row] < 0:
            event[row] = CODE["technical_foul"]
    for game, count in zip(*np.unique(feed.game[rows], return_counts=True), strict=True):
        feed.repairs[game].append(f"unknown_foul_kind:{count}")


def _rebounds(feed: Feed, event: Int, persons: Persons, side: Int, own: _Own, last: Int) -> None:
    """Which end a player's rebound was at: that whose running count went up.

    The counts of a player are taken in the order of their sum, which is right also where rows stand out of order.
    """
    rows = np.flatnonzero((feed.kind == codes.REBOUND) & (persons.first.player >= 0))
    if not len(rows):
        return
    parts = pc.extract_regex(own.of(rows), r"Off:(?P<off>\d+) Def:(?P<def>\d+)")
    known = np.asarray(pc.is_valid(parts))
    counts = [
        pc.fill_null(pc.cast(pc.struct_field(parts, [place]), pa.int64()), 0).to_numpy(zero_copy_only=False)
        for place in (0, 1)
    ]
    off, total = counts[0], counts[0] + counts[1]
    who = feed.game[rows] * max(len(persons.ids), 1) + persons.first.player[rows]
    order = np.lexsort((total, who))
    opening = np.r_[True, who[order][1:] != who[order][:-1]]
    rise_off = np.diff(off[order], prepend=0)
    rise_off[opening] = off[order][opening]
    rise = np.diff(total[order], prepend=0)
    rise[opening] = total[order][opening]
    clear = np.empty(len(rows), bool)
    offensive = np.empty(len(rows), bool)
    clear[order] = (rise == 1) & (rise_off >= 0) & (rise_off <= 1)
    offensive[order] = rise_off == 1
    unclear = ~(clear & known)
    if unclear.any():
        offensive = np.where(unclear, _at_end_of_miss(side, last, rows), offensive)
        for game, count in zip(*np.unique(feed.game[rows[unclear]], return_counts=True), strict=True):
            feed.repairs[game].append(f"rebound_by_last_miss:{count}")
    event[rows] = np.where(offensive, CODE["offensive_rebound"], CODE["defensive_rebound"])


def _team_rebounds(feed: Feed, event: Int, persons: Persons, side: Int, last: Int) -> None:
    """A team's rebound: at the end of the last missed shot, or dead where that was a throw with more to come."""
    rows = np.flatnonzero((feed.kind == codes.REBOUND) & (persons.first.player < 0))
    if not len(rows):
        return
    offensive = _at_end_of_miss(side, last, rows)
    event[rows] = np.where(offensive, CODE["offensive_rebound"], CODE["defensive_rebound"])
    before = np.maximum(last[rows], 0)
    dead = (last[rows] >= 0) & (feed.kind[before] == codes.FREE_THROW) & ~among(feed.action[before], *codes.LIVE_THROWS)
    event[rows[dead]] = CODE["dead_ball_rebound"]


def _last_miss(feed: Feed, event: Int) -> Int:
    """Row of the last missed shot of the game at or before each row, NONE where there is none."""
    missed = among(event, CODE["missed_2"], CODE["missed_3"], CODE["missed_ft"])
    last = np.maximum.accumulate(np.where(missed, np.arange(len(feed)), NONE))
    return np.where(last >= feed.bounds[feed.game], last, NONE)


def _at_end_of_miss(side: Int, last: Int, rows: Int) -> Bool:
    """Which rows' acting side is that of the last missed shot of the game."""
    before, own = last[rows], side[rows]
    same: Bool = (before >= 0) & (own >= 0) & (side[np.maximum(before, 0)] == own)
    return same
