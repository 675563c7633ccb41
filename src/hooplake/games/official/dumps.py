"""Rows out of files: Parquet, CSV, and the ``resultSets`` of the statistics site's JSON.

All become tables with upper-case column names. Which kind of rows they are is told by their columns, since the same
table comes under many names.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Generic, TypeVar

import msgspec
import pyarrow as pa
import pyarrow.csv as csv
import pyarrow.parquet as pq

from hooplake.errors import DocumentError
from hooplake.games.official.boxes import BOX_COLUMNS
from hooplake.games.official.feed import PLAY_COLUMNS, TEXTS

_KINDS: tuple[tuple[str, frozenset[str]], ...] = (
    ("plays", frozenset({"GAME_ID", "EVENTNUM", "EVENTMSGTYPE", "PERIOD"})),
    ("boxes", frozenset({"GAME_ID", "PLAYER_ID", "TEAM_ID", "MIN", "PTS"})),
    ("lines", frozenset({"GAME_ID", "TEAM_ID", "PTS_QTR1"})),
    ("lines", frozenset({"GAME_ID", "TEAM_ID_HOME", "PTS_QTR1_HOME"})),
    ("logs", frozenset({"GAME_ID", "TEAM_ID", "MATCHUP"})),
    ("logs", frozenset({"GAME_ID", "TEAM_ID_HOME", "GAME_DATE"})),
    ("logs", frozenset({"GAME_ID", "GAME_DATE_EST"})),
)
WANTED: Mapping[str, tuple[str, ...] | None] = {
    "plays": PLAY_COLUMNS, "boxes": BOX_COLUMNS, "logs": None, "lines": None,
}  # fmt: skip
"""Columns of each kind that are read; None for all."""


def kind_of(columns: Iterable[str]) -> str | None:
    """What rows with these columns are: ``plays``, ``boxes``, ``logs`` or ``lines``; None if none of them."""
    names = {name.strip().upper() for name in columns}
    return next((kind for kind, needed in _KINDS if needed <= names), None)


def parquet_rows(source: Any, kind: str | None = None, columns: Sequence[str] | None = None) -> pa.Table:
    """Rows of a Parquet file, short texts as dictionaries.

    Args:
        source: path or seekable file.
        kind: kind of the rows; by default told by the columns.
        columns: upper-case names of the columns wanted, by default those of the kind.

    Raises:
        DocumentError: ``not_parquet`` or ``unknown_rows``.
    """
    try:
        names = pq.ParquetFile(source).schema_arrow.names
        wanted = _wanted(names, kind, columns)
        short = [name for name in wanted if name.strip().upper() not in TEXTS]
        rows = pq.ParquetFile(source, read_dictionary=short).read(columns=wanted, use_threads=False)
    except (pa.ArrowInvalid, OSError) as error:
        raise DocumentError("not_parquet", f"the file is no Parquet file that can be read: {error}") from error
    return _upper(rows)


def csv_rows(body: bytes | pa.Buffer, kind: str | None = None, columns: Sequence[str] | None = None) -> pa.Table:
    """Rows of a CSV file, all texts; arguments and errors as `parquet_rows`, with ``not_csv``."""
    try:
        head = csv.open_csv(
            pa.BufferReader(body), read_options=csv.ReadOptions(block_size=1 << 20), parse_options=_PARSE
        ).schema.names
        wanted = _wanted(head, kind, columns)
        options = csv.ConvertOptions(
            include_columns=wanted, column_types=dict.fromkeys(wanted, pa.string()), strings_can_be_null=True,
            quoted_strings_can_be_null=True, null_values=["", "nan", "NaN", "NULL", "None"],
        )  # fmt: skip
        rows = csv.read_csv(
            pa.BufferReader(body), csv.ReadOptions(use_threads=False, block_size=16 << 20), _PARSE, options
        )
    except (pa.ArrowInvalid, StopIteration) as error:
        raise DocumentError("not_csv", f"the file is no CSV file that can be read: {error}") from error
    return _upper(rows)


_PARSE = csv.ParseOptions(newlines_in_values=True)


def _wanted(names: Sequence[str], kind: str | None, columns: Sequence[str] | None) -> list[str]:
    kind = kind or kind_of(names)
    if kind is None:
        raise DocumentError("unknown_rows", f"no table of the official feed has the columns {', '.join(names[:8])} ...")
    keep = columns if columns is not None else WANTED[kind]
    found: dict[str, str] = {}
    for name in names:
        if keep is None or name.strip().upper() in keep:
            found.setdefault(name.strip().upper(), name)
    return list(found.values())


def _upper(rows: pa.Table) -> pa.Table:
    return rows.rename_columns([name.strip().upper() for name in rows.column_names])


_Value = TypeVar("_Value")


class _ResultSet(msgspec.Struct, Generic[_Value]):
    headers: list[str]
    rowSet: list[list[_Value]]  # noqa: N815 - the name of the site
    name: str = ""


class _Answer(msgspec.Struct, Generic[_Value]):
    resource: str = ""
    parameters: dict[str, Any] | list[dict[str, Any]] | None = None
    resultSets: list[_ResultSet[_Value]] | None = None  # noqa: N815
    resultSet: _ResultSet[_Value] | list[_ResultSet[_Value]] | None = None  # noqa: N815


_ANY: msgspec.json.Decoder[_Answer[Any]] = msgspec.json.Decoder(_Answer[Any])
_PLAIN: msgspec.json.Decoder[_Answer[Any]] = msgspec.json.Decoder(_Answer[int | float | str | None])


def json_rows(body: bytes) -> dict[str, pa.Table]:
    """Rows of an answer of the statistics site, by kind; result sets of other kinds are left out.

    A box that was asked for by the range of a period (``StartPeriod`` = ``EndPeriod``) gets the column ``PERIOD``.

    Raises:
        DocumentError: ``not_json``, or ``unknown_rows`` where no result set is of a known kind.
    """
    array = _plain_array
    try:
        try:
            answer = _PLAIN.decode(body)
        except msgspec.ValidationError:
            answer, array = _ANY.decode(body), _array
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise DocumentError("not_json", f"the file is no answer of the statistics site: {error}") from error
    single = answer.resultSet if isinstance(answer.resultSet, list) else [answer.resultSet]
    found: dict[str, pa.Table] = {}
    for one in answer.resultSets or [each for each in single if each is not None]:
        kind, wanted = _layout(tuple(one.headers))
        if kind is None or kind in found or (one.rowSet and len(one.rowSet[0]) != len(one.headers)):
            continue
        columns = list(zip(*one.rowSet, strict=True)) if one.rowSet else [()] * len(one.headers)
        table = pa.Table.from_arrays([array(columns[place]) for place in wanted.values()], names=list(wanted))
        if kind == "boxes" and "PERIOD" not in wanted:
            table = table.append_column("PERIOD", pa.repeat(str(_period(answer)), len(table)))
        found[kind] = table
    if not found:
        raise DocumentError("unknown_rows", f"no rows of the official feed in the answer {answer.resource!r}")
    return found


@lru_cache(maxsize=256)
def _layout(headers: tuple[str, ...]) -> tuple[str | None, dict[str, int]]:
    """Kind of the rows with these columns, and the places of those that are read; of two with one name the last."""
    names = [name.upper() for name in headers]
    kind = kind_of(names)
    wanted = None if kind is None else WANTED[kind]
    return kind, {name: place for place, name in enumerate(names) if wanted is None or name in wanted}


_TYPES = {str: pa.string(), int: pa.int64()}  # told, they need not be found out from all values


def _plain_array(values: Sequence[Any]) -> pa.Array:
    """Values of one column, of which none is a truth value or nested; whole numbers or texts alone in one go."""
    try:
        if values and isinstance(values[0], int):
            packed = struct.pack(f"{len(values)}q", *values)
            return pa.Array.from_buffers(pa.int64(), len(values), [None, pa.py_buffer(packed)])
        first = next(filter(None, values), None)
        if isinstance(first, str):
            return pa.array(values, pa.string())
        if first is None and values.count(None) == len(values):
            return pa.nulls(len(values))
    except (struct.error, pa.ArrowInvalid, pa.ArrowTypeError):  # values of several kinds, or NULL among numbers
        pass
    return _array(values)


def _array(values: Sequence[Any]) -> pa.Array:
    """Values of one column; texts where they are of several kinds."""
    first = next((value for value in values if value is not None), None)
    try:
        found = pa.array(values, _TYPES.get(type(first)))
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):
        found = None
    if found is None or pa.types.is_nested(found.type):
        found = pa.array([None if value is None else str(value) for value in values], pa.string())
    return found


def _period(answer: _Answer[Any]) -> int:
    """The period that an answer is about, 0 for the whole game."""
    given = answer.parameters
    parameters = given if isinstance(given, dict) else {k: v for one in given or () for k, v in one.items()}
    start, end = parameters.get("StartPeriod"), parameters.get("EndPeriod")
    whole = parameters.get("RangeType") in (0, "0")
    return int(str(start)) if not whole and start == end and str(start).isdecimal() else 0


def inflated(body: bytes, form: str) -> bytes:
    """Bytes of a stored object as received.

    Raises:
        DocumentError: ``damaged``.
    """
    if not form.endswith(".zst"):
        return body
    import zstandard

    try:
        with zstandard.ZstdDecompressor().stream_reader(io.BytesIO(body)) as reader:
            return reader.read()
    except zstandard.ZstdError as error:
        raise DocumentError("damaged", f"the object cannot be inflated: {error}") from error
