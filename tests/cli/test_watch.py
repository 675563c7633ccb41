"""Watching a run from elsewhere, and the leases it holds."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from hooplake.build.ledger import RunRecord
from hooplake.cli import main
from hooplake.cli.output import Output
from hooplake.cli.watch import duration, watch_runs
from hooplake.config import Settings
from hooplake.lakehouse import Lakehouse
from hooplake.lakehouse import open as open_lake

Captured = pytest.CaptureFixture[str]
NODE = "gold.player_game_summary/league=nba/source=espn/season=2025"


@pytest.fixture
def lake(tmp_path: Path) -> Iterator[Lakehouse]:
    with open_lake(settings=Settings(lake=str(tmp_path / "lake")), create=True) as found:
        found.store.scratch.mkdir(parents=True, exist_ok=True)
        yield found


def begin(lake: Lakehouse, run_id: str, started: float, stage: int) -> None:
    options = {"stage": stage, "stages": 2}
    lake.ledger.begin(
        RunRecord(run_id=run_id, plan_id="p", command="backfill", started=started, counts={"due": 40}, options=options)
    )


@pytest.mark.parametrize("as_json", [False, True])
def test_both_stages_of_a_backfill_are_watched_to_their_end(lake: Lakehouse, capsys: Captured, as_json: bool) -> None:
    """A look every 5 s: at 5 s 10 of 40 units are done; the first stage ends at 8 s, the second is there at 14 s."""
    now = [1_000.0]
    begin(lake, "r1", now[0], 1)

    def wait(seconds: float) -> None:
        now[0] += seconds
        past = now[0] - 1_000
        if past == 5:
            where = {"step": "gold.player_game_summary", "partition": "season=2025", "at": now[0]}
            lake.ledger.report("r1", {"done": 10, "due": 40, "failed": 1, **where})
        if past == 10:
            lake.ledger.finish("r1", 1_008.0, 4, {"run": 40, "failed": 1, "blocked": 2}, [])
        if past == 15:
            begin(lake, "r2", 1_014.0, 2)
        if past == 20:
            lake.ledger.finish("r2", 1_019.0, 0, {"run": 40}, [])
        assert past <= 20, "it must end by itself"

    watch_runs(lake, Output(json=as_json), 5, sleep=wait, clock=lambda: now[0])
    captured = capsys.readouterr()
    lines = (captured.err if as_json else captured.out).splitlines()
    assert (captured.out == "") == as_json
    assert [text.split(" ", 1)[1] if text[2] == ":" else text for text in lines] == [
        "backfill 1/2 r1: 0 of 40 units (0 %), 0/s, 0 failed",
        "backfill 1/2 r1: at gold.player_game_summary season=2025, 10 of 40 units (25 %), 2/s, 15s left, 1 failed",
        "backfill r1 ended with 4 after 8s: 40 units run, 1 failed, 2 left",
        "backfill 2/2 r2: 0 of 40 units (0 %), 0/s, 0 failed",
        "backfill r2 ended with 0 after 5s: 40 units run, 0 failed, 0 left",
    ]


def test_where_nothing_is_at_work_there_is_nothing_to_wait_for(lake: Lakehouse, capsys: Captured) -> None:
    watch_runs(lake, Output(), 1, sleep=lambda _: pytest.fail("waited"))
    assert capsys.readouterr().out == "no run is at work\n"


def test_a_run_that_was_killed_ends_the_watching(lake: Lakehouse, capsys: Captured) -> None:
    begin(lake, "r1", 1_000.0, 1)

    def kill(_: float) -> None:
        (lake.store.scratch / "run-r1.lock").touch()

    watch_runs(lake, Output(), 1, sleep=kill, clock=lambda: 1_001.0)
    assert "r1 is not at work any more, and did not tell how it ended" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.4, "0s"), (59.4, "59s"), (59.6, "1m00s"), (185, "3m05s"), (3_600, "1h00m"), (7_859, "2h10m")],
)
def test_durations(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def ask(capsys: Captured, lake: Lakehouse, *arguments: str) -> tuple[int, dict[str, object]]:
    capsys.readouterr()
    code = main(["--lake", lake.store.url, "leases", *arguments, "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_leases_are_listed_and_those_of_dead_runs_freed(lake: Lakehouse, capsys: Captured) -> None:
    assert ask(capsys, lake) == (0, {"leases": [], "freed": []})
    lake.ledger.acquire(NODE, "r1", 600)
    lake.ledger.acquire("old", "r2", -1)
    lake.ledger.acquire("dead", "r3", 600)
    lake.ledger.acquire("dead too", "r3", 600)
    (lake.store.scratch / "run-r3.lock").touch()
    code, document = ask(capsys, lake)
    found = document["leases"]
    assert isinstance(found, list)
    assert (code, {one["lease"]: (one["state"], one["run_id"]) for one in found}) == (
        0, {"dead": ("dead", "r3"), "dead too": ("dead", "r3"), NODE: ("held", "r1"), "old": ("expired", "r2")},
    )  # fmt: skip
    assert ask(capsys, lake, "--break", NODE)[0] == 3
    assert ask(capsys, lake, "--break", NODE, "--break-expired")[0] == 3
    assert len(lake.ledger.leases()) == 4  # nothing was freed
    assert ask(capsys, lake, "--break", "nothing")[0] == 2
    code, document = ask(capsys, lake, "--break", "dead")
    assert (code, document["freed"]) == (0, ["dead", "dead too"])
    code, document = ask(capsys, lake, "--break-expired")
    assert (code, document["freed"]) == (0, ["old"])
    assert [one.resource for one in lake.ledger.leases()] == [NODE]


def test_runs_tell_whether_they_are_at_work(lake: Lakehouse, capsys: Captured) -> None:
    now = time.time()
    begin(lake, "done", now - 50, 1)
    lake.ledger.finish("done", now - 40, 4, {"run": 7, "failed": 1, "blocked": 2}, [])
    begin(lake, "killed", now - 30, 1)
    lake.ledger.abandon(["killed"])
    begin(lake, "gone", now - 10_000, 1)
    begin(lake, "running", now - 20, 1)
    lake.ledger.report("running", {"done": 10, "due": 40, "failed": 0, "at": now})
    capsys.readouterr()
    assert main(["--lake", lake.store.url, "runs", "--json"]) == 0
    found = {run["run_id"]: run for run in json.loads(capsys.readouterr().out)["runs"]}
    assert {name: run["state"] for name, run in found.items()} == {
        "done": "ended", "killed": "killed", "gone": "gone", "running": "running",
    }  # fmt: skip
    assert (found["running"]["run"], found["running"]["exit_code"]) == (10, None)
    assert (found["done"]["run"], found["done"]["failed"], found["killed"]["exit_code"]) == (7, 3, 137)
