"""One run against the API: the key, the quota, what other runs are about, and a summary that is true."""

from __future__ import annotations

import asyncio
import hashlib
import os
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

import msgspec

from hooplake import __version__
from hooplake.build.report import RunReport
from hooplake.build.state import State
from hooplake.config import Settings
from hooplake.errors import ConfigError, HooplakeError
from hooplake.lake.store import Store
from hooplake.sources.cbbd.columns import table_of
from hooplake.sources.cbbd.counts import Harvested
from hooplake.sources.cbbd.harvest import Harvest
from hooplake.sources.cbbd.judge import judge
from hooplake.sources.checkpoints import RENEW_SECONDS, Checkpoints, Entry, open_checkpoints
from hooplake.sources.http.client import Client
from hooplake.sources.http.log import request_log
from hooplake.sources.http.quota import Quota

KEYS = ("CBBD_API_KEY", "BEARER_TOKEN")
SUMMARIES = "meta/cbbd"
Work = Callable[["Run"], Awaitable[None]]


@dataclass
class Run:
    """A run that is under way.

    Attributes:
        planned: calls that it will make, as far as that is known before.
    """

    run_id: str
    harvest: Harvest
    quota: Quota
    now: float
    planned: int = 0

    def admit(self) -> None:
        """Whether what is planned can be paid for.

        Raises:
            QuotaReached: it cannot.
        """
        self.quota.admit(self.planned - 1)


@dataclass
class RunSummary:
    """What a run came to, as it is stored.

    Attributes:
        config_hash: SHA-256 (hexadecimal) of all settings.
        quota: calls `planned`, and left `before` and `after`; None where not known.
        endpoints: the counts of each, see `Counts`.
        tables: of the tables that were built from it in the same command: `partitions_written` and
            `partitions_unchanged`, and the `rows` in those that were written.
        written: the partitions that were written, by table.
    """

    run_id: str
    command: str
    arguments: Mapping[str, Any]
    version: str
    started_at: str
    finished_at: str | None = None
    status: str = "running"
    exit_code: int | None = None
    error: str | None = None
    quota: dict[str, int | None] = field(default_factory=dict)
    endpoints: dict[str, dict[str, int | float | None]] = field(default_factory=dict)
    tables: dict[str, dict[str, int]] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    dead_letters: list[dict[str, str]] = field(default_factory=list)
    config_hash: str = ""
    written: dict[str, list[str]] = field(default_factory=dict)

    @property
    def requests(self) -> int:
        """Requests that were answered."""
        return sum(int(counts["requests"] or 0) for counts in self.endpoints.values())

    @property
    def path(self) -> str:
        """Where it is stored."""
        return f"{SUMMARIES}/run_id={self.run_id}.json"


def api_key(environ: Mapping[str, str] | None = None) -> str:
    """The key of the API.

    Raises:
        ConfigError: there is none.
    """
    environ = os.environ if environ is None else environ
    for name in KEYS:
        if environ.get(name, "").strip():
            return environ[name].strip()
    raise ConfigError(f"no key for CollegeBasketballData: set the environment variable {KEYS[0]}")


