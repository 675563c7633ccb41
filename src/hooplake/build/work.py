"""What worker processes do: compute a chunk of units into fragments, and reduce fragments into the file of a table.

Both are plain functions of what they are given; they write into the run's own folder and nowhere else.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from hooplake.build.jobs import ChunkJob, ChunkResult, Fragment, ReduceJob, ReduceResult
from hooplake.build.objects import checksum
from hooplake.build.quarantine import quarantine_rows
from hooplake.build.state import EMPTY_DIGEST
from hooplake.build.step import WHOLE, Task
from hooplake.errors import ContractError
from hooplake.lake.arrays import Runs, runs
from hooplake.lake.content import content_hash_of
from hooplake.lake.contracts import check
from hooplake.lake.digest import unit_digests
from hooplake.lake.graft import graft, write_graft
from hooplake.lake.parquet import read_fragments, read_partition, sort_rows, write_table
from hooplake.lake.partition import table_path
from hooplake.lake.splice import splice
from hooplake.lake.store import Store
from hooplake.lake.table import Registry, TableSpec


def run_chunk(job: ChunkJob, store: Store, registry: Registry) -> ChunkResult:
    """Compute a chunk of units, check the rows, digest them and write them as fragments."""
    started = time.perf_counter()
    computed = job.compute(
        Task(store, registry, job.partition, job.units, job.inputs, job.outputs, job.parameters, job.unit)
    )
    if unknown := sorted(set(computed.tables) - set(job.outputs)):
        raise ContractError(f"the step returned {', '.join(unknown)}, which it does not declare as outputs")
    result = ChunkResult(failures=dict(computed.failures))
    good = [unit for unit in job.units if unit not in result.failures]
    found: list[dict[str, bytes]] = []
    for table in job.outputs:
        rows = computed.tables.get(table)
        digests: dict[str, bytes] = {}
        if rows is not None and len(rows):
            digests = _keep(job, registry[table], rows, good, result)
        found.append(digests)
    for unit in good:
        result.digests[unit] = b"".join(digests.get(unit, EMPTY_DIGEST) for digests in found)
    result.seconds = time.perf_counter() - started
    return result


def _keep(job: ChunkJob, spec: TableSpec, rows: pa.Table, good: list[str], result: ChunkResult) -> dict[str, bytes]:
    for name in spec.partition:
        if name in rows.column_names:
            odd = [value for value in rows.column(name).unique().to_pylist() if value != job.partition[name]]
            if odd:
                raise ContractError(f"{spec.name}: rows of {name}={odd[0]} were made for partition {job.partition}")
    checked = check(spec, rows)
    kept, broken = checked.rows, checked.quarantined
    found: Runs | None = None
    if job.unit:
        if result.failures:
            kept, broken = _of_units(kept, job.unit, good), _of_units(broken, job.unit, good)
        found = _count(kept, job.unit, result.rows)
        _count(broken, job.unit, result.quarantined)
        if strangers := (result.rows.keys() | result.quarantined.keys()) - set(good):
            raise ContractError(
                f"{spec.name}: rows of {job.unit} {min(strangers)!r} were made, which was not asked for"
            )
    elif not good:
        return {}
    else:
        result.rows[WHOLE] = result.rows.get(WHOLE, 0) + len(kept)
        result.quarantined[WHOLE] = result.quarantined.get(WHOLE, 0) + len(broken)
    if len(broken):
        rows = quarantine_rows(broken, job.unit)
        result.quarantine[spec.name] = write_fragment(rows, job.file.with_name(f"{job.file.name}-{spec.name}.broken"))
    if not len(kept):
        return {}
    kept = kept.select(spec.file_schema.names)
    if not checked.ordered:
        kept = sort_rows(spec, kept)
    result.fragments[spec.name] = write_fragment(kept, job.file.with_name(f"{job.file.name}-{spec.name}.arrow"))
    if job.unit:
        digests = unit_digests(kept, job.unit, found=found if checked.ordered else None)
        return {str(unit): digest for unit, digest in digests.items()}
    return {WHOLE: bytes.fromhex(content_hash_of(spec, unit_digests(kept, spec.unit)))}


def _of_units(rows: pa.Table, unit: str, wanted: list[str]) -> pa.Table:
    column = rows.column(unit)
    return rows.filter(pc.is_in(column.cast(pa.string()), pa.array(wanted, pa.string())))


def _count(rows: pa.Table, unit: str, counts: dict[str, int]) -> Runs:
    """Add the rows of each unit to the counts; rows of no unit are told as those of one that nobody asked for.

    Returns:
        The runs of rows of one unit.
    """
    column = rows.column(unit)
    if column.null_count:
        counts[str(None)] = counts.get(str(None), 0) + column.null_count
        column = column.drop_null()
    found = runs(column)
    for value, count in zip(found[0], np.diff(found[1]).tolist(), strict=True):
        counts[str(value)] = counts.get(str(value), 0) + count
    return found


def run_reduce(job: ReduceJob, store: Store, registry: Registry) -> ReduceResult:
    """Put old rows that stay and new rows together and write the file of the partition.

    Raises:
        ContractError: if the rows that stay are not the ones the ledger knows.
    """
    started = time.perf_counter()
    spec = registry[job.table]
    fresh = [read_fragments([file]) for file in job.fragments]
    # budgets are of whole partitions; all else was checked before the digests were made
    budgets = any(column.null_budget is not None for column in spec.columns.values())
    data = _known(job, store, spec)
    grafted = graft(spec, data, fresh, job.dropped or ()) if data is not None and job.unit and not budgets else None
    written = None if grafted is None else write_graft(spec, grafted, job.file, job.content)
    findings: tuple[str, ...] = ()
    if written is None:
        old, known = (None, True) if job.dropped is None else _stored(job, store, spec, data)
        spliced = splice(fresh, job.unit, old, job.dropped or ()) if job.unit and known else None
        rows = _joined(fresh, job, old) if spliced is None else spliced
        # rows of this run were digested when they were made; rows that stay must be the ones the ledger knows
        hash_known = job.content if known else ""
        written = write_table(spec, rows, job.file, content_hash=hash_known, ready=spliced is not None)
        findings = check(spec, rows).findings if budgets else ()
    if written.content_hash != job.content:
        raise ContractError(
            f"{job.table}/{job.partition}: the rows to be written are not those that were computed and recorded. "
            "The object was changed by somebody else: run again, and it is built anew"
        )
    with open(job.file, "rb") as file:
        found = hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).hexdigest()
    return ReduceResult(job.file, written.rows, written.size, found, findings, time.perf_counter() - started)


def _known(job: ReduceJob, store: Store, spec: TableSpec) -> bytes | None:
    """The published object, if old rows stay and it is, byte for byte, the one that the ledger knows."""
    if not job.known:
        return None
    data = store.get(table_path(spec, job.partition))
    return data if checksum(data) == job.known else None


def _stored(job: ReduceJob, store: Store, spec: TableSpec, data: bytes | None) -> tuple[pa.Table, bool]:
    """The rows that are published, and whether they are those that the ledger knows."""
    names = spec.file_schema.names
    if data is not None:
        return pq.ParquetFile(pa.BufferReader(data)).read(names).cast(spec.file_schema), True
    return read_partition(store, spec, job.partition, columns=names), False


def _joined(fresh: Sequence[pa.Table], job: ReduceJob, old: pa.Table | None) -> pa.Table:
    """Old rows that stay and new ones, in no order."""
    if old is not None and job.dropped:
        column = old.column(job.unit)
        old = old.filter(pc.invert(pc.is_in(column, pa.array(job.dropped, pa.string()).cast(column.type))))
    return pa.concat_tables([*([] if old is None else [old]), *fresh])


def write_fragment(rows: pa.Table, file: Path) -> Fragment:
    """Write rows as an Arrow IPC file, without compression."""
    with pa.OSFile(str(file), "wb") as sink, pa.ipc.new_file(sink, rows.schema) as writer:
        writer.write_table(rows)
    return Fragment(file, len(rows), file.stat().st_size)
