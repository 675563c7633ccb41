"""Documents from files: everything that is named is read, filed as raw documents, and accounted for.

The files are read in the order of their names (so that those of one game come together, in whatever order they were
given), in worker processes, and filed batch by batch. A batch is cut by what is read and not by what of it is new, and
the documents of one game and kind are written in the order of their numbers; so that a call that was killed anywhere
and is made again leaves the same lake as one that was not.
"""

from __future__ import annotations

import os
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import chain
from pathlib import Path

from hooplake.build.pool import Inline, Processes, Workers
from hooplake.errors import ConfigError
from hooplake.games.espn.raw import PREFIX, RawName
from hooplake.games.leagues import LEAGUES
from hooplake.lake.store import Store
from hooplake.lake.table import Registry
from hooplake.sources.archives import expand
from hooplake.sources.filing import Candidate, Decision, Game, Result, Shelf, game_of
from hooplake.sources.find import Offer, find
from hooplake.sources.letters import Letter, Letters, body_of, choose, put_all
from hooplake.sources.reading import Facts, Given, Job, Reading, read_offers, read_stored
from hooplake.sources.report import IngestReport, Outcome
from hooplake.sources.work import Task, answers

OnProgress = Callable[[int, int], None]
"""Gets how many bytes of the files are done, and how many there are."""

_BATCH = 1024
_BATCH_BYTES = 512 << 20
_JOB = 16
_JOB_BYTES = 4 << 20
_ALONE = 8 << 20
"""Up to so many bytes of files, starting worker processes takes longer than doing without."""
_FEW = 64
"""So many documents of a source are read without worker processes."""


def ingest_files(
    store: Store,
    paths: Iterable[str | os.PathLike[str]],
    *,
    league: str | None = None,
    season: int | None = None,
    date: date | None = None,
    jobs: int = 1,
    dry_run: bool = False,
    on_progress: OnProgress | None = None,
) -> IngestReport:
    """Take in the game documents of files.

    League, season and date are read from each document. What it does not say is taken from the arguments, and a league
    at last from a folder of the path that is named as one (``nba/``).

    Args:
        store: the lake.
        paths: files, directories and patterns: JSON, JSON lines, tar and zip, plain or compressed.
        league: the league of documents that name none.
        season: the season (its ending year) of documents from which none can be told.
        date: the US Eastern date of documents that have none.
        jobs: worker processes; 1 does everything in this one.
        dry_run: say what would become of the files, and write nothing.
        on_progress: is told how far the work is.

    Returns:
        What became of every document. Whatever is wrong with one, it is a dead letter and not an error.

    Raises:
        ConfigError: a path does not exist or matches nothing, or an argument is wrong.
        StoreError: the lake cannot be written; what the call has stored so far remains.
    """
    given = _given(league, season, date)
    found = find(paths, leave_out=store.url if store.is_local else None)
    total = sum(offer.weight for offer in found.offers)
    jobs = 1 if total < _ALONE else jobs
    with tempfile.TemporaryDirectory(prefix="hooplake-") as folder:
        ingest = Intake(store, given, jobs, Path(folder), dry_run, total, on_progress)
        return ingest.run(found.offers, list(found.skipped))


def replay_letters(
    store: Store,
    beginnings: Sequence[str] = (),
    *,
    league: str | None = None,
    season: int | None = None,
    date: date | None = None,
    jobs: int = 1,
    on_progress: OnProgress | None = None,
) -> IngestReport:
    """Try dead letters again.

    Args:
        store: the lake.
        beginnings: the letters, by their hashes or the first digits of them; all of them by default.
        league: as for `ingest_files`, like the others.
        season: the season of letters from which none can be told.
        date: the date of letters that have none.
        jobs: worker processes.
        on_progress: is told how far the work is.

    Raises:
        ConfigError: no letter begins so, or an argument is wrong.
        StoreError: as for `ingest_files`.
    """
    given = _given(league, season, date)
    chosen = choose(store, beginnings)
    others = [letter for letter in chosen if letter.kind]
    if others and beginnings:
        raise ConfigError(f"letter {others[0].sha} is no game document: mend its file and run '{others[0].replay}'")
    chosen = [letter for letter in chosen if not letter.kind]
    total = sum(letter.size for letter in chosen)
    with tempfile.TemporaryDirectory(prefix="hooplake-") as folder:
        ingest = Intake(store, given, 1 if total < _ALONE else jobs, Path(folder), False, total, on_progress)
        return ingest.run(_letter_offers(store, chosen), [])


