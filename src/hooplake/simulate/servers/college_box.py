"""What the college server says of one game that was played: box scores, plays, stints and units."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec

from hooplake.simulate.season import Game
from hooplake.simulate.truth import (
    AST,
    BLK,
    DREB,
    FG3A,
    FG3M,
    FGA,
    FGM,
    FTA,
    FTM,
    OREB,
    PF,
    POINTS,
    STL,
    TOV,
    Truth,
)  # fmt: skip

FIRST_PLAYER = 9_410_000
Row = dict[str, Any]


class Box(NamedTuple):
    """The box of a game, home and away, as JSON."""

    score: tuple[int, int]
    line: tuple[tuple[int, ...], tuple[int, ...]]
    teams: tuple[bytes, bytes]
    players: tuple[bytes, bytes]
    minutes: int


def player_id(source_id: str) -> int:
    """The server's own number of a player, which no other source knows."""
    return int(source_id) - FIRST_PLAYER + 1000


def number(value: float, places: int = 1) -> float | int:
    """A number as JavaScript writes it: without a point where it is whole."""
    rounded = round(value, places)
    return int(rounded) if rounded == int(rounded) else rounded


def shooting(made: int, attempted: int) -> Row:
    """Made, attempted and the per cent of it."""
    return {"made": made, "attempted": attempted, "pct": number(100 * made / attempted) if attempted else 0}


def factors(s: Sequence[float], possessions: float | None) -> Row:
    """The four factors in the units of this server: its rebound share divides by a team's own rebounds."""
    own = s[OREB] + s[DREB]
    return {
        "effectiveFieldGoalPct": number(100 * (s[FGM] + 0.5 * s[FG3M]) / s[FGA]) if s[FGA] else 0,
        "freeThrowRate": number(100 * s[FTA] / s[FGA]) if s[FGA] else 0,
        "turnoverRatio": number(100 * s[TOV] / possessions) if possessions else None,
        "offensiveReboundPct": number(100 * s[OREB] / own) if own else 0,
    }


def render(game: Game, game_id: int) -> Box:
    """Play a game and write its box."""
    truth = game.truth
    table = truth.stats()
    teams = tuple(msgspec.json.encode(_team(truth, table, side, game_id)) for side in (0, 1))
    players = tuple(msgspec.json.encode(_players(truth, table, side, game_id)) for side in (0, 1))
    minutes = 40 + 5 * (len(truth.periods) - 2)
    return Box(truth.score, truth.line_score, (teams[0], teams[1]), (players[0], players[1]), minutes)


