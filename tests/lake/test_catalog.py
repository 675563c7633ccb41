"""Every declared table is a DuckDB view with the declared columns; filters open only the files that match."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from hooplake.errors import ConfigError
from hooplake.lake.catalog import ask_within, connect, file_url, open_connection, tables_asked, view_sql
from hooplake.lake.parquet import write_table
from hooplake.lake.partition import Partition, table_path
from hooplake.lake.store import Store
from hooplake.lake.table import Registry, TableSpec
from hooplake.lake.views import View
from tests.lake.conftest import SHOTS

EMPTY = TableSpec.from_dict(
    {
        "name": "gold.everything",
        "key": ["id"],
        "columns": {
            "id": {"type": "text"},
            "flag": {"type": "bool"},
            "small": {"type": "int8"},
            "rate": {"type": "decimal(5,2)"},
            "day": {"type": "date"},
            "moment": {"type": "timestamp"},
            "details": {"type": "json"},
            "names": {"type": "list(text)"},
        },
    }
)
EXPECTED_TYPES = [
    ("id", "VARCHAR"),
    ("flag", "BOOLEAN"),
    ("small", "TINYINT"),
    ("rate", "DOUBLE"),
    ("day", "DATE"),
    ("moment", "TIMESTAMP WITH TIME ZONE"),
    ("details", "VARCHAR"),
    ("names", "VARCHAR[]"),
]


def fill(store: Store, spec: TableSpec, *partitions: Partition) -> None:
    for number, partition in enumerate(partitions):
        table = pa.table(
            {
                "game_id": ["g1", "g2"],
                "event_num": [1, 2],
                "shooter": ["a", None],
                "distance": pa.array([1.5, None]),
                "made": [True, None],
                "points": [number % 2 * 2, 3],
                "tipped_at": pa.array([0, None], pa.timestamp("us", tz="UTC")),
                "tags": pa.array([["x"], None], pa.list_(pa.string())),
            }
        )
        file = store.scratch / "part.parquet"
        write_table(spec, table, file)
        store.publish(table_path(spec, partition), file)


def test_a_view_shows_the_declared_columns(store: Store, shots: TableSpec) -> None:
    fill(store, shots, Partition(league="nba", season=2025), Partition(league="a/b c%'", season=2024))
    with connect(store, Registry([shots, EMPTY])) as connection:
        result = connection.sql("SELECT * FROM silver.shots ORDER BY season, event_num").to_arrow_table()
        assert result.column_names == list(shots.columns)
        assert result.schema.field("season").type == pa.int16()
        assert result.schema.field("tipped_at").type == pa.timestamp("us", tz="UTC")
        assert result.column("league").to_pylist() == ["a/b c%'", "a/b c%'", "nba", "nba"]
        assert result.column("season").to_pylist() == [2024, 2024, 2025, 2025]
        assert result.column("tags").to_pylist() == [["x"], None, ["x"], None]


def test_a_table_that_was_not_built_is_there_and_empty(store: Store) -> None:
    with connect(store, {EMPTY.name: EMPTY}) as connection:
        assert connection.execute("SELECT * FROM gold.everything").fetchall() == []
        described = connection.execute("DESCRIBE gold.everything").fetchall()
        assert [row[:2] for row in described] == EXPECTED_TYPES
        tables = connection.execute("SELECT table_schema, table_name FROM information_schema.tables").fetchall()
        assert tables == [("gold", "everything")]


def test_a_built_table_has_the_types_of_an_empty_one(directory: Store) -> None:
    table = EMPTY.schema.empty_table()
    file = directory.scratch / "part.parquet"
    write_table(EMPTY, table, file)
    directory.publish(table_path(EMPTY, Partition()), file)
    with connect(directory, {EMPTY.name: EMPTY}) as connection:
        assert [row[:2] for row in connection.execute("DESCRIBE gold.everything").fetchall()] == EXPECTED_TYPES


def test_a_filter_on_partition_columns_opens_only_matching_files(store: Store, shots: TableSpec) -> None:
    leagues, seasons = ("nba", "wnba", "mbb"), range(2020, 2025)
    fill(store, shots, *(Partition(league=league, season=season) for league in leagues for season in seasons))
    with connect(store, Registry([shots])) as connection:

        def files_read(where: str) -> int:
            plan = connection.execute(f"EXPLAIN ANALYZE SELECT sum(points) FROM silver.shots {where}").fetchall()[0][1]
            found = re.search(r"Total Files Read:\s*(\d+)", plan)
            assert found is not None, plan
            return int(found[1])

        assert files_read("") == 15
        assert files_read("WHERE season = 2021") == 3
        assert files_read("WHERE league = 'nba' AND season BETWEEN 2021 AND 2022") == 2
        assert files_read("WHERE league IN ('nba', 'wnba') AND season > 2023") == 2


def test_a_view_of_a_directory_sees_later_files(directory: Store, shots: TableSpec) -> None:
    fill(directory, shots, Partition(league="nba", season=2024))
    with connect(directory, Registry([shots])) as connection:
        count = "SELECT count(*) FROM silver.shots"
        assert connection.execute(count).fetchall() == [(2,)]
        fill(directory, shots, Partition(league="nba", season=2024), Partition(league="nba", season=2025))
        assert connection.execute(count).fetchall() == [(4,)]


def test_a_directory_with_odd_signs(tmp_path: Path, shots: TableSpec) -> None:
    store = Store.open(tmp_path / "it's [a] *lake?")
    fill(store, shots, Partition(league="nba", season=2024))
    with connect(store, Registry([shots])) as connection:
        assert connection.execute("SELECT season, count(*) FROM silver.shots GROUP BY 1").fetchall() == [(2024, 2)]


def test_other_files_are_not_read(directory: Store, shots: TableSpec) -> None:
    fill(directory, shots, Partition(league="nba", season=2024))
    for path in (
        "silver/shots/notes.txt",
        "silver/shots/league=nba/season=2024/part-0.parquet.bak",
        "gold/everything/x",
    ):
        directory.put(path, b"not parquet")
    with connect(directory, Registry([shots, EMPTY])) as connection:
        assert connection.execute("SELECT count(*) FROM silver.shots").fetchall() == [(2,)]
        assert connection.execute("SELECT count(*) FROM gold.everything").fetchall() == [(0,)]


def test_a_broken_table_does_not_stop_the_others(store: Store, shots: TableSpec) -> None:
    fill(store, shots, Partition(league="nba", season=2024))
    more = {**SHOTS["columns"], "defender": {"type": "text", "null": True}}
    grown = TableSpec.from_dict({**SHOTS, "columns": more})
    store.put("gold/everything/part-0.parquet", b"not parquet")
    with connect(store, Registry([grown, EMPTY])) as connection:
        for table, reason in (("silver.shots", "defender"), ("gold.everything", "part-0.parquet")):
            assert connection.execute(f"DESCRIBE {table}").fetchall() != []
            for query in ("SELECT count(*) FROM", "SELECT * FROM"):
                with pytest.raises(duckdb.Error, match=f"{table} are not as its spec says.*{reason}"):
                    connection.execute(f"{query} {table}").fetchall()


def test_questions_about_some_partitions(directory: Store, shots: TableSpec) -> None:
    nba, wnba = (Partition(league=league, season=2025) for league in ("nba", "wnba"))
    fill(directory, shots, nba, Partition(league="nba", season=2024), wnba)
    broken = directory.local_path(table_path(shots, wnba))
    assert broken is not None
    broken.write_bytes(b"no Parquet")
    registry, views = (
        Registry([shots, EMPTY]),
        [View("meta.seasons", "", {}, "select distinct season from silver.shots")],
    )
    opened: list[duckdb.DuckDBPyConnection] = []
    with ask_within(directory, registry, views, {"league": ["nba"], "season": [2025, 2026]}, (), opened.append) as ask:
        asked = ask(
            "select season, count(*) as shots from silver.shots join meta.seasons using (season) group by season"
        )
        assert asked.to_pylist() == [{"season": 2025, "shots": 2}]
        assert ask("select count(*) as n from silver.shots").to_pylist() == [{"n": 2}]
        assert len(opened) == 1, "the second question names nothing that the first did not"
        assert ask("select * from gold.everything").num_rows == 0
        with pytest.raises(ConfigError, match="no_such_column"):
            ask("select no_such_column from silver.shots")
        with pytest.raises(ConfigError, match="does no more"):
            ask("create table t as select 1")
    with ask_within(directory, registry, views, {"league": ["mbb"]}, (), opened.append) as ask:
        assert ask("select * from silver.shots").num_rows == 0
    with pytest.raises(duckdb.ConnectionException):
        opened[0].execute("select 1")


def test_questions_as_if_a_table_were_empty(store: Store, shots: TableSpec) -> None:
    fill(store, shots, Partition(league="nba", season=2025))
    registry = Registry([shots])
    with ask_within(store, registry, (), {}, (), id) as ask:
        assert ask("select * from silver.shots").num_rows == 2
    with ask_within(store, registry, (), {}, ["silver.shots"], id) as ask:
        assert ask("select * from silver.shots").num_rows == 0


def test_a_view_over_some_files(store: Store, shots: TableSpec) -> None:
    partitions = [Partition(league="nba", season=season) for season in (2023, 2024, 2025)]
    fill(store, shots, *partitions)
    with open_connection(store, ["silver"], {"threads": 1}) as connection:
        for chosen, rows in ((partitions[:2], 4), ([], 0)):
            connection.execute(view_sql(shots, [file_url(store, table_path(shots, part)) for part in chosen]))
            assert connection.execute("SELECT count(*) FROM silver.shots").fetchall() == [(rows,)]


def test_no_extension_is_loaded_beyond_those_built_in(directory: Store, shots: TableSpec) -> None:
    fill(directory, shots, Partition(league="nba", season=2024))
    with connect(directory, Registry([shots])) as connection:
        query = "SELECT extension_name FROM duckdb_extensions() WHERE loaded AND install_mode <> 'STATICALLY_LINKED'"
        assert connection.execute(query).fetchall() == []


def test_the_room_is_imported_without_duckdb() -> None:
    modules = [f"hooplake.lake.{file.stem}" for file in Path(connect.__code__.co_filename).parent.glob("[a-z]*.py")]
    light = ["hooplake.lake.store", "hooplake.lake.table", "hooplake.lake.partition", "hooplake.lake.catalog"]
    code = (
        "import sys\n"
        f"import {', '.join(light)}\n"
        "assert not {'pyarrow', 'numpy', 'obstore', 'duckdb'} & set(sys.modules), 'light modules'\n"
        f"import {', '.join(modules)}\n"
        "assert 'duckdb' not in sys.modules, 'duckdb'\n"
    )
    subprocess.run(
        [sys.executable, "-c", code], check=True, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    )


def test_schemas_are_named_after_layers(directory: Store) -> None:
    bronze = TableSpec.from_dict({**SHOTS, "name": "bronze.shots"})
    with connect(directory, Registry([bronze, EMPTY])) as connection:
        names = connection.execute("SELECT schema_name FROM information_schema.schemata").fetchall()
    assert {("bronze",), ("gold",)} <= set(names)


def test_cursors_of_threads_see_the_views(directory: Store, shots: TableSpec) -> None:
    fill(directory, shots, Partition(league="nba", season=2024))
    with connect(directory, Registry([shots])) as connection:

        def count(_: int) -> list[tuple[int]]:
            with connection.cursor() as cursor:
                return cursor.execute("SELECT count(*) FROM silver.shots").fetchall()

        with ThreadPoolExecutor(4) as pool:
            assert list(pool.map(count, range(8))) == [[(2,)]] * 8


def test_a_question_is_asked_where_the_tables_are_that_it_names(shots: TableSpec) -> None:
    tables = Registry([shots, EMPTY])
    first = View("gold.made", "Made shots.", {}, "-- silver.unknown\nselect * from silver.shots where made")
    second = View("gold.best", "The best.", {}, "select * from gold.made")
    views = (second, first)

    def asked(query: str) -> tuple[list[str], list[str]] | None:
        found = tables_asked(query, tables, views)
        return found and (found[0], [view.name for view in found[1]])

    assert asked("select 1") == ([], [])
    assert asked("with a as (select 1) select * from a") == ([], [])
    assert asked('SELECT * FROM Silver . "shots" -- gold.other') == (["silver.shots"], [])
    assert asked("from gold.best where x = 'silver.nothing'") == (["silver.shots"], ["gold.best", "gold.made"])
    for unknown in (
        "select * from silver.shot",
        "describe silver.shots",
        "select * from information_schema.tables",
        "select * from duckdb_views()",
        "select * from query('from silver.shots')",
        "create table x as select 1",
        "/* select */ show tables",
    ):
        assert asked(unknown) is None, unknown
