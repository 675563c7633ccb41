"""A file of which a few rows changed: row groups that stay are copied as bytes, and the others are written anew.

Rows are sorted by unit and row groups are cut at fixed numbers of rows, so the groups before the first unit that changed
stay what they were, and so do those after the last one if as many rows came as went. A row group is written by itself,
so its bytes are the same wherever in a file it lies; only the footer says where that is. The file that comes out is, byte
for byte, the one that `write_table` makes of all its rows: a game that is new at the end of a season costs the last row
group, and not the season.

The footer is a Thrift structure (compact protocol) that pyarrow can read but not put together, so this is done here, as
far as it is needed: lists of row groups are joined, and offsets and places in the list are set.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from hooplake.errors import ContractError
from hooplake.lake.encoding import LAYOUT, layout, open_writer
from hooplake.lake.parquet import Written, extents, texts_of_file, write_groups
from hooplake.lake.splice import splice
from hooplake.lake.table import TableSpec

_MAGIC = b"PAR1"
_I16, _I64, _BINARY, _LIST, _SET, _STRUCT = 4, 6, 8, 9, 10, 12
_ROW_GROUPS = 4  # of the footer: the list of row groups
_ROWS, _TEXTS = 3, 5  # of the footer: the number of rows, the key-value metadata
_COLUMNS, _GROUP_OFFSET, _ORDINAL = 1, 5, 7  # of a row group
_CHUNK_OFFSETS, _CHUNK_FACTS = (2, 4, 6), 3  # of a column in a row group
_FACTS_OFFSETS = (9, 10, 11, 14)  # of the facts of such a column: data, index, dictionary, Bloom filter


@dataclass(frozen=True, slots=True)
class Graft:
    """What becomes of a file.

    Attributes:
        data: the file as it is.
        facts: its footer.
        leading: so many row groups at its beginning stay.
        trailing: so many at its end.
        rows: the rows between them, ready to be written.
    """

    data: bytes
    facts: pq.FileMetaData
    leading: int
    trailing: int
    rows: pa.Table

    @property
    def row_count(self) -> int:
        """Rows of the file as it will be."""
        groups = self.facts.num_row_groups
        stay = (*range(self.leading), *range(groups - self.trailing, groups))
        return len(self.rows) + sum(int(self.facts.row_group(at).num_rows) for at in stay)


def graft(spec: TableSpec, data: bytes, fresh: Sequence[pa.Table], dropped: Collection[str]) -> Graft | None:
    """Finds the row groups of a file that stay, and puts together the rows between them.

    Args:
        spec: the table.
        data: the bytes of a file that `write_table` wrote.
        fresh: new rows, checked and sorted; tables of the schema of the file.
        dropped: texts of units whose old rows do not stay.

    Returns:
        None where no row group stays, the file is of another layout, or more than the order of the units is to be known.
    """
    file = pq.ParquetFile(pa.BufferReader(data))
    facts = file.metadata
    ends = [table.column(spec.unit)[at].as_py() for table in fresh if len(table) for at in (0, -1)]
    changed = [*map(str, ends), *dropped]
    if not changed or facts.num_row_groups < 2 or (facts.metadata or {}).get(LAYOUT.encode()) != layout(spec).encode():
        return None
    first, last = min(changed), max(changed)
    found = [None if extent is None else (str(extent[0]), str(extent[1])) for extent in extents(facts, spec)]
    groups = range(facts.num_row_groups)
    full = [facts.row_group(at).num_rows == spec.row_group_rows for at in groups]
    leading = next(
        (at for at in groups if not full[at] or (extent := found[at]) is None or extent[1] >= first), len(groups)
    )
    after = next((at for at in reversed(groups) if (extent := found[at]) is None or extent[0] <= last), -1) + 1
    trailing = len(groups) - max(after, leading) if all(full[:-1]) else 0

    def rows_of(start: int, end: int) -> pa.Table:
        names = spec.file_schema.names
        return file.read_row_groups(list(range(start, end)), names).cast(spec.file_schema)

    old = rows_of(leading, len(groups) - trailing)
    rows = splice(fresh, spec.unit, old, dropped)
    if rows is not None and trailing and len(rows) != len(old):  # what comes after is cut at other rows
        rows = pa.concat_tables([rows, rows_of(len(groups) - trailing, len(groups))])
        trailing = 0
    return None if rows is None or not leading + trailing else Graft(data, facts, leading, trailing, rows)


def write_graft(spec: TableSpec, found: Graft, local_file: Path, content_hash: str) -> Written | None:
    """Writes the file.

    Args:
        spec: the table.
        found: from `graft`.
        local_file: where to write.
        content_hash: of all its rows.

    Returns:
        None if the file as it is was written in another way, so that its row groups are not what they would be.
    """
    data = found.data
    start = _begin(found, found.leading)
    end = _begin(found, found.facts.num_row_groups - found.trailing)
    old = _Footer(data[_end(data) : -8])
    sink = pa.BufferOutputStream()
    with open_writer(spec, sink) as writer:
        rest = write_groups(writer, spec.row_group_rows, found.rows)
        if len(rest):
            writer.write_table(rest.combine_chunks())
        writer.add_key_value_metadata(texts_of_file(spec, content_hash))
    fresh = sink.getvalue().to_pybytes()
    new = _Footer(fresh[_end(fresh) : -8])
    if old.layout != new.layout:
        return None
    between = memoryview(fresh)[len(_MAGIC) : _end(fresh)]
    groups = [old.group(at) for at in range(found.leading)]
    groups += [_moved(new.group(at), start - len(_MAGIC), found.leading + at) for at in range(new.groups)]
    for at in range(old.groups - found.trailing, old.groups):
        groups.append(_moved(old.group(at), start + len(between) - end, len(groups)))
    footer = new.with_groups(found.row_count, groups)
    with open(local_file, "wb") as file:
        whole = memoryview(data)
        for part in (
            whole[:start],
            between,
            whole[end : _end(data)],
            footer,
            len(footer).to_bytes(4, "little"),
            _MAGIC,
        ):
            file.write(part)
        size = file.tell()
    made = pq.read_metadata(local_file)
    if (made.num_rows, made.num_row_groups) != (found.row_count, len(groups)):
        raise ContractError(f"{spec.name}: {local_file} was not put together as it should be, and is not published")
    return Written(found.row_count, size, content_hash, {})


def _begin(found: Graft, group: int) -> int:
    """Where the bytes of a row group begin; of the one after the last, where the footer does."""
    if group == found.facts.num_row_groups:
        return _end(found.data)
    first = found.facts.row_group(group).column(0)
    return int(first.dictionary_page_offset or first.data_page_offset)


def _end(data: bytes) -> int:
    """Where the row groups of a file end and its footer begins."""
    return len(data) - 8 - int.from_bytes(data[-8:-4], "little")


class _Footer:
    """The bytes of a footer, cut at its number of rows and its list of row groups.

    Attributes:
        groups: entries of the list.
        layout: what it says of how its file was written: all but its rows, its row groups and its texts.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        fields = {field.number: field for field in _fields(data, 0, {_ROW_GROUPS: self._cut})}
        self._rows, self._list = fields[_ROWS], fields[_ROW_GROUPS]
        self.groups = len(self._bounds) - 1
        self.layout = {n: data[f.start : f.end] for n, f in fields.items() if n not in (_ROWS, _ROW_GROUPS, _TEXTS)}

    def _cut(self, data: bytes, at: int) -> int:
        self._bounds = _items(data, at)
        return self._bounds[-1]

    def group(self, at: int) -> bytes:
        """The bytes of an entry of the list."""
        return self._data[self._bounds[at] : self._bounds[at + 1]]

    def with_groups(self, rows: int, groups: Sequence[bytes]) -> bytes:
        """The footer with another number of rows and another list."""
        data, count = self._data, len(groups)
        head = bytes([count << 4 | _STRUCT]) if count < 15 else bytes([0xF0 | _STRUCT]) + _varint(count)
        parts = (data[: self._rows.start], _varint(rows << 1), data[self._rows.end : self._list.start])
        return b"".join((*parts, head, *groups, data[self._list.end :]))


