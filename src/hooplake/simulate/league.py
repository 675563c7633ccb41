"""A league that does not exist: its teams, their players and coaches, its referees."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Final

from hooplake.simulate.names import Names
from hooplake.simulate.rules import Rules

_POSITIONS: Final = ("PG", "SG", "SF", "PF", "C")
_POSITION_NAMES: Final = {
    "PG": "Point Guard", "SG": "Shooting Guard", "SF": "Small Forward", "PF": "Power Forward", "C": "Center",
    "G": "Guard", "F": "Forward",
}  # fmt: skip
_COLLEGE_POSITIONS: Final = {"PG": "G", "SG": "G", "SF": "F", "PF": "F", "C": "C"}
# What a position does more or less often than the mean: three-pointers, shots at the rim, assists, offensive and
# defensive rebounds, steals, blocks, fouls.
_SHAPES: Final = {
    "PG": (1.15, 0.80, 2.2, 0.45, 0.65, 1.35, 0.35, 0.85),
    "SG": (1.25, 0.85, 1.1, 0.55, 0.75, 1.15, 0.45, 0.90),
    "SF": (1.10, 0.95, 0.9, 0.80, 0.95, 1.00, 0.75, 1.00),
    "PF": (0.85, 1.15, 0.7, 1.30, 1.25, 0.85, 1.20, 1.10),
    "C": (0.45, 1.45, 0.6, 2.10, 1.55, 0.65, 2.40, 1.25),
}


@dataclass(frozen=True, slots=True)
class Player:
    """A player.

    Attributes:
        share: mean share of the team's minutes, 0 to 1, before a game changes it.
        skill: weights and shooting, see :class:`Skill`.
    """

    id: str
    first: str
    last: str
    jersey: str | None
    position: str
    position_name: str
    share: float
    skill: Skill

    @property
    def name(self) -> str:
        """The full name."""
        return f"{self.first} {self.last}"


@dataclass(frozen=True, slots=True)
class Skill:
    """How often a player does what (weights beside his team-mates), and his chances at the basket (0 to 1)."""

    usage: float
    assist: float
    offensive_rebound: float
    defensive_rebound: float
    steal: float
    block: float
    foul: float
    turnover: float
    threes: float
    rim: float
    three_pct: float
    two_pct: float
    free_throw_pct: float


@dataclass(frozen=True, slots=True)
class Venue:
    """An arena."""

    id: str
    name: str
    city: str
    state: str
    seats: int


@dataclass(frozen=True, slots=True)
class Team:
    """A team with its roster, best players first.

    Attributes:
        strength: how much better it shoots than others, in standard deviations of the league.
    """

    id: str
    location: str
    nickname: str
    abbreviation: str
    color: str
    other_color: str
    conference: str
    strength: float
    venue: Venue
    coach_id: str
    coach: str
    network: str
    players: tuple[Player, ...]

    @property
    def name(self) -> str:
        """The full name."""
        return f"{self.location} {self.nickname}"


def home_edge(home: Team, away: Team) -> float:
    """Points by which the home team should win; the players' own talent comes on top."""
    return 3.6 * (home.strength - away.strength) + 2.4


@dataclass(frozen=True, slots=True)
class League:
    """Teams and referees of one season."""

    rules: Rules
    season: int
    teams: tuple[Team, ...]
    officials: tuple[str, ...]


def _player(rules: Rules, number: str, names: Names, r: Random, place: int, jersey: str | None) -> Player:
    position = _POSITIONS[place % 5] if place < 10 else r.choice(_POSITIONS)
    three, rim, assist, oreb, dreb, steal, block, foul = _SHAPES[position]
    talent = max(0.25, 1.25 - 0.07 * place + r.gauss(0, 0.12))
    first, last = names.person()
    shown = _COLLEGE_POSITIONS[position] if rules.college else position
    # Nine or ten men share a game; the rest wait for a rout.
    share = (0.72, 0.70, 0.66, 0.62, 0.58, 0.44, 0.38, 0.30, 0.22, 0.14)[place] if place < 10 else 0.0
    skill = Skill(
        usage=0.5 + talent * r.uniform(0.7, 1.3),
        assist=assist * r.uniform(0.6, 1.5),
        offensive_rebound=oreb * r.uniform(0.6, 1.5),
        defensive_rebound=dreb * r.uniform(0.7, 1.4),
        steal=steal * r.uniform(0.6, 1.5),
        block=block * r.uniform(0.5, 1.6),
        foul=foul * r.uniform(0.7, 1.4),
        turnover=0.6 + 0.5 * talent * r.uniform(0.6, 1.4),
        threes=min(0.8, 0.40 * three * r.uniform(0.6, 1.4)),
        rim=min(0.9, 0.52 * rim * r.uniform(0.8, 1.2)),
        three_pct=min(0.45, max(0.22, 0.345 + r.gauss(0, 0.03))),
        two_pct=min(0.64, max(0.40, 0.505 + 0.02 * (talent - 0.8) + r.gauss(0, 0.03))),
        free_throw_pct=min(0.95, max(0.48, 0.78 - 0.05 * (rim - 1) + r.gauss(0, 0.07))),
    )
    return Player(number, first, last, jersey, shown, _POSITION_NAMES[shown], share, skill)


def make_league(rules: Rules, season: int, teams: int, seed: int) -> League:
    """Teams of 13 to 17 players.

    Args:
        rules: of the league.
        season: its ending year.
        teams: how many, at least 2.
        seed: the same rules, season, number of teams and seed give the same league.
    """
    # Teams and players are those of every season; how good a team is changes from year to year.
    r = Random(f"league {seed} {rules.league} {teams}")
    form = Random(f"form {seed} {rules.league} {teams} {season}")
    names = Names(r)
    made = []
    # Ids far above those that exist, so that no row of ours can join one of theirs.
    first = 9000 if rules.college else 900
    for index in range(teams):
        city, state = names.city(), names.state()
        size = r.randint(13, 17)
        jerseys = r.sample([str(n) for n in range(56)] + ["00"], k=size)
        number = first + 1 + index
        base = 9_000_000 + int(rules.league_id) * 10_000 + index * 20
        players = tuple(
            # A few rows of every season have no jersey.
            _player(rules, str(base + place), names, r, place, None if r.random() < 0.01 else jerseys[place])
            for place in range(size)
        )
        coach = " ".join(names.person())
        venue = Venue(str(70_000 + number), names.arena(city), city, state, r.randrange(4_000, 21_000))
        color, other = f"{r.randrange(1 << 24):06x}", f"{r.randrange(1 << 24):06x}"
        made.append(
            Team(
                id=str(number),
                location=city,
                nickname=names.nickname(),
                abbreviation=names.abbreviation(city),
                color=color,
                other_color=other,
                conference="East" if index % 2 else "West",
                strength=0.7 * r.gauss(0, 1) + 0.7 * form.gauss(0, 1),
                venue=venue,
                coach_id=str(base + 19),
                coach=coach,
                network=names.network(),
                players=players,
            )
        )
    officials = tuple(" ".join(names.person()) for _ in range(max(12, teams * 2)))
    return League(rules, season, tuple(made), officials)
