"""Which requests make up a season, and which of them an increment needs: the strategies, and what they will cost."""

from __future__ import annotations

import asyncio
import math
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from hooplake.errors import ConfigError
from hooplake.games.cbbd.raw import RawBody, read_index
from hooplake.sources.cbbd.endpoints import Endpoint, endpoint, endpoints
from hooplake.sources.cbbd.harvest import DONE, Claimed, Harvest
from hooplake.sources.cbbd.known import (
    KnownGame,
    Members,
    final_dates,
    known_games,
    lacking,
    members,
    season_bounds,
    season_of_date,
    window_bounds,
)  # fmt: skip
from hooplake.sources.checkpoints import Payload
from hooplake.sources.http.workers import together

SETTLING = timedelta(days=7)
HOURS = 3600.0
DAY = 24 * HOURS
LOOK_AGAIN = 0.2
"""Seconds until a run with nothing else to do looks again whether what others ask for has come."""
FRESH = 12 * HOURS
"""What a backfill has fetched so recently it does not ask for again, although more may come."""
_SNAPSHOTS_LAST = 6.5 * DAY
_DAILY = ("rankings", "ratings_adjusted", "ratings_srs", "ratings_elo", "stats_team_season", "stats_player_season")
_IN_VAIN = 2
_EXPECTED = {"games": 6300, "dates": 155, "conferences": 34, "teams": 364}
Job = Callable[[], Awaitable[None]]


class Planned(NamedTuple):
    """Calls to an endpoint for a season (0 for none).

    Attributes:
        exact: false for an estimate, while the games or teams of the season are not known yet.
    """

    endpoint: str
    season: int
    calls: int
    exact: bool


def chosen(only: Sequence[str], *, skip_fanout: bool = False, optional: bool = False) -> list[Endpoint]:
    """The endpoints of a run, in the order of the run.

    Args:
        only: their names; empty for all that are on by default.
        skip_fanout: leave out those that take a request per date, team or conference.
        optional: include those per team and those that need a larger subscription.

    Raises:
        ConfigError: no such endpoint, or one that only `gap-fill` and `one` ask for.
    """
    for name in only:
        if endpoint(name).default in ("gap", "off"):
            raise ConfigError(f"{name} is not part of a backfill: use 'hooplake cbbd gap-fill' or 'hooplake cbbd one'")
    wanted = ("on", "optional") if optional else ("on",)
    found = [one for one in endpoints().values() if (one.name in only if only else one.default in wanted)]
    return [one for one in found if not (skip_fanout and one.strategy in ("date", "team", "conference"))]


