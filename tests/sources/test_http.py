"""The HTTP client, against a real server on this machine."""

from __future__ import annotations

import asyncio
import gzip
import io
import json
from collections.abc import Mapping
from email.utils import formatdate
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from hypothesis import given
from hypothesis import strategies as st

from hooplake.errors import ConfigError, Postponed
from hooplake.sources.http.answer import Answer, Request, TransportFailed
from hooplake.sources.http.client import Client, Fetched, json_lines
from hooplake.sources.http.limiter import Limiter
from hooplake.sources.http.quota import Quota, QuotaReached
from hooplake.sources.http.verdict import Action, Verdict, retry_after
from tests.sources.servers import NOON, FakeClock, judge, scripted, talk

ROWS = web.json_response([{"id": 1}])
BUSY = web.Response(status=503, text="busy")


def fetch(*steps: Any, **options: Any) -> Fetched:
    async def work(client: Client, url: str) -> Fetched:
        return await client.fetch(Request("rows", url, {"season": "2025"}))

    return talk(scripted(*steps), work, **options)


def answer(status: int, **headers: str) -> web.Response:
    return web.Response(
        status=status, text="no", headers={name.replace("_", "-"): text for name, text in headers.items()}
    )


def test_the_body_is_kept_as_it_was_received() -> None:
    packed = gzip.compress(b'[{"id":1}]', mtime=0)
    sent = web.Response(body=packed, headers={"Content-Encoding": "gzip", "Content-Type": "application/json"})
    fetched = fetch(sent)
    assert fetched.answer is not None
    assert fetched.answer.raw == packed
    assert fetched.answer.body == b'[{"id":1}]'
    assert fetched.ok


def test_what_the_server_cannot_do_now_is_asked_again_with_full_jitter() -> None:
    clock = FakeClock()
    fetched = fetch(BUSY, BUSY, BUSY, ROWS, clock=clock, jitter=lambda low, high: high)
    assert fetched.ok
    assert [one.action for one in fetched.attempts] == ["retry", "retry", "retry", "ok"]
    assert clock.slept == [0.5, 1.0, 2.0]


def test_jitter_is_between_nothing_and_the_whole_pause() -> None:
    asked: list[tuple[float, float]] = []
    fetch(BUSY, BUSY, ROWS, jitter=lambda low, high: asked.append((low, high)) or 0.0)  # type: ignore[func-returns-value]
    assert asked == [(0.0, 0.5), (0.0, 1.0)]


def test_after_five_attempts_the_last_answer_is_what_came_of_it() -> None:
    fetched = fetch(BUSY)
    assert not fetched.ok
    assert fetched.verdict.reason == "http_503"
    assert [one.status for one in fetched.attempts] == [503] * 5


def test_retry_after_in_seconds_is_obeyed_in_full() -> None:
    clock = FakeClock()
    assert fetch(answer(429, Retry_After="120"), ROWS, clock=clock).ok
    assert clock.passed == 120


def test_retry_after_as_a_date_is_obeyed_in_full() -> None:
    clock = FakeClock()
    assert fetch(answer(503, Retry_After=formatdate(NOON + 90, usegmt=True)), ROWS, clock=clock).ok
    assert clock.passed == 90


def test_more_than_ten_minutes_are_not_waited() -> None:
    clock = FakeClock()
    fetched = fetch(answer(503, Retry_After="601"), ROWS, clock=clock)
    assert (fetched.verdict.action, len(fetched.attempts), clock.passed) == (Action.RETRY, 1, 0)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("7", 7),
        ("0.5", 0.5),
        ("-3", 0),
        ("Tue, 14 Nov 2023 22:13:30 GMT", 10),
        ("soon", None),
        ("", None),
        ("nan", None),
    ],
)
def test_retry_after_reads_seconds_and_dates(text: str, seconds: float | None) -> None:
    assert retry_after(text, NOON) == seconds


@given(st.text(max_size=40))
def test_no_retry_after_header_stops_the_client(text: str) -> None:
    seconds = retry_after(text, NOON)
    assert seconds is None or 0 <= seconds < float("inf")


def test_what_is_wrong_with_the_request_is_asked_once() -> None:
    fetched = fetch(answer(404), ROWS)
    assert (fetched.verdict.action, len(fetched.attempts)) == (Action.FATAL, 1)


def test_a_page_with_status_200_is_no_answer_whatever_it_calls_itself() -> None:
    for kind in ("text/html", "application/json"):
        fetched = fetch(web.Response(body=b"<html>documentation</html>", headers={"Content-Type": kind}))
        assert (fetched.verdict.action, fetched.verdict.reason) == (Action.FATAL, "html")


