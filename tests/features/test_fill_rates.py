"""The page of fill rates says what the stored documents say."""

from __future__ import annotations

import re
from pathlib import Path

from tools.fill_rates import PAGE


def rates(title: str) -> dict[str, list[str]]:
    section = PAGE.read_text("utf-8").partition(f"## {title}\n")[2].partition("\n## ")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if "`" in line]
    return {re.sub(r".*`(\w+)`.*", r"\1", row[0]): row[1:] for row in rows}


def test_every_feature_has_its_rates(root: Path) -> None:
    from hooplake.features.catalog import features

    for title in ("Finished games", "All documents"):
        assert list(rates(title)) == [feature.name for feature in features()]


def test_a_nba_summary_of_a_finished_game_lacks_only_what_no_document_has() -> None:
    never = [name for name, row in rates("Finished games").items() if row[3] == "0"]
    assert never == ["sold_out"]


def test_what_a_kind_cannot_say_is_never_filled() -> None:
    from hooplake.features.catalog import features

    for title in ("Finished games", "All documents"):
        for feature in features():
            row = rates(title)[feature.name]
            for column, kind in ((1, "gamepackage"), (2, "page")):
                if not feature.path(kind):
                    assert row[column] in ("0", "–"), (title, feature.name)
