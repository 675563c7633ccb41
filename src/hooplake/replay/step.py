"""The step from silver facts to the replay tables."""

from __future__ import annotations

import gc
from pathlib import Path

from hooplake.build.step import Computed, Step, Task, code_version
from hooplake.replay.declared import INPUT_TABLES, REPLAY_TABLES


def compute(task: Task) -> Computed:
    """Replay a chunk of games."""
    from hooplake.replay.inputs import GAME_COLUMNS, PLAY_COLUMNS  # a plan does not load what computes
    from hooplake.replay.replay import replay

    columns = {"silver.fct_plays": PLAY_COLUMNS, "silver.fct_games": GAME_COLUMNS}
    tables = {name: task.read(name, columns.get(name)) for name in INPUT_TABLES}
    collecting = gc.isenabled()
    gc.disable()
    try:
        return Computed(replay(tables, task.registry, league=str(task.partition["league"])))
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
