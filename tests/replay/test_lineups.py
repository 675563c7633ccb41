"""Who started a period, who is on court, and for how long."""

from __future__ import annotations

from typing import Any

import pytest

from tests.replay.sheets import Replayed, replayed

ALL = "1 2 3 4 5"


def acts(period: int, clock: str, *numbers: int, side: str = "h") -> str:
    """A rebound of each of some players."""
    return "\n".join(f"{period} {clock} {side} defensive_rebound {side}{n}" for n in numbers)


BOTH = f"{acts(2, '11:00', 1, 2, 3, 4, 5)}\n{acts(2, '11:00', 1, 2, 3, 4, 5, side='a')}"
"""A second period in which the first five of each team leave a trace."""
FIRST = "1 12:00 - period_start\n1 6:00 h substitution h6+h1\n1 0.0 - period_end"
"""A first period in which h6 comes for h1."""


def reasons(found: Replayed) -> str:
    notes: str = found.verdict["notes"] or ""
    return notes


def test_the_first_period_starts_with_the_starters_of_the_box() -> None:
    found = replayed(FIRST)
    assert (found.five(0), found.five(0, "away")) == (ALL, ALL)
    assert (found.five(1), found.five(2)) == ("2 3 4 5 6", "2 3 4 5 6")
    assert (found.total("h1", "seconds"), found.total("h6", "seconds"), found.total("h2", "seconds")) == (360, 360, 720)


def test_t32_without_substitutions_nothing_is_known_of_minutes_and_lineups() -> None:
    found = replayed(f"1 12:00 h made_2 h1 2-0\n{acts(1, '11:00', 1, 2, 3, 4, 5)}", league="wbb")
    assert found.five(0) is None
    row = found.period("h1", 1)
    assert row is not None
    assert (row["seconds"], row["minutes"], row["plus_minus"]) == (None, None, None)
    assert found.tables["player_stints"] == []
    verdict = found.verdict
    assert (verdict["lineup_status"], verdict["minutes_compared"], verdict["plus_minus_compared"]) == ("absent", 0, 0)
    assert "minutes" not in verdict["stats_compared"]


def test_later_periods_start_with_who_acts_or_goes_out_before_he_comes_in() -> None:
    found = replayed(
        f"""
        {FIRST}
        2 12:00 - period_start
        {acts(2, "11:30", 2, 3, 4)}
        2 11:00 h substitution h5+h7
        2 10:40 h foul h5
        2 10:00 h substitution h1+h6
        2 9:40 h defensive_rebound h1
        {acts(2, "9:00", 1, 2, 3, 4, 5, side="a")}
        """
    )
    # h7 goes out without having come in, h6 likewise; h5 and h1 act only after they came in
    assert found.five(3) == "2 3 4 6 7"
    assert found.five(8) == "2 3 4 5 6"
    assert found.five(10) == "1 2 3 4 5"
    assert [found.total(f"h{n}", "seconds") for n in (7, 6, 5)] == [60, 360 + 120, 720 + 660]


@pytest.mark.parametrize(
    "event",
    ["technical_foul:technical", "double_technical", "ejection", "timeout", "review", "violation", "challenge"],
)
def test_t13_what_the_bench_gets_too_proves_nothing(event: str) -> None:
    found = replayed(
        f"{FIRST}\n2 11:40 h {event} h7\n{BOTH}\n2 6:00 h substitution h7+h1\n2 5:00 h defensive_rebound h7"
    )
    assert found.five(4) == ALL


def test_t13_a_college_technical_counts_and_proves_nothing() -> None:
    found = replayed(
        f"{FIRST}\n2 9:40 h foul:technical h7\n{BOTH.replace('11:00', '9:00')}\n2 6:00 h substitution h7+h1",
        league="wbb",
    )
    assert found.five(4) == ALL
    assert found.line("h7") == {"pf": 1}


def test_t11_a_coach_is_no_starter() -> None:
    assert replayed(f"{FIRST}\n2 11:40 h technical_foul coach\n{BOTH}").five(4) == ALL


def test_who_is_named_second_has_played() -> None:
    # h5 only assists, a5 only steals
    found = replayed(
        f"{FIRST}\n2 11:40 h made_2 h1+h5 2-0\n2 11:30 h turnover h2+a5\n{acts(2, '11:00', 3, 4)}\n"
        f"{acts(2, '11:00', 1, 2, 3, 4, side='a')}"
    )
    assert (found.five(4), found.five(4, "away")) == (ALL, ALL)


