"""What went wrong in the predecessor, one test each; the names are those of the incidents.

Where an incident has its test beside the subject (4 zones, 5 look-ahead, 12 defaults), that test names it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pytest

from hooplake.cli import main
from hooplake.lake.partition import table_path
from hooplake.lakehouse import registry
from hooplake.tables import contents
from hooplake.tables.coverage import ANALYTICS
from hooplake.tables.finish import hashed
from hooplake.tables.pipeline import steps
from tests.pipeline.games import renewed
from tests.tables.asking import Captured, cut, told, up_to
from tests.tables.lakes import BEFORE, PART, SUMMARIES, TEN, SeasonLake, dates, make_lake, season


@pytest.fixture
def lake(season_lake: SeasonLake, tmp_path: Path) -> SeasonLake:
    return season_lake.copy(tmp_path / "lake")


def test_one_day_is_not_complete(lake: SeasonLake, capsys: Captured) -> None:
    for table in SUMMARIES:
        cut(lake, table, up_to(lake.rows(table), dates()[0]))
    code = main(["--lake", str(lake.folder), "hash", "coverage", "player_game_summary"])
    text = capsys.readouterr().out
    assert code == 4
    assert "complete" not in text
    _, document = told(capsys, lake, "hash", "coverage", "player_game_summary")
    (found,) = document["tables"]
    assert found["presence"] < 100 / len(dates()) + 2
    assert found["hashed"] == found["valid"] == 100


def test_duplicates_cannot_multiply(season_lake: SeasonLake, tmp_path: Path) -> None:
    lake = make_lake(tmp_path / "lake")
    for number, game in enumerate(season()):
        lake.put(renewed(game.document(), number))
    lake.build(jobs=2)
    lake.build(jobs=2)
    assert lake.rows(SUMMARIES[0]).num_rows == 2 * len(season())
    for table in TEN:
        assert len(lake.keyed(table)) == lake.rows(table).num_rows
        assert lake.rows(table).equals(season_lake.rows(table))


def test_null_is_not_zero_cascade(tmp_path: Path) -> None:
    lake = SeasonLake(tmp_path / "lake")
    for game in season():
        loaded: dict[str, Any] = msgspec.json.decode(game.document())
        loaded["plays"] = []
        lake.put(msgspec.json.encode(loaded))
    assert not lake.build().failures
    for row in lake.rows("gold.team_defense_zone_analysis").to_pylist():
        assert row["paint_pct_allowed_last_15"] is None
        assert row["paint_defense_vs_league_avg"] is None
        assert row["defensive_rating_last_15"] is not None
        assert "zones:UPSTREAM_NULL" in row["missing"]
    rows = lake.rows("gold.player_composite_factors").to_pylist()
    assert rows
    for row in rows:
        assert row["shot_zone_mismatch_score"] is None
        assert row["total_composite_adjustment"] is None
        assert "shot_zone_mismatch" in row["missing_data_fields"]


def test_zones_of_a_game_with_half_its_plays_are_unknown(lake: SeasonLake) -> None:
    """Incident 4: with some shots missing there are no zones, instead of wrong shares."""
    game = season()[5]
    loaded: dict[str, Any] = msgspec.json.decode(game.document())
    loaded["plays"] = loaded["plays"][: len(loaded["plays"]) // 2]
    lake.remove(game.id)
    lake.put(msgspec.json.encode(loaded))
    lake.build()
    rows = [row for row in lake.rows(SUMMARIES[0]).to_pylist() if row["game_id"] == game.id]
    assert len(rows) == 2
    for row in rows:
        assert row["team_paint_attempts"] is row["team_three_attempts"] is None
        assert "zones:INCOMPLETE_SHOTS" in row["missing"]


def test_partial_is_not_success(lake: SeasonLake, capsys: Captured) -> None:
    rows = lake.rows("gold.player_game_summary")
    day = dates()[20]
    kept = [row["game_date"] != day or place % 12 == 0 for place, row in enumerate(rows.to_pylist())]
    cut(lake, "gold.player_game_summary", rows.filter(pa.array(kept)))
    code, document = told(capsys, lake, "gaps", "--table", "player_game_summary")
    assert code == 4
    gap = next(found for found in document["gaps"] if found["date"] == day.isoformat())
    assert gap["class"] == "PARTIAL"
    assert 0 < gap["present"] < gap["expected"]
    code, document = told(capsys, lake, "backfill", "--phase", "precompute", "--sequential")
    assert code == 3
    assert {found["table"] for found in document["gated"]} == {"gold.player_game_summary"}
    readers = {found["reader"].removeprefix("gold.") for found in document["gated"]}
    assert readers == {"player_shot_zone_analysis", "player_daily_cache", "ml_feature_store"}
    assert {found["date"] for found in document["gated"]} == {day.isoformat()}
    assert sum(run["run"] for run in document["runs"]) == 0
    assert lake.rows("gold.player_game_summary").num_rows == sum(kept)


def test_zero_rows_needs_reason(lake: SeasonLake, capsys: Captured) -> None:
    code, document = told(capsys, lake, "gaps", "--table", "team_defense_zone_analysis", "--structural")
    assert code == 0
    assert {found["class"] for found in document["gaps"]} == {"BOOTSTRAP", "INSUFFICIENT_HISTORY"}
    lake.store.delete(table_path(registry()["gold.team_defense_zone_analysis"], PART))
    code, document = told(capsys, lake, "gaps", "--table", "team_defense_zone_analysis")
    assert code == 4
    assert document["open"] == document["due"] > 0
    assert {found["class"] for found in document["gaps"]} == {"MISSING"}


def test_no_date_between_batches(tmp_path: Path, capsys: Captured) -> None:
    lake = make_lake(tmp_path / "lake")
    lake.build(tables=("silver.fct_schedule", "gold.possessions"))
    days = dates()
    left_out = days[12]
    options = ("backfill", "--phase", "analytics", "--table", "team_offense_game_summary", "--sequential")
    told(capsys, lake, *options, "--to", days[11].isoformat())
    told(capsys, lake, *options, "--from", days[13].isoformat())
    code, document = told(capsys, lake, "gaps", "--table", "team_offense_game_summary")
    assert code == 4
    (gap,) = document["gaps"]
    assert (gap["date"], gap["class"]) == (left_out.isoformat(), "MISSING")
    assert gap["expected"] == 2 * sum(game.date == left_out for game in season())
    assert main(["--lake", str(lake.folder), *gap["command"].split()[1:]]) == 0


def test_stale_window_detected(lake: SeasonLake, capsys: Captured) -> None:
    """A hole in the boxes shows in the completeness of what reaches over it, and is healed from there on only."""
    hole = dates()[10:14]
    for game in season():
        if game.date in hole:
            lake.remove(game.id)
            lake.put(game.document(status="scheduled"))
    lake.build()
    after = [row for row in lake.rows(BEFORE[0]).to_pylist() if row["game_date"] == dates()[14]]
    assert after
    assert all(row["completeness_pct"] < 100 for row in after)
    for game in season():
        if game.date in hole:
            lake.put(game.document())
    report = lake.build()
    assert report.steps[BEFORE[0]].run <= sum(day >= hole[0] for day in dates())
    code, document = told(capsys, lake, "gaps")
    assert (code, document["gaps"]) == (0, [])


def test_a_window_that_reaches_over_a_missing_game_is_named(lake: SeasonLake, capsys: Captured) -> None:
    """Incident 9, seen from the grid: the rows are all there, but the windows reach further back than they seem to."""
    game = season()[20]
    lake.remove(game.id)
    lake.put(game.document(status="scheduled"))
    lake.build()
    code, document = told(capsys, lake, "gaps")
    assert code == 4
    assert {gap["class"] for gap in document["gaps"]} == {"STALE_WINDOW"}
    command = f"hooplake ingest espn --league nba --from {game.date} --to {game.date} --build"
    assert {gap["command"] for gap in document["gaps"]} == {command}
    teams = {game.home.id, game.away.id}
    sides = [[o.date for o in season() if o.date > game.date and team in (o.home.id, o.away.id)] for team in teams]
    found = [gap["date"] for gap in document["gaps"] if gap["table"] == "upcoming_team_game_context"]
    # of either team the ten games whose window of ten would have had a place for it
    assert found == sorted({day.isoformat() for days in sides for day in days[:10]})


FAULTS: dict[str, Callable[[list[Any]], list[Any]]] = {
    "NULL": lambda values: [None] * len(values),
    "CONSTANT": lambda values: [0.25] * len(values),
    "FILLED": lambda values: [0.25 if place % 3 else value for place, value in enumerate(values)],
}


@pytest.mark.parametrize("fault", FAULTS)
def test_null_budget_and_variance(
    lake: SeasonLake, capsys: Captured, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    """Incident 12: the rows are there, in range and hashed, and tell nothing."""
    monkeypatch.setattr(contents, "LEAST_ROWS", 12)  # the league is small
    table = "gold.player_game_summary"
    assert told(capsys, lake, "gaps", "--check")[0] == 0
    rows = lake.rows(table)
    days = rows.column("game_date").to_pylist()
    day = next(day for day in reversed(dates()) if days.count(day) > 20)
    own = [place for place, other in enumerate(days) if other == day]
    values = rows.column("usage_rate").to_pylist()
    values[own[0] : own[-1] + 1] = FAULTS[fault]([values[place] for place in own])
    faulty = rows.set_column(rows.column_names.index("usage_rate"), "usage_rate", pa.array(values, pa.float64()))
    cut(lake, table, hashed(registry()[table], faulty))
    code, document = told(capsys, lake, "gaps", "--check", "--table", "player_game_summary")
    assert code == 4
    (gap,) = (
        gap for gap in document["gaps"] if gap["class"] == "CONTAMINATED"
    )  # the others: an object of another hand
    assert gap["date"] == day.isoformat()
    assert f"{fault} usage_rate" in gap["detail"]
    code, document = told(capsys, lake, "quality", table)
    assert code == 6
    assert any(f"{day}: {fault} usage_rate" in text for text in document["tables"][0]["findings"])
    assert main(["--lake", str(lake.folder), *gap["command"].split()[1:]]) == 0
    assert told(capsys, lake, "gaps", "--check")[0] == 0


def test_a_null_says_why(season_lake: SeasonLake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contents, "LEAST_ROWS", 12)
    spec, rows = registry()["gold.player_game_summary"], season_lake.rows("gold.player_game_summary")
    group = spec.columns["usage_rate"].group
    blank = rows.set_column(rows.column_names.index("usage_rate"), "usage_rate", pa.nulls(len(rows), pa.float64()))
    assert {finding.kind for finding in contents.findings_of(spec, blank)} == {"UNEXPLAINED"}
    why = pa.array([[*reasons, f"{group}:UPSTREAM_NULL"] for reasons in rows.column("missing").to_pylist()])
    excused = blank.set_column(rows.column_names.index("missing"), "missing", why)
    assert contents.findings_of(spec, excused) == []


@pytest.mark.parametrize("table", ANALYTICS)
def test_gate_checks_every_input(lake: SeasonLake, capsys: Captured, table: str) -> None:
    cut(lake, table, lake.rows(table).slice(5))
    code, document = told(capsys, lake, "backfill", "--phase", "precompute", "--sequential")
    assert code == 3
    assert {found["table"] for found in document["gated"]} == {table}
    code, document = told(capsys, lake, "backfill", "--phase", "all", "--sequential")
    assert (code, document["gated"]) == (0, [])


def test_same_checks_in_backfill(lake: SeasonLake, capsys: Captured) -> None:
    cut(lake, ANALYTICS[0], lake.rows(ANALYTICS[0]).slice(5))
    day = dates()[-1].isoformat()
    one_day = told(capsys, lake, "backfill", "--phase", "precompute", "--from", day, "--to", day)
    everything = told(capsys, lake, "backfill", "--phase", "precompute")
    assert one_day[0] == everything[0] == 3
    assert one_day[1]["gated"] == everything[1]["gated"]
    assert main(["--lake", str(lake.folder), "backfill", "--skip-downstream-trigger"]) == 2


def test_same_date_edges(lake: SeasonLake) -> None:
    order = [step.name for step in steps() if step.name in TEN]
    assert sorted(order) == sorted(TEN)
    report = make_lake(lake.folder.parent / "other").build()
    built = list(report.steps)
    offence, defence, players = SUMMARIES
    assert built.index(offence) < built.index(players) < built.index("gold.upcoming_player_game_context")
    assert built.index(offence) < built.index(defence) < built.index("gold.team_defense_zone_analysis")
    assert built.index("gold.player_daily_cache") < built.index("gold.ml_feature_store")


def test_registry_is_the_only_name_source(lake: SeasonLake, capsys: Captured) -> None:
    code, document = told(capsys, lake, "status")
    assert code == 0
    assert {row["table"] for row in document["tables"]} == set(TEN) <= set(registry())
    assert {registry()[table].unit for table in TEN} == {"game_date"}
    assert main(["--lake", str(lake.folder), "gaps", "--table", "team_defensive_zone_analytics"]) == 2
    assert main(["--lake", str(lake.folder), "explain", "player_game_summaries", "2024-11-01"]) == 2


def test_retention_retry_and_edge_rules(lake: SeasonLake, capsys: Captured) -> None:
    """An unfinished game holds up nobody and is not tried before it is over; then its date is filled."""
    first = season()[10]
    others = [game for game in season() if game.id != first.id]
    lake.remove(first.id)
    lake.put(first.document(status="in_progress"))
    lake.build()
    ids = {row["game_id"] for row in lake.rows(SUMMARIES[0]).to_pylist()}
    assert first.id not in ids
    assert {game.id for game in others} <= ids
    assert {gap["class"] for gap in told(capsys, lake, "gaps")[1]["gaps"]} == {"STALE_WINDOW"}  # of later dates
    assert lake.build().total.run == 0
    lake.put(first.document())
    lake.build()
    assert first.id in {row["game_id"] for row in lake.rows(SUMMARIES[0]).to_pylist()}
