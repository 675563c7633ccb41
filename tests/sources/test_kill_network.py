"""Sources that do everything wrong, and runs that are killed anywhere: the lake is the same, and nothing is asked twice."""

from __future__ import annotations

import gzip
import io
import json
import random
import re
import sqlite3
from collections.abc import Callable, Collection
from datetime import date
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pyarrow.parquet as pq

import hooplake
from hooplake.games.espn.raw import RawName
from hooplake.lake.store import Store
from hooplake.simulate import season
from hooplake.simulate.servers.faults import PASSING, Asked
from hooplake.simulate.servers.serve import Servers
from hooplake.sources.cbbd.endpoints import endpoints
from hooplake.sources.cbbd.raw import names
from hooplake.sources.checkpoints import parameter_hash
from tests.sources.nursery import KILLED, Nursery, nursery
from tests.sources.servers import serving
from tools.compare_with_server import compare

LATER = date(2025, 12, 1)
MBB = season("mbb", 2025, days=4, teams=12)
NBA = season("nba", 2025, days=4, teams=6)
CAPS = {"games": 8, "games_media": 8, "lines": 8, "games_teams": 12, "games_players": 12}
COLLEGE = ["cbbd", "backfill", "--season-start", "2025", "--season-end", "2025", "--build"]
PATHS = {one.path: name for name, one in endpoints().items() if name != "teams_season"}
LAYERS = ("bronze", "silver", "gold")


def environment(url: str) -> dict[str, str]:
    return {
        "CBBD_API_KEY": "demo", "HOOPLAKE_CBBD_URL": url, "HOOPLAKE_CBBD_RATE": "0", "HOOPLAKE_ESPN_URL": url,
        "HOOPLAKE_ESPN_RATE": "0", "HOOPLAKE_IN_FLIGHT": "2", "HOOPLAKE_JOBS": "1",
    }  # fmt: skip


def quirks(servers: Servers, share: float) -> None:
    """Every fault that passes hits this share of the requests; fields are added and rows doubled in any case."""
    servers.faults.set({**dict.fromkeys(PASSING, share), "drift": 1.0, "doubles": 0.2})
    servers.faults.wait = 0


def killed(
    run: Nursery, command: list[str], kills: int, longest: float, before: Callable[[], None], after: Callable[[], None]
) -> None:
    """Run a command until it was killed so often, and then until it ends; what is asked looks before and after each."""
    chance, done, lives = random.Random(7), 0, 0
    while done < kills:
        before()
        code = run.run(command, chance.uniform(0.02, longest))
        assert code in (0, 4, KILLED)
        done += code == KILLED
        after()
        lives += 1
        assert lives < 3 * kills, f"killed {done} times only"
    for _ in range(10):
        before()
        code = run.run(command)
        after()
        if code == 0:
            return
        assert code == 4  # a page instead of rows is a dead letter, and asked for by the next run
    raise AssertionError("it does not come to its end")


def objects(store: Store, prefixes: Collection[str]) -> dict[str, bytes]:
    """Objects by path. Which document came when is told by one table alone: there, the times are left out."""
    found = {path: store.get(path) for prefix in prefixes for path in store.paths(prefix)}
    for path in found:
        if path.startswith("silver/fct_game_documents/league=mbb/source=cbbd"):
            rows = pq.read_table(io.BytesIO(found[path])).drop_columns(["receipt"]).to_pylist()
            texts = sorted(re.sub(r"\.\d{9}-", ".-", json.dumps(row, default=str)) for row in rows)
            found[path] = "\n".join(texts).encode()
    return found


def bodies(store: Store) -> dict[tuple[object, ...], bytes]:
    """Raw bodies by all of their names but the time of the fetch."""
    return {
        (raw.endpoint, raw.season, raw.parameters, raw.content, raw.what): gzip.decompress(store.get(raw.path))
        for raw in names(store.paths("raw/cbbd"))
    }


