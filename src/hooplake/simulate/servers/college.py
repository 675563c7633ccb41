"""What the college server knows: the rows of every endpoint, made from a simulated season.

It has numbers of its own for teams, players and games (`sourceId` holds those of the league), and every quirk of the real
one that shows in rows: a team with two spells in one season comes twice, zeros arrive as null, some finished games carry a
score of 0-0 in the lines, the team box has no possessions of some games.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from functools import cached_property

import msgspec

from hooplake.simulate.season import Game, Season
from hooplake.simulate.servers.college_box import Box, Row, number, render

_PER_CONFERENCE = 12
_WANDERER = 3
"""The team with two spells."""
PROVIDERS = ("ESPN BET", "Draft Kings", "Bovada")


def moment(when: datetime) -> str:
    """A time as the server writes it."""
    return f"{when:%Y-%m-%dT%H:%M:%S}.000Z"


class College:
    """The rows of one league over some seasons.

    Attributes:
        today: US Eastern date; games before it were played.
    """

    def __init__(self, seasons: Iterable[Season], *, today: date) -> None:
        self.seasons = {season.league.season: season for season in seasons}
        self.today = today
        first = next(iter(self.seasons.values()))
        self.teams = first.teams
        self._numbers = {team.id: index + 1 for index, team in enumerate(self.teams)}
        self.conferences: list[Row] = [
            {
                "id": index + 1,
                "sourceId": str(index + 40),
                "name": f"Conference of Region {index + 1:02d}",
                "abbreviation": f"Reg. {index + 1:02d}",
                "shortName": f"Region {index + 1:02d}",
            }
            for index in range(max(2, len(self.teams) // _PER_CONFERENCE))
        ]
        self._boxes: dict[int, Box] = {}

    @staticmethod
    def chance(*what: object) -> float:
        """A number from 0 to 1 that depends on nothing but its name."""
        digest = hashlib.blake2b(repr(what).encode(), digest_size=8).digest()
        return int.from_bytes(digest, "big") / 2**64

    def team_number(self, team_id: str) -> int:
        """The server's number of a team."""
        return self._numbers[team_id]

    def spells(self, team: int) -> list[Row]:
        """The conferences of a team (its number) over all seasons."""
        home = self.conferences[(team - 1) % len(self.conferences)]
        if team != _WANDERER:
            return [home]
        return [home, self.conferences[team % len(self.conferences)]]

    def conference(self, team: int) -> Row:
        """The conference by whose name a team goes."""
        return self.spells(team)[0]

    def members(self, abbreviation: str) -> set[int]:
        """The teams of a conference, those with a second spell in it too."""
        found = range(1, len(self.teams) + 1)
        return {
            team for team in found if any(s["abbreviation"].lower() == abbreviation.lower() for s in self.spells(team))
        }

    @cached_property
    def games(self) -> dict[int, tuple[Game, Row]]:
        """Every game by its number, with what is known of it before it is played."""
        found: dict[int, tuple[Game, Row]] = {}
        for year, season in self.seasons.items():
            for place, game in enumerate(season.games):
                number_of_game = (year - 2000) * 100_000 + place + 1
                found[number_of_game] = (game, self._head(number_of_game, year, game))
        return found

    def played(self, game: Game) -> bool:
        """Whether a game is over."""
        return game.date < self.today

    def box(self, game_id: int) -> Box:
        """The box of a game, which is played now if it was not yet."""
        if game_id not in self._boxes:
            self._boxes[game_id] = render(self.games[game_id][0], game_id)
        return self._boxes[game_id]

    def keep(self, boxes: Mapping[int, Box]) -> None:
        """Boxes that were made elsewhere."""
        self._boxes.update(boxes)

    def _head(self, game_id: int, year: int, game: Game) -> Row:
        home, away = self.team_number(game.home.id), self.team_number(game.away.id)
        ours, theirs = self.conference(home), self.conference(away)
        return {
            "id": game_id,
            "sourceId": game.id,
            "seasonLabel": f"{year - 1}{year}",
            "season": year,
            "seasonType": "regular",
            "tournament": None,
            "startDate": moment(game.fixture.tipoff),
            "startTimeTbd": False,
            "neutralSite": game.fixture.neutral,
            "conferenceGame": ours is theirs,
            "gameType": "STD",
            "homeTeamId": home,
            "homeTeam": game.home.location,
            "homeConferenceId": ours["id"],
            "homeConference": ours["abbreviation"],
            "awayTeamId": away,
            "awayTeam": game.away.location,
            "awayConferenceId": theirs["id"],
            "awayConference": theirs["abbreviation"],
        }

    def game_row(self, game_id: int) -> Row:
        """A row of ``/games``."""
        game, head = self.games[game_id]
        done = self.played(game)
        box = self.box(game_id) if done else None
        score = box.score if box else (None, None)
        elo = [1500 + int(200 * self.chance("elo", game_id, side)) for side in ["home", "away"]]
        venue = game.home.venue
        return {
            **head,
            "gameNotes": None,
            "status": "final" if done else "scheduled",
            "attendance": game.fixture.attendance if done else None,
            "homeSeed": None,
            "homePoints": score[0],
            "homePeriodPoints": list(box.line[0]) if box else None,
            "homeWinner": box.score[0] > box.score[1] if box else None,
            "homeTeamEloStart": elo[0],
            "homeTeamEloEnd": elo[0] + 5 if done else None,
            "awaySeed": None,
            "awayPoints": score[1],
            "awayPeriodPoints": list(box.line[1]) if box else None,
            "awayWinner": box.score[1] > box.score[0] if box else None,
            "awayTeamEloStart": elo[1],
            "awayTeamEloEnd": elo[1] - 5 if done else None,
            # Nothing to nothing: no excitement arrives as null.
            "excitement": number(10 * self.chance("excitement", game_id)) or None,
            "venueId": int(venue.id),
            "venue": venue.name,
            "city": venue.city,
            "state": venue.state,
        }

    def box_rows(self, game_id: int, kind: str) -> list[Row]:
        """Rows of ``/games/teams`` or ``/games/players``: two a game, none before it is over."""
        game, head = self.games[game_id]
        if not self.played(game):
            return []
        box = self.box(game_id)
        found = []
        for side, (us, them) in enumerate((("home", "away"), ("away", "home"))):
            row: Row = {
                "gameId": game_id,
                **{name: head[name] for name in ("season", "seasonLabel", "seasonType", "tournament", "startDate")},
                "startTimeTbd": False,
                "teamId": head[f"{us}TeamId"],
                "team": head[f"{us}Team"],
                "conference": head[f"{us}Conference"],
                "teamSeed": None,
                "opponentId": head[f"{them}TeamId"],
                "opponent": head[f"{them}Team"],
                "opponentConference": head[f"{them}Conference"],
                "opponentSeed": None,
                "neutralSite": head["neutralSite"],
                "isHome": side == 0,
                "conferenceGame": head["conferenceGame"],
                "gameType": head["gameType"],
                "notes": None,
                "gameMinutes": box.minutes,
            }
            if kind == "teams":
                row |= {
                    "pace": None,
                    "teamStats": msgspec.Raw(box.teams[side]),
                    "opponentStats": msgspec.Raw(box.teams[1 - side]),
                }
            else:
                row |= {"gamePace": None, "players": msgspec.Raw(box.players[side])}
            found.append(row)
        return found

    def line_row(self, game_id: int) -> Row:
        """A row of ``/lines``."""
        game, head = self.games[game_id]
        done = self.played(game)
        score = self.box(game_id).score if done else (None, None)
        if done and game_id % 120 == 11:
            score = (0, 0)
        names = ("season", "seasonType", "startDate", "homeTeamId", "homeTeam", "homeConference")
        return {
            "gameId": game_id,
            **{name: head[name] for name in (*names, "awayTeamId", "awayTeam", "awayConference")},
            "homeScore": score[0],
            "awayScore": score[1],
            "lines": self._lines(game_id) if game_id % 10 else [],
        }

    def _lines(self, game_id: int) -> list[Row]:
        found = []
        for provider in PROVIDERS[: 1 + game_id % 3]:
            spread = round(40 * (self.chance("spread", game_id) - 0.5)) / 2
            price = 100 + int(abs(spread) * 30) + int(20 * self.chance("price", game_id, provider))
            home, away = (-price, price - 10) if spread <= 0 else (price - 10, -price)
            if abs(home) < 100 or abs(away) < 100:
                home, away = -110, -110
            total = 120 + round(60 * self.chance("total", game_id)) / 2
            found.append(
                {
                    "provider": provider,
                    "spread": number(spread) or None,
                    "overUnder": number(total),
                    "homeMoneyline": home,
                    "awayMoneyline": away,
                    "spreadOpen": number(spread + 0.5) or None,
                    "overUnderOpen": number(total - 1),
                }
            )
        return found

    def on_date(self, day: date) -> list[int]:
        """Games that start in [day, day + 1], UTC, both ends included."""
        begin = datetime(day.year, day.month, day.day)
        first, last = moment(begin), moment(begin + timedelta(days=1))
        return [number for number, (_, head) in self.games.items() if first <= head["startDate"] <= last]
