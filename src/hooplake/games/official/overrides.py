"""Overrides: what the plays of a game cannot decide, decided by other evidence. They are listed in ``overrides.toml``.

An override is applied by name (``override_starter``, ``override_play``) and counted among the repairs of its game.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import msgspec
import numpy as np

from hooplake.games.official.feed import Feed
from hooplake.games.official.persons import Persons


class Starter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A player who was on court when a period began."""

    game_id: str
    period: int
    team_id: str
    player_id: str
    player: str
    evidence: str


class Play(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The players of a row, by its event number; an empty id is nobody."""

    game_id: str
    event: int
    player1_id: str
    player2_id: str
    evidence: str


class Overrides(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All overrides.

    Attributes:
        version: raised with every change.
        starter: starters of periods.
        play: players of rows.
    """

    version: int
    starter: tuple[Starter, ...] = ()
    play: tuple[Play, ...] = ()


@cache
def overrides() -> Overrides:
    """The overrides of the package."""
    return msgspec.toml.decode((Path(__file__).parent / "overrides.toml").read_bytes(), type=Overrides)


def override_plays(feed: Feed, persons: Persons, entries: tuple[Play, ...]) -> None:
    """Correct the players of rows, in place."""
    games = {game.game_id: place for place, game in enumerate(feed.games)}
    known = {name: place for place, name in enumerate(persons.ids)}
    for entry in entries:
        game = games.get(entry.game_id)
        if game is None:
            continue
        low, high = feed.bounds[game], feed.bounds[game + 1]
        for row in low + np.flatnonzero(feed.number[low:high] == entry.event):
            for person, player_id in ((persons.first, entry.player1_id), (persons.second, entry.player2_id)):
                if player_id and player_id not in known:
                    known[player_id] = len(persons.ids)
                    persons.ids.append(player_id)
                person.player[row] = known[player_id] if player_id else -1
            feed.repairs[game].append("override_play:1")


def starters_of(feed: Feed, entries: tuple[Starter, ...]) -> list[tuple[int, Starter]]:
    """Overrides of starters with the places of their games, those of games in the feed alone."""
    games = {game.game_id: place for place, game in enumerate(feed.games)}
    found = [(games[entry.game_id], entry) for entry in entries if entry.game_id in games]
    for game, _ in found:
        feed.repairs[game].append("override_starter:1")
    return found
