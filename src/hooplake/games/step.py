"""The step from raw documents and rows of every source to the silver facts: one step, because they fill the same tables."""

from __future__ import annotations

from hooplake.build.step import Computed, Discovered, Discovery, Step, Task, code_version
from hooplake.games.espn import step as espn
from hooplake.games.official import step as official
from hooplake.games.silver import GAME_TABLES


def discover(context: Discovery) -> Discovered:
    """Every game of every source."""
    return {**espn.discover(context), **official.discover(context)}


def compute(task: Task) -> Computed:
    """Read a chunk of games of one source into silver rows."""
    return official.compute(task) if task.partition["source"] == official.SOURCE else espn.compute(task)


GAMES_STEP = Step(
    name="games",
    outputs=(*GAME_TABLES, "silver.fct_player_periods"),
    unit="game_id",
    version=code_version("hooplake.games"),
    compute=compute,
    discover=discover,
    chunk_units=64,
)
"""Raw documents and rows to the silver facts of their games."""
