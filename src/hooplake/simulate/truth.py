"""What happened in a simulated game, recorded while it is played and never read back from a document."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

from msgspec import Struct

from hooplake.simulate.league import Player

STATS: Final = (
    "points",
    "fgm",
    "fga",
    "fg3m",
    "fg3a",
    "ftm",
    "fta",
    "oreb",
    "dreb",
    "reb",
    "ast",
    "stl",
    "blk",
    "tov",
    "pf",
)
"""The 15 counting stats, in the order in which every line holds them."""
POINTS, FGM, FGA, FG3M, FG3A, FTM, FTA, OREB, DREB, REB, AST, STL, BLK, TOV, PF = range(15)

_FOUL_EVENTS: Final = frozenset(("foul", "technical_foul", "double_technical"))

Fives = tuple[tuple[int, ...], tuple[int, ...]]
"""The players on court, home and away, as indices into :attr:`Truth.players`."""


class Event(Struct, gc=False):
    """One event of a game.

    Attributes:
        num: position in the game, from 0.
        clock: tenths of a second left in the period.
        event: a word of the event vocabulary (``made_2``, ``foul``, ...).
        kind: its detail (``shooting``, ``bad_pass``, ...).
        team: 0 home, 1 away, -1 neither: the acting team.
        player1: who acts, -1 nobody, -2 the home coach, -3 the away coach.
        player2: assister, blocker, stealer, fouled player, player out, second jumper.
        player3: who gains the jump ball.
        shot: index of the kind of shot, -1 for none.
        x: feet across the floor, hoop at 25 (-1 and y -1 for an event without a spot).
        y: feet along the floor from the hoop.
        feet: whole feet from the hoop.
        nth: the how many-th free throw of a trip.
        of: free throws of the trip.
        home: the home score after the event.
        away: the away score after the event.
        wall: seconds since the tip-off on the wall.
        fives: who is on court after the event.
    """

    num: int
    period: int
    clock: int
    event: str
    kind: str
    team: int
    player1: int
    player2: int
    player3: int
    shot: int
    x: int
    y: int
    feet: int
    nth: int
    of: int
    home: int
    away: int
    wall: int
    fives: Fives


class Delta(NamedTuple):
    """A player's stat that changed at an event."""

    event: int
    player: int
    stat: int
    amount: int


@dataclass(frozen=True, slots=True)
class Line:
    """What a player has to show for a game, a period or up to a moment.

    Attributes:
        stats: the 15 counting stats in the order of :data:`STATS`.
        tenths: tenths of a second on court.
        plus_minus: points of his team less those of the other while he was on court; free throws belong to those who
            were on court at the latest foul.
    """

    player_id: str
    stats: tuple[int, ...]
    tenths: int
    plus_minus: int

    @property
    def seconds(self) -> float:
        """Seconds on court."""
        return self.tenths / 10

    @property
    def minutes(self) -> int:
        """Whole minutes as a box shows them: seconds / 60, half a minute rounded up."""
        return (self.tenths + 300) // 600

    def __getitem__(self, stat: str) -> int:
        return self.stats[STATS.index(stat)]


@dataclass(frozen=True, slots=True)
class Period:
    """One period.

    Attributes:
        first: the number of its first event.
        last: the number of its last event.
        opening: who is on court before its first row. Changes of the break that left no row are in it.
        starters: who is on court when the clock starts: the opening fives after the substitutions shown at the full
            clock.
        points: points of the period, home and away.
        tenths: tenths of a second on court in the period, per player.
        plus_minus: points of the period while on court, per player.
        untraced: players who were on court for the whole period and did nothing that a document shows.
    """

    number: int
    first: int
    last: int
    opening: Fives
    starters: Fives
    points: tuple[int, int]
    tenths: tuple[int, ...]
    plus_minus: tuple[int, ...]
    untraced: frozenset[int]


