"""How the ten analytics tables stand date by date: what the ledger, the schedule, a plan and the gates say of the grid.

The states are those of a backfill; each is told from what is there now and from what stands in the way, and none is
stored, so that none can be out of date.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

from hooplake.tables.coverage import ANALYTICS, PRECOMPUTE, Cell, Range, mark, percent, read_grid
from hooplake.tables.gates import NEEDS, Shut, first_waiting, shut_edges
from hooplake.tables.soft import mark_soft

if TYPE_CHECKING:
    import pyarrow as pa

    from hooplake.build.ledger import Ledger
    from hooplake.build.plan import Plan
    from hooplake.lake.store import Store
    from hooplake.lake.table import Registry


class Lake(Protocol):
    """What telling how nodes stand needs of a lake."""

    store: Store
    tables: Registry

    @property
    def ledger(self) -> Ledger:
        """What was run."""
        ...

    def sql(self, query: str) -> pa.Table:
        """Answers a question in SQL."""
        ...

    def plan(self, *tables: str, leagues: Sequence[str] = ..., seasons: Sequence[int] = ...) -> Plan:
        """What is due."""
        ...


class NodeState(StrEnum):
    """How a table stands on a date, now."""

    COMPLETE = "COMPLETE"
    EMPTY_OK = "EMPTY_OK"
    NOT_DUE = "NOT_DUE"
    EXPECTED = "EXPECTED"
    RUNNING = "RUNNING"
    BLOCKED = "BLOCKED"
    DEGRADED = "DEGRADED"
    PARTIAL = "PARTIAL"
    STALE = "STALE"
    FAILED = "FAILED"
    CONTAMINATED = "CONTAMINATED"


_STATES = {
    "INSUFFICIENT_HISTORY": NodeState.EMPTY_OK,
    "MISSING": NodeState.EXPECTED,
    "STALE": NodeState.STALE,
    "UNEXPECTED_ROWS": NodeState.STALE,
    "STALE_WINDOW": NodeState.DEGRADED,
    "FAILED": NodeState.FAILED,
    "CONTAMINATED": NodeState.CONTAMINATED,
}


def state_of(cell: Cell) -> NodeState:
    """How a node stands: what it is about to become first, then what is there.

    A date on which nothing is due is ``NOT_DUE``; one on which nobody has the games that rows need is ``EMPTY_OK``. One
    with rows that readers may use although some are missing, or a game of their windows is, or lines that the other dates of
    the season have, is ``DEGRADED``.
    """
    if cell.gap is None:
        return NodeState.DEGRADED if cell.soft else NodeState.COMPLETE
    if cell.running and cell.actionable:
        return NodeState.RUNNING
    if cell.blocked:
        return NodeState.BLOCKED
    if cell.gap == "PARTIAL":
        need = NEEDS[cell.table].percent if cell.table in NEEDS else 100
        return NodeState.DEGRADED if 100 * cell.present >= need * cell.expected else NodeState.PARTIAL
    return _STATES.get(cell.gap, NodeState.NOT_DUE)


_DAY_CLASSES = {
    "game_dates": "GAME", "off_days": "OFF_DAY", "exhibitions": "EXHIBITION", "unknown_dates": "UNKNOWN",
}  # fmt: skip


def read_nodes(lake: Lake, chosen: Range, *, check: bool = False) -> list[Cell]:
    """The grid of a range with what the ledger, the schedule and a plan know of it.

    Args:
        lake: the lake.
        chosen: the range.
        check: whether to read the rows, too, and find what cannot be true of them.
    """
    from hooplake.tables.contents import contaminated
    from hooplake.tables.windows import holes

    cells = read_grid(lake.sql, chosen)
    plan = lake.plan(*ANALYTICS, *PRECOMPUTE, leagues=chosen.leagues, seasons=chosen.seasons)
    stale = {
        (item.step.name, str(item.partition), unit): f"{due.reason} {due.detail}".strip()
        for item in plan.items
        for unit, due in item.verdict.run.items()
    }
    found = {}
    if check:
        specs = [lake.tables[name] for name in chosen.tables or (*ANALYTICS, *PRECOMPUTE)]
        found = contaminated(lake.store, specs, leagues=chosen.leagues, seasons=chosen.seasons)
    mark(cells, lake.ledger.failures(), stale, found, holes(lake.sql, chosen))
    if check:
        _mark_wide(lake, cells)
    _mark_running(cells, {lease.resource for lease in lake.ledger.leases()})
    _mark_gated(lake, cells)
    mark_soft(lake.sql, cells, chosen)
    return cells


def plan_by_year(lake: Lake, chosen: Range, plans: Sequence[Plan], tables: Sequence[str]) -> list[dict[str, Any]]:
    """Per league and year what the dates of tables are that a backfill looks at, and what it would do with them.

    Args:
        lake: the lake.
        chosen: the range.
        plans: what would run.
        tables: the tables asked for.
    """
    cells = read_grid(lake.sql, replace(chosen, tables=tuple(tables)))
    run = {
        (item.step.name, str(item.partition), unit): ""
        for plan in plans
        for item in plan.items
        for unit in item.verdict.run
    }
    mark(cells, lake.ledger.failures(), run)
    _mark_gated(lake, cells)
    found: dict[tuple[str, int], dict[str, Any]] = {}
    days: dict[tuple[str, int, str], set[date]] = {}
    for cell in cells:
        where = (cell.league, cell.day.year)
        row = found.setdefault(where, dict.fromkeys(("not_due", "due", "run", "unchanged", "blocked"), 0))
        days.setdefault((*where, cell.day_class), set()).add(cell.day)
        unit = (cell.table, f"league={cell.league}/source={cell.source}/season={cell.season}", cell.day.isoformat())
        due = cell.expected > 0 or cell.present > 0
        row["due" if due else "not_due"] += 1
        if due:
            row["blocked" if cell.blocked else "run" if unit in run else "unchanged"] += 1
    return [
        {
            "league": league,
            "year": year,
            **{name: len(days.get((league, year, kind), ())) for name, kind in _DAY_CLASSES.items()},
            **row,
        }
        for (league, year), row in sorted(found.items())
    ]


def _mark_wide(lake: Lake, cells: Sequence[Cell]) -> None:
    """A date on which windows of teams span much more than usual rests on games before a gap that no schedule tells of.

    Players miss games for reasons of their own; of their windows only the seasons are told (`hooplake quality`).
    """
    from hooplake.lake.parquet import read_partition
    from hooplake.lake.partition import Partition, table_path
    from hooplake.tables.seasons import stale_windows

    asked = {(cell.table, cell.league, cell.source, cell.season) for cell in cells if cell.gap is None}
    for table, league, source, season in sorted(asked):
        spec, partition = lake.tables[table], Partition(league=league, source=source, season=season)
        if "player_id" in spec.columns or lake.store.head(table_path(spec, partition)) is None:
            continue
        wide = {window.day: window for window in stale_windows(read_partition(lake.store, spec, partition))}
        for cell in cells:
            same = (cell.table, cell.league, cell.source, cell.season) == (table, league, source, season)
            if same and cell.gap is None and (window := wide.get(cell.day)) is not None:
                cell.gap, cell.detail, cell.cause, cell.until = "STALE_WINDOW", str(window), window.first, cell.day


def _mark_running(cells: Sequence[Cell], held: Collection[str]) -> None:
    """A node is being built if a run holds its partition, and something of it is to be done."""
    for cell in cells if held else ():
        cell.running = f"{cell.table}/league={cell.league}/source={cell.source}/season={cell.season}" in held


def _mark_gated(lake: Lake, cells: Sequence[Cell]) -> None:
    """A node of the second stage that is due waits where something that it reads falls short before or on its date."""
    waiting = [cell for cell in cells if cell.table in PRECOMPUTE and cell.gap in ("MISSING", "PARTIAL", "STALE")]
    if not waiting:
        return
    read = Range(
        leagues=tuple(sorted({cell.league for cell in waiting})),
        seasons=tuple(sorted({cell.season for cell in waiting})),
        last=max(cell.day for cell in waiting),
    )
    shut = shut_edges(lake.sql, read_grid(lake.sql, replace(read, tables=ANALYTICS)), read, frozenset())
    first = first_waiting(shut)
    for cell in waiting:
        since = first.get((cell.league, cell.source, cell.season), {}).get(cell.table)
        if since is not None and since <= cell.day:
            cell.blocked, cell.detail = True, _because(shut, cell, since)


def _because(shut: Sequence[Shut], cell: Cell, since: date) -> str:
    """What shuts the gate of a node, or of something that it is made of."""
    where = (cell.league, cell.source, cell.season)
    edges = [edge for edge in shut if edge.place == where and edge.day == since]
    edge = next((edge for edge in edges if edge.reader == cell.table), edges[0])
    return f"GATED {edge.table.removeprefix('gold.')} {edge.day}: {edge.detail}"


def by_year(cells: Sequence[Cell]) -> list[dict[str, Any]]:
    """Per league and calendar year: dates by what they are, on which each stage is complete, share of what is due.

    Of a stage of which no table is in the grid nothing is told.
    """
    years: dict[tuple[str, int], dict[tuple[str, date], list[Cell]]] = {}
    for cell in cells:
        years.setdefault((cell.league, cell.day.year), {}).setdefault((cell.source, cell.day), []).append(cell)
    found = []
    for (league, year), days in sorted(years.items()):
        games = [own for own in days.values() if own[0].day_class == "GAME"]
        due = [cell for own in days.values() for cell in own if cell.expected or cell.present]
        complete = {
            phase: sum(all(not c.actionable for c in own if c.phase == phase) for own in games)
            if any(c.phase == phase for own in games for c in own)
            else None
            for phase in (3, 4)
        }
        others = Counter(own[0].day_class for own in days.values())
        found.append(
            {
                "league": league,
                "year": year,
                "game_dates": len(games),
                "off_days": others["OFF_DAY"],
                "exhibitions": others["EXHIBITION"],
                "unknown_dates": others["UNKNOWN"],
                "phase3_complete": complete[3],
                "phase4_complete": complete[4],
                "due_nodes": len(due),
                "done_percent": percent(sum(not cell.actionable for cell in due), len(due)),
            }
        )
    return found


def by_table(cells: Sequence[Cell], *, seasons: bool = False) -> list[dict[str, Any]]:
    """Per league and table: nodes by how they stand, rows due and there, and the three figures of coverage.

    Args:
        cells: the grid.
        seasons: per source and season, too.
    """
    groups: dict[tuple[str, str, str, int], list[Cell]] = {}
    for cell in cells:
        part = (cell.source, cell.season) if seasons else ("", 0)
        groups.setdefault((cell.league, part[0], cell.table, part[1]), []).append(cell)
    order = [*ANALYTICS, *PRECOMPUTE]
    found = []
    for (league, source, table, season), own in sorted(
        groups.items(), key=lambda item: (*item[0][:2], order.index(item[0][2]), item[0][3])
    ):
        gaps = Counter(cell.gap for cell in own if cell.gap is not None)
        states = Counter(str(state_of(cell)) for cell in own)
        expected, present = sum(cell.expected for cell in own), sum(cell.present for cell in own)
        there = sum(min(cell.present, cell.expected) for cell in own)
        found.append(
            {
                "league": league,
                "table": table,
                **({"source": source, "season": season} if seasons else {}),
                "due": sum(cell.expected > 0 for cell in own),
                "complete": sum(cell.expected > 0 and cell.gap is None for cell in own),
                "expected_rows": expected,
                "present_rows": present,
                "unaccounted_rows": expected - there,
                "presence": percent(there, expected),
                "hashed": percent(sum(cell.hashed for cell in own), present),
                "states": {state: states[state] for state in NodeState if states[state]},
                "gaps": dict(sorted(gaps.items())),
            }
        )
    return found
