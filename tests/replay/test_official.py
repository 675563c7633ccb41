"""The official feed replayed: games written by hand, each with one point."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from hooplake.lakehouse import registry
from hooplake.replay.replay import replay
from tests.games.official.feeds import AWAY, GAME, HOME, player, row, silver

H5, A5 = [f"h{n}" for n in range(1, 6)], [f"a{n}" for n in range(1, 6)]
END = 12 * 60


def _clock(seconds: int) -> str:
    return f"{seconds // 60}:{seconds % 60:02d}"


def trace(name: str, seconds: int, period: int = 1) -> dict[str, Any]:
    """A miss that shows a man on court."""
    text = {"home" if name[0] == "h" else "away": f"MISS {name} 9' Jump Shot"}
    return row(2, 1, period=period, clock=_clock(seconds), p1=name, **text)


def traces(period: int = 1, *, but: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """A trace of both fives at the start of a period."""
    men = [name for name in (*H5, *A5) if name not in but]
    return [row(12, period=period), *(trace(name, 715 - n, period) for n, name in enumerate(men))]


def sub(enters: str, leaves: str, seconds: int, period: int = 1) -> dict[str, Any]:
    side = "home" if enters[0] == "h" else "away"
    return row(8, period=period, clock=_clock(seconds), p1=leaves, p2=enters, **{side: f"SUB: {enters} FOR {leaves}"})


def basket(name: str, seconds: int, period: int = 1, *, points: int = 2) -> dict[str, Any]:
    side = "home" if name[0] == "h" else "away"
    text = f"{name} 24' {'3PT ' if points == 3 else ''}Jump Shot ({points} PTS)"
    return row(1, 1, period=period, clock=_clock(seconds), p1=name, **{side: text})


def throw(name: str, seconds: int, action: int, *, made: bool = True, period: int = 1) -> dict[str, Any]:
    side = "home" if name[0] == "h" else "away"
    text = f"{name} Free Throw (1 PTS)" if made else f"MISS {name} Free Throw"
    return row(3, action, period=period, clock=_clock(seconds), p1=name, **{side: text})


def foul(name: str, on: str, seconds: int, action: int = 2, period: int = 1) -> dict[str, Any]:
    return row(6, action, period=period, clock=_clock(seconds), p1=name, p2=on)


def finished(rows: list[dict[str, Any]], since: int = 2) -> list[dict[str, Any]]:
    """Rows with periods after them in which nobody changes, and with a home basket that decides the game."""
    rows = [*rows, row(13, period=since - 1, clock="0:00")]
    for period in range(since, 5):
        rows += [*traces(period), *([basket("h1", 30, 4, points=3)] if period == 4 else [])]
        rows.append(row(13, period=period, clock="0:00"))
    points = {"HOME": 0, "VISITOR": 0}
    for one in rows:
        for side in points:
            text = one[f"{side}DESCRIPTION"] or ""
            if "PTS)" in text:
                points[side] += 1 if "Throw" in text else 3 if "3PT" in text else 2
    rows[-1]["SCORE"] = f"{points['VISITOR']} - {points['HOME']}"
    return rows


def played(rows: list[dict[str, Any]], **more: Any) -> dict[str, pa.Table]:
    return replay(silver(rows, **more), registry(), league="nba")


def lines(gold: dict[str, pa.Table], period: int = 1) -> dict[str, dict[str, Any]]:
    """Lines of a period by player."""
    found = gold["gold.quarter_box_scores"].to_pylist()
    return {line["player_id"]: line for line in found if line["period"] == period}


def fives(gold: dict[str, pa.Table], event: int) -> tuple[str | None, str | None]:
    state = gold["gold.game_state_snapshots"].to_pylist()[event]
    return state["home_lineup"], state["away_lineup"]


def five(names: list[str]) -> str:
    return "-".join(sorted(player(name) for name in names))


def period_box(period: int, **seconds: int) -> list[pa.Table]:
    """An official box of a period, of men and their seconds; points may follow after a comma, as ``h1=(300, 2)``."""
    stats = ("FGM", "FGA", "FG3M", "FG3A", "FTM", "FTA", "OREB", "DREB", "REB", "AST", "STL", "BLK", "TO", "PF", "PTS")
    rows = [
        {
            "GAME_ID": GAME, "TEAM_ID": HOME if name[0] == "h" else AWAY, "PLAYER_ID": player(name), "PERIOD": str(period),
            "PLAYER_NAME": name, "MIN": _clock(time), "PLUS_MINUS": "0", **dict.fromkeys(stats, "0"),
        }
        for name, time in seconds.items()
    ]  # fmt: skip
    return [pa.Table.from_pylist(rows)]


def test_starters_are_inferred_where_no_box_lists_them() -> None:
    gold = played(finished([*traces(), sub("h6", "h1", 300)]))
    assert fives(gold, 1) == (five(H5), five(A5))
    assert fives(gold, 11) == (five(["h2", "h3", "h4", "h5", "h6"]), five(A5))
    assert lines(gold)["101"]["seconds"] == 420
    assert lines(gold)["106"]["seconds"] == 300
    assert gold["gold.box_score_verification"]["lineup_status"].to_pylist() == ["complete"]
    assert sum(line["seconds"] for line in lines(gold).values()) == 10 * END


def test_a_technical_is_no_trace_of_a_starter() -> None:  # T13
    technical = row(6, 11, period=2, clock="11:40", p1="h7", home="h7 T.FOUL")
    rows = [*traces(), row(13, clock="0:00"), *traces(2), technical, sub("h7", "h1", 100, 2)]
    gold = played(finished(rows, since=3))
    assert lines(gold, 2)["107"]["seconds"] == 100


def test_a_five_that_the_plays_do_not_settle_is_not_known_and_says_why() -> None:
    # h5 and h6 were on court when the first period ended; in the second, one of them is, and leaves no trace
    rows = [*traces(), sub("h6", "h4", 300), row(13, clock="0:00"), *traces(2, but=("h4", "h5")), trace("h7", 600, 2)]
    gold = played(finished(rows, since=3))
    verdict = gold["gold.box_score_verification"].to_pylist()[0]
    assert verdict["lineup_status"] == "incomplete"
    assert "period 2 home: 4 players found, 2 could complete the five" in verdict["notes"]
    assert lines(gold, 2)["101"]["seconds"] is None
    assert lines(gold, 2)["201"]["seconds"] == END


def test_the_official_box_of_a_period_names_him_who_left_no_trace() -> None:
    rows = [*traces(), sub("h6", "h4", 300), row(13, clock="0:00"), *traces(2, but=("h4",))]
    rows = finished(rows, since=3)
    assert lines(played(rows), 2)["106"]["seconds"] == END  # who was on court before, as far as the plays tell
    box = period_box(2, h1=719, h2=719, h3=719, h5=719, h4=719, a1=719, a2=719, a3=719, a4=719, a5=719)
    gold = played(rows, boxes=box)
    assert lines(gold, 2)["104"]["seconds"] == END
    verdict = gold["gold.box_score_verification"].to_pylist()[0]
    assert verdict["lineup_status"] == "complete"
    assert "starter_by_period_box:1" in verdict["repairs"]


def test_a_published_five_of_six_has_no_say() -> None:  # T07
    # a man who comes in at 11:20 is no starter, whatever a list says: the plays have five others
    assert lines(played(finished([*traces(), sub("h6", "h1", 680)])))["106"]["seconds"] == 680


def test_free_throws_count_for_those_on_court_at_the_foul() -> None:
    rows = [
        *traces(), foul("a1", "h1", 500), throw("h1", 500, 11), sub("h6", "h2", 500), throw("h1", 500, 12),
    ]  # fmt: skip
    gold = played(finished(rows))
    assert (lines(gold)["102"]["plus_minus"], lines(gold)["106"]["plus_minus"]) == (2, 0)


def test_each_throw_goes_with_the_foul_of_its_kind() -> None:  # T08
    rows = [
        *traces(),
        foul("a1", "h1", 495),
        sub("h6", "h2", 495),
        row(6, 18, clock="8:15", p1="A", away="76ers Foul"),
        throw("h3", 495, 16),
        throw("h1", 495, 11),
        throw("h1", 495, 12),
    ]
    gold = played(finished(rows))
    # the man who came in between has the technical point, the one who went out those of the foul before
    assert (lines(gold)["106"]["plus_minus"], lines(gold)["102"]["plus_minus"]) == (1, 2)
    credit = [one["home_credit_lineup"] for one in gold["gold.game_state_snapshots"].to_pylist()[14:17]]
    assert credit == [five(["h1", "h3", "h4", "h5", "h6"]), five(H5), five(H5)]


def test_an_and_one_is_one_attempt_and_one_throw() -> None:  # T25
    rows = [*traces(), basket("h1", 500), foul("a1", "h1", 500), throw("h1", 500, 10)]
    line = lines(played(finished(rows)))["101"]
    assert [line[stat] for stat in ("points", "fgm", "fga", "ftm", "fta")] == [3, 1, 2, 1, 1]


def test_both_men_of_a_double_foul_have_a_foul_and_both_teams_a_double_technical() -> None:  # T10, T12
    rows = [*traces(), row(6, 10, clock="9:00", p1="h1", p2="a1"), row(6, 16, clock="8:00", p1="h2", p2="a2")]
    found = lines(played(finished(rows)))
    assert [found[name]["pf"] for name in ("101", "201", "102", "202")] == [1, 1, 0, 0]


def test_fouls_drawn_are_told_by_the_feed() -> None:
    rows = [*traces(), foul("a1", "h1", 500), foul("a2", "h1", 400)]
    found = lines(played(finished(rows)))
    assert [found[name]["fouls_drawn"] for name in ("101", "102")] == [2, 0]


def test_a_blocked_three_is_an_attempt_from_three() -> None:  # T24
    shot = row(2, 1, clock="9:00", p1="h1", p3="a1", home="MISS h1 24' 3PT Jump Shot", away="a1 BLOCK (1 BLK)")
    found = lines(played(finished([*traces(), shot])))
    assert [found["101"][stat] for stat in ("fga", "fg3a", "fg3m")] == [2, 1, 0]
    assert found["201"]["blk"] == 1


def test_throws_at_the_full_clock_belong_to_the_period_and_its_starters() -> None:  # T46
    rows = [
        *traces(), row(13, clock="0:00"), row(12, period=2),
        row(6, 11, period=2, clock="12:00", p1="h1", home="h1 T.FOUL"), throw("a1", END, 16, period=2),
        *traces(2)[1:], sub("h6", "h1", 100, 2),
    ]  # fmt: skip
    gold = played(finished(rows, since=3))
    assert lines(gold, 2)["201"]["points"] == 1
    assert {lines(gold, 2)[player(name)]["plus_minus"] for name in A5} == {1}


def test_the_edges_of_an_official_box_of_a_period_explain_what_they_cut_off_and_nothing_else() -> None:  # T05
    rows = [*traces(), basket("h1", 300), sub("h6", "h5", 100), basket("h3", 1), basket("h2", 0)]
    silver_tables = silver(finished(rows), boxes=period_box(1, **dict.fromkeys((*H5, *A5), 719)))
    gold = replay(silver_tables, registry(), league="nba")
    found = {(one["player"], one["stat"]): one["cause"] for one in gold["gold.period_box_differences"].to_pylist()}
    # the box has zeros for everybody: what happened at 0:00 and 0:01 it may leave out, the rest it must have
    assert found["h2", "points"] == found["h3", "points"] == "period_boundary"
    assert found["h1", "points"] == "surplus_play"
    assert found["h1", "plus_minus"] == "lineup"
    verdict = gold["gold.box_score_verification"].to_pylist()[0]
    differing = [one for one in gold["gold.period_box_differences"].to_pylist() if one["stat"] != "seconds"]
    assert verdict["period_cells_compared"] == 11 * 16
    assert verdict["period_cells_equal"] == 11 * 16 - len(differing)
    assert verdict["period_cells_explained"] == sum(one["cause"] == "period_boundary" for one in differing)


@pytest.mark.parametrize(("seconds", "status"), [(718, "complete"), (600, "incomplete")])
def test_an_action_off_court_undoes_a_period_unless_the_official_box_agrees(seconds: int, status: str) -> None:
    rows = [*traces(), sub("h6", "h1", 300), trace("h1", 200)]
    box = period_box(1, h1=419, h6=299, **dict.fromkeys((*H5[1:], *A5), seconds))
    gold = played(finished(rows), boxes=box)
    verdict = gold["gold.box_score_verification"].to_pylist()[0]
    assert verdict["lineup_status"] == status
    assert ("action_off_court:1" in verdict["repairs"]) == (status == "complete")
    if status == "incomplete":
        assert "101 acts while not on court" in verdict["notes"]


def test_the_same_rows_give_the_same_tables_and_periods_sum_to_the_last_snapshot() -> None:  # T40, T43
    rows = finished(
        [
            *traces(), basket("h1", 600), foul("a1", "h2", 500), throw("h2", 500, 11), throw("h2", 500, 12, made=False),
            row(4, clock="8:18", p1="a2", away="a2 REBOUND (Off:0 Def:1)"), sub("h6", "h1", 400), trace("h6", 1),
        ]
    )  # fmt: skip
    one, other = played(rows), played(rows)
    assert {name: table.to_pylist() for name, table in one.items()} == {
        name: table.to_pylist() for name, table in other.items()
    }
    boxes = one["gold.quarter_box_scores"].to_pylist()
    last = {line["player_id"]: line for line in one["gold.player_snapshots"].to_pylist()}
    for stat in ("points", "fga", "fta", "ftm", "reb", "pf"):
        for name, line in last.items():
            assert sum(box[stat] for box in boxes if box["player_id"] == name) == line[stat]
