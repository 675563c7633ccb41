"""A whole game, from the jump ball to the end of the last overtime."""

from __future__ import annotations

from random import Random

from hooplake.simulate import fouls
from hooplake.simulate.court import BLOCK, NOBODY, Court
from hooplake.simulate.league import home_edge
from hooplake.simulate.possession import possess
from hooplake.simulate.rotation import Rotation
from hooplake.simulate.rules import Rules
from hooplake.simulate.schedule import Fixture
from hooplake.simulate.shots import MIDDLE
from hooplake.simulate.truth import Truth

_HALF_TIME = 900
_BREAK = 190


def play(rules: Rules, fixture: Fixture, seed: int, *, silent: float = 0.0) -> Truth:
    """Play a game.

    Args:
        rules: of the league.
        fixture: who plays.
        seed: of the league; together with the game's id it decides everything.
        silent: share of a team's periods in which one man plays from the first to the last second and does nothing
            that a document shows, so that its lineups cannot be read from the rows alone. Everybody else does.
    """
    random = Random(f"game {seed} {fixture.id}")
    players = fixture.home.players + fixture.away.players
    court = Court(
        rules,
        players,
        len(fixture.home.players),
        random,
        counts_heaves=not (rules.league == "nba" and fixture.season >= 2026),
    )
    # A team makes about 0.9 points from the floor per possession; half of the edge is more for one, half less for the
    # other. The factor makes good what leaders give away.
    floor_points = 0.45 * rules.periods * rules.seconds / rules.tempo
    edge = 1.4 * home_edge(fixture.home, fixture.away) / 2 / floor_points
    court.shooting = (rules.shooting * (1 + edge), rules.shooting * (1 - edge))
    rotation = Rotation(court, fixture.home, fixture.away, random)
    while court.period < rules.periods or court.score[0] == court.score[1]:
        _play_period(court, rotation, silent)
    return Truth(
        game_id=fixture.id,
        players=players,
        home_count=court.home_count,
        events=tuple(court.events),
        deltas=tuple(court.deltas),
        periods=tuple(court.periods),
        absent=rotation.absent,
        ejected=frozenset(court.ejected),
        team_turnovers=(court.team_turnovers[0], court.team_turnovers[1]),
        team_rebounds=(
            (court.team_rebounds[0][0], court.team_rebounds[0][1]),
            (court.team_rebounds[1][0], court.team_rebounds[1][1]),
        ),
        dead_ball_rebounds=(court.dead_ball_rebounds[0], court.dead_ball_rebounds[1]),
        technicals=(court.technicals[0], court.technicals[1]),
        flagrants=(court.flagrants[0], court.flagrants[1]),
    )


def _play_period(court: Court, rotation: Rotation, silent: float) -> None:
    """One period, from its fives to the row of its end."""
    r = court.random
    rules = court.rules
    number = court.period + 1
    opening = rotation.opening(number)
    # The first period's starters are in the box, so silence there would hide nothing.
    quiet = {opening[team][int(5 * r())] for team in (0, 1) if number > 1 and r() < silent} if silent else set()
    court.open_period(opening, quiet)
    begins = "dead"
    if number > 1:
        # Some changes of the break are shown, at the full clock; the others were made in silence.
        rotation.at_dead_ball(0.55)
        if r() < 0.01:
            fouls.technical(court, rotation, 0 if r() < 0.5 else 1)
    if number == 1 or number > rules.periods:
        winner = 0 if r() < 0.5 else 1
        fouls.jump(court, court.pick(0, BLOCK), court.pick(1, BLOCK), winner)
        court.ball = winner
        court.first_ball = winner if number == 1 else court.first_ball
        begins = "jump"
    else:
        # The loser of the jump ball begins the second and third quarter.
        court.ball = 1 - court.first_ball if number < 4 else court.first_ball
    while court.clock > 0:
        begins = possess(court, rotation, begins)
    _leave_traces(court)
    court.write("period_end")
    if number >= rules.periods and court.score[0] != court.score[1]:
        court.write("game_end")
    court.stop(_HALF_TIME if number * 2 == rules.periods else _BREAK)
    court.close_period()


def _leave_traces(court: Court) -> None:
    """A scramble at the buzzer for those who did nothing all period: shots that miss, blocks and rebounds."""
    team = court.ball
    while court.untraced:
        mine = sorted(p for p in court.untraced if court.side(p) == team)
        theirs = sorted(p for p in court.untraced if court.side(p) != team)
        shooter = mine[0] if mine else next(p for p in court.on[team] if p not in court.silent)
        court.miss(shooter, theirs[0] if theirs else NOBODY, False, MIDDLE.start, (25, 6, 6))
        if len(mine) > 1:
            court.rebound(team, mine[1], True)
        elif len(theirs) > 1:
            team = 1 - team
            court.rebound(team, theirs[1], False)
        else:
            court.rebound(1 - team, NOBODY, False)
