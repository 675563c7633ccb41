"""The summary of a run says what happened: counts that a server, a stored body or a hand can check."""

from __future__ import annotations

import gzip
import io
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hooplake.cli import main
from hooplake.lakehouse import registry
from hooplake.simulate import season
from hooplake.simulate.servers.faults import PASSING
from hooplake.simulate.servers.serve import Servers
from hooplake.sources.cbbd import commands
from hooplake.sources.cbbd.endpoints import endpoint, endpoints
from hooplake.sources.cbbd.raw import names
from hooplake.sources.cbbd.runs import last_summary
from hooplake.sources.http.answer import Request
from hooplake.sources.http.client import Fetched
from hooplake.sources.http.verdict import Action, Verdict
from tests.sources.servers import serving
from tests.sources.test_cbbd import CAPS, Api, _part
from tests.sources.test_harvest_defects import Asking

MBB = season("mbb", 2025, days=5, teams=16)
ROWS = ("new", "changed", "unchanged", "duplicates", "keyless")


@pytest.fixture
def api(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    monkeypatch.setenv("CBBD_API_KEY", "demo")
    for name, cap in CAPS.items():
        monkeypatch.setitem(endpoints(), name, replace(endpoint(name), cap=cap))
    servers = Servers([MBB], today=date(2025, 6, 1), caps=CAPS)
    with serving(servers.app()) as url:
        yield Api(url, servers, tmp_path / "lake")


def test_the_counts_of_a_run_with_faults_are_what_the_server_counted(api: Api) -> None:
    faults = api.server.faults
    faults.wait = 0
    faults.set({**dict.fromkeys(set(PASSING) - {"page", "slow", "trickle"}, 0.1), "doubles": 0.2})
    summary = api.backfill()
    stored = last_summary(api.store)
    assert stored == summary
    assert summary.finished_at is not None
    assert (summary.command, summary.status, summary.exit_code) == ("backfill", "finished", 0)
    assert len(summary.config_hash) == 64
    assert summary.tables == {}
    total = Counter[str]()
    for name, counts in summary.endpoints.items():
        total.update({key: value for key, value in counts.items() if value is not None})
        bodies = [
            json.loads(gzip.decompress(api.store.get(raw.path))) for raw in names(api.store.paths(f"raw/cbbd/{name}"))
        ]
        keys = [tuple(_part(row, part) for part in endpoint(name).key) for body in bodies for row in body]
        assert counts["bodies"] == counts["requests"] == len(bodies), name
        assert counts["rows"] == len(keys) == sum(counts[key] or 0 for key in ROWS), name
        # nothing was known before: every key is new once, and all else is told once more
        assert (counts["new"], counts["duplicates"]) == (len({*keys}), len(keys) - len({*keys})), name
        assert counts["empty"] == sum(not body for body in bodies)
        assert counts["capped"] == sum(len(body) == CAPS.get(name) for body in bodies), name
        assert counts["quarantined"] is None  # nothing was built
    failed = sum(not asked.answered for asked in faults.log)
    assert (total["requests"], total["retries"]) == (len(faults.log) - failed, failed)
    assert failed > 20
    assert total["dead_letters"] == 0
    assert summary.quota == {"planned": summary.quota["planned"], "before": None, "after": api.server.calls}
    assert (total["duplicates"] > 50, total["capped"] > 5) == (True, True)
    sent = sum(len(api.store.get(raw.path)) for raw in names(api.store.paths("raw/cbbd")))
    assert total["bytes"] == sent


def test_rows_are_new_changed_unchanged_or_told_once_more(tmp_path: Path) -> None:
    def game(number: int, points: int) -> dict[str, Any]:
        return {"id": number, "season": 2025, "startDate": "2024-11-05T02:00:00.000Z", "homePoints": points}

    window = {"startDateRange": "2024-11-01T00:00:00.000Z", "endDateRange": "2024-12-01T00:00:00.000Z"}
    other = {**window, "endDateRange": "2024-12-02T00:00:00.000Z"}
    asking = Asking(
        tmp_path,
        [game(1, 70), game(2, 60), game(2, 60), {"season": 2025}],
        [game(1, 70), game(3, 50)],
        [{"season": 2025, "teamId": 1, "elo": 1500}, {"season": 2025, "teamId": 2, "elo": 1400}],
    )
    asking.get("games", 0.0, **window)
    asking.get("games", 0.0, **other)  # game 1 once more in the run: told already
    asking.get("ratings_elo", season="2025")
    counts = asking.harvest.harvested.counts
    assert [getattr(counts["games"], name) for name in ROWS] == [3, 0, 0, 2, 1]
    assert [getattr(counts["ratings_elo"], name) for name in ROWS] == [2, 0, 0, 0, 0]
    again = Asking(
        tmp_path,
        [game(1, 71), game(2, 60), game(4, 40)],
        [{"season": 2025, "teamId": 1, "elo": 1500}, {"season": 2025, "teamId": 2, "elo": 1410}, {"season": 2025, "teamId": 3, "elo": 1}],
        [{"season": 2025, "teamId": 1, "elo": 1500}, {"season": 2025, "teamId": 2, "elo": 1410}, {"season": 2025, "teamId": 3, "elo": 1}],
    )  # fmt: skip
    third = {**window, "endDateRange": "2024-12-03T00:00:00.000Z"}
    again.get("games", 0.0, **third)  # a window that was never asked for: compared with what is known of the games
    again.get("ratings_elo", since=9e9, season="2025")
    counts = again.harvest.harvested.counts
    assert [getattr(counts["games"], name) for name in ROWS] == [1, 1, 1, 0, 0]
    assert [getattr(counts["ratings_elo"], name) for name in ROWS] == [1, 1, 1, 0, 0]
    assert counts["ratings_elo"].bodies == 1
    again.get("ratings_elo", since=9e9, season="2025")  # the same body: nothing is stored, and every key is told again
    assert [getattr(counts["ratings_elo"], name) for name in ROWS] == [1, 1, 1, 3, 0]
    assert (counts["ratings_elo"].bodies, counts["ratings_elo"].requests) == (1, 2)


def test_what_was_built_in_the_same_command_is_in_the_summary(
    api: Api, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HOOPLAKE_CBBD_URL", api.settings.cbbd_url)
    monkeypatch.setenv("HOOPLAKE_CBBD_RATE", "0")
    only = "conferences_history,teams,games,ratings_elo"
    command = [
        "cbbd",
        "backfill",
        "--season-start",
        "2025",
        "--season-end",
        "2025",
        "--only-endpoints",
        only,
        "--build",
    ]
    assert main([*command, "--lake", str(api.folder), "--json"]) == 0
    capsys.readouterr()
    summary = last_summary(api.store)
    assert summary is not None
    games = len(api.truth("games", season="2025"))
    assert summary.tables["bronze.games"] == {"partitions_written": 1, "partitions_unchanged": 0, "rows": games}
    assert summary.tables["silver.cbbd_fct_games"]["rows"] == games
    assert {name: counts["quarantined"] for name, counts in summary.endpoints.items()} == dict.fromkeys(
        only.split(","), 0
    )
    assert summary.written["bronze.games"] == [f"season=2025/asof={datetime.now(UTC).date()}"]
    check_keys(api, f"bronze/games/{summary.written['bronze.games'][0]}/part-0.parquet")
    assert main([*command, "--lake", str(api.folder), "--json"]) == 0  # nothing new: nothing is written
    capsys.readouterr()
    summary = last_summary(api.store)
    assert summary is not None
    assert summary.tables["bronze.games"] == {"partitions_written": 0, "partitions_unchanged": 1, "rows": 0}
    assert not sum(counts["partitions_written"] for counts in summary.tables.values())
    assert commands.validate(api.store, registry(), today=date(2025, 6, 1)) == []


def check_keys(api: Api, path: str) -> None:
    """A key that is NULL, there twice or missing in a partition that the run wrote is found; then it is put back."""

    def told() -> list[str]:
        return commands.validate(api.store, registry(), today=date(2025, 6, 1))

    whole = api.store.get(path)
    rows = pq.read_table(io.BytesIO(whole), partitioning=None)
    where = path.removeprefix("bronze/games/").removesuffix("/part-0.parquet")
    ids = rows.column("id").to_pylist()
    for broken, finding in (
        ([None, *ids[1:]], "id is NULL in the key of a row"),
        ([ids[1], *ids[1:]], "1 rows have a key that another one has"),
        (None, "the keys cannot be read"),
    ):
        place = rows.column_names.index("id")
        changed = rows.remove_column(place)
        if broken is not None:
            changed = changed.add_column(place, "id", pa.array(broken, pa.string()))
        file = io.BytesIO()
        pq.write_table(changed, file)
        api.store.put(path, file.getvalue())
        (found,) = told()
        assert found.startswith(f"bronze.games/{where}: ")
        assert finding in found
    api.store.put(path, whole)
    assert told() == []


def test_what_a_backfill_will_cost_is_said_before_the_first_request(
    api: Api, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HOOPLAKE_CBBD_URL", api.settings.cbbd_url)
    api.server.calls = 52  # two calls are left above the reserve
    command = [
        "cbbd",
        "backfill",
        "--season-start",
        "2025",
        "--season-end",
        "2025",
        "--only-endpoints",
        "games,rankings",
    ]
    assert main([*command, "--lake", str(api.folder)]) == 3
    said = capsys.readouterr().out
    assert "4 calls for 1 seasons; not known yet" in said  # three for the games, by a guess, and one
    assert api.server.made == 1  # the first answer told what is left, and it does not suffice


def test_an_endpoint_that_asks_for_more_than_ten_minutes_is_left_alone(tmp_path: Path) -> None:
    asking = Asking(tmp_path, None, [{"season": 2025, "teamId": 1, "elo": 1500}])
    told = asking.client.fetch

    async def fetch(request: Request) -> Fetched:
        fetched = await told(request)
        if fetched.ok:
            return fetched
        return replace(fetched, verdict=Verdict(Action.RATE_LIMITED, "http_429", "slow down", 601.0))

    asking.client.fetch = fetch  # type: ignore[method-assign]
    assert asking.get("ratings_srs", season="2024") is None
    assert asking.get("ratings_srs", season="2025") is None
    assert asking.get("ratings_elo", season="2025") is not None
    assert [request.endpoint for request in asking.client.asked] == ["ratings_srs", "ratings_elo"]
    harvested = asking.harvest.harvested
    assert (harvested.stopped, harvested.of("ratings_srs").dead_letters) == ({"ratings_srs": "http_429"}, 1)
