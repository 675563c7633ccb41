"""The servers of `hooplake.simulate` for `bench.network`, in a process of their own.

Every answer is made once and then kept, so that what is measured is the client. ``/bench/asked`` lists what was asked.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path

from aiohttp import web

from hooplake.simulate import season
from hooplake.simulate.servers.run import run_server
from hooplake.simulate.servers.serve import Servers

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def main(place: str, nba_days: int, teams: int, days: int) -> None:
    """Serves until it is killed.

    Args:
        place: a file that gets the address.
        nba_days: days of the NBA's season.
        teams: college teams.
        days: days of the college seasons.
    """
    college = [season("mbb", year, days=days, teams=teams) for year in (2024, 2025)]
    servers = Servers([season("nba", 2025, days=nba_days), *college], today=date(2025, 12, 1))
    kept: dict[str, tuple[bytes, dict[str, str]]] = {}

    @web.middleware
    async def keep(request: web.Request, handler: Handler) -> web.StreamResponse:
        known = kept.get(request.path_qs)
        if known is not None:
            return web.Response(body=known[0], headers=known[1])
        answer = await handler(request)
        if (
            isinstance(answer, web.Response)
            and isinstance(answer.body, bytes)
            and not request.path.startswith("/bench")
        ):
            kept[request.path_qs] = (answer.body, dict(answer.headers))
        return answer

    async def asked(request: web.Request) -> web.Response:
        return web.json_response(list(kept))

    app = servers.app()
    app.router.add_get("/bench/asked", asked)
    app.middlewares.append(keep)
    asyncio.run(run_server(app, "127.0.0.1", 0, lambda url: _tell(Path(place), url)))


def _tell(place: Path, url: str) -> None:
    making = place.with_suffix(".making")
    making.write_text(url)
    making.rename(place)


if __name__ == "__main__":
    main(sys.argv[1], *(int(text) for text in sys.argv[2:5]))
