"""Who is who in the rows of the feed: teams and their sides, players and theirs, and the names of both.

``PERSONnTYPE`` says what a person is: 4 and 5 a player of the home and the away team, 2 and 3 the teams themselves, 6 and
7 coaches, 1 an official, 0 nobody. Where it is missing, the team of the person tells the side. Ids of ten digits are
teams. Ids of rows that are about no player at all (a replay review) may be those of people who are long retired.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from hooplake.games.official.columns import NONE, Bool, Int, among, ids, text_column, texts
from hooplake.games.official.feed import Feed
from hooplake.games.official.identity import TEAM_ID_DIGITS

HOME, AWAY = 1, 0
_SIDE = np.array([NONE, NONE, HOME, AWAY, HOME, AWAY, HOME, AWAY, NONE, NONE], np.int64)  # NONE is the last place
_PLAYER_TYPES = (4, 5)
_COACHES = (6, 7)


@dataclass(slots=True)
class Person:
    """The persons in one of the three places of the rows.

    Attributes:
        player: place in ``Persons.ids`` of a player, NONE for anybody else.
        team: the person is a team.
        coach: the person is a coach.
        side: 1 home, 0 away, NONE not known.
        team_id: place in ``Persons.ids`` of the person's team as the row states it, NONE where it does not.
    """

    player: Int
    team: Bool
    coach: Bool
    side: Int
    team_id: Int


@dataclass(slots=True)
class Persons:
    """Persons of all rows.

    Attributes:
        ids: every id that occurs.
        first, second, third: the persons.
        home_team, away_team: place in ``ids`` of each game's teams, NONE where the rows do not tell.
    """

    ids: list[str]
    first: Person
    second: Person
    third: Person
    home_team: Int
    away_team: Int

    def id_array(self, places: Int) -> pa.Array:
        """Ids by their places, NULL for NONE."""
        return pa.DictionaryArray.from_arrays(
            pa.array(places.astype(np.int32), mask=places < 0), pa.array(self.ids, pa.string())
        )


def read_persons(feed: Feed) -> Persons:
    """Persons of the rows of a feed."""
    columns = [feed.column(f"PLAYER{n}_ID") for n in (1, 2, 3)]
    teams = [feed.column(f"PLAYER{n}_TEAM_ID") for n in (1, 2, 3)]
    codes, names = ids([*columns, *teams])
    is_team = np.array([*(len(name) == TEAM_ID_DIGITS for name in names), False], bool)
    first, second, third = (
        _person(feed.numbers(f"PERSON{n}TYPE"), codes[n - 1], codes[n + 2], is_team) for n in (1, 2, 3)
    )
    _side_by_text(feed, first)
    home_team, away_team = _teams(feed, [first, second], names)
    for person in (first, second, third):
        _side_by_team(feed, person, home_team, away_team)
        person.player = np.where(person.side >= 0, person.player, NONE)
    return Persons(names, first, second, third, home_team, away_team)


def _person(kind: Int, who: Int, team: Int, is_team: Bool) -> Person:
    listed = among(kind, *_PLAYER_TYPES)
    # without a type, somebody of a team is a player of it
    untyped = (kind == NONE) & (team >= 0)
    teams = (who >= 0) & is_team[who]
    player = np.where((listed | untyped) & ~teams, who, NONE)
    side = np.where(who == NONE, NONE, _SIDE[np.clip(kind, NONE, len(_SIDE) - 2)])
    return Person(player, teams, among(kind, *_COACHES), side, np.where(teams, who, team))


def _side_by_text(feed: Feed, first: Person) -> None:
    """The side of actors whose type does not tell it, by the side that has a text; blocks and steals have two."""
    unknown = (first.side == NONE) & (first.team_id >= 0)
    if unknown.any():
        home, away = (
            np.asarray(text_column(feed.rows, f"{side}DESCRIPTION").is_valid())[feed.place]
            for side in ("HOME", "VISITOR")
        )
        first.side = np.where(unknown & (home != away), np.where(home, HOME, AWAY), first.side)


def _teams(feed: Feed, persons: list[Person], names: list[str]) -> tuple[Int, Int]:
    """The team that stands on each side of a game most often; of several, the first by id."""
    stated = np.bincount(np.concatenate([person.team_id for person in persons]) + 1)[1:]
    teams = np.array(sorted(np.flatnonzero(stated).tolist(), key=names.__getitem__), np.int64)  # thirty of all the ids
    column = np.zeros(len(names), np.int64)
    column[teams] = np.arange(len(teams))
    width = max(len(teams), 1)
    counts = np.zeros((2 * len(feed.games), width), np.int64)
    for person in persons:
        told = np.flatnonzero((person.side != NONE) & (person.team_id >= 0))
        places = (2 * feed.game[told] + person.side[told]) * width + column[person.team_id[told]]
        counts += np.bincount(places, minlength=counts.size).reshape(counts.shape)
    most = np.append(teams, NONE)[counts.argmax(axis=1)]
    found = np.where(counts.max(axis=1, initial=0) > 0, most, NONE).reshape(-1, 2)
    return found[:, HOME], found[:, AWAY]


def _side_by_team(feed: Feed, person: Person, home_team: Int, away_team: Int) -> None:
    """The side of persons whose type does not tell it, by their team."""
    unknown = (person.side == NONE) & (person.team_id >= 0)
    if unknown.any():
        rows = np.flatnonzero(unknown)
        game, team = feed.game[rows], person.team_id[rows]
        person.side[rows] = np.where(team == home_team[game], HOME, np.where(team == away_team[game], AWAY, NONE))


@dataclass(frozen=True, slots=True)
class Roster:
    """The players who occur in the rows of each game, sorted by game and id.

    Attributes:
        game: place of the game.
        player: place in ``Persons.ids``.
        side: 1 home, 0 away.
        name: display names, NULL where no row has one.
        on_court: whether some row puts him on court (anything but a technical foul or an ejection).
    """

    game: Int
    player: Int
    side: Int
    name: pa.Array
    on_court: Bool


def roster(feed: Feed, persons: Persons, evidence: Bool) -> Roster:
    """Players of each game.

    Args:
        feed: the rows.
        persons: their persons.
        evidence: rows that put their players on court.
    """
    width = max(len(persons.ids), 1)
    people = (persons.first, persons.second, persons.third)
    rows = [np.flatnonzero(person.player >= 0) for person in people]
    keys = [feed.game[own] * width + person.player[own] for own, person in zip(rows, people, strict=True)]
    side = np.concatenate([person.side[own] for own, person in zip(rows, people, strict=True)])
    key, court = np.concatenate(keys), evidence[np.concatenate(rows)]
    size = len(feed.games) * width
    total = np.bincount(key, minlength=size)
    slots = np.flatnonzero(total)
    homes = np.bincount(key, side == HOME, size)[slots]
    names = np.full(size, None, object)
    for number, (own, own_keys) in enumerate(zip(rows, keys, strict=True), start=1):
        _name(feed, f"PLAYER{number}_NAME", own, own_keys, names)
    return Roster(
        slots // width,
        slots % width,
        np.where(2 * homes >= total[slots], HOME, AWAY),
        pa.array(names[slots], pa.string()),
        np.bincount(key, court, size)[slots] > 0,
    )


def _name(feed: Feed, name: str, rows: Int, keys: Int, names: npt.NDArray[np.object_]) -> None:
    """Enter the last name that a column has for each key; what is no name leaves the one before it."""
    if name in feed.rows.column_names:
        named = np.flatnonzero(np.asarray(feed.rows[name].is_valid())[feed.place[rows]])
        rows, keys = rows[named], keys[named]
    last = np.full(len(names), NONE, np.int64)
    while len(rows):
        last[keys] = np.arange(len(rows))  # of several assignments to one place the last holds
        occurring = np.flatnonzero(last >= 0)
        found = texts(feed.rows, name, feed.place[rows[last[occurring]]])
        known = np.array([text is not None for text in found], bool)
        names[occurring[known]] = np.array(found, object)[known]
        if known.all():
            return
        # look for names in the rows before, of those who have none yet
        left = np.ones(len(rows), bool)
        left[last[occurring]] = False
        unknown = np.zeros(len(names), bool)
        unknown[occurring[~known]] = True
        left &= unknown[keys]
        rows, keys = rows[left], keys[left]
        last[:] = NONE