def test_t07_where_the_box_lists_four_or_six_starters_the_plays_decide() -> None:
    text = (
        f"{acts(1, '11:40', 1, 2, 3, 4, 5)}\n{acts(1, '11:40', 1, 2, 3, 4, 5, side='a')}\n1 6:00 h substitution h6+h1"
    )
    for listed in (["h1", "h2", "h3", "h4"], ["h1", "h2", "h3", "h4", "h5", "h6"]):
        found = replayed(text, starters=[*listed, "a1", "a2", "a3", "a4", "a5"])
        assert (found.five(0), found.five(10)) == (ALL, "2 3 4 5 6")


def test_six_found_one_of_whom_acts_only_at_the_clock_of_his_coming() -> None:
    # h6 rebounds at 8:00 and comes in at 8:00, in that order of rows
    found = replayed(f"{FIRST}\n{BOTH}\n2 8:00 h defensive_rebound h7\n2 8:00 h substitution h7+h1")
    assert (found.five(4), found.five(14)) == (ALL, "2 3 4 5 7")
    assert "starter_entered_at_his_clock:1" in found.verdict["repairs"]


def test_six_found_without_a_way_to_tell_are_not_six() -> None:
    found = replayed(f"{FIRST}\n{BOTH}\n2 8:00 h defensive_rebound h7")
    assert found.five(4) is None
    assert found.five(4, "away") == ALL
    assert reasons(found) == "period 2 home: 6 players found"
    assert found.verdict["lineup_status"] == "incomplete"
    assert found.total("h2", "seconds") is None
    assert found.total("a2", "seconds") == 1440


# A man who leaves no trace: h5 plays the second period and does nothing. h5 and h6 ended the first; h1 did not.

SILENT = f"{FIRST}\n{acts(2, '11:00', 1, 2, 3, 4)}\n{acts(2, '11:00', 1, 2, 3, 4, 5, side='a')}"


def test_four_found_are_completed_by_the_man_whose_minutes_are_not_explained() -> None:
    # h5: 12 minutes of the first period and 12 of the second
    minutes = {"h1": 18, "h2": 24, "h3": 24, "h4": 24, "h5": 24, "h6": 6, **{f"a{n}": 24 for n in range(1, 6)}}
    found = replayed(SILENT, minutes=minutes)
    assert found.five(4) == ALL
    assert "starter_by_official_minutes:1" in found.verdict["repairs"]
    assert found.verdict["minutes_equal"] == found.verdict["minutes_compared"] == 11
    # it was h6 who stayed
    found = replayed(SILENT, minutes=minutes | {"h5": 12, "h6": 18})
    assert found.five(4) == "1 2 3 4 6"


def test_of_two_whose_minutes_fit_those_who_ended_the_period_before_count() -> None:
    minutes = {"h1": 18, "h2": 24, "h3": 24, "h4": 24, "h5": 24, "h6": 6, "h7": 12}
    assert replayed(SILENT, minutes=minutes).five(4) == ALL


def test_four_found_and_nobody_whose_minutes_fit_stay_four_and_unknown() -> None:
    minutes = {"h1": 18, "h2": 24, "h3": 24, "h4": 24, "h5": 12, "h6": 6}
    found = replayed(SILENT, minutes=minutes)
    assert found.five(4) is None
    assert reasons(found) == "period 2 home: 4 players found, 0 could complete the five"


def test_a_completed_five_that_the_minutes_contradict_is_taken_back() -> None:
    minutes = {"h1": 18, "h2": 24, "h3": 24, "h4": 24, "h5": 30, "h6": 6}
    found = replayed(SILENT, minutes=minutes)
    assert found.five(4) is None
    assert reasons(found) == "period 2 home: no five fits the official minutes"


def test_without_minutes_the_only_one_who_was_on_court_before_completes_the_five() -> None:
    text = SILENT.replace("1 6:00 h substitution h6+h1", "1 6:00 h substitution h1+h6")
    starters = ["h2", "h3", "h4", "h5", "h6", "a1", "a2", "a3", "a4", "a5"]
    found = replayed(text, starters=starters)
    assert found.five(4) == ALL
    assert "starter_without_a_trace:1" in found.verdict["repairs"]
    # h5 and h6 were on court, either may have stayed
    assert replayed(SILENT).five(4) is None


