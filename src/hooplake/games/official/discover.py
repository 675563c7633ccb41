"""Which games raw rows of the official feed tell of. A plan loads this and not the code that reads them."""

from __future__ import annotations

import msgspec

from hooplake.build.step import Discovered, Discovery, UnitInput
from hooplake.errors import ObjectNotFound
from hooplake.games.official.raw import DATED, KINDS, PREFIX, GameRows, RawDump, by_season, decode_index
from hooplake.lake.partition import Partition
from hooplake.lake.store import Store

SOURCE = "official"


def discover(context: Discovery) -> Discovered:
    """Every game of which there are plays, made of the objects that tell of it.

    Of several objects with plays of a game the last received rules; boxes, logs and line scores add up, the last
    received over the others.
    """
    found: dict[Partition, dict[str, UnitInput]] = {}
    for (league, season), names in by_season(context.paths(PREFIX)).items():
        of_game: dict[str, dict[str, list[tuple[tuple[str, str], str]]]] = {}
        dates: dict[str, str] = {}
        for name in names:  # in the order of kind, so that logs rule over line scores
            part = (f"{name.kind}.{name.receipt:04d}", name.sha)
            games = _games(context.store, name)
            for one in games:
                of_game.setdefault(one.game_id, {}).setdefault(name.kind, []).append((part, _ref(name, one)))
            if name.kind in DATED:
                dates |= _dates(context.store, name, games)
        units: dict[str, UnitInput] = {}
        for game_id, kinds in of_game.items():
            if "plays" not in kinds:
                continue
            used = [*kinds["plays"][-1:], *(one for kind in KINDS[1:] for one in kinds.get(kind, ()))]
            parts, refs = zip(*used, strict=True)
            units[game_id] = UnitInput(dates.get(game_id, ""), parts, refs)
        if units:
            found[Partition(league=league, source=SOURCE, season=season)] = units
    return found


def games_of(store: Store, name: RawDump) -> list[tuple[str, str]]:
    """Ids of the games of an object, each with the place of its rows in it (``path#first-after``)."""
    return [(one.game_id, _ref(name, one)) for one in _games(store, name)]


def _games(store: Store, name: RawDump) -> list[GameRows]:
    if name.game_id:
        return [GameRows(name.game_id, 0, 0)]
    try:
        return decode_index(store.get(name.index_path))
    except (ObjectNotFound, msgspec.DecodeError):
        return []  # the object was not finished: its list is written last


def _ref(name: RawDump, rows: GameRows) -> str:
    return f"{name.path}#" if name.game_id else f"{name.path}#{rows.first}-{rows.after}"


def _dates(store: Store, name: RawDump, games: list[GameRows]) -> dict[str, str]:
    """The date of each game of an object; it is opened where the list beside it, of an older release, has none."""
    if any(one.date is None for one in games):
        from hooplake.games.official.step import dates_of

        return dates_of(store, name)
    return {one.game_id: one.date for one in games if one.date}
