"""One possession: what the team with the ball does with it, and who has the ball after it."""

from __future__ import annotations

from bisect import bisect_left
from math import acos, cos, pi, sin
from typing import Final

from hooplake.simulate import fouls
from hooplake.simulate.court import (
    ASSIST,
    BLOCK,
    DEFENSIVE_REBOUND,
    NOBODY,
    OFFENSIVE_REBOUND,
    STEAL,
    TURNOVER,
    USAGE,
    Court,
)
from hooplake.simulate.rotation import Rotation
from hooplake.simulate.shots import HEAVE, MIDDLE, PUTBACK, RIM, SHOTS, THREE, ladder

_LADDERS: Final = {kinds: ladder(kinds) for kinds in (RIM, PUTBACK, MIDDLE, THREE)}
# Turnovers with their share: live ones may be stolen, dead ones stop the clock, team ones have no player.
_LIVE_TURNOVERS: Final = (("bad_pass", 0.62), ("lost_ball", 1.0))
_DEAD_TURNOVERS: Final = (
    ("out_of_bounds_bad_pass", 0.40), ("out_of_bounds_lost_ball", 0.60), ("traveling", 0.74), ("step_out_of_bounds", 0.85),
    ("back_court", 0.88), ("three_seconds", 0.905), ("double_dribble", 0.93), ("discontinued_dribble", 0.94),
    ("inbound", 0.95), ("offensive_goaltending", 0.97), ("lane_violation", 0.98), ("illegal_assist", 0.985),
    ("basket_from_below", 1.0),
)  # fmt: skip
# Share of the possessions in which something stops the play before a shot.
_STOPS: Final = 0.095
# How much a point of lead takes from the chance of a shot.
_EASE: Final = 0.003
_TEAM_TURNOVERS: Final = (("shot_clock", 0.86), ("eight_seconds", 0.96), ("five_seconds", 1.0))


def _draw(table: tuple[tuple[str, float], ...], mark: float) -> str:
    for name, upto in table:
        if mark < upto:
            return name
    return table[-1][0]


def _spot(court: Court, nearest: int, farthest: int, three: bool) -> tuple[int, int, int]:
    """A place on the floor: x, y and whole feet from the hoop, that tell a two from a three."""
    r = court.random
    if three and nearest == 23 and r() < 0.3:
        # The corner, 22 feet from the hoop.
        return (3 if r() < 0.5 else 47), int(r() * 8) - 1, 22 if r() < 0.5 else 23
    distance = nearest + (farthest - nearest + 1) * r()
    if three and distance < 24.2:
        distance = 24.2
    # Within the side lines, and not from behind the board.
    least = acos(24 / distance) if distance > 24 else 0.06 * pi
    angle = least + (pi - 2 * least) * r()
    x, y = round(25 + distance * cos(angle)), round(distance * sin(angle))
    if three and abs(x - 25) >= 22 and y <= 8:
        y = 9
    feet = int(distance)
    return x, y, feet


