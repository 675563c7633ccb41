"""Contracts of stored rows, and of the declarations themselves."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hooplake.cli import main
from hooplake.lakehouse import registry
from hooplake.simulate import season
from hooplake.simulate.servers.cbbd import CbbdServer
from hooplake.simulate.servers.college import College
from hooplake.tables.college.checks import CHECKS
from hooplake.tables.pipeline import steps
from hooplake.tables.quality import quality
from hooplake.tables.references import REFERENCES
from tests.sources.lakes import CollegeLake

GAMES = "silver/cbbd_fct_games/season=2025/part-0.parquet"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> CollegeLake:
    """A lake of some days of a league, with most tables built. Not to be written to; copy it."""
    found = CollegeLake(tmp_path_factory.mktemp("quality") / "lake")
    api = CbbdServer(College([season("mbb", 2025, days=3, teams=14)], today=date(2025, 6, 1)))
    found.fill(api, plays=True)
    some = str(next(iter(api.college.games)))
    found.offer("lineups_game", json.dumps(api.rows("lineups_game", {"gameId": some})).encode(), what=some)
    found.build(
        "gold.team_season_summary", "gold.game_predictions_features", "gold.player_season_impact",
        "gold.market_lines_analysis", "gold.team_power_rankings", "silver.cbbd_fct_game_players", "silver.cbbd_fct_plays",
        "silver.cbbd_bridge_lineup_players", "silver.cbbd_dim_teams", "silver.cbbd_dim_lines_providers",
        "silver.cbbd_dim_play_types", "silver.cbbd_dim_conferences",
    )  # fmt: skip
    return found


@pytest.fixture
def lake(built: CollegeLake, tmp_path: Path) -> CollegeLake:
    shutil.copytree(built.folder, tmp_path / "lake")
    return CollegeLake(tmp_path / "lake")


def test_what_was_built_keeps_its_contracts(lake: CollegeLake) -> None:
    found = quality(lake.store, registry())
    assert [(one.table, one.broken, one.findings) for one in found if not one.ok] == []
    assert {"gold.team_season_summary", "silver.cbbd_fct_games", "bronze.games"} <= {one.table for one in found}
    # the league has few teams and games, and the server rounds the minutes of its players: that is told and breaks nothing
    told = {text.partition(":")[0] for one in found for text in one.warnings}
    assert told == {"season_has_its_games", "season_has_its_teams"}


def rewrite(lake: CollegeLake, path: str, change: dict[str, Any]) -> None:
    """Put other values in the first rows of columns: given ones, or what a function makes of all that are there."""
    file = lake.store.local_path(path)
    assert file is not None
    table = pq.read_table(file)
    for name, given in change.items():
        values = given(table.column(name).to_pylist()) if callable(given) else given
        place = table.column_names.index(name)
        column = pa.array([*values, *table.column(name).to_pylist()[len(values) :]], table.schema.field(name).type)
        table = table.set_column(place, pa.field(name, column.type), column)
    pq.write_table(table, file)


def test_rows_that_break_a_contract_are_counted_by_reason(
    lake: CollegeLake, capsys: pytest.CaptureFixture[str]
) -> None:
    path = "gold/team_season_summary/season=2025/part-0.parquet"
    rewrite(lake, path, {"win_pct": [1.5], "team_id": ["1", "1"]})
    assert main(["--lake", str(lake.folder), "--json", "quality", "gold.team_season_summary"]) == 6
    told = json.loads(capsys.readouterr().out)
    assert (told["ok"], told["tables"][0]["broken"]) == (False, {"duplicate_key": 2, "range:win_pct": 1})
    assert main(["--lake", str(lake.folder), "quality", "silver.cbbd_dim_teams"]) == 0
    assert main(["--lake", str(lake.folder), "quality", "silver.nothing"]) == 2


def test_a_row_that_names_a_game_that_there_is_not(lake: CollegeLake) -> None:
    rewrite(lake, "silver/cbbd_fct_lines/season=2025/part-0.parquet", {"game_id": ["999"]})
    (found,) = quality(lake.store, registry(), ["silver.cbbd_fct_lines"])
    assert any("name a game_id that silver.cbbd_fct_games does not have" in text for text in found.findings)


def more(values: list[Any]) -> list[Any]:
    """The first number that is known, one greater."""
    place = next(place for place, value in enumerate(values) if value is not None)
    return [*values[:place], values[place] + 1]


def first(value: Any) -> Any:
    return lambda values: [value]


BROKEN: list[tuple[str, str, dict[str, Any]]] = [
    ("winner_has_more_points", "silver.cbbd_fct_games", {"home_winner": lambda values: [not values[0]]}),
    ("factors_follow_from_the_counts", "bronze.games_teams", {"team_stats_rating": more}),
    ("factors_follow_from_the_counts", "bronze.games_teams", {"opponent_stats_four_factors_turnover_ratio": more}),
    (
        "factors_follow_from_the_counts",
        "bronze.games_teams",
        {"pace": lambda values: [99.0] * len(values)},
    ),
    ("lineup_is_its_players", "silver.cbbd_bridge_lineup_players", {"player_id": first("999999")}),
    ("net_is_the_difference", "silver.cbbd_fct_ratings_adjusted", {"net_rating": more}),
    ("moneylines_are_american", "silver.cbbd_fct_lines", {"home_moneyline": first(-99)}),
    ("sides_mirror_each_other", "gold.game_predictions_features", {"team_margin": more}),
    ("seasons_are_as_seasons_are", "gold.team_season_summary", {"games": first(10), "ppg": first(111.0)}),
    ("seasons_are_as_seasons_are", "gold.team_season_summary", {"box_games": first(10), "pace": first(86.0)}),
    (
        "plays_make_seasons_as_seasons_are",
        "gold.team_power_rankings",
        {"pbp_games": first(10), "pbp_pace": first(96.0)},
    ),
    ("usage_is_a_share_of_five", "gold.player_season_impact", {"minutes": first(40.0), "usage_rate": first(0.71)}),
]
SUSPECT: list[tuple[str, str, dict[str, Any]]] = [
    ("periods_make_the_score", "silver.cbbd_fct_game_periods", {"pts": more}),
    ("two_boxes_a_game", "silver.cbbd_fct_game_teams", {"team_id": first("1")}),
    ("box_adds_up", "silver.cbbd_fct_game_teams", {"reb": more}),
    ("box_adds_up", "silver.cbbd_fct_game_teams", {"fgm": first(90)}),
    ("box_has_the_score", "silver.cbbd_fct_game_teams", {"pts": more}),
    ("periods_of_the_box", "bronze.games_teams", {"opponent_stats_points_total": more}),
    ("possessions_are_near_those_of_the_server", "silver.cbbd_fct_game_teams", {"possessions_api": first(110)}),
    ("players_make_the_points", "silver.cbbd_fct_game_players", {"pts": more}),
    ("players_make_the_minutes", "silver.cbbd_fct_game_players", {"minutes": lambda values: [values[0] + 50]}),
    ("scores_never_fall", "silver.cbbd_fct_plays", {"home_score": first(200)}),
    ("plays_end_at_the_score", "silver.cbbd_fct_plays", {"away_score": first(200)}),
]


@pytest.mark.parametrize(
    ("name", "table", "change", "breaks"),
    [*((*case, True) for case in BROKEN), *((*case, False) for case in SUSPECT)],
)
def test_what_must_hold_between_rows(
    lake: CollegeLake, name: str, table: str, change: dict[str, Any], breaks: bool
) -> None:
    path, *_ = lake.store.paths(table.replace(".", "/"))  # of plays there is one a date
    rewrite(lake, path, change)
    (found,) = quality(lake.store, registry(), [table])
    told = found.findings if breaks else found.warnings
    assert any(text.startswith(f"{name}: ") for text in told), (found.findings, found.warnings)


@pytest.mark.parametrize(
    ("table", "day"),
    [("silver.cbbd_fct_games", date(2025, 8, 1)), ("gold.game_predictions_features", date(2024, 7, 31))],
)
def test_a_game_outside_the_season_of_its_partition(lake: CollegeLake, table: str, day: date) -> None:
    (path,) = lake.store.paths(table.replace(".", "/"))
    (before,) = quality(lake.store, registry(), [table], seasons=[2025])
    assert before.ok
    rewrite(lake, path, {"game_date": first(day)})
    (found,) = quality(lake.store, registry(), [table], seasons=[2025])
    assert found.findings == ["season=2025: 1 rows of games that are not of this season"]
    (other,) = quality(lake.store, registry(), [table], seasons=[2024])
    assert (other.partitions, other.ok) == (0, True)


def test_every_check_is_about_declared_tables_and_has_a_case() -> None:
    for one in CHECKS:
        assert {one.table, *one.needs} <= set(registry())
    counted = {"season_has_its_games", "season_has_its_teams"}  # which the small league breaks by itself
    assert {one.name for one in CHECKS} == counted | {name for name, _, _ in (*BROKEN, *SUSPECT)}


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("silver.cbbd_fct_lines", "provider"),
        ("silver.cbbd_fct_plays", "play_type"),
        ("silver.cbbd_fct_games", "home_team_id"),
    ],
)
def test_a_provider_a_kind_of_play_and_a_team_that_there_is_not(lake: CollegeLake, table: str, column: str) -> None:
    path, *_ = lake.store.paths(table.replace(".", "/"))
    rewrite(lake, path, {column: lambda values: ["nobody"] * len(values)})
    (found,) = quality(lake.store, registry(), [table])
    assert any(f"name a {column} that" in text for text in found.findings)


def test_objects_that_are_no_partition_and_files_that_cannot_be_read(lake: CollegeLake) -> None:
    lake.store.put(GAMES.replace("part-0", "part-1"), b"x")
    lake.store.put(GAMES.replace("season=2025", "season=2024"), b"no parquet")
    lake.store.put(GAMES.replace("season=2025", "season=soon"), b"x")
    (found,) = quality(lake.store, registry(), ["silver.cbbd_fct_games"])
    assert len([text for text in found.findings if "was not compared" not in text]) == 3
    assert found.partitions == 1
    assert any(text.startswith("home_team_id was not compared") for text in found.findings)


def test_every_reference_names_columns_that_there_are() -> None:
    for name, columns in REFERENCES.items():
        for column, target in columns.items():
            assert column in registry()[name].columns
            assert target.column in registry()[target.table].columns


def test_every_table_has_a_key_and_every_table_of_a_step_a_spec() -> None:
    for spec in registry().values():
        assert spec.key
        assert set(spec.key) <= set(spec.columns)
        assert len(spec.schema) == len(spec.columns)  # every declared type is one of Arrow
    for step in steps():
        assert all(table in registry() for table in step.outputs)
