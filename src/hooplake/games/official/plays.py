"""Plays and shots of the official feed, as rows of the silver facts."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hooplake.games.leagues import Rules
from hooplake.games.model import EVENTS
from hooplake.games.official import codes
from hooplake.games.official.columns import NONE, Bool, Float, Int
from hooplake.games.official.feed import Feed
from hooplake.games.official.meanings import CODE, Meanings
from hooplake.games.official.persons import HOME, Persons
from hooplake.games.official.walls import timestamps
from hooplake.lake.table import TableSpec

_EVENT_NAMES = pa.array(EVENTS, pa.string())
_SHOTS = np.isin(np.arange(len(EVENTS)), [CODE[n] for n in ("made_2", "made_3", "missed_2", "missed_3")])
_MADE = np.isin(np.arange(len(EVENTS)), [CODE["made_2"], CODE["made_3"]])
_SECOND_ROLE = np.isin(
    np.arange(len(EVENTS)),
    [
        CODE[name]
        for name in (
            "made_2", "made_3", "turnover", "foul", "double_foul", "double_technical", "jump_ball", "violation",
        )
    ],
)  # fmt: skip
_PRESENT = np.isin(
    np.arange(len(EVENTS)),
    [
        CODE[name]
        for name in (
            "made_2", "made_3", "missed_2", "missed_3", "made_ft", "missed_ft", "offensive_rebound",
            "defensive_rebound", "turnover", "foul", "double_foul", "jump_ball", "substitution",
        )
    ],
)  # fmt: skip


def presence(meanings: Meanings) -> Bool:
    """Rows whose players are on court: not technical fouls, ejections and the like."""
    return _PRESENT[meanings.event]


def roles(feed: Feed, persons: Persons, meanings: Meanings) -> tuple[Int, Int, Int, Int]:
    """First to third player of each row in the roles of the neutral model, and the side that acts.

    A substitution names who goes out first, the model who comes in. A blocker is the third person of a miss. The side
    of a jump ball is the one that gains it. Third persons of other rows are officials, or say nothing.
    """
    substitution = feed.kind == codes.SUBSTITUTION
    first, second = persons.first.player, persons.second.player
    jump = feed.kind == codes.JUMP_BALL
    player1 = np.where(substitution, second, first)
    player2 = np.where(_SECOND_ROLE[meanings.event], second, NONE)
    player2 = np.where(feed.kind == codes.MISSED, persons.third.player, player2)
    player2 = np.where(substitution, first, player2)
    player3 = np.where(jump, persons.third.player, NONE)
    return player1, player2, player3, np.where(jump, persons.third.side, meanings.side)


def elapsed_seconds(feed: Feed, rules: Rules) -> Float:
    """Seconds since the tip-off, NaN where the row has no clock."""
    last = int(feed.period.max(initial=1))
    ends = np.array([0.0, *(rules.start(p) + rules.length(p) for p in range(1, last + 1))])
    lengths = np.array([0.0, *(rules.length(p) for p in range(1, last + 1))])
    elapsed: Float = ends[feed.period] - np.minimum(feed.clock, lengths[feed.period])
    return elapsed


def plays_table(
    spec: TableSpec, feed: Feed, persons: Persons, meanings: Meanings, dates: pa.Array, walls: Int, rules: Rules
) -> pa.Table:
    """Rows of ``silver.fct_plays``.

    Args:
        spec: the table.
        feed: rows in the order of play.
        persons: their persons.
        meanings: their meanings.
        dates: date of each game, NULL where not known.
        walls: minutes since 1970 at which each row was written.
        rules: periods of the league and season.
    """
    game = pa.array(feed.game)
    player1, player2, player3, side = roles(feed, persons, meanings)
    team = np.where(side == HOME, persons.home_team[feed.game], np.where(side >= 0, persons.away_team[feed.game], NONE))
    clock = feed.clock
    seconds = elapsed_seconds(feed, rules)
    numbers = pa.array(feed.number, mask=feed.number < 0)
    columns: dict[str, pa.Array] = {
        "game_id": pa.array([one.game_id for one in feed.games], pa.string()).take(game),
        "game_date": dates.take(game),
        "event_num": pa.array(feed.event_num.astype(np.int32)),
        "source_row": pa.array(feed.source_row.astype(np.int32)),
        "play_id": _printed(numbers),
        "sequence": numbers,
        "period": pa.array(feed.period.astype(np.int16)),
        "clock": feed.clock_text.texts().cast(pa.string()),
        "clock_seconds": pa.array(clock, mask=np.isnan(clock)),
        "elapsed_seconds": pa.array(seconds, mask=np.isnan(seconds)),
        "event": pa.DictionaryArray.from_arrays(pa.array(meanings.event.astype(np.int8)), _EVENT_NAMES).cast(
            pa.string()
        ),
        "kind": meanings.kind.cast(pa.string()),
        "type_id": _type_ids(feed),
        "type_text": meanings.words.cast(pa.string()),
        "description": meanings.description,
        "team_id": persons.id_array(team).cast(pa.string()),
        "home": pa.array(side == HOME, mask=side < 0),
        "player1_id": persons.id_array(player1).cast(pa.string()),
        "player2_id": persons.id_array(player2).cast(pa.string()),
        "player3_id": persons.id_array(player3).cast(pa.string()),
        "shot_value": pa.array(meanings.value.astype(np.int16), mask=meanings.value == 0),
        "points": pa.array(meanings.points.astype(np.int16)),
        "home_score": pa.array(meanings.home_score.astype(np.int16), mask=meanings.home_score < 0),
        "wallclock": timestamps(walls),
        "away_score": pa.array(meanings.away_score.astype(np.int16), mask=meanings.away_score < 0),
    }
    return assemble(spec, columns, len(feed))


def _type_ids(feed: Feed) -> pa.Array:
    """``6-11`` for type 6 with action 11, NULL for a row without a type."""
    key = np.where(feed.kind < 0, NONE, feed.kind * 1000 + np.clip(feed.action, 0, 999))
    encoded = pa.array(key).dictionary_encode()
    distinct = encoded.dictionary.to_pylist()
    names = pa.array([None if value < 0 else f"{value // 1000}-{value % 1000}" for value in distinct], pa.string())
    return names.take(encoded.indices)


def _printed(numbers: pa.Array) -> pa.Array:
    """Whole numbers as texts; of small ones each is printed once."""
    most = pc.max(numbers).as_py() or 0
    if most >= len(numbers):
        return numbers.cast(pa.string())
    return pa.array(np.arange(most + 1)).cast(pa.string()).take(numbers)


def shots_table(spec: TableSpec, plays: pa.Table, meanings: Meanings) -> pa.Table:
    """Rows of ``silver.fct_shots``; the feed has no spots, and the distance stands in the text (``24' 3PT``)."""
    rows = np.flatnonzero(_SHOTS[meanings.event])
    names = ("game_id", "game_date", "event_num", "period", "clock_seconds", "team_id", "shot_value")
    shots = plays.select([*names, "type_text", "description", "player1_id", "player2_id"]).take(pa.array(rows))
    made = pa.array(_MADE[meanings.event[rows]])
    feet = pc.struct_field(pc.extract_regex(shots["description"], r"\s(?P<feet>\d+)'\s"), [0])
    nobody = pa.scalar(None, pa.string())
    columns = {
        **{name: shots[name] for name in names},
        "player_id": shots["player1_id"],
        "made": made,
        "value_source": pa.repeat("text", len(shots)),
        "shot_type": shots["type_text"],
        "distance": pc.cast(feet, pa.float64()),
        "assist_player_id": pc.if_else(made, shots["player2_id"], nobody),
        "block_player_id": pc.if_else(made, nobody, shots["player2_id"]),
    }
    return assemble(spec, columns, len(shots))


def assemble(spec: TableSpec, columns: Mapping[str, pa.Array | pa.ChunkedArray], rows: int) -> pa.Table:
    """A table in the columns of its spec; those that are not given are NULL."""
    if strange := set(columns) - set(spec.file_schema.names):
        raise ValueError(f"{spec.name} has no columns {', '.join(sorted(strange))}")
    schema = spec.file_schema
    arrays = [columns[field.name] if field.name in columns else pa.nulls(rows, field.type) for field in schema]
    return pa.Table.from_arrays(arrays, names=schema.names)
