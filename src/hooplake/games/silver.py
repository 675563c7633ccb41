"""Neutral games to the rows of the silver facts.

Works on a chunk of games at once and by columns, so that the cost of building Arrow arrays is paid once per chunk.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import chain
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from hooplake.games.columns import WALL, column
from hooplake.games.leagues import LEAGUES
from hooplake.games.model import (
    EVENTS,
    SHOTS,
    BettingLine,
    BoxLine,
    Game,
    Injury,
    Official,
    PeriodScore,
    SourceDocument,
    TeamLine,
)
from hooplake.games.plays import Plays, WinProbability, meanings
from hooplake.games.shots import shot_zones
from hooplake.lake.table import TableSpec

_FIRST_MOMENT, _LAST_MOMENT = (int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000 for year in (1890, 2201))
_EVENT_NAMES = pa.array(EVENTS, pa.string())
_IS_SHOT = np.array([name in SHOTS for name in EVENTS])
_IS_MADE = np.array([name in ("made_2", "made_3") for name in EVENTS])


def silver_tables(games: Sequence[Game], specs: Mapping[str, TableSpec]) -> dict[str, pa.Table]:
    """Rows of the silver facts, sorted by game.

    Args:
        games: games of one partition (league, source, season), any order, each id once.
        specs: table specs by name, those of :data:`~hooplake.games.declared.GAME_TABLES` at least.

    Returns:
        One table per name, in the file schema of its spec (without the partition columns).
    """
    games = sorted(games, key=lambda game: game.game_id)
    plays, events, value_source = _plays_table(specs["silver.fct_plays"], games)
    tables = {
        "silver.fct_games": _table(specs["silver.fct_games"], _game_columns(games, _played_between(plays, games))),
        "silver.fct_game_teams": _of_rows(
            specs["silver.fct_game_teams"], TeamLine, [(g, sorted(g.teams, key=_team_id)) for g in games]
        ),
        "silver.fct_game_players": _of_rows(
            specs["silver.fct_game_players"],
            BoxLine,
            [(g, sorted(g.players, key=lambda row: (row.team_id, row.player_id))) for g in games],
        ),
        "silver.fct_game_periods": _of_rows(
            specs["silver.fct_game_periods"],
            PeriodScore,
            [(g, sorted(g.periods, key=lambda row: (row.team_id, row.period))) for g in games],
        ),
        "silver.fct_game_documents": _of_rows(
            specs["silver.fct_game_documents"],
            SourceDocument,
            [(g, sorted(g.documents, key=lambda row: row.document)) for g in games],
        ),
        "silver.fct_lines": _of_rows(
            specs["silver.fct_lines"],
            BettingLine,
            [(g, sorted(g.lines, key=lambda row: row.provider_id)) for g in games],
        ),
        "silver.fct_officials": _of_rows(specs["silver.fct_officials"], Official, [(g, g.officials) for g in games]),
        "silver.fct_win_probability": _win_probability_table(specs["silver.fct_win_probability"], games),
        "silver.fct_injuries": _of_rows(
            specs["silver.fct_injuries"],
            Injury,
            [(g, sorted(g.injuries, key=lambda row: (row.team_id, row.player_id, row.report_num))) for g in games],
        ),
    }
    tables["silver.fct_plays"] = plays
    lane = LEAGUES[games[0].league].lane if games else 0.0
    tables["silver.fct_shots"] = _shots_table(specs["silver.fct_shots"], plays, events, value_source, lane)
    return tables


def _team_id(row: TeamLine) -> str:
    return row.team_id


def _table(spec: TableSpec, columns: Mapping[str, Sequence[Any] | npt.NDArray[Any] | pa.Array]) -> pa.Table:
    """A table of columns that are Arrow arrays, numpy arrays (NaN is NULL) or lists."""
    arrays = []
    for field in spec.file_schema:
        values = columns[field.name]
        if isinstance(values, np.ndarray):
            values = pa.array(values, field.type, from_pandas=True)
        arrays.append(values if isinstance(values, pa.Array) else column(values, field.type))
    return pa.Table.from_arrays(arrays, schema=pa.schema([f.with_nullable(True) for f in spec.file_schema]))


def _of_rows(spec: TableSpec, kind: type[msgspec.Struct], rows: Iterable[tuple[Game, Sequence[Any]]]) -> pa.Table:
    """A table with one row per item, led by the id and date of its game."""
    rows = list(rows)
    names = [name for name in spec.file_schema.names if name not in ("game_id", "game_date")]
    fields: tuple[str, ...] = kind.__struct_fields__
    missing = [name for name in names if name not in fields]
    if missing:
        raise TypeError(f"{spec.name}: {kind.__name__} has no {', '.join(missing)}")
    items = list(chain.from_iterable(items for _, items in rows))
    columns: dict[str, Sequence[Any]] = {
        "game_id": [g.game_id for g, items in rows for _ in items],
        "game_date": [g.game_date for g, items in rows for _ in items],
    }
    told = zip(*map(msgspec.structs.astuple, items), strict=True) if items else [()] * len(fields)
    columns.update(zip(fields, told, strict=True))
    return _table(spec, columns)


_GAME_FIELDS = (
    "game_id", "game_date", "season_type", "tipoff_utc", "tipoff_known", "status", "status_detail", "neutral_site",
    "venue_id", "venue", "venue_city", "venue_state", "attendance", "network", "note", "box_status", "repairs",
)  # fmt: skip


def _played_between(plays: pa.Table, games: Sequence[Game]) -> tuple[pa.Array, pa.Array]:
    """First and last wall clock of the plays of each game, whose rows stand one game after the other."""
    counts = np.array([len(game.plays) for game in games], np.int64)
    opening = (np.cumsum(counts) - counts)[counts > 0]
    moments = plays["wallclock"].combine_chunks().view(pa.int64())
    ends = []
    for reduce, unknown in ((np.minimum, np.iinfo(np.int64).max), (np.maximum, np.iinfo(np.int64).min)):
        found = np.full(len(games), unknown, np.int64)
        if len(opening):
            found[counts > 0] = reduce.reduceat(moments.fill_null(unknown).to_numpy(), opening)
        ends.append(pa.array(found, mask=found == unknown).view(WALL))
    return ends[0], ends[1]


def _game_columns(games: Sequence[Game], played: tuple[pa.Array, pa.Array]) -> dict[str, Sequence[Any] | pa.Array]:
    columns: dict[str, Sequence[Any] | pa.Array] = {
        name: [getattr(game, name) for game in games] for name in _GAME_FIELDS
    }
    columns["played"] = [game.played for game in games]
    for side in ("home", "away"):
        teams = [getattr(game, side) for game in games]
        for name, field in (
            (f"{side}_team_id", "team_id"), (f"{side}_team", "team"), (f"{side}_abbr", "abbr"),
            (f"{side}_score", "score"), (f"{side}_rank", "rank"),
        ):  # fmt: skip
            columns[name] = [getattr(team, field) if team is not None else None for team in teams]
    columns["winner_team_id"] = [_winner(game) for game in games]
    columns["periods"] = [max((row.period for row in game.periods), default=None) for game in games]
    for name in ("regulation_periods", "regulation_seconds", "overtime_seconds"):
        columns[name] = [getattr(game.rules, name) for game in games]
    columns["plays_status"] = [
        "absent" if not len(game.plays) else "full" if game.played else "partial" for game in games
    ]
    columns["play_count"] = [len(game.plays) for game in games]
    columns["first_play_utc"], columns["last_play_utc"] = played
    columns["kinds"] = [list(game.kinds) for game in games]
    return columns


def _winner(game: Game) -> str | None:
    """The winner by score, since a flag may be missing; None without scores or in a tie."""
    home, away = game.home, game.away
    if home is None or away is None or home.score is None or away.score is None or home.score == away.score:
        return None
    return home.team_id if home.score > away.score else away.team_id


def _plays_table(spec: TableSpec, games: Sequence[Game]) -> tuple[pa.Table, npt.NDArray[np.int8], pa.Array]:
    """Plays of all games, the code of each one's event, and how its value is known (a column of the shots)."""
    with_plays = [game for game in games if len(game.plays)]
    counts = [len(game.plays) for game in with_plays]
    columns: dict[str, Any] = {
        "game_id": _repeated([game.game_id for game in with_plays], counts),
        "game_date": _repeated([game.game_date for game in with_plays], counts),
        "event_num": _numbered(counts),
    }
    plays = [game.plays for game in with_plays] or [Plays.none()]
    for name in Plays.ARROW:
        columns[name] = pa.concat_arrays([getattr(each, name) for each in plays])
    for name in Plays.NUMPY:
        columns[name] = np.concatenate([getattr(each, name) for each in plays])
    numbers, known = columns.pop("meaning"), meanings()
    for name, kind in _MEANING_TYPES.items():
        columns[name] = pa.array([getattr(meaning, name) for meaning in known], kind).take(pa.array(numbers))
    events = columns["event"]
    columns["event"] = _EVENT_NAMES.take(events)
    columns["shot_value"] = columns.pop("value")
    value_source = columns.pop("source")
    columns["wallclock"] = _believed(columns["wallclock"])
    for name in ("home_score", "away_score"):
        scores = columns[name]
        columns[name] = pc.if_else(pc.less(scores, 0), pa.scalar(None, pa.int16()), scores)
    return _table(spec, columns), events.to_numpy(), value_source


