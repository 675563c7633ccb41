"""The enrichment of game rows: documents to features on all processors, merged batch by batch, to be stopped any time."""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from hooplake.build.pool import Died, Inline, Processes, Raised, Workers
from hooplake.build.step import Failure, code_version
from hooplake.errors import HooplakeError
from hooplake.lake.table import Registry
from hooplake.postgres.batches import EXTRACTION, Batch, GameJob, Staged, extract
from hooplake.postgres.behind import Behind
from hooplake.postgres.checkpoint import Checkpoint
from hooplake.postgres.documents import Source
from hooplake.postgres.merge import GAMES, STATE, Merged, merge, prepare
from hooplake.postgres.schema import require

if TYPE_CHECKING:
    from concurrent.futures import Future
    from datetime import date

    import psycopg

_PAGE = 5_000
_ALONE = 64  # so few games take less time than starting processes
_MERGING = 2  # batches that wait to be merged, or are being

_COUNT = f"select count(*) from {GAMES}"

# Ids are compared here in the order of the index alone, to read the table page by page; nothing is remembered by them.
_PAGES = f"""
select g.game_id, g.game_date, e.source_fingerprint, e.extractor_version
from {GAMES} as g
left join {STATE} as e on e.game_id = g.game_id and e.row_version = g.xmin
where g.game_id > %(after)s
order by g.game_id
limit {_PAGE}
"""

_PAGES_WITHOUT_STATE = f"""
select game_id, game_date, null, null from {GAMES} where game_id > %(after)s order by game_id limit {_PAGE}
"""

_HASHES = f"select game_id, data #>> '{{metadata,enrichment,content_hash}}' from {GAMES} where game_id = any(%(games)s)"


@dataclass(frozen=True, slots=True)
class Options:
    """How to run.

    Attributes:
        batch_size: games that are merged and committed together.
        limit: at most so many games in this run; None for all.
        dry_run: extract, compare, and write nothing.
        jobs: worker processes.
        league: league whose documents belong into the table; None for any.
    """

    batch_size: int = 100
    limit: int | None = None
    dry_run: bool = False
    jobs: int = 1
    league: str | None = "nba"


@dataclass(frozen=True, slots=True)
class Report:
    """What came of it, over all starts of the run.

    Attributes:
        games: rows of the table.
        written: rows that were changed; in a dry run, that would be.
        unchanged: rows that had these features already.
        failed: games that have no features, with the error.
        formats: games per format (1 page, 2 summary or gamepackage) among those extracted.
        seconds: time of this run.
        rate: games of this run a second.
        left: games of the table that were not come to.
    """

    games: int
    written: int
    unchanged: int
    failed: dict[str, Failure]
    formats: dict[str, int]
    seconds: float
    rate: float
    left: int
    dry_run: bool

    @property
    def failures_by_type(self) -> dict[str, int]:
        """How many games failed for each reason, most frequent first."""
        return dict(Counter(failure.reason for failure in self.failed.values()).most_common())


@dataclass(frozen=True, slots=True)
class Step:
    """How far the run has come after a batch.

    Attributes:
        looked_at: games of the table that are accounted for, by this run and those before.
        games: rows of the table.
        batch: games of the batch.
        failed: of them failed, with the error.
        rate: games of this run a second.
        seconds_left: time left at that rate.
    """

    looked_at: int
    games: int
    batch: int
    failed: dict[str, Failure]
    rate: float
    seconds_left: float


def extractor_version() -> str:
    """Changes whenever the code does that makes features of documents."""
    return code_version(
        "hooplake.features.document", "hooplake.features.extract", "hooplake.games.espn", "hooplake.games.model",
        "hooplake.games.leagues", "hooplake.games.seasons", "hooplake.games.order",
    )  # fmt: skip