def possess(court: Court, rotation: Rotation, begins: str) -> str:
    """Play one possession of ``court.ball`` and hand the ball on.

    Args:
        court: the game.
        rotation: the coaches.
        begins: how the team got the ball: ``made``, ``rebound``, ``steal``, ``dead`` or ``jump``.

    Returns:
        How the next possession begins.
    """
    r = court.random
    team = court.ball
    second_chance = False
    while court.clock > 0:
        begins_now = _pause(court, rotation, begins)
        tempo = court.rules.tempo
        if second_chance:
            spent = int(2 + 110 * r() * r())
        elif begins_now == "steal":
            spent = int(20 + 110 * r())
        else:
            spent = int((20 + (r() + r()) * (tempo * 10 - 27)) * (1.08 if begins_now == "made" else 0.92))
        if court.clock <= spent:
            if court.clock <= 25 and r() < 0.75:
                return _last_gasp(court)
            spent = max(1, court.clock - int(30 * r() * r()))
        hurry = fouls.trailing_team_fouls(court)
        if hurry:
            court.run(min(spent, 10 + int(50 * r())))
            if court.clock > 0 and fouls.take(court, rotation):
                return _after_trip(court, rotation)
            continue
        mark = r()
        if mark < _STOPS and not second_chance:
            court.run(max(1, spent // 2))
            outcome = fouls.stop_play(court, rotation, mark / _STOPS)
            if outcome == "trip":
                return _after_trip(court, rotation)
            if outcome == "lost":
                court.ball = 1 - team
                return "dead"
            begins = "dead"
            continue
        court.run(spent)
        if _STOPS <= mark < _STOPS + court.rules.turnovers or (second_chance and mark < 0.05):
            return _turnover(court, rotation)
        result = _shoot(court, rotation, second_chance)
        if result != "offensive":
            return result
        second_chance = True
        begins = "rebound"
    return "dead"


def _pause(court: Court, rotation: Rotation, begins: str) -> str:
    """A timeout before the possession, now and then."""
    r = court.random
    if court.rules.college and begins == "dead" and 0 < court.clock <= court.next_media:
        # The next one is due at the next mark below the present clock, once per stretch.
        court.next_media = (court.clock - 1) // 2400 * 2400 if court.rules.periods == 2 else 0
        court.write("timeout", kind="official")
        court.stop(140)
        rotation.at_dead_ball(0.8)
        return "dead"
    if begins in ("made", "dead") and r() < 0.05 and court.clock < court.rules.length(court.period) * 10 - 300:
        team = court.ball if r() < 0.8 else 1 - court.ball
        if court.timeouts[team] > 0:
            court.timeouts[team] -= 1
            court.write("timeout", team, kind="full")
            court.stop(170)
            rotation.at_dead_ball(0.75)
            return "dead"
    return begins


def _last_gasp(court: Court) -> str:
    """The last seconds of a period from too far away."""
    r = court.random
    team = court.ball
    if r() < 0.35:
        shooter = court.pick(team, USAGE)
        court.run(max(0, court.clock - int(6 * r())))
        kind = SHOTS[HEAVE]
        feet = kind.nearest + int((kind.farthest - kind.nearest) * r())
        spot = (20 + int(10 * r()), feet, feet)
        if court.counts_heaves:
            court.miss(shooter, NOBODY, True, HEAVE, spot)
            court.run(court.clock)
            court.rebound(1 - team, NOBODY, False)
        else:
            court.heave(shooter, HEAVE, spot)
    court.run(court.clock)
    return "dead"


def _turnover(court: Court, rotation: Rotation) -> str:
    r = court.random
    team = court.ball
    spot = (int(50 * r()), int(35 * r()), 0)
    court.ball = 1 - team
    draw = r()
    if draw < 0.57:
        loser = court.pick(team, TURNOVER)
        court.turnover(team, loser, court.pick(1 - team, STEAL), _draw(_LIVE_TURNOVERS, r()), spot)
        return "steal"
    if draw < 0.62:
        fouls.offensive(court, rotation, team, spot)
    elif draw < 0.675:
        court.turnover(team, NOBODY, NOBODY, _draw(_TEAM_TURNOVERS, r()), spot)
        court.stop(14)
    else:
        court.turnover(team, court.pick(team, TURNOVER), NOBODY, _draw(_DEAD_TURNOVERS, r()), spot)
        court.stop(14)
    rotation.at_dead_ball(0.22)
    return "dead"


def _shoot(court: Court, rotation: Rotation, second_chance: bool) -> str:
    """A shot and what follows: how the next possession begins, or ``offensive`` when the team keeps the ball."""
    r = court.random
    team = court.ball
    shooter = court.pick(team, USAGE)
    skill = court.skills[shooter]
    if second_chance and r() < 0.45:
        kinds, three = PUTBACK, False
    elif r() < skill.threes:
        kinds, three = THREE, True
    elif r() < skill.rim:
        kinds, three = RIM, False
    else:
        kinds, three = MIDDLE, False
    steps, total = _LADDERS[kinds]
    kind = kinds.start + bisect_left(steps, r() * total)
    shot = SHOTS[kind]
    spot = _spot(court, shot.nearest, shot.farthest, three)
    chance = (skill.three_pct if three else skill.two_pct) * shot.made
    # Who is ahead eases off.
    lead = court.score[team] - court.score[1 - team]
    chance *= court.shooting[team] * (1 - _EASE * max(-30, min(30, lead)))
    made = r() < chance
    fouled = r() < (0.018 if three else 0.215)
    if fouled and not made:
        # A missed shot with a foul is no attempt: only the foul is written.
        return _shooting_foul(court, rotation, shooter, 3 if three else 2, spot)
    if made:
        assister = court.pick(team, ASSIST, shooter) if r() < shot.assisted * 1.18 else NOBODY
        court.make(shooter, assister, three, kind, spot)
        if not three and kinds is RIM and r() < 0.012:
            court.write("violation", 1 - team, court.pick(1 - team, BLOCK), kind="defensive_goaltending")
        if fouled and r() < 0.33:
            return _shooting_foul(court, rotation, shooter, 1, spot)
        court.ball = 1 - team
        return "made"
    blocker = NOBODY
    if r() < (0.012 if three else 0.26 if kinds is RIM else 0.10):
        blocker = court.pick(1 - team, BLOCK)
    court.miss(shooter, blocker, three, kind, spot)
    return _rebound(court, rotation, 0.29 if blocker == NOBODY else 0.42)


def _shooting_foul(court: Court, rotation: Rotation, shooter: int, throws: int, spot: tuple[int, int, int]) -> str:
    fouls.shooting(court, rotation, shooter, throws, spot)
    return _after_trip(court, rotation)


def _after_trip(court: Court, rotation: Rotation) -> str:
    """Who has the ball after free throws; a missed last one is live."""
    if court.trip == "live":
        return "dead" if _rebound(court, rotation, 0.13) == "offensive" else "rebound"
    return court.trip


def _rebound(court: Court, rotation: Rotation, offensive_share: float) -> str:
    """The rebound of a miss by ``court.ball``: ``offensive``, ``rebound`` or ``dead``."""
    r = court.random
    team = court.ball
    if court.clock > 0:
        court.run(0 if r() < 0.2 else int(1 + 40 * r()))
    if court.clock == 0:
        # The buzzer: the ball belongs to a team, to no player.
        side = team if r() < 0.5 else 1 - team
        court.rebound(side, NOBODY, side == team)
        return "dead"
    mark = r()
    if mark < 0.013:
        return fouls.loose_ball(court, rotation, team)
    offensive = r() < offensive_share
    winner = team if offensive else 1 - team
    if r() < (0.16 if offensive else 0.055):
        court.rebound(winner, NOBODY, offensive)
        court.stop(6)
        rotation.at_dead_ball(0.1)
    else:
        player = court.pick(winner, OFFENSIVE_REBOUND if offensive else DEFENSIVE_REBOUND)
        court.rebound(winner, player, offensive)
    if offensive:
        return "offensive"
    court.ball = winner
    return "rebound"
