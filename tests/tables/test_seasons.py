"""What only a season shows: budgets of required features, columns that are never filled, windows that reach far back."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pytest

from hooplake.lake.table import TableSpec
from hooplake.lakehouse import Lakehouse, registry
from hooplake.lakehouse import open as open_lake
from hooplake.tables.coverage import Cell, repair
from hooplake.tables.quality import quality
from hooplake.tables.seasons import REQUIRED, SeasonFinding, null_shares, season_findings, stale_windows
from tests.tables.asking import Captured, cut, told
from tests.tables.lakes import SeasonLake, dates

FEATURES = registry()["gold.ml_feature_store"]
CONTEXTS = registry()["gold.upcoming_team_game_context"]
OPENING = date(2024, 10, 22)
JUDGED = date(2024, 11, 21)  # the 30th day


def features(rows: int, lacking: dict[int, tuple[int, str]], day: date = JUDGED) -> pa.Table:
    """Rows of 33 features of which some lack some, for a reason."""
    values = [[None if n < lacking.get(place, (0, ""))[0] else 1.5 for place in range(33)] for n in range(rows)]
    why = [
        [lacking[place][1] if value is None else None for place, value in enumerate(row)] for row in values
    ]  # fmt: skip
    return pa.table(
        {
            "game_date": pa.array([day] * rows, pa.date32()),
            "features": pa.array(values, pa.list_(pa.float64())),
            "feature_missing": pa.array(why, pa.list_(pa.string())),
        }
    )


def bare(spec: TableSpec) -> TableSpec:
    """A table without groups of columns, for rows that have none of them."""
    return TableSpec(name=spec.name, columns={}, key=spec.key, unit=spec.unit)


def found(rows: pa.Table) -> list[SeasonFinding]:
    return season_findings(bare(FEATURES), rows, OPENING)


def test_the_budget_of_a_required_feature_is_one_row_in_twenty() -> None:
    assert found(features(2_000, {13: (100, "SHORT_HISTORY")})) == []  # 5 % exactly
    (over,) = found(features(2_000, {13: (102, "SHORT_HISTORY")}))
    assert (over.column, over.kind) == ("features[13]", "NULL_BUDGET")
    assert over.detail == "NULL in 5.1 % of 2,000 rows, 5 % may be (102 SHORT_HISTORY)"
    assert len(found(features(2_000, {13: (101, "SHORT_HISTORY")}))) == 1
    assert not over.breaks  # the players have no history
    (fault,) = found(features(2_000, {13: (102, "UPSTREAM_NULL")}))
    assert fault.breaks
    assert found(features(2_000, {6: (1_900, "SHORT_HISTORY")})) == []  # not required


def test_what_no_source_tells_counts_for_nothing() -> None:
    """1,900 rows are of a league without a source; of the other 100 six lack the feature: 6 %."""
    rows = pa.concat_tables([features(1_900, {5: (1_900, "NO_SOURCE")}), features(100, {5: (6, "UPSTREAM_NULL")})])
    (over,) = found(rows)
    assert (over.column, over.detail[:27]) == ("features[5]", "NULL in 6.0 % of 100 rows, ")


def test_of_some_games_and_no_season_everything_is_a_warning() -> None:
    """Half of the rows may lack a season's average; more, and what else is missing is no fault."""
    for short, breaks in ((500, True), (501, False)):
        rows = features(1_000, {2: (short, "SHORT_HISTORY"), 7: (900, "UPSTREAM_NULL")})
        assert {one.column: one.breaks for one in found(rows)} == {"features[2]": False, "features[7]": breaks}


def test_first_days_and_samples_are_not_judged() -> None:
    early = features(2_000, {0: (2_000, "SHORT_HISTORY")}, JUDGED - timedelta(days=1))
    assert found(early) == []
    assert found(features(999, {0: (999, "SHORT_HISTORY")})) == []


def test_a_feature_that_no_row_has_needs_a_reason_that_holds_for_a_season() -> None:
    assert found(features(1_000, {28: (1_000, "NO_SOURCE")})) == []
    (empty,) = found(features(1_000, {28: (1_000, "OUT_OF_RANGE")}))
    assert str(empty) == "EMPTY features[28]: NULL in all 1,000 rows (1,000 OUT_OF_RANGE)"


def test_a_column_that_no_row_has_needs_one_too() -> None:
    spec = TableSpec.from_dict(
        {
            "name": "gold.demo", "key": ["game_date"], "partition": [], "unit": "game_date",
            "columns": {
                "game_date": {"type": "date", "meaning": "x"},
                "usage": {"type": "float64", "null": True, "group": "usage", "meaning": "x"},
                "missing": {"type": "list(text)", "set": True, "meaning": "x"},
            },
        }
    )  # fmt: skip

    def rows(reason: str) -> pa.Table:
        return pa.table(
            {
                "game_date": pa.array([JUDGED] * 1_000, pa.date32()),
                "usage": pa.nulls(1_000, pa.float64()),
                "missing": pa.array([[reason]] * 1_000, pa.list_(pa.string())),
            }
        )

    assert season_findings(spec, rows("usage:NO_SOURCE"), OPENING) == []
    assert season_findings(spec, rows("usage:UPSTREAM_NULL"), OPENING) == []  # judged there
    for reason in ("usage:SHORT_HISTORY", "age:NO_SOURCE"):
        (empty,) = season_findings(spec, rows(reason), OPENING)
        assert (empty.column, empty.kind) == ("usage", "EMPTY")
        assert empty.breaks == (reason != "usage:SHORT_HISTORY")  # a league of few teams never has enough
    assert null_shares(spec, rows("usage:NO_SOURCE")) == {"usage": 1.0}


