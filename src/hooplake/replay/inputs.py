"""The plays and boxes of a chunk of games as arrays.

Replay works on many games at once: one array per column over all their plays, players as small integers ("slots"),
one slot per player of a game. The input is silver rows, so every source that fills them replays the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from hooplake.games.leagues import Rules
from hooplake.games.model import EVENTS, STATS

Int = npt.NDArray[np.int64]
Bool = npt.NDArray[np.bool_]
Float = npt.NDArray[np.float64]

CODE: dict[str, int] = {name: code for code, name in enumerate(EVENTS)}
NONE = -1
"""Stands for "nobody" or "not known" in integer arrays."""

Names = Callable[[Sequence[str]], pa.Table]
"""Reads :data:`~hooplake.replay.columns.NAME_COLUMNS` of some games, in the order of play."""

_MOVES = np.isin(np.arange(len(CODE)), [CODE[name] for name in ("substitution", "sub_in", "sub_out")])
_DENSE = 4  # a table of so many places a key is quicker than a search
_BOX_COLUMNS = ("minutes", "seconds", "plus_minus")


@dataclass(frozen=True, slots=True)
class Players:
    """One entry per player of a game ("slot"), sorted by game.

    Attributes:
        game: index of the game.
        player: index into ``ids``.
        home: 1 home, 0 away, NONE not known.
        listed: in the official box.
        starter: listed as a starter.
        line: official line, shape (slots, 15), NaN where the box does not tell.
        played: has an official line.
        minutes: official whole minutes, NaN where not known.
        plus_minus: official plus-minus, NaN where not known.
    """

    game: Int
    player: Int
    home: Int
    listed: Bool
    starter: Bool
    played: Bool
    line: Float
    minutes: Float
    plus_minus: Float
    box_row: Int

    def __len__(self) -> int:
        return len(self.game)


@dataclass(frozen=True, slots=True)
class Stretches:
    """Stretches of plays of one period of a game, in order.

    Attributes:
        of_row: place of each play's stretch; shape (plays,).
        game, period: of each stretch.
        start, stop: its first row and the first row after it.
    """

    of_row: Int
    game: Int
    period: Int
    start: Int
    stop: Int


class Inputs:
    """Plays, players and games of a chunk.

    Args:
        tables: ``silver.fct_games``, ``fct_plays`` and ``fct_game_players`` of one partition; only games that have
            rows in the first two are replayed.
        league: league of the partition.

    Attributes:
        game_ids: ids of the games with plays, sorted; index of a game = place here.
        ids: every player id, sorted; ``Players.player`` and the ``player1`` to ``player3`` arrays index it.
        bounds: plays of game g are ``bounds[g]`` to ``bounds[g + 1]``; shape (games + 1,).
        player1, player2, player3: slot of each play's players, NONE for nobody or somebody without a slot.
        home: 1 where the acting team is the home team, 0 away, NONE not known; where the row does not tell, that of
            its first player.
        elapsed: seconds since the tip-off, the last known where the row has no clock.
        clock: seconds left in the period, likewise.
    """

    def __init__(self, tables: Mapping[str, pa.Table], league: str) -> None:
        self.league = league
        games = tables["silver.fct_games"].sort_by("game_id")
        plays = tables["silver.fct_plays"].combine_chunks()
        runs = pc.run_end_encode(plays["game_id"].combine_chunks(), run_end_type=pa.int64())
        games = games.filter(pc.is_in(games["game_id"], value_set=runs.values))
        places = _places(pa.chunked_array([runs.values]), games["game_id"], missing_ok=True)
        owner = np.repeat(places, np.diff(runs.run_ends.to_numpy(), prepend=0))
        if len(owner) and owner.min() < 0:
            plays, owner = plays.filter(pa.array(owner >= 0)), owner[owner >= 0]
        self.games = games.combine_chunks()
        self.game_ids: list[str] = games["game_id"].to_pylist()
        self.plays = plays
        self.count: int = plays.num_rows
        if np.any(owner[1:] < owner[:-1]):
            raise ValueError("plays are not sorted by game")
        self.game: Int = owner
        self.bounds: Int = np.searchsorted(owner, np.arange(len(self.game_ids) + 1))
        self.event_num = integers(self.plays["event_num"])
        self.period = integers(self.plays["period"])
        self.event = _places(self.plays["event"], pa.chunked_array([pa.array(EVENTS)]))
        self.home = flags(self.plays["home"])
        self.points = integers(self.plays["points"])
        self.rules = [
            Rules(*row)
            for row in zip(
                *(games[n].to_pylist() for n in ("regulation_periods", "regulation_seconds", "overtime_seconds")),
                strict=True,
            )
        ]
        self.final: Bool = np.array(games["played"].to_pylist(), bool)
        self._clocks()
        self._players(tables["silver.fct_game_players"])
        silent = (self.home < 0) & (self.player1 >= 0)
        self.home[silent] = self.players.home[self.player1[silent]]

    def _clocks(self) -> None:
        """Clock and elapsed seconds, filled forward within a period where a row has none."""
        columns = [self.plays[name] for name in ("clock_seconds", "elapsed_seconds")]
        clock, elapsed = (floats(column) for column in columns)
        if any(column.null_count for column in columns):
            clock, elapsed = clock.copy(), elapsed.copy()
            known = ~(np.isnan(clock) | np.isnan(elapsed))
            key = self.game * 1000 + self.period
            opening = np.r_[True, key[1:] != key[:-1]]
            for row in np.flatnonzero(~known):
                if opening[row]:
                    rules = self.rules[self.game[row]]
                    clock[row] = rules.length(int(self.period[row]))
                    elapsed[row] = rules.start(int(self.period[row]))
                else:
                    clock[row], elapsed[row] = clock[row - 1], elapsed[row - 1]
        self.clock: Float = clock
        self.elapsed: Float = elapsed

    def _players(self, box: pa.Table) -> None:
        box = box.combine_chunks()
        box_game = self.games_of(box["game_id"])
        if len(box_game) and box_game.min() < 0:
            box, box_game = box.filter(pa.array(box_game >= 0)), box_game[box_game >= 0]
        columns = [self.plays[name].combine_chunks() for name in ("player1_id", "player2_id", "player3_id")]
        listed = box["player_id"].combine_chunks()
        codes, ids = _encoded(pa.chunked_array([*columns, listed], pa.string()))
        order = integers(pc.array_sort_indices(ids))
        self.ids = ids.take(pa.array(order))
        rank = np.argsort(order)
        acting, width = codes[: 3 * self.count].reshape(3, -1), max(len(ids), 1)
        box_keys = box_game * width + rank[codes[3 * self.count :]]
        slots = np.unique(box_keys)
        players = self._slots_of_plays(slots, acting, order, rank)
        # a player who acts without being listed gets a slot, so that what he did is not lost
        unlisted = self._unlisted(acting, players, rank, width)
        if len(unlisted):
            slots = np.union1d(slots, unlisted)
            players = self._slots_of_plays(slots, acting, order, rank)
        self.slot_keys: Int = slots
        self.player1, self.player2, self.player3 = players
        rows = np.full(len(slots), NONE, np.int64)
        order = np.argsort(box_keys, kind="stable")
        rows[np.searchsorted(slots, box_keys[order])] = order
        is_listed = rows >= 0
        home = np.full(len(slots), NONE, np.int64)
        home[is_listed] = flags(box["home"])[rows[is_listed]]
        self._side_of_unlisted(home, is_listed)
        at, found = np.flatnonzero(is_listed), rows[is_listed]
        line = np.full((len(STATS), len(slots)), np.nan)
        for own, name in zip(line, STATS, strict=True):
            own[at] = floats(box[name])[found]
        absent = np.ones(len(slots), bool)
        absent[is_listed] = flags(box["did_not_play"])[rows[is_listed]] == 1
        starter = np.zeros(len(slots), bool)
        starter[is_listed] = flags(box["starter"])[rows[is_listed]] == 1
        minutes, seconds, plus_minus = (np.full(len(slots), np.nan) for _ in range(3))
        for target, name in zip((minutes, seconds, plus_minus), _BOX_COLUMNS, strict=True):
            target[is_listed] = floats(box[name])[rows[is_listed]]
        self.box = box
        self.exact_seconds: Float = seconds
        self.players = Players(
            slots // width, slots % width, home, is_listed, starter, ~absent, line.T, minutes, plus_minus, rows
        )
        self.slot_bounds: Int = np.searchsorted(self.players.game, np.arange(len(self.game_ids) + 1))

    def _slots_of_plays(self, slots: Int, acting: Int, order: Int, rank: Int) -> list[Int]:
        """Slots of each play's three players, by the codes of their ids; NONE where they have none.

        Args:
            slots: keys of the slots: game * number of ids + rank of the id.
            acting: codes of the ids, NONE for nobody; shape (3, plays).
            order: code of each rank.
            rank: rank of each code.
        """
        width = max(len(order), 1)
        size = len(self.game_ids) * (width + 1)
        if size > _DENSE * self.count:
            keys = [np.where(own >= 0, self.game * width + np.append(rank, 0)[own], NONE) for own in acting]
            return [_found(slots, key, size) for key in keys]
        # the first place of each game is that of nobody, which the code NONE leads to
        table = np.full(size, NONE, np.int64)
        table[slots // width * (width + 1) + order[slots % width] + 1] = np.arange(len(slots))
        first = self.game * (width + 1) + 1
        return [table[first + own] for own in acting]

    def _unlisted(self, acting: Int, players: list[Int], rank: Int, width: int) -> Int:
        """Keys of players without a slot who do something that a box counts, or come and go.

        A technical may be that of a coach.
        """
        from hooplake.replay.events import FIRST, SECOND

        keys = []
        for own, slots, table in zip(acting, players, (FIRST, SECOND), strict=False):
            rows = np.flatnonzero((own >= 0) & (slots < 0))
            rows = rows[(np.any(table != 0, axis=1) | _MOVES)[self.event[rows]]]
            if table is FIRST and len(rows):
                rows = rows[~self.technical[rows]]
            keys.append(self.game[rows] * width + rank[own[rows]])
        return np.union1d(*keys)

    def _side_of_unlisted(self, home: Int, listed: Bool) -> None:
        """Side of players who are not in the box: that of the plays in which they act first."""
        if listed.all():
            return
        for players, rows in ((self.player2, self.event == CODE["substitution"]), (self.player1, True)):
            acts = np.flatnonzero((self.home >= 0) & (players >= 0) & rows)[::-1]
            acts = acts[~listed[players[acts]]]
            home[players[acts]] = self.home[acts]  # of several rows the last to be assigned, so the first, holds

    @cached_property
    def stretches(self) -> Stretches:
        """The periods of all games."""
        fresh = np.ones(self.count, bool)
        fresh[1:] = (self.period[1:] != self.period[:-1]) | (self.game[1:] != self.game[:-1])
        start = np.flatnonzero(fresh)
        stop = np.append(start[1:], self.count)[: len(start)]
        return Stretches(np.cumsum(fresh) - 1, self.game[start], self.period[start], start, stop)

    @cached_property
    def period_starts(self) -> Float:
        """Start of each game's periods in seconds since the tip-off, up to the end of the chunk's last; by number."""
        number = range(int(self.period.max(initial=0)) + 2)
        by_rules = {rules: [float(rules.start(period)) for period in number] for rules in set(self.rules)}
        return np.array([by_rules[rules] for rules in self.rules]).reshape(-1, len(number))

    @cached_property
    def _kinds(self) -> tuple[Int, list[str]]:
        codes, kinds = _encoded(self.plays["kind"])
        return codes, kinds.to_pylist()

    def of_kind(self, test: Callable[[str], bool]) -> Bool:
        """Plays whose kind passes a test, which is made once for every kind that occurs."""
        codes, kinds = self._kinds
        passed: Bool = np.array([*map(test, kinds), False], bool)[codes]  # NONE is the last place
        return passed

    @cached_property
    def technical_kind(self) -> Bool:
        """Plays of kind technical: fouls and free throws."""
        return self.of_kind("technical".__eq__)

    @cached_property
    def technical(self) -> Bool:
        """College technicals, which are fouls that count but prove nobody's presence."""
        technical: Bool = self.technical_kind & (self.event == CODE["foul"])
        return technical

    @cached_property
    def player_names(self) -> pa.Array:
        """Display name of each slot, NULL where not listed."""
        rows = pa.array(self.players.box_row, mask=self.players.box_row < 0)
        return self.box["player"].combine_chunks().take(rows)

    @cached_property
    def player_ids(self) -> pa.Array:
        """Player id of each slot."""
        return self.ids.take(pa.array(self.players.player))

    @cached_property
    def team_ids(self) -> pa.Array:
        """Team id of each slot: as listed, else the team of the side on which he acted."""
        rows = pa.array(self.players.box_row, mask=self.players.box_row < 0)
        listed = self.box["team_id"].combine_chunks().take(rows)
        sides = [self.games[f"{side}_team_id"].combine_chunks() for side in ("away", "home")]
        games = pa.array(self.players.game)
        acted = pc.if_else(pa.array(self.players.home == 1), sides[1].take(games), sides[0].take(games))
        acted = pc.if_else(pa.array(self.players.home >= 0), acted, pa.scalar(None, pa.string()))
        return pc.coalesce(listed, acted)

    def games_of(self, game_ids: pa.ChunkedArray) -> Int:
        """Indices of games, NONE for those that are not replayed."""
        return _places(game_ids, self.games["game_id"], missing_ok=True)

    def slots_of(self, game_ids: pa.ChunkedArray, player_ids: pa.ChunkedArray) -> Int:
        """Slots of players by game and player id, NONE for those who have none."""
        game = self.games_of(game_ids)
        player = _places(player_ids, pa.chunked_array([self.ids]), missing_ok=True)
        known = (game >= 0) & (player >= 0)
        width = max(len(self.ids), 1)
        return _found(self.slot_keys, np.where(known, game * width + player, NONE), len(self.game_ids) * width)

    def ids_of_games(self, index: Int) -> pa.Array:
        """Ids of the games of these indices."""
        return self.games["game_id"].combine_chunks().take(pa.array(index))

    def of_game(self, index: Int) -> dict[str, pa.Array]:
        """Id and date columns of rows that belong to the games of these indices."""
        places = pa.array(index)
        return {name: self.games[name].combine_chunks().take(places) for name in ("game_id", "game_date")}


