"""Files of a table: written so that their bytes are a function of their rows, read no further than needed.

The order of the rows handed in, their chunks, their dictionary encoding and the number of workers make no difference:
rows are sorted by key, values conformed to the spec, row groups cut at fixed rows, and every writer option is fixed
below. The same rows give the same bytes with the same version of pyarrow.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from hooplake.errors import ConfigError, ContractError, ObjectNotFound
from hooplake.lake.conform import require_fit
from hooplake.lake.digest import unit_digests
from hooplake.lake.keys import is_ascending, key_order
from hooplake.lake.partition import Partition, table_path
from hooplake.lake.store import Store
from hooplake.lake.table import TableSpec

_OPTIONS: dict[str, Any] = {
    "version": "2.6",
    "data_page_version": "1.0",
    "compression": "zstd",
    "compression_level": 1,
    "use_dictionary": True,
    "write_statistics": True,
    "store_schema": False,  # the spec says what the types are
    "write_batch_size": 1024,
    "data_page_size": 1 << 20,
    "dictionary_pagesize_limit": 1 << 20,
}


class Written(NamedTuple):
    """What `write_table` wrote.

    Attributes:
        rows: number of rows.
        size: bytes of the file.
        content_hash: 32 hex digits, a function of the table's name, its rows and nothing else.
        digests: the digest of each unit's rows (see `hooplake.lake.digest`).
    """

    rows: int
    size: int
    content_hash: str
    digests: dict[Any, bytes]


def write_table(
    spec: TableSpec, table: pa.Table, local_file: Path, *, metadata: Mapping[str, str] | None = None
) -> Written:
    """Write the rows of one partition to a local file.

    Args:
        spec: the table's spec.
        table: the rows, in any order. Partition columns may be there; they are left out of the file.
        local_file: where to write; make it an object with `Store.publish`.
        metadata: more texts for the file's key-value metadata. They are part of its bytes.

    Raises:
        ContractError: if a value does not fit its declared type, is NULL where none may be, or a key occurs twice.
    """
    table = require_fit(spec, table)
    _require_one_partition(spec, table)
    table = sort_rows(spec, table.select(spec.file_schema.names))
    digests = unit_digests(table, spec.unit)
    content_hash = _content_hash(spec, digests)
    with pq.ParquetWriter(local_file, spec.file_schema, **_OPTIONS) as writer:
        for start in range(0, len(table), spec.row_group_rows):
            # pages are cut where chunks end, so each group is one chunk
            writer.write_table(table.slice(start, spec.row_group_rows).combine_chunks())
        writer.add_key_value_metadata(_facts(spec, content_hash, metadata or {}))
    return Written(len(table), local_file.stat().st_size, content_hash, digests)


def sort_rows(spec: TableSpec, table: pa.Table) -> pa.Table:
    """Rows in the order of their key, at no cost if they are already.

    Raises:
        ContractError: if a key occurs twice.
    """
    if is_ascending(table, spec.key):
        return table
    table = table.take(pa.array(key_order(table, spec.key)))
    if not is_ascending(table, spec.key):
        raise ContractError(f"{spec.name}: a key ({', '.join(spec.key)}) occurs twice; check the rows before writing")
    return table


def _require_one_partition(spec: TableSpec, table: pa.Table) -> None:
    for name in spec.partition:
        if name in table.column_names and len(found := table.column(name).unique()) > 1:
            raise ContractError(f"{spec.name}: one file cannot hold {len(found)} values of {name}: write one for each")


def _content_hash(spec: TableSpec, digests: Mapping[Any, bytes]) -> str:
    content = hashlib.sha256(f"hooplake content 1\0{spec.name}".encode())
    for unit, digest in digests.items():
        content.update(f"\0{unit}\0".encode() + digest)
    return content.hexdigest()[:32]


def _facts(spec: TableSpec, content_hash: str, metadata: Mapping[str, str]) -> dict[str, str]:
    facts = {"hooplake.table": spec.name, "hooplake.content_hash": content_hash}
    if spec.hash is not None:
        facts["hooplake.fieldset"] = str(spec.hash.fieldset)
    return dict(sorted({**metadata, **facts}.items()))


def read_partition(
    store: Store,
    spec: TableSpec,
    partition: Partition,
    columns: Sequence[str] | None = None,
    units: Sequence[Any] | None = None,
) -> pa.Table:
    """The rows of one partition, in the order of their key.

    Args:
        store: the lake.
        spec: the table's spec.
        partition: which partition.
        columns: which columns, in this order; all by default. Partition columns are filled in from the path.
        units: only rows of these values of the unit column; all by default.

    Raises:
        ObjectNotFound: if the partition is not there.
        ConfigError: for a column that the table does not have, or units of a table without a unit column.
    """
    names = list(spec.columns) if columns is None else list(columns)
    if unknown := [name for name in names if name not in spec.columns]:
        raise ConfigError(f"{spec.name} has no columns {', '.join(unknown)}; it has {', '.join(spec.columns)}")
    path = table_path(spec, partition)
    meta = store.head(path)
    if meta is None:
        raise ObjectNotFound(f"no object {path} in {store.url}: the partition was not built")
    wanted = [name for name in names if name not in spec.partition]
    if units is not None and not spec.unit:
        raise ConfigError(f"{spec.name} has no unit column")
    read = wanted if units is None or spec.unit in wanted else [*wanted, spec.unit]
    file = pq.ParquetFile(store.open_input(path))
    table = file.read(read)
    if units is not None:
        table = table.filter(pc.is_in(table.column(spec.unit), pa.array(units, table.schema.field(spec.unit).type)))
    return _complete(spec, table, partition, names)


def _complete(spec: TableSpec, table: pa.Table, partition: Partition, names: list[str]) -> pa.Table:
    columns = []
    for name in names:
        kind = spec.schema.field(name).type
        if name in spec.partition:
            columns.append(pa.repeat(pa.scalar(partition[name], kind), len(table)))
        else:
            column = table.column(name)
            columns.append(column if column.type == kind else column.cast(kind))
    return pa.Table.from_arrays(columns, schema=pa.schema([spec.schema.field(name) for name in names]))
