"""Documents of games on their way from an answer into the lake: judged, read and filed, many at a time.

They are large, so each is inflated but once, where it is read: whoever reads it notices too whether the answer was whole.
What has come meanwhile is read together, and what was read meanwhile is filed together, while more is asked for.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import msgspec

from hooplake.sources.files import Intake
from hooplake.sources.find import Offer
from hooplake.sources.http.answer import Answer, TransportFailed
from hooplake.sources.http.verdict import OK, Action, Verdict, judge_status, looks_like_json
from hooplake.sources.http.workers import Gathered
from hooplake.sources.reading import Reading
from hooplake.sources.report import Outcome

_GZIP = b"\x1f\x8b"

W = TypeVar("W")


def judge(answer: Answer, now: float) -> Verdict:
    """What an answer of ESPN means: a page, or JSON without its end, is a sign of overload, so it is asked again."""
    verdict = judge_status(answer, now)
    if verdict is not OK:
        return verdict
    wrong = looks_like_json(answer, b"{")
    if wrong is not None:
        return wrong._replace(action=Action.RETRY)
    try:
        msgspec.json.decode(answer.body, type=msgspec.Raw)
    except msgspec.DecodeError as error:
        return Verdict(Action.RETRY, "bad_json", str(error))
    return OK


def glance(answer: Answer, now: float) -> Verdict:
    """As `judge`, as far as that can be told before an answer is inflated and read."""
    if answer.gzipped and answer.raw.startswith(_GZIP):
        return judge_status(answer, now)
    return judge(answer, now)


@dataclass(eq=False)
class _Came(Generic[W]):
    """A document that has come, until it is filed."""

    wanted: W
    offer: Offer
    answer: Answer
    at: float
    reading: Reading | None = None
    filed: bool = False

    def verdict(self) -> Verdict:
        """What the answer means, now that it was read; it is inflated again only where something is wrong with it."""
        if self.reading is not None and not self.reading.reason and not self.reading.repairs:
            return OK
        try:
            return judge(self.answer, self.at)
        except TransportFailed as error:
            return Verdict(Action.RETRY, error.reason, error.detail)


class Incoming(Generic[W]):
    """The documents of one call. `W` is what they were asked for by, compared by identity."""

    def __init__(
        self, intake: Intake, *, before: Callable[[Sequence[tuple[W, str]]], None],
        after: Callable[[Sequence[tuple[W, Outcome]]], None],
    ) -> None:  # fmt: skip
        """Documents.

        Args:
            intake: reads and files them.
            before: is told which documents are about to be filed, with the start of the SHA-256 of each.
            after: is told which are durable.
        """
        self._intake, self._before, self._after = intake, before, after
        self._came: dict[W, _Came[W]] = {}
        self._reading: Gathered[_Came[W], Reading] = Gathered(self._read)
        self._filing: Gathered[_Came[W], None] = Gathered(self._file)
        self._storing = threading.Lock()  # a run that ends early does not wait for its other thread otherwise

    async def examine(self, wanted: W, origin: str, answer: Answer, now: float) -> Verdict:
        """What an answer means; one that is good is kept, to be filed.

        Args:
            wanted: what was asked for.
            origin: what to call the document.
            answer: the answer.
            now: seconds since 1970.
        """
        verdict = glance(answer, now)
        if verdict is not OK:
            return verdict
        # As it came: what is compressed is a tenth of what would else go to the worker that reads it.
        came = _Came(wanted, Offer(origin, body=answer.raw, weight=len(answer.raw)), answer, now)
        self._came[wanted] = came
        await self._reading.do(came)
        verdict = came.verdict()
        if verdict is not OK:
            del self._came[wanted]
        return verdict

    async def file(self, wanted: W) -> None:
        """File the document that has come; it is durable when this ends."""
        await self._filing.do(self._came[wanted])
        del self._came[wanted]

    async def _read(self, batch: Sequence[_Came[W]]) -> list[Reading | Exception]:
        readings = await asyncio.to_thread(self._intake.read, [came.offer for came in batch])
        for came, reading in zip(batch, readings, strict=True):
            came.reading = reading
        return [*readings]

    async def _file(self, batch: Sequence[_Came[W]]) -> list[Exception | None]:
        await asyncio.to_thread(self._store, batch)
        return [None] * len(batch)

    def _store(self, batch: Iterable[_Came[W]]) -> None:
        with self._storing:
            rest = [(came, came.reading) for came in batch if not came.filed and came.reading is not None]
            if not rest:
                return
            self._before([(came.wanted, reading.sha) for came, reading in rest])
            outcomes = self._intake.file([(came.offer, reading) for came, reading in rest])
            for came, _ in rest:
                came.filed = True
            self._after([(came.wanted, outcome) for (came, _), outcome in zip(rest, outcomes, strict=True)])

    def close(self) -> None:
        """Read and file what is still under way where a run ends early, and end the workers."""
        try:
            unread = [came for came in self._came.values() if came.reading is None]
            readings = self._intake.read([came.offer for came in unread]) if unread else []
            for came, reading in zip(unread, readings, strict=True):
                came.reading = reading
            self._store([came for came in self._came.values() if came.verdict() is OK])
        finally:
            self._intake.close()
