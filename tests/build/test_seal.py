"""Seals: a plan that believes them is the plan that compares everything."""

from __future__ import annotations

import sqlite3
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hooplake.build import planner
from hooplake.build.verdict import Reason
from tests.build.test_incremental import CHANGES, PUTS, change
from tests.build.toy import MEMORY, Toy


def seals(toy: Toy) -> dict[str, bytes]:
    """The seals of the ledger by node."""
    with sqlite3.connect(toy.folder / "meta" / "ledger.sqlite") as db:
        found = db.execute("select step || '/' || partition, seal from seals join nodes on nodes.id = seals.node")
        return dict(found.fetchall())


def without_seals(toy: Toy) -> None:
    """The ledger as it was written before there were any."""
    with sqlite3.connect(toy.folder / "meta" / "ledger.sqlite") as db:
        db.execute("drop table if exists seals")


def said(toy: Toy) -> tuple[Any, ...]:
    """All that a plan says."""
    plan = toy.plan()
    return plan.plan_id, plan.considered, plan.skipped, [(item.resource, item.verdict) for item in plan.items]


def test_what_was_found_unchanged_is_not_compared_again(toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    toy.run()  # finds all of it unchanged
    assert set(seals(toy)) == {
        "sums/league=toy/season=2024", "sums/league=toy/season=2025", "seasons/league=toy/season=2024",
        "seasons/league=toy/season=2025", "leagues/league=toy",
    }  # fmt: skip

    def compare(*_: Any) -> None:
        raise AssertionError("a sealed node was compared")

    monkeypatch.setattr(planner, "table_inputs", compare)
    plan = toy.plan()
    assert plan.items == []
    assert plan.considered == 3 + 3 + 2 + 1
    assert plan.skipped["sums"] == {Reason.UNCHANGED: 3}
    toy.run()


def test_a_game_of_one_season_breaks_the_seals_of_what_is_made_of_it(toy: Toy) -> None:
    toy.run()
    before = seals(toy)
    toy.put("g4", "5", date="2024-12-17")
    toy.run()
    toy.run()
    after = seals(toy)
    assert {name for name in before if before[name] != after[name]} == {
        "sums/league=toy/season=2025", "seasons/league=toy/season=2025", "leagues/league=toy",
    }  # fmt: skip
    assert toy.rows("gold.leagues", None) == [
        {"league": "toy", "season": 2024, "total": 4}, {"league": "toy", "season": 2025, "total": 11},
    ]  # fmt: skip


def test_a_node_that_goes_and_comes_again_is_another(toy: Toy) -> None:
    toy.run()
    toy.delete("g3")
    toy.run()  # the season is no more, and its number in the ledger is free
    toy.put("g3", "7", season=2024, date="2023-12-15")
    toy.run()
    assert {"league": "toy", "season": 2024, "total": 7} in toy.rows("gold.leagues", None)


def test_a_lost_object_is_seen_under_its_seal(toy: Toy) -> None:
    toy.run()
    path = next(path for path in toy.objects() if "gold/sums" in path and "2024" in path)
    toy.store.delete(path)
    assert {item.resource for item in toy.plan().items} >= {"sums/league=toy/season=2024"}
    toy.run()
    assert toy.store.head(path) is not None


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(first=st.lists(PUTS, min_size=2, max_size=5), then=st.lists(st.lists(CHANGES, max_size=3), max_size=3))
def test_a_plan_says_the_same_without_seals(first: list[tuple[Any, ...]], then: list[list[tuple[Any, ...]]]) -> None:
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        toy = Toy(Path(folder) / "lake")
        for action in first:
            change(toy, action)
        toy.run()
        for actions in then:
            toy.run()  # seals what did not change
            for action in actions:
                change(toy, action)
            sealed = said(toy)
            without_seals(toy)
            assert said(toy) == sealed
            toy.run()
        toy.ledger.close()
