"""Over the network: requests a second from end to end with no limit on the rate, and rows a second from raw to gold.

The server is a process of its own, so that on two processors it has one and the client the other. Every run of the first
stages begins with an empty lake and is a whole command: what is counted was asked, judged, stored and written down.
"""

from __future__ import annotations

import asyncio
import atexit
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Sequence
from functools import cache, partial
from typing import Any

import msgspec

from bench.corpus import FOLDER, put_away
from bench.measure import Stage

NBA_DAYS = int(os.environ.get("BENCH_NBA_DAYS", "170"))
"""Days of the NBA's season, with some seven games each; 170 are a whole one."""
TEAMS = int(os.environ.get("BENCH_TEAMS", "364"))
DAYS = 4
IN_FLIGHT = 16
LAYERS = ("bronze", "silver", "gold")
_BY_TEAM = ("lineups_team", "substitutions_team")
_SEASONS = ("--season-start", "2024", "--season-end", "2025")
_ESPN = ("ingest", "espn", "--league", "nba", "--season", "2025")


def stages() -> list[Stage]:
    """Documents of games, small answers in small and in large number, and each layer of college."""
    teams = f"{TEAMS} simulated college teams"
    only = ("--only-endpoints", ",".join(("conferences_history", *_BY_TEAM)))
    one = ("cbbd", "backfill", "--season-start", "2025", "--season-end", "2025", *only)
    found = [
        Stage(
            name, partial(run, *command), "bare aiohttp, nothing stored", partial(fetch, tuple(parts)), check=complete,
            corpus=corpus, units=partial(asked, tuple(parts)), unit="requests", prepare=forget, repeats=3,
        )
        for name, command, parts, corpus in (
            ("games of ESPN", _ESPN, ("/apis/",), f"{NBA_DAYS} simulated NBA days"),
            ("college by team, one season", one, tuple(f"/{n.replace('_', '/')}?season=2025" for n in _BY_TEAM), teams),
            ("college by team, two seasons", ("cbbd", "backfill", *_SEASONS, *only), tuple(f"/{n.replace('_', '/')}?" for n in _BY_TEAM), teams),
        )
    ]  # fmt: skip
    below = ("raw", *LAYERS)
    return found + [
        Stage(
            f"college, {below[place]} to {layer}", partial(build, layer), "inflate and scan the raw bodies", scan,
            corpus=f"two seasons of {DAYS} days, {teams}", units=partial(rows, layer), unit="rows",
            prepare=partial(prepared, layer), repeats=3,
        )
        for place, layer in enumerate(LAYERS)
    ]  # fmt: skip


@cache
def server() -> str:
    """The address of the server, which is no child of this process, so that its memory is not counted."""
    FOLDER.mkdir(exist_ok=True)
    place = FOLDER / f"network-{os.getpid()}.url"
    arguments = [sys.executable, "-m", "bench.network_server", str(place), str(NBA_DAYS), str(TEAMS), str(DAYS)]
    started = subprocess.run(
        ["sh", "-c", '"$@" >/dev/null 2>&1 & echo $!', "sh", *arguments], capture_output=True, check=True, text=True
    )
    atexit.register(os.kill, int(started.stdout), signal.SIGTERM)
    deadline = time.monotonic() + 120
    while not place.exists():
        if time.monotonic() > deadline:
            raise TimeoutError("the server does not begin")
        time.sleep(0.05)
    url = place.read_text()
    place.unlink()
    return url


def hooplake(lake: str, *arguments: str) -> dict[str, Any]:
    """What a command says, on a lake of the results folder."""
    environment = {
        **os.environ, "CBBD_API_KEY": "demo", "HOOPLAKE_CBBD_URL": server(), "HOOPLAKE_CBBD_RATE": "0",
        "HOOPLAKE_ESPN_URL": server(), "HOOPLAKE_ESPN_RATE": "0", "HOOPLAKE_IN_FLIGHT": str(IN_FLIGHT),
    }  # fmt: skip
    command = [sys.executable, "-m", "hooplake", "--lake", str(FOLDER / lake), "--json", *arguments]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def run(*command: str) -> dict[str, Any]:
    """A command on a lake that is new in each run."""
    return hooplake("bench-network", *command)