@dataclass(frozen=True)
class Truth:
    """Everything that is true of a simulated game.

    Attributes:
        players: home roster, then away roster; events name a player by his place here.
        home_count: how many of them are the home team's.
        deltas: every change of a counting stat, in order of events.
        absent: reasons of the players who were not available, by place.
        ejected: players sent off.
        team_turnovers: turnovers of no player, home and away.
        team_rebounds: (offensive, defensive) rebounds of no player in open play, home and away.
        dead_ball_rebounds: after a missed free throw that was not the last, home and away.
        technicals: technical fouls of players, bench and coaches, home and away.
        flagrants: flagrant fouls, home and away.
    """

    game_id: str
    players: tuple[Player, ...]
    home_count: int
    events: tuple[Event, ...]
    deltas: tuple[Delta, ...]
    periods: tuple[Period, ...]
    absent: dict[int, str]
    ejected: frozenset[int]
    team_turnovers: tuple[int, int]
    team_rebounds: tuple[tuple[int, int], tuple[int, int]]
    dead_ball_rebounds: tuple[int, int]
    technicals: tuple[int, int]
    flagrants: tuple[int, int]

    def side(self, player: int) -> int:
        """0 for a home player, 1 for an away player."""
        return int(player >= self.home_count)

    @property
    def score(self) -> tuple[int, int]:
        """The final score, home and away."""
        last = self.events[-1]
        return last.home, last.away

    @property
    def line_score(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Points per period, home and away."""
        return tuple(p.points[0] for p in self.periods), tuple(p.points[1] for p in self.periods)

    @property
    def starters(self) -> Fives:
        """Who started the game."""
        return self.periods[0].starters

    @cached_property
    def tenths(self) -> tuple[int, ...]:
        """Tenths of a second on court, per player."""
        return tuple(map(sum, zip(*(p.tenths for p in self.periods), strict=True)))

    @cached_property
    def plus_minus(self) -> tuple[int, ...]:
        """Plus-minus, per player."""
        return tuple(map(sum, zip(*(p.plus_minus for p in self.periods), strict=True)))

    @cached_property
    def appeared(self) -> tuple[bool, ...]:
        """Who was on court at all, be it for no time."""
        seen: set[int] = set()
        for period in self.periods:
            for fives in (period.opening, period.starters):
                seen.update(fives[0], fives[1])
        seen.update(e.player1 for e in self.events if e.event == "substitution")
        return tuple(i in seen for i in range(len(self.players)))

    def stats(self, first: int = 0, last: int | None = None) -> list[list[int]]:
        """The 15 counting stats per player, from event ``first`` to event ``last``, both included."""
        table = [[0] * 15 for _ in self.players]
        end = len(self.events) if last is None else last + 1
        for event, player, stat, amount in self.deltas:
            if first <= event < end:
                table[player][stat] += amount
        return table

    @cached_property
    def lines(self) -> dict[str, Line]:
        """The final line of every player who appeared, by id."""
        return self._lines(self.stats(), self.tenths, self.plus_minus, self.appeared)

    def period_lines(self, number: int) -> dict[str, Line]:
        """The lines of one period alone, of every player who was on court in it or has a stat in it."""
        period = self.periods[number - 1]
        stats = self.stats(period.first, period.last)
        seen = [any(row) or tenths > 0 for row, tenths in zip(stats, period.tenths, strict=True)]
        return self._lines(stats, period.tenths, period.plus_minus, seen)

    def _lines(
        self,
        stats: list[list[int]],
        tenths: tuple[int, ...],
        plus_minus: tuple[int, ...],
        wanted: list[bool] | tuple[bool, ...],
    ) -> dict[str, Line]:
        return {
            player.id: Line(player.id, tuple(stats[i]), tenths[i], plus_minus[i])
            for i, player in enumerate(self.players)
            if wanted[i]
        }

    def at(self, last: int) -> tuple[list[list[int]], list[int], list[int], list[bool]]:
        """Stats, tenths of a second, plus-minus and who has appeared, per player, after event ``last``.

        Seconds and plus-minus come from the events here, not from what was added up in play, so that the two ways can
        be held against each other.
        """
        tenths, plus, seen = [0] * len(self.players), [0] * len(self.players), [False] * len(self.players)
        for period in self.periods:
            if period.first > last:
                break
            # Ten players share a period's seconds, so a tenth of their sum is its length.
            clock, fives = sum(period.tenths) // 10, period.opening
            score = (0, 0) if period.number == 1 else self.score_at(period.first - 1)
            foul_clock, foul_fives = -1, fives
            for event in self.events[period.first : min(period.last, last) + 1]:
                if event.clock < clock:
                    for player in (*fives[0], *fives[1]):
                        tenths[player] += clock - event.clock
                clock, fives = event.clock, event.fives
                for player in (*fives[0], *fives[1]):
                    seen[player] = True
                if event.event in _FOUL_EVENTS:
                    foul_clock, foul_fives = clock, fives
                gain = event.home - score[0] - event.away + score[1]
                if gain:
                    score = (event.home, event.away)
                    paid = foul_fives if event.event == "made_ft" and foul_clock == clock else fives
                    for side in (0, 1):
                        for player in paid[side]:
                            plus[player] += gain if side == 0 else -gain
        return self.stats(0, last), tenths, plus, seen

    def on_court(self, event: int) -> tuple[frozenset[str], frozenset[str]]:
        """The ids of the players on court after an event, home and away."""
        home, away = self.events[event].fives
        return frozenset(self.players[i].id for i in home), frozenset(self.players[i].id for i in away)

    def score_at(self, event: int) -> tuple[int, int]:
        """The score after an event, home and away."""
        return self.events[event].home, self.events[event].away
