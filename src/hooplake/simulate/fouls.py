"""Fouls, free throws, and whatever else stops the play."""

from __future__ import annotations

from hooplake.simulate.court import FOUL, NOBODY, TURNOVER, USAGE, Court
from hooplake.simulate.rotation import Rotation

_INTENTIONAL_TENTHS = 450


def _place(court: Court) -> tuple[int, int, int]:
    r = court.random
    return int(50 * r()), int(30 * r()), 0


def _check(court: Court, rotation: Rotation, player: int) -> None:
    """Send off whoever has too many fouls or two technicals."""
    if court.technical_count[player] >= 2 and player not in court.ejected:
        court.ejected.add(player)
        court.left.add(player)
        court.write("ejection", court.side(player), player, kind="second_technical")
    if court.fouls[player] >= court.rules.foul_limit:
        court.left.add(player)
    if player in court.left:
        rotation.replace_the_gone()


def _call(
    court: Court,
    rotation: Rotation,
    player: int,
    fouled: int,
    kind: str,
    spot: tuple[int, int, int],
    counts_for_team: bool = True,
) -> None:
    court.foul(player, fouled, kind, spot, counts_for_team=counts_for_team)
    court.stop(34)
    _dispute(court, rotation, player)
    _check(court, rotation, player)


def _dispute(court: Court, rotation: Rotation, player: int) -> None:
    """A coach's challenge, a review or a technical foul after a call, now and then."""
    r = court.random
    mark = r()
    team = court.side(player)
    if mark < 0.020 and not court.rules.college:
        court.write("challenge", team, kind=("stands", "supported", "overturned")[int(3 * r())])
        court.stop(90)
    elif mark < 0.026 and not court.rules.college:
        court.write("review", kind=("supported", "overturned", "stands")[int(3 * r())])
        court.stop(60)
    elif mark < 0.033:
        technical(court, rotation, team)


def technical(court: Court, rotation: Rotation, team: int) -> None:
    """A technical foul on somebody of ``team``: a player, a man on the bench or the coach; one free throw."""
    r = court.random
    mark = r()
    if mark < 0.15:
        other = court.pick(1 - team, FOUL)
        one = court.pick(team, FOUL)
        if r() < 0.5:
            one, other = other, one
        court.double_technical(one, other)
        court.stop(40)
        for player in (one, other):
            _check(court, rotation, player)
        return
    if mark < 0.55:
        who = court.pick(team, FOUL)
    elif mark < 0.65:
        squad = range(court.home_count) if team == 0 else range(court.home_count, len(court.players))
        bench = [p for p in squad if p not in court.on[team] and p not in court.left and p not in rotation.absent]
        if court.rules.technical_is_personal:
            # It counts in his line, so he needs one.
            bench = [p for p in bench if court.total_tenths[p]]
        who = bench[int(r() * len(bench))] if bench else -2 - team
    else:
        who = -2 - team
    court.technical(team, who, "technical")
    court.stop(40)
    if who >= 0:
        _check(court, rotation, who)
    _technical_throws(court, rotation, 1 - team, 2 if court.rules.college else 1)


def _technical_throws(court: Court, rotation: Rotation, team: int, of: int) -> None:
    able = [p for p in court.on[team] if p not in court.silent]
    shooter = max(able, key=lambda p: court.skills[p].free_throw_pct)
    _throws(court, rotation, shooter, of, "technical")


def _throws(court: Court, rotation: Rotation, shooter: int, of: int, kind: str, one_and_one: bool = False) -> bool:
    """Free throws in a row. True when the last one went in."""
    r = court.random
    team = court.side(shooter)
    made = False
    for nth in range(1, of + 1):
        court.stop(24)
        if nth == of and of > 1 and kind == "" and shooter in court.on[team] and r() < 0.35:
            # Coaches change players before the last free throw; the shooter stays.
            rotation.at_dead_ball(0.5, keep=shooter)
        made = r() < court.skills[shooter].free_throw_pct
        court.free_throw(shooter, made, kind, nth, of)
        if not made and one_and_one and nth == 1:
            return False
        if not made and (nth < of or kind != ""):
            court.dead_ball_rebound(team)
    return made


def _trip(court: Court, rotation: Rotation, shooter: int, of: int, one_and_one: bool = False) -> None:
    """Free throws of a common or a shooting foul, and what they leave behind."""
    team = court.side(shooter)
    rotation.at_dead_ball(0.2 if of > 1 else 0.45, keep=shooter)
    if shooter not in court.on[team]:
        shooter = court.pick(team, USAGE)
    made = _throws(court, rotation, shooter, of, "", one_and_one)
    court.ball = 1 - team if made else team
    court.trip = "made" if made else "live"
    if court.random() < 0.006:
        court.write("violation", 1 - team, court.pick(1 - team, FOUL), kind="lane")


def shooting(court: Court, rotation: Rotation, shooter: int, throws: int, spot: tuple[int, int, int]) -> None:
    """A shooting foul on ``shooter``; in a hundred one is flagrant."""
    team = court.side(shooter)
    fouler = court.pick(1 - team, FOUL)
    if court.random() < 0.012:
        flagrant(court, rotation, fouler, shooter, throws, spot)
        return
    _call(court, rotation, fouler, shooter, "shooting", spot)
    _trip(court, rotation, shooter, throws)


