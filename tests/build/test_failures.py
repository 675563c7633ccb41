"""Failures: one unit fails by itself, what is made from it is blocked, and both come back when it is mended."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from hooplake.build.ledger import UnitFailure
from hooplake.build.run import run
from hooplake.build.step import Computed, Task
from tests.build.toy import Toy, add_up


def test_a_failed_unit_fails_alone(toy: Toy) -> None:
    toy.replace("g2", "bad", date="2024-12-16")
    report = toy.run()
    assert report.exit_code == 4
    assert [(one.step, one.unit, one.reason, one.detail) for one in report.failures] == [
        ("games", "g2", "not_json", "g2 is bad"),
        ("sums", "g2", "BLOCKED", "silver.points"),
    ]
    assert [row["game_id"] for row in toy.rows("gold.sums")] == ["g1"]
    assert toy.rows("gold.seasons") == [{"league": "toy", "season": 2025, "games": 1, "total": 3}]


def test_failures_can_be_asked_for_and_end_when_they_are_mended(toy: Toy) -> None:
    toy.replace("g2", "bad", date="2024-12-16")
    run_id = toy.run().run_id
    where = ("league=toy/season=2025", "g2", "2024-12-16")
    assert toy.ledger.failures() == [
        UnitFailure("games", *where, blocked=False, reason="not_json", error="g2 is bad", run_id=run_id),
        UnitFailure("sums", *where, blocked=True, reason="UPSTREAM_FAILED", error="silver.points", run_id=run_id),
    ]
    toy.replace("g2", "5", date="2024-12-16")
    assert toy.run().exit_code == 0
    assert toy.ledger.failures() == []
    assert [row["total"] for row in toy.rows("gold.sums")] == [3, 5]


def test_a_failure_is_tried_again_and_what_is_blocked_by_it_stays_blocked(toy: Toy) -> None:
    toy.replace("g2", "bad", date="2024-12-16")
    toy.run()
    before = toy.stamps()
    report = toy.run()
    assert toy.stamps() == before
    assert report.exit_code == 4
    assert report.step("games").failed == 1
    assert report.step("sums").run == 0
    assert toy.ledger.failures()[1].blocked


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_unexpected_error_is_traced_to_its_unit(tmp_path: Path, jobs: int) -> None:
    toy = Toy(tmp_path / "lake", chunk_units=16)
    for number in range(16):
        toy.put(f"g{number:02d}", "boom" if number in (5, 11) else str(number))
    report = toy.run(jobs=jobs)
    assert [(one.unit, one.reason) for one in report.failures if one.step == "games"] == [
        ("g05", "ZeroDivisionError"),
        ("g11", "ZeroDivisionError"),
    ]
    detail = report.failures[0].detail
    assert "game g05 went boom" in detail
    assert "in read_games" in detail
    assert report.step("games").run == 16
    assert [row["game_id"] for row in toy.rows("gold.sums")] == [
        f"g{number:02d}" for number in range(16) if number not in (5, 11)
    ]


def test_a_worker_that_dies_costs_its_unit_alone(tmp_path: Path) -> None:
    toy = Toy(tmp_path / "lake", chunk_units=4)
    for number in range(8):
        toy.put(f"g{number}", "die" if number == 6 else str(number))
    report = toy.run(jobs=2)
    assert [(one.step, one.unit, one.reason) for one in report.failures] == [
        ("games", "g6", "WORKER_DIED"),
        ("sums", "g6", "BLOCKED"),
    ]
    assert "code 9" in report.failures[0].detail
    assert [row["total"] for row in toy.rows("gold.sums")] == [0, 1, 2, 3, 4, 5, 7]


def raise_without_text(task: Task) -> Computed:
    class Silent(Exception):
        def __str__(self) -> str:
            raise RuntimeError("no text")

    raise Silent


def test_an_error_that_cannot_tell_its_text_is_still_reported(toy: Toy) -> None:
    toy.change |= {"add_season": raise_without_text, "seasons_version": "2"}
    report = toy.run()
    assert [one.reason for one in report.failures][:2] == ["Silent", "Silent"]


def test_a_whole_partition_that_fails_takes_what_is_made_of_it(toy: Toy) -> None:
    toy.change |= {"add_season": raise_without_text, "seasons_version": "2"}
    toy.run()
    assert toy.rows("gold.seasons") == []
    assert toy.rows("gold.leagues", None) == []
    toy.change = {}
    report = toy.run()
    assert report.exit_code == 0
    assert len(toy.rows("gold.leagues", None)) == 2


def other_units(task: Task) -> Computed:
    rows = add_up(task).tables["gold.sums"]
    return Computed({"gold.sums": rows.set_column(0, "game_id", [["g7"] * len(rows)])})


def test_rows_of_a_unit_that_was_not_asked_for_are_an_error(toy: Toy) -> None:
    toy.change |= {"add_up": other_units, "sums_version": "2"}
    report = toy.run(seasons=(2025,))
    assert [(one.unit, one.reason) for one in report.failures if one.step == "sums"] == [
        ("g1", "ContractError"),
        ("g2", "ContractError"),
    ]
    assert "'g7' were made, which was not asked for" in report.failures[0].detail


def test_rows_that_break_a_contract_are_set_aside(toy: Toy) -> None:
    toy.replace("g2", "5 -1 6", date="2024-12-16")
    report = toy.run()
    assert report.exit_code == 4
    assert report.step("games").quarantined == 1
    assert [row["value"] for row in toy.rows("silver.points")] == [1, 2, 5, 6]
    path = "deadletter/quarantine/silver.points/league=toy/season=2025/part-0.parquet"
    assert toy.quarantined(path) == [
        {"unit": "g2", "reasons": ["range:value"], "row": '{"game_id": "g2", "n": 1, "value": -1}'}
    ]
    assert toy.run().exit_code == 0  # nothing was due
    toy.put("g4", "-1")
    toy.run()
    assert [row["unit"] for row in toy.quarantined(path)] == ["g2", "g4"]
    toy.replace("g2", "5 1 6", date="2024-12-16")
    toy.run()
    assert [row["unit"] for row in toy.quarantined(path)] == ["g4"]
    toy.delete("g4")
    toy.run()
    assert toy.store.head(path) is None


def test_a_budget_of_nulls_is_one_of_the_whole_partition(toy: Toy) -> None:
    def add_budget(columns: dict[str, Any]) -> None:
        columns["total"].update(null=True, null_budget=0.4)

    toy.respecify("gold.sums", add_budget)
    toy.change = {"add_up": forget_the_first, "sums_version": "2", "chunk_units": 1}
    report = toy.run()  # of g1 and g2 one is unknown, and the only game of 2024, g3, is not
    assert report.exit_code == 6
    assert [(one.partition, one.reason, one.detail) for one in report.findings] == [
        ("league=toy/season=2025", "CONTRACT", "gold.sums: null_budget:total 0.5000 > 0.4")
    ]
    assert [row["total"] for row in toy.rows("gold.sums")] == [None, 3]


def forget_the_first(task: Task) -> Computed:
    import pyarrow as pa
    import pyarrow.compute as pc

    rows = add_up(task).tables["gold.sums"]
    known = pc.not_equal(rows.column("game_id"), "g1")
    return Computed(
        {"gold.sums": rows.set_column(1, "total", pc.if_else(known, rows.column("total"), pa.scalar(None)))}
    )


def test_an_object_changed_behind_the_run_is_not_mixed_in(toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    toy.put("g4", "8")
    plan = toy.plan()
    path = "silver/points/league=toy/season=2025/part-0.parquet"
    toy.store.put(path, toy.store.get("silver/points/league=toy/season=2024/part-0.parquet"))
    from hooplake.build.run import run

    report = run(plan, toy.ledger, toy.store)
    assert report.exit_code == 6
    assert report.failures[0].reason == "ContractError"
    assert "not those that were computed and recorded" in report.failures[0].detail
    assert toy.run().exit_code == 0
    assert [row["value"] for row in toy.rows("silver.points")] == [1, 2, 3, 8]


def test_what_waits_for_a_node_that_was_not_built_is_not_built_from_the_old_one(toy: Toy) -> None:
    toy.put("g4", "8")
    plan = toy.plan()
    toy.store.put("silver/points/league=toy/season=2025/part-0.parquet", b"no Parquet at all")
    from hooplake.build.run import run

    before = toy.ledger.read().nodes["sums"]
    report = run(plan, toy.ledger, toy.store)
    assert [(one.step, one.unit) for one in report.failures] == [
        ("games", ""),
        ("sums", ""),
        ("seasons", ""),
        ("leagues", ""),
    ]
    assert toy.ledger.read().nodes["sums"] == before


def trip_over_4(task: Task) -> Computed:
    """Adds up, but not a game with a 4 in it."""
    if 4 in task.read("silver.points").column("value").to_pylist():
        raise ZeroDivisionError("a four")
    return add_up(task)


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("stop_tables", [False, True])
def test_a_failure_may_stop_its_table_and_no_other(tmp_path: Path, jobs: int, stop_tables: bool) -> None:
    """A game of 2024 fails in `sums`. What it is made of goes on, over both seasons; `sums` does so only if it may."""
    toy = Toy(tmp_path / "lake", chunk_units=1, add_up=trip_over_4)
    for season, days in ((2024, ("15", "16", "17")), (2025, ("15", "16"))):
        for day in days:
            game = f"{season}-{day}"
            toy.put(game, "4" if game == "2024-16" else "1", season=season, date=f"{season - 1}-12-{day}")
    report = run(toy.plan(), toy.ledger, toy.store, jobs=jobs, stop_tables=stop_tables)
    assert report.exit_code == 4
    assert len(toy.rows("silver.points", 2024)) == 3
    assert len(toy.rows("silver.points", 2025)) == 2
    assert ("sums", "2024-16", "ZeroDivisionError") in [(one.step, one.unit, one.reason) for one in report.failures]
    if not stop_tables:
        assert [row["game_id"] for row in toy.rows("gold.sums", 2024)] == ["2024-15", "2024-17"]
        assert [row["total"] for row in toy.rows("gold.seasons", 2025)] == [2]
    else:
        # with two workers the later date may have been on its way
        assert [row["game_id"] for row in toy.rows("gold.sums", 2024)][:1] == ["2024-15"]
        assert len(toy.rows("gold.sums", 2024)) <= jobs
        stopped = {(one.step, one.partition) for one in report.failures if one.reason == "STOPPED"}
        assert stopped == {
            ("sums", "league=toy/season=2025"), ("seasons", "league=toy/season=2024"),
            ("seasons", "league=toy/season=2025"), ("leagues", "league=toy"),
        }  # fmt: skip
        assert (toy.rows("gold.sums", 2025), toy.rows("gold.leagues", None)) == ([], [])
    toy.change = {}
    assert toy.run().exit_code == 0  # nothing was lost: the rest is due
    assert [row["total"] for row in toy.rows("gold.leagues", None)] == [6, 2]
