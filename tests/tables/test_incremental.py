"""The ten tables: incremental equals full byte for byte, corrections reach what reads them and nothing else."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import sqlglot
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlglot.optimizer.pushdown_projections import pushdown_projections
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import traverse_scope

import hooplake
from hooplake.build.graph import Graph
from hooplake.build.report import RunReport
from hooplake.lakehouse import registry
from hooplake.tables.pipeline import steps
from tests.pipeline.games import renewed, revised
from tests.tables.lakes import TEN, SeasonLake, dates, make_lake, season
from tests.tables.offers import some_offer

_NUMBER = st.integers(0, len(season()) - 1)
_CHANGE = st.one_of(
    st.tuples(st.just("add"), _NUMBER),
    st.tuples(st.just("remove"), _NUMBER),
    st.tuples(st.just("scheduled"), _NUMBER),
    st.tuples(st.just("postponed"), _NUMBER),
    st.tuples(st.just("revise"), _NUMBER, st.integers(0, 50)),
    st.tuples(st.just("news"), _NUMBER, st.integers(0, 50)),
    st.tuples(st.just("lines"), _NUMBER, st.integers(-9, 9)),
    st.tuples(st.sampled_from(["props", "report", "roster"]), _NUMBER, st.integers(0, 20)),
    st.tuples(st.just("version"), st.sampled_from(TEN)),
)


def apply(lake: SeasonLake, change: tuple[Any, ...]) -> None:
    game = season()[change[1]] if isinstance(change[1], int) else None
    if game is None:
        lake.versions[change[1]] = lake.versions.get(change[1], 0) + 1
        return
    match change[0]:
        case "add":
            lake.put(game.document())
        case "remove":
            lake.remove(game.id)
        case "scheduled" | "postponed":
            lake.remove(game.id)
            lake.put(game.document(status=change[0]))
        case "revise" | "news":
            body = lake.newest(game.id)
            if body is not None and b'"plays"' in body:
                lake.put(revised(body, change[2]) if change[0] == "revise" else renewed(body, change[2]))
        case "lines":
            body = lake.newest(game.id)
            if body is not None:
                lake.put(with_lines(body, change[2]))
        case _:
            some_offer(lake.store, change[0], game, change[2])


def with_lines(body: bytes, move: int) -> bytes:
    """The same game with other lines, as a bookmaker sends them late."""
    loaded: dict[str, Any] = msgspec.json.decode(body)
    for pick in loaded.get("pickcenter", ()):
        pick["spread"], pick["overUnder"] = move + 0.5, 220.5 + move
    return msgspec.json.encode(loaded)


# a failing history is short enough to read as it is, and each try takes a second
@settings(
    max_examples=5,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(rounds=st.lists(st.lists(_CHANGE, min_size=1, max_size=4), min_size=1, max_size=3))
def test_incremental_equals_full(season_lake: SeasonLake, rounds: list[list[tuple[Any, ...]]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        lake = season_lake.copy(Path(folder) / "lake")
        for changes in rounds:
            for change in changes:
                apply(lake, change)
            lake.build()
        full = lake.from_nothing(Path(folder) / "full")
        assert lake.bytes() == full.bytes()
        etags = lake.etags()
        assert lake.build().total.run == 0
        assert lake.etags() == etags


def test_a_season_day_by_day_equals_the_season_at_once(season_lake: SeasonLake, tmp_path: Path) -> None:
    lake = make_lake(tmp_path / "lake", skip=tuple(range(8, len(season()))))
    lake.build()
    for number, game in enumerate(season()):
        if number >= 8:
            lake.put(game.document())
        if number % 9 == 0:
            lake.build()
    lake.build()
    ours = {path: data for path, data in lake.bytes().items() if path.split("/")[1] in {name[5:] for name in TEN}}
    assert ours
    assert all(season_lake.bytes()[path] == data for path, data in ours.items())


def test_dates_at_the_end_of_a_season_longer_than_every_window(tmp_path: Path) -> None:
    games = season(days=60)
    assert len(games) * 2 / 4 > 24, "games of a team"
    lake = SeasonLake(tmp_path / "daily")
    for place, game in enumerate(games):
        lake.put(game.document() if place < len(games) - 3 else game.document(status="scheduled"))
    lake.build()
    for game in games[-3:]:
        lake.remove(game.id)
        lake.put(game.document())
    report = lake.build()
    assert 0 < report.steps["gold.player_shot_zone_analysis"].run <= 3
    other = lake.from_nothing(tmp_path / "at once")
    assert {name: lake.rows(name) for name in TEN} == {name: other.rows(name) for name in TEN}


def test_workers_make_no_difference(season_lake: SeasonLake, tmp_path: Path) -> None:
    other = make_lake(tmp_path / "two")
    other.build(jobs=2)
    assert other.bytes() == season_lake.bytes()


def test_a_correction_runs_no_date_before_it(season_lake: SeasonLake, tmp_path: Path) -> None:
    lake = season_lake.copy(tmp_path / "lake")
    middle = dates()[len(dates()) // 2]
    game = next(game for game in season() if game.date == middle)
    body = lake.newest(game.id)
    assert body is not None
    lake.put(revised(body, 1))
    report = lake.build()
    later = sum(date >= middle for date in dates())
    assert report.steps["gold.player_game_summary"].run == 1
    # an assist less: the offence of one team on one date
    assert report.steps["gold.team_offense_game_summary"].run == 1
    assert 0 < report.steps["gold.upcoming_player_game_context"].run <= later
    # of what an assist is in, the scores and features read nothing
    assert report.steps["gold.player_composite_factors"].run == report.steps["gold.ml_feature_store"].run == 0
    before = {key: row for key, row in season_lake.keyed(TEN[4]).items() if row["game_date"] < middle}
    assert {key: row for key, row in lake.keyed(TEN[4]).items() if row["game_date"] < middle} == before


def changed(lake: SeasonLake, number: int, change: Callable[[dict[str, Any]], None]) -> RunReport:
    """Build after a change to the newest document of a game."""
    body = lake.newest(season()[number].id)
    assert body is not None
    loaded: dict[str, Any] = msgspec.json.decode(body)
    change(loaded)
    lake.put(msgspec.json.encode(loaded))
    return lake.build()


def test_columns_that_a_table_does_not_read_are_no_reason_to_run_it(season_lake: SeasonLake, tmp_path: Path) -> None:
    """A schedule is read as a whole season: without projections each of these would run every date of seven tables."""
    lake = season_lake.copy(tmp_path / "lake")
    game = season()[30]

    def rename(document: dict[str, Any]) -> None:
        document["gameInfo"]["venue"]["fullName"] = "Renamed Hall"

    def move(document: dict[str, Any]) -> None:
        for row in document["header"]["competitions"][0]["broadcasts"]:
            row["media"]["shortName"] = "OTHER"

    steps = changed(lake, 30, rename).steps
    assert lake.keyed("silver.fct_schedule")[game.date, game.id]["venue"] == "Renamed Hall"
    # the one that reads the game itself looks at its date, and comes out the same
    assert {table: steps[table].run for table in TEN if steps[table].run} == {"gold.team_offense_game_summary": 1}
    assert {table: steps[table].written for table in TEN if steps[table].written} == {}
    steps = changed(lake, 30, move).steps
    # the network is read where travel is told, and changes nothing there: nobody knows where these arenas are
    assert steps["silver.fct_team_travel"].run > 1
    assert {table for table in TEN if steps[table].run > 1} == set()
    assert lake.bytes() == lake.from_nothing(tmp_path / "full").bytes()


def test_no_query_of_the_ten_reads_a_column_that_its_projection_leaves_out() -> None:
    """Against a parser, which resolves every star: what can be read is what the projections name, or more."""
    graph = Graph(steps(), registry())
    schema: dict[str, Any] = {}
    for spec in registry().values():
        schema.setdefault(spec.layer, {})[spec.table] = dict.fromkeys(spec.columns, "text")
    for step in (step for step in graph.steps if step.name in TEN):
        text = next(Path(hooplake.__file__).parent.glob(f"tables/*/{step.name.partition('.')[2]}.sql")).read_text(
            "utf-8"
        )
        tree = qualify(
            sqlglot.parse_one(text, dialect="duckdb"), schema=schema, dialect="duckdb", validate_qualify_columns=False
        )
        read = needed(pushdown_projections(tree))
        for table in step.inputs:
            columns = step.columns(registry()[table]) if step.columns is not None else None
            assert columns is not None
            assert read[table] & set(registry()[table].file_schema.names) <= set(columns), (step.name, table)


def needed(tree: Any) -> dict[str, set[str]]:
    """Per table the columns that a query reads of it."""
    found: dict[str, set[str]] = {}
    for scope in traverse_scope(tree):
        tables = {alias: source for alias, source in scope.sources.items() if isinstance(source, sqlglot.exp.Table)}
        for source in tables.values():
            found.setdefault(f"{source.db}.{source.name}", set())
        for column in scope.columns:
            if column.table in tables:
                source = tables[column.table]
                found[f"{source.db}.{source.name}"].add(column.name)
    return found


def test_late_lines_reach_the_contexts_of_their_game_and_what_reads_those(
    season_lake: SeasonLake, tmp_path: Path
) -> None:
    lake = season_lake.copy(tmp_path / "lake")
    game = season()[25]
    body = lake.newest(game.id)
    assert body is not None
    lake.put(with_lines(body, 6))
    report = lake.build()
    assert {table: report.steps[table].run for table in TEN if report.steps[table].run} == {
        "gold.upcoming_team_game_context": 1,
        "gold.upcoming_player_game_context": 1,
        "gold.ml_feature_store": 1,
    }
    rows = [row for row in lake.rows("gold.upcoming_team_game_context").to_pylist() if row["game_id"] == game.id]
    assert {row["home_game"]: row["game_spread"] for row in rows} == {True: 6.5, False: -6.5}
    assert {row["game_total"] for row in rows} == {226.5}
    assert lake.bytes() == lake.from_nothing(tmp_path / "full").bytes()


def test_news_about_a_game_stops_at_the_facts(season_lake: SeasonLake, tmp_path: Path) -> None:
    lake = season_lake.copy(tmp_path / "lake")
    body = lake.newest(season()[20].id)
    assert body is not None
    lake.put(renewed(body, 3))
    report = lake.build()
    assert sum(report.steps[table].run for table in TEN) == 0
