"""Real college games: bodies of the API as they came, and plays told in its words."""

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
    assert all(row["final_score_match"] and row["period_scores_match"] for row in by_source.values())
    assert "unexplained" not in {row["cause"] for row in lake.rows("gold.box_score_differences")}
    # the one game with substitutions: all but one of 25 whole minutes
    timed = by_source["401820771"]
    assert (timed["lineup_status"], timed["minutes_compared"], timed["minutes_equal"]) == ("complete", 25, 24)


def test_a_real_season_of_a_team(real_data: Path, tmp_path: Path) -> None:
    """Duke 2022-23: 27 wins and 9 losses, 72.00 points a game to 63.61, one overtime."""
    found = CollegeLake(tmp_path / "lake")
    found.offer("games", (real_data / "cbbd/games.team=Duke.season=2023.json").read_bytes(), season=2023)
    found.offer("teams", (real_data / "cbbd/teams.json").read_bytes(), season=0)
    found.build("silver.fct_games", "silver.fct_pbp_team_games")
    games = [row for row in found.rows("silver.fct_games") if row["played"]]
    sides = [row for row in found.rows("silver.fct_game_teams") if row["team_id"] == "72" and row["score"] is not None]
    scores = {(row["game_id"], row["team_id"]): row["score"] for row in found.rows("silver.fct_game_teams")}
    assert len(games) == len(sides) == 36
    assert sum(row["winner_team_id"] == "72" for row in games) == 27
    assert sum(row["score"] for row in sides) / 36 == pytest.approx(72.00, abs=0.005)
    other = [scores[row["game_id"], row["opponent_team_id"]] for row in sides]
    assert sum(other) / 36 == pytest.approx(63.61, abs=0.005)
    assert sorted(row["periods"] for row in games) == [2] * 35 + [3]
    assert {(row["team"], row["abbr"], row["nickname"]) for row in sides} == {
        ("Duke Blue Devils", "DUKE", "Blue Devils")
    }
    assert {row["box_status"] for row in games} == {row["plays_status"] for row in games} == {"absent"}
    points: dict[tuple[str, str], int] = {}
    for row in found.rows("silver.fct_game_periods"):
        key = (row["game_id"], row["team_id"])
        points[key] = points.get(key, 0) + row["points"]
    assert points == scores
    assert found.rows("silver.fct_pbp_team_games") == []
