"""Rows that broke the contract of their table: one object per partition, with each row and why it is there."""

from __future__ import annotations

import io
import json
from collections.abc import Collection, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from hooplake.lake.contracts import REASONS
from hooplake.lake.partition import Partition
from hooplake.lake.store import Store
from hooplake.lake.table import TableSpec

SCHEMA = pa.schema([("unit", pa.string()), ("reasons", pa.list_(pa.string())), ("row", pa.string())])
"""The unit, why the row broke the contract, and the row as a JSON object, with the values it came with."""


def quarantine_path(spec: TableSpec, partition: Partition) -> str:
    """Where the rows of a partition that broke the contract are."""
    return "/".join(text for text in ("deadletter/quarantine", spec.name, str(partition), "part-0.parquet") if text)


def quarantine_rows(rows: pa.Table, unit: str) -> pa.Table:
    """Broken rows, whatever their types, in the one schema of quarantine."""
    units, reasons, texts = [], [], []
    for row in rows.to_pylist():
        reasons.append(row.pop(REASONS))
        units.append(str(row[unit]) if unit else "")
        texts.append(json.dumps(row, default=str, sort_keys=True))
    return pa.table([units, reasons, texts], schema=SCHEMA)


def replace_quarantine(
    store: Store,
    spec: TableSpec,
    partition: Partition,
    found: Sequence[dict[str, Any]],
    dropped: Collection[str] | None,
) -> None:
    """Replace the quarantined rows of some units of a partition.

    Args:
        store: the lake.
        spec: the table.
        partition: the partition.
        found: the new rows.
        dropped: the units whose old rows go; None for all.
    """
    path = quarantine_path(spec, partition)
    rows = list(found)
    old = store.get(path) if store.head(path) is not None else b""
    if dropped is not None and old:
        before = pq.read_table(io.BytesIO(old), partitioning=None).to_pylist()
        rows += [row for row in before if row["unit"] not in dropped]
    if not rows:
        store.delete(path)
        return
    rows.sort(key=lambda row: (row["unit"], row["row"], row["reasons"]))
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows, schema=SCHEMA), sink, compression="zstd")
    if sink.getvalue() != old:
        store.put(path, sink.getvalue())
