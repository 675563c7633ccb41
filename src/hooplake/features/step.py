"""The step from silver facts to the feature tables."""

from __future__ import annotations

from hooplake.build.step import Computed, Step, Task, code_version
from hooplake.features.tables import FEATURE_TABLES, INPUT_TABLES, feature_tables


def compute(task: Task) -> Computed:
    """The features of a chunk of games. They are features of ESPN's documents: games of other sources have none."""
    if task.partition["source"] != "espn":
        return Computed({})
    tables = {name: task.read(name) for name in INPUT_TABLES}
    partition = task.partition
    return Computed(
        feature_tables(tables, task.registry, league=str(partition["league"]), season=int(str(partition["season"])))
    )


FEATURES_STEP = Step(
    name="features",
    inputs=INPUT_TABLES,
    outputs=FEATURE_TABLES,
    unit="game_id",
    version=code_version("hooplake.features"),
    compute=compute,
    chunk_units=256,
)
"""Silver facts and the replayed score to the 58 features of games, players and plays, with the reason of each null."""
