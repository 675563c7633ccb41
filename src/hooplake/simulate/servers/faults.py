"""What servers do wrong. Each fault hits a share of the requests, the same ones on every run.

No request is hit more than twice in a row by a fault that passes, so that a client that tries five times gets through;
of a page instead of JSON some clients take the first for an answer.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
from collections import Counter, deque
from contextlib import suppress
from email.utils import formatdate
from time import time
from typing import Final, NamedTuple

from aiohttp import web

FAULTS: Final = {
    "storm": "status 503, as in an overload",
    "error": "status 500, 502, 504 or 408",
    "retry_seconds": "status 429 with Retry-After as seconds",
    "retry_date": "status 429 with Retry-After as a date",
    "slow": "the answer comes late",
    "trickle": "the body comes in small pieces",
    "reset": "the connection is reset before the answer",
    "cut": "the connection is cut in the middle of the body",
    "torn_gzip": "a compressed body that ends too early, without a sign",
    "torn_json": "JSON that ends too early, with status 200",
    "page": "a page with status 200 instead of JSON, until it is asked again",
    "html": "a page with status 200 instead of JSON, however often it is asked",
    "drift": "rows with a field that nobody announced",
    "doubles": "some rows are sent twice",
}
PASSING: Final = (
    "storm", "error", "retry_seconds", "retry_date", "slow", "trickle", "reset", "cut", "torn_gzip", "torn_json", "page",
)  # fmt: skip
"""Those after which the same question is answered, sooner or later."""
_PATIENCE: Final = 2
_LATE: Final = 0.05
_PIECES: Final = 5
_REFUSED: Final = ("storm", "error", "retry_seconds", "retry_date", "reset")
_SPOILT: Final = ("cut", "torn_gzip", "torn_json")
_KEPT: Final = 100_000


class Asked(NamedTuple):
    """A request that came in.

    Attributes:
        what: path and parameters.
        answered: whether the whole answer was sent, as far as the server can tell.
    """

    what: str
    answered: bool


class Faults:
    """Which faults are on.

    Attributes:
        shares: share of the requests that a fault hits, 0 to 1.
        asked: requests by path.
        log: the last requests, in the order in which they ended.
        bad: faults by name, as often as they hit.
        wait: seconds that a refusal asks to wait.
    """

    def __init__(self, seed: int = 7) -> None:
        self.shares: dict[str, float] = {}
        self.asked: Counter[str] = Counter()
        self.bad: Counter[str] = Counter()
        self.log: deque[Asked] = deque(maxlen=_KEPT)
        self.wait = 1
        self._seed = seed
        self._times: Counter[str] = Counter()

    def set(self, shares: dict[str, float]) -> None:
        """Switch faults on, or off with 0. What was asked before counts as asked for the first time again.

        Raises:
            ValueError: no such fault, or no share.
        """
        for name, share in shares.items():
            if name not in FAULTS or not 0 <= share <= 1:
                raise ValueError(f"{name}={share}: faults are {', '.join(FAULTS)}, with a share from 0 to 1")
        self.shares |= shares
        self._times.clear()

    def chance(self, *what: object) -> float:
        """A number from 0 to 1 that depends on nothing but its name."""
        digest = hashlib.blake2b(repr((self._seed, *what)).encode(), digest_size=8).digest()
        return int.from_bytes(digest, "big") / 2**64

    def hits(self, name: str, *what: object) -> bool:
        """Whether a fault hits."""
        share = self.shares.get(name, 0.0)
        return share > 0 and self.chance(name, *what) < share

    async def before(self, request: web.Request) -> web.StreamResponse | None:
        """What goes wrong before the request is looked at."""
        self.asked[request.path] += 1
        key = request.path_qs
        times = self._times[key]
        if self.hits("slow", key, times):
            self.bad["slow"] += 1
            await asyncio.sleep(_LATE)
        if times % (_PATIENCE + 1) < _PATIENCE:
            for name in _REFUSED:
                if self.hits(name, key, times):
                    self.bad[name] += 1
                    self._times[key] += 1
                    self.log.append(Asked(key, False))
                    return _reset(request) if name == "reset" else self._refusal(name, key, times)
        return None

    async def send(self, request: web.Request, body: bytes, headers: dict[str, str]) -> web.StreamResponse:
        """Send a body, or what a fault leaves of it."""
        key = request.path_qs
        times = self._times[key]
        self._times[key] += 1
        if self.hits("html", key) or (times == 0 and self.hits("page", key)):
            self.bad["html" if self.hits("html", key) else "page"] += 1
            self.log.append(Asked(key, False))
            page = b"<!DOCTYPE html><html><body>Documentation</body></html>"
            return web.Response(body=page, headers={"Content-Type": "text/html", **headers})
        headers = {"Content-Type": "application/json; charset=utf-8", "Content-Encoding": "gzip", **headers}
        if times % (_PATIENCE + 1) < _PATIENCE:
            for name in _SPOILT:
                if self.hits(name, key, times):
                    self.bad[name] += 1
                    self.log.append(Asked(key, False))
                    return await _spoilt(name, request, body, headers)
        packed = gzip.compress(body, 5, mtime=0)
        self.log.append(Asked(key, True))
        if self.hits("trickle", key, times):
            self.bad["trickle"] += 1
            return await _trickle(request, packed, headers)
        return web.Response(body=packed, headers=headers)

    def _refusal(self, name: str, key: str, times: int) -> web.Response:
        if name == "storm":
            return web.json_response({"message": "Unable to verify call quota. Please retry later."}, status=503)
        if name == "error":
            status = (500, 502, 504, 408)[int(4 * self.chance("status", key, times))]
            return web.Response(text="<html>Something is wrong</html>", content_type="text/html", status=status)
        wait = str(self.wait) if name == "retry_seconds" else formatdate(time() + self.wait, usegmt=True)
        return web.json_response({"message": "Too many requests"}, status=429, headers={"Retry-After": wait})


def _reset(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def _spoilt(name: str, request: web.Request, body: bytes, headers: dict[str, str]) -> web.StreamResponse:
    packed = gzip.compress(body, 5, mtime=0)
    if name == "torn_gzip":
        return web.Response(body=packed[: len(packed) // 2], headers=headers)
    if name == "torn_json":
        return web.Response(body=gzip.compress(body[: max(1, len(body) // 2)], 5, mtime=0), headers=headers)
    response = web.StreamResponse(headers={**headers, "Content-Length": str(len(packed))})
    with suppress(ConnectionResetError):  # the client may be gone already
        await response.prepare(request)
        await response.write(packed[: len(packed) // 2])
    if request.transport is not None:
        request.transport.close()
    return response


async def _trickle(request: web.Request, packed: bytes, headers: dict[str, str]) -> web.StreamResponse:
    response = web.StreamResponse(headers={**headers, "Content-Length": str(len(packed))})
    size = -(-len(packed) // _PIECES)
    with suppress(ConnectionResetError):
        await response.prepare(request)
        for start in range(0, len(packed), size):
            await response.write(packed[start : start + size])
            await asyncio.sleep(_LATE / _PIECES)
    return response
