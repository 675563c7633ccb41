"""The official feed from a server that answers as the statistics site does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from aiohttp import web

from hooplake.cli import main
from hooplake.config import Settings
from hooplake.errors import ConfigError
from hooplake.lake.store import Store
from hooplake.lakehouse import Lakehouse
from hooplake.sources.official import OfficialReport, fetch_official
from hooplake.sources.official_files import ingest_official
from tests.games.official.feeds import both_teams, opening, row, table
from tests.games.official.test_dumps import answer
from tests.sources.servers import serving

GAMES = ("0021800001", "0021800002", "0021800003")


class Site:
    """A server, and a lake that is fed from it."""

    def __init__(self, folder: Path) -> None:
        self.asked: Counter[str] = Counter()
        self.broken: set[str] = set()
        self.store = Store.open(folder)
        self.url = ""

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/stats/{endpoint}", self._answer)
        return app

    async def _answer(self, request: web.Request) -> web.Response:
        endpoint, query = request.match_info["endpoint"], request.query
        self.asked[endpoint] += 1
        assert request.headers["Referer"] == "https://www.nba.com/"
        if endpoint == "leaguegamelog":
            assert (query["Season"], query["LeagueID"]) == ("2018-19", "00")
            games = GAMES if query["SeasonType"] == "Regular Season" else ()
            log = pa.table({
                "GAME_ID": [game for game in games for _ in "ha"],
                "TEAM_ID": ["1610612738", "1610612755"] * len(games),
                "MATCHUP": ["BOS vs. PHI", "PHI @ BOS"] * len(games),
                "GAME_DATE": ["2018-10-16"] * 2 * len(games),
                "PTS": ["2", "1"] * len(games),
            })  # fmt: skip
            return web.Response(body=answer(log, "LeagueGameLog"), content_type="application/json")
        game = query["GameID"]
        if game in self.broken:
            return web.Response(status=404)
        if endpoint == "playbyplayv2":
            rows = [one | {"GAME_ID": game} for one in [*opening(), *both_teams(), row(13, period=4, clock="0:00")]]
            return web.Response(body=answer(table(rows)), content_type="application/json")
        box = pa.table(
            {"GAME_ID": [game], "PLAYER_ID": ["101"], "TEAM_ID": ["1610612738"], "MIN": ["5:00"], "PTS": ["2"]}
        )
        return web.Response(body=answer(box, "PlayerStats", RangeType=0), content_type="application/json")

    def fetch(self, **options: object) -> OfficialReport:
        settings = Settings(lake=self.store.url, official_url=self.url, official_rate=0)
        return fetch_official(self.store, settings, **options)  # type: ignore[arg-type]


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    found = Site(tmp_path / "lake")
    with serving(found.app()) as url:
        found.url = url
        yield found


def test_a_season_is_fetched_once(site: Site) -> None:
    report = site.fetch(season=2019)
    assert (report.games, report.known, report.wanted, report.exit_code) == (3, 0, list(GAMES), 0)
    assert site.asked == {"leaguegamelog": 1, "playbyplayv2": 3}
    again = site.fetch(season=2019)
    assert (again.known, again.wanted) == (3, [])
    assert site.asked == {"leaguegamelog": 2, "playbyplayv2": 3}
    with Lakehouse(site.store, settings=Settings(lake=site.store.url)) as lake:
        lake.build("silver.fct_games", jobs=1)
        games = lake.sql(
            "select game_id, cast(game_date as varchar) as day, home_score from silver.fct_games order by 1"
        )
        assert [tuple(one.values()) for one in games.to_pylist()] == [(game, "2018-10-16", 2) for game in GAMES]


def test_a_game_that_a_dump_has_is_not_asked_for(site: Site, tmp_path: Path) -> None:
    pq.write_table(table([*opening(), *both_teams()]), tmp_path / "dump.parquet")
    ingest_official(site.store, [tmp_path / "dump.parquet"])
    report = site.fetch(season=2019)
    assert (report.known, report.wanted) == (1, list(GAMES[1:]))


def test_parts_of_a_season_and_boxes(site: Site) -> None:
    report = site.fetch(season=2019, parts=("regular", "playoffs"), boxes=True)
    assert site.asked == {"leaguegamelog": 2, "playbyplayv2": 3, "boxscoretraditionalv2": 3}
    assert report.documents.counts["stored"] == 7
    assert report.exit_code == 0  # that there are no playoffs yet is no failure


def test_what_cannot_be_fetched_is_named_and_the_rest_is_kept(site: Site) -> None:
    site.broken.add(GAMES[1])
    report = site.fetch(season=2019)
    assert (report.failures[0][0], report.exit_code) == (f"playbyplayv2 of {GAMES[1]}", 4)
    assert report.documents.counts["stored"] == 3
    site.broken.clear()
    assert site.fetch(season=2019).wanted == [GAMES[1]]


def test_a_dry_run_reads_the_log_alone(site: Site) -> None:
    assert site.fetch(season=2019, dry_run=True).wanted == list(GAMES)
    assert site.asked == {"leaguegamelog": 1}
    assert site.store.paths("raw") == []


def test_single_games(site: Site) -> None:
    assert site.fetch(games=["21800002"]).wanted == [GAMES[1]]
    assert site.asked == {"playbyplayv2": 1}


@pytest.mark.parametrize(
    "options", [{"league": "mbb"}, {"season": 2019, "parts": ("summer",)}, {"games": ["401705050"]}]
)
def test_what_the_site_does_not_have_is_an_error(site: Site, options: dict[str, object]) -> None:
    with pytest.raises(ConfigError):
        site.fetch(**options)


def test_the_command(site: Site, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("HOOPLAKE_OFFICIAL_URL", site.url)
    monkeypatch.setenv("HOOPLAKE_OFFICIAL_RATE", "0")
    assert main(["ingest", "official", "--season", "2019", "--lake", site.store.url]) == 0
    assert "3 games, 0 known, 3 to fetch; 4 requests" in capsys.readouterr().out
    assert main(["ingest", "official", "--lake", site.store.url]) == 2
