"""The same rows in every form in which the feed comes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as csv
import pyarrow.parquet as pq
import pytest

from hooplake.errors import DocumentError
from hooplake.games.official.dumps import csv_rows, json_rows, kind_of, parquet_rows
from hooplake.games.official.read import silver_tables
from hooplake.lakehouse import registry
from tests.games.official.feeds import both_teams, opening, row, silver, table

ROWS = [
    *opening(),
    *both_teams(),
    row(1, 1, clock="9:00", p1="h1", p2="h2", home='One "Deuce" 20\' Jump Shot (2 PTS) (Two 1 AST)', score="0 - 2"),
    row(4, clock="8:00", p1="A", away="76ers Rebound"),
    row(6, 2, clock="7:00", p1="a2", p2="h2", away="Dos S.FOUL (P1.T1) (Z.Zarba), late"),
]


def _silver(rows: pa.Table) -> dict[str, pa.Table]:
    return silver_tables({"plays": [rows]}, registry(), league="nba", season=2019)


def _equal(one: dict[str, pa.Table], other: dict[str, pa.Table]) -> None:
    assert {name: rows.to_pylist() for name, rows in one.items()} == {
        name: rows.to_pylist() for name, rows in other.items()
    }


def answer(rows: pa.Table, name: str = "PlayByPlay", **parameters: Any) -> bytes:
    """An answer of the statistics site: numbers are numbers there."""

    def value(text: str | None) -> Any:
        return int(text) if text is not None and text.isdecimal() and not text.startswith("00") else text

    values = [[value(one[column]) for column in rows.column_names] for one in rows.to_pylist()]
    found = {"resource": "playbyplay", "parameters": parameters, "resultSets": [
        {"name": "AvailableVideo", "headers": ["VIDEO_AVAILABLE_FLAG"], "rowSet": [[1]]},
        {"name": name, "headers": rows.column_names, "rowSet": values},
    ]}  # fmt: skip
    return json.dumps(found).encode()


def test_parquet_csv_and_json_give_the_same_rows(tmp_path: Path) -> None:
    rows = table(ROWS)
    expected = silver(ROWS)
    pq.write_table(rows, tmp_path / "rows.parquet")
    csv.write_csv(rows, tmp_path / "rows.csv")
    _equal(_silver(parquet_rows(tmp_path / "rows.parquet")), expected)
    _equal(_silver(csv_rows((tmp_path / "rows.csv").read_bytes())), expected)
    _equal(_silver(json_rows(answer(rows))["plays"]), expected)


def test_a_dump_of_numbers_in_small_letters_gives_the_same_rows(tmp_path: Path) -> None:
    rows = table(ROWS)
    numbers = ("EVENTNUM", "EVENTMSGTYPE", "EVENTMSGACTIONTYPE", "PERIOD", "GAME_ID", "PLAYER1_ID", "PLAYER1_TEAM_ID")
    for name in numbers:
        rows = rows.set_column(rows.column_names.index(name), name, pc.cast(rows[name], pa.float64()))
    pq.write_table(rows.rename_columns([name.lower() for name in rows.column_names]), tmp_path / "rows.parquet")
    _equal(_silver(parquet_rows(tmp_path / "rows.parquet")), silver(ROWS))


def test_a_file_with_a_text_or_a_great_number_among_its_numbers_does_no_harm_to_another() -> None:
    other = [each | {"GAME_ID": "0021800002"} for each in ROWS]
    for odd, number in (("x", None), (str(2**70), None), (True, None), ([7], None), ("9", "9")):
        body = json.loads(answer(table(other)))
        sheet = body["resultSets"][1]
        sheet["rowSet"][3][sheet["headers"].index("EVENTNUM")] = int(odd) if odd == str(2**70) else odd
        rows = [json_rows(one)["plays"] for one in (answer(table(ROWS)), json.dumps(body).encode())]
        made = silver_tables({"plays": rows}, registry(), league="nba", season=2019)["silver.fct_plays"].to_pylist()
        assert made[: len(ROWS)] == silver(ROWS)["silver.fct_plays"].to_pylist()
        assert made[len(ROWS) + 3]["play_id"] == number


def test_columns_that_a_dump_leaves_out_are_not_known() -> None:
    rows = table(ROWS).drop_columns(["PERSON1TYPE", "WCTIMESTRING", "PLAYER3_NAME", "NEUTRALDESCRIPTION"])
    play = _silver(rows)["silver.fct_plays"].to_pylist()[3]
    assert (play["home"], play["player1_id"], play["points"]) == (True, "101", 2)


@pytest.mark.parametrize(
    ("columns", "kind"),
    [
        (("GAME_ID", "EVENTNUM", "EVENTMSGTYPE", "PERIOD"), "plays"),
        (("game_id", "player_id", "team_id", "min", "pts"), "boxes"),
        (("GAME_ID", "TEAM_ID", "MATCHUP", "MIN", "PTS"), "logs"),
        (("game_id", "team_id_home", "game_date", "pts_home"), "logs"),
        (("game_id", "team_id_home", "game_date", "pts_qtr1_home"), "lines"),
        (("GAME_ID", "TEAM_ID", "PTS_QTR1", "GAME_DATE_EST"), "lines"),
        (("GAME_ID", "GAME_DATE_EST", "HOME_TEAM_ID"), "logs"),
        (("GAME_ID", "PLAYER_ID"), None),
    ],
)
def test_what_rows_are_is_told_by_their_columns(columns: tuple[str, ...], kind: str | None) -> None:
    assert kind_of(columns) == kind


@pytest.mark.parametrize(
    ("parameters", "period"),
    [
        ({"StartPeriod": 3, "EndPeriod": 3, "RangeType": 1}, "3"),
        ({"StartPeriod": 1, "EndPeriod": 10, "RangeType": 2}, "0"),
        ({"StartPeriod": 0, "EndPeriod": 0, "RangeType": 0}, "0"),
        ({}, "0"),
    ],
)
def test_a_box_that_was_asked_for_by_a_period_is_one_of_that_period(parameters: dict[str, int], period: str) -> None:
    box = pa.table(
        {"GAME_ID": ["0021800001"], "PLAYER_ID": ["101"], "TEAM_ID": ["1610612738"], "MIN": ["5:00"], "PTS": ["2"]}
    )
    assert json_rows(answer(box, "PlayerStats", **parameters))["boxes"]["PERIOD"].to_pylist() == [period]


@pytest.mark.parametrize(
    ("body", "reason"), [(b"[]", "not_json"), (b"{", "not_json"), (b'{"resultSets": []}', "unknown_rows")]
)
def test_other_answers_are_refused(body: bytes, reason: str) -> None:
    with pytest.raises(DocumentError) as refused:
        json_rows(body)
    assert refused.value.reason == reason


def test_files_of_other_rows_are_refused(tmp_path: Path) -> None:
    pq.write_table(pa.table({"A": [1]}), tmp_path / "other.parquet")
    for read, source, reason in (
        (parquet_rows, tmp_path / "other.parquet", "unknown_rows"),
        (csv_rows, b"a,b\n1,2\n", "unknown_rows"),
        (csv_rows, b"", "not_csv"),
    ):
        with pytest.raises(DocumentError) as refused:
            read(source)  # type: ignore[operator]
        assert refused.value.reason == reason
