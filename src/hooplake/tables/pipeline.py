"""All steps of a lake, from raw documents to derived tables."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any

from hooplake.build.sql import sql_step
from hooplake.build.step import Reads, Step, code_version
from hooplake.features.step import FEATURES_STEP
from hooplake.games.cbbd.tables import INPUT_TABLES as COLLEGE_TABLES
from hooplake.games.step import games_step
from hooplake.lake.partition import Partition
from hooplake.lake.table import TableSpec
from hooplake.replay.step import REPLAY_STEP
from hooplake.sources.arenas import ARENAS_STEP
from hooplake.sources.cbbd.bronze_steps import bronze_steps
from hooplake.sources.cbbd.removal import REMOVAL_STEP
from hooplake.sources.injuries import INJURIES_STEP
from hooplake.sources.odds.step import ODDS_STEP
from hooplake.sources.rosters import ROSTERS_STEP
from hooplake.sources.schedule import SCHEDULE_STEP
from hooplake.tables.college.adjusted_steps import ADJUSTED_BY_PLAYS_STEP, ADJUSTED_STEP
from hooplake.tables.finishing import finish_rows

HISTORY_SEASONS = 3
"""Seasons, the current one included, that a table with the reach ``history`` is made from."""


@cache
def steps(*, include_bootstrap: bool = False, prop_books: str = "draftkings,fanduel") -> tuple[Step, ...]:
    """The steps of a lake; the build orders them by what they read.

    Args:
        include_bootstrap: whether tables made of windows have rows for the first days of a season.
        prop_books: books of player props in the order in which one is chosen, joined by commas.
    """
    before = (
        *bronze_steps(),
        REMOVAL_STEP,
        *_sql_steps({"include_bootstrap": include_bootstrap, "prop_books": prop_books}),
    )
    return (
        games_step(_version_of(COLLEGE_TABLES, before)),
        ODDS_STEP,
        SCHEDULE_STEP,
        INJURIES_STEP,
        ROSTERS_STEP,
        ARENAS_STEP,
        REPLAY_STEP,
        FEATURES_STEP,
        ADJUSTED_STEP,
        ADJUSTED_BY_PLAYS_STEP,
        *before,
    )


def _version_of(tables: Collection[str], steps: Sequence[Step]) -> str:
    """One version for all the code by which some tables are made, from the raw objects on."""
    producer = {table: step for step in steps for table in step.outputs}
    versions: dict[str, str] = {}
    queue = list(tables)
    while queue:
        step = producer[queue.pop()]
        if step.name not in versions:
            versions[step.name] = step.version
            queue += step.inputs
    return hashlib.blake2b(repr(sorted(versions.items())).encode(), digest_size=8).hexdigest()


def _sql_steps(settings: Mapping[str, Any]) -> list[Step]:
    """One step per pair of ``name.toml`` and ``name.sql`` below this folder, with the settings that it names."""
    folder = Path(__file__).parent
    found = []
    for query in sorted(file for file in folder.rglob("*.sql") if file.with_suffix(".toml").exists()):
        spec = TableSpec.load(query.with_suffix(".toml"))
        finished = "data_hash" in spec.columns
        text = query.read_text("utf-8")
        found.append(
            sql_step(
                spec,
                text,
                parameters={name: value for name, value in settings.items() if f"${name}" in text},
                version=code_version("hooplake.tables.finish") if finished else "",
                reads=_reads(spec),
                finish=finish_rows if finished else None,
            )
        )
    return found


def _reads(spec: TableSpec) -> Reads | None:
    if "history" not in spec.reach.values():
        return None
    return partial(history, reach=dict(spec.reach))


def history(
    table: str, output: Partition, existing: Sequence[Partition], *, reach: Mapping[str, str]
) -> list[Partition]:
    """The partitions of an input: those that agree with the output, and earlier seasons of one with that reach."""
    shared = {name: value for name, value in output.items() if name != "season"}
    season = _season(output)
    first = season - HISTORY_SEASONS + 1 if reach.get(table) == "history" else season
    return [
        part
        for part in existing
        if all(part[name] == value for name, value in shared.items() if name in part)
        and first <= _season(part, season) <= season
    ]


def _season(partition: Partition, default: int = 0) -> int:
    found = partition.get("season", default)
    return found if isinstance(found, int) else default
