"""Files of a table: their bytes are a function of their rows, and no more is read than is asked for.

The order of the rows handed in, their chunks, their dictionary encoding and the number of workers make no difference:
rows are sorted by key, values conformed to the spec, row groups cut at fixed rows, and every writer option is fixed
(`hooplake.lake.encoding`). The same rows give the same bytes with the same version of pyarrow.

A table with a unit is written a batch of units at a time, so that rows may come from many memory-mapped fragments
(`read_fragments`) of which no more than a batch is ever copied. Its file is sorted by unit, so the statistics of the
unit column tell which row groups hold a unit; the footers of the files read last are kept, by path and etag, so that a
second question to the same file costs the row group alone.

Measured on 2 cores with 600,000 rows x 20 columns of 1,250 games (median ms):

    rows of a row group            8,192    16,384    32,768
    one game, footer kept            1.5       2.1       4.1
    one game, first question         3.3       4.0       6.6
    the whole file                    97        66        74

so `row_group_rows` is 8,192 for a table that is read unit by unit, and large for one that is read as a whole. Writing
takes 0.26 s for 0.9 M rows x 20 narrow columns, everything included; 4.8 M rows from 16 interleaved fragments need
90 MB of memory.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from hooplake.errors import ConfigError, Conflict, ContractError, ObjectNotFound
from hooplake.lake.arrays import runs
from hooplake.lake.conform import require_fit
from hooplake.lake.content import content_hash_of
from hooplake.lake.digest import unit_digests
from hooplake.lake.encoding import LAYOUT, layout, open_writer
from hooplake.lake.keys import is_ascending, key_order
from hooplake.lake.partition import Partition, table_path
from hooplake.lake.store import ObjectMeta, Store
from hooplake.lake.table import TableSpec

CONTENT_HASH = "hooplake.content_hash"
TABLE = "hooplake.table"
FIELDSET = "hooplake.fieldset"

_BATCH_ROWS = 1 << 18
_BUFFER = 1 << 20
_KEPT_FOOTERS = 128
_ATTEMPTS = 5

_Result = TypeVar("_Result")


class Written(NamedTuple):
    """What `write_table` wrote.

    Attributes:
        rows: number of rows.
        size: bytes of the file.
        content_hash: 32 hex digits, a function of the table's name and its rows and nothing else.
        digests: the digest of each unit's rows, in the order of the units (see `hooplake.lake.digest`).
    """

    rows: int
    size: int
    content_hash: str
    digests: dict[Any, bytes]


def write_table(
    spec: TableSpec,
    table: pa.Table,
    local_file: Path,
    *,
    metadata: Mapping[str, str] | None = None,
    content_hash: str = "",
    ready: bool = False,
) -> Written:
    """Write the rows of one partition to a local file.

    Args:
        spec: the table's spec.
        table: the rows, in any order. Partition columns may be there; they are left out of the file.
        local_file: where to write; make it an object with `Store.publish`.
        metadata: more texts for the file's key-value metadata. They are part of its bytes.
        content_hash: of the rows, where the caller has just computed it from the same rows; it is not computed again
            then, and no digests are returned.
        ready: the rows are stored ones, or were checked and sorted: they fit the spec and are in the order of the key.

    Raises:
        ContractError: if a value does not fit its declared type, is NULL where none may be, a key occurs twice, or
            the rows are of more than one partition.
    """
    _require_one_partition(spec, table)
    digests: dict[Any, bytes] = {}
    with (
        pa.OSFile(str(local_file), "wb") as file,
        pa.BufferedOutputStream(file, _BUFFER) as sink,  # pages are small, and each would be two writes
        open_writer(spec, sink) as writer,
    ):
        rest = spec.file_schema.empty_table()
        for batch in [table] if ready else _batches(spec, table):
            fitted = (batch if ready else require_fit(spec, batch)).select(spec.file_schema.names)
            ordered = fitted if ready else sort_rows(spec, fitted)
            if not content_hash:
                digests.update(unit_digests(ordered, spec.unit))
            rest = write_groups(writer, spec.row_group_rows, pa.concat_tables([rest, ordered]))
        if len(rest):
            writer.write_table(rest.combine_chunks())
        content_hash = content_hash or content_hash_of(spec, digests)
        writer.add_key_value_metadata(texts_of_file(spec, content_hash, metadata))
    return Written(len(table), local_file.stat().st_size, content_hash, digests)


def read_fragments(files: Sequence[Path]) -> pa.Table:
    """The rows of Arrow IPC files of one schema, one after the other, memory-mapped and not copied."""
    return pa.concat_tables([pa.ipc.open_file(pa.memory_map(str(file))).read_all() for file in files])


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


def _batches(spec: TableSpec, table: pa.Table) -> Iterator[pa.Table]:
    """The rows in parts, each of whole units, every unit of a part smaller than those of the next."""
    if not spec.unit or spec.key[0] != spec.unit or len(table) <= _BATCH_ROWS:
        yield table
        return
    pieces = _unit_pieces(table.column(spec.unit))
    if len(pieces) * 8 > len(table):  # rows in no order: cutting would cost more than sorting all of them
        yield table
        return
    pieces.sort()
    part: list[tuple[int, int]] = []
    rows = 0
    for position, (unit, start, length) in enumerate(pieces):
        if rows >= _BATCH_ROWS and unit != pieces[position - 1][0]:
            yield _cut(table, part)
            part, rows = [], 0
        part.append((start, length))
        rows += length
    yield _cut(table, part)


def _unit_pieces(column: pa.ChunkedArray) -> list[tuple[Any, int, int]]:
    """Runs of rows of one unit: the unit, the first row, the number of rows."""
    if column.null_count:
        raise ContractError(f"{column.null_count} rows have no unit")
    pieces = []
    offset = 0
    for chunk in column.chunks:
        units, bounds = runs(pa.chunked_array([chunk]))
        cuts = (bounds + offset).tolist()
        pieces += [(unit, start, end - start) for unit, start, end in zip(units, cuts[:-1], cuts[1:], strict=True)]
        offset += len(chunk)
    return pieces


def _cut(table: pa.Table, part: list[tuple[int, int]]) -> pa.Table:
    joined: list[tuple[int, int]] = []
    for start, length in part:
        if joined and sum(joined[-1]) == start:
            joined[-1] = (joined[-1][0], joined[-1][1] + length)
        else:
            joined.append((start, length))
    return pa.concat_tables([table.slice(start, length) for start, length in joined]).combine_chunks()


def write_groups(writer: pq.ParquetWriter, rows: int, table: pa.Table) -> pa.Table:
    """Write as many whole row groups as there are, each as one chunk, for pages are cut where chunks end.

    Args:
        writer: from `open_writer`.
        rows: rows of a row group.
        table: rows that are ready to be written.

    Returns:
        The rows that are left.
    """
    whole = len(table) // rows * rows
    for start in range(0, whole, rows):
        writer.write_table(table.slice(start, rows).combine_chunks())
    return table.slice(whole)


def _require_one_partition(spec: TableSpec, table: pa.Table) -> None:
    for name in spec.partition:
        if name in table.column_names and len(found := table.column(name).unique()) > 1:
            raise ContractError(f"{spec.name}: one file cannot hold {len(found)} values of {name}: write one for each")


def texts_of_file(spec: TableSpec, content_hash: str, metadata: Mapping[str, str] | None = None) -> dict[str, str]:
    """The key-value metadata of a file."""
    facts = {TABLE: spec.name, CONTENT_HASH: content_hash, LAYOUT: layout(spec)}
    if spec.hash is not None:
        facts[FIELDSET] = str(spec.hash.fieldset)
    return dict(sorted({**(metadata or {}), **facts}.items()))


class FileFacts(NamedTuple):
    """What the file of a partition says of itself.

    Attributes:
        rows: number of rows.
        size: bytes of the object.
        etag: of the object.
        content_hash: as `Written.content_hash`; empty if another program wrote the file.
        metadata: all texts of the key-value metadata.
    """

    rows: int
    size: int
    etag: str
    content_hash: str
    metadata: dict[str, str]


def file_facts(store: Store, spec: TableSpec, partition: Partition) -> FileFacts | None:
    """What the file of a partition says of itself, from its footer; None if there is no file."""

    def facts(meta: ObjectMeta) -> FileFacts:
        footer = pq.ParquetFile(store.open_input(meta.path, meta)).metadata
        texts = {key.decode(): value.decode() for key, value in (footer.metadata or {}).items()}
        return FileFacts(footer.num_rows, meta.size, meta.etag, texts.get(CONTENT_HASH, ""), texts)

    try:
        return _unchanged(store, table_path(spec, partition), facts)
    except ObjectNotFound:
        return None


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
    if units is not None and not spec.unit:
        raise ConfigError(f"{spec.name} has no unit column, so it cannot be read by unit")
    stored = [name for name in names if name not in spec.partition]

    def read(meta: ObjectMeta) -> pa.Table:
        if units is None:
            return pq.ParquetFile(store.open_input(meta.path, meta), pre_buffer=not store.is_local).read(stored)
        return _read_units(store, spec, meta, stored, units)

    return _complete(spec, _unchanged(store, table_path(spec, partition), read), partition, names)


class _Footer(NamedTuple):
    """A file's footer, and the smallest and largest unit of each row group (None where unknown)."""

    metadata: pq.FileMetaData
    ranges: list[tuple[Any, Any] | None]


