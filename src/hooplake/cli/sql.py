"""``hooplake sql``: a question to the lake, answered as a table, JSON, CSV or Parquet."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO

import typer

from hooplake.cli.output import Output, as_json, as_text
from hooplake.cli.session import Session
from hooplake.errors import ConfigError

if TYPE_CHECKING:
    import pyarrow as pa


class Format(StrEnum):
    """How rows are written."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    PARQUET = "parquet"


_SUFFIXES = {".json": Format.JSON, ".csv": Format.CSV, ".parquet": Format.PARQUET, ".txt": Format.TABLE}


def sql(
    context: typer.Context,
    query: Annotated[
        str,
        typer.Argument(metavar="QUERY", help="One statement in the SQL of DuckDB; - reads it from standard input."),
    ],
    layout: Annotated[
        Format | None,
        typer.Option("--format", "-f", help="How to write the rows. [default: by the name of --output, else table]"),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Write all rows to this file instead of printing them."),
    ] = None,
    rows: Annotated[
        int,
        typer.Option("--rows", metavar="COUNT", min=0, help="How many rows a printed table shows at most; 0 for all."),
    ] = 200,
) -> None:
    """Ask the lake a question in SQL.

    Every table of the lake is a view: silver.fct_plays, gold.player_snapshots and so on; "show all tables" lists
    them. Only the partitions that the query needs are read.

    Examples:
        hooplake sql "select count(*) as plays from silver.fct_plays where season = 2025"
        hooplake sql "select * from silver.fct_games" --output games.parquet
        hooplake sql --format csv - < question.sql
    """
    session = Session.of(context)
    if layout is None and output is not None:
        layout = _SUFFIXES.get(output.suffix)
    elif layout is None and session.out.json:
        layout = Format.JSON
    layout = layout or Format.TABLE
    if output is None and layout is Format.PARQUET:
        raise ConfigError("Parquet is not for the screen: name a file with --output FILE.")
    if output is None and session.out.json and layout is not Format.JSON:
        raise ConfigError(f"--json prints JSON; --format {layout} needs --output FILE beside it.")
    with session.open() as lake:
        reader = lake.stream(sys.stdin.read() if query == "-" else query)
        if output is not None:
            count = _write_file(reader, layout, output)
            session.out.say(f"{count:,} rows in {output}")
            session.out.result({"output": str(output), "rows": count})
        elif layout is Format.TABLE:
            _print_table(reader, session.out, rows)
        elif session.out.json:
            session.out.result(_document(reader))
        else:
            _write(reader, layout, sys.stdout.buffer)


def _print_table(reader: pa.RecordBatchReader, out: Output, limit: int) -> None:
    shown: list[tuple[object, ...]] = []
    count = 0
    for batch in reader:
        count += batch.num_rows
        part = batch.slice(0, limit - len(shown)) if limit else batch
        shown.extend(_rows(part))
    out.table(reader.schema.names, shown)
    if len(shown) < count:
        out.note(f"{len(shown):,} of {count:,} rows; --rows 0 shows all, --output FILE writes them")


def _rows(batch: pa.RecordBatch) -> Iterator[tuple[object, ...]]:
    return zip(*(column.to_pylist() for column in batch.columns), strict=True)


def _write_file(reader: pa.RecordBatchReader, layout: Format, output: Path) -> int:
    """Writes all rows to a file, which is there when it is whole, and returns how many there were."""
    unfinished = output.with_name(f".{output.name}.unfinished")
    try:
        with unfinished.open("wb") as file:
            count = _write(reader, layout, file)
        unfinished.replace(output)
    except OSError as error:
        raise ConfigError(f"{output}: cannot be written ({error.strerror}); name another file.") from error
    finally:
        unfinished.unlink(missing_ok=True)
    return count


def _write(reader: pa.RecordBatchReader, layout: Format, file: BinaryIO) -> int:
    """Writes all rows and returns how many there were."""
    if layout is Format.PARQUET:
        return _write_parquet(reader, file)
    if layout is Format.CSV:
        return _write_csv(reader, file)
    if layout is Format.JSON:
        document = _document(reader)
        file.write(f"{as_json(document)}\n".encode())
        return len(document["rows"])
    rows = [row for batch in reader for row in _rows(batch)]
    file.write(f"{as_text(reader.schema.names, rows)}\n".encode())
    return len(rows)


def _document(reader: pa.RecordBatchReader) -> dict[str, Any]:
    names = _distinct(reader.schema.names, "JSON")
    return {"columns": names, "rows": reader.read_all().to_pylist()}


def _write_parquet(reader: pa.RecordBatchReader, file: BinaryIO) -> int:
    import pyarrow.parquet as pq

    _distinct(reader.schema.names, "Parquet")
    count = 0
    with pq.ParquetWriter(file, reader.schema, compression="zstd") as writer:
        for batch in reader:
            writer.write_batch(batch)
            count += batch.num_rows
    return count


def _write_csv(reader: pa.RecordBatchReader, file: BinaryIO) -> int:
    import csv
    import io

    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    nested = [index for index, field in enumerate(reader.schema) if pa.types.is_nested(field.type)]
    schema = reader.schema
    for index in nested:
        schema = schema.set(index, pa.field(schema.field(index).name, pa.string()))
    # Arrow quotes every name of a header; ours are quoted where they must be.
    header = io.StringIO()
    csv.writer(header, lineterminator="\n").writerow(schema.names)
    file.write(header.getvalue().encode())
    count = 0
    options = arrow_csv.WriteOptions(include_header=False)
    with arrow_csv.CSVWriter(file, schema, write_options=options) as writer:
        for batch in reader:
            columns = list(batch.columns)
            for index in nested:  # CSV has no lists: their text is JSON
                columns[index] = _as_json_text(columns[index])
            writer.write_batch(pa.RecordBatch.from_arrays(columns, schema=schema))
            count += batch.num_rows
    return count


def _as_json_text(column: pa.Array) -> pa.Array:
    import pyarrow as pa

    return pa.array([None if value is None else as_json(value) for value in column.to_pylist()], pa.string())


def _distinct(names: list[str], where: str) -> list[str]:
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise ConfigError(f"{where} needs names that differ: give {', '.join(sorted(twice))} another with 'as'.")
    return names
