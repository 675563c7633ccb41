"""From the server over HTTP to the replay of its games, by the commands."""

from __future__ import annotations

import gzip
from datetime import date
from pathlib import Path

import msgspec
import pytest

from hooplake.cli import main
from hooplake.config import Settings
from hooplake.games.cbbd.raw import INDEXED, RawBody, index_of, index_path, read_index
from hooplake.lake.store import Store
from hooplake.lakehouse import open as open_lake
from hooplake.simulate import season
from hooplake.simulate.servers.serve import Servers
from hooplake.sources.cbbd import commands
from tests.sources.servers import serving

MBB = season("mbb", 2025, days=2, teams=8)


def test_a_backfill_and_a_build_replay_every_game(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CBBD_API_KEY", "demo")
    folder = tmp_path / "lake"
    with serving(Servers([MBB], today=date(2025, 6, 1)).app()) as url:
        settings = Settings(lake=str(folder), cbbd_url=url, cbbd_rate=0, in_flight=4)
        commands.backfill(Store.open(folder), settings, [2025])
    store = Store.open(folder)
    bodies = [name for path in store.paths("raw/cbbd") if (name := RawBody.parse(path)) and name.endpoint in INDEXED]
    assert {name.endpoint for name in bodies} >= {
        "games",
        "games_players",
        "plays_date",
        "lines",
        "teams_roster",
        "teams",
    }
    for name in bodies:  # what each tells of was written down
        body = gzip.decompress(store.get(name.path))
        assert store.head(index_path(name.path)) is not None
        assert read_index(store, name) == index_of(name.endpoint, body), name
    assert main(["build", "gold.box_score_verification", "--lake", str(folder), "--json"]) == 0
    told = msgspec.json.decode(capsys.readouterr().out)
    assert told["steps"]["games"]["run"] == len(MBB.games)
    with open_lake(folder) as lake:
        rows = lake.sql("select * from gold.box_score_verification where source = 'cbbd'").to_pylist()
    assert [row["quality_grade"] for row in rows] == ["A"] * len(MBB.games)
    assert main(["build", "gold.box_score_verification", "--lake", str(folder), "--json"]) == 0
    again = msgspec.json.decode(capsys.readouterr().out)
    assert sum(step["run"] for step in again["steps"].values()) == 0
