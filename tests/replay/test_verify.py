"""The replay beside the official box: what is compared, grades, and one cause for every difference."""

from __future__ import annotations

from typing import Any

import pytest

from hooplake.replay.verify import grade
from tests.replay.sheets import Replayed, replayed

TEXT = """
    1 12:00 - period_start
    1 11:40 h made_2 h1+h2 2-0
    1 11:20 a missed_3 a1
    1 11:18 h defensive_rebound h3
    1 0.0 - period_end ? 2-0
    """
LINES: dict[str, dict[str, int]] = {
    "h1": {"points": 2, "fgm": 1, "fga": 1},
    "h2": {"ast": 1},
    "h3": {"dreb": 1, "reb": 1},
    "a1": {"fga": 1, "fg3a": 1},
}
"""The official box of that game."""
SUBS = TEXT.replace("1 0.0 -", "1 6:00 h substitution h6+h1\n    1 0.0 -")


def but(player: str, text: str = TEXT, lines: Any = LINES, **changes: Any) -> Replayed:
    """The game beside a box in which some cells of one player differ."""
    what = {
        name: changes.pop(name)
        for name in list(changes)
        if name
        not in (
            "points",
            "fgm",
            "fga",
            "fg3m",
            "fg3a",
            "ftm",
            "fta",
            "oreb",
            "dreb",
            "reb",
            "ast",
            "stl",
            "blk",
            "tov",
            "pf",
        )
    }
    return replayed(text, lines=lines | {player: lines.get(player, {}) | changes}, **what)


def test_a_game_that_agrees() -> None:
    verdict = replayed(TEXT, lines=LINES, periods=([2], [0])).verdict
    assert (verdict["cells_compared"], verdict["cells_equal"]) == (14 * 15, 14 * 15)
    assert (verdict["quality_grade"], verdict["final_score_match"], verdict["period_scores_match"]) == ("A", True, True)
    assert (verdict["total_discrepancies"], verdict["causes"], verdict["discrepancy_details"]) == (0, {}, {})
    assert verdict["mae_points"] == 0


@pytest.mark.parametrize(
    ("discrepancies", "match", "expected"),
    [
        (0, True, "A"), (1, True, "B"), (5, True, "B"), (6, True, "C"), (15, True, "C"), (16, True, "D"),
        (30, True, "D"), (31, True, "F"), (0, False, "F"),
    ],
)  # fmt: skip
def test_grades(discrepancies: int, match: bool, expected: str) -> None:
    assert grade(discrepancies, match) == expected


def test_discrepancies_are_summed_and_means_are_over_all_players() -> None:
    found = but("h1", points=4, fgm=2, fga=3)
    verdict = found.verdict
    assert (verdict["total_discrepancies"], verdict["quality_grade"]) == (2 + 1 + 2, "B")
    assert verdict["mae_points"] == pytest.approx(2 / 14)
    assert verdict["cells_equal"] == verdict["cells_compared"] - 3
    assert verdict["discrepancy_details"] == {
        "h1": {
            "points": {"generated": 2, "actual": 4, "diff": -2, "cause": "missing_play"},
            "fgm": {"generated": 1, "actual": 2, "diff": -1, "cause": "missing_play"},
            "fga": {"generated": 1, "actual": 3, "diff": -2, "cause": "missing_play"},
        }
    }
    assert {state["verification_passed"] for state in found.states} == {True}


@pytest.mark.parametrize(
    ("box", "status", "note"),
    [
        ("shell", "final", "official box shell"),
        ("absent", "final", "official box absent"),
        ("partial", "in_progress", "status in_progress: not final"),
    ],
)
def test_t37_what_has_no_box_is_not_verified_and_has_no_grade(box: str, status: str, note: str) -> None:
    found = replayed(TEXT, lines=LINES, box=box, status=status)
    verdict = found.verdict
    assert (verdict["quality_grade"], verdict["cells_compared"], verdict["total_discrepancies"]) == (None, 0, None)
    assert (verdict["stats_compared"], verdict["notes"], verdict["mae_points"]) == ([], note, None)
    assert {state["verification_passed"] for state in found.states} == {None}


def test_a_shell_still_has_a_final_score_to_agree_with() -> None:
    verdict = replayed(TEXT, box="shell", final=(3, 0)).verdict
    assert (verdict["final_score_match"], verdict["quality_grade"]) == (False, None)


def test_a_wrong_final_score_is_an_f() -> None:
    found = replayed(TEXT, lines=LINES, final=(4, 0))
    assert (found.verdict["quality_grade"], found.verdict["final_score_match"]) == ("F", False)
    assert found.causes == {("H", "points"): "missing_play"}
    assert found.states[0]["verification_passed"] is False


def test_a_final_score_that_is_not_known_is_no_wrong_one() -> None:
    verdict = replayed(TEXT, lines=LINES, final=(None, 0)).verdict
    assert (verdict["final_score_match"], verdict["quality_grade"]) == (None, "A")


