"""The parts of a summary or gamepackage around the box and the plays."""

from __future__ import annotations

from math import exp
from typing import Any, Final

from hooplake.simulate.draft import NO_EVENT, Draft
from hooplake.simulate.league import Team, home_edge
from hooplake.simulate.schedule import eastern_offset
from hooplake.simulate.truth import AST, POINTS, REB
from hooplake.simulate.words import ORDINALS, clock_text, period_name

STATUSES: Final = {
    # name: (id, source's name, state, completed, description)
    "scheduled": ("1", "STATUS_SCHEDULED", "pre", False, "Scheduled"),
    "in_progress": ("2", "STATUS_IN_PROGRESS", "in", False, "In Progress"),
    "final": ("3", "STATUS_FINAL", "post", True, "Final"),
    "forfeit": ("4", "STATUS_FORFEIT", "post", True, "Forfeit"),
    "canceled": ("5", "STATUS_CANCELED", "post", False, "Canceled"),
    "postponed": ("6", "STATUS_POSTPONED", "post", False, "Postponed"),
}


def detail(draft: Draft) -> tuple[str, str]:
    """The status in words, long and short."""
    if draft.status == "final":
        extra = len(draft.truth.periods) - draft.rules.periods
        word = "Final" if extra <= 0 else f"Final/{'' if extra == 1 else extra}OT"
        return word, word
    if draft.status == "in_progress":
        event = draft.truth.events[draft.last_event]
        clock = clock_text(event.clock, draft.rules.shows_tenths)
        extra = event.period - draft.rules.periods
        short = ORDINALS[event.period] if extra <= 0 else ("OT" if extra == 1 else f"{extra}OT")
        return f"{clock} - {period_name(event.period, draft.rules.periods)}", f"{clock} - {short}"
    if draft.status == "scheduled":
        local = draft.fixture.tipoff.hour - eastern_offset(draft.fixture.date)
        hour = local % 24
        day = draft.fixture.date
        clock = f"{(hour - 1) % 12 + 1}:{draft.fixture.tipoff.minute:02d} {'AM' if hour < 12 else 'PM'}"
        zone = "EDT" if eastern_offset(day) == 4 else "EST"
        return f"{day:%a, %B} {day.day}th at {clock} {zone}", f"{day.month}/{day.day} - {clock} {zone}"
    word = STATUSES[draft.status][4]
    return word, word


def status_json(draft: Draft) -> dict[str, Any]:
    """The ``status`` of the competition."""
    number, name, state, completed, description = STATUSES[draft.status]
    long, short = detail(draft)
    status: dict[str, Any] = {
        "type": {
            "id": number,
            "name": name,
            "state": state,
            "completed": completed,
            "description": description,
            "detail": long,
            "shortDetail": short,
        }
    }
    if draft.status == "in_progress":
        event = draft.truth.events[draft.last_event]
        status["period"] = event.period
        status["displayClock"] = clock_text(event.clock, draft.rules.shows_tenths)
    return status


def _competitor(draft: Draft, side: int) -> dict[str, Any]:
    team = draft.fixture.home if side == 0 else draft.fixture.away
    league = draft.rules.league_id
    shown: dict[str, Any] = {
        "id": team.id,
        "uid": f"s:40~l:{league}~t:{team.id}",
        "order": side,
        "homeAway": ("home", "away")[side],
    }
    if draft.score is not None and draft.status in ("final", "forfeit"):
        shown["winner"] = draft.score[side] > draft.score[1 - side]
    shown["team"] = {
        "id": team.id,
        "uid": f"s:40~l:{league}~t:{team.id}",
        "location": team.location,
        "name": team.nickname,
        "abbreviation": team.abbreviation,
        "displayName": team.name,
        "color": team.color,
        "alternateColor": team.other_color,
        "logos": [
            {
                "href": f"https://a.example.com/i/teamlogos/{draft.rules.league}/500/{team.id}.png",
                "width": 500,
                "height": 500,
                "alt": "",
                "rel": ["full", "default"],
            }
        ],
        "links": [
            {
                "rel": ["clubhouse", "desktop", "team"],
                "href": f"https://www.example.com/{draft.rules.slug}/team/_/id/{team.id}",
                "text": "Clubhouse",
            }
        ],
    }
    if draft.score is not None:
        shown["score"] = str(draft.score[side])
        if draft.line_score[side]:
            shown["linescores"] = [{"displayValue": str(points)} for points in draft.line_score[side]]
    shown["record"] = []
    shown["possession"] = False
    return shown


