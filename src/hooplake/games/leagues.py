"""The four leagues: their ids at the source and the lengths of their periods."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rules:
    """Periods of a game.

    Attributes:
        regulation_periods: 4 quarters or 2 halves.
        regulation_seconds: length of a regulation period, in seconds.
        overtime_seconds: length of an overtime, in seconds.
    """

    regulation_periods: int
    regulation_seconds: int
    overtime_seconds: int = 300

    def length(self, period: int) -> int:
        """Seconds of a period, numbered from 1."""
        return self.regulation_seconds if period <= self.regulation_periods else self.overtime_seconds

    def start(self, period: int) -> int:
        """Seconds from the tip-off to the start of a period, numbered from 1."""
        regulation = min(period - 1, self.regulation_periods) * self.regulation_seconds
        return regulation + max(period - 1 - self.regulation_periods, 0) * self.overtime_seconds


@dataclass(frozen=True, slots=True)
class League:
    """One league.

    Attributes:
        code: our name: ``nba``, ``wnba``, ``mbb`` or ``wbb``.
        espn_id: the number in ESPN's uids, such as ``46`` in ``s:40~l:46``.
        espn_slug: the name in ESPN's urls and headers.
        split_year: the season is named by two years (2024-25); false where one calendar year holds it.
        foul_limit: personal fouls that end a player's game.
        lane: width of the lane, in feet.
    """

    code: str
    espn_id: str
    espn_slug: str
    split_year: bool
    foul_limit: int
    lane: float
    rules: Rules
    halves_before: int | None = None

    def rules_in(self, season: int | None) -> Rules:
        """Rules of a season (its ending year), where the document does not state them.

        Women's college ball before 2015-16 and the WNBA before 2006 were played in two halves of 20 minutes.
        """
        if season is not None and self.halves_before is not None and season < self.halves_before:
            return Rules(2, 1200)
        return self.rules


LEAGUES: dict[str, League] = {
    league.code: league
    for league in (
        League("nba", "46", "nba", True, 6, 16.0, Rules(4, 720)),
        League("wnba", "59", "wnba", False, 6, 16.0, Rules(4, 600), halves_before=2006),
        League("mbb", "41", "mens-college-basketball", True, 5, 12.0, Rules(2, 1200)),
        League("wbb", "54", "womens-college-basketball", True, 5, 12.0, Rules(4, 600), halves_before=2016),
    )
}

_BY_ESPN = {key: league for league in LEAGUES.values() for key in (league.espn_id, league.espn_slug, league.code)}


def league_of(name: str | None) -> League | None:
    """The league with that ESPN id, slug or code, or None."""
    return _BY_ESPN.get(name) if name else None
