"""Real college games, told in the words of the API, come out of replay as they do from their own documents."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.games.cbbd.bodies import Told
from tests.sources.lakes import CollegeLake

GRADES = {"290710041": "F", "330452197": "A", "401706886": "B", "401820771": "A"}
"""As the documents themselves are graded: six overtimes of 2009 whose plays give credit otherwise than the box."""


@pytest.fixture(scope="module")
def games(real_data: Path) -> list[Told]:
    return [Told(real_data / f"espn/mbb/{name}.summary.json.gz", 700 + place) for place, name in enumerate(GRADES)]


@pytest.fixture(scope="module")
def lake(games: list[Told], tmp_path_factory: pytest.TempPathFactory) -> CollegeLake:
    found = CollegeLake(tmp_path_factory.mktemp("real") / "lake")
    for at, told in enumerate(games):
        season: dict[str, Any] = {"season": told.game.season, "at": at}
        found.offer("teams", told.teams_rows(), season=0, at=at)
        found.offer("games", [told.games()], **season)
        found.offer("games_players", told.players(), **season)
        found.offer("teams_roster", told.roster(), **season)
        found.offer("plays_date", told.play_rows(), what=told.day(), **season)
    found.build("gold.box_score_verification")
    return found


def test_each_cell_is_as_exact_as_from_the_documents(lake: CollegeLake, games: list[Told]) -> None:
    found = {row["game_id"]: row for row in lake.rows("gold.box_score_verification")}
    by_source = {told.game.game_id: found[str(told.game_id)] for told in games}
    assert {name: row["quality_grade"] for name, row in by_source.items()} == GRADES
    differing = {name: row["cells_compared"] - row["cells_equal"] for name, row in by_source.items()}
    assert differing == {"290710041": 52, "330452197": 0, "401706886": 4, "401820771": 0}
    assert all(row["final_score_match"] for row in by_source.values())
