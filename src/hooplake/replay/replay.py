"""Games replayed: silver rows in, replay tables out. Pure, without I/O, for one game or a thousand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hooplake.lake.table import TableSpec
from hooplake.replay.announced import read_period_boxes
from hooplake.replay.columns import NAME_COLUMNS
from hooplake.replay.declared import INPUT_TABLES as INPUT_TABLES
from hooplake.replay.declared import REPLAY_TABLES as REPLAY_TABLES
from hooplake.replay.events import running_score, stat_changes
from hooplake.replay.inputs import Inputs, Names
from hooplake.replay.lineups import find_lineups
from hooplake.replay.period_boxes import compare_periods, counts_by_game, difference_columns
from hooplake.replay.plus_minus import credit_rows, credited
from hooplake.replay.possessions import find_possessions, possession_columns
from hooplake.replay.quarters import period_lines, quarter_columns, stays, stint_columns, whole_game
from hooplake.replay.snapshots import cumulate, snapshot_columns
from hooplake.replay.states import lineup_names, state_columns
from hooplake.replay.units import unit_columns
from hooplake.replay.verify import verify


def replay(
    tables: Mapping[str, pa.Table], specs: Mapping[str, TableSpec], *, league: str, names: Names | None = None
) -> dict[str, pa.Table]:
    """Replay games into snapshots, stints, period boxes and their verification.

    Args:
        tables: rows of :data:`INPUT_TABLES` of any number of games of one partition, sorted by key. Games without
            plays make no rows.
        specs: specs of :data:`REPLAY_TABLES`.
        league: league of the partition.
        names: what reads ids and sequence numbers of plays; by default they are among the rows of the plays.

    Returns:
        One table per name of :data:`REPLAY_TABLES`, sorted by key, in the file schema of its spec.
    """
    if names is None:
        named = tables["silver.fct_plays"].select(NAME_COLUMNS)

        def names(games: Sequence[str]) -> pa.Table:
            return named.filter(pc.is_in(named["game_id"], pa.array(games, pa.string())))

    inputs = Inputs(tables, league)
    if not inputs.game_ids:
        return {name: specs[name].file_schema.empty_table() for name in REPLAY_TABLES}
    changes = stat_changes(inputs)
    score = running_score(inputs)
    announced = read_period_boxes(inputs, tables.get("silver.fct_player_periods"))
    lineups = find_lineups(inputs, announced)
    fives = lineup_names(inputs, lineups)
    credit = credit_rows(inputs)
    points = credited(inputs, score, credit)
    cumulated = cumulate(changes, len(inputs.players))
    stints = stays(inputs, lineups.stints, points)
    lines = period_lines(inputs, changes, cumulated, stints, lineups)
    seconds, plus_minus = whole_game(inputs, lines, lineups)
    seconds = np.where(inputs.players.played | (seconds > 0), seconds, np.nan)
    verified = verify(inputs, cumulated.final, score, lineups, seconds, plus_minus, tables, names)
    periods = compare_periods(inputs, announced, lines, changes, stints, score, credit)
    possessions = find_possessions(inputs)
    columns: dict[str, Mapping[str, object]] = {
        "gold.game_state_snapshots": state_columns(inputs, score, lineups, fives, credit, verified.passed),
        "gold.player_snapshots": snapshot_columns(inputs, cumulated),
        "gold.player_stints": stint_columns(inputs, stints),
        "gold.quarter_box_scores": quarter_columns(inputs, lines),
        "gold.possessions": possession_columns(inputs, possessions, score, credit, lineups, fives),
        "gold.lineup_stints": unit_columns(inputs, lineups, points, possessions, credit, fives),
        "gold.box_score_verification": verified.games | counts_by_game(periods),
        "gold.box_score_differences": {
            name: [getattr(cell, name) for cell in verified.cells]
            for name in specs["gold.box_score_differences"].file_schema.names
        },
        "gold.period_box_differences": difference_columns(inputs, periods),
    }
    return {name: _table(specs[name], columns[name]) for name in REPLAY_TABLES}


def _table(spec: TableSpec, columns: Mapping[str, object]) -> pa.Table:
    schema = spec.file_schema
    arrays = []
    for field in schema:
        values = columns[field.name]
        if isinstance(values, pa.ChunkedArray):
            values = values.combine_chunks()
        arrays.append(values if isinstance(values, pa.Array) else pa.array(values, field.type))
    return pa.Table.from_arrays(arrays, schema=pa.schema([field.with_nullable(True) for field in schema]))
