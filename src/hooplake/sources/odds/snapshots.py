"""Snapshots in the shape of The Odds API: spreads, totals, moneylines and player props, each with its book and time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

import msgspec

from hooplake.errors import DocumentError
from hooplake.games.leagues import LEAGUES
from hooplake.games.seasons import eastern_date, parse_utc, season_of
from hooplake.sources.drawer import Bad, Sheet
from hooplake.sources.names import player_key, team_key
from hooplake.sources.odds.lines import LINES, Line, line_of

PROPS = "silver.fct_market_props"
_SPORTS = {"basketball_nba": "nba", "basketball_wnba": "wnba", "basketball_ncaab": "mbb", "basketball_wncaab": "wbb"}


class Prop(NamedTuple):
    """One row of ``silver.fct_market_props``."""

    league: str
    season: int
    game_date: date
    home_name: str
    away_name: str
    player_key: str
    player: str
    market: str
    book: str
    line: float
    snapshot: str
    captured_at: datetime
    received_at: datetime | None
    over_price: float | None
    under_price: float | None


class _Outcome(msgspec.Struct):
    name: str
    price: float | None = None
    point: float | None = None
    description: str | None = None


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
    data: list[_Event] | _Event
    timestamp: str | None = None


class _Game(NamedTuple):
    league: str
    season: int
    day: date
    event: _Event
    received: datetime | None


def snapshots(body: bytes) -> Sheet:
    """The lines and props of a snapshot: an event, a list of events, or the answer about a moment of the past.

    A line's time is that at which the book last changed it; where the file does not say it, the time of the snapshot.

    Raises:
        DocumentError: ``unknown_odds``: the JSON is none of these.
    """
    try:
        events, received = _events(body)
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise DocumentError("unknown_odds", f"the JSON has not the shape of odds snapshots: {error}") from error
    lines: list[Line] = []
    props: list[Prop] = []
    bad: list[Bad] = []
    for number, event in enumerate(events):
        league, start = _SPORTS.get(event.sport_key), parse_utc(event.commence_time)
        if league is None or start is None:
            reason = "unknown_sport" if league is None else "bad_time"
            bad.append(Bad(f"event {number}", reason, msgspec.json.encode(event).decode()))
            continue
        day = eastern_date(start)
        game = _Game(league, season_of(LEAGUES[league], day), day, event, received)
        for book in event.bookmakers:
            lines += _lines(game, book)
            for market in book.markets:
                if market.key.startswith("player_"):
                    found, wrong = _props(game, book, market)
                    props += found
                    bad += [Bad(f"event {number}, {book.key}, {market.key}", *one) for one in wrong]
    return Sheet({LINES: lines, PROPS: props}, bad)


def _events(body: bytes) -> tuple[Sequence[_Event], datetime | None]:
    if body.lstrip()[:1] == b"[":
        return msgspec.json.decode(body, type=list[_Event]), None
    try:
        history = msgspec.json.decode(body, type=_History)
    except msgspec.ValidationError:
        return [msgspec.json.decode(body, type=_Event)], None
    data = history.data
    return (data if isinstance(data, list) else [data]), parse_utc(history.timestamp)


def _moment(game: _Game, book: _Book, market: _Market) -> datetime | None:
    return parse_utc(market.last_update or book.last_update) or game.received


def _lines(game: _Game, book: _Book) -> list[Line]:
    taken: dict[str, dict[str, Any]] = {}
    event = game.event
    for market in book.markets:
        moment = _moment(game, book, market)
        if moment is None or market.key not in ("spreads", "totals", "h2h"):
            continue
        values = taken.setdefault(moment.astimezone(UTC).isoformat(), {"at": moment})
        for outcome in market.outcomes:
            if market.key == "spreads" and outcome.name == event.home_team:
                values["spread"] = outcome.point
            elif market.key == "totals" and outcome.name == "Over":
                values["total"] = outcome.point
            elif market.key == "h2h" and outcome.price is not None:
                values["home" if outcome.name == event.home_team else "away"] = int(outcome.price)
    return [
        line_of(
            game.league, game.season, game.day, event.home_team, event.away_team, book.key, text, values["at"],
            values.get("spread"), values.get("total"), values.get("home"), values.get("away"),
        )
        for text, values in sorted(taken.items())
    ]  # fmt: skip


def _props(game: _Game, book: _Book, market: _Market) -> tuple[list[Prop], list[tuple[str, str]]]:
    """One row per player and line: over and under belong together."""
    moment = _moment(game, book, market)
    prices: dict[tuple[str, str, float], dict[str, float | None]] = {}
    wrong: list[tuple[str, str]] = []
    for outcome in market.outcomes:
        key = player_key(outcome.description or "")
        if outcome.name not in ("Over", "Under"):
            continue  # a market of yes and no, such as a double-double
        if moment is None or not key or outcome.point is None:
            reason = "bad_time" if moment is None else "no_player" if not key else "no_line"
            wrong.append((reason, msgspec.json.encode(outcome).decode()))
            continue
        prices.setdefault((key, outcome.description or "", outcome.point), {})[outcome.name] = outcome.price
    if moment is None:
        return [], wrong
    text = moment.astimezone(UTC).isoformat()
    return [
        Prop(
            game.league, game.season, game.day, team_key(game.event.home_team), team_key(game.event.away_team), key,
            player, market.key, book.key, line, text, moment, game.received, found.get("Over"), found.get("Under"),
        )
        for (key, player, line), found in prices.items()
    ], wrong  # fmt: skip
