"""Rows that are in order already, put together in that order without looking at every one of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import pyarrow as pa

from hooplake.lake.arrays import runs


def splice(fresh: Sequence[pa.Table], unit: str, old: pa.Table | None, dropped: Collection[str]) -> pa.Table | None:
    """Tables whose rows are in the order of a key that begins with the unit, as one in the same order.

    Nothing is copied: the result is made of slices. One game that changed in a season costs a slice before it and one
    after it.

    Args:
        fresh: new rows; tables of one schema.
        unit: the column; its values are texts or dates.
        old: rows that were there before, of the same schema.
        dropped: texts of units whose old rows do not stay.

    Returns:
        The rows; None if a unit has rows in two places, so that more than the order of the units is to be known.
    """
    tables = [*fresh, *([] if old is None else [old])]
    pieces: list[tuple[Any, int, int, int]] = []
    gone = set(dropped)
    for number, table in enumerate(tables):
        units, bounds = runs(table.column(unit))
        cuts = bounds.tolist()
        pieces += [
            (name, number, start, end)
            for name, start, end in zip(units, cuts[:-1], cuts[1:], strict=True)
            if table is not old or str(name) not in gone
        ]
    pieces.sort(key=lambda piece: piece[0])
    if len({name for name, *_ in pieces}) < len(pieces):
        return None
    slices: list[tuple[int, int, int]] = []
    for _, number, start, end in pieces:
        if slices and slices[-1][0] == number and slices[-1][2] == start:
            slices[-1] = (number, slices[-1][1], end)
        else:
            slices.append((number, start, end))
    found = [tables[number].slice(start, end - start) for number, start, end in slices]
    return pa.concat_tables(found) if found else tables[0].slice(0, 0)
