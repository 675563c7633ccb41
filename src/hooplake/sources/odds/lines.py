"""Lines out of files, with the signs of each source made one: ``home_spread`` is negative where the home team is favoured.

The archive of closing lines gives spreads without a sign up to the season 2021-22: the favourite is the team with the
lower moneyline. From 2022-23 on a positive spread favours the home team. College files and The Odds API give the home
team's own spread.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

import msgspec

from hooplake.errors import DocumentError
from hooplake.games.leagues import LEAGUES
from hooplake.games.seasons import eastern_date, parse_utc, season_of

SIGNED_FROM = 2023
"""The first season (its ending year) of the archive whose spreads have a sign."""

_LIMITS = {"nba": (150, 300, 30), "wnba": (110, 220, 30), "mbb": (80, 230, 60), "wbb": (80, 230, 60)}
_SPORTS = {"basketball_nba": "nba", "basketball_wnba": "wnba", "basketball_ncaab": "mbb", "basketball_wncaab": "wbb"}
_OTHER_NAMES = {"laclippers": "losangelesclippers", "charlottebobcatshornets": "charlottehornets"}
_ARCHIVE_CITIES = {"Charlotte": "Charlotte Hornets", "New Orleans": "New Orleans Hornets"}
_ARCHIVE = frozenset({"season", "date", "home", "away", "total", "spread", "moneyline_home", "moneyline_away"})
_COLLEGE = frozenset({"gameId", "provider", "spread", "overUnder", "startDate_x", "homeTeam_x", "awayTeam_x"})


class Line(NamedTuple):
    """One row of ``silver.fct_market_lines``."""

    league: str
    season: int
    game_date: date
    home_name: str
    away_name: str
    book: str
    snapshot: str
    captured_at: datetime | None
    home_spread: float | None
    total: float | None
    home_moneyline: int | None
    away_moneyline: int | None
    implausible: int


def team_key(name: str) -> str:
    """A team's name in lower-case letters and digits, one spelling for teams that have two."""
    plain = unicodedata.normalize("NFKD", name)
    key = "".join(sign for sign in plain.lower() if sign.isascii() and sign.isalnum())
    return _OTHER_NAMES.get(key, key)


def read_lines(body: bytes) -> list[Line]:
    """The lines of a file, whatever its shape.

    Args:
        body: CSV of the archive, Parquet of college lines, or JSON of The Odds API; not compressed.

    Raises:
        DocumentError: ``unknown_odds``: it is none of these.
    """
    if body[:4] == b"PAR1":
        return list(_college(body))
    if body.lstrip()[:1] in (b"[", b"{"):
        return list(_snapshots(body))
    rows = csv.DictReader(io.StringIO(body.decode("utf-8-sig", "replace")))
    if not set(rows.fieldnames or ()) >= _ARCHIVE:
        raise DocumentError("unknown_odds", "the file is no archive of closing lines, college lines or odds snapshots")
    return [line for row in rows if (line := archive_line(row)) is not None]


def archive_line(row: Mapping[str, str]) -> Line | None:
    """One row of the archive of closing NBA lines; None where its date cannot be read."""
    season = int(row["season"][:4]) + 1
    month, day = int(row["date"][-4:-2]), int(row["date"][-2:])
    # the season 2019-20 ended in October, in the month in which it had begun
    late = season == 2020 and (month == 9 or (month == 10 and day <= 11))
    try:
        played = date(season if month < 9 or late else season - 1, month, day)
    except ValueError:
        return None
    home, away = _integer(row["moneyline_home"]), _integer(row["moneyline_away"])
    spread = 0.0 if row["spread"].strip().upper() == "PK" else _number(row["spread"])
    if spread is not None:
        if season >= SIGNED_FROM:
            spread = -spread
        elif home is None or away is None or home == away:
            spread = 0.0 if spread == 0 else None  # nothing tells whose favour it is in
        else:
            spread = -abs(spread) if home < away else abs(spread)
    total = _number(row["total"])
    teams = [_ARCHIVE_CITIES.get(row[side].strip(), row[side]) for side in ("home", "away")]
    return _line("nba", season, played, teams[0], teams[1], "archive", "closing", None, spread, total, home, away)