class Seasons:
    """The requests of whole seasons and of increments."""

    def __init__(self, harvest: Harvest, *, now: float) -> None:
        """Requests.

        Args:
            harvest: makes them.
            now: seconds since 1970.
        """
        self._harvest = harvest
        self._now = now
        self._today = datetime.fromtimestamp(now, UTC).date()

    def _since(self, end: date, fresh: float = FRESH) -> float:
        """From when on a fetch counts, for data that may change until some days after its end."""
        settled = datetime(end.year, end.month, end.day, tzinfo=UTC) + SETTLING
        return min(settled.timestamp(), self._now - fresh)

    def _season_since(self, season: int, fresh: float = FRESH) -> float:
        return self._since(date(season, 7, 31), fresh)

    def plan(self, seasons: Sequence[int], wanted: Sequence[Endpoint]) -> list[Planned]:
        """What a backfill will ask for, as far as it is known before: what is done already is left out."""
        store = self._harvest.store
        found = []
        for one in wanted:
            if one.strategy == "snapshot":
                due = self._due(one, {}, self._now - _SNAPSHOTS_LAST)
                found.append(Planned(one.name, 0, int(due), True))
        for season in seasons:
            games = known_games(store, season)
            known = members(store, season)
            for one in wanted:
                if one.strategy == "snapshot" or season < one.since or one.strategy == "live":
                    continue
                since = self._season_since(season)
                if one.strategy == "windowed":
                    count = one.per_game * (len(games) or _EXPECTED["games"])
                    # Each answer but the last repeats its last instant.
                    calls, exact = self._drained(one, season, math.ceil(count / (one.cap * 0.985)))
                elif one.strategy == "season":
                    calls, exact = int(self._due(one, {one.season_param: str(season)}, since)), True
                elif one.strategy == "date":
                    dates = final_dates(games.values())
                    due_dates = [d for d in dates if self._due(one, {"date": d}, self._since(date.fromisoformat(d)))]
                    calls, exact = (len(due_dates), True) if games else (_EXPECTED["dates"], False)
                else:
                    kind = "conferences" if one.strategy == "conference" else "teams"
                    values = getattr(known, kind)
                    due_values = [v for v in values if self._due(one, _of(one, season, v), since)]
                    calls, exact = (len(due_values), True) if values else (_EXPECTED[kind], False)
                found.append(Planned(one.name, season, calls, exact))
        return found

    def _due(self, one: Endpoint, params: Mapping[str, str], since: float) -> bool:
        known = self._harvest.checkpoints.get(one.name, params)
        return known is None or known["status"] not in DONE or known["fetched_at"] < since

    def _drained(self, one: Endpoint, season: int, expected: int) -> tuple[int, bool]:
        """How many answers of a drain are missing, and whether that is more than a guess."""
        first, last = season_bounds(season)
        done, since = 0, self._season_since(season)
        while True:
            params = {"season": str(season), "startDateRange": first, "endDateRange": last}
            known = self._harvest.checkpoints.get(one.name, params)
            if known is None or known["fetched_at"] < since:
                return max(1, expected - done), False
            if known["rows"] < one.cap or known["last_start"] <= first:
                return 0, True
            first, done = known["last_start"], done + 1

    async def _work(self, jobs: deque[Job]) -> None:
        """Work through jobs; what another run is about comes last, so that two runs share what is to be done."""
        while jobs:
            later: deque[Job] = deque()

            async def run(job: Job, later: deque[Job] = later) -> None:
                try:
                    await job()
                except Claimed:
                    later.append(job)

            await together(jobs, run, workers=self._harvest.at_once)
            if later:
                await asyncio.sleep(LOOK_AGAIN)
            jobs = later

    async def backfill(self, seasons: Sequence[int], wanted: Sequence[Endpoint], admit: Callable[[], None]) -> None:
        """Whole seasons: snapshots, then games, then all that needs to know them.

        Args:
            seasons: their ending years.
            wanted: the endpoints.
            admit: is called after the first answer, which tells how many calls are left.

        Raises:
            QuotaReached: the calls end here; the same call goes on later.
        """
        snapshots = [one for one in wanted if one.strategy == "snapshot"]
        games = [one for one in wanted if one.name == "games"]
        rest = [one for one in wanted if one.strategy not in ("snapshot", "live") and one.name != "games"]
        jobs = deque(self._snapshot(one, self._now - _SNAPSHOTS_LAST) for one in snapshots)
        for season in seasons:
            jobs.extend(self._drain(one, season) for one in games if season >= one.since)
        if jobs:
            await self._work(deque([jobs.popleft()]))
            admit()
        await self._work(jobs)
        for season in seasons:
            known = members(self._harvest.store, season)
            dates = final_dates(known_games(self._harvest.store, season).values())
            jobs = deque(job for one in rest if season >= one.since for job in self._jobs(one, season, known, dates))
            await self._work(jobs)

    def _jobs(self, one: Endpoint, season: int, known: Members, dates: Mapping[str, int]) -> list[Job]:
        since = self._season_since(season)
        if one.strategy == "windowed":
            return [self._drain(one, season)]
        if one.strategy == "season":
            return [self._ask(one, {one.season_param: str(season)}, season, since)]
        if one.strategy == "date":
            # How many games of the date were over says to an increment whether there are more by now.
            return [
                self._ask(one, {"date": day}, season, self._since(date.fromisoformat(day)), {"finals": finals})
                for day, finals in dates.items()
            ]
        values = known.conferences if one.strategy == "conference" else known.teams
        return [self._ask(one, _of(one, season, value), season, since) for value in values]

    def _snapshot(self, one: Endpoint, since: float) -> Job:
        return self._ask(one, {}, 0, since)

    def _ask(
        self, one: Endpoint, params: Mapping[str, str], season: int, since: float, notes: Mapping[str, object] | None = None
    ) -> Job:  # fmt: skip
        async def ask() -> None:
            await self._harvest.get(one, params, season=season, since=since, notes=notes, wait=False)

        return ask

    def _drain(self, one: Endpoint, season: int) -> Job:
        async def drain() -> None:
            first, last = season_bounds(season)
            conferences = members(self._harvest.store, season).conferences
            await self._harvest.drain(
                one, first, last, season=season, since=self._season_since(season), conferences=conferences
            )

        return drain

    async def increment(self, wanted: Sequence[Endpoint], *, days: int) -> None:
        """What can have changed since the last time.

        The games of the last days are always asked for; the other windows only where the games are others than when
        they were last asked for, or a day has passed; plays of a date when a game of it has ended since, and once more
        a week later; totals and ratings once a day; what changes with the weeks once a week.

        Args:
            wanted: the endpoints.
            days: how many days back the windows reach.
        """
        names = {one.name for one in wanted}
        season = season_of_date(self._today)
        first, last = window_bounds(self._today, days)
        harvest = self._harvest
        known = members(harvest.store, season)
        games = endpoint("games")
        await harvest.drain(games, first, last, season=0, since=self._now, conferences=known.conferences)
        window = harvest.checkpoints.get("games", {"startDateRange": first, "endDateRange": last}) or {}
        basis = str(window.get("content_hash", ""))
        jobs: deque[Job] = deque()
        for one in wanted:
            if one.strategy == "windowed" and one.name != "games":
                jobs.append(self._window(one, first, last, basis, known))
            elif one.strategy == "season" and season >= one.since:
                fresh = 20 * HOURS if one.name in _DAILY else _SNAPSHOTS_LAST
                jobs.append(self._ask(one, {one.season_param: str(season)}, season, self._now - fresh))
            elif one.strategy == "snapshot":
                jobs.append(self._snapshot(one, self._now - _SNAPSHOTS_LAST))
            elif one.strategy == "conference":
                jobs.extend(
                    self._ask(one, _of(one, season, value), season, self._now - _SNAPSHOTS_LAST)
                    for value in known.conferences
                )
        if "plays_date" in names:
            jobs.extend(self._plays(endpoint("plays_date"), season, days))
        await self._work(jobs)

    def _window(self, one: Endpoint, first: str, last: str, basis: str, known: Members) -> Job:
        entry = self._harvest.checkpoints.get(one.name, {"startDateRange": first, "endDateRange": last})
        unchanged = entry is not None and entry.get("basis") == basis
        since = self._now - DAY if unchanged else self._now

        async def drain() -> None:
            await self._harvest.drain(
                one, first, last, season=0, since=since, conferences=known.conferences, notes={"basis": basis}
            )

        return drain

    def _plays(self, one: Endpoint, season: int, days: int) -> list[Job]:
        found = []
        oldest = self._today - timedelta(days=days)
        games = known_games(self._harvest.store, season)
        for text, finals in final_dates(games.values()).items():
            day = date.fromisoformat(text)
            if not oldest - timedelta(days=1) <= day <= self._today:
                continue
            entry = self._harvest.checkpoints.get(one.name, {"date": text})
            settled = datetime(day.year, day.month, day.day, tzinfo=UTC) + SETTLING
            early = entry is not None and entry["fetched_at"] < settled.timestamp() <= self._now
            known = entry is not None and entry.get("finals") == finals and entry["status"] == "done"
            of_day = [game for game in games.values() if game.start_date[:10] == text]
            fresh = known and not early and not self._repair(entry or {}, of_day)
            found.append(self._ask(one, {"date": text}, season, 0.0 if fresh else self._now, {"finals": finals}))
        return found

    def _repair(self, entry: Payload, games: Sequence[KnownGame]) -> bool:
        """Whether plays of a date shall be asked for again, since some are missing.

        Not more than once a day, and not when that has brought nothing twice: of some games there never are any.
        """
        if entry["fetched_at"] > self._now - 20 * HOURS or entry.get("same", 0) >= _IN_VAIN:
            return False
        name = RawBody.parse(entry["raw_key"])
        return name is not None and lacking(games, read_index(self._harvest.store, name)) > 0


def _of(one: Endpoint, season: int, value: str) -> dict[str, str]:
    return {"season": str(season), ("conference" if one.strategy == "conference" else "team"): value}
