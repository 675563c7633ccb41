"""A file's bytes are a function of its rows; a read opens no more row groups than it must."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hooplake.errors import ConfigError, Conflict, ContractError, ObjectNotFound
from hooplake.lake import parquet
from hooplake.lake.encoding import layout
from hooplake.lake.parquet import file_facts, read_fragments, read_partition, write_table
from hooplake.lake.partition import Partition, table_path
from hooplake.lake.store import Store
from hooplake.lake.table import TableSpec

PARTITION = Partition(league="nba", season=2025)
SCHEMA = pa.schema(
    {
        "game_id": pa.string(),
        "event_num": pa.int64(),
        "shooter": pa.string(),
        "distance": pa.float64(),
        "made": pa.bool_(),
        "points": pa.int64(),
        "tipped_at": pa.timestamp("us", tz="UTC"),
        "tags": pa.list_(pa.string()),
    }
)


def shot(game: int, event: int, **values: Any) -> dict[str, Any]:
    return {"game_id": f"g{game:03d}", "event_num": event, "points": 2, **values}


def rows(games: int = 5, events: int = 3) -> pa.Table:
    return pa.Table.from_pylist(
        [
            shot(game, event, shooter=f"p{event % 2}", distance=game + event / 10, made=event % 2 == 0)
            for game in range(games)
            for event in range(events)
        ],
        SCHEMA,
    )


def publish(store: Store, spec: TableSpec, table: pa.Table, partition: Partition = PARTITION) -> None:
    file = store.scratch / "part.parquet"
    write_table(spec, table, file)
    store.publish(table_path(spec, partition), file)


def test_what_was_written_is_read(store: Store, shots: TableSpec) -> None:
    table = pa.Table.from_pylist(
        [
            shot(2, 1, distance=24.25, tags=["x", None], tipped_at=datetime(2025, 1, 1, tzinfo=UTC)),
            shot(1, 7, shooter="é", made=False, points=0, tags=[]),
        ],
        SCHEMA,
    )
    publish(store, shots, table)
    read = read_partition(store, shots, PARTITION)
    assert read.schema == shots.schema
    assert [dict(row) for row in read.to_pylist()] == [
        {
            "league": "nba",
            "season": 2025,
            "game_id": "g001",
            "event_num": 7,
            "shooter": "é",
            "distance": None,
            "made": False,
            "points": 0,
            "tipped_at": None,
            "tags": [],
        },
        {
            "league": "nba",
            "season": 2025,
            "game_id": "g002",
            "event_num": 1,
            "shooter": None,
            "distance": 24.3,
            "made": None,
            "points": 2,
            "tipped_at": datetime(2025, 1, 1, tzinfo=UTC),
            "tags": ["x", None],
        },
    ]


ROWS = st.lists(
    st.builds(
        shot,
        st.integers(0, 6),
        st.integers(0, 30),
        shooter=st.none() | st.text(max_size=3).filter(lambda text: text.isprintable()),
        distance=st.none() | st.floats(0, 94),
        made=st.none() | st.booleans(),
        tags=st.none() | st.lists(st.none() | st.sampled_from(["a", "b"]), max_size=2),
    ),
    max_size=30,
    unique_by=lambda row: (row["game_id"], row["event_num"]),
)


@given(ROWS, st.data())
def test_bytes_are_a_function_of_rows(
    tmp_path_factory: pytest.TempPathFactory, shots: TableSpec, given_rows: list[dict[str, Any]], data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("files")
    plain = pa.Table.from_pylist(given_rows, SCHEMA)
    written = write_table(shots, plain, folder / "plain")
    shuffled = pa.Table.from_pylist(data.draw(st.permutations(given_rows)), SCHEMA)
    cut = data.draw(st.integers(0, len(given_rows)))
    other = pa.concat_tables([shuffled.slice(cut), shuffled.slice(0, cut)])
    other = other.set_column(2, "shooter", other.column("shooter").dictionary_encode())
    other = other.append_column("season", pa.array([2025] * len(other)))
    again = write_table(shots, other.select(data.draw(st.permutations(other.column_names))), folder / "other")
    assert again == written
    assert (folder / "plain").read_bytes() == (folder / "other").read_bytes()
    assert (written.rows, written.size) == (len(given_rows), (folder / "plain").stat().st_size)


@pytest.mark.parametrize("batch", [1, 7, 10_000])
def test_a_file_made_of_fragments_is_the_same(
    tmp_path: Path, shots: TableSpec, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    whole = rows(games=40, events=9)
    expected = write_table(shots, whole, tmp_path / "whole")
    games = list(range(40))
    random.Random(1).shuffle(games)
    files = []
    for number, start in enumerate(range(0, 40, 8)):
        files.append(tmp_path / f"{number}.arrow")
        parts = pa.concat_tables([whole.slice(game * 9, 9) for game in games[start : start + 8]])
        with pa.ipc.new_file(files[-1], SCHEMA) as writer:
            writer.write_table(parts, max_chunksize=10)
    monkeypatch.setattr(parquet, "_BATCH_ROWS", batch)
    assert write_table(shots, read_fragments(files), tmp_path / "fragments") == expected
    assert (tmp_path / "whole").read_bytes() == (tmp_path / "fragments").read_bytes()
    monkeypatch.setattr(parquet, "_BATCH_ROWS", batch)
    mixed = whole.take(pa.array(random.Random(2).sample(range(len(whole)), len(whole))))
    assert write_table(shots, mixed, tmp_path / "mixed") == expected


def test_a_unit_split_over_fragments_is_put_together(
    tmp_path: Path, shots: TableSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = rows(games=4, events=40)
    expected = write_table(shots, whole, tmp_path / "whole")
    monkeypatch.setattr(parquet, "_BATCH_ROWS", 30)
    halves = [whole.slice(start, 20) for start in (60, 0, 140, 20, 100, 80, 120, 40)]
    assert write_table(shots, pa.concat_tables(halves), tmp_path / "halves") == expected


def test_no_fragments_and_no_rows(tmp_path: Path, shots: TableSpec) -> None:
    written = write_table(shots, SCHEMA.empty_table(), tmp_path / "empty")
    assert (written.rows, written.digests) == (0, {})
    assert pq.read_table(tmp_path / "empty").num_rows == 0


def test_the_content_hash_is_of_rows_and_not_of_layout(tmp_path: Path, shots: TableSpec) -> None:
    first = write_table(shots, rows(), tmp_path / "a", metadata={"run": "1"})
    other = write_table(replace(shots, row_group_rows=7), rows(), tmp_path / "b", metadata={"run": "2"})
    assert first.content_hash == other.content_hash
    assert len(first.content_hash) == 32
    changed = rows().set_column(5, "points", pa.array([3] + [2] * 14))
    third = write_table(shots, changed, tmp_path / "c")
    assert third.content_hash != first.content_hash
    assert {unit for unit in first.digests if first.digests[unit] != third.digests[unit]} == {"g000"}
    renamed = write_table(replace(shots, name="gold.shots"), rows(), tmp_path / "d")
    assert renamed.content_hash != first.content_hash


def test_a_file_says_what_it_is(store: Store, shots: TableSpec) -> None:
    file = store.scratch / "part.parquet"
    written = write_table(shots, rows(), file, metadata={"run": "7"})
    etag = store.publish(table_path(shots, PARTITION), file)
    facts = file_facts(store, shots, PARTITION)
    assert facts is not None
    assert (facts.rows, facts.size, facts.etag, facts.content_hash) == (15, written.size, etag, written.content_hash)
    assert facts.metadata == {
        "hooplake.content_hash": written.content_hash,
        "hooplake.layout": layout(shots),
        "hooplake.table": "silver.shots",
        "run": "7",
    }
    assert file_facts(store, shots, Partition(league="nba", season=1)) is None


def test_partition_columns_are_in_the_path_alone(tmp_path: Path, shots: TableSpec) -> None:
    table = rows().append_column("season", pa.array([2025] * 15)).append_column("league", pa.array(["nba"] * 15))
    write_table(shots, table, tmp_path / "a")
    assert pq.read_schema(tmp_path / "a").names == shots.file_schema.names
    with pytest.raises(ContractError, match="one file cannot hold 2 values of season"):
        write_table(shots, rows().append_column("season", pa.array([2024] + [2025] * 14)), tmp_path / "b")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"event_num": 2**40}, r"silver\.shots\.event_num: 1099511627776 does not fit int32 in 1 rows"),
        ({"distance": float("nan")}, r"silver\.shots\.distance: nan does not fit decimal\(4,1\)"),
        ({"points": None}, r"silver\.shots\.points is NULL in 1 rows, first in game_id='g000', event_num=9"),
        ({"game_id": None}, r"silver\.shots\.game_id is NULL in 1 rows"),
        ({"event_num": 1}, r"silver\.shots: a key \(game_id, event_num\) occurs twice"),
    ],
)
def test_rows_that_break_the_table_are_not_written(
    tmp_path: Path, shots: TableSpec, change: dict[str, Any], message: str
) -> None:
    table = pa.Table.from_pylist([*rows().to_pylist(), {**shot(0, 9), **change}], SCHEMA)
    with pytest.raises(ContractError, match=message):
        write_table(shots, table, tmp_path / "a")


def test_writer_options(tmp_path: Path, shots: TableSpec) -> None:
    write_table(shots, rows(games=3), tmp_path / "a")
    footer = pq.read_metadata(tmp_path / "a")
    assert [footer.row_group(group).num_rows for group in range(footer.num_row_groups)] == [4, 4, 1]
    column = footer.row_group(0).column(0)
    assert (column.compression, column.statistics.min, column.statistics.max) == ("LZ4", "g000", "g001")
    assert b"ARROW:schema" not in footer.metadata


def test_dictionaries_and_statistics_are_where_they_are_of_use(tmp_path: Path, shots: TableSpec) -> None:
    spec = replace(shots, columns={**shots.columns, "shooter": shots.columns["shooter"]._replace(distinct=True)})
    shooters = {place: {"shooter": f"p{place}"} for place in range(9)}
    table = pa.Table.from_pylist([shot(n // 3, n % 3, **shooters[n]) for n in range(9)], SCHEMA)
    for one, encoded in ((shots, True), (spec, False)):
        write_table(one, table, tmp_path / "a")
        group = pq.read_metadata(tmp_path / "a").row_group(0)
        columns = {group.column(n).path_in_schema: group.column(n) for n in range(group.num_columns)}
        assert columns["shooter"].has_dictionary_page is encoded
        assert columns["game_id"].has_dictionary_page
        compared = {name for name, column in columns.items() if column.statistics is not None}
        assert compared == {"game_id", "event_num", "distance", "made", "points", "tipped_at"}
        assert pq.read_table(tmp_path / "a")["shooter"].to_pylist() == [f"p{n}" for n in range(9)]
        by_difference = {name for name, column in columns.items() if "DELTA_BINARY_PACKED" in column.encodings}
        assert by_difference == {"event_num", "points", "tipped_at"}
        zstd = {name for name, column in columns.items() if column.compression == "ZSTD"}
        assert zstd == {"distance", "tags.list.element"} | (set() if encoded else {"shooter"})
    assert layout(shots) != layout(spec)


@given(units=st.lists(st.integers(-1, 12).map(lambda game: f"g{game:03d}"), max_size=4), columns=st.data())
def test_units_are_read_alone(
    tmp_path_factory: pytest.TempPathFactory, shots: TableSpec, units: list[str], columns: st.DataObject
) -> None:
    store = Store.open(tmp_path_factory.getbasetemp() / "units_lake")
    whole = rows(games=12, events=3)
    if store.head(table_path(shots, PARTITION)) is None:
        publish(store, shots, whole)
    names = columns.draw(st.lists(st.sampled_from(shots.schema.names), unique=True, min_size=1))
    read = read_partition(store, shots, PARTITION, names, units)
    assert read.column_names == names
    everything = read_partition(store, shots, PARTITION).to_pylist()
    assert read.to_pylist() == [{n: row[n] for n in names} for row in everything if row["game_id"] in units]


def test_only_row_groups_that_may_hold_a_unit_are_read(
    store: Store, shots: TableSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(store, shots, rows(games=12, events=3))
    opened: list[list[int]] = []
    read = pq.ParquetFile.read_row_groups
    monkeypatch.setattr(
        pq.ParquetFile,
        "read_row_groups",
        lambda self, groups, *args: (opened.append(list(groups)), read(self, groups, *args))[1],
    )
    # 36 rows in groups of 4: game 4 is rows 12 to 14, game 5 rows 15 to 17, game 9 rows 27 to 29
    for units, groups in (
        (["g004"], [3]),
        (["g005"], [3, 4]),
        (["g009", "g004"], [3, 6, 7]),
        (["g0045"], [3]),
        (["h"], []),
    ):
        opened.clear()
        read_partition(store, shots, PARTITION, units=units)
        assert opened == ([groups] if groups else [])


def test_a_replaced_file_is_read_anew(store: Store, shots: TableSpec) -> None:
    publish(store, shots, rows(games=12))
    assert len(read_partition(store, shots, PARTITION, units=["g003"])) == 3
    publish(store, shots, rows(games=4, events=9))
    assert len(read_partition(store, shots, PARTITION, units=["g003"])) == 9


def test_a_file_replaced_while_it_is_read(store: Store, shots: TableSpec, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(store, shots, rows(games=12))
    head = type(store).head
    replaced: list[int] = []

    def head_then_replace(self: Store, path: str) -> Any:
        meta = head(self, path)
        if len(replaced) < 2:
            replaced.append(1)
            publish(self, shots, rows(games=12, events=4 + len(replaced)))
        return meta

    monkeypatch.setattr(type(store), "head", head_then_replace)
    assert len(read_partition(store, shots, PARTITION, units=["g003"])) == 6
    assert replaced == [1, 1]


def test_a_file_that_is_replaced_again_and_again(
    directory: Store, shots: TableSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(directory, shots, rows())
    tried: list[str] = []

    def never(self: Store, path: str, meta: object) -> None:
        tried.append(path)
        raise Conflict("replaced meanwhile")

    monkeypatch.setattr(type(directory), "open_input", never)
    with pytest.raises(Conflict):
        read_partition(directory, shots, PARTITION)
    assert len(tried) == 5


def test_what_cannot_be_read(directory: Store, shots: TableSpec) -> None:
    with pytest.raises(ObjectNotFound, match="was not built"):
        read_partition(directory, shots, PARTITION)
    with pytest.raises(ConfigError, match="no columns rebounds"):
        read_partition(directory, shots, PARTITION, ["rebounds"])
    whole = TableSpec.from_dict({"name": "silver.dim", "key": ["id"], "columns": {"id": {"type": "text"}}})
    with pytest.raises(ConfigError, match="no unit"):
        read_partition(directory, whole, Partition(), units=["x"])


def test_a_table_without_unit(store: Store, tmp_path: Path) -> None:
    spec = TableSpec.from_dict(
        {"name": "silver.dim", "key": ["id"], "columns": {"id": {"type": "int64"}, "day": {"type": "date"}}}
    )
    table = pa.table({"id": [3, 1], "day": pa.array([1, 2], pa.int32()).view(pa.date32())})
    publish(store, spec, table, Partition())
    assert read_partition(store, spec, Partition()).column("id").to_pylist() == [1, 3]
    assert list(write_table(spec, table, tmp_path / "a").digests) == [""]


def test_the_unit_need_not_lead_the_key(directory: Store, tmp_path: Path) -> None:
    spec = TableSpec.from_dict(
        {
            "name": "gold.form",
            "key": ["team", "n"],
            "unit": "n",
            "row_group_rows": 2,
            "columns": {"team": {"type": "text"}, "n": {"type": "int64"}},
        }
    )
    table = pa.table({"team": ["a", "a", "b", "b", "c"], "n": [1, 2, 1, 2, 2]})
    written = write_table(spec, table, tmp_path / "a")
    assert list(written.digests) == [1, 2]
    publish(directory, spec, table, Partition())
    read = read_partition(directory, spec, Partition(), units=[1])
    assert read.to_pylist() == [{"team": "a", "n": 1}, {"team": "b", "n": 1}]


def test_no_more_footers_are_kept_than_allowed(
    directory: Store, shots: TableSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet, "_KEPT_FOOTERS", 3)
    for season in range(2000, 2008):
        partition = Partition(league="nba", season=season)
        publish(directory, shots, rows(), partition)
        read_partition(directory, shots, partition, units=["g001"])
    assert len(parquet._footers) == 3
