"""All steps of a lake, from raw documents to derived tables."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from hooplake.build.sql import sql_step
from hooplake.build.step import Step
from hooplake.features.step import FEATURES_STEP
from hooplake.games.step import GAMES_STEP
from hooplake.lake.table import TableSpec
from hooplake.replay.step import REPLAY_STEP
from hooplake.sources.cbbd.bronze import bronze_steps


@cache
def steps() -> tuple[Step, ...]:
    """The steps of a lake; the build orders them by what they read."""
    return (GAMES_STEP, REPLAY_STEP, FEATURES_STEP, *bronze_steps(), *_sql_steps())


def _sql_steps() -> list[Step]:
    """One step per pair of ``name.toml`` and ``name.sql`` below this folder."""
    folder = Path(__file__).parent
    found = []
    for query in sorted(folder.rglob("*.sql")):
        spec = TableSpec.load(query.with_suffix(".toml"))
        found.append(sql_step(spec, query.read_text("utf-8")))
    return found
