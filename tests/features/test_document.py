"""The enriched document, with values read off real games, and the defects of the predecessor that it must not have."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hooplake import simulate
from hooplake.errors import DocumentError
from hooplake.features.document import duration, enriched, share, stats_of
from hooplake.features.extract import decode_counted, read_counted
from hooplake.games.espn.decode import decode
from hooplake.games.espn.read import Fetch
from hooplake.games.model import BoxLine
from tests.features.reading import counted_of

Body = Callable[[str], bytes]


def document(*bodies: bytes, league: str = "nba", key: str = "raw/x.json") -> dict[str, Any]:
    game, tally, _ = counted_of(*bodies, league=league)
    return dict(json.loads(enriched(game, tally, key=key).to_json()))


def count(*bodies: bytes, league: str = "nba") -> int:
    game, tally, _ = counted_of(*bodies, league=league)
    return enriched(game, tally, key="").feature_count


def keys_of(value: Any, path: str = "") -> set[str]:
    """Every key of a document by its path, players and types left out."""
    if isinstance(value, list) or path.endswith(("players", "event_types")):
        return {path}
    if not isinstance(value, dict):
        return {path}
    return {found for key, item in value.items() for found in keys_of(item, f"{path}.{key}")}


def test_an_overtime_game_of_a_gamepackage(real_body: Body) -> None:
    made = document(real_body("nba/401705050.gamepackage.json.gz"), key="raw/401705050.json")
    assert made["game_info"] == {
        "game_id": "401705050", "game_date": "2025-01-04", "tipoff_utc": "2025-01-05T01:00Z", "league": "nba",
        "season": "2024-25", "season_year": 2025, "season_type": 2, "status": "STATUS_FINAL", "attendance": None,
        "broadcast": "Altitude 2 Sports", "sold_out": None, "game_duration": 151, "overtime": True,
        "margin_of_victory": 11, "neutral_site": False,
    }  # fmt: skip
    assert made["scoring"] == {
        "home": {"team_id": "24", "abbreviation": "SA", "quarters": [27, 28, 37, 16, 3], "total": 111},
        "away": {"team_id": "7", "abbreviation": "DEN", "quarters": [30, 24, 27, 27, 14], "total": 122},
    }
    assert made["venue"] == {"name": None, "city": None, "state": None}
    assert made["officials"] == []
    assert made["source_data"] == {
        "source": "ESPN", "format": 2, "kind": "gamepackage", "original_game_id": "401705050",
        "s3_key": "raw/401705050.json",
    }  # fmt: skip
    summary = made["plays_summary"]
    assert (summary["total_plays"], summary["periods"]) == (529, 5)
    assert summary["event_types"]["Defensive Rebound"] == 91
    assert sum(summary["event_types"].values()) == 529
    home = made["box_score"]["home"]
    assert (home["team_id"], home["team_name"], home["team_abbreviation"]) == ("24", "San Antonio Spurs", "SA")
    (player,) = [p for p in home["players"] if p["player_id"] == "5104157"]
    assert {key: player[key] for key in player if key != "stats"} == {
        "player_id": "5104157", "name": "Victor Wembanyama", "position": "C", "jersey": "1", "starter": True,
        "did_not_play": False,
    }  # fmt: skip
    assert len(player["stats"]) == 22
    assert {name: player["stats"][name] for name in ("minutes", "points", "rebounds", "double_double")} == {
        "minutes": 39, "points": 20, "rebounds": 23, "double_double": True,
    }  # fmt: skip
    assert count(real_body("nba/401705050.gamepackage.json.gz")) == 460


def test_a_scheduled_document_has_every_key_and_no_score(real_body: Body) -> None:
    final = document(real_body("nba/401705050.gamepackage.json.gz"))
    early = document(real_body("nba/401705050.gamepackage.2.json.gz"))
    assert keys_of(early) == keys_of(final)
    assert early["game_info"]["status"] == "STATUS_SCHEDULED"
    assert (early["scoring"]["home"]["total"], early["scoring"]["home"]["quarters"]) == (None, [])
    assert early["box_score"]["home"]["players"] == []
    assert early["plays_summary"] == {"total_plays": None, "periods": None, "event_types": {}}


def test_a_final_document_replaces_a_scheduled_one_whichever_came_first(real_body: Body) -> None:
    early, final = (real_body(f"nba/401705050.gamepackage{fetch}.json.gz") for fetch in (".2", ""))
    assert document(early, final)["scoring"] == document(final)["scoring"]
    assert document(final, early)["scoring"] == document(final)["scoring"]
    assert count(final, early) == count(early, final) == 460


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("nba/401705183.gamepackage.json.gz", "STATUS_POSTPONED"),
        ("wbb/401474138.summary.json.gz", "STATUS_CANCELED"),
        ("wbb/401498641.summary.json.gz", "STATUS_FORFEIT"),
        ("nba/401705508.gamepackage.json.gz", "STATUS_IN_PROGRESS"),
    ],
)
def test_a_game_that_was_not_played_to_its_end_has_no_score(real_body: Body, name: str, status: str) -> None:
    made = document(real_body(name))
    info = made["game_info"]
    assert (info["status"], info["margin_of_victory"], info["game_duration"]) == (status, None, None)
    assert made["scoring"]["home"]["total"] is made["scoring"]["away"]["total"] is None


def test_a_page_has_its_venue_in_loc_and_keeps_negative_plus_minus(real_body: Body) -> None:
    other = document(real_body("nba/401766123.page.json.gz"))
    assert -15 in {p["stats"]["plus_minus"] for side in other["box_score"].values() for p in side["players"]}
    made = document(real_body("nba/401585183.page.json.gz"))
    assert made["source_data"]["format"] == 1
    assert made["venue"]["name"]
    assert made["venue"]["city"]
    players = [p for side in ("home", "away") for p in made["box_score"][side]["players"]]
    plus_minus = {p["stats"]["plus_minus"] for p in players if not p["did_not_play"]}
    assert -8 in plus_minus
    assert all(p["position"] is None for p in players)
    assert any(p["did_not_play"] for p in players)
    assert all(set(p["stats"].values()) == {None} for p in players if p["did_not_play"])
    starters = [p["starter"] for side in ("home", "away") for p in made["box_score"][side]["players"]]
    assert starters.count(True) == 10


def test_an_empty_shell_has_no_stats_and_counts_below_fifty(real_body: Body) -> None:
    body = real_body("nba/400827889.summary.json.gz")
    made = document(body)
    assert (made["scoring"]["home"]["total"], made["scoring"]["away"]["total"]) == (97, 95)
    players = [p for side in ("home", "away") for p in made["box_score"][side]["players"]]
    assert players
    assert {value for p in players for value in p["stats"].values()} == {None}
    assert count(body) < 50


def test_six_overtimes_in_halves(real_body: Body) -> None:
    made = document(real_body("mbb/290710041.summary.json.gz"), league="mbb")
    assert made["game_info"]["overtime"] is True
    assert len(made["scoring"]["home"]["quarters"]) == 8
    assert sum(made["scoring"]["home"]["quarters"]) == made["scoring"]["home"]["total"]
    assert made["game_info"]["neutral_site"] is True


def test_officials_are_in_the_order_of_the_crew(real_body: Body) -> None:
    made = document(real_body("nba/401859967.summary.json.gz"))
    assert len(made["officials"]) == 4
    assert made["game_info"]["season_type"] == 3
    assert made["officials"][0].keys() == {"name", "position", "number"}
    assert made["officials"][0]["number"] is None


def test_a_trimmed_document_takes_league_and_date_from_outside(real_body: Body) -> None:
    body = real_body("wnba/401736228.summary.json.gz")
    made = document(body, league="wnba")
    assert (made["game_info"]["game_date"], made["game_info"]["season"]) == ("2025-07-01", "2025")
    assert made["scoring"]["home"]["total"] is None


def test_every_kind_has_the_same_keys(real_body: Body) -> None:
    names = ("nba/401705050.gamepackage", "nba/401585183.page", "nba/401859967.summary", "wnba/401736228.summary")
    assert len({frozenset(keys_of(document(real_body(f"{name}.json.gz"), league="wnba"))) for name in names}) == 1


def test_counts_of_features_over_all_real_finals(real_names: Sequence[str], real_body: Body) -> None:
    counts: dict[tuple[str, str], list[int]] = defaultdict(list)
    for name in real_names:
        league, _, file = name.partition("/")
        game, tally, _ = counted_of(real_body(name), league=league)
        if game.played:
            kind = file.split(".")[1]
            counts[league, kind].append(enriched(game, tally, key="").feature_count)
    ranges = {kind: (len(found), min(found), max(found)) for kind, found in counts.items()}
    assert ranges["nba", "gamepackage"] == (11, 378, 523)
    assert ranges["wbb", "summary"] == (296, 297, 579)
    assert ranges["mbb", "summary"] == (4, 367, 514)
    assert ranges["nba", "summary"] == (4, 8, 571)  # the least is the empty shell


def test_line_scores_sum_to_the_total_in_every_real_final(real_names: Sequence[str], real_body: Body) -> None:
    teams = 0
    for name in real_names:
        made = document(real_body(name), league=name.partition("/")[0])
        for side in made["scoring"].values():
            if side["total"] is not None and side["quarters"]:
                teams += 1
                assert sum(side["quarters"]) == side["total"], name
    assert teams >= 600


def test_the_box_is_matched_by_team_and_not_by_place(real_names: Sequence[str], real_body: Body) -> None:
    # the predecessor gave the first box to the home team; most documents list the away team first
    away_first = 0
    for name in [name for name in real_names if name.startswith("wbb/")][:60]:
        body = json.loads(real_body(name))
        made = document(real_body(name), league="wbb")
        boxes = body["boxscore"].get("players") or []
        for box in boxes:
            sides = [side for side in made["box_score"].values() if side["team_id"] == box["team"]["id"]]
            ids = [row["athlete"]["id"] for table in box["statistics"] for row in table["athletes"]]
            assert {p["player_id"] for p in sides[0]["players"]} == set(ids)
        away_first += bool(boxes) and boxes[0]["team"]["id"] == made["box_score"]["away"]["team_id"]
    assert away_first > 40


@pytest.mark.parametrize("kind", ["summary", "gamepackage", "page"])
def test_a_simulated_box_is_the_truth(nba: simulate.Season, kind: str) -> None:
    game = nba.games[0]
    made = document(game.document(kind))
    assert tuple(made["scoring"][side]["total"] for side in ("home", "away")) == game.truth.score
    for side, points in zip(("home", "away"), game.truth.score, strict=True):
        players = made["box_score"][side]["players"]
        assert sum(p["stats"]["points"] or 0 for p in players) == points


def test_the_same_input_gives_the_same_bytes(nba: simulate.Season) -> None:
    body = nba.games[0].document()
    assert document(body) == document(body)
    game, tally, _ = counted_of(body)
    again, counted, _ = counted_of(body)
    assert enriched(game, tally, key="k").to_json() == enriched(again, counted, key="k").to_json()


def test_a_nul_in_a_name_is_replaced_since_postgres_refuses_it(nba: simulate.Season) -> None:
    body = json.loads(nba.games[0].document())
    body["gameInfo"]["venue"]["fullName"] = "A\x00B \\u0000"
    made = document(json.dumps(body).encode())
    assert made["venue"]["name"] == "A\ufffdB \\u0000"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("plays", 3, "wallclock"), "2025-01-05T01:00:00"),
        (("plays", 3, "period"), 1),
        (("plays", 3, "type"), None),
        (("plays", 3, "type", "text"), None),
        (("plays", 3, "type", "text"), "Shot from\n the Moon"),
        (("plays", 3, "wallclock"), "2001-01-05T01:00:00Z"),
        (("plays", 3, "wallclock"), "2101-01-05T01:00:00Z"),
        (("boxscore", "teams"), None),
        (("header", "competitions", 0, "competitors", 0, "score"), 101),
    ],
)
def test_what_is_counted_is_mended_like_all_the_rest(
    nba: simulate.Season, path: tuple[str | int, ...], value: object
) -> None:
    body = json.loads(nba.games[0].document())
    holder = body
    for part in path[:-1]:
        holder = holder[part]
    holder[path[-1]] = value
    data = json.dumps(body).encode()
    whole = read_counted([Fetch("x", 1, decode(data))], league="nba", season=2025, game_date=date(2025, 7, 1))
    lean = read_counted([Fetch("x", 1, decode_counted(data))], league="nba", season=2025, game_date=date(2025, 7, 1))
    assert enriched(lean.game, lean.tally, key="") == enriched(whole.game, whole.tally, key="")
    assert lean.tally.plays == len(body["plays"])


def test_a_type_that_nobody_has_seen_is_counted_like_any(nba: simulate.Season) -> None:
    body = json.loads(nba.games[0].document())
    for number, words in ((0, "Shot from\n the Moon"), (1, "Shot from the Moon"), (2, "M" * 200)):
        body["plays"][number]["type"]["text"] = words
    lean = read_counted(
        [Fetch("x", 1, decode_counted(json.dumps(body).encode()))],
        league="nba",
        season=2025,
        game_date=date(2025, 7, 1),
    )
    assert lean.tally.types["Shot from the Moon"] == 2
    assert lean.tally.types["M" * 200] == 1


def test_no_more_is_decoded_than_is_counted_and_the_same_comes_out(real_names: Sequence[str], real_body: Body) -> None:
    for name in real_names:
        made = []
        for read in (decode, decode_counted):
            fetch = Fetch(name, 1, read(real_body(name)))
            counted = read_counted([fetch], league=name.partition("/")[0], season=2025, game_date=date(2025, 7, 1))
            made.append(enriched(counted.game, counted.tally, key="").to_json())
        assert made[0] == made[1], name


def test_a_document_of_nothing_is_refused() -> None:
    with pytest.raises(DocumentError, match="unknown_kind"):
        document(b'{"some": "thing"}')


def test_shares_are_rounded_half_away_from_zero() -> None:
    assert share(1, 16) == 0.063
    assert share(1, 3) == 0.333
    assert share(2, 3) == 0.667
    assert share(0, 5) == 0.0
    assert share(0, 0) is None
    assert share(None, 4) is None


@given(st.integers(0, 60), st.integers(1, 60))
def test_a_share_is_the_fraction_to_three_places(made: int, more: int) -> None:
    attempted = made + more
    found = share(made, attempted)
    assert found is not None
    assert abs(found - made / attempted) <= 0.0005 + 1e-12
    assert 0 <= found <= 1


@pytest.mark.parametrize(
    ("seconds", "minutes"),
    [(59.4 * 60, None), (60 * 60, 60), (90.5 * 60, 91), (300 * 60, 300), (301 * 60, None), (1440 * 60, None)],
)
def test_a_game_lasts_one_to_five_hours(seconds: float, minutes: int | None) -> None:
    first = datetime(2025, 1, 5, 1, tzinfo=UTC)
    assert duration(first, first + timedelta(seconds=seconds)) == minutes


@pytest.mark.parametrize(
    ("line", "double", "triple"),
    [
        ({"points": 10, "reb": 10, "ast": 9}, True, False),
        ({"points": 10, "reb": 10, "stl": 10}, True, True),
        ({"points": 0, "ast": 12, "blk": 10}, True, False),
        ({"points": 30, "tov": 11}, False, False),
        ({"minutes": 3}, None, None),
    ],
)
def test_doubles_count_five_categories(line: dict[str, int], double: bool | None, triple: bool | None) -> None:
    stats = stats_of(BoxLine(team_id="1", player_id="2", **line))
    assert (stats.double_double, stats.triple_double) == (double, triple)


def test_no_stat_is_told_twice() -> None:
    # the predecessor had fouls and personal_fouls
    names = msgspec.structs.fields(type(stats_of(BoxLine(team_id="1", player_id="2"))))
    assert [field.name for field in names if "foul" in field.name] == ["fouls"]
