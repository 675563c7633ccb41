"""The box score of a draft: rows of players, and the totals of the teams."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, Final

from hooplake.simulate.draft import BoxRow, Draft
from hooplake.simulate.truth import AST, BLK, DREB, FG3A, FG3M, FGA, FGM, FTA, FTM, OREB, PF, POINTS, REB, STL, TOV

# The orders in which the source has shown the columns; they depend on when a document was fetched.
ORDERS: Final = {
    "points_last": "MIN FG 3PT FT OREB DREB REB AST STL BLK TO PF +/- PTS",
    "plus_minus_second": "MIN +/- FG 3PT FT OREB DREB REB AST STL BLK TO PF PTS",
    "points_second": "MIN PTS FG 3PT FT REB AST TO STL BLK OREB DREB PF +/-",
    "college_points_last": "MIN FG 3PT FT OREB DREB REB AST STL BLK TO PF PTS",
    "college_points_second": "MIN PTS FG 3PT FT REB AST TO STL BLK OREB DREB PF",
}
KEYS: Final = {
    "MIN": ("minutes", "Minutes"),
    "PTS": ("points", "Points"),
    "FG": ("fieldGoalsMade-fieldGoalsAttempted", "Field Goals Made/Attempted"),
    "3PT": ("threePointFieldGoalsMade-threePointFieldGoalsAttempted", "3-Point Field Goals Made/Attempted"),
    "FT": ("freeThrowsMade-freeThrowsAttempted", "Free Throws Made/Attempted"),
    "REB": ("rebounds", "Rebounds"),
    "AST": ("assists", "Assists"),
    "TO": ("turnovers", "Turnovers"),
    "STL": ("steals", "Steals"),
    "BLK": ("blocks", "Blocks"),
    "OREB": ("offensiveRebounds", "Offensive Rebounds"),
    "DREB": ("defensiveRebounds", "Defensive Rebounds"),
    "PF": ("fouls", "Personal Fouls"),
    "+/-": ("plusMinus", "Teams net points while player is on the court."),
}


def cells(row: BoxRow, labels: list[str]) -> list[str]:
    """The cells of a row in the order of some labels, as the source writes them; empty for who did not play."""
    if not row.played:
        return []
    s = row.stats
    plus = row.plus_minus
    shown = {
        "MIN": row.minutes,
        "PTS": str(s[POINTS]),
        "FG": f"{s[FGM]}-{s[FGA]}",
        "3PT": f"{s[FG3M]}-{s[FG3A]}",
        "FT": f"{s[FTM]}-{s[FTA]}",
        "REB": str(s[REB]),
        "AST": str(s[AST]),
        "TO": str(s[TOV]),
        "STL": str(s[STL]),
        "BLK": str(s[BLK]),
        "OREB": str(s[OREB]),
        "DREB": str(s[DREB]),
        "PF": str(s[PF]),
        "+/-": f"+{plus}" if plus > 0 else str(plus),
    }
    return [shown[label] for label in labels]


def totals(rows: list[BoxRow]) -> list[int]:
    """The 15 counting stats of a team: the sum of its players."""
    return [sum(column) for column in zip(*(row.stats for row in rows if row.played), strict=True)] or [0] * 15


def total_cells(sums: list[int], labels: list[str]) -> list[str]:
    """The cells of a team's row of totals; minutes and plus-minus are blank."""
    row = BoxRow(-1, False, True, sums, "", 0, "", False, False)
    return ["" if label == "+/-" else cell for label, cell in zip(labels, cells(row, labels), strict=True)]


def percent(made: int, attempted: int, era: str) -> str:
    """A percentage as the team box shows it: whole since 2026, one place before."""
    if era >= "2026":
        return str(round(100 * made / attempted)) if attempted else "0"
    return f"{100 * made / attempted:.1f}" if attempted else "0.0"


