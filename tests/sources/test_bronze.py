"""Raw bodies of the API to typed tables."""

from __future__ import annotations

import gzip
import hashlib
import json
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hooplake.build.step import WHOLE, Task, UnitInput
from hooplake.lake.contracts import check
from hooplake.lake.partition import Partition
from hooplake.lake.store import Store
from hooplake.lakehouse import Lakehouse, registry
from hooplake.lakehouse import open as open_lake
from hooplake.sources.cbbd.bronze import compute
from hooplake.sources.cbbd.columns import columns_of, snake, undeclared
from hooplake.sources.cbbd.endpoints import endpoints
from hooplake.sources.cbbd.raw import RawBody
from hooplake.sources.checkpoints import parameter_hash
from tools.generate_bronze import FOLDER, files


def offer(
    lake: Lakehouse, endpoint: str, body: Any, *, season: int = 2025, at: str = "120000000", what: str = "",
    day: date = date(2025, 3, 1),
) -> None:  # fmt: skip
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    name = RawBody(
        endpoint, season, day, at, parameter_hash({"at": at})[:8], hashlib.sha256(data).hexdigest()[:8], what
    )
    lake.store.put(name.path, gzip.compress(data, mtime=0))


@pytest.fixture
def lake(tmp_path: Path) -> Any:
    with open_lake(tmp_path / "lake", create=True) as found:
        yield found


def rows(lake: Lakehouse, table: str) -> list[dict[str, Any]]:
    report = lake.build(table, jobs=1)
    assert not report.failures
    with open_lake(lake.store.url) as fresh:  # whose views know the new files
        return list(fresh.sql(f"select * from {table}").to_pylist())


def quarantined(store: Store) -> list[str]:
    return [path for path in store.paths("deadletter/quarantine") if path.endswith(".parquet")]


def test_the_specs_are_what_the_models_say() -> None:
    assert {path.name: path.read_text("utf-8") for path in FOLDER.glob("*.toml")} == files()


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("homeTeamEloStart", "home_team_elo_start"),
        ("idHash", "id_hash"),
        ("PORPAG", "porpag"),
        ("startDateTBD", "start_date_tbd"),
    ],
)
def test_names(name: str, wanted: str) -> None:
    assert snake(name) == wanted


def test_every_model_has_columns_of_declared_types() -> None:
    for one in endpoints().values():
        names = [column.name for column in columns_of(one.model)]
        assert len(names) == len(set(names)) > 0


def game(**changes: Any) -> dict[str, Any]:
    return {"id": 1, "sourceId": "401", "season": 2025, "startDate": "2024-11-05T02:00:00.000Z", **changes}


def test_a_row_is_typed_by_the_model_and_never_by_what_it_looks_like(lake: Lakehouse) -> None:
    offer(lake, "games", [game(attendance=9314, homePeriodPoints=[42, 29], homeTeamId=-1, excitement=2)])
    (found,) = rows(lake, "bronze.games")
    assert (found["id"], found["source_id"], found["attendance"]) == ("1", "401", 9314)
    assert found["home_team_id"] is None  # -1: not known yet
    assert found["home_period_points"] == [42, 29]
    assert found["excitement"] == 2.0
    assert found["away_team"] is None  # absent
    assert found["start_date"] == datetime(2024, 11, 5, 2, tzinfo=UTC)
    assert found["asof"] == date(2025, 3, 1)


def test_45_1_stays_45_1_and_51_with_a_point_is_51(lake: Lakehouse) -> None:
    offer(lake, "ratings_elo", [{"season": 2025, "teamId": 1, "elo": 51.0}, {"season": 2025, "teamId": 2, "elo": None}])
    offer(
        lake,
        "ratings_srs",
        [{"season": 2025, "teamId": 1, "rating": 45.1}, {"season": 2025, "teamId": 2, "rating": 51}],
    )
    assert [row["elo"] for row in rows(lake, "bronze.ratings_elo")] == [51, None]
    assert [row["rating"] for row in rows(lake, "bronze.ratings_srs")] == [45.1, 51.0]


def test_what_does_not_fit_is_set_aside_and_never_cut(lake: Lakehouse) -> None:
    bad = [
        {"season": 2025, "teamId": 1, "elo": 45.1},
        {"season": 2025, "teamId": 2, "elo": "many"},
        {"season": 2025, "elo": 9},
    ]
    offer(lake, "ratings_elo", [*bad, {"season": 2025, "teamId": 4, "elo": 1500}])
    assert [row["team_id"] for row in rows(lake, "bronze.ratings_elo")] == ["4"]
    assert len(quarantined(lake.store)) == 1
    offer(
        lake, "ratings_srs", [{"season": 2025, "teamId": 1, "rating": "x"}, {"season": 2025, "teamId": 2, "rating": 3}]
    )
    assert [row["team_id"] for row in rows(lake, "bronze.ratings_srs")] == ["2"]


def test_a_row_without_its_key_is_set_aside_and_not_merged(lake: Lakehouse) -> None:
    stint = {"gameId": 1, "teamId": 2, "athleteId": 3, "subIn": {"period": 1, "secondsRemaining": 900}}
    other = {**stint, "subIn": {"period": 1, "secondsRemaining": 600}}
    offer(lake, "substitutions_game", [stint, other, {**stint, "subIn": None}, {**stint, "subIn": None}], what="1")
    assert len(rows(lake, "bronze.substitutions_game")) == 2
    assert len(quarantined(lake.store)) == 1


ELO: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {"season": st.just(2025)},
    optional={
        "teamId": st.sampled_from([1, 2, 3, "4", None, {}]),
        "elo": st.sampled_from([1500, 1500.0, 45.1, "many", None, True]),
        "unheardOf": st.just([1]),
    },
)


