"""How tables stand date by date: off days, dates of which no schedule tells, and the state of every node."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hooplake.config import Settings
from hooplake.lake.partition import table_path
from hooplake.lakehouse import Lakehouse, registry
from hooplake.lakehouse import open as open_lake
from hooplake.sources.schedule import SCHEDULE
from hooplake.tables.coverage import Cell, repair
from hooplake.tables.nodes import NodeState, by_table, by_year, state_of
from tests.tables.asking import Captured, cut, told
from tests.tables.lakes import PART, TEN, SeasonLake, dates
from tests.tables.test_inputs_travel import HEAD, row


def days_of(folder: Path, file: Path) -> dict[date, str]:
    """What the grid says of each date of a lake that holds a schedule and nothing else."""
    with open_lake(settings=Settings(lake=str(folder / "lake")), create=True) as lake:
        SCHEDULE.ingest(lake.store, [str(file)])
        assert not lake.build("silver.fct_schedule", jobs=1).failures
        grid = lake.sql("select distinct game_date, day_class from meta.backfill_grid").to_pylist()
    assert len(grid) == len({one["game_date"] for one in grid})
    return {one["game_date"]: one["day_class"] for one in grid}


def test_a_date_without_a_game_is_an_off_day_only_if_a_schedule_tells_of_it(tmp_path: Path) -> None:
    """The newest game played in the file is that of 6 January, so the file was made then: it knows the 7th at best."""
    file = tmp_path / "schedule.csv"
    exhibition = row(9, "2016-01-02", "BOS@LAL").replace("0021500009", "0011500009")
    to_come = row(3, "2016-01-10", "BOS@NYK").replace(",3,Final,", ",1,7:30 pm ET,")
    played = [row(1, "2016-01-04", "NYK@BOS"), row(2, "2016-01-06", "BOS@NYK")]
    file.write_text(HEAD + exhibition + "".join(played) + to_come)
    days = days_of(tmp_path, file)
    assert {day.day: name for day, name in days.items()} == {
        2: "EXHIBITION", 3: "OFF_DAY", 4: "GAME", 5: "OFF_DAY", 6: "GAME", 7: "OFF_DAY", 8: "UNKNOWN", 9: "UNKNOWN",
        10: "GAME",
    }  # fmt: skip


def test_game_dates_and_off_days_of_ten_real_seasons(tmp_path: Path, real_data: Path) -> None:
    """Counted in the archive by hand; it was made on 2024-11-19 and knows nothing of the dates after."""
    days = days_of(tmp_path, real_data / "schedule" / "nba_schedule_2015-16_2024-25.csv.gz")
    games = [day for day, name in days.items() if name == "GAME"]
    assert sum(day >= date(2021, 11, 1) and day.year == 2021 for day in games) == 59
    assert [sum(day.year == year for day in games) for year in (2022, 2023)] == [213, 204]  # one is a cup final
    off = (
        "2021-11-25",
        "2022-11-08",
        "2022-12-24",
        "2023-11-07",
        "2024-11-05",
        "2022-02-19",
        "2020-03-12",
        "2020-07-21",
    )
    assert {days[date.fromisoformat(day)] for day in off} == {"OFF_DAY"}
    shows = ("2022-02-18", "2022-02-20", "2023-02-17", "2024-02-18", "2021-03-07", "2024-10-04", "2020-07-22")
    assert {days[date.fromisoformat(day)] for day in shows} == {"EXHIBITION"}
    assert days[date(2024, 11, 28)] == "UNKNOWN"


def cell(gap: str | None = None, present: int = 26, **more: Any) -> Cell:
    table = more.pop("table", "gold.team_offense_game_summary")
    found = Cell("nba", "espn", 2025, date(2025, 1, 5), table, 3, 26, present, present, present, gap)
    for name, value in more.items():
        setattr(found, name, value)
    return found


@pytest.mark.parametrize(
    ("node", "state"),
    [
        (cell(), "COMPLETE"),
        (cell("OFF_DAY", 0), "NOT_DUE"),
        (cell("UNKNOWN", 0), "NOT_DUE"),
        (cell("BOOTSTRAP", 0), "NOT_DUE"),
        (cell("INSUFFICIENT_HISTORY", 0), "EMPTY_OK"),
        (cell("MISSING", 0), "EXPECTED"),
        (cell("MISSING", 0, running=True), "RUNNING"),
        (cell(None, running=True), "COMPLETE"),  # its partition is being built for another date
        (cell("MISSING", 0, blocked=True), "BLOCKED"),
        (cell("PARTIAL", 25), "PARTIAL"),
        (cell("PARTIAL", 25, table="gold.player_game_summary"), "DEGRADED"),  # 96.2 %, and 95 will do
        (cell("PARTIAL", 24, table="gold.player_game_summary"), "PARTIAL"),  # 92.3 %
        (cell("PARTIAL", 25, table="gold.upcoming_player_game_context"), "PARTIAL"),  # 98 are needed
        (cell("STALE_WINDOW"), "DEGRADED"),
        (cell("STALE"), "STALE"),
        (cell("UNEXPECTED_ROWS", 28), "STALE"),
        (cell("FAILED", 0), "FAILED"),
        (cell("CONTAMINATED"), "CONTAMINATED"),
    ],
)
def test_states(node: Cell, state: str) -> None:
    assert state_of(node) == NodeState(state)


def test_figures_by_year_and_by_season() -> None:
    off = cell("OFF_DAY", 0, day=date(2025, 1, 6), day_class="OFF_DAY", expected=0)
    nodes = [cell(), cell("PARTIAL", 13, day=date(2025, 1, 7)), off]
    (year,) = by_year(nodes)
    assert (year["game_dates"], year["off_days"], year["phase3_complete"], year["done_percent"]) == (2, 1, 1, 50)
    (season,) = by_table(nodes, seasons=True)
    assert (season["season"], season["expected_rows"], season["unaccounted_rows"], season["presence"]) == (
        2025,
        52,
        13,
        75,
    )
    assert season["states"] == {"COMPLETE": 1, "NOT_DUE": 1, "PARTIAL": 1}


def test_a_date_that_nobody_knows_of_asks_for_a_schedule() -> None:
    assert not cell("UNKNOWN", 0).actionable
    assert repair(cell("UNKNOWN", 0)) == "hooplake ingest schedule FILE"


def test_bytes_that_changed_without_a_trace_are_found_by_reading_them(
    season_lake: SeasonLake, tmp_path: Path, capsys: Captured
) -> None:
    """One byte of one file is turned round; its size and its time stay. A listing shows nothing; reading it does."""
    lake = season_lake.copy(tmp_path / "lake")
    lake.build()  # the copies have etags of their own
    table = "gold.team_offense_game_summary"
    path = lake.folder / table_path(registry()[table], PART)
    before, stat = path.read_bytes(), path.stat()
    groups = pq.ParquetFile(path).metadata.row_group(0)
    chunk = next(groups.column(n) for n in range(groups.num_columns) if groups.column(n).path_in_schema == "pace")
    at = chunk.data_page_offset + chunk.total_compressed_size // 2
    path.write_bytes(before[:at] + bytes([before[at] ^ 255]) + before[at + 1 :])
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    other = ("--table", "gold.player_game_summary")
    assert told(capsys, lake, "status", "--refresh", *other)[1]["refreshed"] == {
        "objects": 1, "changed": [], "missing": [],
    }  # fmt: skip
    code, document = told(capsys, lake, "status", "--refresh", "--season", "2025", "--league", "nba")
    assert (code, document["refreshed"]["objects"]) == (4, 10)
    assert document["refreshed"]["changed"] == [table_path(registry()[table], PART)]
    assert {one["state"] for one in document["incomplete"] if one["table"] == table.removeprefix("gold.")} == {"STALE"}
    assert told(capsys, lake, "backfill", "--sequential")[0] == 0
    assert path.read_bytes() == before
    assert told(capsys, lake, "status", "--refresh")[1]["refreshed"]["changed"] == []
    path.unlink()
    assert told(capsys, lake, "status", "--refresh")[1]["refreshed"]["missing"] == [table_path(registry()[table], PART)]


@pytest.mark.parametrize("table", TEN[3:])
def test_every_row_before_a_game_says_how_much_of_its_windows_it_has(season_lake: SeasonLake, table: str) -> None:
    """Found of expected games, also where the query does not say so itself; NULL where none was to be expected."""
    rows = season_lake.rows(table).to_pylist()
    for one in rows:
        expected, games = one["window_games_expected"], one["window_games_found"]
        assert one["completeness_pct"] == (None if not expected else pytest.approx(100 * games / expected, abs=0.006))
    assert sum(one["completeness_pct"] is not None for one in rows) > len(rows) / 2


def test_a_date_whose_lines_are_missing_is_degraded_if_others_have_them(
    season_lake: SeasonLake, tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All games of the season have a spread. Of one date's they are taken away, of every date's they are not a source."""
    lake = season_lake.copy(tmp_path / "lake")
    lake.build()
    table, day = "gold.upcoming_team_game_context", dates()[20]
    rows = lake.rows(table)
    place = rows.column_names.index("game_spread")

    def spread(known: Callable[[date], bool]) -> None:
        values = [1.5 if known(found) else None for found in rows["game_date"].to_pylist()]
        cut(lake, table, rows.set_column(place, "game_spread", pa.array(values, pa.float64())))

    def degraded() -> dict[str, str]:
        code, document = told(capsys, lake, "status", "--nodes", "--table", "upcoming_team_game_context")
        assert (code, document["incomplete"]) == (0, [])  # it is no gap: every row is there
        return {one["date"]: one["detail"] for one in document["nodes"] if one["state"] == "DEGRADED"}

    monkeypatch.setattr(Lakehouse, "plan", lambda *_, **__: SimpleNamespace(items=[]))  # as if it had been published so
    spread(lambda found: True)
    assert degraded() == {}
    spread(lambda found: found != day)
    games = sum(found == day for found in rows["game_date"].to_pylist()) // 2
    assert degraded() == {day.isoformat(): f"lines of 0 of {games} games"}
    spread(lambda found: False)
    assert degraded() == {}
