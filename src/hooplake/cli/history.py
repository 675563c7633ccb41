"""``hooplake runs`` and ``hooplake explain``: what was done, and why."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hooplake.cli.coverage import Leagues
from hooplake.cli.session import Session
from hooplake.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Container

    from hooplake.build.ledger import RunRecord
    from hooplake.cli.output import Output
    from hooplake.lakehouse import Lakehouse
    from hooplake.tables.coverage import Cell

KILLED = 137
"""Exit code by which the ledger knows a run whose process was found dead."""


def runs(
    context: typer.Context,
    limit: Annotated[int, typer.Option("--limit", min=1, metavar="COUNT", help="At most so many runs.")] = 20,
    decisions: Annotated[
        str | None, typer.Option("--decisions", metavar="RUN", help="Show what this run decided, and why, instead.")
    ] = None,
) -> None:
    """List the runs of builds and backfills, newest first.

    A run is running, has ended, was killed, or is gone: it told nothing for 15 minutes, from another machine.

    Examples:
        hooplake runs
        hooplake runs --limit 3 --json
    """
    from hooplake.build.live import live_runs

    session = Session.of(context)
    with session.open() as lake:
        if decisions is not None:
            found = lake.ledger.decisions(decisions)
            rows = [(d.step, d.partition, d.action, d.reason, d.units, d.detail) for d in found]
            session.out.table(("table", "partition", "action", "reason", "units", "detail"), rows)
            session.out.result({"run_id": decisions, "decisions": [d._asdict() for d in found]})
            return
        documents = []
        alive = {run.run_id: run for run in live_runs(lake.ledger, lake.store, time.time())}
        for run in lake.ledger.runs(limit):
            counts: dict[str, Any] = dict(run.counts)
            documents.append(
                {
                    "run_id": run.run_id,
                    "plan_id": run.plan_id,
                    "command": run.command,
                    "state": _state(run, alive),
                    "started": datetime.fromtimestamp(run.started, UTC).replace(microsecond=0),
                    "seconds": run.seconds,
                    "exit_code": run.exit_code,
                    "considered": counts.get("considered", 0),
                    "run": alive[run.run_id].done if run.run_id in alive else counts.get("run", 0),
                    "failed": run.failed,
                    "came_out_the_same": counts.get("same", 0),
                    "unchanged": counts.get("unchanged", 0),
                    "cut_off": counts.get("early_cutoff", 0),
                    "kept": counts.get("kept", 0),
                    "skip_rate": run.skip_rate,
                }
            )
    if documents:
        session.out.table(tuple(documents[0]), [tuple(document.values()) for document in documents])
    else:
        session.out.say("no run yet")
    session.out.result({"runs": documents})


def _state(run: RunRecord, alive: Container[str]) -> str:
    if run.ended is None:
        return "running" if run.run_id in alive else "gone"
    return "killed" if run.exit_code == KILLED else "ended"


def explain(
    context: typer.Context,
    table: Annotated[str, typer.Argument(metavar="TABLE", help="One of the ten analytics tables.")],
    day: Annotated[datetime, typer.Argument(metavar="DATE", formats=["%Y-%m-%d"], help="The game date.")],
    league: Leagues = None,
    entity: Annotated[
        str | None,
        typer.Option("--row", metavar="ID", help="Also show the rows of this game, team or player: hash and reasons."),
    ] = None,
) -> None:
    """Say why a date of a table was built, from what, and whether it would run again.

    Also how it stands (state, rows due and there), and, of a table of the second stage, what of its inputs is there on the
    date, and since when one of them falls short.

    Examples:
        hooplake explain team_defense_zone_analysis 2015-12-18
        hooplake explain player_game_summary 2015-10-27 --row 2202703
    """
    from hooplake.build.inputs import table_inputs
    from hooplake.tables.coverage import tables_named

    session = Session.of(context)
    (name,) = tables_named([table])
    unit = f"{day:%Y-%m-%d}"
    documents: list[dict[str, Any]] = []
    with session.open() as lake:
        stands = _stands(lake, name, day.date(), tuple(league or ()))
        plan = lake.plan(name, leagues=tuple(league or ()))
        step = plan.graph.producer[name]
        due = {
            item.partition: item.verdict.run[unit]
            for item in plan.items
            if item.step.name == name and unit in item.verdict.run
        }
        for partition, node in sorted(plan.view.nodes(step).items()):
            inputs = table_inputs(step, partition, plan.view)
            if unit not in inputs.units or not plan.selection.includes(partition):
                continue
            facts = next((f for f in lake.ledger.units(name, str(partition)) if f.unit == unit), None)
            row = node.units.get(unit)
            again = due.get(partition)
            documents.append(
                {
                    "table": name,
                    "partition": str(partition),
                    "date": unit,
                    "state": "never built" if facts is None else facts.state.name,
                    "rows": None if facts is None else facts.rows,
                    "why": None if facts is None else facts.why,
                    "error": None if facts is None else f"{facts.reason} {facts.error}".strip(),
                    "run_id": None if facts is None else facts.run_id,
                    "cost_ms": None if facts is None else round(facts.cost_ms, 2),
                    "fingerprint": None if row is None else row.fingerprint.hex(),
                    "content": None if row is None else plan.view.state.digest(row, name).hex(),
                    "inputs": dict(inputs.units[unit].parts),
                    "would_run": None if again is None else f"{again.reason} {again.detail}".strip(),
                    "stands": stands.get(str(partition)),
                    "gates": _gates(lake, name, day.date(), dict(partition)),
                }
            )
        rows = [] if entity is None else _rows(lake, name, unit, entity)
    if not documents:
        raise ConfigError(f"{name} has no date {unit}: no game is scheduled then in the lake")
    for document in documents:
        _print_node(document, session.out)
    if rows:
        session.out.table(tuple(rows[0]), [tuple(found.values()) for found in rows])
    elif entity is not None:
        session.out.say(f"{name} has no row of {entity} on {unit}")
    session.out.result({"nodes": documents, "rows": rows})


def _stands(lake: Lakehouse, table: str, day: date, leagues: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    """Per partition how a date of a table stands."""
    from hooplake.tables.coverage import Range
    from hooplake.tables.nodes import read_nodes, state_of

    def told(cell: Cell) -> dict[str, Any]:
        return {
            "state": state_of(cell).value, "class": cell.gap, "due": cell.expected, "present": cell.present,
            "detail": cell.detail or cell.soft,
        }  # fmt: skip

    cells = read_nodes(lake, Range(leagues=leagues, days=(day,), tables=(table,)))
    return {f"league={c.league}/source={c.source}/season={c.season}": told(c) for c in cells}


def _gates(lake: Lakehouse, table: str, day: date, partition: dict[str, Any]) -> list[dict[str, Any]]:
    """What of the inputs from the first stage is there on a date, and since when one falls short."""
    from hooplake.tables.coverage import ANALYTICS, PRECOMPUTE, Range, read_grid
    from hooplake.tables.gates import NEEDS, inputs_of, shut_edges

    if table not in PRECOMPUTE:
        return []
    read = Range(leagues=(partition["league"],), seasons=(partition["season"],), last=day)
    grid = read_grid(lake.sql, replace(read, tables=ANALYTICS))
    own = [cell for cell in grid if cell.source == partition["source"]]
    since = {edge.table: edge for edge in shut_edges(lake.sql, own, read, frozenset()) if edge.reader == table}
    return [
        {
            "table": cell.table,
            "present": cell.present,
            "due": cell.expected,
            "needed_percent": NEEDS[cell.table].percent,
            "shut_since": since[cell.table].day if cell.table in since else None,
            "because": since[cell.table].detail if cell.table in since else None,
        }
        for cell in own
        if cell.day == day and cell.table in inputs_of(table)
    ]


def _print_node(document: dict[str, Any], out: Output) -> None:
    stands, gates = document["stands"], document["gates"]
    if stands is not None:
        name = (
            stands["state"] if stands["class"] in (None, stands["state"]) else f"{stands['state']} ({stands['class']})"
        )
        out.say(f"{name}: {stands['present']:,} of {stands['due']:,} rows due {stands['detail']}".rstrip() + "\n")
    left_out = ("inputs", "stands", "gates")
    out.table(("", ""), [(key, value) for key, value in document.items() if key not in left_out])
    if gates:
        out.say()
        columns = ("reads", "rows", "due", "needed %", "gate shut since", "because")
        out.table(columns, [tuple(gate.values()) for gate in gates])
    out.say()
    out.table(("made of", "hash"), sorted(document["inputs"].items()))


def _rows(lake: Lakehouse, table: str, day: str, wanted: str) -> list[dict[str, Any]]:
    """The rows of a date in which some column of the key has a value: key, hash, reasons and quality."""
    spec = lake.tables[table]
    keys = [key for key in spec.key if spec.columns[key].type.kind == "text"]
    shown = ", ".join(["league", "season", *spec.key, "data_hash", "hash_version", "quality_score", "missing"])
    found: list[dict[str, Any]] = lake.sql(
        f"select {shown} from {table} where game_date = $day and $wanted in ({', '.join(keys)}) order by all",
        {"day": day, "wanted": wanted},
    ).to_pylist()
    return found
