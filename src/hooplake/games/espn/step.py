"""From raw ESPN documents in the lake to the silver facts."""

from __future__ import annotations

import gc
from functools import cache

import zstandard

from hooplake.build.step import Computed, Failure, Task, UnitInput
from hooplake.errors import DocumentError, ObjectNotFound
from hooplake.games.espn.decode import decode
from hooplake.games.espn.raw import RawName
from hooplake.games.espn.read import Fetch, read_game
from hooplake.games.model import Game
from hooplake.games.silver import silver_tables
from hooplake.lake.store import Store

_LARGEST = 512 * 1024 * 1024


def compute(task: Task) -> Computed:
    """Decode the documents of a chunk of games into silver rows.

    A game whose documents cannot be read is a failure of that game alone.
    """
    collecting = gc.isenabled()
    gc.disable()  # a chunk makes a million short-lived objects and no cycles
    try:
        games: list[Game] = []
        failures: dict[str, Failure] = {}
        for game_id, unit in task.units.items():
            try:
                games.append(_game(task.store, unit))
            except DocumentError as error:
                failures[game_id] = Failure(error.reason, str(error))
            except ObjectNotFound as error:
                failures[game_id] = Failure("raw_missing", str(error))
        return Computed(silver_tables(games, task.registry), failures)
    finally:
        if collecting:
            gc.enable()


def _game(store: Store, unit: UnitInput) -> Game:
    names = [name for name in map(RawName.parse, unit.refs) if name is not None]
    fetches = [Fetch(name.path.rpartition("/")[2], name.sequence, decode(read_raw(store, name.path))) for name in names]
    first = names[0]
    game = read_game(fetches, league=first.league, season=first.season, game_date=max(name.date for name in names))
    if (game.league, game.season, game.game_id) != (first.league, first.season, first.game_id):
        raise DocumentError(
            "misplaced",
            f"the document is about game {game.game_id} of {game.league} {game.season}, not about {first.path}",
        )
    return game


@cache
def _inflater() -> zstandard.ZstdDecompressor:
    return zstandard.ZstdDecompressor()


def read_raw(store: Store, path: str) -> bytes:
    """Body of a raw object.

    Raises:
        ObjectNotFound: there is no such object.
        DocumentError: ``damaged``: it cannot be inflated.
    """
    try:
        return _inflater().decompress(store.get(path), max_output_size=_LARGEST)
    except zstandard.ZstdError as error:
        raise DocumentError("damaged", f"{path} cannot be inflated: {error}") from error