def _college(body: bytes) -> Iterator[Line]:
    import pyarrow.parquet as pq

    table = pq.ParquetFile(io.BytesIO(body)).read()
    if not set(table.column_names) >= _COLLEGE:
        raise DocumentError("unknown_odds", "the Parquet file has not the columns of college lines")
    for row in table.to_pylist():
        start = parse_utc(row["startDate_x"])
        if start is None or row["provider"] is None:
            continue
        at = eastern_date(start)
        teams = row["homeTeam_x"] or "", row["awayTeam_x"] or ""
        money = _integer(row.get("homeMoneyline")), _integer(row.get("awayMoneyline"))
        for snapshot, spread, total in (("closing", "spread", "overUnder"), ("opening", "spreadOpen", "overUnderOpen")):
            found = _number(row.get(spread)), _number(row.get(total))
            if found != (None, None):
                yield _line("mbb", int(row["season"]), at, *teams, row["provider"], snapshot, None, *found, *money)


class _Outcome(msgspec.Struct):
    name: str
    price: float | None = None
    point: float | None = None


class _Market(msgspec.Struct):
    key: str
    outcomes: list[_Outcome] = []
    last_update: str | None = None


class _Book(msgspec.Struct):
    key: str
    markets: list[_Market] = []
    last_update: str | None = None


class _Event(msgspec.Struct):
    sport_key: str
    commence_time: str
    home_team: str
    away_team: str
    bookmakers: list[_Book] = []


class _History(msgspec.Struct):
    data: list[_Event]


def _snapshots(body: bytes) -> Iterator[Line]:
    try:
        events = _events(body)
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise DocumentError("unknown_odds", f"the JSON has not the shape of odds snapshots: {error}") from error
    for event in events:
        league, start = _SPORTS.get(event.sport_key), parse_utc(event.commence_time)
        if league is None or start is None:
            continue
        day = eastern_date(start)
        for book in event.bookmakers:
            yield from _book_lines(league, day, event, book)


def _events(body: bytes) -> Sequence[_Event]:
    if body.lstrip()[:1] == b"[":
        return msgspec.json.decode(body, type=list[_Event])
    try:
        return msgspec.json.decode(body, type=_History).data
    except msgspec.ValidationError:
        return [msgspec.json.decode(body, type=_Event)]


def _book_lines(league: str, day: date, event: _Event, book: _Book) -> Iterator[Line]:
    taken: dict[str, dict[str, Any]] = {}
    for market in book.markets:
        moment = parse_utc(market.last_update or book.last_update)
        if moment is None:
            continue
        values = taken.setdefault(moment.astimezone(UTC).isoformat(), {"at": moment})
        for outcome in market.outcomes:
            if market.key == "spreads" and outcome.name == event.home_team:
                values["spread"] = outcome.point
            elif market.key == "totals" and outcome.name == "Over":
                values["total"] = outcome.point
            elif market.key == "h2h" and outcome.price is not None:
                values["home" if outcome.name == event.home_team else "away"] = int(outcome.price)
    season = season_of(LEAGUES[league], day)
    for text, values in sorted(taken.items()):
        yield _line(
            league, season, day, event.home_team, event.away_team, book.key, text, values["at"], values.get("spread"),
            values.get("total"), values.get("home"), values.get("away"),
        )  # fmt: skip


def _line(
    league: str, season: int, day: date, home: str, away: str, book: str, snapshot: str, at: datetime | None,
    spread: float | None, total: float | None, home_money: int | None, away_money: int | None,
) -> Line:  # fmt: skip
    least, most, widest = _LIMITS[league]
    odd = (total is not None and not least <= total <= most) or (spread is not None and abs(spread) > widest)
    return Line(
        league, season, day, team_key(home), team_key(away), book, snapshot, at, spread, total, home_money, away_money,
        int(odd),
    )  # fmt: skip


def _number(text: object) -> float | None:
    try:
        value = float(str(text))
    except ValueError:
        return None
    return value if value == value else None


def _integer(text: object) -> int | None:
    value = _number(text)
    return None if value is None else int(value)
