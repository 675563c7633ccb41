"""Games from ESPN: the schedule says which games are over, and only those that are new or changed are fetched.

A day is asked for until all its games are closed and three days have passed; after that it is settled. A game is
fetched when its scoreboard says that it is over, and again whenever status or score there are others than when it was
last fetched. The games of a day are fetched before the next day is asked for, so that a run that is stopped again and
again gets on all the same.

What is fetched goes the way of files (`hooplake.sources.files.Intake`): as a raw document, or as a dead letter. Before
documents are filed the ledger says which are to come, and afterwards that they are durable: of a run that was killed in
between, the next one finds those that had come.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from hooplake.build import forkserver
from hooplake.config import Settings
from hooplake.errors import ConfigError
from hooplake.games.espn.raw import PREFIX, RawName
from hooplake.games.leagues import LEAGUES, League
from hooplake.games.seasons import eastern_date
from hooplake.lake.store import Store
from hooplake.sources.checkpoints import Checkpoints, Entry, open_checkpoints
from hooplake.sources.espn_board import Board, board_params, middle_of, read_board, season_days
from hooplake.sources.espn_documents import Incoming, judge
from hooplake.sources.espn_report import EspnReport
from hooplake.sources.files import Intake
from hooplake.sources.filing import Result
from hooplake.sources.http.answer import Answer, Request
from hooplake.sources.http.client import Client, Examine, Fetched
from hooplake.sources.http.log import request_log
from hooplake.sources.http.workers import together
from hooplake.sources.reading import Given, read_offers
from hooplake.sources.report import IngestReport, Outcome
from hooplake.sources.request_letters import RequestLetters, letter_of

BOARD, SUMMARY = "espn_scoreboard", "espn_summary"
SETTLING = timedelta(days=3)
_AT_ONCE = 8
_AHEAD = 32
"""Documents that are fetched ahead for each worker that reads them."""
_MANY_DAYS = 14
"""So many days to ask for have enough games for workers to be started for them."""
_READ_ALONE = 100.0
"""Documents a second that this process reads beside fetching them."""

OnProgress = Callable[[int, int], None]
"""Gets how many games are done, and how many there are to fetch."""


@dataclass(eq=False)
class _Day:
    """A day whose scoreboard was read; it is written down when none of its games is missing any more."""

    date: date
    board: Board
    missing: int = 0
    failed: bool = False


@dataclass(eq=False)
class _Wanted:
    game_id: str
    signature: str
    day: _Day | None


class EspnIngest:
    """One call for one league."""

    def __init__(
        self, store: Store, checkpoints: Checkpoints, client: Client, *, league: str, url: str, now: float, run_id: str,
        jobs: int = 1, dry_run: bool = False, on_progress: OnProgress | None = None,
    ) -> None:  # fmt: skip
        """A call.

        Args:
            store: the lake.
            checkpoints: what was fetched before.
            client: asks, by the rules of `judge`.
            league: nba, wnba, mbb or wbb.
            url: where ESPN is.
            now: seconds since 1970.
            run_id: name of the run, for dead letters.
            jobs: worker processes that read what has come; 1 reads it in this one.
            dry_run: read the schedule and fetch nothing.
            on_progress: is told how far the work is.

        Raises:
            ConfigError: no such league.
        """
        if league not in LEAGUES:
            raise ConfigError(f"there is no league {league!r}; there are {', '.join(LEAGUES)}")
        self._league: League = LEAGUES[league]
        self._url = f"{url}/apis/site/v2/sports/basketball/{self._league.espn_slug}"
        self._store, self._checkpoints, self._client = store, checkpoints, client
        self._now, self._run_id, self._jobs, self._dry_run = now, run_id, jobs, dry_run
        self._today = eastern_date(datetime.fromtimestamp(now, UTC))
        self._letters = RequestLetters(store)
        self._tell = on_progress or (lambda done, total: None)
        self._report = EspnReport()
        self._outcomes: list[Outcome] = []
        self._incoming: Incoming[_Wanted] | None = None
        self._done = 0

    async def season(self, season: int) -> EspnReport:
        """Every game of a season that is over, by the calendar of the season."""
        fetched = await self._ask(BOARD, "scoreboard", board_params(self._league, middle_of(self._league, season)))
        days: Sequence[date] = ()
        if fetched is not None:
            board = read_board(fetched.body)
            days = board.days if board.season == season else ()
        return await self.days(days or season_days(self._league, season), season=season)

    async def days(self, days: Iterable[date], *, season: int | None = None) -> EspnReport:
        """Every game of some days that is over.

        Args:
            days: US Eastern dates; those to come are left out.
            season: leave out games of others.
        """
        known = {entry.params["dates"]: entry.payload for entry in self._checkpoints.of(self._entry(BOARD))}
        fetched = self._fetched()
        jobs: deque[date | _Wanted] = deque()
        for day in days:
            if known.get(f"{day:%Y%m%d}", {}).get("settled"):
                self._report.settled += 1
            elif day <= self._today:
                jobs.append(day)
        if len(jobs) >= _MANY_DAYS and self._jobs > 1 and not self._dry_run:
            forkserver.start([read_offers.__module__])  # it loads its modules while the first games are fetched

        async def board(day: date) -> list[_Wanted]:
            answer = await self._ask(BOARD, "scoreboard", board_params(self._league, day))
            if answer is None:
                return []
            found = _Day(day, read_board(answer.body))
            wanted = self._due(found, season, fetched)
            if not wanted:
                self._settle([found])
            return wanted

        return await self._work(jobs, board)

    async def games(self, game_ids: Iterable[str]) -> EspnReport:
        """Games by their ids, however far they have gone."""
        wanted = [_Wanted(game_id, "", None) for game_id in game_ids]
        self._report.wanted = [one.game_id for one in wanted]
        return await self._work(deque(() if self._dry_run else wanted), None)

    def _entry(self, name: str) -> str:
        return f"{name}:{self._league.code}"

    def _fetched(self) -> dict[str, dict[str, Any]]:
        """What was fetched of each game; also where a run was killed after it had filed documents."""
        entries = {entry.params["event"]: entry for entry in self._checkpoints.of(self._entry(SUMMARY))}
        filing = {event: entry for event, entry in entries.items() if "filing" in entry.payload}
        if filing:
            paths = self._store.paths(f"{PREFIX}/summary/league={self._league.code}")
            stored = {(name.game_id, name.sha): name.path for path in paths if (name := RawName.parse(path))}
            for event, entry in filing.items():
                payload = dict(entry.payload)
                path = stored.get((event, payload.pop("filing")))
                if path is None:
                    del entries[event]
                else:
                    entries[event] = entry._replace(payload={**payload, "path": path})
            if not self._dry_run:
                self._checkpoints.put(entries[event] for event in filing if event in entries)
        return {event: entry.payload for event, entry in entries.items()}

    def _due(self, day: _Day, season: int | None, fetched: dict[str, dict[str, Any]]) -> list[_Wanted]:
        found = []
        self._report.days += 1
        for game in day.board.games:
            if season is not None and game.season not in (None, season):
                continue
            self._report.games += 1
            if not game.done:
                self._report.waiting += not game.closed
            elif fetched.get(game.game_id, {}).get("signature") == game.signature:
                self._report.unchanged += 1
            else:
                found.append(_Wanted(game.game_id, game.signature, day))
        day.missing = len(found)
        self._report.wanted += [one.game_id for one in found]
        return found

    async def _work(
        self, jobs: deque[date | _Wanted], board: Callable[[date], Awaitable[list[_Wanted]]] | None
    ) -> EspnReport:  # fmt: skip
        begun = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="hooplake-") as folder:

            async def work(job: date | _Wanted) -> None:
                if isinstance(job, _Wanted):
                    await self._summary(job, Path(folder))
                elif board is not None:
                    found = await board(job)
                    if not self._dry_run:
                        jobs.extendleft(reversed(found))
                        self._tell(self._done, len(self._report.wanted))

            try:
                await together(jobs, work, workers=self._at_once)
            finally:
                # Also when the run ends early: what has come is kept.
                if self._incoming is not None:
                    self._incoming.close()
                    self._incoming = None
        self._report.wanted.sort()
        self._report.documents = IngestReport(
            tuple(self._outcomes), seconds=time.monotonic() - begun, dry_run=self._dry_run
        )
        return self._report

    @property
    def _at_once(self) -> int:
        """How many games are under way: while some are read and filed, others are asked for."""
        ahead = _AHEAD * self._jobs if self._jobs > 1 else 0
        return max(_AT_ONCE, 2 * self._client.in_flight + ahead)

    async def _summary(self, one: _Wanted, folder: Path) -> None:
        if self._incoming is None:
            intake = Intake(self._store, Given(league=self._league.code), self._jobs, folder)
            self._incoming = Incoming(intake, before=self._about_to_file, after=self._filed)
        examine = partial(self._incoming.examine, one, f"espn:{one.game_id}")
        if await self._ask(SUMMARY, "summary", {"event": one.game_id}, examine) is not None:
            await self._incoming.file(one)
            return
        self._count(1)
        if one.day is not None:
            one.day.failed = True

    def _about_to_file(self, documents: Sequence[tuple[_Wanted, str]]) -> None:
        self._checkpoints.put(self._summary_entry(one, filing=sha) for one, sha in documents if one.signature)

    def _filed(self, documents: Sequence[tuple[_Wanted, Outcome]]) -> None:
        """Write down what is durable."""
        entries = []
        for one, outcome in documents:
            self._outcomes.append(outcome)
            if outcome.result is Result.DEAD_LETTER:
                if one.day is not None:
                    one.day.failed = True
                continue
            if one.signature:
                entries.append(self._summary_entry(one, path=outcome.path))
            if one.day is not None:
                one.day.missing -= 1
        self._checkpoints.put(entries)
        self._settle(dict.fromkeys(one.day for one, _ in documents if one.day is not None))
        self._count(len(documents))

    def _summary_entry(self, one: _Wanted, **more: str | None) -> Entry:
        payload = {"signature": one.signature, "fetched_at": self._now, "run_id": self._run_id, **more}
        return Entry(self._entry(SUMMARY), {"event": one.game_id}, payload)

    def _settle(self, days: Iterable[_Day]) -> None:
        """Write down the days of which nothing more is to come."""
        entries = []
        for day in days:
            closed = all(game.closed for game in day.board.games)
            if day.missing == 0 and not day.failed and closed and day.date + SETTLING <= self._today:
                payload = {"settled": True, "games": len(day.board.games), "fetched_at": self._now}
                entries.append(Entry(self._entry(BOARD), {"dates": f"{day.date:%Y%m%d}"}, payload))
        if entries and not self._dry_run:
            self._checkpoints.put(entries)

    def _count(self, games: int) -> None:
        self._done += games
        self._tell(self._done, len(self._report.wanted))

    async def _ask(self, endpoint: str, path: str, params: Any, examine: Examine | None = None) -> Answer | None:
        """An answer, or None and a dead letter."""
        fetched: Fetched = await self._client.fetch(Request(endpoint, f"{self._url}/{path}", params), examine)
        self._report.requests += len(fetched.attempts)
        told = {**params, "league": self._league.code}
        if fetched.ok and fetched.answer is not None:
            if not self._dry_run:
                self._letters.resolve(endpoint, told)
            return fetched.answer
        where = f"--game {params['event']}" if "event" in params else _range(params["dates"])
        letter = letter_of(
            fetched, told, run_id=self._run_id, replay=f"hooplake ingest espn --league {self._league.code} {where}"
        )
        self._report.failures.append(letter)
        if not self._dry_run:
            self._letters.write(letter)
        return None


def _range(text: str) -> str:
    day = f"{text[:4]}-{text[4:6]}-{text[6:]}"
    return f"--from {day} --to {day}"


def ingest_espn(
    store: Store, settings: Settings, *, league: str, season: int | None = None, days: Sequence[date] = (),
    games: Sequence[str] = (), dry_run: bool = False, on_progress: OnProgress | None = None,
) -> EspnReport:  # fmt: skip
    """Take in games from ESPN.

    Args:
        store: the lake.
        settings: where ESPN is and how fast it may be asked.
        league: nba, wnba, mbb or wbb.
        season: a whole season, by its ending year.
        days: instead, US Eastern dates.
        games: instead, game ids.
        dry_run: read the schedule and fetch no game.
        on_progress: is told how far the work is.

    Raises:
        ConfigError: no such league.
        DocumentError: a scoreboard is not what it was.
        StoreError: the lake cannot be written.
    """
    # Slower, and the documents are read while the limiter waits.
    fast = settings.espn_rate == 0 or settings.espn_rate > _READ_ALONE

    async def run() -> EspnReport:
        with request_log(settings.log) as log:
            async with Client(judge, rate=settings.espn_rate, in_flight=settings.in_flight, log=log) as client:
                ingest = EspnIngest(
                    store, checkpoints, client, league=league, url=settings.espn_url, now=time.time(),
                    run_id=f"{time.time_ns():x}", jobs=settings.jobs if fast else 1, dry_run=dry_run,
                    on_progress=on_progress,
                )  # fmt: skip
                if games:
                    return await ingest.games(games)
                return await (ingest.days(days) if season is None else ingest.season(season))

    checkpoints = open_checkpoints(store, settings)
    try:
        return asyncio.run(run())
    finally:
        checkpoints.close()