def enrich(
    connection: psycopg.Connection[Any],
    source: Source,
    options: Options,
    *,
    checkpoint: Path | None = None,
    resume: bool = False,
    run: dict[str, str] | None = None,
    on_step: Callable[[Step], None] | None = None,
) -> Report:
    """Merges the features of their documents into the rows of ``raw_data.nba_games``.

    Games are streamed by key and extracted in worker processes; each batch is merged in one transaction. Nothing of a
    row changes but ``data.espn_features`` and ``data.metadata.enrichment``, and nothing at all of one whose features
    are the same. A failed game is in the report and in the checkpoint, and is tried again by the next run.

    Args:
        connection: of `hooplake.postgres.connect.connect`; in a dry run a read-only one will do.
        source: the documents.
        options: how to run.
        checkpoint: file to remember what is done; in a dry run it is read and not written.
        resume: go on with the checkpoint.
        run: what the run is, so that a checkpoint of another one is refused.
        on_step: is told of each batch.

    Raises:
        ConfigError: there is no table, or the checkpoint is of another run.
        Postponed: the connection was lost.
    """
    version = extractor_version()
    require(connection, GAMES)
    has_state = _has_state(connection)
    memory = Checkpoint(checkpoint, {**(run or {}), "version": version}, resume=resume)
    if options.dry_run:
        memory.path = None
    elif not has_state:
        require(connection, STATE)
    (games,) = connection.execute(_COUNT.encode()).fetchone() or (0,)
    try:
        with Behind(connection) as behind:
            given = (connection, behind, source, options, memory, version, int(games), on_step)
            return _Run(*given).go(_rows(connection, behind, has_state))
    finally:
        memory.close()


def _has_state(connection: psycopg.Connection[Any]) -> bool:
    (found,) = connection.execute("select to_regclass(%s)", (STATE,)).fetchone() or (None,)
    return found is not None


_GameRow = tuple[str, "date | None", str | None, str | None]


def _rows(connection: psycopg.Connection[Any], behind: Behind, has_state: bool) -> Iterator[_GameRow]:
    """The rows of the table, a page at a time: memory does not grow with their number."""
    query = (_PAGES if has_state else _PAGES_WITHOUT_STATE).encode()

    def read(after: str) -> list[_GameRow]:
        return connection.execute(query, {"after": after}).fetchall()

    after = ""
    while page := behind.submit(read, after).result():
        yield from page
        after = page[-1][0]


class _Merging(NamedTuple):
    """A batch on its way into the database: what failed before, what is merged, and what will have come of it."""

    failed: dict[str, Failure]
    extracted: list[Staged]
    merged: Future[Merged]


