"""Plays of a web page: the text says what happened, names are looked up in the box of the game."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from hooplake.games.espn.page_plays import folded
from tests.games.documents import page, page_athlete, page_box, page_play, plays_of, read, summary

HOME = [page_athlete("h1", "De'Aaron Fox"), page_athlete("h2", "Nikola Jokić"), page_athlete("h3", "Tim Hardaway Jr.")]
AWAY = [
    page_athlete("a1", "Kel'el Ware"),
    page_athlete("a2", "Shai Gilgeous-Alexander"),
    page_athlete("a3", "Jalen Smith"),
]
BOXES = [page_box("24", HOME, []), page_box("7", AWAY, [])]


def plays(*rows: dict[str, Any], boxes: Any = BOXES, **package: Any) -> SimpleNamespace:
    return plays_of(read(page(bxscr=boxes, pbp={"playGrps": [list(rows)]}, **package)))


def one(text: str, side: str = "home", **fields: Any) -> tuple[Any, ...]:
    """Event, players, value and points of one row."""
    p = plays(page_play(text, side, **fields))
    return p.event[0], p.player1_id[0], p.player2_id[0], p.player3_id[0], p.shot_value[0], p.points[0]


@pytest.mark.parametrize(
    ("text", "side", "expected"),
    [
        (
            "De'Aaron Fox makes 25-foot three point jumper (Nikola Jokić assists)",
            "home",
            ("made_3", "h1", "h2", None, 3, 3),
        ),
        ("De'Aaron Fox makes two point shot", "home", ("made_2", "h1", None, None, 2, 2)),
        ("Kel'el Ware made Layup. Assisted by Jalen Smith.", "away", ("made_2", "a1", "a3", None, 2, 2)),
        ("Nikola Jokic misses 24-foot step back jumpshot", "home", ("missed_3", "h2", None, None, 3, 0)),
        ("Kel'el Ware blocks De'Aaron Fox 's 5-foot layup", "home", ("missed_2", "h1", "a1", None, 2, 0)),
        ("Kel'el Ware blocks De'Aaron Fox's layup", "home", ("missed_2", "h1", "a1", None, 2, 0)),
        ("De'Aaron Fox misses 60-foot three point heave jump shot", "home", ("missed_heave", "h1", None, None, 3, 0)),
        ("De'Aaron Fox makes free throw 1 of 2", "home", ("made_ft", "h1", None, None, 1, 1)),
        ("De'Aaron Fox misses free throw 2 of 2", "home", ("missed_ft", "h1", None, None, 1, 0)),
        ("Tim Hardaway Jr. defensive rebound", "home", ("defensive_rebound", "h3", None, None, None, 0)),
        ("Spurs offensive team rebound", "home", ("offensive_rebound", None, None, None, None, 0)),
        ("Deadball Team Rebound.", "home", ("dead_ball_rebound", None, None, None, None, 0)),
        ("De'Aaron Fox bad pass (Kel'el Ware steals)", "home", ("turnover", "h1", "a1", None, None, 0)),
        ("De'Aaron Fox lost ball turnover (Kel'el Ware steals)", "home", ("turnover", "h1", "a1", None, None, 0)),
        ("shot clock turnover", "home", ("turnover", None, None, None, None, 0)),
        ("De'Aaron Fox traveling", "home", ("turnover", "h1", None, None, None, 0)),
        ("De'Aaron Fox Steal.", "home", ("steal", "h1", None, None, None, 0)),
        ("Shai Gilgeous-Alexander shooting foul", "away", ("foul", "a2", None, None, None, 0)),
        ("Foul on Jalen Smith.", "away", ("foul", "a3", None, None, None, 0)),
        ("Nikola Jokić enters the game for De'Aaron Fox", "home", ("substitution", "h2", "h1", None, None, 0)),
        ("Nikola Jokić enters the game for ", "home", ("substitution", "h2", None, None, None, 0)),
        ("De'Aaron Fox subbing out for San Antonio", "home", ("sub_out", "h1", None, None, None, 0)),
        (
            "Nikola Jokić vs. Kel'el Ware (De'Aaron Fox gains possession)",
            "home",
            ("jump_ball", "h2", "a1", "h1", None, 0),
        ),
        (
            "Double technical foul: De'Aaron Fox and Jalen Smith",
            "home",
            ("double_technical", "h1", "a3", None, None, 0),
        ),
        ("Double personal foul: De'Aaron Fox and Jalen Smith", "home", ("double_foul", "h1", "a3", None, None, 0)),
        ("Spurs Full timeout", "home", ("timeout", None, None, None, None, 0)),
        ("End of the 1st Quarter", "home", ("period_end", None, None, None, None, 0)),
        ("misses shot", "home", ("placeholder", None, None, None, None, 0)),
        ("", "home", ("unknown", None, None, None, None, 0)),
        ("something else", "home", ("unmapped", None, None, None, None, 0)),
    ],
)
def test_what_a_text_says(text: str, side: str, expected: tuple[Any, ...]) -> None:
    assert one(text, side) == expected


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Nikola Jokić enters the game for De'Aaron Fox", None),
        ("Nikola Jokić enters the game for ", None),
        ("Nikola Jokić enters the game for Somebody Else", "unresolved"),
        ("Somebody Else enters the game for De'Aaron Fox", "unresolved"),
    ],
)
def test_a_substitution_of_a_man_whom_nobody_knows_says_so(text: str, kind: str | None) -> None:
    assert plays(page_play(text)).kind == [kind]


def test_a_technical_of_college_is_a_foul_on_a_page_too() -> None:
    found = plays(page_play("Technical Foul on Jalen Smith.", "away"), lg="mens-college-basketball", maxPeriods=2)
    assert (found.event[0], found.kind[0], found.player1_id[0]) == ("foul", "technical", "a3")


def test_the_athlete_of_the_row_acts_whatever_his_name_is() -> None:
    assert one("P. Nobody makes layup", athlete="h3")[:2] == ("made_2", "h3")
    # of a block the row may carry either
    assert one("Kel'el Ware blocks De'Aaron Fox 's layup", athlete="a1")[1:3] == ("h1", "a1")
    assert one("Kel'el Ware blocks De'Aaron Fox 's layup", athlete="h1")[1:3] == ("h1", "a1")


def test_t42_names_are_compared_without_case_accents_and_double_blanks() -> None:
    assert folded("  Nikola   JOKIĆ ") == folded("nikola jokic")
    assert folded("O'Neal") != folded("ONeal")
    assert one("nikola  jokic makes layup")[1] == "h2"
    assert one("N. Jokić makes layup")[1] == "h2"


def test_t42_namesakes_are_told_apart_by_their_team_and_team_mates_not_at_all() -> None:
    boxes = [
        page_box(
            "24", [page_athlete("h1", "Jalen Smith"), page_athlete("h4", "Max Lee"), page_athlete("h5", "Max Lee")], []
        ),
        page_box("7", AWAY, []),
    ]
    rows = [
        page_play("Jalen Smith makes layup", "home", 1),
        page_play("Jalen Smith makes layup", "away", 2),
        page_play("Kel'el Ware bad pass (Jalen Smith steals)", "away", 3),
        page_play("Max Lee makes layup", "home", 4),
        page_play("Jalen Smith makes layup", "neither", 5),
    ]
    found = plays(*rows, boxes=boxes)
    assert found.player1_id == ["h1", "a3", "a1", None, None]
    assert found.player2_id[2] == "h1"


def test_a_man_who_is_not_in_the_box_is_known_by_his_own_rows() -> None:
    rows = [
        page_play("Kel'el Ware makes layup (Sam Unlisted assists)", "away", 1),
        page_play("Sam Unlisted makes layup", "away", 2, athlete="a9")
        | {"athlete": {"id": "a9", "name": "Sam Unlisted"}},
    ]
    assert plays(*rows).player2_id == ["a9", None]


def test_the_score_tells_the_value_of_a_basket_whose_text_does_not() -> None:
    rows = [
        page_play("De'Aaron Fox makes step back jumpshot", "home", 1, homeScore=3),
        page_play("Kel'el Ware makes running pullup jump shot", "away", 2, homeScore=3, awayScore=2),
        page_play("Kel'el Ware makes 30-foot running jumper", "away", 3, homeScore=3, awayScore=4),
        page_play("De'Aaron Fox makes three point jumper", "home", 4, homeScore=5, awayScore=4),
        page_play("makes shot", "home", 5, homeScore=7, awayScore=4),
    ]
    found = plays(*rows)
    assert found.points == [3, 2, 2, 3, 2]
    assert found.value_source == ["score", "score", "score", "text", None]


def test_the_chart_gives_type_and_spot_by_the_id_of_the_play() -> None:
    chart = {
        "plays": [
            {"id": "4011", "type": {"id": "128", "text": "Finger Roll"}, "coordinate": {"x": 25, "y": 2}},
            {"id": "4012", "type": {"id": "132"}, "coordinate": {"x": -214748340, "y": -214748365}},
            {"id": "4013", "coordinate": {"x": 2, "y": 5}, "athlete": {"id": "h2"}},
        ]
    }
    rows = [page_play("De'Aaron Fox misses finger roll", number=1), page_play("De'Aaron Fox misses jumper", number=2)]
    found = plays(*rows, page_play("Somebody misses jumper", number=3), shtChrt=chart)
    assert found.type_id == ["128", "132", None]
    assert found.type_text == ["Finger Roll", None, None]
    assert (found.x, found.y) == ([25, None, 2], [2, None, 5])
    assert found.shot_value == [2, 2, 3]
    assert found.player1_id == ["h1", "h1", "h2"]


def test_periods_clocks_and_sides() -> None:
    rows = page(
        bxscr=BOXES,
        pbp={
            "playGrps": [
                [page_play("De'Aaron Fox makes layup", "home", 1), page_play("End of the 1st Quarter", "x", 2)],
                [page_play("Kel'el Ware makes layup", "home", 3, period=None, clock={"displayValue": "13:00"})],
            ]
        },
    )
    found = plays_of(read(rows))
    assert found.period == [1, 1, 2]
    assert found.elapsed_seconds == [20, 20, None]
    assert found.clock_seconds == [700, 700, None]
    # the box knows better than the row whose player he is
    assert found.team_id == ["24", None, "7"]
    assert found.home == [True, None, False]


def test_a_page_of_plays_finds_its_names_in_the_box_page_or_in_a_summary() -> None:
    rows = page(pbp={"playGrps": [[page_play("De'Aaron Fox makes layup (Nikola Jokić assists)")]]})
    assert plays_of(read(rows)).player1_id == [None]
    for documents in ((rows, page(bxscr=BOXES)), (page(bxscr=BOXES), rows)):
        game = read(*documents)
        found = plays_of(game)
        assert (found.player1_id, found.player2_id) == (["h1"], ["h2"])
        assert len(game.players) == 6
    listed = {
        "team": {"id": "24"},
        "statistics": [{"athletes": [{"athlete": {"id": "h1", "displayName": "De'Aaron Fox"}, "stats": []}]}],
    }
    assert plays_of(read(rows, summary(players=[listed]))).player1_id == ["h1"]
