"""The step from silver facts to the replay tables."""

from __future__ import annotations

import gc
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from hooplake.build.step import Computed, Step, Task, code_version
from hooplake.replay.declared import INPUT_TABLES, REPLAY_TABLES

if TYPE_CHECKING:
    import pyarrow as pa


def compute(task: Task) -> Computed:
    """Replay a chunk of games."""
    # a plan does not load what computes
    from hooplake.replay.columns import BOX_COLUMNS, GAME_COLUMNS, NAME_COLUMNS, PLAY_COLUMNS
    from hooplake.replay.replay import replay

    plays = "silver.fct_plays"
    columns = {plays: PLAY_COLUMNS, "silver.fct_games": GAME_COLUMNS, "silver.fct_game_players": BOX_COLUMNS}

    def names(games: Sequence[str]) -> pa.Table:
        return replace(task, units={game: task.units[game] for game in games}).read(plays, NAME_COLUMNS)

    tables = {name: task.read(name, columns.get(name)) for name in INPUT_TABLES}
    collecting = gc.isenabled()
    gc.disable()
    try:
        return Computed(replay(tables, task.registry, league=str(task.partition["league"]), names=names))
    finally:
        if collecting:
            gc.enable()


# Modules in folders below (``moments``, ``views``) answer questions and make no table: a change there rebuilds nothing.
_MODULES = [f"hooplake.replay.{file.stem}" for file in Path(__file__).parent.glob("*.py") if file.stem != "__init__"]

REPLAY_STEP = Step(
    name="replay",
    inputs=INPUT_TABLES,
    outputs=REPLAY_TABLES,
    unit="game_id",
    version=code_version(*_MODULES, "hooplake.games.model", "hooplake.games.leagues"),
    compute=compute,
    chunk_units=256,
)
"""Silver facts of any source to snapshots, stints, period boxes and verification."""
