"""Worker processes: results, errors, deaths, and what they must not do."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hooplake.build import forkserver
from hooplake.build.pool import Died, Done, Inline, Processes, Raised, Workers
from hooplake.errors import ConfigError
from hooplake.lake.store import Store
from tests.build.toy import registry


def double(job: int, store: object, registry: object) -> int:
    return job * 2


def what_was_given(job: object, store: Store, registry: Any) -> tuple[str, int, bool]:
    return store.url, len(registry), "pandas" in sys.modules


def who(job: object, store: object, registry: object) -> int:
    return os.getpid()


def trouble(job: str, store: object, registry: object) -> str:
    if job == "raise":
        raise ValueError("seven is not a number here")
    if job == "full":
        raise OSError(28, "No space left on device")
    if job == "die":
        os._exit(9)
    if job == "slow":
        time.sleep(0.3)
    return f"{job}: done"


def answers(workers: Workers, function: Any, jobs: list[Any]) -> dict[int, Any]:
    found: dict[int, Any] = {}
    waiting = list(enumerate(jobs))
    while len(found) < len(jobs):
        while waiting and workers.room():
            ticket, job = waiting.pop(0)
            workers.submit(ticket, function, job)
        found.update({done.ticket: done.outcome for done in workers.wait(0.1)})
    return found


@pytest.fixture(params=["inline", "processes"])
def workers(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Workers]:
    store = Store.open(tmp_path)
    workers: Workers = Inline(store, registry()) if request.param == "inline" else Processes(2, store, registry())
    yield workers
    workers.close()


def test_jobs_are_answered_by_their_tickets(workers: Workers) -> None:
    assert answers(workers, double, list(range(20))) == {ticket: ticket * 2 for ticket in range(20)}


def test_jobs_get_the_store_and_the_registry(workers: Workers, tmp_path: Path) -> None:
    url, tables, _ = answers(workers, what_was_given, [None])[0]
    assert (url, tables) == (str(tmp_path), 5)


def test_a_worker_that_is_free_is_told_from_one_that_may_have_more(tmp_path: Path) -> None:
    workers = Processes(2, Store.open(tmp_path), registry())
    try:
        rooms = []
        for ticket in range(4):
            rooms.append((workers.room(), workers.room(idle=True)))
            workers.submit(ticket, trouble, "slow")
        assert rooms == [(True, True), (True, True), (True, False), (True, False)]
        assert not workers.room()
    finally:
        workers.close()


def test_workers_who_are_dismissed_end_by_themselves(tmp_path: Path) -> None:
    workers = Processes(2, Store.open(tmp_path), registry())
    try:
        found = set(answers(workers, who, list(range(8))).values())
        assert len(found) == 2
        workers.dismiss()
        deadline = time.monotonic() + 20
        while any(Path(f"/proc/{pid}").exists() for pid in found) and time.monotonic() < deadline:
            time.sleep(0.01)
        assert not any(Path(f"/proc/{pid}").exists() for pid in found)
    finally:
        workers.close()


def test_an_error_answers_its_own_job_alone(workers: Workers) -> None:
    found = answers(workers, trouble, ["a", "raise", "b", "full"])
    assert (found[0], found[2]) == ("a: done", "b: done")
    assert isinstance(found[1], Raised)
    assert found[1].kind == "ValueError"
    assert "seven is not a number here" in found[1].text
    assert "in trouble" in found[1].text
    assert not found[1].fatal
    assert found[3].fatal  # a full disk: no other job would fare better


def test_the_death_of_a_worker_answers_the_job_it_was_at_and_no_other(tmp_path: Path) -> None:
    workers = Processes(2, Store.open(tmp_path), registry())
    try:
        found = answers(workers, trouble, ["slow", "die", "a", "slow", "b", "die", "c"])
    finally:
        workers.close()
    assert {ticket: outcome for ticket, outcome in found.items() if isinstance(outcome, Died)} == {
        1: Died(9),
        5: Died(9),
    }
    assert [found[ticket] for ticket in (0, 2, 3, 4, 6)] == [
        "slow: done",
        "a: done",
        "slow: done",
        "b: done",
        "c: done",
    ]


def test_workers_do_not_load_pandas(tmp_path: Path) -> None:
    workers = Processes(1, Store.open(tmp_path), registry())
    try:
        assert answers(workers, make_a_table, [None]) == {0: (2, False)}
    finally:
        workers.close()


def make_a_table(job: object, store: object, registry: object) -> tuple[int, bool]:
    import pyarrow as pa

    return len(pa.table({"a": [1, 2]})), "pandas" in sys.modules


def test_big_jobs_and_big_answers_do_not_wait_for_each_other(tmp_path: Path) -> None:
    workers = Processes(1, Store.open(tmp_path), registry())
    try:
        found = answers(workers, echo, [b"x" * 3_000_000] * 6)
    finally:
        workers.close()
    assert {len(answer) for answer in found.values()} == {3_000_000}


def echo(job: bytes, store: object, registry: object) -> bytes:
    return job


def test_answers_that_cannot_be_sent_are_errors_of_their_jobs(tmp_path: Path) -> None:
    workers = Processes(1, Store.open(tmp_path), registry())
    try:
        found = answers(workers, make_a_function, [None])
    finally:
        workers.close()
    assert isinstance(found[0], Raised)


def make_a_function(job: object, store: object, registry: object) -> Any:
    return lambda: job


def test_functions_that_cannot_be_sent_are_an_error(tmp_path: Path) -> None:
    workers = Processes(1, Store.open(tmp_path), registry())
    try:
        with pytest.raises(ConfigError, match="must be a function at the top of a module"):
            workers.submit(1, lambda job, store, registry: job, None)
    finally:
        workers.close()


def test_inline_takes_one_job_at_a_time(tmp_path: Path) -> None:
    workers = Inline(Store.open(tmp_path), registry())
    assert workers.wait(0) == []
    workers.submit(1, double, 4)
    assert not workers.room()
    assert workers.wait(0) == [Done(1, 8)]
    assert workers.room()


SCRIPT = """
import sys
print("the script runs", flush=True)
from hooplake.build.pool import Processes
from hooplake.lake.store import Store
from hooplake.lake.table import Registry
workers = Processes(2, Store.open(sys.argv[1]), Registry([]))
workers.submit(1, len, ())
print(*(worker.process.pid for worker in workers._workers), flush=True)
sys.stdin.read()
"""


def test_a_script_is_not_run_again_by_its_workers_which_end_with_it(tmp_path: Path) -> None:
    """Without ``if __name__ == "__main__"``: notebooks and short scripts have none."""
    script = tmp_path / "script.py"
    script.write_text(SCRIPT, "utf-8")
    process = subprocess.Popen(
        [sys.executable, script, tmp_path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "the script runs\n"
    pids = [int(pid) for pid in process.stdout.readline().split()]
    assert len(pids) == 2
    process.kill()
    process.communicate()
    deadline = time.monotonic() + 20
    while any(Path(f"/proc/{pid}").exists() for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids)


def test_the_settings_of_workers_are_not_those_of_the_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MALLOC_TOP_PAD_", "12345")
    seen: dict[str, str] = {}
    monkeypatch.setattr(forkserver, "ensure_running", lambda: seen.update(os.environ))
    before = dict(os.environ)
    forkserver.start([])
    assert dict(os.environ) == before
    assert seen["MIMALLOC_PURGE_DELAY"] == "-1"
    assert seen["MALLOC_TOP_PAD_"] == "12345"  # what somebody set stays


def test_a_process_that_ends_takes_the_server_with_it() -> None:
    script = (
        "import os, multiprocessing.forkserver as server\n"
        "from hooplake.build import forkserver\n"
        "forkserver.stop()\n"  # there is none
        "forkserver.start([])\n"
        "forkserver.stop()\n"
        "print(os.waitstatus_to_exitcode(os.waitpid(server._forkserver._forkserver_pid, 0)[1]))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("-9\n", "")


def test_the_server_is_deaf_to_an_interruption_while_it_loads(tmp_path: Path) -> None:
    script = (
        "import os, signal, multiprocessing.forkserver as server\n"
        "from hooplake.build import forkserver\n"
        "before = signal.pthread_sigmask(signal.SIG_BLOCK, [])\n"
        "forkserver.start([])\n"
        "assert signal.pthread_sigmask(signal.SIG_BLOCK, []) == before\n"
        "os.kill(server._forkserver._forkserver_pid, signal.SIGINT)\n"
        "from hooplake.build.pool import Processes\n"
        "from hooplake.lake.store import Store\n"
        "from hooplake.lake.table import Registry\n"
        f"workers = Processes(1, Store.open({str(tmp_path)!r}), Registry([]))\n"
        "workers.submit(1, print, 'heard')\n"  # with the store and the registry
        "print(workers.wait(60)[0].outcome)\n"
        "workers.close()\n"
    )
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "None"
    assert done.stderr == ""