_footers: OrderedDict[tuple[str, str, str], _Footer] = OrderedDict()
_footers_lock = Lock()


def _unchanged(store: Store, path: str, read: Callable[[ObjectMeta], _Result]) -> _Result:
    """Read an object; again if it is replaced meanwhile, so that one reading is of one version of it."""
    for attempt in range(1, _ATTEMPTS + 1):
        meta = store.head(path)
        if meta is None:
            raise ObjectNotFound(f"no object {path} in {store.url}: the partition was not built")
        try:
            return read(meta)
        except Conflict:
            if attempt == _ATTEMPTS:
                raise
    raise AssertionError


def _read_units(store: Store, spec: TableSpec, meta: ObjectMeta, stored: list[str], units: Sequence[Any]) -> pa.Table:
    key = (store.url, meta.path, meta.etag)
    source = store.open_input(meta.path, meta)
    with _footers_lock:
        footer = _footers.get(key)
    file = pq.ParquetFile(source, metadata=footer and footer.metadata, pre_buffer=not store.is_local)
    if footer is None:
        footer = _Footer(file.metadata, extents(file.metadata, spec))
    with _footers_lock:
        _footers[key] = footer
        _footers.move_to_end(key)
        while len(_footers) > _KEPT_FOOTERS:
            _footers.popitem(last=False)
    read = stored if spec.unit in stored else [*stored, spec.unit]
    wanted = sorted(set(units))
    groups = [number for number, extent in enumerate(footer.ranges) if _holds_any(extent, wanted)]
    table = file.read_row_groups(groups, read) if groups else file.schema_arrow.empty_table().select(read)
    column = table.column(spec.unit)
    if len(wanted) == 1:
        return _picked(table, pc.equal(column, pa.scalar(wanted[0], column.type)))
    return _picked(table, pc.is_in(column, pa.array(wanted, column.type)))