def fill_box(draft: Draft) -> None:
    """Rows of both boxes out of the truth up to the draft's last event."""
    truth = draft.truth
    live = draft.status == "in_progress"
    if live:
        stats, tenths, plus, seen = truth.at(draft.last_event)
    else:
        stats, tenths, plus, seen = truth.stats(), list(truth.tenths), list(truth.plus_minus), list(truth.appeared)
    on = truth.events[draft.last_event].fives
    boxes: tuple[list[BoxRow], list[BoxRow]] = ([], [])
    for side in (0, 1):
        five = truth.starters[side]
        squad = range(truth.home_count) if side == 0 else range(truth.home_count, len(truth.players))
        # Starters first, then the bench by minutes, then those who did not play.
        order = sorted(squad, key=lambda p: (p not in five, not seen[p], -tenths[p], p))
        for player in order:
            reason = truth.absent.get(player, "COACH'S DECISION")
            boxes[side].append(
                BoxRow(
                    player=player,
                    starter=player in five,
                    played=seen[player],
                    stats=stats[player],
                    minutes=str((tenths[player] + 300) // 600),
                    plus_minus=plus[player],
                    reason=reason,
                    ejected=player in truth.ejected,
                    on_court=player in on[side],
                )
            )
    draft.box = boxes
    draft.team_turnovers = list(truth.team_turnovers)
    if draft.era >= "2015":
        # Older files know nothing of them.
        draft.technicals = list(truth.technicals)
        draft.flagrants = list(truth.flagrants)
    draft.team_rebounds = [sum(pair) for pair in truth.team_rebounds]


def team_statistics(draft: Draft, side: int) -> list[dict[str, str]]:
    """The named totals of a team, as in ``boxscore.teams[].statistics``."""
    if draft.box is None:
        return []
    s = totals(draft.box[side])
    r = draft.random.random
    college = draft.rules.college
    era = draft.era
    rebounds = s[REB] + (draft.team_rebounds[side] if college else 0)
    leads = _leads(draft, side)
    named: list[tuple[str, str, str]] = [
        (KEYS["FG"][0], f"{s[FGM]}-{s[FGA]}", "FG"),
        ("fieldGoalPct", percent(s[FGM], s[FGA], era), "Field Goal %"),
        (KEYS["3PT"][0], f"{s[FG3M]}-{s[FG3A]}", "3PT"),
        ("threePointFieldGoalPct", percent(s[FG3M], s[FG3A], era), "Three Point %"),
        (KEYS["FT"][0], f"{s[FTM]}-{s[FTA]}", "FT"),
        ("freeThrowPct", percent(s[FTM], s[FTA], era), "Free Throw %"),
        ("totalRebounds", str(rebounds), "Rebounds"),
        ("offensiveRebounds", str(s[OREB]), "Offensive Rebounds"),
        ("defensiveRebounds", str(s[DREB]), "Defensive Rebounds"),
        ("assists", str(s[AST]), "Assists"),
        ("steals", str(s[STL]), "Steals"),
        ("blocks", str(s[BLK]), "Blocks"),
        ("turnovers", str(s[TOV]), "Turnovers"),
        ("teamTurnovers", str(draft.team_turnovers[side]), "Team Turnovers"),
        ("totalTurnovers", str(s[TOV] + draft.team_turnovers[side]), "Total Turnovers"),
        ("technicalFouls", str(draft.technicals[side]), "Technical Fouls"),
        ("totalTechnicalFouls", str(draft.technicals[side]), "Total Technical Fouls"),
    ]
    if draft.rules.league != "wbb":
        named.append(("flagrantFouls", str(draft.flagrants[side]), "Flagrant Fouls"))
    named += [
        ("turnoverPoints", str(int(8 + 14 * r())), "Points Conceded Off Turnovers"),
        ("fastBreakPoints", str(int(4 + 16 * r())), "Fast Break Points"),
        ("pointsInPaint", str(_paint(draft, side)), "Points in Paint"),
        ("fouls", str(s[PF]), "Fouls"),
        ("largestLead", str(max(leads, default=0)), "Largest Lead"),
    ]
    if era >= "2026":
        changes = sum(a * b < 0 for a, b in pairwise(leads))
        ahead = sum(lead > 0 for lead in leads)
        named.append(("leadChanges", str(changes), "Lead Changes"))
        named.append(("leadPercentage", str(round(100 * ahead / max(1, len(leads)))), "Percent Led"))
    return [{"name": name, "displayValue": value, "label": label} for name, value, label in named]


def _leads(draft: Draft, side: int) -> list[int]:
    """The lead of a team after each basket."""
    sign = 1 if side == 0 else -1
    last = draft.last_event + 1
    return [sign * (e.home - e.away) for e in draft.truth.events[:last] if e.event in ("made_2", "made_3", "made_ft")]


def _paint(draft: Draft, side: int) -> int:
    return 2 * sum(
        e.event == "made_2" and e.team == side and 17 <= e.x <= 33 and e.y <= 15
        for e in draft.truth.events[: draft.last_event + 1]
    )


def box_json(draft: Draft, *, extras: bool) -> dict[str, Any]:
    """The ``boxscore`` of a summary or gamepackage, away team first.

    Args:
        draft: what is to be said.
        extras: whether the document may have a ``players`` list at all (a scheduled one has none).
    """
    teams = []
    players = []
    labels = ORDERS[draft.columns].split()
    keys = [KEYS[label][0] for label in labels]
    descriptions = [KEYS[label][1] for label in labels]
    for order, side in enumerate((1, 0), start=1):
        team = box_team(draft, side)
        teams.append(
            {
                "team": team,
                "statistics": team_statistics(draft, side),
                "displayOrder": order,
                "homeAway": ("home", "away")[side],
            }
        )
        rows = draft.box[side] if draft.box is not None else []
        players.append(
            {
                "team": team,
                "statistics": [
                    {
                        "names": labels,
                        "keys": keys,
                        "labels": labels,
                        "descriptions": descriptions,
                        "athletes": [_athlete_row(draft, row, labels) for row in rows if not row.hidden],
                        "totals": total_cells(totals(rows), labels) if any(row.played for row in rows) else [],
                    }
                ],
                "displayOrder": order,
            }
        )
    return {"teams": teams, "players": players} if extras else {"teams": teams}


def box_team(draft: Draft, side: int) -> dict[str, str]:
    """A team as the box names it."""
    team = draft.fixture.home if side == 0 else draft.fixture.away
    slug = draft.rules.slug if not draft.rules.college else "ncaa"
    return {
        "id": team.id,
        "uid": f"s:40~l:{draft.rules.league_id}~t:{team.id}",
        "slug": team.name.lower().replace(" ", "-"),
        "location": team.location,
        "name": team.nickname,
        "abbreviation": team.abbreviation,
        "displayName": team.name,
        "shortDisplayName": team.nickname,
        "color": team.color,
        "alternateColor": team.other_color,
        "logo": f"https://a.example.com/i/teamlogos/{slug}/500/{team.id}.png",
    }


def _athlete_row(draft: Draft, row: BoxRow, labels: list[str]) -> dict[str, Any]:
    shown = {
        "active": row.on_court,
        "athlete": athlete(draft, row.player),
        "starter": row.starter,
        "didNotPlay": not row.played,
        # The source gives a reason even for those who played.
        "reason": row.reason if not row.played else "COACH'S DECISION",
        "ejected": row.ejected,
        "stats": cells(row, labels),
    }
    if draft.rules.college:
        del shown["reason"]
    return shown


def athlete(draft: Draft, player: int) -> dict[str, Any]:
    """A player as the box names him."""
    slug = draft.rules.slug
    who = draft.truth.players[player]
    name = draft.names[player]
    shown: dict[str, Any] = {
        "id": who.id,
        "uid": f"s:40~l:{draft.rules.league_id}~a:{who.id}",
        "guid": f"{int(who.id) * 2654435761 % (1 << 32):08x}-0000-4000-8000-{int(who.id):012d}",
        "displayName": name,
        "shortName": f"{name[0]}. {name.split(' ', 1)[-1]}",
        "links": [
            {
                "rel": ["playercard", "desktop", "athlete"],
                "href": f"https://www.example.com/{slug}/player/_/id/{who.id}",
                "text": "Player Card",
            }
        ],
        "headshot": {"href": f"https://a.example.com/i/headshots/{slug}/players/full/{who.id}.png", "alt": name},
    }
    if who.jersey is not None:
        shown["jersey"] = who.jersey
    shown["position"] = {
        "name": who.position_name,
        "displayName": who.position_name,
        "abbreviation": who.position,
    }
    return shown