def flagrant(
    court: Court, rotation: Rotation, fouler: int, fouled: int, throws: int, spot: tuple[int, int, int]
) -> None:
    """A flagrant foul: free throws and the ball."""
    team = court.side(fouled)
    court.flagrants[court.side(fouler)] += 1
    _call(court, rotation, fouler, fouled, "flagrant_1", spot)
    if not court.rules.college:
        court.write("review", kind="overturned")
        court.stop(90)
    shooter = fouled if fouled in court.on[team] else court.pick(team, USAGE)
    _throws(court, rotation, shooter, throws, "flagrant")
    court.ball = team
    court.trip = "dead"


def offensive(court: Court, rotation: Rotation, team: int, spot: tuple[int, int, int]) -> None:
    """An offensive foul or a charge: a personal foul and a turnover, a row each."""
    player = court.pick(team, TURNOVER)
    kind = "charge" if court.random() < 0.2 else "offensive"
    court.foul(player, court.pick(1 - team, FOUL), kind, spot, counts_for_team=court.rules.college)
    court.turnover(team, player, NOBODY, "offensive_foul", spot)
    court.stop(15)
    _check(court, rotation, player)


def loose_ball(court: Court, rotation: Rotation, team: int) -> str:
    """A foul in the fight for the rebound of ``team``'s miss. How the play goes on."""
    by_defence = court.random() < 0.5
    winner = team if by_defence else 1 - team
    # The rebound goes to the team that was fouled, to no player.
    court.rebound(winner, NOBODY, by_defence)
    fouler = court.pick(1 - winner, FOUL)
    _call(court, rotation, fouler, NOBODY, "loose_ball", _place(court))
    court.ball = winner
    if _in_bonus(court, 1 - winner):
        _bonus_trip(court, rotation, winner)
        return _settle(court, team)
    rotation.at_dead_ball(0.25)
    return "offensive" if by_defence else "dead"


def _settle(court: Court, team: int) -> str:
    """After bonus free throws in a rebound fight: the ball goes on without a second fight."""
    if court.trip == "live":
        # Nobody reaches for it: the ball goes out to the shooting team's opponents.
        court.ball = 1 - court.ball
        court.rebound(court.ball, NOBODY, False)
        return "offensive" if court.ball == team else "dead"
    return "offensive" if court.ball == team else "made"


def _in_bonus(court: Court, team: int) -> bool:
    return court.team_fouls[team] >= court.rules.bonus


def _bonus_trip(court: Court, rotation: Rotation, team: int) -> None:
    rules = court.rules
    single = rules.bonus <= court.team_fouls[1 - team] < rules.double_bonus
    _trip(court, rotation, court.pick(team, USAGE), 2, one_and_one=single)


def trailing_team_fouls(court: Court) -> bool:
    """Whether the team without the ball is about to foul on purpose: the end of a close game."""
    if court.period < court.rules.periods or court.clock > _INTENTIONAL_TENTHS or court.clock < 20:
        return False
    lead = court.score[court.ball] - court.score[1 - court.ball]
    return 2 <= lead <= 9


def take(court: Court, rotation: Rotation) -> bool:
    """A foul on purpose. True when it leads to free throws."""
    team = court.ball
    _call(court, rotation, court.pick(1 - team, FOUL), court.pick(team, USAGE), "take", _place(court))
    if _in_bonus(court, 1 - team):
        _bonus_trip(court, rotation, team)
        return True
    rotation.at_dead_ball(0.2)
    return False


def stop_play(court: Court, rotation: Rotation, mark: float) -> str:
    """Something stops the play before a shot.

    Args:
        court: the game.
        rotation: the coaches.
        mark: a number from 0 to 1 that chooses what.

    Returns:
        ``kept`` or ``lost``: who has the ball after it; ``trip``: there were free throws.
    """
    r = court.random
    team = court.ball
    if court.clock == 0:
        return "kept"
    if mark < 0.78:
        kind = "personal"
        if not court.rules.college:
            draw = r()
            kind = "away_from_play" if draw < 0.012 else "transition_take" if draw < 0.03 else "personal"
        fouler = court.pick(1 - team, FOUL)
        fouled = court.pick(team, USAGE)
        _call(court, rotation, fouler, fouled, kind, _place(court))
        if kind == "transition_take":
            # One free throw for any player, and the ball.
            _throws(court, rotation, court.pick(team, USAGE), 1, "take")
            court.ball, court.trip = team, "dead"
            return "trip"
        if _in_bonus(court, 1 - team):
            _bonus_trip(court, rotation, team)
            return "trip"
        rotation.at_dead_ball(0.35)
        return "kept"
    if mark < 0.86:
        court.write("violation", 1 - team, court.pick(1 - team, FOUL), kind="kicked_ball")
        court.stop(10)
        rotation.at_dead_ball(0.1)
        return "kept"
    if mark < 0.93:
        return _held_ball(court)
    if mark < 0.96 and not court.rules.college:
        court.technical(1 - team, court.pick(1 - team, FOUL), "defensive_three_seconds")
        court.stop(20)
        _technical_throws(court, rotation, team, 1)
        return "kept"
    if mark < 0.98:
        court.write("violation", 1 - team, kind="delay")
        court.stop(15)
        return "kept"
    technical(court, rotation, team if r() < 0.5 else 1 - team)
    return "kept"


def _held_ball(court: Court) -> str:
    """A jump ball in play; the team that loses it lost the ball, without a turnover of anybody."""
    r = court.random
    team = court.ball
    winner = 0 if r() < 0.5 else 1
    jump(court, court.pick(0, FOUL), court.pick(1, FOUL), winner)
    return "kept" if winner == team else "lost"


def jump(court: Court, home: int, away: int, winner: int) -> None:
    """A jump ball between two players; a man of ``winner`` gets the ball."""
    gainer = court.pick(winner, USAGE)
    court.write("jump_ball", winner, home, away, gainer)
    court.stop(10)
