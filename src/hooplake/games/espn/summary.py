"""A summary or gamepackage in the neutral model."""

from __future__ import annotations

import re

import msgspec
import pyarrow as pa

from hooplake.games.columns import column, floats
from hooplake.games.espn import box
from hooplake.games.espn.documents import (
    Competition,
    Competitor,
    Format,
    InjuriesOfTeam,
    OfficialRow,
    Pick,
    Summary,
    WinProbabilityRow,
)
from hooplake.games.espn.identity import Identity, competition
from hooplake.games.espn.plays import read_plays
from hooplake.games.leagues import League, Rules
from hooplake.games.model import (
    BettingLine,
    Game,
    Injury,
    Official,
    PeriodScore,
    TeamLine,
)
from hooplake.games.plays import WinProbability
from hooplake.games.seasons import parse_day, parse_utc


def read_summary(summary: Summary, who: Identity) -> Game:
    """Everything a summary or gamepackage says of a game.

    Scores are kept only of games that were played or forfeited: a postponed game carries ``"0"``.
    """
    header = competition(summary)
    rows = {row.home_away: row for row in reversed(header.competitors or ())}
    home, away = (_team_line(rows[side], side == "home") if side in rows else None for side in ("home", "away"))
    home, away = box.opponents(home, away)
    sides = {team.team_id: team.home for team in (home, away) if team is not None and team.home is not None}
    scores = who.status in ("final", "forfeit")
    periods = (
        _periods([rows[side] for side in ("home", "away") if side in rows], sides)
        if who.status in ("final", "in_progress")
        else []
    )
    rules = read_rules(summary.format, who.league, who.season)
    totals = (summary.boxscore.teams if summary.boxscore is not None else None) or []
    for team in (home, away):
        if team is not None:
            box.read_team_totals(team, totals)
            if not scores:
                team.score = team.points = None
    players = box.read_players(summary.boxscore, sides)
    info = summary.game_info
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
        neutral_site=header.neutral_site,
        home=home,
        away=away,
        rules=rules,
        venue_id=venue.id if venue is not None else None,
        venue=venue.full_name if venue is not None else None,
        venue_city=venue.address.city if venue is not None and venue.address is not None else None,
        venue_state=venue.address.state if venue is not None and venue.address is not None else None,
        attendance=_positive(info.attendance) if info is not None else None,
        network=_network(header),
        note=summary.header.game_note if summary.header is not None else None,
        box_status=box.box_status(players, (home.score if home else None), who.status == "final"),
        players=players,
        periods=periods,
        plays=read_plays(summary.plays or [], sides, rules, who.league.code in ("mbb", "wbb")),
        lines=_lines(summary.pickcenter or []),
        officials=_officials((info.officials if info is not None else None) or []),
        win_probability=_win_probability(summary.winprobability or []),
        injuries=_injuries(summary.injuries or []),
        kinds=(who.kind,),
    )


def _win_probability(rows: list[WinProbabilityRow]) -> WinProbability:
    if not rows:
        return WinProbability.none()
    fields = zip(*map(msgspec.structs.astuple, rows), strict=True)
    told = dict(zip(WinProbabilityRow.__struct_fields__, fields, strict=True))
    play_ids = column(told["play_id"], pa.string())
    if play_ids.null_count:
        return _win_probability([row for row in rows if row.play_id is not None])
    return WinProbability(play_ids, floats(told["home_win_percentage"]), floats(told["tie_percentage"]))


def _positive(number: int | None) -> int | None:
    return number if number is not None and 0 < number < 1_000_000 else None


def read_rules(stated: Format | None, league: League, season: int) -> Rules:
    """Periods of the game as the document states them, else those of the league in that season."""
    default = league.rules_in(season)
    if stated is None:
        return default
    regulation, overtime = stated.regulation, stated.overtime
    periods, seconds, extra = default.regulation_periods, default.regulation_seconds, default.overtime_seconds
    if regulation is not None and regulation.periods in (2, 4) and regulation.clock and 60 <= regulation.clock <= 3600:
        periods, seconds = regulation.periods, int(regulation.clock)
    if overtime is not None and overtime.clock and 60 <= overtime.clock <= 1200:
        extra = int(overtime.clock)
    return Rules(periods, seconds, extra)


def _team_line(row: Competitor, home: bool) -> TeamLine | None:
    team = row.team
    team_id = (team.id if team is not None else None) or row.id
    if team_id is None:
        return None
    return TeamLine(
        team_id=team_id,
        team=team.display_name if team is not None else None,
        abbr=team.abbreviation if team is not None else None,
        location=team.location if team is not None else None,
        nickname=team.name if team is not None else None,
        color=team.color if team is not None else None,
        home=home,
        score=box.count(row.score),
        rank=row.rank if row.rank is not None and 1 <= row.rank <= 25 else None,
        winner=row.winner,
    )


