"""Two runs at once: one builds a node, the other leaves it and says so; whoever lost a lease publishes nothing."""

from __future__ import annotations

import fcntl
import time
from pathlib import Path

import pytest

from hooplake.build.leases import Leases
from hooplake.build.ledger import open_ledger
from hooplake.build.run import run
from hooplake.build.workdir import Workdir, dead_runs, delete_folders
from tests.build.toy import Toy
from tests.build.victims import CONTEXT, run_to_the_end


def test_a_node_that_another_run_builds_is_left_to_it(toy: Toy) -> None:
    toy.replace("g1", "9")
    toy.replace("g3", "8", season=2024)
    lease = toy.ledger.acquire("games/league=toy/season=2025", "other-run")
    report = toy.run()
    assert report.exit_code == 3
    assert [(one.step, one.partition, one.reason) for one in report.locked] == [
        ("games", "league=toy/season=2025", "LOCKED"),
        ("sums", "league=toy/season=2025", "LOCKED"),
        ("seasons", "league=toy/season=2025", "LOCKED"),
        ("leagues", "league=toy", "LOCKED"),
    ]
    assert "is being built by run other-run" in report.locked[0].detail
    assert toy.rows("gold.seasons", 2024)[0]["total"] == 8  # the other season was built
    toy.ledger.release([lease])
    assert toy.run().exit_code == 0
    assert [row["total"] for row in toy.rows("gold.leagues", None)] == [8, 12]


def test_a_run_that_loses_its_lease_publishes_nothing(toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    toy.replace("g1", "9", date="2024-12-15")
    plan = toy.plan()
    before = toy.objects()
    later = open_ledger(toy.folder / "meta" / "ledger.sqlite", clock=lambda: time.time() + 10_000)
    publish = toy.ledger.publish

    def paused(*arguments: object) -> None:
        later.acquire("games/league=toy/season=2025", "other-run")
        publish(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(toy.ledger, "publish", paused)
    report = run(plan, toy.ledger, toy.store)
    later.close()
    assert report.exit_code == 3
    assert "run other-run took over games/league=toy/season=2025" in report.locked[0].detail
    assert toy.objects() == before


def test_a_node_that_another_run_published_meanwhile_is_not_built_again(toy: Toy) -> None:
    toy.replace("g1", "9", date="2024-12-15")
    stale = toy.plan()
    toy.run()
    before = toy.stamps()
    other = open_ledger(toy.folder / "meta" / "ledger.sqlite")
    report = run(stale, other, toy.store)
    other.close()
    assert toy.stamps() == before
    assert (report.exit_code, report.total.run, report.total.early_cutoff) == (0, 0, 4)


def test_leases_are_renewed_while_the_run_lasts(toy: Toy) -> None:
    with Leases(toy.ledger, "run-1", 0.3) as leases:
        leases.acquire("games")
        time.sleep(0.7)
        with pytest.raises(Exception, match="is being built by run run-1"):
            toy.ledger.acquire("games", "run-2")
    assert toy.ledger.acquire("games", "run-2").owner == "run-2"


def test_a_run_that_lives_is_not_taken_for_dead(toy: Toy) -> None:
    with Workdir(toy.store) as workdir:
        assert dead_runs(toy.store) == []
        assert workdir.path.is_dir()
    assert not workdir.path.exists()


def test_a_dead_run_is_cleared_away_and_its_leases_are_free(toy: Toy) -> None:
    folder = toy.store.scratch / "run-dead"
    folder.mkdir()
    (folder / "chunk-1.arrow").write_bytes(b"half")
    (toy.store.scratch / "run-dead.lock").touch()
    toy.ledger.acquire("games/league=toy/season=2025", "dead")
    toy.replace("g1", "9")
    assert dead_runs(toy.store) == ["dead"]
    assert toy.run().exit_code == 0
    assert list(toy.store.scratch.glob("run-*")) == []


def test_a_lock_file_that_is_cleared_away_while_it_is_made_is_made_again(
    toy: Toy, monkeypatch: pytest.MonkeyPatch
) -> None:
    flock = fcntl.flock
    taken: list[Path] = []

    def cleaner_comes_first(descriptor: int, operation: int) -> None:
        if not taken:
            taken.extend(toy.store.scratch.glob("run-*.lock"))
            delete_folders(toy.store, [path.name[4:-5] for path in taken])
        flock(descriptor, operation)

    monkeypatch.setattr(fcntl, "flock", cleaner_comes_first)
    with Workdir(toy.store) as workdir:
        monkeypatch.undo()
        assert taken == [toy.store.scratch / f"run-{workdir.run_id}.lock"]
        assert taken[0].exists()
        assert dead_runs(toy.store) == []


def test_two_runs_at_once_build_everything_once_between_them(tmp_path: Path) -> None:
    toy = Toy(tmp_path / "lake", sleep=0.02, chunk_units=1)
    for number in range(12):
        toy.put(f"g{number}", str(number), season=2020 + number % 4)
    child = CONTEXT.Process(target=run_to_the_end, args=(str(toy.folder), toy.change))
    child.start()  # the same work, at the same time
    report = toy.run()
    child.join()
    codes = {report.exit_code, child.exitcode}
    assert codes <= {0, 3}
    toy.run()
    expected = Toy(tmp_path / "expected")
    expected.change = toy.change
    for meta in toy.store.list("raw"):
        expected.store.put(meta.path, toy.store.get(meta.path))
    expected.run()
    assert toy.objects() == expected.objects()
    assert toy.plan().items == []


def test_files_that_are_discarded_are_gone(toy: Toy) -> None:
    with Workdir(toy.store) as workdir:
        kept, gone = workdir.path / "kept", workdir.path / "gone"
        kept.touch()
        gone.touch()
        workdir.discard([gone, workdir.path / "never made"])
        assert workdir._cleaner is not None
        workdir._cleaner.shutdown()  # waits
        assert [kept.exists(), gone.exists()] == [True, False]
    assert not workdir.path.exists()
