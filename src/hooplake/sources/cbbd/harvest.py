"""Requests to the API: each is asked once, stored as it came, and only then written down as done."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, NamedTuple, TypeGuard

from hooplake.errors import HooplakeError
from hooplake.games.cbbd.gone import drain_path, encode_drain
from hooplake.lake.store import Store
from hooplake.sources.cbbd.arrivals import Arrivals, Arrived, payload_of
from hooplake.sources.cbbd.endpoints import Endpoint
from hooplake.sources.cbbd.known import season_bounds, season_of_date
from hooplake.sources.cbbd.raw import PREFIX, name_of, names
from hooplake.sources.checkpoints import Checkpoints, Entry, Payload, Wanted, parameter_hash
from hooplake.sources.http.answer import Request
from hooplake.sources.http.client import Client
from hooplake.sources.http.workers import Gathered

DONE = ("done", "empty")
_AT_ONCE = 8
_FIRST_LOOK, _LAST_LOOK = 0.05, 1.0
"""Seconds until a run looks again whether what another one asks for has come."""


class RowCapExceeded(HooplakeError):
    """More rows begin at one instant than an answer holds, even for one conference: they cannot all be had."""

    exit_code = 4


class Claimed(Exception):
    """Another run is asking for this in this moment: come back to it later."""


class Got(NamedTuple):
    """What came of a request.

    Attributes:
        payload: the entry of the ledger.
        asked: whether it was asked now; else it was done before.
    """

    payload: Payload
    asked: bool


class Harvest:
    """The requests of one run."""

    def __init__(
        self, store: Store, checkpoints: Checkpoints, client: Client, *, url: str, key: str, run_id: str,
        force: bool = False,
    ) -> None:  # fmt: skip
        """A run.

        Args:
            store: the lake.
            checkpoints: what was done before.
            client: asks.
            url: where the API is.
            key: the key; it is sent and never written down.
            run_id: name of the run.
            force: ask for everything again.
        """
        self.store, self.checkpoints = store, checkpoints
        self._client, self._url, self._force = client, url, force
        self._headers = {"Authorization": f"Bearer {key}"}
        stored = names(store.paths(PREFIX))
        self._stored = {(name.endpoint, name.parameters): name for name in stored}
        self._arrivals = Arrivals(store, checkpoints, run_id=run_id, stored=stored)
        self.harvested = self._arrivals.harvested
        self._claims: Gathered[Wanted, bool] = Gathered(self._claim)

    async def get(
        self, endpoint: Endpoint, params: Mapping[str, str], *, season: int, since: float = 0.0,
        notes: Mapping[str, Any] | None = None, wait: bool = True,
    ) -> Got | None:  # fmt: skip
        """Ask, unless it was done already.

        Args:
            endpoint: what to ask.
            params: its parameters.
            season: where the body belongs; 0 for none.
            since: what was fetched before this moment (seconds since 1970) does not count as done.
            notes: added to the entry of the ledger.
            wait: whether to wait where another run is asking for the same.

        Returns:
            None if it failed, which is a dead letter, or if the endpoint was stopped.

        Raises:
            QuotaReached: the calls of the month end here.
            ConfigError: the key is refused, or a parameter is unknown.
            Claimed: another run is asking for the same, and this one shall not wait.
        """
        endpoint.check(params)
        counts = self.harvested.of(endpoint.name)
        pause = _FIRST_LOOK
        while True:
            known = await self._known(endpoint, params, season)
            if self._done(known, since):
                counts.skipped += 1
                return Got(known, False)
            if endpoint.name in self.harvested.stopped:
                return None
            if await self._claims.do((endpoint.name, params)):
                break
            # Another run is asking; what comes of it is ours too.
            if not wait:
                raise Claimed
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LAST_LOOK)
        written = False
        try:
            known = await self._known(
                endpoint, params, season
            )  # the other run may have been done just before the claim
            if self._done(known, since):
                counts.skipped += 1
                return Got(known, False)
            payload = await self._ask(endpoint, params, season, known, notes)
            if payload is None:
                return None
            written = True
            return Got(payload, True)
        finally:
            if not written:
                self.checkpoints.release(endpoint.name, params)

    @property
    def at_once(self) -> int:
        """How many requests are worth being under way: while some are stored, others are asked for."""
        return max(_AT_ONCE, 2 * self._client.in_flight)

    def _done(self, known: Payload | None, since: float) -> TypeGuard[Payload]:
        return known is not None and known["status"] in DONE and known["fetched_at"] >= since and not self._force

    async def _ask(
        self, endpoint: Endpoint, params: Mapping[str, str], season: int, known: Payload | None,
        notes: Mapping[str, Any] | None,
    ) -> Payload | None:  # fmt: skip
        """Ask, store what comes, and then write it down as done."""
        counts = self.harvested.of(endpoint.name)
        path, query = endpoint.url_path(params)
        await self._arrivals.room()
        begun = time.monotonic()
        fetched = await self._client.fetch(Request(endpoint.name, f"{self._url}{path}", query, self._headers))
        counts.requests += 1
        counts.retries += len(fetched.attempts) - 1
        if not fetched.ok or fetched.answer is None:
            await asyncio.to_thread(self._arrivals.failed, endpoint, params, fetched)
            return None
        arrived = Arrived(endpoint, params, season, fetched, fetched.answer, known, notes)
        payload = await self._arrivals.keep(arrived)
        counts.seconds += time.monotonic() - begun
        return payload

    async def _claim(self, wanted: Sequence[Wanted]) -> list[bool]:
        return self.checkpoints.claim(wanted)

    async def _known(self, endpoint: Endpoint, params: Mapping[str, str], season: int) -> Payload | None:
        """The entry of a request. One that was lost between the body and its entry is made from the body."""
        known = self.checkpoints.get(endpoint.name, params)
        name = self._stored.get((endpoint.name, parameter_hash(params)[:8]))
        if name is None or (known is not None and name.fetched_at <= known["fetched_at"]):
            return known
        body = gzip.decompress(await asyncio.to_thread(self.store.get, name.path))
        payload = payload_of(endpoint, body, hashlib.sha256(body).hexdigest())
        payload |= {"season": season, "fetched_at": name.fetched_at, "run_id": "", "raw_key": name.path}
        self.checkpoints.put([Entry(endpoint.name, params, payload)])
        return payload

    async def drain(
        self, endpoint: Endpoint, first: str, last: str, *, season: int, since: float, conferences: tuple[str, ...],
        notes: Mapping[str, Any] | None = None,
    ) -> bool:  # fmt: skip
        """Everything that starts between two moments, however many answers it takes.

        An answer with as many rows as the cap is not the end: all that starts before its last moment is complete, and
        from that moment on it is asked again.

        Args:
            endpoint: one with a cap.
            first: the first moment, included.
            last: the last moment, included.
            season: the season of the window; 0 for a window that may lie in two.
            since: as for `get`.
            conferences: for an instant with more rows than the cap.
            notes: as for `get`.

        Returns:
            Whether everything came.

        Raises:
            RowCapExceeded: an instant and conference with more rows than the cap.
        """
        begin = first
        payloads: list[Payload] = []
        while True:
            bounds = {"startDateRange": begin, "endDateRange": last}
            params = {"season": str(season), **bounds} if season else bounds
            got = await self.get(endpoint, params, season=season or _season_at(begin), since=since, notes=notes)
            if got is None:
                return False
            payloads.append(got.payload)
            if got.payload["rows"] < endpoint.cap:
                if season and (first, last) == season_bounds(season):
                    await asyncio.to_thread(self._drained, endpoint, season, payloads)
                return True
            self.harvested.of(endpoint.name).capped += got.asked
            until = got.payload["last_start"]
            if until > begin:
                begin = until
                continue
            if not await self._instant(endpoint, begin, season=season, since=since, conferences=conferences):
                return False
            payloads.append({"run_id": ""})  # games without a conference were not asked for
            begin = _next_moment(begin)
            if begin > last:
                return True

    def _drained(self, endpoint: Endpoint, season: int, payloads: list[Payload]) -> None:
        """Write down that a season was asked for as a whole, if all of it came in one run: what it lacks is gone."""
        runs = {payload["run_id"] for payload in payloads}
        if len(runs) > 1 or "" in runs or not any(payload["rows"] for payload in payloads):
            return
        begun = min(payload["fetched_at"] for payload in payloads)
        path = drain_path(name_of(endpoint.name, season, {}, "", begun))
        if self.store.head(path) is None:
            self.store.put(path, encode_drain(payload["raw_key"] for payload in payloads))

    async def _instant(
        self, endpoint: Endpoint, at: str, *, season: int, since: float, conferences: tuple[str, ...]
    ) -> bool:
        for conference in conferences:
            params = {"startDateRange": at, "endDateRange": at, "conference": conference}
            got = await self.get(endpoint, params, season=season or _season_at(at), since=since)
            if got is None:
                return False
            if got.payload["rows"] >= endpoint.cap:
                raise RowCapExceeded(
                    f"{endpoint.name}: {got.payload['rows']:,} rows start at {at} in {conference}, as many as an answer "
                    "holds; the rest cannot be asked for"
                )
        if not conferences:
            raise RowCapExceeded(f"{endpoint.name}: more rows start at {at} than an answer holds, {endpoint.cap:,}")
        return True


def _next_moment(text: str) -> str:
    moment = datetime.fromisoformat(text).timestamp() + 0.001
    when = datetime.fromtimestamp(round(moment, 3), UTC)
    return f"{when:%Y-%m-%dT%H:%M:%S}.{round(when.microsecond / 1000):03d}Z"


def _season_at(text: str) -> int:
    return season_of_date(date.fromisoformat(text[:10]))
