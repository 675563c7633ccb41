"""Whether the stored rows of a lake keep what their tables declare.

A build checks rows before it stores them; this checks what lies there now: every partition against its spec (types,
NULLs, ranges, keys, rules, null budgets), every object's path and columns, rows that name rows of other tables, and what
must hold between rows of college games (`hooplake.tables.college.checks`) and of the analytics tables
(`hooplake.tables.identities`); of the latter also whether a date looks like those before it (`hooplake.tables.contents`)
and a season tells what it must (`hooplake.tables.seasons`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from hooplake.errors import ConfigError, ContractError, HooplakeError
from hooplake.lake.contracts import check
from hooplake.lake.parquet import read_partition
from hooplake.lake.partition import FILE_NAME, Partition, parse_path, table_path
from hooplake.lake.store import Store
from hooplake.lake.table import Registry, TableSpec
from hooplake.tables.college import college_tables
from hooplake.tables.college.checks import CHECKS
from hooplake.tables.contents import findings_of
from hooplake.tables.identities import IDENTITIES
from hooplake.tables.references import REFERENCES
from hooplake.tables.seasons import season_findings, stale_windows

TOLERATED = 0.001
"""Share of rows that may name a row that is not there, with a warning."""
_SHOWN = 3
_SCHEDULE = "silver.fct_schedule"


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


def quality(
    store: Store, registry: Registry, tables: Sequence[str] = (), *, seasons: Collection[int] = ()
) -> list[TableQuality]:
    """Check tables of a lake.

    Args:
        store: the lake.
        registry: the table specs.
        tables: the tables; all that have rows by default.
        seasons: only the partitions of these, and nothing between tables; all by default.

    Returns:
        One per table, in the order of their names.

    Raises:
        UnknownTable: no such table.
    """
    wanted = [registry[name] for name in sorted(tables)] if tables else list(registry.values())
    found = []
    college = {*college_tables(spec.name for spec in wanted)}
    for spec in wanted:
        opening = partial(_opening, store, registry)
        table = check_table(store, spec, seasons=seasons, dated=spec.name in college, opening=opening)
        if tables or table.partitions or table.findings:
            found.append(table)
    by_name = {table.table: table for table in found}
    if seasons:
        return found
    _check_references(store, registry, by_name)
    _check_between(store, registry, by_name)
    return found


def check_table(
    store: Store,
    spec: TableSpec,
    *,
    seasons: Collection[int] = (),
    dated: bool = False,
    opening: Callable[[Partition], date | None] = lambda _: None,
) -> TableQuality:
    """Check the partitions of a table against its spec.

    Args:
        store: the lake.
        spec: the table.
        seasons: only the partitions of these, and those that have no season; all by default.
        dated: whether a game must lie between 1 August and 31 July of its season, as it does in college.
        opening: tells the date of the first game that counts of a partition's season, or None.
    """
    found = TableQuality(spec.name)
    broken: Counter[str] = Counter()
    for path in store.paths(f"{spec.layer}/{spec.table}"):
        if not path.endswith(f"/{FILE_NAME}"):
            found.findings.append(f"{path}: not an object of a partition, which is one {FILE_NAME}")
            continue
        try:
            _, partition = parse_path(path, spec)
            if seasons and partition.get("season", None) not in (None, *seasons):
                continue
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
        if dated and (outside := _outside(rows, partition)):
            found.findings.append(f"{partition}: {outside:,} rows of games that are not of this season")
        if spec.unit == "game_date" and "data_hash" in spec.columns:
            found.findings += [f"{partition}, {finding.day}: {finding}" for finding in findings_of(spec, rows)]
            _check_season(found, spec, partition, rows, opening)
    found.broken = dict(sorted(broken.items()))
    return found


def _opening(store: Store, registry: Registry, partition: Partition) -> date | None:
    """The date of the first game that counts of a season; None if its schedule is not built."""
    spec = registry[_SCHEDULE]
    if store.head(table_path(spec, partition)) is None:
        return None
    rows = read_partition(store, spec, partition, ["game_date", "counts_stats", "expected"])
    counted = pc.and_(rows.column("counts_stats"), rows.column("expected"))
    first: date | None = pc.min(rows.column("game_date").filter(counted)).as_py()
    return first


def _check_season(
    found: TableQuality,
    spec: TableSpec,
    partition: Partition,
    rows: pa.Table,
    opening: Callable[[Partition], date | None],
) -> None:
    """What a season of an analytics table must tell, and windows that reach far back, which happens to players."""
    first = opening(partition)
    if first is not None:
        for finding in season_findings(spec, rows, first):
            (found.findings if finding.breaks else found.warnings).append(f"{partition}: {finding}")
    stale = stale_windows(rows)
    if stale:
        widest = max(stale, key=lambda window: window.days)
        count = sum(window.rows for window in stale)
        found.warnings.append(
            f"{partition}: STALE_WINDOW in {count:,} of {len(rows):,} rows, the widest on {widest.day}: {widest.days} days "
            f"for {widest.games} games, usually {widest.usual:g}"
        )


def _outside(rows: pa.Table, partition: Partition) -> int:
    """How many rows are dated outside the season of their partition."""
    if "game_date" not in rows.column_names or "season" not in partition:
        return 0
    dates = rows.column("game_date")
    season = pc.add(pc.year(dates), pc.greater_equal(pc.month(dates), 8).cast(pa.int64()))
    return int(pc.sum(pc.not_equal(season, partition["season"])).as_py() or 0)


def _check_references(store: Store, registry: Registry, tables: dict[str, TableQuality]) -> None:
    wanted = {name: columns for name, columns in REFERENCES.items() if name in tables and tables[name].rows}
    needed = {*wanted, *(target.table for columns in wanted.values() for target in columns.values())}
    with _asking(store, registry, needed) as ask:
        for name, columns in wanted.items():
            for column, (target, there) in columns.items():
                with _told(tables[name], column):
                    if not ask(f"select 1 from {target} limit 1"):
                        tables[name].warnings.append(f"{column} was not compared: {target} is not built")
                        continue
                    named = f"{column} in (select {there} from {target})"
                    ((told, missing),) = ask(
                        f"select count({column}), count(case when not {named} then 1 end) from {name}"
                    )
                    if missing:
                        text = f"{missing:,} of {told:,} rows name a {column} that {target} does not have"
                        (tables[name].findings if missing > TOLERATED * told else tables[name].warnings).append(text)


def _check_between(store: Store, registry: Registry, tables: dict[str, TableQuality]) -> None:
    """What must hold between rows and tables."""
    wanted = [one for one in (*CHECKS, *IDENTITIES) if one.table in tables and tables[one.table].rows]
    needed = {name for one in wanted for name in (one.table, *one.needs)}
    with _asking(store, registry, needed) as ask:
        for one in wanted:
            found = tables[one.table]
            with _told(found, one.name):
                if not all(ask(f"select 1 from {name} limit 1") for name in one.needs):
                    continue
                rows = ask(f"select what, count(*) over () from ({one.sql}) found(what) order by what limit {_SHOWN}")
                if rows:
                    shown, more = ", ".join(what for what, _ in rows), ", ..." if rows[0][1] > len(rows) else ""
                    text = f"{one.name}: {rows[0][1]:,} break that {one.meaning} ({shown}{more})"
                    (found.findings if one.breaks else found.warnings).append(text)


@contextmanager
def _asking(store: Store, registry: Registry, tables: set[str]) -> Iterator[Callable[[str], list[Any]]]:
    """Answers questions to tables."""
    from hooplake.lake.catalog import connect

    connection = connect(store, Registry([registry[name] for name in tables]))
    try:
        yield lambda question: connection.execute(question).fetchall()
    finally:
        connection.close()


@contextmanager
def _told(found: TableQuality, what: str) -> Iterator[None]:
    """Where a file cannot be read, that is what was found."""
    import duckdb

    try:
        yield
    except duckdb.Error as error:
        found.findings.append(f"{what} was not compared: {error}")
