"""The step from raw documents and rows of every source to the silver facts: one step, because they fill the same tables.

The code of a source is loaded when there is something of it: most lakes have one source, and a plan reads no documents.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from hooplake.build.step import Computed, Discovered, Discovery, Step, Task, UnitInput, code_version
from hooplake.games.cbbd.raw import PREFIX as COLLEGE
from hooplake.games.cbbd.tables import INPUT_TABLES
from hooplake.games.declared import GAME_TABLES
from hooplake.games.espn.raw import PREFIX as ESPN
from hooplake.games.official.raw import PREFIX as OFFICIAL
from hooplake.lake.partition import Partition


def discover(context: Discovery, *, college: str) -> Discovered:
    """Every game of every source.

    Args:
        context: the lake.
        college: version of the tables through which college games come.
    """
    found: dict[Partition, Mapping[str, UnitInput]] = {}
    if context.paths(ESPN):
        from hooplake.games.espn.discover import discover as discover_espn

        found |= discover_espn(context)
    if context.paths(OFFICIAL):
        from hooplake.games.official.discover import discover as discover_official

        found |= discover_official(context)
    if context.paths(COLLEGE):
        from hooplake.games.cbbd import step as cbbd

        found |= cbbd.discover(context, prepared=college)
    return found


def compute(task: Task) -> Computed:
    """Read a chunk of games of one source into silver rows."""
    if task.partition["source"] == "official":
        from hooplake.games.official import step as official

        return official.compute(task)
    if task.partition["source"] == "cbbd":
        from hooplake.games.cbbd import step as cbbd

        return cbbd.compute(task)
    from hooplake.games.espn import step as espn

    return espn.compute(task)


def reads(table: str, output: Partition, existing: Sequence[Partition]) -> list[Partition]:
    """The partitions of the college tables that the games of an output partition are made of."""
    from hooplake.games.cbbd import step as cbbd

    return cbbd.reads(table, output, existing)


def games_step(college: str) -> Step:
    """Raw documents and rows to the silver facts of their games.

    Args:
        college: version of the tables through which the rows of college games come from their raw bodies.
    """
    return Step(
        name="games",
        inputs=INPUT_TABLES,
        outputs=(*GAME_TABLES, "silver.fct_player_periods"),
        unit="game_id",
        version=code_version("hooplake.games"),
        compute=compute,
        discover=partial(discover, college=college),
        reads=reads,
        chunk_units=128,
    )
