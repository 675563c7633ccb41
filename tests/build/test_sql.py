"""Steps written in SQL."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sqlglot
from hypothesis import given
from hypothesis import strategies as st

from hooplake.build.graph import Graph
from hooplake.build.run import run
from hooplake.build.sql import columns_of, sql_step, tables_of
from hooplake.build.step import Step
from hooplake.errors import ConfigError, UnknownTable
from hooplake.lake.parquet import read_partition
from hooplake.lake.partition import Partition
from tests.build.toy import Toy, registry, spec, specs

SEASON = {"league": "text", "season": "int32"}
AVERAGES = """
-- the average of all points; silver.nothing is not read
select $season as season, avg(value) as mean, count(*) as points, '/* gold.sums */' as label
from silver.points p join silver.games using (league, season, game_id)
where p.value >= $least
"""


def declared(**more: Any) -> dict[str, Any]:
    mean = {"season": "int32", "mean": "decimal(6,2)", "points": "int64", "label": "text"}
    found = specs()
    found["gold.averages"] = spec("gold.averages", {"league": "text", **mean}, ["points"], ["league", "season"])
    found["gold.table"] = spec(
        "gold.table", {"league": "text", "season": "int32", "games": "int64"}, ["season"], ["league"]
    )
    return found | more


def pipeline(toy: Toy, query: str = AVERAGES, **parameters: Any) -> list[Step]:
    toy.registry = registry(declared())
    return [
        *toy.pipeline(),
        sql_step(toy.registry["gold.averages"], query, parameters={"least": 0, **parameters}),
        sql_step(toy.registry["gold.table"], "select season, count(*) games from gold.sums group by season"),
    ]


def build(toy: Toy, query: str = AVERAGES, jobs: int = 1, **parameters: Any) -> Any:
    return run(toy.plan_of(pipeline(toy, query, **parameters), toy.ledger), toy.ledger, toy.store, jobs=jobs)


def averages(toy: Toy, season: int = 2025) -> list[dict[str, Any]]:
    found = read_partition(toy.store, toy.registry["gold.averages"], Partition(league="toy", season=season))
    rows: list[dict[str, Any]] = found.to_pylist()
    return rows


def test_the_inputs_are_read_from_the_query() -> None:
    step = sql_step(registry(declared())["gold.averages"], AVERAGES)
    assert (step.name, step.outputs, step.unit) == ("gold.averages", ("gold.averages",), "")
    assert step.inputs == ("silver.games", "silver.points")


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_query_sees_exactly_the_partitions_of_its_own(toy: Toy, jobs: int) -> None:
    assert build(toy, jobs=jobs).exit_code == 0
    label = "/* gold.sums */"
    where = {"league": "toy", "season": 2025}
    assert averages(toy) == [{**where, "mean": 2.0, "points": 3, "label": label}]
    assert averages(toy, 2024) == [{**where, "season": 2024, "mean": 4.0, "points": 1, "label": label}]
    table = read_partition(toy.store, toy.registry["gold.table"], Partition(league="toy"))
    assert table.to_pylist() == [
        {"league": "toy", "season": 2024, "games": 1},
        {"league": "toy", "season": 2025, "games": 2},
    ]


def test_values_are_rounded_on_the_write_path(toy: Toy) -> None:
    toy.put("g4", "2 2 9")
    build(toy)
    assert averages(toy)[0]["mean"] == 3.17  # 19 / 6


def test_parameters_and_queries_that_change_run_again(toy: Toy) -> None:
    build(toy)
    plan = toy.plan_of(pipeline(toy, least=2), toy.ledger)
    assert {due.reason for item in plan.items for due in item.verdict.run.values()} == {"PARAMS_CHANGED"}
    build(toy, least=2)
    assert averages(toy)[0]["mean"] == 2.5
    changed = AVERAGES.replace("avg", "max")
    plan = toy.plan_of(pipeline(toy, changed, least=2), toy.ledger)
    assert {due.reason for item in plan.items for due in item.verdict.run.values()} == {"CODE_CHANGED"}
    build(toy, changed, least=2)
    assert averages(toy)[0]["mean"] == 3.0


def test_an_input_without_rows_is_an_empty_table(tmp_path: Path) -> None:
    toy = Toy(tmp_path / "lake")
    toy.put("g1", "")
    query = "select count(p.n) as points, 0 as mean, 'x' as label from silver.games left join silver.points p using (game_id)"
    assert build(toy, query).exit_code == 0
    assert averages(toy) == [{"league": "toy", "season": 2025, "mean": 0.0, "points": 0, "label": "x"}]


@pytest.mark.parametrize(
    ("query", "read"),
    [
        ("select game_id, 2 * value as twice from silver.points", ["game_id", "n", "value"]),
        ("select count(*) as points from silver.points", ["game_id", "n"]),
        ("with p as (select * from silver.points) select game_id from p", ["game_id", "n"]),
        ("with p as (select * from silver.points) select * from p", None),
        ("with p as (select distinct * from silver.points) select game_id from p", None),
        ("select game_id from (select p.* from silver.points p union select q.* from silver.points q)", None),
        ("select game_id, 'value' as value_ -- value\nfrom silver.points", ["game_id", "n"]),
    ],
)
def test_the_columns_of_an_input_that_can_make_a_difference(query: str, read: list[str] | None) -> None:
    found = columns_of(registry()["silver.points"], query=query)
    assert (None if found is None else list(found)) == read


def test_a_query_that_fails_says_what_and_where(toy: Toy) -> None:
    report = build(toy, "select nothing from silver.points")
    assert report.exit_code == 4
    assert report.failures[0].reason == "ContractError"
    assert "the query of gold.averages failed for league=toy/season=2024" in report.failures[0].detail
    assert build(toy).exit_code == 0


def test_queries_that_cannot_be_steps() -> None:
    found = registry(declared())
    with pytest.raises(ConfigError, match="reads no table: name its inputs plainly"):
        sql_step(found["gold.table"], "select 1 as season, 2 as games")
    with pytest.raises(ConfigError, match=r"reads gold\.table itself"):
        sql_step(found["gold.table"], "select * from gold.table")
    with pytest.raises(UnknownTable, match=r"did you mean silver\.points"):
        Graph([sql_step(found["gold.table"], "select * from silver.point")], found)


TABLES = st.sampled_from(["silver.fct_plays", "gold.sums", "bronze.games", "SILVER.FCT_GAMES", '"gold"."x_1"'])


@given(
    tables=st.lists(TABLES, min_size=1, max_size=4),
    comment=st.sampled_from(["", "-- gold.no1\n", "/* gold.no2 \n */", "/* -- */ "]),
    text=st.sampled_from(["''", "'gold.no3'", "'it''s gold.no4 --'", "'/*'"]),
    alias=st.sampled_from(["a", "gold_a", "x_silver"]),
)
def test_tables_are_found_as_a_parser_finds_them(tables: list[str], comment: str, text: str, alias: str) -> None:
    unions = " union all ".join(
        f"select {alias}.value, {text} as t from {table} {comment} as {alias} where {alias}.gold > 1"
        for table in tables
    )
    query = f"with w as ({unions}) select (select max(value) from {tables[0]}) as m, w.* from w"
    parsed = sqlglot.parse_one(query, dialect="duckdb").find_all(sqlglot.exp.Table)
    expected = {f"{table.db}.{table.name}".lower() for table in parsed if table.db}
    assert set(tables_of(query)) == expected