def test_a_period_that_is_still_played_is_not_completed() -> None:
    text = SILENT.replace("1 6:00 h substitution h6+h1", "1 6:00 h substitution h1+h6")
    starters = ["h2", "h3", "h4", "h5", "h6", "a1", "a2", "a3", "a4", "a5"]
    found = replayed(text, starters=starters, status="in_progress", box="partial")
    assert found.five(4) is None
    assert "period 2 home: 4 players found" in reasons(found)
    # but one that has ended is
    assert (
        replayed(f"{text}\n2 0.0 - period_end", starters=starters, status="in_progress", box="partial").five(4) == ALL
    )


# Substitutions.


def test_t18_a_substitution_that_names_only_one_man_is_ignored() -> None:
    # 401585607 event 382: "Ochai Agbaji enters the game for  "
    found = replayed(
        "1 12:00 - period_start\n1 6:28 h substitution h6\n1 3:00 h substitution h6+h1\n1 0.0 - period_end"
    )
    assert (found.five(1), found.five(2)) == (ALL, "2 3 4 5 6")
    assert found.total("h1", "seconds") == 540
    assert found.verdict["repairs"] == ["substitution_of_one_ignored:1"]


def test_a_substitution_that_names_a_man_whom_nobody_knows_makes_the_period_unknown() -> None:
    rows = "1 12:00 - period_start\n1 6:28 h substitution:unresolved h6\n1 0.0 - period_end"
    for text in (rows, rows.replace("h6", "?+h1"), rows.replace(" h6", "")):
        found = replayed(text)
        assert (found.five(0), found.five(0, "away")) == (None, ALL)
        assert reasons(found) == "period 1 home: a substitution names a man who is not known"


def test_a_man_who_is_not_in_the_box_comes_and_goes_like_any_other() -> None:
    rows = "1 12:00 - period_start\n1 6:00 h substitution h6+h1\n1 3:00 h substitution h7+h6\n1 0.0 - period_end"
    found = replayed(rows, unlisted=["h6", "h7"])
    assert [found.five(n) for n in (0, 1, 2)] == [ALL, "2 3 4 5 6", "2 3 4 5 7"]
    assert (found.total("h6", "seconds"), found.total("h7", "seconds")) == (180, 180)


def test_a_substitution_across_teams_is_ignored() -> None:
    assert replayed("1 12:00 - period_start\n1 6:28 h substitution h6+a1\n1 5:00 h substitution h6+h1").five(1) == ALL


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ("1 6:00 h substitution h6+h7", "a man goes out who is not on court"),
        ("1 6:00 h substitution h2+h1", "4 on court after a change"),
    ],
)
def test_a_period_whose_substitutions_do_not_add_up_is_unknown_from_its_start(rows: str, reason: str) -> None:
    found = replayed(f"1 12:00 h made_2 h1 2-0\n{rows}\n1 0.0 - period_end\n{BOTH}")
    assert [found.five(n) for n in (0, 1, 2)] == [None] * 3
    assert (found.five(0, "away"), found.five(3)) == (ALL, ALL)
    assert reasons(found) == f"period 1 home: {reason}"
    assert {row["player_id"] for row in found.tables["player_stints"] if row["period"] == 1} == {
        f"a{n}" for n in range(1, 6)
    }
    row = found.period("h1", 1)
    assert row is not None
    assert (row["points"], row["seconds"], row["plus_minus"]) == (2, None, None)
    # a second period of the same team is known all the same
    assert found.period("h2", 2) is not None
    assert found.verdict["minutes_compared"] == 0


def test_a_man_who_acts_while_he_is_not_on_court_shows_that_a_row_is_missing() -> None:
    found = replayed(
        "1 12:00 - period_start\n1 8:00 h substitution h6+h1\n1 6:00 h defensive_rebound h1\n1 0.0 - period_end"
    )
    assert found.five(0) is None
    assert reasons(found) == "period 1 home: h1 acts while not on court"
    # at the very clock of his going, the order of rows is loose
    for row in ("1 8:00 h defensive_rebound h1", "1 8:00 h foul h6"):
        assert (
            replayed(f"1 12:00 - period_start\n1 8:00 h substitution h6+h1\n{row}\n1 0.0 - period_end").five(0) == ALL
        )


