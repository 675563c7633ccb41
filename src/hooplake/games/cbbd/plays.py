"""Plays and shots of college games, as rows of the silver facts, many games at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from hooplake.games.cbbd.floor import (
    Floor,
    Move,
    Start,
    moves_by_floor,
    moves_by_stays,
    on_floor,
    read_floor,
    starts_of,
)
from hooplake.games.cbbd.meanings import CODE, Int, Meanings, read_meanings
from hooplake.games.cbbd.people import People
from hooplake.games.cbbd.roles import Roles, read_roles
from hooplake.games.cbbd.spots import half_floor
from hooplake.games.leagues import LEAGUES, Rules
from hooplake.games.model import EVENTS, SHOTS, Game
from hooplake.games.shots import shot_zones
from hooplake.lake.table import TableSpec

_EVENT_NAMES = pa.array(EVENTS, pa.string())
_SHOT_CODES = [code for code, name in enumerate(EVENTS) if name in SHOTS]
Float = npt.NDArray[np.float64]
LAST_PERIOD = 20
"""A period number above it is an error; the longest game on record had 8."""


def plays_tables(
    rows: Mapping[str, pa.Table], games: Mapping[str, Game], people: People, specs: Mapping[str, TableSpec]
) -> dict[str, pa.Table]:
    """Plays, shots, win probabilities and starters of periods.

    Args:
        rows: as `read_tables` gives them.
        games: the games, by id.
        people: their players.
        specs: specs of the tables.

    Returns:
        Rows per table, sorted by key, without the partition columns.
    """
    chunk = _Chunk(rows, games, people)
    spec = specs["silver.fct_plays"]
    plays = chunk.plays(spec)
    return {
        spec.name: plays.select(spec.file_schema.names),
        "silver.fct_shots": chunk.shots(specs["silver.fct_shots"], plays),
        "silver.fct_win_probability": chunk.chances(specs["silver.fct_win_probability"]),
        "silver.fct_player_periods": chunk.starters(specs["silver.fct_player_periods"]),
    }


def with_plays(games: pa.Table, plays: pa.Table) -> pa.Table:
    """Games with what their plays tell: how many there are, and when the first and last were."""
    told = plays.group_by("game_id").aggregate([("play_id", "count"), ("wallclock", "min"), ("wallclock", "max")])
    place = pc.index_in(games["game_id"], value_set=told["game_id"])
    count = pc.fill_null(told["play_id_count"].take(place), 0)
    final = pc.if_else(games["played"], "full", "partial")
    columns = {
        "plays_status": pc.if_else(pc.greater(count, 0), final, "absent"),
        "play_count": count,
        "first_play_utc": told["wallclock_min"].take(place),
        "last_play_utc": told["wallclock_max"].take(place),
    }
    for name, values in columns.items():
        at = games.schema.get_field_index(name)
        games = games.set_column(at, games.schema.field(at), values.cast(games.schema.field(at).type))
    return games


@dataclass(slots=True)
class _Moves:
    """Moves that have no play, and the starters that are told."""

    moves: list[Move]
    starts: list[Start]


class _Chunk:
    """The plays of some games, in the order of play."""

    def __init__(self, rows: Mapping[str, pa.Table], games: Mapping[str, Game], people: People) -> None:
        self.games = games
        self.ids = sorted(games)
        told = rows["fct_plays"]
        told = told.filter(pc.is_in(told["game_id"], value_set=pa.array(self.ids, pa.string())))
        told = told.sort_by([("game_id", "ascending"), ("play_seq", "ascending")]).combine_chunks()
        game = pc.index_in(told["game_id"], value_set=pa.array(self.ids, pa.string())).to_numpy().astype(np.int64)
        period = _periods(told, game, len(self.ids))
        order = np.lexsort((period, game))  # stable: within a period the order stays
        self.told = told.take(pa.array(order))
        self.game: Int = game[order]
        self.period: Int = period[order]
        self.bounds = np.searchsorted(self.game, np.arange(len(self.ids) + 1))
        self.rules: list[Rules] = [games[game].rules for game in self.ids]
        self.teams = [[None if team is None else team.team_id for team in (g.home, g.away)] for g in games.values()]
        self._clocks()
        self.meanings: Meanings = read_meanings(self.told)
        sides = self._sides(people)
        floor = self._floor(rows["fct_play_on_floor"])
        moving = np.flatnonzero(self.meanings.event == CODE["substitution"])
        self.roles: Roles = read_roles(
            self.told, rows["fct_play_participants"], self.meanings, sides, on_floor(floor, self.meanings.event)
        )
        self.moves = self._moves(floor, moving, rows["fct_substitutions"])
        self.x, self.y = self._spots()

    def _clocks(self) -> None:
        """Clock and seconds since the tip-off."""
        number = np.arange(int(self.period.max(initial=1)) + 1)
        rules = self.rules[0] if self.rules else LEAGUES["mbb"].rules
        lengths = np.array([rules.length(int(p)) if p else 0 for p in number], float)
        ends = np.array([rules.start(int(p)) + rules.length(int(p)) if p else 0 for p in number], float)
        left = self.told["seconds_remaining"].cast(pa.float64()).to_numpy()
        self.clock: Float = np.where((left >= 0) & (left <= lengths[self.period]), left, np.nan)
        self.elapsed: Float = ends[self.period] - self.clock

    def _sides(self, people: People) -> dict[tuple[str, str], bool]:
        """Per game and player whether he plays for the home team: by the rosters, or better by the box."""
        found: dict[tuple[str, str], bool] = {}
        for game, (home, away) in zip(self.ids, self.teams, strict=True):
            for team, side in ((away, False), (home, True)):
                found |= {(game, player): side for player in people.listed.get(team or "", ())}
            found |= {(game, line.player_id): bool(line.home) for line in self.games[game].players}
        return found

    def _floor(self, told: pa.Table) -> Floor:
        places = pa.array(self.game)
        home, away = (pa.array([team[side] for team in self.teams], pa.string()).take(places) for side in (0, 1))
        return read_floor(self.told, told, home, away)

    def _moves(self, floor: Floor, moving: Int, stays: pa.Table) -> _Moves:
        found = _Moves([], starts_of(floor, self.bounds, self.period, moving, self.teams))
        by_game: dict[str, list[dict[str, object]]] = {}
        for stay in stays.to_pylist():
            by_game.setdefault(stay["game_id"], []).append(stay)
        has_moves = set(self.game[moving].tolist())
        for number, game in enumerate(self.ids):
            rows = range(int(self.bounds[number]), int(self.bounds[number + 1]))
            if number in has_moves or not rows:
                continue
            if game in by_game:
                moves, starts = moves_by_stays(by_game[game], rows, self.period, self.clock, self.rules[number])
                found.moves += moves
                told = {(start.game, start.period, start.team) for start in starts}
                found.starts = [s for s in found.starts if (s.game, s.period, s.team) not in told] + starts
            else:
                found.moves += moves_by_floor(floor, rows, self.period, self.clock, self.teams[number])
        return found

    def _spots(self) -> tuple[Float, Float]:
        team = pc.fill_null(self.told["is_home"].cast(pa.int8()), -1).to_numpy().astype(np.int64)
        attack = (self.game * 100 + self.period) * 4 + team + 1
        along, across = (self.told[f"shot_loc_{axis}"].cast(pa.float64()).to_numpy() for axis in ("x", "y"))
        return half_floor(along, across, attack)

    def dates(self, game: Int) -> pa.Array:
        """Date of some games."""
        return pa.array([self.games[one].game_date for one in self.ids], pa.date32()).take(pa.array(game))

    def plays(self, spec: TableSpec) -> pa.Table:
        """Rows of ``silver.fct_plays``, with what the shots need of them besides."""
        told, meanings = self.told, self.meanings
        own = {
            "game": pa.array(self.game),
            "place": pa.array(np.arange(len(told), dtype=np.float64)),
            "told_at": pa.array(np.arange(len(told))),
            "source_row": pa.array((np.arange(len(told)) - self.bounds[self.game]).astype(np.int32)),
            "play_id": told["play_id"],
            "sequence": _numbers(told["play_id"]),
            "period": pa.array(self.period.astype(np.int16)),
            "clock": told["clock"],
            "clock_seconds": pa.array(self.clock, from_pandas=True),
            "elapsed_seconds": pa.array(self.elapsed, from_pandas=True),
            "event": pa.array(meanings.event.astype(np.int8)),
            "kind": pa.array(meanings.kind, pa.string()),
            "type_text": told["play_type"],
            "description": told["play_text"],
            "team_id": told["team_id"],
            "home": told["is_home"],
            "player1_id": pa.array(self.roles.first, pa.string()),
            "player2_id": pa.array(self.roles.second, pa.string()),
            "shot_value": pa.array(meanings.value.astype(np.int16), mask=meanings.value == 0),
            "points": pa.array(meanings.points.astype(np.int16)),
            "home_score": _count(told["home_score"]),
            "away_score": _count(told["away_score"]),
            "x": pa.array(self.x, from_pandas=True),
            "y": pa.array(self.y, from_pandas=True),
            "wallclock": told["wallclock"],
        }
        rows = pa.table(own)
        if self.moves.moves:
            rows = pa.concat_tables([rows, self._move_rows(rows.schema)], promote_options="permissive")
            rows = rows.sort_by([("game", "ascending"), ("place", "ascending")])
        game = rows["game"].to_numpy()
        first = np.searchsorted(game, np.arange(len(self.ids)))
        added = {
            "game_id": pa.array(self.ids, pa.string()).take(pa.array(game)),
            "game_date": self.dates(game),
            "event_num": pa.array((np.arange(len(game)) - first[game]).astype(np.int32)),
            "event": _EVENT_NAMES.take(rows["event"].combine_chunks()),
            "told_at": rows["told_at"],
        }
        columns = {name: rows[name] for name in rows.column_names if name not in ("game", "place", "event")} | added
        return _table(spec, columns, len(game), extra=("told_at",))

    def _move_rows(self, schema: pa.Schema) -> pa.Table:
        """Rows of moves that have no play; they stand before the play at whose time the new five is there."""
        number = {game: place for place, game in enumerate(self.ids)}
        moves = self.moves.moves
        game = np.array([number[move.game] for move in moves], np.int64)
        rules = [self.rules[one] for one in game.tolist()]
        count = len(moves)
        values: dict[str, pa.Array] = {
            "game": pa.array(game),
            # out before in, in the order in which they are told
            "place": pa.array([m.row - 0.5 + (n + count * m.comes) / (4 * count) for n, m in enumerate(moves)]),
            "source_row": pa.array([max(0, m.row - int(self.bounds[g])) for m, g in zip(moves, game, strict=True)], pa.int32()),
            "period": pa.array([move.period for move in moves], pa.int16()),
            "clock_seconds": pa.array([move.clock for move in moves], pa.float64()),
            "elapsed_seconds": pa.array(
                [r.start(m.period) + r.length(m.period) - m.clock for m, r in zip(moves, rules, strict=True)], pa.float64()
            ),
            "event": pa.array([CODE["sub_in" if move.comes else "sub_out"] for move in moves], pa.int8()),
            "type_text": pa.array([move.told_by for move in moves], pa.string()),
            "team_id": pa.array([move.team for move in moves], pa.string()),
            "home": pa.array([move.team == self.teams[g][0] for move, g in zip(moves, game.tolist(), strict=True)]),
            "player1_id": pa.array([move.player for move in moves], pa.string()),
            "points": pa.array(np.zeros(count, np.int16)),
        }  # fmt: skip
        return pa.table({f.name: values.get(f.name, pa.nulls(count, f.type)) for f in schema}, schema)

    def shots(self, spec: TableSpec, plays: pa.Table) -> pa.Table:
        """Rows of ``silver.fct_shots``."""
        chosen = plays.filter(pc.is_in(plays["event"], value_set=_EVENT_NAMES.take(pa.array(_SHOT_CODES))))
        at = chosen["told_at"].to_numpy().astype(np.int64)
        made = pc.starts_with(chosen["event"], "made")
        texts = pc.fill_null(chosen["description"], "")
        x, y = (chosen[name].to_numpy() for name in ("x", "y"))
        distance, zone = shot_zones(x, y, self.meanings.value[at], texts, LEAGUES["mbb"].lane)
        nobody = pa.scalar(None, pa.string())
        names = ("game_id", "game_date", "event_num", "period", "clock_seconds", "team_id", "shot_value", "x", "y")
        columns = {
            **{name: chosen[name] for name in names},
            "player_id": chosen["player1_id"],
            "made": made,
            "value_source": pa.array(self.meanings.source[at].tolist(), pa.string()),
            "shot_type": chosen["type_text"],
            "distance": distance,
            "zone": zone,
            "assist_player_id": pc.if_else(made, chosen["player2_id"], nobody),
            "block_player_id": pa.array([self.roles.blocker.get(row) for row in at.tolist()], pa.string()),
        }
        return _table(spec, columns, len(chosen))

    def chances(self, spec: TableSpec) -> pa.Table:
        """Rows of ``silver.fct_win_probability``; an even chance of nothing to nothing arrives as none."""
        chance = self.told["home_win_prob_api"]
        possible = pc.and_(pc.greater_equal(chance, 0), pc.less_equal(chance, 1))
        known = np.flatnonzero(pc.fill_null(possible, False).to_numpy())
        told, game = self.told.take(pa.array(known)), self.game[known]
        columns = {
            "game_id": told["game_id"],
            "game_date": self.dates(game),
            "row_num": pa.array((known - self.bounds[game]).astype(np.int32)),
            "play_id": told["play_id"],
            "home_win_pct": told["home_win_prob_api"],
        }
        return _table(spec, columns, len(known))

    def starters(self, spec: TableSpec) -> pa.Table:
        """Rows of ``silver.fct_player_periods``: who is known to have begun a period."""
        starts = sorted({(one.game, one.player, one.period): one for one in self.moves.starts}.values())
        names = {(game, line.player_id): line.player for game in self.ids for line in self.games[game].players}
        home = {game: self.teams[number][0] for number, game in enumerate(self.ids)}
        columns: dict[str, pa.Array] = {
            "game_id": pa.array([one.game for one in starts], pa.string()),
            "game_date": pa.array([self.games[one.game].game_date for one in starts], pa.date32()),
            "player_id": pa.array([one.player for one in starts], pa.string()),
            "period": pa.array([one.period for one in starts], pa.int16()),
            "player": pa.array([names.get((one.game, one.player)) for one in starts], pa.string()),
            "team_id": pa.array([one.team for one in starts], pa.string()),
            "home": pa.array([one.team == home[one.game] for one in starts], pa.bool_()),
            "started": pa.array([True] * len(starts), pa.bool_()),
        }
        return _table(spec, columns, len(starts))


def _periods(told: pa.Table, game: Int, games: int) -> Int:
    """Period of each play; one without a plausible period is of the last one of its game."""
    period = pc.fill_null(told["period"], 0).to_numpy().astype(np.int64)
    plausible = (period >= 1) & (period <= LAST_PERIOD)
    latest = np.ones(games, np.int64)
    np.maximum.at(latest, game[plausible], period[plausible])
    return np.where(plausible, period, latest[game])


def _numbers(ids: pa.ChunkedArray) -> pa.ChunkedArray:
    """Ids as numbers, NULL for one that is none."""
    digits = pc.match_substring_regex(ids, r"^\d{1,18}$")
    return pc.if_else(digits, ids, pa.scalar(None, pa.string())).cast(pa.int64())


def _count(values: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.if_else(pc.less(values, 0), pa.scalar(None, values.type), values).cast(pa.int16(), safe=False)


def _table(
    spec: TableSpec, columns: Mapping[str, pa.Array | pa.ChunkedArray], rows: int, extra: Sequence[str] = ()
) -> pa.Table:
    """A table in the columns of its spec, those that are not given NULL, and some more."""
    schema = spec.file_schema
    arrays = {
        field.name: columns[field.name].cast(field.type) if field.name in columns else pa.nulls(rows, field.type)
        for field in schema
    }
    return pa.table(arrays | {name: columns[name] for name in extra})
