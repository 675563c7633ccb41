"""A step over raw objects that gets its rows through tables: it is built after them, and of nothing but whole ones."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from hooplake.build.plan import Selection
from hooplake.build.planner import plan
from hooplake.build.report import RunReport
from hooplake.build.run import run
from hooplake.build.step import Computed, Step, Task
from hooplake.lake.partition import Partition
from tests.build.toy import Toy, discover, registry, spec, specs


def through_sums(task: Task) -> Computed:
    """The total of each game, out of `gold.sums`."""
    rows = task.read("gold.sums", ["game_id", "total"])
    return Computed({"gold.totals": rows})


TOTALS = Step(
    name="totals", inputs=("gold.sums",), outputs=("gold.totals",), unit="game_id", version="1", compute=through_sums,
    discover=discover,
)  # fmt: skip


class Through(Toy):
    """The toy lake with one more step."""

    def pipeline(self) -> list[Step]:
        return [*super().pipeline(), TOTALS]

    def go(self, **selection: Any) -> RunReport:
        tables = specs()
        columns = {"league": "text", "season": "int32", "game_id": "text", "total": "int64"}
        tables["gold.totals"] = spec("gold.totals", columns, ["game_id"], ["league", "season"], "game_id")
        self.registry = registry(tables)
        return run(
            plan(self.pipeline(), self.ledger, self.store, self.registry, Selection(**selection)),
            self.ledger, self.store, jobs=1,
        )  # fmt: skip

    def totals(self) -> dict[str, int]:
        return {row["game_id"]: row["total"] for row in self.rows("gold.totals")}


@pytest.fixture
def lake(toy: Toy) -> Through:
    found = Through(toy.folder)
    found.go()
    return found


def test_it_is_built_after_the_tables_in_one_plan(lake: Through) -> None:
    assert lake.totals() == {"g1": 3, "g2": 3}
    lake.replace("g2", "5", date="2024-12-16")
    report = lake.go()
    assert lake.totals() == {"g1": 3, "g2": 5}
    assert report.step("totals").run == 1  # what a unit is made of is told by its raw objects alone
    assert lake.go().total.run == 0


def test_it_waits_where_a_table_on_the_way_fails(lake: Through) -> None:
    lake.replace("g2", "bad", date="2024-12-16")
    report = lake.go()
    held = [problem for problem in report.failures if problem.step == "totals"]
    assert [(one.reason, one.partition) for one in held] == [("BLOCKED", "league=toy/season=2025")]
    assert lake.totals() == {"g1": 3, "g2": 3}  # what is there stays
    lake.replace("g2", "7", date="2024-12-16")
    assert not lake.go().failures
    assert lake.totals() == {"g1": 3, "g2": 7}


def test_a_limit_before_it_leaves_it_for_another_run(lake: Through) -> None:
    lake.replace("g1", "1", date="2024-12-15")
    lake.replace("g2", "2", date="2024-12-16")
    assert lake.go(limit=1).step("totals").run == 0
    assert lake.totals() == {"g1": 3, "g2": 3}
    lake.go()
    assert lake.totals() == {"g1": 1, "g2": 2}


def test_partitions_that_read_no_table_wait_for_none(lake: Through) -> None:
    class Alone(Through):
        def pipeline(self) -> list[Step]:
            def reads(table: str, output: Partition, existing: Any) -> list[Partition]:
                return [] if output["season"] == 2024 else [part for part in existing if part == output]

            return [*Toy.pipeline(self), replace(TOTALS, reads=reads, version="2")]

    alone = Alone(lake.folder)
    alone.replace("g2", "bad", date="2024-12-16")
    report = alone.go()
    assert [problem.partition for problem in report.failures if problem.step == "totals"] == ["league=toy/season=2025"]
    assert report.step("totals").run == 1  # that of 2024, which now reads nothing
    assert alone.rows("gold.totals", 2024) == []
