"""Places in the polls before a game, from polls written by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from hooplake.games.cbbd.polls import Polls, _Row
from tests.sources.lakes import CollegeLake
from tests.tables.college import game

AP, COACHES = "AP Top 25", "Coaches Poll"


def poll(
    kind: str, week: int, day: str | None, *teams: int, part: str = "regular", clock: str = "17:00"
) -> list[dict[str, Any]]:
    """The first teams of a poll in their order, and team 9 with votes alone."""
    head = {"season": 2025, "seasonType": part, "week": week, "pollType": kind}
    head["pollDate"] = None if day is None else f"{day}T{clock}:00.000Z"
    ranked = [{**head, "teamId": team, "ranking": place} for place, team in enumerate(teams, 1)]
    return [*ranked, {**head, "teamId": 9, "ranking": None}]


def places(rows: list[dict[str, Any]], day: str, *teams: str) -> tuple[int | None, ...]:
    found = Polls(
        _Row(row["teamId"], row["seasonType"], row["week"], row["pollType"], row["pollDate"], row["ranking"])
        for row in rows
    )
    return found.before(day, teams)


def test_the_newest_poll_before_the_day_counts() -> None:
    rows = [
        *poll(AP, 1, "2024-10-14", 1, 2, part="preseason"),
        *poll(AP, 2, "2024-11-11", 2, 1),
        *poll(AP, 3, "2024-11-18", 3),
    ]
    assert places(rows, "2024-11-11", "1", "2") == (1, 2)  # that of the day itself is not before it
    assert places(rows, "2024-11-12", "1", "2") == (2, 1)
    assert places(rows, "2024-11-19", "1", "3", "9", "4") == (None, 1, None, None)
    assert places(rows, "2024-10-14", "1") == (None,)  # there was none yet


def test_a_poll_is_of_the_eastern_day() -> None:
    rows = poll(AP, 2, "2024-11-12", 1, clock="02:00")  # the evening of the 11th
    assert (places(rows, "2024-11-11", "1"), places(rows, "2024-11-12", "1")) == ((None,), (1,))


def test_the_press_comes_before_the_coaches_and_a_poll_without_a_date_does_not_count() -> None:
    rows = [*poll(COACHES, 1, "2024-11-04", 5), *poll(AP, 2, "2024-11-11", 1, 2), *poll(COACHES, 3, "2024-11-18", 2)]
    assert places(rows, "2024-11-05", "5") == (1,)
    assert places(rows, "2024-11-20", "1", "2") == (1, 2)
    assert places([*poll(AP, 2, None, 1), *poll("Some Poll", 2, "2024-11-11", 1)], "2024-12-01", "1") == (None,)


@given(st.lists(st.tuples(st.integers(1, 28), st.permutations([1, 2, 3])), max_size=6), st.integers(1, 28))
def test_no_poll_of_the_day_or_later_makes_a_difference(told: list[tuple[int, list[int]]], day: int) -> None:
    rows = [row for week, (on, teams) in enumerate(told) for row in poll(AP, week, f"2024-11-{on:02d}", *teams)]
    early = [row for row in rows if int(row["pollDate"][8:10]) < day]
    asked = (f"2024-11-{day:02d}", "1", "2", "3")
    assert places(rows, *asked) == places(early, *asked)


def test_games_have_the_places_and_are_made_again_for_a_new_poll_before_them_alone(tmp_path: Path) -> None:
    lake = CollegeLake(tmp_path / "lake")
    games = [game(1), game(2, startDate="2024-12-10T00:30:00.000Z")]  # the evenings of 30 November and 9 December
    lake.offer("games", games)
    lake.offer("rankings", [*poll(AP, 4, "2024-11-25", 2, 1), *poll(AP, 5, "2024-12-02", 1)])
    lake.build("silver.fct_games")
    where = "select game_id, home_rank, away_rank from silver.fct_games where source = 'cbbd' order by 1"
    assert [tuple(row.values()) for row in lake.rows(where)] == [("1", 2, 1), ("2", 1, None)]
    lake.offer("rankings", [*poll(AP, 6, "2024-12-08", 2), *poll(AP, 7, "2024-12-16", 1, 2)], day=date(2025, 6, 2))
    from hooplake.lakehouse import open as open_lake

    with open_lake(lake.folder) as opened:
        report = opened.build("silver.fct_games", jobs=1)
    assert report.steps["games"].run == 1
    assert [tuple(row.values()) for row in lake.rows(where)] == [("1", 2, 1), ("2", None, 1)]
