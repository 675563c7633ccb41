"""The step from raw documents and rows of every source to the silver facts: one step, because they fill the same tables."""

from __future__ import annotations

from functools import partial

from hooplake.build.step import Computed, Discovered, Discovery, Step, Task, code_version
from hooplake.games.cbbd import step as cbbd
from hooplake.games.espn import step as espn
from hooplake.games.official import step as official
from hooplake.games.silver import GAME_TABLES


def discover(context: Discovery, *, college: str) -> Discovered:
    """Every game of every source.

    Args:
        context: the lake.
        college: version of the tables through which college games come.
    """
    return {**espn.discover(context), **official.discover(context), **cbbd.discover(context, prepared=college)}


def compute(task: Task) -> Computed:
    """Read a chunk of games of one source into silver rows."""
    return {official.SOURCE: official.compute, cbbd.SOURCE: cbbd.compute}.get(
        str(task.partition["source"]), espn.compute
    )(task)


def games_step(college: str) -> Step:
    """Raw documents and rows to the silver facts of their games.

    Args:
        college: version of the tables through which the rows of college games come from their raw bodies.
    """
    return Step(
        name="games",
        inputs=cbbd.INPUT_TABLES,
        outputs=(*GAME_TABLES, "silver.fct_player_periods"),
        unit="game_id",
        version=code_version("hooplake.games"),
        compute=compute,
        discover=partial(discover, college=college),
        reads=cbbd.reads,
        chunk_units=128,
    )
