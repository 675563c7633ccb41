"""The types of the answers about moments and boxes; `hooplake.replay.moments.accounts` has those about whole games.

All are frozen; many rows of one type come as `hooplake.replay.moments.rows.Rows`.

A field is None where it is not known, never 0: minutes, plus-minus and presence on court in games whose source has no
substitutions, for example.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal, TypeVar

import msgspec

from hooplake.replay.moments.names import Player, find_player
from hooplake.replay.moments.rows import Rows

Side = Literal["home", "away"]


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """A point of a game.

    Attributes:
        event_num: the last event that has happened; -1 before the first.
        period: the period, from 1; numbers above regulation are overtimes.
        period_name: ``Q3``, ``H2``, ``OT``, ``2OT``.
        clock: time left in the period, as ``7:32``.
        clock_seconds: the same in seconds.
        elapsed_seconds: time since the tip-off.
    """

    event_num: int
    period: int
    period_name: str
    clock: str
    clock_seconds: float
    elapsed_seconds: float

    def __str__(self) -> str:
        return f"{self.period_name} {self.clock}"


class Score(Moment, frozen=True, kw_only=True):
    """The score at a moment.

    Attributes:
        home: abbreviation of the home team.
        away: abbreviation of the away team.
    """

    game_id: str
    home: str
    away: str
    home_score: int
    away_score: int

    @property
    def margin(self) -> int:
        """Home score less away score."""
        return self.home_score - self.away_score

    def __str__(self) -> str:
        teams = f"{self.away} {self.away_score} at {self.home} {self.home_score}"
        return f"{teams}, {self.period_name} {self.clock}"


class GameState(Score, frozen=True, kw_only=True):
    """Everything that is the case at a moment.

    Attributes:
        event: the last event, a word of the event vocabulary; None before the first.
        description: its text.
        wallclock: time of day, UTC.
        possession: who has the ball (`gold.possessions`); None before the first play and between periods.
        home_on_court: five players, None where not known.
        away_on_court: likewise.
    """

    event: str | None
    description: str | None
    wallclock: datetime | None
    possession: Side | None
    home_on_court: tuple[Player, ...] | None
    away_on_court: tuple[Player, ...] | None


class OnCourt(Moment, frozen=True, kw_only=True):
    """Who is on court at a moment; None where not known."""

    home: tuple[Player, ...] | None
    away: tuple[Player, ...] | None


class StatLine(msgspec.Struct, frozen=True, kw_only=True):
    """What a player has to show for a part of a game.

    Attributes:
        home: plays for the home team; None where not known.
        seconds: time on court, None where the lineups are not known.
        minutes: the same in minutes, two decimals.
        plus_minus: points of his team less those of the other while on court (free throws count for those who were
            on court at the foul), None where the lineups are not known.
    """

    player_id: str
    player: str | None
    team_id: str | None
    home: bool | None
    points: int
    fgm: int
    fga: int
    fg3m: int
    fg3a: int
    ftm: int
    fta: int
    oreb: int
    dreb: int
    reb: int
    ast: int
    stl: int
    blk: int
    tov: int
    pf: int
    seconds: float | None
    minutes: float | None
    plus_minus: int | None


class BoxLine(StatLine, frozen=True, kw_only=True):
    """A player's line at a moment.

    Attributes:
        on_court: whether he is on court at the moment, None where not known.
    """

    on_court: bool | None


class IntervalLine(StatLine, frozen=True, kw_only=True):
    """A player's line in a stretch of a period.

    Attributes:
        start_clock: time left when the stretch begins, as ``12:00``.
        end_clock: time left when it ends.
    """

    period: int
    start_clock: str
    end_clock: str


class TeamLine(msgspec.Struct, frozen=True, kw_only=True):
    """What a team has to show at a moment.

    Attributes:
        score: the score, points that no play explains included.
        points: points of its players, like the 14 stats behind.
        unattributed_points: score less points.
        team_oreb: rebounds of the team that no player got, offensive; in no player's line.
        team_dreb: likewise, defensive.
        team_tov: turnovers of the team that no player made; in no player's line.
        possessions: estimate, FGA - OREB + TOV + 0.44 FTA with the team's turnovers.
        possessions_counted: possessions that have ended, counted from the plays.
        pace: mean estimate of both teams, scaled to a game of regulation length; None at the tip-off.
    """

    team_id: str
    team: str | None
    abbr: str | None
    home: bool
    score: int
    points: int
    fgm: int
    fga: int
    fg3m: int
    fg3a: int
    ftm: int
    fta: int
    oreb: int
    dreb: int
    reb: int
    ast: int
    stl: int
    blk: int
    tov: int
    pf: int
    unattributed_points: int
    team_oreb: int
    team_dreb: int
    team_tov: int
    possessions: float
    possessions_counted: int
    pace: float | None


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """What happened in a part of a game.

    Attributes:
        start: where it begins.
        end: where it ends.
        home_points: points of the home team in it.
        away_points: points of the away team in it.
        lines: one line per player of both rosters, home team first, in the order of the official box.
    """

    game_id: str
    start: Moment
    end: Moment
    home_points: int
    away_points: int
    lines: Rows[StatLine]

    def __getitem__(self, player: str) -> StatLine:
        return find_line(self.lines, player)


class Box(Score, frozen=True, kw_only=True):
    """The box score of both teams at a moment.

    Attributes:
        lines: one line per player of both rosters, home team first, in the order of the official box.
    """

    lines: Rows[BoxLine]

    def __getitem__(self, player: str) -> BoxLine:
        return find_line(self.lines, player)

    @property
    def home_lines(self) -> Rows[BoxLine]:
        """The lines of the home team."""
        return Rows(BoxLine, (line for line in self.lines if line.home))

    @property
    def away_lines(self) -> Rows[BoxLine]:
        """The lines of the away team."""
        return Rows(BoxLine, (line for line in self.lines if line.home is False))


class Split(msgspec.Struct, frozen=True, kw_only=True):
    """What happened in the situations of one kind.

    Attributes:
        name: ``clutch`` or ``garbage_time``.
        events: events in such a situation.
        seconds: time spent in it.
        home_points: points of the home team in it.
        away_points: points of the away team in it.
        lines: one line per player who did something or was on court in it.
    """

    game_id: str
    name: str
    events: int
    seconds: float
    home_points: int
    away_points: int
    lines: Rows[StatLine]

    def __getitem__(self, player: str) -> StatLine:
        return find_line(self.lines, player)


_L = TypeVar("_L", bound=StatLine)


def find_line(lines: Rows[_L], player: str) -> _L:
    """The line of one player, by id or name.

    Raises:
        ConfigError: nobody, or more than one, is called so.
    """
    found = find_player([Player(player_id=line.player_id, player=line.player) for line in lines], player)
    return next(line for line in lines if line.player_id == found.player_id)