def _periods(rows: list[Competitor], sides: dict[str, bool]) -> list[PeriodScore]:
    """Line scores; list order is period order."""
    scores: list[PeriodScore] = []
    for row in rows:
        team_id = (row.team.id if row.team is not None else None) or row.id
        if team_id is None or team_id not in sides:
            continue
        for number, cell in enumerate(row.linescores or (), 1):
            points = box.count(cell.display_value)
            if points is not None:
                scores.append(PeriodScore(team_id, number, sides[team_id], points))
    return scores


def _network(game: Competition) -> str | None:
    """The broadcast to name: national television, else national streaming, else home television, else the first."""
    ranked: list[tuple[int, int, str]] = []
    for place, row in enumerate(game.broadcasts or ()):
        name = row.media.short_name if row.media is not None else None
        if name is None:
            continue
        market = (row.market.type if row.market is not None else None) or ""
        medium = ((row.type.short_name if row.type is not None else None) or "").upper()
        national = market.lower() == "national"
        if national and medium == "TV":
            rank = 0
        elif national and medium.startswith("STREAM"):
            rank = 1
        elif market.lower() == "home" and medium == "TV":
            rank = 2
        else:
            rank = 3
        ranked.append((rank, place, name))
    return min(ranked)[2] if ranked else None


def _officials(rows: list[OfficialRow]) -> list[Official]:
    """The crew by the order that the document gives, numbered from 1."""
    named = [(row.order if row.order is not None else 99, place, row) for place, row in enumerate(rows)]
    crew: list[Official] = []
    for _, _, row in sorted(named, key=lambda item: item[:2]):
        name = row.full_name or row.display_name
        if name:
            crew.append(Official(len(crew) + 1, name, row.position.name if row.position is not None else None))
    return crew


_NUMBER = re.compile(r"[ou]?([+-]?\d+(?:\.\d+)?)")


def _quoted(text: str | None) -> float | None:
    """A number from a quote: ``-5.5``, ``o217.5``, ``+180``, ``EVEN``."""
    if not text:
        return None
    if text.strip().upper() in ("EVEN", "EV"):
        return 100.0
    found = _NUMBER.fullmatch(text.strip())
    return float(found.group(1)) if found else None


def _odds(number: float | None) -> int | None:
    """American odds; values between -100 and 100 are not odds."""
    return int(number) if number is not None and 100 <= abs(number) < 1_000_000 else None


def _lines(picks: list[Pick]) -> list[BettingLine]:
    """One line per provider, the first of each."""
    lines: dict[str, BettingLine] = {}
    for pick in picks:
        provider = pick.provider
        key = (provider.id or provider.name) if provider is not None else None
        if key is None or key in lines:
            continue
        opening: dict[str, float | None] = {}
        for name, sides, side, field in (
            ("open_spread", pick.point_spread, "home", "line"),
            ("open_total", pick.total, "over", "line"),
            ("open_home_moneyline", pick.moneyline, "home", "odds"),
            ("open_away_moneyline", pick.moneyline, "away", "odds"),
        ):
            quotes = getattr(sides, side) if sides is not None else None
            quote = quotes.open if quotes is not None else None
            opening[name] = _quoted(getattr(quote, field)) if quote is not None else None
        home, away = pick.home_team_odds, pick.away_team_odds
        lines[key] = BettingLine(
            provider_id=key,
            provider=provider.name if provider is not None else None,
            details=pick.details,
            spread=pick.spread,
            total=pick.over_under if pick.over_under is not None and pick.over_under > 0 else None,
            home_moneyline=_odds(home.money_line) if home is not None else None,
            away_moneyline=_odds(away.money_line) if away is not None else None,
            home_spread_odds=_odds(home.spread_odds) if home is not None else None,
            away_spread_odds=_odds(away.spread_odds) if away is not None else None,
            over_odds=_odds(pick.over_odds),
            under_odds=_odds(pick.under_odds),
            open_spread=opening["open_spread"],
            open_total=opening["open_total"],
            open_home_moneyline=_odds(opening["open_home_moneyline"]),
            open_away_moneyline=_odds(opening["open_away_moneyline"]),
        )
    return list(lines.values())


def _injuries(teams: list[InjuriesOfTeam]) -> list[Injury]:
    reports: list[Injury] = []
    seen: dict[tuple[str, str], int] = {}
    for team in teams:
        team_id = team.team.id if team.team is not None else None
        for row in team.injuries or ():
            athlete = row.athlete
            if team_id is None or athlete is None or athlete.id is None:
                continue
            number = seen.get((team_id, athlete.id), 0)
            seen[team_id, athlete.id] = number + 1
            details = row.details
            reports.append(
                Injury(
                    team_id=team_id,
                    player_id=athlete.id,
                    report_num=number,
                    player=athlete.display_name,
                    status=row.status,
                    reported_utc=parse_utc(row.date),
                    injury=details.type if details is not None else None,
                    detail=details.detail if details is not None else None,
                    side=details.side if details is not None else None,
                    return_date=parse_day(details.return_date) if details is not None else None,
                )
            )
    return reports
