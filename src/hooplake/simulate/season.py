"""Seasons and games: the entrance to the simulator."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from hooplake.errors import ConfigError
from hooplake.simulate import documents
from hooplake.simulate.draft import Draft
from hooplake.simulate.expected import Expected, expect
from hooplake.simulate.game import play
from hooplake.simulate.league import League, Team, make_league
from hooplake.simulate.rules import rules_of
from hooplake.simulate.schedule import Fixture, make_schedule
from hooplake.simulate.truth import Truth


@dataclass(frozen=True, eq=False)
class Season:
    """The games of some days of one league.

    Attributes:
        games: every game, in order of tip-off. A game is played when its truth is first asked for.
    """

    league: League
    start: date
    days: int
    seed: int
    silent: float
    games: tuple[Game, ...]

    @property
    def teams(self) -> tuple[Team, ...]:
        """The teams of the league."""
        return self.league.teams

    def game(self, game_id: str) -> Game:
        """The game of that id.

        Raises:
            ConfigError: no such game.
        """
        for game in self.games:
            if game.id == game_id:
                return game
        raise ConfigError(f"no game {game_id!r} in these {self.days} days from {self.start}")


@dataclass(frozen=True, eq=False)
class Game:
    """One game, played when it is first asked about."""

    league: League
    fixture: Fixture
    seed: int
    silent: float

    @property
    def id(self) -> str:
        """The source's id."""
        return self.fixture.id

    @property
    def home(self) -> Team:
        """The home team."""
        return self.fixture.home

    @property
    def away(self) -> Team:
        """The away team."""
        return self.fixture.away

    @property
    def date(self) -> date:
        """The US Eastern date of the tip-off."""
        return self.fixture.date

    @property
    def truth(self) -> Truth:
        """What happened. The last few games that were asked about are kept, others are played again, to the same end."""
        return _truth(self)

    def document(
        self,
        kind: str = "summary",
        status: str = "final",
        era: str | None = None,
        traps: Collection[str] = (),
        padding_bytes: int = 0,
        *,
        columns: str | None = None,
    ) -> bytes:
        """What the source says of the game, as JSON.

        Args:
            kind: ``summary``, ``gamepackage``, ``page`` (the box as a web page) or ``page_plays`` (its plays).
            status: ``final``, ``in_progress``, ``scheduled``, ``postponed``, ``canceled`` or ``forfeit``.
            era: the dialect; that of the season when not given: ``2023`` or ``2026``, in college also ``2009`` and
                ``2013``.
            traps: names of :data:`hooplake.simulate.TRAPS`.
            padding_bytes: news is added until the document has so many bytes.
            columns: the order of the box's columns, a key of :data:`hooplake.simulate.box.ORDERS`; that of the
                dialect when not given.

        Raises:
            ConfigError: an unknown kind, status, dialect, order or trap.
        """
        return documents.encode(self._draft(kind, status, era, traps, columns), padding_bytes)

    def expected(
        self,
        kind: str = "summary",
        status: str = "final",
        era: str | None = None,
        traps: Collection[str] = (),
        *,
        columns: str | None = None,
    ) -> Expected:
        """What a right reader makes of that document: the truth less what the document, or a trap in it, destroys.

        Args:
            kind: as for :meth:`document`, like the others.
            status: the status.
            era: the dialect.
            traps: names of traps.
            columns: the order of the box's columns.

        Raises:
            ConfigError: as for :meth:`document`.
        """
        return expect(self._draft(kind, status, era, traps, columns))

    def _draft(self, kind: str, status: str, era: str | None, traps: Collection[str], columns: str | None) -> Draft:
        return documents.make_draft(
            self.league.rules,
            self.fixture,
            self.truth,
            self.seed,
            kind=kind,
            status=status,
            era=era,
            columns=columns,
            traps=traps,
        )


@lru_cache(maxsize=32)
def _truth(game: Game) -> Truth:
    return play(game.league.rules, game.fixture, game.seed, silent=game.silent)


def season(
    league: str = "nba",
    season: int = 2025,
    start: date | None = None,
    days: int = 14,
    teams: int | None = None,
    seed: int = 7,
    *,
    silent: float = 0.0,
) -> Season:
    """Some days of a league that does not exist.

    The same arguments give the same games and, from them, the same documents, byte for byte. More days add games and
    change none.

    Args:
        league: nba, wnba, mbb or wbb.
        season: the year in which the season ends.
        start: the first day, US Eastern; the league's usual opening day when not given.
        days: how many days.
        teams: how many teams; the league's usual number (60 in college) when not given.
        seed: of everything.
        silent: share of a team's periods, from the second on, in which one man plays throughout and does nothing that
            a document shows, so that its lineups cannot be read from the rows alone.

    Raises:
        ConfigError: an unknown league, or fewer than two teams.
    """
    rules = rules_of(league)
    count = rules.teams if teams is None else teams
    if count < 2:
        raise ConfigError(f"a league needs at least two teams, not {count}")
    made = make_league(rules, season, count, seed)
    first = start or rules.opening_day(season)
    fixtures = make_schedule(made, first, days, seed)
    games = tuple(Game(made, fixture, seed, silent) for fixture in fixtures)
    return Season(made, first, days, seed, silent, games)
