"""Values as a table declares them: the one place where they are rounded and narrowed.

Every engine rounds, prints and casts a little differently; so nothing that an engine returns is stored before it went
through here. A `decimal(p,s)` is rounded half away from zero on its shortest decimal text, -0.0 becomes 0.0, and a
value that its declared type cannot hold is reported, never bent.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple, NoReturn

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from hooplake.errors import ContractError
from hooplake.lake.arrays import Mask, bits, one_array, stored
from hooplake.lake.table import INTEGERS, TableSpec, Type

Doubles = npt.NDArray[np.float64]


_FITTED = ("decimal", "float64", "list")
"""Kinds of which a value of the right storage type may still have to be rounded, or be none."""


class Misfit(NamedTuple):
    """Rows whose value the declared type of a column cannot hold; `rows` has one flag per row of the table."""

    column: str
    rows: Mask


def conform(spec: TableSpec, table: pa.Table) -> tuple[pa.Table, list[Misfit]]:
    """Bring the columns of a table to their declared order and types.

    Args:
        spec: the table's spec.
        table: rows of any engine. Partition columns may be absent.

    Returns:
        The columns in declared order and storage type, and the misfits; in a misfit's rows the value is NULL.

    Raises:
        ContractError: if a column is missing, unknown, or of a type that has nothing to do with the declared one.
    """
    given = dict(zip(table.column_names, table.columns, strict=True))
    names = [name for name in spec.columns if name in given or name not in spec.partition]
    if missing := [name for name in names if name not in given]:
        raise ContractError(f"{spec.name}: the rows lack the columns {', '.join(missing)}")
    if unknown := [name for name in given if name not in spec.columns]:
        raise ContractError(f"{spec.name} declares no columns {', '.join(unknown)}: declare them or leave them out")
    if len(given) < table.num_columns:
        raise ContractError(f"{spec.name}: the rows have two columns of one name, of {', '.join(table.column_names)}")
    schema = spec.schema if len(names) == len(spec.columns) else pa.schema([spec.schema.field(name) for name in names])
    columns: list[Any] = []
    misfits: list[Misfit] = []
    for name, kind in zip(names, schema.types, strict=True):
        fitted = given[name]
        if fitted.type != kind or spec.columns[name].type.kind in _FITTED:
            fitted, wrong = _fit_column(spec, name, fitted)
            if wrong is not None:
                misfits.append(Misfit(name, wrong))
        columns.append(fitted)
    return pa.Table.from_arrays(columns, schema=schema), misfits


def require_fit(spec: TableSpec, table: pa.Table) -> pa.Table:
    """As `conform`, for a path on which a misfit or a NULL where none may be is an error.

    Raises:
        ContractError: naming the table, the column and an example row.
    """
    fitted, misfits = conform(spec, table)
    for misfit in misfits:
        _raise_misfit(spec, table, misfit)
    for name in fitted.column_names:
        if not spec.columns[name].null and (count := fitted.column(name).null_count):
            row = pc.index(fitted.column(name).is_null(), True).as_py()
            raise ContractError(f"{spec.name}.{name} is NULL in {count} rows, first in {_row_key(spec, table, row)}")
    return fitted


def fit_column(spec: TableSpec, name: str, table: pa.Table) -> pa.ChunkedArray:
    """One column of a table, in its storage type.

    Raises:
        ContractError: if it is of another kind than declared, or a value does not fit.
    """
    fitted, wrong = _fit_column(spec, name, table.column(name))
    if wrong is not None:
        _raise_misfit(spec, table, Misfit(name, wrong))
    return fitted


def _fit_column(spec: TableSpec, name: str, values: pa.ChunkedArray) -> tuple[pa.ChunkedArray, Mask | None]:
    target = spec.columns[name].type
    try:
        fitted, wrong = _fit(values, target)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, pa.ArrowTypeError) as error:
        raise ContractError(f"{spec.name}.{name} is declared {target} but has {values.type}: {error}") from error
    return fitted if isinstance(fitted, pa.ChunkedArray) else pa.chunked_array([fitted]), wrong


def _raise_misfit(spec: TableSpec, table: pa.Table, misfit: Misfit) -> NoReturn:
    row = int(np.flatnonzero(misfit.rows)[0])
    value = table.column(misfit.column)[row].as_py()
    raise ContractError(
        f"{spec.name}.{misfit.column}: {value!r} does not fit {spec.columns[misfit.column].type} "
        f"in {int(misfit.rows.sum())} rows, first in {_row_key(spec, table, row)}"
    )


def _row_key(spec: TableSpec, table: pa.Table, row: int) -> str:
    key = [name for name in spec.key if name in table.column_names]
    return ", ".join(f"{name}={table.column(name)[row].as_py()!r}" for name in key)


def _fit(values: pa.ChunkedArray, target: Type) -> tuple[Any, Mask | None]:
    if pa.types.is_dictionary(values.type):
        values = values.cast(values.type.value_type)
    if values.type == target.arrow and target.kind not in _FITTED:
        return values, None
    if pa.types.is_null(values.type):
        return values.cast(target.arrow), None
    if target.item is not None:
        return _fit_list(values, target.item)
    if target.kind in INTEGERS:
        return _fit_integers(values, target.kind)
    if target.kind in ("decimal", "float64"):
        return _fit_doubles(values, target)
    if not _related(values.type, target.kind):
        raise pa.ArrowTypeError("declare the type that the rows have, or convert them")
    return values.cast(target.arrow), None


def _related(source: pa.DataType, kind: str) -> bool:
    if kind in ("text", "json"):
        return bool(pa.types.is_string(source) or pa.types.is_large_string(source) or pa.types.is_string_view(source))
    if kind == "date":
        return bool(pa.types.is_date(source))
    # a timestamp without a zone says nothing about when it was
    return kind == "timestamp" and pa.types.is_timestamp(source) and source.tz is not None


def _fit_integers(values: pa.ChunkedArray, kind: str) -> tuple[Any, Mask | None]:
    if not (pa.types.is_integer(values.type) or pa.types.is_floating(values.type) or pa.types.is_decimal(values.type)):
        raise pa.ArrowTypeError("declare the type that the rows have, or convert them")
    try:
        return values.cast(kind), None
    except pa.ArrowInvalid:
        doubles = _numpy(values.cast(pa.float64(), safe=False))
        limit = 2.0 ** (INTEGERS[kind] - 1)
        with np.errstate(invalid="ignore"):
            fits = (doubles >= -limit) & (doubles < limit) & (doubles == np.trunc(doubles))
        wrong = ~fits & _valid(values)
        cleaned = pc.if_else(pa.array(wrong), pa.scalar(None, values.type), values)
        return cleaned.cast(kind), wrong


def _fit_doubles(values: pa.ChunkedArray, target: Type) -> tuple[Any, Mask | None]:
    if pa.types.is_decimal(values.type):
        values = pc.round(values, target.scale, "half_towards_infinity") if target.kind == "decimal" else values
    elif pa.types.is_float32(values.type):  # its own shortest text, not that of the double nearest to it
        values = values.cast(pa.string())
    elif not (pa.types.is_floating(values.type) or pa.types.is_integer(values.type)):
        raise pa.ArrowTypeError("declare the type that the rows have, or convert them")
    array = one_array(values.cast(pa.float64()))
    missing = bits(array.is_null()) if array.null_count else None
    doubles = stored(array) if missing is None else np.where(missing, 0.0, stored(array))
    decimal = target.kind == "decimal"
    fitted = _rounded(doubles, target.scale) if decimal else doubles + 0.0  # -0.0 becomes 0.0
    limit = 10.0 ** (target.precision - target.scale) if decimal else np.inf
    if not len(fitted) or (-limit < fitted.min() and fitted.max() < limit):  # NaN is not
        return _with_nulls(fitted, missing), None
    fits = np.abs(fitted) < limit
    wrong = ~fits if missing is None else ~(fits | missing)
    return _with_nulls(fitted, wrong if missing is None else missing | wrong), wrong


def _with_nulls(doubles: Doubles, missing: Mask | None) -> pa.Array:
    if missing is None:
        return pa.array(doubles)
    validity = pa.py_buffer(np.packbits(~missing, bitorder="little"))
    return pa.Array.from_buffers(pa.float64(), len(doubles), [validity, pa.py_buffer(doubles)])


_BLOCK = 1 << 15
"""Doubles that are rounded at once: what is computed on the way fits into the cache of a processor."""


def round_decimal(values: Doubles, precision: int, scale: int) -> tuple[Doubles, Mask]:
    """Round doubles half away from zero on their shortest decimal text.

    Args:
        values: any shape; NaN and infinities stay as they are.
        precision: digits in all, at most 15.
        scale: digits behind the point.

    Returns:
        The double nearest to each rounded decimal (never -0.0), and whether it has at most `precision` digits.
    """
    rounded = _rounded(values.reshape(-1), scale).reshape(values.shape)
    return rounded, np.abs(rounded) < 10.0 ** (precision - scale)


def _rounded(values: Doubles, scale: int) -> Doubles:
    rounded = np.empty_like(values)
    ties = [np.empty(0, np.int64)]
    power = 10.0**scale
    with np.errstate(invalid="ignore", over="ignore"):
        for at in range(0, len(values), _BLOCK):
            block = values[at : at + _BLOCK]
            scaled = block * power
            whole = np.rint(scaled)
            found = rounded[at : at + _BLOCK]
            np.divide(whole, power, out=found)
            np.add(found, 0.0, out=found)
            if not np.array_equal(found, block):
                # the product is off by half a unit of its last place at most: only within that of a tie the text is needed
                near = np.abs(np.abs(scaled - whole) - 0.5) <= np.abs(scaled) * 2.0**-51
                near &= np.isfinite(block)
                ties.append(np.flatnonzero(near) + at)
    if len(tied := np.concatenate(ties)):
        distinct, back = np.unique(values[tied], return_inverse=True)
        exact = np.array([_round_text(value, scale) for value in distinct.tolist()])
        rounded[tied] = exact[back] + 0.0
    return rounded


def _round_text(value: float, scale: int) -> float:
    return float(Decimal(repr(value)).quantize(Decimal(1).scaleb(-scale), ROUND_HALF_UP))


def _fit_list(values: pa.ChunkedArray, item: Type) -> tuple[Any, Mask | None]:
    target = pa.list_(item.arrow)
    if not pa.types.is_list(values.type):
        if not (pa.types.is_large_list(values.type) or pa.types.is_fixed_size_list(values.type)):
            raise pa.ArrowTypeError("declare the type that the rows have, or convert them")
        values = values.cast(pa.list_(values.type.value_type))
    lists = one_array(values)
    items, bad = _fit(pa.chunked_array([lists.flatten()]), item)
    lengths = np.asarray(pc.fill_null(pc.list_value_length(lists), 0))
    offsets = np.concatenate(([0], np.cumsum(lengths))).astype(np.int32)
    missing = np.asarray(lists.is_null())
    wrong = None
    if bad is not None:
        wrong = np.zeros(len(lists), dtype=np.bool_)
        wrong[np.repeat(np.arange(len(lists)), lengths)[bad]] = True
        missing = missing | wrong
    flat = one_array(items if isinstance(items, pa.ChunkedArray) else pa.chunked_array([items]))
    return pa.ListArray.from_arrays(pa.array(offsets), flat, type=target, mask=pa.array(missing)), wrong


def _numpy(values: pa.ChunkedArray) -> Doubles:
    return np.asarray(values.fill_null(0.0) if values.null_count else values)


def _valid(values: pa.ChunkedArray) -> Mask:
    return np.asarray(values.is_valid())
