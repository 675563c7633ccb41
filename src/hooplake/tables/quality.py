"""Whether the stored rows of a lake keep what their tables declare.

A build checks rows before it stores them; this checks what lies there now: every partition against its spec (types,
NULLs, ranges, keys, rules, null budgets), every object's path and columns, and rows that name rows of other tables.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from hooplake.errors import ConfigError, ContractError, HooplakeError
from hooplake.lake.contracts import check
from hooplake.lake.parquet import read_partition
from hooplake.lake.partition import FILE_NAME, parse_path
from hooplake.lake.store import Store
from hooplake.lake.table import Registry, TableSpec
from hooplake.tables.references import REFERENCES

TOLERATED = 0.001
"""Share of rows that may name a row that is not there, with a warning."""


@dataclass
class TableQuality:
    """What was found in one table.

    Attributes:
        broken: rows by what they break.
        findings: what is wrong with a partition or an object as a whole.
        warnings: what is worth knowing and breaks nothing.
    """

    table: str
    partitions: int = 0
    rows: int = 0
    broken: dict[str, int] = field(default_factory=dict)
    findings: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether the table keeps its contract."""
        return not self.broken and not self.findings


def quality(store: Store, registry: Registry, tables: Sequence[str] = ()) -> list[TableQuality]:
    """Check tables of a lake.

    Args:
        store: the lake.
        registry: the table specs.
        tables: the tables; all that have rows by default.

    Returns:
        One per table, in the order of their names.

    Raises:
        UnknownTable: no such table.
    """
    wanted = [registry[name] for name in sorted(tables)] if tables else list(registry.values())
    found = []
    for spec in wanted:
        table = check_table(store, spec)
        if tables or table.partitions or table.findings:
            found.append(table)
    _check_references(store, registry, {table.table: table for table in found})
    return found


def check_table(store: Store, spec: TableSpec) -> TableQuality:
    """Check every partition of a table against its spec."""
    found = TableQuality(spec.name)
    broken: Counter[str] = Counter()
    for path in store.paths(f"{spec.layer}/{spec.table}"):
        if not path.endswith(f"/{FILE_NAME}"):
            found.findings.append(f"{path}: not an object of a partition, which is one {FILE_NAME}")
            continue
        try:
            _, partition = parse_path(path, spec)
            rows = read_partition(store, spec, partition)
            checked = check(spec, rows)
        except (ConfigError, ContractError) as error:
            found.findings.append(f"{path}: {error}")
            continue
        except (HooplakeError, OSError, ValueError) as error:  # Arrow says that a file is damaged as one of these
            found.findings.append(f"{path}: cannot be read ({error})")
            continue
        found.partitions += 1
        found.rows += len(rows)
        broken.update(checked.counts)
        found.findings += [f"{partition}: {finding}" for finding in checked.findings]
    found.broken = dict(sorted(broken.items()))
    return found


def _check_references(store: Store, registry: Registry, tables: dict[str, TableQuality]) -> None:
    from hooplake.lake.catalog import connect

    wanted = {name: columns for name, columns in REFERENCES.items() if name in tables and tables[name].rows}
    if not wanted:
        return
    needed = {*wanted, *(target for columns in wanted.values() for target in columns.values())}
    connection = connect(store, Registry([registry[name] for name in needed]))
    try:
        for name, columns in wanted.items():
            for column, target in columns.items():
                there = f"{column} in (select {column} from {target})"
                counts = f"select count({column}), count(case when not {there} then 1 end) from {name}"
                ((told, missing),) = connection.execute(counts).fetchall()
                if not connection.execute(f"select 1 from {target} limit 1").fetchall():
                    tables[name].warnings.append(f"{column} was not compared: {target} is not built")
                    continue
                if missing:
                    text = f"{missing:,} of {told:,} rows name a {column} that {target} does not have"
                    (tables[name].findings if missing > TOLERATED * told else tables[name].warnings).append(text)
    finally:
        connection.close()
