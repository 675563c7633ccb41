"""``hooplake sql``."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from hooplake.cli import main

Captured = pytest.CaptureFixture[str]
SCORES = "select team_id, points from silver.fct_game_periods where season = 2025 order by team_id"


@pytest.fixture(autouse=True)
def _lake(small_lake: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOOPLAKE_LAKE", str(small_lake))


def test_rows_as_a_table(capsys: Captured) -> None:
    assert main(["sql", SCORES]) == 0
    assert capsys.readouterr() == ("team_id  points\n-------  ------\n02           25\n13           19\n", "")


@pytest.mark.parametrize("arguments", [["--json"], ["--format", "json"]])
def test_rows_as_json(capsys: Captured, arguments: list[str]) -> None:
    assert main(["sql", SCORES, *arguments]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "columns": ["team_id", "points"],
        "rows": [{"team_id": "02", "points": 25}, {"team_id": "13", "points": 19}],
    }


def test_rows_as_csv(capsys: Captured) -> None:
    query = "select 'a, \"b\"' as text, null::int as nothing, true as yes, [1, 2] as list, date '2024-12-15' as day"
    assert main(["sql", query, "--format", "csv"]) == 0
    assert capsys.readouterr().out == ('text,nothing,yes,list,day\n"a, ""b""",,true,"[1,2]",2024-12-15\n')


def test_rows_as_parquet(capsys: Captured) -> None:
    assert main(["sql", SCORES, "--output", "scores.parquet"]) == 0
    assert capsys.readouterr().out == "2 rows in scores.parquet\n"
    assert pq.read_table("scores.parquet").to_pylist() == [
        {"team_id": "02", "points": 25},
        {"team_id": "13", "points": 19},
    ]


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("rows.csv", "team_id,points\n"),
        ("rows.json", '{"columns":["team_id"'),
        ("rows.txt", "team_id  points\n"),
        ("rows", "team_id  points\n"),
    ],
)
def test_the_name_of_the_file_says_the_format(capsys: Captured, name: str, start: str) -> None:
    assert main(["sql", SCORES, "--output", name, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"output": name, "rows": 2}
    assert Path(name).read_text().startswith(start)


def test_a_query_may_come_from_standard_input(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("select 1 as one"))
    assert main(["sql", "-", "--format", "csv"]) == 0
    assert capsys.readouterr().out == "one\n1\n"


def test_a_printed_table_ends_after_so_many_rows_and_says_so(capsys: Captured) -> None:
    assert main(["sql", "select range as n from range(5000)", "--rows", "3"]) == 0
    out, err = capsys.readouterr()
    assert out.split() == ["n", "-", "0", "1", "2"]
    assert err == "3 of 5,000 rows; --rows 0 shows all, --output FILE writes them\n"
    assert main(["sql", "select range as n from range(5000)", "--rows", "0"]) == 0
    out, err = capsys.readouterr()
    assert (len(out.splitlines()), err) == (5002, "")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["selec 1"], "syntax error"),
        (["select 1", "--format", "parquet"], "name a file with --output FILE"),
        (["select 1", "--format", "csv", "--json"], "--format csv needs --output FILE"),
        (["select 1 as a, 2 as a", "--json"], "JSON needs names that differ: give a another"),
        (["select 1 as a, 2 as a", "--output", "x.parquet"], "Parquet needs names that differ"),
        (["select 1", "--output", "missing/x.csv"], "missing/x.csv: cannot be written (No such file"),
        (["select 1", "--lake", "nowhere"], "nowhere: there is no lake here"),
        (["select 1", "--lake", "gs://bucket"], "'gs://bucket' is not the address of a lake"),
        (["select 1", "--format", "xml"], "xml"),
    ],
)
def test_what_is_wrong_is_said(capsys: Captured, arguments: list[str], message: str) -> None:
    assert main(["sql", *arguments]) == 2
    assert message in capsys.readouterr().err


def test_a_query_that_fails_on_its_way_leaves_the_old_file(capsys: Captured) -> None:
    Path("n.csv").write_text("old")
    query = "select case when range > 90000 then ('a' || range)::int end as n from range(100000)"
    assert main(["sql", query, "--output", "n.csv"]) == 1
    assert "Conversion Error" in capsys.readouterr().err
    assert [path.name for path in Path().iterdir()] == ["n.csv"]
    assert Path("n.csv").read_text() == "old"
