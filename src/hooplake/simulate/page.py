"""A game as web pages: the page of the box score, and the page of the plays with the shot chart.

The names of the fields are shortened, the play rows have no type, no participants and no team, and neither page holds
what the other one does.
"""

from __future__ import annotations

from typing import Any, Final

from hooplake.simulate.box import KEYS, ORDERS, cells, total_cells, totals
from hooplake.simulate.draft import BoxRow, Draft
from hooplake.simulate.header import STATUSES, detail, line_words
from hooplake.simulate.truth import FG3A, FG3M, FGA, FGM, FTA, FTM

_SITE: Final = "https://www.example.com"


def _team(draft: Draft, side: int) -> dict[str, Any]:
    team = draft.fixture.home if side == 0 else draft.fixture.away
    league = draft.rules
    shown: dict[str, Any] = {
        "id": team.id,
        "abbrev": team.abbreviation,
        "displayName": team.name,
        "shortDisplayName": team.nickname,
        "logo": f"https://a.example.com/i/teamlogos/{league.league}/500/scoreboard/{team.id}.png",
        "teamColor": team.color,
        "altColor": team.other_color,
        "uid": f"s:40~l:{league.league_id}~t:{team.id}",
        "recordSummary": "",
        "standingSummary": "",
        "location": team.location,
        "links": f"/{league.slug}/team/_/id/{team.id}",
        "isHome": side == 0,
    }
    if draft.score is not None:
        if draft.line_score[side]:
            scores = [{"displayValue": str(points)} for points in draft.line_score[side]]
            shown["linescores"] = shown["calculatedLinescores"] = scores
        shown["score"] = str(draft.score[side])
        # The loser has no such key.
        if draft.status in ("final", "forfeit") and draft.score[side] > draft.score[1 - side]:
            shown["winner"] = True
    return shown


def _strip(draft: Draft) -> dict[str, Any]:
    """The head of the page: date, status, teams, score."""
    number, _, state, _, description = STATUSES[draft.status]
    home, away = _team(draft, 0), _team(draft, 1)
    strip: dict[str, Any] = {
        "uid": f"s:40~l:{draft.rules.league_id}~e:{draft.fixture.id}",
        "gid": draft.fixture.id,
        "dt": f"{draft.fixture.tipoff:%Y-%m-%dT%H:%MZ}",
        "isTdy": False,
        "nm": "basketball",
        "possAvail": False,
        "seasonType": 2,
        "status": {
            "desc": description,
            "det": detail(draft)[0],
            "id": number,
            "state": state,
            "statusPrimary": description,
        },
        "statusState": state,
        "tbd": False,
        "tms": [home, away],
        "isConferenceGame": draft.fixture.conference_game,
        "lgId": draft.rules.league_id,
        "config": {"maxPeriods": draft.rules.periods},
        "hasWinner": draft.status in ("final", "forfeit"),
        "bxscrSrc": "full" if draft.box is not None else "none",
        "tmsOrdrd": [away, home],
    }
    if draft.fixture.neutral:
        strip["nte"] = f"{draft.fixture.home.venue.city} Classic"
    return strip


def _info(draft: Draft) -> dict[str, Any]:
    """Venue, attendance, officials, channels and the line."""
    fixture = draft.fixture
    venue = fixture.home.venue
    line, total = line_words(draft)
    if fixture.national is not None:
        channels = [{"type": "1", "market": "National", "name": fixture.national}]
    else:
        channels = [
            {"type": "1", "market": "Home", "name": fixture.home.network},
            {"type": "1", "market": "Home", "name": fixture.away.network},
        ]
    info: dict[str, Any] = {
        "broadcasts": channels,
        "cvrg": channels[0]["name"],
        "lne": line,
        "ovUnd": total,
        "gameState": STATUSES[draft.status][2],
        "dtTmVld": True,
        "dtTm": f"{fixture.tipoff:%Y-%m-%dT%H:%MZ}",
        "loc": venue.name,
        "locAddr": {"city": venue.city, "state": venue.state},
    }
    if draft.box is not None:
        info["attnd"] = fixture.attendance
        info["refs"] = [{"dspNm": name, "pos": "Referee"} for name in fixture.officials]
    return info


def _row(draft: Draft, row: BoxRow, labels: list[str]) -> dict[str, Any]:
    who = draft.truth.players[row.player]
    name = draft.names[row.player]
    athlete = {
        "id": who.id,
        "lnk": f"{_SITE}/{draft.rules.slug}/player/_/id/{who.id}",
        "uid": f"s:40~l:{draft.rules.league_id}~a:{who.id}",
    }
    if who.jersey is not None:
        athlete["jersey"] = who.jersey
    athlete |= {"shrtNm": f"{name[0]}. {name.split(' ', 1)[-1]}", "dspNm": name}
    shown: dict[str, Any] = {"stats": cells(row, labels), "athlt": athlete}
    if not row.played:
        shown["dnpRsn"] = f"DNP-{row.reason}"
    return shown


