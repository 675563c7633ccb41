"""The steps from raw bodies to bronze: which days of fetching there are, and of which bodies each is made.

A plan loads this and not the code by which bodies are read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

from hooplake.build.step import WHOLE, Computed, Discovered, Discovery, Step, Task, UnitInput, code_version
from hooplake.games.cbbd.raw import PLAYS, Index, play_dates, read_indexes
from hooplake.lake.partition import Partition
from hooplake.sources.cbbd.columns import lists_of, table_of
from hooplake.sources.cbbd.endpoints import endpoint, endpoints
from hooplake.sources.cbbd.raw import PREFIX, RawBody


def bronze_steps() -> list[Step]:
    """One step per endpoint that is asked for."""
    version = code_version(
        "hooplake.sources.cbbd.bronze",
        "hooplake.sources.cbbd.bronze_steps",
        "hooplake.sources.cbbd.columns",
        "hooplake.sources.cbbd.endpoints",
        "hooplake.games.cbbd.raw",
    )
    return [
        Step(
            name=table_of(one.name),
            outputs=(table_of(one.name), *(table_of(one.name, child) for child in lists_of(one))),
            version=version,
            compute=partial(compute, name=one.name),
            discover=partial(discover, name=one.name),
            parameters={"model": one.model},
        )
        for one in endpoints().values()
        if one.default != "off"
    ]


def discover(context: Discovery, *, name: str) -> Discovered:
    """The days on which an endpoint was fetched, and the bodies of each; of plays also the dates of the games."""
    if name in PLAYS:
        return _discover_plays(context, name)
    found: dict[Partition, list[RawBody]] = {}
    snapshot = endpoint(name).strategy in ("snapshot", "live")
    for path in context.paths(PREFIX):
        raw = RawBody.parse(path)
        if raw is not None and raw.endpoint == name:
            seasons: dict[str, Any] = {} if snapshot else {"season": raw.season}
            found.setdefault(Partition(**seasons, asof=raw.asof), []).append(raw)
    if not endpoint(name).cap:  # an answer as long as answers get may lack what the one before it had
        found = {part: _newest_of_each(bodies) for part, bodies in found.items()}
    return {
        part: {
            WHOLE: UnitInput(
                date="",  # a day of fetching is no date of games: no choice of those leaves it out
                parts=tuple((f"{raw.time}-{raw.parameters}", raw.content) for raw in bodies),
                refs=tuple(raw.path for raw in sorted(bodies, key=lambda raw: raw.order)),
            )
        }
        for part, bodies in found.items()
    }


def _newest_of_each(bodies: Sequence[RawBody]) -> list[RawBody]:
    """Of the answers to one request the newest: each is all that there is."""
    return list({raw.parameters: raw for raw in sorted(bodies, key=lambda raw: raw.order)}.values())


def _discover_plays(context: Discovery, name: str) -> Discovered:
    """The dates of games and the days on which their plays were fetched.

    A body of plays holds games of two dates, and two bodies hold a game of midnight: of what came on one day the newest
    body that tells of a game counts, whole. All that is ever said of a game is under one date.
    """
    seasons: dict[int, list[RawBody]] = {}
    for path in context.paths(PREFIX):
        raw = RawBody.parse(path)
        if raw is not None and raw.endpoint in PLAYS:
            seasons.setdefault(raw.season, []).append(raw)
    found: dict[Partition, dict[str, UnitInput]] = {}
    for season, names in seasons.items():
        names.sort(key=lambda raw: raw.order)
        told = list(zip(names, read_indexes(context.store, names), strict=True))
        dates = play_dates(told)
        newest: dict[Partition, dict[str, tuple[RawBody, Index]]] = {}
        for raw, index in told:
            if raw.endpoint == name:
                for game in index:
                    where = Partition(season=season, date=date.fromisoformat(dates[game]), asof=raw.asof)
                    newest.setdefault(where, {})[game] = raw, index
        found |= {part: {WHOLE: _plays_unit(games)} for part, games in newest.items()}
    return found


def _plays_unit(games: Mapping[str, tuple[RawBody, Index]]) -> UnitInput:
    """What the plays of a date and day of fetching are made of: bodies, and which of their games."""
    said = hashlib.blake2b(digest_size=16)
    bodies: dict[RawBody, list[str]] = {}
    for game, (raw, index) in sorted(games.items()):
        said.update(f"{game}\0{index[game].hash}\0".encode())
        bodies.setdefault(raw, []).append(game)
    refs = ("\n".join((raw.path, *own)) for raw, own in sorted(bodies.items(), key=lambda pair: pair[0].order))
    return UnitInput(date="", parts=(("games", said.hexdigest()),), refs=tuple(refs))


def compute(task: Task, *, name: str) -> Computed:
    """The rows of one endpoint and day."""
    from hooplake.sources.cbbd import bronze

    return bronze.compute(task, name=name)
