"""College seasons from the API, against the server that looks like it."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from hooplake.cli import main
from hooplake.config import Settings
from hooplake.errors import ConfigError
from hooplake.lake.store import Store
from hooplake.lakehouse import registry
from hooplake.simulate import season
from hooplake.simulate.servers.faults import PASSING
from hooplake.simulate.servers.serve import Servers
from hooplake.sources.cbbd import commands
from hooplake.sources.cbbd.endpoints import endpoint, endpoints
from hooplake.sources.cbbd.harvest import RowCapExceeded
from hooplake.sources.cbbd.known import final_dates, known_games, members
from hooplake.sources.cbbd.raw import RawBody, names
from hooplake.sources.cbbd.runs import RunSummary, api_key, last_summary
from hooplake.sources.http.quota import QuotaReached
from hooplake.sources.request_letters import RequestLetters
from tests.sources.servers import serving

MBB = season("mbb", 2025, days=8, teams=26)
CAPS = {"games": 12, "games_media": 12, "lines": 12, "games_teams": 20, "games_players": 10}
REAL = {name: endpoint(name) for name in CAPS}


class Api:
    """A server and a lake that is fed from it."""

    def __init__(self, url: str, servers: Servers, folder: Path) -> None:
        assert servers.cbbd is not None
        self.servers, self.server, self.folder = servers, servers.cbbd, folder
        self.store = Store.open(folder)
        self.settings = Settings(lake=str(folder), cbbd_url=url, cbbd_rate=0, in_flight=4, quota_reserve=5)

    def backfill(self, **options: Any) -> RunSummary:
        return commands.backfill(self.store, self.settings, [2025], **options)

    def rows(self, name: str, season: int = 2025) -> list[dict[str, Any]]:
        """The rows of an endpoint in the lake, each key once, the last one told."""
        found: dict[Any, dict[str, Any]] = {}
        for raw in names(self.store.paths(f"raw/cbbd/{name}/season={season:04d}")):
            for row in json.loads(gzip.decompress(self.store.get(raw.path))):
                key = tuple(_part(row, part) or raw.what for part in endpoint(name).key)
                found[key] = row
        return [found[key] for key in sorted(found, key=str)]

    def truth(self, name: str, **params: str) -> list[dict[str, Any]]:
        """The rows that the server has, without caps."""
        caps, self.server._caps = self.server._caps, dict.fromkeys(CAPS, 10**9)
        try:
            found = json.loads(msgspec.json.encode(self.server.rows(name, params)))
        finally:
            self.server._caps = caps
        unique = {tuple(_part(row, part) for part in endpoint(name).key): row for row in found}
        return [unique[key] for key in sorted(unique, key=str)]

    def bodies(self) -> dict[str, bytes]:
        """Every body in the lake, by endpoint, season and hashes."""
        found = names(self.store.paths("raw/cbbd"))
        unpacked = {raw: gzip.decompress(self.store.get(raw.path)) for raw in found}
        return {f"{raw.endpoint} {raw.season} {raw.parameters} {raw.content}": body for raw, body in unpacked.items()}


def _part(row: dict[str, Any], name: str) -> Any:
    value: Any = row
    for part in name.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value


@pytest.fixture
def api(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    monkeypatch.setenv("CBBD_API_KEY", " demo ")
    servers = Servers([MBB], today=date(2025, 6, 1), caps=CAPS)
    with serving(servers.app()) as url:
        yield Api(url, servers, tmp_path / "lake")


def test_a_season_is_what_the_server_has_row_for_row(api: Api) -> None:
    summary = api.backfill()
    for name in (*CAPS, "rankings", "ratings_adjusted", "stats_team_season", "stats_player_season", "teams_roster"):
        wanted = api.truth(name, season="2025")
        if name.startswith("stats"):  # a team of two spells comes twice, with one key
            assert len(api.rows(name)) == len(wanted)
        else:
            assert api.rows(name) == wanted, name
    assert api.rows("recruiting_players") == api.truth("recruiting_players", year="2025")
    plays = [
        row for day in final_dates(known_games(api.store, 2025).values()) for row in api.truth("plays_date", date=day)
    ]
    assert {row["id"] for row in api.rows("plays_date")} == {row["id"] for row in plays}
    assert (summary.exit_code, summary.status) == (0, "finished")
    # what the run says it used is what the server counted
    assert summary.requests == api.server.made == 75_000 - summary.quota["after"]  # type: ignore[operator]


def test_a_second_backfill_asks_for_nothing(api: Api) -> None:
    api.backfill()
    made, bodies = api.server.made, api.bodies()
    summary = api.backfill()
    assert (summary.requests, api.server.made) == (0, made)
    assert api.bodies() == bodies


def test_the_plan_beforehand_is_what_the_run_uses(api: Api) -> None:
    api.backfill(only=["games", "conferences_history"])
    found, left = commands.plan(api.store, api.settings, [2025])
    used = {name: int(counts["requests"]) for name, counts in api.backfill().endpoints.items()}
    assert left == api.server.calls + sum(used.values())
    exact = {one.endpoint: one.calls for one in found if one.exact}
    assert exact == {name: used[name] for name in exact}
    assert {"plays_date", "stats_team_shooting_season", "rankings"} <= set(exact)


def test_a_plan_that_costs_too_much_does_not_begin(api: Api) -> None:
    api.server.calls = 40
    with pytest.raises(QuotaReached, match="the plan needs"):
        api.backfill()
    assert api.server.calls == 39  # one call told how many are left
    summary = last_summary(api.store)
    assert summary is not None
    assert (summary.status, summary.exit_code) == ("stopped", 3)


def test_a_run_that_runs_out_of_calls_ends_cleanly_and_goes_on_later(api: Api) -> None:
    whole = Api(api.settings.cbbd_url, api.servers, api.folder.parent / "whole")
    whole.backfill()
    used = api.server.made
    api.server.calls = 25
    with pytest.raises(QuotaReached):
        api.backfill(partial=True)
    assert api.server.calls == 5  # the reserve
    api.server.calls = 75_000
    api.backfill()
    assert api.server.made == 2 * used  # nothing was asked for twice
    assert api.bodies() == whole.bodies()


def test_the_answer_that_the_month_is_over_ends_the_run(api: Api) -> None:
    settings = Settings(lake=str(api.folder), cbbd_url=api.settings.cbbd_url, cbbd_rate=0, quota_reserve=0)
    api.server.calls = 0
    with pytest.raises(QuotaReached, match="Monthly call quota exceeded"):
        commands.backfill(api.store, settings, [2025])


def test_with_every_passing_fault_the_lake_is_the_same(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    async def sleep(self: object, seconds: float) -> None:
        return None

    whole = Api(api.settings.cbbd_url, api.servers, api.folder.parent / "whole")
    whole.backfill()
    monkeypatch.setattr("hooplake.sources.http.clock.SystemClock.sleep", sleep)
    monkeypatch.setattr("hooplake.sources.http.limiter.Limiter.hold", lambda self, seconds: None)
    # A page is no fault that passes by itself: the address may be wrong, so the endpoint is asked no further.
    passing = [name for name in PASSING if name != "page"]
    api.servers.faults.set(dict.fromkeys(passing, 0.15))
    summary = api.backfill()
    assert summary.exit_code == 0
    assert {name for name in passing if not api.servers.faults.bad[name]} == set()
    assert sum(int(counts["retries"]) for counts in summary.endpoints.values()) > 10
    assert api.bodies() == whole.bodies()


def test_an_instant_with_as_many_rows_as_the_cap_is_split_by_conference(api: Api) -> None:
    (busiest,) = {max(starts(), key=starts().count)}
    api.server._caps["games"] = starts().count(busiest)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(endpoints(), "games", _capped("games", api.server._caps["games"]))
        api.backfill(only=["conferences_history"])
        api.backfill(only=["games"])
    assert api.rows("games") == api.truth("games", season="2025")


def _capped(name: str, cap: int) -> Any:
    return replace(endpoint(name), cap=cap)


def starts() -> list[str]:
    return [f"{game.fixture.tipoff:%Y-%m-%dT%H:%M:%S}.000Z" for game in MBB.games]


def test_an_instant_that_cannot_be_split_is_an_error(api: Api) -> None:
    api.server._caps["games"] = 1
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(endpoints(), "games", _capped("games", 1))
        with pytest.raises(RowCapExceeded, match="rows start at"):
            api.backfill(only=["games"])


@pytest.fixture(autouse=True)
def _small_caps(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, cap in CAPS.items():
        monkeypatch.setitem(endpoints(), name, _capped(name, cap))


def test_a_larger_subscription_is_not_a_failure(api: Api) -> None:
    api.server.tier = 0
    summary = api.backfill(optional=True, only=["stats_team_leaderboard", "conferences"])
    assert summary.exit_code == 0
    assert len(summary.warnings) == 1
    assert "Tier 2" in summary.warnings[0]


def test_a_wrong_key_ends_the_run_at_once(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CBBD_API_KEY", "wrong")
    with pytest.raises(ConfigError, match="refuses the key"):
        api.backfill()
    monkeypatch.delenv("CBBD_API_KEY")
    monkeypatch.delenv("BEARER_TOKEN", raising=False)
    with pytest.raises(ConfigError, match="CBBD_API_KEY"):
        api_key()
    assert api_key({"BEARER_TOKEN": " x "}) == "x"


def test_the_key_is_written_nowhere(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CBBD_API_KEY", "secret-key")
    api.server._key = "secret-key"
    api.backfill(only=["conferences"])
    assert not any(b"secret-key" in path.read_bytes() for path in api.folder.rglob("*") if path.is_file())


def test_a_page_stops_its_endpoint_and_the_letter_is_replayed(
    api: Api, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOOPLAKE_CBBD_URL", api.settings.cbbd_url)
    monkeypatch.setenv("HOOPLAKE_CBBD_RATE", "0")
    api.servers.faults.set({"html": 1.0})
    summary = api.backfill(only=["rankings", "ratings_srs"])
    assert (summary.exit_code, sorted(x["endpoint"] for x in summary.dead_letters)) == (4, ["rankings", "ratings_srs"])
    assert len(commands.validate(api.store, registry())) == 3  # no row of two endpoints, and letters
    lake = ["--lake", str(api.folder)]
    assert main([*lake, "--json", "deadletter", "list"]) == 0
    (first, _) = json.loads(capsys.readouterr().out)["requests"]
    assert (first["reason"], first["status"], first["attempts"][0]["status"]) == ("html", 200, 200)
    assert first["excerpt"].startswith("<!DOCTYPE")
    api.servers.faults.set({"html": 0.0})
    assert main([*lake, "deadletter", "replay"]) == 0
    assert "2 of 2 requests succeeded" in capsys.readouterr().out
    assert RequestLetters(api.store).open() == []
    assert api.rows("rankings") == api.truth("rankings", season="2025")
    assert commands.validate(api.store, registry()) == []


def test_a_parameter_that_the_server_would_ignore_is_refused(api: Api) -> None:
    with pytest.raises(ConfigError, match="draft_picks has no parameter season"):
        commands.one(api.store, api.settings, "draft_picks", {"season": 2025})
    with pytest.raises(ConfigError, match="plays_game needs gameId"):
        commands.one(api.store, api.settings, "plays_game", {})
    with pytest.raises(ConfigError, match="did you mean games"):
        endpoint("gamess")


@pytest.mark.parametrize("name", sorted(endpoints()))
def test_every_request_of_a_strategy_uses_parameters_that_the_server_knows(name: str) -> None:
    one = endpoint(name)
    assert one.strategy in ("snapshot", "season", "windowed", "date", "team", "conference", "game", "live", "off")
    if one.strategy == "season":
        one.check({one.season_param: "2025"})
    if one.strategy == "windowed":
        one.check({"season": "2025", "startDateRange": "", "endDateRange": "", "conference": ""})
        assert one.cap
    if one.strategy in ("team", "conference"):
        one.check({"season": "2025", one.strategy: ""})


def test_one_request(api: Api) -> None:
    game = next(iter(api.server.college.games))
    commands.one(api.store, api.settings, "lineups_game", {"gameId": game})
    (path,) = api.store.paths("raw/cbbd/lineups_game")
    raw = RawBody.parse(path)
    assert raw is not None
    assert (raw.what, raw.path) == (str(game), path)
    assert abs(raw.fetched_at - time.time()) < 60


def test_members_and_dates_come_from_what_was_fetched(api: Api) -> None:
    api.backfill(only=["conferences_history", "games"])
    assert members(api.store, 2025).conferences == ("Reg. 01", "Reg. 02")
    assert len(members(api.store, 2025).teams) == 26
    assert sum(final_dates(known_games(api.store, 2025).values()).values()) == len(MBB.games)


def test_an_increment_asks_for_what_can_have_changed_and_then_for_the_games_alone(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    days = sorted({game.date for game in MBB.games})
    at(monkeypatch, days[4])
    api.servers.espn.today = api.server.college.today = days[4]
    api.backfill()
    at(monkeypatch, days[5], hours=1)
    api.server.college.today = days[5]
    api.server.forget()
    made = api.server.made
    first = commands.increment(api.store, api.settings, days=7)
    used = api.server.made - made
    assert used <= 30
    assert {game.id for game in known_games(api.store, 2025).values() if game.final} == {
        number for number, (game, _) in api.server.college.games.items() if api.server.college.played(game)
    }
    bodies = api.bodies()
    at(monkeypatch, days[5], hours=2)
    second = commands.increment(api.store, api.settings, days=7)
    asked = {name: counts["requests"] for name, counts in second.endpoints.items() if counts["requests"]}
    assert set(asked) == {"games"}
    assert api.bodies() == bodies
    assert first.exit_code == second.exit_code == 0


def test_plays_that_came_late_are_asked_for_again_once_a_day_and_not_for_ever(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    days = sorted({game.date for game in MBB.games})
    last = days[-1] + timedelta(days=1)
    lost = max(api.server.college.games)  # of its second half nothing is told yet
    (date_of,) = {api.server.college.games[lost][1]["startDate"][:10]}
    again = [f"/plays/date?date={date_of}"]  # other dates have their last fetch, a week later
    rows = api.server.rows
    missing = True

    def late(name: str, params: dict[str, str]) -> list[Any]:
        found = rows(name, params)
        if not name.startswith("plays_") or not missing:
            return found
        return [row for row in found if not (row["gameId"] == lost and row["period"] > 1)]

    monkeypatch.setattr(api.server, "rows", late)

    def asked(day: date, hours: int = 0) -> list[str]:
        at(monkeypatch, day, hours)
        api.servers.faults.log.clear()
        commands.increment(api.store, api.settings, days=7, only=["games", "plays_date"])
        return [one.what for one in api.servers.faults.log if one.what == again[0]]

    at(monkeypatch, last)
    api.backfill(only=["games", "conferences_history", "plays_date"])
    assert asked(last, 2) == []  # it was asked for just now
    assert asked(last + timedelta(days=1)) == again
    assert asked(last + timedelta(days=1), 3) == []
    assert asked(last + timedelta(days=2)) == again
    assert asked(last + timedelta(days=3)) == []  # twice in vain
    missing = False
    api.backfill(only=["plays_date"], force=True)
    assert asked(last + timedelta(days=4)) == []  # all is there


def at(monkeypatch: pytest.MonkeyPatch, day: date, hours: int = 0) -> None:
    moment = datetime(day.year, day.month, day.day, 12 + hours, tzinfo=UTC).timestamp()
    for module in ("runs", "harvest", "commands"):
        monkeypatch.setattr(f"hooplake.sources.cbbd.{module}.time.time", lambda: moment)


_VICTIM = "import sys; from hooplake.cli import main; sys.exit(main(sys.argv[1:]))"


def test_a_run_that_is_killed_anywhere_loses_and_repeats_nothing(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, real in REAL.items():  # the other process knows no smaller caps
        monkeypatch.setitem(endpoints(), name, real)
        api.server._caps[name] = real.cap
    whole = Api(api.settings.cbbd_url, api.servers, api.folder.parent / "whole")
    whole.backfill()
    used = api.server.made
    environment = {**os.environ, "HOOPLAKE_CBBD_URL": api.settings.cbbd_url, "HOOPLAKE_CBBD_RATE": "0",
                   "HOOPLAKE_IN_FLIGHT": "1", "CBBD_API_KEY": "demo", "PYTHONPATH": str(Path("src").resolve())}  # fmt: skip
    command = [sys.executable, "-c", _VICTIM, "--lake", str(api.folder), "cbbd", "backfill", "--season-start", "2025",
               "--season-end", "2025"]  # fmt: skip
    lost = 0
    for wanted in (3, 9, 20, 31):
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        begun, stored = api.server.made, len(api.bodies())
        while api.server.made < used + wanted and process.poll() is None:
            time.sleep(0.002)
        process.send_signal(signal.SIGKILL)
        process.wait()
        time.sleep(0.1)  # the server finishes what it was asked
        lost += api.server.made - begun - (len(api.bodies()) - stored)
    done = subprocess.run(command, env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert api.bodies() == whole.bodies()
    # A kill costs what was under way; nothing that was durable is asked for again.
    assert api.server.made - used == used + lost
