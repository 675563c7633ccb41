"""The commands of a backfill: gates, plans, options, and what they tell."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hooplake.build.ledger import open_ledger
from hooplake.cli import main
from hooplake.lake.partition import table_path
from hooplake.lakehouse import registry
from hooplake.tables.coverage import ANALYTICS
from tests.pipeline.games import revised
from tests.tables.asking import Captured, cut, told
from tests.tables.lakes import BEFORE, PART, SUMMARIES, TEN, SeasonLake, dates, make_lake, season


@pytest.fixture
def lake(season_lake: SeasonLake, tmp_path: Path) -> SeasonLake:
    return season_lake.copy(tmp_path / "lake")


def test_a_gate_looks_at_values_and_not_only_at_rows(lake: SeasonLake, capsys: Captured) -> None:
    day = dates()[25]
    rows = lake.rows(SUMMARIES[0])
    blank = [None if row["game_date"] == day else row["possessions"] for row in rows.to_pylist()]
    place = rows.column_names.index("possessions")
    cut(lake, SUMMARIES[0], rows.set_column(place, "possessions", pa.array(blank, pa.float64())))
    code, document = told(capsys, lake, "backfill", "--phase", "precompute", "--sequential")
    assert code == 3
    readers = {"team_defense_zone_analysis", "player_composite_factors", "ml_feature_store"}
    assert {found["reader"].removeprefix("gold.") for found in document["gated"]} == readers
    assert {(found["date"], found["present"], found["detail"]) for found in document["gated"]} == {
        (day.isoformat(), 2, "2 of 2 rows do not tell fg_attempts, possessions")
    }


def test_a_gap_holds_up_what_is_made_of_it_from_its_date_on(
    season_lake: SeasonLake, tmp_path: Path, capsys: Captured
) -> None:
    """One bad date stops neither the dates before it nor the tables that do not read it."""
    lake = make_lake(tmp_path / "lake")
    lake.build(tables=ANALYTICS)
    day = dates()[30]
    rows = lake.rows("gold.player_game_summary")
    cut(lake, "gold.player_game_summary", rows.filter(pa.array([d != day for d in rows["game_date"].to_pylist()])))
    assert told(capsys, lake, "backfill", "--phase", "precompute", "--sequential")[0] == 3
    for table in BEFORE[2:]:
        full = season_lake.keyed(table)
        # the zones that teams allow are not made of players
        due = {key: row for key, row in full.items() if row["game_date"] < day or "team_defense" in table}
        assert lake.keyed(table) == due, table
    nodes = told(capsys, lake, "status", "--nodes")[1]["nodes"]
    blocked = {(node["table"], node["date"]) for node in nodes if node["state"] == "BLOCKED"}
    waiting = [table.removeprefix("gold.") for table in BEFORE[3:]]
    assert blocked == {(table, later.isoformat()) for table in waiting for later in dates() if later >= day}
    assert {node["detail"].partition(":")[0] for node in nodes if node["state"] == "BLOCKED"} == {
        f"GATED player_game_summary {day}"
    }
    assert [node["date"] for node in nodes if node["state"] == "EXPECTED"] == [day.isoformat()]  # the cause
    edges = [
        f"player_game_summary:{reader.removeprefix('gold.')}" for reader in BEFORE[3:] if "composite" not in reader
    ]
    options = [word for edge in edges for word in ("--allow-degraded", edge)]
    code, document = told(capsys, lake, "backfill", "--phase", "precompute", "--sequential", *options)
    assert (code, document["gated"]) == (0, [])  # named one by one, all edges are open
    assert told(capsys, lake, "backfill", "--allow-degraded", "player_game_summary:team_defense_zone_analysis")[0] == 2
    assert told(capsys, lake, "backfill", "--sequential")[0] == 0
    assert {table: lake.keyed(table) for table in TEN} == {table: season_lake.keyed(table) for table in TEN}


def test_hashes_lost_are_put_back_byte_for_byte(lake: SeasonLake, capsys: Captured) -> None:
    table = "gold.player_game_summary"
    path = table_path(registry()[table], PART)
    before = lake.store.get(path)
    bare = pq.ParquetFile(lake.store.open_input(path)).read().drop_columns(["data_hash", "hash_version"])
    file = lake.folder / "bare.parquet"
    pq.write_table(bare, file)
    lake.store.publish(path, file)
    code, document = told(capsys, lake, "hash", "backfill", "player_game_summary")
    (done,) = document["tables"]
    assert (code, done["rows"]) == (0, bare.num_rows)
    assert lake.store.get(path) == before
    code, document = told(capsys, lake, "hash", "coverage")
    assert code == 0
    assert all(row["presence"] == row["hashed"] == row["valid"] == row["distinct"] == 100 for row in document["tables"])
    assert {(row["shortest"], row["longest"]) for row in document["tables"]} == {(16, 16)}


def test_explain_tells_why_and_from_what(lake: SeasonLake, capsys: Captured) -> None:
    day = dates()[30]
    body = lake.newest(next(game.id for game in season() if game.date == day))
    assert body is not None
    lake.put(revised(body, 2))
    lake.build()
    code, document = told(capsys, lake, "explain", "player_game_summary", day.isoformat())
    (node,) = document["nodes"]
    assert code == 0
    assert node["why"].startswith("INPUT_CHANGED")
    assert "gold.team_offense_game_summary" in node["inputs"]
    assert node["would_run"] is None
    code, document = told(capsys, lake, "runs", "--limit", "1")
    assert (code, document["runs"][0]["exit_code"]) == (0, 0)
    assert document["runs"][0]["skip_rate"] > 0


def test_progress_has_the_columns_by_which_a_backfill_is_watched(lake: SeasonLake, capsys: Captured) -> None:
    assert told(capsys, lake, "status", "--update")[0] == 0
    progress = pq.read_table(lake.folder / "meta" / "backfill_progress.parquet")
    assert {"game_date", "phase3_complete", "phase4_complete", "phase3_pgs_complete", "phase4_mlfs_complete"} <= set(
        progress.column_names
    )
    assert progress.num_rows == len(dates())
    assert all(progress.column("phase4_complete").to_pylist())
    newest = told(capsys, lake, "runs")[1]["runs"][0]
    first, *_, last = progress.to_pylist()
    assert {name for name in first if name.endswith(("_at", "_count"))} == {
        f"phase{phase}_{name}" for phase in (3, 4) for name in ("started_at", "completed_at", "error_count")
    }
    for row in (first, last):
        assert row["phase3_started_at"].replace(microsecond=0).isoformat() == newest["started"].replace("Z", "+00:00")
        assert row["phase3_started_at"] < row["phase3_completed_at"] <= row["last_updated"]
        assert (row["phase3_error_count"], row["last_error"], row["notes"]) == (0, None, None)
    (lake.folder / table_path(registry()["gold.player_daily_cache"], PART)).unlink()
    assert told(capsys, lake, "status", "--update", "--season", "1999")[0] == 0  # the file is of the whole lake
    *_, last = pq.read_table(lake.folder / "meta" / "backfill_progress.parquet").to_pylist()
    assert last["phase4_completed_at"] is None
    assert last["phase3_completed_at"] is not None
    assert "player_daily_cache MISSING" in last["notes"]


def test_first_days_of_a_season_if_they_are_wanted(lake: SeasonLake, capsys: Captured) -> None:
    """A setting and no option of a run: the next run would take the rows away again."""
    before = lake.bytes()
    (lake.folder / "hooplake.toml").write_text("include_bootstrap = true\n", "utf-8")
    code, document = told(capsys, lake, "gaps")
    assert (code, {gap["class"] for gap in document["gaps"] if gap["date"] == dates()[0].isoformat()}) == (
        4,
        {"MISSING"},
    )
    assert told(capsys, lake, "backfill", "--sequential")[0] == 0
    assert told(capsys, lake, "status")[0] == 0
    rows = lake.rows("gold.ml_feature_store").to_pylist()
    early = [row for row in rows if row["is_bootstrap"]]
    assert {row["game_date"] for row in early} == {day for day in dates() if (day - dates()[0]).days < 14}
    assert {(row["feature_version"], row["early_season_flag"], row["data_source"]) for row in early} == {
        ("v2_33_early", True, "early_season"),
        ("v3_60_early", True, "early_season"),
    }
    assert {row["feature_version"] for row in rows if not row["is_bootstrap"]} == {"v2_33", "v3_60"}
    (lake.folder / "hooplake.toml").unlink()
    assert told(capsys, lake, "backfill", "--sequential")[0] == 0
    assert lake.bytes() == before


def test_a_plan_is_run_as_it_was_shown_or_not_at_all(lake: SeasonLake, capsys: Captured, tmp_path: Path) -> None:
    plan = str(tmp_path / "plan.json")
    lake.versions = {}
    game = season()[30]
    body = lake.newest(game.id)
    assert body is not None
    lake.put(revised(body, 1))
    code, shown = told(capsys, lake, "backfill", "--dry-run", "--plan-file", plan)
    assert code == 0
    assert shown["plans"][0]["units"] > 0
    lake.put(revised(body, 2))  # something else meanwhile
    assert told(capsys, lake, "backfill", "--sequential", "--plan-file", plan)[0] == 5
    assert told(capsys, lake, "backfill", "--dry-run", "--plan-file", plan)[0] == 0
    assert told(capsys, lake, "backfill", "--sequential", "--plan-file", plan)[0] == 0
    (tmp_path / "plan.json").write_text("[]", "utf-8")
    assert told(capsys, lake, "backfill", "--plan-file", plan)[0] == 2


def test_single_dates_time_and_failures(lake: SeasonLake, capsys: Captured) -> None:
    first, second = dates()[20].isoformat(), dates()[30].isoformat()
    table = ("--table", "team_offense_game_summary", "--sequential")
    code, report = told(capsys, lake, "backfill", *table, "--force", "--date", first, "--date", second)
    steps = report["runs"][0]["steps"]
    assert (code, steps["gold.team_offense_game_summary"]["run"]) == (0, 2)
    assert steps["gold.team_offense_game_summary"]["same"] == 2
    code, document = told(capsys, lake, "gaps", "--structural", "--date", dates()[0].isoformat())
    assert {gap["date"] for gap in document["gaps"]} == {dates()[0].isoformat()}
    assert told(capsys, lake, "backfill", "--force", "--sequential", "--time-budget", "0")[0] == 3
    assert told(capsys, lake, "backfill", "--sequential")[0] == 0  # the rest
    assert main(["--lake", str(lake.folder), "backfill", "--on-failure", "explode"]) == 2


def test_explain_shows_the_rows_of_somebody(lake: SeasonLake, capsys: Captured) -> None:
    row = lake.rows("gold.player_game_summary").to_pylist()[5]
    day = row["game_date"].isoformat()
    code, document = told(capsys, lake, "explain", "player_game_summary", day, "--row", row["player_id"])
    (found,) = document["rows"]
    assert (code, found["data_hash"], found["missing"]) == (0, row["data_hash"], row["missing"])
    assert told(capsys, lake, "explain", "player_game_summary", day, "--row", "nobody")[1]["rows"] == []


def test_what_was_skipped_saved_what_it_cost(lake: SeasonLake, capsys: Captured) -> None:
    code, report = told(capsys, lake, "backfill", "--sequential")
    ledger = open_ledger(lake.folder / "meta" / "ledger.sqlite")
    try:
        nodes = [node for node in ledger.summary() if any(node.step in run["steps"] for run in report["runs"])]
        units = [unit for node in nodes for unit in ledger.units(node.step, node.partition)]
    finally:
        ledger.close()
    assert (code, report["run"], report["skip_rate"]) == (0, 0, 1)
    assert report["considered"] == len(units)
    assert report["seconds_saved"] == pytest.approx(sum(unit.cost_ms for unit in units) / 1000, abs=0.01)


def test_a_plan_says_what_dates_are_and_what_it_may_cost(lake: SeasonLake, capsys: Captured) -> None:
    """42 dates of games: the first 14 are no dates of the five tables of the second stage, nor are those on which no team
    has played 15 games, of the zones that teams allow.
    """
    (lake.folder / table_path(registry()["gold.ml_feature_store"], PART)).unlink()
    code, document = told(capsys, lake, "backfill", "--dry-run", "--price-per-second", "2")
    (year,) = document["years"]
    nodes = told(capsys, lake, "status", "--nodes")[1]["nodes"]
    due = [node for node in nodes if node["expected"]]
    assert (code, year["league"], year["year"], year["game_dates"]) == (0, "nba", 2024, 42)
    assert (year["due"], year["not_due"]) == (len(due), len(nodes) - len(due))
    assert year["run"] == sum(node["table"] == "ml_feature_store" for node in due) == 28
    assert (year["unchanged"], year["blocked"]) == (year["due"] - 28, 0)
    first, second = (plan["estimate"] for plan in document["plans"])
    assert (first["nodes"], first["price"]) == (0, 0)
    assert second["seconds_p90"] >= second["seconds"] > 0
    assert second["units_without_history"] == 0
    assert second["price"] == pytest.approx(2 * document["plans"][1]["seconds"], abs=0.01)


def test_explain_tells_how_a_date_stands_and_what_its_gates_need(lake: SeasonLake, capsys: Captured) -> None:
    day = dates()[30]
    table = "gold.upcoming_team_game_context"
    rows = lake.rows(table)
    cut(lake, table, rows.filter(pa.array([found != day for found in rows["game_date"].to_pylist()])))
    later = dates()[35].isoformat()
    code, document = told(capsys, lake, "explain", "player_daily_cache", later)
    (node,) = document["nodes"]
    assert (code, node["stands"]["state"]) == (0, "BLOCKED")
    assert node["stands"]["present"] == node["stands"]["due"] > 0
    gates = {gate["table"].removeprefix("gold."): gate for gate in node["gates"]}
    assert set(gates) == {"player_game_summary", "upcoming_team_game_context", "upcoming_player_game_context"}
    shut = gates["upcoming_team_game_context"]
    assert (shut["shut_since"], shut["needed_percent"], shut["because"]) == (
        day.isoformat(), 100, f"0 of {2 * sum(game.date == day for game in season())} rows, 100 % are needed",
    )  # fmt: skip
    assert gates["player_game_summary"]["shut_since"] is None
    assert told(capsys, lake, "explain", "player_game_summary", later)[1]["nodes"][0]["gates"] == []


def test_status_of_a_phase(lake: SeasonLake, capsys: Captured) -> None:
    for phase, tables in (("3", TEN[:5]), ("precompute", TEN[5:])):
        found = told(capsys, lake, "status", "--phase", phase)[1]["tables"]
        assert {row["table"] for row in found} == set(tables)
    years = told(capsys, lake, "status", "--phase", "4")[1]["years"]
    assert [(year["phase3_complete"], year["phase4_complete"]) for year in years] == [(None, len(dates()))]
    (one,) = told(capsys, lake, "status", "--phase", "4", "--table", "ml_feature_store")[1]["tables"]
    assert one["table"] == "gold.ml_feature_store"
    assert told(capsys, lake, "gaps", "--phase", "3", "--table", "ml_feature_store")[0] == 2
    assert told(capsys, lake, "gaps", "--phase", "5")[0] == 2
