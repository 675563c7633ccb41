"""The report on coverage as a page: it needs nothing but itself, can be read without eyes, and says what is there."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from hooplake.cli import main
from hooplake.cli.coverage_page import coverage_page
from hooplake.cli.markup import share
from hooplake.lake.partition import table_path
from hooplake.lakehouse import registry
from hooplake.tables.coverage import Cell
from hooplake.tables.coverage_report import _strips, gap_ranges
from tests.tables.asking import Captured, told
from tests.tables.lakes import PART, TEN, SeasonLake, dates

CACHE = "gold.player_daily_cache"
VOID = {"meta", "rect"}


class Page(HTMLParser):
    """Reads a page, and notes where its elements are not closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.count: dict[str, int] = {}
        self.ids: list[str] = []
        self.links: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.count[tag] = self.count.get(tag, 0) + 1
        found = dict(attrs)
        self.ids += [found["id"] or ""] if "id" in found else []
        self.links += [found["href"] or ""] if "href" in found else []
        assert tag != "th" or "scope" in found
        assert tag not in ("script", "link", "img", "iframe")
        assert not {"src", "srcset", "onclick", "onload"} & set(found)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def read(text: str) -> Page:
    page = Page(text)
    assert page.open == []
    assert page.count["table"] == page.count["caption"]
    assert len(page.ids) == len(set(page.ids))
    assert {link for link in page.links if not link.startswith("#")} == set()
    assert {link[1:] for link in page.links} <= set(page.ids)
    assert re.findall(r"url\(|https?:|@import", text) == []
    assert '<html lang="en">' in text
    return page


def write(capsys: Captured, lake: SeasonLake, file: Path, *more: str) -> tuple[int, str, Page]:
    code, _ = told(capsys, lake, "status", "--html", str(file), *more)
    text = file.read_text("utf-8")
    return code, text, read(text)


def test_a_lake_that_is_complete(season_lake: SeasonLake, tmp_path: Path, capsys: Captured) -> None:
    code, text, page = write(capsys, season_lake, tmp_path / "a.html", "--check")
    assert code == 0
    assert "Everything that is due is there" in page.text
    assert "Nothing. Every date on which something is due is complete." in page.text
    for table in TEN:
        assert f'id="nba-espn-{table.removeprefix("gold.")}"' in text
    assert text.count('<td class="done"') == 10  # one season
    later = write(capsys, season_lake, tmp_path / "b.html", "--check")[1]
    made = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC")
    assert made.sub("", text) == made.sub("", later)


def test_what_is_open_is_listed_with_what_fixes_it(season_lake: SeasonLake, tmp_path: Path, capsys: Captured) -> None:
    lake = season_lake.copy(tmp_path / "lake")
    lake.build()
    (lake.folder / table_path(registry()[CACHE], PART)).unlink()
    code, text, page = write(capsys, lake, tmp_path / "page.html")
    due = [day for day in dates() if day >= dates()[0] + timedelta(days=14)]
    first, last = due[0], due[-1]
    assert code == 4
    assert f"{3 * len(due):,} of" in page.text  # the table, and the two that are made of it
    assert f"hooplake backfill --table player_daily_cache --league nba --from {first} --to {last}" in page.text
    assert "EXPECTED (MISSING)" in page.text
    assert f"{first} to {last} ({len(due)} dates)" in page.text
    assert text.index("player_daily_cache --league") < text.index("ml_feature_store --league")  # in their order
    assert text.count('<td class="open"') == 1
    assert re.search(r'<details id="nba-espn-player_daily_cache" open>', text)
    command = re.findall(r"<code>(hooplake backfill --table player_daily_cache.*?)</code>", text)[0]
    assert main(["--lake", str(lake.folder), *command.split()[1:], "--sequential"]) == 0
    assert write(capsys, lake, tmp_path / "page.html")[0] == 0


