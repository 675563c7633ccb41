"""A step: a pure function from input tables (or raw objects) to output tables, and how its work divides into units.

A step is data. Its *unit* is the column by which the ledger tracks parts of a partition: with ``unit="game_id"`` each
game of a season is skipped, run and failed by itself, although the season is one object; with ``unit=""`` the whole
partition is the one unit.
"""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple

from hooplake.errors import ConfigError
from hooplake.lake.partition import Partition

if TYPE_CHECKING:
    import pyarrow as pa

    from hooplake.lake.store import Store
    from hooplake.lake.table import Registry, TableSpec

WHOLE = ""
"""The name of the one unit of a step that always builds whole partitions."""


class UnitInput(NamedTuple):
    """What one unit is made of, as `discover` found it.

    Attributes:
        date: the unit's date as text (``2024-12-15``), or empty; what selections by date go by.
        parts: (name, hash) of everything the unit is a function of. The names say what the part is and are the same
            for most units (``summary.01``); a changed hash is what makes a unit run again.
        refs: anything `compute` needs to find the input, such as object paths; not part of the fingerprint.
    """

    date: str
    parts: tuple[tuple[str, str], ...]
    refs: tuple[str, ...] = ()


class Failure(NamedTuple):
    """Why a unit could not be computed.

    Attributes:
        reason: a short typed code, such as ``not_json``.
        detail: text for a person; kept in full.
    """

    reason: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Computed:
    """What `compute` made of a chunk of units.

    Attributes:
        tables: rows per output table; a table left out has no rows. Partition columns may be left out.
        failures: units that could not be computed. Their rows, if any were made, are dropped.
    """

    tables: Mapping[str, pa.Table]
    failures: Mapping[str, Failure] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Task:
    """What `compute` is given, in a worker process.

    Attributes:
        store: the objects of the lake.
        registry: the table specs.
        partition: the output partition.
        units: the units to compute, with what they are made of.
        inputs: per input table the partitions that the output partition is made from, those that have rows.
        outputs: the tables to make.
        parameters: the step's parameters.
        unit: the step's unit column, or empty.
    """

    store: Store
    registry: Registry
    partition: Partition
    units: Mapping[str, UnitInput]
    inputs: Mapping[str, tuple[Partition, ...]]
    outputs: tuple[str, ...]
    parameters: Mapping[str, Any] = field(default_factory=dict)
    unit: str = WHOLE

    def read(self, table: str, columns: Sequence[str] | None = None) -> pa.Table:
        """The rows of an input table: those of this task's units, if it is tracked by the step's unit, else all.

        Args:
            table: a name out of the step's inputs.
            columns: the columns wanted; all by default.
        """
        import pyarrow as pa

        from hooplake.lake.parquet import read_partition

        spec = self.registry[table]
        units = sorted(self.units) if self.unit and spec.unit == self.unit else None
        found = [
            read_partition(self.store, spec, partition, columns=columns, units=units)
            for partition in self.inputs.get(table, ())
        ]
        if found:
            return pa.concat_tables(found)
        schema = spec.schema
        return schema.empty_table() if columns is None else schema.empty_table().select(list(columns))


@dataclass(frozen=True, slots=True)
class Discovery:
    """What `discover` of a step over raw objects may ask.

    Attributes:
        store: the objects of the lake.
        registry: the table specs.
        paths: of the objects below a folder, as `Store.paths`, but read once in a plan however many steps ask. Raw
            objects never change, so their paths tell all.
    """

    store: Store
    registry: Registry
    paths: Callable[[str], Sequence[str]]


Discovered = Mapping[Partition, Mapping[str, UnitInput]]
"""Per output partition its units and what each is made of."""

Reads = Callable[[str, Partition, Sequence[Partition]], Iterable[Partition]]
"""(input table, output partition, existing partitions of the table) -> the partitions that the output is made from.

A partition that is named but does not exist counts as a part that is absent: its later arrival is a change."""


Columns = Callable[["TableSpec"], "Sequence[str] | None"]
"""An input table -> those of its columns that a step can read; None if it may read them all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of the build.

    Attributes:
        name: unique among the steps of a lake.
        inputs: tables that are read. Of a step over raw objects: tables made of the same objects, through which it
            gets their rows; they are built first, and its units are what `discover` says all the same.
        outputs: tables that are written, all with the same partition columns; no other step writes them.
        unit: the column by which units are told apart, present in every output's key; empty for whole partitions.
        version: changes whenever the code does; see `code_version`.
        compute: a top-level function (it is sent to worker processes by name), pure: the same task gives the same rows.
        discover: which units there are, for a step over raw objects. Steps over tables leave it out.
        reads: which input partitions an output partition is made from. By default all those that agree with it on
            the partition columns they share.
        reach: for a step whose unit is a date: per input how far from a date it is read (`hooplake.build.dates`); an
            input that is not named is read on the date alone.
        columns: which columns of an input can make a difference; a change in others is none for this step.
        chunk_units: at most how many units one call of `compute` gets.
        setwise: all units of a partition go into one call of `compute`: one query costs the same for one date and
            for a season.
        parameters: settings that the rows depend on, of JSON types.
    """

    name: str
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...]
    unit: str = WHOLE
    version: str
    compute: Callable[[Task], Computed]
    discover: Callable[[Discovery], Discovered] | None = None
    reads: Reads | None = None
    reach: Mapping[str, str] = field(default_factory=dict)
    columns: Columns | None = None
    chunk_units: int = 64
    setwise: bool = False
    parameters: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.outputs:
            raise ConfigError(f"step {self.name} has no output table")
        if not self.inputs and self.discover is None:
            raise ConfigError(f"step {self.name} has no input tables and no discover function: it would never run")
        if self.chunk_units < 1:
            raise ConfigError(f"step {self.name}: chunk_units must be at least 1, not {self.chunk_units}")


def code_version(*modules: str | ModuleType) -> str:
    """The version of a step's code: a hash of the source text of the modules it is written in.

    Args:
        modules: modules or their dotted names; a package stands for every ``.py``, ``.sql`` and ``.toml`` file in it.

    Returns:
        16 hexadecimal digits.

    Raises:
        ConfigError: if a module has no source file.
    """
    names = sorted(module if isinstance(module, str) else module.__name__ for module in modules)
    return _code_version(tuple(names))


@cache
def _code_version(names: tuple[str, ...]) -> str:
    digest = hashlib.blake2b(digest_size=8)
    for name in names:
        spec = importlib.util.find_spec(name)
        if spec is None or not spec.has_location or spec.origin is None:
            raise ConfigError(f"there is no source file of module {name}, so its version cannot be told")
        origin = Path(spec.origin)
        folder = origin.parent
        if spec.submodule_search_locations is None:
            files = [origin]
        else:
            files = sorted(path for path in folder.rglob("*") if path.suffix in (".py", ".sql", ".toml"))
        for file in files:
            digest.update(f"{name}/{file.relative_to(folder)}\n".encode())
            digest.update(hashlib.blake2b(file.read_bytes()).digest())
    return digest.hexdigest()
