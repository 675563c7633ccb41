"""What servers do wrong. Each fault hits a share of the requests, the same ones on every run.

No request is hit more than twice in a row by a fault that passes, so that a client that tries five times gets through.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
from collections import Counter
from contextlib import suppress
from email.utils import formatdate
from time import time
from typing import Final

from aiohttp import web

FAULTS: Final = {
    "storm": "status 503, as in an overload",
    "retry_seconds": "status 429 with Retry-After as seconds",
    "retry_date": "status 429 with Retry-After as a date",
    "slow": "the answer comes late",
    "cut": "the connection is cut in the middle of the body",
    "html": "a page with status 200 instead of JSON",
    "drift": "rows with a field that nobody announced",
    "doubles": "some rows are sent twice",
}
PASSING: Final = ("storm", "retry_seconds", "retry_date", "cut")
_PATIENCE: Final = 2
_LATE: Final = 0.05


class Faults:
    """Which faults are on.

    Attributes:
        shares: share of the requests that a fault hits, 0 to 1.
        asked: requests by path.
        bad: faults by name, as often as they hit.
    """

    def __init__(self, seed: int = 7) -> None:
        self.shares: dict[str, float] = {}
        self.asked: Counter[str] = Counter()
        self.bad: Counter[str] = Counter()
        self._seed = seed
        self._times: Counter[str] = Counter()

    def set(self, shares: dict[str, float]) -> None:
        """Switch faults on, or off with 0.

        Raises:
            ValueError: no such fault, or no share.
        """
        for name, share in shares.items():
            if name not in FAULTS or not 0 <= share <= 1:
                raise ValueError(f"{name}={share}: faults are {', '.join(FAULTS)}, with a share from 0 to 1")
        self.shares |= shares

    def chance(self, *what: object) -> float:
        """A number from 0 to 1 that depends on nothing but its name."""
        digest = hashlib.blake2b(repr((self._seed, *what)).encode(), digest_size=8).digest()
        return int.from_bytes(digest, "big") / 2**64

    def hits(self, name: str, *what: object) -> bool:
        """Whether a fault hits."""
        share = self.shares.get(name, 0.0)
        return share > 0 and self.chance(name, *what) < share

    async def before(self, request: web.Request) -> web.Response | None:
        """What goes wrong before the request is looked at."""
        self.asked[request.path] += 1
        key = request.path_qs
        times = self._times[key]
        if self.hits("slow", key, times):
            self.bad["slow"] += 1
            await asyncio.sleep(_LATE)
        if times % (_PATIENCE + 1) < _PATIENCE:
            for name in ("storm", "retry_seconds", "retry_date"):
                if self.hits(name, key, times):
                    self.bad[name] += 1
                    self._times[key] += 1
                    return _refusal(name)
        return None

    async def send(self, request: web.Request, body: bytes, headers: dict[str, str]) -> web.StreamResponse:
        """Send a body, or what a fault leaves of it."""
        key = request.path_qs
        times = self._times[key]
        self._times[key] += 1
        if self.hits("html", key):
            self.bad["html"] += 1
            page = b"<!DOCTYPE html><html><body>Documentation</body></html>"
            return web.Response(body=page, headers={"Content-Type": "text/html", **headers})
        packed = gzip.compress(body, 5, mtime=0)
        headers = {"Content-Type": "application/json; charset=utf-8", "Content-Encoding": "gzip", **headers}
        if times % (_PATIENCE + 1) < _PATIENCE and self.hits("cut", key, times):
            self.bad["cut"] += 1
            response = web.StreamResponse(headers={**headers, "Content-Length": str(len(packed))})
            with suppress(ConnectionResetError):  # the client may be gone already
                await response.prepare(request)
                await response.write(packed[: len(packed) // 2])
            if request.transport is not None:
                request.transport.close()
            return response
        return web.Response(body=packed, headers=headers)


def _refusal(name: str) -> web.Response:
    if name == "storm":
        return web.json_response({"message": "Unable to verify call quota. Please retry later."}, status=503)
    wait = "1" if name == "retry_seconds" else formatdate(time() + 1, usegmt=True)
    return web.json_response({"message": "Too many requests"}, status=429, headers={"Retry-After": wait})
