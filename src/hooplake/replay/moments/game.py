"""One game of a lake, to be asked about any moment."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from hooplake.errors import ConfigError
from hooplake.games.leagues import Rules
from hooplake.games.model import EVENTS
from hooplake.lake.store import Store
from hooplake.lake.table import TableSpec
from hooplake.replay.moments import boxes, splits, story
from hooplake.replay.moments.accounts import (
    Lineup,
    LineupStint,
    PeriodScore,
    Play,
    PlayerPoint,
    PlayerStint,
    Run,
    ScoreChange,
    Summary,
    TimeLeading,
    Verification,
)
from hooplake.replay.moments.answers import Box, GameState, IntervalLine, Moment, OnCourt, Score, Span, Split, TeamLine
from hooplake.replay.moments.data import GAME_COLUMNS, GameData
from hooplake.replay.moments.lookup import GAMES, find_game
from hooplake.replay.moments.names import Player, Team, find_player, find_team
from hooplake.replay.moments.reads import GameRows
from hooplake.replay.moments.rows import Rows
from hooplake.replay.moments.text import parse_span
from hooplake.replay.moments.timeline import Point, When


def open_game(
    store: Store,
    registry: Mapping[str, TableSpec],
    game_id: str,
    *,
    league: str | None = None,
    season: int | None = None,
    source: str | None = None,
) -> GameView:
    """Find a game in a lake.

    Args:
        store: the lake.
        registry: the declared tables by name.
        game_id: id of the source.
        league: nba, wnba, mbb or wbb, where it is known.
        season: ending year, where it is known.
        source: such as espn, where it is known.

    Raises:
        UnknownGame: no such game, with ids that are like it.
        ConfigError: several games have the id.
    """
    given = {"league": league, "source": source, "season": season}
    hints = {name: value for name, value in given.items() if value is not None}
    partition, row = find_game(store, registry[GAMES], game_id, GAME_COLUMNS, hints)
    return GameView(GameData(GameRows(store, registry, partition, game_id), row))


class GameView:
    """One game, to be asked about any moment; made by `hooplake.Lakehouse.game`.

    Its rows are read when they are first needed and then kept: open the game again to see what a build has changed.

    A moment (``when``) is an event number, a period and clock (``"Q3 7:32"``, ``"3rd 7:32"``, ``"2OT 0:10"``,
    ``"H2 12:00"`` in a game of two halves), ``"start"``, ``"half"``, ``"end Q1"``, ``"end"``, seconds since the tip-off
    (``"t=1234"``), a time of day (a `datetime`, or its ISO text), or a `Moment` of an earlier answer. At a clock is
    after the last event whose clock is at least the asked one. Every method raises `ConfigError` for a moment, player
    or team that the game does not have, and for a game without plays.

    Example:
        >>> game = lake.game("401705050")                                     # doctest: +SKIP
        >>> print(game.score_at("Q3 7:32"))                                   # doctest: +SKIP
        DEN 59 at SA 69, Q3 7:32
        >>> game.box_at("half")["Jokic"].points                               # doctest: +SKIP
        18
    """

    def __init__(self, data: GameData) -> None:
        self._data = data

    @property
    def game_id(self) -> str:
        """Id of the source."""
        return self._data.game_id

    @property
    def game_date(self) -> date | None:
        """Date of the tip-off, US Eastern; None where the source does not tell."""
        return self._data.game_date

    @property
    def status(self) -> str:
        """``final``, ``in_progress``, ``scheduled`` ..."""
        return self._data.status

    @property
    def rules(self) -> Rules:
        """Number and length of the periods."""
        return self._data.rules

    @property
    def home(self) -> Team:
        """The home team."""
        return self._data.home

    @property
    def away(self) -> Team:
        """The away team."""
        return self._data.away

    @property
    def players(self) -> tuple[Player, ...]:
        """Every player of both rosters, home first, in the order of the official box."""
        return tuple(self._data.roster)

    def __repr__(self) -> str:
        return f"GameView({self.game_id!r}: {self.away} at {self.home}, {self.game_date or self.status})"

    def summary(self) -> Summary:
        """What the game was: result, line score, lead changes, ties, leads, the biggest run."""
        return story.summary(self._data)

    # -- moments

    def moment(self, when: When) -> Moment:
        """The event, period and clock that a moment means."""
        return self._data.timeline.moment(self._at(when))

    def score_at(self, when: When) -> Score:
        """The score at a moment."""
        return Score(**boxes.score_fields(self._data, self._at(when)))

    def state_at(self, when: When) -> GameState:
        """Score, clock, last event, who has the ball and who is on court at a moment."""
        return story.state(self._data, self._at(when))

    def on_court(self, when: When) -> OnCourt:
        """The five on each side at a moment; before the first row of a period those who start it."""
        return story.on_court(self._data, self._at(when))

    def starters(self, period: int | str = 1) -> OnCourt:
        """The five on each side when the clock of a period starts, changes shown at the full clock included."""
        line = self._data.timeline
        first, _ = parse_span(period, line.rules, line.last_period)
        return story.on_court(self._data, line.when_clock_starts(first))

    # -- boxes

    def box_at(self, when: When) -> Box:
        """The box of both teams at a moment: every player of the rosters, 15 stats, minutes, plus-minus, on court.

        Example:
            >>> game.box_at("Q3 7:32")["Wembanyama"].dreb                     # doctest: +SKIP
            >>> game.box_at("end").lines.to_polars()                          # doctest: +SKIP
        """
        return boxes.box(self._data, self._at(when))

    def team_box(self, when: When = "end") -> Rows[TeamLine]:
        """Totals of both teams at a moment, with rebounds and turnovers of no player, possessions and pace."""
        return boxes.teams(self._data, self._at(when))

    def between(self, start: When, end: When) -> Span:
        """What happened after one moment and up to another.

        Raises:
            ConfigError: the end is before the start.

        Example:
            >>> game.between("start Q3", "end Q3")["Jokic"].points            # doctest: +SKIP
            13
        """
        first, last = self._at(start), self._at(end)
        if (last.row, last.elapsed) < (first.row, first.elapsed):
            line = self._data.timeline
            raise ConfigError(f"{line.moment(last)} is before {line.moment(first)}: give the earlier moment first")
        return boxes.between(self._data, first, last)

    def quarter_box(self, period: int | str) -> Span:
        """What happened in a period (3, ``"Q3"``, ``"OT"``), a half (``"H1"``), ``"regulation"`` or ``"overtime"``."""
        line = self._data.timeline
        return boxes.periods(self._data, *parse_span(period, line.rules, line.last_period))

    def interval_boxes(self, seconds: float) -> Rows[IntervalLine]:
        """Lines in every stretch of so many seconds (such as 360, 180, 90, 60 or 1) of every period.

        A stretch holds the events whose clock is below its start and at least its end; the first of a period those at
        the full clock too. Players who did nothing and were not on court are left out.

        Raises:
            ConfigError: not a positive number.
        """
        if not seconds > 0:
            raise ConfigError(f"a stretch has a positive number of seconds, not {seconds}")
        return boxes.intervals(self._data, seconds)

    def clutch(self, *, seconds: float = 300, margin: int = 5) -> Split:
        """What happened in the last five minutes of regulation and overtimes with the score within five.

        Args:
            seconds: length of the window before the end of regulation and of every overtime.
            margin: the largest lead before the event that still counts.
        """
        return boxes.split(self._data, "clutch", splits.clutch(self._data.timeline, seconds, margin))

    def garbage_time(self) -> Split:
        """What happened when the game was decided: a lead of 20 with ten minutes of regulation left, or 15 with five."""
        return boxes.split(self._data, "garbage_time", splits.garbage_time(self._data.timeline))

    # -- the score

    def line_score(self) -> Rows[PeriodScore]:
        """Points of both teams per period, by the plays."""
        return story.line_score(self._data)

    def progression(self) -> Rows[ScoreChange]:
        """The score after each scoring event."""
        return story.score_changes(self._data, self._data.scoring.rows.tolist())

    def lead_changes(self) -> Rows[ScoreChange]:
        """Events with which the side took the lead that did not have it last; the first lead is no change."""
        return story.score_changes(self._data, self._data.scoring.lead_changes().tolist())

    def ties(self) -> Rows[ScoreChange]:
        """Events with which the score was even again; 0-0 at the start is none."""
        return story.score_changes(self._data, self._data.scoring.ties().tolist())

    def first_lead(self) -> ScoreChange | None:
        """The event with which somebody first led."""
        return self._change(self._data.scoring.first(lambda home, away: home != away))

    def largest_lead(self, team: str) -> ScoreChange | None:
        """The event with which a team (``"home"``, ``"DEN"`` ...) first had its largest lead; None if it never led."""
        return self._change(self._data.scoring.largest_lead(home=self._team(team).home))

    def time_leading(self) -> TimeLeading:
        """How long each side led and the score was even."""
        return self._data.scoring.time_leading()

    def runs(self, points: int = 8) -> Rows[Run]:
        """Stretches in which one side scored at least so many points and the other none, in order of time."""
        found = [streak for streak in self._data.scoring.streaks() if streak.points >= points]
        return Rows(Run, (story.run(self._data, streak) for streak in found))

    def biggest_run(self) -> Run | None:
        """The run of most points, of equal ones the first."""
        return max(self.runs(1), key=lambda run: run.points, default=None)

    def first_to(self, points: int, team: str | None = None) -> ScoreChange | None:
        """The event with which a team, or whichever was first, had so many points; None if it never had."""
        home = None if team is None else self._team(team).home
        return self._change(
            self._data.scoring.first(
                lambda own, other: ((own >= points) & (home is not False)) | ((other >= points) & (home is not True))
            )
        )

    def nth_point(self, player: str, number: int) -> PlayerPoint | None:
        """The event with which a player (id or name) had so many points; None if he never had.

        Raises:
            ConfigError: not a positive number.
        """
        if number < 1:
            raise ConfigError(f"points are counted from 1, not {number}")
        return story.nth_point(self._data, self._player(player), number)

    # -- plays and lineups

    def plays(
        self,
        *,
        period: int | str | None = None,
        player: str | None = None,
        team: str | None = None,
        event: str | Collection[str] | None = None,
        start: When | None = None,
        end: When | None = None,
    ) -> Rows[Play]:
        """Plays, each with the score after it.

        Args:
            period: of a period or half, as for `quarter_box`.
            player: in which he has any part, by id or name.
            team: in which it acts.
            event: of one or several words of the event vocabulary, such as ``made_3``.
            start: after this moment.
            end: up to this moment.
        """
        data = self._data
        first = 0 if start is None else self._at(start).row + 1
        last = data.timeline.count - 1 if end is None else self._at(end).row
        rows = range(first, last + 1)
        if period is not None:
            low, high = parse_span(period, data.rules, data.timeline.last_period)
            rows = range(first, last + 1)
            within = [row for row in rows if low <= data.timeline.period[row] <= high]
            rows = range(within[0], within[-1] + 1) if within else range(0)
        who = None if player is None else self._player(player).player_id
        home = None if team is None else self._team(team).home
        words = None if event is None else {event} if isinstance(event, str) else set(event)
        if words is not None and not words <= set(EVENTS):
            raise ConfigError(f"no event {', '.join(sorted(words - set(EVENTS)))}: give one of {', '.join(EVENTS)}")
        return story.plays(
            data,
            rows,
            lambda play: (
                (who is None or who in (play["player1_id"], play["player2_id"], play["player3_id"]))
                and (home is None or play["home"] is home)
                and (words is None or play["event"] in words)
            ),
        )

    def last_events(self, count: int = 10, when: When = "end") -> Rows[Play]:
        """The last plays up to a moment, in order of time."""
        row = self._at(when).row
        return story.plays(self._data, range(max(row + 1 - count, 0), row + 1), lambda play: True)

    def stints(self, player: str | None = None) -> Rows[PlayerStint]:
        """Stays on court of all players, or of one (id or name)."""
        return story.stints(self._data, None if player is None else self._player(player))

    def lineup_stints(self, team: str | None = None) -> Rows[LineupStint]:
        """Unbroken stays of fives with their net points, of both teams or of one."""
        return story.lineup_stints(self._data, None if team is None else self._team(team))

    def lineups(self, team: str | None = None) -> Rows[Lineup]:
        """Fives with time, points for and against over all their stays, longest first."""
        return story.lineups(self._data, None if team is None else self._team(team))

    def verify(self) -> Verification | None:
        """How the replay compares with the official box; None where it was not compared."""
        return story.verification(self._data)

    def _at(self, when: When) -> Point:
        return self._data.timeline.at(when)

    def _player(self, text: str) -> Player:
        return find_player(self._data.roster, text)

    def _team(self, text: str) -> Team:
        return find_team(text, self._data.home, self._data.away)

    def _change(self, row: int | None) -> ScoreChange | None:
        return None if row is None else story.score_changes(self._data, [row])[0]
