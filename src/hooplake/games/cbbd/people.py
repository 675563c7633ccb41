"""Who is who: the box names players by the id of another source, the plays by that of the API.

The roster of a team knows both. A player whom it does not know by that id is looked for by his name: on the roster,
then among those who take part in the plays of the game. One who is nowhere keeps the other source's id, marked so.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import pyarrow as pa

FOREIGN = "source-"
"""Stands before the id of another source."""


class Person(NamedTuple):
    """A player of a game: his id in the plays, and his jersey."""

    player_id: str
    jersey: str | None = None


class People:
    """The players of a chunk of games.

    Attributes:
        listed: players of each team's roster by id.
    """

    def __init__(self, rows: Mapping[str, pa.Table]) -> None:
        self.listed: dict[str, dict[str, Person]] = {}
        self._by_source: dict[tuple[str, str], Person] = {}
        self._by_name: dict[tuple[str, str], Person] = {}
        for team, player, source, name, jersey in zip(*rows["fct_rosters"].to_pydict().values(), strict=True):
            person = Person(player, jersey)
            self.listed.setdefault(team, {})[player] = person
            if source is not None:
                self._by_source[team, source] = person
            if name is not None:
                self._by_name[team, _plain(name)] = person
        part = (
            rows["fct_play_participants"]
            .select(["game_id", "player_id", "name"])
            .group_by(["game_id", "player_id", "name"])
            .aggregate([])
        )
        self._in_plays: dict[tuple[str, str], str | None] = {}
        for game, player, name in zip(*part.to_pydict().values(), strict=True):
            if name is not None:
                key = (game, _plain(name))
                # two of one name cannot be told apart
                self._in_plays[key] = player if self._in_plays.get(key, player) == player else None

    def of(self, game: str, team: str, source: str, name: str | None) -> Person:
        """The player of a line of the box.

        Args:
            game: the game.
            team: his team.
            source: his id in the box.
            name: his name.
        """
        found = self._by_source.get((team, source))
        if found is None and name is not None:
            found = self._by_name.get((team, _plain(name)))
        if found is None and name is not None:
            player = self._in_plays.get((game, _plain(name)))
            found = Person(player) if player is not None else None
        return found or Person(f"{FOREIGN}{source}")


def _plain(name: str) -> str:
    return " ".join(name.lower().replace(".", "").split())