def header_json(draft: Draft) -> dict[str, Any]:
    """The ``header``: league, season, date, status, teams and score."""
    fixture, rules = draft.fixture, draft.rules
    league = rules.league_id
    played = draft.status in ("final", "in_progress")
    source = "full" if played or draft.status == "forfeit" else "none"
    competition: dict[str, Any] = {
        "id": fixture.id,
        "uid": f"s:40~l:{league}~e:{fixture.id}~c:{fixture.id}",
        "date": f"{fixture.tipoff:%Y-%m-%dT%H:%MZ}",
        "neutralSite": fixture.neutral,
        "conferenceCompetition": fixture.conference_game and rules.college,
        "boxscoreAvailable": played,
        "commentaryAvailable": False,
        "liveAvailable": False,
        "shotChartAvailable": played and not (rules.college and draft.era < "2026"),
        "timeoutsAvailable": played,
        "possessionArrowAvailable": False,
        "onWatchESPN": fixture.national is not None,
        "recent": False,
        "boxscoreSource": source,
        "playByPlaySource": "none" if played and not draft.plays else source,
        # The home team comes first here; the box has the away team first.
        "competitors": [_competitor(draft, 0), _competitor(draft, 1)],
        "status": status_json(draft),
        "broadcasts": _broadcasts(draft),
        "series": [],
    }
    header: dict[str, Any] = {
        "id": fixture.id,
        "uid": f"s:40~l:{league}~e:{fixture.id}",
        "season": {"year": fixture.season, "type": 2},
        "timeValid": True,
        "competitions": [competition],
        "links": [
            {
                "rel": ["summary", "desktop", "event"],
                "href": f"https://www.example.com/{rules.slug}/game/_/gameId/{fixture.id}",
                "text": "Gamecast",
                "shortText": "Summary",
                "isExternal": False,
                "isPremium": False,
            }
        ],
        "league": {
            "id": league,
            "uid": f"s:40~l:{league}",
            "name": rules.name,
            "abbreviation": rules.abbreviation,
            "slug": rules.slug,
            "isTournament": False,
            "links": [],
        },
    }
    if fixture.neutral:
        header["gameNote"] = f"{fixture.home.venue.city} Classic"
    return header


def _broadcasts(draft: Draft) -> list[dict[str, Any]]:
    """Television: the national channel, or one per team."""
    fixture = draft.fixture
    if fixture.national is not None:
        channels = [("1", "TV", "1", "National", fixture.national)]
    else:
        channels = [
            ("1", "TV", "3", "Away", fixture.away.network),
            ("1", "TV", "2", "Home", fixture.home.network),
        ]
    return [
        {
            "type": {"id": type_id, "shortName": type_name},
            "market": {"id": market_id, "type": market},
            "media": {"shortName": name},
            "lang": "en",
            "region": "us",
        }
        for type_id, type_name, market_id, market, name in channels
    ]


def format_json(draft: Draft) -> dict[str, Any]:
    """The ``format``: periods and clocks."""
    word = "Half" if draft.rules.periods == 2 else "Quarter"
    return {
        "regulation": {
            "periods": draft.rules.periods,
            "displayName": word,
            "slug": word.lower(),
            "clock": float(draft.rules.seconds),
        },
        "overtime": {"clock": 300.0},
    }


def game_info_json(draft: Draft) -> dict[str, Any]:
    """The ``gameInfo``: venue, attendance (0 while unknown), officials."""
    fixture = draft.fixture
    venue = fixture.home.venue
    played = draft.status in ("final", "in_progress")
    info: dict[str, Any] = {
        "venue": {
            "id": venue.id,
            "fullName": venue.name,
            "address": {"city": venue.city, "state": venue.state},
            "grass": False,
            "images": [],
        },
        "attendance": fixture.attendance if played else 0,
    }
    if played:
        info["officials"] = [
            {
                "fullName": name,
                "displayName": name,
                "position": {"name": "Referee", "displayName": "Referee", "id": "40"},
                "order": order,
            }
            for order, name in enumerate(fixture.officials, start=1)
        ]
    return info


def _spread(draft: Draft) -> float:
    """The line, home-signed: negative where the home team is favoured; a half point so that nobody pushes."""
    return -(round(home_edge(draft.fixture.home, draft.fixture.away)) + 0.5)


