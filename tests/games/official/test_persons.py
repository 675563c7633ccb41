"""Who is who: names, and the teams of a game."""

from __future__ import annotations

from typing import Any

from tests.games.official.feeds import AWAY, HOME, both_teams, opening, row, silver


def _names(rows: list[dict[str, Any]]) -> dict[str, str | None]:
    players = silver(rows)["silver.fct_game_players"].to_pylist()
    return {one["player_id"]: one["player"] for one in players}


def test_a_players_name_is_the_last_that_is_one() -> None:
    rows = [
        *opening(), *both_teams(),
        *(row(2, 1, clock="9:00", p1="h1") | {"PLAYER1_NAME": name} for name in ("Old", "New", "nan", "", " ", None)),
        *(row(2, 1, clock="9:00", p1="a1") | {"PLAYER1_NAME": name} for name in ("One", "Two ")),
        *(row(2, 1, clock="9:00", p1="h2") | {"PLAYER1_NAME": name} for name in ("", "None")),
    ]  # fmt: skip
    assert _names(rows) == {"101": "New", "102": None, "201": "Two"}


def test_a_name_in_a_later_place_of_a_row_rules() -> None:
    rows = [*opening(), *both_teams(), row(1, 1, p1="h1", p2="h2"), row(2, 1, p1="h2") | {"PLAYER1_NAME": "Second"}]
    assert _names(rows)["102"] == "Man h2"
    assert _names([one | {"PLAYER2_NAME": "nan"} for one in rows])["102"] == "Second"


def test_the_teams_of_a_game_do_not_depend_on_other_games() -> None:
    """Two teams stand on one side equally often: the first by id is taken, whatever else is read with the game."""
    swapped = [row(2, 1, p1="a1", game="0021800002") | {"PERSON1TYPE": "4"}]
    game = [*swapped, row(2, 1, p1="h1", game="0021800002"), row(2, 1, p1="a2", game="0021800002")]
    for before in ([], [*opening(), *both_teams()], [*opening(), *reversed(both_teams())]):
        home, away = silver([*before, *game])["silver.fct_game_teams"].to_pylist()[-2:]
        assert (home["team_id"], home["home"], away["team_id"], away["home"]) == (HOME, True, AWAY, False)
