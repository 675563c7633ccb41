"""What each row means, and who is in it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.games.official.feeds import AWAY, HOME, both_teams, opening, player, plays, row, silver


def _play(*rows: dict[str, Any]) -> dict[str, Any]:
    """The last of some rows after both teams are known."""
    return plays([*opening(), *both_teams(), *rows])[-1]


def _is(play: dict[str, Any], **expected: Any) -> None:
    assert {name: play[name] for name in expected} == expected


def test_a_basket_with_an_assist() -> None:
    play = _play(
        row(1, 42, clock="9:00", p1="h1", p2="h2", home="One 1' Driving Layup (2 PTS) (Two 1 AST)", score="0 - 2")
    )
    _is(play, event="made_2", points=2, shot_value=2, player1_id="101", player2_id="102", player3_id=None, home=True)
    _is(play, team_id=HOME, home_score=2, away_score=0, clock_seconds=540.0, elapsed_seconds=180.0)
    _is(play, type_id="1-42", type_text="Driving Layup", play_id="4", sequence=4)


@pytest.mark.parametrize(
    ("kind", "text", "third", "event"),
    [
        (1, "One 24' 3PT Jump Shot (3 PTS)", "", "made_3"),
        (2, "MISS One 24' 3PT Jump Shot", "", "missed_3"),
        (2, "MISS One 24' 3PT Jump Shot", "a2", "missed_3"),  # a blocked three is a missed three
        (2, "MISS One  3PT Jump Shot", "", "missed_3"),
        (2, "MISS One 19' Jump Shot", "a2", "missed_2"),
    ],
)
def test_a_three_is_one_by_its_text(kind: int, text: str, third: str, event: str) -> None:  # T24
    play = _play(row(kind, 1, clock="9:00", p1="h1", p3=third, home=text, away="Dos BLOCK (1 BLK)" if third else None))
    _is(play, event=event, shot_value=3 if "3PT" in text else 2, player2_id=player(third) if third else None)


def test_the_score_has_the_visitor_first() -> None:  # T04
    play = _play(row(1, 1, clock="9:00", p1="h1", home="One 20' Jump Shot (2 PTS)", score="4 - 7"))
    _is(play, home_score=7, away_score=4)


@pytest.mark.parametrize(
    ("text", "event", "points"),
    [
        ("One Free Throw 1 of 2 (5 PTS)", "made_ft", 1),
        ("MISS One Free Throw 1 of 2", "missed_ft", 0),
        ("Free Throw 2 of 2", "missed_ft", 0),  # T02: a throw without a name is a miss
    ],
)
def test_a_free_throw_went_in_if_the_text_has_the_new_total(text: str, event: str, points: int) -> None:
    action = 12 if "2 of 2" in text else 11
    play = _play(row(3, action, clock="9:00", p1="h1", home=text))
    _is(play, event=event, points=points, shot_value=1, kind="2_of_2" if action == 12 else "1_of_2")


def test_a_free_throw_without_a_text_went_in_if_the_row_states_the_score() -> None:
    _is(_play(row(3, 11, clock="9:00", p1="h1", score="0 - 1")), event="made_ft")
    _is(_play(row(3, 11, clock="9:00", p1="h1")), event="missed_ft")


def test_a_throw_without_a_name_that_is_thrown_again_is_no_attempt() -> None:
    rows = [
        *opening(),
        *both_teams(),
        row(3, 12, clock="9:00", p1="h1", home="Free Throw 2 of 2"),
        row(3, 12, clock="9:00", p1="h1", home="One Free Throw 2 of 2 (35 PTS)", score="0 - 1"),
    ]
    made = silver(rows)
    assert made["silver.fct_plays"]["event"].to_pylist()[-2:] == ["unknown", "made_ft"]
    assert made["silver.fct_games"]["repairs"].to_pylist() == [["free_throw_thrown_again:1"]]


@pytest.mark.parametrize(
    ("action", "kind"),
    [
        (10, "1_of_1"), (15, "3_of_3"), (16, "technical"), (18, "flagrant_1_of_2"), (20, "flagrant_1_of_1"),
        (22, "technical"), (26, "clear_path_2_of_2"), (29, "flagrant_3_of_3"), (99, None),
    ],
)  # fmt: skip
def test_kinds_of_free_throws(action: int, kind: str | None) -> None:
    _is(_play(row(3, action, clock="9:00", p1="h1", home="One Free Throw (1 PTS)")), event="made_ft", kind=kind)


def test_the_running_counts_tell_at_which_end_a_rebound_was() -> None:
    rows = [
        row(4, clock="9:00", p1="h1", home="One REBOUND (Off:0 Def:1)"),
        row(4, clock="8:00", p1="h1", home="One REBOUND (Off:1 Def:1)"),
        row(4, clock="7:00", p1="h1", home="One REBOUND (Off:1 Def:2)"),
        row(4, clock="6:00", p1="a1", away="Uno REBOUND (Off:1 Def:0)"),
    ]
    found = [play["event"] for play in plays([*opening(), *both_teams(), *rows])[-4:]]
    assert found == ["defensive_rebound", "offensive_rebound", "defensive_rebound", "offensive_rebound"]


def test_counts_that_stand_out_of_order_still_tell_it() -> None:
    rows = [
        row(4, clock="9:00", p1="h1", home="One REBOUND (Off:1 Def:1)"),
        row(4, clock="9:00", p1="h1", home="One REBOUND (Off:0 Def:1)"),
    ]
    found = [play["event"] for play in plays([*opening(), *both_teams(), *rows])[-2:]]
    assert found == ["offensive_rebound", "defensive_rebound"]


def test_without_counts_the_last_miss_tells_it_and_the_game_says_so() -> None:
    rows = [
        *opening(), *both_teams(),
        row(2, 1, clock="9:00", p1="h1", home="MISS One 9' Jump Shot"),
        row(4, clock="8:58", p1="h2", home="Two REBOUND"),
        row(2, 1, clock="8:56", p1="h2", home="MISS Two 9' Jump Shot"),
        row(4, clock="8:54", p1="a1", away="Uno REBOUND"),
    ]  # fmt: skip
    made = silver(rows)
    assert made["silver.fct_plays"]["event"].to_pylist()[-4:] == [
        "missed_2", "offensive_rebound", "missed_2", "defensive_rebound",
    ]  # fmt: skip
    assert made["silver.fct_games"]["repairs"].to_pylist() == [["rebound_by_last_miss:2"]]


def test_a_rebound_of_a_team_names_nobody() -> None:  # T09
    play = _play(row(2, 1, clock="9:00", p1="h1", home="MISS One"), row(4, clock="8:59", p1="A", away="76ers Rebound"))
    _is(play, event="defensive_rebound", player1_id=None, team_id=AWAY, home=False)


def test_a_rebound_of_a_team_between_two_throws_is_dead() -> None:  # T26
    rows = [
        row(3, 11, clock="9:00", p1="h1", home="MISS One Free Throw 1 of 2"),
        row(4, 1, clock="9:00", p1="H", home="CELTICS Rebound"),
        row(3, 12, clock="9:00", p1="h1", home="MISS One Free Throw 2 of 2"),
        row(4, 1, clock="8:58", p1="H", home="CELTICS Rebound"),
    ]
    found = [play["event"] for play in plays([*opening(), *both_teams(), *rows])[-4:]]
    assert found == ["missed_ft", "dead_ball_rebound", "missed_ft", "offensive_rebound"]


@pytest.mark.parametrize(
    ("action", "person", "kind", "who"),
    [
        (1, "h1", "bad_pass", "101"), (37, "h1", "offensive_foul", "101"), (0, "h1", None, "101"),
        (11, "H", "shot_clock", None), (38, "H", "five_seconds", None), (42, "H", None, None), (77, "h1", None, "101"),
    ],
)  # fmt: skip
def test_turnovers_of_players_and_teams(action: int, person: str, kind: str | None, who: str | None) -> None:
    _is(_play(row(5, action, clock="9:00", p1=person, home="Turnover")), event="turnover", kind=kind, player1_id=who)


def test_a_stealer_is_the_second_of_a_turnover_and_a_third_person_is_nobody() -> None:
    play = _play(row(5, 2, clock="9:00", p1="h1", p2="a1", p3="a1", home="One Lost Ball Turnover", away="Uno STEAL"))
    _is(play, player1_id="101", player2_id="201", player3_id=None, home=True)
    _is(play, description="One Lost Ball Turnover / Uno STEAL")


@pytest.mark.parametrize(
    ("action", "event", "kind"),
    [
        (1, "foul", "personal"), (2, "foul", "shooting"), (29, "foul", "shooting"), (27, "foul", "personal"),
        (26, "foul", "charge"), (14, "foul", "flagrant_1"), (8, "foul", "punch"), (31, "foul", "transition_take"),
        (11, "technical_foul", "technical"), (17, "technical_foul", "defensive_three_seconds"),
        (13, "technical_foul", "hanging"), (12, "technical_foul", "non_unsportsmanlike"),
    ],
)  # fmt: skip
def test_fouls(action: int, event: str, kind: str) -> None:
    play = _play(row(6, action, clock="9:00", p1="a1", p2="h1", away="Uno FOUL (P1.T1)"))
    _is(play, event=event, kind=kind, player1_id="201")
    assert play["player2_id"] == ("101" if event == "foul" else None)


def test_a_double_foul_names_both_and_so_does_a_double_technical() -> None:  # T10, T12
    _is(_play(row(6, 10, clock="9:00", p1="h1", p2="a1")), event="double_foul", player1_id="101", player2_id="201")
    _is(_play(row(6, 16, clock="9:00", p1="h1", p2="a1")), event="double_technical", player1_id="101", player2_id="201")


def test_a_technical_of_a_coach_names_no_player() -> None:  # T11
    play = _play(row(6, 11, clock="9:00", p1="ca"))
    _is(play, event="technical_foul", player1_id=None, home=False, team_id=AWAY)


def test_a_foul_of_an_unknown_kind_is_read_by_its_words() -> None:
    rows = [
        *opening(), *both_teams(),
        row(6, 50, clock="9:00", p1="h1", p2="a1", home="One NEW.FOUL (P1.T1)"),
        row(6, 51, clock="9:00", p1="h1", home="One NEW.TECH"),
        row(6, 52, clock="9:00", p1="H", home="CELTICS something"),
    ]  # fmt: skip
    made = silver(rows)
    assert made["silver.fct_plays"]["event"].to_pylist()[-3:] == ["foul", "technical_foul", "technical_foul"]
    assert made["silver.fct_games"]["repairs"].to_pylist() == [["unknown_foul_kind:3"]]


def test_a_row_of_an_unknown_type_is_unmapped() -> None:
    _is(_play(row(55, clock="9:00", p1="h1", home="Something new")), event="unmapped", player1_id="101")


def test_a_substitution_has_him_who_comes_in_first() -> None:
    play = _play(row(8, clock="9:00", p1="h1", p2="h6", home="SUB: Six FOR One"))
    _is(play, event="substitution", player1_id="106", player2_id="101", home=True)


def test_a_jump_ball_belongs_to_the_side_that_gains_it() -> None:
    won = row(10, clock="9:00", p1="h1", p2="a1", p3="a2", home="Jump Ball One vs. Uno: Tip to Dos")
    _is(_play(won), event="jump_ball", player1_id="101", player2_id="201", player3_id="202", home=False)
    out = row(10, clock="9:00", p1="h1", p2="a1", p3="H", home="Jump Ball One vs. Uno: Tip to")
    _is(_play(out), player3_id=None, home=True, team_id=HOME)


def test_a_review_is_about_nobody_although_it_has_an_id() -> None:
    odd = row(18, 1, clock="9:00") | {"PERSON1TYPE": None, "PLAYER1_ID": "115", "PLAYER1_NAME": "Scott Williams"}
    _is(_play(odd), event="review", kind="supported", player1_id=None, home=None, team_id=None)


def test_sides_come_from_the_team_where_the_type_of_the_person_is_missing() -> None:
    odd = row(1, 1, clock="9:00", p1="a1", away="Uno (2 PTS)") | {"PERSON1TYPE": None}
    _is(_play(odd), home=False, player1_id="201", points=2, team_id=AWAY)


def test_shots_have_their_kind_distance_and_helpers() -> None:
    rows = [
        *opening(), *both_teams(),
        row(1, 97, clock="9:00", p1="h1", p2="h2", home="One 24' 3PT Tip (3 PTS) (Two 1 AST)"),
        row(2, 5, clock="8:00", p1="a1", p3="h2", away="MISS Uno 3' Layup", home="Two BLOCK (1 BLK)"),
        row(2, 0, clock="7:00", p1="a1", away="MISS Uno  No Shot"),
    ]  # fmt: skip
    shots = silver(rows)["silver.fct_shots"].to_pylist()[-3:]
    assert [(s["made"], s["shot_value"], s["distance"], s["shot_type"]) for s in shots] == [
        (True, 3, 24.0, "Tip Layup Shot"), (False, 2, 3.0, "Layup"), (False, 2, None, "No Shot"),
    ]  # fmt: skip
    assert [(s["assist_player_id"], s["block_player_id"]) for s in shots] == [
        ("102", None),
        (None, "102"),
        (None, None),
    ]