def _picked(table: pa.Table, mask: pa.ChunkedArray) -> pa.Table:
    """The rows of a mask, which are not copied if they lie together, as units that follow each other do."""
    rows = np.flatnonzero(np.asarray(mask))
    if len(rows) and rows[-1] - rows[0] == len(rows) - 1:
        return table.slice(int(rows[0]), len(rows))
    return table.filter(mask)


def extents(metadata: pq.FileMetaData, spec: TableSpec) -> list[tuple[Any, Any] | None]:
    """The smallest and the largest unit of each row group of a file, None where the footer does not tell."""
    position = spec.file_schema.get_field_index(spec.unit)
    ranges: list[tuple[Any, Any] | None] = []
    for number in range(metadata.num_row_groups):
        statistics = metadata.row_group(number).column(position).statistics
        known = statistics is not None and statistics.has_min_max
        ranges.append((statistics.min, statistics.max) if known else None)
    return ranges


def _holds_any(extent: tuple[Any, Any] | None, wanted: list[Any]) -> bool:
    if extent is None:
        return True
    first = bisect_left(wanted, extent[0])
    return first < len(wanted) and bool(wanted[first] <= extent[1])


def _complete(spec: TableSpec, table: pa.Table, partition: Partition, names: list[str]) -> pa.Table:
    """The columns asked for, in their declared types, with those of the path."""
    columns = []
    for name in names:
        kind = spec.schema.field(name).type
        if name in spec.partition:
            columns.append(pa.repeat(pa.scalar(partition[name], kind), len(table)))
        else:
            column = table.column(name)
            columns.append(column if column.type == kind else column.cast(kind))
    return pa.Table.from_arrays(columns, schema=pa.schema([spec.schema.field(name) for name in names]))
