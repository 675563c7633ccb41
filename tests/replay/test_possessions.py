"""Possessions and five-man units, of games written by hand."""

from __future__ import annotations

import itertools
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hooplake.lakehouse import registry
from hooplake.replay.replay import replay
from tests.games.official.feeds import AWAY, HOME, row, silver
from tests.replay.lakes import read_simulated, simulated, tables_of
from tests.replay.test_official import basket, finished, five, foul, played, sub, throw, trace, traces


def rebound(name: str, seconds: int, counts: str = "(Off:0 Def:1)", period: int = 1) -> dict[str, Any]:
    side = "home" if name[0] in "hH" else "away"
    clock = f"{seconds // 60}:{seconds % 60:02d}"
    return row(4, period=period, clock=clock, p1=name, **{side: f"{name} REBOUND {counts}"})


def turnover(name: str, seconds: int, stealer: str = "") -> dict[str, Any]:
    return row(5, 1, clock=f"{seconds // 60}:{seconds % 60:02d}", p1=name, p2=stealer, home="Turnover")


def _possessions(*rows: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Of the first period: (side, start, end, points, how it began, how it ended)."""
    start = [row(12), *rows]
    gold = played(finished([*start, row(13, clock="0:00")]))
    return [
        ("home" if one["home"] else "away", one["start_elapsed_seconds"], one["end_elapsed_seconds"], one["points"],
         one["start_reason"], one["end_reason"])
        for one in gold["gold.possessions"].to_pylist() if one["period"] == 1
    ]  # fmt: skip


def test_possessions_alternate_and_fill_the_period() -> None:
    assert _possessions(
        basket("h1", 700),
        trace("a1", 680),
        rebound("h2", 678),
        turnover("h2", 660, "a2"),
        basket("a2", 650, points=3),
        turnover("h3", 600),
        trace("a1", 5),
    ) == [
        ("home", 0, 20, 2, "period_start", "made_shot"),
        ("away", 20, 42, 0, "made_shot", "defensive_rebound"),
        ("home", 42, 60, 0, "defensive_rebound", "steal"),
        ("away", 60, 70, 3, "steal", "made_shot"),
        ("home", 70, 120, 0, "made_shot", "turnover"),
        ("away", 120, 720, 0, "turnover", "period_end"),
    ]


def test_an_offensive_rebound_goes_on_with_the_possession() -> None:
    found = _possessions(trace("h1", 700), rebound("h2", 698, "(Off:1 Def:0)"), basket("h2", 696), trace("a1", 1))
    assert [one[:4] for one in found] == [("home", 0, 24, 2), ("away", 24, 720, 0)]


def test_an_and_one_is_part_of_the_possession_of_its_basket() -> None:
    found = _possessions(basket("h1", 700), foul("a1", "h1", 700), throw("h1", 700, 10), trace("a1", 1))
    assert [(one[0], one[3], one[5]) for one in found] == [("home", 3, "free_throw"), ("away", 0, "period_end")]


def test_throws_after_a_flagrant_foul_do_not_give_the_ball_away() -> None:
    found = _possessions(
        foul("a1", "h1", 700, 14), throw("h1", 700, 18), throw("h1", 700, 19), basket("h2", 690), trace("a1", 1)
    )
    assert [(one[0], one[3]) for one in found] == [("home", 4), ("away", 0)]


def test_a_technical_throw_is_nobodys_possession_and_its_point_is_counted_where_it_falls() -> None:
    found = _possessions(
        trace("h1", 710), row(6, 11, clock="11:40", p1="h2", home="h2 T.FOUL"), throw("a1", 700, 16), basket("h1", 690),
        trace("a1", 1),
    )  # fmt: skip
    assert [(one[0], one[3]) for one in found] == [("home", 2), ("away", 0)]
    gold = played(finished([row(12), throw("a1", 700, 16), basket("h1", 690), trace("a1", 1), row(13, clock="0:00")]))
    first = gold["gold.possessions"].to_pylist()[0]
    assert (first["points"], first["opponent_points"]) == (2, 1)


def test_a_missed_last_throw_is_decided_by_its_rebound() -> None:
    found = _possessions(
        foul("a1", "h1", 700),
        throw("h1", 700, 11),
        throw("h1", 700, 12, made=False),
        rebound("a2", 698),
        basket("a2", 690),
    )
    assert [(one[0], one[3], one[5]) for one in found] == [
        ("home", 1, "defensive_rebound"), ("away", 2, "made_shot"), ("home", 0, "period_end"),
    ]  # fmt: skip


def test_after_a_last_basket_one_more_possession_follows_however_short() -> None:
    found = _possessions(basket("h1", 700), basket("a1", 0))
    assert found[-1] == ("home", 720, 720, 0, "made_shot", "period_end")


def test_lineups_of_a_possession_that_free_throws_end_are_those_at_the_foul() -> None:
    rows = [
        *traces(), foul("a1", "h1", 500), throw("h1", 500, 11), sub("h6", "h2", 500), throw("h1", 500, 12), trace("a1", 1),
    ]  # fmt: skip
    found = played(finished(rows))["gold.possessions"].to_pylist()
    ended = next(one for one in found if one["end_reason"] == "free_throw")
    assert ended["lineup"] == five(["h1", "h2", "h3", "h4", "h5"])
    assert ended["opponent_lineup"] == five(["a1", "a2", "a3", "a4", "a5"])
    assert (ended["team_id"], ended["opponent_team_id"]) == (HOME, AWAY)


def test_units_have_their_points_possessions_and_seconds() -> None:
    rows = [*traces(), basket("h1", 600), sub("h6", "h2", 400), basket("a1", 300), trace("h6", 1)]
    gold = played(finished(rows))
    units = [
        (one["lineup"], one["seconds"], one["points_for"], one["points_against"], one["possessions"], one["opponent_possessions"])
        for one in gold["gold.lineup_stints"].to_pylist() if one["period"] == 1 and one["home"]
    ]  # fmt: skip
    # the traces are a possession of either side, then h1 scores, a1 scores, and the last one ends with the period
    assert units == [
        (five(["h1", "h2", "h3", "h4", "h5"]), 320, 2, 0, 2, 1),
        (five(["h1", "h3", "h4", "h5", "h6"]), 400, 0, 2, 1, 1),
    ]


def test_a_unit_in_the_making_has_no_row() -> None:
    rows = [*traces(), sub("h6", "h1", 400), sub("h7", "h2", 400), trace("h6", 1)]
    gold = played(finished(rows))
    units = [one["lineup"] for one in gold["gold.lineup_stints"].to_pylist() if one["period"] == 1 and one["home"]]
    assert units == [five(["h1", "h2", "h3", "h4", "h5"]), five(["h3", "h4", "h5", "h6", "h7"])]


def _holds(gold: dict[str, pa.Table], plays: pa.Table) -> None:
    """What must hold of the possessions and units of any game."""
    possessions = gold["gold.possessions"].to_pylist()
    states = gold["gold.game_state_snapshots"].to_pylist()
    assert sum(one["points"] + one["opponent_points"] for one in possessions) == sum(
        one["home_points"] + one["away_points"] for one in states
    )
    for before, after in itertools.pairwise(possessions):
        assert after["possession_num"] == before["possession_num"] + 1
        if before["period"] == after["period"]:
            assert before["home"] != after["home"]
            assert after["start_event"] == before["end_event"] + 1
            assert after["start_elapsed_seconds"] == before["end_elapsed_seconds"]
            assert after["start_reason"] == before["end_reason"]
        else:
            assert before["end_reason"] in (
                "period_end",
                "made_shot",
                "free_throw",
                "turnover",
                "steal",
                "defensive_rebound",
            )
            assert after["start_reason"] == "period_start"
    covered = [event for one in possessions for event in range(one["start_event"], one["end_event"] + 1)]
    with_ball = {one["period"] for one in possessions}
    assert covered == [one["event_num"] for one in plays.to_pylist() if one["period"] in with_ball]
    units = gold["gold.lineup_stints"].to_pylist()
    stints = gold["gold.player_stints"].to_pylist()
    assert 5 * sum(one["seconds"] for one in units) == pytest.approx(sum(one["seconds"] for one in stints))
    assert 5 * sum(one["plus_minus"] for one in units) == sum(one["plus_minus"] for one in stints)
    if gold["gold.box_score_verification"]["lineup_status"][0].as_py() == "complete":
        assert sum(one["possessions"] for one in units) == len(possessions)
        assert sum(one["opponent_possessions"] for one in units) == len(possessions)
        assert sum(one["points_for"] for one in units) == sum(one["points_against"] for one in units)


@given(
    st.lists(st.tuples(st.sampled_from("bmtrfox"), st.integers(1, 5), st.booleans(), st.integers(0, 25)), max_size=40)
)
def test_possessions_and_units_of_any_game_fit_together(steps: list[tuple[str, int, bool, int]]) -> None:
    rows, clock, bench = traces(), 700, {"h": list("12345"), "a": list("12345")}
    for what, number, at_home, after in steps:
        clock = max(clock - after, 0)
        side = "h" if at_home else "a"
        name, other = f"{side}{bench[side][number - 1]}", f"{'a' if at_home else 'h'}{number}"
        rows += {
            "b": [basket(name, clock, points=2 + number % 2)],
            "m": [trace(name, clock)],
            "t": [turnover(name, clock)],
            "r": [rebound(name, clock, "")],
            "f": [
                foul(f"{'a' if at_home else 'h'}{bench['a' if at_home else 'h'][0]}", name, clock),
                throw(name, clock, 11),
            ],
            "o": [throw(name, clock, 16)],
            "x": [sub(f"{side}{int(bench[side][number - 1]) + 5}", name, clock)],
        }[what]
        if what == "x":
            bench[side][number - 1] = str(int(bench[side][number - 1]) + 5)
        del other
    made = silver(finished(rows))
    _holds(replay(made, registry(), league="nba"), made["silver.fct_plays"])


@pytest.mark.parametrize(("league", "season"), [("nba", 2025), ("wnba", 2025), ("mbb", 2026), ("wbb", 2026)])
@pytest.mark.parametrize("seed", range(3))
def test_possessions_and_units_of_other_sources_fit_together(league: str, season: int, seed: int) -> None:
    made = tables_of([read_simulated(simulated(league, season, seed))])
    _holds(made, made["silver.fct_plays"])
