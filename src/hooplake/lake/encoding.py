"""How the columns of a table's file are encoded and compressed: by their declared type, and in one way.

What is written is a function of the rows, so nothing here looks at them. What each type got was chosen by the processor
time and the bytes of it over a simulated season and seasons of real games (in % of plain values in zstd):

    bytes of integers and of decimals with one digit in streams      time 60-75, size 85-75
    integers of 32 and 64 bits and timestamps so, in LZ4             time 40, size 60-110
    decimals with more digits, by dictionary, in LZ4                 time 80, size 75-95
    texts by dictionary, in LZ4 and not in zstd                      time 80, size 105-130

A decimal with one digit is mostly a whole number, whose last bytes are zero; one with more has eight bytes without any
pattern, but occurs again. Texts that do not, JSON and lists are where zstd is worth its time. Reading takes four fifths of
the time that it takes with plain values in zstd, of one game as of whole files, for pyarrow as for DuckDB.
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
_PLAIN, _DICTIONARY, _SPLIT = "PLAIN", "DICTIONARY", "BYTE_STREAM_SPLIT"
_TEXTS = ("text", "json")
_WIDE = ("int32", "int64", "timestamp")
_STREAMS = ("int8", "int16", "date", *_WIDE)


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
        "column_encoding": {path: encoding for path, (encoding, _) in ways.items() if encoding == _SPLIT},
        "compression": {path: codec for path, (_, codec) in ways.items()},
        "compression_level": {path: 1 for path, (_, codec) in ways.items() if codec == "zstd"},
        "write_statistics": _compared(spec),
    }


def _way(column: Column) -> tuple[str, str]:
    """The encoding and the codec of a column."""
    kind, item = column.type, column.type.item
    if (item or kind).kind in _TEXTS and not column.distinct:
        return _DICTIONARY, "lz4" if kind.kind == "text" else "zstd"
    if kind.kind in _STREAMS:
        return _SPLIT, "lz4" if kind.kind in _WIDE else "zstd"
    if kind.kind == "decimal":
        return (_DICTIONARY, "lz4") if kind.scale > 1 else (_SPLIT, "zstd")
    return _PLAIN, "lz4" if kind.kind == "bool" else "zstd"


def _compared(spec: TableSpec) -> list[str]:
    """The columns that get statistics: numbers, and texts by which rows are sorted first; others lie in every row group."""
    first = {spec.key[0], spec.unit}
    return [
        name
        for name in spec.file_schema.names
        if name in first or spec.columns[name].type.kind not in (*_TEXTS, "list")
    ]