_MEANING_TYPES = {
    "event": pa.int8(), "kind": pa.string(), "value": pa.int16(), "points": pa.int16(), "source": pa.string(),
}  # fmt: skip


def _believed(moments: pa.Array) -> pa.Array:
    """Wall clocks without those of another age."""
    least, most = pc.min_max(moments).values()
    if not least.is_valid or (least.value >= _FIRST_MOMENT and most.value < _LAST_MOMENT):
        return moments
    microseconds = moments.cast(pa.int64())
    near = pc.and_(pc.greater_equal(microseconds, _FIRST_MOMENT), pc.less(microseconds, _LAST_MOMENT))
    return pc.if_else(near, moments, pa.scalar(None, WALL))


def _win_probability_table(spec: TableSpec, games: Sequence[Game]) -> pa.Table:
    told = [game for game in games if len(game.win_probability)]
    counts = [len(game.win_probability) for game in told]
    columns: dict[str, Any] = {
        "game_id": _repeated([game.game_id for game in told], counts),
        "game_date": _repeated([game.game_date for game in told], counts),
        "row_num": _numbered(counts),
    }
    rows = [game.win_probability for game in told] or [WinProbability.none()]
    columns["play_id"] = pa.concat_arrays([each.play_id for each in rows])
    for name in ("home_win_pct", "tie_pct"):
        columns[name] = np.concatenate([getattr(each, name) for each in rows])
    return _table(spec, columns)


