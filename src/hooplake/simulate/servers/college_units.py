"""Stints of players and units of five in one game, as the college server tells them."""

from __future__ import annotations

from typing import Any

from hooplake.simulate.season import Game
from hooplake.simulate.servers.college_box import Row, factors, number, player_id, shooting
from hooplake.simulate.truth import AST, BLK, DREB, FG3A, FG3M, FGA, FGM, FTA, FTM, OREB, POINTS, STL, TOV

Moment = tuple[int, int, int, int]
"""Period, seconds left, home score, away score."""


def stints(game: Game, head: Row) -> list[Row]:
    """One row per time that a player came in and went out. The server sends no id and no season."""
    truth = game.truth
    found: list[Row] = []
    came: dict[int, Moment] = {}
    for period in truth.periods:
        before = (0, 0) if period.number == 1 else truth.score_at(period.first - 1)
        start: Moment = (period.number, sum(period.tenths) // 100, *before)
        fives = period.opening
        for place in (*fives[0], *fives[1]):
            came.setdefault(place, start)
        for event in truth.events[period.first : period.last + 1]:
            now: Moment = (event.period, event.clock // 10, event.home, event.away)
            on = {*event.fives[0], *event.fives[1]}
            found += [_stint(game, head, place, came.pop(place), now) for place in sorted(set(came) - on)]
            for place in sorted(on - set(came)):
                came[place] = now
        end: Moment = (period.number, 0, *truth.score_at(period.last))
        found += [_stint(game, head, place, came[place], end) for place in sorted(came)]
        came.clear()
    # A man who came and went within one second twice has two rows with one key; the server sends the first.
    unique = {(r["teamId"], r["athleteId"], *r["subIn"].values()): r for r in reversed(found)}
    return list(unique.values())[::-1]


def _stint(game: Game, head: Row, place: int, came: Moment, went: Moment) -> Row:
    player = game.truth.players[place]
    side = game.truth.side(place)
    us, them = ("home", "away") if side == 0 else ("away", "home")

    def moment(at: Moment) -> Row:
        points = (at[2], at[3])
        return {
            "period": at[0], "secondsRemaining": at[1], "teamPoints": points[side], "opponentPoints": points[1 - side],
        }  # fmt: skip

    return {
        "gameId": head["id"],
        "startDate": head["startDate"],
        "teamId": head[f"{us}TeamId"],
        "team": head[f"{us}Team"],
        "conference": head[f"{us}Conference"],
        "athleteId": player_id(player.id),
        "athlete": player.name,
        "position": player.position,
        "opponentId": head[f"{them}TeamId"],
        "opponent": head[f"{them}Team"],
        "opponentConference": head[f"{them}Conference"],
        "subIn": moment(came),
        "subOut": moment(went),
    }


def units(games: list[tuple[Game, Row]], team_id: int | None = None) -> list[Row]:
    """One row per five of a team over some games, without game and season, which the caller must remember."""
    sums: dict[tuple[int, str], dict[str, Any]] = {}
    for game, head in games:
        truth = game.truth
        changes: dict[int, list[tuple[int, int, int]]] = {}
        for at, player, stat, amount in truth.deltas:
            changes.setdefault(at, []).append((player, stat, amount))
        clock = 0
        for event in truth.events:
            if event.num == truth.periods[event.period - 1].first:
                clock = sum(truth.periods[event.period - 1].tenths) // 10
            for side, us in enumerate(("home", "away")):
                if team_id is not None and head[f"{us}TeamId"] != team_id:
                    continue
                people = sorted(
                    (player_id(truth.players[p].id), truth.players[p].name) for p in event.fives[side]
                )  # fmt: skip
                key = (head[f"{us}TeamId"], "-".join(str(number) for number, _ in people))
                unit = sums.setdefault(
                    key,
                    {
                        "teamId": key[0], "team": head[f"{us}Team"], "conference": head[f"{us}Conference"],
                        "idHash": key[1], "athletes": [{"id": n, "name": name} for n, name in people],
                        "tenths": 0, "stats": ([0] * 15, [0] * 15),
                    },
                )  # fmt: skip
                unit["tenths"] += max(0, clock - event.clock)
                for player, stat, amount in changes.get(event.num, ()):
                    unit["stats"][int(truth.side(player) != side)][stat] += amount
            clock = event.clock
    return [_unit(unit) for unit in sums.values()]


def _unit(unit: dict[str, Any]) -> Row:
    seconds = unit.pop("tenths") / 10
    ours, theirs = unit.pop("stats")
    return {
        **unit,
        "totalSeconds": number(seconds),
        "pace": number(40 * 60 * (ours[FGA] + 0.44 * ours[FTA]) / seconds) if seconds else 0,
        "offenseRating": number(ours[POINTS]),
        "defenseRating": number(theirs[POINTS]),
        "netRating": number(ours[POINTS] - theirs[POINTS]),
        "teamStats": _stats(ours),
        "opponentStats": _stats(theirs),
    }


def _stats(s: list[int]) -> Row:
    possessions = round(s[FGA] + 0.44 * s[FTA] - s[OREB] + s[TOV])
    twos = (s[FGM] - s[FG3M], s[FGA] - s[FG3A])
    return {
        "possessions": possessions,
        "points": s[POINTS],
        "blocks": s[BLK],
        "assists": s[AST],
        "steals": s[STL],
        "turnovers": s[TOV],
        "defensiveRebounds": s[DREB],
        "offensiveRebounds": s[OREB],
        "trueShooting": number(100 * s[POINTS] / (2 * s[FGA] + 0.88 * s[FTA])) if s[FGA] + s[FTA] else 0,
        "fieldGoals": shooting(s[FGM], s[FGA]),
        "twoPointers": {
            **shooting(*twos),
            "jumpers": shooting(0, 0),
            "layups": shooting(*twos),
            "dunks": shooting(0, 0),
            "tipIns": shooting(0, 0),
        },
        "threePointers": shooting(s[FG3M], s[FG3A]),
        "freeThrows": shooting(s[FTM], s[FTA]),
        "fourFactors": {name: value or 0 for name, value in factors(s, possessions or None).items()},
    }
