"""A server that looks like ESPN: scoreboards by date and summaries by game, for a simulated season.

Scoreboards name dates in US Eastern time, show at most 25 games unless a limit is given, and in college only a quarter
of them unless ``groups=50`` asks for the whole division: nothing in the answer says that games are missing.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import msgspec
from aiohttp import web

from hooplake.games.leagues import LEAGUES
from hooplake.simulate.header import STATUSES
from hooplake.simulate.season import Game, Season
from hooplake.simulate.servers.faults import Faults

_DEFAULT_LIMIT = 25


class EspnServer:
    """The routes.

    Attributes:
        today: US Eastern date; games before it were played.
        statuses: what is said of a game instead, by its id.
        faults: what goes wrong.
    """

    def __init__(self, seasons: Iterable[Season], *, today: date, faults: Faults | None = None) -> None:
        self.today = today
        self.statuses: dict[str, str] = {}
        self.faults = faults or Faults()
        self._seasons = {LEAGUES[season.league.rules.league].espn_slug: season for season in seasons}
        self._days: dict[str, dict[date, list[Game]]] = {}
        for slug, season in self._seasons.items():
            days: dict[date, list[Game]] = {}
            for game in season.games:
                days.setdefault(game.date, []).append(game)
            self._days[slug] = days
        self._documents: dict[tuple[str, str], bytes] = {}
        self._scores: dict[str, tuple[tuple[int, int], tuple[tuple[int, ...], tuple[int, ...]]]] = {}

    def routes(self) -> list[web.RouteDef]:
        """The routes of the server."""
        sport = "/apis/site/v2/sports/basketball/{slug}"
        return [web.get(f"{sport}/scoreboard", self.scoreboard), web.get(f"{sport}/summary", self.summary)]

    def status(self, game: Game) -> str:
        """The status of a game today."""
        return self.statuses.get(game.id, "final" if game.date < self.today else "scheduled")

    async def scoreboard(self, request: web.Request) -> web.StreamResponse:
        """``/scoreboard?dates=YYYYMMDD``."""
        if (refused := await self.faults.before(request)) is not None:
            return refused
        slug = request.match_info["slug"]
        season = self._seasons.get(slug)
        if season is None:
            return web.json_response({"code": 404, "message": "League not found"}, status=404)
        text = request.query.get("dates", f"{self.today:%Y%m%d}")
        try:
            day = date(int(text[:4]), int(text[4:6]), int(text[6:8]))
        except ValueError:
            return web.json_response({"code": 400, "message": "Failed to get events endpoint."}, status=400)
        games = self._days[slug].get(day, [])
        if season.league.rules.college and request.query.get("groups") != "50":
            games = games[: -(-len(games) // 4)]
        games = games[: int(request.query.get("limit", _DEFAULT_LIMIT))]
        body = msgspec.json.encode(self._board(slug, season, day, games))
        return await self.faults.send(request, body, {})

    async def summary(self, request: web.Request) -> web.StreamResponse:
        """``/summary?event=ID``."""
        if (refused := await self.faults.before(request)) is not None:
            return refused
        season = self._seasons.get(request.match_info["slug"])
        found = [game for game in season.games if game.id == request.query.get("event")] if season else []
        if not found:
            return web.json_response({"code": 404, "message": "Event not found"}, status=404)
        (game,) = found
        key = (game.id, self.status(game))
        if key not in self._documents:
            self._documents[key] = game.document("summary", key[1])
        return await self.faults.send(request, self._documents[key], {})

    def _board(self, slug: str, season: Season, day: date, games: Iterable[Game]) -> dict[str, Any]:
        rules = season.league.rules
        last = season.start + timedelta(days=season.days - 1)
        return {
            "leagues": [
                {
                    "id": rules.league_id,
                    "slug": slug,
                    "season": {
                        "year": season.league.season,
                        "startDate": f"{season.start}T08:00Z",
                        "endDate": f"{last + timedelta(days=1)}T07:59Z",
                    },
                    "calendarType": "day",
                    "calendarIsWhitelist": True,
                    "calendarStartDate": f"{season.start}T08:00Z",
                    "calendarEndDate": f"{last + timedelta(days=1)}T07:59Z",
                    "calendar": [f"{each}T08:00Z" for each in sorted(self._days[slug])],
                }
            ],
            "day": {"date": day.isoformat()},
            "events": [self._event(season, game) for game in games],
        }

    def _event(self, season: Season, game: Game) -> dict[str, Any]:
        status = self.status(game)
        number, name, state, completed, description = STATUSES[status]
        told = {
            "type": {"id": number, "name": name, "state": state, "completed": completed, "description": description}
        }
        score, lines = ((0, 0), ((), ())) if status != "final" else self._score(game)
        sides = [
            {
                "id": team.id,
                "homeAway": word,
                "team": {"id": team.id, "displayName": team.name, "abbreviation": team.abbreviation},
                "score": str(score[side]),
                "linescores": [{"value": float(points)} for points in lines[side]],
            }
            for side, (word, team) in enumerate((("home", game.home), ("away", game.away)))
        ]
        moment = f"{game.fixture.tipoff:%Y-%m-%dT%H:%MZ}"
        return {
            "id": game.id,
            "uid": f"s:40~l:{season.league.rules.league_id}~e:{game.id}",
            "date": moment,
            "name": f"{game.away.name} at {game.home.name}",
            "season": {"year": season.league.season, "type": 2, "slug": "regular-season"},
            "competitions": [{"id": game.id, "date": moment, "competitors": sides, "status": told}],
            "status": told,
        }

    def _score(self, game: Game) -> tuple[tuple[int, int], tuple[tuple[int, ...], tuple[int, ...]]]:
        if game.id not in self._scores:
            self._scores[game.id] = (game.truth.score, game.truth.line_score)
        return self._scores[game.id]
