"""From bytes to replayed tables, as the build does it, with everything checked on the way."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import pyarrow as pa

from hooplake.errors import DocumentError
from hooplake.games.espn.decode import decode
from hooplake.games.espn.read import Fetch, read_game
from hooplake.games.model import Game
from hooplake.games.silver import silver_tables
from hooplake.lake.contracts import check
from hooplake.lakehouse import registry
from hooplake.replay.replay import INPUT_TABLES, REPLAY_TABLES, replay

SECONDS = 5.0
"""Processor time that no document and no game may take; a sound one takes a few thousandths."""


class Outcome(NamedTuple):
    """What became of the documents of one game: a reason not to read them, or a game."""

    name: str
    game: Game | None


def read(bodies: Sequence[bytes], league: str) -> Outcome:
    """Read the documents of one game; whatever they hold, the outcome has a name."""
    began = time.process_time()
    try:
        fetches = [Fetch(f"{n}.json", n, decode(body)) for n, body in enumerate(bodies, 1)]
        game = read_game(fetches, league=league, season=2025, game_date=date(2025, 1, 5))
    except DocumentError as error:
        outcome = Outcome(f"dead letter: {error.reason}", None)
    else:
        outcome = Outcome(f"{game.status}, box {game.box_status}, {'plays' if len(game.plays) else 'no plays'}", game)
    assert time.process_time() - began < SECONDS
    return outcome


def through(games: Sequence[Game]) -> Counter[str]:
    """Take games of one league and season through silver and replay; how many were set aside on the way."""
    began = time.process_time()
    specs = registry()
    silver = silver_tables(games, specs)
    kept: dict[str, pa.Table] = {}
    counts: Counter[str] = Counter()
    for name, table in silver.items():
        checked = check(specs[name], table)
        kept[name] = checked.rows
        for reason, rows in checked.counts.items():
            counts[f"{name} {reason}"] += rows
    # a build replays what was kept, a caller of the functions may replay all
    for tables in (silver, kept) if counts else (kept,):
        inputs = {name: tables.get(name, specs[name].file_schema.empty_table()) for name in INPUT_TABLES}
        replayed = replay(inputs, specs, league=games[0].league)
        assert replayed.keys() == set(REPLAY_TABLES)
        if tables is kept:
            for name, table in replayed.items():
                broken = check(specs[name], table).counts
                assert not broken, (name, broken)
    assert time.process_time() - began < SECONDS * len(games)
    return counts
