"""Each reason by an example: what must happen for a unit to run, or not to."""

from __future__ import annotations

from pathlib import Path

import pytest

from hooplake.build.verdict import Reason
from tests.build.toy import Toy


def test_never_built(tmp_path: Path) -> None:
    toy = Toy(tmp_path / "lake")
    toy.put("g1", "1 2")
    assert toy.reasons() == {
        "games": {"g1": "NEVER_BUILT"},
        "sums": {"g1": "NEVER_BUILT"},
        "seasons": {"": "NEVER_BUILT"},
        "leagues": {"": "NEVER_BUILT"},
    }


def test_unchanged(toy: Toy) -> None:
    plan = toy.plan()
    assert plan.items == []
    assert plan.skipped == {
        "games": {Reason.UNCHANGED: 3},
        "sums": {Reason.UNCHANGED: 3},
        "seasons": {Reason.UNCHANGED: 2},
        "leagues": {Reason.UNCHANGED: 1},
    }


def test_input_changed_names_the_input_and_all_below_waits_for_it(toy: Toy) -> None:
    toy.replace("g2", "30", date="2024-12-16")
    assert toy.reasons() == {
        "games": {"g2": "INPUT_CHANGED raw.01"},
        "sums": {"g2": "UPSTREAM"},
        "seasons": {"": "UPSTREAM"},
        "leagues": {"": "UPSTREAM"},
    }


def test_a_new_date_is_a_changed_input(toy: Toy) -> None:
    toy.replace("g2", "3", date="2024-12-20")
    assert toy.reasons()["games"] == {"g2": "INPUT_CHANGED date 2024-12-16 -> 2024-12-20"}
    toy.run()
    assert toy.reasons(first_date="2024-12-20", force=True)["sums"] == {"g2": "FORCED"}


def test_input_arrived(toy: Toy) -> None:
    toy.put("g1", "7", sequence=2)
    assert toy.reasons()["games"] == {"g1": "INPUT_ARRIVED raw.02"}


def test_an_input_that_is_no_more(toy: Toy) -> None:
    toy.put("g1", "7", sequence=2)
    toy.run()
    toy.replace("g1", "1 2")
    assert toy.reasons()["games"] == {"g1": "INPUT_CHANGED raw.02 is no more"}


def test_input_changed_of_a_table_that_another_run_rebuilt(toy: Toy) -> None:
    toy.replace("g2", "30", date="2024-12-16")
    toy.run(tables=("silver.points",))
    assert toy.reasons() == {
        "sums": {"g2": "INPUT_CHANGED silver.points"},
        "seasons": {"": "UPSTREAM"},
        "leagues": {"": "UPSTREAM"},
    }


def test_input_arrived_for_a_whole_partition(toy: Toy) -> None:
    toy.put("g9", "9", season=2023, date="2022-12-15")
    toy.run(tables=("gold.seasons",))
    assert toy.reasons() == {"leagues": {"": "INPUT_ARRIVED gold.seasons/league=toy/season=2023"}}


def test_code_changed(toy: Toy) -> None:
    toy.change["sums_version"] = "2"
    assert toy.reasons() == {
        "sums": dict.fromkeys(["g1", "g2", "g3"], "CODE_CHANGED version 1 -> 2"),
        "seasons": {"": "UPSTREAM"},
        "leagues": {"": "UPSTREAM"},
    }


def test_another_declaration_of_an_output_is_changed_code(toy: Toy) -> None:
    toy.respecify("gold.sums", lambda columns: columns["total"].update(max=1000))
    reasons = toy.reasons()
    assert reasons["sums"] == dict.fromkeys(["g1", "g2", "g3"], "CODE_CHANGED a declared output changed")
    assert "games" not in reasons


def test_another_meaning_of_a_column_changes_nothing(toy: Toy) -> None:
    toy.respecify("gold.sums", lambda columns: columns["total"].update(meaning="the sum of all", unit="points"))
    assert toy.reasons() == {}


def test_parameters_changed(toy: Toy) -> None:
    toy.change["scale"] = 2
    assert toy.reasons()["games"]["g1"] == 'PARAMS_CHANGED {} -> {"scale":2}'


