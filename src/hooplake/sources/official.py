"""The official feed from the NBA's statistics site: the game log of a season, then the plays of its games.

The lake is the cache: a game whose plays it has is not asked for again, whether they came from here or from a dump. The
site answers slowly and shuts out who asks fast, so that the rate is low by default. It is not reachable from everywhere.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hooplake.config import Settings
from hooplake.errors import ConfigError, DocumentError
from hooplake.games.official.discover import games_of
from hooplake.games.official.dumps import json_rows
from hooplake.games.official.identity import identify
from hooplake.games.official.raw import PREFIX, by_season
from hooplake.games.seasons import season_label
from hooplake.lake.store import Store
from hooplake.sources.http.answer import Answer, Request
from hooplake.sources.http.client import Client
from hooplake.sources.http.log import request_log
from hooplake.sources.http.verdict import OK, Action, Verdict, judge_status, looks_like_json
from hooplake.sources.http.workers import together
from hooplake.sources.official_files import OfficialIntake
from hooplake.sources.report import IngestReport

SEASON_TYPES = {"regular": "Regular Season", "playoffs": "Playoffs", "playin": "PlayIn", "preseason": "Pre Season"}
"""Parts of a season by our names, and how the site calls them."""

OnProgress = Callable[[int, int], None]
"""Gets how many games are done, and how many there are to fetch."""

_LEAGUE_IDS = {"nba": "00", "wnba": "10"}
_HEADERS = {"Referer": "https://www.nba.com/", "Origin": "https://www.nba.com", "Accept": "application/json"}
_BATCH = 16


@dataclass
class OfficialReport:
    """What came of a call.

    Attributes:
        games: games of the log.
        known: games whose plays the lake has.
        wanted: games to fetch; in a dry run they are not.
        requests: requests made, repeated ones included.
        failures: (what was asked, reason) of what could not be fetched.
        documents: what became of the answers.
    """

    games: int = 0
    known: int = 0
    wanted: list[str] = field(default_factory=list)
    requests: int = 0
    failures: list[tuple[str, str]] = field(default_factory=list)
    documents: IngestReport = field(default_factory=lambda: IngestReport(()))

    @property
    def exit_code(self) -> int:
        """0, or 4 if something could not be fetched."""
        return 4 if self.failures else self.documents.exit_code

    def to_json(self) -> dict[str, Any]:
        """The report as a JSON object."""
        return {
            "games": self.games, "known": self.known, "wanted": self.wanted, "requests": self.requests,
            "failures": [{"what": what, "reason": reason} for what, reason in self.failures],
            **self.documents.to_json(),
        }  # fmt: skip


def judge(answer: Answer, now: float) -> Verdict:
    """What an answer of the site means: a page instead of JSON is a sign of overload, so it is asked again."""
    verdict = judge_status(answer, now)
    if verdict is not OK:
        return verdict
    wrong = looks_like_json(answer, b"{")
    return wrong._replace(action=Action.RETRY) if wrong is not None else OK


class OfficialIngest:
    """One call."""

    def __init__(
        self, store: Store, client: Client, *, url: str, boxes: bool, dry_run: bool, on_progress: OnProgress | None
    ) -> None:
        """A call.

        Args:
            store: the lake.
            client: asks, by the rules of `judge`.
            url: where the site is.
            boxes: fetch the box of each game too.
            dry_run: read the log and fetch no game.
            on_progress: is told how far the work is.
        """
        self._store, self._client, self._url = store, client, f"{url}/stats"
        self._boxes, self._dry_run = boxes, dry_run
        self._tell = on_progress or (lambda done, total: None)
        self._intake = OfficialIntake(store, dry_run)
        self._report = OfficialReport()

    async def season(self, league: str, season: int, parts: Sequence[str]) -> OfficialReport:
        """Every game in the log of a season whose plays the lake does not have."""
        games: dict[str, None] = {}
        for part in parts:
            params = {
                "Counter": "0", "Direction": "ASC", "LeagueID": _LEAGUE_IDS[league], "PlayerOrTeam": "T",
                "Season": season_label(league, season), "SeasonType": SEASON_TYPES[part], "Sorter": "DATE",
            }  # fmt: skip
            body = await self._ask("leaguegamelog", params, f"game log of {season}, {part}")
            if body is not None:
                games.update(dict.fromkeys(self._take(f"official:log:{season}:{part}", body)))
        known = self._known(league, season)
        self._report.games = len(games)
        self._report.known = len(games.keys() & known)
        return await self.games([game for game in games if game not in known])

    async def games(self, game_ids: Iterable[str]) -> OfficialReport:
        """Games by their ids."""
        begun = time.monotonic()
        wanted = self._report.wanted = list(game_ids)
        if not self._dry_run:
            due, done = deque(wanted), 0
            self._tell(0, len(wanted))

            async def work(game_id: str) -> None:
                nonlocal done
                whole = {"GameID": game_id, "StartPeriod": "0", "EndPeriod": "0"}
                asked = [("playbyplayv2", whole)]
                if self._boxes:
                    asked.append(
                        ("boxscoretraditionalv2", {**whole, "RangeType": "0", "StartRange": "0", "EndRange": "0"})
                    )
                for endpoint, params in asked:
                    body = await self._ask(endpoint, params, f"{endpoint} of {game_id}")
                    if body is not None:
                        self._take(f"official:{endpoint}:{game_id}", body)
                done += 1
                self._tell(done, len(wanted))
                if done % _BATCH == 0:
                    self._intake.flush()

            try:
                await together(due, work)
            finally:
                self._intake.flush()  # also when the run ends early: what has come is kept
        self._report.documents = IngestReport(
            tuple(self._intake.outcomes), seconds=time.monotonic() - begun, dry_run=self._dry_run
        )
        return self._report

    def _take(self, origin: str, body: bytes) -> list[str]:
        """Store an answer; returns the games that it is about."""
        try:
            rows = json_rows(body)
            self._intake.answer(origin, body)
        except DocumentError as error:
            self._report.failures.append((origin, f"{error.reason}: {error.detail}"))
            return []
        texts = {str(value) for table in rows.values() for value in table["GAME_ID"].unique().to_pylist()}
        return sorted(game.game_id for game in map(identify, texts) if game is not None)

    def _known(self, league: str, season: int) -> set[str]:
        """Games of a season whose plays are in the lake."""
        names = by_season(self._store.paths(PREFIX)).get((league, season), [])
        return {game for name in names if name.kind == "plays" for game, _ in games_of(self._store, name)}

    async def _ask(self, endpoint: str, params: Mapping[str, str], what: str) -> bytes | None:
        """The body of an answer, or None and a failure."""
        fetched = await self._client.fetch(Request(endpoint, f"{self._url}/{endpoint}", params, _HEADERS))
        self._report.requests += len(fetched.attempts)
        if fetched.ok and fetched.answer is not None:
            return fetched.answer.body
        self._report.failures.append((what, f"{fetched.verdict.reason}: {fetched.verdict.detail}"))
        return None


def fetch_official(
    store: Store, settings: Settings, *, league: str = "nba", season: int | None = None,
    parts: Sequence[str] = ("regular",), games: Sequence[str] = (), boxes: bool = False, dry_run: bool = False,
    on_progress: OnProgress | None = None,
) -> OfficialReport:  # fmt: skip
    """Take in games from the NBA's statistics site.

    Args:
        store: the lake.
        settings: where the site is and how fast it may be asked.
        league: nba or wnba.
        season: a whole season, by its ending year.
        parts: of the season: regular, playoffs, playin, preseason.
        games: instead, game ids.
        boxes: fetch the box of each game too.
        dry_run: read the log and fetch no game.
        on_progress: is told how far the work is.

    Raises:
        ConfigError: no such league or part, or an id that is none.
        StoreError: the lake cannot be written.
    """
    if league not in _LEAGUE_IDS:
        raise ConfigError(f"the statistics site has no {league!r}; it has {', '.join(_LEAGUE_IDS)}")
    if unknown := sorted(set(parts) - set(SEASON_TYPES)):
        raise ConfigError(f"a season has no part {unknown[0]!r}; there are {', '.join(SEASON_TYPES)}")
    found = [(game, identify(game)) for game in games]
    if wrong := next((game for game, identity in found if identity is None), None):
        raise ConfigError(f"{wrong!r} is no official game id, which has ten digits, such as 0021800001")

    async def run() -> OfficialReport:
        with request_log(settings.log) as log:
            async with Client(judge, rate=settings.official_rate, in_flight=settings.in_flight, log=log) as client:
                ingest = OfficialIngest(
                    store, client, url=settings.official_url, boxes=boxes, dry_run=dry_run, on_progress=on_progress
                )
                if season is None:
                    return await ingest.games([identity.game_id for _, identity in found if identity is not None])
                return await ingest.season(league, season, parts)

    return asyncio.run(run())
