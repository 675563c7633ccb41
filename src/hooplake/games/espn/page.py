"""A web page in the neutral model: the box page, the play-by-play page, or both in one document."""

from __future__ import annotations

import re
from collections.abc import Sequence

from hooplake.games.espn import box
from hooplake.games.espn.identity import Identity
from hooplake.games.espn.page_documents import PagePackage, PagePlay, PageTeam
from hooplake.games.espn.page_plays import read_page_plays
from hooplake.games.leagues import Rules
from hooplake.games.model import BettingLine, BoxLine, Game, Official, PeriodScore, TeamLine


def read_page(package: PagePackage, who: Identity, listed: Sequence[BoxLine] = ()) -> Game:
    """Everything a page says of a game. Player positions, the neutral-site flag and play types are not on it.

    Args:
        package: the page.
        who: what it is about.
        listed: players whom other documents of the game list: a page of plays has no box, and names them by name.
    """
    strip = package.gm_strp
    rows = {row.is_home: row for row in reversed((strip.tms if strip is not None else None) or [])}
    home, away = (_team(rows[flag], flag) if flag in rows else None for flag in (True, False))
    home, away = box.opponents(home, away)
    sides = {team.team_id: team.home for team in (home, away) if team is not None and team.home is not None}
    boxes = package.bxscr or []
    for team in (home, away):
        if team is not None:
            box.read_page_totals(team, boxes)
            if who.status not in ("final", "forfeit"):
                team.score = team.points = None
    players = box.read_page_players(boxes, sides)
    rules = who.league.rules_in(who.season)
    if package.max_periods in (2, 4) and package.max_periods != rules.regulation_periods:
        rules = Rules(package.max_periods, 1200 if package.max_periods == 2 else 600)
    groups: list[list[PagePlay]] = (package.pbp.play_grps if package.pbp is not None else None) or []
    shots = (package.sht_chrt.plays if package.sht_chrt is not None else None) or []
    info = package.gm_info
    venue = info.venue if info is not None else None
    return Game(
        league=who.league.code,
        source="espn",
        season=who.season,
        game_id=who.game_id,
        game_date=who.game_date,
        season_type=who.season_type,
        tipoff_utc=who.tipoff_utc,
        tipoff_known=who.tipoff_known,
        status=who.status,
        status_detail=who.status_detail,
        neutral_site=None,
        home=home,
        away=away,
        rules=rules,
        venue_id=venue.id if venue is not None else None,
        venue=(info.loc or (venue.full_name if venue is not None else None) or info.ven) if info is not None else None,
        venue_city=info.loc_addr.city if info is not None and info.loc_addr is not None else None,
        venue_state=info.loc_addr.state if info is not None and info.loc_addr is not None else None,
        attendance=info.attnd if info is not None and info.attnd is not None and 0 < info.attnd < 1_000_000 else None,
        network=_network(package),
        note=strip.nte if strip is not None else None,
        box_status=box.box_status(players, home.score if home else None, who.status == "final"),
        players=players,
        periods=_periods([rows[flag] for flag in (True, False) if flag in rows], sides)
        if who.status in ("final", "in_progress")
        else [],
        plays=read_page_plays(groups, shots, home, away, [*players, *listed], rules, who.league.code in ("mbb", "wbb")),
        lines=_line(package),
        officials=_officials(package),
        kinds=("page",),
    )


def _team(row: PageTeam, home: bool) -> TeamLine | None:
    if row.id is None:
        return None
    nickname = row.short_display_name
    return TeamLine(
        team_id=row.id,
        team=row.display_name,
        abbr=row.abbrev,
        location=row.location,
        nickname=nickname if nickname != row.location else None,
        color=row.team_color,
        home=home,
        score=box.count(row.score),
        winner=row.winner,
    )


def _periods(rows: list[PageTeam], sides: dict[str, bool]) -> list[PeriodScore]:
    scores: list[PeriodScore] = []
    for row in rows:
        if row.id is None or row.id not in sides:
            continue
        for number, cell in enumerate(row.linescores or (), 1):
            points = box.count(cell.display_value)
            if points is not None:
                scores.append(PeriodScore(row.id, number, sides[row.id], points))
    return scores


def _network(package: PagePackage) -> str | None:
    info = package.gm_info
    if info is not None:
        if info.cvrg:
            return info.cvrg
        for market in ("National", "Home", None):
            for row in info.broadcasts or ():
                if row.name and market in (row.market, None):
                    return row.name
    return package.network or None


def _officials(package: PagePackage) -> list[Official]:
    rows = (package.gm_info.refs if package.gm_info is not None else None) or []
    named = [row for row in rows if row.dsp_nm]
    return [Official(number, row.dsp_nm or "", row.pos) for number, row in enumerate(named, 1)]


_SPREAD = re.compile(r"([A-Z0-9&'-]+)\s+([+-]?\d+(?:\.\d+)?)")


def _line(package: PagePackage) -> list[BettingLine]:
    """The single line of a page, whose provider is not named: ``SA -5.5`` is signed from the favourite's side."""
    info, strip = package.gm_info, package.gm_strp
    if info is None or strip is None or (not info.lne and info.ov_un is None):
        return []
    spread: float | None = None
    found = _SPREAD.search(info.lne or "")
    for team in strip.tms or ():
        if found is not None and team.abbrev == found.group(1) and team.is_home is not None:
            spread = float(found.group(2)) * (1 if team.is_home else -1)
    try:
        total = float(info.ov_un) if info.ov_un is not None else None
    except ValueError:
        total = None
    total = total if total is not None and 0 < total < 1000 else None
    return [BettingLine(provider_id="page", details=info.lne, spread=spread, total=total)]
