"""Odds out of files, with the signs of each source made one: ``home_spread`` is negative where the home team is favoured.

The archive of closing lines gives spreads without a sign up to the season 2021-22: the favourite is the team with the
lower moneyline. From 2022-23 on a positive spread favours the home team. College files and The Odds API give the home
team's own spread.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import NamedTuple

from hooplake.errors import DocumentError
from hooplake.games.seasons import eastern_date, parse_utc
from hooplake.sources.drawer import Bad, Sheet
from hooplake.sources.names import team_key

LINES = "silver.fct_market_lines"
SIGNED_FROM = 2023
"""The first season (its ending year) of the archive whose spreads have a sign."""

_LIMITS = {"nba": (150, 300, 30), "wnba": (110, 220, 30), "mbb": (80, 230, 60), "wbb": (80, 230, 60)}
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


def read_lines(body: bytes) -> Sheet:
    """The lines of a file.

    Args:
        body: CSV of the archive or Parquet of college lines; not compressed.

    Raises:
        DocumentError: ``unknown_odds``: it is neither.
    """
    if body[:4] == b"PAR1":
        return Sheet({LINES: list(_college(body))})
    rows = csv.DictReader(io.StringIO(body.decode("utf-8-sig", "replace")))
    if not set(rows.fieldnames or ()) >= _ARCHIVE:
        raise DocumentError("unknown_odds", "the file is no archive of closing lines, college lines or odds snapshots")
    lines, bad = [], []
    for row in rows:
        line = archive_line(row)
        if line is None:
            bad.append(Bad(f"line {rows.line_num}", "bad_date", json.dumps(row)))
        else:
            lines.append(line)
    return Sheet({LINES: lines}, bad)


def archive_line(row: Mapping[str, str]) -> Line | None:
    """One row of the archive of closing NBA lines; None where its date cannot be read."""
    try:
        season = int(row["season"][:4]) + 1
        month, day = int(row["date"][-4:-2]), int(row["date"][-2:])
        # the season 2019-20 ended in October, in the month in which it had begun
        late = season == 2020 and (month == 9 or (month == 10 and day <= 11))
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
    return line_of("nba", season, played, teams[0], teams[1], "archive", "closing", None, spread, total, home, away)


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
                yield line_of("mbb", int(row["season"]), at, *teams, row["provider"], snapshot, None, *found, *money)


def line_of(
    league: str, season: int, day: date, home: str, away: str, book: str, snapshot: str, at: datetime | None,
    spread: float | None, total: float | None, home_money: int | None, away_money: int | None,
) -> Line:  # fmt: skip
    """A line, told whether its league ever has such figures."""
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