def test_line_scores() -> None:
    text = TEXT + "2 11:40 a made_2 a1 2-2\n    2 0.0 - period_end"
    assert replayed(text, periods=([2, 0], [0, 2])).verdict["period_scores_match"] is True
    assert replayed(text).verdict["period_scores_match"] is None
    found = replayed(text, periods=([2, 0], [0, 1]))
    assert found.verdict["period_scores_match"] is False
    assert {key: cause for key, cause in found.causes.items() if key[1] == "2"} == {("A", "2"): "surplus_play"}
    # a period that the replay does not have
    assert replayed(text, periods=([2, 0, 0], [0, 2, 3])).causes["A", "3"] == "missing_play"


def test_who_did_not_play_has_zeros_and_who_is_not_known_is_not_compared() -> None:
    found = replayed(TEXT, lines=LINES | {"h7": None, "h6": {"points": None}})  # type: ignore[dict-item]
    assert found.verdict["cells_compared"] == 14 * 15 - 1
    assert found.verdict["quality_grade"] == "A"


def test_team_totals() -> None:
    teams = {
        "H": {"points": 2, "fgm": 1, "fga": 1, "ast": 1, "reb": 1, "tov": 0, "team_turnovers": 1, "total_turnovers": 1,
              "technical_fouls": 1, "flagrant_fouls": 1},
        "A": {"fg3a": 1, "technical_fouls": 1, "flagrant_fouls": 0},
    }  # fmt: skip
    text = TEXT.replace(
        "1 0.0 -",
        "1 9:00 h turnover\n 1 8:00 h double_technical h1+a1\n 1 7:00 h foul:flagrant_1 h4\n    1 0.0 -",
    )
    verdict = replayed(text, lines=LINES | {"h4": {"pf": 1}}, teams=teams).verdict
    assert (verdict["team_cells_compared"], verdict["team_cells_equal"]) == (13, 13)


def test_t12_a_double_technical_counts_for_both_teams() -> None:
    text = TEXT.replace("1 0.0 -", "1 8:00 a double_technical h1+a1\n    1 0.0 -")
    teams = {team: {"technical_fouls": 1} for team in "HA"}
    assert replayed(text, lines=LINES, teams=teams).verdict["team_cells_equal"] == 2


def test_team_totals_of_college_leave_out_what_they_mix() -> None:
    teams = {"H": {"reb": 40, "oreb": 20, "dreb": 20, "tov": 9, "flagrant_fouls": 2, "total_turnovers": 0, "points": 2}}
    verdict = replayed(TEXT, league="wbb", lines=LINES, teams=teams).verdict
    assert (verdict["team_cells_compared"], verdict["team_cells_equal"]) == (2, 2)


def test_minutes_are_whole_and_rounded_half_up() -> None:
    lines = LINES | {"h6": {}}
    # h1 plays 6:30 of the period, h6 the other 5:30
    text = SUBS.replace("1 6:00", "1 5:30")
    found = replayed(text, lines=lines, minutes={"h1": 7, "h6": 6, "h2": 12})
    assert (found.verdict["minutes_compared"], found.verdict["minutes_equal"]) == (3, 3)
    assert found.verdict["stats_compared"][-1] == "minutes"
    found = replayed(text, lines=lines, minutes={"h1": 6, "h6": 6})
    assert (found.verdict["minutes_compared"], found.verdict["minutes_equal"]) == (2, 1)
    # minutes are not among the counting stats that a grade is made of
    assert found.verdict["quality_grade"] == "A"


# Causes, in the order in which they are tested.


def test_a_box_that_is_not_final_is_the_cause_of_everything() -> None:
    found = replayed(TEXT, lines=LINES, box="partial", final=(5, 0))
    assert found.causes == {("H", "points"): "box_partial"}


def test_cause_rounding_of_college_minutes() -> None:
    text = (
        SUBS.replace("substitution h6+h1", "sub_in h6\n    1 6:00 h sub_out h1")
        .replace("12:00", "10:00")
        .replace("11:", "9:")
    )
    assert replayed(text, league="wbb", minutes={"h1": 5}).causes["h1", "minutes"] == "rounding"
    assert replayed(text, league="wbb", minutes={"h1": 7}).causes["h1", "minutes"] == "unexplained"


def test_cause_lineup_where_the_minutes_of_a_team_mate_differ_the_other_way() -> None:
    found = replayed(SUBS, lines=LINES, minutes={"h1": 8, "h6": 4, "h2": 11, "a1": 13}, plus_minus={"h6": 1, "a1": 1})
    assert found.causes["h1", "minutes"] == found.causes["h6", "minutes"] == "lineup"
    assert found.causes["h6", "plus_minus"] == "lineup"
    # one man alone in neither
    assert replayed(SUBS, lines=LINES, minutes={"a1": 13}).causes["a1", "minutes"] == "unexplained"
    assert replayed(SUBS, lines=LINES, plus_minus={"a1": 1}).causes["a1", "plus_minus"] == "unexplained"


