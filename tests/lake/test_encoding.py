"""How columns are encoded: so that every engine that is to read a lake knows how."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from hooplake.lake.encoding import open_writer
from hooplake.lakehouse import registry


def _value(kind: pa.DataType) -> pa.Array:
    if pa.types.is_list(kind):
        return pa.array([_value(kind.value_type).to_pylist()], kind)
    if pa.types.is_string(kind):
        return pa.array(["a"])
    return pa.array([0]).cast(pa.int32() if pa.types.is_date32(kind) else pa.int64()).cast(kind)


def test_every_table_is_written_as_every_engine_reads_it(tmp_path: Path) -> None:
    """DuckDB 1.5 reads no streams of bytes but of doubles, so that no column is written as such."""
    for spec in registry().values():
        with pa.OSFile(str(tmp_path / "a"), "wb") as file, open_writer(spec, file) as writer:
            writer.write_table(pa.table([_value(field.type) for field in spec.file_schema], spec.file_schema))
        group = pq.read_metadata(tmp_path / "a").row_group(0)
        columns = [group.column(place) for place in range(group.num_columns)]
        encodings = {encoding for column in columns for encoding in column.encodings}
        assert encodings <= {"PLAIN", "RLE", "RLE_DICTIONARY", "PLAIN_DICTIONARY", "DELTA_BINARY_PACKED"}, spec.name
        assert {column.compression for column in columns} <= {"LZ4", "ZSTD"}, spec.name
