"""Player and team boxes: every order of columns, every odd value, who played."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hooplake.games.espn.box import count, integer, pair
from hooplake.games.model import STATS, BoxLine
from tests.games.documents import KEYS, LABELS, LINE, athlete, box, page, page_athlete, page_box, read, summary

EXPECTED = {
    "minutes": 35, "points": 24, "fgm": 9, "fga": 20, "fg3m": 2, "fg3a": 6, "ftm": 4, "fta": 5, "reb": 11, "ast": 7,
    "tov": 3, "stl": 1, "blk": 2, "oreb": 3, "dreb": 8, "pf": 4, "plus_minus": -7,
}  # fmt: skip
VALUE = dict(zip(LABELS, LINE, strict=True))
ORDERS = (
    "MIN FG 3PT FT OREB DREB REB AST STL BLK TO PF +/- PTS",
    "MIN +/- FG 3PT FT OREB DREB REB AST STL BLK TO PF PTS",
    "MIN PTS FG 3PT FT REB AST TO STL BLK OREB DREB PF +/-",
    "MIN FG 3PT FT OREB DREB REB AST STL BLK TO PF PTS",
    "MIN PTS FG 3PT FT REB AST TO STL BLK OREB DREB PF",
)


def values(line: BoxLine) -> dict[str, Any]:
    return {name: getattr(line, name) for name in EXPECTED}


def only(*rows: Any, **columns: Any) -> BoxLine:
    (line,) = read(summary(players=[box("24", *rows, **columns)])).players
    return line


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("named", ["keys", "names", "labels"])
def test_columns_are_found_by_name_in_every_order(order: str, named: str) -> None:
    labels = order.split()
    columns = [dict(zip(LABELS, KEYS, strict=True))[label] for label in labels] if named == "keys" else labels
    line = only(athlete("1", tuple(VALUE[label] for label in labels)), **{named: columns})
    assert values(line) == EXPECTED | ({} if "+/-" in labels else {"plus_minus": None})


def test_keys_count_before_names_and_names_before_labels() -> None:
    wrong = ["PTS", "MIN"]
    assert only(athlete("1", ("35", "24")), keys=["minutes", "points"], names=wrong, labels=wrong).points == 24
    assert only(athlete("1", ("35", "24")), keys=[], names=["MIN", "PTS"], labels=wrong).points == 24


def test_columns_that_nobody_knows_and_rows_that_are_short() -> None:
    line = only(athlete("1", ("35", "hot", "24", "9-20")), keys=["minutes", "mood", "points", *KEYS[2:]])
    assert (line.minutes, line.points, line.fgm, line.fga, line.reb, line.did_not_play) == (35, 24, 9, 20, None, False)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("7", 7), ("+8", 8), ("-7", -7), ("0", 0), (" 12 ", 12), ("317", 317), ("-0", 0),
        ("--", None), ("-", None), ("", None), ("7.5", None), ("seven", None), (None, None), ("40000", None),
        ("9" * 5000, None),
    ],
)  # fmt: skip
def test_whole_numbers(text: str | None, number: int | None) -> None:
    assert integer(text) == number
    assert count(text) == (number if number is None or number >= 0 else None)


@given(st.integers(-32768, 32767))
def test_every_small_number_is_read(number: int) -> None:
    assert integer(str(number)) == integer(f"{number:+d}") == number


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("7-13", (7, 13)), ("0-0", (0, 0)), ("--", (None, None)), ("-", (None, None)), ("7", (None, None)),
        ("7-", (7, None)), (None, (None, None)), ("", (None, None)),
    ],
)  # fmt: skip
def test_made_and_attempted(text: str | None, numbers: tuple[int | None, int | None]) -> None:
    assert pair(text) == numbers


def test_a_negative_plus_minus_is_no_pair() -> None:
    assert only(athlete("1", ("-15",)), keys=["plusMinus"]).plus_minus == -15
    assert only(athlete("1", ("+8",)), keys=["plusMinus"]).plus_minus == 8


@pytest.mark.parametrize(
    ("text", "minutes"), [("35", 35), ("45:58", 46), ("45:29", 45), ("11:60", 12), ("0", 0), ("--", None), ("", None)]
)
def test_minutes(text: str, minutes: int | None) -> None:
    line = only(athlete("1", (text, "24")), keys=["minutes", "points"])
    assert line.minutes == minutes


@pytest.mark.parametrize(
    ("row", "played", "reason"),
    [
        (athlete("1"), True, None),
        # a reason is given even of those who played
        (athlete("1", reason="COACH'S DECISION"), True, None),
        (athlete("1", (), didNotPlay=True, reason="COACH'S DECISION"), False, "COACH'S DECISION"),
        # ten women's rows: not said, but without a line
        (athlete("1", ()), False, None),
        (athlete("1", didNotPlay=True), False, None),
        (athlete("1", ("--", *["--"] * 13)), False, None),
        (athlete("1", ("--", "0", "0-0", "0-0", "0-0", *["0"] * 9)), True, None),
        (athlete("1", active=False, didNotPlay=None), True, None),
    ],
)
def test_who_played(row: Any, played: bool, reason: str | None) -> None:
    line = only(row)
    assert (line.did_not_play, line.reason) == (not played, reason)
    if not played:
        assert all(getattr(line, name) is None for name in EXPECTED)


def test_jersey_and_position_are_text_and_may_be_absent() -> None:
    rows = [
        athlete("1") | {"athlete": {"id": "1", "jersey": "00", "position": {"abbreviation": "C"}}},
        athlete("2") | {"athlete": {"id": "2", "jersey": "0"}},
        athlete("3") | {"athlete": {"id": "3", "jersey": 7}},
    ]
    found = read(summary(players=[box("24", *rows)])).players
    assert [(line.jersey, line.position) for line in found] == [("00", "C"), ("0", None), ("7", None)]


def test_sides_come_from_the_team_id_though_the_box_lists_the_visitors_first() -> None:
    found = read(summary(players=[box("7", athlete("1")), box("24", athlete("2")), box("99", athlete("3"))])).players
    assert [(line.team_id, line.home) for line in found] == [("7", False), ("24", True), ("99", None)]


def test_rows_without_a_player_or_a_team_are_left_out_and_a_player_is_listed_once() -> None:
    rows = [athlete("1", ()), athlete("1"), athlete("2"), athlete("2", ()), {"athlete": {}}, {"stats": ["5"]}]
    found = read(summary(players=[box("24", *rows), {"statistics": [{"athletes": [athlete("9")]}]}])).players
    assert [(line.player_id, line.did_not_play) for line in found] == [("1", False), ("2", False)]


@pytest.mark.parametrize(
    ("status", "score", "rows", "expected"),
    [
        ("FINAL", "111", [athlete("1")], "full"),
        ("FINAL", "111", [athlete("1", ("--", "0", "0-0"))], "shell"),  # 400827889
        ("FINAL", "0", [athlete("1", ("--", "0", "0-0"))], "full"),
        ("FINAL", "111", [athlete("1", ())], "absent"),
        ("FINAL", "111", [], "absent"),
        ("IN_PROGRESS", "57", [athlete("1")], "partial"),
        ("SCHEDULED", None, [], "absent"),
    ],
)
def test_the_state_of_a_box(status: str, score: str | None, rows: list[Any], expected: str) -> None:
    document = summary(status=status, score=(score, score), players=[box("24", *rows)])
    assert read(document).box_status == expected


TOTALS = {
    "fieldGoalsMade-fieldGoalsAttempted": "42-88", "threePointFieldGoalsMade-threePointFieldGoalsAttempted": "11-30",
    "freeThrowsMade-freeThrowsAttempted": "16-20", "totalRebounds": "44", "offensiveRebounds": "12",
    "defensiveRebounds": "32", "assists": "25", "steals": "8", "blocks": "5", "turnovers": "12", "teamTurnovers": "2",
    "totalTurnovers": "14", "technicalFouls": "0", "totalTechnicalFouls": "1", "flagrantFouls": "1",
    "turnoverPoints": "17", "fastBreakPoints": "9", "pointsInPaint": "-1", "fouls": "19", "largestLead": "12",
    "fieldGoalPct": "48",
}  # fmt: skip


def test_team_totals() -> None:
    rows = [{"name": name, "displayValue": value} for name, value in TOTALS.items()]
    team = read(summary(teams=[{"team": {"id": "24"}, "statistics": rows}])).home
    assert team is not None
    assert [getattr(team, stat) for stat in STATS] == [111, 42, 88, 11, 30, 16, 20, 12, 32, 44, 25, 8, 5, 12, 19]
    assert (team.team_turnovers, team.total_turnovers, team.technical_fouls, team.flagrant_fouls) == (2, 14, 1, 1)
    assert (team.points_off_turnovers, team.fast_break_points, team.largest_lead) == (17, 9, 12)
    assert team.points_in_paint is None, "-1 says that the source does not know"
    assert (team.home, team.opponent_team_id, team.score) == (True, "7", 111)


def test_a_page_keeps_starters_bench_and_totals_apart() -> None:
    totals = {"type": "totals", "lbls": list(LABELS), "keys": list(KEYS), "ttls": list(LINE)}
    one = page_box("24", [page_athlete("1", "A B")], [page_athlete("2", "C D", (), dnpRsn="DNP-COACH'S DECISION")])
    one["stats"].append(totals)
    game = read(page(bxscr=[one]))
    first, second = game.players
    assert values(first) == EXPECTED
    assert (first.starter, first.player, first.short_name, first.home) == (True, "A B", "A. B", True)
    assert (second.starter, second.did_not_play, second.reason) == (False, True, "DNP-COACH'S DECISION")
    assert game.home is not None
    assert [getattr(game.home, stat) for stat in STATS] == [24, 9, 20, 2, 6, 4, 5, 3, 8, 11, 7, 1, 2, 3, 4]
