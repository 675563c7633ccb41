"""What worker processes are asked to do and what they answer, for those who ask: `hooplake.build.work` does it.

A run that has workers loads this and none of the libraries that they work with.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from hooplake.build.step import Computed, Failure, Task, UnitInput
from hooplake.lake.partition import Partition
from hooplake.lake.store import Store
from hooplake.lake.table import Registry


class Fragment(NamedTuple):
    """Rows of one table in a file of the run's folder (Arrow IPC, not compressed)."""

    file: Path
    rows: int
    size: int


@dataclass(frozen=True, slots=True)
class ChunkJob:
    """Compute some units of a node.

    Attributes:
        compute: the step's function.
        outputs: the step's output tables.
        unit: the step's unit column.
        partition: the output partition.
        units: the units with what they are made of.
        inputs: per input table the partitions that are read.
        parameters: the step's parameters.
        file: the fragments' path, without an ending.
    """

    compute: Callable[[Task], Computed]
    outputs: tuple[str, ...]
    unit: str
    partition: Partition
    units: Mapping[str, UnitInput]
    inputs: Mapping[str, tuple[Partition, ...]]
    parameters: Mapping[str, Any]
    file: Path


@dataclass(slots=True)
class ChunkResult:
    """What became of a chunk.

    Attributes:
        fragments: per table its rows, if there are any.
        quarantine: per table the rows that broke its contract, if there are any.
        digests: per unit that did not fail, the digests of its rows per output table, one after the other.
        rows: per unit, if it has any.
        quarantined: per unit, if it has any.
        failures: units that failed.
        seconds: how long it took.
    """

    fragments: dict[str, Fragment] = field(default_factory=dict)
    quarantine: dict[str, Fragment] = field(default_factory=dict)
    digests: dict[str, bytes] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    quarantined: dict[str, int] = field(default_factory=dict)
    failures: dict[str, Failure] = field(default_factory=dict)
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class ReduceJob:
    """Put the file of one partition of a table together.

    Attributes:
        table: the table.
        partition: the partition.
        unit: the column by which rows are dropped.
        fragments: the new rows.
        dropped: units whose old rows do not stay; None if no old row stays.
        content: what the hash of the rows must come to.
        file: where to write.
        known: checksum of the published object, if old rows stay and the ledger has it.
    """

    table: str
    partition: Partition
    unit: str
    fragments: tuple[Path, ...]
    dropped: tuple[str, ...] | None
    content: str
    file: Path
    known: str = ""


class ReduceResult(NamedTuple):
    """A finished file.

    Attributes:
        file: where it is.
        rows: its rows.
        size: its bytes.
        checksum: the hash of its bytes.
        findings: what is wrong with the table as a whole (see `hooplake.lake.contracts.Checked`).
        seconds: how long it took.
    """

    file: Path
    rows: int
    size: int
    checksum: str
    findings: tuple[str, ...]
    seconds: float


def run_chunk(job: ChunkJob, store: Store, registry: Registry) -> ChunkResult:
    """Compute a chunk of units, check the rows, digest them and write them as fragments."""
    from hooplake.build import work

    return work.run_chunk(job, store, registry)


def run_reduce(job: ReduceJob, store: Store, registry: Registry) -> ReduceResult:
    """Put old rows that stay and new rows together and write the file of the partition.

    Raises:
        ContractError: if the rows that stay are not the ones the ledger knows.
    """
    from hooplake.build import work

    return work.run_reduce(job, store, registry)
