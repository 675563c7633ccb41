"""The rules of the four leagues, as far as a simulated game needs them.

Clocks are kept in tenths of a second, the finest unit that any source shows.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from hooplake.errors import ConfigError

OVERTIME_SECONDS: Final = 300


@dataclass(frozen=True, slots=True)
class Rules:
    """One league: how long its games are, and what its source tells about them.

    Attributes:
        periods: periods of regulation.
        seconds: length of one of them.
        tempo: mean length of a possession in seconds, offensive rebounds not counted.
        shooting: factor on every chance of a field goal.
        turnovers: share of the possessions that end without a shot.
        bonus: the team foul of a period from which on every common foul gives free throws.
        double_bonus: the team foul from which both free throws are certain (before it a missed first one is live);
            equal to ``bonus`` where there is no such difference.
        foul_limit: personal fouls with which a player leaves.
        technical_is_personal: a player's technical foul counts among his personal fouls.
        shows_tenths: the source shows tenths of a second in the last minute.
        busy: share of the teams that play on a day.
        season_opens: month and day on which a season begins by default, and whether in the year before its label.
    """

    league: str
    slug: str
    league_id: str
    name: str
    abbreviation: str
    periods: int
    seconds: int
    tempo: float
    shooting: float
    turnovers: float
    bonus: int
    double_bonus: int
    foul_limit: int
    timeouts: int
    technical_is_personal: bool
    shows_tenths: bool
    college: bool
    officials: int
    busy: float
    season_opens: tuple[int, int, int]
    teams: int

    def length(self, period: int) -> int:
        """Seconds of a period, counted from 1; every one past regulation is an overtime."""
        return self.seconds if period <= self.periods else OVERTIME_SECONDS

    def opening_day(self, season: int) -> date:
        """The day on which a season begins when nobody says otherwise."""
        years, month, day = self.season_opens
        return date(season + years, month, day)


_ALL: Final = (
    Rules("nba", "nba", "46", "National Basketball Association", "NBA", 4, 720, 14.0, 0.95, 0.130, 5, 5, 6, 7, False, True, False, 3, 0.49, (-1, 10, 22), 30),
    Rules("wnba", "wnba", "59", "Women's National Basketball Association", "WNBA", 4, 600, 14.6, 0.92, 0.145, 5, 5, 6, 5, False, True, False, 3, 0.38, (0, 5, 16), 13),
    Rules("mbb", "mens-college-basketball", "41", "NCAA Men's Basketball", "NCAAM", 2, 1200, 16.0, 0.92, 0.150, 7, 10, 5, 5, True, False, True, 3, 0.27, (-1, 11, 4), 60),
    Rules("wbb", "womens-college-basketball", "54", "NCAA Women's Basketball", "NCAAW", 4, 600, 15.6, 0.85, 0.180, 5, 5, 5, 4, True, False, True, 3, 0.27, (-1, 11, 4), 60),
)  # fmt: skip

LEAGUES: Final = {rules.league: rules for rules in _ALL}


def rules_of(league: str) -> Rules:
    """The rules of a league.

    Raises:
        ConfigError: the league is not one of nba, wnba, mbb, wbb.
    """
    try:
        return LEAGUES[league]
    except KeyError:
        raise ConfigError(f"no league {league!r}: choose one of {', '.join(LEAGUES)}") from None
