"""The client: limits, retries, quota and log around a transport.

A request is tried up to five times, with full jitter between (a random share of 0.5 s, 1 s, 2 s ..., at most a minute).
What a server says with Retry-After is obeyed in full up to ten minutes; beyond that the request ends. What becomes of an
answer is the source's own judgement (`hooplake.sources.http.verdict`).
"""

from __future__ import annotations

import json
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import IO, Any, Self
from urllib.parse import urlsplit

from hooplake.errors import ConfigError
from hooplake.sources.http.answer import Answer, Request, TransportFailed
from hooplake.sources.http.clock import Clock, SystemClock
from hooplake.sources.http.limiter import Limiter
from hooplake.sources.http.quota import Quota, QuotaReached
from hooplake.sources.http.transport import AiohttpTransport, Transport
from hooplake.sources.http.verdict import AGAIN, OK, Action, Judge, Verdict

Log = Callable[[Mapping[str, Any]], None]
"""Gets what is to be logged of one attempt, as an object of JSON."""

Examine = Callable[[Answer, float], Awaitable[Verdict]]
"""Judges an answer as a `Judge` does, and may take its time: meanwhile others are asked for."""

ATTEMPTS = 5
LONGEST_WAIT = 600.0
_FIRST, _MOST = 0.5, 60.0


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt, as a dead letter keeps it.

    Attributes:
        at: when it began (UTC, ISO 8601).
        status: of HTTP; None where no whole answer came.
        seconds: from sending to the whole body.
    """

    at: str
    action: str
    reason: str
    status: int | None
    seconds: float


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came of a request.

    Attributes:
        answer: the last answer; None where none came.
        verdict: what it means. One that asks for another attempt means that all attempts are used up.
        attempts: all of them, in order.
    """

    request: Request
    answer: Answer | None
    verdict: Verdict
    attempts: tuple[Attempt, ...]

    @property
    def ok(self) -> bool:
        """Whether there is an answer that can be used."""
        return self.verdict.action is Action.OK


class Client:
    """Requests to one source. To be used as an asynchronous context manager."""

    def __init__(
        self,
        judge: Judge,
        *,
        rate: float,
        in_flight: int,
        quota: Quota | None = None,
        timeout: float = 60.0,
        attempts: int = ATTEMPTS,
        log: Log | None = None,
        clock: Clock | None = None,
        transport: Transport | None = None,
        jitter: Callable[[float, float], float] = random.uniform,
        user_agent: str = "hooplake",
    ) -> None:
        """A client.

        Args:
            judge: says what an answer means.
            rate: requests per second to one host; 0 for no limit.
            in_flight: requests to one host at once.
            quota: the budget of calls, if the source has one.
            timeout: seconds until a whole answer must be here.
            attempts: how often a request is tried at most.
            log: gets one object per attempt.
            clock: the time.
            transport: how requests are sent.
            jitter: a random number between two.
            user_agent: how the client calls itself.
        """
        self.quota = quota
        self._judge = judge
        self._rate, self.in_flight = rate, in_flight
        self._timeout, self._attempts = timeout, attempts
        self._log = log
        self._clock = clock or SystemClock()
        self._transport = transport or AiohttpTransport(user_agent)
        self._jitter = jitter
        self._hosts: dict[str, Limiter] = {}

    async def fetch(self, request: Request, examine: Examine | None = None) -> Fetched:
        """Ask, as often as it takes.

        Args:
            request: what to ask.
            examine: says what an answer means, in place of the client's own judge.

        Raises:
            QuotaReached: the budget of calls ends; nothing was sent, or the server refused.
            ConfigError: the server refuses the key.
        """
        attempts: list[Attempt] = []
        while True:
            fetched = await self._once(request, attempts, examine)
            wait = fetched.verdict.retry_after
            if fetched.verdict.action not in AGAIN or len(attempts) >= self._attempts or (wait or 0.0) > LONGEST_WAIT:
                break
            if wait is None:
                wait = self._jitter(0.0, min(_MOST, _FIRST * 2 ** (len(attempts) - 1)))
            await self._clock.sleep(wait)
        if fetched.verdict.action is Action.QUOTA:
            raise QuotaReached(
                f"the server says that the calls of the month are used up ({fetched.verdict.detail}): stopped, everything "
                "received is stored; run the same command again when there are more"
            )
        if fetched.verdict.action is Action.DENIED:
            raise ConfigError(f"{urlsplit(request.url).netloc} refuses the key: {fetched.verdict.detail}")
        return fetched

    async def _once(self, request: Request, attempts: list[Attempt], examine: Examine | None) -> Fetched:
        host = urlsplit(request.url).netloc
        limiter = self._hosts.get(host)
        if limiter is None:
            limiter = self._hosts[host] = Limiter(self._clock, rate=self._rate, in_flight=self.in_flight)
        async with limiter.slot() as waited:
            if self.quota is not None:
                self.quota.take()
            begun, answer, verdict = self._clock.now(), None, OK
            started = self._clock.monotonic()
            try:
                answer = await self._transport.send(request, timeout=self._timeout)
            except TransportFailed as error:
                verdict = Verdict(Action.RETRY, error.reason, error.detail)
            finally:
                if self.quota is not None:
                    self.quota.done(answer.headers if answer is not None else {})
            seconds = self._clock.monotonic() - started
        if answer is not None:
            now = self._clock.now()
            try:
                verdict = self._judge(answer, now) if examine is None else await examine(answer, now)
            except TransportFailed as error:
                verdict = Verdict(Action.RETRY, error.reason, error.detail)
        if verdict.action is Action.RATE_LIMITED and verdict.retry_after is not None:
            limiter.hold(min(verdict.retry_after, LONGEST_WAIT))
        status = answer.status if answer is not None else None
        at = datetime.fromtimestamp(begun, UTC).isoformat(timespec="milliseconds")
        attempts.append(Attempt(at, verdict.action.value, verdict.reason, status, round(seconds, 3)))
        if self._log is not None:
            self._log(
                {
                    "time": at, "event": "request", "level": _level(verdict.action), "endpoint": request.endpoint,
                    "host": host, "path": urlsplit(request.url).path, "params": dict(request.params),
                    "attempt": len(attempts), "status": status, "action": verdict.action.value,
                    "reason": verdict.reason, "bytes": len(answer.raw) if answer is not None else 0,
                    "seconds": round(seconds, 4), "waited": round(waited, 4),
                    "remaining": self.quota.remaining if self.quota is not None else None,
                }
            )  # fmt: skip
        return Fetched(request, answer, verdict, tuple(attempts))

    async def close(self) -> None:
        """Close all connections."""
        await self._transport.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()


def json_lines(stream: IO[str]) -> Log:
    """A log that writes one line of JSON per entry."""

    def write(entry: Mapping[str, Any]) -> None:
        stream.write(json.dumps(entry, separators=(",", ":"), ensure_ascii=False) + "\n")
        stream.flush()

    return write


def _level(action: Action) -> str:
    return {Action.OK: "info", Action.IGNORE: "info", Action.RETRY: "warning", Action.RATE_LIMITED: "warning"}.get(
        action, "error"
    )
