"""Gaps, and the commands that close them."""

from __future__ import annotations

from datetime import date

import pytest

from hooplake.tables.coverage import Cell, mark, repair

DAY = date(2025, 1, 5)
WHERE = ("gold.player_game_summary", "league=nba/source=espn/season=2025", "2025-01-05")


def cell(gap: str | None, source: str = "espn") -> Cell:
    return Cell("nba", source, 2025, DAY, "gold.player_game_summary", 3, 26, 0, 0, 0, gap)


def test_what_was_never_built_is_closed_by_building() -> None:
    gap = cell("MISSING")
    mark([gap], [], {WHERE: "NEVER_BUILT"})
    assert (gap.gap, gap.cause) == ("MISSING", None)
    assert repair(gap) == (
        "hooplake backfill --table player_game_summary --league nba --from 2025-01-05 --to 2025-01-05"
    )


@pytest.mark.parametrize("gap_class", ["MISSING", "PARTIAL"])
def test_what_was_built_and_is_not_there_must_be_fetched_again(gap_class: str) -> None:
    gap = cell(gap_class)
    mark([gap], [], {})
    assert (gap.gap, gap.detail) == (gap_class, "what was taken in of the day lacks it")
    assert repair(gap) == "hooplake ingest espn --league nba --from 2025-01-05 --to 2025-01-05 --build"


def test_the_official_feed_is_fetched_by_season() -> None:
    gap = cell("MISSING", "official")
    mark([gap], [], {})
    assert repair(gap) == "hooplake ingest official --season 2025"


def test_a_date_that_is_complete_has_no_cause() -> None:
    complete = cell(None)
    mark([complete], [], {})
    assert (complete.gap, complete.cause, complete.detail) == (None, None, "")
