"""A 16-byte digest of the rows of each unit of a table.

The digest is made from values by their declared type, not from an engine's memory: slices, chunks, dictionary
encoding, wide string types and what lies under a NULL make no difference; any changed cell does. It tells whether a
unit's rows changed, and nothing else: the row hash that is stored and published is `hooplake.lake.rowhash`.

What is hashed, per unit: the names and types of the columns; the numbers of rows and of bytes of each part that follows;
row after row, which cells are NULL, the lengths of texts and lists (one byte; 255 for those that need more, which come
behind all others), and the numbers, by width; then, column after column, the texts and the elements of lists; and the unit
itself, once and not with every row. As the counts and lengths come first, no two different units have the same bytes.
Rows lie together in a few blocks, so that a unit of a few rows costs a few calls and not a few per column.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from hooplake.errors import ContractError
from hooplake.lake.arrays import Mask, Positions, Runs, bits, one_array, runs, stored

DIGEST_BYTES = 16
_VERSION = b"hooplake digest 3"
_LONG = 255  # stands for a length that one byte cannot hold


def unit_digests(table: pa.Table, unit: str, key: Sequence[str] = (), *, found: Runs | None = None) -> dict[Any, bytes]:
    """The digest of the rows of each unit.

    The columns' names, types and values and the order of a unit's rows count; the order of the columns, and of the
    units, does not.

    Args:
        table: rows as stored (conformed, so that equal values are of equal types).
        unit: the column whose values are the units, or empty for one digest of all rows.
        key: columns by which to order the rows first. Leave it out when they are in order.
        found: the runs of the unit column, if they are known.

    Returns:
        16 bytes per value of the unit column, in the order of the values; with an empty `unit`, one entry of key "".

    Raises:
        ContractError: if a row has no unit.
    """
    if key:
        table = table.take(pc.sort_indices(table, [(name, "ascending") for name in key]))
    if not unit:
        return {"": _digests(table, "", [""], np.array([0, len(table)], dtype=np.int64))[0]}
    column = table.column(unit)
    if column.null_count:
        raise ContractError(f"{column.null_count} rows have no {unit}, which is the unit of their table")
    names, bounds = found or runs(column)
    if len(set(names)) < len(names):  # the rows of some unit are not together
        order = np.argsort(np.asarray(column.combine_chunks().dictionary_encode().indices), kind="stable")
        table = table.take(pa.array(order))
        names, bounds = runs(table.column(unit))
    return dict(sorted(zip(names, _digests(table, unit, names, bounds), strict=True)))


_Part = tuple[memoryview, list[int]]
"""Bytes, and where those of each unit begin, then the end."""


def _digests(table: pa.Table, unit: str, names: Sequence[Any], bounds: Positions) -> list[bytes]:
    table = table.select(sorted(table.column_names))
    seed = hashlib.sha256(_VERSION)
    arrays = []
    for name, column in zip(table.column_names, table.columns, strict=True):
        values = one_array(column)
        seed.update(f"\0{name}\0{_type_name(values.type)}".encode())
        if name != unit:
            arrays.append(values)
    parts = _parts(arrays, len(table), bounds)
    heads = [np.diff(bounds), *(np.diff(at) for _, at in parts)]
    counts = np.ascontiguousarray(np.stack(heads, axis=1), dtype="<i8")
    digests = []
    for position, (name, head) in enumerate(zip(names, counts, strict=True)):
        digest = seed.copy()
        digest.update(head.data)
        for data, at in parts:
            if at[position] != at[position + 1]:
                digest.update(data[at[position] : at[position + 1]])
        digest.update(str(name).encode())
        digests.append(digest.digest()[:DIGEST_BYTES])
    return digests


def _parts(arrays: Sequence[pa.Array], rows: int, bounds: Positions) -> list[_Part]:
    """The blocks of all rows first, by the width of their numbers; then the texts and lists of each column."""
    masks = [np.zeros(rows, np.uint8) for _ in range(-(-len(arrays) // 8))]
    cells: dict[int, list[npt.NDArray[Any]]] = {1: list(masks), 2: [], 4: [], 8: []}
    parts: list[_Part] = []
    sizes: list[npt.NDArray[Any]] = []
    for place, values in enumerate(arrays):
        kind = values.type
        missing = bits(values.is_null()) if values.null_count else None
        if missing is not None:
            masks[place // 8] |= missing.view(np.uint8) << np.uint8(place % 8)
        if pa.types.is_list(kind) or pa.types.is_large_list(kind):
            lengths: npt.NDArray[Any] = np.asarray(pc.fill_null(pc.list_value_length(values), 0))
            sizes.append(lengths)
            starts = np.concatenate(([0], np.cumsum(lengths, dtype=np.int64)))
            items = values.flatten()
            parts.extend(_parts([items], len(items), starts[bounds]))
        elif _is_text(kind):
            lengths, part = _texts(values, missing, bounds)
            sizes.append(lengths)
            parts.append(part)
        elif not pa.types.is_null(kind):
            numbers = _numbers(values, missing)
            cells[numbers.itemsize].append(numbers.view(f"u{numbers.itemsize}"))
    cells[1] += [np.minimum(lengths, _LONG).astype(np.uint8) for lengths in sizes]
    blocks = [_block(columns, width, bounds) for width, columns in cells.items() if columns]
    return [*blocks, *([_long(sizes, bounds)] if sizes else []), *parts]


def _long(sizes: Sequence[npt.NDArray[Any]], bounds: Positions) -> _Part:
    """The lengths that one byte cannot hold, row after row."""
    if all(len(lengths) == 0 or lengths.max() < _LONG for lengths in sizes):
        return memoryview(b""), [0] * len(bounds)
    table = np.stack(sizes, axis=1).astype(np.int64)
    rows, columns = np.nonzero(table >= _LONG)
    found = np.ascontiguousarray(table[rows, columns])
    return memoryview(found.view(np.uint8).data), (np.searchsorted(rows, bounds) * found.itemsize).tolist()


def _block(columns: list[npt.NDArray[Any]], width: int, bounds: Positions) -> _Part:
    """Columns of numbers of one width, row after row."""
    block = np.stack([column.view(f"u{width}") for column in columns], axis=1)
    return memoryview(block.reshape(-1).view(np.uint8).data), (bounds * (len(columns) * width)).tolist()


def _texts(values: pa.Array, missing: Mask | None, bounds: Positions) -> tuple[npt.NDArray[Any], _Part]:
    """Lengths of texts, and their bytes."""
    at, data = _offsets(values)
    lengths = np.diff(at)
    if missing is not None and np.logical_and(lengths, missing).any():  # something lies under a NULL
        at, data = _offsets(values.fill_null(""))
        lengths = np.diff(at)
    return lengths, (data, at[bounds].tolist())


def _offsets(values: pa.Array) -> tuple[npt.NDArray[Any], memoryview]:
    """Where each text begins, then the end; and the bytes of all."""
    _, offsets, data = values.buffers()
    if offsets is None or len(values) == 0:
        return np.zeros(len(values) + 1, dtype=np.int64), memoryview(b"")
    wide = pa.types.is_large_string(values.type)
    at = np.frombuffer(offsets, np.int64 if wide else np.int32)[values.offset : values.offset + len(values) + 1]
    return at, memoryview(data or b"")


def _numbers(values: pa.Array, missing: Mask | None) -> npt.NDArray[Any]:
    """Values of any kind of one width as numpy numbers, 0 where NULL."""
    boolean = pa.types.is_boolean(values.type)
    numbers: npt.NDArray[Any] = bits(values).view(np.uint8) if boolean else stored(values)
    if missing is not None:
        numbers = np.where(missing, numbers.dtype.type(0), numbers)
    if numbers.dtype.kind == "f":
        numbers = numbers + numbers.dtype.type(0.0)  # -0.0 is 0.0
        if (odd := np.isnan(numbers)).any():
            numbers[odd] = np.nan  # of whatever bits
    return numbers


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _type_name(kind: pa.DataType) -> str:
    if _is_text(kind):
        return "text"
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return f"list({_type_name(kind.value_type)})"
    return str(kind)
