"""The row hash `hl1`, and the content and projection hashes made of it.

A row is written as one canonical text, driven by the declared types of its fields and by nothing an engine does; the
hash is the first 16 hex digits of the text's SHA-256:

    hl1;<table>;<fieldset>|<name>=<token>|<name>=<token>...

    NULL ~ · integer 19 · decimal 28.0 (exactly its scale) · bool T or F · date 2015-10-27 ·
    timestamp 2015-10-28T00:00:00.000000Z · text 'escaped · list [a,b] · set [a,b] sorted, no duplicates

`row_hashes` computes them column by column for a table, `row_text` for one row in plain Python; both agree, and the
second is the one to read.
"""

from __future__ import annotations

import hashlib
import math
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from hooplake.errors import ConfigError, ContractError
from hooplake.lake.arrays import one_array
from hooplake.lake.conform import fit_column
from hooplake.lake.table import INTEGERS, Column, HashFields, TableSpec, Type

NULL = "~"
_ESCAPES = str.maketrans({"\\": "\\\\", "|": "\\|", ",": "\\,", "]": "\\]", "\n": "\\n", "\r": "\\r"})
_BATCH_ROWS = 65536
_SPARSE = 4
"""Integers are printed once each if their range is no more than so many times their number."""
_PLAIN_SCALE = 6
"""Up to this scale Arrow prints a decimal without an exponent."""


def hash_version(spec: TableSpec) -> str:
    """What is stored beside a row hash: hashes of different versions are never compared."""
    return f"hl1.{_fields(spec).fieldset}"


def row_hashes(spec: TableSpec, table: pa.Table) -> pa.ChunkedArray:
    """The row hash of each row.

    Args:
        spec: a table with hash columns.
        table: rows that have all of them, partition columns included.

    Returns:
        One text of 16 lower-case hex digits per row.

    Raises:
        ContractError: if a field is missing or a value does not fit its declared type (NaN, an integer with a
            fraction, a timestamp without a zone).
    """
    fields = _fields(spec)
    return _hash_rows(spec, table, f"hl1;{spec.table};{fields.fieldset}", fields.columns)


def content_hash(spec: TableSpec, table: pa.Table, partition: object, hashes: pa.ChunkedArray | None = None) -> str:
    """The content hash of a partition: of its keys with their row hashes.

    Args:
        spec: a table with hash columns.
        table: all rows of the partition, in any order, partition columns included.
        partition: the partition; its text is part of the hash.
        hashes: the row hashes, if the caller has them already.

    Returns:
        32 lower-case hex digits.
    """
    head = f"hl1p;{spec.table};{_fields(spec).fieldset};{partition}"
    return _hash_content(spec, table, head, row_hashes(spec, table) if hashes is None else hashes)


def projection_hash(spec: TableSpec, table: pa.Table, partition: object, columns: Sequence[str]) -> str:
    """As `content_hash`, of the keys and some columns only: what a reader of no more than these columns depends on."""
    fieldset = _fields(spec).fieldset
    chosen = f"cols={','.join(columns)}"
    hashes = _hash_rows(spec, table, f"hl1;{spec.table};{fieldset};{chosen}", columns)
    return _hash_content(spec, table, f"hl1p;{spec.table};{fieldset};{chosen};{partition}", hashes)


def row_text(spec: TableSpec, row: Mapping[str, Any]) -> str:
    """The canonical text of one row, whose SHA-256 is its hash.

    Args:
        spec: a table with hash columns.
        row: Python values by column name.

    Raises:
        ContractError: as `row_hashes`.
    """
    fields = _fields(spec)
    text = f"hl1;{spec.table};{fields.fieldset}"
    for name in fields.columns:
        if name not in row:
            raise ContractError(f"{spec.name}: the row has no field {name}, which is part of its hash")
        try:
            text += f"|{name}={token(spec.columns[name], row[name])}"
        except ValueError as error:
            raise ContractError(f"{spec.name}.{name}: {error}") from error
    return text


def token(column: Column, value: Any) -> str:
    """The token of one Python value.

    Raises:
        ValueError: if the value does not fit the column's declared type.
    """
    if value is None:
        return NULL
    if column.type.item is None:
        return _token(column.type, value)
    tokens = [NULL if item is None else _token(column.type.item, item) for item in value]
    return f"[{','.join(sorted(set(tokens)) if column.set else tokens)}]"


