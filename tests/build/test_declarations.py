"""What happens to a lake that was built when tables, steps and partitions were declared otherwise."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hooplake.build.run import run
from hooplake.build.step import Computed, Task
from hooplake.lake.parquet import read_partition
from hooplake.lake.partition import Partition
from tests.build.toy import Toy, add_up, registry, specs


def built_from_nothing(toy: Toy, folder: Path) -> dict[str, bytes]:
    other = Toy(folder, **toy.change)
    other.registry = toy.registry
    for meta in toy.store.list("raw"):
        other.store.put(meta.path, toy.store.get(meta.path))
    other.run()
    return other.objects()


def add_up_and_count(task: Task) -> Computed:
    rows = add_up(task).tables["gold.sums"]
    return Computed({"gold.sums": rows.append_column("games", [[1] * len(rows)])})


def test_a_new_column_rebuilds_whole_partitions_whatever_was_asked_for(toy: Toy, tmp_path: Path) -> None:
    toy.change = {"add_up": add_up_and_count, "sums_version": "2"}
    toy.respecify("gold.sums", lambda columns: columns.update(games={"type": "int32", "meaning": "games"}))
    report = toy.run(limit=1, seasons=(2025,))
    assert report.step("sums").run == 2  # rows of two declarations cannot lie in one file
    assert toy.rows("gold.sums") == [
        {"league": "toy", "season": 2025, "game_id": "g1", "total": 3, "games": 1},
        {"league": "toy", "season": 2025, "game_id": "g2", "total": 3, "games": 1},
    ]
    toy.run()
    assert toy.objects() == built_from_nothing(toy, tmp_path / "other")


def test_other_row_groups_are_other_bytes(toy: Toy, tmp_path: Path) -> None:
    found = specs()
    found["silver.points"]["row_group_rows"] = 2
    toy.registry = registry(found)
    report = toy.run()
    assert report.step("games").written == 2 + 2  # both tables of both seasons
    assert report.step("sums").early_cutoff == 3
    assert toy.objects() == built_from_nothing(toy, tmp_path / "other")


def test_other_partition_columns_leave_no_old_partition_behind(toy: Toy) -> None:
    found = specs()
    found["gold.seasons"]["partition"] = ["league"]
    found["gold.seasons"]["key"] = ["season"]
    toy.registry = registry(found)
    toy.change = {"add_season": add_seasons, "seasons_version": "2"}
    assert [(str(item.partition), bool(item.verdict.run)) for item in toy.plan(tables=("gold.seasons",)).items] == [
        ("league=toy", True),
        ("league=toy/season=2024", False),
        ("league=toy/season=2025", False),
    ]
    assert toy.run().exit_code == 0
    assert [path for path in toy.objects() if path.startswith("gold/seasons")] == [
        "gold/seasons/league=toy/part-0.parquet"
    ]
    rows = read_partition(toy.store, toy.registry["gold.seasons"], Partition(league="toy"))
    assert rows.column("total").to_pylist() == [4, 6]
    assert toy.plan().items == []


def add_seasons(task: Task) -> Computed:
    rows = task.read("gold.sums", ["season", "total"]).group_by("season").aggregate([("total", "sum")])
    games = rows.append_column("games", rows.column("season"))
    return Computed({"gold.seasons": games.rename_columns(["season", "total", "games"])})


def only_points(task: Task) -> Computed:
    from tests.build.toy import read_games

    found = read_games(task)
    return Computed({"silver.points": found.tables["silver.points"]}, found.failures)


def test_a_table_that_a_step_does_not_write_any_more_is_deleted(toy: Toy) -> None:
    pipeline: list[Any] = toy.pipeline()
    pipeline[0] = replace(pipeline[0], outputs=("silver.points",), compute=only_points, version="2")
    plan = toy.plan_of(pipeline, toy.ledger)
    assert run(plan, toy.ledger, toy.store).exit_code == 0
    assert [path for path in toy.objects() if path.startswith("silver/games")] == []
    assert toy.plan_of(pipeline, toy.ledger).items == []


def test_a_table_that_a_step_begins_to_write_is_filled(toy: Toy, tmp_path: Path) -> None:
    pipeline: list[Any] = toy.pipeline()
    pipeline[0] = replace(pipeline[0], outputs=("silver.points",), compute=only_points, version="2")
    run(toy.plan_of(pipeline, toy.ledger), toy.ledger, toy.store)
    toy.run(limit=1)
    assert [row["game_id"] for row in toy.rows("silver.games")] == ["g1", "g2"]
    toy.run()
    assert toy.objects() == built_from_nothing(toy, tmp_path / "other")


def test_what_a_killed_run_left_of_a_node_is_known_to_be_its_own(toy: Toy) -> None:
    """A run that is killed between the new object and the ledger, and whose inputs are gone when it runs again."""
    toy.ledger.announce("games", "league=toy/season=2026", "killed")
    path = "silver/points/league=toy/season=2026/part-0.parquet"
    toy.store.put(path, b"left by a run that was killed")
    assert [str(item.partition) for item in toy.plan().items] == ["league=toy/season=2026"]
    toy.run()
    assert toy.store.head(path) is None
    assert toy.plan().items == []


def test_what_a_killed_run_left_is_deleted_if_its_units_fail_now(toy: Toy) -> None:
    toy.ledger.announce("games", "league=toy/season=2026", "killed")
    path = "silver/points/league=toy/season=2026/part-0.parquet"
    toy.store.put(path, b"left by a run that was killed")
    toy.put("g9", "bad", season=2026)
    toy.run()
    assert toy.store.head(path) is None


def test_objects_nobody_knows_are_left_alone(toy: Toy) -> None:
    path = "silver/points/league=toy/season=1999/part-0.parquet"
    toy.store.put(path, b"put there by a person")
    assert toy.plan().items == []
    toy.run()
    assert toy.store.head(path) is not None


@pytest.mark.parametrize("lost", ["ledger", "objects"])
def test_a_lake_that_lost_a_half_is_mended(toy: Toy, lost: str) -> None:
    before = toy.objects()
    if lost == "ledger":
        toy.ledger.close()
        (toy.folder / "meta" / "ledger.sqlite").unlink()
    else:
        for path in before:
            toy.store.delete(path)
    assert toy.run().exit_code == 0
    assert toy.objects() == before
    assert toy.plan().items == []
