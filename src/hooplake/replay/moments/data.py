"""What is known of one game, read and computed when it is first needed."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Any

import pyarrow as pa

from hooplake.errors import ConfigError, HooplakeError
from hooplake.games.leagues import Rules
from hooplake.replay.moments.lines import SNAPSHOT_COLUMNS, Lines
from hooplake.replay.moments.names import Player, Team
from hooplake.replay.moments.on_court import LINEUP_COLUMNS, STINT_COLUMNS, Court
from hooplake.replay.moments.reads import GameRows
from hooplake.replay.moments.scoring import Scoring
from hooplake.replay.moments.timeline import CLOCK_COLUMNS, Timeline

STATES = "gold.game_state_snapshots"
SNAPSHOTS = "gold.player_snapshots"
STINTS = "gold.player_stints"
PLAYS = "silver.fct_plays"
PLAYERS = "silver.fct_game_players"

GAME_COLUMNS = [
    "game_id", "game_date", "status", "played", "home_team_id", "away_team_id", "home_team", "away_team", "home_abbr",
    "away_abbr", "home_score", "away_score", "regulation_periods", "regulation_seconds", "overtime_seconds",
    "play_count",
]  # fmt: skip
"""Columns of ``silver.fct_games`` that every game is opened with."""
_PLAY_COLUMNS = [
    "event_num", "event", "kind", "home", "player1_id", "player2_id", "player3_id", "points", "description",
]  # fmt: skip
_PLAYER_COLUMNS = ["player_id", "player", "position", "jersey", "starter", "list_order"]


class GameData:
    """Rows of a game and the arrays made of them.

    Args:
        rows: reads the rows of the game.
        row: its row of ``silver.fct_games`` with :data:`GAME_COLUMNS`.
    """

    def __init__(self, rows: GameRows, row: dict[str, Any]) -> None:
        self.rows = rows
        self.game_id: str = row["game_id"]
        self.game_date: date | None = row["game_date"]
        self.status: str = row["status"]
        self.final: bool = row["played"]
        self.score: tuple[int | None, int | None] = (row["home_score"], row["away_score"])
        self.rules = Rules(row["regulation_periods"], row["regulation_seconds"], row["overtime_seconds"])
        self.home, self.away = (
            Team(team_id=row[f"{side}_team_id"], abbr=row[f"{side}_abbr"], team=row[f"{side}_team"], home=home)
            for side, home in (("home", True), ("away", False))
        )
        self.has_plays: bool = row["play_count"] > 0

    @cached_property
    def timeline(self) -> Timeline:
        """The events.

        Raises:
            ConfigError: the game has no plays.
            HooplakeError: the game was not replayed yet.
        """
        if not self.has_plays:
            raise ConfigError(f"game {self.game_id} ({self.status}) has no plays, so nothing is known of its moments")
        states = self.rows(STATES, CLOCK_COLUMNS)
        if not len(states):
            raise HooplakeError(f"game {self.game_id} was not replayed yet: run 'hooplake build'")
        return Timeline(states, self.rules, final=self.final)

    @cached_property
    def scoring(self) -> Scoring:
        """The scoring events."""
        return Scoring(self.timeline)

    @cached_property
    def court(self) -> Court:
        """Who is on court."""
        return Court(self.timeline, self.rows(STATES, LINEUP_COLUMNS), self.rows(STINTS, STINT_COLUMNS))

    @cached_property
    def _snapshots(self) -> pa.Table:
        return self.rows(SNAPSHOTS, SNAPSHOT_COLUMNS)

    @cached_property
    def roster(self) -> list[Player]:
        """Every player: home first, then away, in the order of the official box, those that are not in it last."""
        listed = {row["player_id"]: row for row in self.rows(PLAYERS, _PLAYER_COLUMNS).to_pylist()}
        ids, teams = self._snapshots["player_id"].to_pylist(), self._snapshots["team_id"].to_pylist()
        found: list[tuple[tuple[int, int, str], Player]] = []
        for player_id, team_id in dict(zip(ids, teams, strict=True)).items():
            row = listed.get(player_id, {})
            home = True if team_id == self.home.team_id else False if team_id == self.away.team_id else None
            player = Player(
                player_id=player_id,
                player=row.get("player"),
                team_id=team_id,
                home=home if team_id is not None else None,
                position=row.get("position"),
                jersey=row.get("jersey"),
                starter=row.get("starter"),
            )
            side = 2 if player.home is None else 0 if player.home else 1
            found.append(((side, row.get("list_order", 1000), player_id), player))
        return [player for _, player in sorted(found, key=lambda item: item[0])]

    @cached_property
    def players(self) -> dict[str, Player]:
        """Every player by id."""
        return {player.player_id: player for player in self.roster}

    @cached_property
    def lines(self) -> Lines:
        """Lines of the players."""
        return Lines(self._snapshots, self.roster, self.court)

    @cached_property
    def plays(self) -> pa.Table:
        """The plays, one row per event."""
        return self.rows(PLAYS, _PLAY_COLUMNS)

    @cached_property
    def possessions(self) -> list[dict[str, Any]]:
        """Possessions in order of play: first and last event, whether the home team has the ball, how it ended."""
        rows = self.rows("gold.possessions", ["start_event", "end_event", "home", "end_reason"])
        found: list[dict[str, Any]] = rows.to_pylist()
        return found

    def team(self, *, home: bool) -> Team:
        """One of the two teams."""
        return self.home if home else self.away