def _letter_offers(store: Store, chosen: Iterable[Letter]) -> Iterator[Offer]:
    for letter in chosen:
        yield Offer(letter.origin, body=body_of(store, letter), weight=letter.size)


def _given(league: str | None, season: int | None, day: date | None) -> Given:
    if league is not None and league not in LEAGUES:
        raise ConfigError(f"there is no league {league!r}; there are {', '.join(LEAGUES)}")
    for name, year in (("season", season), ("date", day.year if day is not None else None)):
        if year is not None and not 1890 <= year <= 2200:
            raise ConfigError(f"no game was played in {year}: give another {name}")
    return Given(league, season, day)


class Intake:
    """Documents on their way into a lake: those of one call, or of a source that hands them over as they come."""

    def __init__(
        self, store: Store, given: Given, jobs: int, folder: Path, dry_run: bool = False, total: int = 0,
        on_progress: OnProgress | None = None,
    ) -> None:  # fmt: skip
        """An intake.

        Args:
            store: the lake.
            given: what is known of documents that do not say it themselves.
            jobs: worker processes.
            folder: a folder of its own for as long as it is used.
            dry_run: write nothing.
            total: bytes of all documents, as far as they are known before.
            on_progress: is told how far the work is.
        """
        self._store = store
        self._given = given
        self._jobs = jobs
        self._dry_run = dry_run
        self._shelf = Shelf(name for path in store.paths(PREFIX) if (name := RawName.parse(path)) is not None)
        self._letters = Letters(store)
        self._known = folder / "known"
        self._known.write_bytes(b"".join(bytes.fromhex(sha) for sha in sorted(self._shelf.by_sha)))
        self._tell = on_progress or (lambda done, total: None)
        self._done = 0
        self._total = total
        self._outcomes: list[Outcome] = []
        self._resolved: list[str] = []
        self._bytes = 0
        self._given_out = 0
        self._working = threading.Lock()
        self._workers: Workers = Inline(store, Registry([]))

    def run(self, files: Iterable[Offer], skipped: list[str]) -> IngestReport:
        """Read, file and write everything."""
        begun = time.monotonic()
        self._start()
        try:
            self._all(files, skipped)
        finally:
            self.close()
        return IngestReport(
            tuple(self._outcomes), tuple(skipped), tuple(sorted(self._resolved)), self._bytes,
            time.monotonic() - begun, self._dry_run,
        )  # fmt: skip

    def read(self, offers: Sequence[Offer]) -> list[Reading]:
        """Read some documents.

        Workers are started only after so many documents that it is worth it, and remain until `close`.
        """
        with self._working:
            if self._given_out >= _FEW and isinstance(self._workers, Inline):
                self._start()
            self._given_out += len(offers)
            size = min(_JOB, -(-len(offers) // self._workers.jobs))
            parts = [offers[first : first + size] for first in range(0, len(offers), size or 1)]
            jobs = [Job(tuple(part), self._given, str(self._known), not self._dry_run) for part in parts]
            return answers(self._workers, _READ, jobs, lambda job: None)

    def file(self, batch: Sequence[tuple[Offer, Reading]]) -> list[Outcome]:
        """File and write documents that were read; they are durable when it returns. Others may be read meanwhile."""
        before = len(self._outcomes)
        self._file(batch)
        return self._outcomes[before:]

    def close(self) -> None:
        """End the workers, if there are any."""
        self._workers.close()
        self._workers = Inline(self._store, Registry([]))

    def _start(self) -> None:
        if self._jobs > 1:
            self._workers = Processes(self._jobs, self._store, Registry([]), [read_offers.__module__])

    def _all(self, files: Iterable[Offer], skipped: list[str]) -> None:
        waiting = _documents(files, skipped)
        while batch := self._read(waiting):
            self._file([(offer, reading) for offer, reading in batch if not reading.several])
            lists = [replace(offer, form="lines") for offer, reading in batch if reading.several]
            if lists:
                waiting = chain(_documents(lists, skipped), waiting)

    def _read(self, waiting: Iterator[Offer]) -> list[tuple[Offer, Reading]]:
        """The next batch, read."""
        batch: list[Offer] = []

        def jobs() -> Iterator[Job]:
            size = 0
            while len(batch) < _BATCH and size < _BATCH_BYTES:
                part: list[Offer] = []
                part_size = 0
                while len(part) < _JOB and part_size < _JOB_BYTES and (offer := next(waiting, None)) is not None:
                    part.append(offer)
                    part_size += len(offer.body) if offer.body is not None else offer.weight
                if not part:
                    return
                size += part_size
                batch.extend(replace(offer, body=None) for offer in part)
                yield Job(tuple(part), self._given, str(self._known), not self._dry_run)

        def done(job: Job) -> None:
            self._done += sum(offer.weight for offer in job.offers)
            self._tell(min(self._done, self._total), self._total)

        return list(zip(batch, answers(self._workers, _READ, jobs(), done), strict=True))

    def _file(self, batch: Sequence[tuple[Offer, Reading]]) -> None:
        """Decide what becomes of a batch, and write it."""
        games: dict[Game, list[int]] = {}
        for place, (_, reading) in enumerate(batch):
            if reading.who is not None:
                games.setdefault(game_of(reading.who), []).append(place)
        self._learn(games)
        decisions: dict[int, Decision] = {}
        for game, places in games.items():
            candidates = [_candidate(*batch[place]) for place in places]
            decisions.update(zip(places, self._shelf.file(game, candidates), strict=True))
        outcomes = [self._outcome(*each, decisions.get(place)) for place, each in enumerate(batch)]
        if not self._dry_run:
            self._write({place: decision for place, decision in decisions.items() if decision.store}, batch)
            dead = [place for place, outcome in enumerate(outcomes) if outcome.result is Result.DEAD_LETTER]
            self._letters.write((batch[place][0].origin, batch[place][1]) for place in dead)
            self._resolved += self._letters.resolve(
                reading.sha for _, reading in batch if reading.sha in self._shelf.by_sha
            )
        self._outcomes += outcomes
        self._bytes += sum(reading.size for _, reading in batch)

    def _learn(self, games: Iterable[Game]) -> None:
        """Read what the lake has of games to which documents come."""
        paths = self._shelf.unread(games)
        if not paths:
            return
        jobs = [tuple(paths[at : at + _JOB]) for at in range(0, len(paths), _JOB)]
        with self._working:
            facts = answers(self._workers, _READ_STORED, jobs, lambda job: None)
        self._shelf.learn({path: known for path, known in zip(paths, facts, strict=True) if known is not None})

    def _write(self, decisions: dict[int, Decision], batch: Sequence[tuple[Offer, Reading]]) -> None:
        """Write documents: a later one of a game and kind only when the earlier one is durable."""
        rounds: list[list[tuple[str, bytes]]] = []
        turns: Counter[tuple[str, int, str, str]] = Counter()
        for place, decision in sorted(decisions.items(), key=lambda item: item[1].name.sequence):
            name, packed = decision.name, batch[place][1].packed
            assert packed is not None
            turn = turns[name.league, name.season, name.game_id, name.kind]
            turns[name.league, name.season, name.game_id, name.kind] += 1
            if turn == len(rounds):
                rounds.append([])
            rounds[turn].append((name.path, packed))
        for objects in rounds:
            put_all(self._store, objects)

    def _outcome(self, offer: Offer, reading: Reading, decision: Decision | None) -> Outcome:
        who = reading.who
        if who is not None and decision is not None:
            return Outcome(
                offer.origin, decision.result, decision.name.path, detail=decision.detail or None, kind=who.kind,
                league=who.league.code, season=who.season, game_id=who.game_id, game_date=who.game_date,
                status=who.status, evidence=who.evidence, repairs=reading.repairs,
            )  # fmt: skip
        name = self._shelf.by_sha.get(reading.sha)
        if name is not None:
            return Outcome(
                offer.origin, Result.UNCHANGED, name.path, detail="the same bytes", kind=name.kind, league=name.league,
                season=name.season, game_id=name.game_id, game_date=name.date,
            )  # fmt: skip
        return Outcome(
            offer.origin, Result.DEAD_LETTER, reason=reading.reason, detail=reading.detail, letter=reading.sha or None
        )


def _documents(files: Iterable[Offer], skipped: list[str]) -> Iterator[Offer]:
    for offer in files:
        if offer.form == "document":
            yield offer
        else:
            yield from expand(offer, skipped)


def _candidate(offer: Offer, reading: Reading) -> Candidate:
    assert reading.who is not None
    assert reading.facts is not None
    return Candidate(offer.origin, reading.sha, reading.who, reading.facts)


def _one_by_one(job: Job) -> list[Job]:
    return [job._replace(offers=(offer,)) for offer in job.offers]


def _died(exit_code: int | None) -> Reading:
    return Reading(reason="worker_died", detail=f"the process that read it was ended by the system ({exit_code})")


_READ = Task(read_offers, _one_by_one, _died)
_READ_STORED: Task[tuple[str, ...], Facts | None] = Task(
    read_stored, lambda paths: [(path,) for path in paths], lambda exit_code: None
)
