"""``hooplake status`` and ``hooplake gaps``: how complete the analytics tables are, and what would fill the rest."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hooplake.cli.session import Session
from hooplake.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hooplake.cli.output import Output
    from hooplake.lakehouse import Lakehouse
    from hooplake.tables.coverage import Cell, Range

_DAY = ["%Y-%m-%d"]

Leagues = Annotated[list[str] | None, typer.Option("--league", help="Only this league; may be given several times.")]
Seasons = Annotated[
    list[int] | None, typer.Option("--season", help="Only this season, by its ending year; may be repeated.")
]
Year = Annotated[int | None, typer.Option("--year", metavar="YEAR", help="Only this calendar year.")]
First = Annotated[
    datetime | None, typer.Option("--from", formats=_DAY, metavar="DATE", help="Only game dates from this date on.")
]
Last = Annotated[
    datetime | None, typer.Option("--to", formats=_DAY, metavar="DATE", help="Only game dates up to this date.")
]
Days = Annotated[
    list[datetime] | None,
    typer.Option("--date", formats=_DAY, metavar="DATE", help="Only this game date; may be given several times."),
]
Tables = Annotated[
    list[str] | None, typer.Option("--table", help="Only this table of the ten; may be given several times.")
]
Phase = Annotated[
    str | None, typer.Option("--phase", help="Only tables of this phase: analytics (or 3), or precompute (or 4).")
]
Check = Annotated[
    bool,
    typer.Option("--check", help="Also read the rows: columns that are suddenly NULL or filled with one value."),
]
Limit = Annotated[int, typer.Option("--limit", min=1, metavar="COUNT", help="At most so many lines.")]
ExitZero = Annotated[bool, typer.Option("--exit-zero", help="End with 0 although there are gaps, for dashboards.")]


def chosen_range(
    league: list[str] | None,
    season: list[int] | None,
    year: int | None,
    first: datetime | None,
    last: datetime | None,
    table: list[str] | None,
    days: list[datetime] | None = None,
    phase: str | None = None,
) -> Range:
    """The range that the options name.

    Raises:
        ConfigError: options that contradict each other, or no such table.
    """
    from hooplake.tables.backfill import stages_of
    from hooplake.tables.coverage import Range, tables_named

    if year is not None and (first is not None or last is not None):
        raise ConfigError("--year names its first and last date itself: leave out --from and --to")
    begin = date(year, 1, 1) if year is not None else first.date() if first else None
    end = date(year, 12, 31) if year is not None else last.date() if last else None
    if begin is not None and end is not None and begin > end:
        raise ConfigError(f"--from {begin} is after --to {end}")
    tables = tables_named(table or ())
    if phase is not None:
        (tables,) = stages_of(
            {"3": "analytics", "4": "precompute"}.get(phase, phase), tables, ("analytics", "precompute")
        )
    return Range(
        leagues=tuple(league or ()),
        seasons=tuple(season or ()),
        first=begin,
        last=end,
        days=tuple(sorted({day.date() for day in days or ()})),
        tables=tables,
    )


def status(
    context: typer.Context,
    league: Leagues = None,
    season: Seasons = None,
    year: Year = None,
    first: First = None,
    last: Last = None,
    day: Days = None,
    table: Tables = None,
    phase: Phase = None,
    limit: Limit = 20,
    update: Annotated[
        bool,
        typer.Option(
            "--update",
            help="Also write meta/backfill_progress.parquet in the lake: the view of that name, with times, errors and notes.",
        ),
    ] = False,
    check: Check = False,
    nodes: Annotated[
        bool, typer.Option("--nodes", help="Also list every date of every table with its state; with --json.")
    ] = False,
    html: Annotated[
        Path | None,
        typer.Option("--html", metavar="FILE", help="Also write a report as a page that needs nothing but itself."),
    ] = None,
    refresh: Annotated[
        bool,
        typer.Option(
            "--refresh",
            help="First read every object and compare its bytes with what was published; what differs is due again.",
        ),
    ] = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="While a run is at work, first show how far it is, until it has ended.")
    ] = False,
    every: Annotated[
        float, typer.Option("--every", min=0.1, metavar="SECONDS", help="With --watch: look so often.")
    ] = 2.0,
    exit_zero: ExitZero = False,
) -> None:
    """Show how complete the analytics tables are.

    Rows are counted in the store and compared with what the schedule and the boxes promise: by year, by table, and the
    dates on which something is due and not there. Each date of a table has a state: COMPLETE; EMPTY_OK and NOT_DUE, where
    nothing is due; EXPECTED, RUNNING and BLOCKED, where it is not built; DEGRADED, PARTIAL, STALE, FAILED and CONTAMINATED,
    where it is not what it should be. Ends with 4 if there are gaps.

    Examples:
        hooplake status
        hooplake status --year 2024
        hooplake status --season 2025 --league nba --update --json
        hooplake status --watch --every 5
        hooplake status --check --html coverage.html
    """
    from hooplake.tables.coverage import Range
    from hooplake.tables.nodes import by_table, by_year, read_nodes

    session = Session.of(context)
    chosen = chosen_range(league, season, year, first, last, table, day, phase)
    with session.open() as lake:
        if watch:
            from hooplake.cli.watch import watch_runs

            watch_runs(lake, session.out, every)
        refreshed = _refresh(lake, chosen, session.out) if refresh else {}
        cells = read_nodes(lake, chosen, check=check)
        if update:
            everything = cells if chosen == Range() else read_nodes(lake, Range())
            _write_progress(lake, everything)
        report = {"report": _write_page(lake, chosen, cells, html, check=check)} if html is not None else {}
        if html is not None:
            session.out.say(f"wrote {html}\n")
    _print_status(session.out, cells, limit)
    gaps = [cell for cell in cells if cell.actionable]
    document = {"years": by_year(cells), "tables": by_table(cells), "incomplete": [_plain(cell) for cell in gaps]}
    session.out.result(
        {**document, **refreshed, **report, **({"nodes": [_plain(cell) for cell in cells]} if nodes else {})}
    )
    if gaps and not exit_zero:
        raise typer.Exit(4)


def _write_page(lake: Lakehouse, chosen: Range, cells: Sequence[Cell], file: Path, *, check: bool) -> dict[str, Any]:
    """Writes the report as a page, and gives what it says."""
    from hooplake import __version__
    from hooplake.cli.coverage_page import coverage_page
    from hooplake.tables.coverage_report import read_report

    if not file.absolute().parent.is_dir():
        raise ConfigError(f"--html {file}: there is no folder {file.absolute().parent}")
    report = read_report(lake, chosen, cells, _readers(), check=check)
    page = coverage_page(report, lake=lake.store.url, version=__version__, made=datetime.now(UTC))
    file.write_text(page, "utf-8")
    return report


def _refresh(lake: Lakehouse, chosen: Range, out: Output) -> dict[str, Any]:
    """Compares the objects of a range with what was published."""
    from hooplake.build.refresh import refresh
    from hooplake.tables.coverage import ANALYTICS, PRECOMPUTE

    tables = chosen.tables or (*ANALYTICS, *PRECOMPUTE)
    leagues = {f"league={league}" for league in chosen.leagues}
    seasons = {f"season={season}" for season in chosen.seasons}

    def wanted(table: str, partition: str) -> bool:
        parts = set(partition.split("/"))
        return table in tables and (not leagues or bool(leagues & parts)) and (not seasons or bool(seasons & parts))

    found = refresh(lake.ledger, lake.store, wanted)
    out.say(f"{found.objects:,} objects read, {len(found.changed):,} changed, {len(found.missing):,} missing")
    for path in (*found.changed, *found.missing):
        out.say(f"not what was published: {path}")
    return {"refreshed": {"objects": found.objects, "changed": found.changed, "missing": found.missing}}


def _print_status(out: Output, cells: Sequence[Cell], limit: int) -> None:
    from hooplake.tables.coverage import STRUCTURAL, UNKNOWN
    from hooplake.tables.nodes import NodeState, by_table, by_year

    if not cells:
        out.say("no game is scheduled in this range")
    years = by_year(cells)
    out.table(
        ("league", "year", "game dates", "off", "exhibition", "unknown", "phase 3 complete", "phase 4 complete", "due", "done %"),
        [tuple(row.values()) for row in years],
    )  # fmt: skip
    out.say()
    fine = (NodeState.COMPLETE, NodeState.EMPTY_OK, NodeState.NOT_DUE)
    out.table(
        ("league", "table", "due", "complete", "rows due", "rows", "missing", "present %", "hashed %", "open", "not due"),
        [
            (
                *list(row.values())[:-2],
                _classes({state: count for state, count in row["states"].items() if state not in fine}),
                _classes({name: count for name, count in row["gaps"].items() if name in (*STRUCTURAL, UNKNOWN)}),
            )
            for row in by_table(cells)
        ],
    )  # fmt: skip
    if unknown := sum(row["unknown_dates"] for row in years):
        out.say(
            f"\nno schedule tells of {unknown:,} dates: 'hooplake ingest schedule FILE' takes one in, 'hooplake gaps "
            "--structural' lists them"
        )
    if gaps := [cell for cell in cells if cell.actionable]:
        out.say()
        _print_gaps(out, gaps, limit)


def gaps(
    context: typer.Context,
    league: Leagues = None,
    season: Seasons = None,
    year: Year = None,
    first: First = None,
    last: Last = None,
    day: Days = None,
    table: Tables = None,
    phase: Phase = None,
    limit: Limit = 20,
    structural: Annotated[
        bool,
        typer.Option("--structural", help="Also list dates on which nothing is due, with the class that says why."),
    ] = False,
    check: Check = False,
    exit_zero: ExitZero = False,
) -> None:
    """List what is due and not there, and the command that would fix it.

    Each date of a table has one class: MISSING, PARTIAL, STALE, FAILED, CONTAMINATED (with --check), UNEXPECTED_ROWS, or
    STALE_WINDOW (a window reaches over a game that is missing) where something is to be done; OFF_DAY, EXHIBITION,
    NOT_FINAL, NOT_COLLECTED (played by the schedule, and nothing taken in), BOOTSTRAP or INSUFFICIENT_HISTORY where nothing is
    due; UNKNOWN where no schedule tells of the date, so that nobody knows. Ends with 4 if there are gaps.

    Examples:
        hooplake gaps
        hooplake gaps --season 2025 --table ml_feature_store --structural
    """
    from hooplake.tables.coverage import UNKNOWN, cascade, repair
    from hooplake.tables.nodes import read_nodes

    session = Session.of(context)
    chosen = chosen_range(league, season, year, first, last, table, day, phase)
    with session.open() as lake:
        cells = read_nodes(lake, chosen, check=check)
        readers = _readers()
    found = [cell for cell in cells if cell.actionable]
    listed = [cell for cell in cells if cell.gap is not None] if structural else found
    documents = [
        {
            **_plain(cell),
            "reaches": cascade(cell, cells, readers) if cell.actionable else 0,
            "command": repair(cell) if cell.actionable or cell.gap == UNKNOWN else "",
        }
        for cell in listed
    ]
    out = session.out
    if listed:
        rows = [
            (d["league"], d["date"], d["table"], d["class"], d["expected"], d["present"], d["reaches"], d["command"])
            for d in documents[:limit]
        ]
        out.table(("league", "date", "table", "class", "due", "rows", "reaches", "command"), rows)
        if len(listed) > limit:
            out.say(f"and {len(listed) - limit:,} more: see --limit or --json")
    nodes = sum(cell.expected > 0 for cell in cells)
    out.say(f"{len(found):,} gaps in {nodes:,} dates of tables on which something is due")
    out.result({"gaps": documents, "due": nodes, "open": len(found)})
    if found and not exit_zero:
        raise typer.Exit(4)


def _readers() -> dict[str, list[str]]:
    """Per analytics table those made from it, directly or not."""
    from hooplake.tables.coverage import ANALYTICS, PRECOMPUTE
    from hooplake.tables.pipeline import steps

    ten = (*ANALYTICS, *PRECOMPUTE)
    direct = {step.name: set(step.inputs) & set(ten) for step in steps() if step.name in ten}
    found: dict[str, list[str]] = {}
    for table in ten:
        reached: set[str] = {table}
        while True:
            more = {name for name, inputs in direct.items() if inputs & reached} - reached
            if not more:
                break
            reached |= more
        found[table] = sorted(reached - {table})
    return found


def _write_progress(lake: Lakehouse, cells: Sequence[Cell]) -> None:
    import pyarrow.parquet as pq

    from hooplake.tables.progress import progress_table

    lake.store.scratch.mkdir(parents=True, exist_ok=True)
    file = lake.store.scratch / "backfill_progress.parquet"
    pq.write_table(progress_table(lake, cells), file)
    lake.store.publish("meta/backfill_progress.parquet", file)


def _print_gaps(out: Output, cells: Sequence[Cell], limit: int) -> None:
    from hooplake.tables.nodes import state_of

    rows = [
        (
            cell.league, cell.day, cell.table.removeprefix("gold."), state_of(cell).value, cell.gap, cell.expected,
            cell.present, cell.detail,
        )
        for cell in cells[:limit]
    ]  # fmt: skip
    out.table(("league", "date", "table", "state", "class", "due", "rows", "detail"), rows, title="incomplete")
    if len(cells) > limit:
        out.say(f"and {len(cells) - limit:,} more: see 'hooplake gaps'")


def _classes(gaps: dict[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in gaps.items())


def _plain(cell: Cell) -> dict[str, Any]:
    from hooplake.tables.nodes import state_of

    return {
        "league": cell.league,
        "source": cell.source,
        "season": cell.season,
        "date": cell.day.isoformat(),
        "table": cell.table.removeprefix("gold."),
        "state": state_of(cell).value,
        "class": cell.gap,
        "expected": cell.expected,
        "present": cell.present,
        "detail": cell.detail or cell.soft,
    }