class _Field(NamedTuple):
    number: int
    kind: int
    start: int
    end: int


def _moved(group: bytes, shift: int, ordinal: int) -> bytes:
    """A row group of a footer that lies elsewhere in the file, and has another place in the list."""
    parts: list[bytes] = []
    done = 0

    def put(field: _Field, value: int) -> None:
        nonlocal done
        parts.append(group[done : field.start])
        parts.append(_varint(value << 1))
        done = field.end

    def move(start: int, offsets: Collection[int], inside: Callable[[_Field], None] | None = None) -> None:
        for field in _fields(group, start):
            if field.number in offsets and field.kind == _I64:
                value = _read_varint(group, field.start)[0] >> 1
                if value:  # 0 is no offset
                    put(field, value + shift)
            elif inside is not None:
                inside(field)

    def in_chunk(field: _Field) -> None:
        if field.number == _CHUNK_FACTS:
            move(field.start, _FACTS_OFFSETS)

    def in_group(field: _Field) -> None:
        if field.number == _COLUMNS and shift:
            for start in _items(group, field.start)[:-1]:
                move(start, _CHUNK_OFFSETS, in_chunk)
        elif field.number == _ORDINAL:
            put(field, ordinal)

    move(0, (_GROUP_OFFSET,) if shift else (), in_group)
    return b"".join((*parts, group[done:]))


def _fields(data: bytes, at: int, ends: Mapping[int, Callable[[bytes, int], int]] | None = None) -> list[_Field]:
    """The fields of a structure; for some of them it may be told otherwise where they end."""
    found = []
    number = 0
    while head := data[at]:
        at += 1
        if head >> 4:
            number += head >> 4
        else:
            coded, at = _read_varint(data, at)
            number = coded >> 1
        end = ends[number](data, at) if ends and number in ends else _skip(data, at, head & 15)
        found.append(_Field(number, head & 15, at, end))
        at = end
    return found


def _items(data: bytes, at: int) -> list[int]:
    """Where the entries of a list begin, then where the last one ends."""
    head = data[at]
    at += 1
    count = head >> 4
    if count == 15:
        count, at = _read_varint(data, at)
    bounds = [at]
    for _ in range(count):
        at = at + 1 if head & 15 < 3 else _skip(data, at, head & 15)  # a truth value in a list takes a byte
        bounds.append(at)
    return bounds


def _skip(data: bytes, at: int, kind: int) -> int:
    """Where a value that begins at a place ends."""
    if kind < 3:
        return at
    if kind <= _I64:
        if kind > 3:
            while data[at] & 0x80:
                at += 1
        return at + 1
    if kind == _BINARY:
        size, at = _read_varint(data, at)
        return at + size
    if kind == _STRUCT:
        while head := data[at]:
            at += 1
            if not head >> 4:
                at = _read_varint(data, at)[1]
            at = _skip(data, at, head & 15)
        return at + 1
    if kind in (_LIST, _SET):
        return _items(data, at)[-1]
    if kind == 7:
        return at + 8
    raise ValueError(f"a footer has a value of kind {kind}, which Parquet does not use")


def _read_varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while data[at] & 0x80:
        value |= (data[at] & 0x7F) << shift
        shift += 7
        at += 1
    return value | data[at] << shift, at + 1


def _varint(value: int) -> bytes:
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    found.append(value)
    return bytes(found)