def request(asked: Asked) -> tuple[str, str]:
    """Endpoint and hash of the parameters of a request to the college server."""
    path, params = urlsplit(asked.what).path, dict(parse_qsl(urlsplit(asked.what).query))
    name = "teams_season" if path == "/teams" and "season" in params else PATHS[path]
    return name, parameter_hash(params)[:8]


def test_a_college_season_through_every_fault_and_many_kills(tmp_path: Path) -> None:
    servers = Servers([MBB], today=LATER, caps=CAPS)
    whole, lake = Store.open(tmp_path / "whole"), Store.open(tmp_path / "lake")
    durable: set[tuple[str, str]] = set()
    begun = 0

    def before() -> None:
        nonlocal begun
        durable.update((raw.endpoint, raw.parameters) for raw in names(lake.paths("raw/cbbd")))
        begun = len(servers.faults.log)

    def after() -> None:
        again = durable & {request(asked) for asked in list(servers.faults.log)[begun:]}
        assert again == set(), "what was durable was asked for again"

    with serving(servers.app()) as url, nursery(environment(url), CAPS) as run:
        quirks(servers, 0.0)
        assert run.run(["--lake", whole.url, *COLLEGE]) == 0
        quirks(servers, 0.12)
        killed(run, ["--lake", lake.url, *COLLEGE], 36, 0.4, before, after)
    assert {name for name in PASSING if not servers.faults.bad[name]} == set()
    assert bodies(lake) == bodies(whole)
    expected = objects(whole, LAYERS)
    assert len(expected) > 60
    assert objects(lake, LAYERS) == expected
    truth = Servers([MBB], today=LATER, caps=dict.fromkeys(CAPS, 10**9)).cbbd
    assert truth is not None
    with hooplake.open(lake.url) as opened:
        assert [one for one in compare(opened, truth, [2025]) if one.wrong] == []


def test_a_season_of_espn_through_every_fault_and_many_kills(tmp_path: Path) -> None:
    servers = Servers([NBA], today=LATER)
    whole, lake = Store.open(tmp_path / "whole"), Store.open(tmp_path / "lake")
    command = ["ingest", "espn", "--league", "nba", "--season", "2025", "--build"]
    durable: set[str] = set()
    begun = 0

    def before() -> None:
        nonlocal begun
        stored = [RawName.parse(path) for path in lake.paths("raw/espn")]
        durable.update(f"event={name.game_id}" for name in stored if name is not None)
        durable.update(f"dates={day}" for day in settled(Path(lake.url)))
        begun = len(servers.faults.log)

    def after() -> None:
        asked = [urlsplit(each.what).query for each in list(servers.faults.log)[begun:]]
        # The first board is asked for the calendar of the season, whether its day is settled or not.
        again = [query for query in asked if query.partition("&")[0] in durable and "20250115" not in query]
        assert again == [], "what was durable was asked for again"

    with serving(servers.app()) as url, nursery(environment(url)) as run:
        quirks(servers, 0.0)
        assert run.run(["--lake", whole.url, *command]) == 0
        quirks(servers, 0.12)
        killed(run, ["--lake", lake.url, *command], 16, 0.3, before, after)
    assert {f"{game.id}" for game in NBA.games} == {text[6:] for text in durable if text.startswith("event")}
    expected = objects(whole, ("raw", *LAYERS))
    assert len(expected) > len(NBA.games) + 20
    assert objects(lake, ("raw", *LAYERS)) == expected


def settled(lake: Path) -> list[str]:
    """Days that need no question any more, as the ledger has them."""
    if not (lake / "meta" / "ledger.sqlite").exists():
        return []
    ledger = sqlite3.connect(lake / "meta" / "ledger.sqlite")
    try:
        rows = ledger.execute(
            "select json_extract(payload, '$.params.dates') from checkpoints where endpoint like 'espn_scoreboard%'"
        ).fetchall()
    except sqlite3.OperationalError:
        return []  # killed before the table was made
    finally:
        ledger.close()
    return [day for (day,) in rows]