def _numbered(counts: Sequence[int]) -> pa.Array:
    """The places of rows within their games."""
    return pa.array(np.concatenate([np.arange(n, dtype=np.int32) for n in counts] or [np.zeros(0, np.int32)]))


def _repeated(values: Sequence[Any], counts: Sequence[int]) -> pa.Array:
    indices = np.repeat(np.arange(len(values)), counts)
    return pa.array(values).take(pa.array(indices)) if values else pa.array([], pa.null())


def _shots_table(
    spec: TableSpec, plays: pa.Table, events: npt.NDArray[np.int8], value_source: pa.Array, lane: float
) -> pa.Table:
    """Field-goal attempts out of the plays, with distance and zone.

    Args:
        spec: of the shots.
        plays: rows of ``silver.fct_plays``, each column in one piece.
        events: codes of their events; shape (plays,).
        value_source: how their values are known.
        lane: width of the lane in feet.
    """
    rows = np.flatnonzero(_IS_SHOT[events])
    places = pa.array(rows)

    def of_shots(name: str) -> pa.Array:
        return plays[name].chunk(0).take(places) if len(plays) else plays[name].combine_chunks()

    x, y, value, second = (of_shots(name) for name in ("x", "y", "shot_value", "player2_id"))
    distance, zone = shot_zones(
        x.to_numpy(zero_copy_only=False), y.to_numpy(zero_copy_only=False), value.to_numpy(zero_copy_only=False),
        pa.chunked_array([of_shots("description")]), lane,
    )  # fmt: skip
    made = pa.array(_IS_MADE[events[rows]])
    columns = {
        **{
            name: of_shots(name) for name in ("game_id", "game_date", "event_num", "period", "clock_seconds", "team_id")
        },
        "shot_value": value,
        "player_id": of_shots("player1_id"),
        "made": made,
        "value_source": value_source.take(places),
        "shot_type": of_shots("type_text"),
        "x": x,
        "y": y,
        "distance": distance,
        "zone": zone,
        "assist_player_id": pc.if_else(made, second, pa.scalar(None, pa.string())),
        "block_player_id": pc.if_else(made, pa.scalar(None, pa.string()), second),
    }
    return _table(spec, columns)
