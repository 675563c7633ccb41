"""Plays of the college API in the neutral vocabulary: rows written by hand, with the quirks of real ones."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from hooplake.games.cbbd.floor import Move, Start, moves_by_floor, moves_by_stays, read_floor, starts_of
from hooplake.games.cbbd.meanings import read_meanings
from hooplake.games.cbbd.people import People
from hooplake.games.cbbd.roles import Roles, read_roles
from hooplake.games.cbbd.spots import half_floor
from hooplake.games.leagues import Rules
from hooplake.games.model import EVENTS

KINDS: dict[str, pa.DataType] = {
    "play_id": pa.string(), "game_id": pa.string(), "play_type": pa.string(), "play_text": pa.string(),
    "is_home": pa.bool_(), "team_id": pa.string(), "period": pa.int32(), "seconds_remaining": pa.int32(),
    "scoring_play": pa.bool_(), "shooting_play": pa.bool_(), "score_value": pa.float64(), "shot_made": pa.bool_(),
    "shot_range": pa.string(), "shot_shooter_id": pa.string(), "shot_assisted_by_id": pa.string(),
}  # fmt: skip
HOME, AWAY = ("h1", "h2", "h3", "h4", "h5", "h6"), ("a1", "a2", "a3", "a4", "a5", "a6")
SIDES = {("g", player): player in HOME for player in (*HOME, *AWAY)}
NAMES = {player: f"Player {player.upper()}" for player in (*HOME, *AWAY)}


def play(type_: str | None, text: str | None = None, **values: Any) -> dict[str, Any]:
    return {
        "play_type": type_, "play_text": text, "game_id": "g", "is_home": True, "period": 1, "seconds_remaining": 600,
        **values,
    }  # fmt: skip


def table(*rows: dict[str, Any]) -> pa.Table:
    filled = [{"play_id": str(place), **row} for place, row in enumerate(rows)]
    return pa.table({name: pa.array([row.get(name) for row in filled], kind) for name, kind in KINDS.items()})


def people(*groups: tuple[str, ...]) -> pa.Table:
    found = [(str(place), player) for place, group in enumerate(groups) for player in group]
    return pa.table(
        {
            "game_id": pa.array(["g"] * len(found), pa.string()),
            "play_id": pa.array([place for place, _ in found], pa.string()),
            "player_id": pa.array([player for _, player in found], pa.string()),
            "name": pa.array([NAMES[player] for _, player in found], pa.string()),
        }
    )


def roles(
    rows: pa.Table, groups: pa.Table, floor: dict[int, frozenset[str]] | None = None
) -> tuple[Roles, list[str], list[str | None]]:
    meanings = read_meanings(rows)
    found = read_roles(rows, groups, meanings, SIDES, floor or {})
    return found, [EVENTS[code] for code in meanings.event.tolist()], meanings.kind


@pytest.mark.parametrize(
    ("row", "event", "kind", "points"),
    [
        (play("JumpShot", shooting_play=True, scoring_play=True, score_value=2), "made_2", None, 2),
        (play("JumpShot", shooting_play=True, scoring_play=False, score_value=3), "missed_3", None, 0),
        # older rows state no value of a miss
        (play("JumpShot", shooting_play=True, scoring_play=False, score_value=0, shot_range="three_pointer"), "missed_3", None, 0),
        (play("LayupShot", "A made Layup.", shooting_play=True, scoring_play=True), "made_2", None, 2),
        (play("Three Point Jump Shot", "A missed Three Point Jumper.", shooting_play=True, scoring_play=False), "missed_3", None, 0),
        (play("Not Available", "A made Dunk.", shooting_play=True, scoring_play=True, score_value=2), "made_2", None, 2),
        # the type of a free throw says that it was made, whether it was or not
        (play("MadeFreeThrow", "A missed Free Throw.", shooting_play=True, scoring_play=False), "missed_ft", "free_throw", 0),
        (play("MadeFreeThrow", "A makes free throw 2 of 2", shooting_play=True, scoring_play=True), "made_ft", "2_of_2", 1),
        (play("MadeFreeThrow", "A makes technical free throw 1 of 2", scoring_play=True), "made_ft", "technical", 1),
        (play("Free Throw 1 of 1", "A made Free Throw.", shooting_play=True, scoring_play=True), "made_ft", "free_throw", 1),
        (play("Lost Ball Turnover", "A Turnover."), "turnover", None, 0),
        (play("Foul Turnover", "Foul on A"), "foul", "personal", 0),
        (play("Foul Turnover", "A Turnover."), "turnover", None, 0),
        (play("Dead Ball Rebound"), "dead_ball_rebound", None, 0),
        (play("PersonalFoul", "Foul on A."), "foul", "personal", 0),
        # a college technical is a personal foul, a double one is one of each
        (play("Technical Foul"), "foul", "technical", 0),
        (play("Not Available", "Double technical foul: A and B"), "double_foul", "technical", 0),
        (play("Coach's Challenge (Stands)"), "challenge", "stands", 0),
        (play("OfficialTVTimeOut"), "timeout", "official", 0),
        (play("Not Available"), "unknown", None, 0),
        (play(None), "unknown", None, 0),
        (play("Something New", "A does it."), "unmapped", None, 0),
        (play("New Kind of Foul", "A does it."), "foul", "personal", 0),
    ],
)  # fmt: skip
def test_what_a_play_is(row: dict[str, Any], event: str, kind: str | None, points: int) -> None:
    meanings = read_meanings(table(row))
    assert (EVENTS[int(meanings.event[0])], meanings.kind[0], int(meanings.points[0])) == (event, kind, points)


def test_how_the_value_of_a_shot_is_known() -> None:
    rows = [
        play("JumpShot", score_value=3), play("JumpShot", shot_range="rim"), play("JumpShot", "A missed Jumper."),
        play("JumpShot"),
    ]  # fmt: skip
    meanings = read_meanings(table(*rows))
    assert meanings.source.tolist() == ["score", "field", "text", "assumed"]
    assert meanings.value.tolist() == [3, 2, 2, 2]


def test_teams_tell_roles_for_the_participants_come_in_no_order() -> None:
    rows = table(
        play("JumpShot", scoring_play=True, score_value=2, shot_shooter_id="h2", shot_assisted_by_id="h1"),
        play(
            "JumpShot", "Player H2 missed Jumper.", scoring_play=False, score_value=2
        ),  # of a blocked shot: no shooter
        play("Lost Ball Turnover"),
        play("PersonalFoul"),
        play("JumpShot", "Player H3 made Jumper. Assisted by Player H1.", scoring_play=True, score_value=2),
        play("Offensive Rebound"),
    )
    groups = people(("h1", "h2"), ("a1", "h2"), ("a3", "h4"), ("a2", "h5"), ("h1", "h3"), ())
    found, _, _ = roles(rows, groups)
    assert found.first == ["h2", "h2", "h4", "h5", "h3", None]
    assert found.second == ["h1", "a1", "a3", "a2", "h1", None]
    assert found.blocker == {1: "a1"}


def test_a_block_or_steal_with_a_row_of_its_own_is_told_once() -> None:
    rows = table(
        play("JumpShot", scoring_play=False, score_value=2),
        play("Block Shot", is_home=False),
        play("Steal", is_home=False),
        play("Lost Ball Turnover"),
        play("Lost Ball Turnover", seconds_remaining=300),  # a steal of his, but at another time
    )
    groups = people(("a1", "h2"), ("a1", "h2"), ("a3",), ("a3", "h4"), ("a3", "h5"))
    found, _, _ = roles(rows, groups)
    assert found.first == ["h2", "a1", "a3", "h4", "h5"]
    assert found.second == [None, None, None, None, "a3"]
    assert found.blocker == {0: "a1"}  # the shot knows its blocker all the same


def test_who_comes_and_who_goes() -> None:
    rows = table(
        play("Substitution", "Player H6 subbing in for Home"),
        play("Substitution", "Player H1 subbing out for Home"),
        play("Substitution", "Player H6 enters the game for Player H2"),
        play("Substitution"),
        play("Substitution"),
        play("Substitution"),
    )
    groups = people(("h6",), ("h1",), ("h2", "h6"), ("h3", "h6"), ("h3", "h6"), ("h4",))
    found, events, kinds = roles(rows, groups, {3: frozenset(HOME[:2] + HOME[3:])})
    assert events == ["sub_in", "sub_out", "substitution", "substitution", "substitution", "substitution"]
    assert found.first == ["h6", "h1", "h6", "h6", None, "h4"]
    assert found.second == [None, None, "h2", "h3", None, None]
    assert kinds == [None, None, None, None, "unresolved", "unresolved"]


def floor_rows(*tens: tuple[tuple[str, ...], tuple[str, ...]]) -> pa.Table:
    rows = [
        (str(place), player, team)
        for place, sides in enumerate(tens)
        for players, team in zip(sides, ("H", "A"), strict=True)
        for player in players
    ]
    play_ids, players, teams = zip(*rows, strict=True)
    return pa.table({"play_id": list(play_ids), "player_id": list(players), "team_id": list(teams)})


def test_fives_that_differ_are_moves() -> None:
    """h6 for h5 at 9:40, told by a play that has them both; a6 for a1 between 9:40 and 9:10, so at the play before."""
    rows = table(*(play("Steal", seconds_remaining=clock) for clock in (1200, 600, 580, 570, 550)))
    five, other = HOME[:5], AWAY[:5]
    changed = (*HOME[:4], "h6")
    tens = ((five, other), (five, other), ((*five, "h6"), other), (changed, other), (changed, ("a6", *AWAY[1:5])))
    home, away = pa.array(["H"] * 5), pa.array(["A"] * 5)
    floor = read_floor(rows, floor_rows(*tens), home, away)
    periods, clocks = np.ones(5, np.int64), np.array([1200.0, 600, 580, 570, 550])
    assert moves_by_floor(floor, range(5), periods, clocks, ("H", "A")) == [
        Move("g", 3, 1, 580.0, "H", "h5", False, "onFloor"),
        Move("g", 3, 1, 580.0, "H", "h6", True, "onFloor"),
        Move("g", 4, 1, 570.0, "A", "a1", False, "onFloor"),
        Move("g", 4, 1, 570.0, "A", "a6", True, "onFloor"),
    ]
    starts = starts_of(floor, np.array([0, 5]), periods, np.zeros(0, np.int64), [("H", "A")])
    assert [one.player for one in starts] == [*five, *other]
    # the first play of a period that is a substitution says nothing of who began it
    assert starts_of(floor, np.array([0, 5]), periods, np.array([0]), [("H", "A")]) == []


def test_stays_are_moves_and_starts() -> None:
    def stay(player: str, began: int, clock: int, ended: int, until: int) -> dict[str, object]:
        return {
            "game_id": "g", "team_id": "H", "player_id": player, "sub_in_period": began, "sub_in_seconds_remaining": clock,
            "sub_out_period": ended, "sub_out_seconds_remaining": until,
        }  # fmt: skip

    stays = [
        stay("h1", 1, 1200, 2, 0),  # all the game: two starts
        stay("h2", 1, 1200, 1, 600), stay("h6", 1, 600, 1, 0),
        stay("h3", 1, 1200, 1, 500), stay("h3", 1, 500, 1, 0),  # back at the second at which he went
    ]  # fmt: skip
    periods, clocks = np.array([1, 1, 1, 2]), np.array([1200.0, 600.0, 590.0, 1200.0])
    moves, starts = moves_by_stays(stays, range(4), periods, clocks, Rules(2, 1200))
    assert sorted(moves) == [
        Move("g", 2, 1, 600.0, "H", "h2", False, "substitutions"),
        Move("g", 2, 1, 600.0, "H", "h6", True, "substitutions"),
    ]
    assert sorted(starts) == [Start("g", 1, "H", p) for p in ("h1", "h2", "h3")] + [Start("g", 2, "H", "h1")]


def test_a_shot_from_beyond_half_court_is_one_at_the_far_basket() -> None:
    """Three shots at the basket of x = 940: at the hoop, in its corner, and from the own half."""
    x, y = np.array([887.5, 940.0, 240.0, np.nan]), np.array([250.0, 20.0, 250.0, np.nan])
    across, along = half_floor(x, y, np.zeros(4, np.int64))
    assert across[:3].tolist() == [25.0, 48.0, 25.0]
    assert along[:3].tolist() == [0.0, -5.25, 64.75]
    assert np.isnan(across[3])
    assert np.isnan(along[3])


def test_the_box_and_the_plays_name_one_player() -> None:
    rosters = {
        "team_id": ["T", "T", "T"], "player_id": ["1", "2", "3"], "player_source_id": ["901", "902", None],
        "name": ["One", "Two", "Three Jr."], "jersey": ["5", None, "00"],
    }  # fmt: skip
    part = {"game_id": ["g", "g", "g"], "play_id": ["0", "1", "2"], "player_id": ["7", "8", "9"], "name": ["Seven", "Same", "Same"]}  # fmt: skip
    found = People({"fct_rosters": pa.table(rosters), "fct_play_participants": pa.table(part)})
    assert found.of("g", "T", "901", "Any Name") == ("1", "5")
    assert found.of("g", "T", "999", "three jr") == ("3", "00")  # by his name on the roster
    assert found.of("g", "T", "998", "Seven") == ("7", None)  # by his name in the plays
    assert found.of("other", "T", "998", "Seven") == ("source-998", None)
    assert found.of("g", "T", "997", "Same") == ("source-997", None)  # two of that name
