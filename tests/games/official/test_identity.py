from __future__ import annotations

import pytest

from hooplake.games.official.identity import OfficialId, identify, whole


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0021800001", OfficialId("0021800001", "nba", 2019, 2)),
        ("21800001", OfficialId("0021800001", "nba", 2019, 2)),  # a number has lost its zeros
        ("21800001.0", OfficialId("0021800001", "nba", 2019, 2)),
        ("0029600001", OfficialId("0029600001", "nba", 1997, 2)),
        ("0029900001", OfficialId("0029900001", "nba", 2000, 2)),
        ("0020000001", OfficialId("0020000001", "nba", 2001, 2)),
        ("0011800001", OfficialId("0011800001", "nba", 2019, 1)),
        ("0031800001", OfficialId("0031800001", "nba", 2019, 2)),
        ("0041800101", OfficialId("0041800101", "nba", 2019, 3)),
        ("0052000001", OfficialId("0052000001", "nba", 2021, 5)),
        ("0062300001", OfficialId("0062300001", "nba", 2024, 2)),
        ("1021900001", OfficialId("1021900001", "wnba", 2019, 2)),
    ],
)
def test_an_id_tells_league_season_and_kind_of_game(text: str, expected: OfficialId) -> None:
    assert identify(text) == expected


@pytest.mark.parametrize("text", ["", "abc", "2021800001", "0091800001", "00218000011", "-21800001", "２1800001"])
def test_other_texts_are_no_ids(text: str) -> None:
    assert identify(text) is None


def test_whole_numbers_lose_the_point_of_a_double() -> None:
    assert [whole(text) for text in ("4", "4.0", " 4.00 ", "4.5", "")] == ["4", "4", "4", "4.5", ""]
