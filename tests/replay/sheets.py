"""Games written down play by play, and what the replay makes of them.

    1 11:40 h made_2 h1+h2 2-0      period, clock, side (h, a or -), event, players joined by +, score shown
    1 11:20 a foul:shooting a3      a detail of the event behind a colon

Home players are h1, h2, ..., visitors a1, a2, ...; the first five of each start.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa

from hooplake.games.espn.clock import clock_seconds
from hooplake.games.leagues import LEAGUES, Rules
from hooplake.games.model import STATS
from hooplake.lakehouse import registry
from hooplake.replay.replay import INPUT_TABLES, replay

POINTS = {"made_2": 2, "made_3": 3, "made_ft": 1}
HOME, AWAY = "H", "A"
"""The ids of the teams."""

Row = dict[str, Any]


def table(name: str, rows: Iterable[Row]) -> pa.Table:
    """Rows as a table of silver; columns that are left out are NULL."""
    schema = registry()[name].file_schema
    return pa.Table.from_pylist([{n: row.get(n) for n in schema.names} for row in rows], schema=schema)


class Sheet:
    """One game.

    Args:
        text: its plays, one a line.
        league: league code.
        game: game id.
        status: status of the game.
        size: players per team.
        lines: official stats per player; a player who is not named has zeros, one with None did not play.
        unlisted: players who are not in the box.
        minutes: official whole minutes per player.
        plus_minus: official plus-minus per player.
        teams: official team totals per side.
        periods: official line scores, home and away; none when not given.
        final: the official score; that of the plays' last row when not given.
        starters: players listed as starters.
        plays: columns per event number, over what the text says.
    """

    def __init__(
        self,
        text: str,
        *,
        league: str = "nba",
        game: str = "g",
        status: str = "final",
        size: int = 7,
        lines: Mapping[str, Mapping[str, int] | None] | None = None,
        unlisted: Iterable[str] = (),
        minutes: Mapping[str, int] | None = None,
        plus_minus: Mapping[str, int] | None = None,
        teams: Mapping[str, Mapping[str, int]] | None = None,
        periods: tuple[list[int], list[int]] | None = None,
        final: tuple[int | None, int | None] | None = None,
        starters: Iterable[str] | None = None,
        box: str = "full",
        plays: Mapping[int, Row] | None = None,
    ) -> None:
        self.league, rules = league, LEAGUES[league].rules
        at = {"game_id": game, "game_date": date(2025, 1, 4)}
        self.plays = [
            at | _play(n, line.split(), rules) | (plays or {}).get(n, {})
            for n, line in enumerate(line for line in text.splitlines() if line.strip())
        ]
        shown = [(p["home_score"], p["away_score"]) for p in self.plays if p["home_score"] is not None]
        score = final if final is not None else shown[-1] if shown else (0, 0)
        self.game: Row = at | {
            "status": status, "played": status == "final", "home_team_id": HOME, "away_team_id": AWAY,
            "home_score": score[0], "away_score": score[1], "regulation_periods": rules.regulation_periods,
            "regulation_seconds": rules.regulation_seconds, "overtime_seconds": rules.overtime_seconds,
            "box_status": box, "plays_status": "full", "play_count": len(self.plays), "kinds": ["summary"], "repairs": [],
        }  # fmt: skip
        first = set(starters) if starters is not None else {f"{side}{n}" for side in "ha" for n in range(1, 6)}
        self.players: list[Row] = []
        for side in "ah":
            for number in range(1, size + 1):
                who = f"{side}{number}"
                if who in set(unlisted):
                    continue
                line = (lines or {}).get(who, {})
                figures = {} if line is None else dict.fromkeys(STATS, 0) | dict(line)
                self.players.append(
                    at
                    | {
                        "team_id": HOME if side == "h" else AWAY, "player_id": who, "player": f"Player {who}",
                        "home": side == "h", "starter": who in first, "did_not_play": line is None,
                        "list_order": number, "minutes": (minutes or {}).get(who),
                        "plus_minus": (plus_minus or {}).get(who),
                    }
                    | figures
                )  # fmt: skip
        self.teams = [
            at | {"team_id": team, "home": team == HOME, **(teams or {}).get(team, {})} for team in (AWAY, HOME)
        ]
        sides = ((AWAY, False, 1), (HOME, True, 0))
        self.periods = [
            at | {"team_id": team, "home": home, "period": n, "points": points}
            for team, home, place in sides
            for n, points in enumerate(periods[place] if periods else [], 1)
        ]


def _play(number: int, words: list[str], rules: Rules) -> Row:
    period, clock, side, event = int(words[0]), words[1], words[2], words[3]
    event, _, kind = event.partition(":")
    score: list[int | None] = [None, None]
    if len(words) > 4 and "-" in words[-1] and words[-1] != "-":
        score = [int(n) for n in words.pop().split("-")]
    players = [None if p == "?" else p for p in words[4].split("+")] if len(words) > 4 else []
    seconds = clock_seconds(clock)
    elapsed = None if seconds is None else rules.start(period) + rules.length(period) - seconds
    return {
        "event_num": number, "source_row": number, "play_id": f"p{number}", "sequence": number, "period": period,
        "clock": clock, "clock_seconds": seconds, "elapsed_seconds": elapsed, "event": event, "kind": kind or None,
        "type_id": "1", "team_id": {"h": HOME, "a": AWAY}.get(side), "home": {"h": True, "a": False}.get(side),
        **{f"player{n}_id": players[n - 1] if len(players) >= n else None for n in (1, 2, 3)},
        "points": POINTS.get(event, 0), "home_score": score[0], "away_score": score[1],
    }  # fmt: skip


class Replayed:
    """The replay of a sheet, by what a test asks of it."""

    def __init__(self, tables: Mapping[str, pa.Table]) -> None:
        self.tables = {name.partition(".")[2]: rows.to_pylist() for name, rows in tables.items()}
        self.states: list[Row] = self.tables["game_state_snapshots"]

    def line(self, player: str, event: int | None = None) -> Row:
        """The stats of a player that are not zero, after an event (at the end when not given)."""
        rows = [
            row
            for row in self.tables["player_snapshots"]
            if row["player_id"] == player and (event is None or row["event_num"] <= event)
        ]
        return {stat: rows[-1][stat] for stat in STATS if rows[-1][stat]}

    def period(self, player: str, number: int) -> Row | None:
        """The line of a player in one period."""
        rows = [r for r in self.tables["quarter_box_scores"] if (r["player_id"], r["period"]) == (player, number)]
        return rows[0] if rows else None

    def total(self, player: str, what: str) -> float | None:
        """Seconds or plus-minus of a player over his periods; None where one is not known."""
        values = [r[what] for r in self.tables["quarter_box_scores"] if r["player_id"] == player]
        return None if None in values else sum(values)

    def score(self, event: int) -> tuple[int, int]:
        """The score after an event."""
        return self.states[event]["home_score"], self.states[event]["away_score"]

    def five(self, event: int, side: str = "home") -> str | None:
        """The five on court after an event, as ``1 2 3 4 5``."""
        five: str | None = self.states[event][f"{side}_lineup"]
        return None if five is None else " ".join(sorted(player[1:] for player in five.split("-")))

    @property
    def verdict(self) -> Row:
        """The verification of the only game."""
        (row,) = self.tables["box_score_verification"]
        return row | {name: json.loads(row[name] or "null") for name in ("causes", "discrepancy_details")}

    @property
    def causes(self) -> dict[tuple[str, str], str]:
        """Causes by player, team or period, and stat."""
        return {(row["entity_id"], row["stat"]): row["cause"] for row in self.tables["box_score_differences"]}


def inputs_of(*sheets: Sheet) -> dict[str, pa.Table]:
    """The silver rows of some games."""
    specs = registry()
    rows = {
        "silver.fct_games": [s.game for s in sheets],
        "silver.fct_plays": [row for s in sheets for row in s.plays],
        "silver.fct_game_players": [row for s in sheets for row in s.players],
        "silver.fct_game_teams": [row for s in sheets for row in s.teams],
        "silver.fct_game_periods": [row for s in sheets for row in s.periods],
    }
    return {
        name: table(name, rows.get(name, ())) if name in rows else specs[name].file_schema.empty_table()
        for name in INPUT_TABLES
    }


def replayed(text: str, **what: Any) -> Replayed:
    """The replay of a game that is written down play by play."""
    sheet = Sheet(text, **what)
    return Replayed(replay(inputs_of(sheet), registry(), league=sheet.league))


def wall(minute: int, second: int = 0) -> datetime:
    """A time of the evening."""
    return datetime(2025, 1, 5, 1, minute, second, tzinfo=UTC)
