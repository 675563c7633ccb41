"""Silver rows to the gold tables of features, and the reason of every null in them. Pure, for one game or a thousand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from hooplake.lake.table import TableSpec

if TYPE_CHECKING:
    import pyarrow as pa

INPUT_TABLES = (
    "silver.fct_games", "silver.fct_game_periods", "silver.fct_officials", "silver.fct_game_players",
    "silver.fct_plays", "silver.fct_shots", "gold.game_state_snapshots",
)  # fmt: skip
"""What the features are made from."""

FEATURE_TABLES = ("gold.game_features", "gold.player_game_features", "gold.play_features", "gold.feature_quality")
"""What is made."""

_FOLDER = Path(__file__).parent / "tables"
_NAME = re.compile(r"\b(silver|gold)\.(?=[a-z])")


def feature_tables(
    tables: Mapping[str, pa.Table], specs: Mapping[str, TableSpec], *, league: str, season: int
) -> dict[str, pa.Table]:
    """The features of games, and why those that are null are.

    Args:
        tables: rows of :data:`INPUT_TABLES` of any number of games of one partition.
        specs: specs of :data:`FEATURE_TABLES`.
        league: league of the partition.
        season: its ending year.

    Returns:
        One table per name of :data:`FEATURE_TABLES`, sorted by key, with the columns of its file.
    """
    import duckdb

    from hooplake.features.quality import quality_query  # a plan asks for the names of the tables alone

    made: dict[str, pa.Table] = {}
    # on one thread, since whoever calls this runs one process for each processor
    with duckdb.connect(":memory:", config={"threads": 1}) as connection:
        connection.execute("set TimeZone = 'UTC'")
        for name in INPUT_TABLES:
            connection.register(_plain(name), tables[name])
        connection.register("event_words", _words())
        for name in FEATURE_TABLES[:3]:
            query = _plain((_FOLDER / f"{name.partition('.')[2]}.sql").read_text("utf-8"))
            values = {"league": league, "season": season}
            found = connection.sql(query, params={k: v for k, v in values.items() if f"${k}" in query})
            made[name] = found.to_arrow_table().select(specs[name].file_schema.names)
            connection.register(_plain(name), made[name])
        made["gold.feature_quality"] = connection.sql(_plain(quality_query())).to_arrow_table()
    return made


def _plain(text: str) -> str:
    """Table names without their layer: what is registered in a connection has none."""
    return _NAME.sub(r"\1_", text)


@cache
def _words() -> pa.Table:
    import pyarrow as pa

    from hooplake.features.extract import event_words
    from hooplake.games.model import EVENTS

    return pa.table({"event": list(EVENTS), "words": pa.array(map(event_words, EVENTS), pa.string())})