def test_no_folder_no_page(season_lake: SeasonLake, tmp_path: Path) -> None:
    assert main(["--lake", str(season_lake.folder), "status", "--html", str(tmp_path / "no" / "a.html")]) == 2


def cell(day: int, gap: str | None, table: str = CACHE, **more: Any) -> Cell:
    found = Cell("nba", "espn", 2025, date(2025, 1, day), table, 4, 10, 0 if gap else 10, 0, 0, gap)
    for name, value in more.items():
        setattr(found, name, value)
    return found


def test_gaps_of_neighbouring_dates_are_one() -> None:
    """Games on the 1st, 2nd, 5th, 6th and 7th; all but the 6th are missing: the first three are one after the other."""
    gaps = [cell(day, "MISSING") for day in (1, 2, 5, 7)]
    found = gap_ranges(gaps, [*gaps, cell(6, None)], {})
    assert [(one["first"].day, one["last"].day, one["dates"], one["expected"]) for one in found] == [
        (1, 5, 3, 30), (7, 7, 1, 10),
    ]  # fmt: skip
    assert found[0]["command"].endswith("--from 2025-01-01 --to 2025-01-05")
    assert found[1]["command"].endswith("--from 2025-01-07 --to 2025-01-07")
    assert [one["reaches"] for one in found] == [5, 1]
    failed = [cell(1, "MISSING"), cell(2, "FAILED"), cell(5, "MISSING")]
    assert [one["dates"] for one in gap_ranges(failed, failed, {})] == [1, 1, 1]
    fetched = [cell(day, "STALE_WINDOW", cause=date(2024, 12, 30)) for day in (1, 2)]
    (one,) = gap_ranges(fetched, fetched, {})
    assert one["command"] == "hooplake ingest espn --league nba --from 2024-12-30 --to 2024-12-30 --build"


def test_a_strip_is_not_broken_by_dates_on_which_nothing_is_due() -> None:
    days = [
        (1, "BOOTSTRAP"),
        (2, None),
        (3, "OFF_DAY"),
        (4, None),
        (5, "MISSING"),
        (6, "OFF_DAY"),
        (7, None),
        (8, "OFF_DAY"),
    ]
    strip = _strips([cell(day, gap) for day, gap in days])[CACHE, "nba", "espn", 2025]
    assert strip == [("NOT_DUE", 1), ("COMPLETE", 3), ("EXPECTED", 1), ("NOT_DUE", 1), ("COMPLETE", 1), ("NOT_DUE", 1)]


def test_texts_of_others_are_no_markup() -> None:
    report: dict[str, Any] = {
        "range": {"leagues": ["nba"], "first": date(2025, 1, 1), "last": date(2025, 1, 2)}, "checked": False,
        "schedule": "", "years": [], "seasons": [], "structural": [], "quality": [], "windows": [], "runs": [],
        "totals": dict.fromkeys(
            ("due", "done", "expected_rows", "present_rows", "unaccounted_rows", "open", "unknown_dates"), 1
        ) | {"done_percent": 99.99, "presence": 99.99, "hashed": None},
        "gaps": gap_ranges([cell(1, "FAILED", detail="<script>alert(1)</script>")], [], {}),
    }  # fmt: skip
    text = coverage_page(report, lake="a & b", version="1", made=datetime(2026, 1, 1, tzinfo=UTC))
    read_text = re.sub(r"<style>.*?</style>", "", text, flags=re.DOTALL)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in read_text
    assert "<script" not in read_text
    assert "a &amp; b" in read_text
    assert "99.99 %" in read_text
    assert "2026-01-01 00:00 UTC" in read_text


@pytest.mark.parametrize(
    ("percent", "text"), [(None, ""), (0, "0"), (100, "100"), (99.99, "99.9"), (0.01, "0.1"), (5, "5.0")]
)
def test_shares_are_never_rounded_to_all_or_nothing(percent: float | None, text: str) -> None:
    assert share(percent) == text