def forget() -> None:
    """Put the last run's lake away."""
    put_away(FOLDER / "bench-network")


def complete(report: object) -> None:
    """Everything was fetched."""
    assert isinstance(report, dict)
    bad = report.get("dead_letters") or report.get("failures")
    if bad or not (report.get("counts", {}).get("stored") or report.get("status") == "finished"):
        raise AssertionError(f"not everything was fetched: {bad}")


def _urls(parts: Sequence[str]) -> list[str]:
    with urllib.request.urlopen(f"{server()}/bench/asked") as answer:
        paths = json.load(answer)
    return [path for path in paths if any(path.startswith(part) for part in parts)]


@cache
def asked(parts: tuple[str, ...]) -> int:
    """How many requests begin with one of these."""
    return len(_urls(parts))


def fetch(parts: tuple[str, ...]) -> int:
    """Fetch the same with as many at a time, and keep nothing; the bytes of it."""
    import aiohttp
    from yarl import URL

    urls = [URL(server() + path, encoded=True) for path in reversed(_urls(parts))]

    async def work() -> int:
        headers = {"Accept-Encoding": "gzip", "Authorization": "Bearer demo"}
        size = 0
        async with aiohttp.ClientSession(headers=headers, auto_decompress=False) as session:

            async def one() -> None:
                nonlocal size
                while urls:
                    async with session.get(urls.pop()) as answer:
                        size += len(await answer.read())

            await asyncio.gather(*(one() for _ in range(IN_FLIGHT)))
        return size

    return asyncio.run(work())


@cache
def _tables(layer: str) -> tuple[str, ...]:
    from hooplake.lakehouse import registry
    from hooplake.tables.college import college_tables

    return tuple(name for name in college_tables(registry()) if name.startswith(f"{layer}."))


def _raw() -> str:
    name = f"network-{TEAMS}-{DAYS}-raw"
    if not (FOLDER / name / "done").exists():
        shutil.rmtree(FOLDER / name, ignore_errors=True)
        hooplake(name, "cbbd", "backfill", *_SEASONS)
        (FOLDER / name / "done").touch()
    return name


def prepared(layer: str) -> None:
    """A lake in which all below a layer is built; objects are links to the same files, since they are replaced as a whole."""
    name = _raw()
    if layer != LAYERS[0]:
        name = f"bench-network-below-{layer}"
        if not (FOLDER / name).exists():
            prepared(LAYERS[LAYERS.index(layer) - 1])
            build(LAYERS[LAYERS.index(layer) - 1])
            (FOLDER / "bench-network-layers").rename(FOLDER / name)
    lake = FOLDER / "bench-network-layers"
    put_away(lake)
    for part in (FOLDER / name).iterdir():
        if part.is_dir():
            copy = shutil.copy2 if part.name == "meta" else os.link
            shutil.copytree(part, lake / part.name, copy_function=copy)


_built: dict[str, int] = {}


def build(layer: str) -> dict[str, Any]:
    """Build a layer of college from the one below."""
    report = hooplake("bench-network-layers", "build", *_tables(layer))
    _built[layer] = sum(step["rows"] for step in report["steps"].values())
    return report


def rows(layer: str) -> int:
    """Rows that the last build of a layer wrote."""
    return _built[layer]


def scan() -> int:
    """Inflate every raw body and scan its JSON without keeping anything."""
    import gzip

    count = 0
    for file in (FOLDER / _raw() / "raw").rglob("*.json.gz"):
        count += len(msgspec.json.decode(gzip.decompress(file.read_bytes()), type=list[msgspec.Raw]))
    return count
