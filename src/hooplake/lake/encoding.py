"""How the columns of a table's file are encoded and compressed: by their declared type, and in one way.

What is written is a function of the rows, so nothing here looks at them. Whole numbers, dates and timestamps are written by
their differences and in LZ4, for which nothing of them is left to find; decimals with more than one digit and texts
by dictionary, in LZ4; a decimal with one digit is mostly a whole number, whose last bytes are zero, and like texts that do
not occur again, JSON and lists it is worth the time of zstd. For the tables of a simulated season that takes 83 % of the
processor time of plain values and dictionaries in zstd, and 102 % of the bytes.

Every engine that is to read a lake must know what is used here. Streams of bytes (`BYTE_STREAM_SPLIT`) would take 77 % of
the time and 97 % of the bytes, but DuckDB 1.5 reads them of doubles alone, and Spark's vectorized reader came to them late.
"""

from __future__ import annotations

import hashlib
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from hooplake.lake.table import Column, TableSpec

LAYOUT = "hooplake.layout"
_OPTIONS: dict[str, Any] = {
    "version": "2.6",
    "data_page_version": "1.0",
    "store_schema": False,  # the spec says what the types are
    "write_batch_size": 8192,
    "data_page_size": 1 << 20,
    "dictionary_pagesize_limit": 1 << 20,
}
_PLAIN, _DICTIONARY, _DIFFERENCES = "PLAIN", "DICTIONARY", "DELTA_BINARY_PACKED"
_TEXTS = ("text", "json")
_WHOLE = ("int8", "int16", "int32", "int64", "date", "timestamp")


def open_writer(spec: TableSpec, where: pa.NativeFile) -> pq.ParquetWriter:
    """What writes files of a table, in the one way in which they are written."""
    return pq.ParquetWriter(where, spec.file_schema, **_options(spec))


def layout(spec: TableSpec) -> str:
    """A text that differs where files of a table are written in another way: their row groups cannot be in one file."""
    return hashlib.sha256(f"{spec.row_group_rows} {_options(spec)}".encode()).hexdigest()[:8]


def _options(spec: TableSpec) -> dict[str, Any]:
    columns = [spec.columns[name] for name in spec.file_schema.names]
    ways = {f"{one.name}.list.element" if one.type.item else one.name: _way(one) for one in columns}
    return _OPTIONS | {
        "use_dictionary": [path for path, (encoding, _) in ways.items() if encoding == _DICTIONARY],
        "column_encoding": {path: encoding for path, (encoding, _) in ways.items() if encoding == _DIFFERENCES},
        "compression": {path: codec for path, (_, codec) in ways.items()},
        "compression_level": {path: 1 for path, (_, codec) in ways.items() if codec == "zstd"},
        "write_statistics": _compared(spec),
    }


def _way(column: Column) -> tuple[str, str]:
    """The encoding and the codec of a column."""
    kind, item = column.type, column.type.item
    if (item or kind).kind in _TEXTS and not column.distinct:
        return _DICTIONARY, "lz4" if kind.kind == "text" else "zstd"
    if kind.kind in _WHOLE:
        return _DIFFERENCES, "lz4"
    if kind.kind == "decimal" and kind.scale > 1:
        return _DICTIONARY, "lz4"
    return _PLAIN, "lz4" if kind.kind == "bool" else "zstd"


def _compared(spec: TableSpec) -> list[str]:
    """The columns that get statistics: numbers, and texts by which rows are sorted first; others lie in every row group."""
    first = {spec.key[0], spec.unit}
    return [
        name
        for name in spec.file_schema.names
        if name in first or spec.columns[name].type.kind not in (*_TEXTS, "list")
    ]
