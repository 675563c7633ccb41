"""Up to which season an endpoint is done, and how an increment goes back to those that are not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from hooplake.config import Settings
from hooplake.lake.store import Store
from hooplake.simulate import season
from hooplake.simulate.servers.serve import Servers
from hooplake.sources.cbbd import commands
from hooplake.sources.cbbd.completion import completion, unfinished
from hooplake.sources.cbbd.runs import RunSummary
from hooplake.sources.checkpoints import SqliteCheckpoints
from tests.sources.servers import serving

SEASONS = [season("mbb", year, days=3, teams=14) for year in (2024, 2025)]
ONLY = ["conferences_history", "games", "lines", "rankings", "plays_date", "stats_team_shooting_season"]
AFTER = date(2025, 9, 1)


class Api:
    """A server of two seasons, and a lake whose clock is set by hand."""

    def __init__(self, url: str, servers: Servers, folder: Path, patch: pytest.MonkeyPatch) -> None:
        assert servers.cbbd is not None
        self.servers, self.server, self._patch = servers, servers.cbbd, patch
        self.store = Store.open(folder)
        self.settings = Settings(lake=str(folder), cbbd_url=url, cbbd_rate=0)
        self.entries = SqliteCheckpoints(folder / "meta" / "ledger.sqlite")

    def at(self, day: date, hours: int = 12) -> float:
        moment = datetime(day.year, day.month, day.day, hours, tzinfo=UTC).timestamp()
        for module in ("runs", "harvest", "commands"):
            self._patch.setattr(f"hooplake.sources.cbbd.{module}.time.time", lambda: moment)
        return moment

    def backfill(self, *seasons: int) -> RunSummary:
        return commands.backfill(self.store, self.settings, seasons, only=ONLY)

    def last(self, name: str) -> int | None:
        found = completion(self.entries, name)
        return None if found is None else found["last_completed_season"]


@pytest.fixture
def api(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    monkeypatch.setenv("CBBD_API_KEY", "demo")
    servers = Servers(SEASONS, today=date(2025, 9, 1))
    with serving(servers.app()) as url:
        found = Api(url, servers, tmp_path / "lake", monkeypatch)
        yield found
        found.entries.close()


def test_a_season_is_done_when_all_of_it_was_asked_for_after_its_end(api: Api) -> None:
    api.at(date(2025, 6, 1))
    api.backfill(2024, 2025)
    asked = ("games", "lines", "rankings", "plays_date", "stats_team_shooting_season")
    # the season of 2025 ends with July, and a week later what was fetched before is not to be relied on
    assert {name: api.last(name) for name in asked} == dict.fromkeys(asked, 2024)
    assert completion(api.entries, "games") == {
        "first_season": 2024, "last_completed_season": 2024, "last_ingested_date": "2025-06-01", "schema_version": 1,
        "params": {"scope": "endpoint"},
    }  # fmt: skip
    assert completion(api.entries, "conferences_history") is None  # of no season
    now = api.at(AFTER)
    assert unfinished(api.entries, now) == {name: [2025] for name in asked}
    api.backfill(2025)
    assert {name: api.last(name) for name in asked} == dict.fromkeys(asked, 2025)
    assert unfinished(api.entries, now) == {}


def test_an_earlier_season_that_is_not_done_holds_up_the_later_ones(api: Api) -> None:
    api.at(AFTER)
    api.backfill(2025)
    assert api.last("rankings") == 2025
    api.servers.faults.set({"html": 1.0})
    commands.backfill(api.store, api.settings, [2024], only=["rankings"])
    found = completion(api.entries, "rankings")
    assert found is not None
    assert (found["first_season"], found["last_completed_season"]) == (2024, None)


def test_an_increment_asks_for_what_seasons_that_are_over_lack(api: Api) -> None:
    api.at(date(2025, 6, 1))
    assert api.backfill(2024, 2025).exit_code == 0
    api.at(AFTER)
    used = commands.increment(api.store, api.settings, days=7, only=["games", "rankings"]).requests
    # the games of the window and the rankings of 2026, and 2025 once more now that it is over: 2024 is done
    assert used == 4
    assert (api.last("games"), api.last("rankings"), api.last("lines")) == (2025, 2025, 2024)
    api.at(AFTER, hours=13)
    assert commands.increment(api.store, api.settings, days=7, only=["games", "rankings"]).requests == 1


def test_a_season_with_an_open_letter_is_not_done_until_the_letter_is_resolved(api: Api) -> None:
    api.at(AFTER)
    api.servers.faults.set({"html": 1.0})
    commands.backfill(api.store, api.settings, [2025], only=["rankings"])
    assert api.last("rankings") is None
    api.servers.faults.set({"html": 0.0})
    commands.increment(api.store, api.settings, days=7, only=["rankings"])
    assert api.last("rankings") == 2025