def test_missing_output_rebuilds_the_partition_and_no_other(toy: Toy) -> None:
    toy.store.delete("silver/games/league=toy/season=2025/part-0.parquet")
    assert toy.reasons() == {
        "games": dict.fromkeys(["g1", "g2"], "MISSING_OUTPUT silver.games"),
        "sums": dict.fromkeys(["g1", "g2"], "UPSTREAM"),
        "seasons": {"": "UPSTREAM"},
        "leagues": {"": "UPSTREAM"},
    }
    before = toy.stamps()
    report = toy.run()
    assert (report.total.run, report.total.early_cutoff, report.total.written) == (2, 4, 1)
    assert before.items() < toy.stamps().items()


@pytest.mark.parametrize("damaged", ["one byte", "another length"])
def test_output_corrupt(toy: Toy, damaged: str) -> None:
    path = "gold/sums/league=toy/season=2025/part-0.parquet"
    data = toy.store.get(path)
    toy.store.put(path, data[:-5] + b"?" + data[-4:] if damaged == "one byte" else data + b"?")
    assert toy.reasons()["sums"] == dict.fromkeys(["g1", "g2"], "OUTPUT_CORRUPT gold.sums")
    toy.run()
    assert toy.store.get(path) == data


def test_a_copied_object_is_not_corrupt(toy: Toy) -> None:
    path = "gold/sums/league=toy/season=2025/part-0.parquet"
    toy.store.put(path, toy.store.get(path))
    plan = toy.plan()
    meta = toy.store.head(path)
    assert meta is not None
    assert plan.items == []
    assert plan.touched == [("gold.sums", "league=toy/season=2025", meta.etag)]
    toy.run()
    assert toy.plan().touched == []


def test_previous_failed(toy: Toy) -> None:
    toy.replace("g2", "bad", date="2024-12-16")
    toy.run()
    assert toy.reasons() == {
        "games": {"g2": "PREVIOUS_FAILED"},
        "sums": {"g2": "UPSTREAM"},
        "seasons": {"": "UPSTREAM"},
        "leagues": {"": "UPSTREAM"},
    }


def test_removed(toy: Toy) -> None:
    toy.delete("g2")
    assert toy.reasons() == {
        "games": {"g2": "REMOVED"},
        "sums": {"g2": "REMOVED"},
        "seasons": {"": "UPSTREAM"},
        "leagues": {"": "UPSTREAM"},
    }


def test_removed_with_its_partition(toy: Toy) -> None:
    toy.delete("g3")
    assert toy.reasons() == {
        "games": {"g3": "REMOVED"},
        "sums": {"g3": "REMOVED"},
        "seasons": {"": "REMOVED"},
        "leagues": {"": "INPUT_CHANGED gold.seasons/league=toy/season=2024 is no more"},
    }
    toy.run()
    assert [path for path in toy.objects() if "2024" in path] == []
    assert toy.rows("gold.leagues", None) == [{"league": "toy", "season": 2025, "total": 6}]


def test_forced(toy: Toy) -> None:
    assert toy.reasons(force=True, tables=("silver.points",)) == {
        "games": dict.fromkeys(["g1", "g2", "g3"], "FORCED"),
    }


def test_blocked_by_a_failure_that_was_recorded_before(toy: Toy) -> None:
    toy.replace("g2", "bad", date="2024-12-16")
    toy.run(tables=("silver.points",))
    plan = toy.plan(first_date="2024-12-17")  # nothing of that date: the failed game is not tried again
    assert plan.skipped["games"] == {Reason.OUT_OF_RANGE: 3}
    reasons = toy.reasons(tables=("gold.sums",), seasons=(2025,), first_date="2024-12-16", last_date="2024-12-16")
    assert reasons["games"] == {"g2": "PREVIOUS_FAILED"}


def test_reasons_say_how_many_and_where(toy: Toy) -> None:
    toy.replace("g2", "30", date="2024-12-16")
    (first, *_) = [decision for decision in toy.plan().decisions() if decision.action == "run"]
    assert first == ("games", "league=toy/season=2025", "run", "INPUT_CHANGED", 1, "raw.01")
