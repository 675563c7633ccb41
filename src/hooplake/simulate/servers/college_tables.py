"""Rows of the college server that are of a season or of no time at all: teams, totals, ratings, rosters, recruits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from hooplake.simulate.servers.college import PROVIDERS, College
from hooplake.simulate.servers.college_box import Row, number, player_id
from hooplake.simulate.servers.invented import invent
from hooplake.sources.cbbd.endpoints import models

PLAY_TYPES: Final = (
    "JumpShot", "LayUpShot", "DunkShot", "TipShot", "MadeFreeThrow", "Offensive Rebound", "Defensive Rebound",
    "Dead Ball Rebound", "Lost Ball Turnover", "Steal", "Block Shot", "PersonalFoul", "Technical Foul", "Substitution",
    "Jumpball", "ShortTimeOut", "End Period", "End Game", "Not Available",
)  # fmt: skip


def _team(college: College, index: int) -> Row:
    team = college.teams[index]
    conference = college.conference(index + 1)
    return {
        "id": index + 1,
        "sourceId": team.id,
        "school": team.location,
        "mascot": team.nickname,
        "abbreviation": team.abbreviation,
        "displayName": team.name,
        "shortDisplayName": team.location,
        "primaryColor": team.color,
        "secondaryColor": team.other_color,
        "currentVenueId": int(team.venue.id),
        "currentVenue": team.venue.name,
        "currentCity": team.venue.city,
        "currentState": team.venue.state,
        "conferenceId": conference["id"],
        "conference": conference["abbreviation"],
    }


def _history(college: College) -> list[Row]:
    spells: dict[int, list[Row]] = {conference["id"]: [] for conference in college.conferences}
    for index, team in enumerate(college.teams):
        for conference in college.spells(index + 1):
            spells[conference["id"]].append(
                {
                    "id": index + 1, "sourceId": team.id, "school": team.location, "mascot": team.nickname,
                    "startSeason": 2000, "endSeason": None,
                }
            )  # fmt: skip
    return [{**conference, "teams": spells[conference["id"]]} for conference in college.conferences]


def snapshot(college: College, name: str) -> list[Row]:
    """Rows of an endpoint that has no season."""
    if name == "conferences":
        return list(college.conferences)
    if name == "conferences_history":
        return _history(college)
    if name == "teams":
        return [_team(college, index) for index in range(len(college.teams))]
    if name == "venues":
        return [
            {"id": int(v.id), "sourceId": v.id, "name": v.name, "city": v.city, "state": v.state, "country": "USA"}
            for v in (team.venue for team in college.teams)
        ]
    if name == "lines_providers":
        return [{"id": place + 1, "name": text} for place, text in enumerate(PROVIDERS)]
    if name == "plays_types":
        return [{"id": place + 1, "name": text} for place, text in enumerate(PLAY_TYPES)]
    if name == "draft_positions":
        return [{"name": text, "abbreviation": text[0]} for text in ("Guard", "Forward", "Center")]
    return [{**invent(models(), "DraftTeam", college.chance, name, place), "id": place + 1} for place in range(30)]


def season_rows(college: College, name: str, season: int) -> list[Row]:
    """Rows of an endpoint of one season."""
    if season not in college.seasons:
        return []
    return (_MAKERS.get(name) or _invented(name))(college, season)


def _spelled(college: College, rows: list[Row]) -> list[Row]:
    """A row for each conference of its team: those of two spells come twice."""
    found = []
    for row in rows:
        spells = college.spells(row["teamId"])
        found += [{**row, "conference": spell["abbreviation"]} for spell in spells]
    return found


def _team_totals(college: College, season: int) -> list[Row]:
    sums: dict[int, Row] = {}
    for game_id, (game, head) in college.games.items():
        if head["season"] != season or not college.played(game):
            continue
        box = college.box(game_id)
        told = [msgspec.json.decode(part) for part in box.teams]
        for side, word in enumerate(("home", "away")):
            team = head[f"{word}TeamId"]
            row = sums.setdefault(
                team,
                {
                    "season": season, "seasonLabel": f"{season - 1}{season}", "teamId": team,
                    "team": head[f"{word}Team"], "games": 0, "wins": 0, "losses": 0, "totalMinutes": 0, "pace": None,
                    "teamStats": {}, "opponentStats": {},
                },
            )  # fmt: skip
            row["games"] += 1
            row["wins" if box.score[side] > box.score[1 - side] else "losses"] += 1
            row["totalMinutes"] += box.minutes
            _add(row["teamStats"], told[side])
            _add(row["opponentStats"], told[1 - side])
    for row in sums.values():
        for stats in (row["teamStats"], row["opponentStats"]):
            _finish(stats)
    return _spelled(college, [sums[team] for team in sorted(sums)])


_COUNTS: Final = ("fieldGoals", "twoPointFieldGoals", "threePointFieldGoals", "freeThrows", "rebounds", "turnovers")


def _add(total: Row, game: Mapping[str, Any]) -> None:
    for name in (*_COUNTS, "fouls", "points"):
        for part, value in game[name].items():
            if part not in ("pct", "byPeriod", "largestLead"):
                sums = total.setdefault(name, {})
                sums[part] = sums.get(part, 0) + value
    # Games without possessions are in the points and not in the possessions, so that the rating of the season is wrong.
    for name in ("assists", "steals", "blocks", "possessions"):
        total[name] = total.get(name, 0) + (game[name] or 0)


def _finish(stats: Row) -> None:
    for name in _COUNTS[:4]:
        made, attempted = stats[name]["made"], stats[name]["attempted"]
        stats[name]["pct"] = number(100 * made / attempted) if attempted else 0
    attempts = 2 * (stats["fieldGoals"]["attempted"] + 0.44 * stats["freeThrows"]["attempted"])
    points = stats["points"]["total"]
    stats["trueShooting"] = number(100 * points / attempts) if attempts else 0
    stats["rating"] = number(100 * points / stats["possessions"]) if stats["possessions"] else None
    stats["fourFactors"] = {
        "effectiveFieldGoalPct": None, "freeThrowRate": None, "turnoverRatio": None, "offensiveReboundPct": None,
    }  # fmt: skip


def _player_totals(college: College, season: int) -> list[Row]:
    sums: dict[tuple[int, str], Row] = {}
    for game_id, (game, head) in college.games.items():
        if head["season"] != season or not college.played(game):
            continue
        box = college.box(game_id)
        for side, word in enumerate(("home", "away")):
            team = head[f"{word}TeamId"]
            for told in msgspec.json.decode(box.players[side]):
                row = sums.setdefault(
                    (team, told["athleteSourceId"]),
                    {
                        "season": season, "seasonLabel": f"{season - 1}{season}", "teamId": team,
                        "team": head[f"{word}Team"], "athleteId": player_id(told["athleteSourceId"]),
                        "athleteSourceId": told["athleteSourceId"], "name": told["name"],
                        "position": told["position"], "games": 0, "starts": 0, "minutes": 0,
                    },
                )  # fmt: skip
                row["games"] += 1
                row["starts"] += told["starter"]
                for name in ("minutes", "points", "turnovers", "fouls", "assists", "steals", "blocks"):
                    row[name] = row.get(name, 0) + told[name]
                for name in _COUNTS[:5]:
                    part_sums = row.setdefault(name, {})
                    for part, value in told[name].items():
                        if part != "pct":
                            part_sums[part] = part_sums.get(part, 0) + value
    for row in sums.values():
        for name in _COUNTS[:4]:
            made, attempted = row[name]["made"], row[name]["attempted"]
            row[name]["pct"] = number(100 * made / attempted) if attempted else 0
        rated = row["minutes"] >= 8
        row |= {
            "usage": number(10 + row["points"] / max(1, row["games"])) if rated else None,
            "offensiveRating": 100 if rated else None,
            "defensiveRating": 99.5 if rated else None,
            "netRating": 0.5 if rated else None,
            "PORPAG": number(row["points"] / 100),
            "winShares": {"totalPer40": 0.1, "total": number(row["points"] / 90), "defensive": 0.1, "offensive": None},
        }
    return _spelled(college, [sums[key] for key in sorted(sums)])


def _roster(college: College, season: int) -> list[Row]:
    found = []
    for index, team in enumerate(college.teams):
        players = [
            {
                "id": player_id(player.id), "sourceId": player.id, "name": player.name, "firstName": player.first,
                "lastName": player.last, "jersey": player.jersey, "position": player.position_name, "height": 78,
                "weight": number(180 + 60 * college.chance("weight", player.id)),
                "hometown": {
                    "city": "Springfield", "state": None, "country": "USA", "latitude": 39.8, "longitude": -89,
                    "countyFips": None,
                },
                "dateOfBirth": None, "startSeason": season - 1, "endSeason": season,
            }
            for player in team.players
        ]  # fmt: skip
        found.append(
            {
                "teamId": index + 1, "teamSourceId": team.id, "team": team.location, "season": season,
                "conference": college.conference(index + 1)["abbreviation"], "players": players,
            }
        )  # fmt: skip
    return found


def _rankings(college: College, season: int) -> list[Row]:
    found = []
    for week in range(1, 6):
        for poll in ("AP Top 25", "Coaches Poll"):
            order = sorted(range(len(college.teams)), key=lambda i: college.chance(season, week, poll, i))
            for rank, index in enumerate(order[:30], 1):
                found.append(
                    {
                        "season": season, "seasonType": "regular", "week": week, "pollDate": None, "pollType": poll,
                        "teamId": index + 1, "team": college.teams[index].location,
                        "conference": college.conference(index + 1)["abbreviation"],
                        "ranking": rank if rank <= 25 else None, "points": 100 - rank, "firstPlaceVotes": None,
                    }
                )  # fmt: skip
    return found


def _teams_season(college: College, season: int) -> list[Row]:
    return [_team(college, index) for index in range(len(college.teams))]


_MODELS: Final = {
    "ratings_adjusted": "AdjustedEfficiencyInfo", "ratings_srs": "SrsInfo", "ratings_elo": "TeamElo",
    "stats_team_shooting_season": "SeasonShootingStats", "stats_player_shooting_season": "PlayerSeasonShootingStats",
    "stats_team_leaderboard": "TeamStatsLeaderboardRecord", "recruiting_players": "Recruit",
    "recruiting_teams": "TeamRecruitingRanking", "recruiting_portal": "Transfer", "draft_picks": "DraftPick",
}  # fmt: skip


def _invented(name: str) -> Callable[[College, int], list[Row]]:
    """Rows whose numbers follow from no game: one a team, five players of it where the model has a player."""
    model = _MODELS[name]
    fields = models()[model]

    def make(college: College, season: int) -> list[Row]:
        found = []
        for index, team in enumerate(college.teams):
            several = "athleteId" in fields or name in ("recruiting_players", "recruiting_portal")
            for place in range(3 if several else 1):
                row = invent(models(), model, college.chance, name, season, index, place)
                known = {
                    "id": season * 10_000 + index * 3 + place, "season": season, "year": season, "teamId": index + 1,
                    "team": team.location, "overall": index * 3 + place + 1, "stars": int(5 * college.chance(name, index, place)),
                    "athleteId": player_id(team.players[place].id), "athleteName": team.players[place].name,
                    "heightInches": 70 + place, **_ratings(college.chance(name, index, "offence"), college.chance(name, index)),
                }  # fmt: skip
                if name == "ratings_srs":
                    known["rating"] = round(50 * college.chance(name, index) - 25, 1)
                row |= {field: value for field, value in known.items() if field in fields}
                if isinstance(row.get("conference"), (str, type(None))) and "conference" in fields:
                    row["conference"] = college.conference(index + 1)["abbreviation"]
                found.append(row)
        return found

    return make


def _ratings(offence: float, defence: float) -> Row:
    """Adjusted ratings such as there are: 85 to 120 points per 100 possessions, the net their difference."""
    off, deff = round(85 + 35 * offence, 1), round(85 + 35 * defence, 1)
    return {"offensiveRating": off, "defensiveRating": deff, "netRating": round(off - deff, 1)}


_MAKERS: Final[dict[str, Callable[[College, int], list[Row]]]] = {
    "teams_season": _teams_season,
    "stats_team_season": _team_totals,
    "stats_player_season": _player_totals,
    "teams_roster": _roster,
    "rankings": _rankings,
}
