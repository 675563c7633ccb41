"""Columns of dumps as arrays. All columns of the feed are text (``"4"``, ``"4.0"``), some dumps have made numbers of them.

A column is parsed by its distinct values, of which there are few: half a million clocks are 721 texts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from hooplake.games.official.identity import whole

Int = npt.NDArray[np.int64]
Bool = npt.NDArray[np.bool_]
Float = npt.NDArray[np.float64]

NONE = -1
"""Stands for NULL, nobody or "not known" in integer arrays."""


@dataclass(frozen=True, slots=True)
class Coded:
    """A column as codes.

    Attributes:
        codes: places in ``values``, NONE for NULL; shape (rows,).
        values: the distinct values.
    """

    codes: Int
    values: list[str]

    def at(self, places: Int) -> Coded:
        """Some of the rows, in the order of these places."""
        return Coded(self.codes[places], self.values)

    def numbers(self, missing: int = NONE) -> Int:
        """As whole numbers; `missing` for NULL and for what is no whole number."""
        try:
            doubles = pa.array(self.values, pa.string()).cast(pa.float64()).to_numpy(zero_copy_only=False)
        except pa.ArrowInvalid:  # some value is no number
            return self.map(lambda text: _integer(text, missing), missing)
        whole_ones = (doubles == np.trunc(doubles)) & (np.abs(doubles) < 2**53)
        table = np.append(np.where(whole_ones, doubles, missing), missing).astype(np.int64)
        return table[self.codes]

    def map(self, function: Callable[[str], int], missing: int = NONE) -> Int:
        """A whole number per row, worked out once per distinct value; `missing` for NULL."""
        table = np.array([*(function(value) for value in self.values), missing], np.int64)
        return table[self.codes]  # NONE is the last place

    def doubles(self, function: Callable[[str], float]) -> Float:
        """A number per row, worked out once per distinct value; NaN for NULL."""
        table = np.array([*(function(value) for value in self.values), np.nan], np.float64)
        return table[self.codes]

    def texts(self) -> pa.Array:
        """The column as a dictionary array, NULL where there is no value."""
        codes = pa.array(self.codes.astype(np.int32), mask=self.codes < 0)
        return pa.DictionaryArray.from_arrays(codes, pa.array(self.values, pa.string()))


def coded(table: pa.Table, name: str) -> Coded:
    """A column by its codes; all NULL where the dump does not have it. Empty texts and ``nan`` are NULL."""
    if name not in table.column_names or not len(table) or pa.types.is_null(table[name].type):
        return Coded(np.full(len(table), NONE, np.int64), [])
    column = table[name]
    given = pa.types.is_dictionary(column.type)
    if not given:
        column = column.dictionary_encode()
    column = column.unify_dictionaries().combine_chunks()
    if isinstance(column, pa.ChunkedArray):
        column = column.chunk(0) if column.num_chunks else pa.array([], column.type)
    codes = pc.fill_null(column.indices, NONE).to_numpy().astype(np.int64)
    occurring = np.arange(len(column.dictionary))
    if given:  # it may have many more values than stand in these rows: those of a season, say, for some of its games
        occurring = np.flatnonzero(np.bincount(codes + 1, minlength=len(column.dictionary) + 1)[1:])
    printed = _printed(column.dictionary.take(pa.array(occurring)) if given else column.dictionary)
    distinct = list(dict.fromkeys(printed))
    if len(distinct) == len(column.dictionary) and _NOTHING.isdisjoint(distinct):
        return Coded(codes, distinct)  # type: ignore[arg-type] # None is nothing
    values = [text for text in distinct if text is not None and text not in _NOTHING]
    keep: dict[str | None, int] = {text: place for place, text in enumerate(values)}
    places = np.full(len(column.dictionary) + 1, NONE, np.int64)  # NONE is the last place
    places[occurring] = [keep.get(text, NONE) for text in printed]
    return Coded(places[codes], values)


def numbers(table: pa.Table, name: str) -> Int:
    """A column as whole numbers, as `Coded.numbers`; one that is of numbers already needs no codes."""
    if name not in table.column_names or not pa.types.is_signed_integer(table[name].type):
        return coded(table, name).numbers()
    found: Int = pc.fill_null(table[name], NONE).to_numpy().astype(np.int64)
    return np.where((found > -(2**53)) & (found < 2**53), found, NONE)


def text_column(table: pa.Table, name: str) -> pa.Array:
    """A column of long texts, NULL where there is none; not coded, for nearly every value is another."""
    if name not in table.column_names:
        return pa.nulls(len(table), pa.string())
    column = table[name].cast(pa.string()).combine_chunks()
    if isinstance(column, pa.ChunkedArray):
        column = column.chunk(0) if column.num_chunks else pa.array([], pa.string())
    return column


def texts(table: pa.Table, name: str, rows: Int) -> list[str | None]:
    """Texts of some rows of a column, as `coded` reads them."""
    if name not in table.column_names:
        return [None] * len(rows)
    return [None if text in _NOTHING else text for text in _printed(table[name].take(pa.array(rows)))]


def as_texts(table: pa.Table) -> pa.Table:
    """A table with its values printed, as `coded` does."""
    printed = [pa.array(_printed(column), pa.string()) for column in table.columns]
    return pa.Table.from_arrays(printed, names=table.column_names)


def ids(columns: Sequence[Coded]) -> tuple[list[Int], list[str]]:
    """Columns of ids by one list of their own: codes per column, and the ids. ``0`` and what is no id is nobody."""
    known: dict[str, int] = {}
    tables: dict[str, int] = {}
    for column in columns:
        for text in column.values:
            if text not in tables:
                name = whole(text)
                tables[text] = known.setdefault(name, len(known)) if name.strip("0") else NONE
    found = [column.map(tables.__getitem__) for column in columns]
    return found, list(known)


_NOTHING = frozenset({None, "", "nan", "NaN", "None", "none", "null", "NULL", "<NA>"})


def _printed(values: pa.Array | pa.ChunkedArray) -> list[str | None]:
    """Values as texts; whole numbers that were read as doubles without point and exponent."""
    if pa.types.is_dictionary(values.type):
        values = values.cast(values.type.value_type)
    if pa.types.is_floating(values.type):
        found = values.to_pylist()
        return [str(int(v)) if v is not None and float(v).is_integer() else str(v) for v in found]
    texts: list[str | None] = pc.utf8_trim_whitespace(values.cast(pa.string())).to_pylist()
    return texts


def _integer(text: str, missing: int) -> int:
    number = double(text)
    return int(number) if number == number and abs(number) < 2**53 and number == int(number) else missing


def among(numbers: Int, *values: int) -> Bool:
    """Which of some small numbers (from NONE up to 255) are among a few others."""
    table = np.zeros(258, bool)
    table[list(values)] = True
    return table[np.minimum(numbers, 256)]


def tally(text: str) -> float:
    """A whole number that a box can hold (below 10,000, perhaps negative), NaN for anything else."""
    number = double(text)
    return number if abs(number) < 10_000 and number == int(number) else float("nan")


def double(text: str) -> float:
    """A number, NaN for what is none."""
    try:
        return float(text)
    except ValueError:
        return float("nan")
