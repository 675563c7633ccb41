"""Real documents of college games as the API would tell of them: it has them from the same source.

Numbers of its own for teams, games and players, participants in no order, no shooter of a blocked shot, boxes that name
players by the id of the source.
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

from hooplake.games.espn.decode import decode
from hooplake.games.espn.read import Fetch, read_game
from hooplake.games.model import BoxLine, Game, TeamLine

Row = dict[str, Any]


def number(source_id: str) -> int:
    """The API's own number of a player."""
    return int(source_id) + 50_000_000


class Told:
    """One real document, and the rows that the API has of it."""

    def __init__(self, file: Path, game_id: int) -> None:
        data = gzip.decompress(file.read_bytes())
        self.plays = json.loads(data)["plays"]
        fetch = Fetch(file.name, 1, decode(data))
        self.game: Game = read_game([fetch], league="mbb", season=0, game_date=None)  # type: ignore[arg-type]
        self.game_id = game_id
        assert self.game.home is not None
        assert self.game.away is not None
        self.teams: dict[str, TeamLine] = {"home": self.game.home, "away": self.game.away}
        self.numbers = {team.team_id: game_id * 10 + place for place, team in enumerate(self.teams.values())}
        self.names = {line.player_id: line.player for line in self.game.players}
        self.start = f"{self.game.tipoff_utc:%Y-%m-%dT%H:%M:%S}.000Z"

    def head(self) -> Row:
        head: Row = {
            "season": self.game.season, "seasonType": "regular", "startDate": self.start, "gameType": "STD",
            "neutralSite": self.game.neutral_site, "tournament": None,
        }  # fmt: skip
        for side, team in self.teams.items():
            head |= {f"{side}TeamId": self.numbers[team.team_id], f"{side}Team": team.location}
        return head

    def games(self) -> Row:
        row = {"id": self.game_id, "sourceId": self.game.game_id, "status": "final", **self.head()}
        for side, team in self.teams.items():
            own = [one.points for one in self.game.periods if one.team_id == team.team_id]
            row |= {f"{side}Points": team.score, f"{side}PeriodPoints": own}
        return row

    def teams_rows(self) -> list[Row]:
        return [
            {"id": self.numbers[t.team_id], "school": t.location, "abbreviation": t.abbr} for t in self.teams.values()
        ]

    def roster(self) -> list[Row]:
        return [
            {
                "teamId": self.numbers[team.team_id],
                "season": self.game.season,
                "players": [
                    {"id": number(line.player_id), "sourceId": line.player_id, "name": line.player}
                    for line in self.game.players
                    if line.team_id == team.team_id
                ],
            }
            for team in self.teams.values()
        ]

    def players(self) -> list[Row]:
        found = []
        for team in self.teams.values():
            lines = [line for line in self.game.players if line.team_id == team.team_id and not line.did_not_play]
            found.append(
                {
                    "gameId": self.game_id, "season": self.game.season, "startDate": self.start,
                    "teamId": self.numbers[team.team_id], "players": [_box(line) for line in lines],
                }
            )  # fmt: skip
        return found

    def play_rows(self) -> list[Row]:
        return [self._play(place, play) for place, play in enumerate(self.plays)]

    def _play(self, place: int, play: Row) -> Row:
        minutes, _, seconds = play["clock"]["displayValue"].rpartition(":")
        team = (play.get("team") or {}).get("id")
        people = [one["athlete"]["id"] for one in play.get("participants") or ()]
        people = people[: 1 if play["type"]["id"] in ("615",) else 2]
        shot = play["shootingPlay"] and "free throw" not in play.get("text", "").lower()
        made = play["scoringPlay"]
        shooter = people[0] if people and (made or len(people) == 1) else None
        return {
            "id": self.game_id * 1000 + place,
            "gameId": self.game_id,
            "gameStartDate": self.start,
            "season": self.game.season,
            "playType": play["type"]["text"],
            "isHomeTeam": team == self.teams["home"].team_id if team else None,
            "teamId": self.numbers[team] if team else None,
            "period": play["period"]["number"],
            "clock": play["clock"]["displayValue"],
            "secondsRemaining": int(60 * float(minutes or 0) + float(seconds)),
            "homeScore": play["homeScore"],
            "awayScore": play["awayScore"],
            "scoringPlay": made,
            "shootingPlay": play["shootingPlay"],
            "scoreValue": play["scoreValue"],
            "playText": play.get("text"),
            "participants": [{"id": number(one), "name": self.names.get(one)} for one in reversed(people)],
            "onFloor": [],
            "shotInfo": {
                "shooter": {"id": number(shooter) if shooter else None, "name": None},
                "made": made,
                "range": None,
                "assisted": made and len(people) > 1,
                "assistedBy": {"id": number(people[1]) if made and len(people) > 1 else None, "name": None},
                "location": None,
            }
            if shot
            else None,
        }

    def day(self) -> str:
        """The UTC date by which its plays are asked for."""
        assert self.game.tipoff_utc is not None
        return f"{self.game.tipoff_utc:%Y-%m-%d}"


def _box(line: BoxLine) -> Row:
    def shots(made: int | None, attempted: int | None) -> Row:
        return {"made": made, "attempted": attempted}

    return {
        "athleteId": 1,
        "athleteSourceId": line.player_id,
        "name": line.player,
        "position": line.position,
        "starter": line.starter,
        "ejected": False,
        "minutes": line.minutes,
        "points": line.points,
        "assists": line.ast,
        "steals": line.stl,
        "blocks": line.blk,
        "turnovers": line.tov,
        "fouls": line.pf,
        "fieldGoals": shots(line.fgm, line.fga),
        "threePointFieldGoals": shots(line.fg3m, line.fg3a),
        "twoPointFieldGoals": shots(None, None),
        "freeThrows": shots(line.ftm, line.fta),
        "rebounds": {"offensive": line.oreb, "defensive": line.dreb, "total": line.reb},
    }
