"""Games from ESPN, against the server that looks like it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import zstandard

from hooplake.cli import main
from hooplake.config import Settings
from hooplake.errors import DocumentError
from hooplake.games.espn.raw import RawName
from hooplake.lake.store import Store
from hooplake.simulate import season
from hooplake.simulate.servers.faults import PASSING
from hooplake.simulate.servers.serve import Servers
from hooplake.sources import espn
from hooplake.sources.espn import ingest_espn
from hooplake.sources.espn_board import read_board
from hooplake.sources.espn_report import EspnReport
from hooplake.sources.files import Intake
from tests.sources.servers import serving

NBA = season("nba", 2025, days=5, teams=12)
DAYS = sorted({game.date for game in NBA.games})


class Site:
    """A server and a lake that is fed from it."""

    def __init__(self, url: str, servers: Servers, folder: Path) -> None:
        self.servers = servers
        self.folder = folder
        self.store = Store.open(folder)
        self.settings = Settings(
            lake=str(folder), espn_url=url, espn_rate=0, in_flight=4, log=str(folder / "log.jsonl")
        )

    def ingest(self, **options: Any) -> EspnReport:
        return ingest_espn(self.store, self.settings, **{"league": "nba", **options})

    def asked(self) -> dict[str, int]:
        """Requests since the last question, by the last part of their path."""
        found = dict(self.servers.faults.asked)
        self.servers.faults.asked.clear()
        return {path.rpartition("/")[2]: count for path, count in found.items()}

    @property
    def documents(self) -> dict[str, bytes]:
        """What is stored, by game and sequence."""
        names = [RawName.parse(path) for path in self.store.paths("raw")]
        unpack = zstandard.ZstdDecompressor().decompress
        return {f"{n.game_id}.{n.sequence}": unpack(self.store.get(n.path)) for n in names if n is not None}


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    servers = Servers([NBA], today=date(2025, 6, 1))
    with serving(servers.app()) as url:
        yield Site(url, servers, tmp_path / "lake")


def test_a_season_is_what_the_server_has(site: Site) -> None:
    report = site.ingest(season=2025)
    assert site.documents == {f"{game.id}.1": game.document() for game in NBA.games}
    assert (report.days, report.games, report.exit_code) == (len(DAYS), len(NBA.games), 0)
    # one board for the calendar, one a day, one summary a game: nothing is asked for twice
    assert site.asked() == {"scoreboard": 1 + len(DAYS), "summary": len(NBA.games)}
    lines = [json.loads(line) for line in (site.folder / "log.jsonl").read_text().splitlines()]
    assert len(lines) == report.requests == 1 + len(DAYS) + len(NBA.games)


def test_the_second_call_asks_for_nothing_but_the_calendar(site: Site) -> None:
    site.ingest(season=2025)
    before, _ = site.documents, site.asked()
    report = site.ingest(season=2025)
    assert site.asked() == {"scoreboard": 1}
    assert (report.settled, report.wanted) == (len(DAYS), [])
    assert site.documents == before


def test_only_games_that_are_over_are_fetched_and_later_the_others(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.servers.espn.today = DAYS[2]
    set_today(monkeypatch, DAYS[2])
    report = site.ingest(season=2025)
    assert set(report.wanted) == {game.id for game in NBA.games if game.date < DAYS[2]}
    # the days of the last three days are asked for again, those before are settled, those to come are left alone
    assert report.waiting == sum(game.date == DAYS[2] for game in NBA.games)
    site.servers.espn.today = DAYS[3]
    set_today(monkeypatch, DAYS[3])
    report = site.ingest(season=2025)
    assert set(report.wanted) == {game.id for game in NBA.games if game.date == DAYS[2]}
    assert report.settled == sum(day + timedelta(days=3) <= DAYS[2] for day in DAYS[:3])


def set_today(monkeypatch: pytest.MonkeyPatch, day: date) -> None:
    monkeypatch.setattr(espn, "eastern_date", lambda moment: day)


def test_a_game_whose_status_or_score_changed_is_fetched_again(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    set_today(monkeypatch, DAYS[1])
    first = next(game for game in NBA.games if game.date == DAYS[0])
    site.servers.espn.today = DAYS[1]
    site.ingest(days=[DAYS[0]])
    site.servers.espn.statuses[first.id] = "forfeit"
    report = site.ingest(days=[DAYS[0]])
    assert report.wanted == [first.id]
    assert {name for name in site.documents if name.startswith(first.id)} == {f"{first.id}.1", f"{first.id}.2"}


def test_a_game_by_its_id_and_one_that_there_is_not(site: Site) -> None:
    game = NBA.games[3]
    report = site.ingest(games=[game.id, "999"])
    assert set(site.documents) == {f"{game.id}.1"}
    (letter,) = report.failures
    assert (letter.status, letter.reason, letter.params) == (404, "http_404", {"event": "999", "league": "nba"})
    assert letter.replay == "hooplake ingest espn --league nba --game 999"
    assert report.exit_code == 4
    assert len(site.store.paths("deadletter/requests")) == 1


def test_college_is_asked_for_the_whole_division(tmp_path: Path) -> None:
    college = season("mbb", 2025, days=2, teams=24)
    servers = Servers([college], today=date(2025, 6, 1))
    with serving(servers.app()) as url:
        site = Site(url, servers, tmp_path / "lake")
        site.ingest(league="mbb", season=2025)
        assert {name.partition(".")[0] for name in site.documents} == {game.id for game in college.games}


def test_with_every_passing_fault_the_lake_is_the_same(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    no_waiting(monkeypatch)
    site.servers.faults.set(dict.fromkeys(PASSING, 0.2))
    report = site.ingest(season=2025)
    assert report.exit_code == 0
    hit = site.servers.faults.bad
    assert {name for name in PASSING if not hit[name]} == set()
    asked = 1 + len(DAYS) + len(NBA.games) + sum(hit.values()) - hit["slow"] - hit["trickle"]
    assert sum(site.asked().values()) == asked >= report.requests  # aiohttp itself repeats what a reset has hit
    assert site.documents == {f"{game.id}.1": game.document() for game in NBA.games}


def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    async def sleep(self: object, seconds: float) -> None:
        return None

    monkeypatch.setattr("hooplake.sources.http.clock.SystemClock.sleep", sleep)
    monkeypatch.setattr("hooplake.sources.http.limiter.Limiter.hold", lambda self, seconds: None)


def test_a_page_instead_of_a_document_is_a_letter_that_is_closed_when_it_succeeds(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    no_waiting(monkeypatch)
    site.servers.faults.set({"html": 1.0})
    report = site.ingest(games=[NBA.games[0].id])
    assert [letter.reason for letter in report.failures] == ["html"]
    assert report.failures[0].excerpt.startswith("<!DOCTYPE html>")
    site.servers.faults.set({"html": 0.0})
    assert site.ingest(games=[NBA.games[0].id]).exit_code == 0
    assert all("/resolved=true/" in path for path in site.store.paths("deadletter/requests"))


class Broken(Exception):
    pass


class Ended(BaseException):
    pass


@pytest.mark.parametrize("error", [Broken, Ended])
def test_a_run_that_breaks_off_goes_on_where_it_was(
    site: Site, monkeypatch: pytest.MonkeyPatch, error: type[BaseException]
) -> None:
    real = espn.EspnIngest._ask
    count = 0

    async def ask(self: Any, endpoint: str, *rest: Any) -> Any:
        nonlocal count
        count += endpoint == espn.SUMMARY
        if count == 7:
            raise error
        return await real(self, endpoint, *rest)

    monkeypatch.setattr(espn.EspnIngest, "_ask", ask)
    with pytest.raises(error):
        site.ingest(season=2025)
    stored = len(site.documents)
    # after an error what is under way is finished, after an interruption only what has come is kept
    assert (6 if error is Broken else 1) <= stored < len(NBA.games)
    monkeypatch.setattr(espn.EspnIngest, "_ask", real)
    site.asked()
    report = site.ingest(season=2025)
    assert len(report.wanted) == len(NBA.games) - stored
    if error is Broken:  # of an interrupted run the server may still have had requests
        assert site.asked()["summary"] == len(NBA.games) - stored
    assert site.documents == {f"{game.id}.1": game.document() for game in NBA.games}


def test_what_was_filed_before_a_run_was_killed_is_not_fetched_again(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    real = Intake.file

    def file(self: Any, batch: Any) -> Any:
        real(self, batch)
        raise Killed  # between the documents and their entries

    monkeypatch.setattr(Intake, "file", file)
    with pytest.raises(Killed):
        site.ingest(days=DAYS[:2])
    stored = site.documents
    games = sum(game.date in DAYS[:2] for game in NBA.games)
    assert 0 < len(stored) <= games
    monkeypatch.setattr(Intake, "file", real)
    site.asked()
    report = site.ingest(days=DAYS[:2])
    assert (report.unchanged, len(report.wanted)) == (len(stored), games - len(stored))
    assert site.asked() == {"scoreboard": 2, **({"summary": games - len(stored)} if len(stored) < games else {})}
    assert stored.items() <= site.documents.items()
    assert site.ingest(days=DAYS[:2]).settled == 2
    assert site.asked() == {}
    # What did not come before the end is fetched.
    monkeypatch.setattr(Intake, "file", lambda self, batch: (_ for _ in ()).throw(Killed()))
    with pytest.raises(Killed):
        site.ingest(days=DAYS[2:3])
    monkeypatch.setattr(Intake, "file", real)
    site.ingest(days=DAYS[2:3])
    assert len(site.documents) == sum(game.date in DAYS[:3] for game in NBA.games)


def test_a_scoreboard_that_is_full_may_hide_games() -> None:
    events = [{"id": str(n), "season": {"year": 2025}} for n in range(500)]
    with pytest.raises(DocumentError, match="there may be more"):
        read_board(json.dumps({"events": events}).encode())


def test_the_command(site: Site, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOOPLAKE_ESPN_URL", site.settings.espn_url)
    monkeypatch.setenv("HOOPLAKE_ESPN_RATE", "0")
    day = DAYS[0].isoformat()
    lake = ["--lake", str(site.folder)]
    assert main([*lake, "--json", "ingest", "espn", "--league", "nba", "--from", day, "--dry-run"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (len(told["wanted"]), told["documents"], site.documents) == (told["games"], 0, {})
    assert main([*lake, "ingest", "espn", "--league", "nba", "--from", day]) == 0
    assert f"{told['games']} stored" in capsys.readouterr().out
    assert main([*lake, "ingest", "espn", "--league", "nba"]) == 2
    assert main([*lake, "ingest", "espn", "--league", "nba", "--to", day]) == 2


def test_what_is_stored_is_named_by_the_bytes_received(site: Site) -> None:
    site.ingest(games=[NBA.games[0].id])
    (path,) = site.store.paths("raw")
    name = RawName.parse(path)
    assert name is not None
    assert name.sha == hashlib.sha256(NBA.games[0].document()).hexdigest()[:12]
    assert name.date == NBA.games[0].date
