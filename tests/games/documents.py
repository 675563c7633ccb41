"""Small documents of each kind, as JSON values, in which a test sets what it is about."""

from __future__ import annotations

import json
from datetime import date
from types import SimpleNamespace
from typing import Any

from hooplake.games.espn.decode import Decoded, decode
from hooplake.games.espn.read import Fetch, read_game
from hooplake.games.model import Game
from hooplake.games.silver import silver_tables
from hooplake.lakehouse import registry

Json = dict[str, Any]

KEYS = (
    "minutes", "points", "fieldGoalsMade-fieldGoalsAttempted",
    "threePointFieldGoalsMade-threePointFieldGoalsAttempted", "freeThrowsMade-freeThrowsAttempted", "rebounds",
    "assists", "turnovers", "steals", "blocks", "offensiveRebounds", "defensiveRebounds", "fouls", "plusMinus",
)  # fmt: skip
LABELS = ("MIN", "PTS", "FG", "3PT", "FT", "REB", "AST", "TO", "STL", "BLK", "OREB", "DREB", "PF", "+/-")
LINE = ("35", "24", "9-20", "2-6", "4-5", "11", "7", "3", "1", "2", "3", "8", "4", "-7")
"""24 points: 9 field goals, 2 of them threes, 4 free throws."""


def summary(
    *,
    game_id: Any = "401",
    league: str | None = "nba",
    date: str | None = "2025-01-05T01:00Z",
    year: Any = 2025,
    season_type: Any = 2,
    status: str = "FINAL",
    home: str = "24",
    away: str = "7",
    score: tuple[str | None, str | None] = ("111", "122"),
    lines: tuple[list[int], list[int]] = ([27, 84], [30, 92]),
    plays: list[Json] | None = None,
    players: list[Json] | None = None,
    teams: list[Json] | None = None,
    **parts: Any,
) -> Json:
    """A summary of an NBA game at San Antonio, 122 to 111 for the visitors."""
    sides = (("home", home, score[0], lines[0]), ("away", away, score[1], lines[1]))
    competitors = []
    for side, team, points, line in sides:
        one: Json = {"homeAway": side, "id": team, "team": {"id": team, "abbreviation": f"T{team}"}}
        if points is not None:
            one |= {"score": points, "linescores": [{"displayValue": str(p)} for p in line]}
        competitors.append(one)
    header: Json = {
        "id": game_id,
        "season": {"year": year, "type": season_type},
        "competitions": [
            {"date": date, "competitors": competitors, "status": {"type": {"name": f"STATUS_{status}"}}},
        ],
    }
    if league is not None:
        header["league"] = {"slug": league}
    document = {"header": header, "boxscore": {"players": players or [], "teams": teams or []}}
    if plays is not None:
        document["plays"] = plays
    return document | parts


def competition(document: Json) -> Json:
    """The competition of a summary's header."""
    found: Json = document["header"]["competitions"][0]
    return found


def play(number: int = 1, type_id: str | None = "92", text: str | None = "A makes jumper", **fields: Any) -> Json:
    """One play of a summary; fields of value None are left out."""
    row: Json = {
        "id": f"401{number}",
        "sequenceNumber": str(number),
        "type": {"id": type_id},
        "text": text,
        "period": {"number": 1},
        "clock": {"displayValue": "11:40"},
        "homeScore": 0,
        "awayScore": 0,
        "shootingPlay": False,
        "scoringPlay": False,
        "scoreValue": 0,
    }
    for name in ("period", "clock"):
        if name in fields:
            fields[name] = {{"period": "number", "clock": "displayValue"}[name]: fields[name]}
    if "team" in fields:
        fields["team"] = {"id": fields["team"]}
    if "players" in fields:
        fields["participants"] = [{"athlete": {"id": p}} for p in fields.pop("players")]
    if "xy" in fields:
        fields["coordinate"] = dict(zip("xy", fields.pop("xy"), strict=True))
    return {name: value for name, value in (row | fields).items() if value is not None}


def athlete(player: str = "1", stats: tuple[str, ...] = LINE, **fields: Any) -> Json:
    """A row of a summary's box."""
    person = {"id": player, "displayName": f"Player {player}", "shortName": f"P. {player}"}
    return {"athlete": person, "starter": True, "didNotPlay": False, "stats": list(stats)} | fields


def box(team: str, *rows: Json, **columns: Any) -> Json:
    """The box of one team of a summary."""
    return {"team": {"id": team}, "statistics": [{"athletes": list(rows)} | (columns or {"keys": list(KEYS)})]}


def page(**package: Any) -> Json:
    """A web page of the same game."""
    sides = ((True, "24", "SA", "111", (27, 84)), (False, "7", "DEN", "122", (30, 92)))
    strip = {
        "gid": "401",
        "dt": "2025-01-05T01:00Z",
        "seasonType": 2,
        "status": {"id": "3", "state": "post", "det": "Final"},
        "tms": [
            {
                "id": team,
                "abbrev": name,
                "isHome": flag,
                "score": score,
                "linescores": [{"displayValue": str(points)} for points in line],
            }
            for flag, team, name, score, line in sides
        ],
    }
    whole = {"gmStrp": strip, "lg": "nba", "maxPeriods": 4} | package
    return {"page": {"content": {"gamepackage": whole}}}


def page_box(team: str, starters: list[Json], bench: list[Json]) -> Json:
    """The box of one team of a page."""
    tables = [
        {"type": kind, "keys": list(KEYS), "athlts": rows} for kind, rows in (("starters", starters), ("bench", bench))
    ]
    return {"tm": {"id": team}, "stats": tables}


def page_athlete(player: str, name: str, stats: tuple[str, ...] = LINE, **fields: Any) -> Json:
    """A row of a page's box."""
    return {
        "athlt": {"id": player, "dspNm": name, "shrtNm": f"{name[0]}. {name.split()[-1]}"},
        "stats": list(stats),
    } | (fields)


def page_play(text: str, side: str = "home", number: int = 1, **fields: Any) -> Json:
    """One play of a page."""
    row: Json = {
        "id": f"401{number}",
        "text": text,
        "homeAway": side,
        "homeScore": 0,
        "awayScore": 0,
        "clock": {"displayValue": "11:40"},
        "period": {"number": 1},
    }
    if "athlete" in fields:
        fields["athlete"] = {"id": fields["athlete"]}
    return row | fields


def decoded(document: Any) -> Decoded:
    """A document, decoded from its bytes."""
    return decode(document if isinstance(document, bytes) else json.dumps(document).encode())


def read(*documents: Any, league: str = "nba") -> Game:
    """The game that some documents make, in the order of their receipt."""
    fetches = [Fetch(f"{n:02}", n, decoded(one)) for n, one in enumerate(documents, 1)]
    return read_game(fetches, league=league, season=2025, game_date=date(2025, 1, 5))


def plays_of(game: Game) -> SimpleNamespace:
    """The plays of a game: columns of ``silver.fct_plays``, and how the value of a shot is known."""
    tables = silver_tables([game], registry())
    plays, shots = tables["silver.fct_plays"], tables["silver.fct_shots"]
    columns = {name: plays[name].to_pylist() for name in plays.column_names}
    sources = dict(zip(shots["event_num"].to_pylist(), shots["value_source"].to_pylist(), strict=True))
    return SimpleNamespace(**columns, value_source=[sources.get(number) for number in columns["event_num"]])