def _places(values: pa.ChunkedArray, among: pa.ChunkedArray, *, missing_ok: bool = False) -> Int:
    """Place of each value among others; NONE for NULL and, where allowed, for those that are not there."""
    found = pc.index_in(values, value_set=among, skip_nulls=True)
    places = integers(found)
    if not missing_ok and len(places) and places.min() < 0:
        strange = values.filter(pc.equal(pc.fill_null(found, NONE), NONE))[0]
        raise ValueError(f"{strange} is not among the {len(among)} known values")
    return places


def _encoded(values: pa.ChunkedArray) -> tuple[Int, pa.Array]:
    """Codes of texts, NONE for NULL, and the distinct texts."""
    if values.num_chunks == 1:
        coded = values.chunk(0).dictionary_encode()
        return integers(coded.indices), coded.dictionary
    coded = values.dictionary_encode().unify_dictionaries()
    texts = coded.chunk(0).dictionary if coded.num_chunks else pa.array([], pa.string())
    return np.concatenate([np.zeros(0, np.int64), *(integers(chunk.indices) for chunk in coded.chunks)]), texts


def _found(slots: Int, keys: Int, size: int) -> Int:
    """Slot of each key (below `size`), NONE where there is none."""
    if size <= _DENSE * len(keys):
        table = np.full(size + 1, NONE, np.int64)  # NONE is the last place
        table[slots] = np.arange(len(slots))
        return table[keys]
    if not len(slots):
        return np.full(len(keys), NONE, np.int64)
    places = np.minimum(np.searchsorted(slots, keys), len(slots) - 1)
    return np.where(slots[places] == keys, places, NONE)


def integers(values: pa.Array | pa.ChunkedArray) -> Int:
    """Whole numbers, NONE for NULL."""
    if values.null_count:
        values = values.fill_null(NONE)
    result: Int = values.to_numpy().astype(np.int64)
    return result


def floats(values: pa.ChunkedArray) -> Float:
    """Numbers, NaN for NULL."""
    result: Float = pc.cast(values, pa.float64()).to_numpy(zero_copy_only=False)
    return result


def flags(values: pa.ChunkedArray) -> Int:
    """1 for true, 0 for false, NONE for NULL."""
    return integers(pc.cast(values, pa.int8()))
