"""Answers of the API on their way into the lake: counted, stored as they came, and only then written down as done."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

import msgspec

from hooplake.games.cbbd.raw import Index, RawBody
from hooplake.lake.store import Store
from hooplake.sources.cbbd.columns import undeclared
from hooplake.sources.cbbd.counts import Harvested
from hooplake.sources.cbbd.endpoints import Endpoint
from hooplake.sources.cbbd.raw import content_hash, index_for, name_of, store_bodies
from hooplake.sources.cbbd.tally import Tally, Told
from hooplake.sources.checkpoints import Checkpoints, Entry, Payload
from hooplake.sources.http.answer import Answer
from hooplake.sources.http.client import LONGEST_WAIT, Fetched
from hooplake.sources.http.verdict import Action, Verdict
from hooplake.sources.http.workers import Gathered
from hooplake.sources.request_letters import RequestLetters, letter_of

_MOST_HELD = 64 << 20
"""Bytes of answers, not compressed, that wait to be stored; of plays one answer may have 20 MB."""


class Arrived(NamedTuple):
    """An answer that has come.

    Attributes:
        known: the entry of the ledger before.
        notes: added to the new one.
    """

    endpoint: Endpoint
    params: Mapping[str, str]
    season: int
    fetched: Fetched
    answer: Answer
    known: Payload | None
    notes: Mapping[str, Any] | None


class Stored(NamedTuple):
    """What came of an answer: the entry of the ledger, and what its rows tell."""

    payload: Payload
    told: Told


class _Row(msgspec.Struct, rename="camel"):
    start_date: str = ""


class Arrivals:
    """The answers of one run."""

    def __init__(self, store: Store, checkpoints: Checkpoints, *, run_id: str, stored: Sequence[RawBody]) -> None:
        """What comes in.

        Args:
            store: the lake.
            checkpoints: the ledger.
            run_id: name of the run.
            stored: the bodies that are there.
        """
        self.harvested = Harvested()
        self._store, self._checkpoints, self._run_id = store, checkpoints, run_id
        self._letters = RequestLetters(store)
        self._looked_at: set[str] = set()
        self._tally = Tally(store, stored)
        self._storing: Gathered[Arrived, Stored] = Gathered(self._write_down)
        self._held = 0
        self._room = asyncio.Event()

    async def room(self) -> None:
        """Wait until what has come and is not stored yet leaves room for more in the memory."""
        while self._held > _MOST_HELD:
            self._room.clear()
            await self._room.wait()

    async def keep(self, arrived: Arrived) -> Payload:
        """Store an answer with all others that have come meanwhile, and then write it down.

        Returns:
            The entry of the ledger.

        Raises:
            StoreError: it cannot be stored.
        """
        size = len(arrived.answer.body)
        self._held += size
        try:
            payload, told = await self._storing.do(arrived)
        finally:
            self._held -= size
            self._room.set()
        counts = self.harvested.of(arrived.endpoint.name)
        counts.add(told)
        counts.bodies += payload["raw_key"] != (arrived.known or {}).get("raw_key")
        counts.rows += payload["rows"]
        counts.empty += payload["status"] == "empty"
        counts.bytes += len(arrived.answer.raw)
        return payload

    async def _write_down(self, arrived: Sequence[Arrived]) -> list[Stored | Exception]:
        """Store answers in a thread; when they are durable, write down that they are never to be asked for again."""
        found = await asyncio.to_thread(self._all, arrived)
        self._checkpoints.put(
            Entry(one.endpoint.name, one.params, stored.payload)
            for one, stored in zip(arrived, found, strict=True)
            if isinstance(stored, Stored)
        )
        return found

    def _all(self, arrived: Sequence[Arrived]) -> list[Stored | Exception]:
        """Read and store answers; what is wrong with one is said of that one alone."""
        found: list[Stored | Exception] = []
        bodies: dict[int, tuple[RawBody, Answer, Index | None]] = {}
        for place, one in enumerate(arrived):
            try:
                stored, body = self._read(one)
            except Exception as error:
                found.append(error)
                continue
            found.append(stored)
            if body is not None:
                bodies[place] = body
        for place, failed in zip(bodies, store_bodies(self._store, [*bodies.values()]), strict=True):
            if failed is not None:
                found[place] = failed
        for one, outcome in zip(arrived, found, strict=True):
            if isinstance(outcome, Stored):
                self._letters.resolve(one.endpoint.name, one.params)
                if outcome.payload["status"] == "empty" and _rows_expected(one.endpoint, one.params, one.known):
                    doubt = Verdict(
                        Action.OK, "empty_response", "an empty list, where there were rows or a game was played"
                    )
                    self.failed(one.endpoint, one.params, replace(one.fetched, verdict=doubt))
        return found

    def _read(self, one: Arrived) -> tuple[Stored, tuple[RawBody, Answer, Index | None] | None]:
        """What is to be written down of an answer, and the body unless it is the one that is known."""
        endpoint, answer, known = one.endpoint, one.answer, one.known
        now = time.time()
        found = content_hash(answer)
        payload = payload_of(endpoint, answer.body, found)
        payload |= {"season": one.season, "fetched_at": now, "run_id": self._run_id}
        self._report_drift(endpoint, answer.body)
        name = name_of(endpoint.name, one.season or _season_of(answer.body), one.params, found, now)
        index, plays = index_for(endpoint.name, answer)
        before = (known or {}).get("raw_key", "")
        told = self._tally.count(endpoint, name.season, answer.body, index, before, plays)
        same = known is not None and known.get("content_hash") == found
        if known is not None and same:
            payload["raw_key"] = known["raw_key"]
            payload["same"] = known.get("same", 0) + 1
        else:
            payload["raw_key"] = name.path
        payload["attempts"] = len(one.fetched.attempts)
        payload |= one.notes or {}
        return Stored(payload, told), None if same else (name, answer, index)

    def _report_drift(self, endpoint: Endpoint, body: bytes) -> None:
        """Say once which fields of an endpoint no model declares."""
        if endpoint.name in self._looked_at:
            return
        rows = msgspec.json.decode(body, type=list[msgspec.Raw])
        row = msgspec.json.decode(rows[0]) if rows else None
        if isinstance(row, dict):
            self._looked_at.add(endpoint.name)
            if added := undeclared(endpoint.model, row):
                self.harvested.warnings.append(
                    f"{endpoint.name}: fields that are not declared, kept in raw alone: {', '.join(added)}"
                )

    def failed(self, endpoint: Endpoint, params: Mapping[str, str], fetched: Fetched) -> None:
        """Keep a letter of a request that failed, and ask nothing more of an endpoint where nothing will come of it."""
        verdict = fetched.verdict
        fatal = verdict.action in (Action.IGNORE, Action.FATAL_ENDPOINT) or (verdict.retry_after or 0.0) > LONGEST_WAIT
        if fatal and endpoint.name not in self.harvested.stopped:
            self.harvested.stopped[endpoint.name] = verdict.reason
            self.harvested.warnings.append(
                f"{endpoint.name}: not asked any further ({verdict.reason}: {verdict.detail})"
            )
        if verdict.action is Action.IGNORE:
            return
        given = json.dumps(dict(params), sort_keys=True)
        replay = f"hooplake cbbd one --endpoint {endpoint.name} --params '{given}'"
        letter = letter_of(fetched, params, run_id=self._run_id, replay=replay)
        self._letters.write(letter)
        self.harvested.of(endpoint.name).dead_letters += 1
        self.harvested.letters.append(letter)


def _rows_expected(endpoint: Endpoint, params: Mapping[str, str], known: Payload | None) -> bool:
    """Whether an empty answer is not to be believed: the request had rows before, or a date with games has no plays.

    Of a date that is asked for for the first time it is believed, and within a week of its games: plays come late.
    """
    if known is None:
        return False
    if endpoint.strategy in ("snapshot", "season"):
        return bool(known["rows"])
    if endpoint.strategy != "date":
        return False
    day = date.fromisoformat(params["date"][:10])
    return datetime.fromtimestamp(time.time(), UTC).date() >= day + timedelta(days=7)


class _Seasoned(msgspec.Struct):
    season: int | None = None
    year: int | None = None


def _season_of(body: bytes) -> int:
    """The season that rows name, where the request named none; 0 where they do not either."""
    try:
        rows = msgspec.json.decode(body, type=list[_Seasoned], strict=False)
    except msgspec.MsgspecError:
        return 0
    return next((row.season or row.year or 0 for row in rows), 0)


def payload_of(endpoint: Endpoint, body: bytes, found: str) -> Payload:
    """What the ledger remembers of a body."""
    rows = msgspec.json.decode(body, type=list[msgspec.Raw])
    payload: Payload = {"status": "done" if rows else "empty", "rows": len(rows), "content_hash": found}
    if endpoint.cap:
        starts = msgspec.json.decode(body, type=list[_Row])
        payload["last_start"] = max((row.start_date for row in starts), default="")
    return payload
