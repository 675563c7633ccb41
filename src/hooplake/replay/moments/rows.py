"""Answers of many rows: a sequence of typed rows that becomes an Arrow table or a data frame."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from functools import cache
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar, Union, get_args, get_origin, get_type_hints, overload

import msgspec
import pyarrow as pa

from hooplake.errors import ConfigError

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

T = TypeVar("T", bound=msgspec.Struct)
_ARROW: dict[object, pa.DataType] = {
    int: pa.int32(), float: pa.float64(), str: pa.string(), bool: pa.bool_(), date: pa.date32(),
    datetime: pa.timestamp("us", tz="UTC"), tuple[str, ...]: pa.list_(pa.string()),
}  # fmt: skip


class Rows(Sequence[T], Generic[T]):
    """Rows of one type, in order; cannot be changed.

    Args:
        kind: type of the rows, also where there are none.
        rows: the rows.
    """

    __slots__ = ("_kind", "_rows")

    def __init__(self, kind: type[T], rows: Iterable[T]) -> None:
        self._kind = kind
        self._rows = tuple(rows)

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> Rows[T]: ...
    def __getitem__(self, index: int | slice) -> T | Rows[T]:
        return Rows(self._kind, self._rows[index]) if isinstance(index, slice) else self._rows[index]

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[T]:
        return iter(self._rows)

    def __eq__(self, other: object) -> bool:
        return self._rows == other._rows if isinstance(other, Rows) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._rows)

    def __repr__(self) -> str:
        inside = "".join(f"\n  {row!r}" for row in self._rows[:10])
        rest = f"\n  ... {len(self) - 10} more" if len(self) > 10 else ""
        return f"{len(self)} x {self._kind.__name__}{':' if self._rows else ''}{inside}{rest}"

    def to_dicts(self) -> list[dict[str, Any]]:
        """Rows as dictionaries of plain values."""
        rows: list[dict[str, Any]] = plain(self._rows)
        return rows

    def to_arrow(self) -> pa.Table:
        """Rows as an Arrow table with one column per field; typed also where there are no rows."""
        types = _columns(self._kind)
        columns = {name: pa.array([getattr(row, name) for row in self._rows], kind) for name, kind in types.items()}
        return pa.table(columns)

    def to_polars(self) -> pl.DataFrame:
        """Rows as a Polars data frame.

        Raises:
            ConfigError: Polars is not installed.
        """
        try:
            import polars as pl
        except ImportError as error:
            raise ConfigError("Polars is not installed: pip install 'hooplake[polars]'") from error
        frame = pl.from_arrow(self.to_arrow())
        assert isinstance(frame, pl.DataFrame)
        return frame

    def to_pandas(self) -> pd.DataFrame:
        """Rows as a pandas data frame.

        Raises:
            ConfigError: pandas is not installed.
        """
        try:
            import pandas  # noqa: F401
        except ImportError as error:
            raise ConfigError("pandas is not installed: pip install 'hooplake[pandas]'") from error
        return self.to_arrow().to_pandas()


def plain(value: Any) -> Any:
    """An answer as dictionaries, lists and plain values, ready for JSON."""
    return msgspec.to_builtins(value, enc_hook=_listed)


def _listed(value: Any) -> Any:
    if isinstance(value, Rows):
        return list(value)
    raise NotImplementedError(type(value))


@cache
def _columns(kind: type[msgspec.Struct]) -> dict[str, pa.DataType]:
    """Arrow type of each field of a row."""
    hints = get_type_hints(kind)
    return {name: _arrow_type(hints[name]) for name in kind.__struct_fields__}


def _arrow_type(hint: Any) -> pa.DataType:
    if get_origin(hint) in (Union, UnionType):
        (hint,) = (part for part in get_args(hint) if part is not NoneType)
    if get_origin(hint) is Literal:
        return pa.string()
    return _ARROW[hint]
