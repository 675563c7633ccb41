"""What every ledger engine must do; SQLite is the one there is."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from hooplake.build.ledger import Decision, Lease, Ledger, NodeSummary, RunRecord, UnitFacts, UnitFailure, open_ledger
from hooplake.build.state import EMPTY_DIGEST, Change, ObjectRow, Recipe, UnitRecord, UnitRow, UnitState
from hooplake.errors import ConfigError, LeaseHeld, StoreError

RECIPE = Recipe("1", "specs", "{}", ("silver.a", "silver.b"), ("raw.01",))
PARTITION = "league=toy/season=2025"
OBJECT = ObjectRow("silver/a/league=toy/season=2025/part-0.parquet", "etag", 100, 3, "content", "sum")


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ledger(tmp_path: Path, clock: Clock) -> Iterator[Ledger]:
    ledger = open_ledger(tmp_path / "meta" / "ledger.sqlite", clock=clock)
    yield ledger
    ledger.close()


def record(unit: str, *, state: UnitState = UnitState.OK, recipe: Recipe = RECIPE, error: str = "") -> UnitRecord:
    return UnitRecord(
        unit=unit,
        date="2024-12-15",
        state=state,
        fingerprint=unit.encode().ljust(16, b"."),
        digests=b"" if state else b"a" * 16 + EMPTY_DIGEST,
        rows=3,
        quarantined=0,
        recipe=recipe,
        parts=b"abcd",
        why="NEVER_BUILT",
        reason="not_json" if error else "",
        error=error,
        seconds=0.25,
    )


def publish(ledger: Ledger, *units: UnitRecord, partition: str = PARTITION, removed: tuple[str, ...] = ()) -> None:
    lease = ledger.acquire(f"games/{partition}", "run-1")
    change = Change(step="games", partition=partition, run_id="run-1", units=units, removed=removed)
    ledger.publish(lease, change, lambda: {"silver.a": OBJECT})
    ledger.release([lease])


def test_reading_a_ledger_that_is_not_there_creates_nothing(ledger: Ledger, tmp_path: Path) -> None:
    assert ledger.read().nodes == {}
    assert (ledger.failures(), ledger.runs(), ledger.decisions("run-1"), ledger.parts([1])) == ([], [], [], {})
    assert ledger.generation("games", PARTITION) == 0
    assert list(tmp_path.iterdir()) == []


def test_what_was_published_is_read_back(ledger: Ledger) -> None:
    publish(ledger, record("g1"), record("g2", state=UnitState.FAILED, error="line 1\nline 2"))
    state = ledger.read({"games"})
    node = state.nodes["games"][PARTITION]
    (key,) = state.recipes
    assert state.recipes == {key: RECIPE}
    assert node.generation == ledger.generation("games", PARTITION) == 1
    assert node.unit_seconds == 0.25
    assert node.objects == {"silver.a": OBJECT}
    assert node.units == {
        "g1": UnitRow("2024-12-15", UnitState.OK, b"g1..............", b"a" * 16 + EMPTY_DIGEST, key, 0),
        "g2": UnitRow("2024-12-15", UnitState.FAILED, b"g2..............", b"", key, 0),
    }
    assert state.digest(node.units["g1"], "silver.a") == b"a" * 16
    assert state.digest(node.units["g1"], "silver.b") == EMPTY_DIGEST
    assert state.digest(node.units["g1"], "silver.added_since") == EMPTY_DIGEST
    assert ledger.parts([node.id]) == {node.id: {"g1": b"abcd", "g2": b"abcd"}}
    assert ledger.failures() == [
        UnitFailure("games", PARTITION, "g2", "2024-12-15", False, "not_json", "line 1\nline 2", "run-1")
    ]
    assert ledger.read({"sums"}).nodes == {}


def test_a_second_publication_replaces_and_removes(ledger: Ledger) -> None:
    publish(ledger, record("g1"), record("g2"), record("g3"))
    publish(ledger, record("g2", recipe=RECIPE._replace(version="2")), removed=("g3",))
    state = ledger.read()
    node = state.nodes["games"][PARTITION]
    assert node.generation == 2
    assert {unit: state.recipes[row.recipe].version for unit, row in node.units.items()} == {"g1": "1", "g2": "2"}


def test_a_node_that_is_gone_leaves_nothing(ledger: Ledger) -> None:
    publish(ledger, record("g1"))
    lease = ledger.acquire("games", "run-1")
    change = Change(step="games", partition=PARTITION, run_id="run-1", removed=("g1",), gone=True)
    ledger.publish(lease, change, lambda: {"silver.a": None})
    assert ledger.read().nodes == {}


def test_a_node_is_known_before_it_is_published(ledger: Ledger) -> None:
    ledger.announce("games", PARTITION, "run-1")
    ledger.announce("games", PARTITION, "run-2")
    node = ledger.read().nodes["games"][PARTITION]
    assert (node.generation, node.units, node.objects) == (0, {}, {})


def test_an_object_that_cannot_be_moved_leaves_the_ledger_as_it_was(ledger: Ledger) -> None:
    publish(ledger, record("g1"))
    lease = ledger.acquire("games", "run-2")

    def fail() -> dict[str, ObjectRow | None]:
        raise StoreError("the disk is full")

    with pytest.raises(StoreError, match="the disk is full"):
        ledger.publish(lease, Change(step="games", partition=PARTITION, run_id="run-2", removed=("g1",)), fail)
    assert list(ledger.read().nodes["games"][PARTITION].units) == ["g1"]


def test_a_lease_is_held_until_it_is_released(ledger: Ledger) -> None:
    lease = ledger.acquire("games", "run-1", 900)
    with pytest.raises(LeaseHeld, match=r"games is being built by run run-1 .*its lease ends in 900 s") as error:
        ledger.acquire("games", "run-2")
    assert error.value.exit_code == 3
    ledger.release([lease])
    assert ledger.acquire("games", "run-2").token > lease.token


def test_a_lease_expires_unless_it_is_renewed(ledger: Ledger, clock: Clock) -> None:
    lease = ledger.acquire("games", "run-1", 900)
    clock.now += 600
    ledger.renew([lease], 900)
    clock.now += 600
    with pytest.raises(LeaseHeld):
        ledger.acquire("games", "run-2")
    clock.now += 301
    assert ledger.acquire("games", "run-2") == Lease("games", "run-2", lease.token + 1)


def test_a_stale_writer_cannot_publish(ledger: Ledger, clock: Clock) -> None:
    slow = ledger.acquire("games", "run-1", 900)
    clock.now += 901
    fast = ledger.acquire("games", "run-2", 900)
    moved: list[str] = []

    def move() -> dict[str, ObjectRow | None]:
        moved.append("moved")
        return {}

    change = Change(step="games", partition=PARTITION, run_id="run-1", units=(record("g1"),))
    with pytest.raises(LeaseHeld, match="run run-2 took over games"):
        ledger.publish(slow, change, move)
    assert moved == []
    ledger.renew([slow], 900)  # what is lost stays lost
    ledger.release([slow])
    with pytest.raises(LeaseHeld):
        ledger.publish(slow, change, move)
    ledger.publish(fast, change, move)
    assert moved == ["moved"]


def test_a_stale_writer_cannot_publish_after_the_other_is_done(ledger: Ledger, clock: Clock) -> None:
    slow = ledger.acquire("games", "run-1", 900)
    clock.now += 901
    ledger.release([ledger.acquire("games", "run-2", 900)])
    with pytest.raises(LeaseHeld):
        ledger.publish(slow, Change(step="games", partition=PARTITION, run_id="run-1"), dict)


def test_a_lease_that_expired_but_was_taken_by_nobody_still_publishes(ledger: Ledger, clock: Clock) -> None:
    lease = ledger.acquire("games", "run-1", 900)
    clock.now += 2_000
    ledger.publish(lease, Change(step="games", partition=PARTITION, run_id="run-1", units=(record("g1"),)), dict)
    assert ledger.generation("games", PARTITION) == 1


def test_the_leases_of_dead_runs_are_free_at_once(ledger: Ledger, clock: Clock) -> None:
    ledger.begin(RunRecord(run_id="run-1", plan_id="p", command="build", started=clock.now))
    ledger.acquire("games", "run-1", 900)
    clock.now += 5
    ledger.abandon(["run-1"])
    assert ledger.acquire("games", "run-2").token == 2
    (run,) = ledger.runs()
    assert (run.exit_code, run.ended) == (137, 1_005.0)


def test_runs_and_their_decisions(ledger: Ledger) -> None:
    run = RunRecord(
        run_id="run-1", plan_id="p1", command="build", options={"limit": 3}, code_version="0.1", started=5.0
    )
    ledger.begin(run)
    ledger.begin(RunRecord(run_id="run-2", plan_id="p2", command="build", started=6.0))
    decisions = [
        Decision("games", PARTITION, "run", "INPUT_CHANGED", 3, "raw.01"),
        Decision("games", "", "skip", "UNCHANGED", 1_000),
    ]
    ledger.finish("run-1", 9.0, 4, {"run": 3}, decisions)
    assert [found.run_id for found in ledger.runs()] == ["run-2", "run-1"]
    assert [found.run_id for found in ledger.runs(1)] == ["run-2"]
    first = ledger.runs()[1]
    assert (first.options, first.ended, first.exit_code, first.counts) == ({"limit": 3}, 9.0, 4, {"run": 3})
    assert sorted(ledger.decisions("run-1")) == sorted(decisions)


def test_how_nodes_and_units_stand(ledger: Ledger) -> None:
    publish(ledger, record("g1"), record("g2", state=UnitState.FAILED, error="line 1"))
    publish(ledger, record("g3"), partition="league=toy/season=2026")
    ledger.announce("games", "league=toy/season=2027", "run-9")
    day = "2024-12-15"
    assert ledger.summary() == [
        NodeSummary("games", PARTITION, 1, 1, 0, 6, 0, day, day, "run-1"),
        NodeSummary("games", "league=toy/season=2026", 1, 0, 0, 3, 0, day, day, "run-1"),
        NodeSummary("games", "league=toy/season=2027", 0, 0, 0, 0, 0, "", "", "run-9"),
    ]
    assert ledger.units("games", PARTITION) == [
        UnitFacts("g1", day, UnitState.OK, 3, 0, "NEVER_BUILT", "", "", 250.0, "run-1"),
        UnitFacts("g2", day, UnitState.FAILED, 3, 0, "NEVER_BUILT", "not_json", "line 1", 250.0, "run-1"),
    ]
    assert ledger.units("games", "league=toy/season=1999") == []


def test_new_etags_of_the_same_bytes(ledger: Ledger) -> None:
    publish(ledger, record("g1"))
    ledger.touch([("silver.a", PARTITION, "new")])
    assert ledger.read().nodes["games"][PARTITION].objects["silver.a"] == OBJECT._replace(etag="new")


def test_another_process_sees_what_was_published(ledger: Ledger, tmp_path: Path) -> None:
    publish(ledger, record("g1"))
    other = open_ledger(tmp_path / "meta" / "ledger.sqlite")
    assert list(other.read().nodes["games"][PARTITION].units) == ["g1"]
    other.close()


def test_a_ledger_of_another_version_is_not_touched(ledger: Ledger, tmp_path: Path) -> None:
    publish(ledger, record("g1"))
    ledger.close()
    path = tmp_path / "meta" / "ledger.sqlite"
    with sqlite3.connect(path) as db:
        db.execute("update schema_version set version = 99")
    db.close()
    with pytest.raises(
        ConfigError, match=r"has schema version 99, this hooplake reads 1: use the hooplake that wrote it"
    ):
        open_ledger(path).read()


def test_a_file_that_is_no_ledger_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    path.write_bytes(b"this is no database, but long enough to be taken for one" * 100)
    with pytest.raises(StoreError, match="cannot be used"):
        open_ledger(path).read()


def test_a_hundred_thousand_units_are_read_in_one_scan(ledger: Ledger) -> None:
    """More nodes than one SQLite statement takes variables, and time for a scan but not for a query per unit."""
    lease = ledger.acquire("games", "run-1")
    partitions = [f"league=toy/season={season}" for season in range(100)]
    for partition in partitions:
        units = tuple(record(f"g{number:04d}") for number in range(1_000))
        ledger.publish(lease, Change(step="games", partition=partition, run_id="run-1", units=units), dict)
    started = time.perf_counter()
    nodes = ledger.read().nodes["games"]
    seconds = time.perf_counter() - started
    assert sum(len(node.units) for node in nodes.values()) == 100_000
    assert seconds < 3  # measured: 0.15 s on an idle machine
    assert len(ledger.parts(range(40_000))) == 100
