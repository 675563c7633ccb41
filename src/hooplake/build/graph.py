"""Steps in the order of their dependencies, and which partitions of a table an output partition is made from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from functools import cached_property
from typing import Any

from hooplake.build.dates import check_reach
from hooplake.build.state import PROJECTED
from hooplake.build.step import Step
from hooplake.errors import ConfigError, UnknownTable
from hooplake.lake.table import Registry, TableSpec


class Graph:
    """The steps of a lake, each after the steps whose tables it reads.

    Attributes:
        steps: in that order; among steps that do not depend on each other, in the order given.
        registry: the table specs.
        producer: the step that writes a table.

    Raises:
        ConfigError: if two steps share a name or an output, if steps read each other's tables in a circle, or if the
            outputs of a step do not fit together.
    """

    def __init__(self, steps: Iterable[Step], registry: Registry) -> None:
        self.registry = registry
        given = list(steps)
        self.producer: dict[str, Step] = {}
        names: set[str] = set()
        for step in given:
            if step.name in names:
                raise ConfigError(f"two steps are named {step.name}")
            names.add(step.name)
            _check_outputs(step, registry)
            for table in step.inputs:
                registry[table]
            for table in step.outputs:
                if table in self.producer:
                    raise ConfigError(f"both {self.producer[table].name} and {step.name} write {table}")
                self.producer[table] = step
        self.steps = _sorted(given, self.producer)
        for step in given:
            self._check_inputs(step)

    def _check_inputs(self, step: Step) -> None:
        if step.discover is not None:
            return
        if not self.makers(step):
            raise ConfigError(
                f"step {step.name}: no input has the partition columns {', '.join(self.columns(step))}, so nothing tells "
                "which partitions there are"
            )
        check_reach(step, self)
        if self.by_date(step):
            if not any(other.unit for other in self.before(step)):
                raise ConfigError(f"step {step.name} works by date, but no step that works by units writes its inputs")
            return
        if step.unit and not any(other.unit == step.unit for other in self.before(step)):
            raise ConfigError(
                f"step {step.name} works by {step.unit}, but no step that does so writes any of its inputs"
            )

    def wanted(self, tables: Collection[str]) -> list[Step]:
        """The steps that write these tables and all steps before them; every step if there are none named.

        Raises:
            UnknownTable: if no step writes a table.
        """
        if not tables:
            return list(self.steps)
        needed: set[str] = set()
        queue = []
        for table in tables:
            self.registry[table]
            if table not in self.producer:
                raise UnknownTable(f"no step writes {table}: it is filled from outside")
            queue.append(self.producer[table])
        while queue:
            step = queue.pop()
            if step.name not in needed:
                needed.add(step.name)
                queue += self.before(step)
        return [step for step in self.steps if step.name in needed]

    def before(self, step: Step) -> list[Step]:
        """The steps whose tables a step reads, each once."""
        found = {self.producer[table].name: self.producer[table] for table in step.inputs if table in self.producer}
        return list(found.values())

    def columns(self, step: Step) -> tuple[str, ...]:
        """The partition columns of a step's outputs."""
        return self.registry[step.outputs[0]].partition

    def by_date(self, step: Step) -> bool:
        """Whether the units of a step are dates."""
        return bool(step.unit) and self.registry[step.outputs[0]].columns[step.unit].type.kind == "date"

    def makers(self, step: Step) -> list[str]:
        """The inputs of a step whose partitions tell which partitions its outputs have."""
        columns = set(self.columns(step))
        return [table for table in step.inputs if columns <= set(self.registry[table].partition)]

    def projection(self, step: Step, table: str) -> str:
        """What of an input table counts for a step: the name of a projection, or the table itself."""
        return self._projections[0].get((step.name, table), table) if self.by_date(step) else table

    def projections(self, step: Step) -> Mapping[str, tuple[str, tuple[str, ...]]]:
        """The parts of a step's output tables by which others read them: name -> (table, its columns)."""
        return self._projections[1].get(step.name, {}) if self.by_date(step) else {}

    @cached_property
    def _projections(self) -> tuple[dict[tuple[str, str], str], dict[str, dict[str, tuple[str, tuple[str, ...]]]]]:
        """Of tables by date that are read by date: the digests of their dates are few and are worth having twice."""
        named: dict[tuple[str, str], str] = {}
        made: dict[str, dict[str, tuple[str, tuple[str, ...]]]] = {}
        for step in self.steps:
            for table in step.inputs if step.columns is not None and self.by_date(step) else ():
                producer = self.producer.get(table)
                if producer is None or producer.discover is not None or not self.by_date(producer):
                    continue
                spec = self.registry[table]
                columns = tuple(sorted(step.columns(spec) or ())) if step.columns is not None else ()
                if columns and len(columns) < len(spec.file_columns):
                    name = f"{table}{PROJECTED}{_hash(columns)}"
                    named[step.name, table] = name
                    made.setdefault(producer.name, {})[name] = (table, columns)
        return named, {name: dict(sorted(found.items())) for name, found in made.items()}

    @cached_property
    def specs_version(self) -> Mapping[str, str]:
        """Per step a hash of what its outputs are declared to be; texts for readers do not count."""
        return {step.name: _hash([_essence(self.registry[table]) for table in step.outputs]) for step in self.steps}


def _check_outputs(step: Step, registry: Registry) -> None:
    first = registry[step.outputs[0]]
    for table in step.outputs:
        spec = registry[table]
        if spec.partition != first.partition:
            raise ConfigError(f"step {step.name}: {table} and {first.name} have different partition columns")
        if not step.unit:
            continue
        if spec.unit != step.unit or step.unit not in spec.key:
            raise ConfigError(
                f"step {step.name} works by {step.unit}, so {step.unit} must be the unit of {table} and in its key"
            )
        if spec.columns[step.unit].type.kind not in ("text", "date"):  # whose order is that of their texts
            raise ConfigError(f"step {step.name} works by {step.unit}, which must be a text or a date in {table}")


def _sorted(steps: list[Step], producer: Mapping[str, Step]) -> list[Step]:
    order: list[Step] = []
    done: set[str] = set()
    path: list[str] = []

    def visit(step: Step) -> None:
        if step.name in done:
            return
        if step.name in path:
            circle = " -> ".join([*path[path.index(step.name) :], step.name])
            raise ConfigError(f"steps read each other's tables in a circle: {circle}")
        path.append(step.name)
        for table in step.inputs:
            if table in producer:
                visit(producer[table])
        path.pop()
        done.add(step.name)
        order.append(step)

    for step in steps:
        visit(step)
    return order


def _essence(spec: TableSpec) -> Any:
    """What of a declaration decides which rows and bytes are written."""
    columns = [
        [column.name, str(column.type), column.null, column.min, column.max, [str(value) for value in column.values]]
        for column in spec.columns.values()
    ]
    hashed = [spec.hash.columns, spec.hash.fieldset] if spec.hash is not None else None
    checks = [[check.name, check.rule] for check in spec.checks]
    return [spec.name, columns, spec.key, spec.partition, spec.unit, spec.row_group_rows, hashed, checks]


def _hash(value: Any) -> str:
    return hashlib.blake2b(json.dumps(value).encode(), digest_size=8).hexdigest()
