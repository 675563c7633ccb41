"""The plan: one object, printed or run; what it selects; that making it changes nothing."""

from __future__ import annotations

import json
from pathlib import Path
from unittest.mock import Mock

import pytest

from hooplake.build.run import run
from hooplake.build.verdict import Reason
from hooplake.errors import ConfigError, PlanChanged, UnknownTable
from tests.build.toy import Toy


def everything(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_dry_run_changes_nothing_and_creates_no_ledger(tmp_path: Path) -> None:
    toy = Toy(tmp_path / "lake")
    toy.put("g1", "1")
    before = everything(toy.folder)
    assert toy.plan().units == 4
    assert everything(toy.folder) == before
    assert not (toy.folder / "meta").exists()


def test_a_dry_run_of_a_built_lake_changes_nothing(toy: Toy) -> None:
    toy.replace("g1", "9")
    toy.ledger.close()
    before = everything(toy.folder)
    toy.plan()
    toy.ledger.close()
    assert everything(toy.folder) == before


def test_a_plan_looks_once_at_everything(toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(4, 9):
        toy.put(f"g{number}", "1", season=2020 + number)
    toy.replace("g1", "9")
    listed = Mock(wraps=toy.store.list)
    named = Mock(wraps=toy.store.paths)
    monkeypatch.setattr(toy.store, "list", listed)
    monkeypatch.setattr(toy.store, "paths", named)
    ledger = Mock(wraps=toy.ledger)
    assert toy.plan_of(toy.pipeline(), ledger).units == 5 * 3 + 4 - 1  # one league
    assert sorted(call.args[0] for call in listed.call_args_list) == ["gold", "silver"]
    assert [call.args[0] for call in named.call_args_list] == ["raw"]  # whose names tell all
    asked = [name for name, _, _ in ledger.method_calls]
    assert asked == ["read", "parts"]  # one question for the units of all nodes of the step whose inputs changed


def test_the_dry_run_is_the_run(toy: Toy) -> None:
    toy.replace("g1", "9")
    shown = toy.plan()
    report = run(shown, toy.ledger, toy.store)
    assert report.plan_id == shown.plan_id
    assert toy.ledger.runs(1)[0].plan_id == shown.plan_id
    assert report.due == shown.units == report.total.run == 4


def test_the_same_state_gives_the_same_plan(toy: Toy) -> None:
    toy.replace("g1", "9")
    assert toy.plan().plan_id == toy.plan().plan_id
    assert toy.plan(limit=1).plan_id != toy.plan().plan_id


def test_a_saved_plan_is_confirmed_while_nothing_moves(toy: Toy) -> None:
    toy.replace("g1", "9")
    saved = json.loads(json.dumps(toy.plan().to_json()))
    toy.plan().confirm(saved)
    toy.replace("g1", "10")
    with pytest.raises(PlanChanged, match="look at the new plan") as error:
        toy.plan().confirm(saved)
    assert error.value.exit_code == 5


def test_a_saved_plan_that_was_run_is_no_plan_any_more(toy: Toy) -> None:
    toy.replace("g1", "9")
    saved = toy.plan().to_json()
    toy.run()
    with pytest.raises(PlanChanged):
        toy.plan().confirm(saved)


def test_the_json_says_what_is_printed(toy: Toy) -> None:
    toy.replace("g2", "30", date="2024-12-16")
    found = toy.plan().to_json()
    assert found["units"] == 4
    assert found["considered"] == 9
    assert [(item["step"], item["partition"], item["units"]) for item in found["items"]] == [
        ("games", "league=toy/season=2025", 1),
        ("sums", "league=toy/season=2025", 1),
        ("seasons", "league=toy/season=2025", 1),
        ("leagues", "league=toy", 1),
    ]
    assert found["items"][0]["reasons"] == [
        {"action": "run", "reason": "INPUT_CHANGED", "units": 1, "detail": "raw.01"}
    ]
    assert found["skipped"] == {
        "games": {"UNCHANGED": 2},
        "sums": {"UNCHANGED": 2},
        "seasons": {"UNCHANGED": 1},
        "leagues": {},
    }


def test_tables_take_their_inputs_with_them_and_nothing_else(toy: Toy) -> None:
    toy.replace("g1", "9")
    assert list(toy.reasons(tables=("gold.sums",))) == ["games", "sums"]
    assert list(toy.reasons(tables=("silver.games",))) == ["games"]


def test_unknown_tables_are_errors(toy: Toy) -> None:
    with pytest.raises(UnknownTable, match="did you mean"):
        toy.plan(tables=("gold.sum",))


def test_partitions_of_a_season(toy: Toy) -> None:
    toy.replace("g1", "9")
    toy.replace("g3", "9", season=2024)
    report = toy.run(seasons=(2024,))
    assert report.total.run == 4
    assert toy.rows("gold.leagues", None) == [
        {"league": "toy", "season": 2024, "total": 9},
        {"league": "toy", "season": 2025, "total": 6},
    ]
    assert toy.reasons(leagues=("nba",)) == {}
    assert toy.reasons(leagues=("toy",))["games"] == {"g1": "INPUT_CHANGED raw.01"}


def test_units_of_some_dates(toy: Toy) -> None:
    toy.replace("g1", "9", date="2024-12-15")
    toy.replace("g2", "9", date="2024-12-16")
    plan = toy.plan(first_date="2024-12-16", last_date="2024-12-31")
    assert [sorted(item.verdict.run) for item in plan.items] == [["g2"], ["g2"], [""], [""]]
    assert plan.skipped["games"] == {Reason.OUT_OF_RANGE: 2}
    toy.run(last_date="2024-12-15")
    assert toy.rows("gold.sums") == [
        {"league": "toy", "season": 2025, "game_id": "g1", "total": 9},
        {"league": "toy", "season": 2025, "game_id": "g2", "total": 3},
    ]


def test_a_game_that_is_no_more_stays_if_its_date_was_not_asked_for(toy: Toy) -> None:
    toy.delete("g2")
    assert toy.reasons(last_date="2024-12-15") == {}
    assert toy.reasons(first_date="2024-12-16")["games"] == {"g2": "REMOVED"}


def test_a_limit_takes_the_oldest_units_first(tmp_path: Path) -> None:
    toy = Toy(tmp_path / "lake")
    for number, date in enumerate(["2024-12-17", "2024-12-15", "2024-12-16"]):
        toy.put(f"g{number}", str(number), date=date)
    plan = toy.plan(limit=2)
    assert sorted(plan.items[0].verdict.run) == ["g1", "g2"]
    assert plan.skipped["games"] == {Reason.LIMIT: 1}
    report = toy.run(limit=2)
    assert report.exit_code == 3
    assert [row["game_id"] for row in toy.rows("gold.sums")] == ["g1", "g2"]
    assert toy.run(limit=2).exit_code == 0
    assert [row["game_id"] for row in toy.rows("gold.sums")] == ["g0", "g1", "g2"]


def test_a_lost_object_is_built_as_a_whole_whatever_was_asked_for(toy: Toy) -> None:
    toy.store.delete("silver/points/league=toy/season=2025/part-0.parquet")
    before = toy.objects()
    report = toy.run(limit=1, first_date="2030-01-01")
    assert report.step("games").run == 2
    assert before.keys() < toy.objects().keys()
    assert toy.plan().items == []


def test_the_estimate_comes_from_what_units_cost(toy: Toy) -> None:
    toy.change |= {"sleep": 0.05, "chunk_units": 1}
    toy.run(seasons=(2025,))
    toy.change["games_version"] = "2"
    plan = toy.plan(seasons=(2025,), tables=("silver.points",))
    assert 0.1 < plan.seconds() < 1.0
    assert plan.seconds(jobs=2) == plan.seconds() / 2


def test_tables_without_a_step_are_inputs_too(toy: Toy) -> None:
    outside = toy.pipeline()[2:]  # without the steps that write gold.sums
    ledger = toy.other_ledger()
    first = toy.plan_of(outside, ledger)
    assert [item.step.name for item in first.items] == ["seasons", "seasons", "leagues"]
    run(first, ledger, toy.store)
    assert toy.plan_of(outside, ledger).items == []
    toy.replace("g1", "9")
    toy.run(tables=("gold.sums",))
    changed = toy.plan_of(outside, ledger)
    assert [str(item.partition) for item in changed.items] == ["league=toy/season=2025", "league=toy"]
    with pytest.raises(UnknownTable, match=r"no step writes gold\.sums"):
        toy.plan_of(outside, ledger, tables=("gold.sums",))


def test_partitions_that_are_read_can_be_chosen(toy: Toy) -> None:
    def last_two(table: str, output: object, existing: object) -> list[object]:
        return sorted(existing)[-1:]  # type: ignore[call-overload, no-any-return]

    toy.change["leagues_reads"] = last_two
    assert toy.reasons()["leagues"] == {"": "INPUT_CHANGED gold.seasons/league=toy/season=2024 is no more"}
    toy.run()
    assert toy.rows("gold.leagues", None) == [{"league": "toy", "season": 2025, "total": 6}]


def test_steps_that_cannot_be_planned_are_errors(toy: Toy) -> None:
    toy.respecify("gold.sums", lambda columns: columns["game_id"].update(type="int64"))
    with pytest.raises(ConfigError, match="must be a text or a date"):
        toy.plan()
