"""Steps, their order, their versions and the fingerprints of their units."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hooplake.build.decide import Fingerprints, explain_change, short_hashes
from hooplake.build.graph import Graph
from hooplake.build.state import UnitRow
from hooplake.build.step import Computed, Step, Task, UnitInput, code_version
from hooplake.build.verdict import Reason
from hooplake.errors import ConfigError, UnknownTable
from hooplake.lake.partition import Partition
from tests.build.toy import Toy, discover, read_games, registry, spec, specs, steps


def nothing(task: Task) -> Computed:
    return Computed({})


def step(name: str, inputs: tuple[str, ...], outputs: tuple[str, ...], **more: Any) -> Step:
    return Step(**{"name": name, "inputs": inputs, "outputs": outputs, "version": "1", "compute": nothing, **more})


def test_steps_come_after_those_they_read_from() -> None:
    order = [found.name for found in Graph(reversed(steps()), registry()).steps]
    assert order == ["games", "sums", "seasons", "leagues"]


def test_tables_wanted_take_the_steps_before_them() -> None:
    graph = Graph(steps(), registry())
    assert [found.name for found in graph.wanted(["gold.sums", "silver.games"])] == ["games", "sums"]
    assert [found.name for found in graph.wanted([])] == ["games", "sums", "seasons", "leagues"]


@pytest.mark.parametrize(
    ("given_steps", "says"),
    [
        ([step("a", ("silver.games",), ("gold.sums",)), step("a", ("silver.games",), ("gold.seasons",))], "two steps are named a"),
        ([step("a", ("silver.games",), ("gold.sums",)), step("b", ("silver.games",), ("gold.sums",))], "both a and b write gold.sums"),
        ([step("a", ("gold.seasons",), ("gold.sums",)), step("b", ("gold.sums",), ("gold.seasons",))], "in a circle: a -> b -> a"),
        ([step("a", ("silver.games",), ("gold.sums", "gold.leagues"))], "different partition columns"),
        ([step("a", ("gold.leagues",), ("gold.sums",))], "no input has the partition columns league, season"),
        ([step("a", ("silver.games",), ("gold.seasons",), unit="game_id")], "must be the unit of gold.seasons and in its key"),
        ([step("a", ("silver.games",), ("gold.sums",), unit="game_id")], "no step that does so writes any of its inputs"),
    ],
)  # fmt: skip
def test_steps_that_do_not_fit_together(given_steps: list[Step], says: str) -> None:
    with pytest.raises(ConfigError) as error:
        Graph(given_steps, registry())
    assert says in str(error.value)


def test_unknown_tables_are_told_at_the_start() -> None:
    with pytest.raises(UnknownTable):
        Graph([step("a", ("silver.gams",), ("gold.sums",))], registry())


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"outputs": ()}, "has no output table"),
        ({"inputs": ()}, "no input tables and no discover function"),
        ({"chunk_units": 0}, "chunk_units must be at least 1"),
    ],
)
def test_steps_that_make_no_sense(change: dict[str, Any], says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        Step(**{"name": "a", "inputs": ("a.b",), "outputs": ("c.d",), "version": "1", "compute": nothing, **change})


def test_the_version_of_code_changes_with_its_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "toy_room").mkdir()
    module = tmp_path / "toy_room" / "query.py"
    module.write_text("x = 1\n")
    (tmp_path / "toy_room" / "__init__.py").write_text("")
    one_file, package = fresh_version("toy_room.query"), fresh_version("toy_room")
    assert len(one_file) == 16
    (tmp_path / "toy_room" / "table.sql").write_text("select 1")
    assert fresh_version("toy_room") != package
    package = fresh_version("toy_room")
    (tmp_path / "toy_room" / "notes.txt").write_text("no code")
    assert (fresh_version("toy_room.query"), fresh_version("toy_room")) == (one_file, package)
    module.write_text("x = 2\n")
    assert fresh_version("toy_room.query") != one_file
    assert fresh_version("toy_room") != package
    assert code_version("hooplake.build", "hooplake.lake") == code_version(
        "hooplake.lake", sys.modules["hooplake.build"]
    )
    with pytest.raises(ConfigError, match="no source file of module sys"):
        fresh_version("sys")


def fresh_version(name: str) -> str:
    from hooplake.build import step as module

    module._code_version.cache_clear()
    return code_version(name)


def test_a_task_reads_the_rows_of_its_units(toy: Toy) -> None:
    where = Partition(league="toy", season=2025)
    task = Task(
        toy.store, toy.registry, where, {"g2": UnitInput("", ())}, {"silver.points": (where,)}, ("gold.sums",), {}, "game_id"
    )  # fmt: skip
    assert task.read("silver.points", ["game_id", "value"]).to_pylist() == [{"game_id": "g2", "value": 3}]
    assert task.read("silver.points").column_names == ["league", "season", "game_id", "n", "value"]
    assert task.read("silver.games", ["game_id"]).num_rows == 0  # a table of which no partition was named


def fingerprints(partition: str = "league=toy/season=2025", **change: Any) -> Fingerprints:
    pipeline = steps(**{name: value for name, value in change.items() if name != "specs"})
    return Fingerprints(pipeline[0], partition, Graph(pipeline, registry(change.get("specs"))))


PARTS = st.lists(st.tuples(st.text("ab.", max_size=3), st.text("01", max_size=3)), max_size=4)


@given(parts=PARTS, order=st.randoms())
def test_the_order_of_parts_makes_no_difference(parts: list[tuple[str, str]], order: Any) -> None:
    shuffled = list(parts)
    order.shuffle(shuffled)
    made_of, again = UnitInput("2024-12-15", tuple(parts), ("a",)), UnitInput("2024-12-15", tuple(shuffled), ("b",))
    assert fingerprints().of("g1", made_of) == fingerprints().of("g1", again)
    assert short_hashes(made_of.parts) == short_hashes(again.parts)


@given(first=PARTS, second=PARTS)
def test_other_parts_are_another_fingerprint(first: list[tuple[str, str]], second: list[tuple[str, str]]) -> None:
    same = fingerprints().of("g1", UnitInput("", tuple(first))) == fingerprints().of("g1", UnitInput("", tuple(second)))
    assert same == (sorted(first) == sorted(second))


def test_what_a_fingerprint_is_made_of() -> None:
    made_of = UnitInput("2024-12-15", (("raw.01", "abc"),))
    other_spec = specs()
    other_spec["silver.points"]["columns"]["value"]["max"] = 9
    found = {
        "as it is": fingerprints().of("g1", made_of),
        "unit": fingerprints().of("g2", made_of),
        "date": fingerprints().of("g1", made_of._replace(date="2024-12-16")),
        "partition": fingerprints("league=toy/season=2024").of("g1", made_of),
        "version": fingerprints(games_version="2").of("g1", made_of),
        "parameters": fingerprints(scale=2).of("g1", made_of),
        "declaration": fingerprints(specs=other_spec).of("g1", made_of),
    }
    assert len(set(found.values())) == len(found)
    assert found["as it is"].hex() == "d0d05fb4e8c8b7e88f2b2dd5f26c424f"  # the same on every machine


@pytest.mark.parametrize(
    ("before", "now", "reason"),
    [
        ((("a", "1"), ("b", "2")), (("a", "1"), ("b", "3")), (Reason.INPUT_CHANGED, "b")),
        ((("a", "1"), ("b", "2")), (("b", "9"), ("a", "8")), (Reason.INPUT_CHANGED, "b, a")),
        ((("a", "1"),), (("a", "1"), ("b", "2")), (Reason.INPUT_ARRIVED, "b")),
        ((("a", "1"), ("b", "absent")), (("a", "1"), ("b", "2")), (Reason.INPUT_ARRIVED, "b")),
        ((("a", "1"), ("b", "absent")), (("a", "9"), ("b", "2")), (Reason.INPUT_CHANGED, "a")),
        ((("a", "1"), ("b", "2")), (("a", "1"),), (Reason.INPUT_CHANGED, "b is no more")),
        ((("a", "1"),), (("a", "absent"),), (Reason.INPUT_CHANGED, "a")),
    ],
)
def test_which_input_changed(before: Any, now: Any, reason: tuple[Reason, str]) -> None:
    made = fingerprints()
    old = UnitRow("", 0, b"", b"", 1, 0)
    assert explain_change(UnitInput("", now), old, made.recipe(before), short_hashes(before), made) == reason


def test_steps_over_raw_objects_need_a_key_with_their_unit() -> None:
    found = {"silver.points": spec("silver.points", {"league": "text", "n": "int32"}, ["n"], ["league"])}
    raw = Step(name="a", outputs=("silver.points",), unit="n", version="1", compute=read_games, discover=discover)
    with pytest.raises(ConfigError, match="must be the unit"):
        Graph([raw], registry(found))
