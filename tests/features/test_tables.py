"""The feature tables: all 58 by name from every kind of document, why each null is one, and that kinds agree."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from hooplake import simulate
from hooplake.features.catalog import GROUPS, features, group
from hooplake.features.document import enriched
from hooplake.features.named import NamedFeatures, named_features
from hooplake.features.tables import FEATURE_TABLES, feature_tables
from hooplake.games.model import EVENTS, Game
from hooplake.games.plays import Meaning, meaning_number
from hooplake.games.silver import silver_tables
from hooplake.lake.contracts import check
from hooplake.lakehouse import registry
from hooplake.replay.replay import replay
from tests.features.reading import counted_of, game_of

Body = Callable[[str], bytes]
SCORES = ("home_score", "away_score", "margin_of_victory", "overtime")


def named(*bodies: bytes, league: str = "nba") -> NamedFeatures:
    return named_features(game_of(*bodies, league=league), registry())


def made_of(games: Sequence[Game]) -> dict[str, pa.Table]:
    tables = silver_tables(games, registry())
    tables |= replay(tables, registry(), league=games[0].league)
    return feature_tables(tables, registry(), league=games[0].league, season=games[0].season)


def filled(found: NamedFeatures) -> set[str]:
    """Features of which some value is known."""
    rows = {"game": [found.game], "player": found.players, "play": found.plays}
    return {f.name for f in features() if any(row[f.name] is not None for row in rows[f.group])}


def test_a_real_summary_fills_everything_but_sold_out(real_body: Body) -> None:
    assert {f.name for f in features()} - filled(named(real_body("nba/401859967.summary.json.gz"))) == {"sold_out"}


def test_a_real_gamepackage_lacks_what_its_kind_lacks(real_body: Body) -> None:
    found = named(real_body("nba/401705050.gamepackage.json.gz"))
    lacking = {"sold_out", "venue_name", "venue_city", "attendance", "referee_1"}
    assert {f.name for f in features()} - filled(found) == lacking
    assert {name: found.why_null[name] for name in sorted(lacking)} == {
        "attendance": {"kind_lacks": 1}, "referee_1": {"kind_lacks": 1}, "sold_out": {"no_source": 1},
        "venue_city": {"kind_lacks": 1}, "venue_name": {"kind_lacks": 1},
    }  # fmt: skip


def test_a_real_page_without_plays_fills_the_game_and_the_box(real_body: Body) -> None:
    found = named(real_body("nba/401766123.page.json.gz"))
    lacking = {f.name for f in features()} - filled(found)
    assert lacking - {f.name for f in group("play")} == {"sold_out", "game_duration", "position"}
    assert found.why_null["shot_distance"] == {"no_plays": 0}


def test_values_of_a_real_gamepackage(real_body: Body) -> None:
    found = named(real_body("nba/401705050.gamepackage.json.gz"))
    assert found.game == {
        "game_date": date(2025, 1, 4), "season": "2024-25", "season_type": 2, "home_team_abbr": "SA",
        "away_team_abbr": "DEN", "home_score": 111, "away_score": 122, "home_q1_score": 27, "home_q2_score": 28,
        "home_q3_score": 37, "home_q4_score": 16, "venue_name": None, "venue_city": None, "attendance": None,
        "sold_out": None, "broadcast_network": "Altitude 2 Sports", "game_duration": 151, "referee_1": None,
        "overtime": True, "margin_of_victory": 11,
    }  # fmt: skip
    assert len(found.plays) == 529
    assert found.plays[-1]["score_margin"] == -11
    shots = [play for play in found.plays if play["shot_x_coord"] is not None]
    for play in shots:
        spot = ((play["shot_x_coord"] - 25) ** 2 + play["shot_y_coord"] ** 2) ** 0.5
        assert play["shot_distance"] == pytest.approx(spot, abs=0.051)
    made = sum(play["shot_value"] for play in found.plays if play["shot_made"])
    assert made == 111 + 122
    free_throws = [play for play in found.plays if play["shot_value"] == 1]
    assert free_throws
    assert all(play["shot_distance"] is None and play["shot_x_coord"] is None for play in free_throws)


def test_halves_have_no_quarters(real_body: Body) -> None:
    found = named(real_body("mbb/290710041.summary.json.gz"), league="mbb")
    assert [found.game[f"home_q{number}_score"] for number in (1, 2, 3, 4)] == [None] * 4
    assert found.why_null["home_q1_score"] == {"halves": 1}
    assert found.game["overtime"] is True
    assert found.why_null["plus_minus"].keys() == {"did_not_play", "no_column"}


def test_an_empty_shell_says_so(real_body: Body) -> None:
    found = named(real_body("nba/400827889.summary.json.gz"))
    assert (found.game["home_score"], found.game["away_score"]) == (97, 95)
    assert found.why_null["points"].keys() <= {"shell", "did_not_play"}
    assert found.why_null["points"]["shell"] > 0
    assert all(player["field_goal_pct"] is None for player in found.players)


@pytest.mark.parametrize(
    ("text", "kind", "side"),
    [
        ("shooting foul", "shooting", "other"),
        ("offensive foul", "offensive", "own"),
        ("charge", "charge", "own"),
        ("technical", "technical", None),
    ],
)
def test_whose_ball_it_is_after_a_foul(nba: simulate.Season, text: str, kind: str, side: str | None) -> None:
    game = game_of(nba.games[0].document())
    plays = game.plays
    place = plays.home.index(True).as_py()
    plays.meaning[place] = meaning_number(Meaning(EVENTS.index("foul"), kind, None, 0, None))
    texts = plays.description.to_pylist()
    plays.description = pa.array([*texts[:place], text, *texts[place + 1 :]], pa.string())
    assert game.home is not None
    assert game.away is not None
    expected = {"own": game.home.team_id, "other": game.away.team_id, None: None}[side]
    assert named_features(game, registry()).plays[place]["possession_team"] == expected


def test_the_score_margin_follows_the_truth(nba: simulate.Season) -> None:
    game = nba.games[0]
    found = named(game.document())
    home, away = game.truth.score
    assert found.plays[-1]["score_margin"] == found.game["home_score"] - found.game["away_score"] == home - away


@pytest.mark.parametrize("league", ["nba", "mbb"])
def test_two_kinds_of_one_game_agree(league: str, nba: simulate.Season, mbb: simulate.Season) -> None:
    game = (nba if league == "nba" else mbb).games[1]
    one, other = (named(game.document(kind), league=league) for kind in ("summary", "gamepackage"))
    lacks = {"venue_name", "venue_city", "attendance", "referee_1"}
    assert {k: v for k, v in one.game.items() if k not in lacks} == {
        k: v for k, v in other.game.items() if k not in lacks
    }
    assert one.players == other.players
    # the source words a play, and orders the rows of one moment, differently from document to document; the
    # simulator does so too
    differing = {"event_num", "event_description", "event_type", "shot_type", "score_margin"}
    attempts = [
        sorted(
            [str(v) for k, v in play.items() if k not in differing and v is not None]
            for play in each.plays
            if play["shot_value"] is not None
        )
        for each in (one, other)
    ]
    assert attempts[0] == attempts[1]
    assert len(one.plays) == len(other.plays)


def test_a_page_agrees_with_a_summary_in_the_game_and_the_box(nba: simulate.Season) -> None:
    game = nba.games[1]
    one, other = named(game.document("summary")), named(game.document("page"))
    lacks = {"game_duration", "broadcast_network"}
    assert {k: v for k, v in one.game.items() if k not in lacks} == {
        k: v for k, v in other.game.items() if k not in lacks
    }
    lines = [
        {(p["team_id"], p["player_id"]): {k: v for k, v in p.items() if k != "position"} for p in each.players}
        for each in (one, other)
    ]
    assert lines[0] == lines[1]


def test_a_real_summary_read_as_a_gamepackage_says_the_same(real_body: Body) -> None:
    body = json.loads(real_body("nba/401468642.summary.json.gz"))
    inside = {key: body[key] for key in ("header", "boxscore", "plays")}
    one = named(json.dumps(body).encode())
    other = named(json.dumps({"gameId": int(body["header"]["id"]), "gamepackageJSON": inside}).encode())
    lacks = {"venue_name", "venue_city", "attendance", "referee_1"}
    assert {k for k in one.game if one.game[k] != other.game[k]} <= lacks
    assert (one.players, one.plays) == (other.players, other.plays)


def test_two_fetches_of_a_real_game_agree(real_body: Body) -> None:
    bodies = [real_body(f"wbb/401480240.summary{fetch}.json.gz") for fetch in ("", ".2")]
    first, second, both = named(bodies[0], league="wbb"), named(bodies[1], league="wbb"), named(*bodies, league="wbb")
    assert first == second == both


def test_tables_and_enriched_document_agree_in_every_real_game(real_names: Sequence[str], real_body: Body) -> None:
    games: dict[tuple[str, int], list[Game]] = defaultdict(list)
    documents: dict[str, Any] = {}
    for name in real_names:
        league = name.partition("/")[0]
        game = game_of(real_body(name), league=league)
        if ".2." not in name:
            games[league, game.season].append(game)
            counted, tally, _ = counted_of(real_body(name), league=league)
            documents[game.game_id] = json.loads(enriched(counted, tally, key="").to_json())
    seen = 0
    for part in games.values():
        made = made_of(part)
        for name in FEATURE_TABLES:
            checked = check(registry()[name], made[name])
            assert checked.quarantined.num_rows == 0
        for row in made["gold.game_features"].to_pylist():
            assert_game(row, documents[row["game_id"]])
            seen += 1
        for row in made["gold.player_game_features"].to_pylist():
            assert_player(row, documents[row["game_id"]])
    assert seen == len(documents) == 348


def assert_game(row: dict[str, Any], document: dict[str, Any]) -> None:
    info, home, away = document["game_info"], document["scoring"]["home"], document["scoring"]["away"]
    quarters = [*home["quarters"], None, None, None, None]
    halves = row["home_q1_score"] is None
    assert {
        "game_date": row["game_date"].isoformat(), "season": row["season_label"],
        "home_team_abbr": row["home_team_abbr"], "away_team_abbr": row["away_team_abbr"],
        "home_score": row["home_score"], "away_score": row["away_score"], "venue_name": row["venue_name"],
        "broadcast": row["broadcast_network"], "referee_1": row["referee_1"],
    } == {
        "game_date": info["game_date"], "season": info["season"], "home_team_abbr": home["abbreviation"],
        "away_team_abbr": away["abbreviation"], "home_score": home["total"], "away_score": away["total"],
        "venue_name": document["venue"]["name"], "broadcast": info["broadcast"],
        "referee_1": document["officials"][0]["name"] if document["officials"] else None,
    }  # fmt: skip
    for name in ("season_type", "attendance", "sold_out", "game_duration", "overtime", "margin_of_victory"):
        assert row[name] == info[name], (row["game_id"], name)
    if not halves:
        assert [row[f"home_q{number}_score"] for number in (1, 2, 3, 4)] == quarters[:4]


def assert_player(row: dict[str, Any], document: dict[str, Any]) -> None:
    sides = [side for side in document["box_score"].values() if side["team_id"] == row["team_id"]]
    if not sides:  # a trimmed document does not say which side a team is
        assert document["scoring"]["home"]["team_id"] is None
        return
    (player,) = [p for p in sides[0]["players"] if p["player_id"] == row["player_id"]]
    assert player["stats"] == {name: row[name] for name in player["stats"]}
    for mine, theirs in (("starter", "starter"), ("position", "position"), ("jersey_number", "jersey")):
        assert row[mine] == player[theirs]


def test_every_null_has_one_reason(nba: simulate.Season) -> None:
    games = [
        game_of(nba.games[0].document("summary")),
        game_of(nba.games[1].document("gamepackage", "scheduled")),
        game_of(nba.games[3].document("page")),
    ]
    made = made_of(games)
    nulls: dict[tuple[str, str], int] = {}
    for name in GROUPS:
        table = made[group(name)[0].table]
        for row in table.to_pylist():
            for feature in group(name):
                key = (row["game_id"], feature.name)
                nulls[key] = nulls.get(key, 0) + (row[feature.column] is None)
    told: dict[tuple[str, str], int] = defaultdict(int)
    for row in made["gold.feature_quality"].to_pylist():
        told[row["game_id"], row["feature"]] += row["nulls"]
    assert {key: count for key, count in nulls.items() if count} == {k: v for k, v in told.items() if v}