def _box(draft: Draft) -> list[dict[str, Any]]:
    """The box, away team first, starters and bench apart."""
    if draft.box is None:
        return []
    labels = ORDERS[draft.columns].split()
    keys = [KEYS[label][0] for label in labels]
    shown = []
    for side in (1, 0):
        team = draft.fixture.home if side == 0 else draft.fixture.away
        rows = draft.box[side]
        sums = totals(rows)
        shares = {"FG": (FGM, FGA), "3PT": (FG3M, FG3A), "FT": (FTM, FTA)}
        percents = [
            f"{100 * sums[shares[label][0]] / max(1, sums[shares[label][1]]):.1f}%" if label in shares else ""
            for label in labels
        ]
        groups: list[dict[str, Any]] = [
            {
                "athlts": [_row(draft, row, labels) for row in rows if row.starter == starts and not row.hidden],
                "keys": keys,
                "lbls": labels,
                "type": "starters" if starts else "bench",
            }
            for starts in (True, False)
        ]
        groups.append({"pcts": percents, "ttls": total_cells(sums, labels), "lbls": labels, "type": "totals"})
        shown.append(
            {
                "tm": {
                    "abbrev": team.abbreviation,
                    "dspNm": team.name,
                    "id": team.id,
                    "nm": team.nickname,
                    "hm": side == 0,
                },
                "stats": groups,
            }
        )
    return shown


def _plays(draft: Draft) -> tuple[list[list[dict[str, Any]]], list[dict[str, Any]]]:
    """The plays period by period, and the shots with their places."""
    groups: list[list[dict[str, Any]]] = []
    shots: list[dict[str, Any]] = []
    side_of = {draft.fixture.home.id: "home", draft.fixture.away.id: "away"}
    names = {player.id: name for player, name in zip(draft.truth.players, draft.names, strict=True)}
    for play in draft.plays or []:
        number = play["period"]["number"]
        while len(groups) < number:
            groups.append([])
        shown: dict[str, Any] = {"id": play["id"], "period": {"number": number}}
        if "text" in play:
            shown["text"] = play["text"]
        side = side_of.get(play["team"]["id"]) if "team" in play else None
        if side is not None:
            shown["homeAway"] = side
        shown |= {"homeScore": play["homeScore"], "awayScore": play["awayScore"], "clock": play["clock"]}
        if play["scoringPlay"]:
            shown["scoringPlay"] = True
        people = play.get("participants")
        if people and people[0]["athlete"]["id"] in names:
            player = people[0]["athlete"]["id"]
            shown["athlete"] = {"id": player, "name": names[player]}
        groups[-1].append(shown)
        place = play.get("coordinate")
        if play["shootingPlay"] and place is not None and place["x"] >= 0:
            shot = {
                "id": play["id"],
                "period": {"number": number},
                "text": play["text"],
                "homeAway": side,
                "scoringPlay": play["scoringPlay"],
                "shootingPlay": True,
                "type": play["type"],
                "coordinate": place,
            }
            if "athlete" in shown:
                shot["athlete"] = shown["athlete"]
            shots.append(shot)
    return groups, shots


def page_json(draft: Draft) -> dict[str, Any]:
    """A page: that of the box (``page``) or that of the plays (``page_plays``)."""
    rules = draft.rules
    package: dict[str, Any] = {
        "baseURL": _SITE,
        "broadcasts": [],
        "compUID": f"s:40~l:{rules.league_id}~e:{draft.fixture.id}~c:{draft.fixture.id}",
        "gmStrp": _strip(draft),
        "lg": rules.slug,
        "lgUid": f"s:40~l:{rules.league_id}",
        "maxPeriods": rules.periods,
        "ssnSrs": [],
        "stndngs": [],
        "news": {"articles": []},
        "medialst": {"vids": []},
    }
    if draft.kind == "page":
        package["sbpg"] = "boxscore"
        package["gmInfo"] = _info(draft)
        package["bxscr"] = _box(draft)
    else:
        groups, shots = _plays(draft)
        package["sbpg"] = "playbyplay"
        package["pbp"] = {"playGrps": groups}
        package["shtChrt"] = {"plays": shots}
    address = f"/{rules.slug}/{package['sbpg']}?gameId={draft.fixture.id}"
    return {
        "app": {"mode": "universal", "envName": "prod", "device": "desktop"},
        "ads": {},
        "analytics": {},
        "routing": {"location": {"pathname": address}, "params": {"gameId": draft.fixture.id}},
        "page": {"key": "", "title": "", "type": "gamepackage", "meta": {}, "content": {"gamepackage": package}},
        "request": {"method": "GET", "url": address},
        "viewport": {"width": 1260, "height": 0},
        "user": {},
    }
