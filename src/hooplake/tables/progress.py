"""How far a backfill is, date by date, as one table: the view ``meta.backfill_progress`` with what the ledger knows beside it.

The ledger is no table of the lake, so the view cannot tell when a date was built, or which error it ended with.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from hooplake.tables.coverage import ANALYTICS, PRECOMPUTE, Cell

if TYPE_CHECKING:
    import pyarrow as pa

    from hooplake.build.ledger import Ledger, RunRecord, UnitFacts
    from hooplake.tables.nodes import Lake

_RUNS = 100_000
_NOTES = 3
_PHASES = {3: ANALYTICS, 4: PRECOMPUTE}

Where = tuple[str, str]
"""A partition, as text, and a date."""


def progress_table(lake: Lake, cells: Sequence[Cell]) -> pa.Table:
    """The rows of the view, with times, errors and notes.

    Args:
        lake: the lake.
        cells: the whole grid (`hooplake.tables.nodes.read_nodes`).

    Returns:
        As the view, ordered by league, source and date, and besides: ``last_updated``; of both phases ``_started_at`` and
        ``_completed_at`` (of the runs that wrote what is there; completed only if the phase is) and ``_error_count``;
        ``last_error``; and ``notes``, what is open and why.
    """
    import pyarrow as pa

    rows = lake.sql("select * from meta.backfill_progress order by league, source, game_date")
    facts = _facts(lake.ledger)
    runs = {run.run_id: run for run in lake.ledger.runs(_RUNS)}
    notes: dict[Where, list[str]] = {}
    for cell in cells:
        if cell.actionable:
            place = (f"league={cell.league}/source={cell.source}/season={cell.season}", cell.day.isoformat())
            text = f"{cell.table.removeprefix('gold.')} {cell.gap}: {cell.detail}".removesuffix(": ")
            notes.setdefault(place, []).append(text)
    told: dict[str, list[Any]] = {name: [] for name in _columns()}
    for row in rows.to_pylist():
        place = (f"league={row['league']}/source={row['source']}/season={row['season']}", row["game_date"].isoformat())
        found = _row(row, facts, runs, place)
        found["notes"] = "; ".join(notes.get(place, [])[:_NOTES]) or None
        for name, values in told.items():
            values.append(found[name])
    for name, values in told.items():
        rows = rows.append_column(name, pa.array(values, _columns()[name]))
    return rows


def _columns() -> dict[str, pa.DataType]:
    import pyarrow as pa

    moment = pa.timestamp("us", tz="UTC")
    phases: dict[str, pa.DataType] = {}
    for phase in _PHASES:
        phases[f"phase{phase}_started_at"] = phases[f"phase{phase}_completed_at"] = moment
        phases[f"phase{phase}_error_count"] = pa.int32()
    return {"last_updated": moment, **phases, "last_error": pa.string(), "notes": pa.string()}


def _facts(ledger: Ledger) -> dict[str, dict[Where, UnitFacts]]:
    """Per table what the ledger knows of its dates."""
    found: dict[str, dict[Where, UnitFacts]] = {}
    for node in ledger.summary():
        if node.step in (*ANALYTICS, *PRECOMPUTE):
            own = {(node.partition, facts.unit): facts for facts in ledger.units(node.step, node.partition)}
            found.setdefault(node.step, {}).update(own)
    return found


def _row(
    row: dict[str, Any], facts: dict[str, dict[Where, UnitFacts]], runs: dict[str, RunRecord], place: Where
) -> dict[str, Any]:
    found: dict[str, Any] = {"last_updated": None, "last_error": None}
    for phase, tables in _PHASES.items():
        own = [one for table in tables if (one := facts.get(table, {}).get(place)) is not None]
        wrote = [runs[one.run_id] for one in own if one.run_id in runs]
        errors = [one for one in own if one.error]
        ended = max((run.ended for run in wrote if run.ended is not None), default=None)
        found[f"phase{phase}_started_at"] = _moment(min((run.started for run in wrote), default=None))
        found[f"phase{phase}_completed_at"] = _moment(ended) if row[f"phase{phase}_complete"] else None
        found[f"phase{phase}_error_count"] = len(errors)
        if ended is not None:
            found["last_updated"] = max(filter(None, (found["last_updated"], _moment(ended))))
        if errors:
            found["last_error"] = f"{errors[-1].reason}: {errors[-1].error}"
    return found


def _moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
