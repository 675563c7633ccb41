"""Several runs that fetch for one lake: what one has claimed no other asks for."""

from __future__ import annotations

import asyncio
import gzip
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from hooplake.config import Settings
from hooplake.lake.store import Store
from hooplake.simulate import season
from hooplake.simulate.servers.cbbd import CbbdServer
from hooplake.simulate.servers.serve import Servers
from hooplake.sources.cbbd import commands
from hooplake.sources.cbbd.endpoints import endpoints
from hooplake.sources.cbbd.harvest import Harvest
from hooplake.sources.cbbd.raw import names
from hooplake.sources.cbbd.seasons import Seasons
from hooplake.sources.checkpoints import Entry, SqliteCheckpoints
from hooplake.sources.http.answer import Answer, Request
from hooplake.sources.http.client import Client, Fetched
from hooplake.sources.http.verdict import Action, Verdict
from tests.sources.servers import serving

ROOT = Path(__file__).parents[2]
ONE, TWO = {"season": "2024"}, {"season": "2025"}


def test_what_one_run_has_claimed_no_other_gets(tmp_path: Path) -> None:
    one, two = (SqliteCheckpoints(tmp_path / "ledger.sqlite") for _ in range(2))
    with one.running(), two.running():
        assert one.claim([("games", ONE)]) == [True]
        assert one.claim([("games", ONE)]) == [True]  # its own
        assert two.claim([("games", ONE)]) == [False]
        assert two.claim([("games", ONE), ("games", TWO), ("lines", ONE)]) == [False, True, True]
        one.put([Entry("games", ONE, {"rows": 1})])  # the entry ends the claim
        assert two.claim([("games", ONE)]) == [True]
        two.release("games", ONE)
        assert one.claim([("games", ONE)]) == [True]
        two.release("games", ONE)  # that of another run is left alone
        assert two.claim([("games", ONE)]) == [False]
    with two.running():
        assert two.claim([("games", ONE)]) == [True]  # the claims of a run end with it
    assert one.get("games", ONE) == {"rows": 1, "params": ONE}
    one.close()
    two.close()


class Slow(Client):
    """A client to which everything is empty, after a moment."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.in_flight = 1

    async def fetch(self, request: Request) -> Fetched:
        self.asked.append(request.endpoint)
        await asyncio.sleep(0.2)
        return Fetched(request, Answer(200, {}, b"[]"), Verdict(Action.OK), ())


def test_what_another_run_is_about_comes_last_so_that_two_share_the_work(tmp_path: Path) -> None:
    wanted = [one for one in endpoints().values() if one.strategy in ("snapshot", "season") and one.default == "on"]
    clients = [Slow(), Slow()]

    async def run(client: Slow) -> None:
        entries = SqliteCheckpoints(tmp_path / "ledger.sqlite")
        with entries.running():
            harvest = Harvest(Store.open(tmp_path), entries, client, url="http://api", key="k", run_id="r")
            await Seasons(harvest, now=time.time()).backfill([2024, 2025], wanted, lambda: None)
        entries.close()

    async def both() -> None:
        await asyncio.gather(*(run(client) for client in clients))

    asyncio.run(both())
    one, two = (client.asked for client in clients)
    snapshots = sum(one.strategy == "snapshot" for one in wanted)
    assert len(one) + len(two) == snapshots + 2 * (len(wanted) - snapshots)  # everything once
    assert min(len(one), len(two)) >= 5


_HOLDER = """
import sys, time
from pathlib import Path
from hooplake.sources.checkpoints import SqliteCheckpoints
entries = SqliteCheckpoints(Path(sys.argv[1]))
with entries.running():
    print(entries.claim([("games", {"season": "2024"})]) == [True], flush=True)
    time.sleep(60)
"""


def test_the_claims_of_a_run_that_was_killed_are_void_at_once(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    process = subprocess.Popen(
        [sys.executable, "-c", _HOLDER, str(path)], env={"PYTHONPATH": str(ROOT / "src")}, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"True\n"
    entries = SqliteCheckpoints(path)
    with entries.running():
        assert entries.claim([("games", ONE)]) == [False]
        process.send_signal(signal.SIGKILL)
        process.communicate()
        assert entries.claim([("games", ONE)]) == [True]
        assert len(list((tmp_path / "ledger.sqlite-runs").iterdir())) == 1  # what is left of it was tidied up
    entries.close()


class Backfills:
    """A server, and runs against it in processes of their own."""

    def __init__(self, url: str, server: CbbdServer, folder: Path) -> None:
        self.url, self.server, self.folder = url, server, folder

    def start(self, lake: Path) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-c", "import sys; from hooplake.cli import main; sys.exit(main(sys.argv[1:]))",
             "--lake", str(lake), "cbbd", "backfill", "--season-start", "2025", "--season-end", "2025"],
            env={**os.environ, "HOOPLAKE_CBBD_URL": self.url, "HOOPLAKE_CBBD_RATE": "0", "HOOPLAKE_IN_FLIGHT": "2",
                 "CBBD_API_KEY": "demo", "PYTHONPATH": str(ROOT / "src")},
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        )  # fmt: skip

    @staticmethod
    def bodies(lake: Path) -> dict[tuple[str, str], bytes]:
        store = Store.open(lake)
        found = names(store.paths("raw/cbbd"))
        unpacked = {(name.endpoint, name.parameters): gzip.decompress(store.get(name.path)) for name in found}
        assert len(unpacked) == len(found)  # no request has two bodies
        return unpacked


@pytest.fixture
def backfills(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Backfills]:
    monkeypatch.setenv("CBBD_API_KEY", "demo")
    servers = Servers([season("mbb", 2025, days=8, teams=26)], today=date(2025, 6, 1))
    assert servers.cbbd is not None
    with serving(servers.app()) as url:
        settings = Settings(lake=str(tmp_path / "whole"), cbbd_url=url, cbbd_rate=0)
        commands.backfill(Store.open(tmp_path / "whole"), settings, [2025])
        servers.faults.set({"slow": 1.0})  # so that both are under way
        yield Backfills(url, servers.cbbd, tmp_path)


def test_two_runs_at_once_ask_for_nothing_twice(backfills: Backfills) -> None:
    used = backfills.server.made
    lake = backfills.folder / "lake"
    runs = [backfills.start(lake) for _ in range(2)]
    for run in runs:
        _, error = run.communicate(timeout=60)
        assert run.returncode == 0, error
    assert backfills.server.made == 2 * used
    assert backfills.bodies(lake) == backfills.bodies(backfills.folder / "whole")


def test_a_run_takes_over_what_one_that_was_killed_had_claimed(backfills: Backfills) -> None:
    used = backfills.server.made
    lake = backfills.folder / "lake"
    victim, other = (backfills.start(lake) for _ in range(2))
    deadline = time.monotonic() + 30
    while backfills.server.made < used + 12 and time.monotonic() < deadline:
        time.sleep(0.005)
    victim.send_signal(signal.SIGKILL)
    victim.communicate()
    _, error = other.communicate(timeout=60)
    assert other.returncode == 0, error
    assert backfills.bodies(lake) == backfills.bodies(backfills.folder / "whole")
    # at most what the victim had under way was asked for twice
    assert used <= backfills.server.made - used <= used + 2
