"""Who plays whom, where and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Final

from hooplake.simulate.league import League, Team
from hooplake.simulate.names import Names

_EVENING: Final = (
    time(19, 0),
    time(19, 0),
    time(19, 30),
    time(20, 0),
    time(20, 30),
    time(21, 0),
    time(22, 0),
    time(22, 30),
)
_WEEKEND: Final = (
    time(12, 0),
    time(13, 0),
    time(15, 30),
    time(17, 0),
    time(18, 0),
    time(19, 0),
    time(20, 30),
    time(22, 0),
)


@dataclass(frozen=True, slots=True)
class Fixture:
    """One game of the schedule.

    Attributes:
        id: the source's game id.
        date: the US Eastern date of the tip-off.
        tipoff: the tip-off in UTC, to the minute.
        officials: the referees, in order.
    """

    id: str
    season: int
    home: Team
    away: Team
    date: date
    tipoff: datetime
    neutral: bool
    conference_game: bool
    attendance: int
    officials: tuple[str, ...]
    national: str | None


def eastern_offset(day: date) -> int:
    """Hours between US Eastern time and UTC on a day: 4 in summer, 5 in winter (the rule since 2007)."""
    march, november = date(day.year, 3, 8), date(day.year, 11, 1)
    begins = march + timedelta(days=(6 - march.weekday()) % 7)
    ends = november + timedelta(days=(6 - november.weekday()) % 7)
    return 4 if begins <= day < ends else 5


def _game_id(league: League, day: date, number: int, home: Team) -> str:
    if league.season < 2014 and league.rules.college:
        return f"{day.year - 1980:02d}{day.timetuple().tm_yday:03d}{int(home.id):04d}"
    return f"49{league.season % 100:02d}{int(league.rules.league_id) % 10}{number:04d}"


def make_schedule(league: League, start: date, days: int, seed: int) -> tuple[Fixture, ...]:
    """The games of some days, in order of tip-off.

    A team plays at most once a day and rarely on two days running, home and away in turn as far as it goes. A longer
    range begins with the games of a shorter one.

    Args:
        league: its teams.
        start: the first day, US Eastern.
        days: how many days.
        seed: of the league.
    """
    r = Random(f"schedule {seed} {league.rules.league} {league.season} {start.isoformat()} {len(league.teams)}")
    names = Names(r)
    last = [-9] * len(league.teams)
    balance = [0] * len(league.teams)
    met: dict[tuple[int, int], int] = {}
    fixtures: list[Fixture] = []
    for day_number in range(days):
        day = start + timedelta(days=day_number)
        weekend = day.weekday() >= 5
        rested = [day_number - played for played in last]
        # Of yesterday's teams one in three may play again.
        free = [i for i in range(len(last)) if rested[i] > 1 or r.random() < 0.33]
        urgency = {i: min(rested[i], 5) + 2.5 * r.random() for i in free}
        free.sort(key=urgency.__getitem__, reverse=True)
        wanted = max(1, round(len(last) * league.rules.busy * r.uniform(0.7, 1.3) / 2))
        today: list[tuple[time, int, int]] = []
        while len(free) > 1 and len(today) < wanted:
            one = free.pop(0)
            # Whom it met least, among the most rested.
            other = min(free[:8], key=lambda i: met.get((min(one, i), max(one, i)), 0))
            free.remove(other)
            pair = (min(one, other), max(one, other))
            met[pair] = met.get(pair, 0) + 1
            home, away = (one, other) if (balance[one], r.random()) <= (balance[other], 0.5) else (other, one)
            balance[home] += 1
            balance[away] -= 1
            last[home] = last[away] = day_number
            today.append((r.choice(_WEEKEND if weekend else _EVENING), home, away))
        for clock, home_index, away_index in sorted(today):
            home_team, away_team = league.teams[home_index], league.teams[away_index]
            tipoff = datetime.combine(day, clock) + timedelta(hours=eastern_offset(day))
            fixtures.append(
                Fixture(
                    id=_game_id(league, day, len(fixtures) + 1, home_team),
                    season=league.season,
                    home=home_team,
                    away=away_team,
                    date=day,
                    tipoff=tipoff,
                    neutral=league.rules.college and r.random() < 0.1,
                    conference_game=home_team.conference == away_team.conference,
                    attendance=round(home_team.venue.seats * r.uniform(0.55, 1.0)),
                    officials=tuple(r.sample(league.officials, k=league.rules.officials)),
                    national=names.network() if r.random() < 0.2 else None,
                )
            )
    return tuple(fixtures)
