"""Watching runs from another process: how far they are, until none is at work any more."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hooplake.build.ledger import RunRecord
    from hooplake.build.live import LiveRun
    from hooplake.cli.output import Output
    from hooplake.lakehouse import Lakehouse

BETWEEN_SECONDS = 30.0
"""A backfill of several stages has so long for its gates between two of its runs."""
_COLUMNS = ("run", "at work on", "done", "of", "%", "units/s", "time left", "failed")


def watch_runs(
    lake: Lakehouse,
    out: Output,
    every: float,
    *,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.time,
) -> None:
    """Show the runs that are at work, again and again, until none is.

    At a terminal a table that is drawn anew; elsewhere, and where the command prints JSON, a line for each run each time.

    Args:
        lake: the lake.
        out: where to print.
        every: seconds between two looks.
        sleep: waits.
        clock: seconds since 1970.
    """
    from hooplake.build.live import live_runs

    say = out.note if out.json else out.say
    seen: dict[str, LiveRun] = {}
    told: set[str] = set()
    with ExitStack() as stack:
        draw = _drawing(stack) if sys.stdout.isatty() and not out.json else None
        while True:
            runs = live_runs(lake.ledger, lake.store, clock())
            seen |= {run.run_id: run for run in runs}
            for ended in _ended(lake, seen, told, {run.run_id for run in runs}):
                say(ended)
            if runs and draw is not None:
                draw(runs)
            for run in runs if draw is None else ():
                say(line(run, clock()))
            sys.stdout.flush()  # into a pipe it would come at the end
            if not runs and not _goes_on(lake, seen, clock()):
                break
            sleep(every)
    if not seen:
        say("no run is at work")


def line(run: LiveRun, now: float) -> str:
    """How far a run is, in one line."""
    stage = f" {run.stage}/{run.stages}" if run.stages > 1 else ""
    place = f" at {run.step} {run.partition}," if run.step else ""
    left = run.seconds_left
    return (
        f"{time.strftime('%H:%M:%S', time.localtime(now))} {run.command}{stage} {run.run_id}:{place} "
        f"{run.done:,} of {run.total:,} units ({_share(run):.0f} %), {run.rate:,.0f}/s, "
        f"{'' if left is None else f'{duration(left)} left, '}{run.failed:,} failed"
    )


def duration(seconds: float) -> str:
    """Seconds as a person says them: ``45s``, ``3m05s``, ``2h10m``."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole}s"
    if whole < 3600:
        return f"{whole // 60}m{whole % 60:02d}s"
    return f"{whole // 3600}h{whole % 3600 // 60:02d}m"


def _share(run: LiveRun) -> float:
    return 100 * run.done / run.total if run.total else 100.0


def _ended(lake: Lakehouse, seen: dict[str, LiveRun], told: set[str], alive: set[str]) -> list[str]:
    """A line for each run that was seen at work, is not any more, and was not told of."""
    over = [run_id for run_id in seen if run_id not in alive and run_id not in told]
    if not over:
        return []
    told.update(over)
    records = {run.run_id: run for run in lake.ledger.runs()}
    return [_end_of(seen[run_id], records.get(run_id)) for run_id in over]


def _end_of(run: LiveRun, record: RunRecord | None) -> str:
    if record is None or record.ended is None:
        return (
            f"{run.command} {run.run_id} is not at work any more, and did not tell how it ended: see 'hooplake leases'"
        )
    counts: dict[str, Any] = dict(record.counts)
    return (
        f"{run.command} {run.run_id} ended with {record.exit_code} after {duration(record.ended - record.started)}: "
        f"{counts.get('run', 0):,} units run, {counts.get('failed', 0):,} failed, "
        f"{counts.get('blocked', 0) + counts.get('postponed', 0):,} left"
    )


def _goes_on(lake: Lakehouse, seen: dict[str, LiveRun], now: float) -> bool:
    """Whether the newest run that was seen was a stage of a backfill whose next stage is about to begin."""
    if not seen:
        return False
    newest = max(seen.values(), key=lambda run: run.started)
    record = next((run for run in lake.ledger.runs() if run.run_id == newest.run_id), None)
    if record is None or record.ended is None or newest.stage >= newest.stages or record.exit_code in (1, 130):
        return False
    return now - record.ended < BETWEEN_SECONDS


def _drawing(stack: ExitStack) -> Callable[[Sequence[LiveRun]], None]:
    """Draws a table of runs in the place of the one before."""
    from rich import box
    from rich.live import Live
    from rich.table import Table
    from rich.text import Text

    live = stack.enter_context(Live(auto_refresh=False, transient=True))

    def draw(runs: Sequence[LiveRun]) -> None:
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
        for name in _COLUMNS:
            table.add_column(name, justify="left" if name in _COLUMNS[:2] else "right")
        for run in runs:
            stage = f" {run.stage}/{run.stages}" if run.stages > 1 else ""
            left = run.seconds_left
            cells = (
                f"{run.command}{stage}", f"{run.step} {run.partition}", f"{run.done:,}", f"{run.total:,}",
                f"{_share(run):.0f}", f"{run.rate:,.0f}", "" if left is None else duration(left), f"{run.failed:,}",
            )  # fmt: skip
            table.add_row(*(Text(cell) for cell in cells))
        live.update(table, refresh=True)

    return draw