def test_t33_college_rows_of_one_clock_are_taken_together() -> None:
    # 401820771 at 16:07: out rows before in rows, one man each
    text = """
        1 20:00 - period_start
        1 16:07 h sub_out h1
        1 16:07 h sub_out h2
        1 16:07 a sub_in a6
        1 16:07 h sub_in h6
        1 16:07 a sub_out a1
        1 16:07 h sub_in h7
        1 10:00 h sub_in h1
        1 10:00 h sub_out h6
        1 0:00 - period_end
        """
    found = replayed(text, league="mbb")
    assert [found.five(n) for n in range(1, 7)] == ["3 4 5 6 7"] * 6
    assert found.five(3, "away") == "2 3 4 5 6"
    assert found.five(8) == "1 3 4 5 7"
    assert (found.total("h1", "seconds"), found.total("h6", "seconds"), found.total("h7", "seconds")) == (833, 367, 967)


def test_in_and_out_at_one_clock_is_no_change() -> None:
    text = """
        1 20:00 - period_start
        1 16:07 h sub_out h1
        1 16:07 h sub_in h1
        1 16:07 h sub_in h6
        1 16:07 h sub_out h6
        1 12:00 a sub_in a6
        1 12:00 a sub_out a1
        """
    found = replayed(text, league="mbb")
    assert found.five(4) == ALL
    assert len([row for row in found.tables["player_stints"] if row["player_id"] == "h1"]) == 1


def test_a_substitution_at_the_full_clock_leaves_the_starter_no_seconds() -> None:
    # 401705050, overtime, 5:00
    rows = "\n".join(f"{p} 6:00 h substitution h6+h1\n{p} 5:00 h substitution h1+h6" for p in (1, 2, 3, 4))
    traces = "\n".join(
        acts(p, "11:00", 1, 2, 3, 4, 5) + "\n" + acts(p, "11:00", 1, 2, 3, 4, 5, side="a") for p in (1, 2, 3, 4)
    )
    order = sorted(f"{traces}\n{rows}".splitlines(), key=lambda line: line.split()[0])
    over = f"5 5:00 h substitution h6+h1\n{acts(5, '4:00', 2, 3, 4, 5, 6)}\n{acts(5, '4:00', 1, 2, 3, 4, 5, side='a')}"
    found = replayed("\n".join(order) + "\n" + over)
    stint = next(r for r in found.tables["player_stints"] if (r["player_id"], r["period"]) == ("h1", 5))
    assert (stint["seconds"], stint["starts_period"], stint["start_inferred"]) == (0, True, True)
    assert found.period("h1", 5) is None
    row = found.period("h6", 5)
    assert row is not None
    assert row["seconds"] == 300


def test_the_seconds_of_five_are_five_times_the_period() -> None:
    found = replayed(f"{FIRST}\n{BOTH}\n2 7:00 h substitution h7+h5\n2 6:30 h substitution h5+h7")
    for side in "ha":
        for period in (1, 2):
            rows = [found.period(f"{side}{n}", period) for n in range(1, 8)]
            assert sum(row["seconds"] for row in rows if row is not None) == 5 * 720


def test_a_live_game_ends_for_now_at_its_last_row() -> None:
    text = "1 12:00 - period_start\n1 6:00 h substitution h6+h1\n1 5:00 h made_2 h2 2-0"
    found = replayed(text, status="in_progress", box="partial")
    assert (found.total("h2", "seconds"), found.total("h6", "seconds")) == (420, 60)


def test_stints() -> None:
    found = replayed(f"{FIRST}\n{BOTH}")
    rows: list[dict[str, Any]] = [r for r in found.tables["player_stints"] if r["player_id"] in ("h1", "h6")]
    kept = (
        "player_id",
        "stint_num",
        "period",
        "start_event",
        "end_event",
        "start_elapsed_seconds",
        "end_elapsed_seconds",
    )
    assert [tuple(row[name] for name in kept) for row in rows] == [
        ("h1", 1, 1, 0, 1, 0, 360),
        ("h1", 2, 2, 3, 13, 720, 1440),
        ("h6", 1, 1, 1, 3, 360, 720),
    ]
    assert [row["starts_period"] for row in rows] == [True, True, False]
    assert [row["start_inferred"] for row in rows] == [False, True, False]
