"""Both servers behind one address, with a page on which faults are switched on.

``/apis/...`` is the ESPN look-alike and everything else the college one. ``/admin`` shows what was asked and what goes
wrong; ``POST /admin`` takes JSON: ``{"faults": {"storm": 0.2}, "calls": 500, "today": "2025-01-04", "statuses": {...}}``.
"""

from __future__ import annotations

import html
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from multiprocessing import get_context

from aiohttp import web

from hooplake.simulate.season import Season, season
from hooplake.simulate.servers.cbbd import CbbdServer
from hooplake.simulate.servers.college import College
from hooplake.simulate.servers.college_box import Box
from hooplake.simulate.servers.espn import EspnServer
from hooplake.simulate.servers.faults import FAULTS, Faults

_SHARE = 64


class Servers:
    """The servers of one process.

    Attributes:
        espn: the ESPN look-alike.
        cbbd: the college look-alike; None where there is no season of men's college games.
        faults: what goes wrong at both.
    """

    def __init__(
        self, seasons: Iterable[Season], *, today: date, key: str = "demo", calls: int = 75_000,
        caps: dict[str, int] | None = None,
    ) -> None:  # fmt: skip
        found = list(seasons)
        self.faults = Faults()
        latest = {each.league.rules.league: each for each in sorted(found, key=lambda each: each.league.season)}
        self.espn = EspnServer(latest.values(), today=today, faults=self.faults)
        college = [each for each in found if each.league.rules.league == "mbb"]
        self.cbbd = (
            CbbdServer(College(college, today=today), key=key, calls=calls, faults=self.faults, caps=caps)
            if college
            else None
        )

    def app(self) -> web.Application:
        """The application of aiohttp."""
        app = web.Application()
        app.add_routes([web.get("/admin", self._page), web.post("/admin", self._set), *self.espn.routes()])
        if self.cbbd is not None:
            app.add_routes(self.cbbd.routes())
        return app

    def play(self, jobs: int) -> None:
        """Play every college game that is over now, in several processes, so that no request has to wait for it."""
        if self.cbbd is None:
            return
        college = self.cbbd.college
        wanted = [number for number, (game, _) in college.games.items() if college.played(game)]
        shares = [wanted[at : at + _SHARE] for at in range(0, len(wanted), _SHARE)]
        if jobs < 2:
            for number in wanted:
                college.box(number)
            return
        with ProcessPoolExecutor(jobs, get_context("spawn"), _learn, (college,)) as pool:
            for boxes in pool.map(_boxes, shares):
                college.keep(boxes)

    async def _set(self, request: web.Request) -> web.Response:
        told = await request.json()
        try:
            self.faults.set(told.get("faults", {}))
            if "today" in told:
                self.espn.today = date.fromisoformat(told["today"])
                if self.cbbd is not None:
                    self.cbbd.forget()
                    self.cbbd.college.today = self.espn.today
        except ValueError as error:
            return web.json_response({"error": str(error)}, status=400)
        self.espn.statuses |= told.get("statuses", {})
        if self.cbbd is not None and "calls" in told:
            self.cbbd.calls = int(told["calls"])
        return web.json_response(self.state())

    def state(self) -> dict[str, object]:
        """What was asked and what goes wrong."""
        return {
            "today": self.espn.today.isoformat(),
            "faults": self.faults.shares,
            "hit": dict(self.faults.bad),
            "asked": dict(self.faults.asked),
            "calls": self.cbbd.calls if self.cbbd else None,
            "made": self.cbbd.made if self.cbbd else None,
        }

    async def _page(self, request: web.Request) -> web.Response:
        if "json" in request.headers.get("Accept", ""):
            return web.json_response(self.state())
        rows = "".join(
            f"<tr><td>{name}</td><td>{html.escape(text)}</td><td>{self.faults.shares.get(name, 0):g}</td>"
            f"<td><button onclick=\"put('{name}', 0.3)\">on</button> <button onclick=\"put('{name}', 0)\">off</button>"
            f"</td><td>{self.faults.bad[name]}</td></tr>"
            for name, text in FAULTS.items()
        )
        asked = "".join(f"<li>{html.escape(path)}: {count}</li>" for path, count in self.faults.asked.most_common(50))
        left = f"{self.cbbd.calls:,} calls left, {self.cbbd.made:,} made" if self.cbbd else "no college season"
        return web.Response(
            content_type="text/html",
            text=f"""<!DOCTYPE html><title>Simulated sources</title><h1>Simulated sources</h1>
<p>{self.espn.today}; {left}</p>
<table><tr><th>fault</th><th>what it does</th><th>share</th><th></th><th>hits</th></tr>{rows}</table>
<ul>{asked}</ul>
<script>async function put(name, share) {{
  await fetch("/admin", {{method: "POST", body: JSON.stringify({{faults: {{[name]: share}}}})}}); location.reload();
}}</script>""",
        )


_college: College | None = None


def _learn(college: College) -> None:
    global _college
    _college = college


def _boxes(numbers: list[int]) -> dict[int, Box]:
    assert _college is not None
    return {number: _college.box(number) for number in numbers}


def make_servers(
    leagues: Iterable[str], seasons: Iterable[int], *, days: int | None, teams: int | None, today: date | None,
    key: str = "demo", calls: int = 75_000, seed: int = 7, caps: dict[str, int] | None = None,
) -> Servers:  # fmt: skip
    """Servers over simulated seasons.

    Args:
        leagues: nba, wnba, mbb, wbb.
        seasons: ending years.
        days: days of a season.
        teams: teams of a league; the usual number by default.
        today: games before this date were played; all of them by default.
        key: the key that the college server takes.
        calls: its calls of the month.
        seed: of everything.
        caps: rows at which its answers are cut, by endpoint; those of the real one by default.
    """
    years = list(seasons)
    made = [season(league, year, days=days or 14, teams=teams, seed=seed) for league in leagues for year in years]
    return Servers(made, today=today or date(max(years) + 1, 1, 1), key=key, calls=calls, caps=caps)
