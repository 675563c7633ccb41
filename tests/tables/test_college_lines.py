"""Lines of college games: which one counts, how they moved, and what came of them."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.sources.lakes import CollegeLake
from tests.tables.college import game, line


def test_a_spread_of_nothing_is_zero_only_where_the_moneylines_are_even(small: CollegeLake) -> None:
    small.offer("games", [game(1)])
    rows = [
        line("even", homeMoneyline=-110, awayMoneyline=-110), line("uneven", homeMoneyline=-300, awayMoneyline=240),
        line("none"), line("wrong", spread=-5, homeMoneyline=200, awayMoneyline=-240),
        line("right", spread=-5, homeMoneyline=-240, awayMoneyline=200), line("small", spread=-2.5, homeMoneyline=120, awayMoneyline=-140),
    ]  # fmt: skip
    small.offer("lines", [{"gameId": 1, "season": 2025, "startDate": "2024-12-01T00:30:00.000Z", "lines": rows}])
    small.build("silver.cbbd_game_lines")
    found = {row["provider"]: row for row in small.rows("silver.cbbd_fct_lines")}
    assert {name: row["spread"] for name, row in found.items()} == {
        "even": 0.0, "uneven": None, "none": None, "wrong": -5.0, "right": -5.0, "small": -2.5,
    }  # fmt: skip
    assert {name for name, row in found.items() if row["spread_is_pickem"]} == {"even"}
    assert {name for name, row in found.items() if row["sign_suspect"]} == {"wrong"}
    (chosen,) = small.rows("silver.cbbd_game_lines")
    assert (chosen["spread_provider"], chosen["spread"]) == ("even", 0.0)


def test_the_line_of_a_game_goes_by_a_fixed_order_and_by_what_was_told_before(small: CollegeLake) -> None:
    small.offer("games", [game(1)])
    start = {"gameId": 1, "season": 2025, "startDate": "2024-12-01T00:30:00.000Z"}
    before = [
        line("Bovada", spread=-4, overUnder=140),
        line("ESPN BET", spread=-3, homeMoneyline=-150, awayMoneyline=130),
    ]
    after = [
        line("Bovada", spread=-9, overUnder=150),
        line("ESPN BET", spread=-9, homeMoneyline=-500, awayMoneyline=400),
    ]
    small.offer("lines", [{**start, "lines": before}], day=date(2024, 11, 30))
    small.offer("lines", [{**start, "lines": after}], day=date(2024, 12, 2))
    small.build("silver.cbbd_game_lines")
    (found,) = small.rows("silver.cbbd_game_lines")
    assert (found["spread"], found["spread_provider"]) == (-3.0, "ESPN BET")
    assert (found["over_under"], found["over_under_provider"]) == (140.0, "Bovada")
    assert (found["home_moneyline"], found["line_after_tip"]) == (-150, False)


def test_a_line_of_which_one_field_was_told_late_is_late(small: CollegeLake) -> None:
    start = {"gameId": 1, "season": 2025, "startDate": "2024-12-01T00:30:00.000Z"}
    small.offer("games", [game(1)])
    small.offer("lines", [{**start, "lines": [line("A", spread=-3), line("C")]}], day=date(2024, 11, 30))
    small.build("gold.game_predictions_features")
    early = small.rows("gold.game_predictions_features")
    assert [(row["spread"], row["line_after_tip"]) for row in early if row["is_home"]] == [(-3.0, False)]
    late = [line("A", spread=-9), line("B", overUnder=140), line("C")]
    small.offer("lines", [{**start, "lines": late}], day=date(2024, 12, 2))
    small.build("gold.game_predictions_features", "gold.market_lines_analysis")
    for row in small.rows("gold.game_predictions_features"):
        assert (abs(row["spread"]), row["over_under"], row["line_after_tip"]) == (3.0, 140.0, True)
    told = {row["provider"]: row["told_on"] for row in small.rows("gold.market_lines_analysis")}
    assert told == {"A": date(2024, 11, 30), "B": date(2024, 12, 2), "C": date(2024, 11, 30)}


def test_a_push_is_neither_won_nor_lost(small: CollegeLake) -> None:
    small.offer("games", [game(1), game(2, homePoints=71)])
    rows = [line("A", spread=-10, overUnder=130.0)]
    start = {"season": 2025, "startDate": "2024-12-01T00:30:00.000Z", "lines": rows}
    small.offer("lines", [{"gameId": 1, **start}, {"gameId": 2, **start}])
    small.build("gold.market_lines_analysis")
    push, cover = sorted(small.rows("gold.market_lines_analysis"), key=lambda row: row["game_id"])
    assert (push["ats_result"], push["home_covered"], push["ats_margin"]) == ("push", None, 0.0)
    assert (push["ou_result"], push["over_hit"]) == ("push", None)
    assert (cover["ats_result"], cover["home_covered"], cover["ou_result"], cover["over_hit"]) == (
        "home",
        True,
        "over",
        True,
    )


def test_real_lines_of_a_season(tmp_path: Path, real_data: Path) -> None:
    lake = CollegeLake(tmp_path / "lake")
    sent = pq.read_table(real_data / "odds" / "college_lines_2026.parquet").to_pylist()
    games: dict[str, dict[str, Any]] = {}
    lines: dict[str, list[dict[str, Any]]] = {}
    for row in sent:
        start = (row["startDate"] if "startDate" in row else row["startDate_x"]).replace(" ", "T")[:19] + ".000Z"
        games[row["gameId"]] = game(
            int(float(row["gameId"])), season=2026, startDate=start, homeTeamId=int(float(row["homeTeamId_x"])),
            awayTeamId=int(float(row["awayTeamId_x"])), homePoints=int(float(row["homeScore"])),
            awayPoints=int(float(row["awayScore"])),
        )  # fmt: skip
        told = {name: _number(row[name]) for name in ("spread", "overUnder", "homeMoneyline", "awayMoneyline")}
        lines.setdefault(row["gameId"], []).append({"provider": row["provider"], **told})
    lake.offer("games", list(games.values()), season=2026)
    lake.offer(
        "lines",
        [{"gameId": g["id"], "season": 2026, "startDate": g["startDate"], "lines": lines[k]} for k, g in games.items()],
        season=2026,
    )
    lake.build("gold.market_lines_analysis")
    found = lake.rows("gold.market_lines_analysis")
    assert (len(sent), len(found), len({row["game_id"] for row in found})) == (10_371, 10_290, 5_514)
    assert Counter(row["ats_result"] for row in found) == {"home": 4986, "away": 5191, "push": 95, None: 18}
    assert Counter(row["ou_result"] for row in found) == {"over": 5056, "under": 5163, "push": 52, None: 19}
    assert all(row["home_covered"] is None for row in found if row["ats_result"] in ("push", None))
    backed = [row for row in found if row["spread"] and row["ats_result"] != "push"]
    covered = sum((row["spread"] < 0) == row["home_covered"] for row in backed)
    assert (covered, len(backed)) == (4_835, 10_174)  # favourites cover 47.5 %
    one = [row for row in backed if row["is_line_of_game"]]
    assert (sum((row["spread"] < 0) == row["home_covered"] for row in one), len(one)) == (2_631, 5_506)
    decided = [row for row in one if row["home_win"] is not None]
    assert sum((row["spread"] < 0) == row["home_win"] for row in decided) / len(decided) == pytest.approx(
        0.7216, abs=5e-5
    )
    margins = [abs(row["ats_margin"]) for row in found if row["ats_margin"] is not None]
    assert sum(margins) / len(margins) == pytest.approx(9.053, abs=0.0005)
    chosen = lake.rows("silver.cbbd_game_lines")
    assert {row["game_id"] for row in lake.rows("silver.cbbd_fct_lines") if row["spread_is_pickem"]} == {
        "213471", "359001", "372148",
    }  # fmt: skip
    assert sum(row["sign_suspect"] for row in lake.rows("silver.cbbd_fct_lines")) == 30
    assert Counter(row["spread_provider"] for row in chosen if row["spread"] is not None) == {
        "Draft Kings": 4286, "ESPN BET": 1234, "Bovada": 33,
    }  # fmt: skip
    assert sum(row["over_under"] is not None for row in chosen) == 5559


def _number(text: str | None) -> float | None:
    return None if text in (None, "", "nan", "None") else float(text)


def test_how_a_line_moved_from_day_to_day(small: CollegeLake) -> None:
    start = {"gameId": 1, "season": 2025, "startDate": "2024-12-01T00:30:00.000Z"}
    told = {
        date(2024, 11, 28): [line("A", spread=-3, overUnder=140)],
        date(2024, 11, 29): [line("A", spread=-3, overUnder=140), line("B", homeMoneyline=-110, awayMoneyline=-110)],
        date(2024, 11, 30): [line("A", spread=-4.5, overUnder=139)],
        date(2024, 12, 1): [line("A", spread=-4.5)],
    }
    for day, lines in told.items():
        small.offer("lines", [{**start, "lines": lines}], day=day)
    small.build("gold.market_lines_history")
    found = small.rows('select * from gold.market_lines_history order by provider, "asof"')
    assert [
        (row["provider"], row["asof"].day, row["telling"], row["spread"], row["moved"], row["spread_move"], row["total_move"])
        for row in found
    ] == [
        ("A", 28, 1, -3.0, False, None, None), ("A", 29, 2, -3.0, False, 0.0, 0.0),
        ("A", 30, 3, -4.5, True, -1.5, -1.0), ("A", 1, 4, -4.5, True, 0.0, None),
        ("B", 29, 1, 0.0, False, None, None),
    ]  # fmt: skip
    assert [row["told_before_game"] for row in found] == [True, True, True, False, True]
    assert [row["spread_is_pickem"] for row in found] == [False] * 4 + [True]