def _total(draft: Draft) -> float:
    """The line on the points of both teams together."""
    base = {"nba": 224.5, "wnba": 168.5, "mbb": 150.5, "wbb": 142.5}[draft.rules.league]
    return base + int(draft.fixture.id) % 9


def line_words(draft: Draft) -> tuple[str, float]:
    """The favourite's line in words, and the total."""
    spread = _spread(draft)
    favourite = draft.fixture.home if spread < 0 else draft.fixture.away
    return f"{favourite.abbreviation} -{abs(spread)}", _total(draft)


def pickcenter_json(draft: Draft) -> list[dict[str, Any]]:
    """The ``pickcenter``: one bookmaker's lines."""
    fixture = draft.fixture
    spread = _spread(draft)
    favourite = fixture.home if spread < 0 else fixture.away

    def odds(team: Team) -> dict[str, Any]:
        points = abs(spread)
        line = round(-110 - 18 * points) if team is favourite else round(100 + 14 * points)
        return {
            "favorite": team is favourite,
            "underdog": team is not favourite,
            "moneyLine": line,
            "spreadOdds": -110.0,
            "teamId": team.id,
        }

    words, total = line_words(draft)
    return [
        {
            "provider": {"id": "9001", "name": "Lanternbet", "priority": 1},
            "details": words,
            "overUnder": total,
            "spread": spread,
            "overOdds": -110.0,
            "underOdds": -110.0,
            "awayTeamOdds": odds(fixture.away),
            "homeTeamOdds": odds(fixture.home),
            "links": [],
        }
    ]


def win_probability_json(draft: Draft) -> list[dict[str, Any]]:
    """One row per play: the home team's chance out of the lead and the time left."""
    if not draft.plays or draft.era == "2013":
        return []
    if draft.era == "2009":
        return [{"playId": play["id"]} for play in draft.plays]
    rules, events = draft.rules, draft.truth.events
    edge = -_spread(draft)
    regulation = rules.periods * rules.seconds
    rows: list[dict[str, Any]] = []
    chance = 0.5
    for play, source in zip(draft.plays, draft.sources, strict=True):
        if source != NO_EVENT:
            event = events[source]
            left = max(0, rules.periods - event.period) * rules.seconds + event.clock / 10
            share = left / regulation
            lead = event.home - event.away + edge * share
            chance = 1 / (1 + exp(-max(-30.0, min(30.0, lead / (0.25 + 7.0 * share**0.5)))))
        rows.append({"homeWinPercentage": round(chance, 3), "tiePercentage": 0.0, "playId": play["id"]})
    return rows


def leaders_json(draft: Draft) -> list[dict[str, Any]]:
    """The ``leaders``: the best of either team in points, assists and rebounds."""
    if draft.box is None:
        return []
    shown = []
    for side in (0, 1):
        team = draft.fixture.home if side == 0 else draft.fixture.away
        rows = [row for row in draft.box[side] if row.played]
        leaders = []
        for name, stat in (("points", POINTS), ("assists", AST), ("rebounds", REB)):
            if rows:
                best = max(rows, key=lambda row, stat=stat: row.stats[stat])  # type: ignore[misc]
                value = best.stats[stat]
                who = draft.truth.players[best.player]
                leaders.append(
                    {
                        "name": name,
                        "displayName": name.title(),
                        "leaders": [
                            {
                                "displayValue": str(value),
                                "value": float(value),
                                "athlete": {"id": who.id, "displayName": draft.names[best.player]},
                            }
                        ],
                    }
                )
        shown.append(
            {
                "team": {"id": team.id, "displayName": team.name, "abbreviation": team.abbreviation},
                "leaders": leaders,
            }
        )
    return shown


def meta_json(draft: Draft) -> dict[str, Any]:
    """The ``meta``: when the source last touched the document."""
    meta: dict[str, Any] = {
        "gp_topic": f"gp-basketball-{draft.rules.slug}-{draft.fixture.id}",
        "gameState": STATUSES[draft.status][2],
    }
    told = [play["wallclock"] for play in draft.plays or () if "wallclock" in play]
    if told:
        meta["firstPlayWallClock"] = told[0]
        meta["lastPlayWallClock"] = meta["lastUpdatedAt"] = told[-1]
    return meta