def window(day: date, first: date, last: date, games: int) -> dict[str, Any]:
    return {"game_date": day, "window_first_date": first, "window_last_date": last, "window_games_found": games}


def test_a_window_that_spans_three_times_the_usual_days_is_stale() -> None:
    """Windows of 10 games span 20 days as a rule: 60 is three times that, 61 is more. Windows of 2 are their own measure."""
    day = date(2025, 3, 1)
    last = day - timedelta(days=1)

    def span(days: int, games: int = 10) -> dict[str, Any]:
        return window(day, last - timedelta(days=days - 1), last, games)

    usual = [span(20)] * 5
    assert stale_windows(pa.Table.from_pylist([*usual, span(60), span(3, 2), span(1, 1)])) == []
    (stale,) = stale_windows(pa.Table.from_pylist([*usual, span(61), span(70), span(3, 2)]))
    assert (stale.day, stale.rows, stale.games, stale.days, stale.usual) == (day, 2, 10, 70, 20)
    assert stale.first == last - timedelta(days=69)
    empty = pa.table({"game_date": pa.array([day], pa.date32()), "window_first_date": pa.nulls(1, pa.date32())})
    assert stale_windows(empty) == []


def test_names_of_features_and_those_that_are_required(season_lake: SeasonLake) -> None:
    """The store says which rows lack a required feature; the places of that come out the same."""
    with open_lake(season_lake.folder) as lake:
        rows = lake.sql("select * from meta.ml_features order by place").to_pylist()
        stored = lake.sql("select features, insufficient_data_reason from gold.ml_feature_store").to_pylist()
    assert [row["place"] for row in rows] == list(range(60))
    assert len({row["name"] for row in rows}) == 60
    assert tuple(row["place"] for row in rows if row["required"]) == REQUIRED
    assert (rows[13]["name"], rows[38]["name"], rows[59]["name"]) == (
        "opponent_def_rating", "game_total_line", "opponent_pace_mismatch",
    )  # fmt: skip
    assert [row["since"] for row in rows] == ["v2_33"] * 33 + ["v3_60"] * 27
    assert {
        any(row["features"][place] is None for place in REQUIRED) == (row["insufficient_data_reason"] is not None)
        for row in stored
    } == {True}


def test_a_gap_that_no_schedule_tells_of_shows_in_the_windows_of_teams(
    season_lake: SeasonLake, tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows of one date are put 60 days back, as if all games between were not there; games are played every other day."""
    lake = season_lake.copy(tmp_path / "lake")
    day = dates()[40]
    table = "gold.upcoming_team_game_context"
    rows = lake.rows(table)
    first = [
        one["window_first_date"] - timedelta(days=60) if one["game_date"] == day else one["window_first_date"]
        for one in rows.to_pylist()
    ]
    place = rows.column_names.index("window_first_date")
    cut(lake, table, rows.set_column(place, "window_first_date", pa.array(first, pa.date32())))
    found = quality(lake.store, registry(), [table])[0]
    assert [text for text in found.warnings if "STALE_WINDOW" in text and day.isoformat() in text]
    monkeypatch.setattr(Lakehouse, "plan", lambda *_, **__: SimpleNamespace(items=[]))  # as if it had been published so
    code, document = told(capsys, lake, "gaps", "--check", "--table", "upcoming_team_game_context")
    (gap,) = document["gaps"]
    assert (code, gap["class"], gap["state"], gap["date"]) == (4, "STALE_WINDOW", "DEGRADED", day.isoformat())
    assert gap["command"].endswith(f"--to {day} --build")
    assert told(capsys, lake, "gaps", "--table", "upcoming_team_game_context")[0] == 0  # rows are not read


def test_the_command_that_closes_it_takes_in_the_dates_of_the_window() -> None:
    gap = Cell("nba", "espn", 2025, date(2025, 1, 5), CONTEXTS.name, 3, 2, 2, 2, 2, "STALE_WINDOW")
    gap.cause, gap.until = date(2024, 11, 2), date(2025, 1, 5)
    assert repair(gap) == "hooplake ingest espn --league nba --from 2024-11-02 --to 2025-01-05 --build"


@pytest.mark.parametrize("place", REQUIRED)
def test_every_required_feature_is_judged(place: int) -> None:
    (over,) = found(features(1_000, {place: (500, "SHORT_HISTORY")}))
    assert over.column == f"features[{place}]"