def _team(truth: Truth, table: list[list[int]], side: int, game_id: int) -> Row:
    rows = [row for place, row in enumerate(table) if truth.side(place) == side]
    s = [sum(column) for column in zip(*rows, strict=True)]
    oreb = s[OREB] + truth.team_rebounds[side][0]
    dreb = s[DREB] + truth.team_rebounds[side][1]
    tov = s[TOV] + truth.team_turnovers[side]
    totals = [*s]
    totals[OREB], totals[DREB], totals[TOV] = oreb, dreb, tov
    # The server has no possessions of some games, and then says so for both sides.
    possessions = None if game_id % 50 == 7 else round(s[FGA] + 0.44 * s[FTA] - oreb + tov)
    attempts = 2 * (s[FGA] + 0.44 * s[FTA])
    return {
        "possessions": possessions,
        "assists": s[AST],
        "steals": s[STL],
        "blocks": s[BLK],
        "trueShooting": number(100 * s[POINTS] / attempts) if attempts else 0,
        "rating": number(100 * s[POINTS] / possessions) if possessions else None,
        "gameScore": number(s[POINTS] + 0.4 * s[FGM] - 0.7 * s[FGA], 2),
        "points": {
            "total": s[POINTS],
            "byPeriod": list(truth.line_score[side]),
            "largestLead": max(0, *((e.home - e.away) * (1 - 2 * side) for e in truth.events)),
            "fastBreak": s[STL],
            "inPaint": 2 * ((s[FGM] - s[FG3M]) // 2),
            "offTurnovers": s[STL] * 2,
        },
        "fieldGoals": shooting(s[FGM], s[FGA]),
        "twoPointFieldGoals": shooting(s[FGM] - s[FG3M], s[FGA] - s[FG3A]),
        "threePointFieldGoals": shooting(s[FG3M], s[FG3A]),
        "freeThrows": shooting(s[FTM], s[FTA]),
        "rebounds": {"offensive": oreb, "defensive": dreb, "total": oreb + dreb},
        "turnovers": {"total": tov, "teamTotal": truth.team_turnovers[side]},
        "fouls": {"total": s[PF], "technical": truth.technicals[side], "flagrant": truth.flagrants[side]},
        "fourFactors": factors(totals, possessions),
    }


def _players(truth: Truth, table: list[list[int]], side: int, game_id: int) -> list[Row]:
    found = []
    for place, player in enumerate(truth.players):
        if truth.side(place) != side or not truth.appeared[place]:
            continue
        s = table[place]
        minutes = (truth.tenths[place] + 300) // 600
        rated = minutes >= 8
        found.append(
            {
                # The number of this row, in spite of its name.
                "athleteId": game_id * 100 + place,
                "athleteSourceId": player.id,
                "name": player.name,
                "position": player.position,
                "starter": place in truth.starters[side],
                "ejected": place in truth.ejected,
                "minutes": minutes,
                "points": s[POINTS],
                "assists": s[AST],
                "steals": s[STL],
                "blocks": s[BLK],
                "turnovers": s[TOV],
                "fouls": s[PF],
                "usage": number(20 + s[FGA] / 2) if rated else None,
                "gameScore": number(s[POINTS] + 0.4 * s[FGM] - 0.7 * s[FGA]),
                "offensiveRating": number(80 + s[POINTS]) if rated else None,
                "defensiveRating": number(100 - s[STL]) if rated else None,
                "netRating": number(s[POINTS] + s[STL] - 20) if rated else None,
                "assistsTurnoverRatio": number(s[AST] / s[TOV]) if s[TOV] else 0,
                "effectiveFieldGoalPct": number(100 * (s[FGM] + 0.5 * s[FG3M]) / s[FGA]) if s[FGA] else None,
                "trueShootingPct": number(s[POINTS] / (2 * s[FGA] + 0.88 * s[FTA]), 3) if s[FGA] else None,
                "freeThrowRate": number(s[FTA] / s[FGA], 3) if s[FGA] else None,
                "offensiveReboundPct": number(s[OREB] / 10, 3),
                "fieldGoals": shooting(s[FGM], s[FGA]),
                "twoPointFieldGoals": shooting(s[FGM] - s[FG3M], s[FGA] - s[FG3A]),
                "threePointFieldGoals": shooting(s[FG3M], s[FG3A]),
                "freeThrows": shooting(s[FTM], s[FTA]),
                "rebounds": {"offensive": s[OREB], "defensive": s[DREB], "total": s[OREB] + s[DREB]},
            }
        )
    return found


_SHOTS = ("JumpShot", "JumpShot", "LayUpShot", "JumpShot", "DunkShot", "TipShot")
_TYPES = {
    "offensive_rebound": "Offensive Rebound", "defensive_rebound": "Defensive Rebound",
    "dead_ball_rebound": "Dead Ball Rebound", "turnover": "Lost Ball Turnover", "foul": "PersonalFoul",
    "technical_foul": "Technical Foul", "substitution": "Substitution", "jump_ball": "Jumpball",
    "timeout": "ShortTimeOut", "period_end": "End Period", "game_end": "End Game", "made_ft": "MadeFreeThrow",
    "missed_ft": "MadeFreeThrow",
}  # fmt: skip


def plays(game: Game, head: Row, on_floor: bool) -> list[Row]:
    """The plays of a game, ordered by period and clock only.

    Args:
        game: the game.
        head: the game's row, as the server sends it.
        on_floor: whether the server knows who was on the floor, and of substitutions.
    """
    truth = game.truth
    found: list[Row] = []
    for event in truth.events:
        word = event.event
        if word == "substitution" and not on_floor:
            continue
        shot = word in ("made_2", "made_3", "missed_2", "missed_3")
        kinds = [_SHOTS[event.shot % 6] if shot else _TYPES.get(word, "Not Available")]
        if word == "double_technical":
            kinds = ["Technical Foul"] * 2
        if word == "turnover" and event.player2 >= 0:
            kinds.append("Steal")
        if shot and word.startswith("missed") and event.player2 >= 0:
            kinds.append("Block Shot")
        for nth, kind in enumerate(kinds):
            side = event.team if nth == 0 else 1 - event.team
            actors = [p for p in (event.player1, event.player2) if p >= 0][:: 1 - 2 * nth]
            if word == "double_technical":
                actors = [p for p in (event.player1, event.player2)[nth : nth + 1] if p >= 0]
            value = 3 if word.endswith("_3") else 2 if shot else 1 if kind == "MadeFreeThrow" else None
            made = word.startswith("made")
            us, them = ("home", "away") if side == 0 else ("away", "home")
            seconds = event.clock // 10
            found.append(
                {
                    "id": head["id"] * 1000 + len(found),
                    "sourceId": f"{game.id}{len(found):06d}",
                    "gameId": head["id"],
                    "gameSourceId": game.id,
                    "gameStartDate": head["startDate"],
                    "season": head["season"],
                    "seasonType": head["seasonType"],
                    "gameType": head["gameType"],
                    "tournament": head["tournament"],
                    "playType": kind,
                    "isHomeTeam": side == 0 if side >= 0 else None,
                    "teamId": head[f"{us}TeamId"] if side >= 0 else None,
                    "team": head[f"{us}Team"] if side >= 0 else None,
                    "conference": head[f"{us}Conference"] if side >= 0 else None,
                    "teamSeed": None,
                    "opponentId": head[f"{them}TeamId"] if side >= 0 else None,
                    "opponent": head[f"{them}Team"] if side >= 0 else None,
                    "opponentConference": head[f"{them}Conference"] if side >= 0 else None,
                    "opponentSeed": None,
                    "period": event.period,
                    "clock": f"{seconds // 60}:{seconds % 60:02d}",
                    "secondsRemaining": seconds,
                    "homeScore": event.home,
                    "awayScore": event.away,
                    # Nothing to nothing: an even chance of zero arrives as null.
                    "homeWinProbability": number(min(1.0, max(0.0, 0.5 + (event.home - event.away) / 100)), 3) or None,
                    "scoringPlay": made and nth == 0,
                    "shootingPlay": (shot and nth == 0) or kind == "MadeFreeThrow",
                    "scoreValue": value if nth == 0 else None,
                    "wallclock": None,
                    "playText": f"{kind} {word}",
                    "participants": [_person(truth, place) for place in actors],
                    "onFloor": _floor(truth, event.fives, head) if on_floor else [],
                    "shotInfo": _shot(truth, event, made) if shot and nth == 0 else None,
                }
            )
    return sorted(found, key=lambda row: (row["period"], -row["secondsRemaining"]))


def _person(truth: Truth, place: int) -> Row:
    player = truth.players[place]
    return {"id": player_id(player.id), "name": player.name}


def _floor(truth: Truth, fives: Any, head: Row) -> list[Row]:
    sides = (head["homeTeam"], head["awayTeam"])
    return [{**_person(truth, place), "team": sides[side]} for side in (0, 1) for place in fives[side]]


def _shot(truth: Truth, event: Any, made: bool) -> Row:
    # On a missed shot with two participants the server does not know which of them shot.
    shooter = None if not made and event.player2 >= 0 else event.player1
    assisted = made and event.player2 >= 0
    nobody = {"id": None, "name": None}
    return {
        "shooter": nobody if shooter is None or shooter < 0 else _person(truth, shooter),
        "made": made,
        "range": "three_pointer" if event.event.endswith("3") else "rim" if event.feet < 4 else "jumper",
        "assisted": assisted,
        "assistedBy": _person(truth, event.player2) if assisted else nobody,
        "location": _location(event),
    }


def _location(event: Any) -> Row:
    """Tenths of feet on the whole floor, along it from a baseline and across; ends are changed with the half."""
    along, across = 10 * event.y + 52.5, 10 * event.x
    if (event.team + event.period) % 2:
        along, across = 940 - along, 500 - across
    return {"x": number(along), "y": number(across)}
