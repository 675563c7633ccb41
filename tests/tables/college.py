"""Bodies of the college API, written by hand."""

from __future__ import annotations

from typing import Any


def game(number: int, **changes: Any) -> dict[str, Any]:
    """A final game of `/games`."""
    return {
        "id": number, "season": 2025, "seasonType": "regular", "gameType": "STD", "status": "final",
        "startDate": "2024-12-01T00:30:00.000Z", "neutralSite": False, "conferenceGame": False, "homeTeamId": 1,
        "awayTeamId": 2, "homePoints": 70, "awayPoints": 60, "homePeriodPoints": [30, 40], "awayPeriodPoints": [30, 30],
        **changes,
    }  # fmt: skip


def line(provider: str, **changes: Any) -> dict[str, Any]:
    return {
        "provider": provider,
        "spread": None,
        "overUnder": None,
        "homeMoneyline": None,
        "awayMoneyline": None,
        **changes,
    }


TEAMS = [{"id": 1, "school": "One"}, {"id": 2, "school": "Two"}]
HISTORY = [
    {"id": 7, "abbreviation": "A-10", "teams": [{"id": 1, "school": "One", "startSeason": 2000, "endSeason": None}]},
    {"id": 8, "abbreviation": "ACC", "teams": [
        {"id": 1, "school": "One", "startSeason": 2025, "endSeason": 2025},
        {"id": 2, "school": "Two", "startSeason": 1990, "endSeason": 2024},
    ]},
]  # fmt: skip


def side(points: int, /, **changes: Any) -> dict[str, Any]:
    """A box of `/games/teams` that adds up to so many points, an even number: 10 threes, 4 free throws, the rest twos."""
    twos = (points - 34) // 2
    made = {"made": twos + 10, "attempted": 60, "pct": 0}
    return {
        "points": {"total": points}, "fieldGoals": made, "twoPointFieldGoals": {"made": twos, "attempted": 35},
        "threePointFieldGoals": {"made": 10, "attempted": 25}, "freeThrows": {"made": 4, "attempted": 6},
        "rebounds": {"offensive": 10, "defensive": 25, "total": 35}, "turnovers": {"total": 12, "teamTotal": 1}, **changes,
    }  # fmt: skip


def box(number: int, ours: dict[str, Any], theirs: dict[str, Any]) -> dict[str, Any]:
    """A row of `/games/teams` about game `number` of teams 1 and 2."""
    return {
        "gameId": number, "season": 2025, "startDate": "2024-12-01T00:30:00.000Z", "teamId": 1, "opponentId": 2,
        "isHome": True, "neutralSite": False, "conferenceGame": False, "teamStats": ours, "opponentStats": theirs,
    }  # fmt: skip
