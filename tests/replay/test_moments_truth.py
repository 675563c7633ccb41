"""Boxes at moments of simulated games, beside what really happened in them."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import strategies as st

from hooplake import simulate
from hooplake.games.model import STATS
from hooplake.lake.store import Store
from hooplake.lakehouse import registry
from hooplake.replay.moments.answers import Box, StatLine
from hooplake.replay.moments.game import GameView, open_game
from hooplake.replay.moments.text import period_name
from tests.replay.lakes import read_simulated, simulated, write_lake

LEAGUES = ("nba", "wnba", "mbb", "wbb")
WITH_LINEUPS = {"nba": 2025, "wnba": 2025, "mbb": 2026, "wbb": 2026}
leagues = st.sampled_from(LEAGUES)
seeds = st.integers(0, 500)


@lru_cache(maxsize=64)
def pair(league: str, seed: int, season: int | None = None) -> tuple[simulate.Game, GameView]:
    """A simulated game, and the same game out of a lake."""
    game = simulated(league, season or WITH_LINEUPS[league], seed)
    with TemporaryDirectory() as folder:
        store = Store.open(write_lake(Path(folder) / "lake", [read_simulated(game)]))
        view = open_game(store, registry(), game.id)
        view.box_at("end"), view.plays(), view.stints(), view.verify()  # reads all it needs while the lake is there
    return game, view


def numbers(line: StatLine) -> tuple[int, ...]:
    return tuple(getattr(line, stat) for stat in STATS)


def compare(truth: simulate.Truth, event: int, box: Box) -> None:
    """A box and the truth after an event are the same."""
    stats, tenths, plus_minus, _ = truth.at(event)
    on_court = truth.on_court(event)
    assert (box.home_score, box.away_score) == truth.score_at(event)
    lines = {line.player_id: line for line in box.lines}
    for place, player in enumerate(truth.players):
        line = lines.pop(player.id, None)
        if line is None:  # who was not available may be missing from the document
            assert not any(stats[place])
            continue
        told = (player.id, numbers(line), line.seconds, line.plus_minus, line.on_court)
        is_on = player.id in on_court[truth.side(place)]
        assert told == (player.id, tuple(stats[place]), tenths[place] / 10, plus_minus[place], is_on)
    assert lines == {}


@pytest.mark.parametrize("league", ["nba", "wnba"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_box_at_every_event_is_the_truth(league: str, seed: int) -> None:
    game, view = pair(league, seed)
    assert len(view.plays()) == len(game.truth.events)
    for event in range(len(game.truth.events)):
        compare(game.truth, event, view.box_at(event))


@pytest.mark.parametrize("league", LEAGUES)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_box_at_every_clock_is_the_truth(league: str, seed: int) -> None:
    # a college document tells some events in several rows, so its events have other numbers
    game, view = pair(league, seed)
    for event in game.truth.events:
        if event.num + 1 < len(game.truth.events):
            after = game.truth.events[event.num + 1]
            if (after.period, after.clock) == (event.period, event.clock):
                continue
        clock = f"{event.clock // 600}:{event.clock % 600 / 10:04.1f}"
        moment = view.moment(f"{period_name(event.period, view.rules)} {clock}")
        compare(game.truth, event.num, view.box_at(moment))