def _token(declared: Type, value: Any) -> str:
    if declared.kind == "text" and isinstance(value, str):
        return "'" + _escape(value)
    if declared.kind == "bool" and isinstance(value, bool):
        return "T" if value else "F"
    if declared.kind == "date" and isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    if declared.kind == "timestamp" and isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError(f"{value!r} is a timestamp without a zone")
        return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z"
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"{value!r} has no decimal text")
    if declared.kind == "decimal":
        rounded = Decimal(str(value)).quantize(Decimal(1).scaleb(-declared.scale), ROUND_HALF_UP)
        if abs(rounded) >= 10 ** (declared.precision - declared.scale):
            raise ValueError(f"{value!r} does not fit {declared}")
        return f"{abs(rounded) if rounded == 0 else rounded:f}"
    if declared.kind in INTEGERS and value == int(value):
        return str(int(value))
    raise ValueError(f"{value!r} does not fit {declared}")


def _escape(text: str) -> str:
    return unicodedata.normalize("NFC", text).translate(_ESCAPES)


def _fields(spec: TableSpec) -> HashFields:
    if spec.hash is None:
        raise ConfigError(f"{spec.name} declares no hash columns: add [hash] to its spec")
    return spec.hash


def _hash_rows(spec: TableSpec, table: pa.Table, head: str, names: Sequence[str]) -> pa.ChunkedArray:
    if missing := [name for name in names if name not in table.column_names]:
        raise ContractError(f"{spec.name}: the rows have no field {', '.join(missing)}, which is part of their hash")
    columns = [fit_column(spec, name, table) for name in names]
    chunks = []
    for start in range(0, len(table), _BATCH_ROWS):
        rows = min(_BATCH_ROWS, len(table) - start)
        parts: list[Any] = [head]
        for name, values in zip(names, columns, strict=True):
            column = spec.columns[name]
            batch = one_array(values.slice(start, rows))
            parts += _tokens(column.type, batch, f"|{name}=", is_set=column.set)
        chunks.append(_hash_texts(_joined(parts, rows)))
    return pa.chunked_array(chunks, pa.string())


def _joined(parts: Sequence[Any], rows: int) -> pa.Array:
    """Literals and arrays, joined row by row. It costs by the part, so literals that follow each other are one."""
    merged: list[Any] = []
    for part in parts:
        if isinstance(part, str) and merged and isinstance(merged[-1], str):
            merged[-1] += part
        else:
            merged.append(part)
    if len(merged) == 1 and isinstance(merged[0], str):
        return pa.array(merged * rows, pa.string())
    return pc.binary_join_element_wise(*merged, "", null_handling="replace", null_replacement=NULL)


def _hash_texts(texts: pa.Array) -> pa.Array:
    sha256 = hashlib.sha256
    if len(texts) == 0:
        return texts
    _, offsets, data = texts.buffers()
    cuts = np.frombuffer(offsets, np.int32)[texts.offset : texts.offset + len(texts) + 1].tolist()
    view = memoryview(data)
    digests = b"".join([sha256(view[a:b]).digest()[:8] for a, b in pairwise(cuts)])
    ends = np.arange(0, 16 * len(texts) + 1, 16, dtype=np.int32)
    return pa.StringArray.from_buffers(len(texts), pa.py_buffer(ends), pa.py_buffer(digests.hex().encode()))


def _tokens(declared: Type, values: pa.Array, before: str = "", *, is_set: bool = False) -> list[Any]:
    """Parts that, joined, are a text and the tokens of the values; an array is NULL where a value is, or nowhere."""
    if len(values) and values.null_count == len(values):
        return [before + NULL]
    if declared.item is not None:
        return [before, _list_tokens(declared.item, values, is_set)]
    if declared.kind == "text":
        texts = _escaped(values)
        if texts.null_count:
            return [before, pc.binary_join_element_wise("'", texts, "")]
        # with no NULL the quote can be part of the literal before it, and one text of all rows as well
        same = len(texts) > 1 and texts[0] == texts[-1] and len(pc.unique(texts)) == 1
        return [f"{before}'{texts[0].as_py()}"] if same else [f"{before}'", texts]
    if declared.kind == "bool":
        return _looked_up(values.cast(pa.int8()), lambda bits: pc.if_else(pc.equal(bits, 1), "T", "F"), before)
    if declared.kind == "decimal":
        doubles = np.asarray(values.fill_null(0.0)) * 10.0**declared.scale
        units = pa.array(np.rint(doubles).astype(np.int64), mask=_null_mask(values))
        return _looked_up(units, lambda numbers: _decimal_text(numbers, declared.scale), before)
    if declared.kind == "timestamp":
        naive = values.cast(pa.timestamp("us")).cast(pa.string())
        return [before, pc.binary_join_element_wise(pc.utf8_replace_slice(naive, 10, 11, "T"), "Z", "")]
    if declared.kind == "date":
        return _looked_up(values.view(pa.int32()), lambda days: days.view(pa.date32()).cast(pa.string()), before)
    return _looked_up(values, lambda numbers: numbers.cast(pa.string()), before)


def _null_mask(values: pa.Array) -> npt.NDArray[np.bool_] | None:
    return np.asarray(values.is_null()) if values.null_count else None


