"""Dates and seasons: tip-offs are UTC, game dates are US Eastern, a season is named by its ending year."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from hooplake.games.leagues import League

_BUBBLE = (date(2020, 7, 22), date(2020, 10, 11))


def parse_utc(text: str | None) -> datetime | None:
    """A UTC time from ISO text (``2025-01-05T01:00Z``, with or without seconds), or None if it is not one.

    A date alone is no time: the midnight of UTC would be the evening before.
    """
    if not text or len(text) <= len("2025-01-05"):
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError:
        return None


def parse_day(text: str | None) -> date | None:
    """The date that ISO text begins with, or None if it does not."""
    try:
        return date.fromisoformat(text[:10]) if text else None
    except ValueError:
        return None


def _nth_sunday(year: int, month: int, nth: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(6 - first.weekday()) % 7 + 7 * (nth - 1))


def _last_sunday(year: int, month: int) -> date:
    end = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
    return end - timedelta(days=(end.weekday() + 1) % 7)


@lru_cache(maxsize=256)
def _daylight_saving(year: int) -> tuple[datetime, datetime]:
    """UTC begin and end of US Eastern daylight saving time in a year (rules since 1967)."""
    if year >= 2007:
        begin, end = _nth_sunday(year, 3, 2), _nth_sunday(year, 11, 1)
    elif year >= 1987:
        begin, end = _nth_sunday(year, 4, 1), _last_sunday(year, 10)
    else:
        begin, end = _last_sunday(year, 4), _last_sunday(year, 10)
    return datetime(year, begin.month, begin.day, 7, tzinfo=UTC), datetime(year, end.month, end.day, 6, tzinfo=UTC)


def eastern_date(moment: datetime) -> date:
    """The US Eastern date of a UTC time.

    Computed from the published rules, so that it needs no time-zone database on the machine.
    """
    begin, end = _daylight_saving(moment.year)
    try:
        return (moment - timedelta(hours=4 if begin <= moment < end else 5)).date()
    except OverflowError:
        return moment.date()


def eastern_offset(day: date) -> int:
    """How many hours US Eastern time is behind UTC at the noon of a date."""
    begin, end = _daylight_saving(day.year)
    return 4 if begin <= datetime(day.year, day.month, day.day, 17, tzinfo=UTC) < end else 5


def season_of(league: League, day: date, season_type: int | None = None) -> int:
    """Ending year of the season that a game date belongs to, where the document does not say.

    Seasons that span two years begin in September (NBA preseason can start at its end). Postseason games never open
    a new season, and the games of the 2020 restart belong to 2019-20.
    """
    if not league.split_year:
        return day.year
    if league.code == "nba" and _BUBBLE[0] <= day <= _BUBBLE[1]:
        return 2020
    return day.year + 1 if day.month >= 9 and season_type not in (3, 5) else day.year


def season_label(league: str, season: int) -> str:
    """``2024-25`` for a season over two years, ``2025`` for one within a year."""
    if league == "wnba":
        return str(season)
    return f"{season - 1}-{season % 100:02d}"
