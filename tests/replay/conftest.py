"""Real games out of small lakes."""

from __future__ import annotations

from pathlib import Path

import pytest

import hooplake
from hooplake.replay.moments.game import GameView
from tests.replay.lakes import real_game, write_lake


@pytest.fixture(scope="session")
def real_lake(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lake of a few real games: an NBA one with overtime, others of three leagues, one in progress, one without plays."""
    games = [
        *(
            real_game(real_data, "nba", game)
            for game in ("401705050", "401585607", "401859967", "400827889", "401705508")
        ),
        *(real_game(real_data, "mbb", game) for game in ("401820771", "401706886", "290710041")),
        *(real_game(real_data, "wbb", game) for game in ("401493512",)),
    ]
    return write_lake(tmp_path_factory.mktemp("lakes") / "real", games)


@pytest.fixture(scope="session")
def den_at_sa(real_lake: Path) -> GameView:
    """401705050: DEN 122 at SA 111, overtime."""
    with hooplake.open(real_lake) as lake:
        return lake.game("401705050")
