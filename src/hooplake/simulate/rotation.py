"""Who plays: shares of the minutes, changes at dead balls, at breaks and when a player has to leave."""

from __future__ import annotations

from random import Random
from typing import Final

from hooplake.simulate.court import Court
from hooplake.simulate.league import Team

_ABSENCES: Final = ("LEFT ANKLE SPRAIN", "RIGHT KNEE SORENESS", "ILLNESS", "BACK SPASMS", "PERSONAL REASONS", "REST")
# Seconds of the last period in which the best five finish a close game.
_CLOSING: Final = 240
_CLOSE: Final = 12
_ROUT: Final = 22


class Rotation:
    """The coaches' plan for one game.

    Attributes:
        shares: share of the game that each player should be on court, by place; 0 for who should not play.
        absent: reasons of the players who are not available, by place.
    """

    def __init__(self, court: Court, home: Team, away: Team, random: Random) -> None:
        self._court = court
        self.absent: dict[int, str] = {}
        shares: list[float] = []
        for team in (home, away):
            base = len(shares)
            mine = [p.share * random.uniform(0.75, 1.25) for p in team.players]
            for place in range(len(mine)):
                # A coach needs ten men, so no more than three stay away.
                if random.random() < 0.05 and len(self.absent) < 3:
                    self.absent[base + place] = random.choice(_ABSENCES)
                    mine[place] = 0.0
            depth = random.randint(8, 11)
            best = sorted(range(len(mine)), key=mine.__getitem__, reverse=True)[:depth]
            # Whoever steps in for a missing man has no share of his own yet.
            kept = [max(mine[i], 0.1) if i in best and base + i not in self.absent else 0.0 for i in range(len(mine))]
            total = sum(kept)
            shares += [min(0.9, 5 * share / total) for share in kept]
        self.shares = shares
        self._squads = (range(court.home_count), range(court.home_count, len(shares)))

    def _free(self, team: int) -> list[int]:
        """Who may come in: available, not sent off, not on court."""
        court = self._court
        on = court.on[team]
        out = self.absent.keys() | court.left | court.changed
        return [p for p in self._squads[team] if p not in on and p not in out]

    def _need(self, player: int, played: int) -> float:
        """Tenths of a second that the plan still owes a player; negative when he had more than his share."""
        court = self._court
        total = court.total_tenths[player]
        if player in court.on[court.side(player)]:
            total += court.since - court.clock
        return self.shares[player] * played - total

    def _played(self) -> int:
        court = self._court
        past = sum(court.rules.length(n) for n in range(1, court.period)) * 10
        return past + court.rules.length(court.period) * 10 - court.clock if court.period else 0

    def best_five(self, team: int) -> list[int]:
        """The five with the greatest shares of those who may play."""
        court = self._court
        able = [p for p in self._squads[team] if p not in self.absent and p not in court.left]
        return sorted(able, key=lambda p: -self.shares[p])[:5]

    def _wanted(self, team: int, keep: int = -1) -> list[tuple[int, int]]:
        """The changes that a coach would make now, as (in, out); ``keep`` stays on court."""
        court = self._court
        on = [p for p in court.on[team] if p != keep and p not in court.changed and p not in court.silent]
        free = self._free(team)
        if not free:
            return []
        lead = abs(court.score[0] - court.score[1])
        last = court.period >= court.rules.periods
        if last and court.clock < _CLOSING * 10 and lead <= _CLOSE:
            best = self.best_five(team)
            come = [p for p in best if p in free]
            go = [p for p in on if p not in best]
            return list(zip(come, go, strict=False))
        if last and court.clock < 2 * _CLOSING * 10 and lead >= _ROUT:
            come = sorted((p for p in free if self.shares[p] < 0.3), key=lambda p: self.shares[p])[:3]
            go = sorted((p for p in on if self.shares[p] >= 0.3), key=lambda p: -self.shares[p])
            return list(zip(come, go, strict=False))
        played = self._played()
        come = sorted((p for p in free if self.shares[p]), key=lambda p: -self._need(p, played))[:3]
        go = sorted(on, key=lambda p: self._need(p, played))
        limit = 700 + 900 * court.random()
        return [
            (i, o)
            for i, o in zip(come, go, strict=False)
            if self._need(i, played) - self._need(o, played) > limit and self._trouble(i) < 1
        ]

    def _trouble(self, player: int) -> int:
        """1 for a player with too many fouls for the stage of the game."""
        court = self._court
        early = court.period < court.rules.periods
        return int(early and court.fouls[player] >= court.rules.foul_limit - 2)

    def at_dead_ball(self, chance: float, keep: int = -1) -> None:
        """Let either coach change players, with an event for each change; ``keep`` stays on court."""
        court = self._court
        for team in (0, 1):
            if court.random() < chance:
                for player_in, player_out in self._wanted(team, keep):
                    court.substitute(player_in, player_out)

    def replace_the_gone(self) -> None:
        """Take out whoever fouled out or was sent off."""
        court = self._court
        for team in (0, 1):
            for player in [p for p in court.on[team] if p in court.left]:
                free = self._free(team)
                if free:
                    court.substitute(max(free, key=lambda p: self.shares[p] + court.random() * 0.1), player)

    def opening(self, period: int) -> tuple[list[int], list[int]]:
        """The fives of a period's beginning. Changes against the end of the last one leave no event."""
        court = self._court
        fives: tuple[list[int], list[int]] = ([], [])
        for team in (0, 1):
            if period == 1 or (period > court.rules.periods and court.random() < 0.7):
                five = self.best_five(team)
            elif period * 2 == court.rules.periods + 2:
                # The second half begins with the starters, but for one in seven teams.
                five = self.best_five(team) if court.random() < 0.86 else list(court.on[team])
            else:
                five = list(court.on[team])
                changes = self._wanted(team)
                for player_in, player_out in changes[: 1 + int(court.random() * 3)]:
                    five[five.index(player_out)] = player_in
            for place, player in enumerate(five):
                if player in court.left:
                    free = [p for p in self._free(team) if p not in five]
                    if free:
                        five[place] = max(free, key=lambda p: self.shares[p])
            fives[team][:] = five
        return fives
