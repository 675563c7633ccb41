"""Arrow columns as one array, and the runs of equal values in them."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Positions = npt.NDArray[np.int64]


def runs(column: pa.ChunkedArray) -> tuple[list[Any], Positions]:
    """The runs of equal values of a column without NULLs: their values, and where each begins, then the end."""
    values = one_array(column)
    if len(values) == 0:
        return [], np.zeros(1, dtype=np.int64)
    breaks = np.flatnonzero(np.asarray(pc.not_equal(values[1:], values[:-1]))) + 1
    bounds = np.concatenate(([0], breaks, [len(values)]))
    return values.take(pa.array(bounds[:-1])).to_pylist(), bounds


def one_array(column: pa.ChunkedArray) -> pa.Array:
    """The values of a column as one array, without dictionary encoding."""
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