def _list_tokens(item: Type, values: pa.Array, is_set: bool) -> pa.Array:
    items = values.flatten()
    if item.kind == "text":  # lists repeat the same few texts
        encoded = items.dictionary_encode()
        texts = encoded.dictionary
        flat = _taken(_joined(_tokens(item, texts), len(texts)), encoded.indices)
    else:
        flat = _joined(_tokens(item, items), len(items))
    lengths = np.asarray(pc.fill_null(pc.list_value_length(values), 0))
    offsets = pa.array(np.concatenate(([0], np.cumsum(lengths))).astype(np.int32))
    lists = pa.ListArray.from_arrays(offsets, flat, mask=values.is_null() if values.null_count else None)
    if is_set:  # no token contains a line feed, so it can part them
        joined = pc.binary_join(lists, "\n").dictionary_encode()
        ordered = [",".join(sorted(set(text.split("\n")))) for text in joined.dictionary.to_pylist()]
        texts = pa.array(ordered, pa.string()).take(joined.indices)
    else:
        texts = pc.binary_join(lists, ",")
    return pc.binary_join_element_wise("[", texts, "]", "")


def _escaped(values: pa.Array) -> pa.Array:
    data = values.buffers()[2]
    if data is None:
        return values
    raw = np.frombuffer(data, np.uint8)
    plain = bytes(raw)
    if not any(sign in plain for sign in (b"\\", b"|", b",", b"]", b"\n", b"\r")) and (raw < 0x80).all():
        return values
    encoded = values.dictionary_encode()
    return pa.array([_escape(text) for text in encoded.dictionary.to_pylist()], pa.string()).take(encoded.indices)


def _decimal_text(scaled: pa.Array, scale: int) -> pa.Array:
    """Fixed-point texts with exactly `scale` digits behind the point, of int64 values in units of the last digit."""
    numbers = np.asarray(scaled.fill_null(0))
    if scale <= _PLAIN_SCALE:
        wide = np.empty((len(numbers), 2), dtype=np.int64)
        wide[:, 0] = numbers
        wide[:, 1] = numbers >> 63
        validity = scaled.is_valid().buffers()[1] if scaled.null_count else None
        decimals = pa.Array.from_buffers(pa.decimal128(38, scale), len(numbers), [validity, pa.py_buffer(wide)])
        return decimals.cast(pa.string())
    digits = pc.utf8_lpad(pa.array(np.abs(numbers)).cast(pa.string()), scale + 1, "0")
    whole, fraction = pc.utf8_slice_codeunits(digits, 0, -scale), pc.utf8_slice_codeunits(digits, -scale)
    sign = pc.if_else(pa.array(numbers < 0), "-", "")
    return pc.if_else(scaled.is_valid(), pc.binary_join_element_wise(sign, whole, ".", fraction, ""), None)


def _looked_up(values: pa.Array, text: Callable[[pa.Array], pa.Array], before: str) -> list[Any]:
    """Parts for integers that ``text`` prints; where many fall in a narrow range, each is printed once, which is faster."""
    least, most = (bound.as_py() for bound in pc.min_max(values).values())
    if least is None or most - least >= _SPARSE * len(values):
        return [before, text(values)]
    places = np.asarray(values.fill_null(least)).astype(np.int64) - least
    there = np.zeros(most - least + 1, np.bool_)
    there[places] = True
    distinct = np.flatnonzero(there)
    order = np.zeros(len(there), np.int32)
    order[distinct] = np.arange(len(distinct), dtype=np.int32)
    printed = text(pa.array(distinct + least, values.type)).cast(pa.string())
    return [_taken(printed, pa.array(order[places], mask=_null_mask(values)), before)]


def _taken(texts: pa.Array, places: pa.Array, before: str = "") -> pa.Array:
    """The text at each place, what stands before it included; without a place, that of NULL."""
    if places.null_count:
        texts = pa.concat_arrays([texts, pa.array([NULL])])
        places = places.fill_null(len(texts) - 1)
    return (pc.binary_join_element_wise(before, texts, "") if before else texts).take(places)


def _hash_content(spec: TableSpec, table: pa.Table, head: str, hashes: pa.ChunkedArray) -> str:
    parts: list[Any] = []
    for name in (*spec.partition, *spec.key):
        column = one_array(fit_column(spec, name, table))
        parts += _tokens(spec.columns[name].type, column, "|" if parts else "")
    lines = _joined([*parts, "=", one_array(hashes), "\n"], len(table)) if len(table) else None
    content = hashlib.sha256(f"{head};rows={len(table)}\n".encode())
    if lines is not None:
        for line in sorted(lines.to_pylist()):
            content.update(line.encode())
    return content.hexdigest()[:32]