def test_cause_missing_play_of_plus_minus_where_points_are_missing() -> None:
    found = replayed(SUBS, lines=LINES, plus_minus={"a1": -4}, final=(4, 0))
    assert found.causes["a1", "plus_minus"] == "missing_play"


def test_t14_cause_heave() -> None:
    text = TEXT.replace("1 0.0 -", "1 0.5 a missed_heave a1\n    1 0.0 -")
    found = but("a1", text, fga=2, fg3a=2)
    assert found.line("a1") == {"fga": 1, "fg3a": 1}
    assert found.causes == {("a1", "fga"): "heave", ("a1", "fg3a"): "heave"}
    # two more than the heave are not the heave
    assert but("a1", text, fga=3).causes["a1", "fga"] == "missing_play"
    assert but("a2", text, fga=1).causes["a2", "fga"] == "missing_play"


def test_cause_placeholder_play() -> None:
    text = TEXT.replace("1 0.0 -", "1 0.5 a placeholder\n    1 0.0 -")
    assert but("a1", text, fga=2).causes["a1", "fga"] == "placeholder_play"
    assert but("a1", text, stl=1).causes["a1", "stl"] == "missing_play"


def test_t15_cause_late_insert() -> None:
    # 401859967: a missed free throw whose sequence number is behind that of the game end
    text = TEXT + "4 10.0 a missed_ft a1\n    4 0.0 - game_end"
    plays = {5: {"sequence": 773}, 6: {"sequence": 772}}
    found = replayed(text, lines=LINES, plays=plays, teams={"A": {"fta": 0}})
    assert found.line("a1")["fta"] == 1
    assert found.causes == {("a1", "fta"): "late_insert", ("A", "fta"): "late_insert"}
    assert replayed(text, lines=LINES).causes["a1", "fta"] == "surplus_play"


def test_cause_duplicate_row() -> None:
    text = TEXT.replace("1 0.0 -", "1 11:10 h defensive_rebound h3\n    1 0.0 -")
    found = replayed(text, lines=LINES, plays={4: {"play_id": "p3"}})
    assert found.causes == {("h3", "dreb"): "duplicate_row", ("h3", "reb"): "duplicate_row"}


def test_cause_unmapped_type() -> None:
    text = TEXT.replace("1 0.0 -", "1 9:00 a unmapped a1\n    1 0.0 -")
    found = but("a1", text, tov=1)
    assert found.causes == {("a1", "tov"): "unmapped_type"}
    assert found.verdict["notes"] == "1 plays of unmapped types"
    assert but("a2", text, tov=1).causes["a2", "tov"] == "missing_play"


def test_cause_revision_of_a_miss_into_a_turnover() -> None:
    # 401705044
    found = but("a1", fga=0, tov=1, fg3a=1)
    assert found.causes == {("a1", "fga"): "revision", ("a1", "tov"): "revision"}
    assert but("h3", dreb=0, oreb=1).causes == {("h3", "dreb"): "revision", ("h3", "oreb"): "revision"}


def test_cause_attribution() -> None:
    lines = LINES | {"h3": {}, "h4": {"dreb": 1, "reb": 1}}
    found = replayed(TEXT, lines=lines)
    assert set(found.causes.values()) == {"attribution"}
    assert found.causes.keys() == {("h3", "dreb"), ("h3", "reb"), ("h4", "dreb"), ("h4", "reb")}
    assert found.verdict["quality_grade"] == "B"


def test_cause_attribution_of_points_to_another_period() -> None:
    text = TEXT + "2 11:40 h made_2 h1 4-0"
    found = replayed(text, periods=([4, 0], [0, 0]))
    assert (found.causes["H", "1"], found.causes["H", "2"]) == ("attribution", "attribution")


def test_cause_missing_play_and_surplus_play() -> None:
    assert but("h2", ast=2).causes == {("h2", "ast"): "missing_play"}
    assert but("h2", ast=0).causes == {("h2", "ast"): "surplus_play"}
    found = but("h2", ast=2, teams={"H": {"ast": 2}, "A": {"stl": 1}})
    assert found.causes == {("h2", "ast"): "missing_play", ("H", "ast"): "missing_play", ("A", "stl"): "missing_play"}
    assert but("h1", teams={"H": {"team_turnovers": 0, "pf": 0}}).causes == {}


@pytest.mark.parametrize(
    ("row", "stat", "cause"),
    [
        ("h double_technical h1", "technical_fouls", "double_technical"),
        ("h technical_foul h1", "technical_fouls", "foul_kind"),
        ("h double_technical h1+a1", "flagrant_fouls", "foul_kind"),
    ],
)
def test_causes_of_technical_and_flagrant_fouls(row: str, stat: str, cause: str) -> None:
    text = TEXT.replace("1 0.0 -", f"1 9:00 {row}\n    1 0.0 -")
    found = replayed(text, lines=LINES, teams={"A": {stat: 3}})
    assert found.causes == {("A", stat): cause}
