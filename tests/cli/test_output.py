"""Printing for people and for programs."""

from __future__ import annotations

import io
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hooplake.cli.output import Output, as_json, as_text, shown


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_table_in_a_pipe_is_aligned_text_with_numbers_to_the_right(capsys: pytest.CaptureFixture[str]) -> None:
    Output().table(
        ["player", "points", "share"],
        [["Ann Example", 7, 0.25], ["Bo", 31, None], ["", None, 1 / 3]],
        title="Leaders",
    )
    assert capsys.readouterr().out == (
        "Leaders\n"
        "player       points   share\n"
        "-----------  ------  ------\n"
        "Ann Example       7    0.25\n"
        "Bo               31\n"
        "                     0.3333\n"
    )


def test_a_table_at_a_terminal_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Terminal()
    monkeypatch.setattr("sys.stdout", screen)
    monkeypatch.setenv("TERM", "xterm")
    Output().table(["player", "points"], [["[bold]Ann[/bold]", 7]])
    assert "[bold]Ann[/bold]" in screen.getvalue()  # a value is never markup
    assert "──" in screen.getvalue()


def test_json_silences_what_is_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    out = Output(json=True)
    out.say("hello")
    out.table(["a"], [[1]])
    out.result({"a": [1]})
    assert capsys.readouterr().out == '{"a":[1]}\n'
    with pytest.raises(RuntimeError, match="one JSON object"):
        out.result({})


def test_without_json_the_result_is_silent(capsys: pytest.CaptureFixture[str]) -> None:
    Output().result({"a": 1})
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "true"),
        (0, "0"),
        (1234567, "1234567"),
        (2.0, "2"),
        (0.12345, "0.1235"),
        (401705050.0, "401705050"),
        (0.00001, "1e-05"),
        (float("nan"), "nan"),
        (Decimal("1.50"), "1.50"),
        (date(2024, 12, 15), "2024-12-15"),
        (datetime(2024, 12, 15, 0, 30, tzinfo=UTC), "2024-12-15 00:30:00+00:00"),
        ("two\nlines", "two lines"),
    ],
)
def test_values_as_a_person_reads_them(value: object, text: str) -> None:
    assert shown(value) == text


def test_json_has_iso_dates_numbers_and_null_for_what_is_not_a_number() -> None:
    document = {
        "at": datetime(2024, 12, 15, 0, 30, tzinfo=UTC),
        "on": date(2024, 12, 15),
        "share": Decimal("0.25"),
        "none": float("nan"),
        "file": Path("a/b"),
        "name": "Dončić",
    }
    assert as_json(document) == (
        '{"at":"2024-12-15T00:30:00Z","on":"2024-12-15","share":0.25,"none":null,"file":"a/b","name":"Dončić"}'
    )


@given(st.lists(st.tuples(st.text(), st.none() | st.integers() | st.floats()), max_size=5))
def test_every_row_of_a_text_table_is_one_line(rows: list[tuple[str, object]]) -> None:
    assert len(as_text(["name", "value"], rows).split("\n")) == 2 + len(rows)


def test_progress_is_shown_at_a_terminal_with_rate_and_time_left(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Terminal()
    monkeypatch.setattr("sys.stderr", screen)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "120")
    with Output().progress("decode", total=4, unit="games") as bar:
        bar.advance(2)
        bar.advance()
        bar.expect(3)
    assert "decode" in screen.getvalue()
    assert "3/3" in screen.getvalue()


def test_progress_is_quiet_elsewhere(capsys: pytest.CaptureFixture[str]) -> None:
    with Output().progress("decode", total=4, unit="games") as bar:
        bar.advance(4)
        bar.expect(4)
    assert capsys.readouterr() == ("", "")


def test_a_failure_is_told_on_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    Output(json=True).failure("ConfigError", "x: y", 2)
    out, err = capsys.readouterr()
    assert err == "Error: x: y\n"
    assert json.loads(out)["error"]["exit_code"] == 2
