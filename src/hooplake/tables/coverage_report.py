"""Everything that a report on the coverage of the ten analytics tables says, as plain values.

Sections: what is due and there by year and by table and season; gaps, with the commands that close them; quality of the
values by season; windows; runs; and what no source tells, so that nobody takes it for a gap.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, Any

from hooplake.tables.coverage import ANALYTICS, PRECOMPUTE, STRUCTURAL, UNKNOWN, Cell, Range, cascade, percent, repair
from hooplake.tables.finish import TIERS
from hooplake.tables.nodes import Lake, NodeState, by_table, by_year, state_of
from hooplake.tables.rehash import hash_states
from hooplake.tables.seasons import REQUIRED, REQUIRED_BUDGET, WIDE

if TYPE_CHECKING:
    from hooplake.lake.table import TableSpec

RUNS = 20
_PLACE = ("league", "source", "season")
_BY_DESIGN = ("NO_SOURCE", "NOT_DERIVED")


def read_report(
    lake: Lake, chosen: Range, cells: Sequence[Cell], readers: Mapping[str, Sequence[str]], *, check: bool = False
) -> dict[str, Any]:
    """Everything that the report says but when it was made.

    Args:
        lake: the lake.
        chosen: the range.
        cells: the grid of the range (`hooplake.tables.nodes.read_nodes`).
        readers: per table those made from it, directly or not.
        check: whether to compute every hash anew.
    """
    seasons = by_table(cells, seasons=True)
    names = [name for name in (*ANALYTICS, *PRECOMPUTE) if not chosen.tables or name in chosen.tables]
    if check:
        _add_valid(lake, seasons, names)
    strips = _strips(cells)
    for row in seasons:
        row["strip"] = strips[row["table"], row["league"], row["source"], row["season"]]
    gaps = [cell for cell in cells if cell.actionable]
    return {
        "range": _range(cells),
        "checked": check,
        "schedule": _schedule_version(lake),
        "totals": _totals(cells),
        "years": by_year(cells),
        "seasons": seasons,
        "gaps": gap_ranges(gaps, cells, readers),
        "structural": _structural(cells),
        "quality": [_quality(lake, lake.tables[name], chosen) for name in names],
        "windows": [found for name in names for found in _windows(lake, lake.tables[name], chosen)],
        "runs": _runs(lake),
    }


def gap_ranges(
    gaps: Sequence[Cell], cells: Sequence[Cell], readers: Mapping[str, Sequence[str]]
) -> list[dict[str, Any]]:
    """Gaps of the same class on dates of a table one after the other, each with one command that closes them all.

    Args:
        gaps: cells on which something is to be done.
        cells: the grid that they are of.
        readers: per table those made from it, directly or not.
    """
    places = sorted({(cell.league, cell.source, cell.season, cell.day) for cell in cells if cell.day_class == "GAME"})
    number = {place: at for at, place in enumerate(places)}
    order = [*ANALYTICS, *PRECOMPUTE]

    def same(item: tuple[int, Cell]) -> tuple[Any, ...]:
        at, cell = item
        where = (cell.league, cell.source, cell.season, cell.table, cell.gap, state_of(cell))
        if cell.cause is not None:
            return (*where, cell.cause, cell.until)
        return (*where, number.get((cell.league, cell.source, cell.season, cell.day), -1) - at)

    ordered = sorted(gaps, key=lambda c: (c.league, c.source, c.season, order.index(c.table), str(c.gap), c.day))
    tables = [(at, cell) for _, own in groupby(ordered, lambda c: (c.league, c.source, c.season, c.table, c.gap))
              for at, cell in enumerate(own)]  # fmt: skip
    found = []
    for _, group in groupby(tables, same):
        own = [cell for _, cell in group]
        first, last = own[0], own[-1]
        found.append(
            {
                "league": first.league,
                "source": first.source,
                "season": first.season,
                "table": first.table,
                "first": first.day,
                "last": last.day,
                "dates": len(own),
                "state": state_of(first).value,
                "class": first.gap,
                "expected": sum(cell.expected for cell in own),
                "present": sum(cell.present for cell in own),
                "reaches": cascade(first, cells, readers),
                "detail": first.detail,
                "command": repair(first).replace(f"--to {first.day}", f"--to {last.day}", 1)
                if first.cause is None
                else repair(first),
            }
        )
    return sorted(
        found, key=lambda gap: (gap["league"], gap["source"], gap["season"], order.index(gap["table"]), gap["first"])
    )


def _range(cells: Sequence[Cell]) -> dict[str, Any]:
    days = [cell.day for cell in cells]
    return {
        "leagues": sorted({cell.league for cell in cells}),
        "first": min(days, default=None),
        "last": max(days, default=None),
    }


def _totals(cells: Sequence[Cell]) -> dict[str, Any]:
    due = [cell for cell in cells if cell.expected or cell.present]
    expected = sum(cell.expected for cell in cells)
    there, present = sum(min(cell.present, cell.expected) for cell in cells), sum(cell.present for cell in cells)
    return {
        "due": len(due),
        "done": sum(not cell.actionable for cell in due),
        "done_percent": percent(sum(not cell.actionable for cell in due), len(due)),
        "expected_rows": expected,
        "present_rows": present,
        "unaccounted_rows": expected - there,
        "presence": percent(there, expected),
        "hashed": percent(sum(cell.hashed for cell in cells), present),
        "open": sum(cell.actionable for cell in cells),
        "unknown_dates": len({(c.league, c.source, c.day) for c in cells if c.gap == UNKNOWN}),
    }


def _strips(cells: Sequence[Cell]) -> dict[tuple[str, str, str, int], list[tuple[str, int]]]:
    """Per table and season the states of its dates in their order, as runs of equal ones.

    Dates on which nothing is due do not break a run of others.
    """
    found: dict[tuple[str, str, str, int], list[tuple[str, int]]] = {}
    held: dict[tuple[str, str, str, int], int] = {}
    for cell in sorted(cells, key=lambda cell: cell.day):
        where = (cell.table, cell.league, cell.source, cell.season)
        strip, state = found.setdefault(where, []), state_of(cell).value
        if state == NodeState.NOT_DUE and strip and strip[-1][0] != NodeState.NOT_DUE:
            held[where] = held.get(where, 0) + 1
            continue
        waiting = held.pop(where, 0)
        if strip and strip[-1][0] == state:
            strip[-1] = (state, strip[-1][1] + waiting + 1)
        else:
            if waiting:
                strip.append((NodeState.NOT_DUE.value, waiting))
            strip.append((state, 1))
    for where, waiting in held.items():
        found[where].append((NodeState.NOT_DUE.value, waiting))
    return found


def _structural(cells: Sequence[Cell]) -> list[dict[str, Any]]:
    """Dates of tables on which nothing is due, by league, year and class."""
    counts: dict[tuple[str, int, str], int] = {}
    for cell in cells:
        if cell.gap in (*STRUCTURAL, UNKNOWN):
            where = (cell.league, cell.day.year, cell.gap)
            counts[where] = counts.get(where, 0) + 1
    return [
        {"league": league, "year": year, "class": name, "dates_of_tables": count}
        for (league, year, name), count in sorted(counts.items())
    ]


def _add_valid(lake: Lake, seasons: list[dict[str, Any]], names: Sequence[str]) -> None:
    """The third figure of coverage, of which every hash is computed anew."""
    for name in names:
        states = {state.partition: state for state in hash_states(lake.store, lake.tables[name])}
        for row in seasons:
            place = f"league={row['league']}/source={row['source']}/season={row['season']}"
            if row["table"] == name and (state := states.get(place)) is not None:
                row["valid"] = percent(state.valid, state.rows)
                row["distinct"] = percent(state.distinct, state.rows)


def _schedule_version(lake: Lake) -> str:
    """The newest file of schedules that was taken in, or empty."""
    paths = [path for path in lake.store.paths("raw/schedule") if path.endswith(".zst")]
    return max(paths, default="").rpartition("/")[2].removesuffix(".zst")


def _quality(lake: Lake, spec: TableSpec, chosen: Range) -> dict[str, Any]:
    """Tiers, shares of NULL by column and reasons of a table, each by season."""
    where = replace(chosen, tables=()).where()
    place = ", ".join(_PLACE)
    columns = {
        column.name: f"count(*) - count({column.name})"
        for column in spec.columns.values()
        if column.group and column.null
    }
    if "features" in spec.columns:
        columns |= {f"features[{n}]": f"sum(case when features[{n + 1}] is null then 1 else 0 end)" for n in REQUIRED}
    nulls = ", ".join([f'{text} as "{name}"' for name, text in columns.items()] or ["0 as none"])
    tiers = ", ".join(f"sum(case when quality_tier = '{name}' then 1 else 0 end) as {name}" for name, _ in TIERS)
    rows = lake.sql(
        f"select {place}, count(*) as rows, {tiers}, {nulls} from {spec.name} where {where} group by all order by all"
    ).to_pylist()
    reasons = lake.sql(
        f"select {place}, reason, count(*) as rows from (select {place}, unnest(missing) as reason from {spec.name} "
        f"where {where}) group by all order by rows desc, reason"
    ).to_pylist()
    seasons = []
    for row in rows:
        own = [one for one in reasons if all(one[name] == row[name] for name in _PLACE)]
        shares = {one["reason"]: one["rows"] / row["rows"] for one in own}
        seasons.append(
            {
                **{name: row[name] for name in (*_PLACE, "rows")},
                "tiers": {name: int(row[name]) for name, _ in TIERS if row[name]},
                "nulls": {name: round(int(row[name]) / row["rows"], 4) for name in columns if row[name]},
                "reasons": {name: round(share, 4) for name, share in shares.items()},
                "by_design": sorted(
                    name for name, share in shares.items() if share == 1 and name.partition(":")[2] in _BY_DESIGN
                ),
            }
        )
    budgets = {f"features[{n}]": REQUIRED_BUDGET for n in REQUIRED} if "features" in spec.columns else {}
    groups = {column.name: column.group for column in spec.columns.values()}
    return {"table": spec.name, "columns": list(columns), "budgets": budgets, "groups": groups, "seasons": seasons}


def _windows(lake: Lake, spec: TableSpec, chosen: Range) -> list[dict[str, Any]]:
    """Per season how many windows span much more than those of as many games usually do."""
    if "window_first_date" not in spec.columns or spec.name in ANALYTICS[:3]:
        return []
    place = ", ".join(_PLACE)
    rows = lake.sql(
        f"""with told as (
            select {place}, game_date, window_games_found as games, date_diff('day', window_first_date, window_last_date) + 1 as days
            from {spec.name} where window_first_date is not null and {replace(chosen, tables=()).where()}
        ),
        usual as (select {place}, games, median(days) as days from told group by all)
        select {place.replace("league", "t.league", 1).replace("source", "t.source", 1).replace("season", "t.season", 1)},
            count(*) as rows, sum(case when t.days > {WIDE} * u.days then 1 else 0 end) as stale, max(t.days) as widest
        from told as t inner join usual as u
            on u.league = t.league and u.source = t.source and u.season = t.season and u.games = t.games
        group by all order by all"""
    ).to_pylist()
    return [{"table": spec.name, **row, "stale": int(row["stale"])} for row in rows]


def _runs(lake: Lake) -> list[dict[str, Any]]:
    """The newest runs, newest first."""
    found = []
    for run in lake.ledger.runs(RUNS):
        counts = dict(run.counts)
        found.append(
            {
                "run_id": run.run_id,
                "command": run.command,
                "started": run.started,
                "seconds": run.seconds,
                "estimated_seconds": counts.get("estimated_seconds"),
                "exit_code": run.exit_code,
                "considered": counts.get("considered", 0),
                "run": counts.get("run", 0),
                "same": counts.get("same", 0),
                "failed": run.failed,
                "skip_rate": run.skip_rate,
            }
        )
    return found
