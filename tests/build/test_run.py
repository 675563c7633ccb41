"""The run: what it writes, what it leaves alone, what it tells."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from hooplake.build.pool import Processes
from hooplake.build.report import Progress
from hooplake.build.run import run
from hooplake.build.step import Computed, Task
from tests.build.toy import Toy


def fill(toy: Toy) -> None:
    for number in range(11):
        toy.put(f"g{number:02d}", f"{number} {number + 1} 5", season=2024 + number % 2)


def test_three_layers_from_raw(toy: Toy) -> None:
    assert toy.rows("silver.points") == [
        {"league": "toy", "season": 2025, "game_id": "g1", "n": 0, "value": 1},
        {"league": "toy", "season": 2025, "game_id": "g1", "n": 1, "value": 2},
        {"league": "toy", "season": 2025, "game_id": "g2", "n": 0, "value": 3},
    ]
    assert toy.rows("gold.seasons") == [{"league": "toy", "season": 2025, "games": 2, "total": 6}]
    assert toy.rows("gold.leagues", None) == [
        {"league": "toy", "season": 2024, "total": 4},
        {"league": "toy", "season": 2025, "total": 6},
    ]


def test_a_run_of_a_finished_plan_writes_nothing(toy: Toy) -> None:
    before = toy.stamps()
    report = toy.run()
    assert toy.stamps() == before
    assert report.exit_code == 0
    assert (report.due, report.total.run, report.total.written, report.total.bytes) == (0, 0, 0, 0)
    assert (report.considered, report.total.unchanged) == (9, 9)


def test_only_what_changed_is_written(toy: Toy) -> None:
    before = toy.stamps()
    toy.replace("g2", "30")
    report = toy.run()
    after = toy.stamps()
    assert sorted(path for path in after if after[path] != before[path]) == [
        "gold/leagues/league=toy/part-0.parquet",
        "gold/seasons/league=toy/season=2025/part-0.parquet",
        "gold/sums/league=toy/season=2025/part-0.parquet",
        "silver/games/league=toy/season=2025/part-0.parquet",  # its date
        "silver/points/league=toy/season=2025/part-0.parquet",
    ]
    assert (report.total.run, report.total.written, report.total.unchanged) == (4, 5, 5)


def test_the_ledger_says_why_each_unit_ran_last(toy: Toy) -> None:
    toy.replace("g2", "30", date="2024-12-16")
    toy.run()
    where = "league=toy/season=2025"
    assert [unit.why for unit in toy.ledger.units("games", where)] == ["NEVER_BUILT", "INPUT_CHANGED raw.01"]
    assert [unit.why for unit in toy.ledger.units("sums", where)] == ["NEVER_BUILT", "INPUT_CHANGED silver.points"]
    (unit,) = toy.ledger.units("leagues", "league=toy")
    assert unit.why == "INPUT_CHANGED gold.seasons/league=toy/season=2025"


def test_one_table_of_two_may_stay_as_it_is(toy: Toy) -> None:
    before = toy.stamps()
    toy.replace("g2", "30", date="2024-12-16")
    report = toy.run()
    path = "silver/games/league=toy/season=2025/part-0.parquet"
    assert toy.stamps()[path] == before[path]
    assert (report.step("games").written, report.step("games").kept) == (1, 1)


def test_early_cutoff_stops_at_the_step_whose_rows_are_the_same(toy: Toy) -> None:
    toy.replace("g1", "2 1", date="2024-12-15")  # other points, the same sum
    before = toy.stamps()
    report = toy.run()
    assert {name: (part.run, part.early_cutoff) for name, part in report.steps.items()} == {
        "games": (1, 0),
        "sums": (1, 0),
        "seasons": (0, 1),
        "leagues": (0, 1),
    }
    assert {path for path, etag in toy.stamps().items() if etag != before[path]} == {
        "silver/points/league=toy/season=2025/part-0.parquet"
    }
    assert toy.plan().items == []
    outcomes = {(found.step, found.action): found.reason for found in toy.ledger.decisions(report.run_id)}
    assert outcomes[("seasons", "skip")] == "EARLY_CUTOFF"


def test_new_code_that_changes_no_row_writes_nothing(toy: Toy) -> None:
    toy.change["games_version"] = "2"
    before = toy.stamps()
    report = toy.run()
    assert toy.stamps() == before
    assert (report.total.run, report.total.early_cutoff, report.total.written) == (3, 6, 0)
    assert toy.plan().items == []


def test_a_removed_game_is_taken_out_everywhere(toy: Toy) -> None:
    toy.delete("g2")
    report = toy.run()
    assert report.total.removed == 2
    assert [row["game_id"] for row in toy.rows("silver.points")] == ["g1", "g1"]
    assert toy.rows("gold.seasons") == [{"league": "toy", "season": 2025, "games": 1, "total": 3}]


def test_a_lake_whose_last_game_is_removed_is_empty(toy: Toy) -> None:
    for game in ("g1", "g2", "g3"):
        toy.delete(game)
    toy.run()
    assert toy.objects() == {}
    assert toy.ledger.read().nodes == {}


def test_a_table_without_rows_has_no_object(tmp_path: Path) -> None:
    toy = Toy(tmp_path / "lake")
    toy.put("g1", "")  # a game without points
    report = toy.run()
    assert report.exit_code == 0
    assert sorted(toy.objects()) == [
        "gold/leagues/league=toy/part-0.parquet",
        "gold/seasons/league=toy/season=2025/part-0.parquet",
        "silver/games/league=toy/season=2025/part-0.parquet",
    ]
    assert toy.rows("gold.seasons") == [{"league": "toy", "season": 2025, "games": 0, "total": 0}]
    assert toy.plan().items == []
    toy.replace("g1", "7")
    toy.run()
    assert toy.rows("gold.sums") == [{"league": "toy", "season": 2025, "game_id": "g1", "total": 7}]
    toy.replace("g1", "")
    toy.run()
    assert "gold/sums/league=toy/season=2025/part-0.parquet" not in toy.objects()


@pytest.mark.parametrize(("jobs", "chunk_units"), [(1, 1), (1, 64), (2, 1), (2, 3)])
def test_workers_and_chunks_make_no_difference(tmp_path: Path, jobs: int, chunk_units: int) -> None:
    expected = Toy(tmp_path / "expected", chunk_units=2)
    fill(expected)
    expected.run()
    toy = Toy(tmp_path / "lake", chunk_units=chunk_units)
    fill(toy)
    report = toy.run(jobs=jobs)
    assert toy.objects() == expected.objects()
    assert report.total.run == 11 + 11 + 2 + 1


def test_workers_are_started_once_there_is_enough_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[int] = []

    class Counted(Processes):
        def __init__(self, jobs: int, *given: Any) -> None:
            started.append(jobs)
            super().__init__(jobs, *given)

    monkeypatch.setattr("hooplake.build.schedule.Processes", Counted)
    toy, expected = Toy(tmp_path / "lake"), Toy(tmp_path / "expected")
    fill(toy)

    def ran(worth: float) -> list[int]:
        started.clear()
        report = run(toy.plan(force=True), toy.ledger, toy.store, jobs=2, worth=worth)
        assert (report.exit_code, report.total.run) == (0, 25)
        return started

    assert ran(60.0) == [2], "nobody knows yet what it costs"
    assert ran(60.0) == []
    assert ran(1e-9) == [2]
    assert ran(0.0) == [2]
    fill(expected)
    expected.run()
    assert toy.objects() == expected.objects()


def test_partitions_of_one_table_are_written_at_once(tmp_path: Path) -> None:
    toy, expected = Toy(tmp_path / "lake"), Toy(tmp_path / "expected")
    for number in range(40):
        toy.put(f"g{number:02d}", " ".join([str(number)] * 50), season=2000 + number)
        expected.put(f"g{number:02d}", " ".join([str(number)] * 50), season=2000 + number)
    toy.run(jobs=3)
    expected.run()
    assert toy.objects() == expected.objects()


def test_fragments_in_flight_are_bounded(tmp_path: Path) -> None:
    toy = Toy(tmp_path / "lake")
    fill(toy)
    plan = toy.plan()
    report = run(plan, toy.ledger, toy.store, jobs=2, fragment_bytes=1)
    assert report.exit_code == 0
    assert len(toy.rows("gold.sums")) == 5


def test_the_file_says_the_content_hash_of_the_ledger(toy: Toy) -> None:
    node = toy.ledger.read().nodes["sums"]["league=toy/season=2025"]
    data = toy.store.local_path(node.objects["gold.sums"].path)
    metadata = pq.read_metadata(data).metadata
    assert metadata[b"hooplake.content_hash"].decode() == node.objects["gold.sums"].content


def test_nothing_unfinished_is_left_behind(toy: Toy) -> None:
    toy.replace("g1", "8")
    toy.run(jobs=2)
    assert [path.name for path in toy.store.scratch.glob("run-*")] == []


def test_progress_is_told_up_to_the_end(tmp_path: Path) -> None:
    toy = Toy(tmp_path / "lake")
    fill(toy)
    told: list[Progress] = []
    plan = toy.plan()
    run(plan, toy.ledger, toy.store, on_progress=told.append)
    assert told[-1].done == told[-1].total == plan.units == 25
    assert told[-1].failed == 0
    assert told[-1].rate > 0
    assert [one.done for one in told] == sorted(one.done for one in told)


def test_the_report_as_json(toy: Toy) -> None:
    toy.replace("g2", "30", date="2024-12-16")
    report = toy.run()
    found = json.loads(json.dumps(report.to_json()))
    assert found["exit_code"] == 0
    assert (found["run"], found["unchanged"], found["written"], found["kept"]) == (4, 5, 4, 1)
    assert found["steps"]["sums"]["rows"] == 2
    assert found["bytes"] == sum(part["bytes"] for part in found["steps"].values()) > 0
    (recorded,) = toy.ledger.runs(1)
    assert (recorded.run_id, recorded.exit_code) == (report.run_id, 0)
    assert recorded.counts["run"] == 4
    assert recorded.ended is not None
    assert recorded.ended >= recorded.started


def wrong_partition(task: Task) -> Computed:
    import pyarrow as pa

    found = pa.table({"season": pa.array([1999], pa.int32()), "games": pa.array([1], pa.int32()), "total": [1]})
    return Computed({"gold.seasons": found})


def other_table(task: Task) -> Computed:
    return Computed({"gold.sums": task.read("gold.sums")})


def missing_column(task: Task) -> Computed:
    return Computed({"gold.seasons": task.read("gold.sums", ["total"])})


@pytest.mark.parametrize(
    ("compute", "says"),
    [
        (wrong_partition, "rows of season=1999 were made for partition league=toy/season=2025"),
        (other_table, "the step returned gold.sums, which it does not declare"),
        (missing_column, "lack the columns games"),
    ],
)
def test_what_a_step_must_not_return(toy: Toy, compute: object, says: str) -> None:
    toy.change |= {"add_season": compute, "seasons_version": "2"}
    report = toy.run(seasons=(2025,))
    assert report.exit_code == 4
    assert says in report.failures[0].detail
    assert toy.rows("gold.seasons") == []  # the old rows are not those of this code


def test_a_run_in_another_thread_needs_no_signals(toy: Toy) -> None:
    import threading

    toy.replace("g2", "30")
    plan = toy.plan()
    codes: list[int] = []
    thread = threading.Thread(target=lambda: codes.append(run(plan, toy.ledger, toy.store).exit_code))
    thread.start()
    thread.join()
    assert codes == [0]
