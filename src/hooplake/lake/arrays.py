"""Arrow columns as one array, and the runs of equal values in them."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Positions = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Runs = tuple[list[Any], Positions]
"""Values that lie together, and where those of each begin, then the end."""


def runs(column: pa.ChunkedArray) -> Runs:
    """The runs of equal values of a column without NULLs: their values, and where each begins, then the end."""
    values = one_array(column)
    if len(values) == 0:
        return [], np.zeros(1, dtype=np.int64)
    breaks = np.flatnonzero(bits(pc.not_equal(values[1:], values[:-1]))) + 1
    bounds = np.concatenate(([0], breaks, [len(values)]))
    return values.take(pa.array(bounds[:-1])).to_pylist(), bounds


def bits(flags: pa.BooleanArray) -> Mask:
    """Truth values as numpy has them, of an array without NULLs; five times faster than as Arrow converts them."""
    data, end = flags.buffers()[1], flags.offset + len(flags)
    if data is None or not end:
        return np.zeros(len(flags), np.bool_)
    return np.unpackbits(np.frombuffer(data, np.uint8), count=end, bitorder="little")[flags.offset :].view(np.bool_)


def stored(values: pa.Array) -> npt.NDArray[Any]:
    """Numbers, dates or timestamps as they are stored, without a copy; what lies under a NULL may be anything."""
    kind = values.type
    dtype = np.dtype(f"i{kind.byte_width}" if pa.types.is_temporal(kind) else kind.to_pandas_dtype())
    data, end = values.buffers()[1], values.offset + len(values)
    if data is None or not end:
        return np.zeros(len(values), dtype)
    return np.frombuffer(data, dtype, end)[values.offset :]


def one_array(column: pa.ChunkedArray) -> pa.Array:
    """The values of a column as one array, without dictionary encoding."""
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