async def cut(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Length": "100"})
    await response.prepare(request)
    await response.write(b'[{"id"')
    assert request.transport is not None
    request.transport.close()
    return response


async def slow(request: web.Request) -> web.StreamResponse:
    await asyncio.sleep(1)
    return web.Response(text="[]")


def test_a_connection_that_is_cut_is_tried_again() -> None:
    fetched = fetch(cut, ROWS)
    assert fetched.ok
    assert [one.reason for one in fetched.attempts] == ["cut", ""]


def test_a_request_whose_connection_is_reset_is_sent_as_often_as_it_is_logged() -> None:
    """aiohttp would send a GET once more by itself, over a new connection, and tell nobody."""
    seen: list[str] = []
    lines: list[Mapping[str, Any]] = []

    async def answer(request: web.Request) -> web.StreamResponse:
        seen.append(request.path)
        if len(seen) in (2, 3):  # over a connection that was used before, and over a new one
            assert request.transport is not None
            request.transport.abort()
        return web.Response(text="[]", headers={"Content-Type": "application/json", "X-CallLimit-Remaining": "90"})

    async def work(client: Client, url: str) -> list[Fetched]:
        return [await client.fetch(Request("rows", url)) for _ in range(2)]

    first, second = talk(answer, work, log=lines.append)
    assert [one.reason for one in first.attempts] == [""]
    assert [one.reason for one in second.attempts] == ["cut", "cut", ""]
    assert len(seen) == len(lines) == 4
    assert [(line["attempt"], line["action"]) for line in lines] == [(1, "ok"), (1, "retry"), (2, "retry"), (3, "ok")]


def test_a_compressed_body_that_is_cut_is_tried_again() -> None:
    whole = gzip.compress(b"[" + b"1," * 500 + b"1]")
    part = web.Response(body=whole[:-9], headers={"Content-Encoding": "gzip"})
    assert [one.reason for one in fetch(part, ROWS).attempts] == ["cut", ""]


def test_an_answer_that_takes_too_long_is_tried_again() -> None:
    assert [one.reason for one in fetch(slow, ROWS, timeout=0.1).attempts] == ["timeout", ""]


def test_nobody_there() -> None:
    async def work(client: Client, url: str) -> Fetched:
        return await client.fetch(Request("rows", "http://127.0.0.1:1/rows"))

    fetched = talk(scripted(ROWS), work, attempts=2)
    assert [one.reason for one in fetched.attempts] == ["connect", "connect"]
    assert fetched.answer is None


def test_every_attempt_is_one_line_of_json_without_the_key() -> None:
    stream = io.StringIO()

    async def work(client: Client, url: str) -> Fetched:
        return await client.fetch(Request("rows", url, {"season": "2025"}, {"Authorization": "Bearer secret"}))

    talk(scripted(BUSY, ROWS), work, log=json_lines(stream))
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    shown = [(line["endpoint"], line["status"], line["action"], line["level"], line["attempt"]) for line in lines]
    assert shown == [("rows", 503, "retry", "warning", 1), ("rows", 200, "ok", "info", 2)]
    assert lines[1]["params"] == {"season": "2025"}
    assert lines[1]["bytes"] == len(b'[{"id": 1}]')
    assert "secret" not in stream.getvalue()


def counted(left: int) -> web.Response:
    return web.Response(text="[]", headers={"X-CallLimit-Remaining": str(left)})


def test_the_budget_ends_at_the_reserve_and_says_that_it_can_be_resumed() -> None:
    quota = Quota(reserve=10)
    asked = 0

    async def work(client: Client, url: str) -> None:
        nonlocal asked
        while True:
            await client.fetch(Request("rows", url))
            asked += 1

    with pytest.raises(QuotaReached) as stopped:
        talk(scripted(counted(12), counted(11), counted(10)), work, quota=quota)
    assert (asked, quota.remaining, stopped.value.exit_code) == (3, 10, 3)
    assert isinstance(stopped.value, Postponed)


def test_requests_at_once_never_take_more_than_what_is_left() -> None:
    served = 0

    async def count_down(request: web.Request) -> web.StreamResponse:
        nonlocal served
        served += 1
        left = 20 - served
        await asyncio.sleep(0.01)
        return counted(left)

    async def work(client: Client, url: str) -> list[Any]:
        await client.fetch(Request("rows", url))
        return await asyncio.gather(*(client.fetch(Request("rows", url)) for _ in range(40)), return_exceptions=True)

    results = talk(count_down, work, quota=Quota(reserve=5), in_flight=8)
    assert served == 15
    assert sum(isinstance(result, QuotaReached) for result in results) == 40 - 14


def test_a_plan_larger_than_what_is_left_does_not_begin() -> None:
    quota = Quota(remaining=300, reserve=50)
    quota.admit(250)
    with pytest.raises(QuotaReached, match="251 calls; 300 are left"):
        quota.admit(251)
    Quota().admit(10_000)  # nothing is known yet: the first answer will tell


def test_an_overtaken_answer_does_not_give_calls_back_but_a_new_month_does() -> None:
    quota = Quota()
    for told, known in ((100, 100), (98, 98), (99, 98), (3000, 3000)):
        quota.take()
        quota.take()
        quota.done({"x-calllimit-remaining": str(told)})
        quota.done({})
        assert quota.remaining == known


def stopping(action: Action) -> Any:
    return lambda answer, now: Verdict(action, "x", "Monthly call quota exceeded.")


def test_a_refusal_for_the_month_ends_the_run_without_another_attempt() -> None:
    with pytest.raises(QuotaReached, match="Monthly call quota exceeded"):
        fetch(answer(429), judge=stopping(Action.QUOTA))


def test_a_refused_key_is_a_matter_of_configuration() -> None:
    with pytest.raises(ConfigError, match="refuses the key"):
        fetch(answer(401), judge=stopping(Action.DENIED))


def test_the_rate_keeps_fractions() -> None:
    clock = FakeClock()

    async def run() -> list[float]:
        limiter = Limiter(clock, rate=3, in_flight=1)
        times = []
        for _ in range(10):
            async with limiter.slot():
                times.append(clock.monotonic())
                clock.passed += 0.1  # the request takes a while, which is not added to the pause
        return times

    assert asyncio.run(run()) == pytest.approx([n / 3 for n in range(10)])


def test_a_burst_is_for_those_who_waited() -> None:
    clock = FakeClock()

    async def run() -> list[float]:
        limiter = Limiter(clock, rate=2, in_flight=9, burst=3)
        times = []
        for _ in range(5):
            async with limiter.slot():
                times.append(clock.monotonic())
        return times

    assert asyncio.run(run()) == pytest.approx([0, 0, 0, 0.5, 1.0])


def test_no_more_than_so_many_are_in_flight_at_one_host() -> None:
    now, most = 0, 0

    async def handler(request: web.Request) -> web.StreamResponse:
        nonlocal now, most
        now += 1
        most = max(most, now)
        await asyncio.sleep(0.01)
        now -= 1
        return web.Response(text="[]")

    async def work(client: Client, url: str) -> None:
        await asyncio.gather(*(client.fetch(Request("rows", url)) for _ in range(20)))

    talk(handler, work, in_flight=3)
    assert most == 3


def test_while_an_answer_is_examined_others_are_asked_for_and_what_is_wrong_with_it_is_an_attempt() -> None:
    async def work(client: Client, url: str) -> list[Fetched]:
        looks = 0
        second = asyncio.Event()

        async def examine(answer: Answer, now: float) -> Verdict:
            nonlocal looks
            looks += 1
            if looks == 1:
                await asyncio.wait_for(second.wait(), 5)
                raise TransportFailed("cut", "half of it")
            second.set()
            return Verdict(Action.OK, f"look {looks}")

        return list(await asyncio.gather(*(client.fetch(Request("rows", url), examine) for _ in range(2))))

    found = talk(scripted(ROWS), work, in_flight=1)
    assert sorted([attempt.reason for attempt in one.attempts] for one in found) == [["cut", "look 3"], ["look 2"]]
    assert [one.ok for one in found] == [True, True]


def test_hosts_do_not_wait_for_each_other() -> None:
    async def run() -> tuple[float, int]:
        clock = FakeClock()
        app = web.Application()
        app.router.add_get("/rows", scripted(ROWS))
        async with (
            TestServer(app) as one,
            TestServer(app) as two,
            Client(judge, rate=0.001, in_flight=1, clock=clock) as client,
        ):
            for server in (one, two):
                assert (await client.fetch(Request("rows", str(server.make_url("/rows"))))).ok
            return clock.passed, len(client._hosts)

    assert asyncio.run(run()) == (0.0, 2)


def test_a_host_that_is_asked_too_fast_holds_back_the_others() -> None:
    clock = FakeClock()
    starts: list[float] = []

    async def work(client: Client, url: str) -> None:
        assert (await client.fetch(Request("rows", url))).ok

    async def handler(request: web.Request) -> web.StreamResponse:
        starts.append(clock.passed)
        return answer(429, Retry_After="30") if len(starts) == 1 else web.Response(text="[]")

    talk(handler, work, clock=clock)
    assert starts == [0.0, 30.0]


def test_the_excerpt_of_a_damaged_body_is_what_is_there() -> None:
    assert Answer(200, {"content-encoding": "gzip"}, b"no gzip").excerpt == "no gzip"