def run_harvest(
    store: Store, settings: Settings, work: Work, *, command: str, arguments: Mapping[str, Any], force: bool = False
) -> RunSummary:
    """Do something against the API, and keep a summary of it however it ends.

    Args:
        store: the lake.
        settings: where the API is and how it may be asked.
        work: makes the requests.
        command: the name of the command, for the summary.
        arguments: its arguments.
        force: ask for everything again.

    Returns:
        The summary; its exit code is 0, or 4 if there are dead letters.

    Raises:
        QuotaReached: the calls of the month end here.
        ConfigError: no key, or one that is refused.
    """
    key = api_key()
    now = time.time()
    run_id = f"{datetime.fromtimestamp(now, UTC):%Y%m%dT%H%M%S}-{os.urandom(4).hex()}"
    checkpoints = open_checkpoints(store, settings)
    try:
        with checkpoints.running(), request_log(settings.log) as log:
            quota = Quota(reserve=settings.quota_reserve)
            before = known_quota(checkpoints)
            summary = RunSummary(run_id, command, arguments, __version__, _moment(now))
            summary.config_hash = _hash_of(settings)
            summary.quota = {"planned": None, "before": before, "after": before}
            _write(store, summary)
            run: list[Run] = []

            async def go() -> None:
                client = Client(judge, rate=settings.cbbd_rate, in_flight=settings.in_flight, quota=quota, log=log)
                async with client:
                    harvest = Harvest(
                        store, checkpoints, client, url=settings.cbbd_url, key=key, run_id=run_id, force=force
                    )
                    run.append(Run(run_id, harvest, quota, now))
                    alive = asyncio.create_task(_renew(checkpoints))
                    try:
                        await work(run[0])
                    finally:
                        alive.cancel()

            try:
                asyncio.run(go())
                summary.status, summary.exit_code = "finished", 0
            except HooplakeError as error:
                summary.status = "stopped" if error.exit_code == 3 else "failed"
                summary.exit_code, summary.error = error.exit_code, str(error)
                raise
            except BaseException as error:
                summary.status, summary.exit_code = "failed", 130 if isinstance(error, KeyboardInterrupt) else 1
                summary.error = f"{type(error).__name__}: {error}"
                raise
            finally:
                if quota.remaining is not None:
                    checkpoints.put([Entry("quota", {}, {"remaining": quota.remaining, "at": time.time()})])
                    summary.quota["after"] = quota.remaining
                if run:
                    summary.quota["planned"] = run[0].planned
                    _tell(summary, run[0].harvest.harvested)
                summary.finished_at = _moment(time.time())
                _write(store, summary)
        return summary
    finally:
        checkpoints.close()


async def _renew(checkpoints: Checkpoints) -> None:
    while True:
        await asyncio.sleep(RENEW_SECONDS)
        checkpoints.renew()


def known_quota(checkpoints: Checkpoints) -> int | None:
    """The calls left by the last word of the server, or None."""
    known = checkpoints.get("quota", {})
    return None if known is None else int(known["remaining"])


def last_summary(store: Store) -> RunSummary | None:
    """The newest summary, of all that are stored."""
    found = [msgspec.json.decode(store.get(path), type=RunSummary) for path in store.paths(SUMMARIES)]
    return max(found, key=lambda summary: (summary.started_at, summary.run_id), default=None)


def _tell(summary: RunSummary, harvested: Harvested) -> None:
    summary.endpoints = {name: counts.to_json() for name, counts in harvested.counts.items()}
    summary.warnings = harvested.warnings
    summary.dead_letters = [
        {"sha": x.sha, "endpoint": x.endpoint, "reason": x.reason, "replay": x.replay} for x in harvested.letters
    ]
    if harvested.letters and summary.exit_code == 0:
        summary.exit_code = 4


def _hash_of(settings: Settings) -> str:
    values = {name: str(value) for name, value in asdict(settings).items()}
    return hashlib.sha256(msgspec.json.encode(values, order="sorted")).hexdigest()


def add_build(store: Store, summary: RunSummary, before: State, after: State, report: RunReport) -> None:
    """Add to a stored summary what was built from the run.

    Args:
        store: the lake.
        summary: of the run.
        before: what the ledger said of the steps before they were built.
        after: the same afterwards.
        report: of the build.
    """
    for name, nodes in after.nodes.items():
        for partition, node in nodes.items():
            known = before.node(name, partition)
            old = {} if known is None else known.objects
            for table, found in node.objects.items():
                if not found.rows:
                    continue
                counts = summary.tables.setdefault(
                    table, {"partitions_written": 0, "partitions_unchanged": 0, "rows": 0}
                )
                same = table in old and old[table].content == found.content
                counts["partitions_unchanged" if same else "partitions_written"] += 1
                if not same:
                    counts["rows"] += found.rows
                    summary.written.setdefault(table, []).append(partition)
    for endpoint, numbers in summary.endpoints.items():
        step = report.steps.get(table_of(endpoint))
        numbers["quarantined"] = 0 if step is None else step.quarantined
    summary.exit_code = summary.exit_code or report.exit_code
    _write(store, summary)


def _write(store: Store, summary: RunSummary) -> None:
    store.put(summary.path, msgspec.json.format(msgspec.json.encode(summary)))


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
