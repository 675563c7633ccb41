"""The state of a game in play, and the few moves that change it.

Everything else in the simulator decides what happens; only this class writes it down. Events, stat changes, seconds
and plus-minus are recorded here at the moment of the act.
"""

from __future__ import annotations

from random import Random

from hooplake.simulate.league import Player, Skill
from hooplake.simulate.rules import Rules
from hooplake.simulate.truth import (
    AST,
    BLK,
    DREB,
    FG3A,
    FG3M,
    FGA,
    FGM,
    FTA,
    FTM,
    OREB,
    PF,
    POINTS,
    REB,
    STL,
    TOV,
    Delta,
    Event,
    Fives,
    Period,
)

NOBODY = -1
# Tenths of a second before the end of a period from which on a man who has played all of it without a trace gets the
# ball first.
_URGENT = 1200
_SKILLS = ("usage", "assist", "offensive_rebound", "defensive_rebound", "steal", "block", "foul", "turnover")
USAGE, ASSIST, OFFENSIVE_REBOUND, DEFENSIVE_REBOUND, STEAL, BLOCK, FOUL, TURNOVER = range(len(_SKILLS))


class Court:
    """A game in play.

    Attributes:
        clock: tenths of a second left in the period.
        ball: the team with the ball, 0 home, 1 away.
        on: the players on court, a list per team.
        fouls: personal fouls per player.
        team_fouls: team fouls of the period.
        left: players who may not come back.
        shooting: factor on every chance of a field goal, home and away.
        untraced: players on court since the period began who did nothing yet that a document shows.
        foul_fives: who was on court at the latest foul of the present dead ball.
        random: a number from 0 to 1.
        trip: how the last trip to the line ended: ``made``, ``live`` (a miss) or ``dead`` (the ball stays).
        first_ball: who won the jump ball of the game.
        changed: players who came in or went out at the present dead ball.
        next_media: clock at or below which the next dead ball is a media timeout (college).
        counts_heaves: whether a missed shot from afar at the buzzer is an attempt of the shooter.
        silent: players who do nothing all period, on purpose.
    """

    def __init__(
        self, rules: Rules, players: tuple[Player, ...], home_count: int, random: Random, *, counts_heaves: bool
    ) -> None:
        self.rules = rules
        self.players = players
        self.skills: list[Skill] = [p.skill for p in players]
        self.home_count = home_count
        self.random = random.random
        self.counts_heaves = counts_heaves
        count = len(players)
        self.period = 0
        self.clock = 0
        self.wall = 0
        self.ball = 0
        self.first_ball = 0
        self.trip = "dead"
        self.shooting = (rules.shooting, rules.shooting)
        self.silent: set[int] = set()
        self.score = [0, 0]
        self.on: list[list[int]] = [[], []]
        self.fives: Fives = ((), ())
        self.opening: Fives = ((), ())
        self.starters: Fives | None = None
        self.fouls = [0] * count
        self.technical_count = [0] * count
        self.team_fouls = [0, 0]
        self.timeouts = [rules.timeouts, rules.timeouts]
        self.left: set[int] = set()
        self.ejected: set[int] = set()
        self.untraced: set[int] = set()
        self.changed: set[int] = set()
        self.next_media = 0
        self.foul_fives: Fives | None = None
        self.tenths = [0] * count
        self.plus = [0] * count
        self.total_tenths = [0] * count
        self.since = 0
        self.ladders: list[list[list[float]]] = [[], []]
        self._ladder_of: dict[tuple[int, ...], list[list[float]]] = {}
        self.events: list[Event] = []
        self.deltas: list[Delta] = []
        self.periods: list[Period] = []
        self.period_first = 0
        self.period_score = (0, 0)
        self.team_turnovers = [0, 0]
        self.team_rebounds = [[0, 0], [0, 0]]
        self.dead_ball_rebounds = [0, 0]
        self.technicals = [0, 0]
        self.flagrants = [0, 0]

    # Time and lineups

    def side(self, player: int) -> int:
        """0 for a home player, 1 for an away player."""
        return int(player >= self.home_count)

    def open_period(self, opening: tuple[list[int], list[int]], silent: set[int]) -> None:
        """Begin the next period with these fives; how they got there leaves no event.

        Args:
            opening: the fives, home and away.
            silent: those of them who will do nothing all period.
        """
        self.period += 1
        self.clock = self.since = self.rules.length(self.period) * 10
        self.team_fouls = [0, 0]
        self.foul_fives = None
        self.changed.clear()
        # Every four minutes of a half, once in a quarter.
        self.next_media = self.clock - 2400 if self.rules.periods == 2 else self.clock // 2
        self.period_first = len(self.events)
        self.period_score = (self.score[0], self.score[1])
        self.on = [list(opening[0]), list(opening[1])]
        self._lined_up()
        self.opening = self.fives
        self.starters = None
        self.silent = silent
        self.untraced = {*opening[0], *opening[1]} - silent
        count = len(self.players)
        self.tenths = [0] * count
        self.plus = [0] * count

    def close_period(self) -> None:
        """End the period: the clock must be at zero and its last event written."""
        self._accrue()
        self.periods.append(
            Period(
                number=self.period,
                first=self.period_first,
                last=len(self.events) - 1,
                opening=self.opening,
                starters=self.starters or self.fives,
                points=(self.score[0] - self.period_score[0], self.score[1] - self.period_score[1]),
                tenths=tuple(self.tenths),
                plus_minus=tuple(self.plus),
                untraced=frozenset(self.untraced | self.silent),
            )
        )

    def run(self, tenths: int) -> None:
        """Let the clock run. It stops at whole seconds where the source shows no tenths."""
        if tenths <= 0:
            return
        before = self.clock
        clock = before - tenths
        if clock <= 0:
            clock = 0
        elif clock > 600 or not self.rules.shows_tenths:
            clock -= clock % 10
        if clock == before:
            return
        if self.starters is None:
            self.starters = self.fives
        self.clock = clock
        self.wall += (before - clock + 9) // 10
        self.foul_fives = None
        self.changed.clear()

    def stop(self, seconds: int) -> None:
        """Let time pass on the wall while the clock stands."""
        self.wall += seconds

    def _accrue(self) -> None:
        elapsed = self.since - self.clock
        if elapsed:
            tenths, total = self.tenths, self.total_tenths
            for five in self.on:
                for player in five:
                    tenths[player] += elapsed
                    total[player] += elapsed
            self.since = self.clock

    def _lined_up(self) -> None:
        home, away = tuple(self.on[0]), tuple(self.on[1])
        self.fives = (home, away)
        known = self._ladder_of
        for team, five in enumerate((home, away)):
            ladders = known.get(five)
            if ladders is None:
                ladders = known[five] = []
                chosen = [self.skills[player] for player in five]
                for name in _SKILLS:
                    total, steps = 0.0, []
                    for skill in chosen:
                        total += getattr(skill, name)
                        steps.append(total)
                    ladders.append(steps)
            self.ladders[team] = ladders

    def substitute(self, player_in: int, player_out: int) -> None:
        """Bring a player in for another, with an event."""
        team = self.side(player_in)
        self._accrue()
        five = self.on[team]
        five[five.index(player_out)] = player_in
        self.changed.update((player_in, player_out))
        self.untraced.discard(player_out)
        self._lined_up()
        self.write("substitution", team, player_in, player_out)

    def pick(self, team: int, skill: int, but: int = NOBODY) -> int:
        """One of a team's five, the likelier the greater his weight; ``but`` is left out."""
        five = self.on[team]
        if self.untraced and self.clock < _URGENT:
            for player in five:
                if player in self.untraced and player != but:
                    return player
        steps = self.ladders[team][skill]
        while True:
            mark = self.random() * steps[4]
            place = 0
            while place < 4 and steps[place] < mark:
                place += 1
            if five[place] != but and five[place] not in self.silent:
                return five[place]

    # Writing down

    def write(
        self,
        event: str,
        team: int = -1,
        player1: int = NOBODY,
        player2: int = NOBODY,
        player3: int = NOBODY,
        kind: str = "",
        shot: int = -1,
        spot: tuple[int, int, int] = (-1, -1, 0),
        nth: int = 0,
        of: int = 0,
    ) -> None:
        """Write an event of the present moment."""
        x, y, feet = spot
        self.events.append(
            Event(
                len(self.events), self.period, self.clock, event, kind, team, player1, player2, player3, shot, x, y,
                feet, nth, of, self.score[0], self.score[1], self.wall, self.fives,
            )
        )  # fmt: skip

    def _credit(self, player: int, *stats: int) -> None:
        """One more of each stat, at the event that is written next."""
        event = len(self.events)
        self.deltas.extend([Delta(event, player, stat, 1) for stat in stats])
        self.untraced.discard(player)

    def _score(self, player: int, points: int, fives: Fives) -> None:
        team = self.side(player)
        self.deltas.append(Delta(len(self.events), player, POINTS, points))
        self.score[team] += points
        plus = self.plus
        for scorer in fives[team]:
            plus[scorer] += points
        for other in fives[1 - team]:
            plus[other] -= points

    def make(self, player: int, assister: int, three: bool, shot: int, spot: tuple[int, int, int]) -> None:
        """A made field goal."""
        if three:
            self._credit(player, FGM, FGA, FG3M, FG3A)
        else:
            self._credit(player, FGM, FGA)
        if assister != NOBODY:
            self._credit(assister, AST)
        self._score(player, 3 if three else 2, self.fives)
        self.write("made_3" if three else "made_2", self.side(player), player, assister, shot=shot, spot=spot)

    def miss(self, player: int, blocker: int, three: bool, shot: int, spot: tuple[int, int, int]) -> None:
        """A missed field goal; a blocked one is missed by the shooter."""
        if three:
            self._credit(player, FGA, FG3A)
        else:
            self._credit(player, FGA)
        if blocker != NOBODY:
            self._credit(blocker, BLK)
        self.write("missed_3" if three else "missed_2", self.side(player), player, blocker, shot=shot, spot=spot)

    def heave(self, player: int, shot: int, spot: tuple[int, int, int]) -> None:
        """A missed shot from afar that counts for nobody."""
        self.write("missed_heave", self.side(player), player, shot=shot, spot=spot)

    def free_throw(self, player: int, made: bool, kind: str, nth: int, of: int) -> None:
        """A free throw; a made one counts for those on court at the latest foul of this dead ball."""
        if made:
            self._credit(player, FTM, FTA)
            self._score(player, 1, self.foul_fives or self.fives)
        else:
            self._credit(player, FTA)
        self.write("made_ft" if made else "missed_ft", self.side(player), player, kind=kind, nth=nth, of=of)

    def rebound(self, team: int, player: int, offensive: bool) -> None:
        """A rebound by a player, or by the team where ``player`` is nobody."""
        if player == NOBODY:
            self.team_rebounds[team][0 if offensive else 1] += 1
        else:
            self._credit(player, OREB if offensive else DREB, REB)
        self.write("offensive_rebound" if offensive else "defensive_rebound", team, player)

    def dead_ball_rebound(self, team: int) -> None:
        """The row after a missed free throw that was not the last: a rebound of nobody."""
        self.dead_ball_rebounds[team] += 1
        self.write("dead_ball_rebound", team)

    def turnover(self, team: int, player: int, stealer: int, kind: str, spot: tuple[int, int, int]) -> None:
        """A turnover of a player, or of the team where ``player`` is nobody."""
        if player == NOBODY:
            self.team_turnovers[team] += 1
        else:
            self._credit(player, TOV)
        if stealer != NOBODY:
            self._credit(stealer, STL)
        self.write("turnover", team, player, stealer, kind=kind, spot=spot)

    def foul(self, player: int, fouled: int, kind: str, spot: tuple[int, int, int], *, counts_for_team: bool) -> None:
        """A personal foul of any kind."""
        self._credit(player, PF)
        self.fouls[player] += 1
        team = self.side(player)
        if counts_for_team:
            self.team_fouls[team] += 1
        self.foul_fives = self.fives
        self.write("foul", team, player, fouled, kind=kind, spot=spot)

    def technical(self, team: int, player: int, kind: str) -> None:
        """A technical foul of a player, of a man on the bench or of a coach (a negative number)."""
        self.technicals[team] += 1
        if player >= 0:
            self.technical_count[player] += kind == "technical"
            if self.rules.technical_is_personal:
                traced = player in self.untraced
                self._credit(player, PF)
                self.fouls[player] += 1
                # A technical shows nobody to be on court.
                if traced:
                    self.untraced.add(player)
        self.foul_fives = self.fives
        self.write("technical_foul", team, player, kind=kind)

    def double_technical(self, one: int, other: int) -> None:
        """Technical fouls on a player of either team, without free throws."""
        for player in (one, other):
            self.technicals[self.side(player)] += 1
            self.technical_count[player] += 1
            if self.rules.technical_is_personal:
                traced = player in self.untraced
                self._credit(player, PF)
                self.fouls[player] += 1
                if traced:
                    self.untraced.add(player)
        self.foul_fives = self.fives
        self.write("double_technical", self.side(one), one, other, kind="technical")
