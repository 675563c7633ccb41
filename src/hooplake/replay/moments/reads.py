"""The rows of one game, read when they are first needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyarrow as pa

from hooplake.errors import ObjectNotFound
from hooplake.lake.parquet import read_partition
from hooplake.lake.partition import Partition
from hooplake.lake.store import Store
from hooplake.lake.table import TableSpec


class GameRows:
    """Reads the rows of one game and nothing else of the lake.

    Args:
        store: the lake.
        registry: the declared tables by name.
        partition: where the game is.
        game_id: the game.
    """

    def __init__(self, store: Store, registry: Mapping[str, TableSpec], partition: Partition, game_id: str) -> None:
        self.store, self.registry = store, registry
        self.partition, self.game_id = partition, game_id

    def __call__(self, table: str, columns: Sequence[str] | None = None) -> pa.Table:
        """Rows of a table, in the order of its key; none where its partition was not built.

        Args:
            table: such as ``silver.fct_plays``.
            columns: which columns; those that are in the file by default.
        """
        spec = self.registry[table]
        wanted = list(columns) if columns is not None else spec.file_schema.names
        try:
            return read_partition(self.store, spec, self.partition, wanted, units=[self.game_id])
        except ObjectNotFound:
            return pa.schema([spec.schema.field(name) for name in wanted]).empty_table()