class _Run:
    """One run, from the rows to the report."""

    def __init__(
        self,
        connection: psycopg.Connection[Any],
        behind: Behind,
        source: Source,
        options: Options,
        memory: Checkpoint,
        version: str,
        games: int,
        on_step: Callable[[Step], None] | None,
    ) -> None:
        self.connection = connection  # used by the calls in `behind` alone
        self.behind = behind
        self.merging: deque[_Merging] = deque()
        self.source = source
        self.options = options
        self.memory = memory
        self.version = version
        self.games = games
        self.on_step = on_step
        self.begun = time.perf_counter()
        self.before = len(memory.progress.done)
        self.handled = 0  # games of this run
        self.unchanged: list[str] = []  # found so by their fingerprints, not recorded yet
        self.missing: dict[str, Failure] = {}

    def go(self, rows: Iterator[_GameRow]) -> Report:
        due = self._due(rows)
        workers: Workers | None = None
        try:
            first = list(islice(due, _ALONE + 1))
            if first and not self.options.dry_run:
                self.behind.submit(prepare, self.connection).result()
            jobs = self.options.jobs if len(first) > _ALONE else 1
            registry = Registry([])
            if jobs > 1:
                workers = Processes(jobs, self.source.store, registry, [EXTRACTION])
            else:
                workers = Inline(self.source.store, registry)
            self._work(workers, self._batches(first, due))
            self._settle(0)
        finally:
            if workers is not None:
                workers.close()
        self._flush()
        return self._report()

    def _due(self, rows: Iterator[_GameRow]) -> Iterator[GameJob]:
        """Games that must be extracted; the others are accounted for on the way."""
        limit = self.options.limit
        for game_id, game_date, fingerprint, version in rows:
            if game_id in self.memory.progress.done:
                continue
            if limit is not None and self.handled >= limit:
                return
            self.handled += 1
            documents = self.source.games.get(game_id)
            if documents is None:
                self.missing[game_id] = Failure("no_document", "the source has no document of this game")
            elif (fingerprint, version) == (documents.fingerprint, self.version):
                self.unchanged.append(game_id)
            else:
                yield GameJob(game_id, game_date, documents)
            if len(self.unchanged) + len(self.missing) >= _PAGE:
                self._flush()

    def _batches(self, first: list[GameJob], rest: Iterator[GameJob]) -> Iterator[Batch]:
        games = _chained(first, rest)
        while batch := tuple(islice(games, self.options.batch_size)):
            yield Batch(batch, self.options.league, self.version)

    def _work(self, workers: Workers, batches: Iterator[Batch]) -> None:
        """Extracts, and has merged. Batches are merged in the order in which they come back."""
        running: dict[int, Batch] = {}
        again: deque[Batch] = deque()
        tickets = 0
        exhausted = False
        while not exhausted or running or again:
            while workers.room() and not (exhausted and not again):
                batch = again.popleft() if again else next(batches, None)
                if batch is None:
                    exhausted = True
                    break
                tickets += 1
                running[tickets] = batch
                workers.submit(tickets, extract, batch)
            for ticket, outcome in workers.wait(1.0) if running else ():
                batch = running.pop(ticket)
                if isinstance(outcome, Raised):
                    raise HooplakeError(f"extracting the features failed: {outcome.text}")
                if not isinstance(outcome, Died):
                    self._finish(batch, outcome)
                elif len(batch.games) > 1:
                    again.extend(batch._replace(games=(game,)) for game in batch.games)
                else:
                    failure = Failure("worker_died", f"the process that read it ended with {outcome.exit_code}")
                    self._finish(batch, [failure])

    def _finish(self, batch: Batch, outcomes: list[Staged | Failure]) -> None:
        """Hands in what was extracted to be merged, while the workers go on."""
        failed = {
            job.game_id: outcome
            for job, outcome in zip(batch.games, outcomes, strict=True)
            if isinstance(outcome, Failure)
        }
        extracted = [outcome for outcome in outcomes if isinstance(outcome, Staged)]
        merge_ = self._compare if self.options.dry_run else self._merge
        self.merging.append(_Merging(failed, extracted, self.behind.submit(merge_, extracted)))
        self._settle(_MERGING)

    def _settle(self, most: int) -> None:
        """Remembers what became of the batches that are merged, and waits until no more than so many are not."""
        while self.merging and (len(self.merging) > most or self.merging[0].merged.done()):
            failed, extracted, future = self.merging.popleft()
            merged = future.result()
            kinds = Counter(str(each.format) for each in extracted if each.game_id not in merged.failed)
            self._record(merged.written, merged.unchanged, failed | merged.failed, kinds)

    def _merge(self, extracted: list[Staged]) -> Merged:
        return merge(self.connection, extracted, version=self.version)

    def _compare(self, extracted: list[Staged]) -> Merged:
        games = [each.game_id for each in extracted]
        there = dict(self.connection.execute(_HASHES.encode(), {"games": games}).fetchall())
        same = {each.game_id for each in extracted if there.get(each.game_id) == each.content_hash}
        return Merged(
            tuple(game_id for game_id in games if game_id not in same),
            tuple(game_id for game_id in games if game_id in same),
            {},
        )

    def _flush(self) -> None:
        """Records games that needed no extraction."""
        if self.unchanged or self.missing:
            unchanged, self.unchanged = tuple(self.unchanged), []
            missing, self.missing = self.missing, {}
            self._record((), unchanged, missing, {})

    def _record(
        self,
        written: tuple[str, ...],
        unchanged: tuple[str, ...],
        failed: dict[str, Failure],
        formats: dict[str, int],
    ) -> None:
        self.memory.record(written=written, unchanged=unchanged, failed=failed, formats=formats)
        if self.on_step is not None:
            now = time.perf_counter()
            progress = self.memory.progress
            looked_at = len(progress.done) + len(progress.failed)
            rate = (looked_at - self.before) / max(now - self.begun, 1e-9)
            left = max(self.games - looked_at, 0)
            count = len(written) + len(unchanged) + len(failed)
            self.on_step(Step(looked_at, self.games, count, failed, rate, left / rate if rate else 0.0))

    def _report(self) -> Report:
        progress = self.memory.progress
        seconds = time.perf_counter() - self.begun
        return Report(
            games=self.games,
            written=progress.written,
            unchanged=progress.unchanged,
            failed=dict(sorted(progress.failed.items())),
            formats=dict(sorted(progress.formats.items())),
            seconds=seconds,
            rate=self.handled / seconds if seconds else 0.0,
            left=max(self.games - len(progress.done) - len(progress.failed), 0),
            dry_run=self.options.dry_run,
        )


def _chained(first: list[GameJob], rest: Iterator[GameJob]) -> Iterator[GameJob]:
    yield from first
    yield from rest
