"""Runs at work as others see them, and leases: whose they are, and when one may be broken."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

import pytest

from hooplake.build.ledger import LEASE_SECONDS, RunRecord, open_ledger
from hooplake.build.live import lease_states, live_runs
from hooplake.build.report import Progress
from hooplake.build.run import run
from hooplake.build.workdir import Workdir
from hooplake.errors import LeaseHeld
from hooplake.lake.store import Store
from tests.build.toy import Toy

NODE = "games/league=toy/season=2025"
OTHER = "sums/league=toy/season=2025"


def record(run_id: str, started: float, **more: object) -> RunRecord:
    return RunRecord(run_id=run_id, plan_id="p", command="backfill", started=started, **more)  # type: ignore[arg-type]


def test_how_far_a_run_is(toy: Toy) -> None:
    """30 of 120 units in 10 s are 3 a second; the other 90 take 30 s more."""
    toy.ledger.begin(record("r1", 1_000.0, counts={"due": 120}, options={"stage": 1, "stages": 2}))
    (before,) = live_runs(toy.ledger, toy.store, 1_004.0)
    assert (before.done, before.total, before.rate, before.seconds_left) == (0, 120, 0, None)
    counts = {"done": 30, "due": 120, "failed": 2, "step": "games", "partition": "league=toy", "at": 1_009.0}
    toy.ledger.report("r1", counts)
    (found,) = live_runs(toy.ledger, toy.store, 1_010.0)
    assert (found.rate, found.seconds_left, found.failed, found.stage, found.stages) == (3, 30, 2, 1, 2)
    assert (found.step, found.partition) == ("games", "league=toy")
    assert live_runs(toy.ledger, toy.store, 1_009.0 + LEASE_SECONDS) == []  # nothing was heard of it since
    toy.ledger.finish("r1", 1_020.0, 0, {"run": 120}, [])
    toy.ledger.report("r1", counts)  # too late: what was told at the end stays
    assert live_runs(toy.ledger, toy.store, 1_010.0) == []
    assert next(found for found in toy.ledger.runs() if found.run_id == "r1").counts == {"run": 120}


def test_a_run_whose_process_is_gone_is_not_at_work(toy: Toy) -> None:
    now = time.time()
    with Workdir(toy.store) as workdir:
        toy.ledger.begin(record(workdir.run_id, now))
        toy.ledger.acquire(NODE, workdir.run_id)
        assert [found.run_id for found in live_runs(toy.ledger, toy.store, now)] == [workdir.run_id]
        assert [found.state for found in lease_states(toy.ledger, toy.store, now)] == ["held"]
    (toy.store.scratch / f"run-{workdir.run_id}.lock").touch()  # as one that was killed leaves it
    assert live_runs(toy.ledger, toy.store, now) == []
    assert [found.state for found in lease_states(toy.ledger, toy.store, now)] == ["dead"]


def test_a_run_tells_how_far_it_is_while_it_is_at_work(toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hooplake.build.run.REPORT_SECONDS", 0.0)
    toy.replace("g1", "9")
    seen: list[tuple[int, int]] = []

    def look(state: Progress) -> None:
        seen.extend((found.done, found.total) for found in live_runs(toy.ledger, toy.store, time.time()))

    report = run(toy.plan(), toy.ledger, toy.store, on_progress=look)
    assert report.exit_code == 0
    assert seen[0] == (0, report.due)
    assert max(done for done, _ in seen) <= report.due == 4
    assert live_runs(toy.ledger, toy.store, time.time()) == []


def test_only_what_has_expired_is_broken_and_its_holder_publishes_nothing(toy: Toy, tmp_path: Path) -> None:
    now = [1_000.0]
    ledger = open_ledger(toy.folder / "meta" / "ledger.sqlite", clock=lambda: now[0])
    ledger.begin(record("r1", 990.0))
    lease = ledger.acquire(NODE, "r1", 60)
    ledger.acquire(OTHER, "r2", 600)
    first, second = ledger.leases()
    assert (first.resource, first.owner, first.expires, first.started) == (NODE, "r1", 1_060.0, 990.0)
    assert (second.owner, second.started) == ("r2", None)
    with pytest.raises(LeaseHeld, match="held by run r1 for another 60 s"):
        ledger.break_leases([NODE])
    now[0] = 1_061.0
    assert [found.state for found in lease_states(ledger, Store.open(tmp_path), now[0])] == ["expired", "held"]
    with pytest.raises(LeaseHeld, match="r2"):
        ledger.break_leases([NODE, OTHER])
    assert len(ledger.leases()) == 2  # all or none
    assert [found.resource for found in ledger.break_leases([NODE])] == [NODE]
    assert [found.resource for found in ledger.leases()] == [OTHER]
    assert ledger.break_leases([NODE]) == []
    ledger.renew([lease])  # the holder wakes up
    assert [found.resource for found in ledger.leases()] == [OTHER]
    assert ledger.acquire(NODE, "r3").token > lease.token + 1
    ledger.close()


def test_what_units_cost_on_average_and_at_worst(toy: Toy) -> None:
    """Three games cost 10, 20 and 60 ms: 30 on average; two of three no more than 20, nine in ten no more than 60."""
    with sqlite3.connect(toy.folder / "meta" / "ledger.sqlite") as db:
        for unit, cost in (("g1", 10.0), ("g2", 20.0), ("g3", 60.0)):
            changed = (
                "update units set cost_ms = ? where unit = ? and node in (select id from nodes where step = 'games')"
            )
            db.execute(changed, (cost, unit))
    assert toy.ledger.costs()["games"] == pytest.approx(0.030)
    assert toy.ledger.costs(2 / 3)["games"] == pytest.approx(0.020)
    assert toy.ledger.costs(0.9)["games"] == pytest.approx(0.060)
