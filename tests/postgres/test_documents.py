"""The documents of games as files: found by their names, and looked at when their game comes."""

from __future__ import annotations

from pathlib import Path

import pytest

from hooplake.lake.store import Store
from hooplake.postgres.documents import Document, find_documents
from hooplake.postgres.extraction import _league_of
from hooplake.sources.find import league_of_path


def test_files_are_told_by_their_names(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    for name in ("7.json", "a/7.page.02.json.gz", "8.zst", "9.json.txt", "x y.json", ".json", "10.json.zst"):
        (tmp_path / name).write_bytes(b"{}")
    games = find_documents(Store.open(tmp_path), None).games
    assert (sorted(games), len(games)) == (["10", "7"], 2)
    assert games["7"].items == (Document("7.json", 1), Document("a/7.page.02.json.gz", 2))
    assert games["10"].items == (Document("10.json.zst", 1),)
    assert games.get("8") is None


def test_a_file_that_changes_or_goes_after_it_was_listed_is_seen_as_it_is(tmp_path: Path) -> None:
    for name in ("7.json", "7.page.json", "8.json"):
        (tmp_path / name).write_bytes(b"{}")
    games = find_documents(Store.open(tmp_path), None).games
    both = games["7"]
    assert games["7"] == both
    (tmp_path / "7.json").write_bytes(b"{  }")
    assert games["7"].items == both.items
    assert games["7"].fingerprint != both.fingerprint
    (tmp_path / "7.page.json").unlink()
    (tmp_path / "8.json").unlink()
    assert games["7"].items == (Document("7.json", 1),)
    assert games.get("8") is None, "the run tells that it has no document"


@pytest.mark.parametrize(
    ("path", "league"),
    [
        ("7.json", None),
        ("nba/7.json", "nba"),
        ("raw/league=WBB/season=2024/7.json", "wbb"),
        ("nba/wnba/7.json", "wnba"),
        ("games.zip!mbb/7.json", "mbb"),
        ("nba!7.json", "nba"),
        ("nba", None),
    ],
)
def test_the_league_of_a_folder_is_that_of_the_path(path: str, league: str | None) -> None:
    assert _league_of(path) == league == league_of_path(path)
