"""One pass over the rows of a table that parts those which keep its contract from those which break it.

The contract is the spec: types, NULLs, ranges, enumerations, the unique key, and the declared rules
(`hooplake.lake.rule`). A row that breaks it goes to quarantine with every reason; none is dropped silently:

    type:column         the value does not fit the declared type
    not_null:column     NULL where none may be
    range:column        below `min` or above `max`
    values:column       not one of `values`
    duplicate_key       another row has the same key; all of them are set aside, for none is known to be right
    check:name          a declared rule does not hold
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from hooplake.lake.arrays import stored
from hooplake.lake.conform import conform
from hooplake.lake.keys import duplicated, is_ascending
from hooplake.lake.rule import Literal, Rule, Sum, parse
from hooplake.lake.table import Column, TableSpec

Mask = npt.NDArray[np.bool_]
REASONS = "quarantine_reasons"
"""The column of quarantined rows that says why: a list of texts, in the order of the table above."""

_COMPARE = {
    "=": (np.equal, pc.equal),
    "!=": (np.not_equal, pc.not_equal),
    "<": (np.less, pc.less),
    "<=": (np.less_equal, pc.less_equal),
    ">": (np.greater, pc.greater),
    ">=": (np.greater_equal, pc.greater_equal),
}


class Checked(NamedTuple):
    """The rows of a table, parted.

    Attributes:
        rows: those that keep the contract, conformed to the spec, in the order given.
        quarantined: the others, with the values they came with and the column ``quarantine_reasons``.
        counts: rows per reason; a row with two reasons counts in both.
        findings: what is wrong with the table as a whole, such as ``null_budget:column 0.31 > 0.05``.
        ordered: the rows came in the order of the key.
    """

    rows: pa.Table
    quarantined: pa.Table
    counts: dict[str, int]
    findings: tuple[str, ...]
    ordered: bool


def check(spec: TableSpec, table: pa.Table) -> Checked:
    """Part the rows that keep the contract of a table from those that break it.

    Args:
        spec: the table's spec.
        table: rows of one partition, in any order. Partition columns may be absent.

    Raises:
        ContractError: if a column is missing, unknown, or of a type that has nothing to do with the declared one.
    """
    table = _without_views(table)
    fitted, misfits = conform(spec, table)
    broken: dict[str, Mask] = {f"type:{misfit.column}": misfit.rows for misfit in misfits}
    for name, values in zip(fitted.column_names, fitted.columns, strict=True):
        _check_column(spec.columns[name], values, broken)
    ordered = not any(fitted.column(name).null_count for name in spec.key) and is_ascending(fitted, spec.key)
    if not ordered and (repeated := duplicated(fitted, spec.key)) is not None:
        broken["duplicate_key"] = repeated
    numbers = _Numbers(fitted)
    for item in spec.checks:
        failed = _failed(parse(item.rule), fitted, numbers)
        if failed.any():
            broken[f"check:{item.name}"] = failed
    counts = {reason: int(rows.sum()) for reason, rows in broken.items()}
    if not broken:
        good = fitted
        quarantined = table.slice(0, 0).append_column(REASONS, pa.array([], pa.list_(pa.string())))
    else:
        bad = np.logical_or.reduce(list(broken.values()))
        good = fitted.filter(pa.array(~bad))
        places = np.flatnonzero(bad)
        reasons = [[reason for reason, rows in broken.items() if rows[place]] for place in places]
        quarantined = table.take(pa.array(places)).append_column(REASONS, pa.array(reasons, pa.list_(pa.string())))
    return Checked(good, quarantined, counts, _findings(spec, good), ordered)


def _without_views(table: pa.Table) -> pa.Table:
    """Texts as plain strings: Arrow cannot yet pick rows of its view types, in which some engines hand them over."""
    if not any(map(pa.types.is_string_view, table.schema.types)):
        return table
    fields = [field.with_type(pa.string()) if pa.types.is_string_view(field.type) else field for field in table.schema]
    return table.cast(pa.schema(fields))


def _check_column(column: Column, values: pa.ChunkedArray, broken: dict[str, Mask]) -> None:
    if not column.null and values.null_count:
        missing = np.asarray(values.is_null())
        if (misfits := broken.get(f"type:{column.name}")) is not None:
            missing = missing & ~misfits
        if missing.any():
            broken[f"not_null:{column.name}"] = missing
    if (column.min is not None or column.max is not None) and not _lies_within(values, column.min, column.max):
        low = -np.inf if column.min is None else column.min
        high = np.inf if column.max is None else column.max
        doubles = values.cast(pa.float64(), safe=False)
        within = pc.and_(pc.greater_equal(doubles, low), pc.less_equal(doubles, high))
        broken[f"range:{column.name}"] = ~np.asarray(within.fill_null(True))
    if column.values:
        allowed = pc.is_in(values, pa.array([*column.values, None], values.type))
        if not pc.all(allowed, min_count=0).as_py():
            broken[f"values:{column.name}"] = ~np.asarray(allowed)


def _lies_within(values: pa.ChunkedArray, low: float | None, high: float | None) -> bool:
    found = [stored(chunk) for chunk in values.chunks if len(chunk)]  # under NULL is a zero mostly
    if (low is None or all(np.minimum.reduce(numbers) >= low for numbers in found)) and (
        high is None or all(np.maximum.reduce(numbers) <= high for numbers in found)
    ):
        return True
    least, most = (bound.as_py() for bound in pc.min_max(values).values())
    return least is None or ((low is None or low <= least) and (high is None or most <= high))


class _Numbers:
    """Columns as numpy numbers (0 where NULL), each made once, and where they are known (None: everywhere)."""

    def __init__(self, table: pa.Table) -> None:
        self._table = table
        self._made: dict[str, tuple[npt.NDArray[Any], Mask | None]] = {}

    def __call__(self, name: str) -> tuple[npt.NDArray[Any], Mask | None]:
        if name not in self._made:
            column = self._table.column(name)
            known = np.asarray(column.is_valid()) if column.null_count else None
            self._made[name] = np.asarray(column.fill_null(0) if column.null_count else column), known
        return self._made[name]


def _failed(rule: Rule, table: pa.Table, numbers: _Numbers) -> Mask:
    on_numbers, on_values = _COMPARE[rule.comparison]
    failed: Mask
    if not _numeric(rule, table):
        left, right = _value(rule.left, table), _value(rule.right, table)
        failed = ~np.asarray(on_values(left, right).fill_null(True))
        return failed
    left_sum, right_sum = _add(rule.left, numbers), _add(rule.right, numbers)
    if left_sum.dtype.kind == right_sum.dtype.kind == "i":
        failed = ~on_numbers(left_sum, right_sum)
    else:
        difference = left_sum - right_sum
        # sums of rounded decimals are equal up to the error of doubles
        close = np.abs(difference) <= 1e-9 * np.maximum(1.0, np.abs(right_sum))
        failed = ~on_numbers(np.where(close, 0.0, difference), 0.0)
    for name in rule.columns:
        if (known := numbers(name)[1]) is not None:
            failed &= known
    return failed


def _numeric(rule: Rule, table: pa.Table) -> bool:
    if any(isinstance(side.single, Literal) for side in (rule.left, rule.right)):
        return False
    kinds = [table.schema.field(name).type for name in rule.columns]
    return all(pa.types.is_integer(kind) or pa.types.is_floating(kind) for kind in kinds)


def _value(side: Sum, table: pa.Table) -> Any:
    single = side.single
    return table.column(single) if isinstance(single, str) else single.text if isinstance(single, Literal) else single


def _add(side: Sum, numbers: _Numbers) -> npt.NDArray[Any]:
    if isinstance(side.single, str):
        return numbers(side.single)[0]  # as narrow as it is: comparing is all that is done with it
    total: Any = 0
    for sign, factors in side.terms:
        term: Any = sign
        for factor in factors:
            values = numbers(factor)[0] if isinstance(factor, str) else np.asarray(factor)
            term = term * (values.astype(np.int64) if values.dtype.kind == "i" else values)
        total = total + term
    return np.asarray(total)


def _findings(spec: TableSpec, table: pa.Table) -> tuple[str, ...]:
    found = []
    for name in table.column_names:
        budget = spec.columns[name].null_budget
        if budget is not None and len(table):
            share = table.column(name).null_count / len(table)
            if share > budget:
                found.append(f"null_budget:{name} {share:.4f} > {budget}")
    return tuple(found)