@settings(max_examples=15)
@given(st.lists(st.lists(ELO, max_size=6), min_size=1, max_size=3))
def test_every_row_is_kept_set_aside_or_one_that_was_told_again(bodies: list[list[dict[str, Any]]]) -> None:
    name = "bronze.ratings_elo"
    with TemporaryDirectory() as folder:
        store = Store.open(folder)
        refs = []
        for number, body in enumerate(bodies):
            raw = RawBody("ratings_elo", 2025, date(2025, 3, 1), f"12000000{number}", "a" * 8, "b" * 8)
            store.put(raw.path, gzip.compress(json.dumps(body).encode()))
            refs.append(raw.path)
        part = Partition(season=2025, asof=date(2025, 3, 1))
        task = Task(store, registry(), part, {WHOLE: UnitInput("", (), tuple(refs))}, {}, (name,))
        checked = check(registry()[name], compute(task, name="ratings_elo").tables[name])
    ids = [row.get("teamId") for body in bodies for row in body]
    known = [str(one) for one in ids if isinstance(one, (int, str))]
    # a row whose id is none, or is no id, is no repetition of another; of one id the last row counts, good or bad
    assert len(checked.rows) + len(checked.quarantined) + (len(known) - len(set(known))) == len(ids)
    last = {
        str(row["teamId"]): row.get("elo") for body in bodies for row in body if row.get("teamId") in (1, 2, 3, "4")
    }
    fits = {key: elo for key, elo in last.items() if elo is None or (elo == 1500 and elo is not True)}
    assert {row["team_id"]: row["elo"] for row in checked.rows.to_pylist()} == fits


def test_of_one_key_the_row_fetched_last_is_kept(lake: Lakehouse) -> None:
    offer(lake, "games", [game(attendance=1), game(id=2)], at="120000000")
    offer(lake, "games", [game(attendance=7), game(attendance=8)], at="130000000")
    assert [(row["id"], row["attendance"]) for row in rows(lake, "bronze.games")] == [("1", 8), ("2", None)]


def test_each_day_of_fetching_is_a_partition(lake: Lakehouse) -> None:
    offer(lake, "games", [game(attendance=1)], day=date(2025, 3, 1))
    offer(lake, "games", [game(attendance=2)], day=date(2025, 3, 2))
    found = {row["asof"]: row["attendance"] for row in rows(lake, "bronze.games")}
    assert found == {date(2025, 3, 1): 1, date(2025, 3, 2): 2}
    assert "bronze/games/season=2025/asof=2025-03-02/part-0.parquet" in lake.store.paths("bronze")


def test_nested_lists_are_tables_with_the_key_of_their_row(lake: Lakehouse) -> None:
    lines = [{"provider": "B", "spread": -3.5}, {"provider": "A", "spread": None}, {"provider": None, "spread": 1}]
    offer(lake, "lines", [{"gameId": 5, "lines": lines}, {"gameId": 6, "lines": []}, {"gameId": 7, "lines": None}])
    found = [(row["game_id"], row["lines_provider"], row["lines_spread"]) for row in rows(lake, "bronze.lines_lines")]
    assert found == [("5", "A", None), ("5", "B", -3.5)]
    assert len(quarantined(lake.store)) == 1
    assert len(rows(lake, "bronze.lines")) == 3


def test_the_game_that_only_the_request_names_is_in_the_key(lake: Lakehouse) -> None:
    unit = {"teamId": 1, "idHash": "1-2-3-4-5", "athletes": [{"id": 1, "name": "One"}], "teamStats": {"points": 3}}
    offer(lake, "lineups_game", [unit], what="900", at="120000000")
    offer(lake, "lineups_game", [unit], what="901", at="120000001")
    assert [row["game_id"] for row in rows(lake, "bronze.lineups_game")] == ["900", "901"]
    assert [row["game_id"] for row in rows(lake, "bronze.lineups_game_athletes")] == ["900", "901"]


def test_fields_that_nobody_declared_are_named() -> None:
    row = {"gameId": 1, "added": 2, "teamStats": {"points": {"total": 1, "new": 2}}, "opponentStats": None}
    assert undeclared("GameBoxScoreTeam", row) == ["added", "teamStats.points.new"]


SAMPLES = {
    "conferences.json": ("conferences", 0, 34), "games.team=Duke.season=2023.json": ("games", 2023, 36),
    "games_teams.rows.json": ("games_teams", 2025, 149), "teams.json": ("teams", 0, 1502),
    "stats_player_season.team=Duke.season=2023.json": ("stats_player_season", 2023, 15),
    "stats_team_season.season=2023.json": ("stats_team_season", 2023, 706),
    "teams.season=2025.json": ("teams_season", 2025, 364),
}  # fmt: skip


@pytest.mark.parametrize("file", SAMPLES)
def test_real_bodies_pass_without_loss(lake: Lakehouse, real_data: Path, file: str) -> None:
    endpoint, season, wanted = SAMPLES[file]
    body = (real_data / "cbbd" / file).read_bytes()
    offer(lake, endpoint, body, season=season)
    found = rows(lake, f"bronze.{endpoint}")
    sent = json.loads(body)
    # 707 rows of team seasons are 706 teams: one played in two conferences
    assert (len(found), len(sent)) == (wanted, wanted + (endpoint == "stats_team_season"))
    assert quarantined(lake.store) == []
    model = endpoints()[endpoint].model
    if endpoint != "stats_team_season":
        for column in columns_of(model):
            if column.type == "float64":
                told = sum(value for row in sent if (value := _at(row, column.path)) is not None)
                assert sum(row[column.name] or 0 for row in found) == pytest.approx(told)


def _at(row: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        row = row.get(name) if isinstance(row, dict) else None
    return row
