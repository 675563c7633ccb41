"""A real HTTP server on this machine for one test, and a clock that does not wait."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from aiohttp import web
from aiohttp.test_utils import TestServer

from hooplake.sources.http.answer import Answer
from hooplake.sources.http.client import Client
from hooplake.sources.http.verdict import OK, Verdict, judge_status, looks_like_json

T = TypeVar("T")
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
NOON = 1_700_000_000.0


class FakeClock:
    """Time that passes only where somebody sleeps; `slept` are the lengths, in order."""

    def __init__(self) -> None:
        self.passed = 0.0
        self.slept: list[float] = []

    def now(self) -> float:
        return NOON + self.passed

    def monotonic(self) -> float:
        return self.passed

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.passed += seconds
        await asyncio.sleep(0)


def judge(answer: Answer, now: float) -> Verdict:
    verdict = judge_status(answer, now)
    return (looks_like_json(answer) or OK) if verdict is OK else verdict


def talk(handler: Handler, work: Callable[[Client, str], Awaitable[T]], **options: Any) -> T:
    """Run `work` with a client and the address of a server that answers with `handler`."""

    async def run() -> T:
        app = web.Application()
        app.router.add_get("/{path:.*}", handler)
        async with (
            TestServer(app) as server,
            Client(**{"judge": judge, "rate": 0, "in_flight": 4, "clock": FakeClock(), **options}) as client,
        ):
            return await work(client, str(server.make_url("/rows")))

    return asyncio.run(run())


def scripted(*steps: web.Response | Callable[[web.Request], Awaitable[web.StreamResponse]]) -> Handler:
    """Answers with one step after the other; the last one again and again."""
    waiting = list(steps)

    async def handler(request: web.Request) -> web.StreamResponse:
        step = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        if isinstance(step, web.Response):
            return web.Response(status=step.status, body=step.body, headers=step.headers)
        return await step(request)

    return handler


@contextmanager
def serving(app: web.Application) -> Iterator[str]:
    """The address of a server that answers in a thread of its own, for what runs its own event loop."""
    loop = asyncio.new_event_loop()
    found: list[str] = []
    started = threading.Event()
    server = TestServer(app)

    async def start() -> None:
        await server.start_server()
        found.append(str(server.make_url("")).rstrip("/"))
        started.set()

    def run() -> None:
        asyncio.set_event_loop(loop)
        loop.run_until_complete(start())
        loop.run_forever()

    thread = threading.Thread(target=run)
    thread.start()
    started.wait(10)
    try:
        yield found[0]
    finally:
        asyncio.run_coroutine_threadsafe(server.close(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()
