"""A server that looks like api.collegebasketballdata.com: its parameters, caps, windows, quota and refusals.

What it does not say, it does not say here either: an answer is cut at the cap without a sign, unknown parameters and
empty filters are ignored, windows include both of their ends, a bare date means midnight UTC.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import msgspec
from aiohttp import web

from hooplake.simulate.servers.college import College, moment
from hooplake.simulate.servers.college_box import Row, plays
from hooplake.simulate.servers.college_tables import season_rows, snapshot
from hooplake.simulate.servers.college_units import stints, units
from hooplake.simulate.servers.faults import Faults
from hooplake.sources.cbbd.endpoints import Endpoint, endpoints

_GAME_ROWS = ("games", "games_media", "games_teams", "games_players", "lines")


class CbbdServer:
    """The routes.

    Attributes:
        college: what the server knows.
        calls: calls left this month.
        made: metered calls that were answered.
        tier: subscription of the key.
        faults: what goes wrong.
    """

    def __init__(
        self, college: College, *, key: str = "demo", calls: int = 75_000, tier: int = 3, faults: Faults | None = None,
        caps: dict[str, int] | None = None,
    ) -> None:  # fmt: skip
        self.college = college
        self.calls, self.made, self.tier = calls, 0, tier
        self.faults = faults or Faults()
        self._key = key
        self._caps = {name: endpoint.cap for name, endpoint in endpoints().items() if endpoint.cap} | (caps or {})
        self._seasons: dict[tuple[str, int], list[Row]] = {}

    def routes(self) -> list[web.RouteDef]:
        """The routes of the server."""
        paths = {endpoint.path: endpoint for endpoint in endpoints().values() if endpoint.name != "teams_season"}
        return [web.get(path, self._handler(endpoint)) for path, endpoint in paths.items()]

    def _handler(self, endpoint: Endpoint) -> Callable[[web.Request], Any]:
        async def handle(request: web.Request) -> web.StreamResponse:
            return await self._answer(endpoint, request)

        return handle

    async def _answer(self, endpoint: Endpoint, request: web.Request) -> web.StreamResponse:
        if request.headers.get("Authorization") != f"Bearer {self._key}":
            return web.json_response({"message": "Unauthorized. Did you forget to include Bearer?"}, status=401)
        if endpoint.tier > self.tier:
            text = f"This endpoint requires a Patreon subscription of Tier {endpoint.tier}"
            return web.json_response({"message": text}, status=401)
        if (refused := await self.faults.before(request)) is not None:
            return refused
        if endpoint.metered and self.calls < 1:
            return web.json_response({"message": "Monthly call quota exceeded."}, status=429)
        params = {name: text for name, text in request.query.items() if text not in ("", "0")}
        params |= request.match_info
        missing = [name for name in endpoint.required if name not in params]
        if endpoint.name.endswith("shooting_season") and not ({"team", "conference"} & set(params)):
            missing.append("conference")
        if missing:
            details = {name: {"message": f"'{name}' is required"} for name in missing}
            return web.json_response({"message": "Validation Failed", "details": details}, status=400)
        rows = self._quirks(endpoint, self.rows(endpoint.name, params))
        body = msgspec.json.encode(rows)
        headers = {}
        if endpoint.metered:
            self.calls -= 1
            self.made += 1
            headers["X-CallLimit-Remaining"] = str(self.calls)
        return await self.faults.send(request, body, headers)

    def forget(self) -> None:
        """Make the rows of seasons anew, since more games were played."""
        self._seasons.clear()

    def rows(self, name: str, params: dict[str, str]) -> list[Row]:
        """The rows of an answer, cut at the cap of the endpoint."""
        if name == "teams" and "season" in params:
            name = "teams_season"
        endpoint = endpoints()[name]
        if endpoint.strategy == "snapshot":
            return snapshot(self.college, name)
        if name in _GAME_ROWS:
            return self._windowed(name, params)
        if name == "scoreboard":
            return []
        if name.startswith(("plays_", "substitutions")) or endpoint.strategy in ("game", "team"):
            return self._of_games(name, params)
        season = int(params.get(endpoint.season_param, 0)) or max(self.college.seasons)
        if (name, season) not in self._seasons:
            self._seasons[name, season] = season_rows(self.college, name, season)
        return self._filtered(self._seasons[name, season], params)

    def _filtered(self, rows: list[Row], params: dict[str, str]) -> list[Row]:
        if "conference" in params:
            members = self.college.members(params["conference"])
            rows = [row for row in rows if row.get("teamId") in members]
        if "team" in params:
            rows = [row for row in rows if str(row.get("team", "")).lower() == params["team"].lower()]
        return rows

    def _windowed(self, name: str, params: dict[str, str]) -> list[Row]:
        first, last = _when(params.get("startDateRange")), _when(params.get("endDateRange"))
        found = [
            (head["startDate"], number)
            for number, (_, head) in self.college.games.items()
            if ("season" not in params or head["season"] == int(params["season"]))
            and (first is None or head["startDate"] >= first)
            and (last is None or head["startDate"] <= last)
            and (name != "games" or "status" not in params or params["status"] == "final")
        ]
        members = self.college.members(params["conference"]) if "conference" in params else None
        cap = self._caps[name]
        rows: list[Row] = []
        for _, number in sorted(found):
            head = self.college.games[number][1]
            if members is not None and not members & {head["homeTeamId"], head["awayTeamId"]}:
                continue
            if name == "games":
                rows.append(self.college.game_row(number))
            elif name == "lines":
                rows.append(self.college.line_row(number))
            elif name == "games_media":
                rows.append(_media(number, head))
            else:
                rows += self.college.box_rows(number, name.removeprefix("games_"))
            if len(rows) >= cap:
                break
        return rows[:cap]

    def _of_games(self, name: str, params: dict[str, str]) -> list[Row]:
        college = self.college
        if "gameId" in params:
            numbers = [int(params["gameId"])] if int(params["gameId"]) in college.games else []
        elif "date" in params:
            numbers = college.on_date(date.fromisoformat(params["date"][:10]))
        elif "tournament" in params:
            numbers = []  # none is simulated
        else:
            season = int(params["season"])
            team = params.get("team", "").lower()
            numbers = [
                number
                for number, (_, head) in college.games.items()
                if head["season"] == season and team in ("", head["homeTeam"].lower(), head["awayTeam"].lower())
            ]
        games = [college.games[number] for number in numbers if college.played(college.games[number][0])]
        player = int(params["playerId"]) if "playerId" in params else None
        if name.startswith("plays"):
            found = [row for game, head in games for row in plays(game, head, head["season"] >= 2024)]
            return [row for row in found if player is None or player in [one["id"] for one in row["participants"]]]
        team_id = None
        if params.get("team"):
            named = {
                head[f"{side}Team"].lower(): head[f"{side}TeamId"] for _, head in games for side in ("home", "away")
            }
            team_id = named.get(params["team"].lower(), -1)
        if name.startswith("substitutions"):
            found = [row for game, head in games for row in stints(game, head)]
            return [r for r in found if team_id in (None, r["teamId"]) and player in (None, r["athleteId"])]
        return units(games, team_id)

    def _quirks(self, endpoint: Endpoint, rows: list[Row]) -> list[Row]:
        if self.faults.shares.get("drift"):
            rows = [{**row, "addedWithoutNotice": place} for place, row in enumerate(rows)]
        if self.faults.shares.get("doubles"):
            rows = [row for place, row in enumerate(rows) for _ in range(1 + self.faults.hits("doubles", place))]
        return rows[: self._caps.get(endpoint.name)]


def _when(text: str | None) -> str | None:
    """A bound of a window as the server compares it; a bare date is midnight UTC."""
    if not text:
        return None
    when = datetime.fromisoformat(text)
    when = when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    return moment(when) if when.microsecond == 0 else f"{when:%Y-%m-%dT%H:%M:%S}.{when.microsecond // 1000:03d}Z"


def _media(number: int, head: Row) -> Row:
    kept = {name: value for name, value in head.items() if name not in ("id", "sourceId", "tournament")}
    kept = {name: value for name, value in kept.items() if not name.endswith("ConferenceId")}
    shown = [{"broadcastName": "Net One", "broadcastType": "tv"}] if number % 3 else []
    return {"gameId": number, **kept, "notes": None, "broadcasts": shown}
