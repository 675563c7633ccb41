"""Names of raw documents in the lake."""

from __future__ import annotations

import pytest

from hooplake.games.espn.identity import identify
from hooplake.games.espn.raw import RawName, body_sha, by_game
from tests.games.documents import decoded, summary

PATH = "raw/espn/summary/league=nba/season=2025/date=2025-01-04/401.01.0123456789ab.json.zst"


def test_a_name_says_kind_game_and_content() -> None:
    name = RawName.of(identify(decoded(summary())), b"body", 3)
    assert name.path == f"raw/espn/summary/league=nba/season=2025/date=2025-01-04/401.03.{body_sha(b'body')}.json.zst"
    assert RawName.parse(name.path) == name
    assert body_sha(b"") == "e3b0c44298fc"


@pytest.mark.parametrize(
    "path",
    [
        "raw/espn/letter/league=nba/season=2025/date=2025-01-04/401.01.0123456789ab.json.zst",
        PATH.replace("2025-01-04", "2025-13-04"),
        PATH.replace(".01.", ".1."),
        PATH.replace("ab.json", "AB.json"),
        PATH + ".tmp",
        "x" + PATH,
        PATH.replace("/401.", "/a b."),
    ],
)
def test_other_names_are_not_raw_documents(path: str) -> None:
    assert RawName.parse(PATH) is not None
    assert RawName.parse(path) is None
    assert by_game([path]) == {}


def test_documents_by_game_in_order_of_kind_and_receipt() -> None:
    paths = [
        PATH.replace(".01.", ".10."),
        PATH.replace(".01.", ".02.").replace("2025-01-04", "2024-12-30"),
        PATH.replace("summary", "page"),
        PATH.replace("/401.", "/402."),
        PATH.replace("league=nba", "league=wnba"),
    ]
    grouped = by_game(paths)
    assert sorted(grouped) == [("nba", 2025), ("wnba", 2025)]
    assert [(n.kind, n.sequence) for n in grouped["nba", 2025]["401"]] == [("page", 1), ("summary", 2), ("summary", 10)]
    assert sorted(grouped["nba", 2025]) == ["401", "402"]
