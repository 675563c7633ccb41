"""From empty to gold by one command each, compared with all that the server knows. The same at full size is a command:
`python -m tools.compare_with_server`.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pyarrow as pa
import pytest

import hooplake
from hooplake.cli import main
from hooplake.lake.store import Store
from hooplake.simulate import season
from hooplake.simulate.servers.serve import Servers
from hooplake.sources.cbbd.endpoints import endpoints
from tests.sources.servers import serving
from tests.sources.test_cbbd import at
from tools.compare_with_server import compare, differences

SEASONS = [season("mbb", year, days=5, teams=12) for year in (2024, 2025)]
NBA = season("nba", 2025, days=4, teams=6)
LAYERS = ("raw", "bronze", "silver", "gold")
LATER = date(2025, 12, 1)


@pytest.fixture
def url(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("CBBD_API_KEY", "demo")
    for name in ("CBBD", "ESPN"):
        monkeypatch.setenv(f"HOOPLAKE_{name}_RATE", "0")
    with serving(Servers([*SEASONS, NBA], today=LATER).app()) as found:
        monkeypatch.setenv("HOOPLAKE_CBBD_URL", found)
        monkeypatch.setenv("HOOPLAKE_ESPN_URL", found)
        yield found


def test_college_seasons_from_empty_to_gold_are_what_the_server_has(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lake = tmp_path / "lake"
    years = ["--season-start", "2024", "--season-end", "2025"]
    assert main(["--lake", str(lake), "--json", "cbbd", "plan", *years]) == 0
    planned = json.loads(capsys.readouterr().out)["calls"]
    assert main(["--lake", str(lake), "--json", "cbbd", "backfill", *years, "--build"]) == 0
    told = json.loads(capsys.readouterr().out)
    used = sum(counts["requests"] for counts in told["endpoints"].values())
    # The plan is made for a season of the usual size; here are far fewer dates and conferences.
    assert used < planned <= 2 * 300
    assert told["build"]["failures"] == []
    caps = {name: 10**9 for name, one in endpoints().items() if one.cap}
    server = Servers(SEASONS, today=LATER, caps=caps).cbbd
    assert server is not None
    with hooplake.open(lake) as opened:
        found = list(compare(opened, server, [2024, 2025]))
        assert [(one.table, one.wrong) for one in found if one.wrong] == []
        names = {one.table for one in found}
        assert {
            name
            for name, spec in opened.tables.items()
            if spec.layer == "bronze" and opened.sql(f"select 1 from {name} limit 1")
        } <= names
        assert {one.table: one.rows for one in found if one.season == 2025}[
            "gold.game_predictions_features"
        ] == 2 * len(SEASONS[1].games)
        # It would see a game that the lake does not have, and one that it has and should not.
        number = max(server.college.games)
        lost = server.college.games.pop(number)
        bad = {one.table: one.wrong for one in compare(opened, server, [2025]) if one.wrong}
        assert bad["bronze.games"] == [f"1 row too many: ({str(number)!r},)"]
        assert {"silver.cbbd_fct_plays", "bronze.plays_date", "gold.team_season_summary"} <= set(bad)
        server.college.games[number + 1] = lost
        assert f"1 row missing: ({str(number + 1)!r}, 'ESPN BET')" in str(
            [one.wrong for one in compare(opened, server, [2025])]
        )


def test_a_day_of_new_games_costs_what_can_have_changed_and_the_run_after_it_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CBBD_API_KEY", "demo")
    monkeypatch.setenv("HOOPLAKE_CBBD_RATE", "0")
    games = season("mbb", 2025, days=6, teams=30)
    # Games of Friday evening and of Saturday afternoon begin on one UTC date.
    saturday, sunday = date(2024, 11, 9), date(2024, 11, 10)
    servers = Servers([games], today=saturday)
    assert servers.cbbd is not None
    store = Store.open(tmp_path / "lake")

    def run(*command: str) -> tuple[Counter[str], dict[str, Any]]:
        servers.faults.log.clear()
        assert main(["--lake", store.url, "--json", "cbbd", *command, "--build"]) == 0
        told = json.loads(capsys.readouterr().out)
        return Counter(unquote(asked.what) for asked in servers.faults.log), told

    with serving(servers.app()) as url:
        monkeypatch.setenv("HOOPLAKE_CBBD_URL", url)
        at(monkeypatch, saturday)
        run("backfill", "--season-start", "2025", "--season-end", "2025")
        at(monkeypatch, sunday)
        servers.espn.today = servers.cbbd.college.today = sunday
        servers.cbbd.forget()
        asked, told = run("incremental")
        window = f"startDateRange={sunday - timedelta(days=7)}T00:00:00.000Z&endDateRange={sunday + timedelta(days=1)}T23:59:59.999Z"
        windows = {f"/{path}?{window}" for path in ("games", "games/media", "games/teams", "games/players", "lines")}
        daily = {
            f"/{path}?season=2025"
            for path in (
                "rankings",
                "ratings/adjusted",
                "ratings/srs",
                "ratings/elo",
                "stats/team/season",
                "stats/player/season",
            )
        }
        # UTC dates on which games of the new day began: of the first of them some games were known before.
        new = {head["startDate"][:10] for game, head in servers.cbbd.college.games.values() if game.date == saturday}
        assert len(new) == 2
        assert asked == Counter(windows | daily | {f"/plays/date?date={day}" for day in new})
        assert told["build"]["failures"] == []
        truth = Servers([games], today=sunday, caps={name: 10**9 for name, one in endpoints().items() if one.cap}).cbbd
        assert truth is not None
        with hooplake.open(store.url) as lake:
            assert [one for one in compare(lake, truth, [2025]) if one.wrong] == []
        written = {meta.path: (meta.etag, meta.modified) for name in LAYERS for meta in store.list(name)}
        at(monkeypatch, sunday, hours=1)
        asked, told = run("incremental")
        assert asked == Counter([f"/games?{window}"])  # whether a game is otherwise now
        assert (told["build"]["run"], told["build"]["written"]) == (0, 0)
        assert {meta.path: (meta.etag, meta.modified) for name in LAYERS for meta in store.list(name)} == written


def test_a_value_that_differs_is_named() -> None:
    wanted = pa.table({"game_id": ["1", "2"], "pts": [70, None]})
    assert differences(wanted, wanted, ["game_id"]) == []
    other = pa.table({"game_id": ["1", "2"], "pts": [71, 0]})
    assert differences(wanted, other, ["game_id"]) == [
        "pts of ('1',) is 71 instead of 70", "pts of ('2',) is 0 instead of None",
    ]  # fmt: skip
    assert differences(wanted, wanted.slice(1), ["game_id"]) == ["1 row missing: ('1',)"]
    assert differences(wanted, pa.concat_tables([wanted, wanted]), ["game_id"]) == [
        "1 row too many: ('1',)", "1 row too many: ('2',)",
    ]  # fmt: skip


def test_a_season_of_espn_from_empty_to_gold(url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lake = tmp_path / "lake"
    command = ["--lake", str(lake), "--json", "ingest", "espn", "--league", "nba", "--season", "2025"]
    assert main([*command, "--dry-run", "--build"]) == 0  # which builds nothing
    assert "build" not in json.loads(capsys.readouterr().out)
    assert main([*command, "--build"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["counts"]["stored"] == len(NBA.games) >= 4
    assert (told["build"]["failures"], told["build"]["run"] > 0) == ([], True)
    with hooplake.open(lake) as opened:
        rows = opened.sql("select game_id, home_score, away_score from silver.fct_games order by game_id").to_pylist()
        assert [tuple(row.values()) for row in rows] == [
            (g.id, *g.truth.score) for g in sorted(NBA.games, key=lambda g: g.id)
        ]
        plays = opened.sql("select count(*) from silver.fct_plays").column(0).to_pylist()
        assert plays == [sum(len(game.expected().sources) for game in NBA.games)]
        assert opened.sql("select 1 from gold.player_snapshots limit 1").num_rows == 1
    assert main([*command, "--build"]) == 0
    assert json.loads(capsys.readouterr().out)["build"]["run"] == 0
