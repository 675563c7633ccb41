"""Files of which a few rows changed: the bytes are those of a file that was written as a whole."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hooplake.lake.graft import Graft, graft, write_graft
from hooplake.lake.parquet import write_table
from hooplake.lake.table import TableSpec

Games = dict[str, list[dict[str, Any]]]


def game(name: str, shots: int, *, points: int = 2, **values: Any) -> dict[str, list[dict[str, Any]]]:
    plain = {"shooter": None, "distance": 23.5, "made": True, "points": points, "tipped_at": None, "tags": [name, "x"]}
    return {name: [plain | {"game_id": name, "event_num": number + 1} | values for number in range(shots)]}


def table(spec: TableSpec, games: Games) -> pa.Table:
    return pa.Table.from_pylist([row for _, rows in sorted(games.items()) for row in rows], spec.file_schema)


def whole(spec: TableSpec, games: Games, file: Path) -> bytes:
    write_table(spec, table(spec, games), file, content_hash="some hash")
    return file.read_bytes()


def changed(
    spec: TableSpec, folder: Path, before: Games, fresh: Sequence[Games], dropped: Collection[str]
) -> tuple[Graft | None, bytes]:
    """What is found to stay, and the bytes of the file made of it, which are those of the whole."""
    data = whole(spec, before, folder / "before")
    found = graft(spec, data, [table(spec, games) for games in fresh], dropped)
    after = {name: rows for name, rows in before.items() if name not in dropped}
    expected = whole(spec, after | {name: rows for games in fresh for name, rows in games.items()}, folder / "whole")
    if found is not None:
        written = write_graft(spec, found, folder / "grafted", "some hash")
        assert written is not None
        assert (folder / "grafted").read_bytes() == expected
        assert (written.rows, written.size) == (pq.read_metadata(folder / "whole").num_rows, len(expected))
    return found, expected


def twelve() -> Games:
    """Six games of two shots: three row groups of four rows."""
    return {name: rows for at in range(6) for name, rows in game(f"g{at}", 2).items()}


def stays(found: Graft | None) -> tuple[int, int, int] | None:
    return None if found is None else (found.leading, len(found.rows), found.trailing)


def test_a_new_game_at_the_end_costs_the_end(shots: TableSpec, tmp_path: Path) -> None:
    found, _ = changed(shots, tmp_path, twelve(), [game("g9", 3)], [])
    assert stays(found) == (3, 3, 0)
    found, _ = changed(shots, tmp_path, twelve() | game("g6", 1), [game("g9", 3)], [])
    assert stays(found) == (3, 4, 0), "the last row group was not full"


def test_a_corrected_game_costs_its_row_group(shots: TableSpec, tmp_path: Path) -> None:
    found, _ = changed(shots, tmp_path, twelve(), [game("g2", 2, points=3, shooter="b")], ["g2"])
    assert stays(found) == (1, 4, 1)
    found, _ = changed(shots, tmp_path, twelve(), [game("g0", 2, points=3, tags=None)], ["g0"])
    assert stays(found) == (0, 4, 2)


def test_what_comes_after_is_cut_at_other_rows_if_their_number_changes(shots: TableSpec, tmp_path: Path) -> None:
    found, _ = changed(shots, tmp_path, twelve(), [game("g2", 3)], ["g2"])
    assert stays(found) == (1, 9, 0)
    found, _ = changed(shots, tmp_path, twelve(), [], ["g3", "g4"])
    assert stays(found) == (1, 4, 0)
    found, _ = changed(shots, tmp_path, twelve(), [game("g25", 1)], [])
    assert stays(found) == (1, 9, 0)


def test_more_row_groups_than_a_short_list_can_count(shots: TableSpec, tmp_path: Path) -> None:
    many = {name: rows for at in range(40) for name, rows in game(f"g{at:02d}", 2, points=at % 3 % 2 * 2).items()}
    found, _ = changed(shots, tmp_path, many, [game("g21", 2, points=3)], ["g21"])
    assert stays(found) == (10, 4, 9)
    found, _ = changed(shots, tmp_path, dict(list(many.items())[:30]), [dict(list(many.items())[30:])], [])
    assert stays(found) == (15, 20, 0)


def test_nothing_stays(shots: TableSpec, tmp_path: Path) -> None:
    assert changed(shots, tmp_path, game("g1", 3), [game("g2", 9)], [])[0] is None, "there is but one row group"
    assert changed(shots, tmp_path, twelve(), [game("g0", 3)], ["g0"])[0] is None
    assert graft(shots, whole(shots, twelve(), tmp_path / "f"), [], []) is None, "nothing changed"


def test_a_game_in_two_places_is_for_others_to_sort(shots: TableSpec, tmp_path: Path) -> None:
    data = whole(shots, twelve(), tmp_path / "before")
    assert graft(shots, data, [table(shots, game("g5", 1))], []) is None


def test_a_file_that_was_written_in_another_way_is_written_anew(
    shots: TableSpec, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = whole(shots, twelve(), tmp_path / "before")
    found = graft(shots, data, [table(shots, game("g9", 1))], [])
    assert found is not None
    with_columns_in_another_order = pa.schema(list(shots.file_schema)[::-1])

    def other(spec: TableSpec, where: Any) -> pq.ParquetWriter:
        del spec
        return pq.ParquetWriter(where, with_columns_in_another_order, store_schema=False)

    monkeypatch.setattr("hooplake.lake.graft.open_writer", other)
    found = replace(found, rows=found.rows.select(with_columns_in_another_order.names))
    assert write_graft(shots, found, tmp_path / "grafted", "some hash") is None


def test_row_groups_of_another_layout_do_not_stay(shots: TableSpec, tmp_path: Path) -> None:
    data = whole(shots, twelve(), tmp_path / "before")
    fresh = [table(shots, game("g9", 1))]
    assert graft(shots, data, fresh, []) is not None
    columns = {**shots.columns, "shooter": shots.columns["shooter"]._replace(distinct=True)}
    assert graft(replace(shots, columns=columns), data, fresh, []) is None


cells = st.fixed_dictionaries(
    {
        "shooter": st.none() | st.text("abå", max_size=3),
        "distance": st.none() | st.integers(0, 940).map(lambda tenths: tenths / 10),
        "made": st.none() | st.booleans(),
        "points": st.sampled_from([0, 2, 3]),
        "tags": st.none() | st.lists(st.text("xy", max_size=2), max_size=3),
    }
)
histories = st.dictionaries(
    st.text("abc", min_size=1, max_size=3),
    st.tuples(st.lists(cells, max_size=7), st.none() | st.lists(cells, max_size=7)),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(histories, st.sets(st.text("abc", min_size=1, max_size=3), max_size=2))
def test_any_change_gives_the_bytes_of_the_whole(
    shots: TableSpec, tmp_path: Path, games: dict[str, tuple[list[Any], list[Any] | None]], absent: set[str]
) -> None:
    """Per game its rows before and, if it changes, those after: new, corrected and removed games."""

    def of(name: str, rows: list[Any]) -> list[dict[str, Any]]:
        return [row | {"game_id": name, "event_num": number, "tipped_at": None} for number, row in enumerate(rows, 1)]

    before = {name: of(name, old) for name, (old, _) in games.items() if old}
    fresh = {name: of(name, new) for name, (_, new) in games.items() if new}
    dropped = {name for name, (_, new) in games.items() if new is not None} | (absent - games.keys())
    changed(shots, tmp_path, before, [fresh] if fresh else [], sorted(dropped))
