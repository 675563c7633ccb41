"""Whatever a document holds: it is read or has a reason why not, and nothing that was read breaks what comes after.

Under ``make fuzz`` a hundred thousand documents, in an ordinary run some two thousand.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from hooplake.games.model import Game
from tests.conftest import REAL_DATA
from tests.fuzz.corpus import KINDS, shortened, take
from tests.fuzz.mutations import spoilt
from tests.fuzz.pipeline import read, through
from tests.fuzz.tally import TALLY

GAMES = 8
"""Games per example."""
EXAMPLES = settings().max_examples // 2 if settings().max_examples > 1000 else 30
"""Examples of each kind of document."""


@pytest.mark.parametrize("kind", KINDS)
@given(seed=st.integers(0, 2**64 - 1))
@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=EXAMPLES, phases=[Phase.reuse, Phase.generate])
def test_no_document_does_harm(kind: str, seed: int) -> None:
    random = Random(seed)
    games: dict[tuple[str, int], list[Game]] = defaultdict(list)
    for number, source in enumerate(take(random, kind, GAMES, REAL_DATA / "espn")):
        outcome = read([spoilt(random, shortened(random, body)) for body in source.bodies], source.league)
        TALLY[outcome.name] += 1
        if outcome.game is not None:
            outcome.game.game_id += f"-{number}"  # a partition holds a game once
            games[outcome.game.league, outcome.game.season].append(outcome.game)
    for chunk in games.values():
        TALLY.update(f"set aside: {reason}" for reason in _together(chunk))


def _together(games: list[Game]) -> Counter[str]:
    """All games of a chunk, and, should that fail, one by one, to find which of them it is."""
    try:
        return through(games)
    except Exception:
        for game in games:
            try:
                through([game])
            except Exception as error:
                raise AssertionError(f"game {game.game_id} of {game.league}: {error!r}") from error
        raise
