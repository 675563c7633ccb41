"""The rows of a play-by-play dump, put into the order in which they happened, and what they say of persons and score.

File order is the order of play: in 4,920 games it never goes back in period or clock, while `EVENTNUM` is only an
identity (sorted by it, 3,807 of those games run backwards). Named repairs act where a game breaks that, and leave every
other game alone; they are those of `hooplake.games.order`, over all games of a dump at once:

| rule | what it does |
|---|---|
| ``duplicate_play`` | of rows with one event number and equal content the first is kept |
| ``period_order`` | rows of an earlier period that stand behind a later one are moved back to their period |
| ``clock_order`` | within a period, rows whose clock stands above that of a row before them are moved up to their clock |
| ``phantom_period`` | rows of a last overtime in which nothing happens are dropped, if the score before it was no tie |
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hooplake.games.official import codes
from hooplake.games.official.columns import NONE, Bool, Coded, Float, Int, among, coded, numbers
from hooplake.games.official.identity import OfficialId, identify
from hooplake.games.order import fewest_moves

PLAY_COLUMNS = (
    "GAME_ID", "EVENTNUM", "EVENTMSGTYPE", "EVENTMSGACTIONTYPE", "PERIOD", "WCTIMESTRING", "PCTIMESTRING",
    "HOMEDESCRIPTION", "NEUTRALDESCRIPTION", "VISITORDESCRIPTION", "SCORE",
    *(
        f"{name}{number}{rest}"
        for number in (1, 2, 3)
        for name, rest in (("PERSON", "TYPE"), ("PLAYER", "_ID"), ("PLAYER", "_NAME"), ("PLAYER", "_TEAM_ID"))
    ),
    "PLAYER1_TEAM_CITY", "PLAYER1_TEAM_NICKNAME", "PLAYER1_TEAM_ABBREVIATION",
)  # fmt: skip
"""Columns of ``playbyplayv2`` that are read."""

TEXTS = frozenset({"HOMEDESCRIPTION", "NEUTRALDESCRIPTION", "VISITORDESCRIPTION"})
"""Columns in which nearly every value is another."""

LAST_PERIOD = 20
_MANY = 2**32  # more rows than there are
_FRAME = (codes.PERIOD_START, codes.PERIOD_END, codes.REVIEW, codes.STOPPAGE)


@dataclass(slots=True)
class Feed:
    """Rows of one season's dump in the order of play, sorted by game.

    Attributes:
        rows: the rows as read, in the order of receipt; some are about no game, or repeat another.
        place: which of them each row is.
        games: the games, sorted by id.
        game: place in ``games`` of each row.
        bounds: rows of game g are ``bounds[g]`` to ``bounds[g + 1]``; shape (games + 1,).
        source_row: place of each row among the rows of its game as received.
        number: ``EVENTNUM``, NONE where there is none.
        kind: ``EVENTMSGTYPE``, NONE where there is none.
        action: ``EVENTMSGACTIONTYPE``, likewise.
        period: period, from 1.
        clock: seconds left in the period, NaN where the row does not tell.
        clock_text: the clock as printed.
        repairs: per game the rules that fired, as ``rule:count``.
    """

    rows: pa.Table
    place: Int
    games: list[OfficialId]
    game: Int
    bounds: Int
    source_row: Int
    number: Int
    kind: Int
    action: Int
    period: Int
    clock: Float
    clock_text: Coded
    repairs: list[list[str]] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.game)

    @property
    def event_num(self) -> Int:
        """Place of each row in the order of play of its game, from 0."""
        return np.arange(len(self.game)) - self.bounds[self.game]

    def column(self, name: str) -> Coded:
        """A column by its codes; see `coded`."""
        return coded(self.rows, name).at(self.place)

    def numbers(self, name: str) -> Int:
        """A column as whole numbers, NONE where there is none."""
        return numbers(self.rows, name)[self.place]


def read_feed(rows: pa.Table, regulation_periods: int) -> Feed:
    """Put the rows of a dump in order.

    Args:
        rows: rows of ``playbyplayv2`` with upper-case column names, all of one league. Rows of games whose id says
            nothing are left out.
        regulation_periods: periods before overtime.
    """
    found = coded(rows, "GAME_ID")
    known = [identify(value) for value in found.values]
    games = sorted({game for game in known if game is not None})
    places = {game: place for place, game in enumerate(games)}
    owner = np.array([*(NONE if game is None else places[game] for game in known), NONE], np.int64)[found.codes]
    order = np.arange(len(owner))
    if len(owner) and (owner.min() < 0 or np.any(owner[1:] < owner[:-1])):
        order = np.argsort(owner, kind="stable")
        order = order[owner[order] >= 0]
        owner = owner[order]
    bounds = np.searchsorted(owner, np.arange(len(games) + 1))
    number, kind, action, period = (
        numbers(rows, name)[order] for name in ("EVENTNUM", "EVENTMSGTYPE", "EVENTMSGACTIONTYPE", "PERIOD")
    )
    clock_text = coded(rows, "PCTIMESTRING").at(order)
    feed = Feed(
        rows, order, games, owner, bounds, np.arange(len(owner)) - bounds[owner], number, kind, action, period,
        clock_text.doubles(clock_seconds), clock_text, [[] for _ in games],
    )  # fmt: skip
    _fill_periods(feed)
    feed = _taken(feed, ~_repeated(feed), "duplicate_play")
    feed = _ordered(feed)
    return _taken(feed, ~_phantom(feed, regulation_periods), "phantom_period")


def clock_seconds(text: str) -> float:
    """Seconds of a clock: ``8:03``, ``0:00``, ``42.0``, ``11:60`` (12 minutes); NaN if it is none."""
    minutes, colon, seconds = text.rpartition(":")
    try:
        total = float(seconds) + (60 * float(minutes) if colon else 0)
    except ValueError:
        return float("nan")
    return total if 0 <= total < 10_000 else float("nan")


def _fill_periods(feed: Feed) -> None:
    """A row without a plausible period has that of the row before it."""
    wrong = (feed.period < 1) | (feed.period > LAST_PERIOD)
    if not wrong.any():
        return
    rows = np.arange(len(feed))
    known = np.maximum.accumulate(np.where(wrong, 0, rows))
    inside = known >= feed.bounds[feed.game]
    feed.period = np.where(wrong, np.where(inside & ~wrong[known], feed.period[known], 1), feed.period)


def _taken(feed: Feed, keep: Bool, rule: str) -> Feed:
    """The rows that are kept; the others are counted as repairs of their games."""
    if keep.all():
        return feed
    dropped = np.bincount(feed.game[~keep], minlength=len(feed.games))
    for game in np.flatnonzero(dropped):
        feed.repairs[game].append(f"{rule}:{dropped[game]}")
    return _at(feed, np.flatnonzero(keep))


def _at(feed: Feed, order: Int) -> Feed:
    game = feed.game[order]
    return Feed(
        feed.rows, feed.place[order], feed.games, game, np.searchsorted(game, np.arange(len(feed.games) + 1)),
        feed.source_row[order], feed.number[order], feed.kind[order], feed.action[order], feed.period[order],
        feed.clock[order], feed.clock_text.at(order), feed.repairs,
    )  # fmt: skip


def _repeated(feed: Feed) -> Bool:
    """Rows that repeat an earlier row of their game in every column."""
    repeated = np.zeros(len(feed), bool)
    numbered = np.flatnonzero(feed.number != NONE)
    number = feed.number[numbered]
    if len(number) and number.max() - number.min() >= _MANY:
        number = np.unique(number, return_inverse=True)[1]
    key = feed.game[numbered] * _MANY + number
    in_order = np.sort(key)
    twice = in_order[1:][in_order[1:] == in_order[:-1]]
    if not len(twice):
        return repeated
    several = numbered[np.isin(key, twice)]
    names = [name for name in feed.rows.column_names if name != "VIDEO_AVAILABLE_FLAG"]
    content = list(
        zip(*(column.to_pylist() for column in feed.rows.select(names).take(feed.place[several]).columns), strict=True)
    )
    seen: set[tuple[object, ...]] = set()
    for row, values in zip(several.tolist(), content, strict=True):
        repeated[row] = values in seen
        seen.add(values)
    return repeated


def _ordered(feed: Feed) -> Feed:
    """Rows that go back in period or clock moved to their place, in the games that have such rows."""
    order = np.arange(len(feed))
    for rule, key in (("period_order", feed.period.astype(np.float64)), ("clock_order", _clock_keys(feed))):
        own = key[order]
        back = np.flatnonzero((own[1:] < own[:-1]) & (feed.game[1:] == feed.game[:-1]))
        for game in np.unique(feed.game[back]):
            low, high = feed.bounds[game], feed.bounds[game + 1]
            before = order[low:high].copy()
            order[low:high] = before[np.argsort(key[before], kind="stable")]
            feed.repairs[game].append(f"{rule}:{fewest_moves(before.tolist(), order[low:high].tolist())}")
    return feed if np.array_equal(order, np.arange(len(feed))) else _at(feed, order)


def _clock_keys(feed: Feed) -> Float:
    """What rows must be sorted by: period, then clock from high to low; a row without a clock has that before it."""
    clock = feed.clock
    if np.isnan(clock).any():
        rows = np.arange(len(feed))
        key = feed.game * 1000 + feed.period
        opening = np.r_[True, key[1:] != key[:-1]] if len(key) else np.zeros(0, bool)
        known = np.maximum.accumulate(np.where(opening | ~np.isnan(clock), rows, 0))
        clock = np.where(np.isnan(clock[known]), 99_999.0, clock[known])
    return feed.period * 1e6 - clock


def _phantom(feed: Feed, regulation_periods: int) -> Bool:
    """Rows of a game's last period, if that is an overtime in which nothing happens and for which there was no reason.

    A game that stands at a tie may be about to go on.
    """
    if not len(feed):
        return np.zeros(0, bool)
    latest = np.zeros(len(feed.games), np.int64)
    np.maximum.at(latest, feed.game, feed.period)
    last = (feed.period == latest[feed.game]) & (feed.period > regulation_periods)
    happens = np.bincount(feed.game[last & ~among(feed.kind, *_FRAME)], minlength=len(feed.games))
    idle: Bool = last & (happens[feed.game] == 0)
    if not idle.any():
        return idle
    best = np.zeros((2, len(feed.games)), np.int64)
    for place, stated in enumerate(stated_scores(feed)):
        np.maximum.at(best[place], feed.game, stated)
    phantom: Bool = idle & (best[0] != best[1])[feed.game]
    return phantom


def stated_scores(feed: Feed) -> tuple[Int, Int]:
    """Home and away score as each row states it, NONE where it does not: the feed puts the visitor first."""
    score = feed.column("SCORE")
    parts = pc.extract_regex(pa.array(score.values, pa.string()), r"^(?P<away>\d{1,3})\s*-\s*(?P<home>\d{1,3})$")
    away, home = (
        np.append(pc.fill_null(pc.cast(pc.struct_field(parts, [place]), pa.int64()), NONE).to_numpy(), NONE)[
            score.codes
        ]
        for place in (0, 1)
    )
    return home, away
